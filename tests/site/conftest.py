"""The built site. ``make test`` builds it first; these tests only read it."""

import pytest
from course import PAGES, SITE, read


def pytest_sessionstart():
    """Without a site there is nothing to test, and that must not look like success."""
    if not PAGES:
        pytest.exit("there is no site in _build/html: run make book first", returncode=1)


@pytest.fixture(params=PAGES, ids=lambda page: page.relative_to(SITE).as_posix())
def page(request):
    """Path of one page."""
    return request.param


@pytest.fixture
def soup(page):
    """One page, parsed."""
    return read(page)
