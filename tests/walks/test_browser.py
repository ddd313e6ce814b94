"""The site as a reader meets it: in a browser, by mouse and by keyboard, and on paper."""

import re
import zipfile
from urllib.parse import quote

import browser
import pytest
from course import SITE
from pages import ledger
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(
    browser.CHROMIUM is None,
    reason="no Chromium or Chrome is installed: the site was not looked at",
)
CHAPTER = SITE / "notebooks" / "02-default-mode.html"


@pytest.fixture(scope="session")
def sightings():
    return browser.survey()


@pytest.fixture(params=browser.LOOKED_AT, ids=lambda page: page.relative_to(SITE).as_posix())
def seen(sightings, request):
    """What was seen on one page."""
    return sightings[request.param]


@pytest.fixture
def desk(chromium):
    """A page on a desktop; nothing in it may go wrong."""
    yield from _open(chromium, width=1280)


@pytest.fixture
def phone(chromium):
    yield from _open(chromium, width=375)


def _open(chromium, **options):
    size = {"width": options.pop("width"), "height": 800}
    context = chromium.new_context(viewport=size, reduced_motion="reduce", **options)
    sighting = browser.Sighting()
    page = context.new_page()
    browser.listen(page, sighting)
    yield page
    context.close()
    assert sighting.outside == []
    assert sighting.wrong == []


def focused(page, what="outerHTML"):
    return page.evaluate(f"document.activeElement.{what}")


# Every page


def test_no_request_leaves_the_site(seen):
    assert seen.outside == []


def test_nothing_goes_wrong_while_a_page_loads(seen):
    assert seen.wrong == []


@pytest.mark.wcag(
    "1.1.1", "1.3.1", "1.4.1", "1.4.3", "1.4.4", "2.1.1", "2.2.1", "2.4.1", "2.4.2", "2.4.4",
    "2.5.3", "2.5.8", "3.1.1", "3.1.2", "3.3.2", "4.1.2",
)  # fmt: skip
def test_axe_finds_nothing(seen):
    found = {view: violations for view, violations in seen.violations.items() if violations}
    assert found == {}


@pytest.mark.wcag("2.4.6")
def test_one_first_heading(seen):
    assert set(seen.headings.values()) == {1}


@pytest.mark.wcag("1.4.10")
def test_no_page_is_wider_than_the_screen(seen):
    assert max(seen.overflow.values()) <= 0, seen.overflow


def test_nothing_jumps(seen):
    assert max(seen.shift.values()) <= 0.03, seen.shift


@pytest.mark.wcag("1.1.1", "1.4.3", "4.1.2")
def test_axe_finds_nothing_in_a_viewer(sightings):
    viewers = {path: one for path, one in sightings.items() if path.parent.name == "_viewers"}
    assert viewers
    for path, sighting in viewers.items():
        assert not any(sighting.violations.values()), (path.name, sighting.violations)
        assert sighting.outside == sighting.wrong == [], path.name


# By keyboard


@pytest.mark.wcag("2.4.1")
def test_the_skip_link_comes_first(desk):
    desk.goto(CHAPTER.as_uri())
    desk.keyboard.press("Tab")
    assert focused(desk, "textContent") == "Skip to content"
    assert desk.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Tab")
    assert desk.evaluate("document.activeElement.closest('article') !== null")


