"""The opt-in door to data whose owners ask for agreement; never part of building the book.

``python -m ketanet.restricted`` shows the terms, asks, and fetches the files that
``restricted.toml`` names, each checked against its SHA-256. ``--from FOLDER`` takes them
from a memory stick instead. A set is whole and right, or what was there before is kept.
"""

import argparse
import hashlib
import os
import sys
import tomllib
import urllib.request
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ketanet import sources
from ketanet.sources import DataError

LARGEST = 20_000_000
"""No file of a data set is longer than this, in bytes; what is, is refused."""


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
        What the download costs, in 10**6 bytes.
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
        for file in self.files:
            if PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
                raise DataError(f"restricted.toml: {file} leads out of its folder")
        if not self.address.startswith("https://"):
            raise DataError(f"restricted.toml: {self.address} is not fetched over https")


def _read_datasets():
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {name: Dataset(name=name, **record) for name, record in table.items()}


DATASETS = _read_datasets()


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
    root = Path(chosen).expanduser() if chosen else sources.cache_dir() / "restricted"
    return root / name


def here(name):
    """Whether all files of a data set are there (their bytes are checked when read)."""
    return all((folder(name) / file).is_file() for file in DATASETS[name].files)


def path(name, file):
    """Path of one file, checked.

    Parameters
    ----------
    name : str
        As in ``restricted.toml``.
    file : str
        Path inside the data set.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    ketanet.sources.DataError
        If the file is unknown, missing or damaged; nothing is fetched.
    """
    sha256 = DATASETS[name].files.get(file)
    if sha256 is None:
        raise DataError(f"{file} is no file of {name}; ketanet/restricted.toml lists what is there")
    place = folder(name) / file
    mend = f"run `python -m ketanet.restricted {name}`, which shows the terms first"
    if not place.is_file():
        raise DataError(f"{file} is not here: {mend}")
    if sources._sha256(place) != sha256:
        raise DataError(f"{place} is damaged (its SHA-256 is not the expected one): {mend}")
    return place


def fetch(name, agreed, source=None):
    """Bring all files of a data set, or none.

    Parameters
    ----------
    name : str
    agreed : bool
        Whether the terms were agreed to.
    source : path-like, optional
        A folder that holds the files as the repository does; else they come over https.

    Raises
    ------
    ketanet.sources.DataError
        With one line that says what failed and what to do; what was there is kept.
    """
    dataset = DATASETS[name]
    if not agreed:
        raise DataError("nothing was fetched: the terms were not agreed to")
    content = {}
    for file, sha256 in dataset.files.items():
        data = _copied(Path(source), file) if source else _downloaded(dataset, file)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DataError(f"{file}: other bytes than restricted.toml expects; nothing was stored")
        content[file] = data
    try:
        for file, data in content.items():
            sources._store(folder(name) / file, data, dataset.files[file])
    except OSError as error:
        raise DataError(sources._advice(error)) from error


def _copied(source, file):
    place = source / file
    if not source.is_dir():
        raise DataError(f"{source} is no folder: name the one that holds data_neural")
    if not place.resolve().is_relative_to(source.resolve()) or not place.is_file():
        raise DataError(f"{file} is not in {source}: name the folder that holds data_neural")
    try:
        with open(place, "rb") as stream:
            return stream.read(LARGEST + 1)
    except OSError as error:
        raise DataError(f"{place} cannot be read ({error.strerror})") from error


def _downloaded(dataset, file):
    try:
        with urllib.request.urlopen(f"{dataset.address}/{file}", timeout=30) as answer:
            return answer.read(LARGEST + 1)
    except OSError as error:  # URLError and time-outs are OSErrors
        reason = getattr(error, "reason", error)
        raise DataError(
            f"{file} could not be fetched ({reason}); check the network, or use --from FOLDER"
        ) from error


def main(arguments=None):
    """Show the terms, ask, and fetch; the exit status says if all is well."""
    parser = argparse.ArgumentParser(prog="python -m ketanet.restricted", description=__doc__)
    parser.add_argument("name", nargs="?", default="moujaes2024", choices=sorted(DATASETS))
    parser.add_argument("--agree", action="store_true", help="agree to the terms (for scripts)")
    parser.add_argument("--from", dest="source", metavar="FOLDER", help="take the files from here")
    chosen = parser.parse_args(arguments)
    dataset = DATASETS[chosen.name]
    print(f"{dataset.title}: {dataset.megabytes:g} MB\n{dataset.terms}\nCite: {dataset.citation}")
    try:
        agreed = chosen.agree or input("Do you agree? Type yes: ").strip().lower() == "yes"
    except EOFError:
        agreed = False
    try:
        fetch(chosen.name, agreed, chosen.source)
    except DataError as error:
        sys.exit(f"data: {error}")
    print(f"The files are in {folder(chosen.name)}")


if __name__ == "__main__":
    main()
