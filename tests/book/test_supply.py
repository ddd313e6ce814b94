"""What comes from elsewhere: packages, their licences, and the steps of the workflows."""

import hashlib
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, files

import pytest
import yaml
from course import ROOT
from pages import licences

FREE = re.compile(
    r"\b(0BSD|Apache|BSD|CC0|CNRI|GPL|HPND|ISC|LGPL|MIT|MIT-0|MPL|Mozilla Public License|PSF|PSFL|"
    r"Public Domain|Python Software Foundation|Unlicense|ZPL)\b"
)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


def told(name):
    """What a package says of its licence, or, if it says nothing, what its licence file does."""
    if said := licences.licence(name):
        return said
    kept = [file for file in files(name) if "LICENSE" in file.name.upper()]
    return kept[0].read_text("utf-8") if kept else ""


@pytest.mark.parametrize("lock", ["requirements-book.txt", "requirements.txt"])
def test_every_package_may_be_used_by_anybody(lock):
    found = {}
    for name, _ in licences.locked(ROOT / lock):
        try:
            found[name] = told(name)
        except PackageNotFoundError:
            pytest.fail(f"{name} of {lock} is not installed: make tools")
    assert len(found) > 100
    assert not {name: said for name, said in found.items() if not FREE.search(said)}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_takes_each_step_by_its_digest(path):
    steps = re.findall(r"uses: (.+)", path.read_text("utf-8"))
    assert steps
    assert not [step for step in steps if not PINNED.fullmatch(step)]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_do_no_more_than_it_must(path):
    """Read only, but for the two jobs that put the site and the release in their places."""
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        writes = {key for key, value in job.get("permissions", {}).items() if value == "write"}
        assert writes <= {"deploy": {"pages", "id-token"}, "release": {"contents"}}.get(name, set())
        for step in job["steps"]:
            if "checkout" in step.get("uses", ""):
                assert step["with"]["persist-credentials"] is False


PARTS = {
    "METADATA": "Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n",
    "WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "RECORD": "",
}


def wheel(folder, said):
    """Write a small wheel; its hash depends on what it says."""
    place = folder / "toy-1.0-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("toy.py", f"SAID = {said!r}")
        for name, text in PARTS.items():
            archive.writestr(f"toy-1.0.dist-info/{name}", text)
    return hashlib.sha256(place.read_bytes()).hexdigest()


@pytest.mark.parametrize("tool", [["pip"], ["uv", "pip"]], ids=" ".join)
def test_a_wheel_that_was_swapped_for_another_of_its_name_is_refused(tmp_path, tool):
    """With the words of the Makefile: both installers take the same lock."""
    (words,) = re.findall(r"^LOCKED = (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    lock = tmp_path / "lock.txt"
    lock.write_text(f"toy==1.0 --hash=sha256:{wheel(tmp_path, 'as it was')}\n")

    def install(target):
        command = [sys.executable, "-m", *tool, "install", "-q", "--no-index", "--find-links"]
        command += [tmp_path, "--target", tmp_path / target, *words.split(), lock]
        own = {"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"}
        return subprocess.run(command, capture_output=True, text=True, env=os.environ | own)

    assert install("right").returncode == 0
    assert (tmp_path / "right" / "toy.py").exists()
    wheel(tmp_path, "something else")
    swapped = install("wrong")
    assert swapped.returncode != 0
    assert "hash" in swapped.stderr.lower()
    assert not (tmp_path / "wrong" / "toy.py").exists()
