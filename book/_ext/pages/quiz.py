"""Quizzes: ``{quiz}`` shows the questions of a chapter, ``{coverage}`` what they cover.

The questions stand in ``book/quizzes``. On the page each is a ``fieldset`` of radio buttons.
``_static/quiz.js`` answers a choice with the reason that the option carries; without scripts
the reasons fold out, and in print they are an appendix.
"""

import functools
import sys
from pathlib import Path

import jsonschema
import yaml
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from pages import chapters
from pages.tags import Tag, TextDirective, tag

QUIZZES = Path(__file__).parents[2] / "quizzes"
LETTERS = "ABCD"


class QuizError(ValueError):
    """A quiz breaks its form; the message names the file, the question and the field."""


@functools.cache
def load(name, folder=QUIZZES):
    """Read and check the questions of one chapter.

    Parameters
    ----------
    name : str
        As "03-glutamate".
    folder : pathlib.Path

    Returns
    -------
    list of dict

    Raises
    ------
    QuizError
        Naming the file, the question and the field.
    """
    path = folder / f"{name}.yml"
    if not path.exists():
        raise QuizError(f"there is no {path.name} in book/quizzes")
    questions = yaml.safe_load(path.read_text("utf-8"))
    schema = yaml.safe_load((QUIZZES / "schema.yml").read_text("utf-8"))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(questions):
        place = list(error.absolute_path)
        where = ", ".join([path.name, *_named(questions, place)])
        raise QuizError(f"{where}: {error.message[:200]}")
    for question in questions:
        if sum(option["right"] for option in question["options"]) != 1:
            raise QuizError(f"{path.name}, question {question['id']}: one option must be right")
    ids = [question["id"] for question in questions]
    if twice := {name for name in ids if ids.count(name) > 1}:
        raise QuizError(f"{path.name}: {', '.join(sorted(twice))} stands twice")
    return questions


def _named(questions, place):
    if not place:
        return []
    question = questions[place[0]]
    name = question.get("id") if isinstance(question, dict) else None
    return [f"question {name or place[0] + 1}", *[".".join(map(str, place[1:]))][: len(place) - 1]]


class Quiz(TextDirective):
    """``{quiz} 03-glutamate``: the questions of a chapter."""

    required_arguments = 1

    def run(self):
        try:
            questions = load(self.arguments[0])
        except QuizError as error:
            raise self.error(str(error)) from None
        self.env.note_dependency(str(QUIZZES / f"{self.arguments[0]}.yml"))
        shown = [
            self.question(number, question, len(questions))
            for number, question in enumerate(questions, start=1)
        ]
        quiz = tag("div", *shown, class_="quiz", data_quiz=self.arguments[0])
        return [quiz, self.appendix(questions)]

    def question(self, number, question, of):
        name = question["id"]
        choices, reasons = [], []
        for letter, option in zip(LETTERS, question["options"], strict=False):
            mark = "right" if option["right"] else "wrong"
            handle = tag("input", type="radio", name=name, value=letter, id=f"{name}-{letter}")
            says = [nodes.strong("", letter), nodes.Text(" "), *self.inline(option["text"])]
            label = tag("label", handle, tag("span", *says), for_=f"{name}-{letter}")
            choices.append(label)
            verdict = nodes.strong("", f"{letter} is {mark}.")
            why = tag("li", verdict, nodes.Text(" "), *self.inline(option["why"]), class_=mark)
            reasons.append(why)
        count = tag("span", nodes.Text(f"Question {number} of {of}. "), class_="count")
        return tag(
            "fieldset",
            tag("legend", count, tag("span", *self.inline(question["question"]), class_="asked")),
            *choices,
            tag("p", class_="feedback", role="status"),
            tag(
                "details",
                tag("summary", nodes.Text("The answers, with reasons")),
                tag("ul", *reasons),
            ),
            id=f"quiz-{name}",
        )

    def appendix(self, questions):
        lines = []
        for number, question in enumerate(questions, start=1):
            for letter, option in zip(LETTERS, question["options"], strict=False):
                if option["right"]:
                    head = nodes.strong("", f"{number}: {letter}.")
                    lines.append(tag("p", head, nodes.Text(" "), *self.inline(option["why"])))
        head = tag("p", nodes.strong("", "Answers to the quiz"))
        return tag("div", head, *lines, class_="quiz-appendix")


class Coverage(SphinxDirective):
    """``{coverage}``: which question and which exercise meets each objective."""

    def run(self):
        blocks = []
        for path in chapters.CHAPTERS:
            self.env.note_dependency(str(path))
            chapter = chapters.read(path)
            link = f"[{chapters.title(chapter)}](../../notebooks/{path.name})"
            rows = [
                f"| {number}. {objective} | {listed(questions)} | {listed(exercises)} |"
                for number, (objective, questions, exercises) in covered(path).items()
            ]
            table = ["| objective | questions | exercises |", "| --- | --- | --- |", *rows]
            blocks.append("\n".join([f"## {link}", "", *table]))
        return self.parse_text_to_nodes("\n\n".join(blocks), allow_section_headings=True)


def covered(path):
    """Which questions and exercises serve each objective of a chapter.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.

    Returns
    -------
    dict of int to (str, list of int, list of int)
        Objective, numbers of questions, numbers of exercises, by the objective's number.
    """
    chapter = chapters.read(path)
    questions = load(path.stem)
    exercises = chapters.exercises(chapter)
    return {
        number: (
            text,
            [i for i, one in enumerate(questions, start=1) if one["objective"] == number],
            [i for i, _, serves in exercises if number in serves],
        )
        for number, text in enumerate(chapters.objectives(chapter), start=1)
    }


def listed(numbers):
    """Numbers in words for a cell of a table."""
    return ", ".join(map(str, numbers)) or "**none**"


def move_appendix(app, doctree):
    """Put the answers for print at the end of their page."""
    for node in list(doctree.findall(Tag)):
        if node["html"].get("class") == "quiz-appendix":
            node.parent.remove(node)
            doctree.children[-1].append(node)


def check(app):
    """End the build with one line when a quiz breaks its form."""
    try:
        for path in sorted(QUIZZES.glob("[0-9]*.yml")):
            load(path.stem)
    except QuizError as error:
        sys.exit(f"The book is not built: {error}")


def setup(app):
    app.setup_extension("pages.tags")
    app.add_directive("quiz", Quiz)
    app.add_directive("coverage", Coverage)
    app.connect("builder-inited", check)
    app.connect("doctree-read", move_appendix)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
