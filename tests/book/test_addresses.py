"""The ways in and out of the site are those that the environment names."""

from types import SimpleNamespace

import pytest
from builder import addresses


@pytest.fixture
def app():
    """As much of Sphinx as is asked."""
    loaded = []
    return SimpleNamespace(
        config=SimpleNamespace(html_baseurl="", redirects={"index": "book/index.html"}),
        builder=SimpleNamespace(name="html"),
        setup_extension=loaded.append,
        loaded=loaded,
    )


def test_nothing_names_an_address_that_is_not_known(app, monkeypatch):
    monkeypatch.delenv("BOOK_URL", raising=False)
    addresses.take_settings(app, app.config)
    assert app.config.html_baseurl == "" and not app.loaded
    assert not hasattr(app.config, "ogp_site_url")


def test_a_known_address_is_told_to_all_who_ask(app, monkeypatch):
    monkeypatch.setenv("BOOK_URL", "https://a.org/course")
    addresses.take_settings(app, app.config)
    assert app.config.html_baseurl == app.config.ogp_site_url == "https://a.org/course/"
    assert app.loaded == ["sphinx_sitemap"]


@pytest.mark.parametrize(("name", "kept"), [("html", True), ("epub", False)])
def test_the_door_is_for_sites_alone(app, name, kept):
    app.builder.name = name
    addresses.keep_to_sites(app)
    assert bool(app.config.redirects) == kept


def test_chapters_open_elsewhere_when_the_repository_has_an_address(app, monkeypatch):
    monkeypatch.setenv("BOOK_REPOSITORY", "https://github.com/some/course/")
    monkeypatch.setenv("BOOK_BRANCH", "v1/a")
    chapter, page = {}, {}
    addresses.offer_launchers(app, "notebooks/01-networks", "page.html", chapter, None)
    addresses.offer_launchers(app, "book/index", "page.html", page, None)
    assert not page
    assert chapter["launchers"]["Binder"] == (
        "https://mybinder.org/v2/gh/some/course/v1%2Fa?urlpath=lab/tree/notebooks/01-networks.ipynb"
    )
    assert chapter["launchers"]["Colab"].endswith(
        "some/course/blob/v1/a/notebooks/01-networks.ipynb"
    )
    assert chapter["colab_first"] == "%pip install git+https://github.com/some/course@v1/a"
    monkeypatch.delenv("BOOK_REPOSITORY")
    without = {}
    addresses.offer_launchers(app, "notebooks/01-networks", "page.html", without, None)
    assert not without
