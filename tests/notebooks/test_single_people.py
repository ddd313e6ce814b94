"""Chapter 9 draws single people for those who have the files: here, invented ones."""

import invented
import nbformat
import pytest
from builder.execution import kernel_settings
from course import ROOT
from nbclient import NotebookClient

NEEDED = "Single people need the published files"


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The cells of chapter 9 that hang on the files, run with files of equal shape."""
    folder = tmp_path_factory.mktemp("restricted")
    invented.write(folder)
    path = ROOT / "notebooks" / "09-ketamine-measured.ipynb"
    chapter = nbformat.read(path, 4)
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    last = max(i for i, cell in enumerate(code) if NEEDED in cell.source)
    # The maps on the cortex take most of the time, and no single person is in them.
    cells = [cell for cell in code[: last + 1] if not cell.source.startswith("draw(")]
    accept = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'tests')!r})\n"
        "import invented, pathlib, pytest\n"
        f"invented.accept(pytest.MonkeyPatch(), pathlib.Path({str(folder)!r}))"
    )
    chapter.cells = [nbformat.v4.new_code_cell(accept), *cells]
    with kernel_settings() as settings:
        run = NotebookClient(
            chapter, config=settings, timeout=120, resources={"metadata": {"path": path.parent}}
        ).execute()
    return [cell for cell in run.cells if NEEDED in cell.source]


def test_nothing_is_said_to_be_missing(shown):
    said = "".join(o.get("text", "") for cell in shown for o in cell.outputs)
    assert NEEDED not in said


def test_single_people_are_drawn_and_told(shown):
    figures = [cell for cell in shown if "figures.title(" in cell.source or "figures.people(" in
               cell.source]  # fmt: skip
    assert len(figures) == 2
    for cell in figures:
        told = cell.metadata["mystnb"]
        assert len(told["image"]["alt"]) >= 60
        assert "may not be passed on" in told["figure"]["caption"]
        assert any("image/svg+xml" in o.get("data", {}) for o in cell.outputs), cell.source
