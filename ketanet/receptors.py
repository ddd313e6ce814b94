"""The NMDA receptor: block by magnesium and block by ketamine.

Voltages are in mV, magnesium in mM, ketamine in µM.
"""

import numpy as np

from ketanet._checks import (
    SMALLEST,
    check_fit,
    check_flag,
    check_kind,
    check_not_negative,
    check_number,
    check_share,
    told,
)

MG_AT_ZERO = 3.57
"""Magnesium that blocks half of the receptors at 0 mV, in mM (JahrStevens1990)."""

MG_PER_MV = 0.062
"""Voltage dependence of the magnesium block, per mV (JahrStevens1990)."""

THERMAL = 25.4
"""kT/e at 22 °C, in mV: what a single charge feels of heat, at the temperature of the dish."""

OWN_DELTA = 0.55
"""Share of the membrane's field that ketamine crosses on its way to its site.

From memory, after the work of MacDonald and others of 1987: not verified. Values from 0.5
to 0.8 are in use.
"""

REVERSAL = 0.0
"""Voltage at which the current through the receptor turns, in mV."""

REST = -66.0
"""Voltage at which the potencies below were measured, in mV (Kotermanski2009)."""

POTENCY = {
    "GluN2A": {"no_mg": 0.33, "mg": 5.35},
    "GluN2B": {"no_mg": 0.31, "mg": 5.08},
    "GluN2C": {"no_mg": 0.51, "mg": 1.18},
    "GluN2D": {"no_mg": 0.83, "mg": 2.95},
}
"""Ketamine that blocks half of the current, in µM, without magnesium and with 1 mM of it.

Recombinant receptors at -66 mV, after Kotermanski2009. The eight values are quoted from
memory: not verified.
"""


class ReceptorError(ValueError):
    """Something that no receptor can be given; the message says what."""


def magnesium_constant(voltage):
    """Magnesium that blocks half of the receptors.

    Parameters
    ----------
    voltage : array_like
        In mV.

    Returns
    -------
    float or numpy.ndarray
        In mM.

    Raises
    ------
    ReceptorError
        If a voltage is missing.
    """
    return MG_AT_ZERO * np.exp(MG_PER_MV * _voltage(voltage))


def unblocked(voltage, magnesium=1.0):
    """Share of open receptors that magnesium leaves free, after JahrStevens1990.

    Measured on receptors of hippocampal neurons, which are mostly GluN2A and GluN2B:
    not to be used for GluN2C and GluN2D.

    Parameters
    ----------
    voltage : array_like
        In mV.
    magnesium : array_like
        In mM.

    Returns
    -------
    float or numpy.ndarray
        Between 0 and 1.

    Raises
    ------
    ReceptorError
        If a value is missing or magnesium is negative.
    """
    magnesium = check_not_negative("magnesium", magnesium, "mM", ReceptorError)
    half = magnesium_constant(voltage)
    check_fit(ReceptorError, voltage=half, magnesium=magnesium)
    return 1 / (1 + magnesium / half)


def half_block_voltage(magnesium=1.0):
    """Voltage at which magnesium blocks half of the receptors.

    Parameters
    ----------
    magnesium : array_like
        In mM, above 0.

    Returns
    -------
    float or numpy.ndarray
        In mV.

    Raises
    ------
    ReceptorError
        If magnesium is 0, negative or missing: without it no voltage blocks half.
    """
    magnesium = check_not_negative("magnesium", magnesium, "mM", ReceptorError)
    if (magnesium < SMALLEST).any():
        raise ReceptorError("magnesium: without it there is no voltage that blocks half")
    return np.log(magnesium / MG_AT_ZERO) / MG_PER_MV


def current(voltage, magnesium=1.0, conductance=1.0):
    """Current through NMDA receptors; negative is inward.

    Parameters
    ----------
    voltage, magnesium : array_like
        In mV and mM.
    conductance : float
        With every receptor open and unblocked, in nS.

    Returns
    -------
    float or numpy.ndarray
        In pA.

    Raises
    ------
    ReceptorError
        As `unblocked`, or if the conductance is negative or missing.
    """
    free = unblocked(voltage, magnesium)
    conductance = check_not_negative("conductance", conductance, "nS", ReceptorError)
    check_fit(ReceptorError, voltage=free, conductance=conductance)
    return conductance * free * (np.asarray(voltage, float) - REVERSAL)


def shifted_potency(potency, magnesium=1.0, voltage=REST, delta=0.0):
    """Potency of a blocker that competes with magnesium for the pore.

    ``IC50 = IC50 without magnesium · (1 + [Mg] / K(V)) · exp(delta (V - REST) / THERMAL)``.
    Where magnesium sits, the drug cannot. Nothing is fitted. The last factor is that of
    Woodhull: ketamine carries one positive charge, and a less negative cell holds it less
    firmly in the pore. At rest, where the potency was measured, the factor is 1.

    Parameters
    ----------
    potency : array_like
        Concentration that blocks half without magnesium at `REST`, in µM.
    magnesium, voltage : array_like
        In mM and mV.
    delta : float
        Share of the membrane's field that the drug crosses, between 0 and 1. The default
        leaves the drug's own voltage dependence out, because its size is not verified: it
        has to be asked for, with `OWN_DELTA`, and away from rest it should be.

    Returns
    -------
    float or numpy.ndarray
        In µM.

    Raises
    ------
    ReceptorError
        If a value is missing or negative, or `delta` is no share.
    """
    potency = check_not_negative("potency", potency, "µM", ReceptorError)
    delta = check_share("delta", delta, ReceptorError)
    free, voltage = unblocked(voltage, magnesium), _voltage(voltage)
    check_fit(ReceptorError, potency=potency, voltage=free, delta=delta)
    return potency / free * np.exp(delta * (voltage - REST) / THERMAL)


def potency(subtype, magnesium=True):
    """Ketamine that blocks half of the current of one receptor subtype.

    Parameters
    ----------
    subtype : {"GluN2A", "GluN2B", "GluN2C", "GluN2D"}
    magnesium : bool
        With 1 mM of it, or without.

    Returns
    -------
    float
        In µM, from `POTENCY`.

    Raises
    ------
    ReceptorError
        Naming the subtypes that there are.
    """
    if check_kind("subtype", subtype, str, ReceptorError) not in POTENCY:
        raise ReceptorError(f"{told(subtype)} is no subtype here: {', '.join(POTENCY)}")
    return POTENCY[subtype]["mg" if check_flag("magnesium", magnesium, ReceptorError) else "no_mg"]


def block(ketamine, potency):
    """Share of receptors that ketamine blocks at equilibrium, with one binding site.

    Parameters
    ----------
    ketamine : array_like
        Free concentration, in µM.
    potency : float
        Concentration that blocks half, in µM, above 0.

    Returns
    -------
    float or numpy.ndarray
        Between 0 and 1.

    Raises
    ------
    ReceptorError
        If a value is missing or negative, or the potency is 0.
    """
    ketamine = check_not_negative("ketamine", ketamine, "µM", ReceptorError)
    potency = check_not_negative("potency", potency, "µM", ReceptorError)
    if (potency == 0).any():
        raise ReceptorError("potency: 0 µM would be an infinitely strong drug")
    check_fit(ReceptorError, ketamine=ketamine, potency=potency)
    return ketamine / (ketamine + potency)


def _voltage(voltage):
    """Refuse what no membrane stands, by far; else in mV."""
    voltage = check_number("voltage", voltage, ReceptorError)
    if (voltage > 1000).any() or (voltage < -1000).any():
        raise ReceptorError("voltage: a membrane stands no more than 1000 mV")
    return voltage
