"""What luck alone does: slow signals that agree, small studies that find, people who regress.

The random numbers are the same on every machine and in the page of a chapter: the generator
AS 183 of Wichmann and Hill (1982), three remainders that are exact in floating point, and the
rule of Box and Muller for normal numbers. They are numbers for teaching, not for secrets.
"""

import numpy as np
from numba import njit

from ketanet._checks import (
    check_above,
    check_count,
    check_not_negative,
    check_number,
    check_seed,
    check_share,
)

Z_FIVE_PER_CENT = 1.959963984540054
"""A standard normal number lies further from 0 in 5 of 100 cases."""


class LuckError(ValueError):
    """A setting that no experiment can have; the message says why."""


def strangers(slowness, volumes=240, pairs=1000, seed=0):
    """Correlations of pairs of signals that have nothing to do with each other.

    Each signal keeps a share of what it was and adds noise of its own:
    ``x[t] = slowness x[t - 1] + noise``.

    Parameters
    ----------
    slowness : float
        Correlation of a signal with itself one volume later, from 0 to below 1.
    volumes, pairs : int
        Length of a signal, and how many pairs there are.
    seed : int

    Returns
    -------
    numpy.ndarray, shape (pairs,)

    Raises
    ------
    LuckError
        If the slowness is none, or there are fewer than three volumes or no pair.
    """
    slowness = check_not_negative("slowness", slowness, "", LuckError, one=True)
    if slowness >= 1:
        raise LuckError(f"slowness: {slowness} is not below 1")
    volumes = check_count("volumes", volumes, LuckError, 3)
    found = np.zeros(check_count("pairs", pairs, LuckError))
    _correlate(_stream(seed), slowness, volumes, found)
    return found


def studies(true, spread, people, count=2000, seed=0):
    """What studies of one size report about a change that is really there.

    Everybody changes by `true` and by noise with a known `spread`; a study reports the mean of
    its people, and calls it found if it lies more than 1.96 standard errors from 0.

    Parameters
    ----------
    true, spread : float
        The change, and the standard deviation of one person's noise, above 0.
    people, count : int
        In a study, and how many studies.
    seed : int

    Returns
    -------
    reported : numpy.ndarray, shape (count,)
        The mean of each study.
    limit : float
        A mean that lies further from 0 than this is called found.

    Raises
    ------
    LuckError
        If a value is missing, the spread is not above 0, or there is nobody.
    """
    true = check_number("true", true, LuckError, one=True)
    spread = check_above("spread", spread, "", LuckError)
    error = spread / check_count("people", people, LuckError) ** 0.5
    reported = np.zeros(check_count("count", count, LuckError))
    _fill(_stream(seed), reported)
    return true + error * reported, Z_FIVE_PER_CENT * error


def twice(reliability, people=40, seed=0):
    """Measure people twice while nothing changes but noise.

    Parameters
    ----------
    reliability : float
        Share of the variance of one measurement that lies between people, from 0 to 1.
    people : int
    seed : int

    Returns
    -------
    first, second : numpy.ndarray, shape (people,)
        In standard deviations of one measurement.

    Raises
    ------
    LuckError
        If the reliability is no share, or there are fewer than three people.
    """
    reliability = check_share("reliability", reliability, LuckError, one=True)
    people = check_count("people", people, LuckError, 3)
    stream, parts = _stream(seed), []
    for _ in range(3):
        parts.append(np.zeros(people))
        _fill(stream, parts[-1])
    own, noise = reliability**0.5, (1 - reliability) ** 0.5
    trait, one, other = parts
    return own * trait + noise * one, own * trait + noise * other


def correlation(one, other):
    """Correlation of two lists of numbers of the same length."""
    one, other = _varied("one", one), _varied("other", other)
    if len(one) != len(other):
        raise LuckError(f"one and other: {len(one)} numbers and {len(other)} make no pairs")
    return (one * other).sum() / ((one * one).sum() * (other * other).sum()) ** 0.5


def _varied(name, values):
    """How far the numbers of a list lie from their mean."""
    values = check_number(name, values, LuckError)
    if values.ndim != 1 or values.size < 2 or values.max() - values.min() < 1e-20:
        raise LuckError(f"{name}: a list of numbers that differ is needed")
    return values - values.mean()


def share_within(values, share):
    """The limit within which a share of the values lie, whatever their sign."""
    share = check_share("share", share, LuckError, one=True)
    values = check_number("values", values, LuckError)
    if values.ndim != 1 or not values.size:
        raise LuckError("values: a list of numbers is needed")
    ordered = sorted(abs(value) for value in values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _stream(seed):
    """Where the three remainders begin; the first numbers are dropped, seeds start alike."""
    seed = check_seed(seed, LuckError)
    starts = 1 + seed % 30000, 1 + (7 * seed + 101) % 30000, 1 + (13 * seed + 1009) % 30000
    stream = np.array([float(start) for start in starts])
    _fill(stream, np.zeros(20))
    return stream


@njit(cache=True, error_model="numpy")
def _uniform(stream):
    """The next number between 0 and 1, by Wichmann and Hill."""
    stream[0] = 171.0 * stream[0] % 30269.0
    stream[1] = 172.0 * stream[1] % 30307.0
    stream[2] = 170.0 * stream[2] % 30323.0
    return (stream[0] / 30269.0 + stream[1] / 30307.0 + stream[2] / 30323.0) % 1.0


@njit(cache=True, error_model="numpy")
def _normal(stream):
    """The next normal number, by Box and Muller."""
    size = np.sqrt(-2.0 * np.log(1.0 - _uniform(stream)))
    return size * np.cos(6.283185307179586 * _uniform(stream))


@njit(cache=True, error_model="numpy")
def _fill(stream, values):
    for i in range(len(values)):
        values[i] = _normal(stream)


@njit(cache=True, error_model="numpy")
def _correlate(stream, slowness, volumes, found):
    """Correlation of two slow signals, for each place of `found`."""
    noise = np.sqrt(1.0 - slowness * slowness)
    for pair in range(len(found)):
        one, other = _normal(stream), _normal(stream)
        ones, others, squares, other_squares, products = 0.0, 0.0, 0.0, 0.0, 0.0
        for _ in range(volumes):
            ones += one
            others += other
            squares += one * one
            other_squares += other * other
            products += one * other
            one = slowness * one + noise * _normal(stream)
            other = slowness * other + noise * _normal(stream)
        together = products - ones * others / volumes
        alone = (squares - ones * ones / volumes) * (other_squares - others * others / volumes)
        found[pair] = together / np.sqrt(alone)
