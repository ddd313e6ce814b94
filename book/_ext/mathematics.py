"""Formulas are set while the book is built: drawings in the page, with MathML beside them.

MathJax runs here, in a small JavaScript engine, and not in the reader's browser. So a page
needs neither its script nor its fonts, and formulas are there when scripts are off. Each
formula is an SVG drawing in the colour of the text. Screen readers get its MathML.
"""

import functools
import html
import json
import re
from importlib.util import find_spec
from pathlib import Path

import quickjs
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

# What MathJax expects around it, the way to its parts, and the one function that is called.
AROUND = """
var global = globalThis;
var console = {log() {}, warn() {}, error() {}};
var setTimeout = (call) => { Promise.resolve().then(call); };
var clearTimeout = () => {};
var MathJax = {
  loader: {
    load: ["adaptors/liteDOM", "input/tex-full", "output/svg"],
    paths: {mathjax: "part:"},
    require: (name) => { (0, eval)(part(name.replace("part:/", ""))); return {}; },
  },
  startup: {typeset: false, pageReady() {}},
  tex: {packages: ["base", "ams"], formatError(jax, error) { throw Error(error.message); }},
  svg: {fontCache: "none"},
};
"""
CALL = """
function set(tex, display) {
  const drawing = MathJax.startup.adaptor.innerHTML(MathJax.tex2svg(tex, {display}));
  return JSON.stringify([drawing, MathJax.tex2mml(tex, {display})]);
}
"""
# Attributes that tell how MathJax made the drawing, and the groups that hold nothing else.
NOTES = re.compile(r' (?:data-[\w-]+|role|focusable|xmlns)="[^"]*"')
GROUP = re.compile(r"<g>((?:(?!</?g\b).)*)</g>", re.S)


@functools.cache
def engine():
    """MathJax, ready to set formulas.

    Returns
    -------
    quickjs.Context
    """
    package = Path(next(iter(find_spec("sphinx-mathjax-offline").submodule_search_locations)))
    folder = package / "static" / "mathjax"
    context = quickjs.Context()
    context.add_callable("part", lambda name: (folder / name).read_text("utf-8"))
    context.eval(AROUND)
    context.eval((folder / "startup.js").read_text("utf-8"))
    while context.execute_pending_job():
        pass
    context.eval(CALL)
    return context


@functools.cache
def formula(tex, display=False):
    r"""Set one formula.

    Parameters
    ----------
    tex : str
        As "\\frac{a}{b}".
    display : bool
        Whether it stands in a paragraph of its own.

    Returns
    -------
    str
        HTML: the drawing, and the MathML for those who do not see it.
    """
    try:
        drawing, mathml = json.loads(engine().get("set")(tex, display))
    except quickjs.JSException as error:
        reason = str(error).splitlines()[0]
        raise ExtensionError(f"a formula cannot be set: {tex} ({reason})") from error
    drawing, mathml = NOTES.sub("", drawing), NOTES.sub("", mathml)
    while GROUP.search(drawing):
        drawing = GROUP.sub(r"\1", drawing)
    drawing = drawing.replace("<svg ", '<svg aria-hidden="true" ', 1).replace("></path>", "/>")
    return drawing + re.sub(r">\s+<", "><", mathml)


def inline(translator, node):
    place = translator.starttag(node, "span", "", CLASS="math")
    translator.body.append(f"{place}{formula(node.astext())}</span>")
    raise nodes.SkipNode


def block(translator, node):
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = html.escape(get_node_equation_number(translator, node))
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(f"{formula(node.astext(), True)}</div>\n")
    raise nodes.SkipNode


def leave(translator, node):
    """Nothing is left to do: the node was skipped."""


def setup(app):
    app.add_html_math_renderer("drawn", (inline, leave), (block, leave))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
