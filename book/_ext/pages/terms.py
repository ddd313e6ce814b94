"""The glossary's words open in place, and the glossary says where each is used.

The first use of a word in a chapter becomes a link to its entry, with the lay sense beside it
in the page: shown on hover and on focus, and on a tap by ``_static/terms.js``. A word that is
also used in another sense becomes one only where the author writes ``{term}``; what others
wrote is quoted as they wrote it.
"""

import functools
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

GLOSSARY = "book/glossary"
BLOCK = re.compile(r"^:::\{glossary\}\n(.*?)^:::$", re.M | re.S)
QUOTATION = re.compile("“[^”]*(”|$)")

# Names that also mean something else in this course: gamma power, inhibitory control, the seed
# of a simulation, the occupancy of a state, a receptor at the surface of a cell.
SEVERAL_SENSES = frozenset(
    {"coordinate", "inhibitory", "occupancy", "power", "reconfiguration", "seed", "surface"}
)

# What a word must not stand in to be linked: no prose, the words of others, or a link already.
SKIPPED = (
    nodes.title,
    nodes.block_quote,
    nodes.reference,
    addnodes.pending_xref,
    nodes.literal,
    nodes.literal_block,
    nodes.raw,
    nodes.math,
    nodes.caption,
    nodes.target,
    addnodes.only,  # it may leave the page
)


class Term(nodes.inline):
    """The first use of a word: ``name`` in the glossary, and its lay sense."""


def parse(text):
    """Read the entries of the glossary.

    Parameters
    ----------
    text : str
        The source of the page.

    Returns
    -------
    dict of str to (list of str, str)
        For each entry, by its first name: all its names, and its lay sense.

    Raises
    ------
    ValueError
        If a name stands twice.
    """
    entries, seen = {}, set()
    for block in re.split(r"\n(?=\S)", "\n" + BLOCK.search(text)[1]):
        names = [line for line in block.splitlines() if re.match(r"[^\s:]", line)]
        if twice := seen & set(names):
            raise ValueError(f"the glossary has {', '.join(sorted(twice))} twice")
        seen.update(names)
        senses = [line.strip() for line in block.splitlines() if line.startswith("  ")]
        if not senses:  # a synonym that waits for its definition
            entries.setdefault("", []).extend(names)
            continue
        names = [*entries.pop("", []), *names]
        entries[names[0]] = (names, senses[0])
    return entries


def pattern(names):
    """One pattern for all names, the longest first; what is lower case may be a capital.

    A word may stand in the plural. A name with capitals is taken as it is written.
    """
    words = []
    for name in sorted(names, key=len, reverse=True):
        first = f"[{name[0].upper()}{name[0]}]" if name[0].islower() else re.escape(name[0])
        words.append(first + re.escape(name[1:]).replace("'", "['’]"))
    return re.compile(rf"(?<![\w-])(?P<word>{'|'.join(words)})s?(?![\w-])")


@functools.cache
def load(path):
    """The entries of a glossary file, where a name leads, and what to look for in a text."""
    entries = parse(path.read_text("utf-8"))
    leads = {name: first for first, (names, _) in entries.items() for name in names}
    return entries, leads, pattern(leads.keys() - SEVERAL_SENSES)


def mark(app, doctree):
    """Mark the first use of each word in a chapter."""
    docname = app.env.docname
    if not docname.startswith("notebooks/"):
        return
    source = Path(app.srcdir) / f"{GLOSSARY}.md"
    app.env.note_dependency(str(source))
    entries, leads, names = load(source)
    used = set()

    def term(shown, first):
        if first in used:
            return nodes.Text(shown)
        used.add(first)
        return Term("", shown, name=first, lay=entries[first][1])

    for paragraph in list(doctree.findall(nodes.paragraph)):
        start, texts = 0, list(paragraph.findall(nodes.Text))
        quoted = [found.span() for found in QUOTATION.finditer("".join(texts))]
        for text in texts:
            own, start = start, start + len(text)
            if (chosen := _chosen(text)) is not None:
                if first := leads.get(chosen["reftarget"]):
                    chosen.replace_self(term(text, first))
            elif _is_prose(text):
                pieces, end = [], 0
                for found in names.finditer(text):
                    if any(low <= own + found.start() < high for low, high in quoted):
                        continue
                    word = found["word"].replace("’", "'")  # the page has typographic apostrophes
                    first = leads.get(word) or leads[word[0].lower() + word[1:]]
                    pieces += [nodes.Text(text[end : found.start()]), term(found[0], first)]
                    end = found.end()
                if pieces:
                    text.parent.replace(text, [*pieces, nodes.Text(text[end:])])
    app.env.term_uses[docname] = used


def _chosen(text):
    """The ``{term}`` of the author that a text stands in."""
    node = text.parent
    while node is not None and not isinstance(node, nodes.paragraph):
        if isinstance(node, addnodes.pending_xref) and node["reftype"] == "term":
            return node
        node = node.parent


def _is_prose(text):
    node = text.parent
    while node is not None:
        if isinstance(node, SKIPPED) or "cell" in node.get("classes", ()):
            return False
        if node.get("html", {}).get("class") in ("quiz", "quiz-appendix"):
            return False
        node = node.parent
    return True


def _visit(translator, node):
    lay = translator.encode(node["lay"])
    _, identifier = translator.builder.env.get_domain("std").objects["term", node["name"]]
    here = translator.builder.current_docname
    link = translator.builder.get_relative_uri(here, GLOSSARY) + f"#{identifier}"
    translator.body.append(
        f'<span class="term"><a href="{link}" id="use-{identifier}" '
        f'aria-describedby="says-{identifier}">{translator.encode(node.astext())}</a>'
        f'<span role="tooltip" id="says-{identifier}">{lay}</span></span>'
    )
    raise nodes.SkipNode


def say_where(app, doctree, docname):
    """Add to each entry of the glossary the chapters that use it."""
    if docname != GLOSSARY:
        return
    for item in doctree.findall(nodes.definition_list_item):
        first = item.next_node(nodes.term)
        name = first.astext().replace("’", "'")
        line = nodes.paragraph("", "Used in: ", classes=["term-uses"])
        for chapter in sorted(app.env.term_uses):
            if name not in app.env.term_uses[chapter]:
                continue
            link = f"{app.builder.get_relative_uri(docname, chapter)}#use-{first['ids'][0]}"
            number = ".".join(map(str, app.env.toc_secnumbers[chapter][""]))
            if len(line) > 1:
                line += nodes.Text(", ")
            line += nodes.reference("", f"chapter {number}", refuri=link, internal=True)
        if len(line) > 1:
            item.children[-1].append(line)


def prepare(app, env, docnames):
    """Keep what each chapter uses, and read the glossary whenever a page is read.

    It says where its words are used, and Sphinx's search forgets the words of a glossary
    that is not written.
    """
    if not hasattr(env, "term_uses"):
        env.term_uses = {}
    if docnames and GLOSSARY in env.found_docs and GLOSSARY not in docnames:
        docnames.append(GLOSSARY)


def forget(app, env, docname):
    """Drop the words of a chapter that is read again."""
    getattr(env, "term_uses", {}).pop(docname, None)


def setup(app):
    app.add_node(Term, html=(_visit, None))
    app.connect("env-before-read-docs", prepare)
    app.connect("doctree-read", mark)
    app.connect("env-purge-doc", forget)
    app.connect("doctree-resolved", say_where)