# Pictures that arrive late move the page under the keyboard: all are there before it starts.
ALL_PICTURES = """() => Promise.all([...document.images].map(picture => {
  picture.loading = "eager";
  return picture.decode().catch(() => null);
}))"""
# And a stop has a second to come into sight, should the page scroll smoothly.
STOP = """async () => {
  const stop = document.activeElement;
  if (stop === document.body) return null;
  const drawn = (one, pseudo) => {
    const style = getComputedStyle(one, pseudo);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
      || style.boxShadow !== "none";
  };
  const label = stop.matches("input[type=radio]") && stop.labels[0];
  const inSight = () => {
    const box = (label || stop).getBoundingClientRect();
    return box.width > 0 && box.right > 0 && box.left < innerWidth
      && box.bottom > 0 && box.top < innerHeight;
  };
  const end = performance.now() + 1000;
  while (!inSight() && performance.now() < end)
    await new Promise(done => setTimeout(done, 50));
  return { what: stop.outerHTML.slice(0, 150),
    seen: drawn(stop) || Boolean(label && drawn(label)),
    there: inSight() };
}"""


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.wcag("2.4.7")
def test_the_keyboard_is_seen_wherever_it_is(size, request):
    page = request.getfixturevalue(size)
    page.goto(CHAPTER.as_uri())
    page.evaluate(ALL_PICTURES)
    stops = 0
    for _ in range(400):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            break
        stops += 1
        assert stop["there"], f"out of sight: {stop['what']}"
        assert stop["seen"], f"no focus is drawn: {stop['what']}"
    assert 30 <= stops < 400


@pytest.mark.wcag("2.1.1", "2.4.5")
def test_search_by_keyboard(desk):
    desk.goto(CHAPTER.as_uri())
    desk.locator(".sidebar-search").focus()
    desk.keyboard.type("habenula")
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"search\.html\?q=habenula"))
    results = desk.locator("#search-results li a")
    expect(results.first).to_be_visible()
    assert results.count() >= 3
    desk.evaluate(browser.axe())
    expect(desk.locator("#search-results")).to_contain_text(re.compile(r"found \d+ page"))
    assert desk.evaluate(browser.RUN_AXE, False) == []
    results.first.focus()
    desk.keyboard.press("Enter")
    desk.wait_for_url(re.compile(r"(notebooks|book)/.*\.html"))
    assert "habenula" in desk.locator("article").inner_text().lower()


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("nose spray", "glossary.html#term-esketamine"),
        ("esketamine", "glossary.html#term-esketamine"),
        ("What is GABA?", "03-glutamate.html#"),
        ("side effects", "care.html#what-the-drug-can-do"),
        ("How long does it last", "08-evidence.html#"),
        ("does it work?", "08-evidence.html#"),
        ("is it addictive", "care.html#what-the-drug-can-do"),
        ("what does it feel like", "care.html#what-the-drug-can-do"),
        ("dose", "03-glutamate.html#"),
        ("placebo", "08-evidence.html#"),
        ("pregnancy", None),
    ],
)
def test_a_question_in_a_readers_words_is_answered_first(desk, asked, place):
    desk.goto((SITE / "search.html").as_uri() + f"?q={quote(asked)}")
    answer = desk.locator(".first-answer")
    if place is None:
        expect(answer).to_contain_text("Not in this course")
        return
    link = answer.locator("a")
    assert place in link.get_attribute("href")
    link.click()
    name = desk.url.rpartition("#")[2]
    expect(desk.locator(f"[id='{name}']")).to_have_count(1)


def test_search_counts_headings_before_text_and_leaves_code_out(desk):
    desk.goto((SITE / "search.html").as_uri() + "?q=smoothing")
    first = desk.locator("#search-results li a").first
    # The place itself, not its page; results come in one after the other.
    expect(first).to_have_attribute("href", re.compile("#.*smoothing"))
    desk.goto((SITE / "search.html").as_uri() + "?q=suptitle")
    expect(desk.locator("#search-results")).to_contain_text("did not match any documents")


@pytest.mark.wcag("2.1.1", "2.4.3")
def test_the_menu_on_a_phone(phone):
    phone.goto(CHAPTER.as_uri())
    menu = phone.get_by_role("button", name="Menu")
    menu.focus()
    phone.keyboard.press("Space")
    link = phone.locator(".sidebar-drawer").get_by_role("link", name="Glutamate")
    expect(link).to_be_in_viewport()
    phone.evaluate(browser.axe())
    assert phone.evaluate(browser.RUN_AXE, False) == []
    phone.keyboard.press("Escape")
    expect(link).not_to_be_in_viewport()
    expect(menu).to_be_focused()
    phone.keyboard.press("Space")
    link.focus()
    phone.keyboard.press("Enter")
    phone.wait_for_url(re.compile("03-glutamate"))


