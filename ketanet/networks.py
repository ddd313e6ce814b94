"""Connectivity, and what is computed from it.

Functional connectivity here is the correlation between the signals of two regions.
How the signals were cleaned decides much of the answer, so every result carries its
`Pipeline`.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from nilearn import signal
from nilearn.connectome import ConnectivityMeasure
from sklearn.covariance import EmpiricalCovariance

from ketanet import recordings
from ketanet._checks import SMALLEST, check_flag, check_kind, check_number, check_seed, told
from ketanet._labels import aligned, check_groups, check_names, check_table

FEWEST_VOLUMES = 100
"""Fewer time points than this are refused: filtered to 0.01-0.1 Hz, they hold too little."""

DMN_CORE = tuple(
    f"{region}_{side}"
    for region in (
        "Frontal_Sup_Medial",
        "Frontal_Med_Orb",
        "Cingulate_Post",
        "Precuneus",
        "Angular",
    )
    for side in "LR"
)
"""Ten AAL2 regions over the midline and parietal nodes of the default mode network.

Chosen by us to cover the medial prefrontal, posterior cingulate and lateral parietal
nodes of Fox2005.
"""

TASK_POSITIVE = tuple(
    f"{region}_{side}"
    for region in (
        "Frontal_Inf_Oper",
        "Supp_Motor_Area",
        "Cingulate_Mid",
        "Insula",
        "Parietal_Sup",
        "SupraMarginal",
    )
    for side in "LR"
)
"""Twelve AAL2 regions that tend to be active in demanding tasks; chosen by us as above."""


class SignalError(ValueError):
    """Signals that cannot give a connectivity; the message says why."""


@dataclass(frozen=True)
class Pipeline:
    """How signals were cleaned before they were compared.

    Attributes
    ----------
    band : tuple of float or None
        Frequencies kept, in Hz; None keeps all.
    gsr : bool
        Global-signal regression: whether the mean of all cleaned signals, each scaled to
        the same size, was regressed out of each.
    """

    band: tuple | None = (0.01, 0.1)
    gsr: bool = False

    def __post_init__(self):
        object.__setattr__(self, "gsr", check_flag("gsr", self.gsr, SignalError))
        if self.band is not None:
            band = check_number("band", self.band, SignalError)
            if band.shape != (2,):
                raise SignalError(f"band: two frequencies are needed, not {told(self.band)}")
            object.__setattr__(self, "band", tuple(band.tolist()))

    def __str__(self):
        edges = dict.fromkeys(f"{edge:g}" for edge in self.band or ())  # a single frequency once
        band = f"{'–'.join(edges)} Hz" if edges else "all frequencies"
        return f"detrended, {band}, {'with' if self.gsr else 'no'} global-signal regression"


@dataclass(frozen=True)
class Connectivity:
    """Functional connectivity of several people.

    Attributes
    ----------
    matrices : numpy.ndarray, shape (subjects, regions, regions)
        Correlations, ones on the diagonal.
    subjects, regions : tuple of str
    pipeline : Pipeline
        How the signals were cleaned.
    """

    matrices: np.ndarray = field(repr=False)
    subjects: tuple = field(repr=False)
    regions: tuple = field(repr=False)
    pipeline: Pipeline

    def __post_init__(self):
        check_kind("pipeline", self.pipeline, Pipeline, SignalError)
        matrices = check_number("matrices", self.matrices, SignalError)
        for name in ("subjects", "regions"):
            object.__setattr__(self, name, _labels(name, getattr(self, name)))
        count = len(self.regions)
        if matrices.shape != (len(self.subjects), count, count) or not matrices.size:
            raise SignalError(
                f"matrices: shape {matrices.shape} does not fit "
                f"{len(self.subjects)} subjects and {count} regions"
            )
        if np.abs(matrices).max() > 1 + 1e-9:
            raise SignalError("matrices: a correlation lies between -1 and 1")
        object.__setattr__(self, "matrices", matrices)

    def mean(self):
        """Mean over people, taken on Fisher's z and turned back.

        Returns
        -------
        pandas.DataFrame, shape (regions, regions)
        """
        mean = fisher_mean(self.matrices, axis=0)
        return pd.DataFrame(mean, index=self.regions, columns=self.regions)

    def places(self, names):
        """Positions of the named regions.

        Parameters
        ----------
        names : sequence of str

        Returns
        -------
        list of int

        Raises
        ------
        LookupError
            Naming the regions that are not there.
        ValueError
            If there is no name, or one twice.
        """
        names = check_names("names", names, ValueError)
        unknown = [name for name in names if name not in self.regions]
        if unknown:
            raise LookupError(f"no region {', '.join(unknown)} in this connectivity")
        _check_set(names)
        return [self.regions.index(name) for name in names]


def _labels(name, labels):
    """Refuse what are no names or numbers of subjects or regions, each once."""
    try:
        labels = () if isinstance(labels, str | bytes) else tuple(labels)
        once = len(set(labels)) == len(labels) > 0
    except TypeError:
        once = False
    if not once:
        raise SignalError(f"{name}: names are needed, each once, not {told(labels)}")
    return labels


def clean(table, tr, pipeline=Pipeline()):
    """Detrend, filter and scale the signals of one person.

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)
    tr : float
        Seconds between volumes.
    pipeline : Pipeline

    Returns
    -------
    pandas.DataFrame, shape (volumes, regions)
        Each column has mean 0, and standard deviation 1 before the global-signal
        regression. After it the columns of a row add up to 0.

    Raises
    ------
    SignalError
        As from `check_signals` and `check_band`, and for a global-signal regression of
        fewer than 3 regions: two would be made exact opposites, one would vanish.
    """
    table = check_signals(table)
    check_kind("pipeline", pipeline, Pipeline, SignalError)
    check_band(tr, pipeline.band)
    if pipeline.gsr and table.shape[1] < 3:
        raise SignalError("global-signal regression needs at least 3 regions")
    values = signal.clean(table.to_numpy(float), detrend=True, standardize=None)
    if pipeline.band:
        low, high = pipeline.band
        # What signal.clean does with a band, for all columns at once: it takes one at a time.
        values = signal.butterworth(values, 1 / tr, low_pass=high, high_pass=low, copy=True)
    values = signal.clean(values, detrend=False, standardize="zscore_sample")
    if pipeline.gsr:
        whole = values.mean(axis=1, keepdims=True)
        values = signal.clean(values, confounds=whole, detrend=False, standardize=None)
    return pd.DataFrame(values, index=table.index, columns=table.columns)


def _check_set(names, others=None):
    """Refuse an empty set, a region named twice, and a region in two sets."""
    if not len(names) or (others is not None and not len(others)):
        raise ValueError("a set of regions needs at least one")
    others = others or []
    every = [*names, *others]
    twice = sorted({name for name in every if every.count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is named twice")


def check_signals(table):
    """Refuse signals that cannot give a connectivity.

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)

    Returns
    -------
    pandas.DataFrame
        Of floats.

    Raises
    ------
    SignalError
        If a value is missing, a signal is flat, there are too few volumes, or two regions
        have one name or the same signal: their correlation of 1 would enter every mean.
    """
    table = check_table("table", table, SignalError)
    values = table.to_numpy()
    flat = table.columns[np.ptp(values, axis=0) < SMALLEST]
    if len(flat):
        raise SignalError(f"no change over time in {', '.join(map(str, flat[:3]))}: drop them")
    if len(table) < FEWEST_VOLUMES:
        raise SignalError(f"{len(table)} volumes are too few: at least {FEWEST_VOLUMES} are needed")
    if len(np.unique(values[0])) < len(values[0]):  # nearly every table is done here, and quickly
        copies = table.columns[table.T.duplicated(keep=False)]
        if len(copies):
            raise SignalError(f"the same signal in {' and '.join(map(str, copies[:2]))}: drop one")
    return table


def check_band(tr, band=None):
    """Refuse a time between volumes that is none, and a band that it cannot hold.

    Parameters
    ----------
    tr : float
        Seconds between volumes.
    band : tuple of float, optional
        In Hz; the upper edge must lie below half of the volumes a second.

    Returns
    -------
    numpy.ndarray, shape (2,), or None
        The band as floats.

    Raises
    ------
    SignalError
    """
    tr = check_number("tr", tr, SignalError, one=True)
    if not 1e-6 <= tr <= 1e6:
        raise SignalError(f"tr: {tr:g} s between volumes is no time")
    if band is None:
        return None
    band = check_number("band", band, SignalError)
    if band.shape != (2,):
        raise SignalError(f"band: two frequencies are needed, not the shape {band.shape}")
    low, high = band
    if not 1e-6 / tr < low < high < 0.5 / tr:
        raise SignalError(f"volumes every {tr:g} s cannot hold a band of {low:g} to {high:g} Hz")
    return band


def connectivity(rest, pipeline=Pipeline(), kind="correlation"):
    """Functional connectivity of every person in a recording.

    Parameters
    ----------
    rest : ketanet.recordings.Rest
    pipeline : Pipeline
    kind : {"correlation", "partial correlation"}
        As in nilearn's ConnectivityMeasure.

    Returns
    -------
    Connectivity

    Raises
    ------
    SignalError
        If the signals of somebody cannot be used, or the people do not have the same
        regions. Also for a partial correlation that would have to divide by nothing: after
        global-signal regression, where each region is minus the sum of the others, and
        with as many regions as independent volumes or more.
    """
    check_kind("rest", rest, recordings.Rest, SignalError)
    check_kind("pipeline", pipeline, Pipeline, SignalError)
    if check_kind("kind", kind, str, SignalError) not in ("correlation", "partial correlation"):
        raise SignalError(f"kind: {told(kind)} is neither correlation nor partial correlation")
    regions, partial = list(rest.regions.index), kind == "partial correlation"
    if partial and pipeline.gsr:
        raise SignalError(
            "no partial correlation after global-signal regression: each region is minus the "
            "sum of the others"
        )
    cleaned = []
    for subject, table in rest.signals.items():
        table = aligned(f"subject {subject}", table, regions, SignalError)
        cleaned.append(clean(table, rest.tr, pipeline).to_numpy())
        share = 1.0 if pipeline.band is None else 2 * rest.tr * np.ptp(pipeline.band)
        if partial and share * len(table) <= len(regions):
            raise SignalError(
                f"no partial correlation of {len(regions)} regions: {len(table)} volumes in this "
                f"band are worth {share * len(table):.0f} independent ones"
            )
    # The plain covariance: nilearn's default would shrink the correlations a little.
    measure = ConnectivityMeasure(EmpiricalCovariance(), kind, standardize="zscore_sample")
    matrices = measure.fit_transform(cleaned)
    return Connectivity(matrices, rest.subjects, tuple(regions), pipeline)


def fisher_mean(correlations, axis=None):
    """Mean of correlations, taken on Fisher's z = arctanh(r) and turned back.

    Parameters
    ----------
    correlations : array_like
        Between -1 and 1. Exactly 1 has an infinite z; it is given that of the number just
        below, 18.7, so that a diagonal of ones stays ones. Among other correlations a
        single 1 still rules the mean: leave it out first.
    axis : int, optional
        As in numpy.mean.

    Returns
    -------
    float or numpy.ndarray

    Raises
    ------
    SignalError
        If a value is missing or lies beyond -1 and 1 by more than rounding.
    """
    values = check_number("correlations", correlations, SignalError)
    if (np.abs(values) > 1 + 1e-9).any():
        raise SignalError(f"{values.flat[np.abs(values).argmax()]:g} is no correlation")
    if not values.size:
        raise SignalError("correlations: there is none")
    limit = np.nextafter(1, 0)
    z = np.arctanh(np.clip(values, -limit, limit))
    try:
        return np.tanh(np.mean(z, axis=axis))
    except (TypeError, ValueError, OverflowError):
        raise SignalError(f"axis: {told(axis)} is no axis of the shape {z.shape}") from None


def within(conn, names):
    """Mean connectivity inside a set of regions, for each person.

    Parameters
    ----------
    conn : Connectivity
    names : sequence of str
        At least two regions.

    Returns
    -------
    pandas.Series
        Index: subject.
    """
    check_kind("conn", conn, Connectivity, SignalError)
    places = conn.places(names)
    if len(places) < 2:
        raise ValueError("connectivity inside a set needs at least two regions")
    rows, columns = np.triu_indices(len(places), 1)
    pairs = conn.matrices[:, np.take(places, rows), np.take(places, columns)]
    return pd.Series(fisher_mean(pairs, axis=1), index=conn.subjects)


def between(conn, names, others):
    """Mean connectivity from each region of one set to each of another, for each person.

    Parameters
    ----------
    conn : Connectivity
    names, others : sequence of str
        Two sets without a common region.

    Returns
    -------
    pandas.Series
        Index: subject.
    """
    check_kind("conn", conn, Connectivity, SignalError)
    names, others = (
        check_names(*one, ValueError) for one in (("names", names), ("others", others))
    )
    _check_set(names, others)
    block = conn.matrices[:, conn.places(names)][:, :, conn.places(others)]
    return pd.Series(fisher_mean(block, axis=(1, 2)), index=conn.subjects)


def network_means(conn, network):
    """Mean connectivity within and between networks.

    Parameters
    ----------
    conn : Connectivity
    network : pandas.Series
        Network of each region (index: region).

    Returns
    -------
    pandas.DataFrame
        One row a subject; columns are pairs of networks, (a, a) for within.
    """
    check_kind("conn", conn, Connectivity, SignalError)
    check_kind("network", network, pd.Series, SignalError)
    network = check_groups("network", network, SignalError)
    if not check_names("network", network.index, SignalError):
        raise SignalError("network: there is no region")
    members = {name: list(part.index) for name, part in network.groupby(network, sort=False)}
    names, columns = list(members), {}
    for i, one in enumerate(names):
        columns[one, one] = within(conn, members[one])
        for other in names[i + 1 :]:
            columns[one, other] = between(conn, members[one], members[other])
    return pd.DataFrame(columns)


def coupling(rest, names, others, pipeline=Pipeline()):
    """Correlation between the mean signals of two sets of regions, for each person.

    Parameters
    ----------
    rest : ketanet.recordings.Rest
    names, others : sequence of str
    pipeline : Pipeline

    Returns
    -------
    pandas.Series
        Index: subject.
    """
    check_kind("rest", rest, recordings.Rest, SignalError)
    names, others = (
        check_names(*one, ValueError) for one in (("names", names), ("others", others))
    )
    _check_set(names, others)
    found = {}
    for subject, table in rest.signals.items():
        unknown = [name for name in (*names, *others) if name not in table]
        if unknown:
            raise LookupError(f"no region {', '.join(unknown)} in these signals")
        cleaned = clean(table, rest.tr, pipeline)
        one, other = cleaned[names].mean(axis=1), cleaned[others].mean(axis=1)
        if min(one.std(), other.std()) < 1e-9:
            raise SignalError("names and others: a mean signal is nothing after the regression")
        found[subject] = one.corr(other)
    return pd.Series(found)


def global_brain_connectivity(conn):
    """Mean connectivity of each region with all the others.

    Parameters
    ----------
    conn : Connectivity

    Returns
    -------
    pandas.DataFrame, shape (subjects, regions)
    """
    check_kind("conn", conn, Connectivity, SignalError)
    count = len(conn.regions)
    if count < 2:
        raise SignalError("conn: a region alone has no others to be connected with")
    others = conn.matrices[:, ~np.eye(count, dtype=bool)].reshape(-1, count, count - 1)
    return pd.DataFrame(fisher_mean(others, axis=2), index=conn.subjects, columns=conn.regions)


def seed_map(conn, names):
    """Mean connectivity of every region with a seed, over people.

    Parameters
    ----------
    conn : Connectivity
    names : sequence of str
        The region or regions of the seed.

    Returns
    -------
    pandas.Series
        Index: region outside the seed.
    """
    check_kind("conn", conn, Connectivity, SignalError)
    names = check_names("names", names, ValueError)
    rest = [name for name in conn.regions if name not in names]
    block = conn.matrices[:, conn.places(names)][:, :, conn.places(rest)]
    return pd.Series(fisher_mean(block, axis=(0, 1)), index=rest)


def shuffle_phases(table, seed, together=False):
    """Signals with the same spectrum as the given ones, their phases left to chance.

    Each column is taken apart into frequencies, each frequency is turned by a random
    phase, and the column is put together again: how slow a signal is stays, when it
    rises is left to chance. The two ways to turn answer two questions:

    - each region by a phase of its own (the default): no coupling is left. Is there any
      connectivity at all?
    - all regions by the same phase (`together`): the covariances, and with them the
      static connectivity, stay as they are; what is lost is any change of it over time.
      Is there more than static connectivity?

    Parameters
    ----------
    table : pandas.DataFrame, shape (volumes, regions)
    seed : int, sequence of int or numpy.random.SeedSequence
    together : bool

    Returns
    -------
    pandas.DataFrame, shape (volumes, regions)
    """
    table = check_table("table", table, SignalError)
    together = check_flag("together", together, SignalError)
    if isinstance(seed, list | tuple) and len(seed):
        seed = [check_seed(one, SignalError) for one in seed]
    elif not isinstance(seed, np.random.SeedSequence):
        seed = check_seed(seed, SignalError)
    spectrum = np.fft.rfft(table.to_numpy(), axis=0)
    frequencies, regions = spectrum.shape
    size = (frequencies, 1 if together else regions)
    turn = np.exp(2j * np.pi * np.random.default_rng(seed).random(size))
    turn[0] = 1
    if len(table) % 2 == 0:
        turn[-1] = 1  # the highest frequency of an even length has no phase to turn
    shuffled = np.fft.irfft(spectrum * turn, n=len(table), axis=0)
    return pd.DataFrame(shuffled, index=table.index, columns=table.columns)
