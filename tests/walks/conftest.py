"""The built site in Chromium, one test after the other: it takes all cores by itself."""

import browser
import course
import pytest
from playwright.sync_api import expect, sync_playwright

pytest_sessionstart = course.need_a_site
expect.set_options(timeout=20_000)  # a busy machine takes its time over a simulation


@pytest.fixture(scope="session")
def chromium():
    """One browser for all walks."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.CHROMIUM, args=browser.SWITCHES
        )
        yield started
        started.close()
