"""The pictures of explorers leave the page: each becomes a file, fetched when it is shown."""

import base64
import hashlib
import os
import re
from pathlib import Path

from docutils import nodes

PICTURE = re.compile(r'<img src="data:image/(?P<kind>webp|svg)[^,]*,(?P<data>[^"]+)"')
FOLDER = "_explorers"


def move_out(app, doctree, docname):
    """Write each picture of a page's explorers to a file named after what is in it."""
    if app.builder.format != "html":
        return
    folder, stem = Path(app.outdir) / FOLDER, docname.replace("/", "-")
    here = os.path.dirname(app.builder.get_target_uri(docname))
    path = os.path.relpath(FOLDER, here or ".").replace(os.sep, "/")
    for old in folder.glob(f"{stem}-*"):
        old.unlink()

    def place(match):
        picture = base64.b64decode(match["data"])
        name = f"{stem}-{hashlib.sha256(picture).hexdigest()[:8]}.{match['kind']}"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(picture)
        return f'<img loading="lazy" decoding="async" src="{path}/{name}"'

    for node in list(doctree.findall(nodes.raw)):
        if '<fieldset class="explorer"' in node.astext():
            text = PICTURE.sub(place, node.astext())
            node.replace_self(nodes.raw("", text, format="html"))


def setup(app):
    app.connect("doctree-resolved", move_out)
