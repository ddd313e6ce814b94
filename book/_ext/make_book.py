"""Build the book with Jupyter Book, unless nothing has changed; say in one line what went wrong.

`jupyter-book build .` does the same without the check and with a page of traceback.
"""

import os
import sys
import traceback
from contextlib import redirect_stdout, suppress

from builder import unchanged
from builder.unchanged import ROOT

TOLD = ROOT / "_build" / "error.txt"


def build():
    """Hand the folder to Jupyter Book: warnings are errors, and all of them are shown."""
    import jupyter_book.sphinx
    from jupyter_book.cli.main import main

    jupyter_book.sphinx.handle_exception = lambda *_: None  # it is told below, once
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        main(["build", "-q", "-W", "-n", "--keep-going", str(ROOT)], standalone_mode=False)


def reason(error):
    """The first cause of an error, in one line."""
    if isinstance(error, KeyboardInterrupt):
        return "stopped by hand"
    if error.__cause__ is None and "warning" in str(error):
        return "the warnings above say why"
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def main():
    """Build if need be; the exit status says if there is a book."""
    if unchanged.since_the_note():
        print("Nothing has changed since the last build")
        return
    try:
        build()
        unchanged.note()
    except (Exception, KeyboardInterrupt) as error:
        with suppress(OSError):
            told = "".join(traceback.format_exception(error))
            TOLD.write_text(told, "utf-8", "backslashreplace")  # paths hold what they like
        where = f" (in full: {TOLD.relative_to(ROOT)})" if TOLD.exists() else ""
        sys.exit(f"The book is not built: {reason(error)}{where}")


if __name__ == "__main__":
    main()
