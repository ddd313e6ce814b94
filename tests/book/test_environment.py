"""One environment, said three times: pyproject.toml, the lock, environment.yml."""

import re
import tomllib

import pytest
import yaml
from course import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.txt").read_text("utf-8")
BOOK = (ROOT / "requirements-book.txt").read_text("utf-8")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.+?\])?==(\S+)(?: ; (.+?))? \\$", re.M)


def direct():
    extras = PROJECT["optional-dependencies"].values()
    return [Requirement(line) for group in (PROJECT["dependencies"], *extras) for line in group]


@pytest.mark.parametrize("requirement", direct(), ids=lambda requirement: requirement.name)
def test_the_lock_holds_what_the_project_asks_for(requirement):
    versions = [v for name, v, _ in PIN.findall(LOCK)
                if canonicalize_name(name) == canonicalize_name(requirement.name)]  # fmt: skip
    assert versions, f"{requirement.name} is not in requirements.txt: make lock"
    for version in versions:
        assert requirement.specifier.contains(version), f"{requirement.name} {version}: make lock"


def blocks(lock):
    """Each pin with its hashes."""
    return re.split(r"\n(?=\S)", lock.strip())


def test_the_book_is_built_with_the_same_versions():
    files = [
        {re.match(r"[\w.-]+", block)[0]: re.findall(r"==[\w.]+|sha256:\w+", block)
         for block in blocks(lock)}
        for lock in (BOOK, LOCK)
    ]  # fmt: skip
    assert files[0].items() < files[1].items(), "make lock"
    names = {canonicalize_name(name) for name, _, _ in PIN.findall(BOOK)}
    extras = PROJECT["optional-dependencies"]
    for line in [*PROJECT["dependencies"], *extras["setup"], *extras["book"]]:
        assert canonicalize_name(Requirement(line).name) in names, f"{line}: make lock"
    assert not {"playwright", "jupyterlab", "pytest"} & names, "what the book does not need"


def test_every_pin_has_a_hash():
    for block in blocks(LOCK):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_lock_names_no_host_and_no_path():
    assert "://" not in LOCK and "--index" not in LOCK and "--find-links" not in LOCK


def test_the_lock_serves_all_systems():
    assert "sys_platform == 'darwin'" in LOCK and "win32" in LOCK


def test_what_the_course_stands_on():
    wanted = {"jupyter-book", "nbformat", "nibabel", "nilearn", "pytest-notebook"}
    assert wanted <= {requirement.name for requirement in direct()}


def test_conda_users_get_the_same():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    (pip,) = [entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict)]
    assert pip == ["--requirement requirements.txt"]
    (python,) = [entry for entry in conda["dependencies"] if str(entry).startswith("python")]
    assert Requirement(python.replace(" ", "")).specifier.contains("3.13.1")
    assert PROJECT["requires-python"] == ">=3.11" and ">=3.11" in python
