"""Plots that a chapter's page can draw again when its reader changes the code.

Here matplotlib draws them, in the style of the course. In the page a file of the same name
hands the same numbers to a drawing of the browser.
"""

import matplotlib.pyplot as plt
import numpy as np

from ketanet import figures


def line(x, y, label=""):
    """Join points by a line.

    Parameters
    ----------
    x, y : array_like, shape (points,)
    label : str
        What the line is, for a legend; none if empty.
    """
    number = len(plt.gca().lines)
    plt.plot(_numbers(x), _numbers(y), color=figures.SERIES[number % 4], lw=2, label=label or None)


def points(x, y, label=""):
    """Mark points; as `line`."""
    number = len(plt.gca().lines)
    colour = figures.SERIES[number % 4]
    plt.plot(_numbers(x), _numbers(y), "o", color=colour, alpha=0.7, label=label or None)


def bars(x, heights, label=""):
    """Draw a bar at each of evenly spaced places; as `line`."""
    x = _numbers(x)
    number = len(plt.gca().containers)
    width = 0.9 * (x[1] - x[0]) if len(x) > 1 else 0.9
    colour = figures.SERIES[number % 4]
    plt.bar(x, _numbers(heights), width, color=colour, alpha=0.7, label=label or None)


def axes(title, x, y):
    """Name what is seen, and both axes with their units; call it last.

    Parameters
    ----------
    title, x, y : str
    """
    figures.title(title)
    plt.gca().set(xlabel=x, ylabel=y)
    if plt.gca().get_legend_handles_labels()[1]:
        plt.legend()


def _numbers(values):
    return np.asarray(list(values), float)
