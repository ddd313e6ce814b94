"""How connectivity changes over time, always beside what chance would show.

Signals with a fixed connectivity seem to change it too when one looks through a short
window. So a measure is shown for the recordings and for surrogates of them that keep the
spectra and the static connectivity (`networks.shuffle_phases`, together):
`against_surrogates` does both in one call, and `p_max` asks what is left of several
measures.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import signal
from sklearn.cluster import KMeans

from ketanet._checks import MOST, SMALLEST, check_count, check_kind, check_number, check_seed, told
from ketanet._labels import check_table, check_tables
from ketanet.networks import (
    Pipeline,
    SignalError,
    check_band,
    check_signals,
    clean,
    shuffle_phases,
)

FILTER_ORDER = 2
"""Order of the Butterworth filter, run forwards and backwards, as is usual in LEiDA code.

`networks.clean` has nilearn's steeper filter of order 5. Connectivity hardly notices, but
with it k-means finds two nearly equal ways to make five states.
"""

EDGE = 10
"""Volumes left out at each end of the phases: the Hilbert transform is unsure there."""

STARTS = 5
"""Times that k-means begins anew; the best end is kept."""


# Phases


def band_pass(table, tr, band=(0.01, 0.1)):
    """Detrend, filter and scale the signals of one person for a look at their phases.

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)
    tr : float
        Seconds between volumes.
    band : tuple of float
        Frequencies kept, in Hz.

    Returns
    -------
    pandas.DataFrame, shape (volumes, regions)
        Each column has mean 0 and standard deviation 1.

    Raises
    ------
    SignalError
        If a value is missing, a signal is flat, there are too few volumes, or the
        volumes cannot hold the band.
    """
    if band is None:
        raise SignalError("band: two frequencies are needed")
    band = check_band(tr, band)
    values = clean(table, tr, Pipeline(band=None)).to_numpy()
    sections = signal.butter(FILTER_ORDER, band, "bandpass", fs=1 / tr, output="sos")
    values = signal.sosfiltfilt(sections, values, axis=0)
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    return pd.DataFrame(values, index=table.index, columns=table.columns)


def phases(table):
    """Phase of every region at every volume, by the Hilbert transform.

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)
        Signals of a narrow band, as from `band_pass`.

    Returns
    -------
    numpy.ndarray, shape (volumes − 2 `EDGE`, regions)
        In radians.

    Raises
    ------
    SignalError
        If a value is missing, a signal is flat, or there are too few volumes.
    """
    table = check_signals(table)
    return np.angle(signal.hilbert(table.to_numpy(), axis=0))[EDGE:-EDGE]


def order_parameter(angles):
    """How far the regions are in phase: R = |mean over regions of exp(iθ)|.

    Parameters
    ----------
    angles : array_like, shape (volumes, regions)
        In radians, as from `phases`.

    Returns
    -------
    numpy.ndarray, shape (volumes,)
        From 0, phases spread around the circle, to 1, all the same.
    """
    return np.abs(np.exp(1j * _angles(angles)).mean(axis=1))


def _angles(angles):
    angles = check_number("angles", angles, SignalError)
    if angles.ndim != 2 or not angles.size:
        raise SignalError(f"angles: volumes and regions are needed, not the shape {angles.shape}")
    return angles


def synchrony(table):
    """Mean over time of the order parameter.

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)
        As from `band_pass`.

    Returns
    -------
    float
    """
    return float(order_parameter(phases(table)).mean())


def metastability(table):
    """Standard deviation over time of the order parameter.

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)
        As from `band_pass`.

    Returns
    -------
    float
    """
    return float(order_parameter(phases(table)).std())


# Sliding windows


def sliding_connectivity(table, tr, window=60.0, step=20.0):
    """Connectivity inside a window that slides along the recording.

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)
    tr : float
        Seconds between volumes.
    window, step : float
        Length of the window, and how far it moves each time, in seconds; both are cut to
        whole volumes.

    Returns
    -------
    numpy.ndarray, shape (windows, regions, regions)
        Correlations.

    Raises
    ------
    SignalError
        If the signals cannot be used, or the window or the step do not fit them.
    """
    table = check_signals(table)
    check_band(tr)
    for name, seconds in (("window", window), ("step", step)):
        check_number(name, seconds, SignalError, one=True)
    length, move = _volumes(window, tr), min(_volumes(step, tr), len(table))
    if length > len(table):
        raise SignalError(
            f"a window of {window:g} s is longer than the recording of {len(table) * tr:g} s, "
            f"with a tr of {tr:g} s"
        )
    if length < 3 or move < 1:
        raise SignalError(
            f"a window needs at least 3 volumes, and a step at least 1, with a tr of {tr:g} s"
        )
    parts = np.lib.stride_tricks.sliding_window_view(table.to_numpy(), length, axis=0)[::move]
    parts = parts - parts.mean(axis=2, keepdims=True)
    size = np.linalg.norm(parts, axis=2, keepdims=True)
    if not size.all():
        raise SignalError("a signal does not change inside a window: take a longer one")
    parts = parts / size
    return parts @ parts.transpose(0, 2, 1)


def connectivity_dynamics(table, tr, window=60.0, step=20.0):
    """Functional connectivity dynamics: how alike the windows are (Hansen2015).

    Parameters
    ----------
    table, tr, window, step
        As for `sliding_connectivity`.

    Returns
    -------
    numpy.ndarray, shape (windows, windows)
        Correlation between the connectivities of two windows, over all pairs of regions,
        on Fisher's z.

    Raises
    ------
    SignalError
        As for `sliding_connectivity`, and if there is only one window.
    """
    windows = sliding_connectivity(table, tr, window, step)
    if len(windows) < 2:
        raise SignalError("there is only one window: take a shorter window or step")
    rows, columns = np.triu_indices(windows.shape[1], 1)
    if len(rows) < 3:
        raise SignalError("a pattern of connectivity needs at least 3 regions")
    limit = np.nextafter(1, 0)  # two equal signals would have an infinite z
    return np.corrcoef(np.arctanh(np.clip(windows[:, rows, columns], -limit, limit)))


def reconfiguration(table, tr, apart=60.0, window=60.0, step=20.0):
    """How much connectivity changes: 1 − its correlation with itself a while later.

    Parameters
    ----------
    table, tr, window, step
        As for `sliding_connectivity`.
    apart : float
        Seconds between the two windows, rounded to whole steps.

    Returns
    -------
    float
        Mean over all such pairs of windows; 0 for a connectivity that never changes.

    Raises
    ------
    SignalError
        As for `connectivity_dynamics`, and if no two windows are so far apart.
    """
    check_number("apart", apart, SignalError, one=True)
    likeness = connectivity_dynamics(table, tr, window, step)
    steps = round(apart / tr / _volumes(step, tr))
    if not 1 <= steps < len(likeness):
        raise SignalError(f"no two windows begin {apart:g} s apart in this recording")
    return float(1 - np.diagonal(likeness, steps).mean())


def dynamics_spread(table, tr, window=60.0, step=20.0):
    """Standard deviation of the likeness of all pairs of windows.

    Parameters
    ----------
    table, tr, window, step
        As for `sliding_connectivity`.

    Returns
    -------
    float
        Large if some windows are much alike and others are not.
    """
    likeness = connectivity_dynamics(table, tr, window, step)
    return float(likeness[np.triu_indices(len(likeness), 1)].std())


def _volumes(seconds, tr):
    """Whole volumes in a time; a hair is added so that 6.6 s are 3 of 2.2 s, not 2."""
    return int(seconds / tr + 1e-9)


# Surrogates


@dataclass(frozen=True)
class Comparison:
    """A measure on recordings, and on surrogates with the same static connectivity.

    Attributes
    ----------
    data : pandas.Series
        Index: subject.
    surrogates : pandas.DataFrame, shape (subjects, surrogates)

    Raises
    ------
    ValueError
        If a value is missing or infinite.
    """

    data: pd.Series
    surrogates: pd.DataFrame = field(repr=False)

    def __post_init__(self):
        check_kind("data", self.data, pd.Series, ValueError)
        data = pd.Series(check_number("data", self.data, ValueError), self.data.index)
        surrogates = check_table("surrogates", self.surrogates, ValueError)
        if not data.index.equals(surrogates.index):
            raise ValueError("data and surrogates: they are not of the same people")
        object.__setattr__(self, "data", data)
        object.__setattr__(self, "surrogates", surrogates)

    @property
    def mean(self):
        """Mean over people."""
        return float(self.data.mean())

    @property
    def surrogate_means(self):
        """Mean over people of each set of surrogates, a numpy.ndarray."""
        return self.surrogates.mean().to_numpy()

    @property
    def p(self):
        """How often surrogates lie as far from their middle as the data do, the data counted in.

        Two-sided: twice the smaller tail, at most 1. With n surrogates it cannot fall
        below 2 / (n + 1). Means that differ by rounding alone are equal, so that what
        surrogates keep exactly has p = 1.
        """
        means, slack = self.surrogate_means, _slack(self.surrogate_means)
        tail = min((means >= self.mean - slack).sum(), (means <= self.mean + slack).sum())
        return float(min(1, 2 * (tail + 1) / (len(means) + 1)))

    def __str__(self):
        means = self.surrogate_means
        return (
            f"{self.mean:.3f} (surrogates {means.mean():.3f}, "
            f"{means.min():.3f} to {means.max():.3f}, p = {self.p:.2f})"
        )


def against_surrogates(measure, tables, surrogates=39, seed=0):
    """Compute measures on recordings and on their surrogates.

    Everything that is done to the recordings is done to each set of surrogates, over all
    people and from the beginning. So what is learnt from the signals, such as states or a
    threshold, is learnt anew: a surrogate looked up in the states of the recordings switches
    too often. And the filter comes after the shuffling: signals that are filtered first do
    not end where they began, and the step between is noise to a surrogate.

    Parameters
    ----------
    measure : callable
        From tables as below to a pandas.DataFrame of shape (subjects, measures).
    tables : mapping of str to pandas.DataFrame
        For each subject the signals, of shape (volumes, regions), as they were recorded.
    surrogates : int
        Number of sets of surrogates; a set has one for each person.
    seed : int

    Returns
    -------
    dict of str to Comparison
        One for each measure.

    Raises
    ------
    SignalError
        If the signals of somebody cannot be used.
    ValueError
        If there is nobody, there are fewer than one surrogate, or a measure is missing
        or infinite.
    """
    tables = check_tables("tables", tables, ValueError)
    surrogates = check_count("surrogates", surrogates, ValueError, most=10_000)
    if not tables:
        raise ValueError("tables: a comparison needs at least one person")
    tables = {who: check_signals(table) for who, table in tables.items()}
    seed = check_seed(seed, ValueError)
    if not callable(measure):
        raise ValueError(f"measure: a function is needed, not {told(measure)}")
    data = check_kind("measure", measure(tables), pd.DataFrame, ValueError)
    sets = []
    for stream in np.random.SeedSequence(seed).spawn(surrogates):
        own = zip(tables.items(), stream.spawn(len(tables)), strict=True)
        sets.append(
            measure({who: shuffle_phases(table, draw, together=True) for (who, table), draw in own})
        )
    return {
        name: Comparison(
            data[name], pd.concat([one[name] for one in sets], axis=1, ignore_index=True)
        )
        for name in data
    }


def p_max(comparisons):
    """Chance level of each of several measures, corrected for their number (max-T).

    Each measure is scaled by its mean and deviation over the recordings and all sets. A
    set counts against a measure if any of its own measures lies as far out.

    Parameters
    ----------
    comparisons : mapping of str to Comparison
        As from `against_surrogates`: from the same sets of surrogates.

    Returns
    -------
    pandas.Series
        With n sets of surrogates none is below 1 / (n + 1).
    """
    check_kind("comparisons", comparisons, Mapping, ValueError)
    for one in comparisons.values():
        check_kind("comparisons, each", one, Comparison, ValueError)
    if len({one.surrogates.shape[1] for one in comparisons.values()}) != 1:
        raise ValueError("comparisons: at least one is needed, all with as many surrogates")
    means = pd.DataFrame(
        {name: [one.mean, *one.surrogate_means] for name, one in comparisons.items()}
    )
    spread = means.std(ddof=0).where(lambda found: found > means.apply(_slack), np.inf)
    far = ((means - means.mean()) / spread).abs()
    return far.iloc[0].map(lambda seen: (far.max(axis=1) >= seen - 1e-9).mean())


def _slack(means):
    """Below which two means differ by rounding alone."""
    return 1e-9 * np.abs(means).max()


# States


def leading_eigenvectors(angles):
    """Leading eigenvector of the phase coherence of each volume (Cabral2017).

    The coherence cos(θ_i − θ_j) of one volume is ccᵀ + ssᵀ, with c = cos θ and s = sin θ.
    So its leading eigenvector is a mixture of c and s, and a 2 × 2 problem gives it.

    Parameters
    ----------
    angles : array_like, shape (volumes, regions)
        In radians, as from `phases`.

    Returns
    -------
    numpy.ndarray, shape (volumes, regions)
        Of length 1. The sign is free and chosen so that most elements are negative: the
        positive ones are then the regions that leave the common phase.
    """
    angles = _angles(angles)
    c, s = np.cos(angles), np.sin(angles)
    turn = 0.5 * np.arctan2(2 * (c * s).sum(axis=1), (c * c - s * s).sum(axis=1))
    vectors = np.cos(turn)[:, None] * c + np.sin(turn)[:, None] * s
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    surplus = np.sign(vectors).sum(axis=1)
    wrong = (surplus > 0) | ((surplus == 0) & (vectors.sum(axis=1) > 0))
    vectors[wrong] *= -1
    return vectors


@dataclass(frozen=True)
class States:
    """Patterns that come back, and when.

    Attributes
    ----------
    maps : pandas.DataFrame, shape (k, regions)
        One row a state, numbered from 1, the most frequent first; each of length 1.
    labels : mapping of str to numpy.ndarray, shape (volumes,)
        For each subject the number of the state at each volume.
    patterns : callable
        From a table of signals to the patterns that were clustered, one row a volume.
    centres : numpy.ndarray, shape (k, regions)
        Centres of the clusters of patterns.
    """

    maps: pd.DataFrame
    labels: Mapping = field(repr=False)
    patterns: Callable = field(repr=False)
    centres: np.ndarray = field(repr=False)

    def __post_init__(self):
        maps = check_table("maps", self.maps, ValueError)
        check_kind("labels", self.labels, Mapping, ValueError)
        for labels in self.labels.values():
            _sequence(labels)
        if not callable(self.patterns):
            raise ValueError(f"patterns: a function is needed, not {told(self.patterns)}")
        centres = check_number("centres", self.centres, ValueError)
        if centres.ndim != 2 or len(centres) != len(maps):
            raise ValueError(f"maps and centres: {len(maps)} do not fit the shape {centres.shape}")
        object.__setattr__(self, "maps", maps)
        object.__setattr__(self, "centres", centres)

    def label(self, table):
        """State of each volume of other signals, such as a second session.

        It is no test of surrogates: see `against_surrogates`.

        Parameters
        ----------
        table : pandas.DataFrame, shape (volumes, regions)
            As from `band_pass`, of the same regions.

        Returns
        -------
        numpy.ndarray of int

        Raises
        ------
        SignalError
            If the regions are others.
        """
        check_kind("table", table, pd.DataFrame, SignalError)
        if list(table.columns) != list(self.maps.columns):
            raise SignalError("these signals have other regions than the states")
        # Nearest centre; |pattern|² is the same for all of them.
        distance = (self.centres**2).sum(axis=1) - 2 * self.patterns(table) @ self.centres.T
        return distance.argmin(axis=1) + 1

    def occupancy(self):
        """Share of the volumes that each person spends in each state.

        Returns
        -------
        pandas.DataFrame, shape (subjects, k)
        """
        return self._table(occupancy)

    def dwell_time(self, tr):
        """Mean length of each person's stays in each state, in seconds.

        Parameters
        ----------
        tr : float

        Returns
        -------
        pandas.DataFrame, shape (subjects, k)
        """
        check_band(tr)
        return self._table(dwell_time, tr=tr)

    def _table(self, measure, **options):
        found = {
            who: [measure(labels, state, **options) for state in self.maps.index]
            for who, labels in self.labels.items()
        }
        return pd.DataFrame.from_dict(found, orient="index", columns=self.maps.index)


def leida(tables, k=5, seed=0):
    """Leading eigenvector dynamics analysis: states of phase coherence (Cabral2017).

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        For each subject the signals, of shape (volumes, regions), as from `band_pass`.
    k : int
        Number of states. It is a choice: occupancies change with it.
    seed : int
        For the starts of k-means.

    Returns
    -------
    States
        Clusters of leading eigenvectors, over all people. `EDGE` volumes at each end of a
        recording have no label.

    Raises
    ------
    SignalError
        If the signals of somebody cannot be used.
    ValueError
        If there are fewer than 2 states, or more than volumes.
    """
    return _states(tables, k, seed, _coherence)


def coactivation(tables, k=5, seed=0):
    """States of activity: patterns of high and low signal that come back.

    Volumes are scaled to length 1 and clustered, so that the pattern counts and its size
    does not. The map of a state is the mean of its unscaled volumes.

    Parameters
    ----------
    tables, k, seed
        As for `leida`.

    Returns
    -------
    States
        Every volume has a label.

    Raises
    ------
    SignalError, ValueError
        As for `leida`.
    """
    return _states(tables, k, seed, _directions, _amplitudes)


def _coherence(table):
    return leading_eigenvectors(phases(table))


def _amplitudes(table):
    return check_signals(table).to_numpy()


def _directions(table):
    values = _amplitudes(table)
    size = np.linalg.norm(values, axis=1, keepdims=True)
    if size.min() < SMALLEST:
        raise SignalError("a volume in which every signal is 0 has no direction")
    return values / size


def _states(tables, k, seed, patterns, contents=None):
    """Cluster the patterns; the maps are means of the contents, or of the patterns themselves."""
    tables = check_tables("tables", tables, ValueError)
    k, seed = check_count("k", k, ValueError, -MOST), check_seed(seed, ValueError)
    if not tables:
        raise ValueError("tables: states need the signals of at least one person")
    parts = [patterns(table) for table in tables.values()]
    columns = {tuple(table.columns) for table in tables.values()}
    if len(columns) != 1:
        raise SignalError("the states of several people need the same regions in everybody")
    volumes = sum(map(len, parts))
    if not 2 <= k <= volumes:
        raise ValueError(f"k: {k} states cannot be found in {volumes} volumes: take 2 or more")
    found = KMeans(k, n_init=STARTS, random_state=seed).fit(np.vstack(parts))
    sizes = np.bincount(found.labels_, minlength=k)
    if not sizes.all():
        raise ValueError(f"k: {k} states are more than the {np.count_nonzero(sizes)} that differ")
    frequent = np.argsort(-sizes, kind="stable")
    labels = np.argsort(frequent)[found.labels_] + 1
    content = np.vstack([contents(table) for table in tables.values()] if contents else parts)
    maps = np.array([content[labels == state].mean(axis=0) for state in range(1, k + 1)])
    maps /= np.linalg.norm(maps, axis=1, keepdims=True)
    return States(
        maps=pd.DataFrame(
            maps, index=pd.RangeIndex(1, k + 1, name="state"), columns=list(*columns)
        ),
        labels=dict(zip(tables, np.split(labels, np.cumsum([*map(len, parts)])[:-1]), strict=True)),
        patterns=patterns,
        centres=found.cluster_centers_[frequent],
    )


def occupancy(labels, state):
    """Share of the volumes that are in a state.

    Parameters
    ----------
    labels : array_like of int, shape (volumes,)
        State of each volume, as in `States`.
    state : int

    Returns
    -------
    float
    """
    state = check_number("state", state, ValueError, one=True)
    return float(np.mean(_sequence(labels) == state))


def dwell_time(labels, state, tr):
    """Mean length of a stay in a state, in seconds.

    Stays that the recording cuts off at its ends are counted as long as they are seen.

    Parameters
    ----------
    labels : array_like of int, shape (volumes,)
    state : int
    tr : float
        Seconds between volumes.

    Returns
    -------
    float
        0 if the state never occurs.
    """
    state = check_number("state", state, ValueError, one=True)
    check_band(tr)
    inside = np.concatenate([[False], _sequence(labels) == state])
    stays = np.count_nonzero(~inside[:-1] & inside[1:])
    return float(inside.sum() * tr / max(stays, 1))


def switch_rate(labels, tr):
    """Changes of state in a minute.

    Parameters
    ----------
    labels : array_like of int, shape (volumes,)
    tr : float
        Seconds between volumes.

    Returns
    -------
    float
    """
    labels = _sequence(labels)
    check_band(tr)
    return float(np.count_nonzero(np.diff(labels)) / ((len(labels) - 1) * tr / 60))


def _sequence(labels):
    labels = check_number("labels", labels, ValueError)
    if labels.ndim != 1 or len(labels) < 2:
        raise ValueError("labels: a sequence has one label a volume, and at least two of them")
    return labels
