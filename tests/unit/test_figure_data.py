"""What is read from a figure is what was drawn."""

import io
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from ketanet import figure_data, figures


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


@pytest.fixture
def panel():
    """One panel with names on its axes."""
    axes = plt.figure().subplots()
    axes.set(xlabel="time (s)", ylabel="current (pA)")
    return axes


def read(axes):
    axes.figure.canvas.draw()
    points, said = figure_data.table(axes.figure)
    assert said == ["panel 1: x = time (s); y = current (pA)"]
    return points


def test_a_line_and_the_mark_across_it(panel):
    panel.plot([1, 2, np.nan, 4], [10.0, np.nan, 3, 40], color="#c2006b", label="drug")
    panel.axhline(5)
    panel.axvline(5)
    points = read(panel)
    assert points.to_numpy().tolist() == [
        [1, "line", "drug", "rgb(194 0 107)", 1, 10],
        [1, "line", "drug", "rgb(194 0 107)", 4, 40],
    ]


def test_dots_with_a_value_and_without(panel):
    panel.scatter([1, 2], [3, 4], color=["#ff0000", "#0000ff"])
    panel.scatter([5, 6], [7, 8], c=[0.1, 0.2])
    points = read(panel)
    assert points["colour"].tolist()[:2] == ["rgb(255 0 0)", "rgb(0 0 255)"]
    assert points[["x", "y"]].to_numpy().tolist() == [[1, 3], [2, 4], [5, 7], [6, 8]]
    assert points["value"].tolist()[2:] == [0.1, 0.2]


def test_bars_lie_and_stand(panel):
    panel.bar([1, 2], [3, 4], width=0.5)
    panel.barh([5, 6], [7, 8], height=0.5)
    points = read(panel)
    assert points[["x", "y"]].to_numpy().tolist() == [[1, 3], [2, 4], [7, 5], [8, 6]]


def test_an_interval_has_two_ends(panel):
    panel.errorbar([1], [2], yerr=[[0.5], [1]], fmt="none")
    assert read(panel)[["kind", "x", "y"]].to_numpy().tolist() == [
        ["interval", 1, 1.5], ["interval", 1, 3],
    ]  # fmt: skip


def test_a_band_has_two_edges(panel):
    panel.fill_between([1, 2], [0, 1], [3, 5], color="#1b5e20")
    points = read(panel)
    assert points[["x", "y", "high"]].to_numpy().tolist() == [[1, 0, 3], [2, 1, 5]]
    assert set(points["colour"]) == {"rgb(27 94 32)"}


def test_steps_and_a_histogram_count_the_same(panel):
    values = [0.1, 0.2, 0.2, 0.9]
    counts, edges, _ = panel.hist(values, bins=4)
    panel.stairs(counts, edges, fill=True)
    points = read(panel)
    middle = [(low + high) / 2 for low, high in pairwise(edges)]
    for kind in ("bars", "steps"):
        part = points[points["kind"] == kind]
        assert part["x"].to_numpy() == pytest.approx(middle)
        assert part["y"].tolist() == counts.tolist()


@pytest.mark.parametrize("origin", ["upper", "lower"])
def test_a_picture_and_a_mesh_tell_each_cell(panel, origin):
    values = np.array([[1.0, 2, 3], [4, np.nan, 6]])
    panel.imshow(values, origin=origin)
    panel.pcolormesh([0, 1, 2, 3], [0, 1, 2], values)
    points = read(panel)
    assert len(points) == 10
    told = points[points["series"] == "grid 1"].iloc[:5]
    for x, y, value in told[["x", "y", "value"]].to_numpy():
        assert values[int(y), int(x)] == value
    told = points.iloc[5:]
    for x, y, value in told[["x", "y", "value"]].to_numpy():
        assert values[int(y), int(x)] == value


def test_names_of_ticks_stand_for_their_places(panel):
    panel.plot([1, 2, 3], [0, 0.2, 1], "o")
    panel.set_yticks([0, 1], ["rest", "drug"])
    assert read(panel)["y"].tolist() == ["rest", "rest", "drug"]


def test_ticks_that_count_are_no_names(panel):
    panel.semilogx([0.1, 24], [1, 2])
    panel.set_xticks([0.1, 24], ["6 min", "1 d"])
    assert read(panel)["x"].tolist() == [0.1, 24]
    panel.set_xlabel("")
    _, said = figure_data.table(panel.figure)
    assert said == ["panel 1: x = 6 min = 0.1; 1 d = 24; y = current (pA)"]


def test_a_panel_takes_the_name_that_its_neighbour_shows():
    figure, (left, right) = plt.subplots(1, 2, sharey=True)
    left.set_yticks([2, 3], ["two", "three"])
    left.plot([1], [2])
    left.set(xlabel="a (mm)", ylabel="r", title="one")
    right.plot([1], [3])
    points, said = figure_data.table(figure)
    assert said == ["panel 1 (one): x = a (mm); y = r", "panel 2: x = not said; y = r"]
    assert points["y"].tolist() == ["two", "three"]


def test_pictures_of_a_brain_and_empty_panels_tell_nothing():
    figure = plt.figure()
    figure.add_axes([0, 0, 1, 1]).imshow(np.eye(3))
    figure.add_subplot(111)
    assert figure_data.text(figure) == ""


def test_of_very_many_points_some_are_told(panel):
    panel.plot(np.arange(50_000), np.arange(50_000))
    points, said = figure_data.table(panel.figure)
    assert points["x"].tolist() == list(range(0, 50_000, 3))
    assert said[-1] == "one point in 3 is told"


def test_the_text_opens_in_pandas_and_begins_with_what_it_is(panel):
    panel.plot([1, 1 / 3], [2, 1e-9], label="a, b")
    figures.title("Simulated: a line")
    text = figure_data.text(panel.figure)
    assert text.startswith("# Simulated: a line\n# panel 1: x = time (s); y = current (pA)\n")
    table = pd.read_csv(io.StringIO(text), comment="#", sep=",", names=None)
    assert table["x"].tolist() == [1, 0.333333] and table["series"].tolist() == ["a, b", "a, b"]


def test_what_is_no_figure_is_refused():
    with pytest.raises(ValueError, match="figure"):
        figure_data.text("fig")
