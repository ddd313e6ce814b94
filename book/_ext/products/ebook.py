"""The course as an e-book and as one PDF, made from what Sphinx writes as EPUB.

A reader for books runs no script and takes well-formed XHTML only. So each page keeps what it
says and loses what only a browser can do: an explorer shows its first state, a quiz asks and
is answered at the end of its chapter, folds stand open. Chromium prints the same pages.
"""

import copy
import re
from pathlib import Path
from posixpath import dirname, join, normpath

from bs4 import BeautifulSoup
from builder.unchanged import ROOT
from pages import ledger, render
from PIL import Image
from sphinx.util import logging

from products import downloads, handouts

logger = logging.getLogger(__name__)

STYLES = (ROOT / "book" / "_static" / "parts.css", ROOT / "book" / "_slides" / "ebook.css")
IDLE = (
    "script, style, noscript, button, input, select, textarea, .feedback, .headerlink, "
    ".take-away, .downloads, .one-guess, .sd-summary-state-marker, .guess-tools, "
    ".predict-tools, .predict-answer, [role=tooltip], [hidden], "
    ".quiz fieldset > details, fieldset.explorer > label, .edition, "
    ".cell:not(.tag_solution) > details.hide, .evidence-key span:has(.tiny, .none)"
)
"""What does nothing in a book; and the code that only draws."""
SIGNS = {"for": "+", "against": "−", "both": "±"}
VIEW = "On the site a view opens here that can be moved through."
LEFT_OUT = {"nav.xhtml", "genindex.xhtml", "search.xhtml", "404.xhtml"}
IDENTIFIER = "urn:uuid:3b0a2f0e-6f0a-5c1e-9d0c-6a1b7f2f4c51"


def settle(text):
    """A page of the site's kind as one of a book.

    Parameters
    ----------
    text : str
        HTML, which need not be well-formed.

    Returns
    -------
    bs4.BeautifulSoup
    """
    page = BeautifulSoup(text, "html.parser")
    for one in page.select("html"):
        one["lang"] = one["xml:lang"] = "en"
    for answer in page.select(".predict noscript details > p"):
        answer.find_parent(class_="predict").append(answer.extract())
    for curve in page.select(".predict .drawn"):
        curve.replace_with(said(page, "The handles are on the site: here, draw it on paper."))
    for box in page.select("fieldset.explorer"):
        states = box.find_all("figure")
        checked = [one.has_attr("checked") for one in box.find_all("input")]
        for number, state in enumerate(states):
            if number != (checked.index(True) if any(checked) else 0):
                state.decompose()
        box.append(said(page, f"On the site a handle moves through {len(states)} states."))
    for view in page.select("p.viewer"):
        view.replace_with(said(page, VIEW))
    for files in page.select("table.offered"):
        files.replace_with(said(page, "These files are on the site."))
    for cell in page.select(".tag_live"):
        cell.append(said(page, "On the site this cell can be changed and run."))
    for one in page.select(IDLE):
        one.decompose()
    for sign in page.select(".evidence-map .sign"):
        text = next(text for kind, text in SIGNS.items() if kind in sign["class"])
        sign.string = f"({text})" if "indirect" in sign["class"] else text
    for old in ("fieldset", "legend", "label", "form", "details", "summary"):
        for one in page.find_all(old):
            one.name = "span" if old == "label" and one.parent.name == "p" else "div"
            one["class"] = [*one.get("class", []), old]
            for attribute in ("for", "open", "name"):
                del one[attribute]
    for one in page.find_all("svg"):
        one["xmlns"] = "http://www.w3.org/2000/svg"
        for name in ("viewBox", "preserveAspectRatio"):
            if name.lower() in one.attrs:
                one[name] = one.attrs.pop(name.lower())
    for one in page.select("[role=doc-biblioentry], [role=list], [role=listitem]"):
        del one["role"]
    for one in page.select("a[download], img[loading]"):
        del one["download"], one["loading"]
    for one in page.select("math :not(mstyle)"):
        del one["displaystyle"], one["scriptlevel"]
    return page


def said(page, text):
    """A remark about what only the site can do."""
    remark = page.new_tag("p", attrs={"class": "on-the-site"})
    remark.string = text
    return remark


def mend_links(pages):
    """Unwrap what leads to a place that is not in the book."""
    known = {name: {one["id"] for one in page.find_all(id=True)} for name, page in pages.items()}
    for name, page in pages.items():
        for one in page.find_all(attrs={"aria-describedby": True}):
            if one["aria-describedby"] not in known[name]:
                del one["aria-describedby"]
        for link in page.select("a[href]"):
            place, _, part = link["href"].partition("#")
            if re.match(r"[a-z]+:", place):
                continue
            target = normpath(join(dirname(name), place)) if place else name
            there = known.get(target, set()) if target in known or not part else set()
            if target not in known or (part and part not in there):
                link.unwrap()


