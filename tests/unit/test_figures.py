import io
import itertools
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Rectangle

from ketanet import atlases, figures
from ketanet.inference import Interval

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
}


@pytest.fixture(autouse=True)
def house_style(monkeypatch):
    """The style in force, as outside a notebook; both style and figures are gone afterwards."""
    monkeypatch.setitem(sys.modules, "matplotlib_inline.backend_inline", None)
    with plt.rc_context():
        figures.use()
        yield
        plt.close("all")


def linear(colour):
    """Linear RGB of an sRGB colour."""
    value = np.array(to_rgb(colour))
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


# The palette


def test_every_network_has_a_colour():
    assert list(figures.COLOURS) == [*atlases.NETWORKS, "Subcortical"]


@pytest.mark.parametrize("name", figures.COLOURS)
def test_every_colour_stands_out_from_white(name):
    luminance = linear(figures.COLOURS[name]) @ [0.2126, 0.7152, 0.0722]
    assert 1.05 / (luminance + 0.05) >= 3


@pytest.mark.parametrize("vision", VISION)
def test_every_colour_stands_out_from_every_other(vision):
    # OKLab: Ottosson (2020).
    cones = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    seen = {
        name: lab @ np.cbrt(cones @ np.clip(VISION[vision] @ linear(colour), 0, 1))
        for name, colour in figures.COLOURS.items()
    }
    pairs = itertools.combinations(seen, 2)
    close = [(a, b) for a, b in pairs if np.linalg.norm(seen[a] - seen[b]) < 0.10]
    assert close == []


def test_the_colour_map_follows_the_order_of_the_networks():
    cmap = figures.colormap(["Default", "Visual", "Limbic"])
    assert cmap.N == 3
    expected = [figures.COLOURS[name].lower() for name in ("Default", "Visual", "Limbic")]
    assert [to_hex(cmap(i)) for i in range(3)] == expected


def test_a_palette_keeps_the_order_it_is_given():
    cmap = figures.palette(["#112233", "#445566"])
    assert [to_hex(cmap(i)) for i in range(cmap.N)] == ["#112233", "#445566"]


# The look


def test_figures_are_saved_on_white():
    plt.style.use("dark_background")
    figures.use()
    assert plt.rcParams["figure.facecolor"] == "white"
    figure = plt.figure(figsize=(1, 1))
    figure.text(0, 0.5, "x")
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    stream.seek(0)
    assert list(plt.imread(stream)[0, 0]) == [1, 1, 1, 1]


def test_a_title_stands_over_the_current_figure():
    figure = plt.figure()
    figures.title("Where the networks are", y=0.9)
    assert figure.get_suptitle() == "Where the networks are"
    [text] = figure.texts
    assert text.get_position() == (0.02, 0.9)
    assert (text.get_ha(), text.get_va()) == ("left", "top")
    assert to_hex(text.get_color()) == figures.INK


def test_a_legend_names_networks_in_their_colours():
    figure = plt.figure()
    figures.legend(["Limbic", "Visual"])
    [legend] = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["Limbic", "Visual"]
    shown = [to_hex(patch.get_facecolor()).upper() for patch in legend.get_patches()]
    assert shown == [figures.COLOURS["Limbic"], figures.COLOURS["Visual"]]


def test_a_legend_takes_areas_with_colours_of_their_own():
    figure = plt.figure()
    figures.legend({"habenula": "#112233", "raphe": "#445566"})
    [legend] = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["habenula", "raphe"]
    assert [to_hex(patch.get_facecolor()) for patch in legend.get_patches()] == [
        "#112233",
        "#445566",
    ]


@pytest.mark.parametrize("count, columns", [(1, 1), (5, 5), (6, 4), (8, 4)])
def test_a_long_legend_is_broken_into_lines(count, columns):
    figure = plt.figure()
    figures.legend(list(figures.COLOURS)[:count])
    assert figure.legends[0]._ncols == columns


# The drawings


def draw_matrix(limit=1.0):
    """Regions in a mixed order; each cell says where it comes from."""
    network = pd.Series({"a": "Default", "b": "Visual", "c": "Subcortical", "d": "Visual"})
    values = np.arange(16).reshape(4, 4) / 16
    table = pd.DataFrame(values, index=list("abcd"), columns=list("abcd"))
    return table, figures.matrix(table, network, "Who talks to whom", limit=limit)


def test_a_matrix_groups_regions_in_the_order_of_the_colours():
    table, figure = draw_matrix()
    axes = figure.axes[0]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == [
        "Visual (2)",
        "Default (1)",
        "Subcortical (1)",
    ]
    assert list(axes.get_yticks()) == [0.5, 2, 3]
    shown = np.ma.filled(axes.images[0].get_array(), np.nan)
    expected = table.loc[list("bdac"), list("bdac")].to_numpy(copy=True)
    off = ~np.eye(4, dtype=bool)
    assert (shown[off] == expected[off]).all()


