"""What runs in the page: the same in both Pythons, kernels as numba has them, walked by keys."""

import gzip
import json
import re
from functools import partial

import browser
import numpy as np
import pytest
from course import SITE
from livecells import CELLS, run
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(
    browser.CHROMIUM is None,
    reason="no Chromium or Chrome is installed: nothing was run in a page",
)
EQUAL = 1e-12
BUNDLES = {"live-python.js": 300_000, "live-brain.js": 30_000}
"""What a page loads after the click, and the most that it may weigh; with gzip."""


def chapter(stem):
    return next(SITE.glob(f"notebooks/{stem}*.html"))


def open_page(chromium, place, width=1280, **options):
    """A page, opened from the disk or under an address, and what it asks for."""
    size = {"width": width, "height": 800}
    context = chromium.new_context(viewport=size, **{"reduced_motion": "reduce"} | options)
    context.route(
        browser.SERVED + "**",
        lambda route: route.fulfill(**browser.answer(route.request.url)),
    )
    page = context.new_page()
    page.set_default_timeout(10_000)
    sighting = browser.Sighting()
    browser.listen(page, sighting)
    page.goto(place)
    page.evaluate(browser.UNFOLD)
    return page, sighting


# Python in the page

START = """() => {
  const { script, wasm, files } = livePython;
  const bytes = Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0)).buffer;
  window.worker = new Worker(URL.createObjectURL(new Blob([script])));
  window.ask = (job) => new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.postMessage(job);
  });
  return ask({ wasm: bytes, files });
}"""
ASK = """async (code) => {
  const found = await ask({ code });
  for (const one of found.drawn) Object.assign(one, { x: [...one.x], y: [...one.y] });
  return found;
}"""


@pytest.fixture(scope="module")
def in_the_page(chromium):
    """Run some Python in the worker of a chapter; one worker for all, as in a page."""
    page, _ = open_page(chromium, chapter("03").as_uri())
    page.get_by_role("button", name="Change it").first.click()
    page.wait_for_selector(".live-panel")
    assert page.evaluate(START) == {"ready": True}
    yield lambda code: page.evaluate(ASK, code)
    page.context.close()


def differences(here, there):
    """What two runs of a cell disagree about."""
    found = [name for name in ("text", "error", "axes") if here[name] != there[name]]
    if isinstance(here["answer"], float) and isinstance(there["answer"], float):
        same = np.isclose(here["answer"], there["answer"], rtol=EQUAL, atol=EQUAL)
    else:
        same = here["answer"] == there["answer"]
    found += [] if same else ["answer"]
    kinds = [[(one["kind"], one["label"]) for one in run["drawn"]] for run in (here, there)]
    if kinds[0] != kinds[1]:
        return [*found, "what is drawn"]
    for one, other in zip(here["drawn"], there["drawn"], strict=True):
        for axis in "xy":
            if not (
                len(one[axis]) == len(other[axis])
                and np.allclose(one[axis], other[axis], rtol=EQUAL, atol=EQUAL)
            ):
                found.append(f"{axis} of {one['kind']} {one['label']}")
    return found


@pytest.mark.parametrize("version", ["code", "changed"])
@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.figure)
def test_a_cell_says_and_draws_the_same_in_both_pythons(cell, version, in_the_page, monkeypatch):
    code = getattr(cell, version)
    assert differences(run(code, monkeypatch), in_the_page(code)) == []


def test_a_cell_that_differs_is_noticed(in_the_page, monkeypatch):
    cell = CELLS[0]
    other = cell.code.replace("0.95)", "0.95) + 1e-9").replace("0.025", "0.0250001")
    assert differences(run(cell.code, monkeypatch), in_the_page(other)) == ["answer", "x of bars "]
    other = cell.code.replace("lie within", "lies within")
    assert differences(run(cell.code, monkeypatch), in_the_page(other)) == ["text"]


