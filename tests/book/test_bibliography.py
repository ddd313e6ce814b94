"""Every reference is complete, cited, and honest about what was not verified."""

import re

import pytest
from course import ROOT
from pages import claims
from pybtex.database import parse_file

from ketanet import atlases, recordings, restricted, sources

PACKAGE = sorted((ROOT / "ketanet").glob("*.py"))
KEY = re.compile(r"\b[A-Z][A-Za-z]*(?:19|20)\d\d[a-z]*\b")
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")


@pytest.fixture(scope="module")
def entries():
    return parse_file(ROOT / "references.bib").entries


def in_code():
    """Keys that the package names: in data cards and atlases, and in its docstrings."""
    named = [",".join(KEY.findall(path.read_text("utf-8"))) for path in PACKAGE]
    named += [data.reference for data in (*sources.PARCELS, *restricted.DATASETS.values())]
    named += [atlases.load(name).reference for name in atlases.available]
    named.append(recordings.hcp_rest().reference)
    return {key.strip() for names in named for key in names.split(",")} - {""}


def in_text(pages):
    groups = [group for page in pages.values() for group in CITED.findall(page)]
    return {key.strip() for group in groups for key in group.split(",")}


@pytest.fixture(scope="module")
def statements():
    """Every sentence of the ledger that carries citations, with its keys."""
    found = []
    for claim in claims.load().values():
        found += [(item["text"], item["cite"]) for item in claim["for"] + claim["against"]]
        found.append((claim["citation_problem"] or "", claim["corrected"]))
    for entry in claims.load_references():
        if entry["true_record"]:
            found.append((entry["note"], [entry["true_record"]]))
    return found


def in_ledger(statements):
    return {key for _, keys in statements for key in keys}


def test_every_entry_is_complete(entries):
    for key, entry in entries.items():
        place = {"misc": "howpublished", "book": "publisher"}.get(entry.type, "journal")
        missing = {"title", "year", place, "doi"} - set(entry.fields)
        if "No DOI: " in entry.fields.get("note", ""):
            missing -= {"doi"}
        assert not missing, f"{key}: {missing}"
        assert entry.persons["author"], f"{key}: no author"


def test_keys_are_author_and_year(entries):
    for key, entry in entries.items():
        family = "".join(
            entry.persons["author"][0].prelast_names + entry.persons["author"][0].last_names
        )
        assert key.lower().startswith(re.sub(r"\W", "", family).lower()), key
        assert re.search(r"\d{4}[a-z]*$", key)[0].startswith(entry.fields["year"]), key


def test_no_doi_twice(entries):
    dois = [entry.fields["doi"].lower() for entry in entries.values() if "doi" in entry.fields]
    assert sorted(dois) == sorted(set(dois))
    assert all(re.fullmatch(r"10\.\d{4,}/\S+", doi) for doi in dois)


def test_every_cited_key_is_there(entries, pages, statements):
    missing = (in_text(pages) | in_code() | in_ledger(statements)) - set(entries)
    assert not missing, f"cited, but not in references.bib: {', '.join(sorted(missing))}"


def test_every_entry_is_cited(entries, pages, statements):
    idle = set(entries) - in_text(pages) - in_code() - in_ledger(statements)
    assert not idle, f"in references.bib, but never cited: {', '.join(sorted(idle))}"


def test_what_was_not_verified_says_so_where_it_is_cited(entries, pages, statements):
    notes = {key: entry.fields["note"] for key, entry in entries.items() if "note" in entry.fields}
    assert all(re.match("(Record|DOI) not verified|No DOI: ", note) for note in notes.values())
    doubtful = {key for key, note in notes.items() if note.startswith("Record not verified")}
    for path, page in pages.items():
        for paragraph in re.split(r"\n\s*\n", page):
            for key in doubtful & in_text({path: paragraph}):
                assert "†" in paragraph or "not verified" in paragraph, (
                    f"{path.name}: {key} in {paragraph[:80]!r}"
                )
    for text, keys in statements:
        for key in doubtful & set(keys):
            assert "†" in text or "not verified" in text, f"claims.yml: {key} in {text[:80]!r}"
