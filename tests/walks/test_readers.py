"""Readers with a narrow screen, large type, no scripts, colours of their own, or a keyboard alone.

One page of each kind is opened once in each of these states.
"""

import io

import browser
import pytest
from course import ENTRIES, SITE
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(
    browser.CHROMIUM is None,
    reason="no Chromium or Chrome is installed: the site was not read",
)
KINDS = {
    "front": "book/index.html",
    "curve to draw": "notebooks/03-glutamate.html",
    "chapter": "notebooks/04-prefrontal-hippocampal.html",
    "choice": "notebooks/05-lateral-habenula.html",
    "guesses": "notebooks/09-ketamine-measured.html",
    "ledger": "book/ledger.html",
    "claim": ENTRIES[0].relative_to(SITE).as_posix() if ENTRIES else "",
    "glossary": "book/glossary.html",
    "index": "genindex.html",
    "downloads": "book/downloads.html",
    "how to use": "book/how-to-use.html",
    "instructor": "book/instructor/index.html",
    "plan": "book/instructor/session-3.html",
    "references": "book/references.html",
    "data": "book/data.html",
    "search": "search.html?q=dose",
    "no such page": "404.html",
    "slides": "slides/03-glutamate.html",
    "handout": "handouts/03-glutamate.html",
    "viewer": "_viewers/notebooks-04-prefrontal-hippocampal-1.html",
}
ROOT = "http://book.test/"  # the page for lost readers looks for its files from the root
every_kind = pytest.mark.parametrize("kind", KINDS)


def start(browser_, width, **options):
    """A context of its own: a window of some width, in some state."""
    size = {"width": width, "height": 800}
    context = browser_.new_context(viewport=size, **{"reduced_motion": "reduce"} | options)
    context.route(f"{ROOT}**", lambda route: route.fulfill(**browser.answer(route.request.url)))
    context.set_default_timeout(5_000)
    return context


def visit(context, kind):
    page = context.new_page()
    page.goto(ROOT + KINDS[kind])
    return page


def open_all(page):
    """Open what a click opens: folds, cells, explorers without steps, and the view of a brain."""
    page.evaluate(browser.UNFOLD)
    opens = page.locator(".live-opener button, p.viewer > a")
    opens.evaluate_all("(all) => all.forEach((one) => one.click())")
    expect(opens).to_have_count(0)


# Narrow screens and large type

# What is outside the window, cut off by a box around it, or scrolled by a box without a name.
LOST = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  await drawn();
  await drawn(); // what watches sizes has seen them
  const found = [];
  const tell = (what, one) => found.push(`${what}: ${one.outerHTML.slice(0, 110)}`);
  const scrolls = (one) => /auto|scroll/.test(getComputedStyle(one).overflowX);
  const inBox = (one) => {
    for (let box = one.parentElement; box; box = box.parentElement)
      if (scrolls(box) && !box.matches(".content, .reveal-viewport")) return true;
  };
  const drawers = ".sidebar-drawer, .toc-drawer"; // opened by a button, closed they lie outside
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide} pixels too wide`);
  for (const one of document.querySelectorAll("body *")) {
    if (!one.checkVisibility({ visibilityProperty: true }) || one.closest(drawers)) continue;
    const { left, right, width } = one.getBoundingClientRect();
    if (width && (right > innerWidth + 1 || (left < -1 && right > 0)) && !inBox(one))
      tell("out of the window", one);
    if (one.clientWidth < 2 || one.scrollWidth <= one.clientWidth + 1 || !one.textContent.trim()) continue;
    if (/hidden|clip/.test(getComputedStyle(one).overflowX)) tell("cut off", one);
    if (scrolls(one) && one.matches(".content")) tell("the whole text is scrolled", one);
    else if (scrolls(one) && one.localName !== "textarea"
      && !(one.tabIndex === 0 && one.getAttribute("aria-label"))) tell("scrolled, and no name", one);
  }
  return found.slice(0, 5);
}"""
# What is pressed must lie on top at its own middle, and hold its own words.
COVERED = """() => {
  const found = [];
  const controls = "a[href], button, summary, input, select, textarea, label";
  for (const one of document.querySelectorAll(controls)) {
    const shown = one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (!shown || one.matches(".skip-to-content") || one.closest("svg")) continue;
    one.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const box = [...one.getClientRects()].find(({ width, height }) => width && height);
    if (!box || getComputedStyle(one).pointerEvents === "none") continue;
    const middle = (low, high, most) => (Math.max(0, low) + Math.min(most, high)) / 2;
    const hit = document.elementFromPoint(
      middle(box.left, box.right, innerWidth), middle(box.top, box.bottom, innerHeight));
    const own = hit && (one.contains(hit) || [...(one.labels || [])].some((two) => two.contains(hit)));
    if (!own) found.push(`${one.outerHTML.slice(0, 110)} lies under ${hit?.outerHTML.slice(0, 60)}`);
    if (one.matches("button, label") && one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
      found.push(`the words are wider: ${one.outerHTML.slice(0, 110)}`);
  }
  scrollTo(0, 0);
  return found.slice(0, 5);
}"""
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
LARGE = """() => {
  document.adoptedStyleSheets = [];
  document.documentElement.style.fontSize = "200%";
}"""


@pytest.fixture(scope="module")
def narrow(chromium):
    context = start(chromium, 320)
    yield context
    context.close()


@every_kind
def test_nothing_is_lost_on_a_narrow_screen_or_in_large_type(kind, narrow):
    page = visit(narrow, kind)
    open_all(page)
    found = {"320 pixels": page.evaluate(LOST) + page.evaluate(COVERED)}
    page.evaluate(SPACED)
    found["spaced text"] = page.evaluate(LOST)
    page.evaluate(LARGE)
    for width in (640, 1280, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        found[f"root twice as large, {width} pixels"] = page.evaluate(LOST)
    page.close()
    assert not any(found.values()), {state: lost for state, lost in found.items() if lost}


@pytest.fixture(scope="module")
def large(chromium):
    """A browser whose reader has set all type twice as large: widths in em are halved."""
    switches = [*browser.SWITCHES, "--blink-settings=defaultFontSize=32,defaultFixedFontSize=26"]
    with chromium.browser_type.launch(executable_path=browser.CHROMIUM, args=switches) as started:
        yield start(started, 640)


@every_kind
def test_nothing_is_lost_where_a_reader_has_set_large_type(kind, large):
    page = visit(large, kind)
    open_all(page)
    found = {}
    for width in (640, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found[f"{width} pixels"] = page.evaluate(LOST)
    page.close()
    assert not any(found.values()), found
