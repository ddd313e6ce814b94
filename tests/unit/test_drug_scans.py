import shutil

import invented
import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from invented import packed

from ketanet import atlases, drug_scans
from ketanet.drug_scans import PEOPLE, SCANS
from ketanet.sources import DataError

PLACEBO, KETAMINE, _ = drug_scans._FILES["ketamine", False]
NAMED_PARCELS, _ = invented.geometry("LSD")
KETAMINE_PARCELS, KETAMINE_ORDER = invented.geometry("ketamine")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("invented")


@pytest.fixture(scope="module")
def written(root):
    """What each invented file holds, in the order of the CAB-NP."""
    return invented.write(root)


@pytest.fixture
def here(root, written, monkeypatch):
    """The invented data set lies where the door looks."""
    invented.accept(monkeypatch, root)
    return written


@pytest.fixture
def spoil(root, written, tmp_path, monkeypatch):
    """Put other bytes in the place of one file, and let the door take them."""

    def replace(content, file=PLACEBO):
        shutil.copytree(root, tmp_path, dirs_exist_ok=True)
        invented.path(tmp_path, file).write_bytes(content)
        invented.accept(monkeypatch, tmp_path)

    return replace


def values(people=40, parcels=718):
    return np.random.default_rng(1).normal(size=(people, parcels))


def refused(words):
    """Loading fails with one line that says so."""
    with pytest.raises(DataError, match=words) as caught:
        drug_scans.load("ketamine", False)
    assert "\n" not in str(caught.value)


# What is read


def test_there_are_as_many_people_as_published():
    assert PEOPLE == {"ketamine": 40, "LSD": 24, "psilocybin": 23}  # Moujaes2024


@pytest.mark.parametrize("drug, gsr", SCANS)
def test_the_scans_are_people_by_parcels_in_the_order_of_the_cab_np(here, drug, gsr):
    scans = drug_scans.load(drug, gsr)
    assert (scans.drug, scans.gsr, len(scans)) == (drug, gsr, PEOPLE[drug])
    for table in (scans.placebo, scans.change, scans.with_drug):
        assert table.shape == (PEOPLE[drug], 718)
        assert list(table.columns) == list(atlases.cab_np().index)


@pytest.mark.parametrize("drug, gsr", SCANS)
def test_every_value_stands_at_its_person_and_parcel(here, drug, gsr):
    scans = drug_scans.load(drug, gsr)
    first, second, holds = drug_scans._FILES[drug, gsr]
    pd.testing.assert_frame_equal(scans.placebo, here[first])
    if holds == "drug":
        pd.testing.assert_frame_equal(scans.change, here[second] - here[first])
    else:
        pd.testing.assert_frame_equal(scans.change, here[second])
    pd.testing.assert_frame_equal(scans.with_drug, scans.placebo + scans.change)


def test_only_the_file_of_the_drug_itself_is_set_against_placebo():
    kinds = {scans: holds for scans, (_, _, holds) in drug_scans._FILES.items()}
    assert {scans for scans, holds in kinds.items() if holds == "drug"} == {("ketamine", False)}
    for first, second, holds in drug_scans._FILES.values():
        assert "/Placebo_" in first and "/Placebo_" not in second
        assert ("-Pla_" in second) == (holds == "difference")


def test_the_pipeline_is_told(here):
    cleaned, plain = drug_scans.load("ketamine", True), drug_scans.load("ketamine", False)
    assert cleaned.pipeline == "high-pass filtered, with global-signal regression"
    assert plain.pipeline == "high-pass filtered, no global-signal regression"


def test_the_table_holds_the_mean_position_of_every_parcel(here):
    scans = drug_scans.load("LSD", True)
    assert scans.parcels.drop(columns=["x", "y", "z"]).equals(atlases.cab_np())
    places = scans.parcels[["x", "y", "z"]]
    mesh = atlases.cortex_mesh("midthickness").parts
    for number, side in ((0, "left"), (200, "right")):
        [rows] = scans.geometry.vertices[number].values()
        assert np.allclose(places.iloc[number], mesh[side].coordinates[rows].mean(axis=0))
    spots = nib.affines.apply_affine(scans.geometry.affine, scans.geometry.voxels[-1])
    assert np.allclose(places.iloc[-1], spots.mean(axis=0))
    cortex = scans.parcels[scans.parcels["structure"] == "Cortex"]
    assert cortex.loc[cortex["hemisphere"] == "L", "x"].max() < 0
    assert cortex.loc[cortex["hemisphere"] == "R", "x"].min() > 0


def test_the_geometry_is_in_the_order_of_the_columns(here):
    for scans in SCANS:
        found = drug_scans.load(*scans)
        assert list(found.geometry.name) == list(found.change.columns)


# One parcel in several files


def test_partners_find_the_order_of_the_other_file():
    found = drug_scans.partners(NAMED_PARCELS, KETAMINE_PARCELS)
    assert found == list(np.argsort(KETAMINE_ORDER))
    assert found != list(range(718))
    assert KETAMINE_PARCELS.name[found[0]] == "L_V1_ROI"
    assert NAMED_PARCELS.name[0] == "Visual1-04_L-Ctx"
    back = drug_scans.partners(KETAMINE_PARCELS, NAMED_PARCELS)
    assert [found[number] for number in back] == list(range(718))


