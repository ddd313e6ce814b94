"""Slides for each chapter, made from its page: reveal.js, offline, with speaker notes.

A deck holds the question, the objectives, the claims, every figure whose cell is tagged
``slide``, two questions of the quiz, the verdicts, the limits and the key points. Nothing is
written for the slides alone: what a lecturer says about a figure is in its notes, from the
text that follows it and from the cells tagged ``instructor``.
"""

import copy
import html
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import chapters
import claims
import quiz
from markdown_it import MarkdownIt
from sharing import introduce

FOLDER = "slides"
SOURCE = Path(__file__).parents[1] / "_slides"
REVEAL = ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js")
MOST_ITEMS, MOST_LETTERS = 6, 620  # what can be read from the last row

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="../_static/favicon.svg">
<link rel="stylesheet" href="reveal/reveal.css">
<link rel="stylesheet" href="slides.css">
</head>
<body>
<main><div class="reveal"><div class="slides">
{slides}
</div></div></main>
<script src="reveal/reveal.js"></script>
<script src="reveal/notes.js"></script>
<script src="start.js"></script>
</body>
</html>
"""


def deck(article, chapter, name):
    """The slides of one chapter.

    Parameters
    ----------
    article : bs4.Tag
        What the chapter's page says; it is not changed.
    chapter : nbformat.NotebookNode
        Its notebook.
    name : str
        As "03-glutamate".

    Returns
    -------
    list of str
        The HTML of each slide.
    """
    return [
        *_opening(article, chapter),
        *_listed("You will be able to", article, "Before you start", "ol > li"),
        *_claims(article),
        *_figures(article, chapter),
        *_questions(article, name),
        *_verdicts(chapter),
        *_listed("What this chapter does not show", article, "What this chapter does not show"),
        *_listed("Key points", article, "Key points"),
    ]


def slide(heading, content, notes="", kind="text"):
    """One slide; the notes are for the lecturer's own screen."""
    aside = f'<aside class="notes">{notes}</aside>' if notes else ""
    return f'<section class="{kind}"><h2>{heading}</h2>{content}{aside}</section>'


def part(article, heading):
    """One of the ten parts of a chapter's page."""
    for section in article.find_all("section"):
        head = section.find(["h1", "h2"], recursive=False)
        if head and _words(head) == heading:
            return section
    raise ValueError(f"no part {heading!r} on the page")


def _words(tag):
    """The text of a heading without its number and its link mark."""
    text = copy.copy(tag)
    for extra in text.select(".section-number, .headerlink"):
        extra.decompose()
    return " ".join(text.get_text(" ").split())


def inner(tag):
    """The HTML inside a tag, without links and folded parts, as a slide cannot follow them."""
    text = copy.copy(tag)
    for folded in text.select("details, [role=tooltip], .headerlink"):
        folded.decompose()
    for link in text.find_all("a"):
        link.unwrap()
    for inner in text.find_all(id=True):
        del inner["id"]
    return text.decode_contents().strip()


def _opening(article, chapter):
    question = part(article, "The question")
    paragraphs = [inner(p) for p in question.find_all("p", recursive=False)]
    notes = "".join(f"<p>{text}</p>" for text in paragraphs[1:])
    yield (
        f'<section class="opening"><p>Ketamine and the Networked Brain</p>'
        f"<h1>{html.escape(chapters.title(chapter))}</h1><p>{paragraphs[0]}</p>"
        f'<aside class="notes">{notes}</aside></section>'
    )


def _listed(heading, article, name, items="li"):
    """A list of the chapter, on as many slides as it needs."""
    texts = [without_reference(inner(item)) for item in part(article, name).select(items)]
    for number, some in enumerate(_parted(texts)):
        more = " (continued)" if number else ""
        yield slide(heading + more, "<ul>" + "".join(f"<li>{t}</li>" for t in some) + "</ul>")


def without_reference(text):
    """Leave out the "(see …)" that a key point carries on its page."""
    return re.sub(r"\s*\(<span[^()]*\)(?=\.?(</p>)?$)", "", text)


