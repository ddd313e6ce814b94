"""Mixtures whose correlations follow by arithmetic: against signals, and against numpy."""

import numpy as np
import pytest

from ketanet import mixtures
from ketanet.mixtures import MixtureError


def covariance(networks, shared, network, regions, removed):
    """All regions, written out: what they share, and the global signal taken out."""
    size = networks * regions
    which = np.repeat(np.arange(networks), regions)
    whole = shared + network * (which[:, None] == which)
    whole = whole + (1 - shared - network) * np.eye(size)
    keep = np.eye(size)
    mean = np.full(size, 1 / size)
    slope = whole @ mean / (mean @ whole @ mean)
    keep -= removed * np.outer(slope, mean)
    return keep @ whole @ keep.T, which


SETTINGS = [
    (2, 0.3, 0.2, 12, 1.0),
    (3, 0.3, 0.2, 12, 1.0),
    (8, 0.3, 0.2, 12, 0.0),
    (8, 0.1, 0.6, 5, 0.5),
    (4, 0.0, 1.0, 3, 0.7),
    (5, 0.4, 0.0, 4, 0.2),
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_two_networks_as_written_out(setting):
    found, which = covariance(*setting)
    means = np.stack([(which == k) / setting[3] for k in range(2)])
    own = means @ found @ means.T
    expected = own[0, 1] / np.sqrt(own[0, 0] * own[1, 1])
    assert mixtures.opposed(*setting) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_mean_link_as_written_out(setting):
    found, _ = covariance(*setting)
    size = np.sqrt(np.diag(found))
    links = found / np.outer(size, size)
    expected = (links.sum() - len(links)) / (len(links) * (len(links) - 1))
    assert mixtures.mean_link(*setting) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("networks", [2, 3, 8])
def test_regression_opposes_networks_by_arithmetic(networks):
    found = mixtures.opposed(networks, shared=0.3, network=0.2)
    assert found == pytest.approx(-1 / (networks - 1), abs=1e-12)


def test_without_a_shared_signal_networks_are_strangers():
    assert mixtures.opposed(4, 0.0, 0.5, removed=0.0) == 0


def test_all_that_is_removed_is_the_default():
    assert mixtures.opposed(3, 0.3, 0.2) == mixtures.opposed(3, 0.3, 0.2, regions=12, removed=1.0)
    assert mixtures.mean_link(3, 0.3, 0.2) == mixtures.mean_link(3, 0.3, 0.2, 12, 1.0)


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"networks": 1}, "networks: 1 is too few"),
        ({"regions": 0}, "regions: 0 is too few"),
        ({"shared": 0.9}, "more than all"),
        ({"shared": -0.1}, "shared"),
        ({"network": 1.1}, "network"),
        ({"removed": 1.5}, "removed"),
        ({"shared": [0.1, 0.2]}, "shared"),
    ],
)
@pytest.mark.parametrize("function", [mixtures.opposed, mixtures.mean_link])
def test_impossible_mixtures_are_refused(function, wrong, said):
    with pytest.raises(MixtureError, match=said):
        function(**{"networks": 3, "shared": 0.3, "network": 0.2} | wrong)


def test_nothing_is_left_when_there_was_nothing_but_the_shared():
    with pytest.raises(MixtureError, match="nothing is left"):
        mixtures.opposed(3, shared=1.0, network=0.0)


# Spreading along wires

CHAIN = [[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]]


@pytest.mark.parametrize("coupling", [0.0, 0.2, 0.95])
def test_activity_spreads_as_numpy_says(coupling):
    wires = np.array(CHAIN, float)
    wires[1, 2] = wires[2, 1] = 2.5
    scaled = wires / np.linalg.eigvalsh(wires).max()
    whole = np.linalg.inv(np.eye(4) - coupling * scaled)
    size = np.sqrt(np.diag(whole))
    found = mixtures.spread_out(wires.tolist(), coupling)
    np.testing.assert_allclose(found, whole / np.outer(size, size), atol=1e-12)


def test_the_covariance_is_that_of_the_equation():
    # dx = A x dt + noise has A C + C A' + 2 = 0 for noise of variance 2
    wires = np.array(CHAIN, float)
    a = 0.6 * wires / np.linalg.eigvalsh(wires).max() - np.eye(4)
    covariance = np.linalg.inv(-a)
    np.testing.assert_allclose(a @ covariance + covariance @ a.T, -2 * np.eye(4), atol=1e-12)


def test_two_ends_of_a_chain_correlate_without_a_wire():
    near, far = (mixtures.spread_out(CHAIN, coupling)[0][3] for coupling in (0.2, 0.95))
    assert near == pytest.approx(0.002, abs=0.001)
    assert far == pytest.approx(0.65, abs=0.01)


@pytest.mark.parametrize(
    "wires, coupling, said",
    [
        (CHAIN, 1.0, "not below 1"),
        (CHAIN, -0.1, "coupling"),
        (CHAIN, [0.1, 0.2], "coupling"),
        ([[0, 1], [2, 0]], 0.5, "not symmetric"),
        ([[0, 1, 0], [1, 0, 1]], 0.5, "square"),
        ([[0, -1], [-1, 0]], 0.5, "not negative"),
        ([[0, 0], [0, 0]], 0.5, "there is none"),
        ([[0, np.nan], [np.nan, 0]], 0.5, "wires"),
    ],
)
def test_impossible_wirings_are_refused(wires, coupling, said):
    with pytest.raises(MixtureError, match=said):
        mixtures.spread_out(wires, coupling)
