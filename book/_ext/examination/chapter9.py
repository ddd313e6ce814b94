"""Chapter 9: ketamine, measured."""

from math import ceil

import numpy as np

from examination.questions import number
from ketanet import drug_tables, inference


def found_by_rate(draw):
    """How many networks pass the false discovery rate."""
    tested = draw.pick(8, 10, 12)
    small = [draw.between(0.001, 0.02, 0.001) for _ in range(tested // 2)]
    p = sorted({*small, *(draw.between(0.021, 0.6, 0.001) for _ in range(tested - tested // 2))})
    limits = 0.05 * np.arange(1, len(p) + 1) / tested
    if len(p) < tested or np.abs(p - limits).min() < 1e-4 or 0.05 in p:
        return None
    found = int((inference.fdr(p) <= 0.05).sum())
    stops = next((rank for rank, (one, limit) in enumerate(zip(p, limits, strict=True))
                  if one > limit), tested)  # fmt: skip
    mistakes = {
        "No correction: every p below 0.05.": sum(one < 0.05 for one in p),
        "Each p was held to 0.05 over the number of tests: that guards against even one false "
        "finding.": sum(one < 0.05 / tested for one in p),
    }
    if stops != found:
        mistakes[
            "Stopped at the first that fails. The last that passes takes all before it along."
        ] = stops
    return number(
        3, 4,
        f"""A study tests the change of {tested} networks. Sorted, its <i>p</i> values are
        {", ".join(f"{one:.3f}" for one in p)}. With the false discovery rate at 5% the value at
        place <i>i</i> passes if it is at most 0.05 · <i>i</i> / {tested}. The last value that
        passes takes all smaller ones along.

        How many networks are found?""",
        found, mistakes,
        f"The limits are {', '.join(f'{limit:.4f}' for limit in limits)}. Place {found} is the "
        "last to lie below its limit. Of what is found about 5 in 100 are expected to be false.",
        decimals=0, tolerance=0, unit="networks",
    )  # fmt: skip


def without_the_noise(draw):
    """How alike two maps would be if neither held noise."""
    one, other = draw.between(0.5, 0.9, 0.01), draw.between(0.3, 0.7, 0.01)
    seen = draw.between(0.1, 0.45, 0.01)
    whole = [2 * half / (1 + half) for half in (one, other)]
    room = (whole[0] * whole[1]) ** 0.5
    return number(
        4, 4,
        f"""Two maps of a drug’s effect were made from the same people with two pipelines. They
        correlate at {seen:.2f}. For the first pipeline the mean maps of two random halves of the
        people correlate at {one:.2f}, for the second at {other:.2f}. From a split half <i>h</i> the
        reliability of the map of the <i>whole</i> group is 2<i>h</i> / (1 + <i>h</i>). Noise lowers
        the correlation of two maps to √(product of their reliabilities) times what it would be
        without.

        At what would the two maps correlate without noise?""",
        seen / room,
        {
            "The halves were put in, not the reliability of the whole group.":
                seen / (one * other) ** 0.5,
            "The largest correlation that the noise leaves room for.": room,
            "The root is missing.": seen / room**2,
            "Noise lowers a correlation; this lowers it once more.": seen * room,
        },
        f"Reliabilities {whole[0]:.3f} and {whole[1]:.3f}, the root of their product {room:.3f}. "
        f"{seen:.2f} / {room:.3f} =?. Below 1: the maps differ by more than noise.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip


def people_for_a_network(draw):
    """How many people it takes to see a part of what forty showed."""
    groups = drug_tables.groups("ketamine", False, "network")
    name = draw.pick(*groups.index[groups["p"] < 0.02])
    part = draw.between(50, 90, 5)
    mean, spread = round(groups.loc[name, "mean"], 3), round(groups.loc[name, "sd"], 3)

    def needed(spread, change=mean * part / 100):
        return (2.8 * spread / change) ** 2 + 1.92

    return number(
        4, 3,
        f"""In forty healthy people the global brain connectivity of the {name} network was higher
        with ketamine than with placebo by {mean:.3f} on average (without global-signal regression);
        the forty changes have a standard deviation of {spread:.3f} (Moujaes and others, 2024).
        Suppose that luck has made this mean too large, and that the true change is {part}% of it.

        How many people does a new study of this kind need to find the true change with 80% power,
        by <i>n</i> = (2.8 · SD / change)² + 1.92? Round up.""",
        ceil(needed(spread)),
        {
            "The published change was put in, not the true one.": ceil(needed(spread, mean)),
            "The standard error of the forty was put in for the standard deviation.":
                ceil(needed(spread / 40**0.5)),
            "The bracket was not squared.": ceil(2.8 * spread / mean * 100 / part + 1.92),
        },
        f"The true change is {part / 100:.2f} · {mean:.3f} = {part / 100 * mean:.4f}. (2.8 · "
        f"{spread:.3f} / {part / 100 * mean:.4f})² + 1.92 = {needed(spread):.1f}, rounded up =?. A "
        "study of twelve would most likely miss it, and report too much if it did not. Placebo "
        "came first in all forty: the change need not be the drug’s.",
        decimals=0, tolerance=1, unit="people",
    )  # fmt: skip


def beyond_the_mean(draw):
    """What is left of a rise in people who were chosen for being low."""
    mean, low = draw.between(0.15, 0.2, 0.01), draw.between(0.04, 0.1, 0.01)
    reliable = draw.between(0.4, 0.8, 0.05)
    again = round(mean + reliable * (low - mean) + draw.between(0.01, 0.05, 0.005), 3)
    expected = mean + reliable * (low - mean)
    return number(
        5, 4,
        f"""Many people are scanned; their mean connectivity is {mean:.2f}. The measure has a
        reliability of {reliable:.2f}: that share of the variance lies between people and lasts, the
        rest is noise. The people with the lowest values have a mean of {low:.2f}. <i>Only they</i>
        are scanned again, with ketamine, and now have a mean of {again:.3f}.

        How much of their rise is left for ketamine, once regression to the mean is taken off?""",
        again - expected,
        {
            "The whole rise: part of being lowest was luck, and that would not come twice.":
                again - low,
            "The reliability was taken for the share that goes back: the noise goes back, what "
            "lasts stays.": again - (mean + (1 - reliable) * (low - mean)),
            "They were expected to rise all the way to the mean.": again - mean,
        },
        f"They lie {mean - low:.2f} below the mean, and {reliable:.2f} of that lasts. Expected "
        f"with nothing given: {mean:.2f} − {reliable:.2f} · {mean - low:.2f} = {expected:.4f}. "
        f"{again:.3f} − {expected:.4f} =?. A second scan with placebo would spare the sum.",
        decimals=3, tolerance=0.001,
    )  # fmt: skip
