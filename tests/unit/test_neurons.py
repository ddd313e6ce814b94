import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ketanet import neurons, populations, receptors
from ketanet.neurons import NeuronError
from ketanet.populations import CONTROL, DEPRESSED


@pytest.fixture(scope="module")
def depressed():
    """A population with the low leak potential."""
    return populations.population(DEPRESSED)


def share(population, pattern="burst"):
    """Share of cells that fire in that way."""
    return (population["pattern"] == pattern).mean()


# One cell


def test_injected_current_turns_bursts_into_single_spikes_silence_and_tonic_firing():
    def cell(current):
        spikes = neurons.simulate(-79.0, 0.12, current=current).spikes
        return neurons.pattern(spikes), len(spikes), len(neurons.bursts(spikes)) / 3

    for current in (-0.2, 0.0):
        pattern, _, per_second = cell(current)
        assert pattern == "burst"
        assert 4.5 <= per_second <= 7.5
    pattern, count, per_second = cell(0.2)
    assert (pattern, per_second) == ("tonic", 0) and count > 20
    assert cell(0.4) == ("silent", 0, 0)
    rates = [cell(current)[1] for current in (0.6, 0.8, 1.0)]
    assert rates == sorted(rates) and rates[0] > 3
    assert all(cell(current)[::2] == ("tonic", 0) for current in (0.6, 1.0))


def test_spikes_of_a_burst_follow_each_other_quickly():
    spikes = neurons.simulate(-79.0).spikes
    for first, last in neurons.bursts(spikes):
        assert 80 <= 1 / np.diff(spikes[first : last + 1]).mean() <= 215


@pytest.mark.parametrize("leak", np.arange(-92.0, -49, 2))
def test_without_nmda_no_cell_bursts(leak):
    assert neurons.pattern(neurons.simulate(leak, nmda=0.0, seconds=2.0).spikes) != "burst"


@pytest.mark.parametrize(
    "leak, pattern", [(-50.0, "tonic"), (-70.0, "silent"), (-80.0, "burst"), (-92.0, "silent")]
)
def test_along_the_leak_cells_are_tonic_silent_bursting_and_silent(leak, pattern):
    assert neurons.pattern(neurons.simulate(leak, nmda=0.1, seconds=2.0).spikes) == pattern


def test_without_t_channels_a_bursting_cell_is_silent():
    assert len(neurons.simulate(-79.0, t_type=0.0).spikes) == 0


@pytest.mark.parametrize("current", [-0.2, 0.0, 0.2, 0.6])
def test_half_the_step_changes_no_pattern(current):
    coarse, fine = (neurons.simulate(-79.0, current=current, step=step) for step in (0.02, 0.01))
    assert neurons.pattern(coarse.spikes) == neurons.pattern(fine.spikes)
    assert len(neurons.bursts(coarse.spikes)) == len(neurons.bursts(fine.spikes))
    assert len(coarse.spikes) == pytest.approx(len(fine.spikes), abs=1)


@pytest.mark.parametrize("leak, nmda", [(-78.0, 0.12), (-83.0, 0.12), (-76.0, 0.2), (-50.0, 0.2)])
def test_the_largest_step_fires_as_many_spikes_as_fine_ones(leak, nmda):
    steps = neurons.LARGEST_STEP, 0.01, 0.005
    counts = [len(neurons.simulate(leak, nmda, step=step).spikes) for step in steps]
    assert counts[0] > 20 and counts == [counts[-1]] * 3


def test_the_course_uses_a_step_that_is_allowed():
    assert 0 < neurons.STEP <= neurons.LARGEST_STEP


# Populations


def test_low_leak_potential_makes_more_cells_burst(depressed):
    assert (CONTROL, DEPRESSED) == (-68, -76)
    control = populations.population()
    assert share(depressed) >= share(control) + 0.10
    # Over 16 seeds the means are 0.063 and 0.235; 150 cells scatter by 0.02 and 0.035.
    assert 0.02 <= share(control) <= 0.11
    assert 0.16 <= share(depressed) <= 0.31


