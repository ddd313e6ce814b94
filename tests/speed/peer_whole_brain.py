"""The whole-brain model of Deco2014 in neurolib, as JSON: seconds, rest and BOLD.

Run by test_speed.py in the peers' environment. Reads what the model is from its input,
as JSON: connectome, coupling, inhibition (one number: neurolib has one for all regions),
noise (per square root of a second), step (ms) and seconds. There are no delays.
"""

import inspect
import json
import math
import sys
import time
from importlib.metadata import version

import numpy as np
from neurolib.models.ww import WWModel, timeIntegration

REPEATS = 2
SETTLING = 20.0
"""Seconds of BOLD that do not count."""

CHUNK = 20.0
"""Seconds that neurolib keeps in memory; BOLD goes on from chunk to chunk."""


def give_interneurons_their_time_constant():
    """Hand neurolib's loop the 10 ms of I: as of 0.6.2 it is given those of E twice."""
    loop = timeIntegration.timeIntegration_njit_elementwise
    place = list(inspect.signature(loop.py_func).parameters).index("tau_inh")

    def corrected(*arguments):
        return loop(*arguments[:place], 10.0, *arguments[place + 1 :])

    timeIntegration.timeIntegration_njit_elementwise = corrected


def brain(task, noise):
    """Return the model; its seed is none, for with one every chunk has the same noise."""
    weights = np.array(task["connectome"])
    model = WWModel(Cmat=weights, Dmat=np.zeros_like(weights))
    model.default_output = "se"  # what drives the blood
    step = task["step"]
    model.params |= {
        "dt": step,
        "K_gl": task["coupling"],
        "J_I": task["inhibition"],
        # An Ornstein-Uhlenbeck process that forgets within a step is white noise.
        "tau_ou": step,
        "sigma_ou": noise / (step * math.sqrt(1000)),
    }
    return model


def run(model, seconds, bold):
    model.params["duration"] = seconds * 1000
    model.params["bold"] = bold
    chunk = round(CHUNK * 1000 / model.params["dt"])
    before = time.perf_counter()
    model.run(chunkwise=True, chunksize=chunk, bold=bold)
    return time.perf_counter() - before


def main(task):
    give_interneurons_their_time_constant()
    resting = brain(task, 0.0)
    run(resting, 60.0, True)  # long enough to come to rest; and this compiles it all
    noisy = brain(task, task["noise"])
    simulated = SETTLING + task["seconds"]
    neural = min(run(noisy, simulated, False) for _ in range(REPEATS))
    seconds = min(run(noisy, simulated, True) for _ in range(REPEATS))
    volumes = noisy.outputs.BOLD.BOLD[:, noisy.outputs.BOLD.t_BOLD > SETTLING * 1000]
    pairs = np.triu_indices(len(volumes), 1)
    found = {
        "peer": f"neurolib {version('neurolib')} (numba)",
        "seconds": seconds,
        "seconds_without_bold": neural,
        "rate_e": float(resting.r_exc[:, -1].mean() * 1000),
        "rate_i": float(resting.r_inh[:, -1].mean() * 1000),
        "deviation": float(volumes.std(axis=1).mean()),
        "connectivity": float(np.corrcoef(volumes)[pairs].mean()),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(json.load(sys.stdin))
