import numpy as np
import pandas as pd
import pytest

from ketanet import dynamics, networks
from ketanet.networks import SignalError
from ketanet.recordings import hcp_rest

TR = 0.72


@pytest.fixture(scope="module")
def tables():
    return {who: dynamics.band_pass(table, TR) for who, table in hcp_rest().signals.items()}


@pytest.fixture(scope="module")
def raw():
    """What was recorded of the cortex."""
    network = hcp_rest().regions["network"]
    return {
        who: table.loc[:, network != "Subcortical"] for who, table in hcp_rest().signals.items()
    }


@pytest.fixture(scope="module")
def states(tables):
    return dynamics.leida(tables)


def noise(columns, volumes=600, seed=0):
    values = np.random.default_rng(seed).normal(size=(volumes, len(columns)))
    return pd.DataFrame(values, columns=list(columns))


def waves(shifts, volumes=600, cycle=25.0):
    """One wave a region, each later by its part of a cycle."""
    time = np.arange(volumes)[:, None]
    return pd.DataFrame(np.cos(2 * np.pi * (time / cycle - np.asarray(shifts))))


def coherence(angles):
    return np.cos(angles[:, None] - angles[None, :])


# The band


def test_the_filter_keeps_its_band_and_scales():
    table = hcp_rest().subject("101309")
    found = dynamics.band_pass(table, TR)
    assert found.shape == table.shape and (found.index == table.index).all()
    assert np.abs(found.mean()).max() < 1e-10 and np.abs(found.std(ddof=0) - 1).max() < 1e-10
    power = (np.abs(np.fft.rfft(found.to_numpy(), axis=0)) ** 2).sum(axis=1)
    frequency = np.fft.rfftfreq(1200, TR)
    inside = (frequency > 0.008) & (frequency < 0.12)
    assert power[inside].sum() > 0.97 * power.sum()
    upper = (frequency > 0.05) & (frequency < 0.1)
    assert power[upper].sum() > 0.05 * power.sum()


def test_the_filter_has_the_slope_of_order_two_both_ways():
    # |H|² of a Butterworth band-pass is 1 / (1 + d⁴) for order 2, with d the bilinear
    # distance from the middle of the band; run both ways the gain itself is |H|².
    rate, volumes = 1.0, 4000
    time = np.arange(volumes)
    low, high, ask = (np.tan(np.pi * f / rate) for f in (0.01, 0.1, 0.2))
    distance = (ask**2 - low * high) / (ask * (high - low))
    table = pd.DataFrame({f: np.sin(2 * np.pi * f * time) for f in (0.03, 0.2)})
    table["sum"] = table.sum(axis=1)
    found = dynamics.band_pass(table, 1 / rate)
    parts = [found["sum"] @ table[f] / (table[f] @ table[f]) for f in (0.03, 0.2)]
    assert parts[1] / parts[0] == pytest.approx(1 / (1 + distance**4), rel=0.02)


# Phases


def test_the_phase_of_a_wave_runs_around_once_a_cycle():
    angles = dynamics.phases(waves([0, 0.25]))
    assert angles.shape == (580, 2)
    time = np.arange(10, 590)
    assert np.allclose(np.exp(1j * angles[:, 0]), np.exp(2j * np.pi * time / 25), atol=1e-6)
    assert np.allclose(np.exp(1j * (angles[:, 0] - angles[:, 1])), 1j, atol=1e-6)


def test_the_order_parameter_by_hand():
    angles = [[0.3, 0.3, 0.3], [0, 2 * np.pi / 3, 4 * np.pi / 3], [0, 0, np.pi]]
    assert list(dynamics.order_parameter(angles)) == pytest.approx([1, 0, 1 / 3])


