import numpy as np
import pandas as pd
import pytest
from scipy import signal, stats

from ketanet import networks
from ketanet.networks import DMN_CORE, TASK_POSITIVE, Connectivity, Pipeline
from ketanet.recordings import Rest, hcp_rest

ALL = Pipeline(band=None)


def noise(columns, volumes=1200, seed=0):
    """White noise, one column a region."""
    values = np.random.default_rng(seed).normal(size=(volumes, len(columns)))
    return pd.DataFrame(values, columns=list(columns))


def rest_of(table):
    """A recording of one person."""
    regions = pd.DataFrame(index=table.columns)
    return Rest(signals={"one": table}, regions=regions, tr=1.0, history="", reference="")


def toy():
    """Connectivity of two people in four regions; the second is all 0.5."""
    first = np.array(
        [
            [1.0, 0.6, 0.1, 0.2],
            [0.6, 1.0, 0.3, 0.4],
            [0.1, 0.3, 1.0, -0.5],
            [0.2, 0.4, -0.5, 1.0],
        ]
    )
    second = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    return Connectivity(np.stack([first, second]), ("p", "q"), tuple("abcd"), Pipeline())


def z_mean(*values):
    return np.tanh(np.mean(np.arctanh(values)))


# The real recordings, by value


def test_the_default_network_holds_together():
    found = networks.within(networks.connectivity(hcp_rest()), DMN_CORE)
    assert list(found.index) == list(hcp_rest().subjects)
    assert found.mean() == pytest.approx(0.573, abs=0.005)
    assert found.between(0.50, 0.65).all()


def test_gsr_turns_the_sign_of_the_coupling_between_the_two_sets():
    plain = networks.coupling(hcp_rest(), DMN_CORE, TASK_POSITIVE)
    regressed = networks.coupling(hcp_rest(), DMN_CORE, TASK_POSITIVE, Pipeline(gsr=True))
    assert plain.mean() == pytest.approx(0.489, abs=0.005)
    assert regressed.mean() == pytest.approx(-0.580, abs=0.005)
    assert (plain > 0).all() and (regressed < 0).all()


def test_the_two_sets_share_no_region_and_are_in_the_recordings():
    assert (len(set(DMN_CORE)), len(set(TASK_POSITIVE))) == (10, 12)
    assert set(DMN_CORE) & set(TASK_POSITIVE) == set()
    assert set(DMN_CORE) | set(TASK_POSITIVE) <= set(hcp_rest().regions.index)


# Cleaning


def test_clean_signals_have_mean_0_and_deviation_1():
    cleaned = networks.clean(hcp_rest().subject("101309"), 0.72)
    assert cleaned.shape == (1200, 94)
    assert np.abs(cleaned.mean()).max() < 1e-10
    assert np.abs(cleaned.std() - 1).max() < 1e-10


@pytest.mark.parametrize("subject", ["101309", "377451"])
def test_the_band_keeps_its_frequencies_and_no_others(subject):
    cleaned = networks.clean(hcp_rest().subject(subject), 0.72)
    power = np.abs(np.fft.rfft(cleaned.to_numpy(), axis=0)) ** 2
    frequency = np.fft.rfftfreq(1200, 0.72)
    outside = (frequency < 0.009) | (frequency > 0.11)  # a Butterworth filter has slopes
    assert power[outside].sum() < 0.01 * power.sum()
    upper = (frequency > 0.05) & (frequency < 0.1)
    assert power[upper].sum() > 0.05 * power.sum()


def test_the_time_between_volumes_sets_the_scale_of_the_band():
    seconds = np.arange(600) * 2.0
    table = pd.DataFrame({"slow": np.sin(2 * np.pi * 0.05 * seconds)}) + noise(["slow"], 600) * 0.01
    wave = np.sin(2 * np.pi * 0.05 * seconds)
    assert np.corrcoef(networks.clean(table, 2.0)["slow"], wave)[0, 1] > 0.99
    # Read as volumes of half a second the same samples are a wave of 0.2 Hz.
    assert abs(np.corrcoef(networks.clean(table, 0.5)["slow"], wave)[0, 1]) < 0.5


