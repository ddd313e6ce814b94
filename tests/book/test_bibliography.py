"""Every reference is complete, cited, and honest about what was not verified."""

import re

import pytest
from course import ROOT
from pybtex.database import parse_file

from ketanet import atlases, recordings, sources

CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")


@pytest.fixture(scope="module")
def entries():
    return parse_file(ROOT / "references.bib").entries


def in_code():
    """Keys that the package names: the data cards and the atlases show them."""
    named = [parcel.reference for parcel in sources.PARCELS]
    named += [atlases.load(name).reference for name in atlases.available]
    named.append(recordings.hcp_rest().reference)
    return {key.strip() for names in named for key in names.split(",")}


def in_text(pages):
    groups = [group for page in pages.values() for group in CITED.findall(page)]
    return {key.strip() for group in groups for key in group.split(",")}


def test_every_entry_is_complete(entries):
    for key, entry in entries.items():
        missing = {"title", "year", "journal", "doi"} - set(entry.fields)
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
    dois = [entry.fields["doi"].lower() for entry in entries.values()]
    assert sorted(dois) == sorted(set(dois))
    assert all(re.fullmatch(r"10\.\d{4,}/\S+", doi) for doi in dois)


def test_every_cited_key_is_there(entries, pages):
    assert (in_text(pages) | in_code()) - set(entries) == set()


def test_every_entry_is_cited(entries, pages):
    assert set(entries) - in_text(pages) - in_code() == set()


def test_what_was_not_verified_says_so_where_it_is_cited(entries, pages):
    doubtful = {key for key, entry in entries.items() if "note" in entry.fields}
    for key in doubtful:
        assert entries[key].fields["note"] == "Record not verified", key
    for path, page in pages.items():
        for paragraph in re.split(r"\n\s*\n", page):
            for key in doubtful & in_text({path: paragraph}):
                assert "not verified" in paragraph, f"{path.name}: {key} in {paragraph[:80]!r}"
