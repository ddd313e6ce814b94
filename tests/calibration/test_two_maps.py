"""Maps that have nothing to do with each other: how often do two of them seem to agree?

Pairs of smooth random maps, as smooth as the maps of chapter 3, on the same 100 parcels.
Small by default; in full, and with its figures printed, by `make calibration`.
"""

import os

import numpy as np
import pytest
from scipy import stats

from ketanet import cortex_maps, spatial

FULL = os.environ.get("KETANET_FULL") == "1"
PAIRS, NULLS = (4000, 1000) if FULL else (200, 400)

MAPS = cortex_maps.load()
FAR = cortex_maps.distances()


def root(covariance):
    """A matrix that turns white noise into maps of this covariance."""
    sizes, directions = np.linalg.eigh(covariance)
    return directions * np.sqrt(np.maximum(sizes, 0))


def own(power=1.0, longer=1.0):
    """Generators as smooth as each of our maps; with a power their shape is not the null's.

    A fall with exp(-distance / reach) is rough from parcel to parcel; one with a power above
    1 is smoother there. The reach is set so that half is left at the same distance.
    """
    found = []
    for name in MAPS:
        reach, share = spatial.smoothness(MAPS[name], FAR)
        reach *= longer * np.log(2) ** (1 - 1 / power)
        smooth = np.exp(-((FAR.to_numpy() / reach) ** power))
        found.append(root(share * smooth + (1 - share) * np.eye(len(FAR))))
    return found


def pairs(roots, alike=0.0, seed=0):
    """Two maps each time, their expected correlation given."""
    rng = np.random.default_rng(seed)
    for _ in range(PAIRS):
        one, other = (roots[k] for k in rng.integers(len(roots), size=2))
        first = one @ rng.standard_normal(len(FAR))
        yield first, alike * first + (1 - alike**2) ** 0.5 * (other @ rng.standard_normal(len(FAR)))


def alarms(roots, far=FAR):
    """Share of pairs called related at 5%, by the naive and by the fair test."""
    found = [spatial.agreement(*pair, far, NULLS, seed) for seed, pair in enumerate(pairs(roots))]
    naive = np.mean([one.naive < 0.05 for one in found])
    return naive, np.mean([one.fair < 0.05 for one in found])


def allowed(least, most):
    """The same shares, with the error of as many draws as we take."""
    return stats.binom.ppf(0.0001, PAIRS, least) / PAIRS, stats.binom.isf(
        0.0001, PAIRS, most
    ) / PAIRS


@pytest.mark.parametrize("power", [1.0, 1.5], ids=["as the null", "of another shape"])
def test_the_fair_test_errs_in_3_to_7_of_100_where_the_naive_one_errs_in_20_or_more(power):
    naive, fair = alarms(own(power))
    print(f"\nnaive {naive:.3f}, fair {fair:.3f} of {PAIRS}", end=" ")
    low, high = allowed(0.03, 0.07)
    assert low <= fair <= high, f"{fair:.1%} of unrelated maps agree, not {low:.1%} to {high:.1%}"
    assert naive > 0.2, f"the naive test errs in {naive:.1%} only: are the maps smooth?"


def test_of_much_smoother_maps_it_errs_more_as_its_text_says():
    _, fair = alarms(own(power=2.0, longer=4.0))
    print(f"\nfair {fair:.3f} of {PAIRS}", end=" ")
    assert fair > 0.1


def test_a_null_that_does_not_know_the_neighbours_would_err_more():
    """The mistake that the first test must be able to see."""
    strangers = np.random.default_rng(1).permutation(len(FAR))
    _, fair = alarms(own(), FAR.to_numpy()[np.ix_(strangers, strangers)])
    print(f"\nfair {fair:.3f} of {PAIRS}", end=" ")
    assert fair > 0.2


@pytest.mark.parametrize("true", [0.0, 0.5])
def test_the_interval_holds_the_correlation(true):
    found = [
        spatial.agreement(*pair, FAR, NULLS, seed) for seed, pair in enumerate(pairs(own(), true))
    ]
    held = np.mean([one.low <= true <= one.high for one in found])
    print(f"\nheld {held:.3f} of {PAIRS}", end=" ")
    low, high = allowed(0.92, 0.97)
    assert low <= held <= high, f"{held:.1%} of the intervals hold it, not {low:.1%} to {high:.1%}"