def test_without_a_band_signals_are_only_detrended_and_scaled():
    table = noise("abc") * 3 + 100 + np.arange(1200)[:, None] * 0.02
    straight = signal.detrend(table.to_numpy(), axis=0)
    expected = stats.zscore(straight, axis=0, ddof=1)
    assert np.allclose(networks.clean(table, 1.0, ALL), expected, rtol=0, atol=1e-10)


def test_clean_keeps_names_and_time():
    table = hcp_rest().subject("101309")
    cleaned = networks.clean(table, 0.72)
    assert list(cleaned.columns) == list(table.columns)
    assert (cleaned.index == table.index).all()


@pytest.mark.parametrize("subject", ["101309", "213522"])
def test_gsr_leaves_what_the_global_signal_does_not_explain(subject):
    table = hcp_rest().subject(subject)
    plain = networks.clean(table, 0.72).to_numpy()
    whole = plain.mean(axis=1)
    expected = plain - np.outer(whole, whole @ plain / (whole @ whole))
    regressed = networks.clean(table, 0.72, Pipeline(gsr=True)).to_numpy()
    assert np.allclose(regressed, expected, rtol=0, atol=1e-10)
    assert max(abs(np.corrcoef(whole, column)[0, 1]) for column in regressed.T) < 1e-10
    assert np.abs(regressed.sum(axis=1)).max() < 1e-10


@pytest.mark.parametrize(
    "spoil, words",
    [
        (np.nan, "missing or infinite in b"),
        (7.0, "no change over time in b"),
        (0.3, "no change over time in b"),
    ],
)
def test_a_broken_signal_is_named(spoil, words):
    table = noise("abc")
    table["b"] = spoil
    with pytest.raises(networks.SignalError, match=words):
        networks.connectivity(rest_of(table))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_one_bad_value_is_enough_to_refuse(bad):
    table = noise("abc")
    table.loc[5, "c"] = bad
    with pytest.raises(networks.SignalError, match=r"in c\b"):
        networks.clean(table, 1.0)


def test_too_few_volumes_are_refused():
    with pytest.raises(networks.SignalError, match="99 volumes are too few: at least 100"):
        networks.clean(noise("ab", volumes=99), 1.0)
    assert len(networks.clean(noise("ab", volumes=100), 1.0)) == 100


@pytest.mark.parametrize("tr, band", [(6.0, (0.01, 0.1)), (1.0, (0, 0.1)), (1.0, (0.1, 0.01))])
def test_a_band_that_the_volumes_cannot_hold_is_refused(tr, band):
    words = f"volumes every {tr:g} s cannot hold a band of {band[0]:g} to {band[1]:g} Hz"
    with pytest.raises(networks.SignalError, match=words):
        networks.clean(noise("abc"), tr, Pipeline(band))


@pytest.mark.parametrize("tr", [0, -1.0, np.nan])
@pytest.mark.parametrize("pipeline", [Pipeline(), ALL])
def test_a_time_between_volumes_that_is_none_is_refused(tr, pipeline):
    with pytest.raises(networks.SignalError, match="tr: "):
        networks.clean(noise("abc"), tr, pipeline)


def test_gsr_of_one_or_two_regions_is_refused():
    for names in ("a", "ab"):
        with pytest.raises(networks.SignalError, match="at least 3 regions"):
            networks.clean(noise(names), 1.0, Pipeline(gsr=True))
    assert networks.clean(noise("abc"), 1.0, Pipeline(gsr=True)).shape[1] == 3


def test_a_signal_or_a_name_that_is_there_twice_is_refused():
    table = noise("abc")
    with pytest.raises(networks.SignalError, match="the same signal in b and c"):
        networks.check_signals(table.assign(c=table["b"]))
    with pytest.raises(networks.SignalError, match="a is there twice"):
        networks.check_signals(table.set_axis(list("aba"), axis=1))
    table.loc[0, "c"] = table.loc[0, "b"]  # one volume alike is no copy
    networks.check_signals(table)


