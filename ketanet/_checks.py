"""Checks of numbers that the models and the statistics share."""

import numpy as np


def check_number(name, value, error):
    """Refuse what is no number, missing or infinite.

    Parameters
    ----------
    name : str
    value : array_like
        In a Series or a table the first place that is missing or infinite is named.
    error : type
        The exception to raise.

    Returns
    -------
    numpy.ndarray
    """
    try:
        number = np.asarray(value, float)
    except (TypeError, ValueError):
        number = None
    if number is None or np.asarray(value).dtype.kind in "US":  # numpy would read "5" as 5
        raise error(f"{name}: {value!r} is no number")
    finite = np.isfinite(number)
    if not finite.all():
        place = ""
        if hasattr(value, "columns"):
            place = f" in {value.columns[~finite.all(axis=0)][0]}"
        elif hasattr(value, "to_numpy"):
            place = f" in {value.index[~finite][0]}"
        raise error(f"{name}: a value is missing or infinite{place}")
    return number


def check_one(name, value, error):
    """Refuse what is not one number; parameters as `check_number`."""
    if check_number(name, value, error).ndim:
        raise error(f"{name}: one number is needed, not {value!r}")


def check_step(step, largest, error):
    """Refuse a step in ms that is not above 0, or larger than a model stands; else as above."""
    if check_not_negative("step", step, "ms", error) == 0:
        raise error("step: 0 ms is not above 0")
    if step > largest:
        raise error(f"step: {step:g} ms is too large, at most {largest:g} ms")


def check_not_negative(name, value, unit, error):
    """Refuse a negative quantity, naming its unit; else as `check_number`."""
    value = check_number(name, value, error)
    if (value < 0).any():
        raise error(f"{name}: {value.min():g} {unit}".rstrip() + " is negative")
    return value


def check_share(name, value, error):
    """Refuse what is no share between 0 and 1; parameters as `check_not_negative`."""
    value = check_not_negative(name, value, "", error)
    if (value > 1).any():
        raise error(f"{name}: {value.max():g} is more than all (a share lies between 0 and 1)")
    return value


def check_level(level, error):
    """Refuse what is no level of an interval, such as 95 for 95%; parameters as above."""
    level = float(check_number("level", level, error))
    if not 0 < level < 1:
        raise error(f"a level lies between 0 and 1 (0.95 for 95%), not at {level:g}")
    return level