def test_synchrony_and_metastability_by_hand():
    together, apart = waves([0, 1e-8, 2e-8, 3e-8]), waves([0, 0.25, 0.5, 0.75])
    assert dynamics.synchrony(together) == pytest.approx(1)
    assert dynamics.synchrony(apart) == pytest.approx(0, abs=1e-6)
    assert dynamics.metastability(together) == pytest.approx(0, abs=1e-6)
    # Two waves of nearly the same length: R = |cos| of half their phase difference, whose
    # mean is 2/π and whose standard deviation is √(1/2 − 4/π²).
    time = np.arange(2000)
    beat = pd.DataFrame({n: np.cos(2 * np.pi * n * time / 2000) for n in (100, 110)})
    assert dynamics.synchrony(beat) == pytest.approx(2 / np.pi, abs=0.01)
    assert dynamics.metastability(beat) == pytest.approx(np.sqrt(0.5 - 4 / np.pi**2), abs=0.01)


def test_synchrony_and_metastability_of_the_seven(tables):
    # Tolerance 0.002 on the means.
    assert np.mean([dynamics.synchrony(t) for t in tables.values()]) == pytest.approx(
        0.518, abs=0.002
    )
    found = [dynamics.metastability(t) for t in tables.values()]
    assert np.mean(found) == pytest.approx(0.172, abs=0.002)
    assert min(found) == pytest.approx(0.153, abs=0.002)
    assert max(found) == pytest.approx(0.188, abs=0.002)


# Windows


def test_a_window_holds_the_correlation_of_its_stretch():
    table = noise("abc", volumes=130)
    found = dynamics.sliding_connectivity(table, 2.0, window=80, step=20)
    assert found.shape == (10, 3, 3)
    for number in (0, 4, 9):
        part = table.to_numpy()[number * 10 : number * 10 + 40]
        assert np.allclose(found[number], np.corrcoef(part.T))


def test_times_are_cut_to_whole_volumes():
    table = noise("abc", volumes=1200)
    # 60 s are 83 volumes of 0.72 s, 20 s are 27.
    assert len(dynamics.sliding_connectivity(table, 0.72)) == (1200 - 83) // 27 + 1
    # 6.6 s are 3 volumes of 2.2 s, though 6.6 / 2.2 is a hair less than 3 in binary.
    assert len(dynamics.sliding_connectivity(table, 2.2, window=6.6, step=6.6)) == 400


def test_the_likeness_of_windows_by_hand():
    table = noise("abcd", volumes=120)
    found = dynamics.connectivity_dynamics(table, 1.0, window=60, step=60)
    halves = [np.corrcoef(part.T) for part in np.split(table.to_numpy(), 2)]
    z = [np.arctanh(half[np.triu_indices(4, 1)]) for half in halves]
    assert np.allclose(found, np.corrcoef(z))


def test_connectivity_that_comes_back_is_not_reconfigured():
    part = noise("abcde", volumes=60)
    again = pd.concat([part] * 4, ignore_index=True)
    still = dynamics.reconfiguration(again, 1.0, apart=60, window=60, step=60)
    assert still == pytest.approx(0, abs=1e-12)
    assert dynamics.dynamics_spread(again, 1.0, window=60, step=60) == pytest.approx(0, abs=1e-12)
    other = noise("abcde", volumes=60, seed=1)
    turns = pd.concat([part, other, part, other], ignore_index=True)
    options = {"window": 60, "step": 60}
    likeness = dynamics.connectivity_dynamics(turns, 1.0, **options)
    found = [dynamics.reconfiguration(turns, 1.0, apart=one, **options) for one in (60, 120)]
    assert found == pytest.approx([1 - likeness[0, 1], 0], abs=1e-12)
    # Four of the six pairs of windows are alike as 0 and 1, two are the same.
    pairs = [likeness[0, 1]] * 4 + [1] * 2
    assert dynamics.dynamics_spread(turns, 1.0, **options) == pytest.approx(np.std(pairs))


def test_two_equal_signals_have_a_finite_likeness():
    table = noise("abcd", volumes=200)
    table["b"] = 2 * table["a"]
    assert np.isfinite(dynamics.connectivity_dynamics(table, 1.0)).all()


# Surrogates


def filtered(signals):
    return {who: dynamics.band_pass(table, TR) for who, table in signals.items()}


def of_each(**measures):
    """The same measures of each person, of the filtered signals."""

    def measure(signals):
        tables = filtered(signals)
        return pd.DataFrame(
            {
                name: {who: one(table) for who, table in tables.items()}
                for name, one in measures.items()
            }
        )

    return measure


