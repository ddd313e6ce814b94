"""What is done to the site as a whole, once its pages are written.

Each page that a build wrote is offered once as a whole, by the event ``page-written``: an
extension may change its ``text`` before the build ends. Then the event ``site-written`` offers
the text of every page, so that what no page needs can be swept away.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bs4 import BeautifulSoup


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

    @cached_property
    def article(self):
        """What the page says, as a bs4.Tag; to ask for when nothing changes the text any more."""
        return BeautifulSoup(self.text, "html.parser").find("article")


def note_page(app, pagename, templatename, context, doctree):
    """Remember which pages this build writes."""
    app.pages_written.append(pagename)


def offer_pages(app, error):
    """Let the extensions change the pages that were written, and write those that changed."""
    if error or app.builder.format != "html":
        return
    # The chapters first: their handouts are printed while the other pages are finished.
    for name in sorted(app.pages_written, key=lambda name: not name.startswith("notebooks/")):
        path = Path(app.builder.get_outfilename(name))
        page = Page(name, path, path.read_text("utf-8"))
        before = page.text
        app.emit("page-written", page)
        if page.text != before:
            path.write_text(page.text, "utf-8")


def offer_site(app, error):
    """Show the extensions the text of every page, those of earlier builds too."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir)
    paths = (path.relative_to(folder) for path in sorted(folder.rglob("*.html")))
    wanted = (path for path in paths if path.parts[0] not in ("_static", "_viewers"))
    app.emit("site-written", {path: (folder / path).read_text("utf-8") for path in wanted})


def forget(app, error):
    """Read everything anew after a build that warned: what was read once does not warn again."""
    if not error and app.keep_going and app._warncount:
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)


def setup(app):
    app.pages_written = []
    app.add_event("page-written")
    app.add_event("site-written")
    app.connect("html-page-context", note_page)
    app.connect("build-finished", offer_pages, priority=800)  # after the theme has finished
    app.connect("build-finished", offer_site, priority=900)
    app.connect("build-finished", forget, priority=990)  # when nobody warns any more
    return {"parallel_read_safe": True, "parallel_write_safe": True}