NUMPY = [
    "x + 1", "1 - x", "2 * x / 3", "1 / x", "x / 0", "x**2", "2**x", "-x", "abs(-x)", "x - y",
    "x[1:3]", "x[[0, 2]]", "x[x > 1]", "x[-1]", "x.min(), x.max(), x.sum(), x.mean(), x.std()",
    "x.var(ddof=1), x.argmin(), x.argmax(), x.any(), x.all()", "(x > 1) & ~(x > 2)",
    "(x <= 1) | (x == 2.5)", "x != 1", "x >= y", "x < y", "table[1]", "table[:, 1]",
    "table[0, 1], table.T[0, 1]", "table @ np.array([1.0, 2.0])", "x @ y", "table.shape",
    "np.exp(x)", "np.exp(1000.0)", "np.log(np.array([0.0, 1.0, -1.0]))", "np.expm1(x)",
    "np.sqrt(x), np.sqrt(2.0)", "np.sin(x), np.cos(x), np.tan(x), np.tanh(x)",
    "np.arctanh(x / 9)", "np.floor(x), np.ceil(x)", "np.sign(-x)", "np.isfinite(x), np.isnan(x)",
    "np.linspace(0, 1, 7)", "np.arange(5), np.arange(1, 4), np.arange(0, 1, 0.25)",
    "np.zeros(3), np.ones(2), np.full(2, 7.0)", "np.eye(2)[0]", "np.clip(x, 1, 2)",
    "np.where(x > 1, x, -1.0)", "np.diff(x), np.cumsum(x)", "np.column_stack([x, y])[1]",
    "np.sort(y)", "np.quantile(y, 0.3), np.median(y), np.mean(y), np.std(y)",
    "np.histogram(x, np.linspace(0, 4, 5))[0]", "np.corrcoef(x, y)[0, 1]",
    "np.linalg.solve(table, np.array([1.0, 2.0]))", "sorted(np.linalg.eig(table)[0])",
    "sorted(np.linalg.eig(np.array([[4.0, 1, 0], [1, 3, 1], [0, 1, 1]]))[0])",
    "np.array([1, 2])[0], np.asarray(3.0) + 1, np.atleast_1d(2.0)[0]", "len(x), x.size, x.ndim",
    "np.pi, np.e, np.ndim(table)", "x.copy().reshape(2, 2)[1]", "sum(x.tolist())",
]  # fmt: skip
SEEN = """
import numpy as np

x, y = np.array([0.5, 1.0, 2.5, 3.5]), np.array([1.5, 0.5, 4.0, 2.0])
table = np.array([[2.0, 1.0], [1.0, 3.0]])
found = []


def take(value):
    try:
        found.append(float(value))
    except TypeError:
        for one in value:
            take(one)


take([{}])
print([f"{{one:.10e}}" for one in found])
"""


@pytest.mark.parametrize("expression", NUMPY)
def test_what_the_page_knows_of_numpy_is_numpy(expression, in_the_page, monkeypatch):
    code = SEEN.format(expression)
    there = in_the_page(code)
    assert there["error"] is None
    with np.errstate(all="ignore"):
        assert there["text"] == run(code, monkeypatch)["text"]


@pytest.mark.parametrize(
    ("code", "line", "said"),
    [
        ("from ketanet import receptors\n\nreceptors.half_block_voltage(-2.0)", 3, "-2"),
        ("a = 1\nb = a +", 2, "SyntaxError"),
        ("print(nothing)", 1, "NameError: name 'nothing' isn't defined"),
        ("x = [1, 2]\n\nx[5]", 3, "IndexError"),
        ("import numpy as np\nnp.fft.fft([1, 2])", 2, "fft"),
    ],
)
@pytest.mark.wcag("3.3.1")
def test_an_error_is_one_line_with_its_place(code, line, said, in_the_page):
    error = in_the_page(code)["error"]
    assert error["line"] == line
    assert said in error["said"] and "\n" not in error["said"]


def test_each_run_has_names_of_its_own(in_the_page):
    assert in_the_page("kept = 1")["error"] is None
    assert "kept" in in_the_page("print(kept)")["error"]["said"]


@pytest.mark.parametrize(
    "door", ["fetch", "indexedDB", "importScripts", "XMLHttpRequest", "WebSocket", "caches"]
)
def test_code_reaches_no_network_and_no_storage(door, in_the_page):
    error = in_the_page(f"import js\n\njs.{door}")["error"]
    assert error is not None and error["line"] == 3, f"{door} is there"


# By keyboard, from the disk and under an address, on a desktop and on a phone

