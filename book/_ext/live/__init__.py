"""Cells that run in the page: Python for the browser, the kernels, guesses before a result.

What runs is written into two files beside the pages, each loaded when its reader asks for it.
"""

import hashlib
from pathlib import Path


def made_from(app):
    """All that the two files are made from; unlike the files themselves, it is known at once."""
    notebooks = sorted((Path(app.srcdir) / "notebooks").glob("*.ipynb"))
    digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in notebooks)
    return "\n".join((app.config.course_state, app.config.nb_execution_cache_path, *digests))


def write(app, error):
    """Put what runs beside the pages, unless it is there and nothing has changed."""
    if error or app.builder.name not in ("html", "dirhtml"):
        return
    folder, stamp = Path(app.outdir) / "_static", Path(app.doctreedir) / "live"
    names, state = ("live-python.js", "live-brain.js"), made_from(app)
    there = all((folder / name).exists() for name in names)
    if there and stamp.exists() and stamp.read_text("utf-8") == state:
        return
    from live import brain, runtime  # these take seconds to import

    for name, module in zip(names, (runtime, brain), strict=True):
        (folder / name).write_text(module.bundle(Path(app.srcdir)), "utf-8")
    stamp.write_text(state, "utf-8")


def setup(app):
    app.setup_extension("live.predict")
    app.connect("build-finished", write, priority=700)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
