"""The ledger keeps its form, and every claim stands where it belongs."""

import csv
import datetime
import io
import re

import jsonschema
import pytest
import yaml
from bs4 import BeautifulSoup
from course import CHAPTERS
from pages import claims, evidence_map, ledger
from products import ledger_files

from ketanet import drug_tables

AGAIN = re.compile(
    r"\b(same|companion|papers?|earlier report|its EEG|the (crossover|trial|open (study|trial)))\b",
    re.IGNORECASE,
)
BADGE = re.compile(r"\{claim\}`([^`]+)`")
CARDS = re.compile(r"\{claim-cards\}([^\n`]*)")
WRITTEN = {path.stem for path in CHAPTERS}


def badges(pages):
    return {path.stem: set(BADGE.findall(page)) for path, page in pages.items()}


def test_the_ledger_has_the_claims_of_the_article():
    ids = " ".join(ledger.load())
    assert ids == (
        "frame-1 dmn-1 dmn-2 dmn-3 glu-1 glu-2 glu-3 pfh-1 pfh-2 pfh-3 lhb-1 lhb-2 lhb-3 "
        "frame-2 st-1 st-2 st-3 st-4 wrap-1 frame-3 lt-1 lt-2 lt-3 wrap-2"
    )


@pytest.mark.parametrize("claim", ledger.load().values(), ids=lambda claim: claim["id"])
def test_every_claim_stands_in_its_chapter(claim, pages):
    if claim["chapter"] not in WRITTEN:
        pytest.skip(f"chapter {claim['chapter']} is not written yet")
    assert claim["id"] in badges(pages)[claim["chapter"]], f"{claim['id']} has no badge there"


def test_every_badge_and_card_has_a_claim(pages):
    for path, page in pages.items():
        named = set(BADGE.findall(page))
        named |= {name for group in CARDS.findall(page) for name in group.split()}
        unknown = named - set(ledger.load())
        assert not unknown, f"{path.name}: no claim {', '.join(sorted(unknown))}"


def test_every_badge_in_a_chapter_has_its_entry_there(pages):
    for path, page in pages.items():
        if path.stem in WRITTEN:
            cards = {name for group in CARDS.findall(page) for name in group.split()}
            assert set(BADGE.findall(page)) <= cards, path.name


def without(lines, key):
    return [line for line in lines if key not in line["cite"]]


def only(searches, side):
    return [search for search in searches if search["side"] == side]


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
            lambda claim: claim["for"][0].update(measure="metabolism"),
            "claim dmn-1, for.0.measure: metabolism is not what the claim is about",
        ),
        (
            lambda claim: claim.update(against=without(claim["against"], "Adhikari2020")),
            "claim dmn-1, against: half of the abstract of Adhikari2020 is left out",
        ),
        (
            lambda claim: claim["for"][0].update(cite=["Somebody2024"]),
            "claim dmn-1, for.0.cite: Somebody2024 is not in works.yml",
        ),
        (
            lambda claim: claim.update(searches=only(claim["searches"], "for")),
            "claim dmn-1, searches: nothing that looks for what speaks against it",
        ),
        (
            lambda claim: claim.update(searches=only(claim["searches"], "against")),
            "claim dmn-1, searches: nothing that looks for what speaks for it",
        ),
        (
            lambda claim: claim.update(last_checked="2025-05-20"),
            "claim dmn-1, last_checked: 2025-05-20 is over 18 months before",
        ),
        (
            lambda claim: claim["reasons"].pop("imprecision"),
            "claim dmn-1, reasons: 'imprecision' is a required",
        ),
        (
            lambda claim: claim.update(summary="By [[ketamine and GSR: Default]]."),
            "claim dmn-1, summary: a blank that is none",
        ),
    ],
)
def test_a_broken_entry_is_named_with_its_field(tmp_path, spoil, words):
    entries = yaml.safe_load((ledger.EVIDENCE / "claims.yml").read_text("utf-8"))
    spoil(entries[1])
    (tmp_path / "claims.yml").write_text(yaml.safe_dump(entries, sort_keys=False))
    with pytest.raises(ledger.FormError, match=re.escape(words)):
        ledger.load(tmp_path / "claims.yml")


