"""How the site is built: notebooks run, pictures get small, one style sheet and one script."""

PARTS = (
    "progress", "restart", "quick", "execution", "folds", "pictures", "markup", "bundle", "finding",
    "addresses", "policy",
)  # fmt: skip


UNREAD = ("comments_config", "use_jupyterbook_latex")
"""What Jupyter Book always sets, for extensions that this book has not."""


def setup(app):
    for name in UNREAD:
        app.add_config_value(name, None, "")
    for part in PARTS:
        app.setup_extension(f"builder.{part}")
    return {"parallel_read_safe": False, "parallel_write_safe": False}
