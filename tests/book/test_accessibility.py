"""The page on accessibility: it claims what a test holds, and nothing else."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from pages import accessibility

CRITERIA = {one["number"]: one for one in accessibility.criteria()}


@pytest.mark.parametrize("number", CRITERIA)
def test_a_criterion_is_held_by_a_test_or_open(number):
    one = CRITERIA[number]
    assert bool(one["tests"]) != ("open" in one), f"{number}: neither or both"
    assert ("absent" not in one) or one["tests"], f"{number}: no test holds that it is absent"


def test_a_mark_names_a_criterion():
    assert sorted(set(accessibility.marks()) - set(CRITERIA)) == []


def test_all_criteria_are_there():
    """WCAG 2.1 has fifty of the levels A and AA; 2.2 adds six and drops Parsing."""
    levels = [one["level"] for one in CRITERIA.values()]
    assert (len(CRITERIA), set(levels)) == (56, {"A", "AA"})
    assert levels.count("A") == 32


def test_axe_is_said_to_hold_only_what_it_has_rules_for():
    package = Path(next(iter(find_spec("axe_playwright_python").submodule_search_locations)))
    known = re.findall(r"\bwcag(\d)(\d)(\d+)\b", (package / "axe.min.js").read_text("utf-8"))
    said = {number for number, one in CRITERIA.items() if "axe finds nothing" in one["tests"]}
    assert said and said <= {".".join(parts) for parts in known}


def test_marks_are_read_from_the_tests(tmp_path):
    text = '@pytest.mark.wcag("9.9.9")\ndef test_it_is_so():\n    pass\n'
    (tmp_path / "test_x.py").write_text(text)
    assert accessibility.marks(tmp_path) == {"9.9.9": ["it is so"]}
