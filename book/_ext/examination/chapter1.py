"""Chapter 1: from a region to a network."""

import numpy as np
from scipy import stats

from examination.questions import choice, number, shown
from ketanet import inference


def same_tissue(draw):
    """What a Dice overlap says of the smaller of two regions."""
    small, large = draw.between(1500, 3000, 100), draw.between(3200, 6000, 100)
    dice = draw.between(0.3, 0.65, 0.01)
    shared = dice * (small + large) / 2
    if shared > 0.95 * small:
        return None
    return number(
        1, 3,
        f"""Two atlases name the same region. In the first it fills {small} mm³, in the second
        {large} mm³. Their Dice overlap is {dice:.2f}.

        What share of the <i>smaller</i> region lies inside the larger one?""",
        100 * shared / small,
        {
            "The Dice overlap itself, which looks at both volumes.": 100 * dice,
            "The share of the larger region.": 100 * shared / large,
            "The shared volume was not halved: Dice counts it twice.": 200 * shared / small,
        },
        f"Dice is twice the shared volume over the sum of both, so the shared volume is {dice:.2f} "
        f"· ({small} + {large}) / 2 = {shared:.0f} mm³. Over the smaller region: {shared:.0f} / "
        f"{small} =?.",
        decimals=0, tolerance=1, unit="%",
    )  # fmt: skip


def lucky_pairs(draw):
    """How many pairs luck finds in a whole matrix."""
    regions = draw.between(40, 200, 2)
    pairs = regions * (regions - 1) // 2
    found = round(0.05 * pairs * draw.between(0.8, 1.2, 0.05))
    return choice(
        draw, 3, 3,
        f"""A study cuts the brain into {regions} regions and compares the functional connectivity
        of <i>every</i> pair before and after a drug, each pair with a test at <i>p</i> &lt; 0.05,
        without any correction. It reports: “The drug changed {found} links.”

        About how many such links does luck give on average, if the drug does nothing?""",
        f"about {shown(0.05 * pairs, 0)}",
        {
            "That is 5% of the regions. The tests are as many as the pairs.":
                f"about {shown(0.05 * regions, 0)}",
            "Each pair was counted twice, once from either end.": f"about {shown(0.1 * pairs, 0)}",
            "5% is the chance of one test. Among many tests some will pass.":
                "none, as each test lets luck through in only 5 of 100 cases",
        },
        f"{regions} · {regions - 1} / 2 = {pairs} pairs, and 5% of these are {0.05 * pairs:.1f}.",
    )  # fmt: skip


def noisier_scan(draw):
    """A correlation that falls although the path between two regions is as before."""
    first, second = draw.between(0.4, 0.9, 0.05), draw.between(1.2, 2.4, 0.05)
    noise = (1 + first**2) * (1 + second**2)
    return number(
        4, 4,
        f"""Two regions <i>x</i> and <i>y</i> have no wire between them. A third region <i>z</i>
        drives both: <i>x</i> = <i>z</i> + noise of <i>x</i>, and <i>y</i> = <i>z</i> + noise of
        <i>y</i>. The signal <i>z</i> has the standard deviation 1. The three are independent.

        In the first scan both noises have the standard deviation {first:.2f}. In the second scan
        only the noise of <i>y</i> has grown, to {second:.2f}; the drive is as before.

        Which correlation of <i>x</i> and <i>y</i> does the second scan show in the long run?""",
        1 / noise**0.5,
        {
            "The correlation in the first scan.": 1 / (1 + first**2),
            "Both noises were taken to have grown.": 1 / (1 + second**2),
            "The root is missing: a correlation divides by both standard deviations.": 1 / noise,
            "Standard deviations were added; variances add up.":
                1 / ((1 + first) * (1 + second)) ** 0.5,
        },
        f"The covariance is the variance of <i>z</i>, 1. The variances are 1 + {first:.2f}² = "
        f"{1 + first**2:.3f} and 1 + {second:.2f}² = {1 + second**2:.3f}. So <i>r</i> = 1 / "
        f"√({1 + first**2:.3f} · {1 + second**2:.3f}) =?. It was {1 / (1 + first**2):.2f}: it fell "
        "without any change of the drive.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip


def few_people(draw):
    """The interval of a mean correlation of six people."""
    centre = draw.between(0.45, 0.8, 0.05)
    z = [round(centre + draw.between(-0.35, 0.35, 0.01), 2) for _ in range(6)]
    mean, spread = np.mean(z), np.std(z, ddof=1)
    if spread < 0.12 or len(set(z)) < 6:
        return None
    t = round(float(stats.t.ppf(0.975, 5)), 2)
    low = inference.interval(np.tanh(z), correlations=True).low
    return number(
        5, 5,
        f"""The connectivity inside a network was measured in six people. On Fisher’s <i>z</i> their
        values are {", ".join(f"{one:.2f}" for one in z)}.

        Give the <i>lower</i> end of the 95% interval for the mean, turned back into a correlation.
        (With six people the interval reaches {t:.2f} standard errors to either side. <i>r</i> =
        (e<sup>2<i>z</i></sup> − 1) / (e<sup>2<i>z</i></sup> + 1).)""",
        low,
        {
            "Not turned back: this is the end on Fisher’s z.": mean - t * spread / 6**0.5,
            "1.96 standard errors: that holds for many people.":
                np.tanh(mean - 1.96 * spread / 6**0.5),
            "The standard deviation was not divided by the root of 6: that is a range for people, "
            "not an interval for their mean.": np.tanh(mean - t * spread),
        },
        f"Mean {shown(mean, 3)}, standard deviation {spread:.3f} (over n − 1), standard error "
        f"{spread:.3f} / √6 = {spread / 6**0.5:.3f}. Lower end on <i>z</i>: {shown(mean, 3)} − "
        f"{t:.2f} · {spread / 6**0.5:.3f} = {shown(mean - t * spread / 6**0.5, 3)}. Turned back it "
        "is <i>r</i> =?.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip
