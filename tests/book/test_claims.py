"""The ledger keeps its form, and every claim stands where it belongs."""

import re

import claims
import pytest
import yaml
from course import CHAPTERS

from ketanet import drug_tables

BADGE = re.compile(r"\{claim\}`([^`]+)`")
CARDS = re.compile(r"\{claim-cards\}([^\n`]*)")
WRITTEN = {path.stem for path in CHAPTERS}


def badges(pages):
    return {path.stem: set(BADGE.findall(page)) for path, page in pages.items()}


def test_the_ledger_has_the_claims_of_the_article():
    ids = " ".join(claims.load())
    assert ids == (
        "frame-1 dmn-1 dmn-2 dmn-3 glu-1 glu-2 glu-3 pfh-1 pfh-2 pfh-3 lhb-1 lhb-2 lhb-3 "
        "frame-2 st-1 st-2 st-3 st-4 wrap-1 frame-3 lt-1 lt-2 lt-3 wrap-2"
    )


@pytest.mark.parametrize("claim", claims.load().values(), ids=lambda claim: claim["id"])
def test_every_claim_stands_in_its_chapter(claim, pages):
    if claim["chapter"] not in WRITTEN:
        pytest.skip(f"chapter {claim['chapter']} is not written yet")
    assert claim["id"] in badges(pages)[claim["chapter"]], f"{claim['id']} has no badge there"


def test_every_badge_and_card_has_a_claim(pages):
    for path, page in pages.items():
        named = set(BADGE.findall(page))
        named |= {name for group in CARDS.findall(page) for name in group.split()}
        unknown = named - set(claims.load())
        assert not unknown, f"{path.name}: no claim {', '.join(sorted(unknown))}"


def test_every_badge_in_a_chapter_has_its_entry_there(pages):
    for path, page in pages.items():
        if path.stem in WRITTEN:
            cards = {name for group in CARDS.findall(page) for name in group.split()}
            assert set(BADGE.findall(page)) <= cards, path.name


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda claim: claim.update(verdict=["proven"]), "claim dmn-1, verdict.0: 'proven'"),
        (lambda claim: claim.update(level=["rumour"]), "claim dmn-1, level.0: 'rumour'"),
        (lambda claim: claim.pop("against"), "claim dmn-1, its fields: 'against' is a required"),
        (lambda claim: claim.update(colour="red"), "claim dmn-1, its fields: Additional"),
        (lambda claim: claim.update(id="frame-1"), "claim frame-1, id: stands twice"),
        (lambda claim: claim["for"][0].update(cite=["nobody"]), "claim dmn-1, for.0.cite.0"),
        (
            lambda claim: claim["for"][0].update(text="By [[ketamine with GSR: Nowhere]]."),
            "claim dmn-1, for.0.text: no group 'Nowhere'",
        ),
        (
            lambda claim: claim.update(summary="By [[ketamine and GSR: Default]]."),
            "claim dmn-1, summary: a blank that is none",
        ),
    ],
)
def test_a_broken_entry_is_named_with_its_field(tmp_path, spoil, words):
    ledger = yaml.safe_load((claims.EVIDENCE / "claims.yml").read_text("utf-8"))
    spoil(ledger[1])
    (tmp_path / "claims.yml").write_text(yaml.safe_dump(ledger, sort_keys=False))
    with pytest.raises(claims.LedgerError, match=re.escape(words)):
        claims.load(tmp_path / "claims.yml")


def test_a_blank_is_filled_from_the_tables():
    change = drug_tables.told(drug_tables.groups("ketamine", False, "network").loc["Default"])
    texts = [item["text"] for item in claims.load()["dmn-1"]["against"]]
    assert any(change in text for text in texts), change


def test_no_number_of_the_tables_is_typed():
    ledger = yaml.safe_load((claims.EVIDENCE / "claims.yml").read_text("utf-8"))
    lines = [
        (f"{claim['id']}, {kind}.{row}", item["text"])
        for claim in ledger
        for kind in ("for", "against")
        for row, item in enumerate(claim[kind])
        if "Moujaes2024" in item["cite"]
    ]
    assert any("[[" in text for _, text in lines)
    for place, text in lines:
        typed = re.findall(r"\d\.\d+", re.sub(r"\[\[.*?\]\]", "", text))
        assert not typed, f"claims.yml, {place}: {typed[0]} is typed; leave a [[blank]]"


def test_the_twelve_references_fall_as_the_page_says():
    entries = claims.load_references()
    verdicts = [entry["verdict"] for entry in entries]
    assert len(entries) == 12
    assert verdicts.count("not found") == 2
    assert verdicts.count("wrong record") == 3
    assert verdicts.count("error in the record") == 4
    assert verdicts.count("right") == 2
    assert verdicts.count("right but does not support its sentence") == 1
    for entry in entries:
        assert set(entry["claims"]) <= set(claims.load()), entry["label"]


def test_a_badge_says_verdict_level_and_sample():
    claim = {"verdict": ["mixed"], "level": ["healthy-volunteer imaging"], "sample": "n = 17"}
    assert claims.badge(claim) == "mixed · healthy volunteers · n = 17"
