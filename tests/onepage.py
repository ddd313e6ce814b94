"""A page of Markdown, built with one extension of the book."""

from course import ROOT
from sphinx.cmd.build import build_main


def build(folder, text, extension, kind="html"):
    """What was written of the page, and what was said of it."""
    settings = f"import sys\nsys.path.insert(0, {str(ROOT / 'book' / '_ext')!r})\n"
    settings += f"extensions = ['myst_parser', {extension!r}]\n"
    (folder / "conf.py").write_text(settings, "utf-8")
    (folder / "index.md").write_text(f"# Toy\n\n{text}\n", "utf-8")
    said = folder / "said"
    build_main(["-qEN", "-b", kind, "-w", str(said), str(folder), str(folder / kind)])
    page = folder / kind / f"index.{'txt' if kind == 'text' else 'html'}"
    return page.read_text("utf-8"), said.read_text("utf-8")