def test_a_matrix_leaves_its_diagonal_blank_and_the_table_whole():
    table, figure = draw_matrix()
    shown = np.ma.filled(figure.axes[0].images[0].get_array(), np.nan)
    assert (np.isnan(shown) == np.eye(4, dtype=bool)).all()
    assert list(np.diag(table)) == [0, 5 / 16, 10 / 16, 15 / 16]


def test_a_matrix_marks_each_group_with_its_colour():
    _, figure = draw_matrix()
    patches = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    bands = [
        (patch.get_y(), patch.get_height(), to_hex(patch.get_facecolor()).upper())
        for patch in patches
        if patch.get_fill()
    ]
    assert bands == [
        (-0.5, 2, figures.COLOURS["Visual"]),
        (1.5, 1, figures.COLOURS["Default"]),
        (2.5, 1, figures.COLOURS["Subcortical"]),
    ]


def test_every_group_is_framed_where_its_regions_are():
    _, figure = draw_matrix()
    axes = figure.axes[0]
    frames = [patch.get_bbox().bounds for patch in axes.patches if not patch.get_fill()]
    assert frames == [(-0.5, -0.5, 2, 2), (1.5, 1.5, 1, 1), (2.5, 2.5, 1, 1)]
    assert all(patch.get_linewidth() > 0 for patch in axes.patches if not patch.get_fill())
    # The bands stand in the margin, between the names and the matrix.
    edges = {(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches if p.get_fill()}
    assert edges == {(-0.045, -0.045 + 0.03)}
    assert {patch.get_clip_on() for patch in axes.patches if patch.get_fill()} == {False}
    assert not axes.spines["left"].get_visible() and list(axes.get_xticks()) == []


def test_figures_have_the_size_of_the_page():
    figures.use()
    assert tuple(plt.figure().get_size_inches()) == (7.2, 3.6)
    assert tuple(draw_matrix()[1].get_size_inches()) == (7.2, 5.6)
    assert tuple(draw_people().figure.get_size_inches()) == pytest.approx((7.2, 1.3 + 2 * 0.62))


def test_titles_and_legends_keep_clear_of_the_picture():
    figure = plt.figure()
    figures.title("A picture")
    figures.legend(["Default", "Visual"])
    figure.draw_without_rendering()
    title, legend = figure._suptitle.get_position(), figure.legends[0].get_window_extent()
    assert title == (0.02, 0.98) and figure._suptitle.get_horizontalalignment() == "left"
    below = figure.transFigure.inverted().transform(legend)
    assert below[1, 1] <= 0.01  # its upper edge is the foot of the figure
    assert below[:, 0].mean() == pytest.approx(0.5, abs=0.01)


def test_a_matrix_bears_its_title_and_a_scale_around_zero():
    _, figure = draw_matrix(limit=0.4)
    axes = figure.axes[0]
    assert axes.get_title(loc="left") == "Who talks to whom"
    assert axes.images[0].get_clim() == (-0.4, 0.4)
    assert figure.axes[1].get_ylabel() == "correlation r"


def draw_people(**options):
    values = {"with": [0.1, 0.2, 0.6], "without": [-0.3, -0.1]}
    groups = {
        name: (pd.Series(group), Interval(np.mean(group), min(group), max(group), 0.95, len(group)))
        for name, group in values.items()
    }
    return figures.people(groups, "Each dot is a person", "coupling r", **options).axes[0]


def test_people_are_one_dot_each_at_their_value():
    axes = draw_people()
    dots = [line for line in axes.lines if line.get_marker() == "o"]
    assert [list(line.get_xdata()) for line in dots] == [[0.1, 0.2, 0.6], [-0.3, -0.1]]
    for row, line in enumerate(dots):
        assert np.abs(line.get_ydata() - row).max() < 0.2
        assert len(set(line.get_ydata())) == len(line.get_xdata())


def test_the_mean_is_a_diamond_on_its_interval():
    axes = draw_people()
    diamonds = [line for line in axes.lines if line.get_marker() == "D"]
    assert [line.get_xdata()[0] for line in diamonds] == pytest.approx([0.3, -0.2])
    assert [line.get_ydata()[0] for line in diamonds] == [0, 1]
    bars = [list(line.get_xdata()) for line in axes.lines if len(set(line.get_ydata())) == 1]
    assert [0.1, 0.6] in bars and [-0.3, -0.1] in bars


def test_groups_are_named_from_top_to_bottom():
    axes = draw_people()
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["with", "without"]
    assert axes.get_ylim() == (1.5, -0.5)
    assert axes.get_title(loc="left") == "Each dot is a person"
    assert axes.get_xlabel() == "coupling r"


def test_a_line_marks_zero_if_asked():
    def at_zero(axes):
        return [line for line in axes.lines if list(line.get_xdata()) == [0, 0]]

    assert len(at_zero(draw_people())) == 1
    assert at_zero(draw_people(zero=False)) == []


def test_each_group_can_have_its_colour():
    axes = draw_people(colours=[figures.WARM, figures.COOL])
    dots = [line.get_color() for line in axes.lines if line.get_marker() == "o"]
    assert dots == [figures.COLOURS["Default"], figures.COLOURS["Somatomotor"]]
