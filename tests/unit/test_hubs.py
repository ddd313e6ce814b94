import numpy as np
import pandas as pd
import pytest

from ketanet import atlases, hubs, sources
from ketanet.recordings import group_connectivity, group_regions

NETWORK = ["A", "A", "B", "B", "B"]

# Links by hand: 0–1 0.5, 0–2 0.25, 0–3 0.25, 2–3 0.75; region 4 has none.
LINKS = np.array(
    [
        [0, 0.5, 0.25, 0.25, 0],
        [0.5, 0, 0, 0, 0],
        [0.25, 0, 0, 0.75, 0],
        [0.25, 0, 0.75, 0, 0],
        [0, 0, 0, 0, 0],
    ]
)


@pytest.fixture(scope="module")
def network():
    return group_regions()["network"]


@pytest.fixture(scope="module")
def group():
    return {name: group_connectivity(name) for name in ("main", "holdout")}


@pytest.fixture(scope="module")
def vote():
    file = sources.path("brainspace/datasets/parcellations/schaefer_400_conte69.csv")
    labels = np.concatenate(list(atlases.load("yeo7").surface.data.parts.values()))
    votes = np.zeros((401, 8), int)
    np.add.at(votes, (np.loadtxt(file).astype(int), labels), 1)
    return np.array(atlases.NETWORKS)[votes[1:, 1:].argmax(axis=1)]


# By hand


def test_degree_and_strength_by_hand():
    assert list(hubs.degree(LINKS)) == [3, 1, 2, 2, 0]
    assert list(hubs.strength(LINKS)) == pytest.approx([1.0, 0.5, 1.0, 1.0, 0])


def test_participation_by_hand():
    found = hubs.participation(LINKS, NETWORK)
    # Region 0 has half its weight in each network; region 2 a quarter and three quarters.
    assert list(found) == pytest.approx([0.5, 0, 0.375, 0.375, 0])


def test_links_spread_evenly_over_networks_give_the_largest_participation():
    star = np.zeros((5, 5))
    star[0, 1:] = star[1:, 0] = 0.3
    assert hubs.participation(star, list("abcde"))[0] == pytest.approx(1 - 1 / 4)
    assert hubs.participation(star, list("abbbb"))[0] == pytest.approx(0)
    assert (hubs.participation(star, list("aaaaa")) >= 0).all()


def test_participation_does_not_depend_on_the_size_of_the_weights():
    assert np.allclose(hubs.participation(LINKS * 7, NETWORK), hubs.participation(LINKS, NETWORK))


def test_the_mean_of_a_network_leaves_out_regions_without_a_link():
    found = hubs.participation_by_network(LINKS, NETWORK)
    assert list(found.index) == ["A", "B"]
    assert list(found["participation"]) == pytest.approx([0.25, 0.375])
    assert list(found["regions"]) == [2, 3]
    assert list(found["linked"]) == [2, 2]


def test_a_network_without_any_link_gets_0_and_says_so():
    found = hubs.participation_by_network(LINKS, ["A", "A", "A", "A", "C"])
    assert list(found.loc["C"]) == [0, 1, 0]
    assert found.notna().all(axis=None)


def test_the_diagonal_is_not_a_link():
    own = LINKS + np.eye(5)
    assert (hubs.degree(own) == hubs.degree(LINKS)).all()
    assert np.allclose(hubs.strength(own), hubs.strength(LINKS))
    assert np.allclose(hubs.participation(own, NETWORK), hubs.participation(LINKS, NETWORK))
    assert np.allclose(hubs.threshold(own, 0.4), hubs.threshold(LINKS, 0.4))


def test_a_threshold_keeps_the_strongest_links():
    matrix = np.array(
        [[1, 0.9, -0.8, 0.1], [0.9, 1, 0.3, 0.2], [-0.8, 0.3, 1, 0.4], [0.1, 0.2, 0.4, 1]]
    )
    kept = hubs.threshold(matrix, 0.5)
    expected = np.zeros((4, 4))
    for one, other, weight in [(0, 1, 0.9), (2, 3, 0.4), (1, 2, 0.3)]:
        expected[one, other] = expected[other, one] = weight
    assert np.array_equal(kept, expected)
    assert np.array_equal(hubs.threshold(matrix, 1), matrix - np.eye(4))


@pytest.mark.parametrize("density, links", [(0.1, 4), (0.4, 18), (1.0, 45)])
def test_a_threshold_keeps_as_many_links_as_asked_even_among_equals(density, links):
    flat = np.full((10, 10), 0.5)
    assert hubs.degree(hubs.threshold(flat, density)).sum() == 2 * links


# The two groups, by value


@pytest.mark.parametrize(
    "name, expected",
    [
        # Tolerance 0.002. The order is that of the networks: Visual ... Default.
        ("main", [0.370, 0.315, 0.615, 0.509, 0.000, 0.503, 0.278]),
        ("holdout", [0.359, 0.328, 0.611, 0.514, 0.000, 0.498, 0.286]),
    ],
)
def test_attention_and_control_connect_and_default_keeps_to_itself(group, network, name, expected):
    found = hubs.participation_by_network(hubs.threshold(group[name], 0.1), network)
    assert list(found["participation"]) == pytest.approx(expected, abs=0.002)


def test_networks_by_vote_of_the_vertices_change_the_control_network_most(group, vote):
    # The prototype used the vote: 0.615, 0.539, 0.511, 0.280 in the main group.
    found = hubs.participation_by_network(hubs.threshold(group["main"], 0.1), vote)
    order = ["Dorsal Attention", "Frontoparietal", "Ventral Attention", "Default"]
    expected = [0.615, 0.539, 0.511, 0.280]
    assert list(found["participation"][order]) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("density, floor", [(0.05, 0.95), (0.1, 0.97), (0.2, 0.98)])