def test_a_pipeline_states_band_and_gsr():
    assert str(Pipeline()) == "detrended, 0.01–0.1 Hz, no global-signal regression"
    expected = "detrended, all frequencies, with global-signal regression"
    assert str(Pipeline(band=None, gsr=True)) == expected
    assert str(Pipeline(band=(0.03, 0.03))) == "detrended, 0.03 Hz, no global-signal regression"


# Connectivity


@pytest.mark.parametrize("r", [-0.7, 0.0, 0.4, 0.9])
def test_connectivity_finds_a_known_correlation(r):
    table = noise("xy", volumes=20_000)
    table["y"] = r * table["x"] + np.sqrt(1 - r**2) * table["y"]
    conn = networks.connectivity(rest_of(table), ALL)
    [matrix] = conn.matrices
    assert matrix[0, 1] == pytest.approx(r, abs=0.02)
    assert np.allclose(matrix, matrix.T, rtol=0, atol=1e-12)
    assert np.allclose(np.diag(matrix), 1, rtol=0, atol=1e-12)
    assert (conn.subjects, conn.regions, conn.pipeline) == (("one",), ("x", "y"), ALL)


def test_connectivity_is_the_correlation_of_the_clean_signals():
    conn = networks.connectivity(hcp_rest(), Pipeline(gsr=True))
    cleaned = networks.clean(hcp_rest().subject("101309"), 0.72, Pipeline(gsr=True))
    assert np.abs(conn.matrices[0] - np.corrcoef(cleaned.to_numpy().T)).max() < 1e-6


def test_partial_correlation_removes_an_indirect_link():
    table = noise("abc", volumes=20_000)
    table["b"] += table["a"]
    table["c"] += table["b"]
    [full] = networks.connectivity(rest_of(table), ALL).matrices
    [partial] = networks.connectivity(rest_of(table), ALL, kind="partial correlation").matrices
    assert full[0, 2] == pytest.approx(1 / np.sqrt(3), abs=0.02)
    assert partial[0, 2] == pytest.approx(0, abs=0.02)
    assert partial[0, 1] == pytest.approx(0.5, abs=0.02)


def test_a_partial_correlation_that_would_divide_by_nothing_is_refused():
    rest = rest_of(noise("abcd", volumes=100))
    with pytest.raises(networks.SignalError, match="after global-signal regression"):
        networks.connectivity(rest, Pipeline(gsr=True), "partial correlation")
    narrow = Pipeline(band=(0.01, 0.03))  # 2 · 100 s · 0.02 Hz: worth 4 volumes
    with pytest.raises(networks.SignalError, match="worth 4 independent"):
        networks.connectivity(rest, narrow, "partial correlation")
    networks.connectivity(rest, Pipeline(band=(0.01, 0.04)), "partial correlation")


def test_people_are_read_by_the_names_of_their_regions():
    tables = {"one": noise("abc"), "two": noise("abc", seed=1)}
    turned = {"one": tables["one"], "two": tables["two"][list("cab")]}

    def found(signals):
        rest = Rest(signals, pd.DataFrame(index=list("abc")), tr=1.0, history="", reference="")
        return networks.connectivity(rest).matrices

    assert np.array_equal(found(turned), found(tables))
    with pytest.raises(networks.SignalError, match="subject two lacks b"):
        found({"one": tables["one"], "two": tables["two"][["a", "c"]]})


def test_the_mean_over_people_is_taken_on_z():
    mean = toy().mean()
    assert list(mean.index) == list(mean.columns) == list("abcd")
    assert mean.loc["a", "b"] == pytest.approx(z_mean(0.6, 0.5))
    assert mean.loc["d", "c"] == pytest.approx(z_mean(-0.5, 0.5))
    assert np.allclose(np.diag(mean), 1)


def test_fisher_mean_in_closed_form():
    assert networks.fisher_mean([0.5, 0.5]) == pytest.approx(0.5)
    assert networks.fisher_mean(np.tanh([1, 3])) == pytest.approx(np.tanh(2), abs=1e-12)
    assert networks.fisher_mean([-0.8, 0.8]) == pytest.approx(0)
    table = np.tanh([[1, 3], [0, 2]])
    assert np.allclose(networks.fisher_mean(table, axis=0), np.tanh([0.5, 2.5]))
    assert np.allclose(networks.fisher_mean(table, axis=1), np.tanh([2, 1]))


