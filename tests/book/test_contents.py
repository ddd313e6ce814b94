"""The table of contents holds every page, and no page that is not there."""

import yaml
from course import CHAPTERS, ROOT


def listed():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    entries = [entry for part in toc["parts"] for entry in part["chapters"]]
    inner = [section["file"] for entry in entries for section in entry.get("sections", [])]
    return [toc["root"], *(entry["file"] for entry in entries), *inner]


def test_every_listed_page_exists():
    for name in listed():
        assert any((ROOT / f"{name}{suffix}").exists() for suffix in (".md", ".ipynb")), name


def test_every_page_is_listed_once():
    pages = [*CHAPTERS, *(ROOT / "book").rglob("*.md")]
    there = sorted(page.relative_to(ROOT).with_suffix("").as_posix() for page in pages)
    assert sorted(listed()) == there


def test_chapters_stand_in_the_order_of_their_numbers():
    chapters = [name for name in listed() if name.startswith("notebooks/")]
    assert chapters == sorted(chapters)