def _parted(texts):
    """Split texts so that each slide can be read from the last row, in even parts."""
    letters = sum(len(re.sub("<[^>]+>", "", text)) for text in texts)
    parts = max(-(-len(texts) // MOST_ITEMS), -(-letters // MOST_LETTERS), 1)
    size = max(-(-len(texts) // parts), 1)
    return [texts[i : i + size] for i in range(0, len(texts), size)]


def _claims(article):
    items = []
    for box in part(article, "What the article says").select(".claim-paragraph"):
        name = box.find("details").b.get_text()
        items.append(f"<b>{name}</b> {inner(box)}")
    for number, some in enumerate(_parted(items)):
        more = " (continued)" if number else ""
        content = "".join(f"<li>{text}</li>" for text in some)
        yield slide(f"What the article says{more}", f"<ul>{content}</ul>")


def tagged_figures(article):
    """The figures that carry a chapter's argument, in its order.

    Parameters
    ----------
    article : bs4.Tag

    Yields
    ------
    (str, str, bs4.Tag)
        HTML of the picture, HTML of its caption, and the cell that draws it.
    """
    for cell in article.select(".tag_slide"):
        picture = copy.copy(cell.find("img"))
        for attribute in ("decoding", "srcset", "sizes"):
            del picture[attribute]
        picture["loading"] = "lazy"
        yield str(picture), inner(cell.find("figcaption")), cell


def _figures(article, chapter):
    """One slide for each figure whose cell is tagged."""
    markdown, said = MarkdownIt(), {}
    for before, cell in zip(chapter.cells, chapter.cells[1:], strict=False):
        figure = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        if figure and "instructor" in before.metadata.get("tags", []):
            said[figure] = markdown.render(before.source)
    for picture, caption, cell in tagged_figures(article):
        notes = [said.get(cell.find("figure")["id"], "")]
        notes.append(f"<p><b>How it was made.</b> {caption}</p>")
        for after in cell.find_next_siblings():
            if after.name not in ("p", "ul", "ol"):
                break
            notes.append(f"<{after.name}>{inner(after)}</{after.name}>")
        heading = _words(cell.find_previous(["h2", "h3"]))
        number = cell.find(class_="caption-number").get_text().strip()
        shown = f'{picture}<p class="number">{number}</p>'
        yield slide(html.escape(heading), shown, "".join(notes), kind="figure")


def _questions(article, name):
    """The two shortest questions of the quiz, to vote on; what is right is in the notes."""

    def length(question):
        return len(question["question"]) + sum(len(o["text"]) for o in question["options"])

    wanted = sorted(quiz.load(name), key=length)[:2]
    for question in quiz.load(name):
        if question not in wanted:
            continue
        box = copy.copy(article.find(id=f"quiz-{question['id']}"))
        box.legend.find(class_="count").extract()
        options = "".join(f"<li>{inner(label.span)}</li>" for label in box.find_all("label"))
        reasons = "".join(f"<p>{inner(reason)}</p>" for reason in box.select("details li"))
        content = f'<p>{inner(box.legend)}</p><ul class="options">{options}</ul>'
        yield slide("Vote", content, reasons)


def _verdicts(chapter):
    names = re.findall(r"\{claim-cards\} (.+)", chapters.prose(chapter))
    items = []
    for name in " ".join(names).split():
        claim = claims.load()[name]
        items.append(
            f"<b>{name}</b>: {html.escape(claims.verdict(claim))} "
            f"<small>{html.escape(claims.level(claim))}</small>"
        )
    notes = "".join(
        f"<p><b>{name}</b> {html.escape(' '.join(claims.load()[name]['summary'].split()))}</p>"
        for name in " ".join(names).split()
    )
    for number, some in enumerate(_parted(items)):
        more = " (continued)" if number else ""
        content = "".join(f"<li>{text}</li>" for text in some)
        yield slide(f"What the evidence says{more}", f"<ul>{content}</ul>", notes)


def write_deck(app, page):
    """Make the slides when a chapter's page was written."""
    if not page.name.startswith("notebooks/"):
        return
    name = page.name.split("/")[1]
    chapter = chapters.read(Path(app.env.doc2path(page.name)))
    slides = deck(page.article, chapter, name)
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    title = f"Slides: {chapters.title(chapter)}"
    about = f"For a seminar: question, figures, votes and verdicts of {chapters.title(chapter)}"
    text = PAGE.format(title=html.escape(title), slides="\n".join(slides))
    text = introduce(app, f"{FOLDER}/{name}", title, about, text)
    (folder / f"{name}.html").write_text(text, "utf-8")


def copy_reveal(app, error):
    """Put the files of reveal.js that the decks need beside them, and our own two."""
    if error or app.builder.format != "html":
        return
    package = Path(next(iter(find_spec("sphinx_revealjs").submodule_search_locations)))
    target = Path(app.outdir) / FOLDER / "reveal"
    target.mkdir(parents=True, exist_ok=True)
    for file in REVEAL:
        text = (package / "_static" / "revealjs" / file).read_text("utf-8")
        text = re.sub(r"//# sourceMappingURL=\S*", "", text)  # the maps stay behind
        (target / Path(file).name).write_text(text, "utf-8")
    for file in ("slides.css", "start.js"):
        shutil.copy(SOURCE / file, target.parent)


def setup(app):
    app.connect("page-written", write_deck, priority=900)  # after all that changes a page
    app.connect("build-finished", copy_reveal)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
