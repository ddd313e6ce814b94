"""Careful words: people come first, no pipeline is left out, and care is one link away."""

import ast
import itertools
import re

import nbformat
import pytest
from course import CHAPTERS, ROOT
from pages import chapters, claims

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


DIRECTION = re.compile(
    r"\b(?:rais|ris[ei]|rose|grew|higher|lower|fall|fell|increas|decreas|strengthen|weaken|reduc)",
    re.I,
)
PIPELINE = re.compile(r"\bGSR\b|global[- ]signal", re.I)
SENTENCE = re.compile(r"(?<=[.!?])[*)]*\s+(?=[^a-z\s])|\n\s*\n")
EVERYTHING = re.compile("")


def of_the_drug_tables(cells):
    """What marks a sentence about those scans: the citation, or a number from the tables."""
    names, marks = {"drug_tables"}, ["Moujaes2024"]
    for cell in cells:
        for statement in ast.parse(cell.source).body if cell.cell_type == "code" else ():
            used = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
            made = {node.id for node in used if isinstance(node.ctx, ast.Store)}
            if isinstance(statement, ast.FunctionDef):
                made = {statement.name}
            if names & {node.id for node in used if isinstance(node.ctx, ast.Load)}:
                names |= made
                part = ast.get_source_segment(cell.source, statement)
                marks += [f"`{name}`" for name in re.findall(r'glue\(\s*"(\w+)"', part)]
            else:
                names -= made
    return re.compile("|".join(marks))


def pipeline_left_out(text, marked):
    """Marked sentences that say which way a number went, and not in which pipeline."""
    return [
        " ".join(sentence.split())
        for before, sentence in itertools.pairwise(["", *SENTENCE.split(text)])
        if marked.search(sentence) and DIRECTION.search(sentence)
        if not PIPELINE.search(f"{before} {sentence}")
    ]


def test_a_direction_under_ketamine_names_its_pipeline(pages):
    marked = {path.stem: of_the_drug_tables(chapters.read(path).cells) for path in CHAPTERS}
    texts = {path.name: (path.stem, page) for path, page in pages.items()}
    texts |= {page.name: (page.stem, page.read_text("utf-8")) for page in PAGES
              if page.parent.name == "quizzes"}  # fmt: skip
    for name, (stem, text) in texts.items():
        left_out = pipeline_left_out(text, marked.get(stem, of_the_drug_tables([])))
        assert left_out == [], f"{name}: with or without GSR?"
    for claim in claims.load().values():
        for item in claim["for"] + claim["against"]:
            if "Moujaes2024" in item["cite"]:
                left_out = pipeline_left_out(item["text"], EVERYTHING)
                assert left_out == [], f"{claim['id']}: with or without GSR?"


def test_a_direction_without_its_pipeline_is_found():
    cell = nbformat.v4.new_code_cell(
        'table = drug_tables.groups("ketamine", True, "network")\nlow = table["low"]\n'
        'glue("ours", low)\nlow = 1\nglue("other", low)'
    )
    marked = of_the_drug_tables([cell])
    text = (
        "It rose {cite:p}`Moujaes2024`. Without GSR it fell by {glue:text}`ours`. It fell to "
        "{glue:text}`ours`, too. Then a drug came. It is lower by {glue:text}`ours`. It was "
        "higher, {glue:text}`other`."
    )
    assert pipeline_left_out(text, marked) == [
        "It rose {cite:p}`Moujaes2024`.",
        "It is lower by {glue:text}`ours`.",
    ]


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
