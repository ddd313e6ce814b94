"""The house style for pictures: one palette, one look, and the few drawings that recur."""

import io
import textwrap
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import ListedColormap, is_color_like
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Patch, Rectangle
from PIL import Image

from ketanet import figure_data
from ketanet._checks import check_above, check_flag, check_kind, check_number, told
from ketanet._labels import aligned, check_names, check_table

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
"""Axes, means and words; and what is only there to compare with."""

KETAMINE = "#C2006B"
"""The drug, and whatever is under it; nothing else has this colour."""

PLAIN, OTHER = "#1B5E20", "#2F6FDE"
"""What is neither a network nor under the drug; and what is compared with it.

With `KETAMINE` they are told apart with and without red-green blindness.
"""

SERIES = PLAIN, OTHER, "#E8601C", "#7D8794"
"""Curves of one kind side by side, as receptors or models: green, blue, orange, grey."""

DIVERGING = "RdBu_r"
"""Colour map for correlations: red above zero, blue below, white at zero."""


WIDTH = 5.1
"""Inches: in a column of 343 pixels, a phone's, type of 12 points is then 11 pixels high."""

LETTERS = 48
"""How many letters of a bold title fit into that width."""


def use():
    """Set the house style for every figure that follows.

    Figures are drawn for the width of a phone, on white: the page turns their lightness
    round in the dark theme. In a notebook they are vector drawings, unless pixels or
    surfaces are in them.
    """
    plt.rcParams.update(
        {
            "figure.figsize": (WIDTH, 3.2),
            "figure.dpi": 100,
            "figure.facecolor": "white",
            "figure.constrained_layout.use": True,
            "savefig.bbox": "tight",
            "savefig.pad_inches": 0.03,
            "font.size": 12,
            "figure.labelsize": 12,
            "font.sans-serif": ["DejaVu Sans", "Verdana"],
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.edgecolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "axes.titlesize": 12,
            "axes.titlelocation": "left",
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
            "legend.fontsize": 12,
            "lines.linewidth": 1.8,
        }
    )
    try:
        from IPython import get_ipython
        from matplotlib_inline.config import InlineBackend
    except ImportError:
        return
    if not (shell := get_ipython()):  # outside a notebook
        return
    InlineBackend.instance(parent=shell).figure_formats = set()
    shell.display_formatter.mimebundle_formatter.for_type(plt.Figure, _show)
    # A cell's figures are drawn when they are shown; pyplot would draw each one before, too.
    plt.uninstall_repl_displayhook()


HEAVIEST = 100_000
"""Letters of an SVG; a figure of more is lighter as pixels."""


def drawing(figure):
    """Write a figure as SVG, with its words as words.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    str or None
        Nothing for a figure that is better told in pixels: an image, a surface, or very
        many shapes.
    """
    check_kind("figure", figure, plt.Figure, ValueError)
    if any(axes.images or axes.name == "3d" for axes in figure.axes):
        return None
    stream = io.StringIO()
    with plt.rc_context({"svg.fonttype": "none", "svg.hashsalt": "ketanet"}):
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue() if stream.tell() <= HEAVIEST else None


