"""The cells that run in the page, as their chapters have them, and what they give in CPython."""

import contextlib
import io
from dataclasses import dataclass

import matplotlib.pyplot as plt
import nbformat
import numpy as np
from course import CHAPTERS
from live import predict

from ketanet import draw


@dataclass(frozen=True)
class Cell:
    """A live cell and the guess before it.

    Attributes
    ----------
    chapter, figure : str
        Stem of the notebook, and name of the figure.
    code : str
    guess : dict of str to str
        Options of its ``{predict}``, and its question.
    """

    chapter: str
    figure: str
    code: str
    guess: dict

    @property
    def changed(self):
        """The code after the change that the question asks for."""
        old, new = predict.CHANGE.fullmatch(self.guess["change"]).groups()
        assert self.code.count(old) == 1, f"{self.figure}: {old!r} is not one place of the cell"
        return self.code.replace(old, new)


def guesses(text):
    """The ``{predict}`` boxes of some Markdown: their options, and the question."""
    found = []
    for box in predict.BOX.finditer(text):
        options = dict(line[1:].split(": ", 1) for line in box["options"].splitlines())
        found.append({"name": box["name"], "question": box["question"], **options})
    return found


def _cells():
    for path in CHAPTERS:
        before = ""
        for cell in nbformat.read(path, as_version=4).cells:
            if "live" in cell.metadata.get("tags", []):
                (guess,) = guesses(before)
                yield Cell(path.stem, cell.metadata["mystnb"]["figure"]["name"], cell.source, guess)
            if cell.cell_type == "markdown":
                before = cell.source


CELLS = list(_cells())


def run(code, monkeypatch):
    """Run a cell here.

    Returns
    -------
    dict
        The text it printed, the ``answer`` it sets, what it drew and the words on its axes: as
        the worker of a page tells them.
    """
    found = {"drawn": [], "axes": {}, "error": None}

    def put(kind):
        def draw_it(x, y, label=""):
            x, y = (np.asarray(list(one), float).tolist() for one in (x, y))
            found["drawn"].append({"kind": kind, "label": label, "x": x, "y": y})

        return draw_it

    for kind in ("line", "points", "bars"):
        monkeypatch.setattr(draw, kind, put(kind))
    monkeypatch.setattr(
        draw, "axes", lambda title, x, y: found.update(axes=dict(title=title, x=x, y=y))
    )
    names, text = {}, io.StringIO()
    with contextlib.redirect_stdout(text):
        exec(code, names)
    plt.close("all")
    answer = names.get("answer")
    return found | {
        "text": text.getvalue(),
        "answer": answer if isinstance(answer, str | None) else float(answer),
    }
