"""The version stands in one place, and a release is made of what is there."""

import os
import shutil
import subprocess

import pytest
import yaml
from course import ROOT

from ketanet import __version__

CITATION = "CITATION.cff"
CHANGES = "CHANGELOG.md"


def test_the_citation_names_the_version():
    record = yaml.safe_load((ROOT / CITATION).read_text("utf-8"))
    assert record["version"] == __version__


def test_the_newest_part_of_the_changes_is_of_this_version():
    heads = [line for line in (ROOT / CHANGES).read_text("utf-8").splitlines() if line[:3] == "## "]
    assert heads[0].startswith(f"## {__version__}, ")


def test_no_other_file_names_the_version():
    names = subprocess.run(
        ["git", "grep", "-lwF", __version__], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if names.returncode == 128:
        pytest.skip("this is no clone: which files are the course's is not known")
    # Of packages and parcels some have a version of the same three numbers.
    others = {"ketanet/sources.toml", "requirements.txt", "tests/sphinx/requirements.txt"}
    others |= {"requirements-book.txt", "tests/speed/peers.txt", "tests/speed/peers-left-out.txt"}
    places = {"ketanet/__init__.py", CITATION, CHANGES}
    assert set(names.stdout.split()) - others <= places


@pytest.fixture
def ready(tmp_path):
    """A small clone that is ready to be released, and a make that only writes the zip."""
    for name in (".ci/release", "ketanet/__init__.py", CITATION, CHANGES):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changes = (tmp_path / CHANGES).read_text("utf-8")
    (tmp_path / CHANGES).write_text(
        changes.replace(f"## {__version__}, not yet released", f"## {__version__}, 2027-01-31")
    )
    with (tmp_path / CITATION).open("a") as record:
        record.write("date-released: 2027-01-31\n")
    (tmp_path / ".gitignore").write_text("_build\nbin\n")
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    zipped = "_build/html/_downloads/course.zip"
    make.write_text(f"#!/bin/sh\nmkdir -p $(dirname {zipped}) && echo new > {zipped}\n")
    make.chmod(0o755)
    commit(tmp_path, "init", "-q")
    return tmp_path


def commit(folder, *first):
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (first, ("add", "-A"), (*author, "commit", "-qm", "all")):
        if words:
            subprocess.run(["git", *words], cwd=folder, check=True)


def release(folder):
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", ".ci/release"], cwd=folder, env=os.environ | {"PATH": path},
        capture_output=True, text=True,
    )  # fmt: skip


def test_a_release_is_named_by_its_version_and_says_what_is_left(ready):
    done = release(ready)
    assert done.returncode == 0, done.stderr
    files = sorted(path.name for path in (ready / "_build" / "release").iterdir())
    assert files == ["SHA256SUMS", f"course-{__version__}.zip"]
    for word in (f"git tag -s v{__version__}", "DOI", "Zenodo"):
        assert word in done.stdout


FAULTS = {
    "another version": (CITATION, f"version: {__version__}", "version: 9.9.9"),
    "date-released": (CITATION, "date-released: 2027-01-31", ""),
    "CHANGELOG.md has no heading": (CHANGES, ", 2027-01-31", ", soon"),
}


@pytest.mark.parametrize("said", FAULTS)
def test_what_is_not_ready_is_not_released(said, ready):
    name, old, new = FAULTS[said]
    text = (ready / name).read_text("utf-8")
    assert old in text
    (ready / name).write_text(text.replace(old, new))
    commit(ready)
    done = release(ready)
    assert done.returncode == 1
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_what_is_not_committed_is_not_released(ready):
    (ready / "new.txt").write_text("new")
    done = release(ready)
    assert (done.returncode, done.stderr) == (1, "No release: some changes are not committed\n")
