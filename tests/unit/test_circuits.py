import numpy as np
import pytest
from scipy.optimize import root

from ketanet import circuits, receptors
from ketanet.circuits import CircuitError, Spikes, Transfer

DOSES = (0, 10, 20, 30, 50, 200)
SEEDS, SECONDS = (0, 2), 2.0  # together near the mean of four seeds of 3 s


def mean_rates(*blocks, step=0.1):
    """Rates of E and I, over the seeds."""
    runs = [circuits.spiking(*blocks, SECONDS, seed, step) for seed in SEEDS]
    return np.mean([run.rate_e for run in runs]), np.mean([run.rate_i for run in runs])


def tuned(dose):
    """Blocks on E and I for a dose in a rat, in mg/kg."""
    level = dose * circuits.TUNED_LEVEL
    return circuits.blocks(level, circuits.TUNED_SHARE, circuits.TUNED_SUBTYPE)


@pytest.fixture(scope="module")
def doses():
    """Rates of E and of I for every dose."""
    return {dose: mean_rates(*tuned(dose)) for dose in DOSES}


# How ketamine enters


def test_pyramidal_cells_have_one_potency_and_interneurons_a_mixture():
    on_e, on_i = circuits.blocks(2.0, 0.38, "GluN2D")
    assert on_e == pytest.approx(2 / 7.1)
    assert on_i == pytest.approx(0.62 * 2 / 7.1 + 0.38 * 2 / 4.95)


def test_without_a_share_both_cells_are_blocked_alike():
    assert circuits.blocks(1.0, 0.0) == (pytest.approx(1 / 6.1), pytest.approx(1 / 6.1))
    assert circuits.blocks(1.0) == (pytest.approx(1 / 6.1), pytest.approx(1 / 2.18))
    assert circuits.blocks(0.0) == (0, 0)


@pytest.mark.parametrize("subtype", ["GluN2C", "GluN2D"])
def test_blocks_rise_with_dose_and_interneurons_lead(subtype):
    found = np.array([circuits.blocks(k, 0.5, subtype) for k in np.geomspace(0.01, 1e4, 50)])
    assert (np.diff(found, axis=0) > 0).all()
    assert ((found > 0) & (found < 1)).all()
    assert (found[:, 1] > found[:, 0]).all()


@pytest.mark.parametrize(
    "dose, on_e, on_i", [(10, 0.105, 0.129), (30, 0.261, 0.306), (200, 0.702, 0.740)]
)
def test_a_dose_in_a_rat_has_its_blocks(dose, on_e, on_i):
    assert tuned(dose) == (pytest.approx(on_e, abs=6e-4), pytest.approx(on_i, abs=6e-4))


# The transfer function


@pytest.mark.parametrize("transfer", [circuits.EXCITATORY, circuits.INHIBITORY, Transfer(1, 2, 3)])
def test_the_transfer_function_passes_smoothly_through_0_over_0(transfer):
    middle = transfer.b / transfer.a
    assert transfer.rate(middle) == pytest.approx(1 / transfer.d)
    drive = np.array([-1e-3, -1e-6, -1.1e-9, -0.9e-9, 0.9e-9, 1.1e-9, 1e-6, 1e-3])
    # (a I - b) / 2 is the slope at the limit.
    expected = 1 / transfer.d + drive / 2
    assert transfer.rate((drive + transfer.b) / transfer.a) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("transfer", [circuits.EXCITATORY, circuits.INHIBITORY])
def test_the_transfer_function_rises_from_silence_to_a_line(transfer):
    current = np.linspace(-1, 3, 401)
    rate = transfer.rate(current)
    assert (rate > 0).all() and (np.diff(rate) > 0).all()
    assert rate[0] < 1e-6
    assert rate[-1] == pytest.approx(transfer.a * 3 - transfer.b)


# One node


def test_the_node_rests_at_its_published_rate():
    rest = circuits.node()
    assert rest.rate_e == pytest.approx(3.077, abs=0.001)
    assert rest.rate_i == pytest.approx(3.922, abs=0.001)
    assert rest.gating_e == pytest.approx(0.1648, abs=5e-5)


@pytest.mark.parametrize(
    "level, rate", [(0.3, 3.27), (0.6, 3.30), (1, 3.21), (2, 2.87), (10, 1.97), (1000, 1.56)]
)
def test_block_of_interneurons_gives_an_inverted_u(level, rate):
    assert circuits.node(*circuits.blocks(level)).rate_e == pytest.approx(rate, abs=0.005)


