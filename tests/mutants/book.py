"""Change one thing in the book at a time, and see whether the tests of its form notice.

Prints each change that they miss, the share that they catch of each kind and of all, and
fails under 97 %. ``tests/book`` judges first; a changed cell is then run. No site is built.

What no test could notice is not drawn: words of a sentence, an alt text or a title that become
other words. Of those its numbers, its citations and where it links are held.
"""

import ast
import functools
import itertools
import multiprocessing
import os
import re
import sys

import nbformat
import pytest
import run
import yaml
from run import KNOWN, ROOT, draw, tell

NUMBER, EACH = 80, 1
QUICK = (
    "links", "sessions", "contents", "glossary", "quizzes", "chapters", "second_copy",
    "bibliography", "guess", "language", "claims", "live_cells",
)  # fmt: skip
"""Those of ``tests/book`` that read the book, the quickest first."""

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([
    "pytest", "nbformat", "jsonschema", "bs4", "pybtex.database", "sphinx.application", "pandas",
    "matplotlib.pyplot", "nilearn.plotting", "nilearn.image", "scipy.signal", "scipy.stats",
    "nbclient", "nbconvert", "jupyter_cache", "PIL.Image", "IPython.display",
])  # fmt: skip

RUN = "what is run: "
"""Kinds of change that no look at the notebook can find begin so."""

DIGITS = re.compile(r"(?<![\w.,/-])\d+(?:,\d{3})*(?:\.\d+)?(?![\w:])")
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")
SENTENCE = re.compile(r"[^\n]+?(?:[.!?](?= [A-Z{*])|$)", re.M)
SPARED = re.compile(
    r"\{[\w:]+\}`[^`]*`|`[^`\n]*`|\]\([^)]*\)|^```.*|^:\w+:.*|^\(.+\)=$|\$[^$]*\$", re.M
)
CHAPTERS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PAGES = sorted((ROOT / "book").rglob("*.md"))
SESSIONS = sorted((ROOT / "book" / "instructor").glob("*.md"))
EVIDENCE = ROOT / "book" / "evidence"
KINDS = {}


def kind(name):
    """A kind of change: a function that yields file, how its text becomes another, and words."""

    def keep(function):
        KINDS[name] = function
        return function

    return keep


def other(number):
    """A number with its last digit changed."""
    last = number[-1]
    return number[:-1] + (str(int(last) + 1) if last != "9" else "8")


def misspelt(word):
    """A word of which one letter is another."""
    return word[:-1] + ("x" if word[-1] != "x" else "y")


def spans(path, pattern, new, within=None, group=0):
    """Changes in a text file: each match of a pattern becomes what `new` makes of it."""
    text = path.read_text("utf-8")
    for whole in within.finditer(text) if within else [re.search(r"\A.*\Z", text, re.S)]:
        for match in re.finditer(pattern, whole[0]):
            start, end = (whole.start() + place for place in match.span(group))
            made = new(text[start:end])
            if made is not None and made != text[start:end]:
                words = f"{path.name}, line {text.count(chr(10), 0, start) + 1}: {text[start:end]}"
                yield path, functools.partial(_put, start, end, made), f"{words} -> {made}"


def _put(start, end, new, text):
    return text[:start] + new + text[end:]


@functools.cache
def cells(path):
    """The cells of a chapter, with their numbers."""
    return list(enumerate(nbformat.read(path, 4).cells))


def edit(path, index, words, change):
    """A change of one cell of a chapter; `change` does it to the cell, or returns "gone"."""

    def make(text):
        notebook = nbformat.reads(text, 4)
        if change(notebook.cells[index]) == "gone":
            del notebook.cells[index]
        return nbformat.writes(notebook) + "\n"

    return path, make, f"{path.name}, cell {index}: {words}"


def source(path, index, start, end, new):
    """The change of some letters of a cell."""
    old = cells(path)[index][1].source

    def change(cell):
        cell.source = old[:start] + new + old[end:]

    before = " ".join(old[max(0, start - 25) : start].split())
    return edit(path, index, f"…{before} {old[start:end]} -> {new}", change)


def told(path, index, field, start, end, new):
    """The change of some letters of a caption or an alt text."""
    part, key = field
    old = cells(path)[index][1].metadata["mystnb"][part][key]

    def change(cell):
        cell.metadata["mystnb"][part][key] = old[:start] + new + old[end:]

    return edit(path, index, f"{key}: {old[start:end] or old[:20]} -> {new}", change)


