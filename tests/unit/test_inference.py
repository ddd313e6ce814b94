import itertools

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from ketanet import inference
from ketanet._labels import aligned
from ketanet.inference import ChangeError


def table(values, columns=None):
    values = np.asarray(values, float)
    return pd.DataFrame(values, columns=columns or [f"p{i}" for i in range(values.shape[1])])


def apart(people, places, mean=0.0, seed=0):
    """Normal values; no two places belong together."""
    return table(np.random.default_rng(seed).normal(mean, 1, size=(people, places)))


def together(rng, people, places=60, patterns=6):
    """Values without any effect, places that belong together as in a real map."""
    weights = rng.normal(size=(people, patterns))
    shared = weights @ rng.normal(size=(patterns, places)) / patterns**0.5
    return table(shared + rng.normal(size=(people, places)) / 2)


FEW = apart(8, 5, mean=0.4, seed=3)


# By value


def test_paired_is_the_t_test_of_scipy():
    change = apart(24, 40, mean=0.3)
    found, known = inference.paired(change), stats.ttest_1samp(change, 0)
    assert list(found.index) == list(change.columns)
    assert np.allclose(found["t"], known.statistic, rtol=1e-12)
    assert np.allclose(found["p"], known.pvalue, rtol=1e-9)
    assert np.allclose(found["q"], stats.false_discovery_control(known.pvalue), rtol=1e-9)
    assert np.allclose(found["mean"], change.to_numpy().mean(axis=0))
    assert np.allclose(found["sd"], change.to_numpy().std(axis=0, ddof=1))
    assert list(found["rose"]) == [int((values > 0).sum()) for values in change.to_numpy().T]


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
def test_the_interval_is_that_of_scipy(level):
    change = apart(12, 10)
    found = inference.paired(change, level)
    known = stats.ttest_1samp(change, 0).confidence_interval(level)
    assert np.allclose(found[["low", "high"]].T, [known.low, known.high], rtol=1e-9)


def test_max_t_is_what_all_sign_patterns_give():
    values = FEW.to_numpy()
    signs = np.array(list(itertools.product([-1, 1], repeat=len(values))))[:, :, None]
    flipped = stats.ttest_1samp(signs * values, 0, axis=1).statistic
    largest = np.abs(flipped).max(axis=1)
    own = np.abs(stats.ttest_1samp(values, 0).statistic)
    exact = (largest[:, None] >= own - 1e-9).mean(axis=0)
    found = inference.max_t(FEW)
    assert list(found.p.index) == list(FEW.columns)
    assert np.abs(found.p - exact).max() < 0.02
    assert np.quantile(largest, 0.945) <= found.threshold <= np.quantile(largest, 0.955)
    assert 0.02 < exact.min() < 0.4 < exact.max()  # the case tells something


def test_max_t_asks_more_than_a_test_of_one_place():
    change = together(np.random.default_rng(0), 24)
    found = inference.max_t(change, flips=500)
    assert (found.p >= inference.paired(change)["p"] - 0.01).all()
    assert found.threshold > stats.t.ppf(0.975, 23) + 0.3


def common(people, places=5000, noise=10**0.5, seed=0):
    """Everybody has the same map of variance 1, and noise of their own."""
    rng = np.random.default_rng(seed)
    return table(rng.normal(size=places) + noise * rng.normal(size=(people, places)))


def test_halves_are_split_a_thousand_times():
    assert len(inference.split_half(common(6))) == 1000


def test_split_halves_share_what_theory_says():
    found = inference.split_half(common(20), splits=50)
    assert found.shape == (50,)
    assert found.mean() == pytest.approx(1 / (1 + 10 / 10), abs=0.02)
    assert found.std() < 0.05


def test_one_person_shares_with_the_rest_what_theory_says():
    found = inference.one_against_rest(common(20))
    assert len(found) == 20
    assert found.mean() == pytest.approx(1 / ((1 + 10) * (1 + 10 / 19)) ** 0.5, abs=0.01)


def test_one_against_rest_by_hand_and_by_name():
    change = FEW.set_axis(list("abcdefgh"))
    found = inference.one_against_rest(change)
    for person in change.index:
        rest = change.drop(person).mean()
        assert found[person] == pytest.approx(np.corrcoef(change.loc[person], rest)[0, 1])


