"""A small page for each word of the glossary and each claim: what search finds, and an address.

They are cut out of the finished glossary and ledger, and lie beside them, so links in them stay
as they are. The frame around them (menu, search, colours) is that of the page they come from.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

import claims
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from sharing import address_of, cut
from terms import GLOSSARY

NOT_HERE = (
    "#pst-secondary-sidebar, #pst-secondary-sidebar-modal, .secondary-toggle, .prev-next-footer,"
    "link[rel=next], link[rel=prev], .dropdown-download-buttons"
)
"""Parts of the frame that are about the long page."""

ARTICLE = re.compile(r'(<article class="bd-article">)(.*)(</article>)', re.S)
NUMBER = re.compile(r"(?!(19|20)\d\d$)\d+")
"""What nobody searches for: a number that is no year."""

LINK = re.compile(r'href="#([^"]*)"')
ADDRESS, TITLE, ABOUT, SAID = "entry-address", "entry-title", "entry-about", "entry-said"

PAGE = """
<section><p class="entry-kind">{kind}</p>
<h1>{title}</h1>
{body}
<p><a href="{source}#{anchor}">{back}</a></p></section>
"""


@dataclass
class Entry:
    """A word or a claim, found on the page that lists them all.

    Attributes
    ----------
    anchors : list of str
        Where it stands there; more than one if a word has other names.
    title : str
        The word, or the claim in a sentence.
    kind : str
        What it is, in a line of HTML above the title.
    body : str
        The HTML of all that is said of it.
    """

    anchors: list
    title: str
    kind: str
    body: str


def words(article):
    """The entries of the finished glossary.

    Parameters
    ----------
    article : bs4.Tag

    Yields
    ------
    Entry
    """
    for sense in article.select("dl.glossary > dd"):
        names = []
        for name in sense.find_previous_siblings():
            if name.name != "dt":
                break
            names.insert(0, name)
        anchors = [name["id"] for name in names]
        title, *others = [_text(name) for name in names]
        also = f"<p>Also: {html.escape(', '.join(others))}.</p>" if others else ""
        yield Entry(anchors, title, "A word of the glossary", also + _inside(sense))


def judged(article):
    """The claims of the finished ledger.

    Parameters
    ----------
    article : bs4.Tag

    Yields
    ------
    Entry
    """
    for name, claim in claims.load().items():
        section = article.find(id=f"claim-{name}")
        section.find(["h2", "h3"]).extract()
        title = _text(section.find("p").extract())
        chapter = f'<a href="../notebooks/{claim["chapter"]}.html">its chapter</a>'
        kind = f"Claim {name} of the article, discussed in {chapter}"
        yield Entry([f"claim-{name}"], title, kind, _inside(section))


def _text(tag):
    return " ".join(tag.get_text().split()).removesuffix("#")


def _inside(tag):
    for named in tag.find_all(id=True):
        del named["id"]  # the address of each part is on the long page
    for mark in tag.select(".headerlink"):
        mark.decompose()
    return tag.decode_contents().strip()


def abstract(body):
    """What an entry says, in one line without the chapters that use it.

    Parameters
    ----------
    body : str
        Its HTML.

    Returns
    -------
    str
    """
    said = BeautifulSoup(body, "html.parser")
    for uses in said.select("p.term-uses"):
        uses.decompose()
    for end in said.select("dt, dd, li, p"):
        end.append(": " if end.name == "dt" else " ")
    return _text(said)


def name_of(anchor):
    """Name of the page of an entry, as "book/term-ampa-receptor"."""
    return f"book/{nodes.make_id(anchor)}"


def frame_of(text, source):
    """What stands around the article of a page, ready to hold that of an entry.

    Parameters
    ----------
    text : str
        The HTML of the page that lists the entries.
    source : str
        Its file.

    Returns
    -------
    str
        With ``ADDRESS``, ``TITLE``, ``ABOUT`` and ``SAID`` where those of an entry go.
    """
    frame = BeautifulSoup(ARTICLE.sub(rf"\1{SAID}\3", text), "html.parser")
    for part in frame.select(NOT_HERE):
        part.decompose()
    for link in frame.select('a[href="#"]'):
        link["href"] = source
    site = frame.title.string.rpartition(" — ")[2]
    frame.title.string = f"{TITLE} — {site}"
    for key, value in {"title": TITLE, "description": ABOUT, "url": ADDRESS}.items():
        for tag in frame.select(f'meta[name="{key}"], meta[property="og:{key}"]'):
            tag["content"] = value
    for tag in frame.select("link[rel=canonical]"):
        tag["href"] = ADDRESS
    return str(frame)


def write_pages(app, error):
    """Cut the entries out of each list that this build wrote."""
    if error or app.builder.format != "html":
        return
    for docname, (kind, found, _, back) in SOURCES.items():
        if docname not in app.pages_written:
            continue
        path = Path(app.builder.get_outfilename(docname))
        for old in path.parent.glob(f"{kind}-*.html"):
            old.unlink()
        text = path.read_text("utf-8")
        frame = frame_of(text, path.name)
        entries = list(found(BeautifulSoup(ARTICLE.search(text)[2], "html.parser")))
        pages = {anchor: name_of(one.anchors[0]) for one in entries for anchor in one.anchors}

        def lead(link, pages=pages, path=path):
            """A link to another entry leads to its page, any other to the list."""
            if link[1] in pages:
                return f'href="{Path(pages[link[1]]).name}.html"'
            return f'href="{path.name}#{link[1]}"'

        for one in entries:
            name = pages[one.anchors[0]]
            said = PAGE.format(
                kind=one.kind,
                title=html.escape(one.title),
                body=LINK.sub(lead, one.body),
                source=path.name,
                anchor=one.anchors[0],
                back=back,
            )
            about = cut(abstract(one.body))
            filled = frame.replace(ADDRESS, address_of(app) + app.builder.get_target_uri(name))
            filled = filled.replace(TITLE, html.escape(one.title))
            filled = filled.replace(ABOUT, html.escape(about)).replace(SAID, said, 1)
            Path(app.builder.get_outfilename(name)).write_text(filled, "utf-8")
        short = ARTICLE.sub(lambda parts: parts[1] + shorten(parts[2]) + parts[3], text)
        path.write_text(short, "utf-8")


def shorten(article):
    """The same list without what only the pages of its entries show, with links to it."""
    if f'class="{claims.OWN_PAGE}' not in article:
        return article
    tree = BeautifulSoup(article, "html.parser")
    for part in tree.select(f".{claims.OWN_PAGE}"):
        page = Path(name_of(part.find_parent("section")["id"])).name
        link = tree.new_tag("a", href=f"{page}.html", string=claims.IN_FULL)
        part.replace_with(paragraph := tree.new_tag("p"))
        paragraph.append(link)
    return str(tree)


def feed_search(app):
    """Tell the search of each entry, as if its page had a source of its own."""
    if app.builder.search:
        indexer, fed = app.builder.indexer, []
        for docname, (_, _, read, _) in SOURCES.items():
            for anchor, title, content in read(app.env.get_doctree(docname)):
                section = nodes.section("", nodes.title(title, title), *content, ids=[anchor])
                document = new_document("")
                document += section
                indexer.feed(name_of(anchor), f"{docname}.md", title, document)
                fed.append(name_of(anchor))
            for pages in indexer._mapping.values():  # what an entry says is found on its page
                pages.discard(docname)
        for number in filter(NUMBER.fullmatch, list(indexer._mapping)):
            del indexer._mapping[number]
        # Before it writes the index, Sphinx drops what has no source.
        prune = indexer.prune
        indexer.prune = lambda docnames: prune([*docnames, *fed])
    return []  # no page for Sphinx to write


def _words_read(tree):
    for item in tree.findall(nodes.definition_list_item):
        terms = list(item.findall(nodes.term))
        if terms and terms[0]["ids"]:
            content = [nodes.paragraph("", name.astext()) for name in terms[1:]]
            yield terms[0]["ids"][0], terms[0].astext(), [*content, *item.children[-1].children]


def _claims_read(tree):
    for name in claims.load():
        section = next(one for one in tree.findall(nodes.section) if f"claim-{name}" in one["ids"])
        _, claim, *said = [
            one for one in section.children if claims.OWN_PAGE not in one.get("classes", [])
        ]
        yield f"claim-{name}", f"{name}: {claim.astext()}", said


SOURCES = {
    GLOSSARY: ("term", words, _words_read, "All words of the glossary"),
    claims.LEDGER: ("claim", judged, _claims_read, "All claims in the ledger"),
}
"""For each page that lists entries: how the names of theirs begin, what finds them on the finished
page and, for search, in its source, and the words of the link that leads back."""


def setup(app):
    app.setup_extension("finish")
    app.connect("html-collect-pages", feed_search)
    app.connect("build-finished", write_pages, priority=850)  # when the pages are finished
    return {"parallel_read_safe": True, "parallel_write_safe": True}
