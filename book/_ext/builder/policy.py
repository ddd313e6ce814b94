"""What a page may load and run: the site's own files, and nothing else.

Each page carries a content security policy. Two short scripts stand in a page, so that nothing
flickers while it loads; the policy names them by what they say, and lets no other run.
"""

import base64
import hashlib

from docutils import nodes
from pages import TEMPLATES

CODE = (
    'document.documentElement.dataset.code = "hidden"; '
    'document.documentElement.dataset.code = sessionStorage.getItem("code") || "hidden";'
)
"""Whether code is shown is known before anything is drawn, also where a browser keeps nothing."""


def policy(*scripts, live=False):
    """Write the policy of a page as an element of its head.

    Parameters
    ----------
    *scripts : str
        What the scripts say that stand in the page.
    live : bool
        Whether the page has a cell that runs: Python is WebAssembly, in a worker of the page's own.

    Returns
    -------
    str
    """
    digests = (base64.b64encode(hashlib.sha256(one.encode()).digest()) for one in scripts)
    allowed = "".join(f" 'sha256-{digest.decode()}'" for digest in digests)
    if live:
        allowed += " 'wasm-unsafe-eval'; worker-src blob:"
    rules = (
        f"default-src 'none'; script-src 'self'{allowed}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; "
        "form-action 'self'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def guard(app, pagename, templatename, context, doctree):
    """Put the policy at the top of a page of the theme, which has a script of its own."""
    if app.builder.name in ("html", "dirhtml") and app.config.html_theme == "furo":
        base = app.builder.templates.environment.get_template("base.html")
        body = "".join(base.blocks["body"](base.new_context({})))
        own = body.partition("<script>")[2].partition("</script>")[0]
        context["first_script"] = CODE
        live = doctree is not None and any(
            "tag_live" in node.get("classes", []) for node in doctree.findall(nodes.container)
        )
        context["metatags"] = policy(CODE, own, live=live) + context.get("metatags", "")


def setup(app):
    TEMPLATES.globals["policy"] = policy()
    app.connect("html-page-context", guard, priority=950)
