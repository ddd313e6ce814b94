"""The built site in Chromium, one test after the other: it takes all cores by itself."""

import browser
import course
import pytest
from playwright.sync_api import sync_playwright

pytest_sessionstart = course.need_a_site


@pytest.fixture(scope="session")
def chromium():
    """One browser for all walks."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.CHROMIUM, args=browser.SWITCHES
        )
        yield started
        started.close()
