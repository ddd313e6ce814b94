"""Run the notebooks that students handed in, and tell for each exercise what its check said.

``make grade FROM=handed-in`` calls it. It runs what others wrote.
"""

import argparse
import csv
import re
import sys
from pathlib import Path

import nbformat
from builder.execution import kernel_settings
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from pages import chapters
from products.notebooks import ANSWER

from ketanet.exercises import NO_ANSWER

SECONDS = 120
"""How long one cell may take; the longest of a chapter takes some ten."""
CHECK = re.compile(r"^check\(.*", re.M | re.S)


def exercises(chapter):
    """The cells that check an answer: what each calls at its end, by number and name of the cell.

    Parameters
    ----------
    chapter : nbformat.NotebookNode

    Returns
    -------
    dict of (int, str) to str
    """
    found = {}
    for cell in chapter.cells:
        if cell.cell_type == "code" and (answer := ANSWER.search(cell.source)):
            number = int(answer["solution"].rpartition("_")[2])
            found[number, cell.id] = CHECK.search(cell.source)[0].strip()
    return found


def said(cell, check):
    """In a word, what the check of one exercise said.

    Parameters
    ----------
    cell : nbformat.NotebookNode or None
        As it ran; None if it is not there.
    check : str
        What it should call.
    """
    if cell is None:
        return "missing"
    if check not in cell.source:
        return "changed"
    if any(output.output_type == "error" for output in cell.outputs):
        return "failed"
    lines = "".join(output.get("text", "") for output in cell.outputs).splitlines()
    if not lines:
        return "not run"
    return {"Right.": "right", NO_ANSWER: "empty"}.get(lines[-1], "wrong")


def grade(path):
    """Run one notebook.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict of str to object
        "notebook"; "chapter"; "right", how many are, "of" how many; for each exercise a word;
        and "remark", if something came in between.
    """
    row = {"notebook": path.name}
    try:
        notebook = nbformat.read(path, 4)
    except Exception as error:  # whatever a broken file can be
        return row | {"remark": f"cannot be read: {type(error).__name__}"}
    cells = {cell.get("id"): cell for cell in notebook.cells if cell.cell_type == "code"}
    title = re.compile(r"^# (.+)$", re.M)
    titles = {chapters.title(chapters.read(one)): one for one in chapters.CHAPTERS}
    heads = [title.search(cell.source) for cell in notebook.cells if cell.cell_type == "markdown"]
    known = next((titles[one[1]] for one in heads if one and one[1] in titles), None)
    if known is None:
        return row | {"remark": "no chapter has its title"}
    row["chapter"] = int(known.stem[:2])
    try:
        with kernel_settings() as settings:
            NotebookClient(
                notebook, timeout=SECONDS, allow_errors=True, kernel_name="python3",
                resources={"metadata": {"path": str(path.parent)}}, config=settings,
            ).execute()  # fmt: skip
    except CellTimeoutError:
        row["remark"] = f"stopped: a cell took more than {SECONDS} s"
    except DeadKernelError:
        row["remark"] = "stopped: its kernel died"
    words = {number: said(cells.get(name), check)
             for (number, name), check in exercises(chapters.read(known)).items()}  # fmt: skip
    row |= {"right": list(words.values()).count("right"), "of": len(words)}
    return row | {f"exercise {number}": word for number, word in words.items()}


def main():
    """Grade a folder, and write the table beside what was handed in."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder.expanduser()
    if not (found := sorted(folder.glob("*.ipynb"))):
        sys.exit(f"{folder} holds no notebook: FROM=folder names where they are")
    rows = []
    for path in found:
        rows.append(row := grade(path))
        score = f"{row['right']} of {row['of']} right" if "of" in row else ""
        words = "; ".join(f"{name} {word}" for name, word in row.items() if "exercise" in name)
        print(
            f"{path.name}: {', '.join(filter(None, [score, words, row.get('remark')]))}", flush=True
        )
    most = max(rows, key=lambda row: row.get("of", 0))
    names = ["notebook", "chapter", "right", "of", *[n for n in most if "exercise" in n], "remark"]
    with (folder / "grades.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        writer.writerows(rows)
    print(folder / "grades.csv")


if __name__ == "__main__":
    main()