def test_measures_beside_their_surrogates(raw):
    found = dynamics.against_surrogates(
        of_each(
            metastability=dynamics.metastability,
            reconfiguration=lambda table: dynamics.reconfiguration(table, TR),
            spread=lambda table: dynamics.dynamics_spread(table, TR),
        ),
        raw,
        surrogates=10,
    )
    # Cortex only. Tolerance 0.002 on the data, 0.006 on a mean of ten surrogates.
    expected = {
        "metastability": (0.179, 0.185),
        "reconfiguration": (0.414, 0.410),
        "spread": (0.135, 0.111),
    }
    for name, (data, surrogate) in expected.items():
        one = found[name]
        assert list(one.data.index) == list(hcp_rest().subjects) and one.surrogates.shape == (7, 10)
        assert one.mean == pytest.approx(data, abs=0.002)
        assert one.surrogate_means.mean() == pytest.approx(surrogate, abs=0.006)
    spread, speed = found["spread"], found["reconfiguration"]
    assert spread.mean > spread.surrogate_means.max() + 0.005
    assert (spread.data > spread.surrogates.mean(axis=1)).all()
    assert speed.mean < speed.surrogate_means.max() + 0.005
    assert (dynamics.p_max(found) <= 1 / 11 + 1e-9).tolist() == [False, False, True]


def test_what_surrogates_keep_exactly_is_no_finding(raw):
    two = {who: raw[who] for who in list(raw)[:2]}
    found = dynamics.against_surrogates(
        lambda signals: (
            pd.DataFrame(
                {
                    who: {"link": table.corr().iloc[3, 4], "deviation": table.iloc[:, 3].std()}
                    for who, table in signals.items()
                }
            ).T
        ),
        two,
        surrogates=3,
    )
    for one in found.values():
        assert np.allclose(one.surrogates, one.data.to_numpy()[:, None], rtol=1e-9)
        assert one.p == 1
    assert list(dynamics.p_max(found)) == [1, 1]


def test_all_is_learnt_anew_from_each_set(raw):
    seen = []

    def measure(signals):
        seen.append(signals)
        return pd.DataFrame({"one": dict.fromkeys(signals, 0.0)})

    dynamics.against_surrogates(measure, raw, surrogates=2)
    assert [list(signals) for signals in seen] == [list(raw)] * 3
    who = next(iter(raw))
    first, *others = (signals[who] for signals in seen)
    assert first is raw[who] and not np.allclose(*others)
    for other in others:
        assert np.allclose(other.corr(), first.corr()) and not np.allclose(other, first)


def test_the_seed_decides_the_surrogates_and_nobody_shares_them(raw):
    same = dict.fromkeys(["one", "two"], raw["101309"])

    def compare(seed):
        measure = of_each(metastability=dynamics.metastability)
        return dynamics.against_surrogates(measure, same, 2, seed)["metastability"]

    first, again, other = compare(1), compare(1), compare(2)
    assert first.surrogates.equals(again.surrogates)
    assert len(np.unique([first.surrogates, other.surrogates])) == 8
    assert first.data["one"] == first.data["two"]


def comparison(data, surrogates):
    return dynamics.Comparison(pd.Series({"one": data}), pd.DataFrame([surrogates], index=["one"]))


@pytest.mark.parametrize(
    "data, p", [(9.0, 0.4), (-9.0, 0.4), (2.5, 1.0), (1.5, 0.8), (4 + 1e-10, 0.8)], ids=str
)
def test_p_counts_the_smaller_tail_twice(data, p):
    assert comparison(data, [1.0, 2, 3, 4]).p == pytest.approx(p)


