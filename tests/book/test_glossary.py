"""The glossary: two senses for each word, and no abbreviation of the book without one."""

import re

import pytest
from course import CHAPTERS, ROOT
from pages import chapters, terms

SOURCE = (ROOT / "book" / "glossary.md").read_text("utf-8")
ENTRIES = terms.parse(SOURCE)
NAMES = {name for names, _ in ENTRIES.values() for name in names}
PAGES = sorted(
    page for page in (ROOT / "book").rglob("*.md") if page.name not in ("glossary.md", "data.md")
)

# Names that stand for nothing longer that a reader should know.
NO_ABBREVIATIONS = {
    "AAL3", "AC", "BDNF", "BMC", "BY", "CC", "DOI", "EBioMedicine", "GB", "GluN1", "HTML", "ID",
    "JAMA", "JupyterLab", "KARMA", "KETANET_DATA", "LR", "MB", "MyST", "NeuroKet",
    "ParaHippocampal", "PDF",
    "PLoS", "PMID", "PNAS", "PubMed", "PYTHON", "TelefonSeelsorge", "TrkB",
    "URL", "US", "UK", "EU", "WSL", "YAML",
    "CSV", "EPUB", "GIFT", "QTI", "SCORM", "XML",
}  # fmt: skip
CAPITALS = re.compile(r"(?<![\w.{`/_-])[A-Z][a-z0-9]*[A-Z][A-Za-z0-9]*(?![\w`_])")
NO_PROSE = (
    re.compile(r"^(```|~~~|:::\{glossary\})[^\n]*\n.*?^(```|~~~|:::)$", re.M | re.S),
    re.compile(r"\{(cite:[pt]|ref|claim|glue:text|numref|term)\}`[^`]*`"),
    re.compile(r"`[^`\n]*`"),
    re.compile(r"\$[^$]+\$"),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"<[^>]+>"),
)


def words(text):
    for pattern in NO_PROSE:
        text = pattern.sub(" ", text)
    return set(CAPITALS.findall(text))


def known():
    """Every abbreviation that the glossary has a line for, its plural too."""
    found = set()
    for name in NAMES:
        found |= {name, *re.findall(r"[\w’']+", name)}
    return found | {f"{name}s" for name in found}


def undefined(text):
    return sorted(words(text) - known() - NO_ABBREVIATIONS)


def test_there_are_about_eighty_entries():
    assert len(ENTRIES) >= 80


def test_a_name_that_stands_twice_is_named():
    with pytest.raises(ValueError, match="has hub twice"):
        terms.parse(":::{glossary}\n\nhub\n  A.\n\nseed\nhub\n  B.\n:::\n")


@pytest.mark.parametrize("name", ENTRIES)
def test_a_word_has_a_short_sense_that_stands_alone(name):
    lay = ENTRIES[name][1]
    assert 20 <= len(lay) <= 260, len(lay)
    assert not re.search(r"[`{}$\]\[]", lay), "it is shown as plain text"
    assert lay.endswith("."), "a sentence"


@pytest.mark.parametrize("name", ENTRIES)
def test_a_word_has_a_technical_sense(name):
    block = re.search(
        rf"^{re.escape(name)}\n(.*?)(?=^\S|\Z)", terms.BLOCK.search(SOURCE)[1], re.M | re.S
    )
    own = SOURCE[SOURCE.index(ENTRIES[name][1]) :].split("\n\n", 2)[1]
    assert block and own.strip().startswith("*Technically*: "), name


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_no_abbreviation_of_a_chapter_is_undefined(path):
    chapter = chapters.read(path)
    captions = [cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
                for cell in chapter.cells]  # fmt: skip
    assert undefined(chapters.prose(chapter) + "\n\n" + "\n\n".join(captions)) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_abbreviation_of_a_page_is_undefined(path):
    assert undefined(path.read_text("utf-8")) == []


def test_an_undefined_abbreviation_is_found():
    assert undefined("The QXZ of DMN regions, and two GBCs, in `CODE` and $R^{AB}$.") == ["QXZ"]


def test_words_of_several_senses_stand_in_the_glossary():
    assert terms.SEVERAL_SENSES <= NAMES


def test_the_first_use_is_found_in_every_form():
    names = terms.pattern(["effect size", "GSR", "Fisher's z", "hub", "connector hub"])
    text = "Effect sizes and Fisher’s z after GSR: connector hubs; a hubcap and gsr are none."
    found = [match["word"] for match in names.finditer(text)]
    assert found == ["Effect size", "Fisher’s z", "GSR", "connector hub"]
