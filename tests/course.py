"""Where the files of the course lie, and how the tests read them."""

import functools
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
SITE = ROOT / "_build" / "html"
PAGES = sorted(
    page
    for page in SITE.rglob("*.html")
    if not {"_static", "_viewers", "slides", "handouts"} & set(page.relative_to(SITE).parts)
    and page.name != "404.html"  # it may be shown at any depth, so its links begin at the root
)
ENTRIES = [page for page in PAGES if page.name.startswith("claim-")]
"""The pages of the claims, which no source file has."""


def need_a_site():
    """Without a site there is nothing to test, and that must not look like success."""
    if not PAGES:
        pytest.exit("there is no site in _build/html: run make book first", returncode=1)


@functools.cache
def read(page):
    """One page of the built site, parsed; tests that change it work on a copy."""
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")