def tags(cell):
    return cell.metadata.get("tags", [])


def texts(path):
    """All that is read in a chapter: a text, and how to change some of its letters."""
    for index, cell in cells(path):
        if cell.cell_type == "markdown":
            yield cell.source, functools.partial(source, path, index)
        for field in (("figure", "caption"), ("image", "alt")):
            if text := cell.metadata.get("mystnb", {}).get(field[0], {}).get(field[1]):
                yield text, functools.partial(told, path, index, field)


def sentences(cited):
    for path in CHAPTERS:
        for text, put in texts(path):
            spared = SPARED.sub(lambda match: "~" * len(match[0]), text)
            for sentence in SENTENCE.finditer(text):
                if bool(CITED.search(sentence[0])) == cited:
                    for found in DIGITS.finditer(spared[sentence.start() : sentence.end()]):
                        start, end = (sentence.start() + place for place in found.span())
                        yield put(start, end, other(text[start:end]))


def code(tag, wanted=lambda cell: True):
    for path in CHAPTERS:
        for index, cell in cells(path):
            if cell.cell_type == "code" and tag in tags(cell) and wanted(cell):
                yield path, index, cell


def constants(cell, inside):
    """Where the numbers of a cell stand that are part of a node which `inside` accepts."""
    lines = cell.source.splitlines(keepends=True)
    starts = [sum(map(len, lines[:row])) for row in range(len(lines))]
    for node in ast.walk(ast.parse(cell.source)):
        for one in ast.walk(node) if inside(node) else ():
            number = isinstance(one, ast.Constant) and type(one.value) in (int, float)
            if number and cell.source.isascii():
                start = starts[one.lineno - 1] + one.col_offset
                yield start, starts[one.end_lineno - 1] + one.end_col_offset


# Chapters, as they are read


@kind("a number beside a citation")
def _():
    yield from sentences(True)


@kind("a number in another sentence, caption or alt text")
def _():
    yield from sentences(False)


@functools.cache
def keys():
    return sorted(re.findall(r"^@\w+\{(\w+),", (ROOT / "references.bib").read_text("utf-8"), re.M))


def next_key(key):
    return keys()[(keys().index(key) + 1) % len(keys())] if key in keys() else None


def citations(new):
    for path in CHAPTERS:
        for text, put in texts(path):
            for group in CITED.finditer(text):
                for key in re.finditer(r"[\w-]+", group[1]):
                    if made := new(key[0]):
                        start = group.start(1) + key.start()
                        yield put(start, start + len(key[0]), made)


@kind("a citation key, misspelt")
def _():
    yield from citations(misspelt)


@kind("a citation key, that of another work")
def _():
    yield from citations(next_key)


@kind("a glued value, another one in its place")
def _():
    for path in CHAPTERS:
        whole = "".join(text for text, _ in texts(path))
        names = sorted(set(re.findall(r"\{glue:text\}`(\w+)`", whole)))
        for text, put in texts(path):
            for found in re.finditer(r"\{glue:text\}`(\w+)`", text):
                yield put(*found.span(1), names[names.index(found[1]) - 1])


@kind("an alt text, empty")
def _():
    for path in CHAPTERS:
        for index, cell in cells(path):
            if text := cell.metadata.get("mystnb", {}).get("image", {}).get("alt"):
                yield told(path, index, ("image", "alt"), 0, len(text), "")


@kind("a caption without “Simulated.”")
def _():
    for path in CHAPTERS:
        for index, cell in cells(path):
            text = cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "")
            if text.startswith("Simulated. "):
                yield told(path, index, ("figure", "caption"), 0, 11, "")


@kind("a title without “Simulated: ”")
def _():
    for path in CHAPTERS:
        for index, cell in cells(path):
            if cell.cell_type == "code" and (found := re.search(r'"(Simulated: )', cell.source)):
                yield source(path, index, *found.span(1), "")


def without(tag):
    def find():
        for path in CHAPTERS:
            for index, cell in cells(path):
                if tag in tags(cell):
                    yield edit(
                        path, index, f"tag {tag} removed", lambda x: x.metadata.tags.remove(tag)
                    )

    return find


for _tag in ("slide", "instructor", "remove-cell", "solution", "hide-input", "test", "live"):
    KINDS[f"the tag {_tag}, removed"] = without(_tag)


@kind("a note for the lecturer, dropped")
def _():
    for path in CHAPTERS:
        for index, cell in cells(path):
            if "instructor" in tags(cell):
                yield edit(path, index, "note dropped", lambda cell: "gone")


