"""Make ``_static/live-python.js``: all that a page needs to run Python, loaded at the first click.

MicroPython comes as published, from the data parcels. With it go the package's modules that the
live cells import, in the same words without their docstrings, and its kernels as JavaScript.
It is one classic script, so that it loads from a disk too.
"""

import ast
import base64
import gzip
import importlib
import inspect
import json

import nbformat

from ketanet import sources
from live import kernels

PROGRAM = "microdriver/public/mpy/micropython"
LICENCE = "microdriver-0.0.6.dist-info/licenses/LICENSE"
PLACES = (  # in MicroPython's own script, and how often
    ("import.meta.url", "self.location.href", 4),  # a module knows its address, a script here not
    ("export default _createMicroPythonModule;export async ", "async ", 1),
    ("let Module={locateFile", "let Module={wasmBinary:options.wasmBinary,locateFile", 1),
)


class LiveError(ValueError):
    """A live cell, or what it runs on, is not as it must be."""


def cells(notebooks):
    """The live cells of some notebooks.

    Parameters
    ----------
    notebooks : iterable of pathlib.Path

    Returns
    -------
    dict of str to list of str
        The code of the live cells, by the name of their notebook.
    """
    found = {}
    for path in sorted(notebooks):
        for cell in nbformat.read(path, as_version=4).cells:
            if "live" in cell.metadata.get("tags", []):
                found.setdefault(path.stem, []).append(cell.source)
    return found


def imported(code):
    """Names of the package's modules that some Python imports."""
    names = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.ImportFrom(module="ketanet"):
                names += [alias.name for alias in node.names]
            case ast.ImportFrom(module=str() as module) if module.startswith("ketanet."):
                names.append(module.removeprefix("ketanet."))
    return names


def modules(sources_of_cells):
    """The package's modules that some cells need, each after those that it needs itself.

    Parameters
    ----------
    sources_of_cells : iterable of str

    Returns
    -------
    list of module
        `ketanet.draw` is left out: in the page it is another.
    """
    found = {}

    def take(code):
        for name in imported(code):
            if name not in found and name != "draw":
                module = importlib.import_module(f"ketanet.{name}")
                take(inspect.getsource(module))
                found[name] = module

    for code in sources_of_cells:
        take(code)
    return list(found.values())


def bare(module):
    """The lines of a module without what is for readers: docstrings, and kernels' bodies."""
    tree = ast.parse(inspect.getsource(module))
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            node.body = [one for one in body if not _is_text(one)] or [ast.Pass()]
        if kernels.is_kernel(node):
            node.body = [ast.Pass()]
    return ast.unparse(tree) + "\n"


def _is_text(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def micropython():
    """MicroPython's script, for a worker that was not loaded from any address."""
    script = sources.path(f"{PROGRAM}.mjs").read_text("utf-8")
    for old, new, times in PLACES:
        if script.count(old) != times:
            raise LiveError(f"MicroPython's script does not hold {old!r} {times} times")
        script = script.replace(old, new)
    # Its top-level await is for another surrounding; a classic script has none.
    start = f"const starting = (async () => {{ {script}\nreturn loadMicroPython; }})();\n"
    return start + "const loadMicroPython = async (options) => (await starting)(options);\n"


def bundle(root):
    """The whole file.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the book.

    Returns
    -------
    str
    """
    here = root / "book" / "_live"
    used = modules(
        code for one in cells((root / "notebooks").glob("*.ipynb")).values() for code in one
    )
    translated, _ = kernels.javascript(*used)
    files = {f"/ketanet/{module.__name__.partition('.')[2]}.py": bare(module) for module in used}
    files |= {"/ketanet/__init__.py": "", "/ketanet/draw.py": (here / "draw.py").read_text("utf-8")}
    files |= {f"/{name}.py": (here / f"{name}.py").read_text("utf-8") for name in SHIMS}
    worker = (here / "worker.js").read_text("utf-8")
    parts = {
        "script": micropython() + translated + worker,
        "wasm": base64.b64encode(_small(sources.path(f"{PROGRAM}.wasm").read_bytes())).decode(),
        "files": files,
    }
    told = sources.path(LICENCE).read_text("utf-8").partition("Permission")
    licence = f"Copyright (c) 2013-2026 Damien P. George and others\n\n{told[1]}{told[2]}".strip()
    return f"/*! MicroPython 1.28, the MIT License\n\n{licence}\n*/\n" + enclosed(
        f"const livePython = {json.dumps(parts, ensure_ascii=False)};\n"
        + scripts(root, "elements", "plot", "cell")
    )


def scripts(root, *names):
    """The course's own scripts of these names, one after the other."""
    return "".join((root / "book" / "_live" / f"{name}.js").read_text("utf-8") for name in names)


def enclosed(script):
    """A script whose names are its own: two such files share a page."""
    return f"(() => {{\n{script}}})();\n"


SHIMS = ("numpy", "numba", "start")
"""What MicroPython lacks, and what is run first."""


def _small(content):
    return gzip.compress(content, mtime=0)
