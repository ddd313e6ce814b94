"""Hubs: regions with many links, and regions whose links reach many networks.

A hub by degree has many strong links. A connector hub spreads them over many networks,
a provincial hub keeps them in its own (Guimera2005, Power2013). The networks here are
published ones; nothing is clustered. A thresholded matrix of 400 parcels falls apart
into some forty modules, most of a single parcel, so found modules would mainly show the
threshold.
"""

import numpy as np
import pandas as pd

from ketanet._checks import check_number
from ketanet._labels import aligned, check_groups, check_links


def threshold(matrix, density):
    """Keep the strongest links, as many as the density says.

    Parameters
    ----------
    matrix : array_like, shape (regions, regions)
        Symmetric; the diagonal is not used.
    density : float
        Share of all pairs of regions that stay linked, above 0 and at most 1.

    Returns
    -------
    numpy.ndarray, shape (regions, regions)
        The weights of the links that stay, 0 elsewhere and on the diagonal.

    Raises
    ------
    ValueError
        If the matrix is not symmetric, a value is missing, or no link would stay.
    """
    matrix = check_links("the matrix", matrix, ValueError)
    density = check_number("density", density, ValueError, one=True)
    if not 0 < density <= 1:
        raise ValueError(f"a density lies above 0 and not above 1; {density:g} does not")
    rows, columns = np.triu_indices(len(matrix), 1)
    count = round(density * len(rows))
    if count == 0:
        raise ValueError(f"a density of {density:g} keeps none of {len(rows)} links")
    # By rank and not by value: equal weights must not change the number of links.
    kept = np.argsort(-matrix[rows, columns], kind="stable")[:count]
    links = np.zeros_like(matrix)
    links[rows[kept], columns[kept]] = matrix[rows[kept], columns[kept]]
    return links + links.T


def degree(links):
    """Number of links of each region.

    Parameters
    ----------
    links : array_like, shape (regions, regions)
        Symmetric weights, 0 where there is no link, as from `threshold`.

    Returns
    -------
    numpy.ndarray of int, shape (regions,)
    """
    return np.count_nonzero(_off_diagonal(links), axis=1)


def strength(links):
    """Sum of the weights of each region's links.

    Parameters
    ----------
    links : array_like, shape (regions, regions)
        As for `degree`.

    Returns
    -------
    numpy.ndarray, shape (regions,)
    """
    return _off_diagonal(links).sum(axis=1)


def participation(links, network):
    """How evenly the links of each region are spread over the networks.

    P_i = 1 − Σ_m (k_im / k_i)², with k_im the summed weight of the links from region i to
    network m, and k_i their sum (Guimera2005). It is 0 if all links go to one network,
    and 1 − 1/M if they are spread evenly over M networks. A region without a link has
    P = 0, as in RubinovSporns2010's toolbox; `degree` tells which these are, and
    `participation_by_network` leaves them out.

    Parameters
    ----------
    links : array_like, shape (regions, regions)
        Symmetric weights, none negative, as from `threshold`.
    network : sequence or pandas.Series, length regions
        Network of each region.

    Returns
    -------
    numpy.ndarray, shape (regions,)

    Raises
    ------
    ValueError
        If a weight is negative, or the networks do not fit the regions.
    """
    links, network = _off_diagonal(links), _labels(links, network)
    if (links < 0).any():
        raise ValueError("participation needs weights that are not negative: raise the threshold")
    to_network = np.stack([links[:, network == one].sum(axis=1) for one in pd.unique(network)])
    total = to_network.sum(axis=0)
    shares = np.divide(to_network, total, out=np.zeros_like(to_network), where=total > 0)
    return np.where(total > 0, 1 - (shares**2).sum(axis=0), 0.0)


def participation_by_network(links, network):
    """Mean participation of the regions of each network that have a link.

    Regions without a link are left out of the mean and counted: signal loss in the
    orbitofrontal cortex and the temporal pole leaves most limbic parcels without one, and
    their 0 would say nothing about hubs. A network in which no region has a link gets 0.

    Parameters
    ----------
    links : array_like, shape (regions, regions)
        As for `participation`.
    network : sequence or pandas.Series, length regions

    Returns
    -------
    pandas.DataFrame
        Index: network, in the order of first appearance; columns: participation (the
        mean), regions and linked (their numbers).
    """
    linked = degree(links) > 0
    network = _labels(links, network)
    table = pd.DataFrame(
        {"network": network, "participation": participation(links, network), "linked": linked}
    )
    groups = table.groupby("network", sort=False)
    linked = groups["linked"].sum()
    # A region without a link adds 0 to the sum: only the count has to leave it out.
    mean = groups["participation"].sum() / linked.clip(lower=1)
    return pd.DataFrame({"participation": mean, "regions": groups.size(), "linked": linked})


def _off_diagonal(links):
    links = check_links("the matrix", links, ValueError).copy()
    np.fill_diagonal(links, 0)
    return links


def _labels(links, network):
    if isinstance(links, pd.DataFrame) and isinstance(network, pd.Series):
        network = aligned("the networks", network, links.index, ValueError)
    network = check_groups("network", network, ValueError)
    if len(network) != len(links):
        raise ValueError(f"network: {len(network)} networks were given for {len(links)} regions")
    return network.to_numpy()
