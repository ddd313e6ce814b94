"""Do two maps of the cortex agree by more than chance? Neighbours are alike in any map.

A test that takes parcels for independent finds agreement between maps that have nothing
to do with each other. Here chance is played: each map gets surrogates, maps that are as
smooth and know nothing of the other (the idea of AlexanderBloch2018 and Burt2020). Ours
are Gaussian: their covariance falls with distance as an exponential, whose two numbers
are fitted to the map. ``tests/calibration/test_two_maps.py`` says when it is fair.
"""

import functools
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import stats

from ketanet._checks import SMALLEST, check_count, check_number, check_seed
from ketanet._labels import aligned, check_links

FEWEST = 20
"""Parcels that a map needs for its smoothness to be fitted. Our choice."""

REACHES = np.geomspace(0.05, 10, 40)
SHARES = 1 - np.geomspace(0.001, 1, 25)
"""What is tried for a map: reach, as a share of the median distance, and smooth share."""


class MapError(ValueError):
    """A map, or the distances between its parcels, cannot be used; the message says why."""


@dataclass(frozen=True)
class Agreement:
    """How two maps go together.

    Attributes
    ----------
    r : float
        Their correlation over parcels.
    low, high : float
        95% interval: Fisher's z with as many parcels as `parcels` says.
    parcels : float
        How many independent parcels would let r of unrelated maps vary as much.
    naive : float
        p if all parcels were independent.
    fair : float
        p against the surrogates.
    nulls : numpy.ndarray
        Correlations of the surrogates of one map with those of the other.
    """

    r: float
    low: float
    high: float
    parcels: float
    naive: float
    fair: float
    nulls: np.ndarray = field(repr=False)


def smoothness(values, distance):
    """How far a map stays like itself: the covariance that makes it most likely.

    Parameters
    ----------
    values : array_like or pandas.Series, shape (parcels,)
    distance : array_like or pandas.DataFrame, shape (parcels, parcels)
        In mm.

    Returns
    -------
    reach : float
        Over this distance (mm) the smooth part falls to 1/e.
    share : float
        Of the variance that is smooth; the rest is different in each parcel.

    Raises
    ------
    MapError
    """
    return _fit(*_check_map("values", values, distance))[:2]


def surrogates(values, distance, count=1000, seed=0):
    """Maps as smooth as a given one that know nothing of it.

    Parameters
    ----------
    values, distance
        As in `smoothness`.
    count : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (count, parcels)
        Mean 0 and variance 1 expected in each parcel.

    Raises
    ------
    MapError
    """
    values, distance = _check_map("values", values, distance)
    count = check_count("count", count, MapError, most=100_000)
    rng = np.random.default_rng(check_seed(seed, MapError))
    return _draw(_fit(values, distance)[2], count, rng)


def agreement(one, other, distance, count=2000, seed=0):
    """Correlate two maps, and ask surrogates of both what chance does.

    Parameters
    ----------
    one, other : array_like or pandas.Series, shape (parcels,)
    distance : array_like or pandas.DataFrame, shape (parcels, parcels)
        In mm.
    count : int
        How many pairs of surrogates.
    seed : int

    Returns
    -------
    Agreement

    Raises
    ------
    MapError
        If a map or the distances cannot be used.
    """
    named = isinstance(one, pd.Series) and isinstance(other, pd.Series)
    if named and not isinstance(distance, pd.DataFrame):
        other = aligned("the other map", other, one.index, MapError)
    count = check_count("count", count, MapError, 100, 100_000)
    rng = np.random.default_rng(check_seed(seed, MapError))
    maps = [_check_map("one", one, distance), _check_map("other", other, distance)]
    if len(maps[0][0]) != len(maps[1][0]):
        raise MapError("other: not as many parcels as one")
    found = stats.pearsonr(maps[0][0], maps[1][0])
    r = float(np.clip(found.statistic, -1, 1))
    drawn = [_draw(_fit(values, far)[2], count, rng) for values, far in maps]
    a, b = (null - null.mean(axis=1, keepdims=True) for null in drawn)
    nulls = (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    parcels = 1 + 1 / np.mean(nulls**2)
    half = stats.norm.ppf(0.975) / np.sqrt(max(parcels - 3, 1))
    z = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12))
    beyond = np.count_nonzero(np.abs(nulls) >= abs(r))
    return Agreement(
        r=r,
        low=float(np.tanh(z - half)),
        high=float(np.tanh(z + half)),
        parcels=float(parcels),
        naive=float(found.pvalue),
        fair=float((1 + beyond) / (1 + count)),
        nulls=nulls,
    )


def _check_map(name, values, distance):
    """A map with mean 0 and variance 1, and the distances in its order."""
    far = check_links("distance", distance, MapError)
    if isinstance(distance, pd.DataFrame):
        values = aligned(f"{name}, in the order of distance,", values, distance.index, MapError)
    values = check_number(name, values, MapError)
    if values.ndim != 1 or len(values) < FEWEST:
        raise MapError(f"{name}: one value for each of at least {FEWEST} parcels is needed")
    if len(far) != len(values):
        raise MapError(f"distance: of {len(far)} parcels, but {name} has {len(values)}")
    if far.min() < 0 or np.diag(far).any():
        raise MapError("distance: 0 from a parcel to itself, and nowhere below")
    if np.median(far) < SMALLEST:
        raise MapError("distance: most parcels lie in one place")
    spread = values.std()
    if spread <= 1e-12 * np.abs(values).max() or spread < SMALLEST:
        raise MapError(f"{name}: the same value in all parcels")
    return (values - values.mean()) / spread, far


@functools.lru_cache(maxsize=2)
def _kernels(distance, parcels):
    """The smooth part for each reach that is tried: its reach, sizes and directions."""
    far = np.frombuffer(distance).reshape(parcels, parcels)
    found = []
    for reach in np.median(far) * REACHES:
        sizes, directions = np.linalg.eigh(np.exp(-far / reach))
        # Along the cortex an exponential is nearly, but not strictly, a covariance.
        found.append((float(reach), np.maximum(sizes, 0), directions))
    return found


def _fit(values, distance):
    """Reach and share of the highest likelihood, and a root of the covariance.

    The likelihood is that of differences between parcels: the mean is taken out.
    """
    best: tuple = (np.inf,)
    for reach, sizes, directions in _kernels(distance.tobytes(), len(values)):
        turned = directions.T @ np.column_stack([values, np.ones(len(values))])
        variance = SHARES[:, None] * sizes + 1 - SHARES[:, None]
        of_values, of_mean = (turned**2).T @ (1 / variance).T
        both = (1 / variance) @ turned.prod(axis=1)
        left = of_values - both**2 / of_mean
        unlikely = (len(values) - 1) * np.log(left) + np.log(variance).sum(axis=1) + np.log(of_mean)
        least = unlikely.argmin()
        if unlikely[least] < best[0]:
            root = directions * np.sqrt(variance[least])
            best = unlikely[least], reach, float(SHARES[least]), root
    return best[1:]


def _draw(root, count, rng):
    return rng.standard_normal((count, len(root))) @ root.T