def test_the_list_of_contents_leads_on_and_leaves(phone):
    phone.goto(CHAPTER.as_uri())
    phone.locator(".toc-header-icon").click()
    link = phone.locator(".toc-drawer").get_by_role("link", name="Check yourself")
    expect(link).to_be_in_viewport()
    link.click()
    expect(link).not_to_be_in_viewport()
    assert phone.url.endswith("#check-yourself")


def test_the_menu_opens_at_its_top(desk):
    for page in ("notebooks/06-short-term", "book/ledger", "book/instructor/session-3"):
        desk.goto((SITE / f"{page}.html").as_uri())
        expect(desk.locator(".sidebar-brand")).to_be_in_viewport(ratio=1)
        expect(desk.locator(".sidebar-search")).to_be_in_viewport(ratio=1)


@pytest.mark.wcag("2.1.1")
def test_the_colours_are_switched_by_keyboard(desk):
    desk.goto(CHAPTER.as_uri())
    seen = set()
    desk.locator(".theme-toggle:visible").first.focus()
    for _ in range(3):
        desk.keyboard.press("Enter")
        seen.add(desk.evaluate("document.body.dataset.theme"))
    assert seen == {"light", "dark", "auto"}


def test_code_is_shown_for_the_whole_visit_when_it_is_asked_for(desk):
    desk.goto(CHAPTER.as_uri())
    code = desk.locator("article .cell_input:visible, article details.hide:visible")
    figures = desk.locator("article figure img:visible")
    assert code.count() == 0 and figures.count() >= 3
    desk.get_by_role("button", name="Show code and numbers").click()
    assert code.count() > 10
    desk.goto((SITE / "notebooks" / "05-lateral-habenula.html").as_uri())
    assert code.count() > 10, "the choice is kept"
    desk.get_by_role("button", name="Hide code and numbers").click()
    assert code.count() == 0


def test_a_fold_opens_for_a_link_that_leads_into_it(desk):
    desk.goto(CHAPTER.as_uri())
    fold = desk.locator("details.fold.deeper").first
    assert fold.get_attribute("open") is None
    name = fold.locator("xpath=ancestor::section[1]").get_attribute("id")
    desk.goto(f"{CHAPTER.as_uri()}#{name}")
    desk.reload()
    assert fold.get_attribute("open") is not None


def test_a_claim_opens_in_place(desk):
    desk.goto(CHAPTER.as_uri())
    badge = desk.locator("details.claim > summary").first
    card = desk.locator("details.claim .ladder").first
    expect(card).not_to_be_visible()
    badge.focus()
    desk.keyboard.press("Enter")
    expect(card).to_be_visible()
    desk.keyboard.press("Enter")
    expect(card).not_to_be_visible()


@pytest.mark.wcag("2.1.1", "2.5.7")
def test_an_explorer_moves_by_arrow(desk):
    page = next(
        p
        for p in sorted(SITE.glob("notebooks/*.html"))
        if 'fieldset class="explorer' in p.read_text("utf-8")
    )
    desk.goto(page.as_uri())
    explorer = desk.locator("fieldset.explorer").first
    shown = explorer.locator("figure:visible")
    assert shown.count() == 1
    before = shown.inner_text()
    explorer.locator("input:checked").focus()
    desk.keyboard.press("ArrowRight")
    assert shown.count() == 1
    assert shown.inner_text() != before
    expect(shown.locator("img")).to_be_visible()


@pytest.mark.parametrize("page", sorted(SITE.glob("notebooks/*.html")), ids=lambda p: p.stem)
def test_a_chapter_ends_and_moves_soon_on_a_phone(phone, page):
    phone.goto(page.as_uri())
    screens = phone.evaluate("document.documentElement.scrollHeight / 812")
    assert screens <= 25, f"{page.stem}: {screens:.1f} screens with its folds closed"
    top = phone.locator("fieldset.explorer").first.bounding_box()["y"]
    assert top <= 5 * phone.viewport_size["height"], f"{page.stem}: nothing to move so far"


