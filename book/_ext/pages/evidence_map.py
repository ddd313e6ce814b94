"""The ledger at a glance: every claim by kind of evidence, what is for it and what against.

``{evidence-map}`` draws one mark a trial (or a work that belongs to no trial), not one a
paper. It is an HTML table, so it is read in order by a screen reader and walked with Tab.
"""

import re

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages import claims, ledger, render

SIDES = {"for": "For", "against": "Against", "both": "For and against"}
SIZES = ((10, "tiny"), (30, "small"), (100, "middle"), (float("inf"), "large"))
"""Upper ends of the number of people, and how such a mark is drawn."""


def size(people):
    """How large a mark is drawn: by the number of people, "none" where there is no number."""
    if people is None:
        return "none"
    return next(name for most, name in SIZES if people <= most)


def name(mark):
    """What a mark stands for, in one line."""
    works = ", ".join(re.sub(r"([a-z])(\d{4}).*", r"\1 \2", key) for key in mark["works"])
    papers = f" ({len(mark['works'])} papers of one trial)" if len(mark["works"]) > 1 else ""
    people = f"; {mark['people']:,} people" if mark["people"] else ""
    measures = ", ".join(mark["measures"])
    indirect = ", not what the claim is about" if mark["indirect"] else ""
    return f"{SIDES[mark['side']]}: {works}{papers}{people}; {measures}{indirect}"


def rows():
    """The map: for each claim, its marks by kind of evidence, the largest first."""
    marks = ledger.marks()
    kinds = [kind for kind in ledger.RUNG_OF if any(mark["kind"] == kind for mark in marks)]
    table = []
    for claim in ledger.load().values():
        own = [mark for mark in marks if mark["claim"] == claim["id"]]
        order = list(SIDES)
        own.sort(key=lambda mark: (order.index(mark["side"]), -(mark["people"] or 0)))
        table.append((claim, [[mark for mark in own if mark["kind"] == kind] for kind in kinds]))
    return kinds, table


class EvidenceMap(SphinxDirective):
    """``{evidence-map}``: the picture that opens the ledger."""

    def run(self):
        kinds, table = rows()
        text = render(
            "evidence_map.html",
            kinds=kinds,
            rows=table,
            verdict=claims.verdict,
            size=size,
            name=name,
        )
        return [nodes.raw("", text, format="html")]


def setup(app):
    app.add_directive("evidence-map", EvidenceMap)
