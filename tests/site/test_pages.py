"""What holds on every page of the built site."""

import base64
import copy
import functools
import hashlib
import json
import re

import pytest
import yaml
from course import CHAPTERS, PAGES, ROOT, SITE, read
from pages import terms

REMOTE = re.compile(r"^(https?:)?//")
# What somebody may link to, not what only leads on to other pages.
SHOWN = [page for page in PAGES if page.stem not in {"genindex", "search"}]
SHOWN.remove(SITE / "index.html")
SHOWN += sorted(path for kind in ("slides", "handouts") for path in SITE.glob(f"{kind}/*.html"))
LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}


@functools.cache
def anchors(page):
    return {tag["id"] for tag in read(page).find_all(id=True)}


def test_no_page_loads_anything_from_another_host(soup):
    loaded = [
        tag[name] for kind, name in LOADED.items() for tag in soup.find_all(kind) if tag.get(name)
    ]
    fetched = {"stylesheet", "icon", "preload", "preconnect"}
    links = soup.find_all("link", href=True)
    loaded += [link["href"] for link in links if fetched & set(link.get("rel", []))]
    assert [address for address in loaded if REMOTE.match(address)] == []
    assert "srcdoc" not in str(soup), "viewers stand in files of their own"


def test_no_style_sheet_loads_anything_from_another_host():
    for sheet in SITE.rglob("*.css"):
        text = sheet.read_text("utf-8")
        found = re.findall(r"(?:url\(|@import\s)\s*[\"']?((?:https?:)?//[^\"')]+)", text)
        assert found == [], sheet.relative_to(SITE)


def test_every_inner_link_arrives(page, soup):
    for link in soup.find_all("a", href=True):
        address, _, anchor = link["href"].partition("#")
        if REMOTE.match(address) or address.startswith(("mailto:", "javascript:")):
            continue
        target = (page.parent / address.split("?")[0]).resolve() if address else page
        assert target.exists(), f"{link['href']} leads nowhere"
        if anchor and target.suffix == ".html":
            assert anchor in anchors(target), f"{link['href']}: no such place on the page"


@pytest.mark.wcag("1.1.1")
def test_every_picture_says_what_is_seen(soup):
    for picture in soup.find_all("img"):
        alt = picture.get("alt", "")
        assert len(alt) >= 40, f"{picture['src']}: alt text is {alt!r}"
        assert not re.search(r"\.(png|webp|svg)$", alt), f"{picture['src']}: alt is a file name"


def test_every_picture_is_there(page, soup):
    for picture in soup.find_all("img"):
        assert (page.parent / picture["src"]).exists(), picture["src"]


@pytest.mark.wcag("1.1.1")
def test_every_explorer_can_be_moved_and_read(soup):
    for explorer in soup.select("fieldset.explorer"):
        handles = explorer.find_all("input", type="radio")
        assert explorer.legend.text.strip() and len(handles) >= 2
        assert sum(handle.has_attr("checked") for handle in handles) == 1
        for handle in handles:
            assert explorer.find("label", attrs={"for": handle["id"]}).text.strip()
            assert len(explorer.find(id=handle["aria-describedby"]).text) >= 40
        assert all(picture["loading"] == "lazy" for picture in explorer.find_all("img"))


@pytest.mark.wcag("2.4.2", "2.4.6", "3.1.1")
def test_every_page_has_a_language_a_title_and_one_heading(soup):
    if soup.find("meta", attrs={"http-equiv": re.compile("refresh", re.I)}):
        return  # the door of the site, which only leads on
    assert soup.html["lang"] == "en"
    assert soup.title.text.strip()
    main = soup.find("article")
    assert main is None or len(main.find_all("h1")) == 1


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.relative_to(SITE).as_posix())
def test_a_page_says_what_it_is_to_those_who_link_to_it(path):
    said = {
        tag.get("name") or tag.get("property"): tag["content"]
        for tag in read(path).find_all("meta", content=True)
    }
    assert 20 <= len(said["description"]) <= 200
    # Words of neighbouring paragraphs do not run together; networks.Pipeline is a name.
    assert not re.search(r"[a-z][.:?][A-Z][a-z]", said["description"].replace("networks.", ""))


def test_no_page_carries_a_date_or_an_address_in_memory(soup):
    text = soup.get_text(" ")
    assert "Last updated" not in text
    assert not re.search(r"\bat 0x[0-9a-f]{6,}", text)


