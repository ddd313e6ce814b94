import numpy as np
import pytest
from scipy.integrate import solve_ivp

from ketanet import haemodynamics


def test_steady_gating_gives_the_steady_signal():
    gating = np.tile([0.0, 0.16412, 0.5], (2000, 1))
    found = haemodynamics.balloon(gating, 0.04)
    flow = 1 + gating[0] / 0.41
    volume = flow**0.32
    oxygen = volume * (1 - 0.66 ** (1 / flow)) / 0.34
    expected = 0.02 * (2.38 * (1 - oxygen) + 2 * (1 - oxygen / volume) + 0.48 * (1 - volume))
    assert np.abs(found - expected).max() < 1e-12
    assert abs(found[0, 0]) < 1e-15 and found[0, 1] == pytest.approx(0.016266, abs=1e-6)
    # A change ends there as well, wherever it began.
    gating[0] = 0.3
    assert np.abs(haemodynamics.balloon(gating, 0.04)[-1] - expected).max() < 1e-9


def pulse(step, seconds=30):
    """Gating of 0.2 that rises to 0.6 for one second, in one region."""
    time = (np.arange(round(seconds / step)) + 0.5) * step
    return np.where((time > 2) & (time < 3), 0.6, 0.2)[:, None]


def blood_changes(_, blood, gating):
    """The equations of Friston2003 with their numbers, written out a second time."""
    s, f, v, q = blood
    out = v ** (1 / 0.32)
    return [
        gating - 0.65 * s - 0.41 * (f - 1),
        s,
        (f - out) / 0.98,
        (f * (1 - 0.66 ** (1 / f)) / 0.34 - out * q / v) / 0.98,
    ]


def reference_pulse():
    flow = 1 + 0.2 / 0.41
    volume = flow**0.32
    blood = [0, flow, volume, volume * (1 - 0.66 ** (1 / flow)) / 0.34]
    parts = []
    for begin, end, gating in ((0, 2, 0.2), (2, 3, 0.6), (3, 30, 0.2)):
        times = np.arange(round(begin / 0.1) + 1, round(end / 0.1) + 1) * 0.1
        run = solve_ivp(
            blood_changes, (begin, end + 1e-9), blood, "DOP853", times, args=(gating,),
            rtol=1e-11, atol=1e-13,
        )  # fmt: skip
        blood = run.y[:, -1]
        parts.append(run.y)
    _, _, v, q = np.concatenate(parts, axis=1)
    return 0.02 * (2.38 * (1 - q) + 2 * (1 - q / v) + 0.48 * (1 - v))


def test_a_pulse_gives_the_response_of_the_equations():
    expected = reference_pulse()
    errors = []
    for step in (0.1, 0.05, 0.025):
        found = haemodynamics.balloon(pulse(step), step)[round(0.1 / step) - 1 :: round(0.1 / step)]
        errors.append(np.abs(found[:, 0] - expected).max() / np.ptp(expected))
    # The error falls with the square of the step.
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.15)
    assert errors[0] < 3e-3 and errors[2] < 2e-4
    # The peak comes seconds after the pulse, and an undershoot follows.
    time = np.arange(1, 301) * 0.1
    assert time[expected.argmax()] - 2.5 == pytest.approx(3.0, abs=1.0)
    assert expected.min() < expected[0] and time[expected.argmin()] > 7


@pytest.mark.parametrize(
    "gating, step, words",
    [
        ([0.1, 0.2], 0.04, r"times and regions are needed, not shape \(2,\)"),
        (np.empty((0, 3)), 0.04, "times and regions are needed"),
        ([[0.1, np.nan]], 0.04, "gating: a value is missing"),
        ([[-0.1]], 0.04, "gating: -0.1 .*is negative"),
        ([[3.0]], 0.04, "gating: 3 is more than all"),
        ([[0.1]], 0.2, "step: 0.2 s is no stable step, at most 0.1 s"),
        ([[0.1]], 0, "step: 0 s is not above 0"),
    ],
)
def test_gating_that_is_none_is_refused(gating, step, words):
    with pytest.raises(haemodynamics.HaemodynamicsError, match=words):
        haemodynamics.balloon(gating, step)
