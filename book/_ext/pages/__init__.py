"""What a page says: claims and their ledger, quizzes, guesses, words of the glossary, data."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape

PARTS = (
    "tags", "claims", "claim_pages", "evidence_map", "quiz", "guess", "terms", "datacards",
    "licences", "explorers", "viewers", "front",
)  # fmt: skip

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
    autoescape=select_autoescape(["html"]),
    trim_blocks=True,
    lstrip_blocks=True,
)
"""All HTML and MyST that the course's extensions write stands in these files."""


def render(template, /, **values):
    """Fill one of the templates: its name as "claim.html", then what it speaks of."""
    return TEMPLATES.get_template(template).render(**values)


def setup(app):
    for part in PARTS:
        app.setup_extension(f"pages.{part}")
    return {"parallel_read_safe": False, "parallel_write_safe": False}
