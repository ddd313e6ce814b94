"""The small pages: one for each word of the glossary and each claim, and search leads there."""

import json
import re

import claims
import entries
import pytest
import sharing
import terms
from bs4 import BeautifulSoup
from course import ENTRIES, ROOT, SITE, read
from ledger import SIDES

GLOSSARY = terms.parse((ROOT / "book" / "glossary.md").read_text("utf-8"))
LEDGER = claims.load()


def page_of(anchor):
    return SITE / f"{entries.name_of(anchor)}.html"


@pytest.fixture(scope="module")
def index():
    """What search knows: names and titles of pages."""
    text = (SITE / "searchindex.js").read_text("utf-8")
    found = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", text, re.S)[1])
    return dict(zip(found["docnames"], found["titles"], strict=True))


def test_there_is_a_page_for_each_and_no_other():
    wanted = {page_of(f"claim-{name}") for name in LEDGER}
    wanted |= {page_of(f"term-{name}") for name in GLOSSARY}
    assert wanted == set(ENTRIES)
    assert len(wanted) == len(LEDGER) + len(GLOSSARY)


@pytest.mark.parametrize("name", GLOSSARY)
def test_a_word_has_both_senses_and_its_other_names(name, index):
    names, _ = GLOSSARY[name]
    article = read(page_of(f"term-{name}")).article
    assert article.h1.text.replace("’", "'") == name
    text = article.get_text(" ").replace("’", "'")
    assert "Technically" in text and all(other in text for other in names)
    assert index[entries.name_of(f"term-{name}")].replace("’", "'") == name


@pytest.mark.parametrize("name", LEDGER)
def test_a_claim_has_its_verdict_and_both_sides(name, index):
    article = read(page_of(f"claim-{name}")).article
    parts = [part.text for part in article.find_all("dt")]
    assert parts[:2] == ["Verdict", "Level"] and {"For", "Against"} < set(parts)
    assert claims.verdict(LEDGER[name]) in article.dd.text
    assert f"Claim {name} " in article.get_text()
    assert f"../notebooks/{LEDGER[name]['chapter']}.html" in [a["href"] for a in article("a")]
    assert index[entries.name_of(f"claim-{name}")] == f"{name}: {article.h1.text}"


@pytest.mark.parametrize("name", LEDGER)
def test_the_page_of_a_claim_says_more_than_the_ledger_and_is_linked_from_it(name):
    here = read(SITE / "book" / "ledger.html").find(id=f"claim-{name}")
    page = page_of(f"claim-{name}")
    assert page.name in [link["href"] for link in here("a") if link.text == claims.IN_FULL]
    both, alone = ([part.text for part in place("dt")] for place in (here, read(page).article))
    assert "What would change our mind" in both and not here.select("table, .own-page")
    assert set(alone) - set(both) >= {"How we know", "Reasons for doubt (GRADE)", "Last checked"}
    rows = read(page).article.select("table tbody tr")
    assert len(rows) == sum(len(line["cite"]) for side in SIDES for line in LEDGER[name][side])


def test_what_an_entry_says_is_found_on_its_page_and_not_in_the_list_too():
    text = (SITE / "searchindex.js").read_text("utf-8")
    found = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\)", text, re.S)[1])
    lists = {found["docnames"].index(name) for name in entries.SOURCES}
    for where in found["terms"].values():
        assert not lists & set(where if isinstance(where, list) else [where])
    numbers = {int(word) for word in found["terms"] if word.isdecimal()}
    assert 2018 in numbers and all(1900 <= number < 2100 for number in numbers)


@pytest.mark.parametrize("page", ENTRIES, ids=lambda page: page.stem)
def test_a_small_page_speaks_of_itself(page):
    soup = read(page)
    assert soup.title.text.startswith(soup.h1.text)
    about = soup.find("meta", attrs={"name": "description"})["content"]
    assert 20 <= len(about) <= sharing.LENGTH
    assert soup.find("meta", property="og:title")["content"] == soup.h1.text
    for word in (entries.ADDRESS, entries.TITLE, entries.ABOUT, entries.SAID):
        assert word not in str(soup)
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_an_entry_leads_on_to_the_page_of_another():
    links = read(page_of("term-anticorrelation")).article("a")
    assert "term-global-signal-regression.html" in [link["href"] for link in links]


def test_words_of_one_sense_share_a_page():
    text = (
        '<dl class="glossary"><dt id="term-a">a<a class="headerlink">#</a></dt>'
        '<dt id="term-b">b</dt><dd><p id="x">Said.</p></dd></dl>'
    )
    [entry] = entries.words(BeautifulSoup(text, "html.parser"))
    assert (entry.anchors, entry.title) == (["term-a", "term-b"], "a")
    assert entry.body == "<p>Also: b.</p><p>Said.</p>"


def test_a_description_keeps_words_apart():
    body = "<p>Also: b.</p><dl><dt>Verdict</dt><dd><p><b>mixed</b> (one).</p></dd></dl>"
    uses = '<p class="term-uses">Used in: chapter 1</p>'
    assert entries.abstract(body + uses) == "Also: b. Verdict: mixed (one)."


def test_the_frame_is_that_of_the_page_without_what_is_about_it():
    text = (
        '<html><head><title>Glossary — The book</title><link rel="next" href="x.html">'
        '<meta name="description" content="d"><meta property="og:title" content="Glossary">'
        '<meta property="og:url" content="https://a.org/book/glossary.html"></head><body>'
        '<a href="#">Glossary</a><article class="bd-article"><p id="all">All</p></article>'
        '<div id="pst-secondary-sidebar"></div></body></html>'
    )
    frame = BeautifulSoup(entries.frame_of(text, "glossary.html"), "html.parser")
    assert frame.article.text == entries.SAID and frame.title.text == "entry-title — The book"
    assert [tag["content"] for tag in frame("meta")] == [
        entries.ABOUT,
        entries.TITLE,
        entries.ADDRESS,
    ]
    assert frame.a["href"] == "glossary.html"
    assert not frame("link") and not frame(id="pst-secondary-sidebar")
