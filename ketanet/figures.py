"""The house style for pictures: one palette, one look, and the few drawings that recur."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch, Rectangle

COLOURS = {
    "Visual": "#0B2F82",
    "Somatomotor": "#2796FF",
    "Dorsal Attention": "#285762",
    "Ventral Attention": "#8B4FB0",
    "Limbic": "#9F632D",
    "Frontoparietal": "#C5870B",
    "Default": "#941E00",
    "Subcortical": "#919191",
}
"""One colour a network, the same in every chapter.

Found by a search from the Okabe-Ito palette: each stands out from white (contrast at
least 3) and from every other colour, for readers with and without red-green blindness.
"""

INK, FAINT = "#222222", "#B8B8B8"
WARM, COOL = COLOURS["Default"], COLOURS["Somatomotor"]
"""Colours for two things that are compared and are no networks."""

KETAMINE = "#C2006B"
"""The drug, and whatever is under it; nothing else has this colour."""

PLAIN, OTHER = "#44617E", "#8C7A5B"
"""What is measured or simulated and is neither a network nor the drug; and what it meets."""

DIVERGING = "RdBu_r"
"""Colour map for correlations: red above zero, blue below, white at zero."""


def use():
    """Set the house style for every figure that follows.

    Figures are drawn at twice the density of the page, on white: the colours keep their
    meaning in the dark theme, where the page shows them on a white card.
    """
    plt.rcParams.update(
        {
            "figure.figsize": (7.2, 3.6),
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "savefig.bbox": "tight",
            "font.size": 11,
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.titlesize": 12,
            "axes.titleweight": "bold",
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
            "lines.linewidth": 1.5,
        }
    )
    try:
        from matplotlib_inline.backend_inline import set_matplotlib_formats
    except ImportError:  # outside a notebook
        return
    set_matplotlib_formats("retina", pil_kwargs={"compress_level": 1})
    # A cell's figures are drawn when they are shown; pyplot would draw each one before, too.
    plt.uninstall_repl_displayhook()


def colormap(networks):
    """Colour map for an image that numbers these networks from 1.

    Parameters
    ----------
    networks : sequence of str
        Keys of `COLOURS`, in the order of their numbers.

    Returns
    -------
    matplotlib.colors.ListedColormap
    """
    return palette([COLOURS[name] for name in networks])


def palette(colours):
    """Colour map for an image that numbers its areas from 1.

    Parameters
    ----------
    colours : sequence of str
        In the order of the numbers.

    Returns
    -------
    matplotlib.colors.ListedColormap
    """
    return ListedColormap(colours, name="areas")


def title(text, y=0.98):
    """Put a title over the current figure: nilearn's own are white on black.

    Parameters
    ----------
    text : str
        What the figure shows.
    y : float
        Height of its upper edge, 1 at the top of the figure.
    """
    plt.gcf().suptitle(text, x=0.02, y=y, ha="left", va="top", weight="bold", size=12)


def legend(networks, y=0.0):
    """Name networks, or other areas, in their colours, under the current figure.

    Parameters
    ----------
    networks : sequence of str, or mapping of str to str
        Keys of `COLOURS`, or names with colours of their own.
    y : float
        Height of its upper edge, 0 at the foot of the figure.
    """
    own = networks if isinstance(networks, Mapping) else {name: COLOURS[name] for name in networks}
    patches = [Patch(color=colour, label=name) for name, colour in own.items()]
    columns = len(patches) if len(patches) < 6 else 4
    plt.gcf().legend(handles=patches, loc="upper center", bbox_to_anchor=(0.5, y), ncols=columns)


def matrix(connectivity, network, title, limit=1.0):
    """Draw a connectivity matrix with its regions grouped by network.

    Parameters
    ----------
    connectivity : pandas.DataFrame, shape (regions, regions)
    network : pandas.Series
        Network of each region (index: region), values among `COLOURS`.
    title : str
        What the figure shows.
    limit : float
        The colour scale runs from -limit to +limit.

    Returns
    -------
    matplotlib.figure.Figure
    """
    groups = {name: network.index[network == name] for name in COLOURS if (network == name).any()}
    order = [region for regions in groups.values() for region in regions]
    values = connectivity.loc[order, order].to_numpy(copy=True)
    np.fill_diagonal(values, np.nan)

    figure, axes = plt.subplots(figsize=(7.2, 5.6), layout="constrained")
    picture = axes.imshow(values, cmap=DIVERGING, vmin=-limit, vmax=limit)
    start, centres = 0, []
    for name, regions in groups.items():
        count = len(regions)
        square = Rectangle((start - 0.5, start - 0.5), count, count, fill=False, ec=INK, lw=1)
        band = Rectangle((-0.045, start - 0.5), 0.03, count, color=COLOURS[name])
        band.set_transform(axes.get_yaxis_transform())
        band.set_clip_on(False)
        axes.add_patch(square)
        axes.add_patch(band)
        centres.append(start + count / 2 - 0.5)
        start += count
    axes.set_yticks(centres, [f"{name} ({len(regions)})" for name, regions in groups.items()])
    axes.tick_params(axis="y", length=0, pad=16)
    axes.set_xticks([])
    axes.set_xlabel(f"the same {len(order)} regions, in the same order")
    axes.set_title(title)
    axes.spines[:].set_visible(False)
    figure.colorbar(picture, label="correlation r", shrink=0.8)
    return figure


def people(groups, title, label, colours=None, zero=True):
    """Draw one dot for each person, and the mean with its interval, for each group.

    Parameters
    ----------
    groups : mapping of str to (pandas.Series, ketanet.inference.Interval)
        For each row of the figure, one value a person, and their mean with its interval.
    title : str
        What the figure shows.
    label : str
        What the values are, with their unit.
    colours : sequence of str, optional
        One for each group.
    zero : bool
        Whether a line marks zero.

    Returns
    -------
    matplotlib.figure.Figure
    """
    figure, axes = plt.subplots(figsize=(7.2, 1.3 + 0.62 * len(groups)), layout="constrained")
    colours = colours or [WARM] * len(groups)
    if zero:
        axes.axvline(0, color=FAINT, lw=1)
    for row, ((values, interval), colour) in enumerate(zip(groups.values(), colours, strict=True)):
        spread = np.linspace(-0.13, 0.13, len(values))
        axes.plot(values, row + spread, "o", color=colour, alpha=0.45, ms=6, mew=0)
        axes.plot([interval.low, interval.high], [row, row], color=INK, lw=2.2)
        axes.plot(interval.mean, row, "D", color=INK, ms=7)
    axes.set_yticks(range(len(groups)), list(groups))
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlabel(label)
    axes.set_title(title)
    return figure
