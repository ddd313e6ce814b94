"""Plots of live cells as a notebook has them."""

import matplotlib.pyplot as plt
import pytest

from ketanet import draw, figures


@pytest.fixture(autouse=True)
def one_figure():
    yield plt.figure()
    plt.close("all")


def test_lines_have_the_inks_of_the_course_and_a_legend():
    draw.line(range(3), [1, 2, 3], "first")
    draw.line([0, 1, 2], (3.0, 2.0, 1.0), "second")
    draw.axes("Simulated: two lines", "time (s)", "r")
    axes = plt.gca()
    assert [line.get_color() for line in axes.lines] == list(figures.SERIES[:2])
    assert [list(line.get_ydata()) for line in axes.lines] == [[1, 2, 3], [3, 2, 1]]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["first", "second"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("time (s)", "r")
    assert "Simulated: two lines" in [text.get_text() for text in plt.gcf().texts] + [
        axes.get_title(loc=place) for place in ("left", "center")
    ]


def test_without_a_label_there_is_no_legend():
    draw.points([1], [2])
    draw.axes("Simulated", "x", "y")
    assert plt.gca().get_legend() is None
    [dots] = plt.gca().lines
    assert dots.get_marker() == "o" and dots.get_linestyle() == "None"


def test_bars_stand_side_by_side():
    draw.bars([1, 3, 5], [4, 5, 6])
    draw.bars([1, 3, 5], [1, 1, 1], "second")
    first, second = plt.gca().containers
    assert [bar.get_height() for bar in first] == [4, 5, 6]
    assert first[0].get_width() == pytest.approx(1.8)
    assert first[0].get_x() == pytest.approx(1 - 0.9)
    assert first[0].get_facecolor() != second[0].get_facecolor()


def test_one_bar_alone():
    draw.bars([2], [1])
    assert plt.gca().containers[0][0].get_width() == pytest.approx(0.9)
