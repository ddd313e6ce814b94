"""What a page weighs before anybody scrolls or clicks, and that nothing lies about unused."""

import gzip
import re
import statistics
from urllib.parse import urlsplit

import pytest
from course import ENTRIES, PAGES, SITE, read

PACKED = {".webp", ".png", ".woff", ".woff2", ".jpg"}  # no server packs these again
PICTURES = [path for folder in ("_images", "_explorers") for path in (SITE / folder).glob("*")]
OURS = {"book.css", "book.js"}


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


@pytest.fixture(scope="module")
def named():
    """All that pages, style sheets and views say, to look for names of files in it."""
    files = [*PAGES, *(SITE / "_viewers").glob("*"), *(SITE / "_static").glob("*.css")]
    return "".join(file.read_text("utf-8") for file in files if file.suffix != ".webp")


def test_a_page_is_light_at_first_view(page):
    most = 350_000 if page.parent.name == "notebooks" else 120_000
    most += 25_000 if page.name == "search.html" else 0  # it brings all words of the course
    files = first_view(page)
    total = sum(weight(file) for file in files)
    heaviest = sorted(files, key=weight)[-3:]
    assert total <= most, [(file.name, weight(file)) for file in heaviest]


def test_a_page_loads_one_style_sheet_and_one_script(page, soup):
    if soup.find("meta", attrs={"http-equiv": re.compile("refresh", re.I)}):
        return  # the door of the site
    if page.name == "404.html":
        return  # it may be shown at any depth, and carries its own style
    sheets = [link["href"] for link in soup.select('link[rel~="stylesheet"]')]
    assert [sheet.rpartition("/")[2] for sheet in sheets] == ["book.css"]
    scripts = [script for script in soup.find_all("script", src=True)]
    names = [script["src"].rpartition("/")[2] for script in scripts]
    search = ["search.js", "language_data.js", "searchindex.js"]
    assert names == ["book.js", *(search if page.name == "search.html" else [])]
    assert all(script.has_attr("defer") for script in scripts)


def test_html_is_short():
    sizes = {page: page.stat().st_size for page in PAGES}
    assert max(sizes.values()) <= 300_000, max(sizes, key=sizes.get)
    assert statistics.median(sizes[page] for page in PAGES if page not in ENTRIES) <= 80_000


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_light(picture):
    assert picture.suffix in (".webp", ".svg")
    assert picture.stat().st_size <= 150_000


def test_pictures_keep_their_place_and_load_late(page, soup):
    pictures = soup.find_all("img")
    for number, picture in enumerate(pictures):
        assert int(picture["width"]) > 0 and int(picture["height"]) > 0, picture["src"]
        assert not picture.has_attr("style"), picture["src"]
        assert number == 0 or picture["loading"] == "lazy", picture["src"]
        assert number == 0 or picture["decoding"] == "async", picture["src"]
        for address in re.findall(r"(\S+) \d+w", picture.get("srcset", "")):
            assert (page.parent / address).exists(), address


def test_a_figure_leads_to_the_picture_itself(page, soup):
    for figure in soup.select("figure a.image-reference"):
        assert figure["href"] == figure.img["src"]


def test_no_file_lies_about_unused(named):
    search = {"search.js", "language_data.js"}
    for folder in ("_static", "_sources", "_images", "_explorers", "_viewers"):
        for file in (SITE / folder).rglob("*"):
            if file.is_file() and file.name not in OURS | search:
                assert file.name in named, file.relative_to(SITE)


def test_there_are_no_source_maps_and_no_library_twice():
    assert list(SITE.rglob("*.map")) == []
    for script in SITE.rglob("*.js"):
        assert "sourceMappingURL" not in script.read_text("utf-8"), script.name
    seen = {}
    for file in SITE.rglob("*"):
        if file.is_file() and file.suffix in (".js", ".css", ".webp", ".woff", ".woff2"):
            twin = seen.setdefault(file.read_bytes(), file)
            assert twin == file or {twin.parent.name, file.parent.name} == {"_explorers"}


def test_icons_have_a_shape():
    """Each icon that a page shows has its sign in the style sheet, and the font holds it."""
    css = (SITE / "_static" / "book.css").read_text("utf-8")
    tags = [tag for page in PAGES for tag in read(page).select("[class*=fa-]")]
    signs = {icon for tag in tags for icon in tag["class"]}
    sizes = {"fa-solid", "fa-lg", "fa-fw", "fa-sm", "fa-brands", "fa-regular"}
    for icon in signs - sizes:
        if icon.startswith("fa-"):
            assert re.search(rf"\.{icon}:?:before", css), icon
    assert css.count("data:font/woff;base64,") == 1 and "webfonts" not in css


def test_formulas_stand_in_the_page(soup):
    for formula in soup.select("span.math, div.math"):
        assert formula.svg["aria-hidden"] == "true"
        assert formula.find("math").text.strip()
        assert "\\" not in formula.get_text()
