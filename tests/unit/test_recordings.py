import numpy as np
import pytest

from ketanet import atlases, recordings, sources


def test_seven_people_of_1200_volumes_and_94_regions():
    rest = recordings.hcp_rest()
    assert len(rest) == 7
    assert rest.subjects == recordings.SUBJECTS
    assert {table.shape for table in rest.signals.values()} == {(1200, 94)}


def test_time_runs_in_seconds():
    rest = recordings.hcp_rest()
    assert rest.tr == 0.72
    for table in rest.signals.values():
        assert table.index.name == "seconds"
        assert (table.index[0], table.index[1]) == (0, 0.72)
        assert table.index[-1] == pytest.approx(863.28)


def test_columns_are_the_regions_of_aal2_left_and_right_in_turn():
    names = atlases.aal2_names()
    assert "".join(name[-1] for name in names) == "LR" * 47
    assert list(recordings.hcp_rest().regions.index) == names
    assert all(list(table) == names for table in recordings.hcp_rest().signals.values())


def test_no_value_is_missing():
    assert sum(table.isna().sum().sum() for table in recordings.hcp_rest().signals.values()) == 0


def test_nobody_has_the_signals_of_another():
    first = {table.iloc[0, 0] for table in recordings.hcp_rest().signals.values()}
    assert len(first) == 7


def test_regions_go_with_their_mirror_image():
    # Holds only where the columns bear the right names.
    for table in recordings.hcp_rest().signals.values():
        corr = np.corrcoef(table.to_numpy().T)
        left, right = np.arange(0, 94, 2), np.arange(1, 94, 2)
        mirror = corr[left, right].mean()
        assert mirror > np.median(corr[np.ix_(left, right)]) + 0.15


@pytest.mark.parametrize(
    "region, network",
    [
        ("Calcarine_L", "Visual"),
        ("Postcentral_L", "Somatomotor"),
        ("Parietal_Sup_L", "Dorsal Attention"),
        ("Insula_L", "Ventral Attention"),
        ("OFCmed_L", "Limbic"),
        ("Frontal_Mid_2_R", "Frontoparietal"),
        ("Angular_L", "Default"),
        ("Hippocampus_L", "Subcortical"),
    ],
)
def test_regions_lie_in_the_network_that_covers_them(region, network):
    assert recordings.hcp_rest().regions.loc[region, "network"] == network


def test_80_regions_are_cortical_and_14_are_not():
    regions = recordings.hcp_rest().regions
    below = regions["network"] == "Subcortical"
    assert (below.sum(), (~below).sum()) == (14, 80)
    assert set(regions["network"][~below]) == set(atlases.NETWORKS)
    assert set(recordings.subcortical(regions.index)) == set(regions.index[below])


def test_the_share_is_that_of_the_winning_network():
    regions = recordings.hcp_rest().regions
    below = regions["network"] == "Subcortical"
    assert regions["share"][below].isna().all()
    assert regions["share"][~below].between(1 / 7, 1).all()
    assert regions.loc["Calcarine_L", "share"] == pytest.approx(0.94, abs=0.01)
    assert regions.loc["Supp_Motor_Area_L", "share"] == pytest.approx(0.32, abs=0.01)


def test_hemispheres_are_those_of_the_names():
    regions = recordings.hcp_rest().regions
    assert list(regions["hemisphere"]) == [name[-1] for name in regions.index]


def test_the_mapping_is_read_only():
    signals = recordings.hcp_rest().signals
    with pytest.raises(TypeError):
        signals["101309"] = signals["102311"]
    with pytest.raises(TypeError):
        del signals["101309"]
    assert len(recordings.hcp_rest()) == 7


def test_a_change_to_a_table_does_not_reach_the_next_reader():
    table = recordings.hcp_rest().signals["101309"]
    before = table.iloc[0, 0]
    table.iloc[0, 0] = before + 1
    assert recordings.hcp_rest().signals["101309"].iloc[0, 0] == before


def test_a_subject_is_found_by_name():
    rest = recordings.hcp_rest()
    assert rest.subject("211619") is rest.signals["211619"]


def test_a_cut_holds_the_stretch_that_was_asked_for():
    rest = recordings.hcp_rest()
    cut = rest.between(0.5, 7.0)
    assert cut.subjects == rest.subjects and cut.tr == rest.tr
    for subject, table in cut.signals.items():
        assert table.equals(rest.signals[subject].iloc[1:10])
    halves = [rest.between(0, 432), rest.between(432, 864)]
    assert [len(half.subject("101309")) for half in halves] == [600, 600]