def test_a_work_that_breaks_its_form_or_is_not_cited_is_named(tmp_path):
    works = yaml.safe_load((ledger.EVIDENCE / "works.yml").read_text("utf-8"))
    (tmp_path / "works.yml").write_text(yaml.safe_dump(works | {"Nobody2024": {"trial": 7}}))
    with pytest.raises(ledger.FormError, match=re.escape("work Nobody2024, ")):
        ledger.load_works(tmp_path / "works.yml")
    with pytest.raises(ledger.FormError, match="work Nobody2024, its fields: no claim cites it"):
        ledger.check_works(ledger.load(), works | {"Nobody2024": works["Evans2018"]})


def test_one_search_can_look_for_both_sides():
    both = {"dmn-1": {"searches": [{"side": "both"}]}}
    ledger.check_searches(both)
    with pytest.raises(ledger.FormError, match="what speaks for it"):
        ledger.check_searches({"dmn-1": {"searches": []}})


def test_a_trial_has_one_mark_a_claim_however_many_papers():
    marks = ledger.marks()
    papers = {tuple(mark["works"]) for mark in marks if mark["trial"] == "NCT00088699"}
    assert any(len(works) > 2 for works in papers), "the trial with most papers"
    double = next(mark for mark in marks if mark["trial"])
    with pytest.raises(ledger.FormError, match="is one trial, counted twice"):
        ledger.check_marks([*marks, double])


def unmarked(claim):
    """Lines that cite another paper of a trial that the claim has cited, and do not say so."""
    cited, found = {}, []
    for place, line in [(side, line) for side in ledger.SIDES for line in claim[side]]:
        units = {key: ledger.load_works()[key]["trial"] for key in line["cite"]}
        for key, trial in units.items():
            if trial and cited.setdefault(trial, key) != key and not AGAIN.search(line["text"]):
                found.append((place, key))
    return found


@pytest.mark.parametrize("claim", ledger.load().values(), ids=lambda claim: claim["id"])
def test_a_second_paper_of_a_trial_is_not_told_as_a_second_trial(claim):
    assert not unmarked(claim)


def test_a_second_paper_told_as_a_second_trial_is_found():
    evans, kraus = {"text": "In 33 people.", "cite": ["Evans2018"]}, "In {} sample of 28 people."
    lines = [{"text": kraus.format(which), "cite": ["Kraus2020"]} for which in ("a", "the same")]
    assert unmarked({"for": [evans], "against": lines}) == [("against", "Kraus2020")]


def test_a_mark_is_for_and_against_where_its_lines_about_the_claim_are():
    found = {(mark["claim"], *mark["works"]): mark for mark in ledger.marks()}
    assert found["dmn-1", "Adhikari2020", "Forsyth2020"]["side"] == "both"
    assert found["dmn-1", "Scheidegger2012"]["side"] == "for"
    moujaes = found["dmn-1", "Moujaes2024"]
    assert moujaes["indirect"] and moujaes["people"] == 40


def test_the_age_of_an_entry_is_counted_to_the_release():
    later = ledger.RELEASED + ledger.OLDEST + datetime.timedelta(days=1)
    ledger.check_age(ledger.load(), ledger.RELEASED)
    with pytest.raises(ledger.FormError, match="last_checked: "):
        ledger.check_age(ledger.load(), later)


def test_the_map_has_each_mark_once_with_its_name():
    kinds, rows = evidence_map.rows()
    drawn = [mark for _, cells in rows for marks in cells for mark in marks]
    assert len(drawn) == len(ledger.marks()) > 100
    assert all(len(cells) == len(kinds) for _, cells in rows)
    assert [claim["id"] for claim, _ in rows] == list(ledger.load())
    names = [evidence_map.name(mark) for mark in drawn]
    assert "For and against: Adhikari 2020, Forsyth 2020 (2 papers of one trial); 30 people" in (
        " | ".join(names)
    )


def test_what_is_downloaded_keeps_the_schema_that_lies_beside_it():
    schema, data = ledger_files.schema(), ledger_files.as_json()
    validator = jsonschema.Draft202012Validator(schema)
    validator.check_schema(schema)
    validator.validate(data)
    for spoil in ({"released": 2026}, {"claims": [{}]}, {"works": {"Evans2018": {}}}, {"more": 1}):
        assert list(validator.iter_errors(data | spoil)), spoil


