"""Kernels that are forked: as fresh as new ones, and gone when nobody needs them."""

import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from builder import execution
from course import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks kernels")


def run(*sources):
    """What each cell printed, in one new kernel."""
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, sources)])
    done = execution._run(ROOT / "toy.ipynb", notebook, timeout=60)
    assert done.err is None, done.exc_string
    return ["".join(output.get("text", "") for output in cell.outputs) for cell in done.nb.cells]


def test_a_kernel_is_forked_and_knows_nothing_of_another(monkeypatch):
    monkeypatch.setenv("KETANET_TOY", "yes")
    tell = "import os; print(os.getppid(), os.environ.get('KETANET_TOY'), 'left' in dir())"
    change = "import os, numpy; left = numpy.left = os.environ['KETANET_LEFT'] = '1'"
    parent, _ = execution.nursery()
    assert run(change, tell)[1].split() == [str(parent.pid), "yes", "True"]
    monkeypatch.delenv("KETANET_TOY")
    again = run(tell, "import numpy; print('left' in dir(numpy), 'KETANET_LEFT' in os.environ)")
    assert again[0].split() == [str(parent.pid), "None", "False"]
    assert again[1].split() == ["False", "False"]


def test_the_libraries_are_loaded_and_chance_is_not_shared():
    loaded = (
        "import sys; print('nilearn.plotting' in sys.modules, 'ketanet.figures' in sys.modules)"
    )
    assert run(loaded)[0].split() == ["True", "True"]
    draw = "import random, numpy; print(random.random(), numpy.random.rand())"
    one, two = (run(draw)[0].split() for _ in range(2))
    assert one[0] != two[0] and one[1] != two[1]


BUILD = """
import sys
from pathlib import Path

import nbformat

extensions, place = sys.argv[1:]
sys.path.insert(0, extensions)
from builder import execution

cell = f"import os, pathlib, time; pathlib.Path({place!r}).write_text(str(os.getpid()))"
cells = [nbformat.v4.new_code_cell(text) for text in (cell, "time.sleep(100)")]
execution._run(Path(place), nbformat.v4.new_notebook(cells=cells), timeout=200)
"""


def test_a_kernel_ends_when_the_build_is_killed(tmp_path):
    place = tmp_path / "pid"
    words = [sys.executable, "-c", BUILD, ROOT / "book" / "_ext", place]
    build = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    wait_for(lambda: place.exists() and place.read_text())
    kernel = Path("/proc", place.read_text())
    assert kernel.exists()
    build.kill()
    build.wait()
    wait_for(lambda: not kernel.exists())


def wait_for(seen, seconds=60):
    """Until something is seen, or the test fails."""
    end = time.monotonic() + seconds
    while not seen():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def test_a_nursery_that_cannot_start_is_told(monkeypatch):
    class Ended:
        def poll(self):
            return 1

    monkeypatch.setattr(execution, "nursery", lambda: (Ended(), Path("/nowhere")))
    with pytest.raises(RuntimeError, match="loads the libraries for all kernels has ended"):
        execution.ForkedKernel().format_kernel_cmd()
    assert os.environ.get("KETANET_LEFT") is None
