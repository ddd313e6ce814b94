"""The whole brain as a network of mean fields, joined by its white matter.

Each region is one excitatory-inhibitory node, as in `ketanet.circuits.node`. Its E cells
also hear the E cells of the other regions, through the fibres of the connectome, and
each region holds its own excitation back with just enough inhibition to fire at 3 Hz
(Deco2014). Noise is all that moves such a brain. Functional connectivity is what the
wiring makes of that noise, and it grows as the brain comes closer to losing its rest.

Ketamine enters as a cut of NMDA conductance, onto the E cells (`on_e`: their own loop and
the long fibres) or onto the I cells that hold them back (`on_i`). The inhibition stays
as it was without the drug, or is tuned again, as days of homeostasis might do.

The model sits close to a critical point, so a cut of a few per cent does much. Take
`on_e` and `on_i` as an effective gain: the occupancy of receptors is far larger.
"""

import functools
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from numba import njit
from scipy.optimize import brentq

from ketanet import haemodynamics, networks, recordings
from ketanet._checks import (
    check_flag,
    check_kind,
    check_not_negative,
    check_number,
    check_seed,
    check_share,
    told,
)
from ketanet.circuits import (
    EXCITATORY,
    GAMMA,
    I_0,
    INHIBITORY,
    J_NMDA,
    TAU_E,
    TAU_I,
    W_E,
    W_I,
    W_PLUS,
)

TARGET_CURRENT = EXCITATORY.b / EXCITATORY.a - 0.026
"""Current into E that inhibition is tuned to, in nA: it makes 3.063 Hz (Deco2014)."""

NOISE = 0.01
"""Noise on each gating variable, per square root of a second: sigma of Deco2014, with time
in s. Small enough that the brain stays close to its rest."""

STRONGEST = 0.2
"""What the strongest fibre of the connectome is scaled to, by convention: the couplings of
interest then lie near 2."""

FREQUENCY = 0.03
"""Where connectivity is computed, in Hz: in the middle of what BOLD shows. Our choice."""

BIN = 0.04
"""Time over which gating is averaged before it drives the blood, in s: TR / 18."""

LONGEST = 7200.0
"""Simulated seconds that are kept, at most."""

_STRONGEST = 1e6
"""No coupling, fibre, frequency or step is larger."""

SETTLING = 20.0
"""Simulated seconds that are dropped: noise and blood need some to become steady."""

ECN = tuple(f"{region}_{side}" for region in ("Frontal_Mid_2", "Parietal_Inf") for side in "LR")
"""Four AAL2 regions of the executive control network: dorsolateral prefrontal and lateral
parietal cortex. Chosen by us; of both, most lies in Yeo's frontoparietal network."""

PFC = tuple(
    f"{region}_{side}"
    for region in (
        "Frontal_Sup_2",
        "Frontal_Mid_2",
        "Frontal_Inf_Oper",
        "Frontal_Inf_Tri",
        "Frontal_Inf_Orb_2",
        "Frontal_Sup_Medial",
        "Frontal_Med_Orb",
        "Rectus",
        "OFCmed",
        "OFCant",
        "OFCpost",
        "OFClat",
        "Cingulate_Ant",
    )
    for side in "LR"
)
"""26 AAL2 regions: the frontal lobe in front of the motor areas, with the anterior
cingulate. Chosen by us."""

HIPPOCAMPUS = ("Hippocampus_L", "Hippocampus_R")


class WholeBrainError(ValueError):
    """A setting that the whole-brain model cannot run with; the message says why."""


