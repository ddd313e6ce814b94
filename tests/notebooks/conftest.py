"""``--keep-outputs`` writes what a fresh run printed into the notebooks."""


def pytest_addoption(parser):
    parser.addoption(
        "--keep-outputs",
        action="store_true",
        help="run every notebook and keep its text outputs in the repository",
    )