PLACES = {"disk": SITE.as_uri() + "/", "host": browser.SERVED}
WALK = [("disk", 375), ("host", 1280), ("disk", 1280), ("host", 375)]
STEMS = sorted({cell.chapter for cell in CELLS})
# One chapter in all four ways, the others in two of them.
WALKS = [(stem, *way) for stem in STEMS for way in (WALK if stem == "03-glutamate" else WALK[:2])]

# axe goes through the whole page for each rule: what holds none of the parts is taken out first.
PARTS = ".live-panel, .predict, .continuous"
ALONE = """(parts) => {
  for (const one of document.querySelectorAll("article *"))
    if (!one.closest(parts) && !one.querySelector(parts)) one.remove();
}"""
AXE_IN = """async ([parts, runOnly]) => {
  const include = [...document.querySelectorAll(parts)];
  const options = { resultTypes: ["violations"], preload: false, ...(runOnly && { runOnly }) };
  const { violations } = await axe.run({ include }, options);
  return violations.map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 150)}`);
}"""


def check_access(page):
    """What axe says of the parts that came with the click, in both themes; the last thing asked."""
    page.evaluate(ALONE, PARTS)
    page.evaluate(browser.axe())
    for scheme, rules in (("light", None), ("dark", browser.COLOURS)):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(AXE_IN, [PARTS, rules]) == [], scheme


def press(page, name, within):
    """Press a button as somebody without a mouse does."""
    within.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("stem", "place", "width"), WALKS)
@pytest.mark.wcag("2.1.1", "2.1.2")
def test_the_cells_of_a_chapter_are_walked_by_keyboard(stem, place, width, chromium):
    page, sighting = open_page(chromium, f"{PLACES[place]}notebooks/{stem}.html", width)
    cells = [cell for cell in CELLS if cell.chapter == stem]
    blocks = page.locator(".cell.tag_live")
    expect(blocks).to_have_count(len(cells))
    for block, cell in zip(blocks.all(), cells, strict=True):
        press(page, "Change it", block)
        code = block.get_by_label("Code of this cell")
        expect(code).to_be_focused()
        assert code.input_value() == cell.code
        says = block.locator(".live-says")
        page.keyboard.press("Control+Enter")
        expect(says).to_have_text(re.compile("Guess first"))
        assert page.evaluate("document.activeElement.closest('.predict') !== null")
        code.press("Control+Enter")
        expect(says).to_have_text(re.compile("^It ran. Now change "))
        code.fill(cell.changed)
        press(page, "Run", block)
        expect(says).to_have_text("That is the answer. You made no guess this time.")
        plot = block.locator("svg.live-plot")
        assert cell.code.split('draw.axes("')[1].split('"')[0] in plot.get_attribute("aria-label")
        assert plot.locator(".before").count() >= 1, "the run before is kept in grey"
        press(page, "Reset", block)
        assert code.input_value() == cell.code
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    check_access(page)
    assert sighting.outside == [] and sighting.wrong == []
    page.context.close()


def test_a_guess_is_set_beside_the_answer(chromium):
    page, _ = open_page(chromium, chapter("03").as_uri())
    cell = next(one for one in CELLS if one.figure == "fig-live-magnesium")
    block = page.locator(".cell.tag_live").first
    press(page, "Change it", block)
    page.locator("#guess-magnesium").fill("-12,3")
    block.get_by_label("Code of this cell").fill(cell.changed)
    press(page, "Run", block)
    told = "You guessed −12.3; it is −9.3 mV. Your guess was 3 too low."
    expect(block.locator(".live-says")).to_have_text(told)
    page.locator("#guess-magnesium").fill("−9")
    press(page, "Run", block)
    expect(block.locator(".live-says")).to_have_text(re.compile("That is it."))
    page.context.close()


@pytest.mark.wcag("2.5.7")
def test_a_drawn_curve_is_drawn_beside_the_other(chromium):
    page, _ = open_page(chromium, chapter("03").as_uri())
    cell = next(one for one in CELLS if one.figure == "fig-live-faster")
    for handle in page.locator("#predict-faster input").all():
        handle.focus()
        for _ in range(20):
            page.keyboard.press("ArrowUp")
    block = page.locator(".cell.tag_live").nth(1)
    press(page, "Change it", block)
    block.get_by_label("Code of this cell").fill(cell.changed)
    press(page, "Run", block)
    expect(block.locator(".live-says")).to_have_text(re.compile(r"^Your curve lies 0\.\d+ of the"))
    expect(block.locator("polyline.guessed")).to_have_count(1)
    page.context.close()