@dataclass(frozen=True)
class State:
    """A brain at rest.

    Attributes
    ----------
    connectome : pandas.DataFrame, shape (regions, regions)
    coupling : float
    on_e, on_i : float
        Share of NMDA conductance taken from E and from I.
    inhibition : numpy.ndarray, shape (regions,)
        Strength J_i of the feedback from I to E, in nA.
    gating_e, gating_i : numpy.ndarray, shape (regions,)
    rate_e, rate_i : numpy.ndarray, shape (regions,)
        In Hz.
    eigenvalues : numpy.ndarray, shape (2 regions,)
        Of the dynamics around this rest, per s.
    """

    connectome: pd.DataFrame = field(repr=False)
    coupling: float
    on_e: float
    on_i: float
    inhibition: np.ndarray = field(repr=False)
    gating_e: np.ndarray = field(repr=False)
    gating_i: np.ndarray = field(repr=False)
    rate_e: np.ndarray = field(repr=False)
    rate_i: np.ndarray = field(repr=False)
    eigenvalues: np.ndarray = field(repr=False)

    def __post_init__(self):
        object.__setattr__(self, "connectome", _check_connectome(self.connectome))
        _check_number("coupling", self.coupling)
        _check_block("on_e", self.on_e)
        _check_block("on_i", self.on_i)
        for name in ("inhibition", "gating_e", "gating_i", "rate_e", "rate_i"):
            values = check_number(name, getattr(self, name), WholeBrainError)
            if values.shape != (len(self.connectome),):
                raise WholeBrainError(f"{name}: one number a region is needed")
            object.__setattr__(self, name, values)
        try:
            values = np.asarray(self.eigenvalues, complex)
        except (TypeError, ValueError, OverflowError):
            values = np.empty(0)
        if values.shape != (2 * len(self.connectome),) or not np.isfinite(values).all():
            raise WholeBrainError("eigenvalues: two finite numbers a region are needed")
        if not isinstance(self.eigenvalues, np.ndarray) or self.eigenvalues.dtype.kind not in "fc":
            object.__setattr__(self, "eigenvalues", values)

    @property
    def largest(self):
        """Largest real part of an eigenvalue, per s: how slowly a disturbance fades."""
        return float(self.eigenvalues.real.max())


def wiring(subcortex=False):
    """Mean structural connectome of the seven people, scaled for the model.

    Parameters
    ----------
    subcortex : bool
        Keep hippocampus, amygdala, basal ganglia and thalamus.

    Returns
    -------
    pandas.DataFrame, shape (80, 80) or (94, 94)
        Symmetric; the largest value is `STRONGEST`.

    Raises
    ------
    ketanet.sources.DataError
        If a data file is missing or damaged.
    """
    fibres = recordings.connectome()
    if not check_flag("subcortex", subcortex, WholeBrainError):
        left_out = recordings.subcortical(fibres.index)
        fibres = fibres.drop(index=left_out, columns=left_out)
    return STRONGEST * fibres / fibres.max(axis=None)


# Rest


def settle(connectome, coupling, on_e=0.0, on_i=0.0, retuned=False):
    """Find where the brain comes to rest.

    Without the drug the inhibition follows in closed form from the wanted rate (after
    Demirtas2019). With it, the brain is left to settle from its rest without the drug.

    Parameters
    ----------
    connectome : pandas.DataFrame, shape (regions, regions)
        As from `wiring`; row i is what region i receives.
    coupling : float
        How strongly the long fibres count; Deco2014's G.
    on_e : float
        Share of NMDA conductance that is blocked onto E, in the region and from others.
    on_i : float
        The same onto I.
    retuned : bool
        Tune the inhibition again, to the rate without the drug.

    Returns
    -------
    State

    Raises
    ------
    WholeBrainError
        If a value or the connectome is none, or this brain has no stable rest.
    """
    connectome = _check_connectome(connectome)
    coupling = _check_number("coupling", coupling)
    on_e, on_i = _check_block("on_e", on_e), _check_block("on_i", on_i)
    retuned = check_flag("retuned", retuned, WholeBrainError)
    drug = f"on_e {on_e:g} and on_i {on_i:g}"
    if retuned:
        return _tuned(connectome, coupling, on_e, on_i, f"with {drug}, tuned again,")
    free = _tuned(connectome, coupling, 0.0, 0.0, "without the drug")
    if on_e == on_i == 0:
        return free

    weights = _weights(connectome, coupling, on_e, on_i, free.inhibition)
    gating = _rest(np.concatenate((free.gating_e, free.gating_i)), weights)
    if gating is None:
        raise WholeBrainError(
            f"coupling {coupling:g} with {drug}: the brain does not come to rest; "
            "lower the coupling or the block"
        )
    return _state(connectome, coupling, on_e, on_i, free.inhibition, gating, f"with {drug}")


def _rest(gating, weights):
    """Where gating comes to rest when it is left to itself, or None.

    Implicit Euler steps that grow while little moves. Where much would move, they are cut:
    a long step may end at another rest than the brain would.
    """
    step, still = 0.02, np.eye(len(gating))
    while step < 1e9:
        slope, change = _jacobian(gating, weights), _changes(gating, weights)
        move = np.linalg.solve(still / step - slope, change)
        most = np.abs(move).max()
        if most > 0.01 and step > 1e-3:
            step /= 4
            continue
        gating = gating + move
        if most < 1e-14:
            break
        if most < 0.002:
            step *= 2
    return gating if most < 1e-9 else None


def _tuned(connectome, coupling, on_e, on_i, when):
    """Return the state in which inhibition holds every region at the wanted rate."""
    rate = EXCITATORY.rate(TARGET_CURRENT)
    gating_e = TAU_E * GAMMA * rate / (1 + TAU_E * GAMMA * rate)
    drive = W_I * I_0 + J_NMDA * (1 - on_i) * gating_e
    # Inhibition of I by itself keeps its current between 0 and what drives it.
    current = brentq(lambda x: drive - TAU_I * INHIBITORY.rate(x) - x, 0, drive, xtol=1e-15)
    gating_i = TAU_I * INHIBITORY.rate(current)
    nmda = W_PLUS + coupling * connectome.to_numpy().sum(axis=1)
    excess = W_E * I_0 + J_NMDA * (1 - on_e) * nmda * gating_e - TARGET_CURRENT
    ones = np.ones(len(connectome))
    gating = np.concatenate((gating_e * ones, gating_i * ones))
    return _state(connectome, coupling, on_e, on_i, excess / gating_i, gating, when)


def _state(connectome, coupling, on_e, on_i, inhibition, gating, when):
    weights = _weights(connectome, coupling, on_e, on_i, inhibition)
    eigenvalues = _eigenvalues(_jacobian(gating, weights).tobytes(), len(gating))
    largest = eigenvalues.real.max()
    if largest >= 0:
        raise WholeBrainError(
            f"coupling {coupling:g}: the rest {when} is unstable (its largest eigenvalue is "
            f"{largest:+.3f} per s and must be negative); lower the coupling"
        )
    into_e, into_i = _currents(gating, weights)
    gating_e, gating_i = np.split(gating, 2)
    return State(
        connectome, coupling, on_e, on_i, inhibition, gating_e, gating_i,
        EXCITATORY.rate(into_e), INHIBITORY.rate(into_i), eigenvalues,
    )  # fmt: skip


@functools.lru_cache(maxsize=16)
def _eigenvalues(jacobian, size):
    """Remembered: each setting of a sweep begins at the same rest without the drug."""
    found = np.linalg.eigvals(np.frombuffer(jacobian).reshape(size, size))
    found.setflags(write=False)
    return found


def _weights(connectome, coupling, on_e, on_i, inhibition):
    """Weights of the E gating on E (a matrix) and on I, and of the I gating on E; in nA."""
    fibres = np.ascontiguousarray(connectome, float)
    to_e = J_NMDA * (1 - on_e) * (W_PLUS * np.eye(len(fibres)) + coupling * fibres)
    return to_e, J_NMDA * (1 - on_i), inhibition


def _weights_of(state):
    return _weights(state.connectome, state.coupling, state.on_e, state.on_i, state.inhibition)


def _currents(gating, weights):
    to_e, to_i, inhibition = weights
    gating_e, gating_i = np.split(gating, 2)
    return (
        W_E * I_0 + to_e @ gating_e - inhibition * gating_i,
        W_I * I_0 + to_i * gating_e - gating_i,
    )


def _changes(gating, weights):
    """Per s, without the noise."""
    into_e, into_i = _currents(gating, weights)
    gating_e, gating_i = np.split(gating, 2)
    change_e = -gating_e / TAU_E + (1 - gating_e) * GAMMA * EXCITATORY.rate(into_e)
    return np.concatenate((change_e, -gating_i / TAU_I + INHIBITORY.rate(into_i)))


def _slope(transfer, current):
    """How the rate of a population grows with its current, in Hz/nA."""
    drive = transfer.d * (transfer.a * current - transfer.b)
    near = np.abs(drive) < 1e-4  # 0/0, with the limit 1/2
    safe = np.where(near, 1.0, drive)
    rest = -np.expm1(-safe)
    return transfer.a * np.where(near, 0.5 + drive / 6, (1 - safe * np.exp(-safe) / rest) / rest)


def _jacobian(gating, weights):
    to_e, to_i, inhibition = weights
    into_e, into_i = _currents(gating, weights)
    gating_e, _ = np.split(gating, 2)
    gain_e = (1 - gating_e) * GAMMA * _slope(EXCITATORY, into_e)
    gain_i = _slope(INHIBITORY, into_i)
    leak_e = 1 / TAU_E + GAMMA * EXCITATORY.rate(into_e)
    return np.block(
        [
            [gain_e[:, None] * to_e - np.diag(leak_e), np.diag(-gain_e * inhibition)],
            [np.diag(gain_i * to_i), np.diag(-1 / TAU_I - gain_i)],
        ]
    )


# Connectivity


def connectivity(state, frequency=FREQUENCY):
    """Functional connectivity of a brain at rest, computed without a simulation.

    Near its rest the brain is a linear filter of its noise. The real part of the
    cross-spectrum of E at one slow frequency, scaled to ones on the diagonal, is close to
    what hours of BOLD would show.

    Parameters
    ----------
    state : State
    frequency : float
        In Hz.

    Returns
    -------
    ketanet.networks.Connectivity
        Of one subject, "model".

    Raises
    ------
    WholeBrainError
        If the frequency is none.
    """
    check_kind("state", state, State, WholeBrainError)
    frequency = _check_number("frequency", frequency, "Hz")
    jacobian = _jacobian(np.concatenate((state.gating_e, state.gating_i)), _weights_of(state))
    count = len(state.connectome)
    response = np.linalg.inv(jacobian - 2j * np.pi * frequency * np.eye(2 * count))[:count]
    spectrum = (response @ response.conj().T).real
    size = np.sqrt(np.diag(spectrum))
    matrix = spectrum / np.outer(size, size)
    return networks.Connectivity(
        matrix[None], ("model",), tuple(state.connectome.index),
        networks.Pipeline(band=(frequency, frequency)),
    )  # fmt: skip


def fit(model, measured):
    """How well a connectivity resembles another: correlation of Fisher's z over all pairs.

    Parameters
    ----------
    model, measured : ketanet.networks.Connectivity
        The regions of `model` are looked up in `measured`, which may have more.

    Returns
    -------
    float
        It depends on how both were cleaned: name both pipelines beside it.

    Raises
    ------
    LookupError
        If `measured` lacks a region.
    WholeBrainError
        If their pipelines do not match: one with and one without global-signal regression,
        or bands that differ. A model's connectivity at one frequency matches every band
        that holds it.
    """
    for name, one in (("model", model), ("measured", measured)):
        check_kind(name, one, networks.Connectivity, WholeBrainError)
    ours, theirs = model.pipeline, measured.pipeline
    narrow, wide = ours.band, theirs.band or (0.0, np.inf)
    inside = narrow and narrow[0] == narrow[1] and wide[0] <= narrow[0] <= wide[1]
    if ours.gsr != theirs.gsr or not (inside or ours.band == theirs.band):
        raise WholeBrainError(f"a fit compares like with like, not {ours} with {theirs}")
    places = measured.places(model.regions)
    pairs = np.triu_indices(len(places), 1)
    one = model.mean().to_numpy()[pairs]
    other = measured.mean().to_numpy()[np.ix_(places, places)][pairs]
    for name, found in (("model", one), ("measured", other)):
        if len(found) < 2 or np.abs(found).max() == 1 or np.ptp(found) < 1e-12:
            raise WholeBrainError(f"{name}: several pairs are needed that differ, none alike")
    return float(np.corrcoef(np.arctanh(one), np.arctanh(other))[0, 1])


def sweep(measure, connectome, coupling, on_e=0.0, on_i=0.0, retuned=False):
    """Measure the brain at many settings.

    The settings are independent, so joblib may share them out: wrap the call in
    ``joblib.parallel_config(n_jobs=2)``, or in one with ``backend="dask"``.

    Parameters
    ----------
    measure : callable
        Takes a `State`, returns a dict of named numbers.
    connectome : pandas.DataFrame, shape (regions, regions)
    coupling, on_e, on_i, retuned : array_like
        As in `settle`; arrays are broadcast against each other.

    Returns
    -------
    pandas.DataFrame
        One row a setting: the four settings, then what was measured.

    Raises
    ------
    WholeBrainError
        If a setting is none, or gives no stable rest.
    """
    if not callable(measure):
        raise WholeBrainError(f"measure: a function is needed, not {told(measure)}")
    connectome = _check_connectome(connectome)
    check_not_negative("coupling", coupling, "", WholeBrainError, most=_STRONGEST)
    for name, share in (("on_e", on_e), ("on_i", on_i), ("retuned", retuned)):
        check_share(name, share, WholeBrainError)
    try:
        grid = np.broadcast_arrays(*map(np.atleast_1d, (coupling, on_e, on_i, retuned)))
    except ValueError:
        raise WholeBrainError(
            "coupling, on_e, on_i and retuned: the settings of a sweep must have shapes that fit"
        ) from None
    settings = pd.DataFrame(
        dict(zip(("coupling", "on_e", "on_i", "retuned"), map(np.ravel, grid), strict=True))
    ).infer_objects()
    found = Parallel()(
        delayed(_measured)(measure, connectome, *one)
        for one in settings.itertuples(index=False, name=None)
    )
    return settings.join(pd.DataFrame(found))


def _measured(measure, connectome, *setting):
    return measure(settle(connectome, *setting))


# BOLD


def bold(state, seconds=600.0, seed=0, step=1.0):
    """Simulate the BOLD signals of a brain at rest.

    The gating is moved by noise (Euler-Maruyama); averaged over `BIN`, the gating of E
    drives the blood.

    Parameters
    ----------
    state : State
    seconds : float
        Simulated time that is kept; `SETTLING` comes before it.
    seed : int
        Of the noise. The same seed gives the same noise to every dose.
    step : float
        In ms; `BIN` must be a whole number of steps.

    Returns
    -------
    ketanet.recordings.Rest
        Of one subject, "model", with a volume every `ketanet.recordings.TR`. The signal is
        the change against a brain without any gating, as a share.

    Raises
    ------
    WholeBrainError
        If the time or the step is none, or the step is too large for this state.
    """
    check_kind("state", state, State, WholeBrainError)
    seconds = check_not_negative("seconds", seconds, "s", WholeBrainError, True, LONGEST)
    seed = check_seed(seed, WholeBrainError)
    volumes = int(seconds / recordings.TR + 1e-9)
    if volumes < 1:
        raise WholeBrainError(f"seconds: {seconds:g} s hold no volume of {recordings.TR:g} s")
    _check_step(state, step)
    dropped, each = round(SETTLING / BIN), round(recordings.TR / BIN)
    gating = _gating(state, dropped + volumes * each, np.random.default_rng(seed), step)
    signal = haemodynamics.balloon(gating, BIN)[dropped + each - 1 :: each]
    time = pd.Index(np.round(np.arange(volumes) * recordings.TR, 2), name="seconds")
    table = pd.DataFrame(signal, index=time, columns=state.connectome.index)
    return recordings.Rest(
        signals=MappingProxyType({"model": table}),
        regions=pd.DataFrame(index=state.connectome.index),
        tr=recordings.TR,
        history="simulated",
        reference="Deco2014, Friston2003",
    )


def _check_step(state, step):
    step = _check_number("step", step, "ms")
    if 0 < step < 0.01:
        raise WholeBrainError(f"step: {step:g} ms is too small, at least 0.01 ms")
    steps = BIN * 1000 / step if step else 0.0
    if steps < 1 or abs(steps - round(steps)) > 1e-6:
        raise WholeBrainError(f"step: {step:g} ms does not divide the {BIN * 1000:g} ms of a bin")
    fastest = np.abs(state.eigenvalues).max() / 1000
    if step * fastest > 1:  # from here it overshoots, from twice this it grows without end
        raise WholeBrainError(
            f"step: {step:g} ms is no stable step for this brain, at most {1 / fastest:.2g} ms"
        )


def _gating(state, bins, rng, step):
    """Gating of E, averaged over each bin; shape (bins, regions)."""
    to_e, to_i, inhibition = _weights_of(state)
    count = len(inhibition)
    # Processors like rows in blocks: regions that nobody hears fill up the last one.
    silent = -count % _BLOCK
    from_e = np.ascontiguousarray(np.pad(to_e.T, (0, silent)))
    inhibition = np.pad(inhibition, (0, silent))
    gating = np.pad(np.stack((state.gating_e, state.gating_i)), ((0, 0), (0, silent)))
    found = np.empty((bins, count + silent))
    # Handed over, because numba's cache does not see when another module's constant changes.
    step = step / 1000
    currents = (W_E * I_0, W_I * I_0)
    moves = (1 - step / TAU_E, step * GAMMA, 1 - step / TAU_I, step, NOISE * np.sqrt(step))
    transfers = [
        (population.a, population.b, population.d) for population in (EXCITATORY, INHIBITORY)
    ]
    noise = np.empty((25, round(BIN / step), *gating.shape))  # of a second
    for first in range(0, bins, len(noise)):
        rng.standard_normal(out=noise)
        part = found[first : first + len(noise)]
        _advance(gating, noise, part, from_e, to_i, inhibition, currents, moves, *transfers)
    return found[:, :count]


