"""The built site. ``make test`` builds it first; these tests only read it."""

import browser
import pytest
from course import PAGES, SITE, read
from playwright.sync_api import sync_playwright


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


@pytest.fixture(scope="session")
def chromium():
    """One browser for all walks."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.CHROMIUM, args=browser.SWITCHES
        )
        yield started
        started.close()
