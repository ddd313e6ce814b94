"""What can be taken away: a line at the top of each chapter, one table, and one zip of it all."""

import zipfile
import zlib
from pathlib import Path

from docutils import nodes
from pages import chapters, render
from sphinx.util.docutils import SphinxDirective

from products.handouts import browser

NAME = "ketamine-and-the-networked-brain"
ZIP = f"_downloads/{NAME}.zip"
SOURCES = (
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE", "LICENSE-text",
    "Makefile", "_config.yml", "_toc.yml", "environment.yml", "postBuild", "pyproject.toml",
    "references.bib", "requirements.txt", "requirements-book.txt", "book", "notebooks", "ketanet",
    "paper", "tests", ".ci", ".github", ".gitignore",
)  # fmt: skip
"""What the zip holds besides the site: the course itself, to run and to change it."""
PRESSED = {".webp", ".png", ".pdf", ".woff", ".woff2", ".zip"}
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints"}


def products(name):
    """What is made of one chapter.

    Parameters
    ----------
    name : str
        As "03-glutamate".

    Returns
    -------
    dict of str to str
        Address from the site's root, by what it is.
    """
    return {
        "slides": f"slides/{name}.html",
        "handout": f"handouts/{name}.{'pdf' if browser() else 'html'}",
        "student notebook": f"_downloads/student/{name}.ipynb",
        "instructor notebook": f"_downloads/instructor/{name}.ipynb",
    }


def add_line(app, pagename, templatename, context, doctree):
    """Offer what is made of a chapter, or of a session's chapter, under the title of its page."""
    place, _, name = pagename.rpartition("/")
    if place == "book/instructor" and name.startswith("session-"):
        [name] = [path.stem for path in chapters.CHAPTERS if int(path.stem[:2]) == int(name[8:])]
    elif place != "notebooks":
        return
    up = app.builder.get_relative_uri(pagename, "x")[:-6]
    context["take_away"] = {what: up + address for what, address in products(name).items()}
    context["whole"] = up + ZIP


class Downloads(SphinxDirective):
    """``{downloads}``: one table of all that can be taken away."""

    def run(self):
        rows = {
            f"{int(path.stem[:2])}. {chapters.title(chapters.read(path))}": products(path.stem)
            for path in chapters.CHAPTERS
        }
        return [nodes.raw("", render("downloads.html", rows=rows, whole=ZIP), format="html")]


def pack(app, error):
    """Write the zip when a file in it changed; the same course gives the same bytes."""
    if error or app.builder.name != "html":
        return
    root, site = Path(app.srcdir), Path(app.outdir)
    target = site / ZIP
    target.parent.mkdir(exist_ok=True)
    members = {}
    for name in SOURCES:
        for file in [root / name, *(root / name).rglob("*")]:
            if file.is_file() and not LEFT_OUT & set(file.parts):
                members[file.relative_to(root).as_posix()] = file.read_bytes()
    for file in site.rglob("*"):
        if file.is_file() and file != target and file.name != ".buildinfo":
            members[f"site/{file.relative_to(site).as_posix()}"] = file.read_bytes()
    for kind in ("student", "instructor"):
        for file in (site / "_downloads" / kind).glob("*.ipynb"):
            # Seen from here the pages lie elsewhere than seen from the site.
            text = file.read_text("utf-8").replace("](../../", "](../site/")
            members[f"{kind}/{file.name}"] = text.encode()
    members = {f"{NAME}/{name}": members[name] for name in sorted(members)}
    if not holds(target, members):
        write_zip(target, members)


def write_zip(target, members):
    """Zip some files in their order, so that the same files give the same bytes.

    Parameters
    ----------
    target : pathlib.Path
    members : dict of str to bytes
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)  # of 1980: no dates
            runs = name.endswith((".ci/run", ".ci/release", "/postBuild"))
            info.external_attr = (0o755 if runs else 0o644) << 16
            pressed = Path(name).suffix in PRESSED or name == "mimetype"
            info.compress_type = zipfile.ZIP_STORED if pressed else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)


def holds(target, members):
    """Whether a zip is there and holds just these files.

    Parameters
    ----------
    target : pathlib.Path
    members : dict of str to bytes
        What each file is to hold, by its name in the zip.

    Returns
    -------
    bool
    """
    if not zipfile.is_zipfile(target):  # none, or half of one: a build was broken off
        return False
    with zipfile.ZipFile(target) as archive:
        held = {info.filename: info.CRC for info in archive.infolist()}
    return held == {name: zlib.crc32(data) for name, data in members.items()}


def setup(app):
    app.add_directive("downloads", Downloads)
    app.connect("html-page-context", add_line)
    app.connect("build-finished", pack, priority=950)
