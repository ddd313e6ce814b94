"""Cells that run in the page, and guesses: what their chapters say, and how they are built."""

import ast
import json
import re
import subprocess
import symtable
import sys
import types

import nbformat
import numpy as np
import onepage
import pytest
from bs4 import BeautifulSoup
from course import CHAPTERS, ROOT
from live import kernels, runtime
from livecells import CELLS, guesses, run
from products.plain import Writer

CHAPTERS_WITH = {"01": 2, "02": 1, "03": 2, "04": 1, "05": 2, "06": 1, "08": 1, "09": 1}
"""How many live cells each chapter has."""


@pytest.fixture(params=CELLS, ids=lambda cell: cell.figure)
def cell(request):
    return request.param


def test_eleven_cells_in_eight_chapters():
    found = [cell.chapter[:2] for cell in CELLS]
    assert {chapter: found.count(chapter) for chapter in found} == CHAPTERS_WITH


def test_a_cell_is_short_and_says_what_it_draws(cell):
    lines = cell.code.splitlines()
    assert len(lines) <= 20 and max(map(len, lines)) <= 80
    assert 'draw.axes("Simulated' in cell.code


def reached(found, guess):
    if guess["kind"] == "choice":
        return found["answer"] == guess["answer"]
    declared = float(guess["answer"].replace("−", "-"))
    return abs(found["answer"] - declared) <= min(
        float(guess["within"]), 0.06 * abs(declared) + 0.01
    )


def test_the_change_leads_to_the_answer_and_nothing_else_does(cell, monkeypatch):
    assert not reached(run(cell.code, monkeypatch), cell.guess), "it is answered before the change"
    assert reached(run(cell.changed, monkeypatch), cell.guess), "the answer of the guess is wrong"


def test_the_question_begins_with_what_the_cell_says(cell, monkeypatch):
    numbers = re.findall(r"-?\d+\.\d+", run(cell.code, monkeypatch)["text"])
    if cell.guess["kind"] == "number" and numbers:
        told = [one.replace("-", "−") for one in numbers]
        assert any(one in cell.guess["question"] for one in told), f"the cell says {told}"


def set_and_read(code, name):
    """Names that a cell sets, and names that it reads before it sets them itself."""
    table = symtable.symtable(code, name, "exec")
    tree = ast.parse(code)
    imported = {
        alias.asname or alias.name.partition(".")[0]: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assigned = {one.get_name() for one in table.get_symbols() if one.is_assigned()}
    first = {}
    for node in sorted(
        (node for node in ast.walk(tree) if isinstance(node, ast.Name)),
        key=lambda node: (node.lineno, isinstance(node.ctx, ast.Store), node.col_offset),
    ):
        first.setdefault(node.id, node.ctx)
    read = {name for name, context in first.items() if isinstance(context, ast.Load)}
    return assigned, read, imported


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_live_cell_leaves_the_names_of_its_chapter_alone(path):
    cells = [one for one in nbformat.read(path, as_version=4).cells if one.cell_type == "code"]
    taken = {}  # names that were set or imported, and what they meant
    for number, cell in enumerate(cells):
        assigned, _, imported = set_and_read(cell.source, path.stem)
        if "live" not in cell.metadata.get("tags", []):
            taken |= {name: "a value" for name in assigned} | imported
            continue
        changed = {name for name in assigned if name in taken} | {
            name for name, module in imported.items() if taken.get(name, module) != module
        }
        later = set()
        fresh = set()
        for other in cells[number + 1 :]:
            sets, reads, imports = set_and_read(other.source, path.stem)
            later |= reads - fresh
            fresh |= sets | set(imports)
        assert not changed & later, f"{path.stem}: the live cell changes {changed & later}"


@pytest.mark.parametrize("path", CHAPTERS[:8], ids=lambda path: path.stem)
def test_a_key_figure_of_each_chapter_waits_for_a_guess(path):
    cells = nbformat.read(path, as_version=4).cells
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    figures = {cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in cells}
    waiting = [guess for guess in guesses(text) if "shows" in guess]
    assert waiting
    for guess in waiting:
        assert guess["shows"] in figures


# The directive

NUMBER = """```{predict} half
:kind: number
:unit: mV
:within: 2
:answer: −9.3
:change: magnesium = 1.0 -> magnesium = 2.0
Where is *half* blocked?
```"""
CHOICE = """```{predict} way
:kind: choice
:options: silent | tonic | burst
:answer: burst
:shows: fig-cell
What does it do?
```"""
CURVE = """```{predict} level
:kind: curve
:options: 10 | 40
:across: minutes
:low: 0
:high: 0.5
:answer: 0.2
:change: length = 40 -> length = 10
Draw it.
```"""


def build(folder, text, kind="html"):
    return onepage.build(folder, text, "live.predict", kind)


def test_a_guess_is_a_field_choices_or_handles(tmp_path):
    text, said = build(tmp_path, "\n\n".join((NUMBER, CHOICE, CURVE)))
    assert said == ""
    half, way, level = BeautifulSoup(text, "html.parser").select(".predict")
    field = half.select_one("input[type=text]")
    assert half.find("label", attrs={"for": field["id"]}).text == "Where is half blocked?"
    assert half["data-change"] == "magnesium = 1.0 into magnesium = 2.0"
    assert half.select_one(".predict-answer").text == "−9.3"
    assert not half.select(".predict-tools")
    choices = way.select("fieldset label > input[type=radio]")
    assert [one["value"] for one in choices] == ["silent", "tonic", "burst"]
    assert way["data-shows"] == "fig-cell" and way.select_one(".predict-tools button")
    handles = level.select("label > input[type=range]")
    assert [one["data-x"] for one in handles] == ["10", "40"]
    assert {(one["min"], one["max"]) for one in handles} == {("0.0", "0.5")}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (NUMBER.replace(":kind: number\n", ""), ":kind: is one of number, choice, curve"),
        (NUMBER.replace(":answer: −9.3\n", ""), ":answer: is missing"),
        (NUMBER.replace("->", "to"), ":change: says which line"),
        (NUMBER.replace(":kind: number", ":kind: picture"), "picture"),
        (CHOICE.replace("silent | tonic | burst", "burst"), "two or more, with | between them"),
        (CHOICE.replace(":answer: burst", ":answer: bursts"), "'bursts' is not among the options"),
        (CURVE.replace(":change: length = 40 -> length = 10", ":shows: fig-cell"), "live cell"),
        (f"{NUMBER}\n\n{NUMBER}", "half: stands twice on this page"),
    ],
)
def test_a_wrong_guess_is_one_line(tmp_path, text, complaint):
    _, said = build(tmp_path, text)
    assert complaint in said
    assert "Traceback" not in said


def test_a_guess_leaves_the_site_in_words():
    plain = Writer({}, {}, {}).write(f"Before.\n\n{NUMBER}\n\n{CHOICE}\n\nAfter.", {})
    assert "{predict}" not in plain and ":answer:" not in plain and "burst ______" not in plain
    assert "**Guess first.** Where is *half* blocked? ______" in plain
    assert "What does it do? (silent, tonic, burst) ______" in plain


# Kernels as JavaScript


def module(monkeypatch, code):
    """A module with one kernel, made from some lines."""
    made = types.ModuleType("toy")
    source = f"@njit(cache=True)\ndef kernel(x, y):\n    {code}\n"
    made.np, made.LIMIT, made.TABLE = np, np.float64(0.5), np.array([1.0, 2.5])
    monkeypatch.setattr(kernels.inspect, "getsource", lambda one: source)
    return made


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("x[0] = y ** 2", "x[0] = (y ** 2);"),
        ("return x[0, 1]", "return x[0][1];"),
        ("return LIMIT + TABLE[1]", "return ((0.5) + [1.0, 2.5][1]);"),
        ("return len(x) // 2", "return Math.floor(x.length / 2);"),
        ("return x.shape[1]", "return x[0].length;"),
        ("return y if y > 0 and not y == 2 else -y", "((y > 0) && (!(y === 2))) ? y : (-y)"),
        ("a, b = x[0], y", "const $1 = x[0], $2 = y;"),
    ],
)
def test_a_line_of_a_kernel_in_javascript(monkeypatch, code, line):
    text, names = kernels.javascript(module(monkeypatch, code))
    assert line in text
    assert names == ["kernel"]


@pytest.mark.parametrize(
    "code",
    [
        "return x @ x", "return x[1:]", "return np.sin(y)", "return [a for a in x]",
        "return other(y)", "return x is y", "return 0 < y < 1", "raise ValueError",
        "return np.argsort(x)",
    ],
)  # fmt: skip
def test_what_cannot_be_translated_is_named(monkeypatch, code):
    with pytest.raises(kernels.KernelError, match=r"toy\.kernel: .* cannot be translated"):
        kernels.javascript(module(monkeypatch, code))


def test_two_kernels_of_one_name_are_refused(monkeypatch):
    toy = module(monkeypatch, "return y")
    with pytest.raises(kernels.KernelError, match="a second kernel kernel"):
        kernels.javascript(toy, toy)


# What goes into the page


def test_a_module_goes_along_without_its_docstrings():
    from ketanet import luck

    text = runtime.bare(luck)
    assert "Box and Muller" not in text and "def strangers" in text
    names = [one.__name__ for one in runtime.modules(["from ketanet import draw, luck"])]
    assert names == ["ketanet._checks", "ketanet.luck"], "each after what it needs"


def test_another_micropython_is_noticed(monkeypatch):
    monkeypatch.setattr(runtime, "PLACES", (*runtime.PLACES, ("no such words", "", 1)))
    with pytest.raises(runtime.LiveError, match="does not hold 'no such words' 1 times"):
        runtime.micropython()


# One number, and what is odd, with the numpy of the page: it turns one number into a plain float
# where numpy keeps an array.
ASKED = (
    "luck.share_within(luck.twice(0.5, people=40)[0], 0.95)",
    "luck.correlation(*luck.twice(0.5, people=40))",
    "luck.studies(0.0, 1.0, 2.5)",
    "luck.strangers([0.1, 0.2])",
    "luck.correlation([1, 1], [1, 2])",
    "mixtures.opposed(3, 0.3, 0.2)",
    "mixtures.spread_out([[0, 1], [1, 0]], 0.5)[0][1]",
    "mixtures.spread_out([[0, 1], [2, 0]], 0.5)",
    "receptors.unblocked(-60)",
    "receptors.half_block_voltage(1.0)",
    "receptors.current(-60.0, 1.0, 2.0)",
    "receptors.shifted_potency(0.3, 1.0, -40.0, 0.5)",
    "receptors.block(1.0, 0.5)",
    "receptors.potency('GluN2A', 'no')",
    "receptors.unblocked(1e6)",
    "receptors.block(-1, 0.5)",
    "pharmacokinetics.micromolar(100.0)",
    "pharmacokinetics.model().level(pharmacokinetics.infusion(), 50)[0]",
    "pharmacokinetics.model().level(5, 50)",
    "pharmacokinetics.Dose('much')",
    "neurons.check_duration(1)",
    "neurons.simulate(-70, step=1)",
    "neurons.simulate(500)",
)
MODULES = ("luck", "mixtures", "receptors", "pharmacokinetics", "neurons")
IN_THE_PAGE = """
import importlib, json, sys, types
if len(sys.argv) > 2:
    sys.path.insert(0, sys.argv[2])
    sys.modules["numba"] = types.SimpleNamespace(njit=lambda **settings: lambda kernel: kernel)
modules = {name: importlib.import_module("ketanet." + name) for name in %r}
def told(asked):
    try:
        return float(eval(asked, modules))
    except Exception as error:
        return type(error).__name__ + ": " + str(error)
print(json.dumps([told(asked) for asked in json.loads(sys.argv[1])]))
"""


def test_the_numpy_of_the_page_takes_one_number_and_refuses_the_odd_as_numpy_does():
    here, page = (
        json.loads(
            subprocess.check_output(
                [sys.executable, "-c", IN_THE_PAGE % (MODULES,), json.dumps(ASKED), *place],
                text=True,
            )
        )
        for place in ((), (ROOT / "book" / "_live",))
    )
    for asked, one, other in zip(ASKED, here, page, strict=True):
        alike = one == other or (type(other) is float and one == pytest.approx(other, rel=1e-9))
        assert alike, f"{asked}: {one} with numpy, {other} in the page"
