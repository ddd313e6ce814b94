"""The quiz for learning platforms, and cards to learn from.

The words are taken from the chapters' pages, where references, formulas and glued numbers stand
as readers see them. Platforms that take files get the figures too; the others get their words.
"""

import io
import re
import shutil
from base64 import b64encode
from pathlib import Path

from bs4 import BeautifulSoup, SoupStrainer
from docutils import nodes
from markupsafe import Markup
from pages import chapters, claims, quiz, render, terms
from PIL import Image
from sphinx.util.docutils import SphinxDirective

from products import downloads
from products.parts import inner

FOLDER = "_downloads/questions"
FORMS = {
    "questions-moodle.xml": "Moodle XML",
    "questions.gift.txt": "GIFT",
    "questions-qti21.zip": "QTI 2.1",
    "questions-qti12.zip": "QTI 1.2",
    "cards.txt": "Anki: questions, claims and words",
}
QUIZ_AND_FIGURES = SoupStrainer(["fieldset", "figure"])


def read(page, name):
    """The questions of a chapter, as its page shows them.

    Parameters
    ----------
    page : pathlib.Path
    name : str
        As "03-glutamate".

    Returns
    -------
    list of dict
        ``id``; ``asked``; ``options``, each with ``text``, ``right`` and ``why``; ``pictures``,
        one for each figure that is named where it is asked. Texts are XHTML.
    """
    parts = BeautifulSoup(page.read_text("utf-8"), "html.parser", parse_only=QUIZ_AND_FIGURES)
    found = []
    for question in quiz.load(name):
        box = parts.find(id=f"quiz-{question['id']}")
        asked = box.find(class_="asked")
        figures = dict.fromkeys(link["href"][1:] for link in asked.select("a[href^='#']"))
        rows = zip(box("label"), box.select("details li"), question["options"], strict=True)
        options = [
            {"text": words(label.span), "right": option["right"], "why": words(reason)}
            for label, reason, option in rows
        ]
        pictures = [picture(parts.find(id=figure), page.parent) for figure in figures]
        found.append(
            {"id": question["id"], "asked": words(asked), "options": options, "pictures": pictures}
        )
    return found


def words(tag):
    """The XHTML of a text on one line, without the letter that an option or a reason begins with.

    What only styles the page is left behind.
    """
    text = re.sub(r"</?span[^>]*>", "", inner(tag))
    text = re.sub(r"^<strong>[^<]*</strong>", "", text)
    return Markup(" ".join(text.split()))


def picture(figure, folder):
    """A figure as a file: a drawing stays SVG, WebP becomes PNG, which every platform shows."""
    image = figure.find("img")
    path = folder / image["src"]
    data, kind = path.read_bytes(), path.suffix
    if kind == ".webp":
        stream = io.BytesIO()
        Image.open(path).save(stream, "PNG")
        data, kind = stream.getvalue(), ".png"
    return {
        "name": figure["id"] + kind,
        "number": figure.find(class_="caption-number").get_text().strip(),
        "caption": words(figure.find(class_="caption-text")),
        "alt": image["alt"],
        "width": image["width"],
        "data": data,
        "base64": b64encode(data).decode(),
    }


def gift(text):
    """A text in which nothing has a meaning for GIFT."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", text)


def packages(told):
    """What the two QTI packages hold: two dicts of bytes by file name.

    Parameters
    ----------
    told : list of (str, int, str, list of dict)
        Name, number, title and questions of each chapter.
    """
    pictures = {
        f"pictures/{one['name']}": one["data"]
        for *_, questions in told
        for question in questions
        for one in question["pictures"]
    }
    old = {f"{one[0]}.xml": render("questions/qti12.xml", chapter=one) for one in told}
    new = {
        f"{question['id']}.xml": render(
            "questions/qti21-item.xml", question=question, title=f"{number}.{i}"
        )
        for _, number, _, questions in told
        for i, question in enumerate(questions, start=1)
    }
    new["test.xml"] = render("questions/qti21-test.xml", chapters=told)
    for version, texts in (("1.2", old), ("2.1", new)):
        values = {"version": version, "chapters": told, "pictures": pictures}
        texts = {"imsmanifest.xml": render("questions/qti-manifest.xml", **values), **texts}
        yield {name: text.encode() for name, text in texts.items()} | pictures


def write(app, error):
    """Write all of them into the site."""
    if error or app.builder.name != "html":
        return
    site, folder = Path(app.outdir), Path(app.outdir) / FOLDER
    told = [
        (path.stem, int(path.stem[:2]), chapters.title(chapters.read(path)),
         read(site / "notebooks" / f"{path.stem}.html", path.stem))
        for path in chapters.CHAPTERS
    ]  # fmt: skip
    glossary = (Path(app.srcdir) / f"{terms.GLOSSARY}.md").read_text("utf-8")
    learnt = {"claims": claims, "glossary": terms.parse(glossary).values()}
    shutil.rmtree(folder, ignore_errors=True)  # a form may have had another name
    folder.mkdir(parents=True)
    for name, text in {
        "questions-moodle.xml": render("questions/moodle.xml", chapters=told),
        "questions.gift.txt": render("questions/gift.txt", chapters=told, gift=gift),
        "cards.txt": render("questions/cards.html", chapters=told, **learnt),
    }.items():
        (folder / name).write_text(text, "utf-8")
    for name, members in zip(("qti12", "qti21"), packages(told), strict=True):
        downloads.write_zip(folder / f"questions-{name}.zip", members)


class QuestionFiles(SphinxDirective):
    """``{question-files}``: links to all forms."""

    def run(self):
        text = render("questions/links.html", folder=FOLDER, forms=FORMS)
        return [nodes.raw("", text, format="html")]


def setup(app):
    app.add_directive("question-files", QuestionFiles)
    app.connect("build-finished", write, priority=940)  # before all is packed
