"""Maps of the cortex from different sources, all on the same 100 parcels of Schaefer2018.

Two receptors by PET, three maps of the Human Connectome Project, and the change of
global brain connectivity under ketamine, each a mean over a group of people.
"""

import functools

import numpy as np
import pandas as pd
from nilearn import surface
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from ketanet import atlases, drug_tables, sources
from ketanet._checks import check_kind, check_number
from ketanet._labels import aligned

_PET = {"NMDA receptor": "nmda", "GABA-A receptor": "gabaa"}
_HCP = {"myelin": "t1wt2w", "thickness": "thickness", "gradient": "fc_gradient0"}
_DRUG = {"ketamine": False, "ketamine, GSR": True}

RECEPTORS, DRUG = tuple(_PET), tuple(_DRUG)
"""Names of the maps that show a receptor, and of those that show ketamine."""


def load():
    """All maps, one value a parcel.

    Returns
    -------
    pandas.DataFrame, 100 rows
        Index: parcel, as in `ketanet.atlases.schaefer_labels`. Columns: NMDA receptor and
        GABA-A receptor (binding in PET, as z); myelin (T1w/T2w); thickness (mm); gradient
        (the first of functional connectivity, no unit); ketamine and ketamine, GSR (mean
        change of `ketanet.drug_tables` over the vertices of a parcel).

    Raises
    ------
    ketanet.sources.DataError
        If the data cannot be fetched, or are damaged.
    """
    return _maps().copy()


@functools.cache
def _maps():
    table = pd.DataFrame(index=atlases.schaefer_labels(100)["name"])
    for name, key in _PET.items():
        file = f"cubnm/data/maps/ctx_parc-schaefer-100_desc-{key}_zscore.txt"
        table[name] = np.loadtxt(sources.path(file))
    for name, key in _HCP.items():
        file = f"brainspace/datasets/matrices/main_group/conte69_32k_{key}.csv"
        table[name] = _parcel_means(np.loadtxt(sources.path(file)))
    for name, gsr in _DRUG.items():
        parcels = drug_tables.parcels("ketamine", gsr)
        change = parcels.loc[parcels["structure"] == "Cortex", "mean"]
        painted = atlases.cab_np_surface(change).data.parts
        table[name] = _parcel_means(np.concatenate([painted["left"], painted["right"]]))
    return table


@functools.cache
def _labels():
    """One parcel number a vertex, the left hemisphere first; 0 on the medial wall."""
    file = "brainspace/datasets/parcellations/schaefer_100_conte69.csv"
    return np.loadtxt(sources.path(file)).astype(int)


def _parcel_means(values):
    """Mean over the vertices of each parcel; those without a value do not count."""
    there = np.isfinite(values)
    parcel = _labels()[there]
    return np.bincount(parcel, values[there])[1:] / np.bincount(parcel)[1:]


def paint(values):
    """One value a parcel, painted on the cortex, to be drawn by nilearn.

    Parameters
    ----------
    values : pandas.Series
        One of the columns of `load`, or other numbers for all 100 parcels.

    Returns
    -------
    nilearn.surface.SurfaceImage
        On the inflated surface; the medial wall is NaN.

    Raises
    ------
    ValueError
        If a parcel is missing, unknown or without a value.
    """
    check_kind("values", values, pd.Series, ValueError)
    values = aligned("values", values, atlases.schaefer_labels(100)["name"], ValueError)
    by_number = np.r_[np.nan, check_number("values", values, ValueError)]
    left, right = np.split(by_number[_labels()], 2)
    return surface.SurfaceImage(atlases.cortex_mesh(), {"left": left, "right": right})


def distances():
    """How far two parcels lie from each other along the cortex.

    From the middle of one to the middle of the other, along the edges of the S1200
    midthickness surface. Between the hemispheres a parcel is taken to lie where its mirror
    image does: maps are as alike at such places as at neighbouring ones.

    Returns
    -------
    pandas.DataFrame, 100 rows and columns
        In mm; rows and columns as in `load`.
    """
    return _distances().copy()


@functools.cache
def _distances():
    mesh = atlases.cortex_mesh("midthickness")
    sides = np.split(_labels(), 2)
    middles, away = [], []
    for labels, part in zip(sides, (mesh.parts["left"], mesh.parts["right"]), strict=True):
        middles.append(
            [_middle(part.coordinates, labels == k) for k in np.unique(labels[labels > 0])]
        )
        ends = part.faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
        length = np.linalg.norm(np.diff(part.coordinates[ends], axis=1)[:, 0], axis=1)
        edges = coo_array((length, tuple(ends.T)), shape=(len(labels), len(labels)))
        away.append(dijkstra(edges.tocsr(), directed=False, indices=middles[-1]))
    # A vertex has the same number as its mirror image on the other side.
    (left, right), (from_left, from_right) = middles, away
    across = (from_left[:, right] + from_right[:, left].T) / 2
    far = np.block([[from_left[:, left], across], [across.T, from_right[:, right]]])
    names = atlases.schaefer_labels(100)["name"]
    return pd.DataFrame((far + far.T) / 2, index=names, columns=list(names))


def _middle(places, inside):
    """The vertex of a parcel that lies nearest to the mean of all."""
    offset = places - places[inside].mean(axis=0)
    return np.where(inside, (offset**2).sum(axis=1), np.inf).argmin()