def test_fisher_mean_leaves_ones_and_minus_ones_alone():
    assert networks.fisher_mean([1.0, 1.0]) == pytest.approx(1, abs=1e-12)
    assert networks.fisher_mean([-1.0, -1.0]) == pytest.approx(-1, abs=1e-12)
    assert networks.fisher_mean([-1.0, 1.0]) == pytest.approx(0, abs=1e-12)
    # A diagonal can lie beyond 1 by rounding.
    assert networks.fisher_mean([np.nextafter(1, 2)] * 2) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("value", [1.7, -1.001, np.nan])
def test_what_is_no_correlation_has_no_fisher_mean(value):
    with pytest.raises(networks.SignalError, match=r"is no correlation|missing or infinite"):
        networks.fisher_mean([0.5, value])


# What is computed from it


def test_within_is_the_mean_of_the_pairs():
    found = networks.within(toy(), ["c", "a", "b"])
    assert list(found.index) == ["p", "q"]
    assert list(found) == pytest.approx([z_mean(0.6, 0.1, 0.3), 0.5])


def test_between_is_the_mean_of_the_block():
    found = networks.between(toy(), ["b"], ["c", "d"])
    assert list(found.index) == ["p", "q"]
    assert list(found) == pytest.approx([z_mean(0.3, 0.4), 0.5])
    assert list(networks.between(toy(), ["d", "c"], ["b"])) == pytest.approx(list(found))


def test_sets_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="at least two regions"):
        networks.within(toy(), ["a"])
    with pytest.raises(ValueError, match="b is named twice"):
        networks.between(toy(), ["a", "b"], ["b", "c"])


@pytest.mark.parametrize(
    "ask",
    [
        lambda: networks.within(toy(), ["a", "x", "y"]),
        lambda: networks.between(toy(), ["a", "x"], ["b", "y"]),
        lambda: networks.seed_map(toy(), ["x"]),
        lambda: networks.coupling(rest_of(noise("ab")), ["a", "x"], ["b"]),
    ],
    ids=["within", "between", "seed_map", "coupling"],
)
def test_an_unknown_region_is_named(ask):
    with pytest.raises(LookupError, match=r"\bx\b"):
        ask()


def test_network_means_have_a_column_for_each_pair():
    network = pd.Series({"a": "one", "c": "two", "b": "one", "d": "two"})
    found = networks.network_means(toy(), network)
    assert list(found.index) == ["p", "q"]
    assert list(found.columns) == [("one", "one"), ("one", "two"), ("two", "two")]
    assert found.loc["p", ("one", "one")] == pytest.approx(0.6)
    assert found.loc["p", ("one", "two")] == pytest.approx(z_mean(0.1, 0.2, 0.3, 0.4))
    assert found.loc["p", ("two", "two")] == pytest.approx(-0.5)
    assert list(found.loc["q"]) == pytest.approx([0.5] * 3)
    turned = networks.network_means(toy(), network.replace("one", "zwei"))
    assert turned.columns[0] == ("zwei", "zwei")  # in the order of first appearance


def test_coupling_is_the_correlation_of_the_mean_signals():
    table = noise("abcd")
    table["c"] += table["a"] * 2
    cleaned = stats.zscore(signal.detrend(table.to_numpy(), axis=0), axis=0, ddof=1)
    expected = np.corrcoef(cleaned[:, :2].mean(axis=1), cleaned[:, 2:].mean(axis=1))[0, 1]
    found = networks.coupling(rest_of(table), ["a", "b"], ["c", "d"], ALL)
    assert list(found.index) == ["one"]
    assert found["one"] == pytest.approx(expected, abs=1e-9)
    assert expected > 0.3


def test_global_brain_connectivity_leaves_the_region_itself_out():
    found = networks.global_brain_connectivity(toy())
    assert list(found.columns) == list("abcd")
    links = [(0.6, 0.1, 0.2), (0.6, 0.3, 0.4), (0.1, 0.3, -0.5), (0.2, 0.4, -0.5)]
    assert list(found.loc["p"]) == pytest.approx([z_mean(*values) for values in links])
    assert list(found.loc["q"]) == pytest.approx([0.5] * 4)


