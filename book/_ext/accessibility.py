"""What the theme and docutils leave in the way of a keyboard or a screen reader is mended.

Each mend changes the text of a finished page; the page is a whole one without it, so a mend
that finds nothing to do is no error. ``tests/site/test_browser.py`` holds the outcome: axe
finds nothing on any page.
"""

import re
from typing import NamedTuple

from docutils import nodes


class Mend(NamedTuple):
    """One replacement.

    Attributes
    ----------
    why : str
        What was wrong.
    old : re.Pattern
    new : str
        As for `re.sub`.
    """

    why: str
    old: re.Pattern
    new: str


def _mend(why, old, new):
    return Mend(why, re.compile(old, re.S), new)


MENDS = [
    _mend(
        "the sidebar's title and search field lay outside every landmark",
        r'(<div id="pst-primary-sidebar" class="[^"]*")>',
        r'\1 role="region" aria-label="Site">',
    ),
    _mend(
        "the contents of the page lay outside every landmark when they are a drawer",
        r'(<div id="pst-secondary-sidebar" class="[^"]*")>',
        r'\1 role="region" aria-label="On this page">',
    ),
    _mend(
        "a drawer had no name",
        r'(<dialog id="pst-primary-sidebar-modal")>',
        r'\1 aria-label="Menu">',
    ),
    _mend(
        "a drawer had no name",
        r'(<dialog id="pst-secondary-sidebar-modal")>',
        r'\1 aria-label="Contents of this page">',
    ),
    _mend("a dialog had no name", r'(<dialog id="pst-search-dialog")>', r'\1 aria-label="Search">'),
    _mend(
        "the buttons told how they work, not what they do",
        r'title="Toggle primary sidebar"',
        'title="Show or hide the menu" aria-label="Show or hide the menu"',
    ),
    _mend(
        "the buttons told how they work, not what they do",
        r'title="Toggle secondary sidebar"',
        'title="Show the contents of this page" aria-label="Show the contents of this page"',
    ),
    _mend(
        "the switch of colours was named after its icon, in American",
        r'aria-label="Color mode" data-bs-title="Color mode"',
        'aria-label="Light or dark" data-bs-title="Light or dark"',
    ),
    _mend(
        "an icon had a name of its own", r'(<i class="theme-switch [^>]*?) +title="[^"]*"', r"\1"
    ),
    _mend(
        "the search field's name left out the words that are seen on it",
        r'(<button class="btn search-button-field[^>]*?) aria-label="Search"',
        r"\1",
    ),
    _mend(
        "the name of folded code was not the words that are seen",
        r'<summary aria-label="Toggle hidden content">',
        "<summary>",
    ),
    _mend(
        "the code of one picture lay in a row of folds of one name; a single fold holds it now",
        r'</details>\s*</div>\s*<div class="cell tag_hide-input[^"]*">\s*<details[^>]*>\s*<summary>'
        r'\s*<p class="collapsed admonition-title">Show the code</p>.*?</summary>',
        "",
    ),
    _mend(
        "a page had a second first heading, and its contents twice",
        r'<div id="jb-print-docs-body" class="onlyprint">.*?(<div id="searchbox">)',
        r"\1",
    ),
    _mend(
        "a list held what is no item",
        r'<div role="list" class="citation-list">',
        '<div class="citation-list">',
    ),
    _mend("a role that is given up", r' role="doc-(?:biblioentry|backlink)"', ""),
    _mend(
        "the corner of a table is no heading",
        r"<th(?: [^>]*)?>(?:\s|<p>\s*</p>)*</th>",
        "<td></td>",
    ),
    _mend("a heading did not say what it heads", r'(<th class="head[^"]*")>', r'\1 scope="col">'),
    _mend(
        "a viewport was declared three times",
        r'(<meta name="viewport"[^>]*>)(.*?)(?:<meta name="viewport"[^>]*>)(.*?)'
        r'<meta name="viewport"[^>]*>',
        r"\1\2\3",
    ),
    _mend(
        "the arrow that unfolds a part of the menu had no name",
        r'(<a class="[^"]*internal"[^>]*>\s*)([^<]+?)(\s*</a>\s*<details[^>]*>\s*<summary)>',
        r'\1\2\3 aria-label="Pages of: \2">',
    ),
]


def mend(text):
    """Mend one page.

    Parameters
    ----------
    text : str
        HTML as the builder wrote it.

    Returns
    -------
    str
    """
    for one in MENDS:
        text = one.old.sub(one.new, text)
    return text


def tell_once(app, doctree, docname):
    """Leave the whole record of a work at its first citation alone, for those who are read to."""
    told = set()
    for link in doctree.findall(nodes.reference):
        if "reftitle" in link and "references.html#" in link.get("refuri", ""):
            if link["refuri"] in told:
                del link["reftitle"]
            told.add(link["refuri"])


def mend_page(app, page):
    page.text = mend(page.text)


def setup(app):
    app.connect("doctree-resolved", tell_once)
    app.connect("page-written", mend_page)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
