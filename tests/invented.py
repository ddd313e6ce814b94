"""An invented data set in the shape of Moujaes2024: no value in it was measured.

Files, people, parcels and orders are those of the published set; the values come from a
random generator. On the cortex every fifth vertex is kept, which makes the files quick to
read; below it the voxels are invented too.
"""

import dataclasses
import functools
import hashlib

import nibabel as nib
import numpy as np
import pandas as pd

from ketanet import atlases, drug_scans, restricted

_LICENCE = "Invented for the tests: no value in these files was measured in a person.\n"
_GRID = (91, 109, 91)
_AFFINE = np.array([[-2.0, 0, 0, 90], [0, 2, 0, -126], [0, 0, 2, -72], [0, 0, 0, 1]])
_VERTICES = {f"CIFTI_STRUCTURE_CORTEX_{side}": 32492 for side in ("LEFT", "RIGHT")}


def write(folder, effect=None, seed=0):
    """Write the eight files and their licence.

    Parameters
    ----------
    folder : pathlib.Path
        The data set becomes a folder in it.
    effect : mapping of str to float, optional
        For a parcel of the CAB-NP, how far ketamine shifts it without global-signal
        regression. Nothing else is shifted.
    seed : int

    Returns
    -------
    dict of str to pandas.DataFrame
        What each file holds: one row a person, columns in the order of the CAB-NP.
    """
    rng = np.random.default_rng(seed)
    shift = pd.Series(effect or {}, dtype=float).reindex(atlases.cab_np().index).fillna(0)
    written = {}
    for (drug, gsr), (first, second, holds) in drug_scans._FILES.items():
        planted = (drug, gsr) == ("ketamine", False)
        placebo, other = _people(rng, drug_scans.PEOPLE[drug], gsr)
        other = other + planted * shift.to_numpy()
        written[first] = placebo
        written[second] = other - placebo if holds == "difference" else other
    for file, values in written.items():
        axis, order = geometry("ketamine" if "ketamine" in file else "LSD")
        place = path(folder, file)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(packed(values[:, order], axis))
    (folder / drug_scans.DATASET / "LICENCSE.md").write_text(_LICENCE, "utf-8")
    return {
        file: pd.DataFrame(values.astype(np.float32).astype(float), columns=list(shift.index))
        for file, values in written.items()
    }


def path(folder, file):
    """Where a file of the set lies below `folder`."""
    return folder / drug_scans.DATASET / f"{file}.ptseries.nii"


def packed(values, axis):
    """The bytes of one file; `axis` says where its columns are."""
    people = nib.cifti2.SeriesAxis(1, 1, len(values), "SECOND")
    image = nib.Cifti2Image(values.astype(np.float32), (people, axis))
    image.nifti_header.set_intent("ConnParcelSries")
    return image.to_bytes()


def accept(monkeypatch, folder):
    """Let the door take the files below `folder` for those that it knows."""
    root = folder / drug_scans.DATASET
    files = {
        place.relative_to(root).as_posix(): hashlib.sha256(place.read_bytes()).hexdigest()
        for place in root.rglob("*.*")
    }
    known = dataclasses.replace(restricted.DATASETS[drug_scans.DATASET], files=files)
    monkeypatch.setitem(restricted.DATASETS, drug_scans.DATASET, known)
    monkeypatch.setenv("KETANET_RESTRICTED", str(folder))


@functools.cache
def geometry(drug):
    """Where the parcels of a file are, and in which order of the CAB-NP they stand.

    The ketamine files begin with the right hemisphere and draw the borders on the cortex
    a little differently: some vertices belong to a neighbour, a tenth to no parcel.
    """
    table, parts = atlases._cab_np()
    labels = np.concatenate([parts["left"], parts["right"]])
    kept = np.flatnonzero(labels)[::5]
    numbers, order, names = labels[kept], np.arange(len(table)), list(table.index)
    if drug == "ketamine":
        fate = np.random.default_rng(0).uniform(size=len(kept))
        before = np.roll(numbers, 1)
        crossed = (fate > 0.9) & ((before > 180) == (numbers > 180))
        numbers = np.where(crossed, before, numbers)
        kept, numbers = kept[fate > 0.1], numbers[fate > 0.1]
        order = np.r_[180:360, :180, 360:718]
        names = _ketamine_names(table)
    number_of_vertices = len(parts["left"])
    vertices, voxels = [], []
    for number in range(1, len(table) + 1):
        rows = kept[numbers == number]
        side = "RIGHT" if len(rows) and rows[0] >= number_of_vertices else "LEFT"
        structure = {f"CIFTI_STRUCTURE_CORTEX_{side}": rows % number_of_vertices}
        vertices.append(structure if len(rows) else {})
        below = 0 if len(rows) else 1 + number % 6
        flat = 300_000 + 40 * number + np.arange(below)
        voxels.append(np.column_stack(np.unravel_index(flat, _GRID)))
    axis = nib.cifti2.ParcelsAxis(names, voxels, vertices, _AFFINE, _GRID, _VERTICES)
    return axis[order], order


def _ketamine_names(table):
    """Parcel names in the style of the ketamine files, in the order of the CAB-NP."""
    names = []
    for name, row in table.iterrows():
        if row["area"]:
            names.append(f"{row['hemisphere']}_{row['area']}_ROI")
        else:
            stem, number = name.split("_")[0].rsplit("-", 1)
            names.append(f"{stem.replace('Visual1', 'Visual')}-{int(number)}")
    return names


def _people(rng, people, gsr):
    """Values of two states, people by parcels, that differ by chance alone."""
    level, spread = (0.015, 0.01) if gsr else (0.15, 0.07)
    patterns = rng.normal(size=(6, 718))
    if not gsr:
        patterns[0] = 1.5  # the global signal: a person stands high or low everywhere

    def draw():
        weights = rng.normal(size=(people, 6))
        return spread * (weights @ patterns / 4 + rng.normal(size=(people, 718)) / 3)

    person = level * (1 + rng.normal(size=718) / 2) + draw()
    return person + draw(), person + draw()
