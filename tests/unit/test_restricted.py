"""The opt-in door, on an invented data set; nothing here reaches a network."""

import dataclasses
import errno
import functools
import hashlib
import http.client
import io
import os
import re
import sys
import urllib.error
import urllib.request
import urllib.response
from email.message import Message
from pathlib import Path

import pytest

from ketanet import restricted, sources

CONTENT = {"LICENCE.md": b"agree " * 50, "deep/a.nii": b"a " * 500, "deep/er/b.nii": b"b " * 500}
BASE = "https://toy.invalid/0123"


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """The only data set behind the door; nothing of it is here."""
    made = restricted.Dataset(
        name="toy",
        title="A toy",
        origin="",
        terms="Free for those who play. " * 8,
        citation="Nobody (2024).",
        reference="",
        space="",
        changed="",
        address=BASE,
        megabytes=0.01,
        files={file: hashlib.sha256(data).hexdigest() for file, data in CONTENT.items()},
    )
    monkeypatch.setattr(restricted, "DATASETS", {"toy": made})
    monkeypatch.setenv("KETANET_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("KETANET_RESTRICTED", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    serve(monkeypatch, lambda url: urllib.error.URLError(OSError(-3, "no such host")))
    return made


@pytest.fixture
def stick(tmp_path):
    """A memory stick with the whole set."""
    return lay(tmp_path / "stick")


def lay(folder, content=CONTENT):
    for file, data in content.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(data)
    return folder


def serve(monkeypatch, answer):
    """Let ``answer(url)`` give the body, or (status, headers), or what is raised."""

    class Server(urllib.request.HTTPSHandler):
        def https_open(self, request):
            given = answer(request.full_url)
            if isinstance(given, Exception):
                raise given
            status, fields = (200, {}) if isinstance(given, bytes) else given
            headers = Message()
            for field, value in fields.items():
                headers[field] = value
            body = io.BytesIO(given if isinstance(given, bytes) else b"")
            response = urllib.response.addinfourl(body, headers, request.full_url, status)
            response.msg = "as told"
            return response

    opener = urllib.request.build_opener(restricted._StayOnHttps, Server)
    monkeypatch.setattr(restricted, "_opener", opener)


def page(url):
    return CONTENT[url.removeprefix(f"{BASE}/")]


def stored():
    """What lies in the cache, hidden leftovers too."""
    root = sources.cache_dir()
    files = (place for place in root.rglob("*") if place.is_file())
    return {place.relative_to(root).as_posix(): place.read_bytes() for place in files}


WHOLE = {f"restricted/toy/{file}": data for file, data in CONTENT.items()}


def refused(*arguments):
    """The one line with which the command ends."""
    with pytest.raises(SystemExit) as caught:
        restricted.main([*map(str, arguments)])
    line = caught.value.code
    assert isinstance(line, str) and line.startswith("data: ") and "\n" not in line
    return line


# The real table


@pytest.mark.parametrize("real", restricted.DATASETS.values(), ids=restricted.DATASETS)
def test_the_real_table_is_sound(real):
    wrong = [s for s in real.files.values() if not re.fullmatch("[0-9a-f]{64}", s)]
    assert wrong == [], "not a SHA-256"
    assert re.fullmatch(r"https://\S+/[0-9a-f]{40}", real.address), "no commit in the address"
    assert any(file.startswith("LICEN") for file in real.files), "the licence is left behind"
    assert "non-commercial" in real.terms and "passed on" in real.terms
    text = "".join(str(value) for value in vars(real).values())
    assert text.isascii(), "some terminals show nothing else"


def test_the_nine_files_of_the_ketamine_study():
    files = list(restricted.DATASETS["moujaes2024"].files)
    scans = [f for f in files if f.startswith("data_neural/") and f.endswith(".ptseries.nii")]
    assert len(scans) == 8 and set(files) - set(scans) == {"LICENCSE.md"}


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/a", "a//b", "", ".", "C:/a", "C:a", "a\\..\\b", "a/", "a\n"]
)
def test_a_name_that_climbs_is_refused_when_the_table_is_read(toy, name):
    with pytest.raises(sources.DataError, match="may lead out of its folder"):
        dataclasses.replace(toy, files={name: "0" * 64})
    with pytest.raises(sources.DataError, match="may lead out of its folder"):
        dataclasses.replace(toy, name=name)


@pytest.mark.parametrize("address", ["http://a.invalid", "file:///etc", "ftp://a.invalid"])
def test_an_address_that_is_not_https_is_refused_when_the_table_is_read(toy, address):
    with pytest.raises(sources.DataError, match="use https"):
        dataclasses.replace(toy, address=address)


# Bringing


