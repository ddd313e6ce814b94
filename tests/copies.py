"""Copies of the course, to build in places where much goes wrong."""

import os
import shutil
import subprocess

import pytest
from course import ROOT


class Copy:
    """The course as somebody downloads it, without git, in a folder of its own."""

    def __init__(self, folder):
        self.folder = folder
        for name in subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")[:-1]:
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, place)
        # The tools are those of the project: with a time after that of every source.
        (folder / ".venv").symlink_to(ROOT / ".venv")
        os.utime(ROOT / ".venv" / "installed")

    @property
    def site(self):
        return self.folder / "_build" / "html"

    def take_outputs(self, other):
        """Begin with what another copy's notebooks printed: they take most of the time."""
        shutil.copytree(other.folder / "_build" / ".jupyter_cache",
                        self.folder / "_build" / ".jupyter_cache")  # fmt: skip

    def start(self, target="book", before="", **environment):
        """Call make; `before` is what a shell does first, in mounts of its own."""
        environment = os.environ | {"PYTHONPATH": str(self.folder)} | environment
        words = ["make", target]
        if before:
            words = ["unshare", "-m", "sh", "-ec", f"{before}\ncd .\nexec make {target}"]
        return subprocess.Popen(
            words, cwd=self.folder, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip

    def make(self, *words, **options):
        """Call make to its end: the exit status, and all that it said."""
        process = self.start(*words, **options)
        said, _ = process.communicate(timeout=900)
        return process.returncode, said


def differences(one, other):
    """Files that two sites do not share, byte for byte."""
    told = [{p.relative_to(s): p.read_bytes() for p in s.rglob("*") if p.is_file()}
            for s in (one, other)]  # fmt: skip
    return sorted(
        str(name) for name in {*told[0], *told[1]} if told[0].get(name) != told[1].get(name)
    )


MOUNTS = subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0
"""Whether we may mount: a folder that cannot be written, a disk that is full."""
needs_mounts = pytest.mark.skipif(not MOUNTS, reason="no right to mount: no full disk was tried")
