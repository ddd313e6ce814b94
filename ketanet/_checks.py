"""Input checks that the models share."""

import numpy as np


def check_number(name, value, error):
    """Refuse what is no number, missing or infinite.

    Parameters
    ----------
    name : str
    value : array_like
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
    if not np.isfinite(number).all():
        raise error(f"{name}: a value is missing or infinite")
    return number


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