def test_both_groups_agree_at_every_density(group, network, density, floor):
    links = [hubs.threshold(matrix, density) for matrix in group.values()]
    main, holdout = (hubs.participation(one, network) for one in links)
    assert np.corrcoef(main, holdout)[0, 1] > floor
    for one in links:
        mean = hubs.participation_by_network(one, network)["participation"]
        connectors = mean[["Dorsal Attention", "Ventral Attention", "Frontoparietal"]]
        assert connectors.idxmax() == "Dorsal Attention"
        assert connectors.min() > mean["Default"] + 0.1


def test_the_replication_at_ten_per_cent(group, network):
    main, holdout = (
        hubs.participation(hubs.threshold(matrix, 0.1), network) for matrix in group.values()
    )
    assert np.corrcoef(main, holdout)[0, 1] == pytest.approx(0.978, abs=0.001)


def test_signal_loss_leaves_most_limbic_parcels_without_a_link(group, network):
    links = hubs.threshold(group["main"], 0.1)
    found = hubs.participation_by_network(links, network)
    assert list(found.loc["Limbic", ["regions", "linked"]]) == [26, 4]
    assert found["linked"].sum() == 364
    assert np.isfinite(hubs.participation(links, network)).all()
    assert (hubs.participation(links, network)[hubs.degree(links) == 0] == 0).all()
    assert hubs.degree(links).sum() == 2 * 7980


def test_one_dorsomedial_parcel_connects_but_its_neighbours_do_not(group):
    # Sheline2010's dorsal nexus: a wide box shows no more participation than the rest.
    regions = group_regions()
    links = hubs.threshold(group["main"], 0.1)
    regions["p"] = hubs.participation(links, regions["network"])
    default = regions[(regions["network"] == "Default") & (hubs.degree(links) > 0)]
    assert regions.loc["Default 29_L", "p"] == pytest.approx(0.67, abs=0.005)
    above = (default["y"] > 0) & (default["z"] > 20)
    for width, inside, outside in [(10, 0.300, 0.276), (20, 0.212, 0.289)]:
        dorsomedial = above & (default["x"].abs() < width)
        assert default.loc[dorsomedial, "p"].mean() == pytest.approx(inside, abs=0.002)
        assert default.loc[~dorsomedial, "p"].mean() == pytest.approx(outside, abs=0.002)


# What is refused


@pytest.mark.parametrize("density", [0, -0.1, 1.01, np.nan])
def test_a_density_is_a_share(density):
    with pytest.raises(ValueError, match="density"):
        hubs.threshold(LINKS, density)


def test_a_density_that_keeps_nothing_is_refused():
    with pytest.raises(ValueError, match="keeps none of 10 links"):
        hubs.threshold(LINKS, 0.01)


@pytest.mark.parametrize(
    "spoil, words",
    [
        (lambda m: m[:4], "square"),
        (lambda m: m[0], "square"),
        (lambda m: np.where(m == 0.5, np.nan, m), "missing or infinite"),
        (lambda m: np.triu(m), "not symmetric"),
    ],
)
def test_a_matrix_that_is_no_network_is_refused(spoil, words):
    bad = spoil(LINKS)
    for ask in (
        lambda: hubs.threshold(bad, 0.5),
        lambda: hubs.degree(bad),
        lambda: hubs.strength(bad),
    ):
        with pytest.raises(ValueError, match=words):
            ask()


def test_negative_weights_have_no_participation():
    with pytest.raises(ValueError, match="not negative"):
        hubs.participation(-LINKS, NETWORK)
    with pytest.raises(ValueError, match="not negative"):
        hubs.participation(
            hubs.threshold(group_connectivity("main"), 1.0), group_regions()["network"]
        )


def test_networks_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="4 networks were given for 5 regions"):
        hubs.participation(LINKS, NETWORK[:4])
    with pytest.raises(ValueError, match="has no network"):
        hubs.participation(LINKS, [*NETWORK[:4], None])
    table = pd.DataFrame(LINKS, list("abcde"), list("abcde"))
    series = pd.Series(NETWORK, list("abcde"))
    assert np.allclose(hubs.participation(table, series), hubs.participation(LINKS, NETWORK))
    for other in (table, table.iloc[::-1], table.iloc[::-1, ::-1]):
        found = pd.Series(hubs.participation(other, series[::-1]), other.index)
        assert np.allclose(found.loc[list("abcde")], hubs.participation(LINKS, NETWORK))
    with pytest.raises(ValueError, match="the networks lacks c"):
        hubs.participation(table, series.rename({"c": "x"}))
    with pytest.raises(ValueError, match="the matrix lacks c"):
        hubs.degree(table.rename(columns={"c": "x"}))


def test_a_network_with_one_linked_region_keeps_its_mean():
    # The hole: a mean over at least two regions would halve it.
    links = np.array([[0, 1, 1.0], [1, 0, 0], [1, 0, 0]])
    found = hubs.participation_by_network(links, ["a", "b", "c"])
    assert found["participation"]["a"] == pytest.approx(0.5) and found["linked"]["a"] == 1


def test_the_input_is_left_alone():
    before = LINKS.copy()
    hubs.threshold(LINKS, 0.3)
    hubs.strength(LINKS)
    hubs.participation(LINKS, NETWORK)
    assert np.array_equal(LINKS, before)
