"""What a page says of itself to those who link to it."""

from types import SimpleNamespace
from urllib.parse import quote

import pytest
import sharing
from docutils import nodes

ARTICLE = '<article><img src="../_images/a.webp" alt="A &lt; b" width="7" height="5"></article>'


@pytest.fixture
def app(tmp_path):
    """As much of Sphinx as is asked; the site will stand at an address with a space."""
    config = SimpleNamespace(
        html_baseurl="https://a.org/" + quote("the course"),
        html_title="The book",
        root_doc="book/index",
    )
    builder = SimpleNamespace(format="html", get_target_uri=lambda name: f"{name}.html")
    return SimpleNamespace(
        config=config,
        builder=builder,
        outdir=tmp_path,
        titles={"book/a": 'Say "a"'},
        descriptions={"book/a": "It is a."},
    )


def test_a_page_names_its_address_and_its_first_picture(app):
    said = sharing.tags(app, "book/a", f'<img src="logo.svg">{ARTICLE}')
    assert '<meta name="description" content="It is a.">' in said
    assert '<meta property="og:title" content="Say &quot;a&quot;">' in said
    assert '<meta property="og:url" content="https://a.org/the%20course/book/a.html">' in said
    assert 'og:image" content="https://a.org/the%20course/_images/a.webp">' in said
    assert 'og:image:alt" content="A &lt; b">' in said
    assert 'og:image:width" content="7">' in said


def test_a_page_without_a_picture_shows_the_one_of_the_book(app):
    said = sharing.tags(app, "book/a", "<article>No picture.</article>")
    assert 'og:image" content="https://a.org/the%20course/_static/page.webp">' in said


def test_nothing_names_an_address_that_is_not_known(app):
    app.config.html_baseurl = ""
    assert "og:description" in sharing.tags(app, "book/a", ARTICLE)
    assert "og:url" not in sharing.tags(app, "book/a", ARTICLE)
    assert "og:image" not in sharing.tags(app, "book/a", ARTICLE)


def test_a_deck_introduces_itself(app):
    text = f"<head>\n</head><main>{ARTICLE}</main>".replace("article", "section")
    said = sharing.introduce(app, "slides/a", "Slides: A", "For a seminar.", text)
    assert '<meta property="og:title" content="Slides: A">' in said.partition("</head>")[0]
    assert "https://a.org/the%20course/_images/a.webp" in said.partition("</head>")[0]


def test_the_sitemap_lists_what_is_to_be_found(app, tmp_path):
    for page in ("index", "404", "search", "genindex", "book/a", "slides/b", "_viewers/c"):
        (tmp_path / f"{page}.html").parent.mkdir(exist_ok=True)
        (tmp_path / f"{page}.html").touch()
    sharing.write_sitemap(app, None)
    sitemap = (tmp_path / "sitemap.xml").read_text("utf-8")
    assert [line for line in sitemap.splitlines() if "<loc>" in line] == [
        f"<url><loc>https://a.org/the%20course/{page}.html</loc></url>"
        for page in ("book/a", "slides/b")
    ]
    app.config.html_baseurl = ""
    sharing.write_sitemap(app, None)
    assert not (tmp_path / "sitemap.xml").exists()


@pytest.mark.parametrize("first", range(90, 98))
def test_a_description_is_no_longer_than_search_pages_show(first):
    long = nodes.paragraph("", "a" * 57 + ". " + "b" * first + ". And this is more.")
    said = sharing.describe(nodes.document(None, None, "", nodes.paragraph("", "Short."), long))
    assert 60 <= len(said) <= sharing.LENGTH


def test_a_description_ends_with_a_word():
    assert sharing.cut("short") == "short"
    said = sharing.cut("word, " * 60)
    assert said.endswith("word …")
    assert len(said) <= sharing.LENGTH
