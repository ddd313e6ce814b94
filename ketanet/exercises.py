"""Self-checking answers: what is off, and never only "wrong"."""

import base64
import os
import zlib
from html import escape
from math import ceil, inf, log10
from numbers import Real

from IPython.display import HTML, display

from ketanet._checks import LARGEST, check_kind, check_not_negative, check_number
from ketanet._checks import told as shortly

SHOW_ANSWERS = "KETANET_SHOW_ANSWERS"
"""Set for the pages of the book, which cannot be answered: they tell instead, in a fold."""

NO_ANSWER = "No answer yet: replace None, then run again."


def check(answer, expected, tolerance=0.0, hint=""):
    """Compare a reader's answer with the expected one and print what is off.

    Parameters
    ----------
    answer : object
        What the reader found; None while there is nothing yet.
    expected : float or str
    tolerance : float
        Largest accepted distance from a number.
    hint : str
        What to think about when the answer is off.
    """
    if not isinstance(expected, str):
        expected = check_number("expected", expected, ValueError, one=True)
    tolerance = check_not_negative("tolerance", tolerance, "", ValueError, one=True)
    check_kind("hint", hint, str, ValueError)
    if answer is None and SHOW_ANSWERS in os.environ:
        display(HTML(told(expected, tolerance)))
    elif answer is None:
        print(NO_ANSWER)
    elif isinstance(expected, str):
        _say(isinstance(answer, str) and answer == expected, f"{answer!r} is not it.", hint)
    elif not isinstance(answer, Real):
        print(f"Expected one number, got {type(answer).__name__}. {hint}".rstrip())
    elif not _size(answer) <= LARGEST:
        print(f"Expected one number, got {shortly(answer)}. {hint}".rstrip())
    else:
        side = "too large" if answer > expected else "too small"
        _say(abs(answer - expected) <= tolerance, f"{answer:.6g} is {side}.", hint)


def _size(number):
    try:
        return abs(float(number))
    except OverflowError:
        return inf


def told(expected, tolerance=0.0):
    """The answer as HTML, in a fold, with no more decimals than the check cares for.

    Parameters
    ----------
    expected : float or str
    tolerance : float
        As for `check`.

    Returns
    -------
    str
    """
    tolerance = check_not_negative("tolerance", tolerance, "", ValueError, one=True)
    if not isinstance(expected, str):
        expected = check_number("expected", expected, ValueError, one=True)
    if isinstance(expected, str):
        text = expected
    elif tolerance:
        text = f"{expected:.{max(0, ceil(-log10(tolerance)))}f}"
    else:
        text = f"{expected:.6g}"
    answer = escape(text.replace("-", "−") if text[1:2].isdigit() else text)
    return f'<details class="answer"><summary>The answer</summary>{answer}</details>'


def _say(right, what, hint):
    print("Right." if right else f"{what} {hint}".rstrip())


def seal(code):
    """Hide code from the eye of someone who has not solved an exercise yet.

    Parameters
    ----------
    code : str

    Returns
    -------
    str
        Text that `unseal` turns back. It keeps nothing secret from those who want to look.
    """
    check_kind("code", code, str, ValueError)
    return base64.b64encode(zlib.compress(code.encode(), 9)).decode()


def unseal(text):
    """Turn what `seal` made back into code.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the text was cut or changed.
    """
    check_kind("text", text, str, ValueError)
    try:
        return zlib.decompress(base64.b64decode(text, validate=True)).decode()
    except (ValueError, zlib.error):
        raise ValueError("the sealed solution is damaged: fetch the notebook again") from None
