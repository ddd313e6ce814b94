"""The opt-in door to data whose owners ask for agreement; building the book never opens it.

``python -m ketanet.restricted`` shows the terms, asks, and brings the files that
``restricted.toml`` names, each checked against its SHA-256: over https, or with
``--from FOLDER`` from a memory stick. A set comes whole and right, or what was there is kept.
"""

import argparse
import hashlib
import http.client
import os
import re
import sys
import tempfile
import textwrap
import tomllib
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from ketanet import sources
from ketanet.sources import DataError


@dataclass(frozen=True)
class Dataset:
    """Files that may be fetched by whoever agrees to their terms.

    Attributes
    ----------
    name, title, origin, terms, citation, reference, space, changed : str
        What is shown before anybody agrees, and on the data card; `reference` holds keys
        of ``references.bib``.
    address : str
        Where the files are, over https, at one commit.
    megabytes : float
        Size of the set, in 10**6 bytes; a larger file is refused.
    files : dict of str to str
        Path below the address, and SHA-256 of that file.
    """

    name: str
    title: str
    origin: str
    terms: str
    citation: str
    reference: str
    space: str
    changed: str
    address: str
    megabytes: float
    files: dict

    def __post_init__(self):
        part = r"(?!\.)[\w.-]+"  # no "..", no drive, no root
        for path in (self.name, *self.files):
            if not re.fullmatch(f"{part}(/{part})*", path):
                raise DataError(f"restricted.toml: {path!r} may lead out of its folder: rename it")
        if not self.address.startswith("https://"):
            raise DataError(f"restricted.toml: {self.address!r} is not safe: use https")


def _read_datasets():
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {name: Dataset(name=name, **record) for name, record in table.items()}


DATASETS = _read_datasets()


def _dataset(name):
    if name not in DATASETS:
        raise DataError(f"{name!r} is no data set behind this door: choose {', '.join(DATASETS)}")
    return DATASETS[name]


def folder(name):
    """Where a data set lies: below ``KETANET_RESTRICTED`` when set, else in the cache.

    Parameters
    ----------
    name : str
        As in ``restricted.toml``.

    Returns
    -------
    pathlib.Path
    """
    chosen = os.environ.get("KETANET_RESTRICTED")
    root = Path(os.path.expanduser(chosen)) if chosen else sources.cache_dir() / "restricted"
    return root / _dataset(name).name


def here(name):
    """Whether all files of a data set are there; their bytes are checked when used."""
    return all(_regular(folder(name), file) for file in _dataset(name).files)


def _regular(root, file):
    """Path of a file below `root`, or None: pipes do not count, nor do links that lead away."""
    place = root / file
    straight = os.path.realpath(place) == str(Path(os.path.realpath(root), file))
    return place if straight and os.path.isfile(place) else None


def path(name, file):
    """Path of one file, checked; nothing is fetched.

    Parameters
    ----------
    name, file : str
        As in ``restricted.toml``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ketanet.sources.DataError
        If the file is unknown, missing or damaged.
    """
    mend = f"run `python -m ketanet.restricted {name}`, which shows the terms first"
    if file not in _dataset(name).files:
        raise DataError(f"{file} is no file of {name}: ketanet/restricted.toml lists what is there")
    place = _regular(folder(name), file)
    if place is None:
        raise DataError(f"{file} is not here: {mend}")
    return sources._checked(place, DATASETS[name].files[file], mend)


def fetch(name, agreed, folder=None, say=lambda line: None):
    """Bring all files of a data set, or none.

    Parameters
    ----------
    name : str
        As in ``restricted.toml``.
    agreed : bool
        Whether the reader agreed to the terms.
    folder : path-like, optional
        Holds the files as their repository does; without it they come over https.
    say : callable
        Called with one line of text when all is done.

    Raises
    ------
    ketanet.sources.DataError
        With one line that says what failed and what to do; what was there is kept.
    """
    dataset = _dataset(name)
    if agreed is not True:
        raise DataError(f"{name} is only for those who agree to its terms: type yes to agree")
    if folder is None:
        read, source, cure = _download, dataset.address, "bring a copy with --from FOLDER"
    else:
        read, source, cure = _copy, Path(os.path.expanduser(folder)), "copy that folder anew"
    limit = int(dataset.megabytes * 1e6)
    contents = {}
    for file, sha256 in dataset.files.items():
        contents[file] = read(source, file, limit)
        if len(contents[file]) > limit:
            raise DataError(f"{file} in {source} is larger than its set should be: {cure}")
        if hashlib.sha256(contents[file]).hexdigest() != sha256:
            raise DataError(f"{file} in {source} is not the file that is expected: {cure}")
    say(f"  {name}: {len(contents)} files in {_keep(dataset, contents)}")


