"""The plans of the lecturer's pages: no gap in the time, and nothing that the chapter has not."""

import itertools
import re

import pytest
from course import CHAPTERS, ROOT
from pages import chapters

INSTRUCTOR = ROOT / "book" / "instructor"
ROW = re.compile(r"^\| (\d+)–(\d+) \| (.+?) \| (.*?) ?\|$", re.M)
CLOCK = re.compile(r"^\| (\d+):(\d\d)–(\d+):(\d\d) \|", re.M)
CUT = re.compile(r"^\d+\. (.*?)\((\d+) min\b(?: of its (\d+))?\)", re.M)
FIGURE = re.compile(r"\{numref\}`([\w-]+)`")
SESSION = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: f"session-{path.stem[1]}")


def page(path):
    """The page of the session of a chapter."""
    return (INSTRUCTOR / f"session-{int(path.stem[:2])}.md").read_text("utf-8")


def gaps(rows):
    """Ends that are not the next row's start."""
    return [f"{end} and {start}" for (_, end), (start, _) in itertools.pairwise(rows)
            if end != start]  # fmt: skip


@SESSION
def test_a_plan_fills_the_time_that_the_chapter_names(path):
    rows = [(int(start), int(end)) for start, end, *_ in ROW.findall(page(path))]
    taught = int(re.search(r"(\d+) to teach", chapters.prose(chapters.read(path)))[1])
    name = f"{path.stem}, its session"
    assert not gaps(rows), f"{name}: a row ends and the next begins at {', '.join(gaps(rows))}"
    assert rows[0][0] == 0 and rows[-1][1] == taught, f"{name}: {rows[0][0]} to {rows[-1][1]}"
    assert all(start < end for start, end in rows), name
    slack = re.search(r"^\| (\d+)–(\d+) \| Slack", page(path), re.M)
    assert slack and int(slack[2]) == taught, f"{name}: the last row is slack"


@SESSION
def test_what_is_cut_is_no_longer_than_its_row(path):
    text, name = page(path), f"{path.stem}, its session"
    rows = {figure: int(end) - int(start) for start, end, _, what in ROW.findall(text)
            for figure in FIGURE.findall(what)}  # fmt: skip
    plan, _, late = text.partition("If you are late")
    cuts = CUT.findall(late.partition("Keep in any case")[0])
    assert cuts, f"{name}: nothing to cut"
    for what, minutes, whole in cuts:
        for figure in FIGURE.findall(what):
            assert figure in rows, f"{name}: {figure} is cut, and is not in the plan"
            assert not whole or int(whole) == rows[figure], f"{name}: {figure}, of its {whole}"
        own = {rows[figure] for figure in FIGURE.findall(what)}
        assert not own or int(minutes) <= sum(own), f"{name}: {what.strip()}, {minutes} minutes"
    left_out = plan.partition("The plan leaves out")[2]
    both = set(FIGURE.findall(left_out)) & set(rows)
    assert not both, f"{name}: in the plan, and said to be left out: {both}"


@SESSION
def test_a_session_names_its_chapter_and_figures_of_it(path):
    chapter = chapters.read(path)
    first = f"Chapter: [{chapters.title(chapter)}](../../notebooks/{path.name})."
    assert first in page(path), f"{path.stem}, its session does not begin with {first!r}"
    own = {cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in chapter.cells}
    plan = page(path).partition("## Plan")[2].partition("## Misconceptions")[0]
    strange = set(FIGURE.findall(plan)) - own
    assert not strange, f"{path.stem}, its session shows {', '.join(strange)} of another chapter"


def test_the_day_has_no_gap():
    found = CLOCK.findall((INSTRUCTOR / "one-day.md").read_text("utf-8"))
    rows = [(60 * int(a) + int(b), 60 * int(c) + int(d)) for a, b, c, d in found]
    assert not gaps(rows), f"one-day.md: minutes {', '.join(gaps(rows))}"
    assert rows[-1][1] - rows[0][0] == 480, "one-day.md: timings.md plans 480 minutes"


def test_a_gap_is_found():
    assert gaps([(0, 6), (6, 15), (16, 20)]) == ["15 and 16"]


@SESSION
def test_where_students_stop_reading_is_a_heading_of_the_chapter(path):
    named = re.findall(r"read the chapter(?: from \*([^*]+)\*)? up to \*([^*]+)\*", page(path))
    heads = re.findall(r"^#{2,4} (.+)$", chapters.prose(chapters.read(path)), re.M)
    short = {*heads, *(head.partition(":")[0] for head in heads)}
    assert [one for pair in named for one in pair if one and one not in short] == []
