"""The ledger to take away: JSON and CSV with their schema; ``{ledger-files}`` links them."""

import csv
import io
import json
from pathlib import Path

import yaml
from docutils import nodes
from pages import ledger
from sphinx.util.docutils import SphinxDirective

COLUMNS = (
    "claim", "short", "verdict", "side", "work", "trial", "design", "who", "people", "blind",
    "pipeline", "read", "measure", "indirect", "effect", "when", "text",
)  # fmt: skip


def schema():
    """The form of the JSON file: both schemas of the ledger in one."""
    parts = {
        name: {"$id": name, **yaml.safe_load((ledger.EVIDENCE / f"{name}.schema.yml").read_text())}
        for name in ("claims", "works")
    }
    return {
        "$schema": parts["claims"]["$schema"],
        "type": "object",
        "required": ["released", *parts],
        "additionalProperties": False,
        "properties": {"released": {"type": "string"}, **parts},
    }


def as_json():
    """All claims, with their blanks filled, and all works that they cite."""
    return {
        "released": ledger.RELEASED.isoformat(),
        "claims": list(ledger.load().values()),
        "works": ledger.load_works(),
    }


def as_csv():
    """One row for each line of evidence and each work that it cites."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for claim in ledger.load().values():
        about = {"claim": claim["id"], "short": claim["short"]}
        about["verdict"] = "; ".join(claim["verdict"])
        for side in ledger.SIDES:
            for line in claim[side]:
                told = line | {"text": " ".join(line["text"].split()), "side": side}
                told["indirect"] = "yes" if line.get("indirect") else ""
                for key in line["cite"]:
                    writer.writerow(about | told | ledger.load_works()[key] | {"work": key})
    return table.getvalue()


def write(app, error):
    """Put the files into the site."""
    if error or app.builder.name != "html":
        return
    files = {"ledger.csv": as_csv()}
    for name, content in (("ledger.json", as_json()), ("ledger.schema.json", schema())):
        files[name] = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    folder = Path(app.outdir) / "_downloads"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


class LedgerFiles(SphinxDirective):
    """``{ledger-files}``: the links."""

    def run(self):
        kinds = {"CSV": "ledger.csv", "JSON": "ledger.json", "JSON schema": "ledger.schema.json"}
        links = " · ".join(
            f'<a href="../_downloads/{name}" download>{kind}</a>' for kind, name in kinds.items()
        )
        text = f'<p class="downloads">The ledger as a file: {links}</p>'
        return [nodes.raw("", text, format="html")]


def setup(app):
    app.add_directive("ledger-files", LedgerFiles)
    app.connect("build-finished", write)
