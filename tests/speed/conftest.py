"""One thread, the interpreter of the peers, and what `make speed` says at its end."""

import os

import pytest
from course import ROOT

for name in ("OMP", "OPENBLAS", "MKL", "NUMBA"):  # numpy is imported after this
    os.environ[f"{name}_NUM_THREADS"] = "1"

PEERS = ROOT / "_build" / "peers"
LINES = pytest.StashKey()


@pytest.fixture(scope="session")
def peers():
    """The environment of the peers, which only `make speed` sets up."""
    if not (PEERS / "installed").exists():
        pytest.skip("no peers to compare with: `make speed` sets them up")
    return PEERS


@pytest.fixture
def say(request):
    """Keep a line for the end."""
    return request.config.stash.setdefault(LINES, []).append


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    lines = config.stash.get(LINES, [])
    if lines:
        terminalreporter.section("against the peers, one core, least of a few runs")
    for line in lines:
        terminalreporter.write_line(line)
