"""Questions for an examination: their numbers are drawn anew, their answers computed.

Each chapter has a module, and each public function in it is one kind of question: it draws
numbers and gives a `questions.Question`. ``make_exam.py`` puts them on paper.
"""

import importlib
import inspect
import re

from pages import chapters

from examination.questions import Draw

MARKS = re.compile(r"\{term\}`([^`<]+?)(?: <[^`]*)?`|\*")
"""What an objective has around its words that paper cannot show."""

TRIES = 1000
"""Draws of one question before it is given up; most take a few."""


def kinds(chapter):
    """What can be asked of a chapter: functions, by their names, in the order of the file."""
    module = importlib.import_module(f"examination.chapter{chapter}")
    found = inspect.getmembers(module, inspect.isfunction)
    own = [one for _, one in found if one.__module__ == module.__name__]
    return {one.__name__: one for one in sorted(own, key=lambda one: one.__code__.co_firstlineno)}


def drawn(kind, seed):
    """One question with the numbers that belong to a seed.

    Numbers are drawn again where a typical mistake would give the right answer.

    Parameters
    ----------
    kind : function
        Of `kinds`.
    seed : str

    Returns
    -------
    questions.Question
    """
    for again in range(TRIES):
        question = kind(Draw(f"{seed}/{kind.__module__}/{kind.__name__}/{again}"))
        if question and question.sound():
            return question
    raise ValueError(f"{kind.__name__}: no numbers tell right from wrong")


def examination(seed, numbers, each):
    """Draw an examination.

    Parameters
    ----------
    seed : str
    numbers : sequence of int
        Of chapters.
    each : int
        How many questions of each chapter.

    Returns
    -------
    list of (int, str, list of (str, str, questions.Question))
        For each chapter its number, its title, and for each question its name, the objective
        that it serves, and the question.
    """
    found = []
    for number in numbers:
        chapter = chapters.read(chapters.CHAPTERS[number - 1])
        objectives = [MARKS.sub(r"\1", text) for text in chapters.objectives(chapter)]
        known = kinds(number)
        names = sorted(Draw(f"{seed}/{number}").shuffled(known)[:each], key=list(known).index)
        questions = [(name, drawn(known[name], seed)) for name in names]
        told = [(name, objectives[one.objective - 1], one) for name, one in questions]
        found.append((number, chapters.title(chapter), told))
    return found
