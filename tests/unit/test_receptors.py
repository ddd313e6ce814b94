import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import minimize_scalar

from ketanet import receptors, trapping
from ketanet.receptors import ReceptorError
from ketanet.trapping import TrappingBlock

SUBTYPES = ["GluN2A", "GluN2B", "GluN2C", "GluN2D"]
POTENCY = pd.DataFrame(receptors.POTENCY).T
STATES = ["C0", "C1", "C2", "D", "O", "bC0", "bC1", "bC2", "bD", "bO"]


def reactions(glutamate, ketamine, leaving=1.0):
    """Rate of every reaction, written out one by one."""
    free = {
        ("C0", "C1"): 2 * 5.0 * glutamate,
        ("C1", "C2"): 5.0 * glutamate,
        ("C1", "C0"): 12.9,
        ("C2", "C1"): 2 * 12.9,
        ("C2", "D"): 8.4,
        ("D", "C2"): 6.8,
        ("C2", "O"): 46.5,
        ("O", "C2"): 73.8,
    }
    over_the_drug = {("b" + a, "b" + b): rate for (a, b), rate in free.items()}
    drug = {("O", "bO"): ketamine * leaving / 0.33, ("bO", "O"): leaving}
    return free | over_the_drug | drug


# Magnesium


def test_1_mm_of_magnesium_blocks_half_at_minus_20_5_mv():
    assert receptors.half_block_voltage() == pytest.approx(-20.525, abs=0.001)


@pytest.mark.parametrize(
    "voltage, free", [(-70, 0.04447), (-66, 0.05628), (0, 0.7812), (40, 0.9771)]
)
def test_the_curve_of_magnesium_has_its_published_values(voltage, free):
    assert receptors.unblocked(voltage) == pytest.approx(free, abs=5e-5)


@pytest.mark.parametrize("magnesium", [0.01, 0.1, 0.5, 1.0, 2.0, 3.57, 10.0])
def test_half_is_free_at_the_voltage_of_half_block(magnesium):
    voltage = receptors.half_block_voltage(magnesium)
    assert voltage == pytest.approx(-np.log(3.57 / magnesium) / 0.062, abs=1e-9)
    assert receptors.unblocked(voltage, magnesium) == pytest.approx(0.5, abs=1e-12)
    assert receptors.magnesium_constant(voltage) == pytest.approx(magnesium)


def test_magnesium_constant_is_in_mm():
    assert receptors.magnesium_constant(0.0) == 3.57
    assert receptors.magnesium_constant(-66.0) == pytest.approx(0.0596, abs=5e-5)


def test_more_magnesium_and_lower_voltage_leave_less_free():
    voltage, magnesium = np.linspace(-120, 60, 61), np.linspace(0, 5, 21)
    free = receptors.unblocked(voltage[:, None], magnesium)
    assert (free[:, 0] == 1).all()
    assert ((free > 0) & (free <= 1)).all()
    assert (np.diff(free[:, 1:], axis=0) > 0).all()
    assert (np.diff(free, axis=1) < 0).all()


@pytest.mark.parametrize(
    "magnesium, voltage", [(0.1, -47.13), (0.5, -31.98), (1.0, -26.955), (2.0, -23.03)]
)
def test_the_inward_current_is_largest_at_its_published_voltage(magnesium, voltage):
    found = minimize_scalar(
        lambda v: receptors.current(v, magnesium), bounds=(-90, 0), method="bounded"
    )
    assert found.x == pytest.approx(voltage, abs=0.005)


def test_current_turns_at_0_and_without_magnesium_is_ohmic():
    assert receptors.current(0.0) == 0
    assert receptors.current(-10.0) < 0 < receptors.current(10.0)
    assert receptors.current([-60.0, 30.0], 0.0, 2.0) == pytest.approx([-120, 60])
    assert receptors.current(-70.0, conductance=3.0) == pytest.approx(3 * -70 * 0.04447, rel=1e-4)


# Ketamine at equilibrium


def test_magnesium_shifts_glun2a_and_glun2b_as_competition_says():
    assert receptors.shifted_potency(1.0) == pytest.approx(17.77, abs=0.005)
    shifted = receptors.shifted_potency(POTENCY["no_mg"])
    assert shifted[:2] == pytest.approx([5.86, 5.51], abs=0.005)
    assert shifted[:2] == pytest.approx(POTENCY["mg"].iloc[:2].to_numpy(), rel=0.15)


