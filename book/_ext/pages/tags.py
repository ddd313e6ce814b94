"""HTML elements for which docutils has no node: fields of a form, a table's cells with data.

A template names the elements. The text in them is Markdown, with roles and glued numbers.
"""

import html

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages import render

BLOCKS = {"div", "fieldset", "legend", "p", "ul", "li", "details", "summary", "label", "tr"}
"""Elements that stand on lines of their own where a page is plain text."""


class TagNode(nodes.General, nodes.TextElement):
    """An HTML element: its name is ``tag``, its attributes are ``html``."""


class TagDirective(SphinxDirective):
    """A directive whose elements stand in a template."""

    required_arguments = 1

    def from_template(self, template, **values):
        page = BeautifulSoup(
            render(template, **values), "html.parser", multi_valued_attributes=None
        )
        return [self._node(element) for element in page.find_all(recursive=False)]

    def _node(self, element):
        node = TagNode(tag=element.name, html=dict(element.attrs))
        for child in element.children:
            node += self._node(child) if isinstance(child, Tag) else self._inline(child)
        return node

    def _inline(self, text):
        found, messages = self.state.inline_text(" ".join(text.split()), self.lineno)
        after = [nodes.Text(" ")] if text.endswith(" ") else []
        return [*found, *messages, *after]


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
    app.add_node(TagNode, html=(_open, _close), text=(_open_text, _close_text))
