"""Global brain connectivity of people with a drug and without it, as published.

Moujaes2024 measured forty healthy people during an infusion of ketamine and during
placebo, and set LSD (24 people) and psilocybin (23) of another laboratory beside them.
For each of the 718 parcels of the CAB-NP (Ji2019) the files hold global brain
connectivity (GBC): the mean correlation of the parcel with all others, as Fisher's z.

The files are not part of the course: `ketanet.restricted` fetches them for whoever
agrees to their terms. What they say of groups stands in `ketanet.drug_tables`.
"""

from dataclasses import dataclass, field

import nibabel as nib
import numpy as np
import pandas as pd

from ketanet import atlases, restricted
from ketanet._checks import check_flag, check_kind
from ketanet.sources import DataError

DATASET = "moujaes2024"

_CLEANED = "data_neural/ketamine_GSR/{}_HCS40_hpss_res-mVWMWB1d__CAB-NP_P718_BSNIP_parcels_gbc_mFz"
_PLAIN = (
    "data_neural/ketamine_noGSR/{}_HCS40_noGSR_hpss_res-mVWM1d_CAB-NP_P718_BSNIP"
    "_parcels_useweights_GBC_mFz"
)
_ZURICH = "data_neural/{}/{}_{}_hpss_res-mVWMWB1d_CAB-NP_ParcelOrder_r_Fz_GBC"

# Placebo, the other file, and whether that holds the drug or already the difference.
_FILES = {
    ("ketamine", False): (_PLAIN.format("Placebo"), _PLAIN.format("Ketamine"), "drug"),
    ("ketamine", True): (_CLEANED.format("Placebo"), _CLEANED.format("Ket-Pla"), "difference"),
    ("LSD", True): (
        _ZURICH.format("LSD", "Placebo", "N24"),
        _ZURICH.format("LSD", "LSD-Pla", "N24"),
        "difference",
    ),
    ("psilocybin", True): (
        _ZURICH.format("psilocybin", "Placebo", "N23"),
        _ZURICH.format("psilocybin", "Psi-Pla", "N23"),
        "difference",
    ),
}

SCANS = tuple(_FILES)
"""What there is: drug, and whether the global signal was regressed out."""

_NAMED = _ZURICH.format("LSD", "Placebo", "N24")
"""The file whose parcels carry the names of the CAB-NP: network, number, structure."""

PEOPLE = {"ketamine": 40, "LSD": 24, "psilocybin": 23}
"""How many people each drug was given to (Moujaes2024)."""


@dataclass(frozen=True)
class DrugScans:
    """Global brain connectivity of several people, with a drug and without.

    Attributes
    ----------
    drug : str
    gsr : bool
        Whether the global signal was regressed out.
    placebo, change : pandas.DataFrame, shape (people, 718)
        GBC during placebo, and during the drug minus placebo; mean Fisher z. A row is
        one person in both; columns are the parcels in the order of the CAB-NP.
    parcels : pandas.DataFrame
        As `ketanet.atlases.cab_np`, and x, y, z: mean position in mm (MNI152).
    geometry : nibabel.cifti2.ParcelsAxis
        Vertices (fs_LR 32k) and voxels of each parcel, in the order of the columns.
    reference : str
        Keys in ``references.bib``.
    """

    drug: str
    gsr: bool
    placebo: pd.DataFrame = field(repr=False)
    change: pd.DataFrame = field(repr=False)
    parcels: pd.DataFrame = field(repr=False)
    geometry: nib.cifti2.ParcelsAxis = field(repr=False)
    reference: str = "Moujaes2024, Ji2019"

    def __len__(self):
        return len(self.change)

    @property
    def pipeline(self):
        """How the signals were cleaned, in words."""
        return f"high-pass filtered, {'with' if self.gsr else 'no'} global-signal regression"

    @property
    def with_drug(self):
        """GBC during the drug: a pandas.DataFrame like `placebo`."""
        return self.placebo + self.change