def test_interneurons_fall_all_the_way():
    levels = (0, 0.3, 0.6, 1, 2, 10, 1000)
    found = [circuits.node(*circuits.blocks(level)).rate_i for level in levels]
    assert (np.diff(found) < 0).all()
    assert found[2] == pytest.approx(3.51, abs=0.005)
    assert found[-1] == pytest.approx(2.60, abs=0.005)


def test_at_0_6_micromolar_e_rises_by_7_percent_and_i_falls_by_10():
    rest, drug = circuits.node(), circuits.node(*circuits.blocks(0.6))
    assert drug.rate_e / rest.rate_e - 1 == pytest.approx(0.07, abs=0.005)
    assert drug.rate_i / rest.rate_i - 1 == pytest.approx(-0.105, abs=0.005)


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_small_share_gives_no_rise(share):
    found = [circuits.node(*circuits.blocks(level, share)) for level in (0, 0.3, 0.6, 1, 2, 10)]
    assert (np.diff([node.rate_e for node in found]) < 0).all()
    assert (np.diff([node.rate_i for node in found]) < 0).all()


@pytest.mark.parametrize(
    "on_e, on_i, inhibition",
    [(0, 0, 1), (0.3, 0, 1), (0, 0.3, 1), (0.6, 0.9, 1), (0.1, 0.2, 1.6), (1, 1, 0.5)],
)
def test_the_node_stands_still_where_it_rests(on_e, on_i, inhibition):
    def transfer(current, a, b, d):
        return (a * current - b) / (1 - np.exp(-d * (a * current - b)))

    def changes(gating):
        s_e, s_i = gating
        into_e = 0.382 + 1.4 * 0.15 * (1 - on_e) * s_e - inhibition * s_i
        into_i = 0.7 * 0.382 + 0.15 * (1 - on_i) * s_e - s_i
        rate_e = transfer(into_e, 310, 125, 0.16)
        rate_i = transfer(into_i, 615, 177, 0.087)
        return np.array([-s_e / 0.1 + (1 - s_e) * 0.641 * rate_e, -s_i / 0.01 + rate_i])

    found = circuits.node(on_e, on_i, inhibition)
    gating = np.array([found.gating_e, found.gating_i])
    assert np.abs(changes(gating)).max() < 1e-4
    assert root(changes, gating).x == pytest.approx(gating, abs=1e-6)
    assert found.rate_i == pytest.approx(found.gating_i / 0.01, rel=1e-5)
    balance = 0.0641 * found.rate_e
    assert found.gating_e == pytest.approx(balance / (1 + balance), rel=1e-5)


def test_more_inhibition_quietens_the_node():
    found = [circuits.node(inhibition=j).rate_e for j in (0, 0.5, 1, 2, 50)]
    assert (np.diff(found) < 0).all()
    assert found[0] > 30 and found[-1] < 1e-6


def test_a_node_that_does_not_settle_says_so(monkeypatch):
    monkeypatch.setattr(circuits, "TAU_I", 100.0)
    with pytest.raises(CircuitError, match="does not settle"):
        circuits.node()


# The spiking network, by value


def test_the_network_rests_at_its_published_rates(doses):
    e, i = doses[0]
    assert 2.0 <= e <= 3.3
    assert 7.5 <= i <= 9.5


def test_doses_give_the_pattern_of_prefrontal_glutamate(doses):
    change = {dose: 100 * (e / doses[0][0] - 1) for dose, (e, _) in doses.items()}
    assert min(change[10], change[20], change[30]) > 15
    assert abs(change[50]) < 10
    assert change[200] < -40
    # With four seeds: +36, +63, +52, 0, -54.
    expected = {10: 36, 20: 63, 30: 52, 50: 0, 200: -54}
    for dose, value in expected.items():
        assert change[dose] == pytest.approx(value, abs=12)


def test_interneurons_rise_with_the_pyramidal_cells_and_fall_later(doses):
    rate = {dose: i for dose, (_, i) in doses.items()}
    assert rate[20] > rate[10] > rate[0] > rate[50] > rate[200]
    assert rate[200] == pytest.approx(4.4, abs=0.3)