@pytest.mark.parametrize("way", ["https", "stick"])
def test_a_set_is_brought(toy, monkeypatch, stick, way):
    serve(monkeypatch, page)
    said = []
    assert not restricted.here("toy")
    restricted.fetch("toy", True, stick if way == "stick" else None, say=said.append)
    assert stored() == WHOLE
    assert restricted.here("toy")
    assert restricted.path("toy", "deep/a.nii").read_bytes() == CONTENT["deep/a.nii"]
    assert said == [f"  toy: 3 files in {sources.cache_dir() / 'restricted/toy'}"]


def test_the_opener_in_use_stays_on_https():
    assert restricted._StayOnHttps in map(type, restricted._opener.handlers)


def test_a_redirection_within_https_is_followed(toy, monkeypatch):
    there = "https://elsewhere.invalid"
    serve(
        monkeypatch,
        lambda url: (
            page(url.replace(there, BASE))
            if url.startswith(there)
            else (302, {"Location": url.replace(BASE, there)})
        ),
    )
    restricted.fetch("toy", True)
    assert stored() == WHOLE


@pytest.mark.skipif(os.name != "posix", reason="modes of files are another matter there")
def test_nobody_else_on_the_machine_can_read_the_set(toy, stick):
    restricted.fetch("toy", True, stick)
    assert restricted.folder("toy").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("agreed", [False, None, "", "no", "yes", 1])
def test_nothing_is_brought_without_agreement(toy, stick, agreed):
    with pytest.raises(sources.DataError, match="only for those who agree"):
        restricted.fetch("toy", agreed, stick)
    assert stored() == {}


def alter(stick):
    (stick / "deep/er/b.nii").write_bytes(CONTENT["deep/er/b.nii"][:-1] + b"X")


def empty(stick):
    (stick / "deep/er/b.nii").write_bytes(b"")


def swell(stick):
    (stick / "deep/er/b.nii").write_bytes(b"b " * 100_000)


def lose(stick):
    (stick / "deep/er/b.nii").unlink()


def pipe(stick):
    lose(stick)
    os.mkfifo(stick / "deep/er/b.nii")


def bar(stick):
    lose(stick)
    (stick / "deep/er/b.nii").mkdir()


def link_out(stick):
    lose(stick)
    away = stick.parent / "away.nii"
    away.write_bytes(CONTENT["deep/er/b.nii"])
    (stick / "deep/er/b.nii").symlink_to(away)


def link_folder_out(stick):
    (stick / "deep/er").rename(stick.parent / "er")
    (stick / "deep/er").symlink_to(stick.parent / "er")


def loop(stick):
    lose(stick)
    (stick / "deep/er/b.nii").symlink_to("b.nii")


SPOILT = {
    alter: "is not the file that is expected",
    empty: "is not the file that is expected",
    swell: "larger than its set",
    lose: "does not hold deep/er/b.nii",
    pipe: "does not hold deep/er/b.nii",
    bar: "does not hold deep/er/b.nii",
    link_out: "does not hold deep/er/b.nii",
    link_folder_out: "does not hold deep/er/b.nii",
    loop: "does not hold deep/er/b.nii",
}


@pytest.mark.parametrize("before", ["nothing", "an older set"])
@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_one_bad_file_of_three_and_all_stays_as_it_was(toy, stick, spoil, before):
    older = {} if before == "nothing" else dict.fromkeys(CONTENT, b"older")
    lay(restricted.folder("toy"), older)
    spoil(stick)
    line = refused("--agree", "--from", stick)
    assert SPOILT[spoil] in line and str(stick) in line
    assert stored() == {f"restricted/toy/{file}": data for file, data in older.items()}


@pytest.mark.parametrize("wrong", ["no such folder", "a file", "another folder"])
def test_a_wrong_folder_is_named(toy, tmp_path, wrong):
    place = tmp_path / "wrong"
    if wrong == "a file":
        place.write_text("a file")
    elif wrong == "another folder":
        place.mkdir()
    line = refused("--agree", "--from", place)
    assert str(place) in line and "LICENCE.md" in line


