"""What a page says of itself to those who link to it, and the ways in and out of the site.

Three settings, none of which the repository fixes. ``BOOK_URL`` is where the site will stand
(else ``html_baseurl``): with it pages name their own address and their picture, and there is
a sitemap. ``BOOK_REPOSITORY`` is the address of the repository: with it the notebooks carry
buttons for Binder and Colab, which open its branch or tag ``BOOK_BRANCH`` (else "main").
Without them nothing of the kind is written, and the site is the same wherever it is built.
"""

import html
import os
import re
from pathlib import Path
from string import Template
from urllib.parse import quote

from docutils import nodes

LENGTH = 160  # characters of a description that search pages show
PICTURE = re.compile(r"<img\s[^>]*>")
ATTRIBUTE = re.compile(r'(src|alt|width|height)="([^"]*)"')
BINDER, COLAB = "https://mybinder.org", "https://colab.research.google.com"
THEME_COLOUR = {"light": "#ffffff", "dark": "#121212"}  # the theme's grounds
ASIDE = (nodes.table, nodes.Admonition, nodes.figure, nodes.container, nodes.footnote)
ASIDE += (nodes.definition_list,)

LOST = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="There is no page at this address. Search, or begin anew.">
<link rel="icon" href="data:,">
<title>No such page — $title</title>
<style>
body { margin: 12vh auto; max-width: 34rem; padding: 0 1rem; }
body { font: 1.0625rem/1.6 system-ui, sans-serif; }
html { background: #fff; color: #222832; }
a { color: #0b5cc9; }
label { display: block; }
input, button { padding: 0.4rem 0.7rem; border: 1px solid; border-radius: 0.4rem; }
input, button { font: inherit; color: inherit; background: none; }
@media (prefers-color-scheme: dark) {
  html { background: #121212; color: #d7dbe0; color-scheme: dark; }
  a { color: #7fb0f5; }
}
</style>
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>The address may be mistyped, or the page has moved.</p>
<p><a href="$root">Begin at the front page</a>, or search:</p>
<form action="${root}search.html" role="search">
<label for="q">Words to look for</label>
<input type="search" name="q" id="q"> <button>Search</button>
</form>
</main>
</body>
</html>
""")

DOOR = Template("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<meta http-equiv="refresh" content="0; url=$first">
<link rel="icon" href="_static/favicon.svg">
$meta</head>
<body>
<main>
<h1>$title</h1>
<p><a href="$first">Begin at the front page</a></p>
</main>
</body>
</html>
""")


def address_of(app):
    """Where the site will stand, with a slash at its end; empty when that is not known."""
    address = app.config.html_baseurl or ""
    return address.rstrip("/") + "/" if address else ""


def cut(text):
    """As much of a text as a description may have, to the end of a word."""
    if len(text) <= LENGTH:
        return text
    return text[: LENGTH - 2].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


def describe(doctree):
    """The first sentences of a page, as many as a search page shows.

    Parameters
    ----------
    doctree : docutils.nodes.document or None

    Returns
    -------
    str
        Empty when there are none.
    """
    said = ""
    for paragraph in doctree.findall(nodes.paragraph) if doctree else ():
        parent = paragraph.parent
        while parent is not None and not isinstance(parent, ASIDE):
            parent = parent.parent
        text = " ".join(paragraph.astext().split())
        if parent is not None or text[-1:] not in {".", "?", ":"}:
            continue
        said = f"{said} {text}".strip()
        if len(said) >= LENGTH / 2:
            break
    if len(said) <= LENGTH:
        return said.rstrip(":")
    whole = re.match(rf"(.{{59,{LENGTH - 1}}}[.?])(\s|$)", said)
    return whole[1] if whole else cut(said)


def note_description(app, pagename, templatename, context, doctree):
    app.descriptions[pagename] = describe(doctree)
    app.titles[pagename] = html.unescape(re.sub(r"<[^>]+>", "", context.get("title") or ""))


def tags(app, name, text):
    """The lines that go into the head of a page.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    name : str
        Of the page.
    text : str
        Its HTML, in which the first picture is looked for.

    Returns
    -------
    str
    """
    site, base = app.config.html_title or app.config.project, address_of(app)
    title = app.titles.get(name) or site
    about = app.descriptions.get(name) or describe(app.env.get_doctree(app.config.root_doc))
    target = app.builder.get_target_uri(name)
    rows = [("name", "description", about), ("property", "og:title", title)]
    rows += [("property", "og:description", about), ("property", "og:site_name", site)]
    kind = "website" if name == app.config.root_doc else "article"
    rows += [("property", "og:type", kind), ("property", "og:locale", "en_GB")]
    rows += [("name", "twitter:card", "summary_large_image")]
    if base:
        picture = picture_of(name, target, text)
        rows += [("property", "og:url", base + quote(target))]
        rows += [("property", "og:image", base + quote(picture.pop("src")))]
        rows += [("property", f"og:image:{key}", value) for key, value in picture.items()]
    return "".join(
        f'<meta {key}="{what}" content="{html.escape(value)}">\n' for key, what, value in rows
    )


def picture_of(name, target, text):
    """The first picture of a page, else that of the book: path in the site, and what it shows."""
    said = text.partition("<article")[2].partition("</article>")[0] or text.partition("<main")[2]
    found = PICTURE.search(said)
    if not found:
        return {"src": "_static/page.webp", "alt": "A page of the book"}
    picture = {key: html.unescape(value) for key, value in ATTRIBUTE.findall(found[0])}
    folder = os.path.dirname(target)
    picture["src"] = os.path.normpath(os.path.join(folder, picture["src"])).replace(os.sep, "/")
    return dict(sorted(picture.items(), key=lambda pair: "src alt width height".index(pair[0])))


def introduce(app, name, title, about, text):
    """Put into a page that Sphinx did not write what it says of itself.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    name : str
        Of the page, as "slides/01-networks".
    title, about : str
        Its title, and its description in a sentence.
    text : str
        Its HTML.

    Returns
    -------
    str
    """
    app.titles[name], app.descriptions[name] = title, about
    return text.replace("</head>", tags(app, name, text) + "</head>", 1)


def add_tags(app, page):
    colours = "".join(
        f'<meta name="theme-color" content="{colour}" media="(prefers-color-scheme: {scheme})">\n'
        for scheme, colour in THEME_COLOUR.items()
    )
    said = tags(app, page.name, page.text) + colours
    page.text = page.text.replace("</head>", said + "</head>", 1)


def write_door(app, error):
    """Make the site's own address a page with a title, which leads on to the first page."""
    if error or app.builder.format != "html" or app.config.root_doc == "index":
        return
    out = Path(app.outdir)
    first = app.builder.get_target_uri(app.config.root_doc)
    page = Path(app.builder.get_outfilename(app.config.root_doc)).read_text("utf-8")
    head = page.partition("</head>")[0]
    meta = re.findall(r'<meta (?:name|property)="(?:description|og:|twitter:)[^>]*>\n', head)
    title = html.escape(app.config.html_title or app.config.project)
    door = DOOR.substitute(title=title, first=first, meta="".join(meta))
    _write(out / "index.html", door)
    _write(out / "404.html", LOST.substitute(title=title, root=address_of(app) or "/"))


def write_sitemap(app, error):
    """List the pages for those who look for them; no dates."""
    if error or app.builder.format != "html":
        return
    out, base, path = Path(app.outdir), address_of(app), Path(app.outdir) / "sitemap.xml"
    if not base:
        path.unlink(missing_ok=True)
        return
    pages = (page.relative_to(out) for page in out.rglob("*.html"))
    wanted = sorted(
        page.as_posix()
        for page in pages
        if not page.parts[0].startswith("_")
        and page.as_posix() not in ("index.html", "404.html", "search.html", "genindex.html")
    )
    rows = "".join(f"<url><loc>{html.escape(base + quote(page))}</loc></url>\n" for page in wanted)
    _write(
        path,
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n',
    )


def _write(path, text):
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def take_settings(app, config):
    """Read the two addresses, and tell the theme of the repository's."""
    config.html_baseurl = os.environ.get("BOOK_URL", config.html_baseurl)
    if repository := os.environ.get("BOOK_REPOSITORY", "").rstrip("/"):
        options = config.html_theme_options
        options["repository_url"] = repository
        options["repository_branch"] = os.environ.get("BOOK_BRANCH", "main")
        options["launch_buttons"] = {
            "binderhub_url": BINDER,
            "colab_url": COLAB,
            "notebook_interface": "jupyterlab",
        }


def tell_launchers(app, pagename, templatename, context, doctree):
    """Offer the launchers on notebooks only, and say what Colab needs first."""
    buttons = context.get("header_buttons", [])
    for group in [button for button in buttons if button.get("label") == "launch-buttons"]:
        if not pagename.startswith("notebooks/"):
            buttons.remove(group)
            continue
        for button in group["buttons"]:
            if button["text"] == "Colab":
                options = app.config.html_theme_options
                package = f"{options['repository_url']}@{options['repository_branch']}"
                button["tooltip"] = f"Run first: %pip install git+{package}"


def setup(app):
    app.descriptions, app.titles = {}, {}
    app.connect("config-inited", take_settings)
    app.connect("html-page-context", note_description)
    app.connect("html-page-context", tell_launchers, priority=900)
    app.connect("page-written", add_tags, priority=900)  # after all that changes the pictures
    app.connect("build-finished", write_door, priority=850)  # when the front page is finished
    app.connect("build-finished", write_sitemap, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
