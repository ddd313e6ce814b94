"""One style sheet and one script for the whole site, and nothing that no page needs.

The theme brings a megabyte of scripts and styles: icons by the thousand, a live-code
extension that names a remote host, tabs that this book has not. Here its style sheets and
ours become one file without the rules that nothing needs, its scripts and ours one file that
is loaded late, the icons in use a font of two kilobytes, and what is left over goes.
"""

import base64
import io
import os
import re
import shutil
from pathlib import Path

import scripts
from fontTools import subset
from sphinx.util import logging
from stylesheets import Names, drop_animations, drop_variables, purge

logger = logging.getLogger(__name__)

SHEET, SCRIPT, FINDER = "book.css", "book.js", "search.js"
# In the order in which they count. What lies in book/_static comes last.
STYLES = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "sphinx-design.min.css",
)
SCRIPTS = (
    "documentation_options.js",
    "doctools.js",
    "sphinx_highlight.js",
    "clipboard.min.js",
    "copybutton.js",
    "scripts/bootstrap.js",
    "scripts/sphinx-book-theme.js",
    "scripts/pydata-sphinx-theme.js",
)
FONT = "vendor/fontawesome/webfonts/fa-solid-900.ttf"
SEARCH = ("searchtools.js", "language_data.js", "searchindex.js")
# Left out, with what a page would hold if it were needed.
LEFT_OUT = {
    "scripts/fontawesome.js": None,  # a font of the icons in use takes its place
    "styles/theme.css": None,  # it only imports basic.css
    "sphinx-thebe.js": None,
    "sphinx-thebe.css": None,
    "togglebutton.js": re.compile(r'class="(?:[^"]* )?(?:toggle|admonition dropdown)[ "]'),
    "togglebutton.css": None,
    "design-tabs.js": re.compile(r'class="(?:[^"]* )?sd-tab-set[ "]'),
}
# What Bootstrap's script may write into a page of ours: menus and hints.
MENUS = set(
    """show hide fade collapse collapsing collapsed active disabled dropdown-menu dropup
    tooltip tooltip-inner tooltip-arrow bs-tooltip-auto bs-tooltip-top bs-tooltip-bottom
    bs-tooltip-start bs-tooltip-end""".split()  # noqa: SIM905
)

# What the theme writes into each page; and from a disk no page may read another for a summary.
OPTIONS = """
DOCUMENTATION_OPTIONS.search_as_you_type = false;
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
"""

# A page has its colours before the script is there, and without it.
COLOURS = (
    'localStorage.getItem("theme") || "auto"',
    'localStorage.getItem("theme") || '
    '(matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")',
)

LINK = re.compile(
    r'[ \t]*<link\b(?=[^>]*\brel="(?:stylesheet|preload)")[^>]*\bhref="([^"]+)"[^>]*>\n?'
)
LOADED = re.compile(r'[ \t]*<script\b[^>]*\bsrc="([^"]+)"[^>]*></script>\n?')
WRITTEN = re.compile(
    r"[ \t]*<script\b[^>]*>\s*(?:DOCUMENTATION_OPTIONS\.|let toggle|var togglebutton|kernelName|"
    r"[^<]*thebe|\{\s*requestKernel)[^<]*</script>\n?"
)
CODE = re.compile(r"<pre>.*?</pre>", re.S)
SPAN = re.compile(r'<span class="(\w+)">([^<]*)</span>')
RUN = re.compile(r'<span class="(\w+)">[^<]*</span>(?:<span class="\1">[^<]*</span>)+')
# Operators are half of all coloured words, dots and brackets among them: code does not shout.
QUIET = {"o"}
KEPT_AS_IT_IS = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.S)
ICON = re.compile(r'content:"\\([ef][0-9a-f]{3})"')
ICON_FONT = re.compile(r"@font-face\{[^{}]*Font Awesome[^{}]*\}")


def asset(address):
    """The path of a file below ``_static``, taken from its address in a page."""
    return re.sub(r"^(\.\./)+", "", address.split("?")[0].rpartition("_static/")[2])


def plain_classes(css):
    """The classes of code whose colour is that of all code, in each of the two themes."""
    plain = None
    for theme in ("light", "dark"):
        place = rf'html\[data-theme="{theme}"\] \.highlight'
        base = re.search(place + r" \{[^}]*(color: #\w+)\s*\}", css)[1]
        found = set(re.findall(rf"{place} \.(\w+) \{{ {base} \}}", css))
        plain = found if plain is None else plain & found
    return plain


def slim(text, plain):
    """The HTML of a page without comments, blank lines and without marks that colour nothing.

    Parameters
    ----------
    text : str
    plain : set of str
        Classes of code that look like all code.

    Returns
    -------
    str
    """

    def code(match):
        bare = match[0].replace("<pre><span></span>", "<pre>")
        bare = SPAN.sub(lambda span: span[2] if span[1] in plain else span[0], bare)
        return RUN.sub(
            lambda run: f'<span class="{run[1]}">' + re.sub("<.*?>", "", run[0]) + "</span>", bare
        )

    text = CODE.sub(code, text)
    pieces = KEPT_AS_IT_IS.split(text)
    for place in range(0, len(pieces), 3):  # text, what is kept, and its kind, in turn
        bare = re.sub(r"<!--.*?-->", "", pieces[place], flags=re.S)
        pieces[place] = re.sub(r"\n\s+", "\n", bare)
    return "".join(piece for place, piece in enumerate(pieces) if place % 3 != 2)