# Over 16 seeds 0 to 5 of the 150 cells still burst.
def test_block_of_nmda_abolishes_most_bursts(depressed):
    assert share(populations.population(DEPRESSED, nmda_block=0.75)) < min(
        0.06, share(depressed) / 3
    )


def test_block_of_a_quarter_of_the_t_channels_abolishes_most_bursts(depressed):
    assert share(populations.population(DEPRESSED, t_block=0.25)) < min(0.03, share(depressed) / 6)


def test_bursting_cells_have_the_lowest_voltage(depressed):
    voltage = depressed.groupby("pattern")["voltage"].median()
    assert voltage.idxmin() == "burst"
    assert voltage["burst"] == pytest.approx(-79, abs=1)


def test_cells_differ_as_much_as_they_should(depressed):
    own = np.random.SeedSequence(0).spawn(151)[0]
    normal = np.random.default_rng(own).standard_normal((2, 150))
    assert depressed["leak"].to_numpy() == pytest.approx(-76 + 8 * normal[0])
    assert depressed["nmda"].to_numpy() == pytest.approx(0.12 * np.exp(0.4 * normal[1]))
    assert list(depressed) == ["leak", "nmda", "pattern", "rate", "voltage"]
    assert set(depressed["pattern"]) == {"silent", "tonic", "burst"}
    assert ((depressed["rate"] == 0) == (depressed["pattern"] == "silent")).all()


def test_a_population_is_its_cells_one_by_one():
    found = populations.population(
        -80.0, nmda_block=0.3, t_block=0.1, cells=23, seconds=0.5, seed=2
    )
    assert list(found.index) == list(range(23))
    _, *noises = np.random.SeedSequence(2).spawn(24)
    for k, row in found.iterrows():
        cell = neurons.simulate(
            row["leak"],
            0.7 * row["nmda"],
            0.9 * 1.82,
            seconds=0.5,
            noise=0.1,
            seed=noises[k],
            step=0.02,
        )
        assert row["rate"] == pytest.approx(len(cell.spikes) / 0.5)
        assert row["voltage"] == pytest.approx(np.median(cell.voltage), abs=1e-9)
        assert row["pattern"] == neurons.pattern(cell.spikes)
    assert found["rate"].max() > 0


def test_no_two_streams_are_alike(streams):
    for seed in (0, 1):
        populations.population(cells=12, seconds=0.01, seed=seed)
        neurons.simulate(-79.0, noise=0.1, seconds=0.01, seed=seed)
    assert len(streams) == 2 * (1 + 12 + 1)
    assert len(set(streams)) == len(streams)


def test_the_noise_of_a_cell_is_not_what_made_the_cells(depressed, monkeypatch):
    pushes, run = [], neurons._run

    def watched(gates, count, leak, nmda, t_type, current, push, *rest):
        pushes.append(push.copy())
        return run(gates, count, leak, nmda, t_type, current, push, *rest)

    monkeypatch.setattr(neurons, "_run", watched)
    populations.population(DEPRESSED, cells=150, seconds=0.01)
    noise = np.concatenate(pushes)[:, :150]
    deviates = (depressed["leak"] + 76) / 8
    assert len(noise) == 150
    both = np.corrcoef(np.vstack([deviates, noise]))
    np.fill_diagonal(both, 0)
    assert np.abs(both).max() < 0.45  # 1 for two streams alike; chance reaches 0.4


def test_conditions_can_be_compared_cell_by_cell():
    settings = {"cells": 5, "seconds": 0.2, "seed": 3}
    plain = populations.population(-68.0, **settings)
    moved = populations.population(-76.0, nmda_block=0.5, **settings)
    assert (moved["nmda"] == plain["nmda"]).all()
    assert moved["leak"].to_numpy() == pytest.approx(plain["leak"].to_numpy() - 8)
    assert plain.equals(populations.population(-68.0, **settings))
    assert not plain.equals(populations.population(-68.0, cells=5, seconds=0.2, seed=4))


# What the cell may not break


