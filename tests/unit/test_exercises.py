import numpy as np
import pytest
from IPython.display import HTML

from ketanet import exercises
from ketanet.exercises import check, seal, told, unseal


@pytest.mark.parametrize(
    "answer, expected, tolerance, said",
    [
        (None, 0.5, 0.1, "No answer yet: replace None, then run again."),
        (0.5, 0.5, 0.0, "Right."),
        (0.59, 0.5, 0.1, "Right."),
        (np.float64(0.41), 0.5, 0.1, "Right."),
        (0.61, 0.5, 0.1, "0.61 is too large. Think."),
        (-0.5, 0.5, 0.1, "-0.5 is too small. Think."),
        ("0.5", 0.5, 0.1, "Expected one number, got str. Think."),
        ([0.5], 0.5, 0.1, "Expected one number, got list. Think."),
        ("Limbic", "Limbic", 0.0, "Right."),
        ("Visual", "Limbic", 0.0, "'Visual' is not it. Think."),
        (3, "Limbic", 0.0, "3 is not it. Think."),
    ],
)
def test_a_check_says_what_is_off(capsys, answer, expected, tolerance, said):
    check(answer, expected, tolerance, hint="Think.")
    assert capsys.readouterr().out == said + "\n"


def test_a_check_without_a_hint_ends_cleanly(capsys):
    check(2, 1)
    assert capsys.readouterr().out == "2 is too large.\n"


def test_without_a_tolerance_only_the_answer_itself_is_right(capsys):
    check(1.01, 1)
    assert capsys.readouterr().out == "1.01 is too large.\n"


@pytest.mark.parametrize(
    "expected, tolerance, shown",
    [
        (0.54321, 0.005, "0.543"),
        (np.float64(-0.4126), 0.01, "−0.41"),
        (1234.4, 10, "1234"),
        (12, 0, "12"),
        ("R. <b>", 0, "R. &lt;b&gt;"),
        ("T-type", 0, "T-type"),
    ],
)
def test_a_page_tells_the_answer_as_exactly_as_it_is_checked(expected, tolerance, shown):
    assert f"</summary>{shown}</details>" in told(expected, tolerance)


def test_only_the_pages_of_the_book_tell(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(exercises, "display", shown.append)
    check(None, 7)
    assert shown == []
    monkeypatch.setenv(exercises.SHOW_ANSWERS, "1")
    check(None, 7)
    check(7, 7)
    assert [type(one) for one in shown] == [HTML]
    assert "7" in shown[0].data and capsys.readouterr().out.endswith("\nRight.\n")


def test_what_is_sealed_comes_back():
    code = "solution_1 = 7 * 2**2  # µM"
    assert unseal(seal(code)) == code
    assert "solution" not in seal(code)


@pytest.mark.parametrize("text", ["", "no base 64", "AAAA"])
def test_a_damaged_seal_says_what_to_do(text):
    with pytest.raises(ValueError, match="fetch the notebook again"):
        unseal(text)


def test_what_was_sealed_with_other_letters_in_between_is_damaged():
    text = seal("x = 1")
    with pytest.raises(ValueError, match="is damaged"):
        unseal(text[:4] + "!" + text[4:])
