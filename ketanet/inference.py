"""What a group of people tells: intervals, tests, and how alike measurements and maps are.

A *change* is a table with one row a person and one column a place (a parcel, a network):
the value in one state minus the value in the other. Whoever is compared with themselves
gives one row, so under "nothing happens" the sign of a row is a coin toss. That is what
the sign flips use.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from nilearn.mass_univariate import permuted_ols
from scipy import stats

from ketanet._checks import (
    SMALLEST,
    check_count,
    check_flag,
    check_level,
    check_number,
    check_seed,
    check_share,
)
from ketanet._labels import aligned

FEWEST_PEOPLE = 5
"""Fewer rows than this are refused: they have too few sign patterns for a test of 5%."""


FEWEST_VALUES = 3
"""A mean of fewer people gets no interval: two would give one 18 times their distance."""


class ChangeError(ValueError):
    """Values that do not tell about several people; the message says why."""


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval.

    Attributes
    ----------
    mean, low, high : float
        The estimate (most often a mean over people), and the ends of its interval.
    level : float
        Share of such intervals that hold the truth, 0.95 by default.
    n : int
        People.
    """

    mean: float
    low: float
    high: float
    level: float
    n: int

    def __post_init__(self):
        for name in ("mean", "low", "high"):
            check_number(name, getattr(self, name), ChangeError, one=True)
        check_level(self.level, ChangeError)
        check_count("n", self.n, ChangeError, 0)

    def __str__(self):
        # Two digits after the point, or more where the interval is narrower than 0.01.
        width = self.high - self.low
        digits = max(2, int(-np.floor(np.log10(width)))) if width > 0 else 2
        mean, low, high = (f"{value:z.{digits}f}" for value in (self.mean, self.low, self.high))
        return f"{mean} ({self.level:.0%} interval {low} to {high}, n = {self.n})"


def interval(values, level=0.95, correlations=False):
    """Mean over people, with its *t* interval.

    In simulation 95% intervals of 5, 7, 12 and 20 people hold the truth in 95% of cases if
    people are normal, in 93 to 95% if they are uniform, and in 93 to 94% if they are skewed
    by 1. With a skewness of 2 (exponential) only 88 to 92% do. Intervals that reckon with
    skewness repair that, but cover up to 98% of uniform people, and a bootstrap of seven
    normal people covers 86%: so the plain interval it is, on a scale without a long tail.

    Parameters
    ----------
    values : array_like, shape (people,)
        One value a person; at least 3.
    level : float
        Between 0 and 1.
    correlations : bool
        The values are correlations, strictly between -1 and 1: mean and interval are taken
        on Fisher's z = arctanh(r) and turned back.

    Returns
    -------
    Interval

    Raises
    ------
    ChangeError
        If there are too few values, one is missing or no correlation, or all are equal.
    """
    values = _check_people("values", values)
    level = check_level(level, ChangeError)
    correlations = check_flag("correlations", correlations, ChangeError)
    if correlations:
        if np.abs(values).max() >= 1:
            raise ChangeError("values: a correlation lies between -1 and 1, without the ends")
        values = np.arctanh(values)
    n, mean = len(values), values.mean()
    half = stats.t.ppf((1 + level) / 2, n - 1) * values.std(ddof=1) / n**0.5
    found = np.array([mean, mean - half, mean + half])
    if correlations:
        found = np.tanh(found)
    mean, low, high = found.tolist()
    return Interval(mean, low, high, level, n)


def icc(first, second, level=0.95):
    """How well two measurements agree on who is high and who is low: ICC(3,1).

    The share of the variance of one measurement that lies between people and not within
    them; a shift that everybody shares does not count. The interval comes from the *F*
    distribution and is exact if people and errors are normal.

    Parameters
    ----------
    first, second : array_like, shape (people,)
        One value a person, at least 3. Two Series are paired by their index.
    level : float

    Returns
    -------
    Interval
        Its mean is the intraclass correlation.

    Raises
    ------
    ChangeError
        If values are too few, missing or of other people, or the second are the first,
        shifted by the same amount in everybody.
    """
    if isinstance(first, pd.Series) and isinstance(second, pd.Series):
        second = aligned("second", second, first.index, ChangeError)
    first, second = _check_people("first", first), _check_people("second", second)
    level = check_level(level, ChangeError)
    n = len(first)
    if len(second) != n:
        raise ChangeError(f"first and second: {n} and {len(second)} people cannot be the same")
    between = 2 * np.var((first + second) / 2, ddof=1)
    within = np.var(first - second, ddof=1) / 2
    if within <= 1e-24 * between:
        raise ChangeError("the two measurements are the same: there is no error to compare with")
    # Both have n - 1 degrees of freedom, so the quantile serves for both ends.
    quantile = stats.f.ppf((1 + level) / 2, n - 1, n - 1)
    f = np.array([1, quantile, 1 / quantile])
    mean, low, high = ((between - within * f) / (between + within * f)).tolist()
    return Interval(mean, low, high, level, n)


