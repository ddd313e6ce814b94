"""The ways in and out of the site, none of which the repository fixes.

``BOOK_URL`` is where the site will stand: with it pages name their own address and there is a
sitemap. ``BOOK_REPOSITORY`` is the address of the repository: with it chapters carry links to
Binder and Colab, which open its branch or tag ``BOOK_BRANCH`` (else "main"). Without them
nothing of the kind is written, and the site is the same wherever it is built.
"""

import os
from urllib.parse import quote, urlsplit

BINDER, COLAB = "https://mybinder.org/v2", "https://colab.research.google.com"


def take_settings(app, config):
    """Tell the extensions that need it where the site will stand."""
    config.notfound_urls_prefix = "/"
    config.html_baseurl = os.environ.get("BOOK_URL", config.html_baseurl or "").rstrip("/")
    if config.html_baseurl:
        config.html_baseurl += "/"
        config.ogp_site_url = config.html_baseurl
        config.notfound_urls_prefix = urlsplit(config.html_baseurl).path
        app.setup_extension("sphinx_sitemap")


def keep_to_sites(app):
    """A book that is one file has no door to lead on from."""
    if app.builder.name not in ("html", "dirhtml"):
        app.config.redirects = {}


def offer_launchers(app, pagename, templatename, context, doctree):
    """Offer Binder and Colab on chapters, where the repository has an address."""
    repository = os.environ.get("BOOK_REPOSITORY", "").rstrip("/")
    if repository and pagename.startswith("notebooks/"):
        owner_and_name = "/".join(repository.split("/")[-2:])
        branch, path = os.environ.get("BOOK_BRANCH", "main"), quote(f"{pagename}.ipynb")
        context["launchers"] = {
            "Binder": f"{BINDER}/gh/{owner_and_name}/{quote(branch, safe='')}"
            f"?urlpath=lab/tree/{path}",
            "Colab": f"{COLAB}/github/{owner_and_name}/blob/{quote(branch)}/{path}",
        }
        context["colab_first"] = f"%pip install git+{repository}@{branch}"


def setup(app):
    app.connect("config-inited", take_settings)
    app.connect("builder-inited", keep_to_sites, priority=400)
    app.connect("html-page-context", offer_launchers)