def test_a_seed_map_leaves_the_seed_out():
    found = networks.seed_map(toy(), ["b"])
    assert list(found.index) == ["a", "c", "d"]
    assert list(found) == pytest.approx([z_mean(0.6, 0.5), z_mean(0.3, 0.5), z_mean(0.4, 0.5)])
    found = networks.seed_map(toy(), ["a", "b"])
    assert list(found.index) == ["c", "d"]
    assert found["c"] == pytest.approx(z_mean(0.1, 0.3, 0.5, 0.5))


@pytest.mark.parametrize("one, other", [(["a", "a"], ["b"]), ([], ["b"]), (["a"], ["a"])])
def test_coupling_refuses_sets_that_make_no_sense(one, other):
    with pytest.raises(ValueError, match=r"named twice|at least one"):
        networks.coupling(rest_of(noise("abc")), one, other)


# Shuffled phases


@pytest.mark.parametrize("volumes", [1200, 1199])
def test_shuffled_signals_keep_their_spectrum_and_lose_their_coupling(volumes):
    table = noise("abcd", volumes=volumes).cumsum() * 0.1 + 50
    table = table.add(noise("s", volumes=volumes, seed=1)["s"] * 20, axis=0)
    shuffled = networks.shuffle_phases(table, seed=2)
    before, after = (np.abs(np.fft.rfft(t.to_numpy(), axis=0)) for t in (table, shuffled))
    assert np.abs(after - before).max() < 1e-9 * before.max()
    assert shuffled.shape == table.shape and list(shuffled) == list("abcd")
    assert np.allclose(shuffled.var(), table.var(), rtol=1e-9)
    assert np.allclose(shuffled.mean(), table.mean(), rtol=1e-9)
    pairs = np.triu_indices(4, 1)
    assert np.corrcoef(table.to_numpy().T)[pairs].min() > 0.9
    assert np.abs(np.corrcoef(shuffled.to_numpy().T)[pairs]).max() < 0.15
    assert max(abs(np.corrcoef(table[c], shuffled[c])[0, 1]) for c in table) < 0.15


def test_a_seed_gives_the_same_shuffle_again():
    table = noise("ab")
    one, again, other = (networks.shuffle_phases(table, seed) for seed in (1, 1, 2))
    assert (one == again).all(axis=None)
    assert np.abs(one - other).max(axis=None) > 1


def test_shuffling_leaves_the_original_alone():
    table = noise("ab")
    before = table.copy()
    networks.shuffle_phases(table, seed=1)
    assert (table == before).all(axis=None)


@pytest.mark.parametrize("volumes", [1200, 1199])
def test_signals_shuffled_together_keep_spectrum_and_covariance(volumes):
    table = noise("abcd", volumes=volumes).cumsum() * 0.1 + 50
    table["b"] += table["a"]
    shuffled = networks.shuffle_phases(table, seed=2, together=True)
    before, after = (np.abs(np.fft.rfft(t.to_numpy(), axis=0)) for t in (table, shuffled))
    assert np.abs(after - before).max() < 1e-9 * before.max()
    assert np.allclose(shuffled.cov(), table.cov(), rtol=1e-9)
    assert np.allclose(shuffled.mean(), table.mean(), rtol=1e-9)
    assert max(abs(np.corrcoef(table[c], shuffled[c])[0, 1]) for c in table) < 0.7
    assert (table.index == shuffled.index).all() and list(shuffled) == list("abcd")


def test_the_two_ways_to_shuffle_differ_in_the_coupling_they_leave():
    table = noise("ab")
    table["b"] = table["a"]
    apart, together = (networks.shuffle_phases(table, 3, together=one) for one in (False, True))
    assert abs(apart["a"].corr(apart["b"])) < 0.15
    assert together["a"].corr(together["b"]) == pytest.approx(1)


def test_a_sequence_of_numbers_is_a_seed_too():
    table = noise("ab")
    one, again, other = (networks.shuffle_phases(table, [1, n], True) for n in (2, 2, 3))
    assert (one == again).all(axis=None)
    assert np.abs(one - other).max(axis=None) > 1
