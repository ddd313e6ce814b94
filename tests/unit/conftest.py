"""What several unit tests need."""

import numpy as np
import pytest


@pytest.fixture
def streams(monkeypatch):
    """How each random stream begins that is made while the test runs."""
    make, starts = np.random.default_rng, []

    def watched(seed):
        starts.append(tuple(make(seed).integers(0, 2**62, 4)))
        return make(seed)

    monkeypatch.setattr(np.random, "default_rng", watched)
    return starts