def finish(app, error):
    """Put the pages right, then pack the e-book and print the PDF."""
    if error or app.builder.name != "epub":
        return
    folder = Path(app.outdir)
    pages = {}
    for path in sorted(folder.rglob("*.xhtml")):
        name = path.relative_to(folder).as_posix()
        if name not in LEFT_OUT:
            pages[name] = settle(path.read_text("utf-8"))
    mend_links(pages)
    (folder / "_static" / "ebook.css").write_text("\n".join(path.read_text() for path in STYLES))
    for name, page in pages.items():
        for one in page.select("head > meta, head > link"):
            one.decompose()
        style = f"{'../' * name.count('/')}_static/ebook.css"
        page.head.append(page.new_tag("link", rel="stylesheet", type="text/css", href=style))
        for picture in page.select("img[src$='.webp']"):
            picture["src"] = as_png(folder / dirname(name), picture["src"])
        (folder / name).write_text(page.decode(formatter="minimal"), "utf-8")
    nav = BeautifulSoup((folder / "nav.xhtml").read_text("utf-8"), "html.parser")
    for link in nav.select("a[href]"):
        link["href"] = normpath(link["href"])
        link.string = pages[link["href"]].h1.get_text()  # with the number of a chapter
    add_claims(nav, pages)
    nav.nav["role"] = "doc-toc"
    (folder / "nav.xhtml").write_text(nav.decode(formatter="minimal"), "utf-8")
    pages = {link["href"]: pages[link["href"]] for link in nav.select("a[href]")}
    target = folder.parent / "ebook" / downloads.NAME
    target.parent.mkdir(exist_ok=True)
    pack(folder, pages, app.config, target.with_suffix(".epub"))
    if not handouts.browser():
        logger.info("no Chromium: the PDF is not printed")
    elif not print_whole(folder, pages, nav, target.with_suffix(".pdf")):
        logger.warning("Chromium did not print the whole course")
    for name in ("index.html", "whole.html"):  # Sphinx would wonder about them the next time
        (folder / name).unlink(missing_ok=True)


def add_claims(nav, pages):
    """The page of each claim stands beneath the ledger."""
    below = nav.new_tag("ol")
    nav.find("a", href="book/ledger.xhtml").parent.append(below)
    for name in (f"book/claim-{claim}.xhtml" for claim in ledger.load()):
        item = nav.new_tag("li")
        link = nav.new_tag("a", href=name)
        link.string = pages[name].h1.get_text()
        item.append(link)
        below.append(item)


def as_png(folder, source):
    """The address of a picture that every reader for books can show, made from a WebP."""
    target = source.removesuffix("webp") + "png"
    if not (folder / target).exists():
        with Image.open(folder / source) as picture:
            picture.save(folder / target)
    return target


def pack(folder, pages, config, target):
    """Zip what stands in the list of contents, which is written here."""
    shown = {normpath(join(dirname(name), picture["src"]))
             for name, page in pages.items() for picture in page.select("img[src]")}  # fmt: skip
    used = {name: " ".join(kind for tag, kind in {"math": "mathml", "svg": "svg"}.items()
                           if page.find(tag)) for name, page in pages.items()}  # fmt: skip
    contents = render(
        "content.opf", config=config, identifier=IDENTIFIER, pages=used, pictures=sorted(shown)
    )
    members = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": (folder / "META-INF" / "container.xml").read_bytes(),
        "content.opf": contents.encode(),
        "cover.svg": render("cover.svg").encode(),
    }
    for name in ["nav.xhtml", "_static/ebook.css", *pages, *sorted(shown)]:
        members[name] = (folder / name).read_bytes()
    downloads.write_zip(target, members)


def print_whole(folder, pages, nav, target):
    """Print all pages as one, with contents and bookmarks; whether it worked."""

    def place(name, part):
        return re.sub(r"\W+", "-", name) + f"--{part}"

    def follow(name, href):
        to, _, part = href.partition("#")
        to = normpath(join(dirname(name), to)) if to else name
        return f"#{place(to, part)}" if to in pages else href

    bodies = []
    for name, page in pages.items():
        body = copy.copy(page.body)
        for one in body.find_all(id=True):
            one["id"] = place(name, one["id"])
        for link in body.select("a[href]"):
            link["href"] = follow(name, link["href"])
        for picture in body.select("img[src]"):
            picture["src"] = normpath(join(dirname(name), picture["src"]))
        bodies.append(f'<div id="{place(name, "")}">{body.decode_contents()}</div>')
    for link in nav.select("a[href]"):
        link["href"] = follow("nav.xhtml", link["href"])
    whole = folder / "whole.html"
    whole.write_text(render("whole.html", contents=str(nav.find("ol")), bodies=bodies), "utf-8")
    target.unlink(missing_ok=True)
    return handouts.print_page(whole, target, "--generate-pdf-document-outline")


def setup(app):
    app.connect("build-finished", finish, priority=950)
