"""Write an examination: a sheet, a key with the reasons, and a Moodle file.

``make exam`` calls it. Who has the seed has the answers: the same seed gives the same bytes.
"""

import argparse
import hashlib
import re
import secrets
import sys
from pathlib import Path

from examination import examination, kinds
from pages import chapters, render
from products import handouts

ROOT = Path(__file__).parents[2]
STYLE = ROOT / "book" / "_slides" / "exam.css"
FILES = {
    "sheet.html": "exam-sheet.html",
    "key.html": "exam-key.html",
    "moodle.xml": "exam-moodle.xml",
}
"""What is written, and the template of each."""


def arguments(given):
    """What was asked for; ends with one line that says what is wrong.

    Parameters
    ----------
    given : list of str

    Returns
    -------
    seed : str
    numbers : list of int
        Of chapters, in order.
    each : int
    folder : pathlib.Path
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", default=secrets.token_hex(4), help="a word that nobody guesses")
    parser.add_argument("--chapters", nargs="+", default=[], help="numbers; all if left out")
    parser.add_argument("--each", default="3", help="questions a chapter")
    parser.add_argument("--to", type=Path, help="a folder; _build/exam/<seed> if left out")
    asked = parser.parse_args(given)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,40}", asked.seed):
        sys.exit(f"{asked.seed!r} is no seed: take up to 40 letters, digits and hyphens")
    known = [str(number) for number in range(1, len(chapters.CHAPTERS) + 1)]
    numbers = " ".join(asked.chapters).replace(",", " ").split() or known
    for one in numbers:
        if one not in known:
            sys.exit(f"There is no chapter {one!r}: the chapters are 1 to {known[-1]}")
    numbers = sorted({int(one) for one in numbers})
    most = min(len(kinds(number)) for number in numbers)
    if asked.each not in map(str, range(1, most + 1)):
        sys.exit(f"{asked.each!r} questions a chapter cannot be drawn: there are 1 to {most}")
    folder = asked.to or ROOT / "_build" / "exam" / asked.seed
    return asked.seed, numbers, int(asked.each), folder.expanduser().resolve()


def write(seed, numbers, each, folder):
    """Write the files of an examination.

    Parameters
    ----------
    seed, numbers, each, folder
        As from `arguments`.

    Returns
    -------
    list of pathlib.Path
        What was written.
    """
    asked = examination(seed, numbers, each)
    total = points(asked)
    values = {
        "chapters": asked, "total": total, "seed": seed, "style": STYLE.read_text("utf-8"),
        "mark": hashlib.sha256(seed.encode()).hexdigest()[:4],
    }  # fmt: skip
    pages = {name: render(template, **values) for name, template in FILES.items()}
    key = folder / "key.html"
    if key.exists() and key.read_text("utf-8") != pages[key.name]:
        sys.exit(f"{folder} holds another examination: name another folder with TO=")
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in pages.items():
        page = folder / name
        page.write_text(text, "utf-8")
        written.append(page)
        if page.suffix == ".html" and handouts.browser():
            print_ = page.with_suffix(".pdf")
            print_.unlink(missing_ok=True)
            if handouts.print_page(page, print_):
                written.append(print_)
    return written


def points(asked):
    """All points of an examination."""
    return sum(one.points for _, _, questions in asked for _, _, one in questions)


def main():
    """Write what was asked for, and say where it is."""
    seed, numbers, each, folder = arguments(sys.argv[1:])
    try:
        written = write(seed, numbers, each, folder)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
    print(*written, sep="\n")
    total = points(examination(seed, numbers, each))
    told = ", ".join(map(str, numbers))
    print(f"Chapters {told}: {len(numbers) * each} questions, {total} points")
    if not handouts.browser():
        print("No Chromium was found: print the pages from your browser")
    print(f"Keep the seed to yourself: {seed}. It makes the same examination again.")


if __name__ == "__main__":
    main()
