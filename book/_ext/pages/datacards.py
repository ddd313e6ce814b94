"""The ``data-cards`` directive: one card for each set of files, made from what fetches it."""

from sphinx.util.docutils import SphinxDirective

from ketanet import restricted, sources


def card(data):
    """One data card.

    Parameters
    ----------
    data : ketanet.sources.Parcel or ketanet.restricted.Dataset

    Returns
    -------
    str
        MyST text; the heading of a restricted set is one level lower.
    """
    keys = ", ".join(f"{{cite:t}}`{key.strip()}`" for key in data.reference.split(","))
    files = "\n".join(f"{digest}  {file}" for file, digest in sorted(data.files.items()))
    if isinstance(data, sources.Parcel):
        head = f"## {data.title}"
        size = f"{data.wheel_megabytes:g} MB"
        got = {"Package": f"`{data.name}` {data.version}, a download of {size}. Not installed."}
        terms = {"Terms of use": f"{data.licence}."}
    else:
        head = f"### {data.title}"
        ask = f"`python -m ketanet.restricted {data.name}`"
        got = {"How to get it": f"{ask} shows the terms, asks, and fetches {data.megabytes:g} MB."}
        terms = {"Terms of use": data.terms, "What to cite": data.citation}
        files = f"below {data.address}\n\n{files}"
    reference = f" Reference: {keys}." if data.reference else ""
    space = {"Space": f"{data.space}."} if data.space else {}
    rows = {
        "What it is": f"{data.origin}.{reference}",
        **got,
        **space,
        **terms,
        "What we changed": data.changed,
    }
    told = "\n\n".join(f"{name}\n: {text}" for name, text in rows.items())
    return f"""\
{head}

{told}

````{{dropdown}} The {len(data.files)} files and their SHA-256
```text
{files}
```
````
"""


class DataCards(SphinxDirective):
    """The cards of the course's own files; ``{data-cards} restricted``: of those that are not."""

    optional_arguments = 1

    def run(self):
        sets = {(): sources.PARCELS, ("restricted",): restricted.DATASETS.values()}
        if (asked := tuple(self.arguments)) not in sets:
            raise self.error(f"data-cards: {asked[0]!r} is not known, only 'restricted' is")
        return self.parse_text_to_nodes(
            "\n".join(map(card, sets[asked])), allow_section_headings=True
        )


def setup(app):
    app.add_directive("data-cards", DataCards)
