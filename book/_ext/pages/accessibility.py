"""The ``criteria`` directive: what WCAG asks for, and which tests hold it here.

A test says which criteria it holds by a mark, ``@pytest.mark.wcag("1.1.1")``; the page is made
from these marks, so it claims nothing that no test holds.
"""

import ast
from pathlib import Path

import yaml
from sphinx.util.docutils import SphinxDirective

from pages import render

TESTS = Path(__file__).parents[3] / "tests"
CRITERIA = Path(__file__).parents[2] / "accessibility.yml"


def criteria():
    """The criteria as dicts, each with the tests that hold it, as sentences, by folder."""
    held = marks()
    return [{**one, "tests": held.get(one["number"], [])} for one in read()]


def read():
    """The criteria of ``book/accessibility.yml``, their numbers as text."""
    return yaml.load(CRITERIA.read_text("utf-8"), Loader=yaml.BaseLoader)


def marks(folder=TESTS):
    """Which tests hold which criterion.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    dict of str to list of str
        Sentences, as "axe finds nothing", by the number of the criterion.
    """
    found = {}
    for path in sorted(folder.rglob("test_*.py")):
        for one in ast.parse(path.read_text("utf-8")).body:
            for mark in getattr(one, "decorator_list", []):
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.wcag":
                    said = one.name.removeprefix("test_").replace("_", " ")
                    for number in mark.args:
                        found.setdefault(number.value, []).append(said)
    return found


class Criteria(SphinxDirective):
    """``{criteria}``: one table of them all; ``counts``: one sentence; ``open``: what is left."""

    optional_arguments = 1

    def run(self):
        self.env.note_dependency(str(CRITERIA))
        for path in TESTS.rglob("test_*.py"):
            self.env.note_dependency(str(path))
        only = self.arguments[0] if self.arguments else ""
        text = render("criteria.myst", criteria=criteria(), only=only)
        return self.parse_text_to_nodes(text)


def setup(app):
    app.add_directive("criteria", Criteria)
