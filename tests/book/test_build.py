"""The build when something is wrong around it: stopped before its end, twice at once, damaged."""

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from builder import execution, restart, unchanged
from course import ROOT
from jupyter_cache.base import CacheBundleIn


@pytest.fixture
def app(tmp_path):
    """What the build's hooks look at, in a folder where one build ended well."""
    made = SimpleNamespace(doctreedir=tmp_path / "read", outdir=tmp_path / "html", _warncount=0)
    restart.begin(made)
    restart.end(made, None)
    os.close(made.lock)
    made.outdir.mkdir()
    for place in (made.doctreedir / "environment.pickle", made.outdir / "page.html"):
        place.touch()
    return made


def kept(app):
    return (app.doctreedir / "environment.pickle").exists() and (app.outdir / "page.html").exists()


def test_after_a_build_that_ended_well_the_next_goes_on(app):
    restart.begin(app)
    assert kept(app)


@pytest.mark.parametrize("how", ["killed", "raised", "warned"])
def test_after_a_build_that_did_not_end_well_the_next_begins_anew(app, how):
    restart.begin(app)
    app._warncount = int(how == "warned")
    if how != "killed":
        restart.end(app, ValueError() if how == "raised" else None)
    os.close(app.lock)
    restart.begin(app)
    assert not kept(app)


@pytest.mark.skipif(os.name != "posix", reason="files are locked on POSIX alone")
def test_a_second_build_in_the_folder_waits_and_says_so(app):
    restart.begin(app)
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'book' / '_ext')!r})\n"
        "from types import SimpleNamespace\nfrom builder import restart\n"
        f"restart.begin(SimpleNamespace(doctreedir={str(app.doctreedir)!r}, outdir='-'))\n"
        "print('begun', file=sys.stderr)"
    )
    second = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    assert "another build works in this folder" in second.stderr.readline()
    assert second.poll() is None
    os.close(app.lock)
    assert second.stderr.readline() == "begun\n"
    assert second.wait() == 0


@pytest.fixture
def filled(tmp_path):
    """A cache that holds one notebook, and that notebook."""
    cell = nbformat.v4.new_code_cell("print(1)")
    cell.outputs = [nbformat.v4.new_output("stream", text="1\n")]
    notebook = nbformat.v4.new_notebook(cells=[cell])
    cache = execution.open_cache(tmp_path)
    data = {execution.SUM: execution._sum(notebook)}
    cache.cache_notebook_bundle(
        CacheBundleIn(notebook, "toy.ipynb", data=data), check_validity=False
    )
    return tmp_path, notebook


def test_sound_outputs_are_taken(filled, capsys):
    folder, notebook = filled
    assert execution.holds(execution.open_cache(folder), notebook)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("damage", ["altered", "cut", "gone"])
def test_damaged_outputs_are_made_again(filled, capsys, damage):
    folder, notebook = filled
    (place,) = folder.rglob("base.ipynb")
    text = place.read_text("utf-8")
    if damage == "gone":
        place.unlink()
    else:
        place.write_text(text.replace('"1\\n"', '"2\\n"') if damage == "altered" else text[:99])
        assert place.read_text("utf-8") != text
    assert not execution.holds(execution.open_cache(folder), notebook)
    assert capsys.readouterr().err.endswith("of toy.ipynb are damaged: it runs again\n")


@pytest.mark.parametrize("content", [b"", b"no database, but more than a hundred bytes" * 9])
def test_a_damaged_cache_is_emptied(filled, capsys, content):
    folder, notebook = filled
    (folder / "global.db").write_bytes(content)
    assert not execution.holds(execution.open_cache(folder), notebook)
    assert "Traceback" not in capsys.readouterr().err


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A folder with a source, a built page, and the note that both belong together."""
    monkeypatch.setattr(unchanged, "ROOT", tmp_path)
    for name in ("book/page.md", "_build/html/page.html"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("as it was")
    return tmp_path


def alter(folder, monkeypatch, what):
    """Change one thing that the book depends on."""
    if what == "data behind the door":
        monkeypatch.setattr(unchanged.restricted, "here", lambda name: True)
    elif what == "an address":
        monkeypatch.setenv("BOOK_URL", "https://other.test")
    elif what == "a browser":
        monkeypatch.setattr(unchanged.shutil, "which", lambda name: None)
    elif what == "a new source":
        (folder / "book" / "new.md").touch()
    elif what == "a source":
        place = folder / "book" / "page.md"
        told = place.stat()
        place.write_text("as it is ")
        os.utime(place, ns=(told.st_atime_ns, told.st_mtime_ns))  # as if nobody had touched it
    elif what == "a page of the site":
        (folder / "_build" / "html" / "page.html").write_text("as it IS ")
    else:
        (folder / "_build" / "html" / "page.html").unlink()


@pytest.mark.parametrize(
    "what",
    ["a source", "a new source", "a page of the site", "a page gone", "an address", "a browser",
     "data behind the door"],
)  # fmt: skip
def test_the_book_is_left_alone_only_when_nothing_has_changed(built, monkeypatch, what):
    if what == "a browser":
        monkeypatch.setattr(unchanged.shutil, "which", lambda name: Path(name))
    before = unchanged.state()
    assert unchanged.state() == before
    alter(built, monkeypatch, what)
    assert unchanged.state() != before


def test_what_is_compiled_or_hidden_counts_for_nothing(built):
    before = unchanged.state()
    for name in ("ketanet/__pycache__/x.pyc", ".venv/x", ".git/index"):
        (built / name).parent.mkdir(parents=True)
        (built / name).touch()
    assert unchanged.state() == before
