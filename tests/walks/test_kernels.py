"""The package in JavaScript: its kernels, and the rest of the whole brain."""

import base64
import re

import browser
import numpy as np
import pytest
from course import ROOT
from live import brain, kernels
from playwright.sync_api import Error

from ketanet import haemodynamics, luck, neurons, whole_brain

pytestmark = pytest.mark.skipif(
    browser.CHROMIUM is None,
    reason="no Chromium or Chrome is installed: no kernel was run in JavaScript",
)
EQUAL = 1e-12
MODULES = luck, haemodynamics, neurons, whole_brain


@pytest.fixture(scope="module")
def page(chromium):
    """An empty page, in which any text may run."""
    opened = chromium.new_page()
    yield opened
    opened.close()


RUN = """([text, name, args]) => {
  const given = (value) =>
    value === null || typeof value !== "object" ? value
    : !("array" in value) ? value.map(given)
    : typeof (value.array[0] ?? 0) === "number" ? Float64Array.from(value.array)
    : value.array.map((row) => given({ array: row }));
  const plain = (value) =>
    ArrayBuffer.isView(value) ? [...value] : Array.isArray(value) ? value.map(plain) : value;
  const these = args.map(given);
  const found = new Function(`${text}; return ${name};`)()(...these);
  return plain([found, these]);
}"""


def cases():
    """Arguments for each kernel, as the package hands them over."""
    rng = np.random.default_rng(7)

    def stream():
        return np.array([11.0, 1213.0, 4321.0])

    def share(*shape):
        return rng.uniform(0.05, 0.4, shape)

    fibres = share(8, 8)
    blood = np.stack([share(4) - 0.2, 1 + share(4), 1 + share(4), 1 - share(4)])
    transfer = (310.0, 125.0, 0.16)
    moves = (0.99, 0.00064, 0.9, 0.001, 0.0003)
    gates = neurons._gates(0.02)
    cells = np.array([-62.0, -78.0, -82.0])
    push = 0.01 * rng.standard_normal((3, 400))
    nmda = np.full(3, neurons.NMDA)
    return {
        "_uniform": [stream()],
        "_normal": [stream()],
        "_fill": [stream(), np.zeros(9)],
        "_correlate": [stream(), 0.8, 60, np.zeros(5)],
        "_blood_changes": [0.1, 1.2, 1.1, 0.8, 0.3],
        "_flow": [blood, share(30, 4), 0.04, np.zeros((30, 4))],
        "_rate": [-12.0, 0.32, 13.0, 4.0],
        "_fill_gates": [np.zeros((60, 10)), -90.0, 1.0, 0.02],
        "_run": [gates, 2000, cells, nmda, neurons.T_TYPE, 0.0, push, 0.02, 5],
        "_rates": [share(8), *transfer, np.zeros(8)],
        "_listen": [fibres, share(8), share(8)],
        "_move": [share(8), share(8), share(8), share(8), share(8), share(8), moves, share(8)],
        "_hear_itself": [share(8), share(8), 0.15, share(8), (0.38, 0.27), share(8), share(8)],
        "_advance": [
            share(2, 8), rng.standard_normal((5, 40, 2, 8)), np.zeros((5, 8)), fibres, 0.15,
            1 + share(8), (0.382, 0.267), moves, transfer, (615.0, 177.0, 0.087),
        ],
    }  # fmt: skip


def told(value):
    """An argument or a result as the browser takes it."""
    if isinstance(value, np.ndarray):
        return {"array": value.astype(float).tolist()}
    if isinstance(value, tuple):
        return [told(one) for one in value]
    return value.item() if isinstance(value, np.generic) else value


def flat(value):
    """All numbers of a result, one after the other."""
    if value is None:
        return []
    if isinstance(value, list | tuple | np.ndarray):
        return [number for one in value for number in flat(one)]
    return [float(value)]


def by_javascript(page, text, name):
    arguments = [told(one) for one in cases()[name]]
    return flat(page.evaluate(RUN, [text, name, arguments]))


