"""Control energy: what it would cost to move the brain from one state to another.

The state x of the regions follows x' = Ax + u on the structural connectome, and u is the
input that steers it (Gu2015, Parkes2024). Every region takes input, the connectome is
symmetric, and so the cheapest input is known in closed form. The energy has no unit: only
comparisons of energies, at the same horizon and for states of the same length, mean
something.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ketanet._checks import SMALLEST, check_count, check_not_negative, check_number, check_seed
from ketanet._labels import aligned, check_links


class ControlError(ValueError):
    """A connectome, state or horizon that gives no control energy; the message says why."""


@dataclass(frozen=True)
class Shuffled:
    """An energy, and what shuffled connectomes give.

    Attributes
    ----------
    energy : float
        On the connectome as it is.
    nulls : numpy.ndarray, shape (nulls,)
        On connectomes whose regions were put in a random order.
    """

    energy: float
    nulls: np.ndarray = field(repr=False)

    def __post_init__(self):
        check_number("energy", self.energy, ControlError, one=True)
        nulls = check_number("nulls", self.nulls, ControlError)
        if nulls.ndim != 1 or len(nulls) < 2:
            raise ControlError("nulls: a spread needs a list of at least 2")
        object.__setattr__(self, "nulls", nulls)

    @property
    def mean(self):
        """Mean energy of the shuffled connectomes."""
        return float(self.nulls.mean())

    @property
    def sd(self):
        """Standard deviation over the shuffled connectomes."""
        return float(self.nulls.std(ddof=1))

    @property
    def z(self):
        """Standard deviations from the mean of the shuffled to the real; negative: cheaper."""
        if self.sd < SMALLEST:
            raise ControlError(
                "nulls: they are all alike, as with an even connectome, start or end: there is no z"
            )
        return (self.energy - self.mean) / self.sd

    def __str__(self):
        return f"{self.energy:.3f} (shuffled {self.mean:.3f} ± {self.sd:.3f}, z = {self.z:.1f})"


def system(connectome):
    """The matrix A of x' = Ax + u.

    A = C / (1 + λ) − I, with λ the largest eigenvalue of the connectome C, in continuous
    time (Parkes2024, c = 1). Every eigenvalue of A is negative: without input all
    activity dies away.

    Parameters
    ----------
    connectome : array_like, shape (regions, regions)
        Symmetric, none negative.

    Returns
    -------
    numpy.ndarray, shape (regions, regions)

    Raises
    ------
    ControlError
        If the connectome cannot be used.
    """
    connectome = _connectome(connectome)
    largest = np.linalg.eigvalsh(connectome)[-1]
    return connectome / (1 + largest) - np.eye(len(connectome))


def energy(connectome, start, end, horizon=3.0):
    """Least energy that moves the brain from one state to another.

    E = vᵀ W⁻¹ v, the minimum of ∫ uᵀu dt, with v = x_end − exp(AT) x_start what is missing
    at time T if nothing is done, and W = ∫₀ᵀ exp(As) exp(Aᵀs) ds the controllability
    Gramian (Gu2015). A is symmetric, so in its eigenvectors W is diagonal, with elements
    (exp(2aT) − 1) / 2a.

    Parameters
    ----------
    connectome : array_like, shape (regions, regions)
        Symmetric, none negative.
    start, end : pandas.Series or array_like, shape (regions,)
        Activity of each region, brought into the order of the connectome where both have
        labels. The energy grows with the square of its size: compare
        only states of the same length, such as the maps of `ketanet.dynamics.States`.
    horizon : float
        The time T allowed, in time constants of a region without links.

    Returns
    -------
    float
        Equal `start` and `end` give the energy of staying.

    Raises
    ------
    ControlError
        If the connectome, a state or the horizon cannot be used.
    """
    horizon = check_number("horizon", horizon, ControlError, one=True)
    if not 1e-9 <= horizon <= 1e9:
        raise ControlError(f"a horizon is a time above 0; {horizon:g} is none")
    a, modes = np.linalg.eigh(system(connectome))
    start, end = _state("start", start, connectome), _state("end", end, connectome)
    start, end = modes.T @ start, modes.T @ end
    missing = end - np.exp(a * horizon) * start
    gramian = np.expm1(2 * a * horizon) / (2 * a)
    return float((missing**2 / gramian).sum())


def energy_against_shuffled(connectome, start, end, horizon=3.0, nulls=50, seed=0):
    """Control energy on a connectome, and on the same connectome with shuffled regions.

    Shuffling gives each place in the network another region: all links and all degrees
    stay, and only where the states lie on them is left to chance (as Cornblath2020 ask).

    Parameters
    ----------
    connectome, start, end, horizon
        As for `energy`.
    nulls : int
        Number of shuffled connectomes, at least 2.
    seed : int

    Returns
    -------
    Shuffled

    Raises
    ------
    ControlError
        If the connectome, a state or the horizon cannot be used, or there are too few nulls.
    """
    nulls = check_count("nulls", nulls, ControlError, 2, 10_000)
    rng = np.random.default_rng(check_seed(seed, ControlError))
    labelled, connectome = connectome, _connectome(connectome)
    start, end = _state("start", start, labelled), _state("end", end, labelled)
    found = []
    for _ in range(nulls):
        order = rng.permutation(len(connectome))
        found.append(energy(connectome[np.ix_(order, order)], start, end, horizon))
    return Shuffled(energy(connectome, start, end, horizon), np.array(found))


def _connectome(values):
    values = check_links("the connectome", values, ControlError)
    return check_not_negative("the connectome", values, "", ControlError, most=1e9)


def _state(name, values, connectome):
    name = f"{name}: a state"
    if isinstance(connectome, pd.DataFrame) and isinstance(values, pd.Series):
        values = aligned(name, values, connectome.index, ControlError)
    values = check_number(name, values, ControlError)
    if values.shape != (len(connectome),):
        raise ControlError(
            f"{name} has one value for each of {len(connectome)} regions, "
            f"not the shape {values.shape}"
        )
    return values
