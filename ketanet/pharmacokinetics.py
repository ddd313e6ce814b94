"""From a dose to a level in the blood: three published compartment models of ketamine.

Times are in minutes, doses in mg, levels in ng/mL (the same as µg/L). For teaching: no
model here says what to give to anybody.
"""

import numpy as np

from ketanet._checks import check_kind, check_not_negative, told

MOLAR_MASS = 237.73
"""Of ketamine, in g/mol."""

UNBOUND = 0.6
"""Share of ketamine in plasma that is not bound to protein.

Dayton1983 found up to 47% bound; 0.5 to 0.8 is the range to try.
"""


SHORTEST = 1e-6
"""Length of the shortest infusion, in minutes: a shorter one is a bolus."""


class DoseError(ValueError):
    """A dose or a time that cannot be; the message says what."""


class Dose:
    """One dose into the vein, evenly over a time.

    Attributes
    ----------
    milligrams : float
    minutes : float
        Length of the infusion; 0 is a bolus.
    start : float
        In minutes.
    """

    def __init__(self, milligrams, minutes=0.0, start=0.0):
        self.milligrams = check_not_negative("milligrams", milligrams, "mg", DoseError, one=True)
        self.minutes = check_not_negative("minutes", minutes, "min", DoseError, one=True)
        self.start = check_not_negative("start", start, "min", DoseError, one=True)
        if 0 < self.minutes < SHORTEST:
            raise DoseError(f"minutes: {self.minutes:g} min are too short, 0 is a bolus")

    def __repr__(self):
        return f"Dose({self.milligrams}, minutes={self.minutes}, start={self.start})"


def infusion(mg_per_kg=0.5, minutes=40.0, weight=70.0, start=0.0):
    """The infusion that most studies of depression gave: 0.5 mg/kg over 40 minutes.

    Parameters
    ----------
    mg_per_kg, minutes, weight, start : float
        Weight in kg.

    Returns
    -------
    Dose

    Raises
    ------
    DoseError
        If a value is negative or missing.
    """
    mg_per_kg = check_not_negative("mg_per_kg", mg_per_kg, "mg/kg", DoseError, True, 1000)
    weight = check_not_negative("weight", weight, "kg", DoseError, True, 1000)
    return Dose(mg_per_kg * weight, minutes, start)


def repeated(dose, starts):
    """The same dose at several times.

    Parameters
    ----------
    dose : Dose
    starts : sequence of float
        In minutes.

    Returns
    -------
    list of Dose
    """
    check_kind("dose", dose, Dose, DoseError)
    starts = check_not_negative("starts", starts, "min", DoseError)
    if starts.ndim != 1:
        raise DoseError("starts: a list of times is needed")
    return [Dose(dose.milligrams, dose.minutes, start) for start in starts]


