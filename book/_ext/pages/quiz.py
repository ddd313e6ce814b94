"""Quizzes: ``{quiz}`` shows the questions of a chapter, ``{coverage}`` what they cover.

The questions stand in ``book/quizzes``. On the page each is a ``fieldset`` of radio buttons.
``_static/quiz.js`` answers a choice with the reason that the option carries; without scripts
the reasons fold out, and in print they are an appendix.
"""

import functools
from pathlib import Path

from sphinx.util.docutils import SphinxDirective

from pages import chapters, forms, render
from pages.forms import FormError
from pages.tags import TagDirective, TagNode

QUIZZES = Path(__file__).parents[2] / "quizzes"
LETTERS = "ABCD"


@functools.cache
def load(name, folder=QUIZZES):
    """The questions of one chapter, as "03-glutamate": a list of dicts, checked."""
    path = folder / f"{name}.yml"
    if not path.exists():
        raise FormError(f"there is no {path.name} in book/quizzes")
    questions = forms.read(path, QUIZZES / "schema.yml", f"{path.name}, question")
    for question in questions:
        if sum(option["right"] for option in question["options"]) != 1:
            raise FormError(f"{path.name}, question {question['id']}: one option must be right")
    return questions


class Quiz(TagDirective):
    """``{quiz} 03-glutamate``: the questions of a chapter."""

    def run(self):
        [name] = self.arguments
        self.env.note_dependency(str(QUIZZES / f"{name}.yml"))
        try:
            return self.from_template("quiz.html", chapter=name, questions=load(name))
        except FormError as error:
            raise self.error(str(error)) from None


class Coverage(SphinxDirective):
    """``{coverage}``: which question and which exercise meets each objective."""

    def run(self):
        found = []
        for path in chapters.CHAPTERS:
            self.env.note_dependency(str(path))
            found.append((path, chapters.title(chapters.read(path)), covered(path)))
        text = render("coverage.myst", chapters=found)
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def covered(path):
    """What serves each objective of the chapter at ``path``, by the objective's number.

    Each is a triple of its text, the numbers of questions, and the numbers of exercises.
    """
    chapter = chapters.read(path)
    questions = list(enumerate(load(path.stem), start=1))
    exercises = chapters.exercises(chapter)
    return {
        number: (
            text,
            [i for i, question in questions if question["objective"] == number],
            [i for i, _, serves in exercises if number in serves],
        )
        for number, text in enumerate(chapters.objectives(chapter), start=1)
    }


def move_appendix(app, doctree):
    """Put the answers for print at the end of their page."""
    for node in list(doctree.findall(TagNode)):
        if node["html"].get("class") == "quiz-appendix":
            node.parent.remove(node)
            doctree.children[-1].append(node)


def load_all():
    """Read every quiz, so that each is checked."""
    for path in sorted(QUIZZES.glob("[0-9]*.yml")):
        load(path.stem)


def setup(app):
    app.setup_extension("pages.tags")
    app.add_directive("quiz", Quiz)
    app.add_directive("coverage", Coverage)
    app.connect("builder-inited", forms.or_end(load_all))
    app.connect("doctree-read", move_appendix)