def fdr(p):
    """Correct *p* values for having looked at many (Benjamini-Hochberg).

    Among all that is called found where q is at most 0.05, at most 5% are expected to be
    nothing.

    Parameters
    ----------
    p : array_like
        All that were looked at, not only the small ones.

    Returns
    -------
    numpy.ndarray or pandas.Series
        q, in the shape and under the labels of `p`.

    Raises
    ------
    ChangeError
        If there is no value, or one is no share.
    """
    values = check_share("p", p, ChangeError)
    if not values.size:
        raise ChangeError("p: there is no value")
    q = stats.false_discovery_control(values.ravel()).reshape(values.shape)
    return pd.Series(q, p.index, name="q") if isinstance(p, pd.Series) else q


def equivalence(values, low, high):
    """Test that a mean lies between two bounds: two one-sided *t* tests.

    A change that is "not significant" may only be unknown. This test turns the question
    round: its p is small if the mean is shown to lie inside the bounds, which must be set
    before looking.

    Parameters
    ----------
    values : array_like, shape (people,)
    low, high : float
        Bounds of what counts as no change, in the unit of the values.

    Returns
    -------
    float
        The larger of the two p values.

    Raises
    ------
    ChangeError
    """
    values = _check_people("values", values)
    low = check_number("low", low, ChangeError, one=True)
    high = check_number("high", high, ChangeError, one=True)
    if not low < high:
        raise ChangeError(f"low and high: {low:g} does not lie below {high:g}")
    above = stats.ttest_1samp(values, low, alternative="greater").pvalue
    below = stats.ttest_1samp(values, high, alternative="less").pvalue
    return float(max(above, below))


def _check_people(name, values):
    """One finite number a person, for several people who are not all alike."""
    values = check_number(name, values, ChangeError)
    if values.ndim != 1:
        raise ChangeError(f"{name}: one number a person is needed, not shape {values.shape}")
    if len(values) < FEWEST_VALUES:
        raise ChangeError(f"{name}: {len(values)} are too few, at least {FEWEST_VALUES} are needed")
    if np.ptp(values) < SMALLEST:
        raise ChangeError(f"{name}: everybody has the same value")
    return values


def check_change(change):
    """Refuse a table that no test can be run on.

    Parameters
    ----------
    change : pandas.DataFrame, shape (people, places)

    Returns
    -------
    pandas.DataFrame
        Of floats.

    Raises
    ------
    ChangeError
        If it is no table, holds too few people, a missing or infinite value, a place
        twice, or a place in which everybody has the same value.
    """
    if not isinstance(change, pd.DataFrame):
        raise ChangeError(f"a change is a table of people and places, not {type(change).__name__}")
    if len(change) < FEWEST_PEOPLE:
        raise ChangeError(f"{len(change)} people are too few: at least {FEWEST_PEOPLE} are needed")
    if change.columns.has_duplicates:
        twice = change.columns[change.columns.duplicated()][0]
        raise ChangeError(f"{twice} stands twice")
    if not change.shape[1]:
        raise ChangeError("a change needs at least one place")
    check_number("change", change, ChangeError)
    change = change.astype(float)
    flat = change.columns[np.ptp(change.to_numpy(), axis=0) < SMALLEST]
    if len(flat):
        raise ChangeError(f"everybody has the same value in {flat[0]}")
    return change


def paired(change, level=0.95):
    """Mean change of each place, with its *t* interval and *t* test.

    Parameters
    ----------
    change : pandas.DataFrame, shape (people, places)
    level : float
        Of the interval, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a place; columns mean, sd, low, high, t, p (two-sided), q (the p values of
        all places, corrected for the false discovery rate) and rose (people above 0).

    Raises
    ------
    ChangeError
    """
    change = check_change(change)
    level = check_level(level, ChangeError)
    n = len(change)
    mean, sd = change.mean(), change.std()
    half = stats.t.ppf((1 + level) / 2, n - 1) * sd / n**0.5
    t = mean / sd * n**0.5
    p = pd.Series(2 * stats.t.sf(t.abs(), n - 1), change.columns)
    return pd.DataFrame(
        {
            "mean": mean,
            "sd": sd,
            "low": mean - half,
            "high": mean + half,
            "t": t,
            "p": p,
            "q": fdr(p),
            "rose": (change > 0).sum(),
        }
    )


