"""From activity to BOLD: how blood answers, by the Balloon-Windkessel model of Friston2003."""

import numpy as np
from numba import njit

from ketanet._checks import check_above, check_share

DECAY, ELIMINATION = 0.65, 0.41
"""Rates kappa and gamma of the signal that drives blood flow, per s. This and the next
three: Friston2003."""

TRANSIT = 0.98
"""Time tau that blood takes through the vessels, in s."""

STIFFNESS, EXTRACTION = 0.32, 0.34
"""Exponent alpha of the vessels, and share rho of oxygen taken out at rest."""

BLOOD = 0.02
"""Share V0 of the volume that is blood at rest."""

LARGEST_STEP = 0.1
"""In s: a longer one is not safe when blood flows at its quickest."""


class HaemodynamicsError(ValueError):
    """Something that no blood can answer to; the message says what."""


def balloon(gating, step):
    """Turn gating into BOLD.

    When it begins, the blood is steady with the first row.

    Parameters
    ----------
    gating : array_like, shape (times, regions)
        Gating of E, between 0 and 1.
    step : float
        Seconds between two rows, at most `LARGEST_STEP`.

    Returns
    -------
    numpy.ndarray, shape (times, regions)
        Signal at the end of each step: its change against a region without any gating,
        as a share.

    Raises
    ------
    HaemodynamicsError
        If a value or the step is none.
    """
    gating = np.ascontiguousarray(check_share("gating", gating, HaemodynamicsError))
    if gating.ndim != 2 or gating.size == 0:
        raise HaemodynamicsError(f"gating: times and regions are needed, not shape {gating.shape}")
    step = check_above("step", step, "s", HaemodynamicsError)
    if step > LARGEST_STEP:
        raise HaemodynamicsError(f"step: {step:g} s is no stable step, at most {LARGEST_STEP:g} s")
    flow = 1 + gating[0] / ELIMINATION
    volume = flow**STIFFNESS
    oxygen = volume * (1 - (1 - EXTRACTION) ** (1 / flow)) / EXTRACTION
    blood = np.stack((np.zeros_like(flow), flow, volume, oxygen))
    signal = np.empty_like(gating)
    _flow(blood, gating, step, signal)
    return signal


_LOG_KEPT = np.log(1 - EXTRACTION)


@njit(cache=True, error_model="numpy")
def _blood_changes(signal, flow, volume, oxygen, gating):
    """Of the signal that drives the flow, of flow, volume and deoxyhaemoglobin; per s."""
    out = volume ** (1 / STIFFNESS)
    taken = (1 - np.exp(_LOG_KEPT / flow)) / EXTRACTION
    return (
        gating - DECAY * signal - ELIMINATION * (flow - 1),
        signal,
        (flow - out) / TRANSIT,
        (flow * taken - out * oxygen / volume) / TRANSIT,
    )


@njit(cache=True, error_model="numpy")
def _flow(blood, gating, step, bold):
    """Advance the blood by the midpoint rule, whose error falls with the square of the step."""
    half = step / 2
    for t in range(gating.shape[0]):
        for i in range(gating.shape[1]):
            z = gating[t, i]
            s, f, v, q = blood[0, i], blood[1, i], blood[2, i], blood[3, i]
            ds, df, dv, dq = _blood_changes(s, f, v, q, z)
            ds, df, dv, dq = _blood_changes(
                s + half * ds, f + half * df, v + half * dv, q + half * dq, z
            )
            s, f, v, q = s + step * ds, f + step * df, v + step * dv, q + step * dq
            blood[0, i], blood[1, i], blood[2, i], blood[3, i] = s, f, v, q
            bold[t, i] = BLOOD * (
                7 * EXTRACTION * (1 - q) + 2 * (1 - q / v) + (2 * EXTRACTION - 0.2) * (1 - v)
            )
