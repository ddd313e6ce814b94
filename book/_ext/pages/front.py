"""The parts of the front page that are drawn: three doors, four systems, the claims as marks."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages import render
from pages.claim_pages import name_of
from pages.ledger import load

DOORS = {
    "read": "notebooks/01-networks",
    "study": "book/downloads",
    "teach": "book/instructor/index",
}
SYSTEMS = {
    "dmn": "notebooks/02-default-mode",
    "glu": "notebooks/03-glutamate",
    "pfh": "notebooks/04-prefrontal-hippocampal",
    "lhb": "notebooks/05-lateral-habenula",
}


class Drawn(nodes.General, nodes.Element):
    """A part of the front page, until the builder says where its links lead."""


class Part(SphinxDirective):
    """``{doors}``, ``{systems}`` and ``{claim-marks}``."""

    def run(self):
        return [Drawn(part=self.name)]


def draw(app, doctree, docname):
    """Write each part out as HTML; other builders have the table of chapters and the ledger."""
    for node in list(doctree.findall(Drawn)):
        if app.builder.format != "html":
            node.parent.remove(node)
            continue
        pages = {
            "doors": DOORS,
            "systems": SYSTEMS,
            "claim-marks": {claim: name_of(claim) for claim in load()},
        }[node["part"]]
        links = {key: app.builder.get_relative_uri(docname, page) for key, page in pages.items()}
        text = render(f"{node['part']}.html", **links, links=links, claims=load().values())
        node.replace_self(nodes.raw("", text, format="html"))


def setup(app):
    app.add_node(Drawn)
    for part in ("doors", "systems", "claim-marks"):
        app.add_directive(part, Part)
    app.connect("doctree-resolved", draw)