def exponential_steady(v):
    """Steady values and rates of the gates, from their published formulas."""
    u = v + 52
    a_m, b_m = 0.32 * (13 - u) / np.expm1((13 - u) / 4), 0.28 * (u - 40) / np.expm1((u - 40) / 5)
    a_h, b_h = 0.128 * np.exp((17 - u) / 18), 4 / (1 + np.exp((40 - u) / 5))
    a_n, b_n = 0.032 * (15 - u) / np.expm1((15 - u) / 5), 0.5 * np.exp((10 - u) / 40)
    tau = (30.8 + (211.4 + np.exp((v + 115.2) / 5)) / (1 + np.exp((v + 86) / 3.2))) / 3.73
    steady = [a / (a + b) for a, b in ((a_m, b_m), (a_h, b_h), (a_n, b_n))]
    steady.append(1 / (1 + np.exp((v + 83) / 4)))
    return np.array(steady), np.array([a_m + b_m, a_h + b_h, a_n + b_n, 1 / tau])


@pytest.mark.parametrize("step", [0.005, 0.01, 0.02])
def test_the_table_of_gates_holds_their_formulas(step):
    table = neurons._gates(step)
    voltage = np.linspace(-130, 70, len(table))
    assert len(table) == 4001
    safe = np.abs(voltage[:, None] - np.array([-39, -12, -37])).min(axis=1) > 1e-3  # not 0/0
    steady, rate = exponential_steady(voltage[safe])
    for k in range(4):
        assert table[safe, 2 * k] == pytest.approx(steady[k], abs=1e-9)
        assert table[safe, 2 * k + 1] == pytest.approx(1 - np.exp(-step * rate[k]), abs=1e-9)
    opening = 1 / (1 + np.exp(-(voltage + 59) / 6.2))
    assert table[:, 8] == pytest.approx(opening**2, abs=1e-9)
    assert table[:, 9] == pytest.approx(receptors.unblocked(voltage), abs=1e-9)
    assert ((table >= 0) & (table <= 1)).all()


def test_the_table_of_gates_passes_smoothly_through_0_over_0():
    table = neurons._gates(0.02)
    for voltage in (-39, -12, -37):
        k = round((voltage + 130) * 20)
        assert table[k] == pytest.approx((table[k - 1] + table[k + 1]) / 2, abs=1e-4)


def reference(leak, nmda, t_type, current, seconds):
    """Spikes of the cell and its last voltage, by an integrator that chooses its own steps."""

    def changes(_, states):
        v, gates, after = states[0], states[1:5], states[5]
        m, h, n, h_t = gates
        opening = 1 / (1 + np.exp(-(v + 59) / 6.2))
        steady, rate = exponential_steady(v)
        total = 0.05 * (v - leak) + 50 * m**3 * h * (v - 50) + 8 * n**4 * (v + 90)
        total += t_type * opening**2 * h_t * (v - 120) + 0.02 * after * (v + 90)
        total += nmda / (1 + np.exp(-0.062 * v) / 3.57) * v
        return [current - total, *(rate * (steady - gates)), -after / 100]

    def peak(_, states):
        return states[0] + 20

    def trough(_, states):
        return states[0] + 40

    peak.terminal, peak.direction = True, 1
    trough.terminal, trough.direction = True, -1
    time, end, spikes, waits_for = 0.0, 1000 * seconds, [], peak
    states = np.array([leak, *exponential_steady(leak)[0], 0.0])
    while time < end:
        run = solve_ivp(
            changes, (time, end), states, "LSODA", events=waits_for, rtol=1e-7, atol=1e-9
        )
        time, states = run.t[-1], run.y[:, -1].copy()
        if run.status == 1 and waits_for is peak:
            spikes.append(time / 1000)
            states[5] += 1
        waits_for = trough if waits_for is peak else peak
    return np.array(spikes), states[0]


@pytest.mark.parametrize(
    "leak, nmda, t_type, current",
    [(-79.0, 0.12, 1.82, 0.0), (-83.0, 0.3, 1.82, 0.1), (-60.0, 0.1, 0.0, 1.0)],
)
def test_spikes_are_those_of_an_independent_integration(monkeypatch, leak, nmda, t_type, current):
    monkeypatch.setattr(neurons, "SETTLING", 0.0)
    expected, _ = reference(leak, nmda, t_type, current, 0.4)
    coarse, fine = (
        neurons.simulate(leak, nmda, t_type, current, seconds=0.4, step=step).spikes
        for step in (0.002, 0.001)
    )
    assert len(coarse) == len(fine) == len(expected) >= 4
    assert fine == pytest.approx(expected, abs=0.0008)
    assert 2 * fine - coarse == pytest.approx(expected, abs=0.0001)  # the error is of first order