def test_competition_does_not_explain_glun2c_and_glun2d():
    shifted = receptors.shifted_potency(POTENCY["no_mg"].to_numpy()[2:])
    assert (shifted > 3 * POTENCY["mg"].to_numpy()[2:]).all()


def test_a_shift_is_one_plus_magnesium_over_its_constant():
    expected = 0.5 * (1 + 2.0 / (3.57 * np.exp(-0.062 * 40)))
    assert receptors.shifted_potency(0.5, 2.0, -40.0) == pytest.approx(expected)
    assert receptors.shifted_potency(0.5, magnesium=0.0) == 0.5


@pytest.mark.parametrize(
    "voltage, delta, half, share",
    [
        (-20, 0.0, 0.61, 0.51),
        (-20, 0.55, 1.65, 0.28),
        (-20, 0.8, 2.60, 0.20),
        (-40, 0.0, 1.35, 0.32),
        (-40, 0.55, 2.36, 0.21),
        (-66, 0.55, 5.51, 0.10),
    ],
)
def test_a_less_negative_cell_loses_magnesium_and_holds_ketamine_less(voltage, delta, half, share):
    found = receptors.shifted_potency(0.31, voltage=voltage, delta=delta)
    assert found == pytest.approx(half, abs=0.006)
    assert receptors.block(0.635, found) == pytest.approx(share, abs=0.006)


def test_the_drug_feels_its_share_of_the_field():
    voltage = np.array([-90.0, -66.0, 0.0, 40.0])
    one, two = (receptors.shifted_potency(0.5, 0.0, voltage, delta) for delta in (0.4, 0.8))
    assert one == pytest.approx(0.5 * np.exp(0.4 * (voltage + 66) / 25.4))
    assert two / one == pytest.approx(one / 0.5)
    # kT/e at 22 °C, from the constants of nature.
    assert pytest.approx(1000 * 1.380649e-23 * 295.15 / 1.602177e-19, abs=0.05) == receptors.THERMAL


def test_at_rest_no_depth_in_the_field_changes_a_potency():
    for delta in (0.0, receptors.OWN_DELTA, 1.0):
        found = receptors.shifted_potency(POTENCY["no_mg"], voltage=receptors.REST, delta=delta)
        assert found == pytest.approx(receptors.shifted_potency(POTENCY["no_mg"]))
    assert receptors.OWN_DELTA == 0.55  # as chapter 3 says; MacDonald 1987, not verified


@pytest.mark.parametrize(
    "subtype, plain, with_magnesium",
    [
        ("GluN2A", 0.33, 5.35),
        ("GluN2B", 0.31, 5.08),
        ("GluN2C", 0.51, 1.18),
        ("GluN2D", 0.83, 2.95),
    ],
)
def test_each_subtype_has_its_two_potencies(subtype, plain, with_magnesium):
    assert receptors.potency(subtype) == with_magnesium
    assert receptors.potency(subtype, magnesium=False) == plain


def test_block_rises_from_none_to_all_and_is_half_at_the_potency():
    doses = np.concatenate([[0], np.geomspace(1e-3, 1e6, 200)])
    for subtype in SUBTYPES:
        potency = receptors.potency(subtype)
        found = receptors.block(doses, potency)
        assert found[0] == 0
        assert (np.diff(found) > 0).all()
        assert found[-1] == pytest.approx(1, abs=1e-5) and found[-1] < 1
        assert receptors.block(potency, potency) == 0.5


def test_block_is_that_of_one_site():
    assert receptors.block(3.0, 1.0) == 0.75
    assert receptors.block([1.0, 2.0], 2.0) == pytest.approx([1 / 3, 1 / 2])


# Trapping


def test_every_row_of_the_generator_adds_up_to_0():
    rates = TrappingBlock().rates(37.0, 2.0)
    assert np.abs(rates.sum(axis=1)).max() < 1e-12
    assert (rates[~np.eye(10, dtype=bool)] >= 0).all()
    assert (np.diag(rates) < 0).all()


def test_the_generator_holds_the_reactions_and_no_others():
    rates = TrappingBlock(leaving=3.0).rates(7.0, 2.0)
    np.fill_diagonal(rates, 0)
    expected = np.zeros((10, 10))
    for (a, b), rate in reactions(7.0, 2.0, leaving=3.0).items():
        expected[STATES.index(a), STATES.index(b)] = rate
    assert rates == pytest.approx(expected)


def test_without_glutamate_and_ketamine_nothing_enters_a_channel():
    assert (TrappingBlock().rates(0.0, 0.0)[0] == 0).all()
    assert TrappingBlock().rates(0.0, 0.0)[4, 9] == 0


