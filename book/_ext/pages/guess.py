"""Guesses: ``{guess}`` asks before a result is shown, ``{guess-check}`` sets the two side by side.

Both are plain parts of the page: a form to tick, on paper too, and a table with an empty column.
``_static/guess.js`` keeps what was ticked in the reader's browser and fills that column.
"""

import re

from docutils import nodes
from docutils.parsers.rst import directives

from pages.tags import TextDirective, tag

ROW = re.compile(r"([\w-]+):\s+(\S.*)")


class GuessError(ValueError):
    """A guess breaks its form; the message names the fault."""


def rows(lines):
    """What stands on each line of a guess or of its check.

    Parameters
    ----------
    lines : iterable of str
        As "dmn: Default mode network".

    Returns
    -------
    dict of str to str
        The text by its id, in the order of the lines.

    Raises
    ------
    GuessError
        For a line of another form, and for an id that stands twice.
    """
    found = {}
    for line in filter(None, map(str.strip, lines)):
        parts = ROW.fullmatch(line)
        if not parts or parts[1] in found:
            raise GuessError(f"{parts[1]} stands twice" if parts else f"{line!r} has no id")
        found[parts[1]] = parts[2]
    return found


def option_of(text, options):
    """The option with which a text begins; the longest, should one begin like another."""
    for option in sorted(options, key=len, reverse=True):
        if re.match(rf"{re.escape(option)}(?!\w)", text):
            return option
    raise GuessError(f"{text!r} does not begin with one of: {', '.join(options)}")


class Asking(TextDirective):
    """What both directives share: a name, words with commas between them, and rows."""

    required_arguments = 1
    has_content = True

    def run(self):
        name, [kind] = self.arguments[0], self.option_spec
        try:
            if not (words := self.options.get(kind)):
                raise GuessError(f":{kind}: is missing")
            guesses = self.env.temp_data.setdefault("guesses", {})  # of this page
            shown = [*self.show(name, [word.strip() for word in words.split(",")], guesses)]
        except GuessError as error:
            raise self.error(f"{{{self.name}}} {name}: {error}") from None
        return [tag("div", *shown, class_=self.name, id=f"{self.name}-{name}", data_guess=name)]


class Guess(Asking):
    """``{guess} name``: a form; each row offers the ``:options:``."""

    option_spec = {"options": directives.unchanged}  # noqa: RUF012

    def show(self, name, options, guesses):
        if name in guesses:
            raise GuessError("stands twice on this page")
        guesses[name] = asked, _ = rows(self.content), options
        for row, text in asked.items():
            group = {"type": "radio", "name": f"{name}-{row}", "data_row": row}
            choices = [
                tag("label", tag("input", **group, value=option), tag("span", nodes.Text(option)))
                for option in options
            ]
            legend = tag("legend", *self.inline(text))
            yield tag("fieldset", legend, tag("div", *choices, class_="choices"))
        where = nodes.Text("Your guesses are kept in this browser and are sent nowhere. ")
        forget = tag("button", nodes.Text("Forget my guesses"), type="button")
        yield tag("p", where, forget, class_="guess-tools", hidden="")  # the script shows it


class Check(Asking):
    """``{guess-check} name``: the same rows, with the guess and what is in the ``:columns:``."""

    option_spec = {"columns": directives.unchanged}  # noqa: RUF012

    def show(self, name, columns, guesses):
        if name not in guesses:
            raise GuessError(f"no {{guess}} {name} stands before it on this page")
        (asked, options), results = guesses[name], rows(self.content)
        if strangers := asked.keys() ^ results.keys():
            raise GuessError(f"in the guess or here, not in both: {', '.join(sorted(strangers))}")
        lines = []
        for row, text in asked.items():
            cells = [tag("td", *self.inline(cell)) for cell in results[row].split("|")]
            if len(cells) != len(columns):
                raise GuessError(f"{row}: {len(cells)} cells, {len(columns)} columns")
            for cell in cells:
                cell["html"]["data-option"] = option_of(cell.astext(), options)
            guess = tag("td", class_="your-guess")
            what = tag("th", *self.inline(text), scope="row")
            lines.append(tag("tr", what, guess, *cells, data_row=row))
        heads = ("what", "your guess", *columns)
        heads = [tag("th", *self.inline(head), class_="head", scope="col") for head in heads]
        table = tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *lines), class_="table")
        yield tag("div", table, class_="table-wrapper")
        # Silent until it is in sight: a listener would hear the results while still guessing.
        score = tag("span", role="status", aria_live="off")
        back = tag("a", nodes.Text("Back to your guesses"), href=f"#guess-{name}")
        yield tag("p", score, nodes.Text(" "), back, class_="guess-score")


def setup(app):
    app.setup_extension("pages.tags")
    app.add_directive("guess", Guess)
    app.add_directive("guess-check", Check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