def test_the_csv_has_a_row_for_each_citation():
    rows = list(csv.DictReader(io.StringIO(ledger_files.as_csv())))
    cited = [
        (name, side, key)
        for name, claim in ledger.load().items()
        for side in ledger.SIDES
        for line in claim[side]
        for key in line["cite"]
    ]
    assert [(row["claim"], row["side"], row["work"]) for row in rows] == cited
    evans = next(row for row in rows if row["work"] == "Evans2018")
    assert evans["trial"] == "NCT00088699" and evans["design"] == "placebo-controlled crossover"
    assert not any(None in row or "\n" in "".join(row.values()) for row in rows)


def test_a_blank_is_filled_from_the_tables():
    change = drug_tables.told(drug_tables.groups("ketamine", False, "network").loc["Default"])
    texts = [item["text"] for item in ledger.load()["dmn-1"]["against"]]
    assert any(change in text for text in texts), change


def test_the_reports_of_glutamate_are_as_many_as_the_summary_says():
    claim = ledger.load()["glu-2"]
    found = {
        side: {
            key
            for line in claim[side]
            if line["measure"] == "chemistry" and "infusion" in line.get("when", "")
            for key in line["cite"]
        }
        for side in ledger.SIDES
    }
    risen, unchanged = found["for"], found["against"] - found["for"]
    words = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    told = f"(risen in {words[len(risen)]}, unchanged in {words[len(unchanged)]}, one trial"
    assert told in claim["summary"]


def test_no_number_of_the_tables_is_typed():
    entries = yaml.safe_load((ledger.EVIDENCE / "claims.yml").read_text("utf-8"))
    lines = [
        (f"{claim['id']}, {kind}.{row}", item["text"])
        for claim in entries
        for kind in ("for", "against")
        for row, item in enumerate(claim[kind])
        if "Moujaes2024" in item["cite"]
    ]
    assert any("[[" in text for _, text in lines)
    for place, text in lines:
        typed = re.findall(r"\d\.\d+", re.sub(r"\[\[.*?\]\]", "", text))
        assert not typed, f"claims.yml, {place}: {typed[0]} is typed; leave a [[blank]]"


def test_the_twelve_references_fall_as_the_page_says():
    entries = ledger.load_references()
    verdicts = [entry["verdict"] for entry in entries]
    assert len(entries) == 12
    assert verdicts.count("not found") == 2
    assert verdicts.count("wrong record") == 3
    assert verdicts.count("error in the record") == 4
    assert verdicts.count("right") == 2
    assert verdicts.count("right but does not support its sentence") == 1
    for entry in entries:
        assert set(entry["claims"]) <= set(ledger.load()), entry["label"]
    wrong = [entry["wrong"] for entry in entries if entry["verdict"] == "error in the record"]
    assert all(len(fields) == 1 for fields in wrong)
    page = (ledger.EVIDENCE.parent / "index.md").read_text("utf-8")
    assert "two could not be found, three join a real title" in page
    assert "four have one error" in page and "three are right, one of them beside" in page


@pytest.mark.parametrize("claim", ledger.load().values(), ids=lambda claim: claim["id"])
def test_a_claim_is_told_before_it_is_judged(claim):
    told = BeautifulSoup(claims.head(claim), "html.parser")
    words, judged = " ".join(claim["claim"].split()), "; ".join(claim["verdict"])
    text = told.get_text()
    assert text.index(words) < text.index(judged) < text.index(ledger.RUNGS[0])
    assert len(told.select("svg.mark")) == 1
    assert len(told.select(".ladder > li")) == len(ledger.RUNGS)


@pytest.mark.parametrize("claim", ledger.load())
def test_the_ladder_has_every_study_of_a_rung(claim):
    rungs = dict(ledger.ladder(claim))
    assert tuple(rungs) == ledger.RUNGS
    drawn = [mark for marks in rungs.values() for mark in marks]
    own = [mark for mark in ledger.marks() if mark["claim"] == claim]
    off = {"reviews, meta-analyses", "models and methods"}
    assert len(drawn) == sum(mark["kind"] not in off for mark in own)
    for name, marks in rungs.items():
        works = [ledger.load_works()[mark["works"][0]] for mark in marks]
        assert all((work["who"] == "cells") == (name == "cells") for work in works)
        assert [mark["indirect"] for mark in marks] == sorted(mark["indirect"] for mark in marks)