@pytest.mark.wcag("2.5.1")
def test_a_figure_is_enlarged_whole_and_then_moved_in(phone):
    phone.goto(CHAPTER.as_uri())
    phone.locator("article figure[id] a.image-reference:visible").first.click()
    box = phone.locator("dialog.enlarged")
    room = "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]"
    assert max(box.evaluate(room)) <= 1, "the whole figure is in sight"
    box.get_by_role("button", name="Closer").click()
    assert max(box.evaluate(room)) > 100, "there is somewhere to go"
    phone.keyboard.press("Escape")
    expect(box).to_have_count(0)


def test_code_is_copied(desk):
    desk.goto(CHAPTER.as_uri())
    desk.get_by_role("button", name="Show code and numbers").click()
    code = desk.locator("div.cell_input div.highlight:visible").last
    code.scroll_into_view_if_needed()
    code.locator("button.copybtn").focus()
    desk.keyboard.press("Enter")
    expect(code.locator("button.copybtn")).to_have_attribute("data-tooltip", "Copied!")


@pytest.mark.wcag("2.1.1")
def test_what_is_wider_than_a_phone_is_scrolled_with_keys_once_its_fold_opens(phone):
    phone.goto(CHAPTER.as_uri())
    phone.get_by_role("button", name="Show code and numbers").click()
    phone.evaluate(browser.UNFOLD)
    wide = "[...document.querySelectorAll('article :is(pre, .table-wrapper)')]"
    wide += ".filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth)"
    phone.wait_for_function(f"{wide}.length && {wide}.every((one) => one.tabIndex === 0)")


def test_the_ledger_is_chosen_from_by_verdict_chapter_and_kind(phone):
    phone.goto((SITE / "book" / "ledger.html").as_uri())
    cards = phone.locator("section:has(> .claim-head):visible")
    assert cards.count() == len(ledger.load())
    phone.get_by_label("Verdict").select_option("contradicted")
    wanted = [one for one in ledger.load().values() if "contradicted" in one["verdict"]]
    assert cards.count() == len(wanted)
    expect(phone.locator(".ledger-filter [role=status]")).to_contain_text(f"{len(wanted)} of ")
    phone.get_by_label("Verdict").select_option("")
    phone.get_by_label("Evidence from").select_option("cells")
    assert 0 < cards.count() < len(ledger.load())
    box = cards.first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 375, "nothing is out of sight"


@pytest.mark.wcag("2.1.1")
def test_the_map_of_the_evidence_is_walked_and_followed_with_keys(desk):
    desk.goto((SITE / "book" / "ledger.html").as_uri())
    marks = desk.locator(".evidence-map td a")
    assert marks.count() == len(ledger.marks())
    first = marks.first
    first.focus()
    assert focused(desk, "title") == first.get_attribute("aria-label") != ""
    desk.keyboard.press("Tab")
    assert focused(desk, "title") == marks.nth(1).get_attribute("aria-label")
    desk.keyboard.press("Enter")
    assert desk.url.endswith(marks.nth(1).get_attribute("href"))


def test_a_phone_shows_all_kinds_of_evidence_without_scrolling(phone):
    phone.goto((SITE / "book" / "ledger.html").as_uri())
    last = phone.locator(".evidence-map thead th").last.bounding_box()
    assert last["x"] + last["width"] <= 375


@pytest.mark.wcag("2.1.1", "2.1.2", "2.4.3")
def test_a_viewer_opens_and_closes_and_the_focus_is_kept(desk):
    desk.goto(CHAPTER.as_uri())
    link = desk.locator("p.viewer > a").first
    link.focus()
    desk.keyboard.press("Enter")
    frame = desk.locator(".viewer-open iframe")
    expect(frame).to_be_visible()
    assert focused(desk, "tagName") == "IFRAME"
    desk.locator(".viewer-open button").focus()
    desk.keyboard.press("Enter")
    expect(frame).to_have_count(0)
    assert focused(desk, "textContent").startswith("Open the interactive view")


