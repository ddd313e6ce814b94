"""HTML elements for which docutils has no node: fields of a form, a table's cells with data."""

import html

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

BLOCKS = {"div", "fieldset", "legend", "p", "ul", "li", "details", "summary", "label", "tr"}
"""Elements that stand on lines of their own where a page is plain text."""


class Tag(nodes.General, nodes.TextElement):
    """An HTML element: its name is ``tag``, its attributes are ``attributes``."""


def tag(name, /, *children, **attributes):
    """Put nodes into an HTML element; ``class_`` and ``for_`` lose their last letter."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    return Tag("", "", *children, tag=name, html=named)


class TextDirective(SphinxDirective):
    """A directive that puts inline Markdown into HTML elements."""

    def inline(self, text):
        found, messages = self.state.inline_text(" ".join(text.split()), self.lineno)
        return [*found, *messages]


def _open(translator, node):
    attributes = "".join(f' {key}="{html.escape(value)}"' for key, value in node["html"].items())
    translator.body.append(f"<{node['tag']}{attributes}>")


def _close(translator, node):
    translator.body.append("" if node["tag"] == "input" else f"</{node['tag']}>")


def _open_text(translator, node):
    if node["tag"] in BLOCKS:
        translator.new_state(0)
    elif node["tag"] == "input":
        translator.add_text("[ ] ")


def _close_text(translator, node):
    if node["tag"] in BLOCKS:
        translator.end_state()
    elif node["tag"] in ("th", "td"):
        translator.add_text(" | ")


def setup(app):
    app.add_node(Tag, html=(_open, _close), text=(_open_text, _close_text))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
