"""The ``licences`` directive: under which terms stands what the book is made with and made from."""

import re
from importlib.metadata import distributions, metadata
from pathlib import Path

from packaging.utils import canonicalize_name
from sphinx.util.docutils import SphinxDirective

from ketanet import restricted, sources

LOCK = Path(__file__).parents[3] / "requirements-book.txt"
PIN = re.compile(r"^([\w.-]+)(?:\[.+?\])?==(\S+)( ;.+?)? \\$", re.M)


def locked(lock=LOCK):
    """Name and version of each package that every machine needs, in the order of the alphabet."""
    found = PIN.findall(lock.read_text("utf-8"))
    return sorted({(canonicalize_name(name), version) for name, version, only in found if not only})


def licence(name):
    """What a package says of its licence, in a few words; empty if it says nothing."""
    told = metadata(name)
    if expression := told.get("License-Expression"):
        return expression
    classified = [one.split(" :: ")[-1] for one in told.get_all("Classifier") or []
                  if one.startswith("License ::")]  # fmt: skip
    if classified:
        return ", ".join(classified)
    return next(iter((told.get("License") or "").strip().splitlines()), "")


def table(head, rows):
    """A table in MyST text."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


class Licences(SphinxDirective):
    """Two tables: ``{licences} data`` and ``{licences} packages``."""

    required_arguments = 1

    def run(self):
        if self.arguments[0] == "data":
            sets = [*sources.PARCELS, *restricted.DATASETS.values()]
            rows = [(one.title, getattr(one, "licence", None) or one.terms) for one in sets]
            text = table(("What", "Terms"), rows)
        elif self.arguments[0] == "packages":
            here = {canonicalize_name(one.name) for one in distributions()}
            # Another Sphinx (make sphinx9) makes the book with fewer packages.
            rows = [(name, version, licence(name)) for name, version in locked() if name in here]
            text = table(("Package", "Version", "Licence"), rows)
        else:
            raise self.error(f"licences: {self.arguments[0]!r} is not known")
        return self.parse_text_to_nodes(text)


def setup(app):
    app.add_directive("licences", Licences)
