"""The numbers that a figure shows, read from what matplotlib drew, as a table."""

import io
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb

from ketanet._checks import check_kind

MOST = 20_000
"""Rows; of a figure of more only one point in some is told."""

UNSAID = "not said"
"""An axis without a name."""

NUMBER = re.compile(r"[−+-]?[\d., ]*\d(e[−+-]?\d+)?\s*%?|\$.*\$")
"""A tick that only counts, and names nothing."""


def table(figure):
    """What a figure shows, one row a point.

    Lines, dots, bars, error bars, bands, steps and coloured grids are read. Pictures of a
    brain, whose axes are placed by hand and have no scale, are not.

    Parameters
    ----------
    figure : matplotlib.figure.Figure

    Returns
    -------
    points : pandas.DataFrame
        Columns ``panel`` (from 1), ``kind``, ``series`` (its label, or its number), ``colour``,
        ``x`` and ``y`` (the name of a tick where the axis counts names); ``high``, the upper
        edge of a band, and ``value``, what a colour stands for, where there are any.
        Empty if nothing can be read.
    axes : list of str
        For each panel what its axes are, with their units; and whether points are left out.
    """
    check_kind("figure", figure, plt.Figure, ValueError)
    rows: list[dict] = []
    said: list[str] = []
    for axes in _panels(figure):
        found = [row for part in (_lines, _dots, _bars, _bands, _steps, _grids)
                 for row in part(axes)]  # fmt: skip
        if not found:
            continue
        x_names, y_names = _names(axes, "x"), _names(axes, "y")
        said.append(_told(axes, figure, len(said) + 1, (x_names, y_names)))
        for row in found:
            row["x"], row["y"] = _named(row["x"], x_names), _named(row["y"], y_names)
            rows.append({"panel": len(said), **row})
    points = pd.DataFrame(rows)
    if len(points) > MOST:
        step = -(-len(points) // MOST)
        points = points.iloc[::step].reset_index(drop=True)
        said.append(f"one point in {step} is told")
    return points.dropna(axis=1, how="all"), said


def text(figure):
    """The same as CSV, which begins with lines of remarks; empty if there is nothing to tell."""
    points, said = table(figure)
    if points.empty:
        return ""
    title = figure.get_suptitle() or next((one.get_title() for one in figure.axes), "")
    head = [" ".join(f"# {line}".split()) for line in [title, *said] if line]
    stream = io.StringIO()
    told = points.map(lambda value: f"{value:.6g}" if isinstance(value, float) else value)
    told.replace("nan", "").to_csv(stream, index=False, lineterminator="\n")
    return "\n".join(head) + "\n" + stream.getvalue()


def _told(axes, figure, number, names):
    """What the axes of a panel are; one without a name takes that of its row or column."""
    found = []
    for side, known in zip("xy", names, strict=True):
        near = [one for one in _panels(figure) if _span(one, side) == _span(axes, side)]
        labels = [getattr(one, f"get_{side}label")() for one in [axes, *near]]
        whole = getattr(figure, f"get_sup{side}label")()
        ticks = "; ".join(f"{label} = {place:g}" for place, label in _ticks(axes, side).items())
        told = next(filter(None, [*labels, whole]), "names" if known else ticks or UNSAID)
        found.append(" ".join(told.split()))
    name = f" ({' '.join(axes.get_title().split())})" if axes.get_title() else ""
    return f"panel {number}{name}: x = {found[0]}; y = {found[1]}"


def _panels(figure):
    """The axes that matplotlib placed, without colour bars."""
    return [one for one in figure.axes if one.get_subplotspec() and one.name != "3d"
            and one.get_label() != "<colorbar>"]  # fmt: skip


def _span(axes, side):
    """The column of a panel, in which x is alike, or its row, in which y is."""
    place = axes.get_subplotspec()
    return place.colspan if side == "x" else place.rowspan


def _ticks(axes, side):
    """What the ticks of an axis say, by their places, unless they only count."""
    axis = getattr(axes, f"{side}axis")
    labels = [" ".join(label.get_text().split()) for label in axis.get_ticklabels()]
    known = dict(zip(np.round(axis.get_ticklocs(), 6).tolist(), labels, strict=False))
    known = {place: label for place, label in known.items() if label}
    return {} if any(map(NUMBER.fullmatch, known.values())) else known


def _names(axes, side):
    """The names that an axis counts, by their places; one panel has them for all that share it."""
    for one in [axes, *getattr(axes, f"get_shared_{side}_axes")().get_siblings(axes)]:
        known = _ticks(one, side)
        if len(known) > 1 and np.allclose(np.diff(sorted(known)) % 1, 0):
            return known
    return {}


def _named(value, known):
    """The name of the nearest tick; dots of one name lie a little beside each other."""
    nearest = min(known, key=lambda place: abs(place - value), default=None)
    return value if nearest is None or abs(nearest - value) > 0.5 else known[nearest]


def _series(artist, kind, number):
    label = str(artist.get_label())
    return {"kind": kind, "series": f"{kind} {number}" if label[:1] in ("", "_") else label}


def _rgb(colour):
    """As in style sheets; what begins with # would pass for a remark."""
    return "rgb({:.0f} {:.0f} {:.0f})".format(*(255 * part for part in to_rgb(colour)))


def _lines(axes):
    # Others are marks across the whole panel.
    lines = [one for one in axes.lines if one.get_transform() == axes.transData]
    for number, line in enumerate(lines, start=1):
        told = _series(line, "line", number) | {"colour": _rgb(line.get_color())}
        x, y = (np.asarray(side, float) for side in line.get_data(orig=False))
        for one, other in zip(x, y, strict=True):
            if np.isfinite([one, other]).all():
                yield told | {"x": one, "y": other}


def _dots(axes):
    paths = [one for one in axes.collections if type(one).__name__ == "PathCollection"]
    for number, dots in enumerate(paths, start=1):
        told, shade = _series(dots, "dots", number), dots.get_array()
        colours = dots.get_facecolor() if len(dots.get_facecolor()) else dots.get_edgecolor()
        for k, (x, y) in enumerate(dots.get_offsets().filled(np.nan)):
            colour = {} if shade is not None else {"colour": _rgb(colours[k % len(colours)])}
            value = {} if shade is None else {"value": float(shade[k])}
            if np.isfinite([x, y]).all():
                yield told | colour | {"x": x, "y": y} | value


def _bars(axes):
    groups = [one for one in axes.containers if type(one).__name__ == "BarContainer"]
    for number, group in enumerate(groups, start=1):
        for bar in group:
            told = _series(group, "bars", number) | {"colour": _rgb(bar.get_facecolor())}
            x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
            if group.orientation == "horizontal":
                yield told | {"x": x + width, "y": y + height / 2}
            else:
                yield told | {"x": x + width / 2, "y": y + height}


def _bands(axes):
    kinds = ("FillBetweenPolyCollection", "LineCollection")
    bands = [one for one in axes.collections
             if type(one).__name__ in kinds and one.get_transform() == axes.transData]  # fmt: skip
    for number, band in enumerate(bands, start=1):
        kind = "band" if type(band).__name__ == kinds[0] else "interval"
        colours = band.get_facecolor() if kind == "band" else band.get_colors()
        told = _series(band, kind, number) | ({"colour": _rgb(colours[0])} if len(colours) else {})
        for path in band.get_paths():
            points = path.vertices[np.isfinite(path.vertices).all(axis=1)]
            if kind == "interval":
                yield from (told | {"x": x, "y": y} for x, y in points)
                continue
            for x in np.unique(points[:, 0]):
                heights = points[points[:, 0] == x, 1]
                yield told | {"x": x, "y": heights.min(), "high": heights.max()}


def _steps(axes):
    steps = [one for one in axes.patches if type(one).__name__ == "StepPatch"]
    for number, step in enumerate(steps, start=1):
        told = _series(step, "steps", number) | {"colour": _rgb(step.get_facecolor())}
        values, edges, _ = step.get_data()
        for x, y in zip((edges[1:] + edges[:-1]) / 2, values, strict=True):
            yield told | {"x": x, "y": y}


def _grids(axes):
    for number, picture in enumerate(axes.images, start=1):
        shade = picture.get_array()
        if shade.ndim == 2:
            left, right, low, high = picture.get_extent()
            rows, columns = shade.shape
            x = left + (np.arange(columns) + 0.5) * (right - left) / columns
            y = low + (np.arange(rows) + 0.5) * (high - low) / rows
            y = y[::-1] if picture.origin == "upper" else y
            yield from _cells(_series(picture, "grid", number), x, y, shade)
    meshes = [one for one in axes.collections if type(one).__name__ == "QuadMesh"]
    for number, mesh in enumerate(meshes, start=1):
        corners, shade = mesh.get_coordinates(), mesh.get_array()
        x = (corners[0, 1:, 0] + corners[0, :-1, 0]) / 2
        y = (corners[1:, 0, 1] + corners[:-1, 0, 1]) / 2
        yield from _cells(_series(mesh, "grid", number), x, y, shade.reshape(len(y), len(x)))


def _cells(told, x, y, shade):
    values: np.ndarray = np.ma.filled(np.ma.asarray(shade, dtype=float), np.nan)
    for row, column in zip(*np.nonzero(np.isfinite(values)), strict=True):
        yield told | {"x": x[column], "y": y[row], "value": values[row, column]}