def exponential_euler(leak, nmda, noise, seconds, seed, step):
    """The cell again, step by step, with the library's exponential and no table."""
    push = noise * np.sqrt(0.1) * np.random.default_rng(seed).standard_normal(10_000)
    v, gates, after, armed = leak, exponential_steady(leak)[0], 0.0, True
    voltage, spikes = [], []
    for t in range(round(1000 * seconds / step)):
        if t % round(0.1 / step) == 0:  # the noise comes ten times a millisecond
            v += push[t // round(0.1 / step)]
        voltage.append(v)
        steady, rate = exponential_steady(v)
        gates = steady + (gates - steady) * np.exp(-step * rate)
        m, h, n, h_t = gates
        g_t = neurons.T_TYPE * h_t / (1 + np.exp(-(v + 59) / 6.2)) ** 2
        g_na, g_k = 50 * m**3 * h, 8 * n**4 + 0.02 * after
        whole = 0.05 + g_na + g_k + g_t + nmda / (1 + np.exp(-0.062 * v) / 3.57)
        goal = (0.05 * leak + 50 * g_na - 90 * g_k + 120 * g_t) / whole
        v = goal + (v - goal) * np.exp(-step * whole)
        after *= 1 - step / 100
        if v > -20 and armed:
            armed = False
            after += 1
            spikes.append((t + 1) * step / 1000)
        armed = armed or v < -40
    return np.array(voltage), np.array(spikes)


@pytest.mark.parametrize("step, every", [(0.01, 10), (0.02, 5)])
def test_a_noisy_cell_follows_a_plain_one_step_by_step(monkeypatch, step, every):
    monkeypatch.setattr(neurons, "SETTLING", 0.0)
    voltage, spikes = exponential_euler(-79.0, 0.12, 0.2, 0.03, 5, step)
    cell = neurons.simulate(-79.0, 0.12, seconds=1.0, noise=0.2, seed=5, step=step)
    assert len(spikes) >= 3
    assert cell.spikes[: len(spikes)] == pytest.approx(spikes, abs=1.01e-3 * step)  # one step
    assert np.abs(cell.voltage[:300] - voltage[::every]).max() < 0.2


@pytest.mark.parametrize("leak, nmda", [(-70.0, 0.1), (-92.0, 0.12), (-65.0, 0.0)])
def test_a_silent_cell_rests_where_its_currents_cancel(leak, nmda):
    cell = neurons.simulate(leak, nmda, seconds=0.5)
    _, rest = reference(leak, nmda, neurons.T_TYPE, 0.0, 1.5)
    assert len(cell.spikes) == 0
    assert cell.voltage[-1] == pytest.approx(rest, abs=0.01)


def test_a_recording_starts_after_the_settling_time():
    cell = neurons.simulate(-79.0, seconds=0.5)
    assert cell.seconds == pytest.approx(np.arange(5000) / 10000, abs=1e-12)
    assert len(cell.voltage) == 5000
    assert (cell.spikes >= 0).all() and (cell.spikes <= 0.5).all()
    longer = neurons.simulate(-79.0, seconds=0.8)
    assert (longer.voltage[:5000] == cell.voltage).all()


def test_the_settling_time_is_dropped_and_nothing_else(monkeypatch):
    late = neurons.simulate(-79.0, seconds=0.4)
    monkeypatch.setattr(neurons, "SETTLING", 0.0)
    whole = neurons.simulate(-79.0, seconds=1.4)
    assert whole.voltage[0] == -79
    assert (late.voltage == whole.voltage[10000:]).all()
    assert late.spikes == pytest.approx(whole.spikes[whole.spikes > 1] - 1)


@pytest.mark.parametrize("current, least", [(0.0, 4), (2.0, 10)])
def test_each_peak_is_one_spike(current, least):
    cell = neurons.simulate(-79.0 if current == 0 else -60.0, current=current, seconds=0.8)
    above = cell.voltage > -20
    rises = cell.seconds[1:][~above[:-1] & above[1:]]
    assert len(cell.spikes) == len(rises) >= least
    assert cell.spikes == pytest.approx(rises, abs=1.01e-4)
    assert (cell.spikes <= rises + 1e-9).all()


def test_more_spikes_than_first_made_room_for():
    spikes = neurons.simulate(-60.0, current=40.0, seconds=8.0).spikes
    assert len(spikes) > 2048
    gaps = np.diff(spikes)  # regular from the settling time on
    assert gaps == pytest.approx(np.full(len(gaps), gaps[0]), abs=3e-5)


def test_a_cell_adapts_as_its_spikes_add_up(monkeypatch):
    monkeypatch.setattr(neurons, "SETTLING", 0.0)
    gaps = np.diff(neurons.simulate(-60.0, current=2.0, seconds=0.8).spikes)
    assert gaps[-1] > 1.2 * gaps[0]


@pytest.mark.parametrize("step", [0.005, 0.01, 0.02])
def test_noise_is_per_root_millisecond_at_every_step(step):
    cell = neurons.simulate(-88.0, 0.0, 0.0, noise=0.1, seed=1, seconds=3.0, step=step)
    # A leak of 0.05 mS/cm² forgets within 20 ms.
    assert cell.voltage.std() == pytest.approx(0.1 * np.sqrt(20 / 2), rel=0.12)
    assert cell.voltage.mean() == pytest.approx(-88, abs=0.2)


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    one, two, other = (
        neurons.simulate(-79.0, noise=0.1, seconds=0.2, seed=seed) for seed in (1, 1, 2)
    )
    assert (one.voltage == two.voltage).all()
    assert (one.voltage != other.voltage).any()
    quiet = [neurons.simulate(-79.0, seconds=0.2, seed=seed).voltage for seed in (1, 2)]
    assert (quiet[0] == quiet[1]).all()


# Bursts


@pytest.mark.parametrize(
    "milliseconds, expected",
    [
        ([], []),
        ([5], []),
        ([0, 10], [[0, 1]]),
        ([0, 19.9], [[0, 1]]),
        ([0, 20.1], []),
        ([0, 10, 109, 210.1], [[0, 2]]),
        ([0, 90, 100], [[1, 2]]),
        ([0, 90, 180, 270], []),
        ([0, 10, 120, 130], [[0, 1], [2, 3]]),
        ([0, 10, 30, 300, 500, 505, 580], [[0, 2], [4, 6]]),
        ([0, 200, 210, 400, 410, 420, 600], [[1, 2], [3, 5]]),
    ],
)
def test_a_burst_begins_fast_and_goes_on_slower(milliseconds, expected):
    found = neurons.bursts(np.array(milliseconds) / 1000)
    assert found.tolist() == expected
    assert found.shape == (len(expected), 2)
    assert found.dtype.kind == "i"


@pytest.mark.parametrize(
    "milliseconds, expected",
    [
        ([], "silent"),
        ([5], "tonic"),
        ([0, 10], "tonic"),
        ([0, 10, 20, 30, 40], "tonic"),
        ([0, 10, 200, 210], "burst"),
        ([0, 10, 200, 210, 400, 600, 800], "burst"),
        ([0, 10, 200, 210, 400, 600, 800, 1000], "tonic"),
        ([0, 10, 200, 210, 400, 600, 800, 1000, 1200], "tonic"),
        ([0, 300, 600], "tonic"),
    ],
)
def test_two_bursts_with_more_than_half_of_the_spikes_make_a_bursting_cell(milliseconds, expected):
    assert neurons.pattern(np.array(milliseconds) / 1000) == expected


# Bad input


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: neurons.simulate(np.nan), "leak: a value is missing or infinite"),
        (lambda: neurons.simulate(-np.inf), "leak: a value is missing or infinite"),
        (lambda: neurons.simulate("low"), "leak: 'low' is no number"),
        (lambda: neurons.simulate([-70.0]), "leak: one number is needed"),
        (lambda: neurons.simulate(-70, current=1j), "current: 1j is no number"),
        (lambda: neurons.simulate(-70, current=np.nan), "current: a value is missing"),
        (lambda: neurons.simulate(-70, nmda=-0.1), "nmda: -0.1 mS/cm² is negative"),
        (lambda: neurons.simulate(-70, nmda="much"), "nmda: 'much' is no number"),
        (lambda: neurons.simulate(-70, t_type=-1), "t_type: -1 mS/cm² is negative"),
        (lambda: neurons.simulate(-70, t_type=np.nan), "t_type: a value is missing"),
        (lambda: neurons.simulate(-70, noise=-1), "noise: -1 mV is negative"),
        (lambda: neurons.simulate(-70, seconds=0), "seconds: 0 s hold no spike"),
        (lambda: neurons.simulate(-70, seconds=-3), "seconds: -3 s is negative"),
        (lambda: neurons.simulate(-70, step=0.03), "step: 0.03 ms is too large, at most 0.02 ms"),
        (lambda: neurons.simulate(-70, step=0), "step: 0 ms is not above 0"),
        (lambda: neurons.simulate(-70, step=-0.01), "step: -0.01 ms is negative"),
        (lambda: neurons.simulate(-70, step=None), "step: a value is missing"),
        (lambda: populations.population(nmda_block=1.2), "nmda_block: 1.2 is more than all"),
        (lambda: populations.population(t_block=1.2), "t_block: 1.2 is more than all"),
        (lambda: populations.population(t_block=-0.2), "t_block: -0.2 .*is negative"),
        (lambda: populations.population(nmda_block=np.nan), "nmda_block: a value is missing"),
        (lambda: populations.population(cells=0), "cells: 0 is too few"),
        (lambda: populations.population(cells=-5), "cells: -5 is too few"),
        (lambda: populations.population(cells=2.5), "cells: 2.5 is no whole number"),
        (lambda: populations.population(cells="ten"), "cells: 'ten' is no number"),
        (lambda: populations.population("low", cells=1), "leak: 'low' is no number"),
        (lambda: populations.population(np.nan, cells=1), "leak: a value is missing"),
        (lambda: neurons.bursts([0, np.nan, 1]), "spikes: a value is missing"),
        (lambda: neurons.bursts([3, 2, 1]), "spikes: a train of rising times is needed"),
        (lambda: neurons.bursts(np.zeros((2, 3))), "spikes: a train of rising times is needed"),
        (lambda: neurons.pattern([3, 2, 1]), "spikes: a train of rising times is needed"),
        (lambda: neurons.pattern([np.nan]), "spikes: a value is missing"),
        (lambda: populations.population(cells=1, seconds=0), "seconds: 0 s hold no spike"),
    ],
)
def test_what_no_cell_can_run_with_is_refused(call, words):
    with pytest.raises(NeuronError, match=words):
        call()


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: neurons.simulate(1000.0), "leak: 1000 mV is not between -130 and 70 mV"),
        (lambda: neurons.simulate(-131.0), "leak: -131 mV is not between"),
        (lambda: neurons.simulate("low"), "leak: 'low' is no number"),
        (lambda: neurons.simulate(None), "leak: a value is missing"),
        (lambda: neurons.simulate(-70.0, current="a"), "current: 'a' is no number"),
        (lambda: populations.population("low", cells=1), "leak: 'low' is no number"),
    ],
)
def test_what_no_cell_can_run_with(call, words):
    with pytest.raises(neurons.NeuronError, match=words):
        call()


def test_whole_numbers_are_numbers():
    one, two = (
        neurons.simulate(*values, seconds=0.1)
        for values in [(-79.0, 1.0, 2.0, 1.0), (-79, 1, 2, 1)]
    )
    assert (one.voltage == two.voltage).all()
    assert len(neurons._run.signatures) == 1


@pytest.mark.parametrize("leak", [-130.0, 70.0])
def test_the_ends_of_the_table_can_be_read(leak):
    assert np.isfinite(neurons.simulate(leak, seconds=0.05).voltage).all()
