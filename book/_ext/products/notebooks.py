"""Student and instructor notebooks, made from the chapters by their tags.

=============  =======================  ==========================
cell           student                  instructor
=============  =======================  ==========================
``solution``   sealed: runs, unreadable open
its check      waits for an answer      answered with the solution
``test``       left out                 left out
``instructor`` left out                 kept
=============  =======================  ==========================
"""

import ast
import copy
import re
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor
from pybtex.database import parse_file
from sphinx.util import logging

from ketanet import __version__
from ketanet.exercises import seal
from products.plain import Writer

logger = logging.getLogger(__name__)

FOLDER = "_downloads"
ANSWER = re.compile(r"^check\(\s*(?P<name>\w+),\s*(?P<solution>solution_\d+)", re.M)
CARE = "This course explains research; it is not medical advice."
HEADS = {
    "student": "Run the cells from top to bottom; they need the course's set-up (`make lab` "
    "in the unpacked zip). The solutions are sealed: run those cells too, so that the checks can "
    "compare. Solutions, and the answers to the quiz, are folded away on "
    "[the page of this chapter]({page}).",
    "instructor": "With solutions, answers and notes: not for handing out.",
}


def make(chapter, writer, kind, page):
    """One notebook for students or for instructors.

    Parameters
    ----------
    chapter : nbformat.NotebookNode
        The chapter as it stands in the repository.
    writer : plain.Writer
    kind : {"student", "instructor"}
    page : str
        Address of the chapter's page, seen from the notebook.

    Returns
    -------
    nbformat.NotebookNode
        Without outputs, with Markdown that needs no extension.
    """
    for_instructors = kind == "instructor"
    drop = {"test"} if for_instructors else {"test", "instructor"}
    notebook = copy.deepcopy(chapter)
    remover = TagRemovePreprocessor(remove_cell_tags=drop)
    for step in (remover, ClearOutputPreprocessor()):
        notebook, _ = step.preprocess(notebook, {})
    cells = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        caption = cell.metadata.get("mystnb", {}).get("figure")
        cell.metadata = {}
        if cell.cell_type == "markdown":
            cell.source = writer.write(cell.source, answers=for_instructors)
        elif "solution" in tags and not for_instructors:
            cell.source = sealed(cell.source)
            cell.metadata = {"jupyter": {"source_hidden": True}}
        elif for_instructors and (answer := ANSWER.search(cell.source)):
            cell.source = answered(cell.source, answer)
        if cell.source:
            cells.append(cell)
        if caption:
            # A figure of data that few may have has a number only where this build drew it.
            label = f"Figure {writer.figures.get(caption['name'], '')}".strip()
            text = f"**{label}.** {writer.write(caption['caption'], for_instructors)}"
            cells.append(nbformat.v4.new_markdown_cell(text, id=f"{cell.id}-caption"))
    head = f"{kind.capitalize()} notebook, version {__version__}. {HEADS[kind].format(page=page)}"
    cells.insert(1, nbformat.v4.new_markdown_cell(f"*{head} {CARE}*", id="head"))
    notebook.cells = cells
    return notebook


def sealed(solution):
    """A cell that computes what the check needs without showing how."""
    return (
        "# The solution, sealed: run this cell, so that the next one can check your answer.\n"
        f'from ketanet.exercises import unseal\n\nexec(unseal("{seal(solution)}"))'
    )


def answered(check, answer):
    """The check cell with the solution put in where the stub waits."""
    return re.sub(
        rf"^{answer['name']} = None\b",
        f"{answer['name']} = {answer['solution']}",
        check,
        flags=re.M,
    )


def executed(app, docname):
    """A chapter as it ran, from the cache."""
    cache = get_cache(app.config.nb_execution_cache_path)
    record = cache.match_cache_notebook(nbformat.read(app.env.doc2path(docname), 4))
    return cache.get_cache_bundle(record.pk).nb


def glued(app, docname):
    """What the code of a chapter glued."""
    run = executed(app, docname)
    values = {}
    for output in (output for cell in run.cells for output in cell.get("outputs", [])):
        name = output.get("metadata", {}).get("scrapbook", {}).get("name")
        if name:
            shown = output.data["application/papermill.record/text/plain"]
            values[name] = ast.literal_eval(shown) if shown[:1] in "'\"" else shown
    return values


def figures(app):
    """Numbers of all figures, as "3.2", by their labels."""
    return {
        label: ".".join(map(str, number))
        for document in app.env.toc_fignumbers.values()
        for label, number in document.get("figure", {}).items()
    }


def write_notebooks(app, error):
    """Make both notebooks of each chapter that this build wrote."""
    if error or app.builder.name != "html":
        return
    bibliography = parse_file(str(Path(app.srcdir) / "references.bib")).entries
    for docname in sorted(app.env.found_docs):
        if not docname.startswith("notebooks/"):
            continue
        source = Path(app.env.doc2path(docname))
        writer = Writer(glued(app, docname), figures(app), bibliography)
        page = f"../../{docname}.html"
        for kind in HEADS:
            target = Path(app.outdir) / FOLDER / kind / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            nbformat.write(make(nbformat.read(source, 4), writer, kind, page), target)


def setup(app):
    app.connect("build-finished", write_notebooks)
