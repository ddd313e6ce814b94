"""Each notebook runs from a fresh kernel and prints what it printed when it was committed."""

import functools
import re

import nbformat
import pytest
import pytest_notebook.execution
from builder.execution import fingerprint, kernel_settings
from course import CHAPTERS, ROOT
from jupyter_cache import get_cache

from ketanet import exercises

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


class AsTheBook(pytest_notebook.execution.CoverageNotebookClient):
    """Takes the outputs of the build, where it ran the very same code from a fresh kernel.

    Its cache is named after all that an output depends on, the data behind the opt-in door
    included. Where it lacks this notebook, that is run here.
    """

    def execute(self, **options):
        folder = ROOT / "_build" / ".jupyter_cache" / fingerprint(ROOT)
        if not folder.exists():
            return super().execute(**options)
        try:
            _, ran = get_cache(folder).merge_match_into_notebook(self.nb)
        except KeyError:
            return super().execute(**options)
        for cell, built in zip(self.nb.cells, ran.cells, strict=True):
            if cell.cell_type == "code":
                cell.outputs = [*map(unanswered, built.outputs)]
        return self.nb


def unanswered(output):
    """An output of the book, which tells an answer where a notebook asks for one."""
    if 'class="answer"' in output.get("data", {}).get("text/html", ""):
        return nbformat.v4.new_output("stream", text=exercises.NO_ANSWER + "\n")
    return output


@pytest.fixture(autouse=True)
def kernels_as_in_the_build(monkeypatch, request):
    """Speak to kernels as the build does: it works where the network is cut."""
    anew = request.config.getoption("keep_outputs")
    client = pytest_notebook.execution.CoverageNotebookClient if anew else AsTheBook
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