@pytest.mark.parametrize("glutamate, ketamine", [(1000.0, 0.0), (1.0, 0.33), (1e-3, 50.0)])
def test_equilibrium_is_the_product_of_the_single_equilibria(glutamate, ketamine):
    bound = 5.0 * glutamate / 12.9
    free = np.array([1, 2 * bound, bound**2, bound**2 * 8.4 / 6.8, bound**2 * 46.5 / 73.8])
    every = np.concatenate([free, free * ketamine / 0.33])
    found = TrappingBlock().equilibrium(glutamate, ketamine)
    assert found == pytest.approx(every / every.sum(), abs=1e-7)
    assert found.sum() == pytest.approx(1, abs=1e-12)


def test_a_fifth_of_the_receptors_is_open_in_glutamate():
    assert TrappingBlock().equilibrium(1000.0)[trapping.OPEN] == pytest.approx(0.2195, abs=5e-5)


@pytest.mark.parametrize("glutamate", [1.0, 30.0, 1000.0])
@pytest.mark.parametrize("leaving", [0.3, 1.0, 6.0])
def test_trapping_blocks_at_equilibrium_with_a_hill_slope_of_1(glutamate, leaving):
    receptor = TrappingBlock(leaving=leaving)
    doses = np.geomspace(0.01, 30, 9)
    states = np.array([receptor.equilibrium(glutamate, dose) for dose in doses])
    assert trapping.blocked(states) == pytest.approx(receptors.block(doses, 0.33), abs=1e-9)
    left = states[:, trapping.OPEN] / receptor.equilibrium(glutamate)[trapping.OPEN]
    slope, place = np.polyfit(np.log(doses), np.log(1 / left - 1), 1)
    assert slope == pytest.approx(1, abs=0.001)
    assert np.exp(-place / slope) == pytest.approx(0.33, abs=0.001)


def test_thirty_times_the_constant_blocks_nearly_all():
    states = TrappingBlock().equilibrium(1000.0, 30 * 0.33)
    assert trapping.blocked(states) == pytest.approx(0.968, abs=5e-4)


def test_states_stay_probabilities_and_agree_with_an_integration():
    receptor = TrappingBlock(leaving=2.0)
    table = [
        (STATES.index(a), STATES.index(b), rate)
        for (a, b), rate in reactions(20.0, 3.0, leaving=2.0).items()
    ]

    def changes(_, states):
        change = np.zeros(10)
        for a, b, rate in table:
            change[a] -= rate * states[a]
            change[b] += rate * states[a]
        return change

    times = [0.001, 0.01, 0.1, 1.0]
    start = trapping.at_rest()
    run = solve_ivp(changes, (0, 1), start, "LSODA", times, rtol=1e-9, atol=1e-12)
    found = np.array([receptor.after(start, time, 20.0, 3.0) for time in times])
    assert found == pytest.approx(run.y.T, abs=1e-7)
    assert found.sum(axis=1) == pytest.approx(np.ones(4))
    assert ((found >= 0) & (found <= 1)).all()


def test_time_can_be_cut_in_two():
    receptor = TrappingBlock()
    start = receptor.equilibrium(5.0, 0.1)
    middle = receptor.after(start, 0.02, 50.0, 1.0)
    whole = receptor.after(start, 0.05, 50.0, 1.0)
    assert receptor.after(middle, 0.03, 50.0, 1.0) == pytest.approx(whole, abs=1e-12)
    assert receptor.after(start, 0.0, 50.0, 1.0) == pytest.approx(start, abs=1e-15)


def test_equilibrium_is_where_time_leads_and_nothing_moves():
    receptor = TrappingBlock()
    still = receptor.equilibrium(100.0, 2.0)
    assert receptor.after(still, 10.0, 100.0, 2.0) == pytest.approx(still, abs=1e-10)
    assert receptor.after(trapping.at_rest(), 100.0, 100.0, 2.0) == pytest.approx(still, abs=1e-8)


def test_a_closed_channel_lets_no_drug_in():
    states = TrappingBlock().after(trapping.at_rest(), 1000.0, 0.0, 100.0)
    assert trapping.blocked(states) == 0
    assert states == pytest.approx(trapping.at_rest())


