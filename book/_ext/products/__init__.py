"""What can be taken away: slides, handouts, notebooks, the ledger as files, one zip, an e-book."""

PARTS = (
    "slides", "handouts", "notebooks", "ledger_files", "questions", "figure_data", "downloads",
    "ebook",
)  # fmt: skip


def setup(app):
    for part in PARTS:
        app.setup_extension(f"products.{part}")
    return {"parallel_read_safe": False, "parallel_write_safe": False}