def test_small_studies_find_as_often_as_the_t_test_has_power():
    effect, n = 0.6, 12
    values = apart(3000, 1).to_numpy()
    change = table((values - values.mean()) / values.std() + effect)
    found = inference.small_studies(change, people=n, studies=4000).loc["p0"]
    limit, shift = stats.t.ppf(0.975, n - 1), effect * n**0.5
    assert found["found"] == pytest.approx(stats.nct.sf(limit, n - 1, shift), abs=0.025)
    assert found["reversed"] == pytest.approx(stats.nct.cdf(-limit, n - 1, shift), abs=0.003)
    assert found["opposite"] == pytest.approx(stats.norm.cdf(-shift), abs=0.01)
    drawn = np.random.default_rng(1).normal(effect, 1, size=(20_000, n))
    significant = stats.ttest_1samp(drawn, 0, axis=1).pvalue < 0.05
    expected = np.abs(drawn.mean(axis=1)[significant]).mean() / effect
    assert found["exaggeration"] == pytest.approx(expected, rel=0.03)
    assert expected > 1.2


def test_where_no_study_is_significant_there_is_nothing_to_exaggerate():
    values = apart(40, 1)
    found = inference.small_studies(values - values.mean() + 1e-3, people=5, studies=3).loc["p0"]
    assert found["found"] == found["reversed"] == 0
    assert np.isnan(found["exaggeration"])


def test_likeness_is_the_correlation_of_the_mean_maps():
    one, other = common(12, 50, seed=1), common(12, 50, seed=2)
    r, low, high = inference.likeness(one, other, same_people=False)
    assert r == pytest.approx(np.corrcoef(one.mean(), other.mean())[0, 1])
    assert low < r < high
    narrow = inference.likeness(one, other, same_people=False, level=0.5)
    assert narrow[0] == r and low < narrow[1] < narrow[2] < high


def test_two_groups_need_not_be_of_one_size():
    one, other = common(12, 50, seed=1), common(9, 50, seed=2)
    found = inference.likeness(one, other, same_people=False)
    assert inference.likeness(other, one, same_people=False) == pytest.approx(found)


def test_change_against_is_the_correlation_of_scipy():
    before, after = apart(30, 2).to_numpy().T
    found = inference.change_against(list(before), after)
    for row, against in (("first value", before), ("average", (before + after) / 2)):
        known = stats.pearsonr(against, after - before)
        interval = known.confidence_interval()
        expected = [known.statistic, interval.low, interval.high, known.pvalue]
        assert list(found.loc[row, ["r", "low", "high", "p"]]) == pytest.approx(expected)


PEOPLE = np.array([0.31, 0.52, 0.48, 0.66, 0.12, 0.55, 0.40])
AGAIN = np.array([0.35, 0.47, 0.51, 0.58, 0.20, 0.61, 0.33])


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_the_interval_of_people_is_that_of_scipy(level):
    found = inference.interval(PEOPLE, level)
    known = stats.ttest_1samp(PEOPLE, 0).confidence_interval(level)
    assert (found.mean, found.low, found.high) == pytest.approx((PEOPLE.mean(), *known), rel=1e-12)
    assert (found.level, found.n) == (level, 7)


def test_correlations_are_averaged_on_z():
    found, on_z = (
        inference.interval(PEOPLE, correlations=True),
        inference.interval(np.arctanh(PEOPLE)),
    )
    expected = np.tanh([on_z.mean, on_z.low, on_z.high])
    assert [found.mean, found.low, found.high] == pytest.approx(list(expected), rel=1e-12)
    extreme = inference.interval([0.99, 0.999, 0.2, 0.9], correlations=True)
    assert -1 < extreme.low < extreme.high < 1


def test_an_interval_shows_the_digits_that_its_width_allows():
    shown = str(inference.Interval(mean=0.5, low=0.412, high=0.589, level=0.95, n=7))
    assert shown == "0.50 (95% interval 0.41 to 0.59, n = 7)"
    small = str(inference.Interval(mean=0.0021, low=-0.0004, high=0.0046, level=0.9, n=12))
    assert small == "0.002 (90% interval 0.000 to 0.005, n = 12)"
    point = str(inference.Interval(mean=0.5, low=0.5, high=0.5, level=0.95, n=7))
    assert point == "0.50 (95% interval 0.50 to 0.50, n = 7)"


