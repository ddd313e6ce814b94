"""What the build is doing: how many of how many, and since how many seconds.

On a terminal it is one line that changes; in a log there is a line for each notebook and one for
each stage. It goes to standard error, beside the warnings.
"""

import sys
import time

from sphinx.util import logging

STAGES = {"source-read": "reading pages", "html-page-context": "writing pages"}
_began = time.perf_counter()


def say(text, lasts=True):
    """Show one line; what does not last is overwritten, and a log has none of it."""
    line = f"{time.perf_counter() - _began:4.0f} s  {text}"
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line[:79]}", end="\n" if lasts else "", file=sys.stderr, flush=True)
    elif lasts:
        print(line, file=sys.stderr, flush=True)


def count(app, stage):
    """Count the pages that come through a stage."""
    app.pages[stage] = app.pages.get(stage, 0) + 1
    say(f"{STAGES[stage]}: {app.pages[stage]} of {len(app.env.found_docs)}", lasts=False)


def finish(app, error):
    """Say what this build did."""
    if not error:
        read, written = (app.pages.get(stage, 0) for stage in STAGES)
        say(f"{read} pages read, {written} written")


class NoKernels(logging.logging.Filter):
    """Drops what the client of the kernels says of each start."""

    def filter(self, record):
        return not record.getMessage().startswith("Executing notebook with kernel")


def setup(app):
    app.pages = {}
    logging.logging.getLogger("traitlets").addFilter(NoKernels())
    for stage in STAGES:
        app.connect(stage, lambda app, *_, stage=stage: count(app, stage))
    app.connect("build-finished", finish, priority=980)