@kind("an objective, dropped")
def _():
    for path in CHAPTERS:
        for index, cell in cells(path):
            if "**You will be able to**" in cell.source:
                start = cell.source.index("**You will be able to**")
                for found in re.finditer(r"^(\d)\. .+\n", cell.source[start:], re.M):
                    rest = cell.source[start + found.end() :]
                    for later in range(int(found[1]) + 1, 6):
                        rest = re.sub(rf"^{later}\. ", f"{later - 1}. ", rest, count=1, flags=re.M)
                    yield source(path, index, start + found.start(), len(cell.source), rest)
                break


@kind("the objective that an exercise serves")
def _():
    for path in CHAPTERS:
        for text, put in texts(path):
            for found in re.finditer(r"^\*Objectives? (\d)", text, re.M):
                yield put(*found.span(1), other(found[1]))


@kind("a stub, answered")
def _():
    for path in CHAPTERS:
        for index, cell in cells(path):
            if found := re.search(r"^\w+ = (None)\b.*\ncheck\(", cell.source, re.M):
                yield source(path, index, *found.span(1), "0.5")


def links(new):
    for path in CHAPTERS:
        for text, put in texts(path):
            for found in re.finditer(r"\]\(([\w./-]+?)(?:\.md|\.ipynb)?\)", text):
                yield put(*found.span(1), new(found[1]))
    for path in PAGES:
        yield from spans(path, r"\]\(([\w./-]+?)(?:\.md|\.ipynb)?\)", new, group=1)


@kind("the target of a link, misspelt")
def _():
    yield from links(misspelt)


@kind("the target of a link, another page")
def _():
    for path in PAGES:
        if path.parent.name == "instructor":
            yield from spans(path, r"\(session-(\d)\.md\)", lambda n: str(int(n) % 9 + 1), group=1)


@kind("a figure that is named, misspelt")
def _():
    for path in CHAPTERS:
        for text, put in texts(path):
            for found in re.finditer(r"(?:\{numref\}`|<)(fig-[\w-]+)", text):
                yield put(*found.span(1), misspelt(found[1]))


@kind("the answer of a guess")
def _():
    for path in CHAPTERS:
        for text, put in texts(path):
            for found in re.finditer(r"^:answer: (.*\d|[a-z]+)$", text, re.M):
                yield put(*found.span(1), other(found[1]) if found[1][-1].isdigit() else "tonic")


@kind("what the scans say of a guess")
def _():
    for path in CHAPTERS:
        for text, put in texts(path):
            for found in re.finditer(
                r"^[a-z]+: (higher|lower), \{|\| (higher|lower), \{", text, re.M
            ):
                group = 1 if found[1] else 2
                yield put(*found.span(group), "lower" if found[group] == "higher" else "higher")


@kind("the claim of a badge")
def _():
    for path in CHAPTERS:
        for text, put in texts(path):
            for found in re.finditer(r"\{claim\}`[a-z]+-(\d)`", text):
                yield put(*found.span(1), other(found[1]))


# Chapters, as they are run


@kind(f"{RUN}a number that was printed")
def _():
    for path in CHAPTERS:
        for index, cell in cells(path):
            for row, output in enumerate(cell.get("outputs", [])):
                for found in DIGITS.finditer(output.get("text", "")):
                    new = other(found[0])
                    text = output.text[: found.start()] + new + output.text[found.end() :]

                    def change(cell, row=row, text=text):
                        cell.outputs[row].text = text

                    yield edit(path, index, f"printed {found[0]} -> {new}", change)


@kind(f"{RUN}an assertion, turned round")
def _():
    for path, index, cell in code("test"):
        for found in re.finditer(r"^assert .*? (<|>|<=|>=|==) ", cell.source, re.M):
            new = {"<": ">", ">": "<", "<=": ">", ">=": "<", "==": "!="}[found[1]]
            yield source(path, index, *found.span(1), new)


@kind(f"{RUN}a number in what is glued")
def _():
    for path, index, cell in code("test"):
        for found in re.finditer(r"^glue\(.*[\[(. ](\d+)[\]). f%].*display", cell.source, re.M):
            yield source(path, index, *found.span(1), other(found[1]))


@kind(f"{RUN}a number in a solution")
def _():
    for path, index, cell in code("solution"):
        for start, end in constants(cell, lambda node: isinstance(node, ast.Module)):
            yield source(path, index, start, end, other(cell.source[start:end]))