def _show(figure, include=None, exclude=None):
    text = drawing(figure)
    numbers = figure_data.text(figure)  # once it is drawn, ticks have their names
    told = {"csv": numbers} if numbers else {}
    if text:
        return {"image/svg+xml": text}, told
    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=2 * figure.dpi, pil_kwargs={"compress_level": 1})
    with Image.open(stream) as picture:
        size = {"width": picture.width // 2, "height": picture.height // 2}
    png = b64encode(stream.getvalue()).decode()
    return {"image/png": png}, {"image/png": size, **told}


def sketch(name):
    """Show a drawing that was made by hand.

    Parameters
    ----------
    name : str
        File in ``ketanet/sketches``, without its ending.

    Returns
    -------
    IPython.display.SVG
    """
    from IPython.display import SVG

    there = {file.stem: file for file in (Path(__file__).parent / "sketches").glob("*.svg")}
    if check_kind("name", name, str, LookupError) not in there:
        raise LookupError(f"name: no sketch {told(name)}; there are {', '.join(sorted(there))}")
    return SVG(there[name].read_text("utf-8"))


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
    return palette(list(_coloured(networks).values()))


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
    colours = _colours("colours", colours)
    if not colours:
        raise ValueError("colours: at least one is needed")
    return ListedColormap(colours, name="areas")


def _coloured(networks):
    """The colours of networks, or of areas that bring their own."""
    if isinstance(networks, Mapping) and networks:
        names = check_names("networks", networks, ValueError)
        return dict(zip(names, _colours("networks", networks.values()), strict=True))
    names = check_names("networks", networks, ValueError)
    unknown = [name for name in names if name not in COLOURS]
    if unknown or not names:
        known = ", ".join(COLOURS)
        raise ValueError(f"networks: {told(unknown)} have no colour; there are {known}")
    return {name: COLOURS[name] for name in names}


def _colours(name, colours):
    colours = check_names(name, colours, ValueError)
    wrong = [colour for colour in colours if not is_color_like(colour)]
    if wrong:
        raise ValueError(f"{name}: {told(wrong[0])} is no colour")
    return colours


def title(text):
    """Put a title over the current figure, flush left, on as many lines as it needs.

    Parameters
    ----------
    text : str
        What the figure shows.
    """
    _head(plt.gcf(), check_kind("text", text, str, ValueError))


def _head(figure, text):
    # Axes that were placed by hand, as nilearn's, make no room: the title goes above them.
    place = {}
    if not any(axes.get_subplotspec() for axes in figure.axes):
        figure.set_layout_engine("none")
    if not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
        place = {"y": 1.01, "va": "bottom"}
    text = textwrap.fill(text, LETTERS)
    figure.suptitle(text, x=0.01, ha="left", weight="bold", size=12, **place)


def legend(networks, y=0.0):
    """Name networks, or other areas, in their colours, under the current figure.

    Parameters
    ----------
    networks : sequence of str, or mapping of str to str
        Keys of `COLOURS`, or names with colours of their own.
    y : float
        Height of its upper edge, 0 at the foot of the figure.
    """
    own, y = _coloured(networks), check_number("y", y, ValueError, one=True)
    patches = [Patch(color=colour, label=name) for name, colour in own.items()]
    longest = max(map(len, own))
    plt.gcf().legend(
        handles=patches,
        loc="upper center",
        bbox_to_anchor=(0.5, y),
        ncols=min(len(own), LETTERS // (longest + 5)) or 1,
        handlelength=1.2,
        columnspacing=1.2,
    )


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
    connectivity = check_table("connectivity", connectivity, ValueError)
    network = check_kind("network", network, pd.Series, ValueError)
    limit = check_above("limit", limit, "", ValueError)
    check_kind("title", title, str, ValueError)
    unknown = network.index.difference(connectivity.index.intersection(connectivity.columns))
    if len(unknown) or network.index.has_duplicates or connectivity.index.has_duplicates:
        raise ValueError("network: connectivity needs each of its regions, once")
    groups = {name: network.index[network == name] for name in COLOURS if (network == name).any()}
    order = [region for regions in groups.values() for region in regions]
    if not order:
        raise ValueError(f"network: none of these networks has a colour: {told(network)}")
    values = connectivity.loc[order, order].to_numpy(copy=True)
    np.fill_diagonal(values, np.nan)

    figure, axes = plt.subplots(figsize=(WIDTH, 4.4))
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
    axes.spines[:].set_visible(False)
    figure.colorbar(picture, label="correlation r", location="bottom", shrink=0.6, aspect=30)
    _head(figure, title)
    return figure


def dots(values, places, title, limit=3.0):
    """Draw each region as a dot in the colour of its value: from above, and from the left.

    Parameters
    ----------
    values : pandas.Series
        One a region.
    places : pandas.DataFrame, shape (regions, 3)
        Columns x, y, z in mm, with the same index; `ketanet.atlases.Atlas.centroids` has them.
    title : str
        What the figure shows.
    limit : float
        The colours run from -limit to +limit.

    Returns
    -------
    matplotlib.figure.Figure
    """
    check_kind("values", values, pd.Series, ValueError)
    places = check_table("places", places, ValueError)
    if not {"x", "y", "z"} <= {*places.columns} or places.index.has_duplicates:
        raise ValueError("places: columns x, y and z are needed, and each region once")
    values = aligned("values", values, places.index, ValueError)
    values = pd.Series(check_number("values", values, ValueError), places.index)
    limit = check_above("limit", limit, "", ValueError)
    check_kind("title", title, str, ValueError)
    figure, (above, side) = plt.subplots(1, 2, figsize=(WIDTH, 2.6))
    look = {"cmap": DIVERGING, "vmin": -limit, "vmax": limit, "s": 80, "ec": SERIES[3]}
    left = places[places["x"] < 0]
    above.scatter(places["x"], places["y"], c=values[places.index], **look)
    side.scatter(-left["y"], left["z"], c=values[left.index], **look)
    for axes, name in ((above, "from above"), (side, "from the left")):
        axes.set(title=name, aspect="equal")
        axes.axis("off")
    _head(figure, title)
    return figure


def people(groups, title, label, colours=None, zero=True):
    """Draw one dot for each person, and the mean with its interval, for each group.

    Parameters
    ----------
    groups : mapping of str to (pandas.Series, ketanet.inference.Interval)
        For each row of the figure, one value a person, and their mean with its interval;
        the row of a table that has mean, low and high will do.
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
    check_kind("groups", groups, Mapping, ValueError)
    check_names("groups", groups, ValueError)
    if not 0 < len(groups) <= 100:
        raise ValueError(f"groups: there are {len(groups)}, from 1 to 100 can be drawn")
    for pair in groups.values():
        if not isinstance(pair, Sequence) or len(pair) != 2:
            raise ValueError(f"groups: values and their interval are needed, not {told(pair)}")
        for end in ("mean", "low", "high"):
            number = getattr(pair[1], end, None)
            check_number(f"groups, {end} of an interval", number, ValueError, one=True)
        if check_number("groups", pair[0], ValueError).ndim != 1:
            raise ValueError("groups: one value a person is needed")
    for name, text in (("title", title), ("label", label)):
        check_kind(name, text, str, ValueError)
    colours = [PLAIN] * len(groups) if colours is None else _colours("colours", colours)
    if len(colours) != len(groups):
        raise ValueError(f"colours: {len(colours)} do not fit {len(groups)} groups")
    figure, axes = plt.subplots(figsize=(WIDTH, 1.2 + 0.42 * len(groups)))
    if check_flag("zero", zero, ValueError):
        axes.axvline(0, color=FAINT, lw=1)
    for row, ((values, interval), colour) in enumerate(zip(groups.values(), colours, strict=True)):
        spread = np.linspace(-0.13, 0.13, len(values))
        axes.plot(values, row + spread, "o", color=colour, alpha=0.45, ms=6, mew=0)
        axes.plot([interval.low, interval.high], [row, row], color=INK, lw=2.2)
        axes.plot(interval.mean, row, "D", color=INK, ms=7)
    axes.set_yticks(range(len(groups)), list(groups))
    axes.set_ylim(len(groups) - 0.5, -0.5)
    axes.set_xlabel(label)
    _head(figure, title)
    return figure
