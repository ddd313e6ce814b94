"""Signals made of parts whose origin is known, and what cleaning does to their correlations.

Every region hears one signal that all share, one that its network shares, and one of its own.
All three are independent, so every correlation follows by arithmetic, as in an endless
recording; nothing is drawn by lot.
"""

import numpy as np

from ketanet._checks import check_count, check_not_negative, check_number, check_share


class MixtureError(ValueError):
    """A mixture that cannot be; the message says why."""


def opposed(networks, shared, network, regions=12, removed=1.0):
    """Correlation of the mean signals of two networks, once the global signal is taken out.

    Parameters
    ----------
    networks : int
        How many independent networks there are, all of one size; at least 2.
    shared, network : float
        Variance that all regions share, and that those of one network share. What is left up
        to 1 is each region's own.
    regions : int
        In a network.
    removed : float
        Share of the global signal that is taken out: 1 is global-signal regression, 0 none.

    Returns
    -------
    float

    Raises
    ------
    MixtureError
        If a share is none, both together are more than all, or there are fewer than two
        networks.
    """
    inside, gone = _parts(networks, shared, network, regions, removed)
    own, link = shared + inside - gone, shared - gone
    if own <= 0:
        raise MixtureError("removed: nothing is left of the networks")
    return link / own


def mean_link(networks, shared, network, regions=12, removed=1.0):
    """Mean correlation of a region with all others: its global brain connectivity.

    Parameters
    ----------
    networks, shared, network, regions, removed
        As for `opposed`.

    Returns
    -------
    float

    Raises
    ------
    MixtureError
        As `opposed`.
    """
    _, gone = _parts(networks, shared, network, regions, removed)
    if gone >= 1:
        raise MixtureError("removed: nothing is left of the regions")
    same = (regions - 1) / (networks * regions - 1)  # share of the others in its own network
    return (shared + network * same - gone) / (1 - gone)


def spread_out(wires, coupling):
    """Correlations of regions that leak activity along wires and add noise of their own.

    ``dx_i/dt = -x_i + coupling sum_j wires_ij x_j + noise_i``, with the wires scaled so that
    the brain is at the edge of running away at a coupling of 1. The covariance is that of
    ``(1 - coupling wires)^-1``.

    Parameters
    ----------
    wires : array_like, shape (regions, regions)
        Symmetric, not negative.
    coupling : float
        From 0 to below 1.

    Returns
    -------
    list of list of float
        Correlation of each region with each other.

    Raises
    ------
    MixtureError
        If the wires are no symmetric square or have none, or the coupling is not below 1.
    """
    coupling = check_not_negative("coupling", coupling, "", MixtureError, one=True)
    if coupling > 0.9999:
        raise MixtureError(f"coupling: {coupling} is not below 1, the activity would never end")
    wires = check_number("wires", wires, MixtureError)
    if wires.ndim != 2 or wires.shape[0] != wires.shape[1] or not wires.size or (wires < 0).any():
        raise MixtureError("wires: a square table of numbers that are not negative is needed")
    wires = [list(row) for row in wires]
    places = range(len(wires))
    if any(wires[i][j] != wires[j][i] for i in places for j in places):
        raise MixtureError("wires: not symmetric, though a wire leads both ways")
    largest = _largest(wires)
    if largest == 0:
        raise MixtureError("wires: there is none")
    mixing = [[float(i == j) - coupling / largest * wires[i][j] for j in places] for i in places]
    covariance = [np.linalg.solve(mixing, [float(i == j) for j in places]) for i in places]
    size = [covariance[i][i] ** 0.5 for i in places]
    return [[float(covariance[i][j] / (size[i] * size[j])) for j in places] for i in places]


def _parts(networks, shared, network, regions, removed):
    """Variance of a network's mean, the shared apart, and what regression takes from each region.

    All regions follow the mean of all alike, so the same goes from each covariance.
    """
    parts = {"shared": shared, "network": network, "removed": removed}
    for name, value in parts.items():
        check_share(name, value, MixtureError, one=True)
    if shared + network > 1:
        raise MixtureError(f"shared and network: {shared + network} is more than all")
    check_count("networks", networks, MixtureError, 2)
    check_count("regions", regions, MixtureError)
    inside = network + (1 - shared - network) / regions
    return inside, removed * (2 - removed) * (shared + inside / networks)


def _largest(wires, rounds=2000):
    """Largest eigenvalue of a table without negative numbers, by the power method."""
    # One is added to every eigenvalue, so that none of the same size has the other sign.
    state = [1.0] * len(wires)
    size = 0.0
    for _ in range(rounds):
        moved = [
            own + sum(wire * other for wire, other in zip(row, state, strict=True))
            for own, row in zip(state, wires, strict=True)
        ]
        size = max(moved)
        state = [value / size for value in moved]
    return size - 1
