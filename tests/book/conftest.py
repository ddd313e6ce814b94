"""What the tests of the book's form share."""

import nbformat
import pytest
from course import CHAPTERS, ROOT


def pytest_addoption(parser):
    parser.addoption(
        "--keep-copy",
        action="store_true",
        help="write the second copy of what no test can work out anew",
    )


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def chapter(request):
    """One chapter, as a notebook; its file name stands in ``metadata.name``."""
    notebook = nbformat.read(request.param, as_version=4)
    notebook.metadata["name"] = request.param.name
    return notebook


@pytest.fixture
def pages():
    """All text that is read: path, and the Markdown of a page or a notebook."""
    found = {path: path.read_text("utf-8") for path in sorted((ROOT / "book").rglob("*.md"))}
    for path in CHAPTERS:
        cells = nbformat.read(path, as_version=4).cells
        captions = [
            cell.metadata.get("mystnb", {}).get("figure", {}).get("caption", "") for cell in cells
        ]
        texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
        found[path] = "\n\n".join(texts + captions)
    return found
