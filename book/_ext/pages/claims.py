"""The claims of the article: a mark in the text, cards, and the pages of the ledger.

``{claim}`id` `` is the verdict on a claim, that opens its ladder of evidence in place;
``{claim-cards}`` lists cards; ``{article-references}`` puts the article's references right.
Everything comes from ``book/evidence``. The full entry of a claim stands once: on its own page,
which `claim_pages` makes, and in builders without such pages in the ledger.
"""

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from pages import forms, render
from pages.ledger import (
    EVIDENCE,
    SIDES,
    ladder,
    load,
    load_references,
    load_works,
    trials,
)

LEDGER = "book/ledger"
FULL = "full-entry"
"""The class of what leaves the ledger for a claim's own page, where there are such pages."""

IN_WORDS = {
    "human RCT imaging": "placebo-controlled imaging in patients",
    "human open-label imaging": "open imaging studies in patients",
    "healthy-volunteer imaging": "healthy volunteers",
    "case-control imaging": "patients against controls",
    "clinical trial (no imaging)": "clinical trials without imaging",
    "animal": "animals",
    "in vitro": "cells in a dish",
}
"""Levels of evidence that are said in other words to a reader."""

NAMES_OF_GRADE = {"bias": "risk of bias", "publication": "publication bias"}

ENTRY = "Everything for and against it, study by study"
"""Words of the link to a claim's own page."""


def verdict(claim):
    """The verdict of a claim in words."""
    return "; ".join(claim["verdict"])


def level(claim):
    """The levels of evidence of a claim in words."""
    return "; ".join(IN_WORDS.get(name, name) for name in claim["level"]) or "textbook knowledge"


def head(claim, kind="card", link=""):
    """The words of a claim, its mark and its ladder, as HTML."""
    told = claim | {key: _plain(claim[key]) for key in ("claim", "summary")}
    return render("claim.html", claim=told, kind=kind, link=link, rungs=ladder(claim["id"]))


def told(claim):
    """The same head in words alone, for pages that are no HTML and for notebooks."""
    return f"{claim['claim'].strip()}\n\n**{verdict(claim)}** ({level(claim)})."


def full(claim):
    """All that is known about a claim, as MyST text."""
    papers = {name: {key for _, key, _ in lines} for name, lines in trials(claim).items()}
    return render(
        "entry.myst",
        claim=claim,
        detail=(claim["verdict_detail"].strip() or "no more to say").removesuffix("."),
        level=level(claim),
        grades=NAMES_OF_GRADE,
        shared=[(name, sorted(keys)) for name, keys in papers.items() if len(keys) > 1],
        rows=[
            _row(side, key, line, load_works()[key])
            for side in SIDES
            for line in claim[side]
            for key in line["cite"]
        ],
    )


def _row(side, key, line, work):
    people = f"{work['people']:,} people" if work["people"] else "number of people not read"
    design = [work["design"], work["who"], people if work["who"] else None]
    design += [f"{work['blind']}-blind" if work["blind"] in ("single", "double") else None]
    design += [f"global signal: {work['pipeline']}" if work["pipeline"] else None]
    measured = [line["measure"] + (" (indirect)" if line.get("indirect") else "")]
    measured += [line.get("effect"), line.get("when")]
    read = "not read" if work["read"] == "memory" else f"read: {work['read']}"
    return (
        f"{{cite:t}}`{key}` ({side}; {read})",
        work["trial"] or "–",
        "; ".join(filter(None, design)) or "–",
        "; ".join(filter(None, measured)),
    )


def _plain(text):
    return " ".join(text.split())


class Badge(SphinxRole):
    """``{claim}`id` ``: the verdict on a claim, that opens in place, without scripts."""

    def run(self):
        if self.text not in load():
            message = f"no claim {self.text!r} in {EVIDENCE.name}/claims.yml"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        return [BadgeNode("", f"({verdict(load()[self.text])})", claim=self.text)], []


class BadgeNode(nodes.inline):
    """A verdict, until the page it stands on is known."""


class BoxNode(nodes.paragraph):
    """A paragraph that may hold a badge, which HTML does not allow in a ``p``."""


def _open_box(translator, node):
    translator.body.append('<div class="claim-paragraph">')


def _close_box(translator, node):
    translator.body.append("</div>\n")


def place_badges(app, doctree, docname):
    """First the claim, then its mark: a badge goes to the end of its paragraph, as HTML."""
    for node in list(doctree.findall(BadgeNode)):
        if app.builder.format != "html":
            node.replace_self(nodes.Text(f"[{verdict(load()[node['claim']])}] "))
            continue
        claim, paragraph = load()[node["claim"]], node.parent
        link = app.builder.get_relative_uri(docname, LEDGER) + f"#claim-{claim['id']}"
        paragraph.remove(node)
        paragraph.append(nodes.raw("", head(claim, "badge", link), format="html"))
        if isinstance(paragraph, nodes.paragraph):
            paragraph.replace_self(BoxNode("", "", *paragraph.children))


class Cards(SphinxDirective):
    """``{claim-cards} id id …``: cards of claims, or of all of them without an argument."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        chosen = self.arguments[0].split() if self.arguments else list(load())
        unknown = [name for name in chosen if name not in load()]
        if unknown:
            raise self.error(f"no claim {', '.join(unknown)} in {EVIDENCE.name}/claims.yml")
        return [self.card(load()[name]) for name in chosen]

    def card(self, claim):
        anchor = f"claim-{claim['id']}"
        drawn = nodes.raw("", head(claim), format="html")
        words = addnodes.only("", *self.parse_text_to_nodes(told(claim)), expr="not html")
        said = self.parse_text_to_nodes(claim["summary"].strip())
        card = _section(claim["short"], anchor, [drawn, words, *said])
        if self.env.docname == LEDGER:
            card += nodes.container(
                "", *self.parse_text_to_nodes(full(claim)), classes=[FULL], claim=claim["id"]
            )
            domain = self.env.get_domain("std")  # links to a claim lead here
            domain.labels[anchor] = (LEDGER, anchor, claim["short"])
            domain.anonlabels[anchor] = (LEDGER, anchor)
        else:
            card += self.parse_text_to_nodes(f"{{ref}}`{ENTRY} <{anchor}>`")
        return card


class ArticleReferences(SphinxDirective):
    """``{article-references}``: as given, what is wrong, the true record."""

    def run(self):
        sections = []
        for entry in load_references():
            text = self.parse_text_to_nodes(render("reference.myst", entry=entry))
            name = f"Reference {entry['label']}"
            sections.append(_section(name, nodes.make_id(name), text))
        return sections


def _section(name, anchor, content):
    return nodes.section("", nodes.title(name, name), *content, names=[anchor], ids=[anchor])


def setup(app):
    app.add_node(BadgeNode)
    app.add_node(BoxNode, html=(_open_box, _close_box))
    app.add_role("claim", Badge())
    app.add_directive("claim-cards", Cards)
    app.add_directive("article-references", ArticleReferences)
    app.connect("builder-inited", forms.or_end(load))
    app.connect("doctree-resolved", place_badges)
