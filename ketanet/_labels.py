"""Checks of what has labels: values in the order of their regions, and links between regions."""

import numpy as np
import pandas as pd

from ketanet._checks import check_number


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
