"""A page for each claim, with everything; the ledger keeps the cards and leads there."""

import pytest
from course import ENTRIES, SITE, read
from pages import claim_pages, claims
from pages.ledger import SIDES

LEDGER = claims.load()


def page_of(name):
    return SITE / f"{claim_pages.name_of(name)}.html"


def test_there_is_a_page_for_each_claim_and_no_other():
    assert {page_of(name) for name in LEDGER} == set(ENTRIES)


@pytest.mark.parametrize("name", LEDGER)
def test_a_claim_has_its_verdict_and_both_sides(name):
    article = read(page_of(name)).article
    parts = {part.text for part in article.find_all("dt")}
    wanted = {"Why this verdict", "Level", "For", "Against", "What would change our mind"}
    wanted |= {"How we know", "Reasons for doubt (GRADE)", "Last checked"}
    assert wanted <= parts
    assert claims.verdict(LEDGER[name]) in article.select_one(".verdict").text
    links = [link["href"] for link in article("a", href=True)]
    assert f"../notebooks/{LEDGER[name]['chapter']}.html" in links
    assert f"ledger.html#claim-{name}" in links
    rows = article.select("table tbody tr")
    assert len(rows) == sum(len(line["cite"]) for side in SIDES for line in LEDGER[name][side])


@pytest.mark.parametrize("name", LEDGER)
def test_the_ledger_has_the_card_and_the_page_has_the_rest(name):
    card = read(SITE / "book" / "ledger.html").find(id=f"claim-{name}")
    assert card.select_one(".claim-head") and not card.select("dl, table, .full-entry")
    assert page_of(name).name in [link["href"] for link in card("a", href=True)]


def test_the_full_entry_stands_once():
    for page in SITE.rglob("*.html"):
        if page not in ENTRIES:
            assert "Reasons for doubt (GRADE)" not in page.read_text("utf-8"), page.name


def test_the_front_page_shows_every_claim_as_a_mark_that_leads_to_it():
    marks = read(SITE / "book" / "index.html").select(".marks a")
    assert [link["href"] for link in marks] == [f"claim-{name}.html" for name in LEDGER]
    assert all(link.select_one("svg.mark") and link.text.strip() for link in marks)
