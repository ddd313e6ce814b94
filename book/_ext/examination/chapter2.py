"""Chapter 2: the default mode network."""

from examination.questions import choice, number, shown
from ketanet import mixtures


def core_in_network(draw):
    """Two definitions of one network, seen from either side."""
    core, network = draw.between(40, 70, 1), draw.between(90, 160, 2)
    inside = draw.between(50, 85, 1)
    return number(
        1, 2,
        f"""Of a set of regions called “the default mode core”, which fills {core} cm³, {inside}%
        lie inside an atlas’s default mode network. That network fills {network} cm³.

        What share of the <i>network</i> lies in the core?""",
        inside * core / network,
        {
            "The share of the core that lies in the network, which was given.": inside,
            "That would be right if all of the core lay in the network.": 100 * core / network,
            "The share of the network that lies outside the core.": 100 - inside * core / network,
        },
        f"In both lie {inside / 100:.2f} · {core} = {inside / 100 * core:.1f} cm³, of {network} "
        "cm³: a share =?.",
        decimals=0, tolerance=1, unit="%",
    )  # fmt: skip


def without_one_region(draw):
    """What is left of a mean when one region is taken out."""
    mean, taken = draw.between(0.3, 0.5, 0.01), draw.between(0.2, 0.6, 0.01)
    return number(
        2, 3,
        f"""The connectivity of a set of ten regions is the mean correlation of its 45 pairs:
        {mean:.2f}. Two of the regions, left and right precuneus, are taken out. The pairs that hold
        at least one of the two have a mean correlation of {taken:.2f}.

        What is the mean correlation among the eight regions that are left? (Take plain means, not
        Fisher’s <i>z</i>.)""",
        (45 * mean - 17 * taken) / 28,
        {
            "Counted by regions: what is averaged are pairs.": (10 * mean - 2 * taken) / 8,
            "17 was taken for the number of pairs that are left: it is the number of those that "
            "go.": (45 * mean - 28 * taken) / 17,
            "The change was carried over pair for pair, as if half of the pairs had gone.":
                2 * mean - taken,
        },
        f"Eight regions have 8 · 7 / 2 = 28 pairs, so 17 of the 45 go. Sum of all: 45 · {mean:.2f} "
        f"= {45 * mean:.2f}; of those that go: 17 · {taken:.2f} = {17 * taken:.2f}. The rest, "
        f"{45 * mean - 17 * taken:.2f}, over 28 =?.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip


def arithmetic_share(draw):
    """How much of an opposition the regression alone would make."""
    networks, measured = draw.between(4, 10, 1), draw.between(-0.7, -0.4, 0.01)
    alone = mixtures.opposed(networks, 0.3, 0.3)
    share = 100 * alone / measured
    return choice(
        draw, 3, 3,
        f"""With global-signal regression two networks correlate at {shown(measured, 2)}. Suppose
        that the brain is made of {networks} networks of one size that are independent of one
        another, and that the regression makes all signals together add up to nothing.

        How much of the measured value would this arithmetic give without any true opposition?""",
        f"about {share:.0f}%",
        {
            "Divided by the number of all networks. What one network gains is shared out among "
            "the others.": f"about {100 / (networks * -measured):.0f}%",
            "That is what the arithmetic leaves to be explained.": f"about {100 - share:.0f}%",
            "The regression makes signs: after it independent networks are opposed as well.":
                "none of it, as a negative correlation means that one falls when the other rises",
        },
        f"{networks} independent networks of one size correlate at −1 / ({networks} − 1) = "
        f"{shown(alone, 3)} after the regression. {shown(alone, 3)} / {shown(measured, 2)} = "
        f"{share:.0f}%. How many networks a brain has, nobody knows.",
    )  # fmt: skip


def weaker_everywhere(draw):
    """A network that seems to let go, though only what all regions share is weaker."""
    shared, network = draw.between(0.2, 0.4, 0.02), draw.between(0.1, 0.3, 0.02)
    lost = draw.pick(30, 40, 50, 60, 70, 80)
    kept, own = shared * (1 - lost / 100), 1 - shared - network
    return number(
        3, 4,
        f"""Every region hears three independent signals: one that all regions share (variance
        {shared:.2f}), one that its network shares (variance {network:.2f}), and one of its own
        (variance {own:.2f}). A drug takes {lost}% off the variance of the signal that <i>all</i>
        share and leaves the other two as they are.

        What is the correlation of two regions of one network after the drug, without global-signal
        regression?""",
        (kept + network) / (kept + network + own),
        {
            "The value before the drug.": shared + network,
            "The total variance has fallen as well; this still divides by 1.": kept + network,
            "This takes the shared signal out altogether.": network / (network + own),
            "The loss was taken off the correlation itself, network signal and all.":
                (shared + network) * (1 - lost / 100),
        },
        f"What both hear has the variance {kept:.3f} + {network:.2f} = {kept + network:.3f}; each "
        f"region has {kept + network + own:.3f} in all, so <i>r</i> =?. Before the drug it was "
        f"{shared + network:.2f}: the connectivity “of the network” fell, and nothing in the "
        "network has changed.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip
