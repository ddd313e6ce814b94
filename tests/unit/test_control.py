import numpy as np
import pandas as pd
import pytest
from scipy import integrate, linalg

from ketanet import control, dynamics, recordings
from ketanet.control import ControlError, energy, energy_against_shuffled


@pytest.fixture(scope="module")
def connectome():
    return recordings.connectome()


@pytest.fixture(scope="module")
def maps():
    """Global low, global high, control and salience, visual and motor, default mode."""
    rest = recordings.hcp_rest()
    tables = {who: dynamics.band_pass(table, rest.tr) for who, table in rest.signals.items()}
    found = dynamics.coactivation(tables, k=5).maps
    network = rest.regions["network"]
    mean = found.T.groupby(network).mean()
    assert mean[3].idxmax() == "Frontoparietal" and mean[5].idxmax() == "Default"
    return found


def wires(regions=4, seed=0):
    values = np.random.default_rng(seed).random((regions, regions))
    return values + values.T


# By hand


def test_the_system_of_two_regions_by_hand():
    # The eigenvalues of this connectome are 2 and -2.
    assert np.allclose(control.system([[0, 2], [2, 0]]), [[-1, 2 / 3], [2 / 3, -1]])


def test_activity_dies_away_without_input(connectome):
    assert np.linalg.eigvalsh(control.system(connectome))[-1] < 0
    scaled = control.system(connectome * 1000)
    assert np.linalg.eigvalsh(scaled)[-1] < 0


@pytest.mark.parametrize("horizon", [0.1, 1.0, 5.0])
def test_one_region_in_closed_form(horizon):
    # x' = -x + u: W = (1 - exp(-2T)) / 2.
    gramian = (1 - np.exp(-2 * horizon)) / 2
    assert energy([[0]], [0], [1], horizon) == pytest.approx(1 / gramian)
    missing = 0.5 - 2 * np.exp(-horizon)
    assert energy([[0]], [2], [0.5], horizon) == pytest.approx(missing**2 / gramian)


def test_regions_without_links_pay_each_for_themselves():
    start, end = np.array([1, -2, 0.5]), np.array([0.3, 0.4, -1])
    apart = sum(energy([[0]], [one], [other], 2.0) for one, other in zip(start, end, strict=True))
    assert energy(np.zeros((3, 3)), start, end, 2.0) == pytest.approx(apart)


def test_letting_activity_die_away_is_free():
    start = np.array([1.0, 0.2, -0.4, 0.7])
    end = linalg.expm(control.system(wires()) * 1.5) @ start
    assert energy(wires(), start, end, 1.5) == pytest.approx(0, abs=1e-20)


def test_in_a_very_short_time_only_the_distance_counts():
    # W → T: energy times horizon goes to the squared distance.
    start, end = np.array([1.0, 0, 0, 0]), np.array([0, 0, 1.0, 0])
    assert energy(wires(), start, end, 1e-6) * 1e-6 == pytest.approx(2, rel=1e-4)


def test_in_a_very_long_time_the_start_is_forgotten():
    # W → -A⁻¹ / 2, so the energy goes to -2 endᵀ A end.
    end = np.array([0.2, 0.5, -0.3, 0.1])
    expected = -2 * end @ control.system(wires()) @ end
    for start in (np.zeros(4), np.ones(4)):
        assert energy(wires(), start, end, 200.0) == pytest.approx(expected)


@pytest.mark.parametrize("horizon", [0.5, 3.0])
def test_the_closed_form_is_that_of_the_integrated_gramian(horizon):
    a = control.system(wires(seed=3))
    start, end = np.array([1.0, 0.5, 0, -1]), np.array([0, 0.2, 0.9, 0.1])
    gramian, _ = integrate.quad_vec(
        lambda s: linalg.expm(a * s) @ linalg.expm(a.T * s), 0, horizon, epsabs=1e-12
    )
    missing = end - linalg.expm(a * horizon) @ start
    expected = missing @ np.linalg.solve(gramian, missing)
    assert energy(wires(seed=3), start, end, horizon) == pytest.approx(expected, rel=1e-9)


def test_the_cheapest_input_arrives_and_costs_what_is_said():
    a, horizon = control.system(wires(seed=5)), 2.0
    start, end = np.array([1.0, 0, 0, 0]), np.array([0, 1.0, 0, 1])
    gramian, _ = integrate.quad_vec(lambda s: linalg.expm(2 * a * s), 0, horizon)
    pull = np.linalg.solve(gramian, end - linalg.expm(a * horizon) @ start)
    inputs = lambda t: linalg.expm(a * (horizon - t)) @ pull  # noqa: E731
    run = integrate.solve_ivp(
        lambda t, x: np.append(a @ x[:4] + inputs(t), inputs(t) @ inputs(t)),
        (0, horizon),
        [*start, 0],
        rtol=1e-8,
        atol=1e-10,
    )
    assert np.allclose(run.y[:4, -1], end, atol=1e-6)
    assert energy(wires(seed=5), start, end, horizon) == pytest.approx(run.y[4, -1], rel=1e-6)


def test_energy_grows_with_the_square_of_the_states():
    start, end = np.array([1.0, 0.5, 0, -1]), np.array([0, 0.2, 0.9, 0.1])
    once, twice = energy(wires(), start, end), energy(wires(), 2 * start, 2 * end)
    assert twice == pytest.approx(4 * once)


# The real connectome, by value


@pytest.mark.parametrize(
    "horizon, leaving, staying", [(1.0, 3.147, 0.708), (3.0, 1.788, 1.456), (5.0, 1.677, 1.640)]
)
def test_from_default_mode_to_control(connectome, maps, horizon, leaving, staying):
    # Tolerance 0.005: k-means can end in a neighbouring optimum on another machine.
    default, executive = maps.loc[5], maps.loc[3]
    assert energy(connectome, default, executive, horizon) == pytest.approx(leaving, abs=0.005)
    assert energy(connectome, default, default, horizon) == pytest.approx(staying, abs=0.005)


def test_the_real_connectome_is_cheaper_than_a_shuffled_one(connectome, maps):
    found = energy_against_shuffled(connectome, maps.loc[5], maps.loc[3], nulls=200)
    assert found.energy == pytest.approx(1.788, abs=0.005)
    assert found.mean == pytest.approx(2.114, abs=0.01)
    assert found.sd == pytest.approx(0.042, abs=0.006)
    assert found.z == pytest.approx(-7.7, abs=1.0)
    staying = energy_against_shuffled(connectome, maps.loc[5], maps.loc[5], nulls=200)
    assert staying.z == pytest.approx(-4.0, abs=0.6)


def test_where_no_place_is_special_shuffling_changes_nothing():
    alike = np.ones((6, 6)) - np.eye(6)
    found = energy_against_shuffled(alike, np.arange(6), np.ones(6), nulls=5)
    assert np.allclose(found.nulls, found.energy)


def test_a_shuffle_keeps_the_connectome_but_for_the_names():
    start, end = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    chain = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0.0]])
    found = energy_against_shuffled(chain, start, end, nulls=60)
    orders = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)]
    possible = [energy(chain, np.eye(3)[one], np.eye(3)[other]) for one, other in orders]
    distance = np.abs(found.nulls[:, None] - np.array(possible)).min(axis=1)
    assert distance.max() < 1e-12
    assert len(np.unique(found.nulls.round(9))) == len(np.unique(np.round(possible, 9)))


def test_a_seed_gives_the_same_nulls_again():
    start, end = np.eye(4)[0], np.eye(4)[1]
    one, again, other = (
        energy_against_shuffled(wires(), start, end, nulls=9, seed=seed).nulls for seed in (1, 1, 2)
    )
    assert (one == again).all() and (one != other).any()


def test_z_by_hand_and_in_words():
    found = control.Shuffled(energy=1.0, nulls=np.array([2.0, 3.0, 4.0]))
    assert (found.mean, found.sd, found.z) == (3, 1, -2)
    assert str(found) == "1.000 (shuffled 3.000 ± 1.000, z = -2.0)"


# What is refused


@pytest.mark.parametrize(
    "connectome, words",
    [
        (np.ones((4, 3)), "square"),
        (np.ones(4), "square"),
        (np.full((4, 4), np.nan), "missing or infinite"),
        (-np.ones((4, 4)), "-1 is negative"),
        (np.triu(np.ones((4, 4))), "not symmetric"),
    ],
)
def test_a_connectome_that_cannot_be_used_is_refused(connectome, words):
    for ask in (energy, energy_against_shuffled):
        with pytest.raises(ControlError, match=words):
            ask(connectome, np.ones(4), np.ones(4))


@pytest.mark.parametrize(
    "state, words",
    [
        (np.ones(3), "each of 4 regions"),
        (np.ones((4, 1)), "each of 4 regions"),
        ([1, np.nan, 0, 0], "a state: a value is missing"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(state, words):
    with pytest.raises(ControlError, match=words):
        energy(wires(), state, np.ones(4))
    with pytest.raises(ControlError, match=words):
        energy(wires(), np.ones(4), state)


def test_regions_are_found_by_name_in_whatever_order():
    names = list("abcd")
    table = pd.DataFrame(wires(), names, names)
    start, end = (pd.Series(np.eye(4)[place], names) for place in (0, 2))
    right = energy(wires(), start.to_numpy(), end.to_numpy())
    for other in (table.iloc[::-1, ::-1], table.iloc[::-1], table.iloc[:, [2, 0, 3, 1]]):
        assert energy(other, start, end[::-1]) == pytest.approx(right)
        assert np.allclose(np.sort(np.linalg.eigvalsh(control.system(other))),
                           np.sort(np.linalg.eigvalsh(control.system(wires()))))  # fmt: skip
    moved = energy_against_shuffled(table, start[list("cabd")], end[::-1], nulls=3)
    assert np.allclose(
        moved.nulls, energy_against_shuffled(wires(), *np.eye(4)[[0, 2]], nulls=3).nulls
    )
    # What has no labels is taken to be in order.
    assert energy(table, np.eye(4)[0], end) == pytest.approx(right)
    assert energy(wires(), start, end) == pytest.approx(right)
    with pytest.raises(ControlError, match="a state lacks d"):
        energy(table, start.rename({"d": "x"}), end)
    with pytest.raises(ControlError, match="the connectome lacks a"):
        energy(table.rename(columns={"a": "x"}), start, end)


@pytest.mark.parametrize("horizon", [0, -1, np.nan, np.inf])
def test_a_horizon_is_a_time(horizon):
    with pytest.raises(ControlError, match="horizon"):
        energy(wires(), np.ones(4), np.ones(4), horizon)


def test_one_null_has_no_spread():
    with pytest.raises(ControlError, match="nulls: 1 is too few, at least 2"):
        energy_against_shuffled(wires(), np.ones(4), np.ones(4), nulls=1)
    assert len(energy_against_shuffled(wires(), np.ones(4), np.ones(4), nulls=2).nulls) == 2
