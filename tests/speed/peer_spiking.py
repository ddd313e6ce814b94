"""The spiking network of BrunelWang2001 in brian2, as JSON: seconds and rates.

Run by test_speed.py in the peers' environment. Every cell hears every other, so the sums
over cells are kept once, in a group of one cell that the others are linked to: 2000
synapses, not two million. The Euler step and the order within it are those of
`ketanet.circuits`.

    python peer_spiking.py TARGET FOLDER SECONDS

TARGET is "runtime" or "cpp_standalone"; FOLDER is for what is compiled.
"""

import json
import sys
import time

import brian2
import numpy as np
from brian2 import Hz, ms, mV, nF, nS, second
from brian2.devices.device import auto_target

SETTLING = 0.5 * second
CELLS_E, CELLS = 800, 1000
RUNS = 16

EQUATIONS = """
dv/dt = -(leak * (v - rest) + (g_out * outside + g_ampa * ampa) * v + g_gaba * gaba * (v - rest)
          + g_nmda * nmda / (1 + exp(-0.062 * v / mV) / 3.57) * v) / capacity
        : volt (unless refractory)
doutside/dt = -outside / tau_ampa : 1
dopen/dt = 0.5 / ms * rise * (1 - open) - open / (100 * ms) : 1
drise/dt = -rise / (2 * ms) : 1
ampa : 1 (linked)
gaba : 1 (linked)
nmda : 1 (linked)
excites : 1 (constant)
capacity : farad (constant)
leak : siemens (constant)
pause : second (constant)
g_out : siemens (constant)
g_ampa : siemens (constant)
g_nmda : siemens (constant)
g_gaba : siemens (constant)
"""

SUMS = """
dampa/dt = -ampa / tau_ampa : 1
dgaba/dt = -gaba / (10 * ms) : 1
nmda : 1
"""

# Of E cells and of I cells.
CONSTANTS = {
    "capacity": (0.5 * nF, 0.2 * nF),
    "leak": (25 * nS, 20 * nS),
    "pause": (2 * ms, 1 * ms),
    "g_out": (2.08 * nS, 1.62 * nS),
    "g_ampa": (0.104 * nS, 0.081 * nS),
    "g_nmda": (0.327 * nS, 0.258 * nS),
    "g_gaba": (1.25 * nS, 0.973 * nS),
    "excites": (1, 0),
}


def network():
    """Return the network and its spike monitor."""
    names = {"rest": -70 * mV, "threshold": -50 * mV, "back": -55 * mV, "tau_ampa": 2 * ms}
    sums = brian2.NeuronGroup(1, SUMS, method="euler", order=1, namespace=names)
    cells = brian2.NeuronGroup(
        CELLS,
        EQUATIONS,
        method="euler",
        threshold="v > threshold",
        reset="v = back; rise += excites",
        refractory="pause + dt",  # brian2 counts from the start of the step
        namespace=names,
    )
    for name, (of_e, of_i) in CONSTANTS.items():
        setattr(cells[:CELLS_E], name, of_e)
        setattr(cells[CELLS_E:], name, of_i)
    cells.v = "back + rand() * (threshold - back)"
    for name in ("ampa", "gaba", "nmda"):
        setattr(cells, name, brian2.linked_var(sums, name, index=[0] * CELLS))

    spikes = brian2.Synapses(
        cells, sums, on_pre="ampa_post += excites_pre; gaba_post += 1 - excites_pre"
    )
    spikes.connect()
    total = brian2.Synapses(cells, sums, "nmda_post = open_pre : 1 (summed)")
    total.connect(i=range(CELLS_E), j=0)
    outside = brian2.PoissonInput(cells, "outside", 800, 3 * Hz, 1)
    monitor = brian2.SpikeMonitor(cells)
    return brian2.Network(sums, cells, spikes, total, outside, monitor), monitor


def measure(run, monitor, duration):
    """Run several times; return the least seconds and the mean rates of E and I in Hz."""
    seconds, rates = [], []
    kept = float((duration - SETTLING) / second)
    for _ in range(RUNS):
        seconds.append(run())
        cells = np.asarray(monitor.i)[np.asarray(monitor.t) >= float(SETTLING)]
        of_e = int((cells < CELLS_E).sum())
        rates.append((of_e / CELLS_E / kept, (len(cells) - of_e) / (CELLS - CELLS_E) / kept))
    return min(seconds), *np.mean(rates, axis=0)


def at_runtime(folder, duration):
    """Let brian2 take its quickest target: compiled loops, called from Python."""
    brian2.prefs.codegen.runtime.cython.cache_dir = folder
    brian2.seed(1)
    net, monitor = network()
    net.store()
    net.run(10 * ms)  # this compiles it all

    def run():
        net.restore()
        before = time.perf_counter()
        net.run(duration)
        return time.perf_counter() - before

    return auto_target().class_name, *measure(run, monitor, duration)


def standalone(folder, duration):
    """Let brian2 write a program, which times its own loop and draws another seed each run."""
    brian2.set_device("cpp_standalone", directory=folder, build_on_run=False)
    net, monitor = network()
    net.run(duration)
    brian2.device.build(directory=folder, run=False)

    def run():
        brian2.device.run()
        return brian2.device._last_run_time

    return "cpp_standalone", *measure(run, monitor, duration)


def main(target, folder, duration):
    brian2.defaultclock.dt = 0.1 * ms
    way = {"runtime": at_runtime, "cpp_standalone": standalone}[target]
    used, seconds, rate_e, rate_i = way(folder, float(duration) * second)
    found = {"peer": f"brian2 {brian2.__version__} ({used})", "seconds": seconds}
    print(json.dumps(found | {"rate_e": rate_e, "rate_i": rate_i}))


if __name__ == "__main__":
    main(*sys.argv[1:])
