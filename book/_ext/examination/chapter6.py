"""Chapter 6: short-term change."""

from math import atanh, tanh

import numpy as np

from examination.questions import choice, number, shown
from ketanet import hubs

NETWORKS = ("visual", "somatomotor", "default", "frontoparietal")


def connector(draw):
    """How evenly the links of a region are spread."""
    weights = [draw.between(0.2, 6, 0.2) for _ in NETWORKS]
    links = np.zeros((5, 5))
    links[0, 1:] = links[1:, 0] = weights
    right = float(hubs.participation(links, ["home", *NETWORKS])[0])
    shares = np.array(weights) / sum(weights)
    row = "".join(f"<td>{weight:.1f}</td>" for weight in weights)
    head = "".join(f"<th>{name}</th>" for name in NETWORKS)
    return number(
        2, 3,
        f"""A region has links to four networks. The table gives the summed weight of its links to
        each.

        <table border="1"><tr>{head}</tr><tr>{row}</tr></table>

        What is its participation coefficient, <i>P</i> = 1 − Σ (<i>k<sub>m</sub></i> /
        <i>k</i>)², with <i>k<sub>m</sub></i> the weight to network <i>m</i> and <i>k</i> that
        of all its links?""",
        right,
        {
            "Not taken from 1: this is large for a provincial hub.": float((shares**2).sum()),
            "1 minus the largest share alone.": float(1 - shares.max()),
            "Shares of the largest weight were taken, not of the sum.":
                float(1 - ((np.array(weights) / max(weights)) ** 2).sum()),
        },
        f"The sum is {sum(weights):.1f}, the shares are "
        f"{', '.join(f'{one:.3f}' for one in shares)}, their squares add up to "
        f"{(shares**2).sum():.3f}, so <i>P</i> =?. Spread evenly over four it would be 0.75.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip


def falls_while_they_rise(draw):
    """Global brain connectivity need not follow the links that a claim names."""
    links, rise = draw.between(6, 20, 1), draw.between(0.05, 0.2, 0.01)
    fall = draw.between(0.01, 0.06, 0.005)
    others = 93 - links
    return number(
        1, 3,
        f"""A region has 93 links, and its global brain connectivity (GBC) is their mean. A claim
        names {links} of these links. After a drug each of the {links} is stronger by {rise:.2f},
        and each of all the others weaker by {fall:.3f}.

        By how much does the GBC of the region change? Give it with its sign.""",
        (links * rise - others * fall) / 93,
        {
            "The links were not weighed by how many they are.": (rise - fall) / 2,
            "The others were left out.": links * rise / 93,
            "Minus all 93, though the named links did not fall.": (links * rise - 93 * fall) / 93,
        },
        f"({links} · {rise:.2f} − {others} · {fall:.3f}) / 93 =?. So GBC alone does not tell what "
        "the named links did.",
        decimals=3, tolerance=0.001,
    )  # fmt: skip


def matched_by_surrogates(draw):
    """What a measure of flexibility says beside its surrogates."""
    sets = draw.pick(19, 29, 39, 49, 99)
    above = draw.between(round(0.15 * sets), round(0.5 * sets), 1)
    seen = draw.between(0.2, 0.5, 0.01)
    return choice(
        draw, 3, 3,
        f"""A study finds that connectivity changes by {seen:.2f} within a minute (0 would be no
        change). It compares this with {sets} sets of surrogates: signals with the same spectra and
        the same static connectivity, in which nothing else changes. Of these sets {above} change by
        at least {seen:.2f}.

        Which sentence is fair?""",
        f"<i>p</i> = {(above + 1) / (sets + 1):.2f}: static connectivity and slow signals explain "
        "a change of this size.",
        {
            "Any signal that fluctuates gives more than 0. The opponent is the surrogates.":
                f"The brain is flexible, as {seen:.2f} is well above 0.",
            "This counts the surrogates that change less, as if they spoke against the finding.":
                f"<i>p</i> = {(sets - above + 1) / (sets + 1):.2f}: connectivity is more rigid "
                "than by chance.",
            "The recording was not counted among the sets, and the p was read as the share of the "
            "finding that is luck.":
                f"{above / sets:.0%} of the change is luck, and the rest of it is flexibility.",
        },
        f"({above} + 1) / ({sets} + 1), the recording itself counted as one more set. That does "
        "not show that nothing else changes: with another measure it might be seen.",
    )  # fmt: skip


def tie_with_relief(draw):
    """The interval of a correlation across people."""
    people, r = draw.between(16, 60, 1), draw.between(0.3, 0.7, 0.05)
    z, half = atanh(r), 1.96 / (people - 3) ** 0.5
    low, high = tanh(z - half), tanh(z + half)

    def told(one, other):
        return f"{shown(one, 2)} to {shown(other, 2)}"

    return choice(
        draw, 5, 4,
        f"""In {people} people a change in the brain and the relief of depression correlate at
        {r:.2f}. Fisher’s <i>z</i> = ½ ln((1 + <i>r</i>) / (1 − <i>r</i>)) has the standard error 1
        / √(<i>n</i> − 3).

        What is the 95% interval of this correlation?""",
        told(low, high),
        {
            "Not turned back: this is the interval on Fisher’s z.": told(z - half, z + half),
            "The interval was laid around r itself, as if it could reach past 1.":
                told(r - half, r + half),
            "One standard error to either side, not 1.96.":
                told(tanh(z - half / 1.96), tanh(z + half / 1.96)),
        },
        f"<i>z</i> = {z:.3f}; 1.96 / √{people - 3} = {half:.3f}. From {shown(z - half, 3)} to "
        f"{z + half:.3f}, turned back by <i>r</i> = (e<sup>2<i>z</i></sup> − 1) / "
        f"(e<sup>2<i>z</i></sup> + 1): {told(low, high)}.",
    )  # fmt: skip