def test_five_percent_on_interneurons_alone_set_the_network_off():
    run = circuits.spiking(0.0, 0.05, seconds=1.5)
    assert run.rate_e == pytest.approx(20, abs=3)
    assert run.rate_i > 20


def test_block_of_both_alike_quietens_the_network(doses):
    run = circuits.spiking(0.5, 0.5, seconds=1.5)
    assert run.rate_e < 0.8 * doses[0][0]
    assert run.rate_i < doses[0][1]


def test_half_the_largest_step_changes_the_rates_little():
    coarse, fine = (mean_rates(0.0, 0.0, step=circuits.LARGEST_STEP / part) for part in (1, 2))
    assert coarse == pytest.approx(fine, rel=0.15)


def test_no_two_streams_are_alike(streams):
    for seed in range(4):
        circuits.spiking(seconds=0.01, seed=seed)
    assert len(set(streams)) == len(streams) == 4


# What the network may not break


def test_without_input_from_outside_the_network_is_silent(monkeypatch):
    monkeypatch.setattr(circuits, "OUTSIDE", 0.0)
    run = circuits.spiking(seconds=0.2)
    assert len(run.seconds) == len(run.cells) == 0
    assert run.rate_e == run.rate_i == 0


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    one, two, other = (circuits.spiking(0.1, 0.12, 0.3, seed) for seed in (3, 3, 4))
    assert (one.seconds == two.seconds).all() and (one.cells == two.cells).all()
    assert len(one.cells) != len(other.cells) or (one.cells != other.cells).any()


def test_spikes_are_in_order_after_the_settling_time():
    run = circuits.spiking(seconds=0.4)
    assert run.duration == 0.4
    assert run.seconds.min() >= 0 and run.seconds.max() < 0.4
    assert (np.diff(run.seconds) >= 0).all()
    assert run.cells.min() >= 0 and 800 <= run.cells.max() < 1000
    assert run.rate_e * 800 * 0.4 + run.rate_i * 200 * 0.4 == pytest.approx(len(run.cells))


def test_the_settling_time_is_dropped_and_nothing_else(monkeypatch):
    late = circuits.spiking(seconds=0.2)
    monkeypatch.setattr(circuits, "SETTLING", 0.0)
    whole = circuits.spiking(seconds=0.7)
    kept = whole.seconds >= 0.5 - 1e-9
    assert late.seconds == pytest.approx(whole.seconds[kept] - 0.5)
    assert (late.cells == whole.cells[kept]).all()


def test_rates_count_each_kind_of_cell():
    run = Spikes(np.zeros(5), np.array([0, 799, 800, 801, 999]), 2.0)
    assert run.rate_e == 2 / 800 / 2
    assert run.rate_i == 3 / 200 / 2


def reference(on_e, on_i, seconds, seed, step):
    """The network again, population by population, with the library's exponential."""
    rng = np.random.default_rng(seed)
    v = rng.uniform(-55, -50, 1000)
    e = np.arange(1000) < 800
    capacity, leak = np.where(e, 0.5, 0.2), np.where(e, 25.0, 20.0)
    g_out, g_ampa = np.where(e, 2.08, 1.62), np.where(e, 0.104, 0.081)
    g_nmda = np.where(e, 0.327 * (1 - on_e), 0.258 * (1 - on_i))
    g_gaba, refractory = np.where(e, 1.25, 0.973), np.where(e, 2.0, 1.0)
    outside, rise, nmda = np.zeros(1000), np.zeros(800), np.zeros(800)
    ampa = gaba = 0.0
    free_again = np.zeros(1000, int)
    found, steps = [], round(1000 * seconds / step)
    for first in range(0, steps, round(500 / step)):
        length = min(round(500 / step), steps - first)
        inputs = rng.poisson(2400 * 1000 * step / 1000, length)
        targets = np.split(rng.integers(0, 1000, inputs.sum(), np.uint16), inputs.cumsum()[:-1])
        for t, hit in enumerate(targets, first):
            free = 1 / (1 + np.exp(-0.062 * v) / 3.57)
            current = leak * (v + 70) + g_gaba * gaba * (v + 70)
            current += (g_out * outside + g_ampa * ampa + g_nmda * nmda.sum() * free) * v
            v = np.where(t < free_again, -55.0, v - step * current / (1000 * capacity))
            outside = outside * (1 - step / 2) + np.bincount(hit, minlength=1000)
            nmda = nmda + step * (0.5 * rise * (1 - nmda) - nmda / 100)
            rise, ampa, gaba = rise * (1 - step / 2), ampa * (1 - step / 2), gaba * (1 - step / 10)
            fired = v > -50
            free_again[fired] = t + 1 + np.round(refractory[fired] / step)
            v[fired] = -55
            rise += fired[:800]
            ampa, gaba = ampa + fired[:800].sum(), gaba + fired[800:].sum()
            found += [(t, cell) for cell in np.flatnonzero(fired)]
    return np.array(found)