@kind("a number in the data of a figure")
def _():
    for path, index, cell in code("hide-input", lambda cell: "pd.DataFrame(" in cell.source):

        def data(node):
            return isinstance(node, ast.Call) and "DataFrame" in ast.dump(node.func)

        for start, end in constants(cell, data):
            yield source(path, index, start, end, other(cell.source[start:end]))


# The ledger, its works and the references

CLAIMS, WORKS, BIB = EVIDENCE / "claims.yml", EVIDENCE / "works.yml", ROOT / "references.bib"
LEVELS = ["human RCT imaging", "human open-label imaging", "animal", "in vitro"]
GRADES = ["serious", "not serious", "not assessed", "very serious"]
VERDICTS = ["supported", "partly supported", "mixed", "speculative", "contradicted"]


def turned(words):
    """The next of some words."""
    return lambda word: words[(words.index(word) + 1) % len(words)] if word in words else None


@kind("a verdict of the ledger")
def _():
    yield from spans(
        CLAIMS, r"^  verdict: \[([\w ]+)", turned(VERDICTS), re.compile("^.*$", re.M), 1
    )


@kind("a level of evidence")
def _():
    levels = re.compile(r"^  level: .*$", re.M)
    yield from spans(CLAIMS, r"(?<=[\[ ])[^\[,\]]+(?=[,\]])", turned(LEVELS), levels)


@kind("a grade of doubt")
def _():
    yield from spans(CLAIMS, r"(?<=grade: )[\w ]+", turned(GRADES))


@kind("a number of the ledger")
def _():
    line = re.compile(r"^ {4,}[^\n:]*$|(?:effect|text|sample): .*$", re.M)
    yield from spans(CLAIMS, DIGITS.pattern, other, line)


@kind("a blank of the ledger")
def _():
    yield from spans(CLAIMS, r"\[\[\w+ (with|without) GSR", turned(["with", "without"]), group=1)


@kind("a citation key of the ledger, misspelt")
def _():
    yield from spans(CLAIMS, r"\w+\d{4}\w*", misspelt, re.compile(r"cite: \[.*\]"))


@kind("a citation key of the ledger, that of another work")
def _():
    works = list(yaml.safe_load(WORKS.read_text("utf-8")))
    yield from spans(CLAIMS, r"\w+\d{4}\w*", turned(works), re.compile(r"cite: \[.*\]"))


@kind("a verdict on a reference of the article")
def _():
    words = ["right", "not found", "wrong record", "error in the record"]
    yield from spans(EVIDENCE / "article_references.yml", r"(?<=  verdict: ).+", turned(words))


@kind("how many people a work had")
def _():
    yield from spans(WORKS, r"(?<=people: )\d+", other)


@kind("the design of a work")
def _():
    words = ["placebo-controlled crossover", "placebo-controlled parallel", "open-label"]
    yield from spans(WORKS, r"(?<=design: ).+", turned(words))


@kind("a DOI")
def _():
    yield from spans(BIB, r"\d(?=[^\d]*\}$)", other, re.compile(r"^  doi .*$", re.M))


@kind("the year of a reference")
def _():
    yield from spans(BIB, r"\d{4}", other, re.compile(r"^  year .*$", re.M))


@kind("an author of a reference")
def _():
    yield from spans(BIB, r"[A-Z][a-z]{3,}(?=,)", misspelt, re.compile(r"^  author .*$", re.M))


# Quizzes, glossary, search, data, the lecturer's pages


@kind("the right answer of a question")
def _():
    for path in sorted((ROOT / "book" / "quizzes").glob("0*.yml")):
        text = path.read_text("utf-8")
        for block in re.finditer(r"^- id: (.+)\n(?:(?!- id)[^\n]*\n)+", text, re.M):
            flags = [match.span(1) for match in re.finditer(r"right: (true|false)", block[0])]
            right = next(i for i, (a, b) in enumerate(flags) if block[0][a:b] == "true")
            wrong = (right + 1) % len(flags)
            made = block[0]
            for place, new in sorted([(right, "false"), (wrong, "true")], reverse=True):
                made = made[: flags[place][0]] + new + made[flags[place][1] :]
            words = f"{path.name}, {block[1]}: option {right + 1} -> option {wrong + 1}"
            yield path, functools.partial(_put, *block.span(), made), words


@kind("a number of a question")
def _():
    for path in sorted((ROOT / "book" / "quizzes").glob("0*.yml")):
        yield from spans(
            path, DIGITS.pattern, other, re.compile(r"^ {6,}[^`\n]*$|text: [^`\n]*$", re.M)
        )


