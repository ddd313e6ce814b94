"""A build that is killed, has no room, may not write or stands in an odd place."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from copies import Copy, differences, needs_mounts

KILLS = int(os.environ.get("KETANET_KILLS", 20))
SEED = 20261201


def one_line(said):
    """What went wrong, when it is told in one line."""
    assert "Traceback" not in said
    (line,) = [line for line in said.splitlines() if line.startswith("The book is not built: ")]
    return line


def test_a_book_in_an_odd_place_is_the_same(clean, tmp_path):
    """Spaces and umlauts, a C locale, a umask that shuts all others out, odd times, no git."""
    copy = Copy(tmp_path / "Bücher & Käse" / "my course")
    copy.take_outputs(clean)
    home = tmp_path / "Zuhause é"
    home.mkdir()
    for number, place in enumerate(sorted(copy.folder.rglob("*.md"))):
        os.utime(place, (9e9, 9e9) if number % 2 else (1, 1))  # the year 2255, and 1970
    old = os.umask(0o077)
    try:
        status, said = copy.make(HOME=str(home), LC_ALL="C", LANG="C")
    finally:
        os.umask(old)
    assert status == 0, said
    assert differences(copy.site, clean.site) == []


@pytest.mark.parametrize("number", range(KILLS))
def test_after_a_kill_the_next_build_equals_a_clean_one(clean, copy, number):
    """At a random moment; every other time in a rebuild, when Sphinx knows the pages already."""
    draw = random.Random(SEED + number)
    page = copy.folder / "book" / "care.md"
    text = page.read_text("utf-8")
    if number % 2:
        assert copy.make()[0] == 0
        page.write_text(text + "\nOne more sentence.\n", "utf-8")
    process = copy.start()
    time.sleep(draw.uniform(0.5, 25 if number % 2 == 0 else 12))
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    page.write_text(text, "utf-8")
    status, said = copy.make()
    assert status == 0, said
    assert differences(copy.site, clean.site) == []


def test_two_builds_at_once_are_both_right(clean, copy):
    processes = [copy.start(), copy.start()]
    said = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("another build works in this folder" in text for text in said) == 1
    assert differences(copy.site, clean.site) == []


def test_a_page_that_is_taken_back_leaves_nothing_behind(clean, copy):
    page = copy.folder / "book" / "care.md"
    text = page.read_text("utf-8")
    page.write_text(text + "\nOne more sentence.\n", "utf-8")
    assert copy.make()[0] == 0
    assert "book/care.html" in differences(copy.site, clean.site)
    page.write_text(text, "utf-8")
    assert copy.make()[0] == 0
    assert differences(copy.site, clean.site) == []


@needs_mounts
def test_a_full_disk_is_named(clean, copy):
    before = "mkdir -p _build && mount -t tmpfs -o size=20m none _build"
    status, said = copy.make(before=before)
    assert status != 0
    assert "No space left on device" in one_line(said)


@needs_mounts
def test_a_folder_that_cannot_be_written_is_named(copy):
    here = str(copy.folder)
    before = f"mount --bind '{here}' '{here}'; mount -o remount,ro,bind '{here}'; cd '{here}'"
    status, said = copy.make(before=before)
    assert status != 0
    assert "Read-only file system" in one_line(said)


def test_a_cell_that_raises_is_told_in_one_line(copy):
    notebook = copy.folder / "notebooks" / "08-evidence.ipynb"
    text = notebook.read_text("utf-8")
    notebook.write_text(text.replace('"import numpy as np\\n"', '"1 / 0\\n"', 1), "utf-8")
    status, said = copy.make()
    assert status != 0
    assert "ZeroDivisionError: division by zero (in the cell that begins" in said
    assert "Traceback" not in said


def test_an_unknown_citation_is_told_with_its_page(copy):
    page = copy.folder / "book" / "care.md"
    page.write_text(page.read_text("utf-8") + "\n{cite}`Nobody1999`\n", "utf-8")
    status, said = copy.make()
    assert status != 0
    assert "care.md" in said and "Nobody1999" in said and "Traceback" not in said


@pytest.fixture
def bare(tmp_path):
    """A copy without tools, and the network cut."""
    made = Copy(tmp_path / "course")
    (made.folder / ".venv").unlink()
    return made


NOWHERE = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "UV_INDEX_URL": "http://127.0.0.1:9/simple",
    "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0", "UV_HTTP_TIMEOUT": "2",
    "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1", "PIP_CONFIG_FILE": os.devnull,
}  # fmt: skip


def test_without_a_network_the_set_up_says_so_and_the_next_goes_on(bare):
    status, said = bare.make("setup", **NOWHERE)
    assert status != 0
    assert "check the network, and run make again" in said and "Traceback" not in said
    assert not (bare.folder / ".venv" / "installed").exists()


def test_an_old_python_is_refused(bare, tmp_path):
    old = tmp_path / "old-python"
    old.write_text('#!/bin/sh\necho "Python 3.11 or newer is needed" >&2\nexit 1\n')
    old.chmod(0o755)
    run = subprocess.run(["make", "setup", f"PYTHON={old}"], cwd=bare.folder,
                         capture_output=True, text=True)  # fmt: skip
    assert run.returncode != 0 and "Python 3.11 or newer" in run.stderr
    assert not Path(bare.folder, ".venv").exists()