_BLOCK = 16

_SERIES = 1 / np.cumprod([1.0, *range(1, 11)])
_HALVINGS = 6
# The series of exp, taken at a 64th of its argument and squared six times: right to 1e-11
# between -20 and 20, quicker than the library's exp, and the same bits on every machine.


@njit(cache=True, error_model="numpy")
def _rates(into, a, b, d, rates):
    """As `Transfer.rate`, for currents far from b/a, where it is 0/0."""
    for i in range(len(into)):
        drive = a * into[i] - b
        power = -d * drive / 2**_HALVINGS
        grown = _SERIES[10]
        for k in range(9, -1, -1):
            grown = grown * power + _SERIES[k]
        for _ in range(_HALVINGS):
            grown *= grown
        rates[i] = drive / (1 - grown)


@njit(cache=True, error_model="numpy")
def _listen(from_e, s_e, into_e):
    """Add what each region hears from all others, four at a time to spare the memory."""
    for j in range(0, len(s_e), 4):
        s_0, s_1, s_2, s_3 = s_e[j], s_e[j + 1], s_e[j + 2], s_e[j + 3]
        for i in range(len(s_e)):
            into_e[i] += (from_e[j, i] * s_0 + from_e[j + 1, i] * s_1) + (
                from_e[j + 2, i] * s_2 + from_e[j + 3, i] * s_3
            )


@njit(cache=True, error_model="numpy")
def _move(s_e, s_i, rate_e, rate_i, noise_e, noise_i, moves, total):
    keep_e, gain_e, keep_i, gain_i, kick = moves
    for i in range(len(s_e)):
        s_e[i] = keep_e * s_e[i] + gain_e * (1 - s_e[i]) * rate_e[i] + kick * noise_e[i]
        s_i[i] = keep_i * s_i[i] + gain_i * rate_i[i] + kick * noise_i[i]
        total[i] += s_e[i]


@njit(cache=True, error_model="numpy")
def _hear_itself(s_e, s_i, to_i, inhibition, currents, into_e, into_i):
    for i in range(len(s_e)):
        into_e[i] = currents[0] - inhibition[i] * s_i[i]
        into_i[i] = currents[1] + to_i * s_e[i] - s_i[i]


@njit(cache=True, error_model="numpy")
def _advance(
    gating, noise, found, from_e, to_i, inhibition, currents, moves, excitatory, inhibitory
):
    """Advance the gating through all the noise there is; write its mean over each bin."""
    # Indexed and not unpacked: numba would lose that these lie close in memory.
    s_e, s_i = gating[0], gating[1]
    into_e, into_i = np.empty_like(s_e), np.empty_like(s_e)
    rate_e, rate_i = np.empty_like(s_e), np.empty_like(s_e)
    for b in range(len(found)):
        total = found[b]
        for i in range(len(total)):
            total[i] = 0.0
        for t in range(noise.shape[1]):
            _hear_itself(s_e, s_i, to_i, inhibition, currents, into_e, into_i)
            _listen(from_e, s_e, into_e)
            _rates(into_e, *excitatory, rate_e)
            _rates(into_i, *inhibitory, rate_i)
            _move(s_e, s_i, rate_e, rate_i, noise[b, t, 0], noise[b, t, 1], moves, total)
        for i in range(len(total)):
            total[i] /= noise.shape[1]


# Checks


def _check_number(name, value, unit=""):
    return check_not_negative(name, value, unit, WholeBrainError, True, _STRONGEST)


def _check_block(name, value):
    return check_share(name, value, WholeBrainError, one=True)


def _check_connectome(connectome):
    try:
        named = isinstance(connectome, pd.DataFrame)
        table = connectome if named else pd.DataFrame(np.asarray(connectome))
    except (TypeError, ValueError, OverflowError):
        raise WholeBrainError("connectome: this is no table of numbers") from None
    if table.shape[0] != table.shape[1] or len(table) < 2:
        raise WholeBrainError(f"connectome: shape {table.shape} is not that of a square matrix")
    if not table.index.equals(table.columns):
        raise WholeBrainError("connectome: rows and columns name different regions")
    twice = table.index[table.index.duplicated()]
    if len(twice):
        raise WholeBrainError(f"connectome: {twice[0]} is named twice")
    check_not_negative("connectome", table, "", WholeBrainError, most=_STRONGEST)
    return table.astype(float)
