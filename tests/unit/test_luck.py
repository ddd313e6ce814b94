"""Random numbers that any Python can draw, and what luck makes of them."""

import numpy as np
import pytest
from scipy import stats

from ketanet import luck
from ketanet.luck import LuckError


def whole_numbers(stream, count):
    """AS 183 in whole numbers, which is exact; as Wichmann and Hill print it."""
    x, y, z = map(int, stream)
    found = []
    for _ in range(count):
        x, y, z = 171 * x % 30269, 172 * y % 30307, 170 * z % 30323
        found.append((x / 30269 + y / 30307 + z / 30323) % 1)
    return found


def drawn(seed, count):
    values = np.zeros(count)
    luck._fill(luck._stream(seed), values)
    return values


@pytest.mark.parametrize("start", [(1, 1, 1), (11, 1213, 4321), (30268, 30306, 30322)])
def test_the_generator_is_as_183(start):
    stream = np.array(start, float)
    ours = [luck._uniform(stream) for _ in range(2000)]
    np.testing.assert_allclose(ours, whole_numbers(start, 2000), rtol=0, atol=1e-15)
    assert all(0 <= one < 1 for one in ours)


def test_normal_numbers_follow_box_and_muller():
    stream = np.array([11.0, 1213.0, 4321.0])
    one, other = whole_numbers(stream, 2)
    expected = np.sqrt(-2 * np.log(1 - one)) * np.cos(2 * np.pi * other)
    assert luck._normal(stream) == pytest.approx(expected, rel=1e-14)


def test_a_seed_gives_the_same_numbers_and_another_others():
    np.testing.assert_array_equal(drawn(3, 50), drawn(3, 50))
    assert abs(luck.correlation(drawn(3, 5000), drawn(4, 5000))) < 0.05
    np.testing.assert_allclose(
        drawn(0, 3), [1.4557347351956686, 1.1957132647307347, -0.9051034170716644], rtol=1e-12
    )


def test_seeds_do_not_repeat_soon():
    firsts = [tuple(luck._stream(seed)) for seed in range(30_000)]
    assert len(set(firsts)) == 30_000


def test_numbers_are_normal():
    values = drawn(0, 20_000)
    assert stats.kstest(values, "norm").pvalue > 0.01
    for lag in (1, 2, 3):
        assert abs(luck.correlation(values[lag:], values[:-lag])) < 0.02


# Pairs that have nothing to do with each other


@pytest.mark.parametrize("slowness", [0.0, 0.5, 0.9])
def test_strangers_correlate_as_bartlett_says(slowness):
    found = luck.strangers(slowness, volumes=400, pairs=4000, seed=2)
    spread = np.sqrt((1 + slowness**2) / (1 - slowness**2) / 400)
    assert found.mean() == pytest.approx(0, abs=4 * spread / 4000**0.5)
    assert found.std() == pytest.approx(spread, rel=0.06)


def test_strangers_as_numpy_correlates_them():
    [found] = luck.strangers(0.7, volumes=50, pairs=1, seed=5)
    stream = luck._stream(5)
    one, other = [luck._normal(stream)], [luck._normal(stream)]
    for _ in range(49):
        one.append(0.7 * one[-1] + np.sqrt(1 - 0.49) * luck._normal(stream))
        other.append(0.7 * other[-1] + np.sqrt(1 - 0.49) * luck._normal(stream))
    assert found == pytest.approx(np.corrcoef(one, other)[0, 1], abs=1e-12)


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"slowness": 1.0}, "not below 1"),
        ({"slowness": -0.1}, "negative"),
        ({"slowness": [0.1, 0.2]}, "slowness"),
        ({"slowness": np.nan}, "slowness"),
        ({"slowness": 0.5, "volumes": 2}, "at least 3"),
        ({"slowness": 0.5, "volumes": 10.5}, "volumes"),
        ({"slowness": 0.5, "pairs": 0}, "at least 1"),
        ({"slowness": 0.5, "seed": -1}, "seed"),
    ],
)
def test_strangers_refuse(wrong, said):
    with pytest.raises(LuckError, match=said):
        luck.strangers(**wrong)


# Studies


@pytest.mark.parametrize("true", [0.0, 0.2])
def test_a_study_reports_the_truth_and_noise(true):
    reported, limit = luck.studies(true, spread=0.5, people=25, count=20_000, seed=1)
    assert reported.mean() == pytest.approx(true, abs=4 * 0.1 / 20_000**0.5)
    assert reported.std() == pytest.approx(0.1, rel=0.02)
    assert limit == pytest.approx(stats.norm.ppf(0.975) * 0.1, rel=1e-12)
    power = stats.norm.sf(limit, true, 0.1) + stats.norm.cdf(-limit, true, 0.1)
    assert (abs(reported) > limit).mean() == pytest.approx(power, abs=0.01)


def test_a_test_of_five_per_cent_rejects_five_per_cent():
    reported, limit = luck.studies(0.0, spread=1.0, people=10, count=40_000, seed=9)
    assert (abs(reported) > limit).mean() == pytest.approx(0.05, abs=0.0044)  # 4 errors


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"spread": 0.0}, "not above 0"),
        ({"spread": -1.0}, "spread: -1 is negative"),
        ({"people": 0}, "at least 1"),
        ({"count": 0}, "at least 1"),
        ({"true": np.nan}, "true"),
        ({"spread": np.inf}, "spread"),
    ],
)
def test_studies_refuse(wrong, said):
    with pytest.raises(LuckError, match=said):
        luck.studies(**{"true": 0.1, "spread": 1.0, "people": 10} | wrong)


# Two measurements


@pytest.mark.parametrize("reliability", [0.0, 0.3, 0.9, 1.0])
def test_two_measurements_agree_as_they_are_reliable(reliability):
    one, other = luck.twice(reliability, people=20_000, seed=3)
    assert luck.correlation(one, other) == pytest.approx(reliability, abs=0.02)
    assert one.std() == pytest.approx(1, abs=0.02)
    assert other.std() == pytest.approx(1, abs=0.02)


def test_change_goes_against_the_first_value():
    one, other = luck.twice(0.5, people=20_000)
    expected = -np.sqrt((1 - 0.5) / 2)
    assert luck.correlation(one, other - one) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    "wrong", [{"reliability": 1.1}, {"reliability": -0.1}, {"reliability": 0.5, "people": 2}]
)
def test_twice_refuses(wrong):
    with pytest.raises(LuckError):
        luck.twice(**wrong)


def test_correlation_is_numpys():
    one, other = drawn(1, 30), drawn(2, 30)
    assert luck.correlation(list(one), other) == pytest.approx(np.corrcoef(one, other)[0, 1])


def test_the_limit_within_which_a_share_lies():
    values = [-4, 1, -2, 3]
    assert luck.share_within(values, 0.5) == 3
    assert luck.share_within(values, 0.0) == 1
    assert luck.share_within(values, 1.0) == 4
    many = drawn(0, 20_000)
    assert luck.share_within(many, 0.95) == pytest.approx(luck.Z_FIVE_PER_CENT, abs=0.04)
