"""Search: words of the text and of headings, none of the code; common questions answered first.

Sphinx makes the index and ranks what it finds. Code is kept out of the index. What readers ask
in words of their own stands in ``book/questions.yml``, with the place that answers.
"""

import json
from pathlib import Path

import yaml
from docutils import nodes

QUESTIONS = Path(__file__).parents[2] / "questions.yml"
SCRIPT = "course-search.js"


def leave_code_out(app):
    """Let Sphinx index each page without its code and what the code printed."""
    if app.builder.format != "html":
        return
    index_page = app.builder.index_page

    def index(pagename, doctree, title):
        words = doctree.deepcopy()
        for code in list(words.findall(nodes.literal_block)):
            code.parent.remove(code)
        index_page(pagename, words, title)

    app.builder.index_page = index


def questions(builder):
    """What readers ask, as the search page wants it: the words, what to say, and where."""
    found = yaml.safe_load(QUESTIONS.read_text("utf-8"))
    for question in found:
        if page := question.pop("page", None):
            anchor = question.pop("place")
            question["link"] = f"{builder.get_relative_uri('search', page)}#{anchor}"
    return found


def write(app, error):
    """Put the questions before the script that looks for them."""
    if not error and app.builder.name in ("html", "dirhtml"):
        script = Path(app.outdir) / "_static" / SCRIPT
        told = json.dumps(questions(app.builder), ensure_ascii=False)
        if not (text := script.read_text("utf-8")).startswith("const QUESTIONS"):
            script.write_text(f"const QUESTIONS = {told};\n{text}", "utf-8")


def setup(app):
    app.connect("builder-inited", leave_code_out)
    app.connect("build-finished", write)
