"""``{predict} name``: a guess before a result is seen, of a figure or of a live cell.

The content is the question. ``:shows:`` names the figure that waits for the guess; without it the
guess is for the live cell that follows. ``_static/live.js`` sets the guess beside the answer.
"""

import re

from docutils.parsers.rst import directives
from pages.forms import FormError
from pages.tags import TagDirective

KINDS = ("number", "choice", "curve")
BOX = re.compile(
    r"^```\{predict\} (?P<name>\S+)\n(?P<options>(?::[\w-]+: [^\n]*\n)+)(?P<question>.*?)\n```$",
    re.M | re.S,
)
"""The form as an author writes it."""

CHANGE = re.compile(r"(\S.*?) -> (\S.*)")


def words(text):
    """What stands between bars, as "silent | tonic | burst"."""
    return [word.strip() for word in text.split("|")]


class Predict(TagDirective):
    """A box with a field for a number, some choices, or a curve to draw."""

    has_content = True
    option_spec = {  # noqa: RUF012
        "kind": lambda value: directives.choice(value, KINDS),
        "unit": directives.unchanged,
        "within": float,
        "options": words,
        "across": directives.unchanged_required,
        "low": float,
        "high": float,
        "answer": directives.unchanged_required,
        "shows": directives.unchanged_required,
        "change": directives.unchanged_required,
    }

    def run(self):
        name = self.arguments[0]
        try:
            return self.show(name, **self.options)
        except FormError as error:
            raise self.error(f"{{predict}} {name}: {error}") from None

    def show(
        self, name, *, kind=None, unit="", within=0.0, options=(), across="", low=0.0, high=1.0,
        answer="", shows="", change="",
    ):  # fmt: skip
        names = self.env.temp_data.setdefault("predicted", set())  # on this page
        if name in names:
            raise FormError("stands twice on this page")
        names.add(name)
        if kind is None:
            raise FormError(f":kind: is one of {', '.join(KINDS)}")
        if kind != "number" and len(options) < 2:
            raise FormError(":options: needs two or more, with | between them")
        if kind == "choice" and "{glue" not in answer and answer not in options:
            raise FormError(f"the answer {answer!r} is not among the options")
        if not answer:
            raise FormError(":answer: is missing")
        if shows and kind == "curve":
            raise FormError("a curve can be compared with a live cell alone")
        if not shows and not CHANGE.fullmatch(change):
            raise FormError(
                ":change: says which line of the cell becomes which, as 'a = 1 -> a = 2'"
            )
        question = " ".join(self.content)
        return self.from_template(
            "predict.html", name=name, kind=kind, unit=unit, within=within, options=options,
            low=low, high=high, across=across, answer=answer, shows=shows, question=question,
            change=change.replace("->", "into"),
        )  # fmt: skip


def setup(app):
    app.setup_extension("pages.tags")
    app.add_directive("predict", Predict)