class Compartments:
    """Blood, and one or two tissues that exchange ketamine with it.

    ``dA1/dt = R - (k10 + k12 + k13) A1 + k21 A2 + k31 A3``, ``C = A1 / V1``.

    Attributes
    ----------
    volume : float
        V1 of the blood compartment, in L.
    k10, k12, k21, k13, k31 : float
        Rates, per minute; k10 leaves the body, k13 and k31 are 0 with one tissue only.
    reference : str
        Key in ``references.bib``.
    """

    def __init__(self, volume, k10, k12, k21, k13=0.0, k31=0.0, reference=""):
        rates = {"k10": k10, "k12": k12, "k21": k21, "k13": k13, "k31": k31}
        for name, value in rates.items():
            check_not_negative(name, value, "per minute", DoseError, True, 1000)
        check_kind("reference", reference, str, DoseError)
        needed = {"volume": volume, "k10": k10, "k21": k21, "k31": k31 if k13 else 1.0}
        for name, value in needed.items():
            if check_not_negative(name, value, "", DoseError, True, 1e6) < 1e-6:
                raise DoseError(f"{name}: {value:g} is not above 0, by a millionth at least")
        self.volume, self.reference = volume, reference
        self.k10, self.k12, self.k21, self.k13, self.k31 = k10, k12, k21, k13, k31

    @property
    def clearance(self):
        """Blood freed of ketamine, in L/h."""
        return 60 * self.k10 * self.volume

    def amounts(self, doses, minutes):
        """Ketamine in each compartment, exactly.

        Between the switches of the pump the system is linear, so each way in which it
        can decay is followed on its own (the eigenvectors of the rates), and the doses
        are added up.

        Parameters
        ----------
        doses : Dose or sequence of Dose
        minutes : array_like, shape (times,)

        Returns
        -------
        numpy.ndarray, shape (times, compartments)
            In mg.

        Raises
        ------
        DoseError
            If a time is negative or missing, or the times are no list.
        """
        _, modes = self._modes()
        doses = _listed(doses)
        return np.column_stack(
            [self._amount(doses, minutes, tissue) for tissue in range(len(modes))]
        )

    def level(self, doses, minutes):
        """Level in the blood.

        Parameters
        ----------
        doses : Dose or sequence of Dose
        minutes : array_like, shape (times,)

        Returns
        -------
        numpy.ndarray, shape (times,)
            In ng/mL.

        Raises
        ------
        DoseError
            As `amounts`.
        """
        return 1000 * self._amount(_listed(doses), minutes, 0) / self.volume

    def _amount(self, doses, minutes, tissue):
        """Ketamine in one compartment, in mg: `amounts`."""
        minutes = np.atleast_1d(check_not_negative("minutes", minutes, "min", DoseError))
        if minutes.ndim > 1:
            raise DoseError(f"minutes: a list of times is needed, not shape {minutes.shape}")
        decay, modes = self._modes()
        into = np.linalg.solve(modes, np.eye(len(decay))[0])  # 1 mg in the blood, by mode
        found = np.zeros(len(minutes))
        for dose in doses:
            since = np.clip(minutes - dose.start, 0, None)
            ended = np.clip(since - dose.minutes, 0, None)
            for rate, share in zip(decay, into * modes[tissue], strict=True):
                if dose.minutes == 0:
                    size = np.exp(rate * since) * (minutes >= dose.start)
                else:
                    size = np.exp(rate * ended) * np.expm1(rate * (since - ended))
                    size = size / (rate * dose.minutes)
                found = found + dose.milligrams * share * size
        return found

    def _modes(self):
        """How the amounts decay, per minute, and what each way of decaying looks like."""
        decay, modes = np.linalg.eig(self._rates())
        return np.real(decay), np.real(modes)  # real they are; numpy 2.5 calls all complex

    def _rates(self):
        """Rates of change, shape (compartments, compartments), per minute."""
        out = -(self.k10 + self.k12 + self.k13)
        every = np.array(
            [[out, self.k21, self.k31], [self.k12, -self.k21, 0], [self.k13, 0, -self.k31]]
        )
        return every if self.k13 else every[:2, :2]


def _listed(doses):
    """One dose or several as a list."""
    if isinstance(doses, Dose):
        return [doses]
    try:
        doses = list(doses)
    except TypeError:
        raise DoseError(f"doses: a Dose or several are needed, not {told(doses)}") from None
    for dose in doses:
        check_kind("doses", dose, Dose, DoseError)
    return doses


def _kamp(weight):
    # Volumes in L and clearances in L/h for 70 kg; second-hand, from two code files that
    # cite the table of Kamp2020. Their sums lie inside the intervals of its abstract.
    size = weight / 70
    v1, v2, v3 = 25 * size, 56 * size, 157 * size
    cl, q2, q3 = (flow * size**0.75 / 60 for flow in (84, 161, 79))
    return Compartments(v1, cl / v1, q2 / v1, q2 / v2, q3 / v1, q3 / v3, "Kamp2020")


def _domino(weight):
    # Second-hand, three implementations.
    return Compartments(
        0.063 * weight, 0.4381, 0.5921, 0.2470, 0.5900, 0.0146, reference="Domino1982"
    )


def _clements(weight):
    # The fit to 250 µg/kg; second-hand. Two compartments.
    return Compartments(1.7522 * weight, 0.0109, 0.0186, 0.0137, reference="Clements1981")


_MODELS = {"Kamp": _kamp, "Domino": _domino, "Clements": _clements}

available = tuple(_MODELS)
"""Names that `model` knows: Kamp2020, Domino1982 and Clements1981."""


def model(name="Kamp", weight=70.0):
    """One of the published models.

    Parameters
    ----------
    name : str
        One of `available`.
    weight : float
        Of the person, in kg, above 0.

    Returns
    -------
    Compartments

    Raises
    ------
    DoseError
        If there is no such model, or the weight is not above 0.
    """
    if check_kind("name", name, str, DoseError) not in _MODELS:
        raise DoseError(f"name: {told(name)} is no model here; there are {', '.join(available)}")
    weight = check_not_negative("weight", weight, "kg", DoseError, True, 1000)
    if weight < 0.01:
        raise DoseError(f"weight: {weight:g} kg is nobody")
    return _MODELS[name](weight)


def micromolar(level):
    """Turn ng/mL of ketamine into µM.

    Parameters
    ----------
    level : array_like
        In ng/mL.

    Returns
    -------
    float or numpy.ndarray

    Raises
    ------
    DoseError
        If a level is negative or missing.
    """
    return check_not_negative("level", level, "ng/mL", DoseError) / MOLAR_MASS
