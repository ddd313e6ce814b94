"""Checks of what has labels: tables, names, and values in the order of their regions."""

from collections.abc import Mapping
from numbers import Integral

import numpy as np
import pandas as pd

from ketanet._checks import check_kind, check_number, told


def check_table(name, table, error):
    """Refuse what is no table of numbers under names of their own.

    Parameters
    ----------
    name : str
    table : pandas.DataFrame
    error : type
        The exception to raise.

    Returns
    -------
    pandas.DataFrame
        Of floats; a copy is made only where it held something else.
    """
    check_kind(name, table, pd.DataFrame, error)
    if not table.size:
        raise error(f"{name}: the table is empty")
    for labels in (table.columns, table.index):
        if isinstance(labels, pd.MultiIndex):
            raise error(f"{name}: rows and columns need plain names")
    if table.columns.has_duplicates:
        raise error(f"{name}: {table.columns[table.columns.duplicated()][0]} is there twice")
    check_number(name, table, error)
    return table if set(table.dtypes) == {np.dtype(float)} else table.astype(float)


def check_tables(name, tables, error):
    """Refuse what does not hold a table for each of several names; else return it as a dict."""
    check_kind(name, tables, Mapping, error)
    for table in tables.values():
        check_kind(f"{name}, each", table, pd.DataFrame, error)
    return dict(tables)


def check_names(name, names, error):
    """Refuse what are no names, as one text alone would be; else return them as a list."""
    try:
        found = None if isinstance(names, str | bytes) else list(names)
    except TypeError:
        found = None
    if found is None or not all(isinstance(one, str) for one in found):
        raise error(f"{name}: a list of names is needed, not {told(names)}")
    return found


def check_groups(name, groups, error):
    """Refuse what does not give a name or a whole number to each of several; else as a Series."""
    try:
        found = groups if isinstance(groups, pd.Series) else pd.Series(list(groups), dtype=object)
    except (TypeError, ValueError):
        raise error(f"{name}: one for each region is needed, not {told(groups)}") from None
    if found.isna().any():
        raise error(f"{name}: a region has no network, give it one or leave it out")
    if found.index.has_duplicates:
        raise error(f"{name}: {found.index[found.index.duplicated()][0]} is there twice")
    if not all(isinstance(one, str | Integral) for one in found):
        raise error(f"{name}: names are needed, not {told(groups)}")
    return found


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
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not values.size:
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
        ("lacks", wanted.difference(own, sort=False)),
        ("has, too many,", own.difference(wanted, sort=False)),
    ):
        if len(these):
            raise error(f"{name} {fault} {', '.join(map(str, these[:3]))}")
    if own.equals(wanted):
        return values
    return values[wanted] if isinstance(values, pd.DataFrame) else values.loc[wanted]
