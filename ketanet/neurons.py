"""A cell of the lateral habenula.

One compartment, put together from textbook currents: sodium and potassium of
TraubMiles1991, the T-type calcium current of thalamic relay cells (Huguenard1992,
Destexhe1998), a steady NMDA conductance with the magnesium block of JahrStevens1990.
It is not the published model of a habenula cell, whose equations we could not see.

Voltages are in mV, conductances in mS/cm², currents in µA/cm², times in s (steps in ms).
"""

import functools

import numpy as np
from numba import njit

from ketanet import receptors
from ketanet._checks import check_not_negative, check_number, check_seed, check_step

LEAK, SODIUM, POTASSIUM, AFTER_SPIKE = 0.05, 50.0, 8.0, 0.02
"""Conductances."""

T_TYPE = 1.82
"""T-type conductance. Tuned: a tenth more or less changes how many cells burst by half."""

E_SODIUM, E_POTASSIUM, E_CALCIUM = 50.0, -90.0, 120.0
"""Reversal potentials."""

TAU_AFTER_SPIKE = 100.0
"""Decay of the current that follows each spike, in ms."""

V_T = -52.0
"""Shifts the voltage at which sodium and potassium channels open (TraubMiles1991)."""

SAMPLE = 0.1
"""Voltage is kept, and noise is given, once in so many ms: far less than the 20 ms in which
the membrane follows."""

SPIKE, REARMED = -20.0, -40.0
"""A spike is a crossing of the first, the next one needs a return below the second, in mV."""

LARGEST_STEP = 0.02
"""In ms: with 0.05 a cell can fire 31 spikes where 0.02 and finer steps give 27."""

STEP = 0.02
"""In ms, as all figures of the course use it."""

SETTLING = 1.0
"""Simulated seconds that are dropped."""

BURST_STARTS, BURST_GOES_ON = 0.020, 0.100
"""Longest interval that begins a burst and longest that continues it, in s.

After the criterion of Yang2018, quoted from memory (85% sure): not verified.
"""

NMDA = 0.12
"""Typical NMDA conductance of a cell. Chosen by us."""


class NeuronError(ValueError):
    """A setting that a cell cannot run with; the message says why."""


class Recording:
    """What an electrode in one cell would see, after the settling time.

    Attributes
    ----------
    seconds, voltage : numpy.ndarray, shape (samples,)
        One each `SAMPLE`.
    spikes : numpy.ndarray, shape (spikes,)
        Times, in s.
    """

    def __init__(self, seconds, voltage, spikes):
        self.seconds, self.voltage, self.spikes = seconds, voltage, spikes

    def __repr__(self):
        return f"<Recording of {len(self.voltage)} samples: {len(self.spikes)} spikes>"


def simulate(
    leak, nmda=NMDA, t_type=T_TYPE, current=0.0, seconds=3.0, noise=0.0, seed=0, step=STEP
):
    """Run one cell.

    ``C dV/dt = -g_L (V - leak) - g_Na m³h (V - 50) - g_K n⁴ (V + 90) - g_T m²h (V - 120)
    - g_N B(V) V - g_AHP a (V + 90) + I``, with C = 1 µF/cm², by exponential Euler.

    Parameters
    ----------
    leak : float
        Leak potential: where the membrane would rest without its channels.
    nmda, t_type : float
        Conductances.
    current : float
        Injected; may be negative.
    seconds : float
        That are kept, above 0.
    noise : float
        In mV per root ms.
    seed : int or numpy.random.SeedSequence
        Of the noise.
    step : float
        In ms, at most `LARGEST_STEP`.

    Returns
    -------
    Recording

    Raises
    ------
    NeuronError
        If a value is missing, negative where it cannot be, or the step is too large.
    """
    leak, current = check_real("leak", leak), check_real("current", current)
    nmda = check_not_negative("nmda", nmda, "mS/cm²", NeuronError, True, 1000)
    t_type = check_not_negative("t_type", t_type, "mS/cm²", NeuronError, True, 1000)
    noise = check_not_negative("noise", noise, "mV", NeuronError, True, 1000)
    seconds, step = check_duration(seconds), check_step(step, LARGEST_STEP, NeuronError)
    if not hasattr(seed, "generate_state"):  # of a numpy.random.SeedSequence
        seed = check_seed(seed, NeuronError)
    seeds = [seed] if noise else []
    (recording,) = record(
        np.array([leak]), np.array([nmda]), t_type, current, seconds, noise, seeds, step
    )
    return recording


def record(leak, nmda, t_type, current, seconds, noise, seeds, step):
    """Run some cells side by side; `seeds` has one for each cell, or none without noise."""
    outside = leak[(leak < _LOW) | (leak > _HIGH)]
    if len(outside):
        raise NeuronError(f"leak: {outside[0]:g} mV is not between {_LOW:g} and {_HIGH:g} mV")
    count = round((SETTLING + seconds) * 1000 / step)
    every = max(round(SAMPLE / step), 1)
    push = np.zeros((len(leak), count // every if seeds else 0))
    for own, seed in zip(push, seeds, strict=False):
        np.random.default_rng(seed).standard_normal(out=own)
    push *= noise * np.sqrt(every * step)
    voltage, who, when = _run(_gates(step), count, leak, nmda, t_type, current, push, step, every)
    first = int(np.ceil(SETTLING * 1000 / (every * step) - 1e-6))
    clock = np.arange(first, voltage.shape[1]) * every * step / 1000 - SETTLING
    found = []
    for cell, trace in enumerate(voltage):
        spikes = when[who == cell] * step / 1000 - SETTLING
        found.append(Recording(clock, trace[first:], spikes[spikes >= 0]))
    return found


def check_real(name, value):
    """Refuse what is not one number, or moves no cell that lives; else as a float."""
    value = check_number(name, value, NeuronError, one=True)
    if abs(value) > 1000:
        raise NeuronError(f"{name}: {value:g} does not lie between -1000 and 1000")
    return value


def check_duration(seconds):
    """Refuse a time in which nothing can be seen, or of more than ten minutes; else in s."""
    seconds = check_not_negative("seconds", seconds, "s", NeuronError, True, 600)
    if seconds < 0.001:
        raise NeuronError(f"seconds: {seconds:g} s hold no spike")
    return seconds


def bursts(spikes):
    """Find the bursts in a train of spikes.

    Parameters
    ----------
    spikes : array_like, shape (spikes,)
        Times in s, rising.

    Returns
    -------
    numpy.ndarray, shape (bursts, 2)
        Place of the first and of the last spike of each burst.

    Raises
    ------
    NeuronError
        If a time is missing, or the times do not rise.
    """
    spikes = check_number("spikes", spikes, NeuronError)
    if spikes.ndim != 1 or (np.diff(spikes) < 0).any():
        raise NeuronError("spikes: a train of rising times is needed")
    gaps = np.diff(spikes)
    found, k = [], 0
    while k < len(gaps):
        first = k
        if gaps[k] <= BURST_STARTS:
            while k < len(gaps) and gaps[k] <= BURST_GOES_ON:
                k += 1
            found.append((first, k))
        k += 1
    return np.array(found, int).reshape(-1, 2)


def pattern(spikes):
    """Name the way in which a cell fires.

    Parameters
    ----------
    spikes : array_like, shape (spikes,)
        Times in s, rising.

    Returns
    -------
    {"silent", "tonic", "burst"}
        "burst" if it has at least two bursts that hold more than half of its spikes.

    Raises
    ------
    NeuronError
        As `bursts`.
    """
    found = bursts(spikes)
    if not len(spikes):
        return "silent"
    inside = (found[:, 1] - found[:, 0] + 1).sum()
    return "burst" if len(found) >= 2 and inside > len(spikes) / 2 else "tonic"


_LOW, _HIGH, _PER_MV = -130.0, 70.0, 20


@functools.cache
def _gates(step):
    """What the channels do at each voltage, in a table that is read instead of computed.

    Columns: for m, h, n and h of the T current the steady value and the share of the way
    that one step goes towards it; m² of the T current; what magnesium leaves free.
    The values are rounded, so that every machine has the same bits.
    """
    voltages = np.arange(_LOW, _HIGH + 0.5 / _PER_MV, 1 / _PER_MV)
    gates = np.zeros((len(voltages), 10))
    _fill_gates(gates, _LOW, _PER_MV, float(step))
    return gates


@njit(cache=True, error_model="numpy")
def _rate(u, scale, middle, width):
    """``scale abs(width) x / (exp(x) - 1)``, whose limit at 0 is the scale times the width."""
    x = (middle - u) / width
    return scale * abs(width) * (1.0 if abs(x) < 1e-9 else x / np.expm1(x))


@njit(cache=True, error_model="numpy")
def _fill_gates(gates, low, per_mv, step):
    for k in range(len(gates)):
        v = low + k / per_mv
        u = v - V_T
        row = gates[k]
        alpha, beta = _rate(u, 0.32, 13.0, 4.0), _rate(u, 0.28, 40.0, -5.0)
        row[0], row[1] = alpha / (alpha + beta), -np.expm1(-step * (alpha + beta))
        alpha, beta = 0.128 * np.exp((17 - u) / 18), 4 / (1 + np.exp((40 - u) / 5))
        row[2], row[3] = alpha / (alpha + beta), -np.expm1(-step * (alpha + beta))
        alpha, beta = _rate(u, 0.032, 15.0, 5.0), 0.5 * np.exp((10 - u) / 40)
        row[4], row[5] = alpha / (alpha + beta), -np.expm1(-step * (alpha + beta))
        wait = (211.4 + np.exp((v + 115.2) / 5)) / (1 + np.exp((v + 86) / 3.2))
        tau = (30.8 + wait) / 3.73
        row[6], row[7] = 1 / (1 + np.exp((v + 83) / 4)), -np.expm1(-step / tau)
        opened = 1 / (1 + np.exp(-(v + 59) / 6.2))
        row[8] = opened * opened
        row[9] = 1 / (1 + 1 / (receptors.MG_AT_ZERO * np.exp(receptors.MG_PER_MV * v)))
        for column in range(10):
            row[column] = np.floor(row[column] * 1e12 + 0.5) / 1e12


@njit(cache=True, error_model="numpy")
def _run(gates, count, leak, nmda, t_type, current, push, step, every):
    """Voltage at every so many steps, and cell and step of each spike.

    The cells are independent. They advance side by side because a processor works on
    the next cell while it waits for the table of the last.
    """
    cells = len(leak)
    v, after, below = leak.copy(), np.zeros(cells), np.ones(cells, np.bool_)
    m, h, n, h_t = np.empty(cells), np.empty(cells), np.empty(cells), np.empty(cells)
    for j in range(cells):
        start = gates[int((v[j] - _LOW) * _PER_MV)]
        m[j], h[j], n[j], h_t[j] = start[0], start[2], start[4], start[6]
    voltage = np.empty((cells, count // every))
    who, when = np.empty(1024, np.int64), np.empty(1024, np.int64)
    found = 0
    for t in range(count):
        if t % every == 0 and t // every < voltage.shape[1]:
            for j in range(cells):
                if push.shape[1]:
                    v[j] += push[j, t // every]
                voltage[j, t // every] = v[j]
        for j in range(cells):
            place = min(max((v[j] - _LOW) * _PER_MV, 0.0), len(gates) - 1.001)
            k = int(place)
            between = place - k
            low, high = gates[k], gates[k + 1]
            m[j] += (low[0] + between * (high[0] - low[0]) - m[j]) * (
                low[1] + between * (high[1] - low[1])
            )
            h[j] += (low[2] + between * (high[2] - low[2]) - h[j]) * (
                low[3] + between * (high[3] - low[3])
            )
            n[j] += (low[4] + between * (high[4] - low[4]) - n[j]) * (
                low[5] + between * (high[5] - low[5])
            )
            h_t[j] += (low[6] + between * (high[6] - low[6]) - h_t[j]) * (
                low[7] + between * (high[7] - low[7])
            )
            g_na = SODIUM * m[j] * m[j] * m[j] * h[j]
            g_k = POTASSIUM * n[j] * n[j] * n[j] * n[j] + AFTER_SPIKE * after[j]
            g_t = t_type * (low[8] + between * (high[8] - low[8])) * h_t[j]
            g_n = nmda[j] * (low[9] + between * (high[9] - low[9]))
            whole = LEAK + g_na + g_k + g_t + g_n
            drive = LEAK * leak[j] + g_na * E_SODIUM + g_k * E_POTASSIUM + g_t * E_CALCIUM
            goal = (drive + current) / whole
            # exp(-z) as a ratio of polynomials: good to 1e-5, the same on every machine.
            z = step * whole
            decay = (12 - 6 * z + z * z) / (12 + 6 * z + z * z)
            v[j] = goal + (v[j] - goal) * decay
            after[j] *= 1 - step / TAU_AFTER_SPIKE
            if v[j] > SPIKE and below[j]:
                after[j] += 1.0
                if found == len(who):
                    who = np.concatenate((who, np.empty_like(who)))
                    when = np.concatenate((when, np.empty_like(when)))
                who[found], when[found] = j, t + 1
                found += 1
            below[j] = v[j] < REARMED or (below[j] and v[j] <= SPIKE)
    return voltage, who[:found], when[:found]