@pytest.mark.parametrize(
    "leaving, trapped, seconds", [(1.0, 0.974, 4.6), (3.0, 0.926, 1.6), (6.0, 0.866, 0.8)]
)
def test_ketamine_is_trapped_and_freed_by_glutamate(leaving, trapped, seconds):
    receptor = TrappingBlock(leaving=leaving)
    full = receptor.equilibrium(1000.0, 30 * 0.33)
    washed = receptor.after(full, 120.0, 0.0)
    assert trapping.blocked(washed) / trapping.blocked(full) == pytest.approx(trapped, abs=5e-4)
    early, late = (trapping.blocked(receptor.after(washed, t, 1000.0)) for t in (2.0, 3.0))
    assert 1 / np.log(early / late) == pytest.approx(seconds, abs=0.1)


# Desensitised receptors have not come back before the next pulse at 5 Hz.
@pytest.mark.parametrize("per_second, half", [(0.1, 8), (1.0, 8), (5.0, 10)])
def test_block_goes_by_pulse_and_not_by_second(per_second, half):
    found = TrappingBlock().pulses(400, per_second, ketamine=1.0)
    assert (np.diff(found[:200]) > 0).all()
    assert found[-1] == pytest.approx(1 / 1.33, abs=1e-6)
    assert np.argmax(found >= found[-1] / 2) + 1 == half


def test_a_train_is_pulse_and_pause_in_turn():
    receptor = TrappingBlock()
    states, expected = trapping.at_rest(), []
    for _ in range(3):
        states = receptor.after(states, 0.002, 300.0, 4.0)
        states = receptor.after(states, 0.098, 0.0, 4.0)
        expected.append(trapping.blocked(states))
    found = receptor.pulses(3, 10.0, 4.0, glutamate=300.0, width=0.002)
    assert found == pytest.approx(expected, abs=1e-12)


def test_more_ketamine_blocks_more_at_each_pulse():
    trains = [TrappingBlock().pulses(20, 1.0, dose) for dose in (0.0, 0.1, 1.0, 10.0)]
    assert (trains[0] == 0).all()
    assert (np.diff(trains, axis=0) > 0).all()


def test_blocked_adds_up_the_second_five_states():
    states = np.arange(20.0).reshape(2, 10)
    assert list(trapping.blocked(states)) == [35, 85]
    assert trapping.blocked(trapping.at_rest()) == 0
    assert trapping.at_rest().sum() == trapping.at_rest()[0] == 1


# Bad input


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: receptors.unblocked(np.nan), "voltage: a value is missing"),
        (lambda: receptors.unblocked([-70, np.inf]), "voltage: a value is missing"),
        (lambda: receptors.unblocked(-70, -1), "magnesium: -1 mM is negative"),
        (lambda: receptors.unblocked(-70, [1, np.nan]), "magnesium: a value is missing"),
        (lambda: receptors.unblocked(-70, "much"), "magnesium: 'much' is no number"),
        (lambda: receptors.current(-70, -0.5), "magnesium: -0.5 mM is negative"),
        (lambda: receptors.current(np.nan), "voltage: a value is missing"),
        (lambda: receptors.half_block_voltage(0), "magnesium: without it"),
        (lambda: receptors.half_block_voltage([1, 0]), "magnesium: without it"),
        (lambda: receptors.half_block_voltage(-1), "magnesium: -1 mM is negative"),
        (lambda: receptors.half_block_voltage(None), "magnesium: a value is missing"),
        (lambda: receptors.shifted_potency(-1), "potency: -1 µM is negative"),
        (lambda: receptors.shifted_potency(1, voltage=np.nan), "voltage: a value is missing"),
        (lambda: receptors.shifted_potency(1, -2), "magnesium: -2 mM is negative"),
        (lambda: receptors.shifted_potency(1, delta=1.2), "delta: 1.2 is more than all"),
        (lambda: receptors.shifted_potency(1, delta=-0.1), "delta: -0.1 is negative"),
        (lambda: receptors.shifted_potency(1, delta=np.nan), "delta: a value is missing"),
        (lambda: receptors.shifted_potency(1, delta="deep"), "delta: 'deep' is no number"),
        (lambda: receptors.potency("GluN2E"), "'GluN2E' is no subtype here: GluN2A, .*GluN2D"),
        (lambda: receptors.block(-1, 1), "ketamine: -1 µM is negative"),
        (lambda: receptors.block([1, -3, 0], 1), "ketamine: -3 µM is negative"),
        (lambda: receptors.block(np.nan, 1), "ketamine: a value is missing"),
        (lambda: receptors.block("a", 1), "ketamine: 'a' is no number"),
        (lambda: receptors.block(1, 0), "potency: 0 µM"),
        (lambda: receptors.block(1, -1), "potency: -1 µM is negative"),
        (lambda: receptors.block([0, 1], [1, 0]), "potency: 0 µM"),
        (lambda: TrappingBlock(leaving=0), "leaving: 0 is no rate"),
        (lambda: TrappingBlock(dissociation=-1), "dissociation: -1 is negative"),
        (lambda: TrappingBlock(opening=np.nan), "opening: .*(no rate|missing)"),
        (lambda: TrappingBlock(binding=np.inf), "binding: .*(no rate|infinite)"),
        (lambda: TrappingBlock().rates(-1, 1), "glutamate: -1 µM is negative"),
        (lambda: TrappingBlock().rates(1, -1), "ketamine: -1 µM is negative"),
        (lambda: TrappingBlock().rates(np.nan, 1), "glutamate: a value is missing"),
        (lambda: TrappingBlock().equilibrium(0, 1), "glutamate: without it"),
        (lambda: TrappingBlock().equilibrium(-1), "glutamate: -1 µM is negative"),
        (lambda: TrappingBlock().equilibrium(1, np.nan), "ketamine: a value is missing"),
        (lambda: TrappingBlock().after(trapping.at_rest(), -1, 1), "seconds: -1 s is negative"),
        (lambda: TrappingBlock().after(trapping.at_rest(), np.nan, 1), "seconds: a value is"),
        (lambda: TrappingBlock().after(trapping.at_rest(), 1, -2), "glutamate: -2 µM"),
        (lambda: TrappingBlock().pulses(3, 0, 1), "per_second: pulses of 0.001 s do not fit 0 Hz"),
        (lambda: TrappingBlock().pulses(3, -1, 1), "per_second: -1 Hz is negative"),
        (lambda: TrappingBlock().pulses(3, 1000, 1), "per_second: pulses of 0.001 s do not fit"),
        (lambda: TrappingBlock().pulses(3, 20, 1, width=0.06), "0.06 s do not fit 20 Hz"),
        (lambda: TrappingBlock().pulses(3, 1, -1), "ketamine: -1 µM is negative"),
        (lambda: TrappingBlock().pulses(3, 1, 1, glutamate=-1), "glutamate: -1 µM is negative"),
    ],
)
def test_what_no_receptor_can_be_given_is_refused(call, words):
    with pytest.raises(ReceptorError, match=words):
        call()


