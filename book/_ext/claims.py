"""The claims ledger: badges in the text, cards, and the two tables made from the ledger.

``{claim}`id` `` is a badge that opens its card in place; ``{claim-cards}`` lists whole
entries; ``{claim-table}`` and ``{article-references}`` are the two pages of the ledger.
Everything comes from ``book/evidence``.
"""

import html
import os
import sys

from docutils import nodes
from ledger import EVIDENCE, SIDES, LedgerError, load, load_references, load_works, trials
from sphinx.util.docutils import SphinxDirective, SphinxRole

LEDGER = "book/ledger"
OWN_PAGE = "own-page"
"""The class of what is cut out of the ledger, and stays on the page of the claim alone."""

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


NAMES_OF_GRADE = {
    "bias": "risk of bias",
    "inconsistency": "inconsistency",
    "indirectness": "indirectness",
    "imprecision": "imprecision",
    "publication": "publication bias",
}


IN_FULL = "What the article cites, how we know, reasons for doubt, and the studies one by one"
"""Words of the link to more than a card says."""


def verdict(claim):
    """The verdict of a claim in words."""
    return "; ".join(claim["verdict"])


def _detail(claim):
    return f" ({claim['verdict_detail'].strip()})" if claim["verdict_detail"] else ""


def level(claim):
    """The levels of evidence of a claim in words."""
    return "; ".join(IN_WORDS.get(name, name) for name in claim["level"]) or "textbook knowledge"


def badge(claim):
    """Verdict, first level and sample: what a badge says."""
    first = IN_WORDS.get(claim["level"][0], claim["level"][0]) if claim["level"] else ""
    return " · ".join(part for part in (verdict(claim), first, claim["sample"]) if part)


def card(claim):
    """The verdict on a claim and what it rests on, as MyST text under a heading of its own."""

    def evidence(kind):
        found = claim[kind]
        lines = [f"- {item['text'].strip()}{_cite(item['cite'])}" for item in found]
        return "\n  ".join(lines) or "Nothing that we found."

    return f"""\
{claim["claim"].strip()}

Verdict
: **{verdict(claim)}**{_detail(claim)}. {claim["summary"].strip()}

Level
: {level(claim)}.

For
: {evidence("for")}

Against
: {evidence("against")}
{_one_trial(claim)}
What would change our mind
: {claim["would_change_our_mind"].strip()}
"""


def _one_trial(claim):
    """Which of a claim's papers come from one trial, where any do."""
    papers = {name: {key for _, key, _ in lines} for name, lines in trials(claim).items()}
    told = [f"{name}:{_cite(sorted(keys))}" for name, keys in papers.items() if len(keys) > 1]
    return f"\nOne trial, several papers\n: {'; '.join(told)}.\n" if told else ""


def appraisal(claim):
    """What only a claim's own page says: how far the evidence carries, and on what it rests."""
    problem = claim["citation_problem"]
    cites = f"“{claim['cited'].strip()}”" if claim["cited"] else "No reference."
    if claim["cited"] and problem and problem != "none":
        cites += f"\n\n  About it: {problem.strip()}{_cite(claim['corrected'])}"
    reasons = "\n  ".join(
        f"- {NAMES_OF_GRADE[name]}: {reason['grade']}"
        + (f" ({reason['why'].strip()})" if reason["grade"] != "not assessed" else "")
        for name, reason in claim["reasons"].items()
    )
    searches = "\n  ".join(
        f"- {found['date']}, {found['side'].replace('both', 'for and against')}, "
        f"in {found['source']}: “{found['query']}”. Works of use: {found['works']}."
        for found in claim["searches"]
    )
    rows = [("work", "trial", "design", "what was measured")]
    for side in SIDES:
        for line in claim[side]:
            rows += [_row(side, key, line, load_works()[key]) for key in line["cite"]]
    table = "\n".join("* " + "\n  ".join(f"- {cell}" for cell in row) for row in rows)
    return f"""
`````{{container}} {OWN_PAGE}

What the article cites
: {cites}

How we know
: {claim["how_known"].strip()}

Reasons for doubt (GRADE)
: {reasons}

Last checked
: {claim["last_checked"]}. What was searched for:

  {searches}

The studies, one by one

````{{list-table}}
:header-rows: 1

{table}
````
`````
"""


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


def _cite(keys):
    return f" {{cite:p}}`{','.join(keys)}`" if keys else ""


class Badge(SphinxRole):
    """``{claim}`id` ``: a badge that opens its card in place, without scripts."""

    def run(self):
        claim = load().get(self.text)
        if claim is None:
            message = f"no claim {self.text!r} in {EVIDENCE.name}/claims.yml"
            return [], [self.inliner.reporter.error(message, line=self.lineno)]
        node = BadgeNode(claim=self.text)
        return [node], []


class BadgeNode(nodes.General, nodes.Inline, nodes.Element):
    """A badge, until the page it stands on is known."""


class BoxNode(nodes.General, nodes.TextElement):
    """A paragraph that may hold a badge, which HTML does not allow in a ``p``."""