def load(drug, gsr):
    """Load the scans of one drug in one pipeline.

    Parameters
    ----------
    drug : {"ketamine", "LSD", "psilocybin"}
    gsr : bool
        Without global-signal regression there is ketamine only.

    Returns
    -------
    DrugScans

    Raises
    ------
    LookupError
        If there are no such scans.
    ketanet.sources.DataError
        If a file is missing, damaged, or not what it should be.
    """
    check_kind("drug", drug, str, LookupError)
    gsr = check_flag("gsr", gsr, LookupError)
    if (drug, gsr) not in _FILES:
        there = ", ".join(f"{name} {'with' if g else 'without'} GSR" for name, g in SCANS)
        raise LookupError(
            f"no scans of {drug!r} {'with' if gsr else 'without'} GSR; there are {there}"
        )
    first, second, holds = _FILES[drug, gsr]
    _, named = _read(_NAMED, PEOPLE["LSD"])
    tables = []
    for file in (first, second):
        values, parcels = _read(file, PEOPLE[drug])
        tables.append(pd.DataFrame(values[:, partners(named, parcels)], columns=list(named.name)))
    placebo, other = tables
    return DrugScans(
        drug=drug,
        gsr=gsr,
        placebo=placebo,
        change=other if holds == "difference" else other - placebo,
        parcels=_parcels(named),
        geometry=named,
    )


def _read(file, people):
    """Values, people by parcels, and the parcels of one file."""
    place = restricted.path(DATASET, f"{file}.ptseries.nii")
    try:
        values, parcels = atlases.read_cifti(place)
    except Exception as error:  # nibabel fails in many ways, some over several lines
        raise DataError(f"{place.name} is no sound CIFTI file") from error
    if not isinstance(parcels, nib.cifti2.ParcelsAxis):
        raise DataError(f"{place.name} holds no parcels along its second axis")
    if len(values) != people:
        raise DataError(f"{place.name} holds {len(values)} people, not {people}")
    if not np.isfinite(values).all():
        raise DataError(f"{place.name}: a value is missing or infinite")
    return values, parcels


def partners(wanted, given):
    """For each parcel of one file, the place of the same parcel in another.

    The files list the parcels in different orders, and draw the borders on the cortex a
    little differently. So a parcel's partner is the one that shares most vertices or
    voxels with it.

    Parameters
    ----------
    wanted, given : nibabel.cifti2.ParcelsAxis

    Returns
    -------
    list of int
        Positions in `given`, in the order of `wanted`.

    Raises
    ------
    ketanet.sources.DataError
        If a parcel has no partner, or two share one.
    """
    for name, axis in (("wanted", wanted), ("given", given)):
        check_kind(name, axis, nib.cifti2.ParcelsAxis, DataError)
    owner = {spot: number for number in range(len(given)) for spot in _spots(given, number)}
    found = []
    for number in range(len(wanted)):
        shared = [owner[spot] for spot in _spots(wanted, number) if spot in owner]
        if not shared:
            raise DataError(
                f"the files do not hold the same parcels: {wanted.name[number]} has no partner"
            )
        found.append(int(np.bincount(shared).argmax()))
    if len(set(found)) < len(given) or len(found) != len(given):
        raise DataError("the files do not hold the same parcels: two of them share a partner")
    return found


def _spots(parcels, number):
    """The vertices and voxels of one parcel, each by a name of its own."""
    for structure, vertices in parcels.vertices[number].items():
        yield from ((structure, vertex) for vertex in vertices.tolist())
    yield from map(tuple, parcels.voxels[number].tolist())


def _parcels(axis):
    """Label table of the parcels, with their mean positions."""
    table = atlases.cab_np()
    if list(axis.name) != list(table.index):
        raise DataError("the parcels of the LSD files are not those of the CAB-NP")
    mesh = atlases.cortex_mesh("midthickness")
    sides = {"CIFTI_STRUCTURE_CORTEX_LEFT": "left", "CIFTI_STRUCTURE_CORTEX_RIGHT": "right"}
    places = []
    for vertices, voxels in zip(axis.vertices, axis.voxels, strict=True):
        if len(voxels):
            places.append(nib.affines.apply_affine(axis.affine, voxels).mean(axis=0))
        else:
            ((structure, rows),) = vertices.items()
            places.append(mesh.parts[sides[structure]].coordinates[rows].mean(axis=0))
    table[["x", "y", "z"]] = np.array(places)
    return table
