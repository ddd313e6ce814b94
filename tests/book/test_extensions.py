"""The small Sphinx extensions of the book."""

import re
import shutil
from types import SimpleNamespace

import datacards
import execution
import explorers
import nbformat
import pytest
import viewers
from course import ROOT
from docutils import nodes

from ketanet import sources


@pytest.fixture
def course(tmp_path):
    """A copy of all that an output depends on besides the notebook."""
    shutil.copytree(ROOT / "ketanet", tmp_path / "ketanet")
    shutil.copy(ROOT / "requirements.txt", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "file", ["ketanet/networks.py", "ketanet/sources.toml", "requirements.txt"]
)
def test_a_change_gives_the_cache_a_new_name(course, file):
    before = execution.fingerprint(course)
    assert execution.fingerprint(course) == before
    with open(course / file, "a") as stream:
        stream.write("# one more line\n")
    assert execution.fingerprint(course) != before


def test_compiled_files_do_not_count(course):
    before = execution.fingerprint(course)
    (course / "ketanet" / "__pycache__").mkdir(exist_ok=True)
    (course / "ketanet" / "__pycache__" / "x.pyc").write_bytes(b"1")
    assert execution.fingerprint(course) == before


def test_a_failed_cell_is_told_in_one_line():
    class Failed(Exception):
        ename, evalue = "ValueError", "no such dose"
        traceback = "An error\n------------------\n\ndose = -1\ncheck(dose)\n------------------\n"

    reason = execution._reason(Failed())
    assert reason == "ValueError: no such dose (in the cell that begins 'dose = -1')"


def test_what_a_cell_prints_in_pieces_is_kept_in_one(tmp_path):
    cell = nbformat.v4.new_code_cell(
        "import sys, time\nprint(1)\nsys.stdout.flush()\ntime.sleep(0.3)\nprint(2)"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    result = execution._run(tmp_path / "toy.ipynb", notebook, timeout=60)
    assert [output.text for output in result.nb.cells[0].outputs] == ["1\n2\n"]


def test_a_kernel_that_died_is_told_in_one_line():
    assert execution._reason(RuntimeError("Kernel\n died")) == "RuntimeError: Kernel died"


def test_a_viewer_loses_its_icon_and_its_random_names():
    one, two = "0123456789abcdef" * 2, "f" * 32
    text = f'<link rel="icon" href="//host/i.png"/><div id="{one}"><a id="{two}"><b for="{one}">'
    assert viewers.tidy(text) == '<div id="view0"><a id="view1"><b for="view0">'


def test_a_viewers_slider_gets_a_name():
    assert 'aria-label="Opacity' in viewers.tidy('<input type="range" min="0">')


@pytest.mark.parametrize("parcel", sources.PARCELS, ids=lambda parcel: parcel.name)
def test_a_data_card_says_all_it_must(parcel):
    card = datacards.card(parcel)
    for wanted in (parcel.origin, parcel.licence, parcel.space, parcel.changed, parcel.version):
        assert wanted in card
    for file, digest in parcel.files.items():
        assert f"{digest}  {file}" in card


@pytest.fixture
def page(tmp_path):
    """A page with two pictures of an explorer, before its pictures leave it."""
    pictures = [f'<img src="data:image/webp;base64,{data}" alt="x">' for data in ("QQ==", "Qg==")]
    doctree = nodes.container()
    doctree += nodes.raw("", f'<fieldset class="explorer">{"".join(pictures)}', format="html")
    doctree += nodes.raw("", pictures[0], format="html")
    app = SimpleNamespace(
        outdir=tmp_path, builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html")
    )
    return app, doctree


def test_an_explorers_pictures_become_files(page):
    app, doctree = page
    explorers.move_out(app, doctree, "notebooks/one")
    moved, left = (node.astext() for node in doctree.findall(nodes.raw))
    files = re.findall(r'<img loading="lazy" src="\.\./_explorers/(\S+)"', moved)
    assert [(app.outdir / "_explorers" / file).read_bytes() for file in files] == [b"A", b"B"]
    assert "base64" not in moved
    assert "base64" in left, "only explorers lose their pictures"


def test_pictures_of_an_older_build_are_swept_away(page):
    app, doctree = page
    folder = app.outdir / "_explorers"
    folder.mkdir()
    for name in ("notebooks-one-00000000.webp", "notebooks-two-00000000.webp"):
        (folder / name).touch()
    explorers.move_out(app, doctree, "notebooks/one")
    assert not (folder / "notebooks-one-00000000.webp").exists()
    assert (folder / "notebooks-two-00000000.webp").exists()
