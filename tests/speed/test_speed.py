"""How quick the models are: in seconds, and against simulators that others use.

`make speed` runs this; `make test` does not, for times depend on the machine and on what
else it does: a budget that is missed is worth a second run on a quiet one. A peer runs
in an interpreter of its own, from a script that prints JSON, and must first agree with us
on what the model does. Every time is the least of a few runs, without compilation.
"""

import json
import shutil
import subprocess
import timeit
from pathlib import Path

import numpy as np
import pytest

from ketanet import circuits, neurons, populations

SECONDS = 3.0
"""Simulated by the spiking network, with what it drops."""

SEEDS = range(16)
"""Enough for mean rates within a few per cent."""

STEP = 0.1
"""Of the spiking network, in ms."""

MINUTES_OF_BOLD = 600.0
"""In s."""

COUPLING = 3.0
"""Of the whole brain; its rest is lost between 3 and 4."""


def best(benchmark, run, rounds=5):
    """Least seconds of a few rounds, after one that compiles."""
    benchmark.pedantic(run, rounds=rounds, warmup_rounds=1)
    return benchmark.stats.stats.min


def least(run, repeat=5):
    """The same without a row in the table."""
    run()
    return min(timeit.repeat(run, number=1, repeat=repeat))


def ask(peers, script, *arguments, task=None):
    """Run a script of this folder in the peers' environment; return what it found."""
    done = subprocess.run(
        [peers / "bin" / "python", Path(__file__).with_name(script), *map(str, arguments)],
        input=json.dumps(task),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def compare(name, ours, peer, note=""):
    """One line: both times, and how many of ours go into theirs."""
    ratio = f"{peer['seconds'] / ours:.1f}×"
    return f"{name}: ketanet {ours:.2f} s, {peer['peer']} {peer['seconds']:.2f} s{note}, {ratio}"


def spiking(seed=0):
    return circuits.spiking(seconds=SECONDS - circuits.SETTLING, seed=seed, step=STEP)


def whole_brain():
    """The model, if it is there."""
    return pytest.importorskip("ketanet.whole_brain", reason="no ketanet.whole_brain yet")


def test_the_spiking_network_outruns_time(benchmark):
    factor = SECONDS / best(benchmark, spiking)
    benchmark.extra_info["times real time"] = round(factor, 1)
    assert factor >= 4


def test_a_population_of_the_habenula_takes_3_seconds(benchmark):
    def run():
        return populations.population(cells=150, seconds=4 - neurons.SETTLING)

    assert best(benchmark, run, rounds=3) <= 3


def test_ten_minutes_of_bold_take_2_and_a_half_seconds(benchmark):
    model = whole_brain()
    state = model.settle(model.wiring(subcortex=True), coupling=2.0)
    assert len(state.connectome) == 94
    assert best(benchmark, lambda: model.bold(state, MINUTES_OF_BOLD)) <= 2.5


@pytest.mark.parametrize("target", ["runtime", "cpp_standalone"])
def test_spiking_against_a_peer(peers, say, tmp_path, target):
    if target == "cpp_standalone" and not shutil.which("c++"):
        pytest.skip("no C++ compiler")
    # At run time brian2 keeps what it compiled; a program of its own is built anew.
    folder = peers / "brian2" if target == "runtime" else tmp_path
    before = least(spiking)
    peer = ask(peers, "peer_spiking.py", target, folder, SECONDS)
    runs = [spiking(seed) for seed in SEEDS]
    rate_e, rate_i = (np.mean([getattr(run, k) for run in runs]) for k in ("rate_e", "rate_i"))
    ours = min(before, least(spiking))  # on both sides of the peer: others use the machine too
    say(compare("spiking network, 3 s", ours, peer))
    say(
        f"    E {rate_e:.2f} Hz and {peer['rate_e']:.2f} Hz, "
        f"I {rate_i:.2f} Hz and {peer['rate_i']:.2f} Hz"
    )
    assert peer["rate_e"] == pytest.approx(rate_e, rel=0.15)
    assert peer["rate_i"] == pytest.approx(rate_i, rel=0.10)


def balanced(connectome):
    """Scale the fibres so that every region receives as much as the mean one does.

    All regions then need the same inhibition, and neurolib has one number for all.
    """
    fibres, scale = connectome.to_numpy(), np.ones(len(connectome))
    for _ in range(2000):
        scale = np.sqrt(scale / (fibres @ scale))
    return connectome * np.outer(scale, scale) * fibres.sum(axis=1).mean()


def test_whole_brain_against_a_peer(peers, say):
    model = whole_brain()
    state = model.settle(balanced(model.wiring(subcortex=True)), COUPLING)
    assert np.ptp(state.inhibition) < 1e-9
    task = {
        "connectome": state.connectome.to_numpy().tolist(),
        "coupling": COUPLING,
        "inhibition": state.inhibition.mean(),
        "noise": model.NOISE,
        "step": 1.0,
        "seconds": MINUTES_OF_BOLD,
    }
    peer = ask(peers, "peer_whole_brain.py", task=task)
    runs = [model.bold(state, MINUTES_OF_BOLD, seed).signals["model"] for seed in range(3)]
    ours = least(lambda: model.bold(state, MINUTES_OF_BOLD, step=1.0))
    deviation = np.mean([run.std().mean() for run in runs])
    pairs = np.triu_indices(len(state.connectome), 1)
    connectivity = np.mean([np.corrcoef(run.T)[pairs].mean() for run in runs])
    note = f" ({peer['seconds_without_bold']:.2f} s without BOLD)"
    say(compare("whole brain, ten minutes of BOLD", ours, peer, note))
    say(
        f"    mean connectivity {connectivity:.2f} and {peer['connectivity']:.2f}, "
        f"deviation {deviation:.2e} and {peer['deviation']:.2e}"
    )
    assert peer["rate_e"] == pytest.approx(state.rate_e.mean(), rel=1e-6)
    assert peer["rate_i"] == pytest.approx(state.rate_i.mean(), rel=1e-6)
    assert peer["deviation"] == pytest.approx(deviation, rel=0.1)
    assert peer["connectivity"] == pytest.approx(connectivity, abs=0.1)
