"""The built site. ``make test`` builds it first; these tests only read it."""

import course
import pytest
from course import PAGES, SITE, read

pytest_sessionstart = course.need_a_site


@pytest.fixture(params=PAGES, ids=lambda page: page.relative_to(SITE).as_posix())
def page(request):
    """Path of one page."""
    return request.param


@pytest.fixture
def soup(page):
    """One page, parsed."""
    return read(page)
