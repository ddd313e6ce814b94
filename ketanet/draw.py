"""Plots that a chapter's page can draw again when its reader changes the code.

Here matplotlib draws them, in the style of the course. In the page a file of the same name
hands the same numbers to a drawing of the browser.
"""

import matplotlib.pyplot as plt

from ketanet import figures
from ketanet._checks import check_kind, check_number, told


def line(x, y, label=""):
    """Join points by a line.

    Parameters
    ----------
    x, y : array_like, shape (points,)
    label : str
        What the line is, for a legend; none if empty.
    """
    x, y, label = _checked(x, "y", y, label)
    number = len(plt.gca().lines)
    plt.plot(x, y, color=figures.SERIES[number % 4], lw=2, label=label or None)


def points(x, y, label=""):
    """Mark points; as `line`."""
    x, y, label = _checked(x, "y", y, label)
    number = len(plt.gca().lines)
    colour = figures.SERIES[number % 4]
    plt.plot(x, y, "o", color=colour, alpha=0.7, label=label or None)


def bars(x, heights, label=""):
    """Draw a bar at each of evenly spaced places; as `line`."""
    x, heights, label = _checked(x, "heights", heights, label)
    number = len(plt.gca().containers)
    width = 0.9 * (x[1] - x[0]) if len(x) > 1 else 0.9
    colour = figures.SERIES[number % 4]
    plt.bar(x, heights, width, color=colour, alpha=0.7, label=label or None)


def axes(title, x, y):
    """Name what is seen, and both axes with their units; call it last.

    Parameters
    ----------
    title, x, y : str
    """
    for name, text in (("title", title), ("x", x), ("y", y)):
        check_kind(name, text, str, ValueError)
    figures.title(title)
    plt.gca().set(xlabel=x, ylabel=y)
    if plt.gca().get_legend_handles_labels()[1]:
        plt.legend()


def _checked(x, name, y, label):
    x, y = _numbers("x", x), _numbers(name, y)
    if len(x) != len(y):
        raise ValueError(f"x and {name}: {len(x)} and {len(y)} numbers make no pairs")
    return x, y, check_kind("label", label, str, ValueError)


def _numbers(name, values):
    try:
        values = list(values)
    except TypeError:
        raise ValueError(f"{name}: a list of numbers is needed, not {told(values)}") from None
    values = check_number(name, values, ValueError)
    if values.ndim != 1:
        raise ValueError(f"{name}: a list of numbers is needed, not the shape {values.shape}")
    return values
