import base64
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
from PIL import Image

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


def apart(colours, vision):
    """Smallest distance of two colours for an eye; OKLab: Ottosson (2020)."""
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
    seen = [
        lab @ np.cbrt(cones @ np.clip(VISION[vision] @ linear(colour), 0, 1)) for colour in colours
    ]
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))


@pytest.mark.parametrize("vision", VISION)
def test_every_colour_stands_out_from_every_other(vision):
    assert apart(figures.COLOURS.values(), vision) >= 0.10
    assert apart([figures.KETAMINE, figures.PLAIN, figures.OTHER], vision) >= 0.10
    assert apart(figures.SERIES, vision) >= 0.10


def test_the_drug_has_an_ink_of_its_own():
    others = [*figures.COLOURS.values(), *figures.SERIES, figures.INK, figures.FAINT]
    assert min(apart([figures.KETAMINE, other], "normal") for other in others) >= 0.10


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


def test_a_title_stands_flush_left_over_the_current_figure():
    figure, _ = plt.subplots()
    figures.title("Where the networks are")
    assert figure.get_suptitle() == "Where the networks are"
    [text] = figure.texts
    assert text.get_position()[0] == 0.01 and text.get_ha() == "left"
    assert to_hex(text.get_color()) == figures.INK


def test_a_long_title_is_broken_and_stays_within_the_figure():
    figure, axes = plt.subplots()
    figures.title("Each of the many words of this title finds its place on one of the lines")
    figure.draw_without_rendering()
    text = figure._suptitle.get_window_extent()
    assert figure._suptitle.get_text().count("\n") == 1
    assert text.x1 <= figure.bbox.x1 and text.y0 >= axes.get_window_extent().y1


def test_a_title_stands_above_axes_that_make_no_room():
    figure = plt.figure()
    axes = figure.add_axes([0, 0, 1, 1])
    figures.title("A brain")
    figure.draw_without_rendering()
    assert figure._suptitle.get_window_extent().y0 >= axes.get_window_extent().y1


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


@pytest.mark.parametrize("count", range(1, 9))
def test_a_legend_is_as_wide_as_the_figure_at_most(count):
    figure = plt.figure()
    figures.legend(list(figures.COLOURS)[:count])
    figure.draw_without_rendering()
    assert figure.legends[0].get_window_extent().width <= figure.bbox.width


# How a figure leaves the notebook


def test_a_drawing_is_written_in_words_and_without_a_date():
    figure, axes = plt.subplots()
    axes.set(xlabel="days after the dose")
    text = figures.drawing(figure)
    assert ">days after the dose</text>" in text and "<dc:date>" not in text
    assert text == figures.drawing(figure)


def test_type_is_eleven_pixels_high_on_a_phone():
    assert 343 / (72 * figures.WIDTH) * plt.rcParams["font.size"] >= 11


@pytest.mark.parametrize("kind", ["image", "surface", "many"])
def test_what_is_better_told_in_pixels_is_no_drawing(kind):
    figure, axes = plt.subplots(subplot_kw={"projection": "3d" if kind == "surface" else None})
    if kind == "image":
        axes.imshow(np.eye(3))
    if kind == "many":
        axes.scatter(*np.random.default_rng(0).random((2, 5000)))
    assert figures.drawing(figure) is None


def test_a_notebook_shows_drawings_and_pictures_at_twice_the_density():
    figure, axes = plt.subplots()
    data, told = figures._show(figure)
    assert (set(data), told) == ({"image/svg+xml"}, {}), "nothing is drawn, nothing is told"
    axes.imshow(np.eye(3), aspect="auto")
    data, size = figures._show(figure)
    picture = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert tuple(side // 2 for side in picture.size) == tuple(size["image/png"].values())
    assert picture.width == pytest.approx(2 * 100 * figures.WIDTH, rel=0.1)


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
    assert tuple(plt.figure().get_size_inches()) == (5.1, 3.2)
    assert tuple(draw_matrix()[1].get_size_inches()) == (5.1, 4.4)
    assert tuple(draw_people().figure.get_size_inches()) == pytest.approx((5.1, 1.2 + 2 * 0.42))


def test_a_legend_keeps_clear_of_the_picture():
    figure = plt.figure()
    figures.legend(["Default", "Visual"])
    figure.draw_without_rendering()
    legend = figure.legends[0].get_window_extent()
    below = figure.transFigure.inverted().transform(legend)
    assert below[1, 1] <= 0.01  # its upper edge is the foot of the figure
    assert below[:, 0].mean() == pytest.approx(0.5, abs=0.01)


def test_a_matrix_bears_its_title_and_a_scale_around_zero():
    _, figure = draw_matrix(limit=0.4)
    axes = figure.axes[0]
    assert figure.get_suptitle() == "Who talks to whom"
    assert axes.images[0].get_clim() == (-0.4, 0.4)
    assert figure.axes[1].get_xlabel() == "correlation r"


def test_dots_stand_where_the_regions_are_and_have_their_colours():
    places = pd.DataFrame(
        {"x": [-30.0, 30.0, -5.0], "y": [10.0, 20.0, -60.0], "z": [5.0, 6.0, 7.0]}, index=[*"abc"]
    )
    values = pd.Series({"c": 3.0, "b": 0.0, "a": -9.0})
    figure = figures.dots(values, places, "A moment")
    above, side = (axes.collections[0] for axes in figure.axes)
    assert above.get_offsets().tolist() == [[-30, 10], [30, 20], [-5, -60]]
    assert side.get_offsets().tolist() == [[-10, 5], [60, 7]], "the left half alone, front left"
    assert above.get_array().tolist() == [-9, 0, 3]
    assert side.get_array().tolist() == [-9, 3]
    assert above.get_clim() == side.get_clim() == (-3, 3)
    assert figure.get_suptitle() == "A moment"
    assert figures.dots(values, places, "A moment", limit=1).axes[0].collections[0].get_clim() == (
        -1,
        1,
    )


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
    assert axes.figure.get_suptitle() == "Each dot is a person"
    assert axes.get_xlabel() == "coupling r"


def test_a_line_marks_zero_if_asked():
    def at_zero(axes):
        return [line for line in axes.lines if list(line.get_xdata()) == [0, 0]]

    assert len(at_zero(draw_people())) == 1
    assert at_zero(draw_people(zero=False)) == []


def test_each_group_can_have_its_colour():
    axes = draw_people(colours=[figures.KETAMINE, figures.PLAIN])
    dots = [line.get_color() for line in axes.lines if line.get_marker() == "o"]
    assert dots == [figures.KETAMINE, figures.PLAIN]
