"""Chapter 3: glutamate and the NMDA receptor."""

from math import exp, pi

from examination.questions import choice, number, shown
from ketanet import circuits, pharmacokinetics, receptors


def unplugged(draw):
    """What a depolarisation does to the plug of magnesium."""
    magnesium = draw.pick(0.6, 0.8, 1.0, 1.2, 1.5)
    rest, active = draw.between(-78, -62, 2), draw.between(-44, -24, 2)
    before, after = (float(receptors.unblocked(v, magnesium)) for v in (rest, active))
    slope = exp(receptors.MG_PER_MV * (active - rest))
    return number(
        1, 4,
        f"""Magnesium leaves a share of the open NMDA receptors free: <i>B</i> = 1 / (1 + (Mg /
        3.57) · e<sup>−0.062 <i>V</i></sup>), with magnesium in mM and the voltage <i>V</i> in mV.
        At {magnesium:.1f} mM magnesium a cell goes from {shown(rest, 0)} mV to {shown(active, 0)}
        mV.

        How many times as large as before is the free share?""",
        after / before,
        {
            "The exponential alone: it would be right if nearly all were blocked at both "
            "voltages.": slope,
            "The blocked shares were compared.": (1 - after) / (1 - before),
            "The difference of the two shares, not how many times the one is the other.":
                after - before,
        },
        f"<i>B</i> at {shown(rest, 0)} mV: {before:.4f}. <i>B</i> at {shown(active, 0)} mV: "
        f"{after:.4f}. {after:.4f} / {before:.4f} =?.",
        decimals=1, tolerance=max(0.1, round(0.02 * after / before, 1)),
    )  # fmt: skip


def from_blood_to_block(draw):
    """From the level in the blood to the share of receptors that is blocked."""
    level, half = draw.between(80, 400, 10), draw.between(1.2, 6, 0.1)
    free = pharmacokinetics.UNBOUND * float(pharmacokinetics.micromolar(level))
    right = 100 * float(receptors.block(free, half))
    total = free / pharmacokinetics.UNBOUND
    return number(
        2, 4,
        f"""Soon after an infusion the level of ketamine in the blood is {level} ng/mL. Of this,
        {pharmacokinetics.UNBOUND:.0%} is not bound to protein and can reach a receptor. Ketamine
        has a molar mass of {pharmacokinetics.MOLAR_MASS} g/mol. It blocks half of the receptors of
        one subtype at {half:.1f} µM, and has one binding site.

        What share of these receptors does it block at this level?""",
        right,
        {
            "All of the ketamine was counted, that bound to protein too.":
                100 * float(receptors.block(total, half)),
            "Half of the receptors at the IC50, and in proportion below it: the block is no "
            "straight line.": 50 * free / half,
            "The level over the IC50: it would be 100% where half are blocked.":
                100 * free / half,
        },
        f"1 ng/mL is 1 µg/L, so {level} ng/mL are {level} / {pharmacokinetics.MOLAR_MASS} = "
        f"{total:.3f} µM. Unbound: {pharmacokinetics.UNBOUND} · {total:.3f} = {free:.3f} µM. "
        f"Blocked: {free:.3f} / ({free:.3f} + {half:.1f}) =?.",
        decimals=1, tolerance=max(0.1, round(0.02 * right, 1)), unit="%",
    )  # fmt: skip


def interneurons_first(draw):
    """How much more of the interneurons' current goes when part of it is of another subtype."""
    subtype, share = draw.pick("GluN2C", "GluN2D"), draw.between(0.2, 0.6, 0.05)
    level, special = draw.between(0.3, 2, 0.1), receptors.potency(subtype)
    on_e, on_i = circuits.blocks(level, share, subtype)
    alone = float(receptors.block(level, special))
    mixed = (1 - share) * circuits.COMMON_POTENCY + share * special
    return choice(
        draw, 3, 4,
        f"""In a circuit ketamine blocks half of the NMDA receptors of pyramidal cells at
        {circuits.COMMON_POTENCY:.1f} µM. Of the NMDA current of interneurons {share:.0%} flows
        through {subtype}, of which half is blocked at {special:.2f} µM; the rest flows through the
        same receptors as in pyramidal cells. At a level <i>c</i> the share <i>c</i> / (<i>c</i> +
        IC50) of each kind is blocked, where IC50 is the level that blocks half. The level is
        {level:.1f} µM.

        What share of the interneurons’ NMDA current is blocked?""",
        f"{on_i:.1%}",
        {
            "All of their current was taken to flow through the special subtype.": f"{alone:.1%}",
            "That is the block on pyramidal cells.": f"{on_e:.1%}",
            "The two IC50 were averaged. What adds up is current, so the blocks are to be "
            "averaged.": f"{float(receptors.block(level, mixed)):.1%}",
        },
        f"{subtype}: {level:.1f} / ({level:.1f} + {special:.2f}) = {alone:.3f}. The rest: "
        f"{level:.1f} / ({level:.1f} + {circuits.COMMON_POTENCY:.1f}) = {on_e:.3f}. Together "
        f"{share:.2f} · {alone:.3f} + {1 - share:.2f} · {on_e:.3f} = {on_i:.3f}. On pyramidal "
        f"cells it is {on_e:.3f}: the larger the difference, the more inhibition goes first.",
    )  # fmt: skip


def too_fast_for_blood(draw):
    """Which rhythms a current that fades can follow."""
    fading, rhythm = draw.between(60, 200, 10), draw.between(0.5, 4, 0.1)
    turn = 2 * pi * rhythm * fading / 1000
    right = 100 / (1 + turn**2) ** 0.5
    return number(
        5, 3,
        f"""A current through NMDA receptors fades with the time constant τ = {fading} ms. Of the
        size of a rhythm of <i>f</i> Hz it passes on the share 1 / √(1 + (2π<i>f</i>τ)²). The blood
        that fMRI sees passes on next to nothing of so fast a rhythm.

        What share of a rhythm of {rhythm:.1f} Hz does the current pass on?""",
        right,
        {
            "The share of the power: the root is missing.": 100 / (1 + turn**2),
            "2π is missing: f is a number of rounds per second.":
                100 / (1 + (turn / (2 * pi)) ** 2) ** 0.5,
            "What the current takes away.": 100 - right,
        },
        f"2π · {rhythm:.1f} · {fading / 1000:.2f} = {turn:.3f}, squared {turn**2:.3f}; 1 / "
        f"√{1 + turn**2:.3f} =?. The current follows much that fMRI cannot.",
        decimals=0, tolerance=1, unit="%",
    )  # fmt: skip
