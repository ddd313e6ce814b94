"""Chapter 4: the prefrontal cortex and the hippocampus."""

from math import ceil

from examination.questions import choice, number, shown


def under_the_ceiling(draw):
    """What a correlation would be without the noise of two weak signals."""
    one, other = draw.between(0.3, 0.6, 0.01), draw.between(0.55, 0.85, 0.01)
    seen = draw.between(0.1, 0.35, 0.01)
    room = (one * other) ** 0.5
    return number(
        2, 3,
        f"""In the hippocampus a share of {one:.2f} of the variance is slow signal, in a part of the
        prefrontal cortex {other:.2f}. Suppose that all the rest is noise that is shared with
        nobody. In one person the two regions correlate at {seen:.2f}.

        At what would they correlate if both signals were free of that noise?""",
        seen / room,
        {
            "The largest correlation that the noise leaves room for.": room,
            "The root is missing: a correlation divides by standard deviations, not by variances.":
                seen / room**2,
            "Noise lowers a correlation; this lowers it once more.": seen * room,
        },
        f"Two partners in perfect step would reach √({one:.2f} · {other:.2f}) = {room:.3f}. "
        f"{seen:.2f} / {room:.3f} =?.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip


def kept_share(draw):
    """How much of the spread between people comes back."""
    people, noise = draw.between(0.08, 0.24, 0.01), draw.between(0.06, 0.2, 0.01)
    kept = people**2 / (people**2 + noise**2)
    return choice(
        draw, 2, 3,
        f"""A coupling is measured in many people, in each half of one recording. People differ in
        what lasts by a standard deviation of {people:.2f}. Each half adds noise of its own, with a
        standard deviation of {noise:.2f}.

        What share of the variance between people in one half comes back in the other (the
        intraclass correlation)?""",
        f"{kept:.2f}",
        {
            "Standard deviations were added; variances add up.": f"{people / (people + noise):.2f}",
            "The noise of both halves was counted. In one half there is the noise of one.":
                f"{people**2 / (people**2 + 2 * noise**2):.2f}",
            "The share that does not come back.": f"{1 - kept:.2f}",
        },
        f"{people:.2f}² = {people**2:.4f} lasts, and {noise:.2f}² = {noise**2:.4f} does not: "
        f"{people**2:.4f} / {people**2 + noise**2:.4f} = {kept:.2f}.",
    )  # fmt: skip


def hits_of_many(draw):
    """What a few significant analyses of many say."""
    seeds, sides, pipelines = draw.pick(4, 5, 6), draw.pick(2, 3), draw.pick(4, 5, 6)
    tried, steps = seeds * sides * pipelines, seeds + sides + pipelines
    hits, reached = round(0.05 * tried) + draw.pick(1, 2, 3), draw.between(20, 60, 5)
    return choice(
        draw, 3, 3,
        f"""A group measures the coupling of the prefrontal cortex and the hippocampus before and
        after a drug, in every combination of {seeds} seeds, {sides} choices of the hippocampus and
        {pipelines} pipelines. Of these analyses {hits} show a rise with <i>p</i> &lt; 0.05. The
        group then swaps the two scans of people at random, many times: in {reached} of 100 swaps
        some analysis reaches the largest <i>t</i> that was found.

        What do the {hits} rises show?""",
        f"Nothing yet: of {tried} analyses luck gives {shown(0.05 * tried, 1)} on average, and as "
        "they overlap often none or many more.",
        {
            "The steps were added, though every combination was tried.":
                f"A change: of {steps} analyses luck gives {shown(0.05 * steps, 1)} on average, "
                f"and {hits} are far more than that.",
            "Which are lucky nobody can tell, and how many there are by luck varies: the mean "
            "cannot be taken off.":
                f"A change in some: of {tried} analyses luck gives {shown(0.05 * tried, 1)}, and "
                "the others must be real.",
            "No evidence of a change is not evidence of none.":
                f"No change: in {reached} of 100 swaps chance does as much, so the drug does not "
                "act on this coupling.",
        },
        f"{seeds} · {sides} · {pipelines} = {tried} analyses, 5% of these are "
        f"{shown(0.05 * tried, 1)}. Corrected for all of them the best has <i>p</i> = "
        f"{reached / 100:.2f} (max-T). That is no proof that nothing changed.",
    )  # fmt: skip


def two_groups(draw):
    """How many people it takes when two groups are scanned once each."""
    people, halves = draw.between(0.14, 0.3, 0.01), draw.between(0.08, 0.2, 0.01)
    change = draw.pick(0.08, 0.1, 0.12, 0.15)

    def needed(spread):
        return ((1.96 + 0.84) * spread / change) ** 2 + 1.96**2 / 2

    def even(spread):
        return 2 * ceil(needed(spread) / 2)

    n = even(2 * people)
    return number(
        4, 4,
        f"""A change of {change:.2f} in a coupling (on Fisher’s <i>z</i>) is found with 80% power by
        a two-sided 5% test if <i>n</i> ≈ ((1.96 + 0.84) · <i>s</i> / {change:.2f})² + 1.96² / 2,
        where <i>s</i> / √<i>n</i> is the standard error of the change. People who are scanned once
        differ from one another by a standard deviation of {people:.2f}; the two scans of one person
        differ by one of {halves:.2f}.

        How many people, in both groups together, does a study need that scans <i>two groups of n /
        2 people once each</i>? Round up to an even number.""",
        n,
        {
            "That is a before-and-after study: each person compared with themselves.":
                ceil(needed(halves)),
            "The spread between people was not doubled: the difference of two means of n / 2 "
            "people has the standard error 2 · SD / √n.": even(people),
            "The bracket was not squared.": 2 * ceil((2.8 * 2 * people / change + 1.92) / 2),
        },
        "The difference of two means of <i>n</i> / 2 people has the standard error √(2 · "
        f"{people:.2f}² / (<i>n</i> / 2)) = 2 · {people:.2f} / √<i>n</i>, so <i>s</i> = "
        f"{2 * people:.2f}. (2.80 · {2 * people:.2f} / {change:.2f})² + 1.92 = "
        f"{needed(2 * people):.1f}, rounded up to an even number =?; before and after would take "
        f"{ceil(needed(halves))}.",
        decimals=0, tolerance=1, unit="people",
    )  # fmt: skip
