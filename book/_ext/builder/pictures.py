"""Pictures become small and keep their place: their size in the page, late loading, WebP.

Drawings are SVG and stay so. Pictures of pixels come from the notebooks at twice the density
of the page, as PNG. Every pixel is kept, unless the file would be too heavy. The work goes on
beside the reading of the pages.
"""

import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree

from docutils import nodes
from PIL import Image

HEAVIEST = 150_000  # bytes of one picture
LOSSLESS = {"lossless": True, "quality": 75, "method": 2}  # slower methods save under 1%
LOSSY = {"quality": 90, "method": 4, "use_sharp_yuv": True}
DENSITY = 2  # pixels of a figure for one of the page


def webp(picture):
    """Encode a picture as WebP.

    Parameters
    ----------
    picture : PIL.Image.Image

    Returns
    -------
    bytes
        With every pixel as it was, or, where that takes more than ``HEAVIEST``, close to it.
    """
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema()[0] == 255:
        picture = picture.convert("RGB")
    for options in (LOSSLESS, LOSSY):
        stream = io.BytesIO()
        picture.save(stream, "WEBP", **options)
        if stream.tell() <= HEAVIEST:
            break
    return stream.getvalue()


def shrink(app, doctree):
    """Give each picture of a page its small file, its size, and its turn to load."""
    found = [node for node in doctree.findall(nodes.image) if "://" not in node["uri"]]
    for number, node in enumerate(found):
        _, name = app.env.relfn2path(node["uri"], app.env.docname)
        path = Path(name)
        if path.suffix not in (".png", ".webp", ".svg"):
            continue
        node["pixels"] = _size(path)
        if number:
            node["loading"] = "lazy"
        if path.suffix == ".png":
            small = path.with_suffix(".webp")
            node["uri"] = f"/{Path(os.path.relpath(small, app.srcdir)).as_posix()}"
            if not small.exists() or not small.stat().st_size:
                small.touch()  # Sphinx looks whether it is there
                app.shrinking.append(app.shrinkers.submit(_convert, path, small))


def _size(path):
    """Width and height in the page, in pixels; a drawing tells its own in points."""
    if path.suffix == ".svg":
        root = ElementTree.parse(path).getroot()
        sides = (float(root.get(side).removesuffix("pt")) for side in ("width", "height"))
        return [round(side * 100 / 72) for side in sides]
    with Image.open(path) as picture:
        return [side // DENSITY for side in picture.size]


def _convert(path, small):
    with Image.open(path) as picture:
        small.write_bytes(webp(picture))
    # As old as what it shows: Sphinx reads a page again that is older than its pictures.
    os.utime(small, ns=(0, path.stat().st_mtime_ns))


def wait(app, *_):
    """Let the reading end when all pictures are there; a fault in one is told here."""
    for job in app.shrinking:
        job.result()


def setup(app):
    app.shrinkers, app.shrinking = ThreadPoolExecutor(os.cpu_count()), []
    app.connect("doctree-read", shrink, priority=400)  # before Sphinx collects the pictures
    app.connect("env-check-consistency", wait)
