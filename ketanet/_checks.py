"""Input checks that the models share."""

import numpy as np


def check_not_negative(name, value, unit, error):
    """Refuse a missing, infinite or negative quantity.

    Parameters
    ----------
    name : str
    value : array_like
    unit : str
    error : type
        The exception to raise.

    Returns
    -------
    numpy.ndarray
    """
    try:
        value = np.asarray(value, float)
    except (TypeError, ValueError):
        raise error(f"{name}: {value!r} is no number") from None
    if not np.isfinite(value).all():
        raise error(f"{name}: a value is missing or infinite")
    if (value < 0).any():
        raise error(f"{name}: {value.min():g} {unit}".rstrip() + " is negative")
    return value


def check_share(name, value, error):
    """Refuse what is no share between 0 and 1; parameters as `check_not_negative`."""
    value = check_not_negative(name, value, "", error)
    if (value > 1).any():
        raise error(f"{name}: {value.max():g} is more than all (a share lies between 0 and 1)")
    return value