def _copy(source, file, limit):
    if not os.path.isdir(source):
        raise DataError(f"{source} is no folder: name the one that holds {file}")
    place = _regular(source, file)
    if place is None:
        raise DataError(f"{source} does not hold {file}: name the folder that does")
    try:
        with sources._open(place) as stream:
            return stream.read(limit + 1)
    except OSError as error:
        raise DataError(
            f"{place} cannot be read ({error.strerror}): copy it to where it can be"
        ) from error


class _StayOnHttps(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, request, stream, code, reason, headers, address):
        if not address.startswith("https://"):
            raise urllib.error.URLError("it leads away from https")
        return super().redirect_request(request, stream, code, reason, headers, address)


_opener = urllib.request.build_opener(_StayOnHttps)


def _download(source, file, limit):
    try:
        with _opener.open(f"{source}/{file}", timeout=30) as answer:
            return answer.read(limit + 1)
    except (OSError, http.client.HTTPException) as error:
        reason = " ".join(str(error).strip("<>").split()).removeprefix("urlopen error ")
        raise DataError(
            f"{file} could not be fetched ({reason}): "
            "check the network, or bring a copy with --from FOLDER"
        ) from error


def _keep(dataset, contents):
    """The folder of a data set, once `contents` is in it: put there in one move."""
    place = folder(dataset.name)
    room = place.parent
    variable = "KETANET_RESTRICTED" if os.environ.get("KETANET_RESTRICTED") else "KETANET_DATA"
    if variable == "KETANET_DATA" and os.path.islink(room):
        raise DataError(f"{room} is a link: remove it, or set KETANET_RESTRICTED to where it leads")
    # The folder is put there anew: what somebody else laid into it would be lost.
    for there in [place, *(Path(top, file) for top, _, some in os.walk(place) for file in some)]:
        if os.path.isfile(there) and there.relative_to(place).as_posix() not in contents:
            raise DataError(f"{there} is no file of {dataset.name}: move it away")
    try:
        room.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{dataset.name}-", dir=room, ignore_cleanup_errors=True
        ) as stage:
            new, old = Path(stage, "new"), Path(stage, "old")
            new.mkdir(mode=0o700)  # for who agreed, and for nobody else on this machine
            for file, content in contents.items():
                sources._write(new / file, content)
            try:
                if os.path.lexists(place):
                    os.replace(place, old)
                os.replace(new, place)
            except BaseException:
                if os.path.lexists(old) and not os.path.lexists(place):
                    os.replace(old, place)
                raise
    except OSError as error:
        if not _sound(dataset.name):  # else another run was quicker
            advice = sources._advice(error, room, round(dataset.megabytes + 1), variable)
            raise DataError(advice) from error
    return place


def _sound(name):
    """Whether all files are there and right, looked at anew."""
    files = _dataset(name).files
    try:
        return here(name) and all(sources._sha256(folder(name) / f) == files[f] for f in files)
    except DataError:
        return False


def _agrees():
    try:
        return input("Do you agree? Type yes: ").strip() == "yes"
    except (EOFError, OSError, RuntimeError, ValueError):  # nobody is there to answer
        print()
        return False


def main(arguments=None):
    """Show the terms, ask, and fetch; the exit status says if all is well."""
    parser = argparse.ArgumentParser(prog="python -m ketanet.restricted")
    parser.add_argument("name", nargs="?", default=next(iter(DATASETS)), help="the data set")
    parser.add_argument("--agree", action="store_true", help="agree to its terms (for scripts)")
    parser.add_argument("--from", dest="source", metavar="FOLDER", help="take the files from here")
    asked = parser.parse_args(arguments)
    try:
        dataset = _dataset(asked.name)
        if _sound(asked.name):
            print(f"{asked.name} is here already, and sound: {folder(asked.name)}")
            return
        for text in (
            f"{dataset.title} ({dataset.megabytes} MB)",
            f"Terms: {dataset.terms}",
            f"Cite: {dataset.citation}",
            f"Address: {dataset.address}",
        ):
            print(textwrap.fill(text, 88, break_long_words=False, break_on_hyphens=False))
        fetch(asked.name, asked.agree or _agrees(), asked.source, say=print)
    except DataError as error:
        sys.exit(f"data: {error}")
    except KeyboardInterrupt:
        sys.exit("data: stopped; to go on, run it again")


if __name__ == "__main__":
    main()