def test_many_measures_ask_for_more():
    plain = [*range(19)]
    one = {"a": comparison(50.0, plain)}
    assert list(dynamics.p_max(one)) == pytest.approx([0.05])
    # A second measure with a set of surrogates that lies as far out as the recording.
    two = one | {"b": comparison(9.0, [50.0, *range(1, 19)])}
    found = dynamics.p_max(two)
    assert found["a"] == pytest.approx(0.1) and found["b"] > 0.5


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_measure_that_is_no_number_is_named_and_not_counted(bad):
    with pytest.raises(ValueError, match="data: a value is missing or infinite in one"):
        comparison(bad, [1.0, 2])
    with pytest.raises(ValueError, match="surrogates: a value is missing or infinite in 1"):
        comparison(1.0, [1.0, bad])


def test_a_comparison_reads_well():
    surrogates = pd.DataFrame([[0.1, 0.3], [0.3, 0.5]], index=["one", "two"])
    found = dynamics.Comparison(pd.Series({"one": 0.2, "two": 0.4}), surrogates)
    assert list(found.surrogate_means) == pytest.approx([0.2, 0.4])
    assert str(found) == "0.300 (surrogates 0.300, 0.200 to 0.400, p = 1.00)"


# Leading eigenvectors


def test_the_small_problem_has_the_solution_of_the_large_one(tables):
    angles = dynamics.phases(tables["101309"])[::100]
    vectors = dynamics.leading_eigenvectors(angles)
    for one, found in zip(angles, vectors, strict=True):
        values, modes = np.linalg.eigh(coherence(one))
        assert abs(found @ modes[:, -1]) == pytest.approx(1, abs=1e-9)
        assert values[:-2] == pytest.approx(0, abs=1e-9)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)


def test_the_leading_eigenvector_by_hand():
    # One region runs against three.
    found = dynamics.leading_eigenvectors([[1.1, 1.1, 1.1 + np.pi, 1.1]])
    assert np.allclose(found, [[-0.5, -0.5, 0.5, -0.5]])
    # All together; and two against two, where the rule of the majority says nothing.
    assert np.allclose(dynamics.leading_eigenvectors([[2.0] * 4]), -0.5)
    tie = dynamics.leading_eigenvectors([[0, 0.4, np.pi, np.pi]])[0]
    assert (tie > 0).sum() == 2 and tie.sum() <= 0


def test_most_elements_are_negative(tables):
    vectors = dynamics.leading_eigenvectors(dynamics.phases(tables["377451"]))
    assert ((vectors > 0).sum(axis=1) <= 47).all()


# States


def test_five_states_of_phase_coherence(states):
    # Tolerance 0.005: k-means can end in a neighbouring optimum on another machine.
    shares = states.occupancy().mean()
    assert list(shares) == pytest.approx([0.433, 0.189, 0.187, 0.104, 0.088], abs=0.005)
    assert shares.sum() == pytest.approx(1)
    assert {len(labels) for labels in states.labels.values()} == {1180}
    assert states.maps.shape == (5, 94) and list(states.maps.index) == [1, 2, 3, 4, 5]
    assert np.allclose(np.linalg.norm(states.maps, axis=1), 1)


def test_the_most_frequent_state_is_global_and_another_is_default_mode(states):
    assert (states.maps.loc[1] > 0).mean() < 0.03  # 2 of 94 regions
    mean = states.maps.T.groupby(hcp_rest().regions["network"]).mean()
    default = mean.loc["Default"]
    # The second and the third state are nearly as frequent: find it by its map.
    mode = default.idxmax()
    assert default[mode] > 0 and mode != 1
    senses = ["Visual", "Somatomotor", "Dorsal Attention", "Ventral Attention", "Frontoparietal"]
    assert (mean.loc[senses, mode] < -0.05).all()
    assert states.occupancy().mean()[mode] == pytest.approx(0.19, abs=0.01)


@pytest.mark.parametrize("k, largest, rate", [(4, 0.488, 6.8), (6, 0.300, 8.5)])
def test_other_numbers_of_states(tables, k, largest, rate):
    found = dynamics.leida(tables, k=k)
    assert found.occupancy().mean()[1] == pytest.approx(largest, abs=0.005)
    switches = [dynamics.switch_rate(labels, TR) for labels in found.labels.values()]
    assert np.mean(switches) == pytest.approx(rate, abs=0.1)


