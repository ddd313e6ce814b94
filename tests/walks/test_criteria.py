"""What WCAG asks for and no other test holds: one page of each kind, as the page tells it."""

import string

import browser
import pytest
from playwright.sync_api import expect
from test_readers import LOST, every_kind, open_all, start, visit

pytestmark = pytest.mark.skipif(
    browser.CHROMIUM is None,
    reason="no Chromium or Chrome is installed: the criteria were not looked at",
)
PAGES = [  # slides have keys of their own: the page on accessibility says so
    "front", "curve to draw", "choice", "guesses", "ledger", "glossary", "downloads", "search",
    "viewer",
]  # fmt: skip
LATE = {"search": ("#search-results", "found"), "viewer": ("body", " mm")}
"""What scripts write soon after the page is there."""
AS_IT_IS = """() => [location.href, document.body.innerText, scrollY,
  document.activeElement.outerHTML.slice(0, 100)]"""
# The top of each block of the text, in the order of the page; what lies side by side is one row.
UPWARD = """() => {
  const blocks = "article :is(h1, h2, h3, h4, p, figure, table, pre, ul, ol, fieldset)";
  const found = [];
  let last = null;
  for (const one of document.querySelectorAll(blocks)) {
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    const box = one.getBoundingClientRect();
    if (!box.width || one.closest("[role=tooltip], svg, td, th, li, figure figure")) continue;
    if (last && box.top < last.top - 1)
      found.push(`${one.outerHTML.slice(0, 90)} lies above ${last.what}`);
    last = { top: box.top, what: one.outerHTML.slice(0, 90) };
  }
  return found.slice(0, 5);
}"""


@pytest.fixture(scope="module")
def phone(chromium):
    context = start(chromium, 375)
    yield context
    context.close()


@pytest.mark.wcag("1.3.2")
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_seen_in_the_order_in_which_it_is_read(kind, phone):
    page = visit(phone, kind)
    open_all(page)
    found = page.evaluate(UPWARD)
    page.close()
    assert found == []


@pytest.mark.wcag("1.3.4")
@every_kind
def test_nothing_is_lost_on_a_phone_that_is_turned(kind, chromium):
    context = start(chromium, 667)
    page = visit(context, kind)
    page.set_viewport_size({"width": 667, "height": 375})
    found = page.evaluate(LOST)
    context.close()
    assert found == []


@pytest.mark.wcag("2.1.4")
@pytest.mark.parametrize("kind", PAGES)
def test_no_letter_alone_does_anything(kind, phone):
    page = visit(phone, kind)
    if kind in LATE:
        where, what = LATE[kind]
        expect(page.locator(where)).to_contain_text(what)
        page.wait_for_load_state("networkidle")  # each result fetches its excerpt
    before = page.evaluate(AS_IT_IS)
    for key in string.ascii_lowercase + string.ascii_uppercase + string.digits + "/?.,;":
        page.keyboard.press(key)
        assert page.evaluate(AS_IT_IS) == before, f"{key} changes the page"
    page.close()


@pytest.mark.wcag("3.2.1")
@pytest.mark.parametrize("kind", PAGES)
def test_nothing_happens_where_the_focus_only_passes(kind, phone):
    page = visit(phone, kind)
    where = page.url
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    assert (page.url, len(phone.pages)) == (where, 1)
    page.close()


@pytest.mark.wcag("3.2.2")
@pytest.mark.parametrize("kind", ["choice", "guesses", "ledger", "viewer"])
def test_a_choice_leads_nowhere_and_keeps_the_focus(kind, phone):
    page = visit(phone, kind)
    where = page.url
    controls = page.locator(":is(input:not([type=submit]), select):visible").all()
    assert controls
    for one in controls[:40]:
        one.focus()
        page.keyboard.press("ArrowDown")
        what = page.evaluate("document.activeElement.localName")
        assert (page.url, what in ("input", "select")) == (where, True)
    page.close()


@pytest.mark.wcag("4.1.3")
def test_what_comes_without_a_move_is_told_as_a_status(phone):
    page = visit(phone, "ledger")
    told = page.locator("[role=status]:visible")
    before = told.first.inner_text()
    page.locator("select:visible").first.press("ArrowDown")
    assert told.first.inner_text() != before
    page.close()
