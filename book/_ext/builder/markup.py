"""The HTML of a page, where docutils' own is in the way of a screen reader, and its formulas."""

import functools
import posixpath
import re
from urllib.parse import quote

from docutils import nodes
from docutils.utils.math import latex2mathml
from pygments.formatters import HtmlFormatter
from pygments.token import Token
from sphinx import addnodes
from sphinx.errors import ExtensionError
from sphinx.highlighting import PygmentsBridge
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator


class Translator(HTML5Translator):
    """Sphinx's translator with a few elements that tell what they are."""

    def visit_image(self, node):
        """A picture of ours says its size, so that it has its room before it has come."""
        if "pixels" not in node:
            super().visit_image(node)
            return
        name = quote(self.builder.images[node["uri"]])
        wanted = {"src": posixpath.join(self.builder.imgpath, name), "alt": node.get("alt", "")}
        wanted["width"], wanted["height"] = map(str, node["pixels"])
        if "loading" in node:
            wanted |= {"loading": node["loading"], "decoding": "async"}
        self.body.append(self.emptytag(node, "img", "", **wanted))

    def visit_title(self, node):
        """The name of a part of the menu is a paragraph, no heading of unknown level."""
        if isinstance(node.parent, addnodes.compact_paragraph):
            self.body.append(self.starttag(node, "p", "", CLASS="caption"))
            self.body.append('<span class="caption-text">')
            self.context.append("</span></p>\n")
        else:
            super().visit_title(node)

    def visit_entry(self, node):
        """A heading says what it heads; an empty corner of a table heads nothing."""
        start = len(self.body)
        super().visit_entry(node)
        row = node.parent
        in_head = isinstance(row.parent, nodes.thead)
        if not in_head and not row.parent.parent.stubs[row.index(node)]:
            return
        opened = self.body[start]
        if not node.astext().strip():
            self.body[start] = opened.replace("<th", "<td", 1)
            self.context[-1] = self.context[-1].replace("</th", "</td", 1)
        else:
            scope = "col" if in_head else "row"
            self.body[start] = opened.replace("<th", f'<th scope="{scope}"', 1)

    def visit_citation(self, node):
        """An entry of the references: it begins with names, so its key is not shown."""
        self.body.append(self.starttag(node, "div", CLASS="citation"))

    def depart_citation(self, node):
        self.body.append("</div>\n")

    def visit_label(self, node):
        if isinstance(node.parent, nodes.citation):
            raise nodes.SkipNode
        super().visit_label(node)


class Code(HtmlFormatter):
    """Code in colours, without an element around each name and comma: they have the ink of text."""

    INK = Token.Name, Token.Punctuation, Token.Text.Whitespace

    def format(self, tokensource, outfile):
        plain = ((Token.Text if kind in self.INK else kind, text) for kind, text in tokensource)
        super().format(plain, outfile)


@functools.cache
def formula(tex, display=False):
    """Set one formula as MathML, which browsers draw and screen readers read.

    Parameters
    ----------
    tex : str
        As ``"x_i"``.
    display : bool
        Whether it stands in a paragraph of its own.

    Returns
    -------
    str
    """
    try:
        if len(re.findall(r"(?<!\\)\{", tex)) != len(re.findall(r"(?<!\\)\}", tex)):
            raise ValueError("a brace has no partner")
        return latex2mathml.tex2mathml(tex, as_block=display)
    except (ValueError, IndexError, SyntaxError) as error:
        raise ExtensionError(f"a formula cannot be set: {tex} ({error})") from error


def inline(translator, node):
    translator.body.append(formula(node.astext()))
    raise nodes.SkipNode


def block(translator, node):
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = translator.encode(get_node_equation_number(translator, node))
        translator.body.append(f'<span class="eqno">({number})</span>')
    translator.body.append(f"{formula(node.astext(), True)}</div>\n")
    raise nodes.SkipNode


def tell_once(app, doctree, docname):
    """Leave the whole record of a work at its first citation alone, for those who are read to."""
    told = set()
    for link in doctree.findall(nodes.reference):
        if "reftitle" in link and "references" in link.get("refuri", "").partition("#")[0]:
            if link["refuri"] in told:
                del link["reftitle"]
            told.add(link["refuri"])


def colour_code(app):
    """Name the colours of code at night; the theme knows the setting only from here on."""
    if hasattr(app.config, "pygments_dark_style"):
        app.config.pygments_dark_style = "a11y-high-contrast-dark"


def setup(app):
    app.connect("builder-inited", colour_code, priority=400)  # before the theme reads it
    PygmentsBridge.html_formatter = Code
    for builder in ("html", "dirhtml"):
        app.set_translator(builder, Translator)
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("doctree-resolved", tell_once)
