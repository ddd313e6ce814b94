"""Chapter 5: the lateral habenula."""

from math import exp

from examination.questions import choice, number, shown


def coarsest_voxel(draw):
    """How sharp a scan has to be to give a small region some voxels."""
    volume, voxels = draw.between(18, 60, 1), draw.pick(4, 5, 6, 8, 10, 12)
    return number(
        1, 2,
        f"""On one side a small nucleus has a volume of {volume} mm³. A scan is to have voxels
        (cubes) so small that the nucleus has the volume of {voxels} of them.

        How long is the edge of such a voxel?""",
        (volume / voxels) ** (1 / 3),
        {
            "The volume of a voxel, not its edge.": volume / voxels,
            "The square root: that is for an area.": (volume / voxels) ** 0.5,
            "Divided by 3: an edge is the cube root of a volume.": volume / voxels / 3,
        },
        f"A voxel of {volume} / {voxels} = {volume / voxels:.2f} mm³ has the cube root of that for "
        "its edge =?. Fewer voxels are mostly the region’s own: that hangs on where the grid "
        "falls.",
        decimals=2, tolerance=0.01, unit="mm",
    )  # fmt: skip


def hidden_change(draw):
    """What a study sees of a habenula that lets go, when its signal is mixed with its neighbour."""
    share = draw.between(0.1, 0.45, 0.05)
    own, near = draw.between(0.3, 0.6, 0.05), draw.between(0.3, 0.6, 0.05)
    rest = 1 - share
    size = (share**2 + rest**2) ** 0.5
    return number(
        2, 5,
        f"""After smoothing, “the habenula” of a study is {share:.2f} · <i>h</i> + {rest:.2f} ·
        <i>t</i>: <i>h</i> is the signal of the habenula, <i>t</i> that of the thalamus. Both have
        the standard deviation 1 and, to keep the sum short, nothing to do with each other. With a
        third region <i>h</i> correlates at {own:.2f} and <i>t</i> at {near:.2f}.

        A drug takes the correlation of <i>h</i> with the third region to 0 and changes nothing
        else. By how much does the correlation that the study <i>sees</i> change? Give it with its
        sign.""",
        -share * own / size,
        {
            "The true change of the habenula.": -own,
            "Not divided by the standard deviation of the mixture.": -share * own,
            "The share of the thalamus was taken for that of the habenula.": -rest * own / size,
            "What is left to be seen after the drug, not the change.": rest * near / size,
        },
        f"The mixture has the standard deviation √({share:.2f}² + {rest:.2f}²) = {size:.3f}. "
        f"Before: ({share:.2f} · {own:.2f} + {rest:.2f} · {near:.2f}) / {size:.3f} = "
        f"{(share * own + rest * near) / size:.3f}; after: {rest:.2f} · {near:.2f} / {size:.3f} = "
        f"{rest * near / size:.3f}. The change =?; the true change is {shown(-own, 2)}.",
        decimals=2, tolerance=0.01,
    )  # fmt: skip


def level_for_silence(draw):
    """How much more drug it takes to go from a small block to a large one."""
    usual, needed = draw.between(8, 15, 1), draw.between(40, 75, 5)
    factor = needed / (100 - needed) / (usual / (100 - usual))
    return choice(
        draw, 3, 4,
        f"""In a model cell of the habenula the bursts end when {needed}% of the NMDA receptors are
        blocked. At the level <i>c</i> the drug blocks the share <i>c</i> / (<i>c</i> + IC50), where
        IC50 is the level that blocks half. The usual dose brings a level that blocks {usual}%.

        How many times that level would it take to end the bursts?""",
        f"about {factor:.2g} times",
        {
            "The block was taken to grow in proportion to the level; it levels off.":
                f"about {needed / usual:.2g} times",
            "This compares the receptors that are left free.":
                f"about {(100 - usual) / (100 - needed):.2g} times",
            "That is the level in units of the IC50, not of the usual level.":
                f"about {needed / (100 - needed):.2g} times",
        },
        f"<i>c</i> / IC50 = block / (1 − block): {usual / (100 - usual):.3f} for {usual}%, "
        f"{needed / (100 - needed):.3f} for {needed}%. The one over the other is {factor:.2g}. So "
        "in this model the usual dose is far from enough: the model is wrong about the dose, or "
        "something else closes the gap.",
    )  # fmt: skip


def fewer_pauses(draw):
    """What fewer bursts of the habenula would give back to dopamine cells."""
    before, after = draw.between(5, 12, 0.5), draw.between(1, 4, 0.5)
    free = [97 * exp(-0.085 * bursts) + 3 for bursts in (before, after)]
    return number(
        4, 4,
        f"""In rats one pulse into the habenula stopped 97% of the dopamine cells for 85 ms. Suppose
        that a burst of habenula cells does the same, and that bursts come independently of one
        another, <i>n</i> a second. A dopamine cell that obeys is then free for a share e<sup>−0.085
        <i>n</i></sup> of the time; the other 3% of the cells are always free.

        A drug lowers the bursts from {before:.1f} to {after:.1f} a second. By how many percentage
        points does the mean free share of all dopamine cells rise?""",
        free[1] - free[0],
        {
            "Each burst was taken to cost 85 ms more. Pauses overlap.":
                97 * 0.085 * (before - after),
            "Only the difference of the two rates was put in.":
                97 * (1 - exp(-0.085 * (before - after))),
            "The free share after the drug, not its rise.": free[1],
        },
        f"Before: 0.97 · e<sup>−{0.085 * before:.3f}</sup> + 0.03 = {free[0] / 100:.3f}. After: "
        f"0.97 · e<sup>−{0.085 * after:.3f}</sup> + 0.03 = {free[1] / 100:.3f}. The rise =?. That "
        "a burst acts like a pulse was not tested: this makes the claim plausible, and no more.",
        decimals=0, tolerance=1, unit="percentage points",
    )  # fmt: skip