def change_page(app, page):
    """Load one style sheet and one script, and nothing else that the theme brings."""
    static = Path(app.outdir) / "_static"
    for file, sign in LEFT_OUT.items():
        if sign and sign.search(page.text):
            logger.warning(f"{page.name} needs {file}, which book/_ext/assets.py leaves out")
    known = {file for pattern in (*STYLES, *own(app, "css")) for file in _found(static, pattern)}
    known |= {*SCRIPTS, *own(app, "js"), *SEARCH, *LEFT_OUT}
    root = os.path.relpath(app.outdir, page.path.parent).replace(os.sep, "/")
    prefix = "" if root == "." else f"{root}/"
    late = [f"{prefix}_static/{SCRIPT}"]

    def change(match):
        return "" if asset(match[1]) in known else match[0]

    text = page.text.replace(' data-theme="auto"', ' data-theme="light"', 1)
    head, end, body = text.replace(*COLOURS, 1).partition("</head>")
    head = WRITTEN.sub("", LOADED.sub(change, LINK.sub(change, head)))
    body = WRITTEN.sub("", LOADED.sub(change, body))
    if page.name == "search":
        late += [f"{prefix}_static/{file}" for file in (FINDER, SEARCH[1])]
        late.append(f"{prefix}{SEARCH[2]}")
    tags = "".join(f'<script defer src="{address}"></script>\n' for address in late)
    sheet = f'<link rel="stylesheet" href="{prefix}_static/{SHEET}" />\n'
    plain = plain_classes((static / "pygments.css").read_text("utf-8")) | QUIET
    page.text = slim(head + sheet + tags + end + body, plain)


def own(app, kind):
    """Names of our own style sheets ("css") or scripts ("js")."""
    folder = Path(app.srcdir) / "book" / "_static"
    return [path.name for path in sorted(folder.glob(f"*.{kind}"))]


def _found(static, pattern):
    return [path.relative_to(static).as_posix() for path in sorted(static.glob(pattern))]


def icon_font(font, codes):
    """A font with some icons only, as a ``@font-face`` rule that holds it.

    Parameters
    ----------
    font : pathlib.Path
        The font with all icons.
    codes : iterable of int
        Code points of the icons to keep.

    Returns
    -------
    str
    """
    options = subset.Options(flavor="woff", layout_features=[], hinting=False, name_IDs=[])
    whole = subset.load_font(str(font), options)
    part = subset.Subsetter(options)
    part.populate(unicodes=codes)
    part.subset(whole)
    stream = io.BytesIO()
    subset.save_font(whole, stream, options)
    data = base64.b64encode(stream.getvalue()).decode()
    return (
        "@font-face{font-family:Font Awesome\\ 6 Free;font-weight:900;"
        f'src:url(data:font/woff;base64,{data}) format("woff")}}'
    )


def join(app, site):
    """Write the style sheet, the script and that of the search, then sweep the rest away."""
    static, ours = Path(app.outdir) / "_static", Path(app.srcdir) / "book" / "_static"
    theme = _keep(static, Path(app.doctreedir) / "assets")
    read = {file: scripts.mend(file, (theme / file).read_text("utf-8")) for file in SCRIPTS}
    read |= {file: (ours / file).read_text("utf-8") for file in own(app, "js")}
    pages = "".join(site.values())
    names = Names()
    names.add_page(pages)
    names.classes.update(MENUS)
    large = ("scripts/bootstrap.js", "clipboard.min.js")
    words = [text for file, text in read.items() if file not in large]
    finder = scripts.mend(SEARCH[0], (theme / SEARCH[0]).read_text("utf-8"))
    names.add_words("".join([*words, finder]))

    sheets = [theme / file for pattern in STYLES for file in _found(theme, pattern)]
    sheets += [ours / file for file in own(app, "css")]
    css = "".join(purge(sheet.read_text("utf-8"), names) for sheet in sheets)
    css = drop_animations(drop_variables(css, pages + "".join(read.values())))
    icons = sorted({int(code, 16) for code in ICON.findall(css)})
    css = icon_font(theme / FONT, icons) + ICON_FONT.sub("", css)
    (static / SHEET).write_text(css, "utf-8")

    read["documentation_options.js"] += OPTIONS
    js = "\n;\n".join(re.sub(r"//# sourceMappingURL=\S*", "", text) for text in read.values())
    (static / SCRIPT).write_text(js, "utf-8")
    (static / FINDER).write_text(finder, "utf-8")
    _sweep(Path(app.outdir), pages + css)


def _keep(static, store):
    """Copy what the theme brought to where it stays: Sphinx brings it only if a page changed."""
    for pattern in (*STYLES, *SCRIPTS, SEARCH[0], FONT):
        for file in _found(static, pattern):
            (store / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(static / file, store / file)
    return store


def _sweep(folder, text):
    """Remove what the theme and the builder copied and no page names."""
    kept = {f"_static/{file}" for file in (SHEET, SCRIPT, FINDER, SEARCH[1])}
    for part in ("_static", "_sources"):
        for path in sorted((folder / part).rglob("*"), reverse=True):
            name = path.relative_to(folder).as_posix()
            if path.is_dir():
                if not any(path.iterdir()):
                    path.rmdir()
            elif name not in kept and name not in text:
                path.unlink()


def setup(app):
    app.setup_extension("finish")
    app.connect("page-written", change_page, priority=900)
    app.connect("site-written", join)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
