"""Do intervals called 95% hold the truth in 95 of 100 cases, and do tests at 5% err in 5?

Small by default; in full, and with its figures printed, with KETANET_FULL=1 and pytest -s
(`make calibration`). What is allowed beside the promise is the binomial error of the draws:
a right method passes each of these tests in 9,999 of 10,000 runs.
"""

import os

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ketanet import inference

FULL = os.environ.get("KETANET_FULL") == "1"

LEVEL = 0.95

# Of people with mean 0 and variance 1. The gamma is skewed by 1, the exponential by 2.
PEOPLE = {
    "normal": lambda rng, size: rng.normal(size=size),
    "uniform": lambda rng, size: rng.uniform(-(3**0.5), 3**0.5, size),
    "skewed": lambda rng, size: rng.gamma(4, size=size) / 2 - 2,
    "very skewed": lambda rng, size: rng.exponential(size=size) - 1,
}


def within(share, draws, least, most):
    """Whether a share of the draws lies between two promises, up to the error of the draws."""
    low = stats.binom.ppf(0.0001, draws, least) / draws
    high = stats.binom.isf(0.0001, draws, most) / draws
    if FULL:
        print(f"{share:.4f} of {draws} (allowed {low:.4f} to {high:.4f})", end=" ")
    return low <= share <= high


def coverage(intervals, truth):
    return np.mean([found.low <= truth <= found.high for found in intervals])


@pytest.mark.parametrize("correlations", [False, True], ids=["plain", "correlations"])
@pytest.mark.parametrize("n", [5, 7, 12, 20])
@pytest.mark.parametrize("people", ["normal", "uniform", "skewed"])
def test_an_interval_of_95_per_cent_holds_the_mean_in_93_to_97(people, n, correlations):
    draws = 50_000 if FULL else 1500
    values = 0.5 + 0.3 * PEOPLE[people](np.random.default_rng(n), (draws, n))
    if correlations:
        values = np.tanh(values)
    truth = np.tanh(0.5) if correlations else 0.5
    found = coverage((inference.interval(one, LEVEL, correlations) for one in values), truth)
    assert within(found, draws, 0.93, 0.97)


@pytest.mark.parametrize("n", [5, 20])
def test_of_very_skewed_people_it_holds_less_as_its_text_says(n):
    draws = 50_000 if FULL else 1500
    values = PEOPLE["very skewed"](np.random.default_rng(n), (draws, n))
    assert within(coverage(map(inference.interval, values), 0), draws, 0.88, 0.92)


@pytest.mark.parametrize("n", [5, 7, 12, 20])
@pytest.mark.parametrize("true", [0.3, 0.7])
def test_the_interval_of_the_icc_holds_it(true, n):
    draws = 50_000 if FULL else 1500
    rng = np.random.default_rng(n)
    people = rng.normal(0, true**0.5, (draws, n))
    halves = people + rng.normal(0, (1 - true) ** 0.5, (2, draws, n))
    found = coverage(map(inference.icc, *halves), true)
    assert within(found, draws, LEVEL, LEVEL)


@pytest.mark.parametrize("n", [7, 20])
@pytest.mark.parametrize("people", ["uniform", "skewed"])
def test_the_interval_of_the_icc_stands_people_who_are_not_normal(people, n):
    draws = 50_000 if FULL else 1500
    rng = np.random.default_rng(n)
    halves = PEOPLE[people](rng, (draws, n)) + 0.65 * rng.normal(size=(2, draws, n))
    found = coverage(map(inference.icc, *halves), 1 / (1 + 0.65**2))
    assert within(found, draws, 0.93, 0.97)


def test_where_there_is_nothing_fdr_finds_something_in_5_of_100():
    draws = 50_000 if FULL else 3000
    p = np.random.default_rng(0).uniform(size=(draws, 40))
    assert within(np.mean([inference.fdr(one).min() <= 0.05 for one in p]), draws, 0.05, 0.05)


def test_half_of_5_per_cent_of_what_fdr_finds_is_nothing_where_half_is():
    draws = 20_000 if FULL else 2000
    z = np.random.default_rng(0).normal(size=(draws, 40)) + 3 * (np.arange(40) < 20)
    found = np.array([inference.fdr(2 * stats.norm.sf(np.abs(one))) <= 0.05 for one in z])
    false = found[:, 20:].sum(axis=1) / np.maximum(found.sum(axis=1), 1)
    # No share of draws but a mean of shares, so its own standard error.
    assert abs(false.mean() - 0.025) < 3.7 * false.std() / draws**0.5
    assert found[:, :20].mean() > 0.5


@pytest.mark.parametrize("n", [7, 20])
def test_a_mean_on_the_bound_is_called_equivalent_in_5_of_100(n):
    draws = 20_000 if FULL else 1000
    values = np.random.default_rng(n).normal(1, 0.3, (draws, n))
    found = np.mean([inference.equivalence(one, -1, 1) <= 0.05 for one in values])
    assert within(found, draws, 0.05, 0.05)


def test_bounds_too_narrow_for_so_few_show_nothing_more_often():
    draws = 5000 if FULL else 500
    values = np.random.default_rng(0).normal(1, 3, (draws, 7))
    assert np.mean([inference.equivalence(one, -1, 1) <= 0.05 for one in values]) <= 0.05


@pytest.mark.parametrize("n", [7, 24])
def test_the_largest_of_many_places_is_found_by_chance_in_5_of_100(n):
    """Of 7 people there are 64 sign patterns up to the sign: 3 of 64 is as near as p comes."""
    draws = 4000 if FULL else 400
    rng = np.random.default_rng(n)
    patterns = rng.normal(size=(6, 60))
    hits = 0
    for _ in range(draws):
        change = rng.normal(size=(n, 6)) @ patterns + rng.normal(size=(n, 60))
        found = inference.max_t(pd.DataFrame(change), flips=300, seed=int(rng.integers(2**31)))
        hits += (found.p < 0.05).any()
    assert within(hits / draws, draws, 0.03, 0.055)
