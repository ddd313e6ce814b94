"""The numbers of each figure as a CSV, linked under it.

A figure tells them when it is drawn (``ketanet.figure_data``); here they get a head that says
what they are and where they come from.
"""

from pathlib import Path

from docutils import nodes
from pages import render

from products import notebooks

FOLDER = "_downloads/data"
CLOSED = "may not be passed on"
"""What the caption of a figure says that draws single people of the scans behind the door."""


def told(app, docname):
    """What each figure of a chapter told when it ran: CSV, by the figure's name."""
    found = {}
    for cell in notebooks.executed(app, docname).cells:
        name = cell.metadata.get("mystnb", {}).get("figure", {}).get("name")
        for output in cell.get("outputs", []):
            if name and (text := output.get("metadata", {}).get("csv")):
                found[name] = text
    return found


def link(app, doctree, docname):
    """Write the files of a chapter's figures, and put a link under each."""
    if app.builder.name != "html" or not docname.startswith("notebooks/"):
        return
    numbers, files = notebooks.figures(app), told(app, docname)
    folder, up = Path(app.outdir) / FOLDER, "../" * docname.count("/")
    folder.mkdir(parents=True, exist_ok=True)
    for figure in list(doctree.findall(nodes.figure)):
        name = next((one for one in figure["ids"] if one in files), None)
        caption = " ".join(figure.next_node(nodes.caption).astext().split())
        if name is None or CLOSED in caption:
            continue
        (folder / f"{name}.csv").write_text(
            render("figure-data.csv", number=numbers[name], caption=caption, text=files[name]),
            "utf-8",
        )
        text = render("figure-data.html", number=numbers[name], address=f"{up}{FOLDER}/{name}.csv")
        place = figure.parent.index(figure) + 1
        figure.parent.insert(place, nodes.raw("", text, format="html"))


def clear(app, error):
    """Take away the file of a figure that is no more."""
    if not error and app.builder.name == "html":
        for path in (Path(app.outdir) / FOLDER).glob("*.csv"):
            if path.stem not in notebooks.figures(app):
                path.unlink()


def setup(app):
    app.connect("doctree-resolved", link)
    app.connect("build-finished", clear)
