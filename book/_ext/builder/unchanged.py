"""Whether the book is what a build would make: then none is needed.

This imports little, for Sphinx alone takes seconds to begin.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from ketanet import restricted

ROOT = Path(__file__).parents[3]
NOTE = ROOT / "_build" / "unchanged"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""Whether one is here decides if handouts are printed."""


def state():
    """A hash of all that the book is made from, and of how its files lie there."""
    opened = [name for name in restricted.DATASETS if restricted.here(name)]
    around = [sys.version, opened, any(map(shutil.which, BROWSERS))]
    around += sorted(item for item in os.environ.items() if item[0].startswith("BOOK_"))
    found = hashlib.sha256(repr(around).encode())
    for folder, below, files in os.walk(ROOT):
        # What git does not keep begins with a dot or an underscore; so do parts of the book.
        below[:] = sorted(
            one for one in below if one not in ("__pycache__", "_build") and one[0] != "."
        )
        for name in sorted(files):
            place = Path(folder, name)
            found.update(bytes(place.relative_to(ROOT)) + b"\0")
            found.update(hashlib.sha256(place.read_bytes()).digest())
    for place in sorted((ROOT / "_build" / "html").rglob("*")):
        told = place.stat()
        found.update(repr((str(place), told.st_size, told.st_mtime_ns)).encode())
    return found.hexdigest()


def note():
    """Remember that the book is the one of this state."""
    NOTE.write_text(state())


def since_the_note():
    """Whether nothing has changed since."""
    return NOTE.exists() and NOTE.read_text() == state()
