"""The numbers of each figure, in a file that is linked under it."""

import json
import re

import nbformat
import pandas as pd
import pytest
from course import CHAPTERS, SITE, read
from products import figure_data as product

from ketanet import drug_tables, figure_data

FOLDER = SITE / product.FOLDER
FILES = sorted(FOLDER.glob("*.csv"))
chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
# Of a brain there is a picture; a sketch has no numbers; some draw for those who have the scans.
NO_NUMBERS = re.compile(r"plotting\.|figures\.sketch\(|^draw\(|if here")


def figures(path):
    """The cells of a chapter that draw a figure."""
    return {
        name: cell.source
        for cell in nbformat.read(path, 4).cells
        if (name := cell.metadata.get("mystnb", {}).get("figure", {}).get("name"))
    }


@chapter
def test_every_figure_that_shows_numbers_tells_them(path):
    told = {file.stem for file in FILES}
    silent = {name for name in figures(path) if name not in told}
    assert silent == {name for name, source in figures(path).items() if NO_NUMBERS.search(source)}


@chapter
def test_the_file_is_linked_under_its_figure(path):
    page = read(SITE / "notebooks" / f"{path.stem}.html")
    for name in figures(path):
        if page.find(id=name) is None:  # it draws for those who have the scans
            continue
        after = page.find(id=name).find_next_sibling()
        linked = after is not None and "figure-data" in after.get("class", ())
        assert linked == (FOLDER / f"{name}.csv").exists(), name
        if linked:
            assert (page_of := after.a["href"]) == f"../{product.FOLDER}/{name}.csv", page_of
            number = page.find(id=name).find(class_="caption-number").get_text().strip()
            assert after.a["aria-label"] == f"Data (CSV) of {number}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_opens_and_says_what_it_holds(file):
    text = file.read_text("utf-8")
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert re.match(r"# Fig\. \d\.\d+ of Ketamine and the Networked Brain .+, CC BY 4\.0$", head[0])
    assert len(head[1]) > 40, "the caption says how it was made, and from what"
    assert [line for line in head if f"= {figure_data.UNSAID}" in line] == [], "an axis has no name"
    table = pd.read_csv(file, comment="#")
    assert len(table) and {"panel", "kind", "series", "x", "y"} <= {*table.columns}
    assert table[["x", "y"]].notna().all(axis=None)
    assert table["panel"].max() == sum(line.startswith("# panel ") for line in head)
    assert product.CLOSED not in text


@pytest.mark.parametrize("panel, gsr", [(1, False), (2, True)])
def test_a_file_holds_what_was_computed(panel, gsr):
    """The forest of chapter 9: means and ends of twelve networks, as the tables have them."""
    found = pd.read_csv(FOLDER / "fig-km-forest.csv", comment="#")
    found = found[(found["panel"] == panel) & found["y"].isin(drug_tables.groups(
        "ketamine", gsr=gsr, kind="network").index)]  # fmt: skip
    groups = drug_tables.groups("ketamine", gsr=gsr, kind="network")
    assert set(found["y"]) == set(groups.index)
    for name, part in found.groupby("y"):
        wanted = groups.loc[name, ["low", "mean", "high"]].astype(float)
        assert sorted(part["x"]) == pytest.approx(sorted(wanted), rel=1e-4), name


def test_no_notebook_carries_the_numbers():
    for path in [*CHAPTERS, *(SITE / "_downloads").rglob("*.ipynb")]:
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            assert not [o for o in cell.get("outputs", []) if "csv" in o.get("metadata", {})]
