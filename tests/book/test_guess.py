"""Guesses: a form and a table that fit each other, or one line that says where they do not."""

import re

import onepage
import pytest
from bs4 import BeautifulSoup
from course import CHAPTERS
from pages import chapters, guess
from products.plain import Writer

FORM = """```{guess} toy
:options: higher, lower, no clear change, no
dmn: *Default* mode network
visual: Visual network
```"""
CHECK = """```{guess-check} toy
:columns: without GSR, with GSR
dmn: higher, by **0.2** | no clear change
visual: lower, by 0.1 | no, not at all
```"""


def build(folder, text, kind="html"):
    return onepage.build(folder, text, "pages.guess", kind)


def test_a_guess_is_a_form_and_its_check_a_table(tmp_path):
    text, said = build(tmp_path, f"{FORM}\n\nMeanwhile.\n\n{CHECK}")
    page = BeautifulSoup(text, "html.parser")
    assert said == ""
    fields = page.select(".guess fieldset")
    assert [str(field.legend) for field in fields] == [
        "<legend><em>Default</em> mode network</legend>",
        "<legend>Visual network</legend>",
    ]
    for field, row in zip(fields, ("dmn", "visual"), strict=True):
        inputs = field.select("label > input[type=radio]")
        assert [one["value"] for one in inputs] == ["higher", "lower", "no clear change", "no"]
        assert {one["name"] for one in inputs} == {f"toy-{row}"}
    table = page.select_one(".guess-check table")
    heads = [head.text for head in table.select("thead th[scope=col]")]
    assert heads == ["what", "your guess", "without GSR", "with GSR"]
    rows = table.select("tbody tr")
    assert [row.select_one("th[scope=row]").text for row in rows] == [
        "Default mode network",
        "Visual network",
    ]
    assert [[cell.get("data-option") for cell in row.select("td")] for row in rows] == [
        [None, "higher", "no clear change"],
        [None, "lower", "no"],
    ]
    assert page.select_one(page.select_one(".guess-score a")["href"]) in page.select(".guess")


@pytest.mark.parametrize(
    "old, new, fault",
    [
        ("{guess} toy", "{guess} play", "no {guess} toy stands before it on this page"),
        ("visual: lower", "vision: lower", "in the guess or here, not in both: vision, visual"),
        ("visual: lower", "dmn: lower", "dmn stands twice"),
        ("visual: Visual network", "Visual network", "'Visual network' has no id"),
        ("lower, by", "smaller, by", "'smaller, by 0.1' does not begin with one of: "),
        ("lower, by", "lowered by", "'lowered by 0.1' does not begin with one of: "),
        ("0.1 |", "0.1,", "visual: 1 cells, 2 columns"),
        (":columns: without GSR, with GSR\n", "", ":columns: is missing"),
        ("{guess-check} toy\n:columns", "{guess} toy\n:options", "stands twice on this page"),
    ],
)
def test_a_fault_is_told_in_one_line_that_names_the_page(tmp_path, old, new, fault):
    whole = f"{FORM}\n\n{CHECK}"
    assert old in whole
    said = build(tmp_path, whole.replace(old, new))[1]
    first = said.splitlines()[0]
    assert re.match(r".*index\.md:\d+: .*\{guess(-check)?\} toy: ", first) and fault in first, said


def test_a_guess_can_be_read_as_plain_text(tmp_path):
    text, said = build(tmp_path, f"{FORM}\n\n{CHECK}", "text")
    assert said == ""
    assert "Visual network\n\n[ ] higher\n\n[ ] lower\n" in text
    assert "Visual network |  | lower, by 0.1 | no, not at all |\n" in text


def test_a_notebook_has_a_list_to_fill_in_and_a_table():
    writer = Writer({"by": "0.2"}, {}, {})
    assert writer.write(FORM, answers=False) == (
        "Write one of these on each line: higher, lower, no clear change, no.\n\n"
        "- *Default* mode network: ______\n- Visual network: ______"
    )
    check = CHECK.replace("**0.2**", "{glue:text}`by`")
    assert writer.write(check, answers=False) == (
        "| what | your guess | without GSR | with GSR |\n| --- | --- | --- | --- |\n"
        "| *Default* mode network | | higher, by 0.2 | no clear change |\n"
        "| Visual network | | lower, by 0.1 | no, not at all |"
    )


def test_a_name_stands_once_in_the_book():
    # Guesses are kept by their names.
    text = "\n".join(chapters.prose(chapters.read(path)) for path in CHAPTERS)
    names = re.findall(r"^```\{guess\} (\S+)$", text, re.M)
    assert len(set(names)) == len(names), names


def test_the_longest_option_counts():
    assert guess.option_of("no clear change at all", ["no", "no clear change"]) == "no clear change"