def test_stays_last_some_seconds(states):
    dwell = states.dwell_time(TR).mean()
    assert dwell[1] == pytest.approx(13.3, abs=0.3)
    assert dwell[3] == pytest.approx(6.4, abs=0.3)
    switches = [dynamics.switch_rate(labels, TR) for labels in states.labels.values()]
    assert np.mean(switches) == pytest.approx(7.6, abs=0.1)


def test_signals_get_the_labels_they_were_clustered_with(tables, states):
    for who in ("101309", "377451"):
        assert (states.label(tables[who]) == states.labels[who]).all()
    active = dynamics.coactivation(tables, k=5)
    assert (active.label(tables["211619"]) == active.labels["211619"]).all()


def test_a_seed_gives_the_same_states_again(tables):
    few = dict(list(tables.items())[:2])
    one, again = (dynamics.leida(few, k=3, seed=4) for _ in range(2))
    assert one.maps.equals(again.maps)
    assert one.centres.shape == (3, 94)


def test_five_states_of_activity(tables):
    found = dynamics.coactivation(tables)
    shares = found.occupancy().mean()
    assert list(shares) == pytest.approx([0.303, 0.289, 0.151, 0.133, 0.123], abs=0.005)
    assert {len(labels) for labels in found.labels.values()} == {1200}
    assert found.maps.loc[1].mean() < -0.09 < 0.09 < found.maps.loc[2].mean()


def test_states_that_are_put_in_are_found_again():
    rng = np.random.default_rng(0)
    maps = np.array([[1, 1, -1, -1], [1, -1, 1, -1], [1, -1, -1, 1]]) / 2
    truth = np.repeat(rng.choice(3, 40, p=[0.6, 0.3, 0.1]), 5)
    size = rng.uniform(1, 3, len(truth))[:, None]
    table = pd.DataFrame(size * maps[truth] + rng.normal(0, 0.02, (200, 4)), columns=list("abcd"))
    found = dynamics.coactivation({"one": table}, k=3)
    order = np.argsort(-np.bincount(truth))
    assert (found.labels["one"] == np.argsort(order)[truth] + 1).all()
    assert np.allclose(found.maps, maps[order], atol=0.02)
    shares = np.sort(np.bincount(truth))[::-1] / 200
    assert list(found.occupancy().loc["one"]) == pytest.approx(list(shares))


def test_a_sequence_by_hand():
    labels = [1, 1, 2, 2, 2, 1, 3, 1, 1, 1]
    assert [dynamics.occupancy(labels, state) for state in (1, 2, 3, 4)] == [0.6, 0.3, 0.1, 0]
    # State 1 has stays of 2, 1 and 3 volumes.
    assert dynamics.dwell_time(labels, 1, tr=2.0) == pytest.approx(4.0)
    assert dynamics.dwell_time(labels, 2, tr=2.0) == pytest.approx(6.0)
    assert dynamics.dwell_time(labels, 4, tr=2.0) == 0
    # Four changes in the nine steps between ten volumes.
    assert dynamics.switch_rate(labels, tr=2.0) == pytest.approx(4 / (9 * 2 / 60))


# What is refused


@pytest.mark.parametrize(
    "ask",
    [
        lambda table: dynamics.band_pass(table, 1.0),
        dynamics.phases,
        dynamics.metastability,
        lambda table: dynamics.sliding_connectivity(table, 1.0),
        lambda table: dynamics.leida({"one": table}, k=2),
        lambda table: dynamics.coactivation({"one": table}, k=2),
        lambda table: dynamics.against_surrogates(of_each(), {"one": table}),
    ],
)
def test_signals_that_cannot_be_used_are_refused(ask):
    table = noise("abc", volumes=200)
    for spoil, words in [(np.nan, "missing or infinite in b"), (7.0, "no change over time in b")]:
        with pytest.raises(SignalError, match=words):
            ask(table.assign(b=spoil))
    with pytest.raises(SignalError, match="99 volumes are too few"):
        ask(table.iloc[:99])


