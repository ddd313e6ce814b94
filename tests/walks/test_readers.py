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
    "references": "book/references.html",
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
    """A page of its kind, alone: a test that failed has left its own open."""
    for old in context.pages:
        old.close()
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
    const fits = one.clientWidth < 2 || one.scrollWidth <= one.clientWidth + 1;
    if (fits || !one.textContent.trim()) continue;
    if (/hidden|clip/.test(getComputedStyle(one).overflowX)) tell("cut off", one);
    if (scrolls(one) && one.matches(".content")) tell("the whole text is scrolled", one);
    else if (scrolls(one) && !(one.tabIndex === 0 && (one.ariaLabel || one.labels?.length)))
      tell("scrolled, and no name", one);
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
    const own = [one, ...(one.labels || [])].some((part) => part.contains(hit));
    if (!hit || !own)
      found.push(`${one.outerHTML.slice(0, 110)} lies under ${hit?.outerHTML.slice(0, 60)}`);
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
@pytest.mark.wcag("1.4.4", "1.4.10", "1.4.12")
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


# The others are as they are at 320 pixels, twice as large.
@pytest.mark.parametrize("kind", ["chapter", "guesses", "ledger", "slides", "handout", "viewer"])
@pytest.mark.wcag("1.4.4")
def test_nothing_is_lost_where_a_reader_has_set_large_type(kind, large):
    page = visit(large, kind)
    open_all(page)
    found = {}
    for width in (640, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        found[f"{width} pixels"] = page.evaluate(LOST)
    page.close()
    assert not any(found.values()), found


# Scripts off

# All words and pictures of the text are in sight once the folds are open, save those that a
# choice brings up, that stand elsewhere too, or that are for paper.
HIDDEN = """() => {
  const elsewhere = ".explorer figure, [role=tooltip], .predict-answer, .quiz-appendix, .drawn, "
    + "aside.notes, .moved, [hidden]";
  const place = document.querySelector("article, main");
  return [...place.querySelectorAll("p, li, td, th, figcaption, img, h1, h2, h3, pre, math, svg")]
    .filter((one) => (one.textContent.trim() || one.matches("img, svg")) && !one.closest(elsewhere))
    .filter((one) => !one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .map((one) => one.outerHTML.slice(0, 120)).slice(0, 5);
}"""
IDLE = (
    "button, select, textarea, canvas, input:not([type=radio]), .sidebar-search, .copybtn, "
    ".code-switch, .theme-toggle, [contenteditable]"
)


@pytest.fixture(scope="module")
def plain(chromium):
    context = start(chromium, 375, java_script_enabled=False)
    yield context
    context.close()


@every_kind
def test_without_scripts_all_is_there_and_nothing_stands_idle(kind, plain):
    page = visit(plain, kind)
    idle = [
        one.evaluate("(one) => one.outerHTML.slice(0, 120)")
        for one in page.locator(f":is({IDLE}):visible").all()
    ]
    page.evaluate(browser.UNFOLD)
    hidden = page.evaluate(HIDDEN)
    shown = page.locator(".explorer").evaluate_all(
        "(all) => all.map((one) => [...one.querySelectorAll('figure')]"
        ".filter((two) => two.checkVisibility()).length)"
    )
    told = page.locator("noscript p").all_inner_texts()
    asks = page.locator(".predict").count()
    page.close()
    assert idle == [], "does nothing without scripts"
    assert hidden == [], "cannot be seen without scripts"
    assert set(shown) <= {1}, "an explorer shows one state, its first"
    assert len(told) >= asks + (kind in ("search", "viewer")), "nothing says what to do instead"


def test_without_scripts_quizzes_exercises_and_guesses_have_their_answers(plain):
    page = visit(plain, "choice")
    for name in (".quiz > fieldset > details", "details.answer", ".predict details"):
        answers = page.locator(name)
        assert answers.count() >= 1, name
        page.evaluate(browser.UNFOLD)
        for answer in answers.all():
            assert len(answer.inner_text()) > len(answer.locator("summary").inner_text()) + 1
    label = page.locator(".explorer > label").last
    label.click()
    expect(page.locator(".explorer").last.locator("figure:visible")).to_have_count(1)
    page.close()


# Forced colours


def picture(page, locator, margin=0):
    """What is drawn of one element, as pixels."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    clip = {"x": max(0, box["x"] - margin), "y": max(0, box["y"] - margin)}
    clip |= {"width": box["width"] + 2 * margin, "height": box["height"] + 2 * margin}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")


def is_drawn(image):
    """Whether something stands out from its ground: by 3 to 1, as WCAG asks of what tells."""
    light = [_luminance(colour) for _, colour in image.getcolors(1 << 24)]
    return (max(light) + 0.05) / (min(light) + 0.05) >= 3


def _luminance(colour):
    parts = [one / 255 for one in colour]
    parts = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.fixture(params=["light", "dark"])
def forced(chromium, request):
    """A reader's own colours: black on white, or white on black."""
    context = start(chromium, 1280, forced_colors="active", color_scheme=request.param)
    yield context
    context.close()


DRAWN = [
    ("front", ".systems svg"),
    ("front", ".theme-toggle"),
    ("curve to draw", "svg.mark"),
    ("curve to draw", ".ladder .sides:has(i)"),
    ("curve to draw", ".predict .drawn svg"),
    ("curve to draw", ".predict .handles input"),
    ("ledger", ".evidence-map td a"),
    ("slides", ".controls .navigate-right"),
    ("viewer", "canvas"),
    ("viewer", "input[type=range]"),
]


@pytest.mark.wcag("1.4.11")
def test_forced_colours_leave_nothing_invisible(forced):
    for kind in dict.fromkeys(kind for kind, _ in DRAWN):
        page = visit(forced, kind)
        page.evaluate(browser.UNFOLD)
        for name in (name for place, name in DRAWN if place == kind):
            for one in page.locator(f"{name}:visible").all()[:1]:
                assert is_drawn(picture(page, one)), f"{kind}: {name} is not to be seen"
        page.close()


@pytest.mark.wcag("1.4.1", "1.4.11")
def test_forced_colours_tell_every_state_by_more_than_a_ground(forced):
    page = visit(forced, "ledger")
    kinds = page.locator(".evidence-key span:not(:has(i + i)) > i")
    marks = [picture(page, one).tobytes() for one in kinds.all()]
    assert len(marks) == len(set(marks)) == 5, "two kinds of evidence look alike"
    page.close()

    page = visit(forced, "curve to draw")
    explorer = page.locator(".explorer").first
    name = explorer.locator("input:checked").get_attribute("id")
    stops = [explorer.locator(f"label[for='{name}']"), explorer.locator("label").last]
    before = [picture(page, one).tobytes() for one in stops]
    stops[1].click()
    page.mouse.move(0, 0)
    after = [picture(page, one).tobytes() for one in stops]
    changed = [one != other for one, other in zip(before, after, strict=True)]
    assert changed == [True, True], "the chosen stop looks like the others"

    card = page.locator(".quiz > fieldset").first
    edges = []
    for verdict in ("wrong", "right"):
        number = card.locator("details li").evaluate_all(
            f"(all) => all.findIndex((one) => one.className === '{verdict}')"
        )
        card.locator("input").nth(number).check()
        expect(card.locator(".feedback")).to_contain_text(f"is {verdict}.")
        edges.append(picture(page, card).crop((0, 20, 6, 120)).tobytes())
    assert len(set(edges)) == 2, "right and wrong have the same edge"
    page.close()


FOCUSED = ["article a", "summary", "button:visible", ".explorer > input", ".quiz input", "select",
           "textarea", "input[type=range]", ".predict input[type=text]"]  # fmt: skip


@pytest.mark.wcag("2.4.7")
def test_forced_colours_show_the_focus(forced):
    for kind, wanted in (("curve to draw", FOCUSED), ("ledger", ["select", ".evidence-map td a"])):
        page = visit(forced, kind)
        open_all(page)
        page.keyboard.press("Tab")
        for name in wanted:
            for one in page.locator(f"{name}:visible").all()[:1]:
                seen = one
                if name == ".explorer > input":
                    seen = page.locator(f"label[for='{one.get_attribute('id')}']")
                page.evaluate("document.activeElement.blur()")
                before = picture(page, seen, margin=6)
                one.focus()
                ringed = picture(page, seen, margin=6) != before
                assert ringed, f"{kind}: {name} has no ring"
        page.close()


# Reduced motion


def moving(page):
    """What is being animated, a moment after something was pressed."""
    return page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => done("
        "document.getAnimations().map((one) => one.effect.target.outerHTML.slice(0, 100)))))"
    )


@pytest.mark.wcag("2.2.2")
def test_nothing_moves_where_a_reader_wants_no_motion(chromium):
    found = {}
    for motion in ("reduce", "no-preference"):
        context = start(chromium, 800, reduced_motion=motion)
        page = visit(context, "chapter")
        open_all(page)
        found[motion] = []
        for name in ("button.nav-overlay-icon", ".explorer > label", "button.toc-overlay-icon"):
            page.locator(f"{name}:visible").last.click()
            found[motion] += moving(page)
            page.keyboard.press("Escape")
        if motion == "no-preference":
            dots = page.locator("[id=running-continuous] circle")
            fills = "all => all.map((one) => one.getAttribute('fill')).join()"
            before = dots.evaluate_all(fills)
            page.wait_for_timeout(200)
            assert dots.evaluate_all(fills) == before, "the brain runs before it is started"
        page.close()
        page = visit(context, "slides")
        page.keyboard.press("ArrowRight")
        found[motion] += moving(page)
        context.close()
    assert found["reduce"] == []
    assert found["no-preference"], "this test sees no motion where there is some"


# By keyboard alone

# Where the keyboard is must not lie wholly beneath what is fixed or sticky (WCAG 2.4.11).
STOP = """() => {
  const one = document.activeElement;
  if (one === document.body || one.matches(".back-to-top")) return null; // it comes and goes
  const seen = one.matches(".explorer > input, .quiz input") ? one.labels[0] : one;
  const points = [...seen.getClientRects()].flatMap(({ left, right, top, bottom }) =>
    [[left + 2, top + 2], [(left + right) / 2, (top + bottom) / 2], [right - 2, bottom - 2]]);
  const clear = points.some(([x, y]) => {
    const hit = document.elementFromPoint(x, y);
    return hit && (seen.contains(hit) || hit.contains(seen));
  });
  return { what: one.outerHTML.slice(0, 120), stop: one.stop, clear, round: one.id === "end" };
}"""
# All that must be reached; of a group of radio buttons any one will do.
STOPS = """() => {
  const every = "a[href], button, input:not([type=radio]), select, textarea, summary, iframe, "
    + "[tabindex='0']";
  return [...document.querySelectorAll(every)]
    .filter((one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => !one.matches(".back-to-top")) // it goes when the top is near
    .map((one, k) => { one.stop = k; return one.outerHTML.slice(0, 120); }); // scripts may alter it
}"""
FROM_THE_END = """() => {
  const end = document.body.appendChild(document.createElement("span"));
  end.id = "end";
  end.tabIndex = 0;
  end.focus();
}"""


@pytest.mark.parametrize(
    "kind", ["front", "chapter", "claim", "downloads", "search", "no such page", "slides", "viewer"]
)
@pytest.mark.wcag("2.1.1", "2.1.2", "2.4.3", "2.4.11")
def test_the_keyboard_goes_everywhere_and_is_never_covered(kind, narrow):
    page = visit(narrow, kind)
    if kind == "chapter":
        open_all(page)
    if kind == "search":
        expect(page.locator("#search-results")).to_contain_text("found")
    wanted = page.evaluate(STOPS)
    page.evaluate(FROM_THE_END)  # on the way back the page comes from beneath what is at its top
    stops = []
    for _ in range(len(wanted) + 20):
        page.keyboard.press("Shift+Tab")
        stop = page.evaluate(STOP)
        if stop and stop["round"]:
            break
        stops += [stop] if stop else []  # else it is in the browser's own bar
    else:
        raise AssertionError(f"the keyboard does not come out: {stops[-3:]}")
    page.close()
    assert [one["what"] for one in stops if not one["clear"]] == [], "beneath something"
    reached = {stop.get("stop") for stop in stops}
    assert [what for k, what in enumerate(wanted) if k not in reached] == []
