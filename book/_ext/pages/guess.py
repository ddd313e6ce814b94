"""Guesses: ``{guess}`` asks before a result is shown, ``{guess-check}`` sets the two side by side.

Both are plain parts of the page: a form to tick, on paper too, and a table with an empty column.
``_static/guess.js`` keeps what was ticked in the reader's browser and fills that column.
"""

import re

from docutils.parsers.rst import directives

from pages.forms import FormError
from pages.tags import TagDirective

ROW = re.compile(r"([\w-]+):\s+(\S.*)")


def rows(lines):
    """The text of each line, as "dmn: Default mode network", by its id."""
    found = {}
    for line in filter(None, map(str.strip, lines)):
        parts = ROW.fullmatch(line)
        if not parts or parts[1] in found:
            raise FormError(f"{parts[1]} stands twice" if parts else f"{line!r} has no id")
        found[parts[1]] = parts[2]
    return found


def option_of(text, options):
    """The option with which a text begins; the longest, should one begin like another."""
    for option in sorted(options, key=len, reverse=True):
        if re.match(rf"{re.escape(option)}(?!\w)", text):
            return option
    raise FormError(f"{text!r} does not begin with one of: {', '.join(options)}")


class Guess(TagDirective):
    """``{guess} name``: a form; each row offers the ``:options:``."""

    has_content = True
    option_spec = {"options": directives.unchanged}  # noqa: RUF012

    def run(self):
        name, [kind] = self.arguments[0], self.option_spec
        try:
            if not (words := self.options.get(kind)):
                raise FormError(f":{kind}: is missing")
            guesses = self.env.temp_data.setdefault("guesses", {})  # of this page
            return self.show(name, [word.strip() for word in words.split(",")], guesses)
        except FormError as error:
            raise self.error(f"{{{self.name}}} {name}: {error}") from None

    def show(self, name, options, guesses):
        if name in guesses:
            raise FormError("stands twice on this page")
        guesses[name] = rows(self.content), options
        return self.from_template("guess.html", name=name, asked=guesses[name][0], options=options)


class Check(Guess):
    """``{guess-check} name``: the same rows, with the guess and what is in the ``:columns:``."""

    option_spec = {"columns": directives.unchanged}  # noqa: RUF012

    def show(self, name, columns, guesses):
        if name not in guesses:
            raise FormError(f"no {{guess}} {name} stands before it on this page")
        (asked, options), results = guesses[name], rows(self.content)
        if strangers := asked.keys() ^ results.keys():
            raise FormError(f"in the guess or here, not in both: {', '.join(sorted(strangers))}")
        for row, text in results.items():
            cells = [cell.strip() for cell in text.split("|")]
            if len(cells) != len(columns):
                raise FormError(f"{row}: {len(cells)} cells, {len(columns)} columns")
            results[row] = [(option_of(cell, options), cell) for cell in cells]
        return self.from_template(
            "guess-check.html", name=name, asked=asked, columns=columns, results=results
        )


def setup(app):
    app.setup_extension("pages.tags")
    app.add_directive("guess", Guess)
    app.add_directive("guess-check", Check)
