"""What authors write by hand has a form: YAML is checked against its JSON Schema at every build."""

import sys

import jsonschema
import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The ledger takes a second without libyaml, and a tenth of it with."""


class FormError(ValueError):
    """Something that an author wrote breaks its form; the message says where."""


def read(path, schema, kind):
    """Read and check a file of entries; a message calls one by ``kind`` and its key or id."""
    found = yaml.load(path.read_text("utf-8"), LOADER)
    form = jsonschema.Draft202012Validator(yaml.load(schema.read_text("utf-8"), LOADER))
    for error in form.iter_errors(found):
        place = list(error.absolute_path)
        field = ".".join(map(str, place[1:])) or "its fields"
        raise FormError(f"{kind} {_name(found, *place[:1])}, {field}: {error.message[:200]}")
    ids = [entry["id"] for entry in found] if isinstance(found, list) else []
    for name in ids:
        if ids.count(name) > 1:
            raise FormError(f"{kind} {name}, id: stands twice")
    return found


def _name(found, row=None):
    if not isinstance(row, int):
        return row or "list"
    named = isinstance(found[row], dict) and found[row].get("id")
    return named or f"number {row + 1}"


def or_end(load):
    """A handler that ends the build with one line when what is loaded breaks its form."""

    def check(app):
        try:
            load()
        except FormError as error:
            sys.exit(f"The book is not built: {error}")

    return check