def test_no_page_shows_unread_markup(soup):
    prose = copy.copy(soup)
    for code in prose.find_all(["pre", "code", "script"]):
        code.decompose()
    assert not re.search(r"\{(glue|cite|ref|numref|term)[:}]", prose.get_text(" "))


NO_NUMBER = re.compile(r"\b(nan|inf)\b")


def test_no_page_tells_a_number_that_is_none(soup):
    """A NaN in a sentence or an alternative text; code and printed outputs may speak of it."""
    told = [picture.get("alt", "") for picture in soup.select("img")]
    told += [text for text in soup.find_all(string=NO_NUMBER)
             if not text.find_parent(["code", "pre", "script", "style"])]  # fmt: skip
    assert [text[:200] for text in told if NO_NUMBER.search(text)] == []


def test_every_listed_page_is_built():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    wanted = [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]
    there = {page.relative_to(SITE).with_suffix("").as_posix() for page in PAGES}
    assert set(wanted) <= there


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_word_opens_in_its_own_sense_and_in_no_quotation(path):
    asked = re.findall(r"{term}`([^`<]+?)(?: <|`)", path.read_text("utf-8"))
    article = copy.copy(read(SITE / "notebooks" / f"{path.stem}.html").article)
    for tooltip in article.select(".term > [role=tooltip]"):
        tooltip.decompose()
    for term in article.select(".term"):
        word, block = term.text, term.find_parent(["p", "div", "li", "td", "dd"])
        if terms.pattern(terms.SEVERAL_SENSES).fullmatch(word):
            assert word in asked, f"{word}: in which sense?"
        term.string = "\N{REPLACEMENT CHARACTER}"
        before = block.text.partition(term.string)[0]
        term.string = word
        assert before.count("“") == before.count("”"), f"{word}: within a quotation"
        assert not term.find_parent("blockquote"), f"{word}: within a quotation"


def test_the_ledger_opens_with_the_map_of_the_evidence():
    article = read(SITE / "book" / "ledger.html").find("article")
    assert article.find("table") is article.select_one(".evidence-map table")
    for name in ("csv", "json", "schema.json"):
        assert (SITE / "_downloads" / f"ledger.{name}").exists()
        assert article.find("a", href=f"../_downloads/ledger.{name}")


def test_chapters_show_no_hidden_tests():
    for page in (SITE / "notebooks").glob("*.html"):
        assert "from myst_nb import glue" not in page.read_text("utf-8"), page.name


def test_a_page_tells_each_answer_in_a_fold(soup):
    checks = [
        code for code in soup.select(".cell_input pre") if re.search(r"^check\(", code.text, re.M)
    ]
    assert len(soup.select("details.answer:not([open])")) == len(checks)
    assert "No answer yet" not in soup.text


def test_the_code_of_a_picture_lies_in_one_fold(soup):
    for cell in soup.select("div.cell"):
        if cell.select_one("figure:not(.states *) > a > img"):
            assert len(cell.select("details.hide")) == 1, cell.img["alt"]
            assert not cell.select(":scope > .cell_input")


def test_every_viewer_is_a_whole_page_that_asks_for_nothing():
    viewers = list((SITE / "_viewers").glob("*.html"))
    assert viewers, "chapter 2 has one"
    for viewer in viewers:
        page = read(viewer)
        assert page.html["lang"] == "en" and page.title.text.strip()
        assert page.main.h1.text.strip() in page.canvas["aria-label"]
        for tag in page.find_all(src=True) + page.find_all("link", href=True):
            address = tag.get("src") or tag["href"]
            assert address == "data:," or (viewer.parent / address).exists(), address
        sliders = page.find_all("input", type="range")
        assert len(sliders) == 4
        assert all(
            slider.parent.name == "label" and slider.parent.text.strip() for slider in sliders
        )


def test_a_viewer_is_opened_by_a_plain_link():
    links = [link for page in PAGES for link in read(page).select("p.viewer > a")]
    assert len(links) == len(list((SITE / "_viewers").glob("*.html")))
    assert all(link.text.startswith("Open the interactive view: ") for link in links)