@pytest.mark.parametrize("glutamate", [1e-12, 1e-9, 1e-6, 1e-3, 1e6])
def test_equilibrium_holds_for_any_glutamate(glutamate):
    states = TrappingBlock().equilibrium(glutamate, 0.33)
    assert trapping.blocked(states) == pytest.approx(0.5, abs=1e-12)
    assert ((states >= 0) & (states <= 1)).all()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: receptors.unblocked("low"), "voltage: 'low' is no number"),
        (lambda: TrappingBlock(binding="fast"), "binding: 'fast' is no number"),
        (lambda: TrappingBlock(binding=None), "binding: a value is missing"),
        (lambda: TrappingBlock().pulses(2, 1, 1, width=-0.001), "width: -0.001 s is negative"),
        (lambda: TrappingBlock().pulses(2, 1, 1, width=np.nan), "width: a value is missing"),
        (lambda: TrappingBlock().pulses(2, 1, 1, width="a"), "width: 'a' is no number"),
        (lambda: TrappingBlock(leaving=[1, 2]), r"leaving: one number is needed, not \[1, 2\]"),
        (lambda: TrappingBlock().after(np.ones(5) / 5, 1, 1), r"states: .* ten, not shape \(5,\)"),
        (lambda: TrappingBlock().after(np.full(10, np.nan), 1, 1), "states: a value is missing"),
        (lambda: TrappingBlock().after(-np.ones(10), 1, 1), "states: -1 is negative"),
        (lambda: trapping.blocked(np.ones(7)), r"states: the last axis .* \(7,\)"),
        (lambda: trapping.blocked(0.5), r"states: the last axis .* \(\)"),
        (lambda: trapping.blocked([0] * 9 + [np.nan]), "states: a value is missing"),
        (lambda: TrappingBlock().pulses(2.5, 1, 1), "count: 2.5 is no whole number"),
        (lambda: TrappingBlock().pulses(-1, 1, 1), "count: -1 is too few"),
        (lambda: receptors.current(-60, 1, np.nan), "conductance: a value is missing"),
        (lambda: receptors.current(-60, 1, "a"), "conductance: 'a' is no number"),
        (lambda: receptors.block("5", 1), "ketamine: '5' is no number"),
    ],
)
def test_what_no_receptor_can_be_given(call, words):
    with pytest.raises(ReceptorError, match=words):
        call()
