import numpy as np
import pandas as pd
import pytest

from ketanet import atlases, cortex_maps, drug_tables, sources

MAPS = cortex_maps.load()
FAR = cortex_maps.distances()
number = np.loadtxt(
    sources.path("brainspace/datasets/parcellations/schaefer_100_conte69.csv")
).astype(int)
PLACES = np.vstack(
    [atlases.cortex_mesh("midthickness").parts[side].coordinates for side in ("left", "right")]
)


def vertices(parcel):
    return np.flatnonzero(number == 1 + list(MAPS.index).index(parcel))


def test_there_are_seven_maps_of_100_parcels():
    assert list(MAPS) == [
        "NMDA receptor", "GABA-A receptor", "myelin", "thickness", "gradient",
        "ketamine", "ketamine, GSR",
    ]  # fmt: skip
    assert list(MAPS.index) == atlases.schaefer_labels(100)["name"].tolist()
    assert MAPS.notna().all(axis=None)
    changed = cortex_maps.load()
    changed.iloc[0] = 0
    assert (cortex_maps.load() == MAPS).all(axis=None)


def test_the_parcels_lie_where_their_networks_lie():
    yeo = atlases.load("yeo7").surface.data.parts
    network = np.concatenate([yeo["left"], yeo["right"]]).astype(int)
    most = [np.bincount(network[number == k], minlength=8)[1:].argmax() for k in range(1, 101)]
    named = [atlases.NETWORKS.index(name.rpartition(" ")[0]) for name in MAPS.index]
    assert np.mean(np.array(most) == named) > 0.9
    left = PLACES[:, 0] < 0
    assert all(left[vertices(name)].mean() > 0.95 for name in MAPS.index if name.endswith("_L"))


def test_the_receptors_come_as_z():
    receptors = MAPS[list(cortex_maps.RECEPTORS)]
    assert np.allclose(receptors.mean(), 0, atol=1e-6)
    assert np.allclose(receptors.std(ddof=0), 1, atol=0.01)
    # What one reads of the benzodiazepine site: most in visual cortex (Norgaard2021).
    visual = receptors.index.str.startswith("Visual")
    assert receptors.loc[visual, "GABA-A receptor"].mean() > 0.5


def test_the_maps_of_the_cortex_are_means_over_vertices():
    thickness = np.loadtxt(
        sources.path("brainspace/datasets/matrices/main_group/conte69_32k_thickness.csv")
    )
    name = "Somatomotor 2_R"
    assert MAPS.loc[name, "thickness"] == pytest.approx(thickness[vertices(name)].mean())
    assert 2 < MAPS["thickness"].mean() < 3.2  # mm
    networks = MAPS.groupby(MAPS.index.str.rpartition(" ").get_level_values(0)).mean()
    assert networks["myelin"].idxmax() in ("Visual", "Somatomotor")
    assert networks["gradient"].idxmax() == "Default"


@pytest.mark.parametrize(("name", "gsr"), [("ketamine", False), ("ketamine, GSR", True)])
def test_the_change_is_shared_out_by_vertices(name, gsr):
    change = drug_tables.parcels("ketamine", gsr).query("structure == 'Cortex'")["mean"]
    painted = atlases.cab_np_surface(change).data.parts
    values = np.concatenate([painted["left"], painted["right"]])
    for parcel in ("Default 1_L", "Limbic 2_R"):
        assert MAPS.loc[parcel, name] == pytest.approx(np.nanmean(values[vertices(parcel)]))


def test_paint_colours_the_vertices_of_a_parcel():
    painted = cortex_maps.paint(MAPS["thickness"][::-1]).data.parts
    values = np.concatenate([painted["left"], painted["right"]])
    for parcel in ("Visual 1_L", "Default 11_R"):
        assert (values[vertices(parcel)] == MAPS.loc[parcel, "thickness"]).all()
    assert np.isnan(values[number == 0]).all() and np.isfinite(values[number > 0]).all()
    with pytest.raises(ValueError, match="values lacks Visual 1_L"):
        cortex_maps.paint(MAPS["thickness"].iloc[1:])
    with pytest.raises(ValueError, match="Series is needed"):
        cortex_maps.paint(MAPS["thickness"].tolist())


def test_distances_run_along_the_cortex():
    assert list(FAR) == list(FAR.index) == list(MAPS.index)
    far = FAR.to_numpy()
    assert (far == far.T).all() and not np.diag(far).any() and (far >= 0).all()
    # Never shorter than the straight line between the two nearest vertices of two parcels.
    for one, other in (("Visual 1_L", "Default 5_L"), ("Limbic 1_R", "Somatomotor 3_R")):
        a, b = PLACES[vertices(one)], PLACES[vertices(other)]
        gap = np.linalg.norm(a[:, None] - b[None], axis=2).min()
        assert gap < FAR.loc[one, other] < 250
    left = np.array([name.endswith("_L") for name in FAR])
    assert 180 < far[np.ix_(left, left)].max() < 240  # from pole to pole


def test_the_other_side_is_seen_in_a_mirror():
    left = np.array([name.endswith("_L") for name in FAR])
    across = FAR.loc[left, ~left]
    assert across.min(axis=1).median() < 15  # the nearest is the mirror image, or nearly
    both = [FAR.loc[side, side].to_numpy().mean() for side in (left, ~left)]
    assert across.to_numpy().mean() == pytest.approx(np.mean(both), rel=0.05)
    middle = pd.DataFrame(
        [PLACES[vertices(name)].mean(axis=0) for name in FAR], FAR.index, list("xyz")
    )
    for parcel in ("Visual 4_L", "Somatomotor 3_L"):
        mirrored = middle.loc[parcel] * [-1, 1, 1]
        apart = np.linalg.norm(middle.loc[~left] - mirrored, axis=1)
        assert apart[across.columns.get_loc(across.loc[parcel].idxmin())] < 15