def test_the_icc_is_that_of_the_mixed_model():
    found = inference.icc(PEOPLE, AGAIN)
    rows = pd.DataFrame({
        "value": np.r_[PEOPLE, AGAIN], "half": np.repeat([0, 1], 7), "person": [*range(7)] * 2,
    })  # fmt: skip
    fitted = smf.mixedlm("value ~ half", rows, groups="person").fit(reml=True)
    people = float(fitted.cov_re.iloc[0, 0])
    assert found.mean == pytest.approx(people / (people + fitted.scale), abs=1e-5)


def test_the_icc_and_its_interval_by_the_table_of_shrout_and_fleiss():
    # The mean squares of an analysis of variance, and McGraw and Wong's case 3 by them.
    both = np.stack([PEOPLE, AGAIN])
    total = ((both - both.mean()) ** 2).sum()
    rows, columns = (
        len(both) * ((both.mean(0) - both.mean()) ** 2).sum(),
        7 * ((both.mean(1) - both.mean()) ** 2).sum(),
    )
    ratio = (rows / 6) / ((total - rows - columns) / 6)
    ends = ratio / stats.f.ppf(0.975, 6, 6), ratio * stats.f.ppf(0.975, 6, 6)
    expected = [(f - 1) / (f + 1) for f in (ratio, *ends)]
    found = inference.icc(PEOPLE, AGAIN)
    assert [found.mean, found.low, found.high] == pytest.approx(expected, rel=1e-12)


def test_the_icc_pairs_people_by_name_and_forgives_a_shift():
    one, two = (pd.Series(values, list("abcdefg")) for values in (PEOPLE, AGAIN))
    assert inference.icc(one, two[::-1]) == inference.icc(PEOPLE, AGAIN)
    assert inference.icc(one, two + 0.3).mean == pytest.approx(inference.icc(one, two).mean)


def test_fdr_by_hand_and_under_its_labels():
    p = pd.Series([0.01, 0.04, 0.03, 0.5], list("abcd"))
    assert list(inference.fdr(p)) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert list(inference.fdr(p).index) == list("abcd")
    table = inference.fdr(p.to_numpy().reshape(2, 2))
    assert table.ravel() == pytest.approx(inference.fdr(p).to_numpy())


def test_equivalence_is_the_interval_of_90_per_cent():
    inside = inference.interval(PEOPLE, level=0.9)
    assert inference.equivalence(PEOPLE, inside.low, 1) == pytest.approx(0.05)
    assert inference.equivalence(PEOPLE, 0, inside.high) == pytest.approx(0.05)
    assert inference.equivalence(PEOPLE, inside.low - 0.01, inside.high + 0.01) < 0.05


# As often wrong as they say


@pytest.mark.parametrize("n", [12, 24, 40])
def test_the_interval_of_a_mean_covers_it(n):
    found = inference.paired(apart(n, 5000, mean=0.3, seed=n))
    covered = ((found["low"] <= 0.3) & (found["high"] >= 0.3)).mean()
    assert 0.93 <= covered <= 0.97


SETS = 600


@pytest.fixture(scope="module")
def false_alarms():
    """How often each test finds something where there is nothing."""
    rng = np.random.default_rng(5)
    hits = {"t": 0, "q": 0, "max-T": 0, "any t": 0}
    for _ in range(SETS):
        change = together(rng, 24)
        tests = inference.paired(change)
        hits["t"] += (tests["p"] < 0.05).mean()
        hits["any t"] += (tests["p"] < 0.05).any()
        hits["q"] += (tests["q"] < 0.05).any()
        hits["max-T"] += (inference.max_t(change, flips=200).p < 0.05).any()
    return {test: count / SETS for test, count in hits.items()}


@pytest.mark.parametrize("test", ["t", "q", "max-T"])
def test_nothing_is_found_where_there_is_nothing(false_alarms, test):
    assert 0.01 <= false_alarms[test] <= 0.06


def test_many_places_need_a_correction(false_alarms):
    assert false_alarms["any t"] > 0.3


