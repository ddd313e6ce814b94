"""Cells that run in the page: Python for the browser, the kernels, guesses before a result."""

PARTS = ("predict", "runtime", "brain")


def setup(app):
    for part in PARTS:
        app.setup_extension(f"live.{part}")
    return {"parallel_read_safe": False, "parallel_write_safe": False}
