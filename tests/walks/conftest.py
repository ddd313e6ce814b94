"""The built site in Chromium, one test after the other: it takes all cores by itself."""

import browser
import pytest
from course import PAGES
from playwright.sync_api import sync_playwright


def pytest_sessionstart():
    """Without a site there is nothing to test, and that must not look like success."""
    if not PAGES:
        pytest.exit("there is no site in _build/html: run make book first", returncode=1)


@pytest.fixture(scope="session")
def chromium():
    """One browser for all walks."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.CHROMIUM, args=browser.SWITCHES
        )
        yield started
        started.close()