def by_numba(name):
    [module] = [module for module in MODULES if hasattr(getattr(module, name, None), "py_func")]
    arguments = cases()[name]
    return flat([getattr(module, name)(*arguments), arguments])


def same(numbers, others):
    return len(numbers) == len(others) and np.allclose(numbers, others, rtol=EQUAL, atol=EQUAL)


TEXT, NAMES = kernels.javascript(*MODULES)


@pytest.mark.parametrize("name", NAMES)
def test_a_kernel_in_javascript_equals_numba(name, page):
    assert same(by_javascript(page, TEXT, name), by_numba(name))


SIGNED = [name for name in NAMES if name not in ("_fill", "_advance")]  # those only hand on


@pytest.mark.parametrize("name", SIGNED)
def test_one_sign_in_a_kernel_is_noticed(name, page):
    begins = TEXT.index(f"const {name} = (")
    ends = TEXT.index("\n};\n", begins)
    body = TEXT[begins:ends]
    # Not in the head of a loop, which would not end.
    sign = re.search(r"^(?!for).*?(?:(?<= )([-+])(?==? )|(?<=\()(-)(?=[\w$]))", body, re.M)
    place = sign.end() - 1
    wrong = body[:place] + "-+"[body[place] == "-"] + body[place + 1 :]
    text = TEXT[:begins] + wrong + TEXT[ends:]
    try:
        found = by_javascript(page, text, name)
    except Error:  # it reads beyond an array
        return
    assert not same(found, by_numba(name))


# The rest of the whole brain, which is written twice

REST = """([text, constants, fibres, settings]) => {
  const { settle, connectivity } = new Function(`${text}; return wholeBrain;`)()(constants);
  return settings.map(([coupling, onE, onI]) => {
    const state = settle(fibres.map((row) => Float64Array.from(row)), coupling, onE, onI);
    const matrix = connectivity(state).map((row) => [...row]);
    return [[...state.gatingE], [...state.gatingI], [...state.rateE], matrix];
  });
}"""
SETTINGS = [(2.2, 0, 0), (2.2, 0.01, 0.01), (2.2, 0.004, 0.012), (2.2, 0, 0.005), (2.2, 0, 0.01)]
"""Chapter 4's explorers; with the last the brain jumps, after a long wait."""


@pytest.mark.parametrize(
    ("subcortex", "settings"),
    [(True, SETTINGS), (False, [(2.25, 0, 0.005), (2.25, 0.02, 0.02), (2.25, 0, 0.02)])],
)
def test_the_rest_in_the_page_is_that_of_the_package(subcortex, settings, page):
    wires = whole_brain.wiring(subcortex=subcortex)
    text = (ROOT / "book" / "_live" / "rest.js").read_text("utf-8")
    found = page.evaluate(REST, [text, brain.constants(), wires.to_numpy().tolist(), settings])
    for setting, (gating_e, gating_i, rate, matrix) in zip(settings, found, strict=True):
        state = whole_brain.settle(wires, *setting)
        np.testing.assert_allclose(gating_e, state.gating_e, atol=EQUAL)
        np.testing.assert_allclose(gating_i, state.gating_i, atol=EQUAL)
        np.testing.assert_allclose(rate, state.rate_e, atol=1e-10)
        ours = whole_brain.connectivity(state).matrices[0]
        np.testing.assert_allclose(matrix, ours, atol=1e-11)


def test_sixteen_bits_of_the_connectome_are_enough():
    wires = whole_brain.wiring(subcortex=True)
    packed = np.frombuffer(base64.b64decode(brain.brain()["fibres"]), "<u2")
    rounded = np.zeros(wires.shape)
    rounded[np.triu_indices(len(wires), 1)] = packed / 65535 * whole_brain.STRONGEST
    rounded = wires * 0 + rounded + rounded.T
    for setting in SETTINGS[:2]:
        ours, theirs = (
            whole_brain.connectivity(whole_brain.settle(one, *setting)).matrices
            for one in (wires, rounded)
        )
        assert np.abs(ours - theirs).max() < 1e-4
