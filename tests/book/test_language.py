"""Careful words: people come first, and where the course touches suicide it says where to turn."""

import re

import chapters
import pytest
from course import CHAPTERS, ROOT

PAGES = [*(ROOT / "book").rglob("*.md"), *(ROOT / "book" / "quizzes").glob("*.yml"),
         ROOT / "book" / "evidence" / "claims.yml", ROOT / "README.md"]  # fmt: skip
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text("utf-8") for page in PAGES}
TEXTS |= {path.stem: "\n\n".join(c.source + str(c.metadata) for c in chapters.read(path).cells)
          for path in CHAPTERS}  # fmt: skip
QUOTED = re.compile(
    r"“[^”]*”|\"[^\"]*\"|^\|.*\|$|^> .*$", re.M
)  # titles, and what is not to be said

NOT_SAID = {
    r"\bdepressives?\b(?! (?:symptoms|disorder|episode|states?|signs))": "people with depression",
    r"\b(?:the|a) depressed\b(?! (?:brain|mood|state))": "people with depression",
    r"\bdepressed (?:patients|people|persons|subjects|individuals)\b": "people with depression",
    r"\bsuffer(?:s|ed|ing)? from\b": "have",
    r"\bvictims?\b": "people who …",
    r"\baddicts?\b": "people who use …",
    r"\b(?:commit|commits|committed|committing) suicide\b": "died by suicide",
    r"\b(?:failed|successful) suicide\b": "attempted; died by suicide",
    r"\bthe mentally ill\b": "people with a mental illness",
    r"\bschizophrenics?\b": "people with schizophrenia",
}


def unkind(text):
    text = QUOTED.sub(" ", text)
    return [(found[0], better) for pattern, better in NOT_SAID.items()
            for found in re.finditer(pattern, text, re.I)]  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_people_come_first(name):
    assert unkind(TEXTS[name]) == []


def test_unkind_words_are_found():
    text = "Depressed patients, who suffer from it, and a depressive. It “commits suicide” once."
    assert len(unkind(text)) == 3


PARTED = re.compile(r"[\d`}*][ \u00a0\u202f]%(?![\w(]| \d)")


@pytest.mark.parametrize("name", TEXTS)
def test_a_percent_sign_keeps_to_its_number(name):
    # As Python prints it; a space would also let a line end between the two.
    assert PARTED.findall(TEXTS[name]) == []


def test_a_percent_sign_keeps_to_its_number_in_the_ledger():
    # There a line may end anywhere.
    text = (ROOT / "book" / "evidence" / "claims.yml").read_text("utf-8")
    assert PARTED.findall(" ".join(text.split())) == []


def test_a_percent_sign_apart_is_found():
    text = "12 % of it, {glue:text}`x:.0f` % and {n} %; but not 12% or 7 % 3"
    assert len(PARTED.findall(text)) == 3


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_says_where_to_turn(path):
    limits = chapters.part(chapters.read(path), "What this chapter does not show")
    assert "not medical advice" in limits
    assert "](../book/care.md)" in limits, "a link to the page on care"


def test_the_page_on_care_says_where_to_find_help_and_what_the_risks_are():
    care = TEXTS["book/care.md"]
    for said in ("112", "988", "116 123", "findahelpline.com", "not medical advice"):
        assert said in care
    for risk in ("dissociation", "blood pressure", "bladder", "psychosis", "pregnan"):
        assert risk in care.lower(), risk