@pytest.mark.wcag("1.4.5")
def test_mathematics_needs_no_script_and_no_fonts():
    formulas = [tag for page in PAGES for tag in read(page).select("math")]
    assert len(formulas) >= 50
    assert not any("mathjax" in path.name.lower() for path in SITE.rglob("*"))


def test_a_reference_that_was_not_found_says_so():
    text = read(SITE / "book" / "article-references.html").get_text(" ")
    assert text.count("no paper with this title or DOI was found") == 2


def test_a_work_is_told_in_full_where_it_is_first_cited_on_a_page(page, soup):
    told = [link["href"] for link in soup.select('article a[href*="references.html#"][title]')]
    cited = {link["href"] for link in soup.select('article a[href*="references.html#id"]')}
    assert len(told) == len(set(told)) and (not cited or set(told) <= cited)


def test_the_search_knows_every_word_of_the_glossary():
    text = (SITE / "searchindex.js").read_text("utf-8")
    known = json.loads(text[text.index("(") + 1 : text.rindex(")")])["indexentries"]
    words = [term.next for term in read(SITE / "book/glossary.html").select("dl.glossary dt")]
    assert len(words) > 100
    assert not {str(word).strip().lower().replace("’", "'") for word in words} - known.keys()


def rules(soup):
    """The content security policy of a page: what is allowed, by directive."""
    [meta] = soup.find_all("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert not meta.find_previous(["script", "link", "style"]), "it comes first"
    parts = (rule.split() for rule in meta["content"].split(";"))
    return {name: allowed for name, *allowed in parts}


def test_a_page_runs_the_scripts_of_the_site_and_no_other(soup):
    allowed = rules(soup)
    assert allowed["default-src"] == ["'none'"]
    scripts = allowed.get("script-src", [])
    live = bool(soup.select(".cell.tag_live"))  # Python is WebAssembly, in a worker
    assert ("'wasm-unsafe-eval'" in scripts) == live
    assert allowed.get("worker-src") == (["blob:"] if live else None)
    known = "'self'", "'wasm-unsafe-eval'"
    strange = [one for one in scripts if one not in known and not one.startswith("'sha256-")]
    assert not strange, f"script-src lets run {' '.join(strange)}"
    for script in soup.find_all("script", src=False):
        if "json" not in script.get("type", ""):
            digest = hashlib.sha256(script.string.encode()).digest()
            assert f"'sha256-{base64.b64encode(digest).decode()}'" in scripts, script.string
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag.name


def test_views_and_handouts_have_a_policy_too():
    pages = [*SITE.glob("_viewers/*.html"), *SITE.glob("handouts/*.html")]
    assert len(pages) >= 9
    for page in pages:
        assert rules(read(page))["default-src"] == ["'none'"], page.name


# What WCAG asks of a whole site


@pytest.mark.wcag("3.2.3", "3.2.6")
def test_every_page_has_the_same_way_about(page, soup):
    def way(one):
        return [link.get_text(" ", strip=True) for link in one.select(".sidebar-tree a")]

    wanted = way(read(SITE / "book" / "index.html"))
    assert wanted and way(soup) == ([] if page == SITE / "index.html" else wanted)


ABSENT = "audio, video, track, embed, object, input[type=password], marquee, input[autocomplete]"
ABSENT += ":not([autocomplete=off])"


@pytest.mark.wcag(
    "1.2.1", "1.2.2", "1.2.3", "1.2.4", "1.2.5", "1.3.5", "1.4.2", "2.2.1", "3.3.3", "3.3.4",
    "3.3.7", "3.3.8",
)  # fmt: skip
def test_no_page_has_sound_or_film_a_limit_of_time_or_a_form_that_is_sent(page, soup):
    assert [str(one)[:100] for one in soup.select(ABSENT)] == []
    sent = [form for form in soup.select("form") if form.get("method", "get").lower() != "get"]
    assert [str(one)[:100] for one in sent] == []
    hurried = soup.select("meta[http-equiv=refresh i]")
    assert all(one["content"].startswith("0;") for one in hurried), "a page that leaves by itself"


@pytest.mark.wcag("2.5.4")
@pytest.mark.parametrize("script", sorted(SITE.rglob("*.js")), ids=lambda path: path.name)
def test_no_script_listens_to_the_movement_of_a_device(script):
    text = script.read_text("utf-8", "replace")
    assert not re.search("devicemotion|deviceorientation|Accelerometer|Gyroscope", text)
