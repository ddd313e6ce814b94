"""What a page says: claims and their ledger, quizzes, guesses, words of the glossary, data."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

from ketanet import __version__

PARTS = (
    "tags", "claims", "claim_pages", "evidence_map", "quiz", "guess", "terms", "datacards",
    "licences", "accessibility", "explorers", "viewers", "front",
)  # fmt: skip

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(["html", "xml"]),
    trim_blocks=True,
    lstrip_blocks=True,
)
"""All HTML and MyST that the course's extensions write stands in these files."""
TEMPLATES.globals["version"] = __version__


def render(template, /, **values):
    """Fill one of the templates: its name as "claim.html", then what it speaks of."""
    return TEMPLATES.get_template(template).render(**values)


def name_the_version(app, config):
    """The version stands in the package alone; the theme and the e-book read it here."""
    config.version = config.release = __version__


def setup(app):
    app.connect("config-inited", name_the_version)
    for part in PARTS:
        app.setup_extension(f"pages.{part}")
    return {"parallel_read_safe": False, "parallel_write_safe": False}
