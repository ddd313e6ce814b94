"""The parts of a chapter's page that slides and handouts are made of.

They are read from the body that Sphinx made of the chapter, before any theme is put around it.
"""

import copy
import re

from bs4 import BeautifulSoup

FIGURES = ".tag_slide"
"""The cells that carry a chapter's argument."""


def read(body):
    """A chapter's page as a bs4.BeautifulSoup, to be looked at and not changed."""
    return BeautifulSoup(body, "html.parser")


def part(page, heading):
    """One of the ten parts of a chapter, as a bs4.Tag.

    Raises
    ------
    ValueError
        If the page has no such part.
    """
    for section in page.find_all("section"):
        head = section.find(["h1", "h2"], recursive=False)
        if head and words(head).partition(": ")[0] == heading:
            return section
    raise ValueError(f"no part {heading!r} on the page")


def words(tag):
    """The text of a heading without its number and its link mark."""
    text = copy.copy(tag)
    for extra in text.select(".section-number, .headerlink"):
        extra.decompose()
    return " ".join(text.get_text(" ").split())


def inner(tag):
    """The HTML inside a tag, without links and folded parts, as paper and slides cannot follow."""
    text = copy.copy(tag)
    for folded in text.select("details, [role=tooltip], .headerlink, .dagger-note"):
        folded.decompose()
    for link in text.find_all("a"):
        link.unwrap()
    for named in text.find_all(id=True):
        del named["id"]
    return text.decode_contents().strip()


def items(page, name, select):
    """The HTML of each item of a list in one part, without the "(see …)" of a key point."""
    texts = map(inner, part(page, name).select(select))
    return [re.sub(r"\s*\(<span[^()]*\)(?=\.?(</p>)?$)", "", text) for text in texts]


def picture(cell):
    """The picture of a figure's cell, to show large."""
    shown = copy.copy(cell.find("img"))
    shown["loading"] = "lazy"
    return str(shown)