def test_a_cut_leaves_the_recording_whole():
    recordings.hcp_rest().between(0, 10)
    assert recordings.hcp_rest().subject("101309").shape == (1200, 94)


def test_a_cut_without_a_volume_is_refused():
    with pytest.raises(ValueError, match="between 900 and 950 s"):
        recordings.hcp_rest().between(900, 950)


@pytest.mark.parametrize(
    "ask", [lambda name: recordings.hcp_rest().subject(name), recordings.connectome]
)
def test_an_unknown_subject_is_answered_with_those_there_are(ask):
    with pytest.raises(recordings.UnknownSubject) as caught:
        ask("999999")
    assert "'999999'" in str(caught.value)
    assert all(subject in str(caught.value) for subject in recordings.SUBJECTS)


@pytest.mark.parametrize("subject", [None, *recordings.SUBJECTS])
def test_a_connectome_is_symmetric_with_an_empty_diagonal(subject):
    wires = recordings.connectome(subject)
    assert list(wires.index) == list(wires.columns) == atlases.aal2_names()
    values = wires.to_numpy()
    assert (values == values.T).all()
    assert (np.diag(values) == 0).all()
    assert values.min() >= 0
    assert values.max() == 1


def test_the_group_connectome_is_the_mean_of_the_people():
    people = [recordings.connectome(subject).to_numpy() for subject in recordings.SUBJECTS]
    assert np.allclose(recordings.connectome(), np.mean(people, axis=0), rtol=0, atol=1e-12)
    assert not np.allclose(people[0], people[1])


def test_two_groups_agree_on_the_average():
    main, holdout = map(recordings.group_connectivity, ["main", "holdout"])
    assert main.shape == holdout.shape == (400, 400)
    assert np.allclose(main, main.T) and np.allclose(np.diag(main), 1)
    upper = np.triu_indices(400, 1)
    assert np.corrcoef(main[upper], holdout[upper])[0, 1] == pytest.approx(0.9965, abs=5e-4)


def test_an_unknown_group_is_refused():
    with pytest.raises(LookupError, match="no group 'patients'; there are main and holdout"):
        recordings.group_connectivity("patients")


def test_the_parcels_of_the_groups_come_in_the_published_blocks():
    regions = recordings.group_regions()
    assert regions.index.is_unique and len(regions) == 400
    # Counts of the published seven-network table of 400 parcels.
    left, right = regions.iloc[:200], regions.iloc[200:]
    assert list(left["network"].value_counts(sort=False)) == [31, 37, 23, 22, 13, 22, 52]
    assert list(right["network"].value_counts(sort=False)) == [30, 40, 23, 25, 13, 30, 39]
    assert set(left["hemisphere"]) == {"L"} and set(right["hemisphere"]) == {"R"}
    assert list(regions["network"].unique()) == list(atlases.NETWORKS)
    # 7Networks_LH_Vis_1, 7Networks_LH_SomMot_1, 7Networks_RH_Default_pCunPCC_9
    assert [regions.index[i] for i in (0, 31, 399)] == [
        "Visual 1_L",
        "Somatomotor 1_L",
        "Default 39_R",
    ]


def test_the_published_networks_are_those_of_the_vertices():
    # Holds only where the parcels of the file come in the published order.
    file = sources.path("brainspace/datasets/parcellations/schaefer_400_conte69.csv")
    parcel = np.loadtxt(file).astype(int)
    labels = np.concatenate(list(atlases.load("yeo7").surface.data.parts.values()))
    votes = np.zeros((401, 8), int)
    np.add.at(votes, (parcel, labels), 1)
    winner = np.array(atlases.NETWORKS)[votes[1:, 1:].argmax(axis=1)]
    assert (winner == recordings.group_regions()["network"]).mean() == pytest.approx(0.9775)


def test_parcels_lie_where_their_names_say():
    regions = recordings.group_regions()
    assert (np.sign(regions["x"]) == np.where(regions["hemisphere"] == "L", -1, 1)).all()
    means = regions.groupby("network")[["x", "y", "z"]].mean()
    assert means["y"].idxmin() == "Visual" and means["z"].idxmin() == "Limbic"
    assert means["z"].idxmax() == "Dorsal Attention"
    place = regions.loc["Default 29_L", ["x", "y", "z"]].astype(float)
    assert place.round(0).tolist() == [-6, 32, 23]


def test_a_change_to_the_parcels_does_not_reach_the_next_reader():
    table = recordings.group_regions()
    table["network"] = "none"
    assert "none" not in set(recordings.group_regions()["network"])
