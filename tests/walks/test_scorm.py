"""The SCORM package: what it holds, and what a quiz tells a platform that keeps to the rules."""

import json
import zipfile
from xml.etree import ElementTree

import browser
import make_scorm
import pytest
from course import CHAPTERS, SITE
from pages import quiz
from playwright.sync_api import expect

PLACE = {"i": "http://www.imsproject.org/xsd/imscp_rootv1p1p2"}
KIND = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}scormtype"
LMS = "http://lms.test/"
STEM = "03-glutamate"
in_a_browser = pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium: nothing reports")
# A platform as SCORM 1.2 describes it: states, elements, their values, and errors.
PLATFORM = """
  const rules = {
    "cmi.core.lesson_status": /^(passed|completed|failed|incomplete|browsed|not attempted)$/,
    "cmi.core.score.raw": /^(100|[1-9]?[0-9])$/, "cmi.core.score.min": /^0$/,
    "cmi.core.score.max": /^100$/, "cmi.suspend_data": /^[^]{0,4096}$/,
  };
  window.told = { "cmi.core.lesson_status": "not attempted", "cmi.suspend_data": RESUMED };
  window.wrong = []; window.calls = []; let state = "new";
  const check = (fine, what) => { if (!fine) wrong.push(what); return String(Boolean(fine)); };
  window.API = {
    LMSInitialize: (x) => { const fine = x === "" && state === "new"; calls.push("Initialize");
      if (REFUSE) return "false"; state = "running"; return check(fine, "Initialize"); },
    LMSFinish: (x) => { calls.push("Finish"); const fine = x === "" && state === "running";
      state = "over"; return check(fine, "Finish"); },
    LMSCommit: (x) => check(x === "" && state === "running", "Commit"),
    LMSGetValue: (name) => { check(state === "running" && name in rules, `get ${name}`);
      return told[name] ?? ""; },
    LMSSetValue: (name, value) => { const fine = state === "running" && typeof value === "string"
      && rules[name]?.test(value); if (fine) told[name] = value;
      return check(fine, `set ${name} to ${value}`); },
  };
"""


@pytest.fixture(scope="module")
def members():
    return make_scorm.package()


@pytest.fixture(scope="module")
def manifest(members):
    return ElementTree.fromstring(members["imsmanifest.xml"])


def test_the_manifest_lists_just_what_is_there(members, manifest):
    listed = {one.get("href") for one in manifest.iterfind(".//i:file", PLACE)}
    assert listed == set(members) - {"imsmanifest.xml"}
    names = [one.get("identifier") for one in manifest.iter() if one.get("identifier")]
    assert len(names) == len(set(names))
    wanted = {one.get("identifierref") for one in manifest.iter() if one.get("identifierref")}
    assert wanted <= set(names)
    assert manifest.findtext(".//i:schemaversion", namespaces=PLACE) == "1.2"


def test_each_chapter_reports_and_nothing_else_does(manifest):
    reports = [
        one.get("href") for one in manifest.iterfind(".//i:resource", PLACE)
        if one.get(KIND) == "sco"
    ]  # fmt: skip
    assert reports == [f"notebooks/{path.stem}.html?scorm=1" for path in CHAPTERS]


def test_only_what_has_to_differs_from_the_site(members):
    for name, data in members.items():
        if name.startswith("notebooks/") and name.endswith(".html"):
            assert data.count(b"report.js") == 1, name
        elif not name.endswith(".html") and name not in ("imsmanifest.xml", "report.js"):
            assert data == (SITE / name).read_bytes(), name
    assert not any(b"networked-brain.zip" in d for n, d in members.items() if n.endswith(".html"))


def test_the_same_site_gives_the_same_package(members):
    with zipfile.ZipFile(make_scorm.TARGET) as archive:
        assert archive.namelist() == list(members)
        assert archive.testzip() is None


@pytest.fixture
def launch(chromium, members):
    """Open a page of the package in a platform's frame; nothing may go wrong in it."""
    opened = []

    def start(address, resumed="", refuse=False):
        platform = PLATFORM.replace("RESUMED", json.dumps(resumed)).replace(
            "REFUSE", json.dumps(refuse)
        )
        frame = f'<iframe name="sco" src="{address}" width="1200" height="700"></iframe>'
        page = f"<!DOCTYPE html><script>{platform}</script>{frame}"

        def serve(route):
            name = route.request.url.removeprefix(LMS).partition("?")[0]
            if not name:
                route.fulfill(content_type="text/html", body=page)
            else:
                kind = browser.mimetypes.guess_type(name)[0] or "application/octet-stream"
                route.fulfill(content_type=kind, body=members[name])

        context = chromium.new_context(reduced_motion="reduce")
        context.route(f"{LMS}**", serve)
        sighting, tab = browser.Sighting(), context.new_page()
        tab.on("pageerror", lambda error: sighting.wrong.append(str(error)))
        opened.append((context, sighting))
        tab.goto(LMS)
        return tab, tab.frame(name="sco")

    yield start
    for context, sighting in opened:
        context.close()
        assert sighting.wrong == []


def choose(frame, number, right):
    question = quiz.load(STEM)[number]
    flags = [option["right"] for option in question["options"]]
    frame.locator(f"#{question['id']}-{quiz.LETTERS[flags.index(right)]}").check()
    return f"{question['id']}"


@in_a_browser
def test_a_quiz_reports_its_score_and_ends_once(launch):
    tab, frame = launch(f"notebooks/{STEM}.html?scorm=1")
    expect(frame.locator(".quiz-tools")).to_be_attached()
    assert tab.evaluate("told['cmi.core.lesson_status']") == "incomplete"
    of = len(quiz.load(STEM))
    choose(frame, 0, right=False)
    tab.wait_for_function("told['cmi.core.score.raw'] === '0'")
    choose(frame, 0, right=True)  # the answers as they stand
    tab.wait_for_function(f"told['cmi.core.score.raw'] === '{round(100 / of)}'")
    assert tab.evaluate("told['cmi.core.lesson_status']") == "incomplete"
    for number in range(1, of):
        choose(frame, number, right=number % 2 == 0)
    right = 1 + len(range(2, of, 2))
    tab.wait_for_function("told['cmi.core.lesson_status'] === 'completed'")
    assert tab.evaluate("told['cmi.core.score.raw']") == str(round(100 * right / of))
    frame.goto(f"{LMS}book/index.html")
    tab.wait_for_function("calls.includes('Finish')")
    assert tab.evaluate("[calls, wrong]") == [["Initialize", "Finish"], []]


@in_a_browser
def test_answers_come_back_at_the_next_visit(launch):
    first = quiz.load(STEM)[0]["id"]
    kept = {"chosen": {first: "B"}, "right": [f"quiz-{first}"], "of": len(quiz.load(STEM))}
    tab, frame = launch(f"notebooks/{STEM}.html?scorm=1", resumed=json.dumps(kept))
    expect(frame.locator(f"#{first}-B")).to_be_checked()
    assert tab.evaluate("wrong") == []


@in_a_browser
@pytest.mark.parametrize("address, refuse", [("", False), ("?scorm=1", True)])
def test_nothing_is_reported_where_nobody_asked(launch, address, refuse):
    tab, frame = launch(f"notebooks/{STEM}.html{address}", refuse=refuse)
    expect(frame.locator(".quiz-tools")).to_be_attached()
    choose(frame, 0, right=True)
    expect(frame.locator(".quiz .feedback").first).not_to_be_empty()
    assert tab.evaluate("[calls, wrong]") == [["Initialize"] if refuse else [], []]
    assert tab.evaluate("'cmi.core.score.raw' in told") is False