@dataclass(frozen=True)
class MaxT:
    """The largest |t| that chance gives among many places.

    Attributes
    ----------
    p : pandas.Series
        For each place, the share of sign flips whose largest |t| reaches its own: a p
        value corrected for having looked at all places.
    threshold : float
        The |t| that the largest of all places passes in 5 of 100 flips.
    """

    p: pd.Series = field(repr=False)
    threshold: float


def max_t(change, flips=5000, seed=0):
    """Test every place at once against sign flips (Nichols2002).

    Each flip gives every person's whole row a random sign, so the places keep their
    correlations, and notes the largest |t|. nilearn does the work.

    Parameters
    ----------
    change : pandas.DataFrame, shape (people, places)
    flips : int
    seed : int

    Returns
    -------
    MaxT

    Raises
    ------
    ChangeError
    """
    change = check_change(change)
    flips = check_count("flips", flips, ChangeError, most=50_000)
    seed = check_seed(seed, ChangeError)
    found = permuted_ols(
        np.ones((len(change), 1)),  # nothing but a mean: nilearn then flips signs
        change.to_numpy(float),
        model_intercept=False,
        n_perm=flips,
        random_state=seed,
        output_type="dict",
    )
    p = pd.Series(10 ** -found["logp_max_t"][0], change.columns)
    return MaxT(p, float(np.quantile(found["h0_max_t"], 0.95)))


def split_half(change, splits=1000, seed=0):
    """How alike the mean maps of two random halves of the people are.

    Parameters
    ----------
    change : pandas.DataFrame, shape (people, places)
    splits : int
    seed : int

    Returns
    -------
    numpy.ndarray, shape (splits,)
        Correlation of the two mean maps over places, for each split.

    Raises
    ------
    ChangeError
    """
    change = _check_maps("change", change)
    splits = check_count("splits", splits, ChangeError, most=50_000)
    values, rng = change.to_numpy(), np.random.default_rng(check_seed(seed, ChangeError))
    half = len(values) // 2
    found = np.empty(splits)
    for i in range(splits):
        order = rng.permutation(len(values))
        halves = values[order[:half]].mean(axis=0), values[order[half:]].mean(axis=0)
        found[i] = np.corrcoef(*halves)[0, 1]
    return found


def one_against_rest(change):
    """How alike each person's map is to the mean map of all the others.

    Parameters
    ----------
    change : pandas.DataFrame, shape (people, places)

    Returns
    -------
    pandas.Series
        Correlation over places (index: person).

    Raises
    ------
    ChangeError
    """
    change = _check_maps("change", change)
    z = _fisher_r(change.to_numpy(float), _without_one(change))
    return pd.Series(np.tanh(z), change.index)


