"""Every link of the course arrives: at a file, at a place on a page, or at a figure."""

import re
from pathlib import Path

import pytest
import yaml
from course import CHAPTERS, ROOT
from docutils.nodes import make_id
from pages import chapters, quiz, terms

TERMS = terms.parse((ROOT / "book" / "glossary.md").read_text("utf-8"))
NAMES = {spelt for names, _ in TERMS.values() for name in names for spelt in (name, name.lower())}
LABEL = re.compile(r"^\(([\w-]+)\)=$", re.M)
LINK = re.compile(r"\]\(([^)\s]+)\)")
ROLE = re.compile(r"\{(ref|numref|term)\}`(?:[^`<]*<)?([^`<>]+?)>?`")
WEB = ("https://", "mailto:")


def figures(path):
    cells = chapters.read(path).cells
    return [cell.metadata.get("mystnb", {}).get("figure", {}) for cell in cells]


def written(path):
    """What an author writes for one page; a chapter's notes and quiz too."""
    if path.suffix == ".md":
        return path.read_text("utf-8")
    cells = [cell.source for cell in chapters.read(path).cells if cell.cell_type == "markdown"]
    captions = [figure.get("caption", "") for figure in figures(path)]
    return "\n\n".join([*cells, *captions, *map(str, quiz.load(path.stem))])


PAGES = [*CHAPTERS, *sorted((ROOT / "book").rglob("*.md"))]
TEXTS = {path: written(path) for path in PAGES}
LABELS = {label for text in TEXTS.values() for label in LABEL.findall(text)}
FIGURES = {figure["name"] for path in CHAPTERS for figure in figures(path) if figure}


def anchors(path):
    """The places on a page to which a link can lead."""
    headings = re.findall(r"^#+ (.+)$", TEXTS[path], re.M)
    found = {make_id(re.sub(r"\{[\w:]+\}`([^`<]*)[^`]*`", r"\1", words)) for words in headings}
    found |= {make_id(label) for label in LABELS & set(LABEL.findall(TEXTS[path]))}
    if path.name == "glossary.md":
        found |= {f"term-{make_id(name)}" for name in NAMES}
    return found


def lost(path, text):
    """Links and roles of a text on the page at `path` that lead nowhere."""
    known = {"ref": LABELS | FIGURES, "numref": FIGURES, "term": NAMES}
    found = [f"{{{role}}}`{name}`" for role, name in ROLE.findall(text)
             if not {name, name.lower()} & known[role]]  # fmt: skip
    for address in LINK.findall(text):
        file, _, anchor = address.partition("#")
        target = (path.parent / file).resolve() if file else path
        if address.startswith(WEB) or address in LABELS | FIGURES:
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(f"]({address})")
    return found


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_arrives(path):
    found = lost(path, TEXTS[path])
    assert not found, f"{path.name}: {', '.join(found)} leads nowhere"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_every_link_of_the_repository_arrives(name):
    found = lost(ROOT / name, (ROOT / name).read_text("utf-8"))
    assert not found, f"{name}: {', '.join(found)} leads nowhere"


def test_every_question_of_a_reader_is_answered_at_a_place_that_is_there():
    for question in yaml.safe_load((ROOT / "book" / "questions.yml").read_text("utf-8")):
        assert set(question) <= {"ask", "says", "page", "place"}, question
        if "page" not in question:
            continue
        first, page = question["ask"][0], question["page"]
        found = [path for path in PAGES if path.relative_to(ROOT).with_suffix("") == Path(page)]
        assert found, f"questions.yml, {first!r}: there is no page {page}"
        place = question["place"]
        assert place in anchors(found[0]), f"questions.yml, {first!r}: {page} has no place {place}"


def test_a_link_that_leads_nowhere_is_found():
    page = ROOT / "book" / "care.md"
    text = (
        "[a](index.md), [b](nowhere.md), {term}`hub`, {term}`hubs <hub>`, {term}`bub`, [c](fig-x)"
    )
    assert lost(page, text) == ["{term}`bub`", "](nowhere.md)", "](fig-x)"]
    assert lost(page, "{numref}`fig-signs`, {ref}`it <fig-sings>`") == ["{ref}`fig-sings`"]
    assert lost(page, "[a](index.md#the-chapters) [b](index.md#the-chapter)") == [
        "](index.md#the-chapter)"
    ]
