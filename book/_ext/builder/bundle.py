"""One style sheet and one script for the whole site, so that bad wifi has two files to wait for.

Sphinx, the theme and each extension bring files of their own. Their order is the pages' own;
nothing is left out and nothing is changed.
"""

from pathlib import Path

KINDS = {"css_files": "course.css", "script_files": "course.js"}


def gather(app, pagename, templatename, context, doctree):
    """Let a page ask for the joint files alone, and note what they must hold."""
    for kind, target in KINDS.items():
        files = [str(file.filename).partition("?")[0] for file in context.get(kind, [])]
        known = app.bundled.setdefault(target, {})
        known.update(dict.fromkeys(file for file in files if file and "://" not in file))
        kept = [file for file in context.get(kind, []) if not file.filename]
        context[kind] = [*kept, f"_static/{target}"]


def write(app, error):
    """Join the files that the pages asked for."""
    if error or not app.bundled:
        return
    out = Path(app.outdir)
    for target, files in app.bundled.items():
        texts = [(out / file).read_text("utf-8") for file in files if (out / file).exists()]
        (out / "_static" / target).write_text("\n".join(texts), "utf-8")
    for source in (out / "_static").rglob("*.map"):  # to where nobody can follow
        source.unlink()


def setup(app):
    app.bundled = {}
    app.connect("html-page-context", gather, priority=900)  # when all have asked
    app.connect("build-finished", write, priority=700)  # when the theme has written its own