@pytest.mark.wcag("4.1.3")
def test_a_figure_waits_for_a_guess_and_stays(chromium):
    page, _ = open_page(chromium, chapter("02").as_uri())
    figure = page.locator("#fig-flip img")
    expect(figure).to_be_hidden()
    box = page.locator("#predict-flip")
    press(page, "Show the figure", box)
    expect(box.get_by_role("status")).to_have_text(re.compile("^Guess first"))
    expect(page.locator("#guess-flip")).to_be_focused()
    page.keyboard.type("5")
    press(page, "Show the figure", box)
    told = "You guessed 5; it is 7 people. Your guess was 2 too low."
    expect(box.get_by_role("status")).to_have_text(told)
    expect(figure).to_be_visible()
    page.reload()
    expect(figure).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("where", ["no scripts", "print", "link"])
def test_a_figure_that_waits_is_there_all_the_same(where, chromium):
    context = chromium.new_context(java_script_enabled=where != "no scripts")
    page = context.new_page()
    page.goto(chapter("02").as_uri() + ("#fig-flip" if where == "link" else ""))
    if where == "print":
        page.emulate_media(media="print")
    if where != "link":
        assert page.locator(".live-opener:visible, .predict-tools:visible").count() == 0
    expect(page.locator("#fig-flip img")).to_be_visible()
    expect(page.locator("#fig-live-opposed img")).to_be_visible()
    context.close()


def test_an_endless_loop_is_stopped_and_the_next_run_starts_anew(chromium):
    page, sighting = open_page(chromium, chapter("01").as_uri())
    block = page.locator(".cell.tag_live").nth(1)
    press(page, "Change it", block)
    code, says = block.get_by_label("Code of this cell"), block.locator(".live-says")
    own = code.input_value()
    code.fill("while True:\n    pass")
    page.locator("#guess-chain").fill("0.5")
    press(page, "Run", block)
    expect(says).to_have_text("Running …")
    press(page, "Stop", block)
    expect(says).to_have_text("Stopped. Nothing of this run is kept.")
    code.fill(own)
    press(page, "Run", block)
    expect(says).to_have_text(re.compile("^It ran"))
    assert sighting.wrong == []
    page.context.close()


def test_changes_stay_for_the_visit_and_lines_keep_their_indentation(chromium):
    page, _ = open_page(chromium, chapter("04").as_uri())
    block = page.locator(".cell.tag_live").first
    press(page, "Change it", block)
    code = block.get_by_label("Code of this cell")
    code.fill("for people in range(3):")
    code.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("print(people)")
    page.keyboard.press("Enter")
    page.keyboard.type("print()")
    text = "for people in range(3):\n    print(people)\n    print()"
    assert code.input_value() == text
    page.reload()
    press(page, "Change it", page.locator(".cell.tag_live").first)
    assert page.get_by_label("Code of this cell").first.input_value() == text
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Run"
    page.context.close()


@pytest.mark.parametrize(("place", "width"), WALK)
def test_explorers_move_without_steps(place, width, chromium):
    page, sighting = open_page(chromium, f"{PLACES[place]}notebooks/{chapter('04').name}", width)
    box = page.locator(".explorer[data-name=preference]")
    press(page, "Move it without steps", box)
    handle = box.get_by_role("slider")
    expect(handle).to_be_focused()
    says = box.locator("p").last
    expect(says).to_have_text(re.compile("hit 1 times as strongly: at 1% the coupling falls"))
    handle.press("End")
    expect(says).to_have_text(re.compile("hit 3 times as strongly: at 1% the coupling rises"))
    assert "the coupling rises" in box.locator("svg").get_attribute("aria-label")
    page.goto(f"{PLACES[place]}notebooks/{chapter('06').name}")
    page.evaluate(browser.UNFOLD)
    box = page.locator(".explorer[data-name=shortterm]")
    static = box.locator("figcaption:visible").inner_text()
    press(page, "Move it without steps", box)
    says = box.locator("p").last
    expect(says).to_have_text(static)  # 0.5%, as the picture has it
    box.get_by_role("slider").press("End")
    expect(says).to_have_text(re.compile(r"^2% taken.* 11\.\d Hz"))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    check_access(page)
    assert sighting.outside == [] and sighting.wrong == []
    page.context.close()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
