"""A handout for each chapter, made from its page: two sheets to write on, as HTML and PDF.

The PDF is printed by Chromium where it is installed; without it the HTML page is the handout.
"""

import hashlib
import html
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import chapters
from sharing import introduce
from slides import inner, part, tagged_figures, without_reference
from sphinx.util import logging

logger = logging.getLogger(__name__)

FOLDER = "handouts"
SOURCE = Path(__file__).parents[1] / "_slides" / "handout.css"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
DATE = re.compile(rb"\(D:\d{14}[^)]*\)")

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Handout: {title}</title>
<link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="handout.css">
</head>
<body><main>
<p class="course">Ketamine and the Networked Brain · chapter {number}</p>
<h1>{title}</h1>
<p class="question">{question}</p>
<h2>You will be able to</h2>
<ol>{objectives}</ol>
<h2>The figures, with room for your notes</h2>
{figures}
<h2>Exercises</h2>
{exercises}
<h2>Key points</h2>
<ul>{points}</ul>
<p class="course">This course explains research. It is not medical advice.</p>
</main></body>
</html>
"""


def browser():
    """Path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def handout(article, chapter, number):
    """The handout of one chapter as HTML.

    Parameters
    ----------
    article : bs4.Tag
        What the chapter's page says.
    chapter : nbformat.NotebookNode
    number : int

    Returns
    -------
    str
    """
    figures = []
    for picture, caption, _ in tagged_figures(article):
        figures.append(f"<figure>{picture}<figcaption>{caption}</figcaption></figure>")
    exercises = []
    for heading in part(article, "Check yourself").find_all("h3"):
        if not heading.get_text().startswith("Exercise"):
            continue
        exercises.append(f"<h3>{inner(heading)}</h3>")
        for after in heading.find_next_siblings():
            if after.name == "p" and not after.get_text().startswith("Objective"):
                exercises.append(f"<p>{inner(after)}</p>")
            elif "cell" in after.get("class", []):
                break
    return PAGE.format(
        title=html.escape(chapters.title(chapter)),
        number=number,
        question=inner(part(article, "The question").find("p")),
        objectives="".join(
            f"<li>{inner(item)}</li>"
            for item in part(article, "Before you start").select("ol > li")
        ),
        figures="\n".join(figures),
        exercises="\n".join(exercises),
        points="".join(
            f"<li>{without_reference(inner(item))}</li>"
            for item in part(article, "Key points").find_all("li")
        ),
    )


def write_handout(app, page):
    """Make the handout when a chapter's page was written."""
    if not page.name.startswith("notebooks/"):
        return
    name = page.name.split("/")[1]
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    chapter = chapters.read(Path(app.env.doc2path(page.name)))
    title = chapters.title(chapter)
    about = f"Figures with room for notes, exercises and key points of {title}"
    text = handout(page.article, chapter, int(name.split("-")[0]))
    text = introduce(app, f"{FOLDER}/{name}", f"Handout: {title}", about, text)
    sheet = folder / f"{name}.html"
    sheet.write_text(text, "utf-8")
    shutil.copy(SOURCE, folder)
    if browser():
        app.prints[sheet] = app.printers.submit(_print, sheet, kept(app, sheet))


def kept(app, page):
    """Where the print of a handout is kept: under a name for what is on it.

    The names of pictures name their content, so the page tells all that it shows.
    """
    shown = hashlib.sha256(page.read_bytes() + SOURCE.read_bytes()).hexdigest()[:16]
    return Path(app.srcdir) / "_build" / "prints" / f"{page.stem}-{shown}.pdf"


def collect_prints(app, error):
    """Put the prints beside their pages; throw away those of handouts that are no more."""
    if error or app.builder.format != "html" or not browser():
        return
    wanted = {}
    for page in sorted((Path(app.outdir) / FOLDER).glob("*.html")):
        wanted[kept(app, page)] = page
        if page not in app.prints:  # written by an earlier build, maybe without a browser
            app.prints[page] = app.printers.submit(_print, page, kept(app, page))
    for print_, page in wanted.items():
        if app.prints[page].result():
            shutil.copy(print_, page.with_suffix(".pdf"))
        else:
            logger.warning(f"Chromium did not print the handout {page.name}")
    for old in (Path(app.srcdir) / "_build" / "prints").glob("*.pdf"):
        if old not in wanted:
            old.unlink()


def _print(page, target):
    if target.exists():
        return True
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as profile:
        result = subprocess.run(
            [browser(), "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-extensions", "--disable-software-rasterizer", "--no-first-run",
             f"--user-data-dir={profile}",
             f"--print-to-pdf={profile}/print.pdf", page.as_uri()],
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        printed = Path(profile) / "print.pdf"
        if result.returncode or not printed.exists():
            return False
        # The same page gives the same bytes: the dates are set to one of the same length.
        data = DATE.sub(
            lambda found: b"(D:" + b"0" * (len(found[0]) - 4) + b")", printed.read_bytes()
        )
        target.write_bytes(data)
    return True


def setup(app):
    app.printers, app.prints = ThreadPoolExecutor(2), {}  # they print while pages are written
    app.connect("page-written", write_handout, priority=900)  # after all that changes a page
    app.connect("build-finished", collect_prints, priority=920)  # when the site is written
    return {"parallel_read_safe": True, "parallel_write_safe": True}
