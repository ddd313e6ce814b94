"""Interactive views leave the page: each becomes a small page of its own, opened by a link.

nilearn writes a viewer into the cell's output as an iframe with the whole document inside:
two pictures that hold all slices, and its scripts. Here the pictures become files, which
viewers on one grid share, as they share one copy of the script. The view's own page stands in
``_viewers/``, with a slider for each direction, and the chapter keeps a link, which
``_static/viewers.js`` opens in place.
"""

import base64
import functools
import hashlib
import html
import io
import json
import os
import shutil
from pathlib import Path

from bs4 import BeautifulSoup
from builder import pictures
from docutils import nodes
from PIL import Image
from sphinx.errors import ExtensionError

from pages import render

FOLDER = "_viewers"
PARTS = Path(__file__).with_name("viewer")  # the script and the style of a view's page
CALL = "brain = brainsprite("  # behind it, in nilearn's page, stand the settings of a view


@functools.cache
def _small(png):
    return pictures.webp(Image.open(io.BytesIO(base64.b64decode(png))))


def _name(data, suffix):
    return hashlib.sha256(data).hexdigest()[:16] + suffix


def take_apart(document):
    """The page of a view, and the files that it needs.

    Parameters
    ----------
    document : str
        The HTML that nilearn's ``view_img`` wrote.

    Returns
    -------
    title : str
    page : str
        HTML.
    files : dict of {str: bytes}
        Pictures and the script, named after their content.
    """
    soup = BeautifulSoup(document, "html.parser")
    images = [image for image in soup.find_all("img") if "," in image.get("src", "")]
    sprites = {image["id"].partition("Img-")[0]: image["src"].partition(",")[2] for image in images}
    scripts = [script.string or "" for script in soup.find_all("script")]
    library = next((text.strip() for text in scripts if "/*! brainsprite" in text), None)
    call = next((text.partition(CALL)[2] for text in scripts if CALL in text), None)
    if not (library and call and {"sprite", "overlay"} <= set(sprites)):
        raise ExtensionError("an interactive view is not of the kind that view_img makes")
    settings, _ = json.JSONDecoder().raw_decode(call)
    settings |= {"canvas": "view", "sprite": "background", "title": ""}
    settings["overlay"]["sprite"] = "overlay"
    sprites = {name: _small(sprites[name]) for name in ("sprite", "overlay")}
    source = library.encode()
    files = {_name(data, ".webp"): data for data in sprites.values()}
    files[_name(source, ".js")] = source
    title = soup.title.get_text().removeprefix("Nilearn - ").strip()
    page = render(
        "viewer.html",
        title=title,
        background=_name(sprites["sprite"], ".webp"),
        overlay=_name(sprites["overlay"], ".webp"),
        script=_name(source, ".js"),
        settings=json.dumps(settings).replace("<", "\\u003c"),
    )
    return title, page, files


def move_out(app, doctree, docname):
    """Write each viewer of a page to its own file and leave a link."""
    folder, stem = Path(app.outdir) / FOLDER, docname.replace("/", "-")
    for old in folder.glob(f"{stem}-*.html"):
        old.unlink()
    frames = [node for node in doctree.findall(nodes.raw) if "srcdoc=" in node.astext()]
    if app.builder.name not in ("html", "dirhtml"):  # a book on paper has no view to turn
        for node in frames:
            node.replace_self(nodes.raw("", '<p class="viewer"></p>', format="html"))
        return
    for number, node in enumerate(frames, start=1):
        frame = BeautifulSoup(node.astext(), "html.parser").iframe
        title, page, files = take_apart(frame["srcdoc"])
        name = f"{stem}-{number}.html"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(page, encoding="utf-8")
        for file, data in files.items():
            (folder / file).write_bytes(data)
        here = os.path.dirname(app.builder.get_target_uri(docname))
        link = os.path.relpath(f"{FOLDER}/{name}", here or ".").replace(os.sep, "/")
        size = sum(map(len, files.values())) / 1000
        text = (
            f'<p class="viewer"><a href="{link}">Open the interactive view: '
            f"{html.escape(title)}</a> <small>({size:.0f} kB)</small></p>"
        )
        node.replace_self(nodes.raw("", text, format="html"))


def share(app, error):
    """Bring the script and the style that all views share."""
    folder = Path(app.outdir) / FOLDER
    if not error and folder.exists():
        shutil.copytree(PARTS, folder, dirs_exist_ok=True)


def setup(app):
    app.connect("doctree-resolved", move_out)
    app.connect("build-finished", share)
