"""Where the files of the course lie, and how the tests read them."""

import functools
from pathlib import Path

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SITE = ROOT / "_build" / "html"
PAGES = sorted(
    page
    for page in SITE.rglob("*.html")
    if not {"_static", "_viewers", "slides", "handouts"} & set(page.relative_to(SITE).parts)
)
ENTRIES = [page for page in PAGES if page.name.startswith(("term-", "claim-"))]
"""The small pages, one for each word of the glossary and each claim."""


@functools.cache
def read(page):
    """One page of the built site, parsed; tests that change it work on a copy."""
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")