@pytest.mark.parametrize(
    "on_e, on_i, seconds, step", [(0.1, 0.12, 0.55, 0.1), (0.0, 0.3, 0.3, 0.05)]
)
def test_the_network_fires_spike_by_spike_as_a_plain_one(monkeypatch, on_e, on_i, seconds, step):
    monkeypatch.setattr(circuits, "SETTLING", 0.0)
    found = circuits.spiking(on_e, on_i, seconds, seed=5, step=step)
    expected = reference(on_e, on_i, seconds, 5, step)
    assert len(expected) > 1000
    assert list(found.cells) == list(expected[:, 1])
    assert found.seconds == pytest.approx(expected[:, 0] * step / 1000, abs=1e-12)


def test_magnesium_in_the_network_is_that_of_the_receptors():
    voltage = np.linspace(-70, -50, 401)
    ratio = np.polynomial.Polynomial(circuits._SERIES)(circuits._MIDDLE - voltage)
    assert ratio == pytest.approx(1 / receptors.magnesium_constant(voltage), rel=1e-6)
    assert 1 / (1 + ratio) == pytest.approx(receptors.unblocked(voltage), abs=1e-6)


# Bad input


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: circuits.blocks(1, 1.2), "share: 1.2 is more than all"),
        (lambda: circuits.blocks(1, -0.1), "share: -0.1 .*is negative"),
        (lambda: circuits.blocks(1, np.nan), "share: a value is missing"),
        (lambda: circuits.blocks(1, "half"), "share: 'half' is no number"),
        (lambda: circuits.node(1.1), "on_e: 1.1 is more than all"),
        (lambda: circuits.node(0, 2), "on_i: 2 is more than all"),
        (lambda: circuits.node(-0.1), "on_e: -0.1 .*is negative"),
        (lambda: circuits.node(0, np.nan), "on_i: a value is missing"),
        (lambda: circuits.node(inhibition=-1), "inhibition: -1 nA is negative"),
        (lambda: circuits.node(inhibition="much"), "inhibition: 'much' is no number"),
        (lambda: circuits.spiking(1.5), "on_e: 1.5 is more than all"),
        (lambda: circuits.spiking(0, 1.01), "on_i: 1.01 is more than all"),
        (lambda: circuits.spiking(0, -1), "on_i: -1 .*is negative"),
        (lambda: circuits.spiking(np.nan), "on_e: a value is missing"),
        (lambda: circuits.spiking(seconds=0), "seconds: 0 s hold no rate"),
        (lambda: circuits.spiking(seconds=-1), "seconds: -1 s is negative"),
        (lambda: circuits.spiking(seconds=np.inf), "seconds: a value is missing or infinite"),
        (lambda: circuits.spiking(step=0.11), "step: 0.11 ms is too large, at most 0.1 ms"),
        (lambda: circuits.spiking(step=0), "step: 0 ms is not above 0"),
        (lambda: circuits.spiking(step=-0.1), "step: -0.1 ms is negative"),
        (lambda: circuits.spiking(step="small"), "step: 'small' is no number"),
    ],
)
def test_what_no_circuit_can_run_with_is_refused(call, words):
    with pytest.raises(CircuitError, match=words):
        call()


@pytest.mark.parametrize(
    "level, subtype, words",
    [
        (-1, "GluN2C", "ketamine: -1 µM is negative"),
        (np.nan, "GluN2C", "ketamine: a value is missing"),
        (1, "GluN3", "'GluN3' is no subtype here"),
    ],
)
def test_what_no_receptor_can_be_given_is_refused_by_the_receptor(level, subtype, words):
    with pytest.raises(receptors.ReceptorError, match=words):
        circuits.blocks(level, 0.5, subtype)


def test_a_share_below_0_reads_well():
    with pytest.raises(circuits.CircuitError, match=r"^share: -0\.1 is negative$"):
        circuits.blocks(1, -0.1)
