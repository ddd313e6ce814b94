"""The random-effects pool of chapter 8, as its cells have it: right, and as sure as it says."""

import os
import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from course import ROOT
from pymare import Dataset
from pymare.estimators import VarianceBasedLikelihoodEstimator
from scipy import stats

FULL = os.environ.get("KETANET_FULL") == "1"

ERRORS = np.array([2.4, 2.0, 3.7, 3.8])
"""Standard errors like those of the four trials, in points."""

BCG = np.array([
    (-0.8893, 0.3256), (-1.5854, 0.1946), (-1.3481, 0.4154), (-1.4416, 0.0200),
    (-0.2175, 0.0512), (-0.7861, 0.0069), (-1.6209, 0.2230), (0.0120, 0.0040),
    (-0.4694, 0.0564), (-1.3713, 0.0730), (-0.3394, 0.0124), (0.4459, 0.5325),
    (-0.0173, 0.0714),
]).T  # fmt: skip
"""Effects and variances of the 13 trials of BCG vaccine, the usual example of a pool."""


@pytest.fixture(scope="module")
def pool():
    """What the cells of the chapter define, without running the rest of it."""
    cells = nbformat.read(ROOT / "notebooks" / "08-evidence.ipynb", as_version=4).cells
    space = {"np": np, "pd": pd}
    for cell in cells:
        if re.search(r"^def (weigh|reml|pool)\(", cell.source, re.M):
            exec(cell.source, space)  # our own notebook
    return space["pool"]


@pytest.mark.parametrize(
    "effect, variance",
    [BCG, ([-7.95, -6.75, -5.82, -8.69], ERRORS**2), ([1, 5, 9.0], [0.5, 0.7, 2.0])],
    ids=["vaccine", "alike", "unlike"],
)
def test_the_pool_is_that_of_an_independent_package(pool, effect, variance):
    effect, variance = np.asarray(effect), np.asarray(variance)
    data = Dataset(y=effect, v=variance)
    other = VarianceBasedLikelihoodEstimator(method="REML").fit_dataset(data).summary()
    found = pool(effect, np.sqrt(variance))
    assert found["tau2"] == pytest.approx(other.tau2.item(), abs=1e-4)
    assert found["mean"] == pytest.approx(other.fe_params.item(), abs=1e-4)


def test_the_interval_is_that_of_knapp_and_hartung(pool):
    # Known values of the example: tau² 0.313, mean -0.7145 (-1.108 to -0.321).
    found = pool(BCG[0], np.sqrt(BCG[1]))
    known = [-0.7145, -1.1084, -0.3206]
    assert list(found[["mean", "low", "high"]]) == pytest.approx(known, abs=2e-4)
    error = ((1 / (BCG[1] + found["tau2"])).sum()) ** -0.5
    further = stats.t.ppf(0.975, 12) * np.sqrt(error**2 + found["tau2"])
    assert found["next high"] - found["mean"] == pytest.approx(further)


def test_trials_that_agree_are_no_surer_than_their_errors(pool):
    found = pool(np.full(4, -7.0), ERRORS)
    assert found["tau2"] == 0 and found["mean"] == pytest.approx(-7)
    error = (1 / ERRORS**2).sum() ** -0.5
    assert found["high"] + 7 == pytest.approx(1.959964 * error)
    assert found["next high"] + 7 == pytest.approx(stats.t.ppf(0.975, 3) * error)


@pytest.mark.parametrize("spread", [0, 2, 4, 8])
def test_an_interval_of_95_per_cent_holds_the_mean_in_94_to_99(pool, spread):
    draws, rng = 4000 if FULL else 400, np.random.default_rng(spread)
    effects = rng.normal(-7, np.sqrt(ERRORS**2 + spread**2), (draws, 4))
    found = [pool(effect, ERRORS) for effect in effects]
    share = np.mean([one["low"] <= -7 <= one["high"] for one in found])
    following = np.mean([
        one["next low"] <= true <= one["next high"]
        for one, true in zip(found, rng.normal(-7, spread, draws), strict=True)
    ])  # fmt: skip
    if FULL:
        print(f"mean {share:.4f}, one more trial {following:.4f}", end=" ")
    assert stats.binom.ppf(0.0001, draws, 0.94) / draws <= share
    assert share <= stats.binom.isf(0.0001, draws, 0.99) / draws
    # With four trials the range for one more holds it less often: chapter 8 says so.
    assert following >= stats.binom.ppf(0.0001, draws, 0.88) / draws
