import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ketanet import spatial
from ketanet.spatial import MapError

PLACES = np.arange(30.0) * 4
FAR = np.abs(PLACES[:, None] - PLACES)
NAMES = [f"parcel {k}" for k in range(30)]
LINE = pd.DataFrame(FAR, NAMES, NAMES)


def covariance(reach, share):
    """Written out parcel by parcel."""
    return np.array(
        [[1 if i == j else share * np.exp(-d / reach) for j, d in enumerate(row)]
         for i, row in enumerate(FAR)]
    )  # fmt: skip


def a_map(seed, reach=30.0, share=0.9):
    rng = np.random.default_rng(seed)
    return rng.multivariate_normal(np.zeros(30), covariance(reach, share))


def test_the_smoothness_found_is_the_most_likely_of_those_tried():
    values = a_map(3)
    step = np.eye(30)[1:] - np.eye(30)[:-1]  # differences of neighbours know no mean

    def likelihood(reach, share):
        # of whichever size the map is
        spread = step @ covariance(reach, share) @ step.T
        size = (step @ values) @ np.linalg.solve(spread, step @ values) / 29
        return stats.multivariate_normal(np.zeros(29), size * spread).logpdf(step @ values)

    tried = [
        (reach, share) for reach in np.median(FAR) * spatial.REACHES for share in spatial.SHARES
    ]
    best = max(tried, key=lambda pair: likelihood(*pair))
    assert spatial.smoothness(values, FAR) == pytest.approx(best)
    assert spatial.smoothness(7 - 1000 * values, FAR) == pytest.approx(best)


def test_smooth_and_rough_maps_are_told_apart():
    found = {
        reach: np.median([spatial.smoothness(a_map(k, reach), FAR)[0] for k in range(60)])
        for reach in (8.0, 30.0)
    }
    assert 5 < found[8.0] < 12 and 18 < found[30.0] < 50
    rough = np.random.default_rng(0).standard_normal(30)
    assert spatial.smoothness(rough, FAR)[1] < 0.5


def test_surrogates_are_as_smooth_as_the_map():
    values = a_map(1)
    drawn = spatial.surrogates(values, FAR, count=40_000, seed=2)
    assert drawn.shape == (40_000, 30)
    expected = covariance(*spatial.smoothness(values, FAR))
    assert np.abs(np.cov(drawn.T) - expected).max() < 0.04
    assert np.abs(drawn.mean(axis=0)).max() < 0.03
    assert np.abs(drawn @ values).std() > 0  # they know nothing of it
    assert (spatial.surrogates(values, FAR, 3, 2) == spatial.surrogates(values, FAR, 3, 2)).all()
    assert (spatial.surrogates(values, FAR, 3, 2) != spatial.surrogates(values, FAR, 3, 3)).any()


def test_agreement_says_what_its_surrogates_say():
    one, other = a_map(4), a_map(5)
    found = spatial.agreement(one, other, FAR, count=500, seed=6)
    plain = stats.pearsonr(one, other)
    assert found.r == pytest.approx(plain.statistic) and found.naive == pytest.approx(plain.pvalue)
    assert found.nulls.shape == (500,) and abs(found.nulls.mean()) < 0.05
    assert found.fair == (1 + (np.abs(found.nulls) >= abs(found.r)).sum()) / 501
    assert found.parcels == pytest.approx(1 + 1 / (found.nulls**2).mean())
    half = 1.959964 / np.sqrt(found.parcels - 3)
    assert np.arctanh(found.low) == pytest.approx(np.arctanh(found.r) - half)
    assert np.arctanh(found.high) == pytest.approx(np.arctanh(found.r) + half)
    assert 4 < found.parcels < 15, "of thirty smooth parcels"


def test_of_rough_maps_every_parcel_counts():
    rng = np.random.default_rng(8)
    found = spatial.agreement(rng.standard_normal(30), rng.standard_normal(30), FAR, 4000)
    assert 24 < found.parcels < 34
    assert found.fair == pytest.approx(found.naive, abs=0.05)


def test_a_map_agrees_with_itself():
    found = spatial.agreement(a_map(1), 3 + 2 * a_map(1), FAR, 400)
    assert found.r == pytest.approx(1) and 0.99 < found.low < found.high <= 1
    assert found.fair == pytest.approx(1 / 401)
    assert spatial.agreement(a_map(1), -a_map(1), FAR, 400).r == pytest.approx(-1)


def test_parcels_go_by_their_names():
    one, other = pd.Series(a_map(4), NAMES), pd.Series(a_map(5), NAMES)
    first = spatial.agreement(one, other, LINE, 200)
    turned = LINE.iloc[::-1, ::-1]
    for again in (
        spatial.agreement(one[::-1], other, LINE, 200),
        spatial.agreement(one, other[::-1], FAR, 200),
        spatial.agreement(one, other, turned[NAMES], 200),
    ):
        assert again.r == pytest.approx(first.r)
    assert spatial.smoothness(one[::-1], LINE) == spatial.smoothness(one, LINE)


@pytest.mark.parametrize(
    ("values", "distance", "said"),
    [
        (a_map(1)[:19], FAR[:19, :19], "values: one value for each of at least 20 parcels"),
        (a_map(1)[:25], FAR, "distance: of 30 parcels, but values has 25"),
        (np.ones(30), FAR, "values: the same value in all parcels"),
        (a_map(1), -FAR, "distance: 0 from a parcel to itself, and nowhere below"),
        (a_map(1), FAR + 1, "distance: 0 from a parcel to itself, and nowhere below"),
        (a_map(1), 0 * FAR, "distance: most parcels lie in one place"),
        (a_map(1), FAR[:, ::-1][::-1] + np.tri(30) - np.eye(30), "distance: not symmetric"),
        (a_map(1)[:, None], FAR, "values: one value for each"),
    ],
)
def test_what_is_no_map_is_refused(values, distance, said):
    with pytest.raises(MapError, match=said):
        spatial.smoothness(values, distance)


def test_two_maps_of_other_parcels_are_refused():
    with pytest.raises(MapError, match="other"):
        spatial.agreement(a_map(1), a_map(2)[:25], FAR)
    with pytest.raises(MapError, match="count: 99 is too few"):
        spatial.agreement(a_map(1), a_map(2), FAR, count=99)
