"""Checks of what the functions of the package are given: at their doors, and nowhere inside.

Runs in the page of a chapter too, with the few functions of numpy that are known there.
"""

import numpy as np

LARGEST, SMALLEST = 1e50, 1e-50
"""No quantity of the course lies beyond these: so products and shares of several are numbers."""

MOST = 1_000_000
"""No count of the course is higher: a slip of the keyboard must not run for days."""


def told(value):
    """What was given, in few letters."""
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else text[:57] + "…"


def check_number(name, value, error, one=False):
    """Refuse what is no number, missing or infinite.

    Parameters
    ----------
    name : str
    value : array_like
        In a Series or a table the first place that is missing or infinite is named.
    error : type
        The exception to raise.
    one : bool
        Whether it must be one number.

    Returns
    -------
    numpy.ndarray, or float if it is one
    """
    try:
        given = np.asarray(value)
        kind = "U" if hasattr(value, "filled") else given.dtype.kind  # a mask would be lost
        if kind == "O" and any(isinstance(part, str | bytes) for part in given.flat):
            kind = "U"  # numpy would read "5" as 5
        number = np.asarray(given, float) if kind in "biufO" else None
    except (TypeError, ValueError, OverflowError):
        number = None
    if number is None:
        raise error(f"{name}: {told(value)} is no number")
    if one and number.ndim:
        raise error(f"{name}: one number is needed, not {told(value)}")
    finite = np.asarray(abs(number) <= LARGEST)
    if not finite.all():
        place = ""
        if hasattr(value, "columns"):
            place = f" in {value.columns[~finite.all(axis=0)][0]}"
        elif hasattr(value, "to_numpy"):
            place = f" in {value.index[~finite][0]}"
        what = "missing or infinite" if not np.isfinite(number).all() else f"beyond {LARGEST:g}"
        raise error(f"{name}: a value is {what}{place}")
    return float(value) if one else number


def check_not_negative(name, value, unit, error, one=False, most=LARGEST):
    """Refuse a quantity that is negative or more than the most; else as `check_number`."""
    value = check_number(name, value, error, one)
    lowest, highest = _ends(value)
    if lowest < 0:
        raise error(f"{name}: {lowest:g} {unit}".rstrip() + " is negative")
    if highest > most:
        raise error(f"{name}: {highest:g} {unit}".rstrip() + f" is too much, at most {most:g}")
    return value


def check_above(name, value, unit, error, most=LARGEST):
    """Refuse what is not one quantity above 0, at most the most; else return it as a float."""
    value = check_not_negative(name, value, unit, error, True, most)
    if value < SMALLEST:
        raise error(f"{name}: {value:g} {unit}".rstrip() + " is not above 0")
    return value


def check_share(name, value, error, one=False):
    """Refuse what is no share between 0 and 1; parameters as `check_number`."""
    value = check_not_negative(name, value, "", error, one)
    highest = _ends(value)[1]
    if highest > 1:
        raise error(f"{name}: {highest:g} is more than all (a share lies between 0 and 1)")
    return value


def _ends(value):
    """The lowest and the highest of several numbers, or of one, or of none."""
    if isinstance(value, float):
        return value, value
    return (value.min(), value.max()) if value.size else (0.0, 0.0)


def check_level(level, error):
    """Refuse what is no level of an interval, such as 95 for 95%; parameters as above."""
    level = check_number("level", level, error, one=True)
    if not 0 < level < 1 - 1e-12:
        raise error(f"a level lies between 0 and 1 (0.95 for 95%), not at {level:g}")
    return level


def check_step(step, largest, error):
    """Refuse a step in ms that is not above 0, or not one a model stands; else as a float."""
    step = check_above("step", step, "ms", error)
    if step > largest:
        raise error(f"step: {step:g} ms is too large, at most {largest:g} ms")
    if step < largest / 100:
        raise error(f"step: {step:g} ms is too small, at least {largest / 100:g} ms")
    return step


def check_count(name, value, error, least=1, most=MOST):
    """Refuse what is no whole number from the least to the most; else as an int."""
    number = check_number(name, value, error, one=True)
    if number % 1:
        raise error(f"{name}: {number:g} is no whole number")
    if number < least:
        raise error(f"{name}: {number:g} is too few, at least {least} are needed")
    if number > most:
        raise error(f"{name}: {number:g} is too many, at most {most}")
    return int(value)


def check_seed(seed, error):
    """Refuse what is no seed; None, say, would give other numbers each time. Else as an int."""
    return check_count("seed", seed, error, 0, 2**32 - 1)


def check_fit(error, **values):
    """Refuse arrays whose shapes do not fit each other, as for their sum."""
    total = 0.0
    try:
        for value in values.values():
            total = total + value
    except ValueError:
        raise error(f"{' and '.join(values)}: their shapes do not fit") from None


def check_flag(name, value, error):
    """Refuse what is neither true nor false, such as "no"; else as a bool."""
    if not (np.isscalar(value) and value in (0, 1)):
        raise error(f"{name}: {told(value)} is neither True nor False")
    return bool(value)


def check_kind(name, value, kind, error):
    """Refuse what is of another kind, as `str` or a class of the package."""
    if not isinstance(value, kind):
        raise error(f"{name}: {kind.__name__} is needed, not {told(value)}")
    return value