@pytest.mark.parametrize("tr, band", [(0.72, (0.1, 0.01)), (0.72, (0, 0.1)), (5.0, (0.01, 0.1))])
def test_a_band_that_the_volumes_cannot_hold_is_refused(tr, band):
    with pytest.raises(SignalError, match="cannot hold a band"):
        dynamics.band_pass(noise("ab"), tr, band)


def test_volumes_without_a_time_between_them_are_refused():
    with pytest.raises(SignalError, match="tr: 0 s between volumes is no time"):
        dynamics.band_pass(noise("ab"), 0, (0.01, 0.1))


@pytest.mark.parametrize(
    "options, words",
    [
        ({"window": 601}, "a window of 601 s is longer than the recording of 600 s"),
        ({"window": 2}, "at least 3 volumes"),
        ({"step": 0.5}, "a step at least 1"),
        ({"window": 590}, "only one window"),
    ],
)
def test_windows_that_do_not_fit_are_refused(options, words):
    with pytest.raises(SignalError, match=words):
        dynamics.connectivity_dynamics(noise("abc"), 1.0, **options)


def test_a_flat_stretch_and_too_few_regions_are_refused():
    table = noise("abc")
    table.loc[100:220, "b"] = 0
    with pytest.raises(SignalError, match="does not change inside a window"):
        dynamics.sliding_connectivity(table, 1.0)
    with pytest.raises(SignalError, match="at least 3 regions"):
        dynamics.connectivity_dynamics(noise("ab"), 1.0)


@pytest.mark.parametrize("apart", [0, 5, 700])
def test_windows_that_are_not_so_far_apart_are_refused(apart):
    with pytest.raises(SignalError, match=f"no two windows begin {apart} s apart"):
        dynamics.reconfiguration(noise("abc"), 1.0, apart=apart)


def test_comparisons_and_states_of_nobody_are_refused():
    table = noise("abc", volumes=200)
    for ask in (
        lambda: dynamics.against_surrogates(of_each(), {}),
        lambda: dynamics.against_surrogates(of_each(), {"one": table}, surrogates=0),
        lambda: dynamics.leida({}),
    ):
        with pytest.raises(ValueError, match=r"at least (one|1)\b"):
            ask()


@pytest.mark.parametrize("k", [0, 1, 181])
def test_a_number_of_states_that_makes_no_sense_is_refused(k):
    with pytest.raises(ValueError, match=f"{k} states cannot be found in 180 volumes"):
        dynamics.leida({"one": noise("abc", volumes=200)}, k=k)


def test_people_with_other_regions_are_refused():
    people = {"one": noise("abc"), "two": noise("abd")}
    with pytest.raises(SignalError, match="the same regions in everybody"):
        dynamics.coactivation(people, k=2)
    found = dynamics.coactivation({"one": people["one"]}, k=2)
    with pytest.raises(SignalError, match="other regions"):
        found.label(people["two"])


@pytest.mark.parametrize("labels", [[1], [[1, 2], [2, 1]]])
def test_a_sequence_of_states_has_a_label_a_volume(labels):
    for ask in (
        lambda: dynamics.occupancy(labels, 1),
        lambda: dynamics.dwell_time(labels, 1, 1.0),
        lambda: dynamics.switch_rate(labels, 1.0),
    ):
        with pytest.raises(ValueError, match="one label a volume"):
            ask()


def test_the_signals_are_left_alone():
    table = noise("abcd")
    before = table.copy()
    dynamics.band_pass(table, 1.0)
    dynamics.against_surrogates(of_each(synchrony=dynamics.synchrony), {"one": table}, 1)
    dynamics.coactivation({"one": table}, k=2)
    assert table.equals(before)


def test_the_filter_is_gentler_than_that_of_clean():
    # A wave beyond the band passes band_pass better: the order is lower.
    time = np.arange(2000)
    wave = pd.DataFrame({"in": np.sin(2 * np.pi * 0.03 * time)})
    wave["both"] = wave["in"] + np.sin(2 * np.pi * 0.12 * time)
    power = [
        np.abs(np.fft.rfft(found["both"]))[240]
        for found in (dynamics.band_pass(wave, 1.0), networks.clean(wave, 1.0))
    ]
    assert power[0] > 2 * power[1]