def small_studies(change, people=12, studies=2000, seed=0):
    """What smaller studies of the same people would have reported.

    Each study draws some of the people, without putting them back, and runs a paired
    *t* test at 5%.

    Parameters
    ----------
    change : pandas.DataFrame, shape (people, places)
    people : int
        In each study.
    studies : int
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row a place; columns found (share of studies that are significant in the
        direction of the whole group), reversed (significant the other way), opposite
        (share whose mean, significant or not, points the other way) and exaggeration
        (mean |change| of the significant studies, in units of the whole group's; NaN
        where no study is significant).

    Raises
    ------
    ChangeError
    """
    change = check_change(change)
    people = check_count("people", people, ChangeError, 0)
    studies = check_count("studies", studies, ChangeError, most=20_000)
    if not FEWEST_PEOPLE <= people < len(change):
        most = len(change) - 1
        raise ChangeError(f"a study draws {FEWEST_PEOPLE} to {most} people, not {people}")
    rng = np.random.default_rng(check_seed(seed, ChangeError))
    values = change.to_numpy()
    drawn = np.array([rng.permutation(len(values))[:people] for _ in range(studies)])
    means = values[drawn].mean(axis=1)
    spread = values[drawn].std(axis=1, ddof=1)
    t = np.divide(means, spread, out=np.zeros_like(means), where=spread > 0) * people**0.5
    significant = np.abs(t) > stats.t.ppf(0.975, people - 1)
    whole = values.mean(axis=0)
    same = np.sign(means) == np.sign(whole)
    count = significant.sum(axis=0)
    size = np.where(significant, np.abs(means), 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        exaggeration = np.where((count > 0) & (whole != 0), size / count / np.abs(whole), np.nan)
    return pd.DataFrame(
        {
            "found": (significant & same).mean(axis=0),
            "reversed": (significant & ~same).mean(axis=0),
            "opposite": (~same).mean(axis=0),
            "exaggeration": exaggeration,
        },
        index=change.columns,
    )


def likeness(one, other, same_people, level=0.95):
    """How alike two mean maps are, with an interval for other people.

    The interval counts people, not places: neighbouring places are no independent
    observations. It is a jackknife (each person left out once) on Fisher's z. Where the
    same people made both maps they are left out of both together. It is an interval for
    the likeness of maps from *as many* people: noise in the maps lowers it, and more
    people would raise it.

    Parameters
    ----------
    one, other : pandas.DataFrame, shape (people, places)
        Two changes over the same places, in whatever order.
    same_people : bool
        Whether both are of the same people; they are then paired by their index.
    level : float

    Returns
    -------
    tuple of float
        Correlation of the mean maps over places, lower and upper end of the interval.

    Raises
    ------
    ChangeError
        Also if the places differ, or the people, where they should be the same.
    """
    one, other = _check_maps("one", one), _check_maps("other", other)
    same_people = check_flag("same_people", same_people, ChangeError)
    level = check_level(level, ChangeError)
    other = aligned("the other map", other, one.columns, ChangeError)
    if same_people:
        other = aligned("the other group", other.T, one.index, ChangeError).T
    a, b = _without_one(one), _without_one(other)
    if same_people:
        left_out = [_fisher_r(a, b)]
    else:
        left_out = [_fisher_r(a, other.mean().to_numpy()), _fisher_r(one.mean().to_numpy(), b)]
    variance = sum((len(z) - 1) * z.var() for z in left_out)
    freedom = min(len(z) for z in left_out) - 1
    centre = _fisher_r(one.mean().to_numpy(), other.mean().to_numpy())
    half = stats.t.ppf((1 + level) / 2, freedom) * np.sqrt(variance)
    return tuple(float(np.tanh(z)) for z in (centre, centre - half, centre + half))


def _check_maps(name, change):
    """Refuse a change whose maps cannot be compared, place by place."""
    change = check_change(change)
    values = change.to_numpy()
    if values.shape[1] < 3 or np.ptp(values, axis=1).max() <= 1e-12 * np.abs(values).max():
        raise ChangeError(f"{name}: a map needs at least 3 places that differ")
    return change


def _without_one(change):
    """The mean map of all people but one, a row for each who is left out."""
    return ((change.sum() - change) / (len(change) - 1)).to_numpy(float)


def _fisher_r(a, b):
    """Fisher's z of the correlation of two maps, row by row."""
    a, b = (x - x.mean(axis=-1, keepdims=True) for x in (a, b))
    size = np.sqrt((a**2).sum(axis=-1) * (b**2).sum(axis=-1))
    if np.min(size) < SMALLEST:
        raise ChangeError("a map has the same value in all places")
    limit = np.nextafter(1, 0)  # two equal maps would have an infinite z
    return np.arctanh(np.clip((a * b).sum(axis=-1) / size, -limit, limit))


def change_against(before, after):
    """Does the change depend on where a person started? Asked in two ways.

    Against the first value the answer leans below zero even if nothing depends on
    anything: what is measured too high at first falls, which is regression to the mean.
    Against the average of both values it does not (Oldham1962), as long as the two are
    measured alike.

    Parameters
    ----------
    before, after : array_like, shape (people,)

    Returns
    -------
    pandas.DataFrame
        Rows "first value" and "average"; columns r, low, high (95% interval by Fisher's
        z) and p.

    Raises
    ------
    ChangeError
    """
    if isinstance(before, pd.Series) and isinstance(after, pd.Series):
        after = aligned("after", after, before.index, ChangeError)
    pairs = {"before": before, "after": after}
    for name, values in pairs.items():
        pairs[name] = check_number(name, values, ChangeError)
        if pairs[name].ndim != 1 or len(pairs[name]) != len(pairs["before"]):
            raise ChangeError(f"{name}: before and after are lists of the same people")
    check_change(pd.DataFrame(pairs))
    before, after = pairs.values()
    if min(np.ptp(after - before), np.ptp(after + before)) <= 1e-12 * np.abs(before).max():
        raise ChangeError("before and after: everybody has the same change or average")
    rows = {}
    for name, against in (("first value", before), ("average", (before + after) / 2)):
        found = stats.pearsonr(against, after - before)
        interval = found.confidence_interval(0.95)
        rows[name] = {"r": found.statistic, "low": interval.low, "high": interval.high}
        rows[name]["p"] = found.pvalue
    return pd.DataFrame(rows).T
