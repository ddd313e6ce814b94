"""Chapter 8: reading the evidence."""

from examination.questions import choice, number, shown
from ketanet import luck


def no_evidence_of(draw):
    """What an interval that holds zero shows, and what it does not."""
    found, half = draw.between(-5, -2, 0.1), draw.between(5, 9, 0.1)
    limit = draw.pick(4, 5, 6)
    ninety = half * 1.645 / 1.96
    wide = half * 1.96 / 1.645
    if not found - ninety < -limit < found:
        return None
    low, high = shown(found - half, 1), shown(found + half, 1)
    return choice(
        draw, 1, 4,
        f"""A trial finds a difference of {shown(found, 1)} points on a depression scale between
        ketamine and a comparison drug (95% interval {low} to {high}; less than 0 favours ketamine).
        Before the trial began its authors had written that a difference within ±{limit} points
        would be too small to matter. To show that, the 90% interval has to lie within these limits.
        An interval reaches 1.96 standard errors to either side for 95% and 1.645 for 90%.

        Did the trial show that there is no difference that matters?""",
        f"No. The 90% interval runs from {shown(found - ninety, 1)} to {shown(found + ninety, 1)}: "
        "neither a difference nor its absence was shown.",
        {
            "An interval that holds zero does not show that nothing is there. It holds other "
            "values, too.":
                f"Yes. The 95% interval runs from {low} to {high} and holds zero: no difference "
                "was shown, so there is none that matters.",
            "The estimate is one value of many that fit the data.":
                f"Yes. The difference of {shown(found, 1)} points lies within ±{limit}, and it is "
                "the best estimate that there is.",
            "A 90% interval is narrower than a 95% one. And a benefit was not shown: the 95% "
            "interval holds zero.":
                f"No. The 90% interval runs from {shown(found - wide, 1)} to "
                f"{shown(found + wide, 1)}: so a difference that matters was shown.",
        },
        f"One standard error is {half:.1f} / 1.96 = {half / 1.96:.2f}. 90%: {shown(found, 1)} ± "
        f"1.645 · {half / 1.96:.2f} = {shown(found - ninety, 1)} to {shown(found + ninety, 1)}. "
        f"Its lower end lies beyond {shown(-limit, 0)}.",
    )  # fmt: skip


def hope_in_two_arms(draw):
    """What hope alone gives when the two arms guess differently well."""
    worth = draw.between(3, 8, 0.5)
    on, off = draw.between(70, 95, 1), draw.between(50, 85, 1)
    right = worth * (on + off - 100) / 100
    return number(
        2, 4,
        f"""A drug does <i>nothing</i>, and its blind does not hold. Whoever believes in having had
        the drug gains {worth:.1f} points by that belief; whoever believes in having had the
        comparison gains none. Asked what they believe, {on}% are right in the arm with the drug,
        and {off}% in the arm with the comparison.

        How large a difference between the two arms does hope alone make?""",
        right,
        {
            "Who is right in the comparison arm believes in the comparison: the shares of "
            "believers in the drug are to be compared.": worth * (on - off) / 100,
            "The believers in the comparison arm were left out.": worth * on / 100,
            "All that belief is worth: in the comparison arm some believe as well.": worth,
        },
        f"In the arm with the drug {on}% believe in it, in the other 100 − {off} = {100 - off}%. "
        f"{worth:.1f} · ({on / 100:.2f} − {(100 - off) / 100:.2f}) =?.",
        decimals=1, tolerance=0.1, unit="points",
    )  # fmt: skip


def any_of_many(draw):
    """How often luck finds something when the analyst may choose."""
    tries, level = draw.between(4, 24, 1), draw.pick(1, 2, 5, 10)
    none = (1 - level / 100) ** tries
    if level * tries > 95:
        return None
    return choice(
        draw, 3, 3,
        f"""An analyst tries {tries} pipelines, each with a test at {level}%, and reports the one
        that works. Nothing was given to anybody. Suppose that the {tries} results know nothing of
        one another.

        In how many of 100 such studies is there something to report?""",
        f"in about {100 * (1 - none):.0f}",
        {
            "That is one pipeline, fixed beforehand.": f"in about {level}",
            "Chances were added; studies in which several pipelines work count once only.":
                f"in about {level * tries}",
            "The studies in which no pipeline works.": f"in about {100 * none:.0f}",
        },
        f"No pipeline works in {1 - level / 100:.2f}<sup>{tries}</sup> = {none:.3f} of them. Real "
        f"pipelines are partly alike, which makes it less, but more than {level}.",
    )  # fmt: skip


def least_that_counts(draw):
    """How far the smallest significant result is from the truth."""
    people, spread = draw.between(12, 40, 1), draw.between(0.08, 0.16, 0.01)
    change = draw.pick(0.01, 0.015, 0.02, 0.025, 0.03)
    error = spread / people**0.5
    right = luck.Z_FIVE_PER_CENT * error / change
    if right < 1.3:
        return None
    return number(
        4, 4,
        f"""The true change of a connectivity is {change:.3f}. Studies of {people} people measure it
        before and after; from person to person the change differs by a standard deviation of
        {spread:.2f}. A study calls its mean change significant if it lies more than 1.96 standard
        errors from 0.

        How many times as large as the true change is the <i>smallest</i> rise that such a study can
        report as significant?""",
        right,
        {
            "The spread of people was taken for the error of their mean.":
                1.96 * spread / change,
            "1.96 is missing: one standard error is not yet significant.": error / change,
            "Divided by the number of people, not by its root.":
                1.96 * spread / people / change,
        },
        f"Standard error {spread:.2f} / √{people} = {error:.4f}; 1.96 of these are "
        f"{1.96 * error:.4f}; over {change:.3f} =?. So whatever these studies find is too large: "
        "the winner’s curse.",
        decimals=1, tolerance=0.1,
    )  # fmt: skip
