"""An NMDA receptor that traps ketamine: ten states, followed exactly.

Glutamate and ketamine are in µM, times in s.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from ketanet._checks import check_count, check_not_negative, check_number
from ketanet.receptors import POTENCY, ReceptorError

LONGEST = 1e5
"""Seconds that receptors are followed, at most: more than a day."""

OPEN = 4
"""Place of the open state among the ten."""


@dataclass(frozen=True)
class TrappingBlock:
    """A receptor in five states, and a blocked copy of each that is entered by the open one.

    The gating is that of Destexhe1994: unbound, one and two glutamate bound,
    desensitised, open. The blocked copies gate in the same way (symmetric trapping), so
    that a channel can close over the drug. States 0 to 4 are free, 5 to 9 blocked; in
    each five: C0, C1, C2, D, O.

    Attributes
    ----------
    binding : float
        Of one glutamate, per µM and s.
    unbinding, desensitising, resensitising, opening, closing : float
        Per s. Gating as in nmda5.mod of ModelDB entry 7988, where the six rates are those
        of Destexhe, Mainen and Sejnowski.
    dissociation : float
        Ketamine that blocks half, in µM; GluN2A without magnesium.
    leaving : float
        Rate at which ketamine leaves the open pore, per s. An assumption: no measured
        constant could be checked.
    """

    binding: float = 5.0
    unbinding: float = 12.9
    desensitising: float = 8.4
    resensitising: float = 6.8
    opening: float = 46.5
    closing: float = 73.8
    dissociation: float = POTENCY["GluN2A"]["no_mg"]
    leaving: float = 1.0

    def __post_init__(self):
        for name, value in vars(self).items():
            if check_not_negative(name, value, "", ReceptorError, True, 1e5) < 1e-5:
                raise ReceptorError(f"{name}: {value:g} is no rate, it must be above 0")

    def rates(self, glutamate, ketamine):
        """Rates from each state (row) to each other (column); every row adds up to 0.

        Parameters
        ----------
        glutamate, ketamine : float
            In µM.

        Returns
        -------
        numpy.ndarray, shape (10, 10)
            Per s.

        Raises
        ------
        ReceptorError
            If a concentration is negative or missing.
        """
        glutamate, ketamine = _level("glutamate", glutamate), _level("ketamine", ketamine)
        gating = np.zeros((5, 5))
        gating[0, 1] = 2 * self.binding * glutamate  # two free sites
        gating[1, 2] = self.binding * glutamate
        gating[1, 0], gating[2, 1] = self.unbinding, 2 * self.unbinding
        gating[2, 3], gating[3, 2] = self.desensitising, self.resensitising
        gating[2, 4], gating[4, 2] = self.opening, self.closing
        every = np.kron(np.eye(2), gating)
        every[OPEN, OPEN + 5] = ketamine * self.leaving / self.dissociation
        every[OPEN + 5, OPEN] = self.leaving
        return every - np.diag(every.sum(axis=1))

    def equilibrium(self, glutamate, ketamine=0.0):
        """Share of receptors in each state after a long time.

        Parameters
        ----------
        glutamate, ketamine : float
            In µM; glutamate above 0.

        Returns
        -------
        numpy.ndarray, shape (10,)
            Adds up to 1.

        Raises
        ------
        ReceptorError
            If a concentration is negative or missing, or there is no glutamate: then the
            answer depends on where the receptors began.
        """
        glutamate, ketamine = _level("glutamate", glutamate), _level("ketamine", ketamine)
        if glutamate == 0:
            raise ReceptorError("glutamate: without it the equilibrium depends on the start")
        # The scheme has no loops, so every step is in balance on its own.
        bound = self.binding * glutamate / self.unbinding
        steps = 1, self.desensitising / self.resensitising, self.opening / self.closing
        free = np.array([1, 2 * bound, *(bound**2 * step for step in steps)])
        states = np.concatenate([free, free * ketamine / self.dissociation])
        return states / states.sum()

    def after(self, states, seconds, glutamate, ketamine=0.0):
        """Share of receptors in each state some time later, exactly.

        Parameters
        ----------
        states : numpy.ndarray, shape (10,)
            Where they are now.
        seconds : float
        glutamate, ketamine : float
            In µM, held for that time.

        Returns
        -------
        numpy.ndarray, shape (10,)

        Raises
        ------
        ReceptorError
            If a time, a concentration or a state is negative or missing.
        """
        seconds = check_not_negative("seconds", seconds, "s", ReceptorError, True, LONGEST)
        return _checked(states) @ expm(self.rates(glutamate, ketamine) * seconds)

    def pulses(self, count, per_second, ketamine, glutamate=1000.0, width=0.001):
        """Share of receptors blocked after each of a train of glutamate pulses.

        Parameters
        ----------
        count : int
        per_second : float
            Pulses a second.
        ketamine : float
            In µM, there all the time.
        glutamate : float
            During a pulse, in µM; none between pulses.
        width : float
            Of a pulse, in s.

        Returns
        -------
        numpy.ndarray, shape (count,)
            At the end of the pause that follows each pulse.

        Raises
        ------
        ReceptorError
            If the pulses overlap, a value is negative or missing, or there is no pulse.
        """
        count = check_count("count", count, ReceptorError, most=100_000)
        per_second = check_not_negative("per_second", per_second, "Hz", ReceptorError, one=True)
        width = check_not_negative("width", width, "s", ReceptorError, True, LONGEST)
        if per_second * LONGEST < 1 or width * per_second >= 1:
            raise ReceptorError(
                f"width, per_second: pulses of {width:g} s do not fit {per_second:g} Hz"
            )
        pulse = expm(self.rates(glutamate, ketamine) * width)
        pause = expm(self.rates(0.0, ketamine) * (1 / per_second - width))
        states, found = at_rest(), []
        for _ in range(count):
            states = states @ pulse @ pause
            found.append(blocked(states))
        return np.array(found)


def _level(name, value):
    return check_not_negative(name, value, "µM", ReceptorError, True, 1e6)


def at_rest():
    """Every receptor unbound and free.

    Returns
    -------
    numpy.ndarray, shape (10,)
    """
    return np.eye(10)[0]


def blocked(states):
    """Share of receptors that hold ketamine.

    Parameters
    ----------
    states : numpy.ndarray, shape (..., 10)

    Returns
    -------
    float or numpy.ndarray

    Raises
    ------
    ReceptorError
        If there are not ten states, or one of them is negative or missing.
    """
    return _checked(states)[..., 5:].sum(axis=-1)


def _checked(states):
    states = check_number("states", states, ReceptorError)
    if states.ndim == 0 or states.shape[-1] != 10:
        raise ReceptorError(f"states: the last axis must hold ten, not shape {states.shape}")
    # Exact transition matrices leave rounding errors below 0.
    if (states < -1e-9).any():
        raise ReceptorError(f"states: {states.min():g} is negative")
    return states