# On paper, without scripts, and where there is no such page


def test_a_chapter_prints_alone(desk):
    desk.goto(CHAPTER.as_uri())
    hidden = [".sidebar-drawer", ".toc-drawer", "footer", "p.viewer", ".headerlink", ".code-switch"]
    hidden += ["details.hide:not([open])", "details.fold:not([open])", ".take-away", ".back-to-top"]
    hidden += [".quiz-tools", ".quiz .feedback", ".term > [role=tooltip]"]
    for name in hidden:
        assert desk.locator(name).count() >= 1, f"{name}: nothing there to hide"
    desk.emulate_media(media="print")
    for name in hidden:
        assert desk.locator(f"{name}:visible").count() == 0, name
    shown = ["h1", "article figure img", "article figcaption", ".claim-head", ".quiz-appendix"]
    for name in shown:
        assert desk.locator(f"{name}:visible").count() >= 1, name
    style = "(one, name) => getComputedStyle(one)[name]"
    for name in ["figure", "tr", ".claim-head", ".quiz > fieldset"]:  # stay on one sheet
        assert desk.locator(f"article {name}").first.evaluate(style, "breakInside") == "avoid", name
    for name in ["h2", "h3"]:  # stay with what follows
        assert desk.locator(f"article {name}").first.evaluate(style, "breakAfter") == "avoid", name
    desk.emulate_media(media="print", color_scheme="dark")
    ink, ground = desk.evaluate(
        "['color', 'backgroundColor'].map((one) => getComputedStyle(document.body)[one])"
    )
    assert (ink, ground) == ("rgb(0, 0, 0)", "rgb(255, 255, 255)")
    assert len(desk.pdf()) > 100_000


def test_a_chapter_reads_without_scripts(chromium):
    for page in _open(chromium, width=1280, java_script_enabled=False):
        page.goto(CHAPTER.as_uri())
        assert page.locator("article p:visible").count() > 20
        assert page.locator("p.viewer > a:visible").count() >= 1
        page.locator("details.claim > summary").first.click()
        assert page.locator("details.claim .ladder:visible").count() >= 1


def test_the_door_leads_to_the_front_page(desk):
    desk.goto(browser.DOOR.as_uri())
    desk.wait_for_url(re.compile(r"book/index\.html"))


