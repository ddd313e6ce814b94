"""Excitatory-inhibitory circuits: one mean-field node, and a network of spiking cells.

Both ask the same question: what happens to the pyramidal (E) cells when ketamine blocks
NMDA receptors on them, on the interneurons (I) that hold them back, or on both?
"""

from dataclasses import dataclass, field

import numpy as np
from numba import njit
from scipy.integrate import solve_ivp

from ketanet import receptors
from ketanet._checks import (
    check_above,
    check_not_negative,
    check_number,
    check_seed,
    check_share,
    check_step,
)


class CircuitError(ValueError):
    """A setting that a circuit cannot run with; the message says why."""


def blocks(ketamine, share=1.0, subtype="GluN2C"):
    """Share of NMDA receptors blocked on pyramidal cells and on interneurons.

    Pyramidal cells carry GluN2A and GluN2B; a share of the receptors on interneurons is
    of another subtype, which ketamine blocks at lower levels. How large that share is
    nobody has told the model: it is its free parameter.

    Parameters
    ----------
    ketamine : float
        Free level, in µM.
    share : float
        Share of the interneurons' NMDA conductance that is of `subtype`.
    subtype : str
        As in `ketanet.receptors.POTENCY`.

    Returns
    -------
    on_e, on_i : float
        Between 0 and 1.

    Raises
    ------
    CircuitError
        If the share is none.
    ketanet.receptors.ReceptorError
        If the level or the subtype is none.
    """
    ketamine = check_not_negative("ketamine", ketamine, "µM", receptors.ReceptorError, one=True)
    share = check_share("share", share, CircuitError, one=True)
    common = receptors.block(ketamine, COMMON_POTENCY)
    special = receptors.block(ketamine, receptors.potency(subtype))
    return float(common), float((1 - share) * common + share * special)


COMMON_POTENCY = 5.1
"""Ketamine that blocks half of GluN2A and GluN2B with 1 mM magnesium, in µM (not verified)."""

TUNED_SHARE, TUNED_SUBTYPE = 0.38, "GluN2D"
TUNED_LEVEL = 0.06
"""What was tuned to the signs of Moghaddam1997 in `spiking`: the interneurons' share of
GluN2D, and the free level in a rat brain for each mg/kg of the dose, in µM."""


# One node: the mean field of Deco2014


def _floats(values):
    return type(values) is np.ndarray and values.dtype == np.float64


@dataclass(frozen=True)
class Transfer:
    """Rate of a population for an input current: ``(a I - b) / (1 - exp(-d (a I - b)))``.

    Attributes
    ----------
    a : float
        In Hz/nA.
    b : float
        In Hz.
    d : float
        In s.
    """

    a: float
    b: float
    d: float

    def __post_init__(self):
        for name, unit in (("a", "Hz/nA"), ("d", "s")):
            check_above(name, getattr(self, name), unit, CircuitError, most=1e6)
        check_number("b", self.b, CircuitError, one=True)

    def rate(self, current):
        """Rate in Hz for a current in nA (array_like)."""
        if not (isinstance(current, float) or _floats(current)):  # asked for in inner loops
            current = check_number("current", current, CircuitError)
        drive = self.a * current - self.b
        if not np.vdot(drive, drive) < 1e6:
            check_number("current", current, CircuitError)
            if np.abs(drive).max() > 700 / self.d:  # exp has no number for more
                raise CircuitError("current: it is too far from what a population receives")
        near = np.abs(drive) < 1e-9  # 0/0, with the limit 1/d
        safe = np.where(near, 1.0, drive)
        return np.where(near, 1 / self.d, safe / -np.expm1(-self.d * safe))


EXCITATORY = Transfer(a=310.0, b=125.0, d=0.16)
INHIBITORY = Transfer(a=615.0, b=177.0, d=0.087)
TAU_E, TAU_I = 0.1, 0.01
"""Time constants of the gating by NMDA and by GABA, in s. This and what follows: Deco2014."""

GAMMA = 0.641
"""How far one spike opens the NMDA gating."""

J_NMDA = 0.15
"""Strength of NMDA synapses, in nA."""

W_PLUS = 1.4
"""Recurrent excitation, relative to `J_NMDA`."""

I_0, W_E, W_I = 0.382, 1.0, 0.7
"""Outside current in nA, and its weight on E and on I."""


@dataclass(frozen=True)
class Node:
    """Where one excitatory-inhibitory node comes to rest.

    Attributes
    ----------
    rate_e, rate_i : float
        In Hz.
    gating_e, gating_i : float
        Synaptic gating; S_E is the share of open NMDA synapses.
    """

    rate_e: float
    rate_i: float
    gating_e: float
    gating_i: float


def node(on_e=0.0, on_i=0.0, inhibition=1.0):
    """Let one node settle, starting from where it rests without the drug.

    Parameters
    ----------
    on_e, on_i : float
        Share of NMDA receptors blocked on E and on I.
    inhibition : float
        Strength J_i of the feedback from I to E, in nA.

    Returns
    -------
    Node

    Raises
    ------
    CircuitError
        If a value is none, or the node does not settle.
    """
    on_e = check_share("on_e", on_e, CircuitError, one=True)
    on_i = check_share("on_i", on_i, CircuitError, one=True)
    inhibition = check_not_negative("inhibition", inhibition, "nA", CircuitError, True, 100)

    def rates(s_e, s_i, on_e, on_i):
        into_e = W_E * I_0 + W_PLUS * J_NMDA * (1 - on_e) * s_e - inhibition * s_i
        into_i = W_I * I_0 + J_NMDA * (1 - on_i) * s_e - s_i
        return EXCITATORY.rate(into_e), INHIBITORY.rate(into_i)

    def changes(_, state, on_e, on_i):
        s_e, s_i = state
        rate_e, rate_i = rates(s_e, s_i, on_e, on_i)
        return [-s_e / TAU_E + (1 - s_e) * GAMMA * rate_e, -s_i / TAU_I + rate_i]

    state = [0.16, 0.04]
    for drug in ((0.0, 0.0), (on_e, on_i)):
        run = solve_ivp(changes, (0, 30), state, method="LSODA", args=drug, rtol=1e-10, atol=1e-12)
        state = run.y[:, -1]
        if np.abs(changes(0, state, *drug)).max() > 1e-5:
            raise CircuitError("the node does not settle with these values")
    s_e, s_i = map(float, state)
    rate_e, rate_i = rates(s_e, s_i, on_e, on_i)
    return Node(float(rate_e), float(rate_i), s_e, s_i)


# A network of spiking cells: the unstructured network of BrunelWang2001

CELLS_E, CELLS_I = 800, 200

_CONSTANTS = np.array(
    # C nF, leak nS, refractory ms; outside AMPA, AMPA, NMDA, GABA conductance in nS
    [[0.5, 25.0, 2.0, 2.08, 0.104, 0.327, 1.25], [0.2, 20.0, 1.0, 1.62, 0.081, 0.258, 0.973]]
)
"""Of pyramidal cells and of interneurons; BrunelWang2001."""

REST, THRESHOLD, RESET = -70.0, -50.0, -55.0
"""In mV; the reversal of GABA is at rest, that of AMPA and NMDA at 0."""

TAU_AMPA, TAU_GABA, TAU_RISE, TAU_NMDA = 2.0, 10.0, 2.0, 100.0
"""Synaptic time constants, in ms."""

ALPHA = 0.5
"""Opening of NMDA synapses, per ms."""

OUTSIDE = 2400.0
"""Spikes from outside into each cell, in Hz: 800 inputs of 3 Hz."""

LARGEST_STEP = 0.1
"""In ms. At rest the E cells fire 2.3 Hz with this step, 2.5 Hz with a quarter of it, and
2.2 Hz with twice as much (mean of 8 seeds of 3 s, give or take 0.05)."""

SETTLING = 0.5
"""Simulated seconds that are dropped before rates are counted."""


@dataclass(frozen=True)
class Spikes:
    """What a network fired.

    Attributes
    ----------
    seconds : numpy.ndarray, shape (spikes,)
        When, from the end of the settling time on.
    cells : numpy.ndarray, shape (spikes,)
        Which cell; the first 800 are pyramidal.
    duration : float
        In s, without the settling time.
    """

    seconds: np.ndarray = field(repr=False)
    cells: np.ndarray = field(repr=False)
    duration: float

    def __post_init__(self):
        check_above("duration", self.duration, "s", CircuitError)
        for name in ("seconds", "cells"):
            values = check_not_negative(name, getattr(self, name), "", CircuitError)
            if values.ndim != 1 or len(values) != len(self.seconds):
                raise CircuitError(f"{name}: seconds and cells are lists of one length")
            object.__setattr__(self, name, values if name == "seconds" else values.astype(int))

    @property
    def rate_e(self):
        """Mean rate of the pyramidal cells, in Hz."""
        return float((self.cells < CELLS_E).sum() / CELLS_E / self.duration)

    @property
    def rate_i(self):
        """Mean rate of the interneurons, in Hz."""
        return float((self.cells >= CELLS_E).sum() / CELLS_I / self.duration)