def test_a_file_that_cannot_be_read_is_named(toy, stick, monkeypatch):
    def deny(place):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(sources, "_open", deny)
    line = refused("--agree", "--from", stick)
    assert "LICENCE.md cannot be read (Permission denied)" in line


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda url: urllib.error.URLError(OSError(-3, "no such host")), "no such host"),
        (lambda url: TimeoutError("timed\nout"), "timed out"),
        (lambda url: ConnectionResetError(errno.ECONNRESET, "reset"), "reset"),
        (lambda url: http.client.IncompleteRead(b""), "IncompleteRead"),
        (lambda url: (404, {}), "HTTP Error 404"),
        (lambda url: (302, {"Location": url.replace("https", "http")}), "away from https"),
        (lambda url: (302, {"Location": "file:///etc/hostname"}), "is not allowed"),
        (lambda url: (302, {"Location": url}), "infinite loop"),
        (lambda url: b"a" * 20_000, "larger than its set"),
        (lambda url: b"<html>log in", "not the file that is expected"),
        (lambda url: page(url) if "deep" not in url else (503, {}), "HTTP Error 503"),
    ],
    ids=[
        *(
            "no network",
            "slow",
            "cut",
            "cut late",
            "not found",
            "to http",
            "to a file",
            "round and round",
        ),
        *("endless", "a login page", "the second file fails"),
    ],
)
def test_a_network_that_fails_is_told_in_one_line(toy, monkeypatch, answer, reason):
    older = dict.fromkeys(CONTENT, b"older")
    lay(restricted.folder("toy"), older)
    serve(monkeypatch, answer)
    line = refused("--agree")
    assert reason in line and line.endswith("bring a copy with --from FOLDER")
    assert stored() == {f"restricted/toy/{file}": data for file, data in older.items()}


# Storing


def fail(code):
    def refuse(what, *_):
        if isinstance(what, int):
            os.close(what)
        raise OSError(code, os.strerror(code))

    return refuse


@pytest.mark.parametrize("step", ["fdopen", "replace", "mkdir"])
@pytest.mark.parametrize(
    ("code", "said"), [(errno.ENOSPC, "no room left"), (errno.EROFS, "cannot be written")]
)
def test_a_disk_that_says_no_leaves_all_as_it_was(toy, stick, monkeypatch, step, code, said):
    lay(restricted.folder("toy"), {"LICENCE.md": b"older"})
    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail(code))
        line = refused("--agree", "--from", stick)
    assert said in line and "KETANET_DATA" in line and "130" not in line
    assert code != errno.ENOSPC or " 1 MB" in line  # as much as the set, rounded up
    assert stored() == {"restricted/toy/LICENCE.md": b"older"}


@pytest.mark.parametrize("stop", [OSError(errno.EIO, "broken"), KeyboardInterrupt()])
def test_a_last_move_that_fails_brings_the_older_set_back(toy, stick, monkeypatch, stop):
    lay(restricted.folder("toy"), {"LICENCE.md": b"older"})
    move = os.replace

    def half(old, new):
        if Path(old).name == "new":
            raise stop
        move(old, new)

    monkeypatch.setattr(os, "replace", half)
    refused("--agree", "--from", stick)
    assert stored() == {"restricted/toy/LICENCE.md": b"older"}


def test_when_another_run_was_quicker_all_is_well(toy, stick, monkeypatch):
    move = os.replace

    def overtaken(old, new):
        if Path(old).name == "new":
            lay(restricted.folder("toy"))
        move(old, new)

    monkeypatch.setattr(os, "replace", overtaken)
    restricted.main(["--agree", "--from", str(stick)])
    assert stored() == WHOLE


def test_a_damaged_set_is_replaced_whatever_lies_there(toy, stick, tmp_path):
    place = lay(restricted.folder("toy"), {"LICENCE.md": b"older"})
    os.mkfifo(place / "deep")
    restricted.main(["--agree", "--from", str(stick)])
    assert stored() == WHOLE


@pytest.mark.parametrize("at", ["restricted/toy/notes.txt", "restricted/toy"])
def test_a_readers_own_file_is_never_lost(toy, stick, at):
    lay(sources.cache_dir(), {at: b"mine"})
    assert "move it away" in refused("--agree", "--from", stick)
    assert stored() == {at: b"mine"}


@pytest.mark.parametrize("level", ["restricted", "restricted/toy", "restricted/toy/deep"])
def test_nothing_is_written_through_a_link_in_the_cache(toy, stick, tmp_path, level):
    away = tmp_path / "away"
    away.mkdir()
    link = sources.cache_dir() / level
    link.parent.mkdir(parents=True)
    link.symlink_to(away)
    try:
        restricted.main(["--agree", "--from", str(stick)])
    except SystemExit as stopped:
        assert level == "restricted" and "is a link: remove it" in stopped.code
    assert list(away.iterdir()) == []


