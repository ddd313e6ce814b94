"""Interactive views leave the page: each becomes a file of its own, opened by a link.

nilearn writes a viewer into the cell's output as an iframe with the whole document inside.
Here that document goes to ``_viewers/``, and the page keeps a link, which
``_static/viewers.js`` opens in place.
"""

import html
import os
import re
from pathlib import Path

from docutils import nodes

FRAME = re.compile(r'<iframe\s[^>]*?srcdoc="(?P<document>.*?)"(?P<rest>[^>]*)></iframe>', re.S)
TITLE = re.compile(r"<title>(?:Nilearn - )?(.*?)</title>", re.S)
ICON = re.compile(r'<link rel="icon"[^>]*?/?>', re.S)
RANDOM_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
SLIDER = re.compile(r'<input type="range"')


def tidy(document):
    """Take a viewer's remote icon and random ids out, and name its slider.

    Parameters
    ----------
    document : str
        The HTML that nilearn wrote.

    Returns
    -------
    str
    """
    document = ICON.sub("", document)
    for number, name in enumerate(dict.fromkeys(RANDOM_ID.findall(document))):
        document = document.replace(name, f"view{number}")
    return SLIDER.sub('<input type="range" aria-label="Opacity of the overlay"', document)


def move_out(app, doctree, docname):
    """Write each viewer of a page to its own file and leave a link."""
    folder, stem = Path(app.outdir) / "_viewers", docname.replace("/", "-")
    for old in folder.glob(f"{stem}-*.html"):
        old.unlink()
    frames = [node for node in doctree.findall(nodes.raw) if FRAME.search(node.astext())]
    for number, node in enumerate(frames, start=1):
        match = FRAME.search(node.astext())
        document = tidy(html.unescape(match["document"]))
        name = f"{stem}-{number}.html"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(document, encoding="utf-8")
        found = TITLE.search(document)
        title = found[1].strip() if found else "interactive view"
        height = re.search(r'height="(\d+)"', match["rest"])
        here = os.path.dirname(app.builder.get_target_uri(docname))
        link = os.path.relpath(f"_viewers/{name}", here or ".").replace(os.sep, "/")
        size = len(document.encode()) / 1e6
        text = (
            f'<p class="viewer"><a href="{link}" data-height="{height[1] if height else 400}">'
            f"Open the interactive view: {title}</a> <small>({size:.1f} MB)</small></p>"
        )
        node.replace_self(nodes.raw("", text, format="html"))


def setup(app):
    app.connect("doctree-resolved", move_out)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
