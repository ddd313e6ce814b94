"""The last touches to the site: it asks no other host for anything and holds no leftovers.

MathJax is copied from an installed package, the theme's live-code extension, which names a
remote host, is left out, and pictures of an earlier build are swept away.

Each page that a build wrote is offered once as a whole, by the event ``page-written``: an
extension may change its ``text`` before the build ends.
"""

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

MATHJAX = "mathjax/tex-chtml.js"


@dataclass
class Page:
    """A page of the site, as the builder wrote it.

    Attributes
    ----------
    name : str
        As "notebooks/01-networks".
    path : pathlib.Path
        The file.
    text : str
        Its HTML; handlers of ``page-written`` may change it.
    """

    name: str
    path: Path
    text: str


def note_page(app, pagename, templatename, context, doctree):
    """Remember which pages this build writes."""
    app.pages_written.append(pagename)


def offer_pages(app, error):
    """Let the extensions change the pages that were written, and write those that changed."""
    if error or app.builder.format != "html":
        return
    for name in app.pages_written:
        path = Path(app.builder.get_outfilename(name))
        page = Page(name, path, path.read_text("utf-8"))
        before = page.text
        app.emit("page-written", page)
        if page.text != before:
            path.write_text(page.text, "utf-8")


def drop_thebe(app, pagename, templatename, context, doctree):
    """Leave the live-code extension out: it cannot be switched off by its option."""

    def wanted(asset):
        text = f"{getattr(asset, 'filename', asset)} {getattr(asset, 'attributes', {})}"
        return "thebe" not in text.lower()

    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context.get(kind, []) if wanted(asset)]


def copy_mathjax(app, error):
    """Put one script and its fonts beside the theme's files."""
    if error or app.builder.format != "html":
        return
    package = Path(next(iter(find_spec("sphinx-mathjax-offline").submodule_search_locations)))
    source, target = package / "static" / "mathjax", Path(app.outdir) / "_static" / "mathjax"
    fonts = "output/chtml/fonts/woff-v2"
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "tex-chtml.js", target)
    shutil.copytree(source / fonts, target / fonts, dirs_exist_ok=True)


def sweep_pictures(app, error):
    """Remove pictures that no page shows any more."""
    if error or app.builder.format != "html":
        return
    shown = {name for _, name in app.env.images.values()}
    for picture in (Path(app.outdir) / app.builder.imagedir).glob("*"):
        if picture.name not in shown:
            picture.unlink()


def setup(app):
    app.pages_written = []
    app.add_event("page-written")
    app.connect("html-page-context", note_page)
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("build-finished", offer_pages)
    app.connect("build-finished", copy_mathjax)
    app.connect("build-finished", sweep_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