def test_the_first_value_is_a_trap_and_the_average_is_none():
    rng = np.random.default_rng(0)
    hits = pd.Series(0.0, ["first value", "average"])
    for _ in range(1000):
        person, before, after = rng.normal(size=(3, 40))
        hits += inference.change_against(person + before, person + after)["p"] < 0.05
    assert 0.03 <= hits["average"] / 1000 <= 0.06
    assert hits["first value"] / 1000 > 0.5


@pytest.mark.parametrize("n", [24, 40])
@pytest.mark.parametrize("same_people", [True, False])
def test_the_interval_of_likeness_covers_it(n, same_people):
    rng = np.random.default_rng(n)
    patterns = rng.normal(size=(15, 80)) / 15**0.5
    one = rng.normal(size=15)
    other = 0.6 * one + 0.8 * rng.normal(size=15)

    def draw(mean, trait):
        own = mean + 2 * trait + 2 * rng.normal(size=(n, 15))
        return table(own @ patterns + 0.3 * rng.normal(size=(n, 80)))

    found = []
    for _ in range(400):
        trait = rng.normal(size=(2, n, 15))
        people = trait[[0, 0]] if same_people else trait
        maps = (draw(mean, own) for mean, own in zip((one, other), people, strict=True))
        found.append(inference.likeness(*maps, same_people))
    r, low, high = np.array(found).T
    expected = np.tanh(np.arctanh(r).mean())  # what as many other people show on average
    assert 0.93 <= ((low < expected) & (expected < high)).mean() <= 0.98


def test_small_studies_of_nothing_find_it_in_5_of_100():
    found = inference.small_studies(apart(40, 1000), people=12, studies=200)
    assert (found["found"] + found["reversed"]).mean() == pytest.approx(0.05, abs=0.01)
    # The group of forty leans to one side by chance, and the studies with it.
    assert found["found"].mean() > 2 * found["reversed"].mean()


def test_what_small_studies_find_is_too_large():
    found = inference.small_studies(apart(40, 200, mean=0.5), people=12, studies=200)
    assert (found["exaggeration"] > 1).mean() > 0.98
    assert 1.2 < found["exaggeration"].median() < 2


# Chance by the seed


@pytest.mark.parametrize(
    "ask",
    [
        lambda seed: inference.max_t(FEW, flips=100, seed=seed).p,
        lambda seed: inference.split_half(FEW, splits=10, seed=seed),
        lambda seed: inference.small_studies(FEW, people=5, studies=50, seed=seed)["opposite"],
    ],
    ids=["max_t", "split_half", "small_studies"],
)
def test_a_seed_gives_the_same_again(ask):
    assert np.array_equal(ask(1), ask(1))
    assert not np.array_equal(ask(1), ask(2))


# What is refused


def spoilt(value):
    change = FEW.copy()
    change.iloc[2, 3] = value
    return change


BAD = {
    "a change is a table of people and places, not ndarray": FEW.to_numpy(),
    "4 people are too few: at least 5 are needed": FEW[:4],
    "p1 stands twice": FEW.set_axis(["p0", "p1", "p1", "p3", "p4"], axis=1),
    "change: a value is missing or infinite in p3": spoilt(np.nan),
    "change: a value is missing or infinite in p3 ": spoilt(-np.inf),
    "everybody has the same value in p2": FEW.assign(p2=0.25),
}


@pytest.mark.parametrize("words", BAD)
@pytest.mark.parametrize(
    "ask",
    [
        inference.paired,
        inference.max_t,
        inference.split_half,
        inference.one_against_rest,
        inference.small_studies,
        lambda change: inference.likeness(change, FEW, same_people=False),
        lambda change: inference.likeness(FEW, change, same_people=False),
    ],
    ids=["paired", "max_t", "split_half", "one", "small_studies", "likeness", "likeness of other"],
)
def test_what_is_no_change_is_refused(ask, words):
    with pytest.raises(ChangeError) as caught:
        ask(BAD[words])
    assert str(caught.value) == words.strip()


