"""The built site. ``make test`` builds it first; these tests only read it."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

SITE = Path(__file__).parents[2] / "_build" / "html"
PAGES = sorted(
    page
    for page in SITE.rglob("*.html")
    if not {"_static", "_viewers"} & set(page.relative_to(SITE).parts)
)


def pytest_sessionstart():
    """Without a site there is nothing to test, and that must not look like success."""
    if not PAGES:
        pytest.exit("there is no site in _build/html: run make book first", returncode=1)


def read(page):
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


@pytest.fixture(params=PAGES, ids=lambda page: page.relative_to(SITE).as_posix())
def page(request):
    """Path of one page."""
    return request.param


@pytest.fixture
def soup(page):
    """One page, parsed."""
    return read(page)