@kind("the objective of a question")
def _():
    for path in sorted((ROOT / "book" / "quizzes").glob("0*.yml")):
        yield from spans(path, r"(?<=objective: )\d", other)


@kind("an entry of the glossary, dropped")
def _():
    whole = re.compile(r"(?<=:sorted:\n\n).*(?=^:::)", re.M | re.S)
    entry = r"(?m)(?:^\S.*\n)+(?:^(?: .*)?\n)+"
    yield from spans(ROOT / "book" / "glossary.md", entry, lambda text: "", whole)


@kind("where a reader's question is answered")
def _():
    yield from spans(ROOT / "book" / "questions.yml", r"(?<=place: )\S+", misspelt)


@kind("a number of the tables")
def _():
    for path in sorted((ROOT / "ketanet" / "tables").glob("*.csv")):
        found = spans(path, r"(?<=,)-?\d+\.\d+(?=,)", other, re.compile(r"^[^\n]*$", re.M))
        yield from itertools.islice(found, 0, None, 97)  # or most of the draw were of these


@kind("the hash of a data file or of a wheel")
def _():
    for name in ("sources.toml", "restricted.toml"):
        yield from spans(ROOT / "ketanet" / name, r"[0-9a-f](?=[0-9a-f]{63}\")", other_letter)


def other_letter(letter):
    return "1" if letter == "0" else "0"


@kind("a minute of a plan")
def _():
    for path in SESSIONS:
        yield from spans(path, r"(?<=[–:])\d+", other, re.compile(r"^\| \d+[–:].*? \|", re.M))
        yield from spans(path, r"\d+(?= min)", other, re.compile(r"^\d\. .*$", re.M))


@kind("a figure of a plan, misspelt")
def _():
    for path in SESSIONS:
        yield from spans(path, r"(?<=\{numref\}`)[\w-]+", misspelt)


@kind("a figure of a plan, another one")
def _():
    for path in SESSIONS:
        names = sorted(set(re.findall(r"\{numref\}`([\w-]+)", path.read_text("utf-8"))))
        yield from spans(path, r"(?<=\{numref\}`)[\w-]+", turned(names))


@kind("a number of the lecturer's pages")
def _():
    for path in SESSIONS:
        yield from spans(path, DIGITS.pattern, other, re.compile(r"^[A-Z*-][^`(\n]*$", re.M))


def form(copy, out):
    """Judge the form of a copy of the book, in a process that has the libraries already."""
    os.chdir(copy)
    sys.path.insert(0, str(copy))
    os.environ |= {"NUMBA_CACHE_DIR": str(copy / "numba")}
    sys.dont_write_bytecode = True
    with open(out, "w") as stream:
        os.dup2(stream.fileno(), 1)
        os.dup2(stream.fileno(), 2)
        tests = [f"tests/book/test_{part}.py" for part in QUICK]
        sys.exit(pytest.main(["-xq", "-rfE", "-p", "no:cacheprovider", *tests]))


def fails(copy):
    """What is said of a copy whose form is broken; nothing if it is not."""
    process = FORKS.Process(target=form, args=(copy, copy / "said.txt"))
    process.start()
    process.join()
    return (copy / "said.txt").read_text("utf-8") if process.exitcode else ""


def noticed(copy, name, change):
    """The test that fails on a change, or nothing."""
    path, make = change
    place = copy / path.relative_to(ROOT)
    text = path.read_text("utf-8")
    place.write_text(make(text), "utf-8")
    try:
        said = "" if name.startswith(RUN) else fails(copy)
        if not said and path.suffix == ".ipynb":
            said = run.pytest(copy, "tests/notebooks/test_notebooks.py", "-k", path.stem[:3])
        return first(said)
    finally:
        place.write_text(text, "utf-8")


def first(said):
    """The test that failed, by its name."""
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", said, re.M)
    return found[1] if found else said.strip()[-100:]


def main():
    """Draw, run and tell."""
    every = [[(name, (path, make), " ".join(f"{name}: {words}".split())[:160])
              for path, make, words in find()] for name, find in KINDS.items()]  # fmt: skip
    empty = [name for name, group in zip(KINDS, every, strict=True) if not group]
    assert not empty, f"nothing to change: {empty}"
    total = sum(one[2] not in KNOWN for group in every for one in group)
    return tell(draw(every, NUMBER, EACH), total, noticed)


if __name__ == "__main__":
    sys.exit(main())