def owners(axis, order):
    """Which parcel of the CAB-NP each vertex and voxel belongs to."""
    return {spot: order[row] for row in range(718) for spot in drug_scans._spots(axis, row)}


def test_the_borders_of_the_invented_files_differ():
    """Else the tests above would not tell a partner that shares most from one that shares."""
    first = owners(NAMED_PARCELS, range(718))
    second = owners(KETAMINE_PARCELS, KETAMINE_ORDER)
    assert 0.85 < len(second) / len(first) < 0.95
    assert sum(first[spot] != parcel for spot, parcel in second.items()) > 200


def test_taken_by_row_the_values_stand_at_the_wrong_parcels(here):
    """The trap of these files: their rows do not say which parcel they are."""
    right = here[PLACEBO].to_numpy()
    by_row = right[:, KETAMINE_ORDER]
    read = drug_scans.load("ketamine", False).placebo.to_numpy()
    assert np.array_equal(read, right)
    cortex, below = slice(0, 360), slice(360, 718)
    assert (np.abs(by_row - read)[:, cortex].max(axis=0) > 0.01).all()
    assert np.array_equal(by_row[:, below], read[:, below])  # so a glance at those shows nothing


def test_a_file_in_another_order_is_read_right(here, spoil):
    """Not what is published, but nothing depends on the order: the geometry tells."""
    shuffled = np.random.default_rng(0).permutation(718)
    spoil(packed(here[PLACEBO].to_numpy()[:, shuffled], NAMED_PARCELS[shuffled]))
    pd.testing.assert_frame_equal(drug_scans.load("ketamine", False).placebo, here[PLACEBO])


def test_a_file_in_place_of_another_is_refused_by_its_hash(root, here, tmp_path, monkeypatch):
    shutil.copytree(root, tmp_path, dirs_exist_ok=True)
    shutil.copy(invented.path(root, KETAMINE), invented.path(tmp_path, PLACEBO))
    monkeypatch.setenv("KETANET_RESTRICTED", str(tmp_path))
    refused("SHA-256")


# What is refused


def test_unknown_scans_are_answered_with_those_there_are():
    expected = (
        "no scans of 'LSD' without GSR; there are ketamine without GSR, ketamine with GSR, "
        "LSD with GSR, psilocybin with GSR"
    )
    with pytest.raises(LookupError) as caught:
        drug_scans.load("LSD", False)
    assert str(caught.value) == expected
    with pytest.raises(LookupError, match="no scans of 'esketamine' with GSR; there are ketamine"):
        drug_scans.load("esketamine", True)


def test_a_missing_file_is_named_with_the_cure(here, monkeypatch, tmp_path):
    monkeypatch.setenv("KETANET_RESTRICTED", str(tmp_path))
    refused(r"ketanet\.restricted moujaes2024")


def test_too_few_people_are_refused(spoil):
    spoil(packed(values(people=39), KETAMINE_PARCELS))
    refused(r"^Placebo_HCS40_noGSR.*\.ptseries\.nii holds 39 people, not 40$")


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_missing_or_infinite_value_is_refused(spoil, bad):
    broken = values()
    broken[3, 500] = bad
    spoil(packed(broken, KETAMINE_PARCELS))
    refused(r"Placebo_HCS40_noGSR.*: a value is missing or infinite$")


def test_a_table_the_wrong_way_round_is_refused(spoil):
    spoil(packed(values(), nib.cifti2.SeriesAxis(0, 1, 718, "SECOND")))
    refused("holds no parcels along its second axis$")


def test_single_vertices_instead_of_parcels_are_refused(spoil):
    models = nib.cifti2.BrainModelAxis.from_surface(np.arange(718), 32492, "CortexLeft")
    spoil(packed(values(), models))
    refused("holds no parcels along its second axis$")


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"no image\n" * 100,
        lambda whole: whole[:-5000],
        lambda whole: whole[:20_000],
        lambda whole: whole.replace(b"<CIFTI", b"<WHAT?"),
        lambda whole: nib.Nifti2Image(np.zeros((2, 2, 2)), np.eye(4)).to_bytes(),
    ],
    ids=["empty", "text", "values cut", "header cut", "header broken", "other image"],
)
def test_what_is_no_cifti_file_is_refused(spoil, damage):
    spoil(damage(packed(values(), KETAMINE_PARCELS)))
    refused(r"^Placebo_HCS40_noGSR.*\.ptseries\.nii is no sound CIFTI file$")


def test_a_parcel_too_few_is_refused(spoil):
    spoil(packed(values(parcels=717), KETAMINE_PARCELS[np.arange(717)]))
    refused("the files do not hold the same parcels: Orbito-Affective-17_R-Putamen has no partner")


def test_a_parcel_too_many_is_refused(spoil):
    axis = KETAMINE_PARCELS
    extra = nib.cifti2.ParcelsAxis(
        ["Extra"], [np.array([[1, 1, 1]])], [{}], axis.affine, axis.volume_shape, axis.nvertices
    )
    spoil(packed(values(parcels=719), axis + extra))
    refused("the files do not hold the same parcels: two of them share a partner")


def test_files_whose_parcels_are_no_cab_np_are_refused(spoil):
    spoil(packed(values(people=24), NAMED_PARCELS[np.arange(718)[::-1]]), file=drug_scans._NAMED)
    refused("the parcels of the LSD files are not those of the CAB-NP")
