"""The paper and the answered checklists: short, cited, and every file that they name is there."""

import re

import pytest
from course import CHAPTERS, ROOT
from pybtex.database import parse_file

PAPER = ROOT / "paper"
TEXT = (PAPER / "paper.md").read_text("utf-8")
LISTS = (PAPER / "checklists.md").read_text("utf-8")


def test_the_paper_has_the_length_that_the_journal_asks_for():
    body = TEXT.split("---", 2)[2]
    assert 250 <= len(body.split()) <= 1000


def test_what_the_paper_cites_is_on_record():
    files = re.search(r"^bibliography: \[(.+)\]$", TEXT, re.M)[1].split(", ")
    known = [key for file in files for key in parse_file(str(PAPER / file)).entries]
    cited = set(re.findall(r"@(\w+)", TEXT))
    assert cited and cited <= set(known)
    assert len(known) == len(set(known)), "a work is on record twice"
    assert set(parse_file(str(PAPER / "paper.bib")).entries) <= cited


def test_the_paper_knows_how_many_chapters_there_are():
    sequence = TEXT.split("# Contents and sequence")[1].split("\n# ")[0]
    assert len(re.findall(r"^\d+\. ", sequence, re.M)) == len(CHAPTERS)


@pytest.mark.parametrize("text", [TEXT, LISTS], ids=["paper", "checklists"])
def test_every_file_that_is_named_is_there(text):
    named = re.findall(r"\]\(([^)]+)\)", text)
    assert [name for name in named if not (PAPER / name).exists()] == []


def test_every_line_of_a_checklist_is_answered_with_a_file():
    rows = [line.strip("| ").split(" | ") for line in LISTS.splitlines() if line.startswith("| ")]
    for row in rows:
        assert len(row) == 3 and all(row), row
        assert row[0] == "asked for" or row[0][:3] == "---" or "](" in row[2], row
