"""Each notebook runs from a fresh kernel and prints what it printed when it was committed."""

import functools
import re

import nbformat
import pytest
import pytest_notebook.execution
from builder.execution import kernel_settings
from course import CHAPTERS

ADDRESS = re.compile(r" at 0x[0-9a-f]+")

# Pictures and tables in HTML are not kept, so a fresh run has them and the repository has not.
IGNORED = (
    "/metadata",
    "/cells/*/execution_count",
    "/cells/*/metadata/execution",
    "/cells/*/outputs/*/execution_count",
    "/cells/*/outputs/*/metadata",
    "/cells/*/outputs/*/data/image/png",
    "/cells/*/outputs/*/data/image/svg+xml",
    "/cells/*/outputs/*/data/text/html",
)


def kept(notebook):
    """What of a run goes into the repository: text outputs, and no trace of the run itself."""
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        cell.execution_count = None
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = None
            if "data" in output:
                output.metadata = {}
                output.data = {
                    kind: ADDRESS.sub("", text) if isinstance(text, str) else text
                    for kind, text in output.data.items()
                    if not kind.startswith("image/") and kind != "text/html"
                }
    return notebook


@pytest.fixture(autouse=True)
def kernels_as_in_the_build(monkeypatch):
    """Speak to kernels as the build does: it works where the network is cut."""
    client = pytest_notebook.execution.CoverageNotebookClient
    with kernel_settings() as settings:
        settled = functools.partial(client, config=settings)
        monkeypatch.setattr(pytest_notebook.execution, "CoverageNotebookClient", settled)
        yield


@pytest.fixture(autouse=True)
def as_on_a_fresh_machine(monkeypatch, tmp_path):
    """What is kept was printed without the restricted data, wherever it is run."""
    monkeypatch.setenv("KETANET_RESTRICTED", str(tmp_path))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_fresh_run_prints_what_is_kept(path, nb_regression, request):
    nb_regression.diff_ignore = IGNORED
    nb_regression.diff_replace = (("/cells/*/outputs/*/data/text/plain", ADDRESS.pattern, ""),)
    nb_regression.diff_use_color = False
    result = nb_regression.check(path, raise_errors=False)

    for cell in result.nb_final.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                first = next(line for line in cell.source.splitlines() if line)
                pytest.fail(
                    f"{path.name}, the cell that begins {first!r}: {output.ename}: {output.evalue}",
                    pytrace=False,
                )
            if output.get("name") == "stderr":
                pytest.fail(f"{path.name} warns: {output.text}", pytrace=False)

    if request.config.getoption("keep_outputs"):
        nbformat.write(kept(result.nb_final), path)
    elif result.diff_filtered:
        pytest.fail(
            f"{path.name} prints something else than the repository keeps "
            f"(if that is right: make outputs)\n{result.diff_string}",
            pytrace=False,
        )