def _open_box(translator, node):
    translator.body.append('<div class="claim-paragraph">')


def _close_box(translator, node):
    translator.body.append("</div>\n")


def place_badges(app, doctree, docname):
    """Turn badges into HTML; the paragraph around a badge becomes a box that may hold one."""
    for node in list(doctree.findall(BadgeNode)):
        claim = load()[node["claim"]]
        here = os.path.dirname(app.builder.get_target_uri(docname))
        target = os.path.relpath(app.builder.get_target_uri(LEDGER), here or ".")
        link = f"{target.replace(os.sep, '/')}#claim-{claim['id']}"
        text = (
            f'<details class="claim"><summary><b>{claim["id"]}</b> · {html.escape(badge(claim))}'
            f'</summary><div class="claim-card"><p><b>The claim.</b> {_plain(claim["claim"])}</p>'
            f"<p><b>Verdict:</b> {_plain(verdict(claim) + _detail(claim))}.</p>"
            f"<p>{_plain(claim['summary'])}</p>"
            f'<p><a href="{link}">The whole entry in the ledger</a></p></div></details>'
        )
        paragraph = node.parent
        node.replace_self(nodes.raw("", text, format="html"))
        if isinstance(paragraph, nodes.paragraph):
            paragraph.replace_self(BoxNode("", "", *paragraph.children))


def _plain(text):
    return html.escape(" ".join(text.split()))


class Cards(SphinxDirective):
    """``{claim-cards} id id …``: cards of claims, or of all of them without an argument."""

    optional_arguments = 1
    final_argument_whitespace = True

    def run(self):
        chosen = self.arguments[0].split() if self.arguments else list(load())
        unknown = [name for name in chosen if name not in load()]
        if unknown:
            raise self.error(f"no claim {', '.join(unknown)} in {EVIDENCE.name}/claims.yml")
        sections = []
        for name in chosen:
            anchor = f"claim-{name}"
            text = card(load()[name])
            if self.env.docname == LEDGER:
                text += appraisal(load()[name])
            else:
                text += f"\n{{ref}}`{IN_FULL} <claim-{name}>`\n"
            sections.append(_section(name, anchor, self.parse_text_to_nodes(text)))
            if self.env.docname == LEDGER:  # links to a claim lead here
                labels = self.env.get_domain("std")
                labels.labels[anchor] = (LEDGER, anchor, name)
                labels.anonlabels[anchor] = (LEDGER, anchor)
        return sections


class Table(SphinxDirective):
    """``{claim-table}``: all claims in one table that a script makes sortable."""

    def run(self):
        rows = [
            (
                _link(claim["id"]),
                claim["claim"].strip(),
                f"**{verdict(claim)}**",
                level(claim),
                claim["sample"] or "–",
            )
            for claim in load().values()
        ]
        head = ("claim", "what the article says, in our words", "verdict", "level", "sample")
        lines = ["```{list-table}\n:header-rows: 1\n:class: ledger-table\n"]
        lines += ["* " + "\n  ".join(f"- {cell}" for cell in row) for row in (head, *rows)]
        tools = nodes.raw("", '<div class="ledger-tools"></div>', format="html")
        return [tools, *self.parse_text_to_nodes("\n".join([*lines, "```"]))]


class ArticleReferences(SphinxDirective):
    """``{article-references}``: as given, what is wrong, the true record."""

    def run(self):
        sections = []
        for entry in load_references():
            true = f"{{cite:t}}`{entry['true_record']}`" if entry["true_record"] else "none found"
            wrong = "; ".join(entry["wrong"]) or "nothing in the record"
            if entry["verdict"] == "not found":
                wrong = "no paper with this title or DOI was found"
            badges = ", ".join(map(_link, entry["claims"]))
            text = (
                f"As given\n: “{entry['as_given'].strip()}”\n\n"
                f"Verdict\n: **{entry['verdict']}**. Cited for: {badges}.\n\n"
                f"What is wrong\n: {wrong}.\n\nTrue record\n: {true}.\n\n"
                f"Note\n: {(entry['note'] or 'none').strip()}\n"
            )
            name = f"Reference {entry['label']}"
            sections.append(_section(name, nodes.make_id(name), self.parse_text_to_nodes(text)))
        return sections


def _link(name):
    return f"{{ref}}`{name} <claim-{name}>`"


def _section(name, anchor, content):
    return nodes.section("", nodes.title(name, name), *content, names=[anchor], ids=[anchor])


def check(app):
    """End the build with one line when the ledger breaks its form."""
    try:
        load()
    except LedgerError as error:
        sys.exit(f"The book is not built: {error}")


def setup(app):
    app.add_node(BadgeNode)
    app.add_node(BoxNode, html=(_open_box, _close_box))
    app.add_role("claim", Badge())
    app.add_directive("claim-cards", Cards)
    app.add_directive("claim-table", Table)
    app.add_directive("article-references", ArticleReferences)
    app.connect("builder-inited", check)
    app.connect("doctree-resolved", place_badges)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