@pytest.mark.wcag("2.2.2")
def test_the_brain_runs_and_honours_reduced_motion(motion, chromium):
    page, sighting = open_page(chromium, chapter("04").as_uri(), reduced_motion=motion)
    box = page.locator(".explorer[data-name=running]")
    press(page, "Let it run", box)
    says = box.locator("p").last
    expect(says).to_have_text(re.compile("^0 s simulated"))
    dots = "all => all.map((one) => one.getAttribute('fill')).join()"
    before = box.locator("circle").evaluate_all(dots)
    if motion == "reduce":
        page.wait_for_timeout(500)
        assert box.locator("circle").evaluate_all(dots) == before, "nothing moves by itself"
        for _ in range(5):
            press(page, "Ten seconds on", box)
        expect(says).to_have_text(re.compile(r"^50 s simulated.* r = −?0\.\d\d"))
    else:
        press(page, "Run", box)
        expect(says).to_have_text(re.compile("^[1-9][0-9]* s simulated"))
        press(page, "Pause", box)
    assert box.locator("circle").evaluate_all(dots) != before
    assert box.locator("tbody tr").count() == 4
    rates = box.locator("tbody td:nth-child(2)").all_inner_texts()
    assert all(2.5 < float(rate) < 3.6 for rate in rates), "it rests at 3 Hz"
    slider = box.get_by_label("% taken from interneurons")
    slider.press("End")
    if motion == "reduce":
        for _ in range(3):
            press(page, "Ten seconds on", box)
        rates = box.locator("tbody td:nth-child(2)").all_inner_texts()
        assert min(map(float, rates)) > 8, "it has jumped to fast firing"
        press(page, "Back to rest", box)
        assert slider.input_value() == "0"
    check_access(page)
    assert sighting.outside == [] and sighting.wrong == []
    page.context.close()


# What may run, and what it weighs


def test_a_script_that_is_slipped_into_a_page_does_not_run(chromium):
    page, sighting = open_page(chromium, "about:blank")
    text = chapter("03").read_text("utf-8")
    for slipped in ("<script>window.slipped = 1</script>", "<img src=x onerror='slipped = 1'>"):
        wrong = {"body": text.replace("</body>", f"{slipped}</body>"), "content_type": "text/html"}
        page.unroute_all()
        page.route("**/slipped.html", partial(lambda sent, route: route.fulfill(**sent), wrong))
        page.goto(browser.SERVED + "slipped.html")
        page.wait_for_timeout(200)
        assert page.evaluate("window.slipped") is None
        assert any("Content Security Policy" in one for one in sighting.wrong)
    page.context.close()


@pytest.mark.parametrize(("name", "most"), BUNDLES.items())
def test_what_comes_after_the_click_is_light(name, most):
    assert len(gzip.compress((SITE / "_static" / name).read_bytes(), 9, mtime=0)) <= most


def test_nothing_of_it_comes_before_the_click(chromium):
    asked = []
    context = chromium.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(chapter("04").as_uri())
    page.evaluate(browser.READ_THROUGH)
    assert not set(BUNDLES) & set(asked)
    page.get_by_role("button", name="Change it").first.click()
    page.wait_for_selector(".live-panel")
    assert "live-python.js" in asked and "live-brain.js" not in asked
    context.close()


def test_the_licence_of_micropython_goes_along():
    text = (SITE / "_static" / "live-python.js").read_text("utf-8")
    assert text.startswith("/*! MicroPython") and "Damien P. George" in text[:400]
    assert "MicroPython" in (SITE / "book" / "data.html").read_text("utf-8")


def test_bundles_are_json_that_ends(chromium):
    text = (SITE / "_static" / "live-brain.js").read_text("utf-8")
    data = text.partition("const liveBrain = ")[2].partition(";\n")[0]
    assert len(json.loads(data)["regions"]) == 94
