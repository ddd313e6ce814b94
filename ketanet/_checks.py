"""Input checks that the models and the statistics share."""

import numpy as np
import pandas as pd


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
        if isinstance(value, pd.Series):
            place = f" in {value.index[~finite][0]}"
        if isinstance(value, pd.DataFrame):
            place = f" in {value.columns[~finite.all(axis=0)][0]}"
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


def check_links(name, links, error):
    """Refuse what are no links between the same regions, as strong in both directions.

    Parameters
    ----------
    name : str
    links : pandas.DataFrame or array_like, shape (regions, regions)
        The columns of a table are brought into the order of its rows.
    error : type
        The exception to raise.

    Returns
    -------
    numpy.ndarray
    """
    if isinstance(links, pd.DataFrame):
        links = aligned(name, links, links.index, error)
    values = check_number(name, links, error)
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise error(f"{name}: links make a square, not the shape {values.shape}")
    if not np.allclose(values, values.T):
        raise error(f"{name}: not symmetric, though a link has one weight in both directions")
    return values


def check_level(level, error):
    """Refuse what is no level of an interval, such as 95 for 95%; parameters as above."""
    level = float(check_number("level", level, error))
    if not 0 < level < 1:
        raise error(f"a level lies between 0 and 1 (0.95 for 95%), not at {level:g}")
    return level


def aligned(name, values, labels, error):
    """Bring values into the order of the labels of what they are computed with.

    Parameters
    ----------
    name : str
    values : pandas.Series, pandas.DataFrame or array_like
        A Series is ordered by its index, a table by its columns. What has no labels is
        taken to be in order, if its last axis is as long as the labels.
    labels : sequence
        Every label once, in the wanted order.
    error : type
        The exception to raise.

    Returns
    -------
    pandas.Series, pandas.DataFrame or numpy.ndarray
        A copy is made only where the order differs.

    Raises
    ------
    error
        If a label is missing, one too many, or there twice.
    """
    if not isinstance(values, pd.Series | pd.DataFrame):
        values = np.asarray(values)
        if values.ndim == 0 or values.shape[-1] != len(labels):
            raise error(f"{name}: shape {values.shape} does not fit {len(labels)} labels")
        return values
    own = values.index if isinstance(values, pd.Series) else values.columns
    wanted = pd.Index(labels)
    for names in (own, wanted):
        if names.has_duplicates:
            raise error(f"{name}: {names[names.duplicated()][0]} is there twice")
    for fault, these in (
        ("lacks", wanted.difference(own)),
        ("has, too many,", own.difference(wanted)),
    ):
        if len(these):
            raise error(f"{name} {fault} {', '.join(map(str, these[:3]))}")
    if own.equals(wanted):
        return values
    return values[wanted] if isinstance(values, pd.DataFrame) else values.loc[wanted]
