"""What a chapter holds, read from its notebook: its objectives, its exercises, its parts."""

import functools
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[3]
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))

EXERCISE = re.compile(r"^### Exercise (\d+): (.+)$", re.M)
SERVES = re.compile(r"^\*Objectives? ([\d, and]+)\.\*$", re.M)


@functools.cache
def read(path):
    """One chapter as it stands in the repository; not to be changed."""
    return nbformat.read(path, 4)


def prose(chapter):
    """The Markdown of a chapter; what is hidden on its page is left out.

    Parameters
    ----------
    chapter : nbformat.NotebookNode

    Returns
    -------
    str
    """
    shown = (cell for cell in chapter.cells if cell.cell_type == "markdown" and on_page(cell))
    return "\n\n".join(cell.source for cell in shown)


def on_page(cell):
    """Whether a cell is on the page of its chapter."""
    return "remove-cell" not in cell.metadata.get("tags", [])


def title(chapter):
    """The heading of a chapter."""
    return re.search(r"^# (.+)$", prose(chapter), re.M)[1]


def part(chapter, name):
    """The text of one of the ten parts, without its heading; empty if there is none."""
    start = rf"^## {re.escape(name)}(?:: [^\n]+)?$"
    found = re.search(rf"{start}(.*?)(?=^## |\Z)", prose(chapter), re.M | re.S)
    return found[1].strip() if found else ""


def objectives(chapter):
    """What a reader will be able to do: a list of sentences, the first is objective 1."""
    start = part(chapter, "Before you start").split("**You need**")[0]
    return [text.rstrip(";.") for text in re.findall(r"^\d+\. (.+)$", start, re.M)]


def exercises(chapter):
    """The exercises of a chapter.

    Returns
    -------
    list of (int, str, list of int)
        Number, title, and the numbers of the objectives that it serves.
    """
    text = part(chapter, "Check yourself")
    starts = list(EXERCISE.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        serves = SERVES.search(text, start.end(), end)
        numbers = [int(number) for number in re.findall(r"\d+", serves[1])] if serves else []
        found.append((int(start[1]), start[2], numbers))
    return found
