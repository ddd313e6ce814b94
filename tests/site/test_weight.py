"""What a page weighs before anybody scrolls or clicks, and that nothing lies about unused."""

import gzip
import re
import statistics
from urllib.parse import urlsplit

import pytest
from course import ENTRIES, PAGES, SITE, read

PACKED = {".webp", ".png", ".woff", ".woff2", ".jpg"}  # no server packs these again
HTML = "".join(page.read_text("utf-8") for page in SITE.rglob("*.html"))
PICTURES = [
    path
    for folder in ("_images", "_explorers")
    for path in (SITE / folder).glob("*")
    if path.name in HTML  # an earlier build may have left others
]
LIGHT = {"book/index": 115_800, "notebooks/06-short-term": 173_500, "book/ledger": 104_200}
"""What these weighed under the theme that was purged; bytes on the way to the reader."""
REQUESTS = 12
COLUMN = 343  # pixels that a figure has on a phone of 375


def weight(path):
    """Bytes on the way to the reader."""
    data = path.read_bytes()
    return len(data if path.suffix in PACKED else gzip.compress(data, 9, mtime=0))


def first_view(page):
    """All files that a browser fetches for a page before anybody scrolls, one pixel for one."""
    soup = read(page)
    links = [link for link in soup.find_all("link", href=True)]
    fetched = {"stylesheet", "icon", "preload", "modulepreload"}
    wanted = [link["href"] for link in links if fetched & set(link["rel"])]
    wanted += [script["src"] for script in soup.find_all("script", src=True)]
    wanted += [
        (picture.get("srcset") or picture["src"]).split()[0]
        for picture in soup.find_all("img")
        if picture.get("loading") != "lazy"
    ]
    wanted += [frame["src"] for frame in soup.find_all("iframe", src=True)]
    files = [urlsplit(address).path for address in wanted if not address.startswith("data:")]
    return {page, *((page.parent / file).resolve() for file in files)}


def test_a_page_is_light_at_first_view(page):
    most = 350_000 if page.parent.name == "notebooks" else 120_000
    most += 25_000 if page.name == "search.html" else 0  # it brings all words of the course
    files = first_view(page)
    total = sum(weight(file) for file in files)
    heaviest = sorted(files, key=weight)[-3:]
    assert total <= most, [(file.name, weight(file)) for file in heaviest]


def test_no_page_asks_for_many_files(page):
    assert len(first_view(page)) <= REQUESTS


@pytest.mark.parametrize(("name", "most"), LIGHT.items())
def test_the_pages_that_were_weighed_are_no_heavier(name, most):
    files = first_view(SITE / f"{name}.html")
    assert sum(map(weight, files)) <= most


def test_a_page_loads_one_style_sheet_and_one_script(page, soup):
    if soup.find("meta", attrs={"http-equiv": re.compile("refresh", re.I)}):
        return  # the door of the site
    sheets = [link["href"] for link in soup.select('link[rel~="stylesheet"]')]
    assert [sheet.rpartition("/")[2].partition("?")[0] for sheet in sheets] == ["course.css"]
    scripts = [script["src"].rpartition("/")[2] for script in soup.find_all("script", src=True)]
    names = [script.partition("?")[0] for script in scripts]
    search = ["course-search.js", "searchtools.js", "language_data.js", "searchindex.js"]
    assert set(names) - set(search) == {"course.js"}
    assert page.name == "search.html" or names == ["course.js"]


def test_html_is_short():
    sizes = {page: page.stat().st_size for page in PAGES}
    assert max(sizes.values()) <= 300_000, max(sizes, key=sizes.get)
    assert statistics.median(sizes[page] for page in PAGES if page not in ENTRIES) <= 80_000


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_light(picture):
    assert picture.suffix in (".webp", ".svg")
    assert picture.stat().st_size <= 150_000


@pytest.mark.parametrize(
    "drawing", [path for path in PICTURES if path.suffix == ".svg"], ids=lambda path: path.name
)
def test_type_can_be_read_on_a_phone(drawing):
    text = drawing.read_text("utf-8")
    width = float(re.search(r'viewBox="0 0 (\S+) ', text)[1])
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: ?(?:[\w ]+ )?([\d.]+)px", text)]
    assert sizes and min(sizes) * COLUMN / max(width, COLUMN) >= 10.9, f"{min(sizes)} of {width}"


def test_pictures_of_pixels_are_no_wider_than_their_type_allows(page, soup):
    for picture in soup.select("article figure[id] img"):
        wide = picture["src"].endswith(".webp") and int(picture["width"]) > 530
        assert not wide, f"{picture['src']}: {picture['width']} pixels wide"


def test_pictures_keep_their_place_and_load_late(soup):
    pictures = soup.find_all("img")
    for picture in pictures:
        assert int(picture["width"]) > 0 and int(picture["height"]) > 0, picture["src"]
        assert not picture.has_attr("style"), picture["src"]
        assert picture.has_attr("loading") == picture.has_attr("decoding"), picture["src"]
    at_once = [picture["src"] for picture in pictures if picture.get("loading") != "lazy"]
    assert len(at_once) <= 1, "the first figure alone is not loaded late"


def test_a_figure_leads_to_the_picture_itself(page, soup):
    for figure in soup.select("figure a.image-reference"):
        assert figure["href"] == figure.img["src"]


def test_there_are_no_source_maps():
    assert list(SITE.rglob("*.map")) == []


def test_formulas_stand_in_the_page(soup):
    for formula in soup.find_all("math"):
        assert formula.text.strip() and "\\" not in formula.get_text()
