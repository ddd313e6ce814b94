"""The ``data-cards`` directive: one card for each data parcel, made from ``ketanet.sources``."""

from sphinx.util.docutils import SphinxDirective

from ketanet import sources


def card(parcel):
    """One data card.

    Parameters
    ----------
    parcel : ketanet.sources.Parcel

    Returns
    -------
    str
        MyST text.
    """
    keys = ", ".join(f"{{cite:t}}`{key.strip()}`" for key in parcel.reference.split(","))
    files = "\n".join(f"{digest}  {file}" for file, digest in sorted(parcel.files.items()))
    return f"""\
## {parcel.title}

What it is
: {parcel.origin}. Reference: {keys}.

Package
: `{parcel.name}` {parcel.version}, a download of {parcel.wheel_megabytes:g} MB. Not installed.

Space
: {parcel.space}.

Terms of use
: {parcel.licence}.

What we changed
: {parcel.changed}

````{{dropdown}} The {len(parcel.files)} files and their SHA-256
```text
{files}
```
````
"""


class DataCards(SphinxDirective):
    """All cards, in the order of ``sources.toml``."""

    def run(self):
        text = "\n".join(map(card, sources.PARCELS))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def setup(app):
    app.add_directive("data-cards", DataCards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
