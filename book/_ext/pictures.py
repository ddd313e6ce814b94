"""Pictures become small and keep their place: WebP files, sizes in the page, late loading.

The notebooks draw at twice the density of the page, as PNG. Here each PNG becomes a WebP
file, named after what is in it, so that a picture that did not change is not made again.
Every pixel is kept, unless the file would be too heavy.
"""

import hashlib
import io
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import explorers
from PIL import Image

HEAVIEST = 150_000  # bytes of one picture
HEAVY = 50_000  # from here on, screens that need fewer pixels get fewer
LOSSLESS = {"lossless": True, "quality": 75, "method": 2}  # slower methods save under 1%
LOSSY = {"quality": 90, "method": 4, "use_sharp_yuv": True}
PLAIN = LOSSY | {"quality": 85}
DENSITY = 2  # pixels of a figure for one of the page

TAG = re.compile(r"<img\b[^>]*>")
SOURCE = re.compile(r'\bsrc="([^"]+)"')
SIZE = re.compile(r' ?style="width: ([\d.]+)px; ?height: ([\d.]+)px;?"')


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


def name(png):
    """Name of the WebP file of a picture: after its content and how it is made."""
    recipe = repr((HEAVIEST, HEAVY, LOSSLESS, LOSSY, PLAIN)).encode()
    return hashlib.sha256(recipe + png).hexdigest()[:16] + ".webp"


def plain(path):
    """Path of the same picture with one pixel for one of the page; only heavy ones have it."""
    return path.with_name(f"{path.stem}-plain.webp")


def make(path, folder):
    """Write the WebP files of a PNG, unless they are there.

    Parameters
    ----------
    path : pathlib.Path
        The PNG.
    folder : pathlib.Path
        Where they go.

    Returns
    -------
    pathlib.Path
        The file with all pixels.
    """
    png = path.read_bytes()
    target = folder / name(png)
    if not target.exists():
        picture = Image.open(io.BytesIO(png))
        target.write_bytes(webp(picture))
        if target.stat().st_size > HEAVY:
            size = [side // DENSITY for side in picture.size]
            small = picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            small.save(plain(target), "WEBP", **PLAIN)
    return target


def place(tag, path, first):
    """Write an image's size into its tag, and let it load late.

    Parameters
    ----------
    tag : str
        The ``img`` tag.
    path : pathlib.Path
        The picture.
    first : bool
        Whether it is the first of its page, which is not loaded late.

    Returns
    -------
    str
    """
    if style := SIZE.search(tag):
        width, height = float(style[1]), float(style[2])
        tag = tag.replace(style[0], "")
    else:
        with Image.open(path) as picture:
            width, height = (side / DENSITY for side in picture.size)
    wanted = {"width": f"{width:.0f}", "height": f"{height:.0f}"}
    if plain(path).exists():
        source = SOURCE.search(tag)[1]
        half = f"{source.removesuffix('.webp')}-plain.webp {width:.0f}w"
        wanted["srcset"] = f"{half}, {source} {DENSITY * width:.0f}w"
        wanted["sizes"] = f"(max-width: {width:.0f}px) 100vw, {width:.0f}px"
    if not first:
        wanted |= {"loading": "lazy", "decoding": "async"}
    new = "".join(f' {key}="{value}"' for key, value in wanted.items() if f" {key}=" not in tag)
    return tag.replace("<img", "<img" + new, 1)


def begin(app, env):
    """Start on the pictures once the pages are read: they are made while those are written."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir) / app.builder.imagedir
    folder.mkdir(parents=True, exist_ok=True)
    for source in env.images:
        if source.endswith(".png"):
            app.pictures[source] = app.drawers.submit(make, Path(app.srcdir) / source, folder)


def change_page(app, page):
    """Give every picture of a page its small file, its size and its turn to load."""
    here, folder = page.path.parent, Path(app.outdir) / app.builder.imagedir
    sources = dict.fromkeys(SOURCE.search(tag)[1] for tag in TAG.findall(page.text))
    paths = {source: (here / source).resolve() for source in sources if "://" not in source}
    drawn = [path for path in paths.values() if path.suffix == ".png" and path.exists()]
    begun = {app.builder.images.get(source): job for source, job in app.pictures.items()}
    made = {
        path: begun[path.name].result() if path.name in begun else make(path, folder)
        for path in drawn
    }
    for source, path in paths.items():
        if path in made:
            new = os.path.relpath(folder / made[path].name, here).replace(os.sep, "/")
            page.text = page.text.replace(f'"{source}"', f'"{new}"')  # the link around it too
    seen = []

    def change(match):
        path = here / SOURCE.search(match[0])[1]
        if path.suffix == ".svg" or not path.exists():
            return match[0]
        seen.append(path)
        return place(match[0], path, first=len(seen) == 1)

    page.text = TAG.sub(change, page.text)


def sweep(app, site):
    """Remove the files of pictures that no page shows any more."""
    text = "".join(site.values())
    for folder in (app.builder.imagedir, explorers.FOLDER):
        for picture in (Path(app.outdir) / folder).glob("*"):
            if picture.name not in text:
                picture.unlink()


def setup(app):
    app.setup_extension("finish")
    app.drawers, app.pictures = ThreadPoolExecutor(os.cpu_count()), {}
    app.connect("env-check-consistency", begin)  # only if a page was read
    app.connect("page-written", change_page)
    app.connect("site-written", sweep)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
