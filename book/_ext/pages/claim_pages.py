"""A page for each claim, with all that is known about it; the ledger keeps the cards.

In HTML the full entries leave the ledger for these pages. Other builders keep one ledger.
"""

import html

from docutils import nodes
from docutils.utils import new_document

from pages import render
from pages.claims import FULL, LEDGER, head, verdict
from pages.ledger import load

LINK = '<p><a href="{link}">Everything for and against it, study by study</a></p>'


def name_of(claim):
    """Name of the page of a claim, as "book/claim-dmn-1"."""
    return f"book/claim-{claim}"


def leave_cards(app, doctree, docname):
    """Put a link where a full entry stood."""
    if app.builder.format == "html" and docname == LEDGER:
        for entry in list(doctree.findall(nodes.container)):
            if FULL in entry["classes"]:
                link = app.builder.get_relative_uri(docname, name_of(entry["claim"]))
                entry.parent.replace(entry, nodes.raw("", LINK.format(link=link), format="html"))


def make(app):
    """The pages, for Sphinx to write."""
    tree = app.env.get_doctree(LEDGER)
    entries = [one for one in tree.findall(nodes.container) if FULL in one.get("classes", ())]
    for entry in entries:
        claim = load()[entry["claim"]]
        name = name_of(claim["id"])
        document = new_document("", tree.settings)
        document.extend(child.deepcopy() for child in entry.children)
        app.env.resolve_references(document, name, app.builder)
        body = render(
            "claim-page.html",
            claim=claim,
            head=head(claim),
            entry=app.builder.render_partial(nodes.compound("", *document.children))["fragment"],
            chapter=app.builder.get_relative_uri(name, f"notebooks/{claim['chapter']}"),
            ledger=app.builder.get_relative_uri(name, LEDGER),
        )
        about = html.escape(f"{claim['claim'].strip()} Verdict: {verdict(claim)}.")
        meta = f'<meta name="description" content="{about}">'
        context = {"title": claim["short"], "body": body, "toc": "", "metatags": meta}
        yield name, context, "page.html"


def setup(app):
    app.connect("doctree-resolved", leave_cards)
    app.connect("html-collect-pages", make)