def test_a_cache_of_another_user_is_told(toy, stick, monkeypatch):
    look, make = os.stat, os.mkdir

    def deny(what, *rest, then, **options):
        if str(what).startswith(str(sources.cache_dir())):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return then(what, *rest, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", functools.partial(deny, then=look))
        patch.setattr(os, "lstat", functools.partial(deny, then=os.lstat))
        patch.setattr(os, "mkdir", functools.partial(deny, then=make))
        assert not restricted.here("toy")
        line = refused("--agree", "--from", stick)
    assert "(Permission denied): set KETANET_DATA" in line
    assert stored() == {}


def test_a_file_where_the_cache_should_be_is_told(toy, stick, tmp_path):
    (tmp_path / "cache").write_text("in the way")
    assert "set KETANET_DATA to a folder" in refused("--agree", "--from", stick)


# Using


def test_a_missing_file_says_how_to_get_it(toy):
    with pytest.raises(sources.DataError) as caught:
        restricted.path("toy", "deep/a.nii")
    assert "deep/a.nii is not here: run `python -m ketanet.restricted toy`" in str(caught.value)


def test_a_damaged_file_says_how_to_mend_it(toy, stick):
    restricted.fetch("toy", True, stick)
    place = restricted.folder("toy") / "deep/a.nii"
    place.write_bytes(b"X" + CONTENT["deep/a.nii"][1:])
    assert restricted.here("toy"), "a look at the names costs nothing, and sees no bytes"
    with pytest.raises(sources.DataError) as caught:
        restricted.path("toy", "deep/a.nii")
    assert f"{place} is damaged" in str(caught.value)
    assert "run `python -m ketanet.restricted toy`" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("spoil", [lose, pipe, bar, link_out, link_folder_out, loop])
def test_only_regular_files_of_the_folder_are_here(toy, monkeypatch, stick, spoil):
    monkeypatch.setenv("KETANET_RESTRICTED", str(stick.parent))
    stick.rename(stick.parent / "toy")
    assert restricted.here("toy")
    spoil(stick.parent / "toy")
    assert not restricted.here("toy")
    with pytest.raises(sources.DataError, match="is not here"):
        restricted.path("toy", "deep/er/b.nii")


@pytest.mark.parametrize(
    "ask",
    [
        restricted.folder,
        restricted.here,
        lambda name: restricted.path(name, "deep/a.nii"),
        lambda name: restricted.fetch(name, True),
    ],
    ids=["folder", "here", "path", "fetch"],
)
def test_an_unknown_name_is_named(toy, ask):
    with pytest.raises(sources.DataError, match=r"'\.\./other' is no data set"):
        ask("../other")


def test_an_unknown_file_is_named(toy, stick):
    lay(restricted.folder("toy"), {"c.nii": b"c"})
    with pytest.raises(sources.DataError, match=r"c\.nii is no file of toy"):
        restricted.path("toy", "c.nii")


def test_the_folder_follows_the_environment(toy, monkeypatch, tmp_path, stick):
    assert restricted.folder("toy") == sources.cache_dir() / "restricted/toy"
    restricted.fetch("toy", True, stick)
    monkeypatch.setenv("KETANET_RESTRICTED", str(tmp_path / "nowhere"))
    assert restricted.folder("toy") == tmp_path / "nowhere/toy"
    assert not restricted.here("toy"), "to look away is to have none"
    restricted.fetch("toy", True, stick)
    assert restricted.path("toy", "deep/a.nii") == tmp_path / "nowhere/toy/deep/a.nii"
    monkeypatch.setenv("KETANET_RESTRICTED", "~/mine")
    assert restricted.folder("toy") == Path.home() / "mine/toy"


# The command


def test_the_terms_are_shown_before_anybody_is_asked(toy, stick, monkeypatch, capsys):
    shown = []

    def answer(question):
        shown.append(" ".join(capsys.readouterr().out.split()))
        assert question.endswith("Type yes: ")
        return " yes "

    monkeypatch.setattr("builtins.input", answer)
    restricted.main(["toy", "--from", str(stick)])
    for wanted in ("A toy (0.01 MB)", toy.terms.strip(), toy.citation, toy.address):
        assert wanted in shown[0]
    assert stored() == WHOLE


@pytest.mark.parametrize("typed", ["", "\n", "no\n", "y\n", "yes please\n", "\x00\n", None])
def test_any_other_answer_is_a_no(toy, stick, monkeypatch, typed):
    monkeypatch.setattr(sys, "stdin", None if typed is None else io.StringIO(typed))
    assert "only for those who agree" in refused("--from", stick)
    assert stored() == {}


def test_what_is_here_and_sound_is_left_alone(toy, stick, capsys):
    restricted.main(["--agree", "--from", str(stick)])
    before = restricted.folder("toy").stat()
    capsys.readouterr()
    restricted.main([])
    assert (
        capsys.readouterr().out == f"toy is here already, and sound: {restricted.folder('toy')}\n"
    )
    assert restricted.folder("toy").stat() == before


def test_an_unknown_set_is_told_in_one_line(toy):
    assert "choose toy" in refused("other", "--agree")


def test_ctrl_c_ends_in_one_line(toy, monkeypatch):
    def stop(question):
        raise KeyboardInterrupt

    monkeypatch.setattr("builtins.input", stop)
    assert "stopped" in refused()
    assert stored() == {}
