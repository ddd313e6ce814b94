"""What a reader opens when wanted: the bench under a story, exercises, and code.

A section whose heading begins with ``Go deeper: `` is folded, and so is each exercise. Where a
page has code that a picture or a number comes from, ``_static/course.js`` offers one switch for
all of it; the choice is remembered for the visit. Without scripts each fold opens by itself.
"""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

FOLDED = {"Go deeper: ": "deeper", "Exercise ": "exercise", "Questions to talk about": "exercise"}
"""How the heading of a folded section begins, and the class of its fold."""

DAGGER = "†"
EXPLAINED = "† Not verified: we could not check this at its source."


def fold(app, doctree, docname):
    """Put folded sections into ``details``, with their heading as what is clicked."""
    if app.builder.format != "html" or not docname.startswith("notebooks/"):
        return
    for section in list(doctree.findall(nodes.section)):
        heading = section.children[0].astext()
        kind = next((kind for start, kind in FOLDED.items() if heading.startswith(start)), None)
        if kind:
            opened = f'<details class="fold {kind}"><summary>'
            section.insert(0, nodes.raw("", opened, format="html"))
            section.insert(2, nodes.raw("", "</summary>", format="html"))
            section.append(nodes.raw("", "</details>", format="html"))


def explain_daggers(app, doctree, docname):
    """Say once, at the foot of a page, what its daggers mean."""
    if DAGGER in doctree.astext():
        note = nodes.paragraph("", EXPLAINED, classes=["dagger-note"])
        place = doctree.children[0] if isinstance(doctree.children[0], nodes.section) else doctree
        place += note


def _open_code(translator, node):
    classes = " ".join(["hide", *node["classes"]])
    prompt = translator.encode(node["prompt_show"])
    translator.body.append(f'<details class="{classes}"><summary>{prompt}</summary>\n')


def _close_code(translator, node):
    translator.body.append("</details>\n")


def setup(app):
    app.add_node(HideCodeCellNode, override=True, html=(_open_code, _close_code))
    app.connect("doctree-resolved", explain_daggers)
    app.connect("doctree-resolved", fold)
