"""From block at rest to spines: a chain of steps, each a first-order process.

Block of NMDA receptors at rest quietens eEF2 kinase; less of eEF2 is phosphorylated;
more BDNF is made; AMPA synapses are strengthened; spines form. Only the direction and
the order of the steps come from experiments (Autry2011, Phoumthipphavong2016). Every
rate below is illustrative: chosen by us to give that order, measured by nobody.
Times are in hours.
"""

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.integrate import solve_ivp

from ketanet._checks import check_kind, check_not_negative, check_share

HALF_LIFE = 13 / 60
"""Of ketamine in the mouse, in hours (Ma2023)."""

PEAK = 10.0
"""Level in the mouse brain right after a dose, in µM. Illustrative."""

HALF_BLOCK = 1.0
"""Level that blocks half of the receptors at rest, in µM. Illustrative."""

KINASE, ELONGATION, BDNF, POTENTIATION = 0.15, 0.1, 0.6, 0.5
"""Time constants of the four fast steps, in hours. Illustrative."""

GAIN = 3.0
"""Excess BDNF made when eEF2 is not phosphorylated at all. Illustrative."""

FADING, DRIVE = 30.0, 6.0
"""Time constants of the loss of potentiation and of the drive to grow, in hours. Illustrative."""

LOSS, CONSOLIDATION, LOSS_OF_STABLE = 0.30 / 24, 0.06 / 24, 0.02 / 24
"""Rates of young spines (lost, made stable) and of stable ones (lost), per hour. Illustrative."""

GROWTH = 3.5
"""How many times faster spines form at full drive, less one. Illustrative."""


class PlasticityError(ValueError):
    """A condition that cannot be; the message says what."""


@dataclass(frozen=True)
class Animal:
    """What an experiment took away, as a share of what is left.

    Attributes
    ----------
    kinase : float
        eEF2 kinase; 0 in a knock-out.
    bdnf : float
        BDNF that can be made; 0 in a knock-out.
    reach : float
        Share of the drug's block that reaches receptors at rest; 0 for a drug that
        spares them, as memantine does in physiological magnesium (Gideons2014).
    synthesis_stopped : float
        Hours for which no protein is made, from the first dose on.
    """

    kinase: float = 1.0
    bdnf: float = 1.0
    reach: float = 1.0
    synthesis_stopped: float = 0.0

    def __post_init__(self):
        for name in ("kinase", "bdnf", "reach"):
            check_share(name, getattr(self, name), PlasticityError, one=True)
        check_not_negative("synthesis_stopped", self.synthesis_stopped, "h", PlasticityError, True)


def drug_level(hours, doses=(0.0,), peak=PEAK):
    """Ketamine in the mouse brain after one or more doses.

    Parameters
    ----------
    hours : array_like
    doses : sequence of float
        When each dose is given, in hours; none for an untreated animal.
    peak : float
        What one dose adds, in µM.

    Returns
    -------
    numpy.ndarray
        In µM.

    Raises
    ------
    PlasticityError
        If a time or the peak is negative, missing or of another shape.
    """
    hours = check_not_negative("hours", hours, "h", PlasticityError)
    doses, peak = _doses(doses), check_not_negative("peak", peak, "µM", PlasticityError, one=True)
    since = hours[..., None] - doses
    return peak * np.where(since >= 0, 0.5 ** (np.clip(since, 0, None) / HALF_LIFE), 0).sum(-1)


def follow(hours, doses=(0.0,), animal=Animal(), peak=PEAK):
    """Follow the chain from block to spines.

    Parameters
    ----------
    hours : array_like, shape (times,)
        When to look, rising.
    doses : sequence of float
        As in `drug_level`.
    animal : Animal
    peak : float
        As in `drug_level`.

    Returns
    -------
    pandas.DataFrame
        Index: hours. Columns ``p_eef2`` and ``bdnf`` (1 = untreated and unaltered),
        ``potentiation`` (0 none, 1 full), ``spines`` (1 = untreated) and its two parts
        ``young`` and ``stable``.

    Raises
    ------
    PlasticityError
        If a time is negative or missing, or the times do not rise.
    """
    hours = check_not_negative("hours", hours, "h", PlasticityError, most=1e6)
    if hours.ndim != 1 or (np.diff(hours) <= 0).any():
        raise PlasticityError("hours: times must rise, each once")
    doses, peak = _doses(doses), check_not_negative("peak", peak, "µM", PlasticityError, True, 1e6)
    check_kind("animal", animal, Animal, PlasticityError)
    returns = float(doses.min() + animal.synthesis_stopped) if doses.size else 0.0
    start = _untreated(animal)
    # The right side jumps at each dose and when synthesis returns: integrate between jumps.
    jumps = {0.0, *doses.tolist(), returns, hours.max(initial=0.0)}
    edges = sorted(jump for jump in jumps if jump <= hours.max(initial=0.0))
    # Of two that rounding alone keeps apart the later: no solver steps over so little.
    edges = [one for one, next_one in itertools.pairwise([*edges, np.inf]) if next_one - one > 1e-9]
    states, rows = start, np.tile(start, (len(hours), 1))
    for begin, end in itertools.pairwise(edges):
        inside = (hours > begin) & (hours <= end)
        run = solve_ivp(
            _changes,
            (begin, end),
            states,
            method="LSODA",
            t_eval=np.union1d(hours[inside], end),
            args=(begin, doses, animal, peak, returns),
            rtol=1e-8,
            atol=1e-10,
        )
        rows[inside], states = run.y.T[: inside.sum()], run.y[:, -1]
    _, p_eef2, bdnf, potentiation, _, young, stable = rows.T
    whole = start[5] + start[6]
    found = {
        "p_eef2": p_eef2,
        "bdnf": 1 + bdnf,
        "potentiation": potentiation,
        "young": young / whole,
        "stable": stable / whole,
        "spines": (young + stable) / whole,
    }
    return pd.DataFrame(found, index=pd.Index(hours, name="hours"))


def _doses(doses):
    """When each dose is given, in hours."""
    doses = np.atleast_1d(check_not_negative("doses", doses, "h", PlasticityError, most=1e6))
    if doses.ndim > 1 or doses.size > 10_000:
        raise PlasticityError(f"doses: a list of times is needed, not shape {doses.shape}")
    return doses


def _untreated(animal):
    """Kinase, p-eEF2, excess BDNF, potentiation, drive, young and stable spines."""
    young = 1 / (LOSS + CONSOLIDATION)
    stable = CONSOLIDATION * young / LOSS_OF_STABLE
    return np.array([animal.kinase, animal.kinase, 0, 0, 0, young, stable])


def _changes(hour, states, begin, doses, animal, peak, returns):
    kinase, p_eef2, bdnf, potentiation, drive, young, stable = states
    level = drug_level(begin, doses[doses <= begin], peak)
    level *= 0.5 ** ((hour - begin) / HALF_LIFE)
    block = animal.reach * level / (level + HALF_BLOCK)
    made = GAIN * max(animal.kinase - p_eef2, 0) * animal.bdnf
    if begin < returns:
        made = 0.0
    return [
        (animal.kinase * (1 - block) - kinase) / KINASE,
        (kinase - p_eef2) / ELONGATION,
        (made - bdnf) / BDNF,
        bdnf * (1 - potentiation) / POTENTIATION - potentiation / FADING,
        (potentiation - drive) / DRIVE,
        1 + GROWTH * drive - (LOSS + CONSOLIDATION) * young,
        CONSOLIDATION * young - LOSS_OF_STABLE * stable,
    ]