@pytest.mark.parametrize(
    "ask, words",
    [
        (
            lambda: inference.paired(FEW, 95),
            "a level lies between 0 and 1 (0.95 for 95%), not at 95",
        ),
        (lambda: inference.small_studies(FEW, 4), "a study draws 5 to 7 people, not 4"),
        (lambda: inference.small_studies(FEW, 8), "a study draws 5 to 7 people, not 8"),
        (
            lambda: inference.likeness(FEW, FEW.rename(columns={"p0": "x"}), True),
            "the other map lacks p0",
        ),
        (
            lambda: inference.likeness(FEW, FEW[:6], True),
            "the other group lacks 6, 7",
        ),
        (lambda: inference.likeness(FEW, FEW, True, 95), "0.95 for 95%"),
        (lambda: inference.interval(PEOPLE, 95), "(0.95 for 95%), not at 95"),
        (lambda: inference.interval(PEOPLE, 0), "not at 0"),
        (lambda: inference.interval(PEOPLE, 1), "not at 1"),
        (lambda: inference.interval(PEOPLE, 1.5), "not at 1.5"),
        (lambda: inference.interval([0.1, 0.2]), "2 are too few, at least 3"),
        (lambda: inference.interval([0.1, np.nan, 0.3]), "a value is missing or infinite"),
        (lambda: inference.interval(pd.Series({"a": 1, "b": np.nan, "c": 2})), "infinite in b"),
        (lambda: inference.interval([[0.1, 0.2], [0.3, 0.4]]), "not shape (2, 2)"),
        (lambda: inference.interval([0.1] * 5), "everybody has the same value"),
        (lambda: inference.interval(["0.1", "0.2", "0.3"]), "is no number"),
        (lambda: inference.interval([0.1, 1.0, 0.3], correlations=True), "between -1 and 1"),
        (lambda: inference.icc(PEOPLE, AGAIN[:6]), "7 and 6 people cannot be the same"),
        (lambda: inference.icc(PEOPLE, PEOPLE + 0.2), "the two measurements are the same"),
        (lambda: inference.icc(PEOPLE, AGAIN, 95), "(0.95 for 95%), not at 95"),
        (
            lambda: inference.icc(pd.Series(PEOPLE, list("abcdefg")), pd.Series(AGAIN)),
            "second lacks a, b, c",
        ),
        (lambda: inference.fdr([0.1, 1.2]), "1.2 is more than all"),
        (lambda: inference.fdr([0.1, np.nan]), "a value is missing"),
        (lambda: inference.fdr([]), "there is no value"),
        (lambda: inference.equivalence(PEOPLE, 1, -1), "1 does not lie below -1"),
        (lambda: inference.equivalence(PEOPLE, np.nan, 1), "a value is missing"),
        (lambda: inference.change_against([1, 2, 3, 4], [2, 1, 4, 3]), "4 people are too few"),
        (
            lambda: inference.change_against([1, 2, 3, 4, np.nan], range(5)),
            "before: a value",
        ),
        (lambda: inference.change_against(range(5), [1] * 5), "the same value in after"),
    ],
)
def test_what_makes_no_sense_is_refused(ask, words):
    with pytest.raises(ChangeError) as caught:
        ask()
    assert words in str(caught.value) and "\n" not in str(caught.value)


# What is in another order is put in order


def test_likeness_reads_places_and_people_by_name():
    other = FEW + apart(8, 5, seed=4)
    turned = other.loc[::-1, ::-1]
    assert inference.likeness(FEW, turned, True) == inference.likeness(FEW, other, True)


def test_aligned_orders_by_label_and_names_what_does_not_fit():
    row, table = pd.Series([1, 2, 3], list("abc")), pd.DataFrame([[1, 2, 3]], columns=list("abc"))
    assert list(aligned("row", row, list("cab"), ChangeError)) == [3, 1, 2]
    assert list(aligned("table", table, list("cab"), ChangeError).iloc[0]) == [3, 1, 2]
    assert aligned("row", row, row.index, ChangeError) is row
    assert list(aligned("list", [7, 8, 9], list("cab"), ChangeError)) == [7, 8, 9]
    for values, labels, words in [
        (row, list("abd"), "it lacks d"),
        (row, list("ab"), "it has, too many, c"),
        (row, list("aab"), "it: a is there twice"),
        (row.set_axis(list("aab")), list("abc"), "it: a is there twice"),
        ([7, 8], list("abc"), r"it: shape \(2,\) does not fit 3 labels"),
        (7, list("abc"), r"it: shape \(\) does not fit 3 labels"),
    ]:
        with pytest.raises(ChangeError, match=words):
            aligned("it", values, labels, ChangeError)
