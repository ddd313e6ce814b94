"""Slides for each chapter, made from its page: reveal.js, offline, with speaker notes.

A deck holds the question, the objectives, the claims, then in the order of the page every figure
whose cell is tagged ``slide`` and what one can move, two votes with their answers, the verdicts,
the limits and the key points. Nothing is written for the slides alone: what a lecturer says about
a figure is in its notes, from the text that follows it and from the cells tagged ``instructor``.
"""

import html
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

from markdown_it import MarkdownIt
from pages import chapters, claims, quiz, render

from products.parts import FIGURES, inner, items, part, picture, read, words

FOLDER = "slides"
SOURCE = Path(__file__).parents[2] / "_slides"
REVEAL = ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js")
MOST_ITEMS, MOST_LETTERS = 6, 620  # what can be read from the last row
VOTES = 2


def deck(page, chapter, name):
    """The slides of one chapter.

    Parameters
    ----------
    page : bs4.Tag
        The body of the chapter's page.
    chapter : nbformat.NotebookNode
        Its notebook.
    name : str
        As "03-glutamate".

    Returns
    -------
    str
        HTML.
    """
    opening = [inner(p) for p in part(page, "The question").find_all("p", recursive=False)]
    slides = [
        *_listed("You will be able to", items(page, "Before you start", "ol > li")),
        *_claims(chapter),
        *_shown(page, chapter),
        *_votes(page, name),
        *_verdicts(chapter),
        *_listed("What this chapter does not show", _limits(page)),
        *_listed("Key points", items(page, "Key points", "li")),
    ]
    return render(
        "slides.html",
        title=chapters.title(chapter),
        question=opening[0],
        opening="".join(f"<p>{text}</p>" for text in opening[1:]),
        slides=slides,
    )


def slide(heading, content="", items=(), notes="", kind="text"):
    """One slide; the notes are for the lecturer's own screen."""
    return {"heading": heading, "content": content, "items": items, "notes": notes, "kind": kind}


def _listed(heading, texts, notes=""):
    """A list on as many slides as it needs, so that each is read from the last row."""
    letters = sum(len(re.sub("<[^>]+>", "", text)) for text in texts)
    parts = max(-(-len(texts) // MOST_ITEMS), -(-letters // MOST_LETTERS), 1)
    size = max(-(-len(texts) // parts), 1)
    pieces = [texts[start : start + size] for start in range(0, len(texts), size)]
    for number, some in enumerate(pieces, start=1):
        of = f" ({number} of {len(pieces)})" if len(pieces) > 1 else ""
        yield slide(heading + of, items=some, notes=notes)


def _limits(page):
    section = part(page, "What this chapter does not show")
    return [inner(item) for item in section.select("li") if not item.find_parent("details")]


def claims_of(chapter):
    """The claims that a chapter weighs, as the ledger has them."""
    names = re.findall(r"\{claim-cards\} (.+)", chapters.prose(chapter))
    return [claims.load()[name] for name in " ".join(names).split()]


def _claims(chapter):
    told = [html.escape(" ".join(claim["claim"].split())) for claim in claims_of(chapter)]
    yield from _listed("What the article says", told)


def _shown(page, chapter):
    """What is to be seen, in the order of the page: tagged figures, and what can be moved."""
    markdown, said = MarkdownIt(), {}
    for before, cell in zip(chapter.cells, chapter.cells[1:], strict=False):
        figure = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        if figure and "instructor" in before.metadata.get("tags", []):
            said[figure] = markdown.render(before.source)
    for one in page.select(f"{FIGURES}, fieldset.explorer"):
        yield _explorer(one) if one.name == "fieldset" else _figure(one, said)


def _explorer(box):
    style = box.find_previous_sibling("style")
    return slide(html.escape(box.legend.get_text()), f"{style or ''}{box}", kind="moved")


def _figure(cell, said):
    notes = [said.get(cell.find("figure")["id"], "")]
    notes.append(f"<p><b>How it was made.</b> {inner(cell.find('figcaption'))}</p>")
    for after in cell.find_next_siblings():
        if after.name not in ("p", "ul", "ol"):
            break
        notes.append(f"<{after.name}>{inner(after)}</{after.name}>")
    heading = words(cell.find_previous(["h2", "h3", "h4"]))
    if heading.startswith("Go deeper: "):
        heading = heading[11:12].upper() + heading[12:]
    number = cell.find(class_="caption-number").get_text().strip()
    shown = f'{picture(cell)}<p class="number">{number}</p>'
    return slide(html.escape(heading), shown, notes="".join(notes), kind="figure")


def _votes(page, name):
    """The shortest questions about a figure: each beside its figure, and then with its answer."""

    def rank(question):
        length = len(question["question"]) + sum(len(o["text"]) for o in question["options"])
        return "{numref}" not in question["question"], length

    wanted = sorted(quiz.load(name), key=rank)[:VOTES]
    for question in (one for one in quiz.load(name) if one in wanted):
        box = page.find(id=f"quiz-{question['id']}")
        labels, reasons = box.find_all("label"), box.select("details li")
        told = {
            "question": inner(box.legend.find(class_="asked")),
            "options": [
                (letter, inner(label.span), option["right"])
                for letter, label, option in zip(
                    quiz.LETTERS, labels, question["options"], strict=False
                )
            ],
            "picture": _asked_about(page, question),
        }
        right = next(i for i, option in enumerate(question["options"]) if option["right"])
        why = inner(reasons[right])
        all_reasons = "".join(f"<p>{inner(reason)}</p>" for reason in reasons)
        yield slide("Vote", render("vote.html", **told, answered=False), kind="vote")
        answer = render("vote.html", **told, answered=True, why=why)
        heading = f"The answer is {quiz.LETTERS[right]}"
        yield slide(heading, answer, notes=all_reasons, kind="vote")


def _asked_about(page, question):
    """The figure that a question is about, if it has one."""
    for name in re.findall(r"\{numref\}`([^`]+)`", question["question"]):
        if (figure := page.find(id=name)) and figure.find("img"):
            return picture(figure)
    return ""


def _verdicts(chapter):
    """Two claims a slide, each with its words, its mark and its ladder."""
    told = claims_of(chapter)
    for start in range(0, len(told), 2):
        some = told[start : start + 2]
        notes = [f"<p>{html.escape(' '.join(claim['summary'].split()))}</p>" for claim in some]
        content = "".join(map(claims.head, some))
        heading = f"The verdict: {', '.join(dict.fromkeys(one['verdict'][0] for one in some))}"
        yield slide(heading, content, notes="".join(notes), kind="verdict")


def write(app, pagename, templatename, context, doctree):
    """Make the slides when a chapter's page is written."""
    if not pagename.startswith("notebooks/") or app.builder.name != "html":
        return
    name = pagename.partition("/")[2]
    chapter = chapters.read(Path(app.env.doc2path(pagename)))
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.html").write_text(deck(read(context["body"]), chapter, name), "utf-8")


def copy_reveal(app, error):
    """Put the files of reveal.js that the decks need beside them, and our own two."""
    if error or app.builder.name != "html":
        return
    package = Path(next(iter(find_spec("sphinx_revealjs").submodule_search_locations)))
    target = Path(app.outdir) / FOLDER / "reveal"
    target.mkdir(parents=True, exist_ok=True)
    for file in REVEAL:
        shutil.copyfile(package / "_static" / "revealjs" / file, target / Path(file).name)
    for file in ("slides.css", "start.js"):
        shutil.copyfile(SOURCE / file, target.parent / file)


def setup(app):
    app.connect("html-page-context", write)
    app.connect("build-finished", copy_reveal)
