"""Change one thing in the package at a time, and see whether its unit tests notice.

Prints each change that they miss and the share that they catch, and fails under 97 %.

No library: those for this are built on rewriting modules as they are imported, which numba's
cache does not see, or bring a database and a server.
"""

import ast
import shutil
import sys

from run import KNOWN, ROOT, draw, pytest, tell

NUMBER, EACH = 150, 5
TESTS = {"_checks": ["networks", "inference", "receptors", "control"]}
"""Modules whose tests bear other names."""

SWAP = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div,
    ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Div, ast.Mod: ast.FloorDiv,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip


def silent(node):
    """Parts that change no result: decorators, and what an error or a repr would say."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.decorator_list
    if isinstance(node, ast.keyword) and node.arg == "repr":
        return [node]
    return [node] if isinstance(node, ast.JoinedStr | ast.Raise) else []


def changes(node):
    """Each way to change a node: (what, to what, the field to set, its value)."""
    value = getattr(node, "value", None)
    if isinstance(node, ast.Constant) and isinstance(value, bool):
        yield value, not value, "value", not value
    elif isinstance(node, ast.Constant) and isinstance(value, int):
        for other in (value + 1, value - 1)[: 2 if value > 0 else 1]:
            yield value, other, "value", other
    elif isinstance(node, ast.Constant) and isinstance(value, float):
        yield value, value * 1.1 or 0.1, "value", value * 1.1 or 0.1
    elif isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            ops = [SWAP[type(op)]() if row == place else one for row, one in enumerate(node.ops)]
            yield type(op).__name__, SWAP[type(op)].__name__, "ops", ops
    elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAP:
        yield type(node.op).__name__, SWAP[type(node.op)].__name__, "op", SWAP[type(node.op)]()
    elif isinstance(node, ast.UnaryOp):  # twice is not at all
        name = type(node.op).__name__
        yield name, "nothing", "operand", ast.UnaryOp(node.op, node.operand)


def sites(tree):
    """Every place to change in a module, with its ways."""
    quiet = {id(x) for n in ast.walk(tree) for s in silent(n) for x in ast.walk(s)}
    return [(n, way) for n in ast.walk(tree) if id(n) not in quiet for way in changes(n)]


def mutants(path):
    """Each mutant of a module: the module, its number, and what it is."""
    source = path.read_text("utf-8")
    for number, (node, (old, new, *_)) in enumerate(sites(ast.parse(source))):
        line = source.splitlines()[node.lineno - 1].strip()
        yield path.stem, number, f"{path.stem}: {line}: {old} -> {new}"


def caught(copy, name, number):
    """Whether the module's tests fail on a mutant."""
    path = ROOT / "ketanet" / f"{name}.py"
    tree = ast.parse(path.read_text("utf-8"))
    node, (_, _, field, value) = sites(tree)[number]
    setattr(node, field, value)
    place = copy / "ketanet" / path.name
    place.write_text(ast.unparse(tree), "utf-8")
    tests = [f"tests/unit/test_{name}.py" for name in TESTS.get(name, [name])]
    try:
        return pytest(copy, *tests)
    finally:
        shutil.copy(path, place)


def main():
    """Draw, run and tell."""
    modules = {path.stem: path for path in sorted((ROOT / "ketanet").glob("*.py"))}
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests/unit").glob("test_*.py")}
    wanted = [path for name, path in modules.items() if name in tested | set(TESTS)]
    every = [list(mutants(path)) for path in wanted]
    total = sum(one[2] not in KNOWN for group in every for one in group)
    return tell(draw(every, NUMBER, EACH), total, caught)


if __name__ == "__main__":
    sys.exit(main())
