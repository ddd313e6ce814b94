"""One build at a time in a folder; after one that did not end well, the next begins anew.

Sphinx keeps what it has read before it writes the pages. If it is killed in between, or warns,
the next build would take the rest for finished, and what was read once does not warn again.
"""

import os
import shutil
from pathlib import Path

from builder.progress import say

if os.name == "posix":
    import fcntl

FRESH = "unfinished"
"""In the folder of what Sphinx has read, while a build works there."""


def begin(app):
    """Wait for a build that works here; forget what one left that did not end well."""
    folder = Path(app.doctreedir)
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix":
        # Let go when this process ends, however it ends.
        app.lock = os.open(folder / "lock", os.O_CREAT | os.O_WRONLY)
        try:
            fcntl.flock(app.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build works in this folder: this one waits until it has ended")
            fcntl.flock(app.lock, fcntl.LOCK_EX)
    if (folder / FRESH).exists():
        (folder / "environment.pickle").unlink(missing_ok=True)
        shutil.rmtree(app.outdir, ignore_errors=True)
    (folder / FRESH).touch()


def end(app, error):
    """Note that all went well."""
    if not error and not app._warncount:
        (Path(app.doctreedir) / FRESH).unlink()


def setup(app):
    begin(app)  # before Sphinx looks at what there is
    app.connect("build-finished", end, priority=990)  # when nobody warns any more
