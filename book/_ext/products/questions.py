"""The quiz for learning platforms, and cards to learn from: made from the pages of the chapters.

A question keeps its text, its options with their reasons, and the pictures it is about. The
words are taken from the built page, where references, formulas and glued numbers are resolved.
"""

import io
import re
from base64 import b64encode
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from pages import chapters, claims, ledger, quiz, render, terms
from PIL import Image
from sphinx.util.docutils import SphinxDirective

from products import downloads
from products.parts import inner, read

FOLDER = "_downloads/questions"
FORMS = {
    "questions-moodle.xml": "Moodle XML",
    "questions.gift.txt": "GIFT",
    "questions-qti21.zip": "QTI 2.1",
    "questions-qti12.zip": "QTI 1.2",
    "cards-questions.txt": "Anki: questions",
    "cards-claims.txt": "Anki: claims",
    "cards-glossary.txt": "Anki: glossary",
}
GIFT_SIGNS = re.compile(r"([~=#{}:\\])")


def from_page(page, name):
    """The questions of a chapter, as its page shows them.

    Parameters
    ----------
    page : bs4.BeautifulSoup
    name : str
        As "03-glutamate".

    Returns
    -------
    list of dict
        ``id``; ``asked``, and ``options`` with ``text``, ``right`` and ``why``, as HTML;
        ``pictures``, the ``img`` of each figure that the question is about.
    """
    found = []
    for question in quiz.load(name):
        box = page.find(id=f"quiz-{question['id']}")
        asked = box.find(class_="asked")
        figures = [page.find(id=link["href"][1:]) for link in asked.select("a[href^='#']")]
        pictures = [figure.find("img") for figure in figures if figure and figure.find("img")]
        options = [
            {"text": bare(label.span), "right": option["right"], "why": bare(reason)}
            for label, reason, option in zip(
                box.find_all("label"), box.select("details li"), question["options"], strict=True
            )
        ]
        found.append(
            {"id": question["id"], "asked": xml(inner(asked)), "options": options,
             "pictures": list(dict.fromkeys(pictures))}
        )  # fmt: skip
    return found


def bare(tag):
    """The HTML of an option or a reason, without the letter that it begins with."""
    return xml(re.sub(r"^<strong>[^<]*</strong>", "", inner(tag)).strip())


def xml(text):
    """HTML as XML takes it too: no names for signs, every tag closed; no tag that only styles."""
    found = BeautifulSoup(text, "html.parser")
    for one in found.find_all("span"):
        one.unwrap()
    return found.decode(formatter="minimal")


def with_files(questions, folder):
    """Give each question the pictures' names, bytes and alternative texts.

    A picture of pixels becomes PNG, which every platform shows.
    """
    for question in questions:
        files = []
        for picture in question["pictures"]:
            path = (folder / picture["src"]).resolve()
            data, name = path.read_bytes(), path.name
            if path.suffix == ".webp":
                stream = io.BytesIO()
                Image.open(path).save(stream, "PNG")
                data, name = stream.getvalue(), f"{path.stem}.png"
            files.append({"name": f"{name[:12]}{Path(name).suffix}", "data": data,
                          "alt": picture["alt"], "base64": b64encode(data).decode()})  # fmt: skip
        question["pictures"] = files


def gift(text):
    """A text with what has a meaning in GIFT escaped, on one line."""
    return GIFT_SIGNS.sub(r"\\\1", " ".join(text.split()))


def cell(text):
    """A text in one field of a table whose fields are parted by tabs."""
    return " ".join(str(text).split())


def packages(told):
    """The members of the two QTI packages, as dicts of bytes by their names.

    Parameters
    ----------
    told : list of (int, str, list of dict)
        Number, title and questions of each chapter.
    """
    pictures = {f"pictures/{one['name']}": one["data"]
                for _, _, questions in told for question in questions
                for one in question["pictures"]}  # fmt: skip
    newer = {
        f"items/{question['id']}.xml": render("questions/qti21-item.xml", question=question)
        for _, _, questions in told
        for question in questions
    }
    newer["test.xml"] = render("questions/qti21-test.xml", chapters=told)
    newer["imsmanifest.xml"] = render("questions/qti21-manifest.xml", chapters=told)
    older = {
        "questions.xml": render("questions/qti12.xml", chapters=told),
        "imsmanifest.xml": render("questions/qti12-manifest.xml", pictures=pictures),
    }
    return [
        {name: text.encode() for name, text in sorted(texts.items())} | pictures
        for texts in (newer, older)
    ]


def write(app, error):
    """Write all forms when one of the pages they are made from is newer."""
    if error or app.builder.name != "html":
        return
    site, folder = Path(app.outdir), Path(app.outdir) / FOLDER
    sources = [site / "notebooks" / f"{path.stem}.html" for path in chapters.CHAPTERS]
    wanted = [folder / name for name in FORMS]
    made = min((path.stat().st_mtime for path in wanted if path.exists()), default=0)
    inputs = [*sources, *Path(__file__).parents[1].rglob("*.*"), ledger.EVIDENCE / "claims.yml",
              Path(app.srcdir) / f"{terms.GLOSSARY}.md"]  # fmt: skip
    if all(path.exists() for path in wanted) and made > max(x.stat().st_mtime for x in inputs):
        return
    folder.mkdir(parents=True, exist_ok=True)
    told = []
    for path, source in zip(chapters.CHAPTERS, sources, strict=True):
        questions = from_page(read(source.read_text("utf-8")), path.stem)
        with_files(questions, source.parent)
        told.append((int(path.stem[:2]), chapters.title(chapters.read(path)), questions))
    entries = terms.parse((Path(app.srcdir) / f"{terms.GLOSSARY}.md").read_text("utf-8"))
    texts = {
        "questions-moodle.xml": render("questions/moodle.xml", chapters=told),
        "questions.gift.txt": render("questions/gift.txt", chapters=told, gift=gift),
        "cards-questions.txt": render("questions/cards.txt", chapters=told, cell=cell),
        "cards-claims.txt": render("questions/cards-claims.txt", claims=claims.load(), cell=cell),
        "cards-glossary.txt": render("questions/cards-glossary.txt", words=entries, cell=cell),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    for name, members in zip(("qti21", "qti12"), packages(told), strict=True):
        downloads.write_zip(folder / f"questions-{name}.zip", members)


class QuestionFiles(SphinxDirective):
    """``{question-files}``: links to all forms."""

    def run(self):
        text = render("questions/links.html", folder=FOLDER, forms=FORMS)
        return [nodes.raw("", text, format="html")]


def setup(app):
    app.add_directive("question-files", QuestionFiles)
    app.connect("build-finished", write, priority=940)  # before all is packed