def test_a_lost_reader_is_led_back_from_any_depth(chromium):
    page = chromium.new_page(viewport={"width": 375, "height": 800})
    page.route(
        "http://book.test/**", lambda route: route.fulfill(**browser.answer(route.request.url))
    )
    page.goto(browser.SERVED + "book/no/such/page.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.close()


# The teaching kit


def test_a_quiz_answers_in_words_and_remembers(desk):
    desk.goto(CHAPTER.as_uri())
    question = desk.locator(".quiz fieldset").first
    feedback = question.locator(".feedback")
    expect(feedback).to_be_empty()
    question.locator("input").first.focus()
    desk.keyboard.press("Space")
    expect(feedback).to_have_text(re.compile(r"^A is (right|wrong)\. .{20,}"))
    desk.keyboard.press("ArrowDown")
    expect(feedback).to_have_text(re.compile(r"^B is (right|wrong)\. "))
    right = "ABCD"[question.locator("details li").evaluate_all(
        "(all) => all.findIndex((one) => one.className === 'right')")]  # fmt: skip
    question.locator(f"input[value={right}]").check()
    expect(feedback).to_have_text(re.compile(rf"^{right} is right\. "))
    mark = desk.locator(".sidebar-tree .progress").first
    expect(mark).to_have_text(re.compile(r"^1 of \d$"))
    desk.goto((SITE / "notebooks" / "03-glutamate.html").as_uri())
    expect(desk.locator(".sidebar-tree .progress").first).to_have_text(re.compile(r"^1 of \d$"))
    desk.goto(CHAPTER.as_uri())
    expect(question.locator(f"input[value={right}]")).to_be_checked()
    desk.get_by_role("button", name="Forget my answers here").click()
    expect(feedback).to_be_empty()
    expect(desk.locator(".sidebar-tree .progress")).to_have_count(0)


def test_a_quiz_works_without_scripts_and_on_paper(chromium):
    for page in _open(chromium, width=1280, java_script_enabled=False):
        page.goto(CHAPTER.as_uri())
        answers = page.locator(".quiz details").first
        answers.locator("summary").click()
        assert answers.locator("li:visible").count() >= 3
        page.emulate_media(media="print")
        assert page.locator(".quiz details:visible, .quiz-tools:visible").count() == 0
        assert page.locator(".quiz-appendix p:visible").count() >= 6


@pytest.fixture(scope="session")
def asking():
    """Address of a page that asks for guesses."""
    for page in sorted((SITE / "notebooks").glob("*.html")):
        if 'class="guess"' in page.read_text("utf-8"):
            return page.as_uri()
    pytest.skip("no page of the built site asks for a guess")


def test_a_guess_is_kept_and_set_beside_the_result(desk, asking):
    desk.goto(asking)
    row = desk.locator(".guess fieldset").first
    check = desk.locator(".guess-check").first
    line, said = check.locator("tbody tr").first, check.get_by_role("status")
    expect(line.locator(".your-guess")).to_be_empty()
    expect(said).to_be_empty()
    expect(said).to_have_attribute("aria-live", "off")  # no result is told to who is guessing
    row.locator("input").first.focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("ArrowDown")
    expect(row.locator("input").nth(1)).to_be_checked()
    result = line.locator("[data-option]").first.get_attribute("data-option")
    row.get_by_text(result, exact=True).click()
    desk.reload()
    expect(row.locator(f"input[value='{result}']")).to_be_checked()
    expect(line.locator(".your-guess")).to_have_text(result)
    expect(line.locator("[data-option]").first).to_contain_text("as you guessed")
    others = line.locator(f"[data-option]:not([data-option='{result}'])")
    assert not any("as you guessed" in text for text in others.all_inner_texts())
    expect(said).to_have_text(re.compile(r"^You were right in 1 of 1 .*\.$"))
    check.scroll_into_view_if_needed()
    expect(said).to_have_attribute("aria-live", "polite")
    desk.get_by_role("button", name="Forget my guesses").first.click()
    expect(line.locator(".your-guess")).to_be_empty()
    expect(check.get_by_text("as you guessed")).to_have_count(0)
    desk.reload()
    expect(row.locator("input:checked")).to_have_count(0)


def test_a_guess_works_without_scripts_and_on_paper(chromium, asking):
    for page in _open(chromium, width=1280, java_script_enabled=False):
        page.goto(asking)
        row = page.locator(".guess fieldset").first
        row.locator("label").last.click()
        expect(row.locator("input").last).to_be_checked()
        assert page.locator(".guess-tools:visible").count() == 0, "a button that does nothing"
        page.emulate_media(media="print")
        assert row.locator("input:visible").count() >= 2
        blank = page.locator(".guess-check .your-guess").first.evaluate(
            "(one) => getComputedStyle(one, '::after').borderBottomStyle"
        )
        assert blank == "solid", "no line to write on"


@pytest.mark.wcag("1.4.13")
def test_a_word_opens_on_focus_and_closes_on_escape(desk):
    desk.goto(CHAPTER.as_uri())
    word = desk.locator(".term").first
    sense = word.locator("[role=tooltip]")
    expect(sense).not_to_be_visible()
    word.locator("a").focus()
    expect(sense).to_be_visible()
    desk.keyboard.press("Escape")
    expect(sense).not_to_be_visible()
    word.hover()
    desk.locator("h1").first.hover()
    word.hover()
    expect(sense).to_be_visible()


def test_a_word_in_a_table_is_read_in_full(desk):
    desk.goto(CHAPTER.as_uri())
    # In the last row, below which the box of the table ends.
    word = desk.locator(".table-wrapper:visible").first.locator(".term").last
    word.scroll_into_view_if_needed()
    word.hover()
    tip = word.locator('[role="tooltip"]')
    expect(tip).to_be_in_viewport(ratio=1)
    cut = "one => { const b = one.getBoundingClientRect(); return document.elementFromPoint("
    cut += "b.left + 5, b.bottom - 5) === one; }"
    assert tip.evaluate(cut)


def test_a_word_opens_on_a_tap_and_leads_on_at_the_second(chromium):
    for page in _open(chromium, width=375, has_touch=True, is_mobile=True):
        page.goto(CHAPTER.as_uri())
        word = page.locator(".term").first
        word.locator("a").tap()
        expect(word.locator("[role=tooltip]")).to_be_visible()
        box = word.locator("[role=tooltip]").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 375
        word.locator("a").tap()
        page.wait_for_url(re.compile(r"glossary\.html#term-"))


BEYOND = """() => Math.max(...[...document.querySelectorAll("section.present :not(aside, aside *)")]
  .map((one) => one.getBoundingClientRect())
  .map((box) => Math.max(box.bottom - innerHeight, box.right - innerWidth, -box.left, -box.top)))"""


@pytest.mark.parametrize(
    "deck", sorted((SITE / "slides").glob("*.html")), ids=lambda deck: deck.stem
)
def test_no_slide_overflows(desk, deck):
    desk.set_viewport_size({"width": 1280, "height": 720})
    desk.goto(deck.as_uri())
    desk.wait_for_function("window.Reveal && Reveal.isReady()")
    for number in range(desk.evaluate("Reveal.getTotalSlides()")):
        desk.evaluate(f"Reveal.slide({number})")
        desk.wait_for_function(
            "[...document.querySelectorAll('section.present img')].every((one) => one.complete)"
        )
        beyond = desk.evaluate(BEYOND)
        assert beyond <= 0, f"slide {number + 1} is {beyond:.0f} pixels too large"


def test_the_lecturers_window_shows_slides_in_frames_as_slides(chromium, tmp_path):
    """Its preview of the next slide is narrower than a phone."""
    deck = SITE / "slides" / "04-prefrontal-hippocampal.html"
    (tmp_path / "notes.html").write_text(f'<iframe width="420" src="{deck.as_uri()}"></iframe>')
    page = chromium.new_page()
    page.goto((tmp_path / "notes.html").as_uri())
    inside = page.frames[1]
    inside.wait_for_function("window.Reveal && Reveal.isReady()")
    assert inside.locator("html.deck").count() == 1
    page.close()


def test_the_zip_reads_from_a_memory_stick(desk, tmp_path, monkeypatch):
    [name] = (SITE / "_downloads").glob("*.zip")
    with zipfile.ZipFile(name) as archive:
        archive.extractall(tmp_path)
    site = tmp_path / name.stem / "site"
    monkeypatch.setattr(browser, "OWN", [*browser.OWN, site.as_uri()])
    desk.goto((site / "index.html").as_uri())
    desk.wait_for_url(re.compile(r"book/index\.html"))
    desk.get_by_role("link", name="Glutamate and the NMDA receptor").first.click()
    desk.wait_for_url("**/notebooks/03-glutamate.html*")  # and until it is there
    assert desk.locator("article math").count() >= 2
    desk.locator(".quiz input").first.check()
    expect(desk.locator(".quiz .feedback").first).not_to_be_empty()
    explorer = desk.locator("fieldset.explorer").first
    explorer.locator("label").last.click()
    expect(explorer.locator("figure:visible img")).to_have_js_property("complete", True)
    desk.locator(".take-away").get_by_role("link", name="slides").click()
    desk.wait_for_function("window.Reveal && Reveal.isReady()")
    desk.goto((site / "notebooks" / "02-default-mode.html").as_uri())
    desk.locator("p.viewer > a").first.click()
    expect(desk.locator(".viewer-open iframe")).to_be_visible()
    desk.goto((site / "search.html").as_uri() + "?q=habenula")
    expect(desk.locator("#search-results li a").first).to_be_visible()
