"""A handout for each chapter, made from its page: two sheets to write on, as HTML and PDF.

The PDF is printed by Chromium where it is installed; without it the HTML page is the handout.
"""

import hashlib
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from builder.unchanged import BROWSERS
from pages import chapters, render
from sphinx.util import logging

from products.parts import FIGURES, inner, items, part, picture, read, words
from products.slides import claims_of

logger = logging.getLogger(__name__)

FOLDER = "handouts"
SOURCE = Path(__file__).parents[2] / "_slides" / "handout.css"
DATE = re.compile(rb"\(D:\d{14}[^)]*\)")
NODE = re.compile(rb"\(node(\d{8})\)")


def browser():
    """Path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def handout(page, chapter, number):
    """The handout of one chapter as HTML.

    Parameters
    ----------
    page : bs4.Tag
        The body of the chapter's page.
    chapter : nbformat.NotebookNode
    number : int

    Returns
    -------
    str
    """
    return render(
        "handout.html",
        title=chapters.title(chapter),
        number=number,
        question=inner(part(page, "The question").find("p")),
        claims=[" ".join(claim["claim"].split()) for claim in claims_of(chapter)],
        objectives=items(page, "Before you start", "ol > li"),
        figures=[(picture(cell), inner(cell.find("figcaption"))) for cell in page.select(FIGURES)],
        exercises=list(_exercises(part(page, "Check yourself"))),
        points=items(page, "Key points", "li"),
    )


def _exercises(section):
    """Title of each exercise, and the paragraphs before its first cell, without an answer."""
    for heading in section.find_all("h3"):
        if words(heading).startswith("Exercise"):
            texts = []
            for after in heading.find_all_next(["p", "div", "section"]):
                if after.name == "section" or "cell" in after.get("class", ()):
                    break
                told = after.get_text().startswith("Objective") or after.find_parent(
                    class_="sd-dropdown"
                )
                if after.name == "p" and not told:
                    texts.append(inner(after))
            yield words(heading), texts


def write(app, pagename, templatename, context, doctree):
    """Make the handout when a chapter's page is written."""
    if not pagename.startswith("notebooks/") or app.builder.name != "html":
        return
    name = pagename.partition("/")[2]
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    chapter = chapters.read(Path(app.env.doc2path(pagename)))
    (folder / f"{name}.html").write_text(
        handout(read(context["body"]), chapter, int(name.partition("-")[0])), "utf-8"
    )
    shutil.copyfile(SOURCE, folder / SOURCE.name)


def kept(app, page):
    """Where the print of a handout is kept: under a name for what is on it.

    The names of pictures name their content, so the page tells all that it shows.
    """
    shown = hashlib.sha256(page.read_bytes() + SOURCE.read_bytes()).hexdigest()[:16]
    return Path(app.srcdir) / "_build" / "prints" / f"{page.stem}-{shown}.pdf"


def collect_prints(app, error):
    """Put the prints beside their pages; throw away those of handouts that are no more."""
    if error or app.builder.name != "html" or not browser():
        return
    wanted, prints, printers = {}, {}, ThreadPoolExecutor(2)
    for page in sorted((Path(app.outdir) / FOLDER).glob("*.html")):
        wanted[kept(app, page)] = page
        prints[page] = printers.submit(print_page, page, kept(app, page))
    for print_, page in wanted.items():
        if prints[page].result():
            shutil.copy(print_, page.with_suffix(".pdf"))
        else:
            logger.warning(f"Chromium did not print the handout {page.name}")
    for old in (Path(app.srcdir) / "_build" / "prints").glob("*.pdf"):
        if old not in wanted:
            old.unlink()


def print_page(page, target, *switches):
    """Let Chromium print a page as PDF; whether it did.

    Parameters
    ----------
    page, target : pathlib.Path
    switches : str
        More of Chromium's own.
    """
    if target.exists():
        return True
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as profile:
        result = subprocess.run(
            [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-extensions", "--disable-software-rasterizer", "--no-first-run",
             f"--user-data-dir={profile}", *switches,
             f"--print-to-pdf={profile}/print.pdf", page.as_uri()],
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        printed = Path(profile) / "print.pdf"
        if result.returncode or not printed.exists():
            return False
        target.write_bytes(settle(printed.read_bytes()))
    return True


def settle(data):
    """Let the same page give the same bytes, each place in the file as long as before.

    Dates become zeros; the numbers that Chromium gives to a table's cells hang on how long it
    ran, and are counted from 0.
    """
    data = DATE.sub(lambda found: b"(D:" + b"0" * (len(found[0]) - 4) + b")", data)
    order = {number: place for place, number in enumerate(sorted(set(NODE.findall(data))))}
    return NODE.sub(lambda found: b"(node%08d)" % order[found[1]], data)


def setup(app):
    app.connect("html-page-context", write)
    app.connect("build-finished", collect_prints, priority=920)  # when the site is written