def spiking(on_e=0.0, on_i=0.0, seconds=3.0, seed=0, step=0.1):
    """Run the unstructured network of BrunelWang2001: 800 E and 200 I cells, all to all.

    Ketamine lowers the NMDA conductance onto a cell by the share that is blocked.

    Parameters
    ----------
    on_e, on_i : float
        Share of NMDA receptors blocked on E and on I.
    seconds : float
        Simulated time that is kept; `SETTLING` comes before it.
    seed : int
        Of the input from outside. The same seed gives the same input to every dose.
    step : float
        In ms, at most `LARGEST_STEP`.

    Returns
    -------
    Spikes

    Raises
    ------
    CircuitError
        If a share, the time or the step is none.
    """
    on_e = check_share("on_e", on_e, CircuitError, one=True)
    on_i = check_share("on_i", on_i, CircuitError, one=True)
    seconds = check_not_negative("seconds", seconds, "s", CircuitError, True, 60)
    if seconds < 0.001:
        raise CircuitError(f"seconds: {seconds:g} s hold no rate")
    step = check_step(step, LARGEST_STEP, CircuitError)
    rng = np.random.default_rng(check_seed(seed, CircuitError))
    count = CELLS_E + CELLS_I
    constants = _CONSTANTS.copy()
    constants[:, 5] *= 1 - np.array([on_e, on_i])
    voltage = rng.uniform(RESET, THRESHOLD, count)
    waiting, outside = np.zeros(count, np.int64), np.zeros(count)
    rise, nmda, shared = np.zeros(CELLS_E), np.zeros(CELLS_E), np.zeros(2)

    when, which = [], []
    steps = round((SETTLING + seconds) * 1000 / step)
    chunk = round(500 / step)
    for first in range(0, steps, chunk):
        inputs = rng.poisson(OUTSIDE * count * step / 1000, min(chunk, steps - first))
        targets = rng.integers(0, count, inputs.sum(), dtype=np.uint16)
        at, cells = _run(
            constants, voltage, waiting, outside, rise, nmda, shared, inputs, targets, _SERIES, step
        )
        when.append((first + at) * step / 1000)
        which.append(cells)
    late = np.concatenate(when) - SETTLING
    return Spikes(late[late >= 0], np.concatenate(which)[late >= 0], seconds)


_MIDDLE, _TERMS = -60.0, 9
# exp(-0.062 V) / 3.57, for 1 mM magnesium, as a series around the middle of the voltages:
# wrong by less than 1e-6, quicker than the library's exp, the same bits on every machine.
# Handed over, because numba's cache does not see when another module's constant changes.
_SERIES = np.cumprod([1.0] + [receptors.MG_PER_MV / k for k in range(1, _TERMS)])
_SERIES *= round(1 / receptors.magnesium_constant(_MIDDLE), 12)


@njit(cache=True, error_model="numpy")
def _move(voltage, waiting, outside, constants, ampa, nmda, gaba, series, step):
    """Advance the cells of one population by one step; gating is summed over all cells."""
    capacity, leak, _, g_out, g_ampa, g_nmda, g_gaba = constants
    ampa, nmda, gaba = g_ampa * ampa, g_nmda * nmda, g_gaba * gaba
    forward, keep = step / (1000 * capacity), 1 - step / TAU_AMPA
    for i in range(len(voltage)):
        v = voltage[i]
        power = _MIDDLE - v
        magnesium = series[_TERMS - 1]
        for k in range(_TERMS - 2, -1, -1):
            magnesium = magnesium * power + series[k]
        excitation = g_out * outside[i] + ampa + nmda / (1 + magnesium)
        moved = v - forward * ((leak + gaba) * (v - REST) + excitation * v)
        voltage[i] = RESET if waiting[i] > 0 else moved
        waiting[i] -= 1
        outside[i] *= keep


@njit(cache=True, error_model="numpy")
def _gate(nmda, rise, step):
    """Advance the NMDA gating that each pyramidal cell causes."""
    for i in range(len(nmda)):
        nmda[i] += step * (ALPHA * rise[i] * (1 - nmda[i]) - nmda[i] / TAU_NMDA)
        rise[i] *= 1 - step / TAU_RISE


@njit(cache=True, error_model="numpy")
def _above(voltage, fired):
    """Write the places of the cells above threshold to the front of `fired`; how many."""
    found = 0
    for i in range(len(voltage)):
        fired[found] = i
        found += voltage[i] > THRESHOLD
    return found


@njit(cache=True, error_model="numpy")
def _run(constants, voltage, waiting, outside, rise, nmda, shared, inputs, targets, series, step):
    """Advance the network; `shared` holds the summed AMPA and GABA gating."""
    count, excitatory = len(voltage), len(nmda)
    groups = (slice(0, excitatory), slice(excitatory, count))
    at, cells = np.empty(4096, np.int64), np.empty(4096, np.int64)
    fired = np.empty(count, np.int64)
    found = read = 0
    for t in range(len(inputs)):
        total = nmda.sum()
        for k in range(2):
            group = groups[k]
            _move(
                voltage[group], waiting[group], outside[group], constants[k],
                shared[0], total, shared[1], series, step,
            )  # fmt: skip
        _gate(nmda, rise, step)
        shared[0] *= 1 - step / TAU_AMPA
        shared[1] *= 1 - step / TAU_GABA
        for _ in range(inputs[t]):
            outside[targets[read]] += 1.0
            read += 1
        for k in range(_above(voltage, fired)):
            i = fired[k]
            excited = i < excitatory
            voltage[i] = RESET
            waiting[i] = round(constants[0 if excited else 1, 2] / step)
            if excited:
                shared[0] += 1.0
                rise[i] += 1.0
            else:
                shared[1] += 1.0
            if found == len(at):
                at = np.concatenate((at, np.empty_like(at)))
                cells = np.concatenate((cells, np.empty_like(cells)))
            at[found], cells[found] = t, i
            found += 1
    return at[:found], cells[:found]
