"""Chapter 7: longer-term change."""

from math import ceil

from examination.questions import choice, number


def drift_of_groups(draw):
    """What a change has to beat that is measured in two groups."""
    drift, people = draw.between(0.06, 0.14, 0.01), draw.between(10, 40, 2)
    return number(
        2, 3,
        f"""With nothing given, a link changes from one scan to the next by a standard deviation of
        {drift:.2f} from person to person. A study scans {people} people before and after ketamine,
        and {people} others before and after a comparison drug. It compares the mean change of the
        one group with that of the other.

        How far apart must the two mean changes lie to exceed two standard errors, if the drift is
        the only thing that differs between people?""",
        2 * drift * (2 / people) ** 0.5,
        {
            "Two standard deviations: that is the limit for one person.": 2 * drift,
            "The comparison group drifts as well: this is the limit for one group against 0.":
                2 * drift / people**0.5,
            "One standard error, not two.": drift * (2 / people) ** 0.5,
        },
        f"The mean change of one group has the standard error {drift:.2f} / √{people} = "
        f"{drift / people**0.5:.4f}, the difference of two √2 times as much: "
        f"{drift * (2 / people) ** 0.5:.4f}. Two of these =?. Scans that lie months apart drift "
        "more.",
        decimals=3, tolerance=0.001,
    )  # fmt: skip


def useless_marker(draw):
    """How well a pattern marks the well that does nothing for them."""
    on, off = draw.between(60, 90, 2), draw.between(10, 36, 2)
    ill_on, ill_off = draw.between(18, 32, 1), draw.between(40, 60, 1)
    kept = (on * ill_on + off * ill_off) / (on + off)
    lost = ((100 - on) * ill_on + (100 - off) * ill_off) / (200 - on - off)
    return number(
        4, 5,
        f"""In a trial half of the people go on with a drug and half stop. Those on the drug relapse
        in {ill_on}% of cases, those off it in {ill_off}%. A pattern in the brain is kept by {on}%
        of those on the drug and by {off}% of those off it. In either arm the pattern has <i>no</i>
        influence on who relapses.

        Over both arms together, by how many percentage points do people who kept the pattern
        relapse less often than people who lost it?""",
        lost - kept,
        {
            "The effect of the drug itself.": ill_off - ill_on,
            "Within an arm there is no difference. Over both arms the pattern marks who was on "
            "the drug.": 0,
            "The shares were not divided by how many kept the pattern, and how many lost it.":
                ((200 - on - off) * lost - (on + off) * kept) / 200,
        },
        f"Of 100 people an arm {on} and {off} keep it, and {on * ill_on / 100:.2f} + "
        f"{off * ill_off / 100:.2f} of these {on + off} relapse: {kept:.2f}%. {100 - on} and "
        f"{100 - off} lose it, and {(100 - on) * ill_on / 100:.2f} + "
        f"{(100 - off) * ill_off / 100:.2f} of these {200 - on - off} relapse: {lost:.2f}%. The "
        "difference =?. A paper could call that protection.",
        decimals=1, tolerance=0.2, unit="percentage points",
    )  # fmt: skip


def going_on(draw):
    """What a hazard ratio says of those who stay well."""
    ratio, well = draw.between(0.35, 0.7, 0.01), draw.between(20, 60, 1)
    right = 100 * (well / 100) ** ratio
    return choice(
        draw, 4, 3,
        f"""Of those who stop a drug {well}% are still well after some months. Against them, those
        who go on have a hazard ratio of {ratio:.2f}: at any moment they relapse at {ratio:.2f}
        times the rate, all the time. If a rate is multiplied by a number, the share that is still
        well is raised to the power of that number.

        What share of those who go on are still well by then?""",
        f"{right:.0f}%",
        {
            "The share that relapsed was multiplied by the ratio. A rate acts on those who are "
            "still well.": f"{100 - ratio * (100 - well):.0f}%",
            "The power was taken of the share that relapsed.":
                f"{100 * (1 - (1 - well / 100) ** ratio):.0f}%",
            "The ratio was multiplied with the share that is well: fewer would be well on the "
            "drug.": f"{ratio * well:.0f}%",
        },
        f"{well / 100:.2f}<sup>{ratio:.2f}</sup> = {right / 100:.3f}. This speaks of a drug that "
        "goes on, and says nothing of a pattern that stays.",
    )  # fmt: skip


def enrolled(draw):
    """How many people to enrol when some are lost every month."""
    spread, change = draw.between(0.08, 0.14, 0.01), draw.pick(0.05, 0.06, 0.08)
    lost, months = draw.pick(4, 5, 6, 8, 10, 12), draw.pick(3, 4, 6, 9)
    stay = ceil(2 * (2.8 * spread / change) ** 2)
    kept = (1 - lost / 100) ** months
    if lost * months > 60:
        return None
    return number(
        5, 4,
        f"""A trial compares ketamine with a comparison drug. To see a difference of {change:.2f} in
        the change of a link with 80% power it needs <i>n</i> = 2 · (2.8 · <i>s</i> / {change:.2f})²
        people in each of the two arms <i>who stay to the end</i>. The spread of the change is
        <i>s</i> = {spread:.2f}. Of those who are still in the trial, {lost}% are lost each month,
        in both arms alike, and the last scan is after {months} months.

        How many people must both arms enrol together? Round up both numbers of an arm: those who
        stay, and those who enrol.""",
        2 * ceil(stay / kept),
        {
            "Only those who stay to the end.": 2 * stay,
            "One arm alone.": ceil(stay / kept),
            "The losses of the months were added. Each month takes its share of those who are "
            "left.": 2 * ceil(stay / (1 - lost * months / 100)),
        },
        f"To the end: 2 · (2.8 · {spread:.2f} / {change:.2f})² = "
        f"{2 * (2.8 * spread / change) ** 2:.2f}, so {stay} an arm. After {months} months "
        f"{1 - lost / 100:.2f}<sup>{months}</sup> = {kept:.3f} are left: {stay} / {kept:.3f} = "
        f"{stay / kept:.2f}, rounded up, and twice =?.",
        decimals=0, tolerance=2, unit="people",
    )  # fmt: skip
