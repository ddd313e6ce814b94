"""Self-checking answers: what is off, and never only "wrong"."""

import base64
import zlib

import numpy as np


def check(answer, expected, tolerance=0.0, hint=""):
    """Compare a reader's answer with the expected one and say what is off.

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
    if answer is None:
        print("No answer yet: replace None, then run again.")
    elif isinstance(expected, str):
        _say(answer == expected, f"{answer!r} is not it.", hint)
    elif not np.isscalar(answer) or isinstance(answer, str):
        print(f"Expected one number, got {type(answer).__name__}. {hint}".rstrip())
    else:
        side = "too large" if answer > expected else "too small"
        _say(abs(answer - expected) <= tolerance, f"{answer:.6g} is {side}.", hint)


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
    try:
        return zlib.decompress(base64.b64decode(text, validate=True)).decode()
    except (ValueError, zlib.error):
        raise ValueError("the sealed solution is damaged: fetch the notebook again") from None
