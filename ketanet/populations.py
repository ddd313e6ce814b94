"""Populations of cells of the lateral habenula, which differ in two numbers."""

import numpy as np
import pandas as pd

from ketanet import neurons
from ketanet._checks import check_count, check_seed, check_share

NOISE = 0.1
"""In mV per root ms, for the cells of a population."""

SPREAD_LEAK, SPREAD_NMDA = 8.0, 0.4
"""Standard deviation between cells of the leak potential, in mV, and of the logarithm of the
NMDA conductance. Chosen by us."""

CONTROL, DEPRESSED = -68.0, -76.0
"""Mean leak potential of the two populations, in mV.

Tuned, with `T_TYPE`: over 16 seeds 6% of the cells burst in the first and 23% in the
second. The shares that are quoted from memory for Yang2018, 7% and 23%, are not verified.
"""

MOST = 3000.0
"""Cells times seconds in one run, settling counted in: some ten seconds of a processor."""

_SIDE_BY_SIDE = 10


def population(leak=CONTROL, nmda_block=0.0, t_block=0.0, cells=150, seconds=3.0, seed=0):
    """Run many cells that differ in leak potential and in NMDA conductance.

    The same seed gives the same cells and the same noise, whatever the mean leak
    potential and the blocks, so that conditions can be compared cell by cell.

    Parameters
    ----------
    leak : float
        Mean leak potential.
    nmda_block, t_block : float
        Share of each conductance that is blocked.
    cells : int
    seconds : float
        Kept, for each cell.
    seed : int

    Returns
    -------
    pandas.DataFrame
        One row a cell: ``leak``, ``nmda`` (before the block), ``pattern``, ``rate`` (Hz),
        ``voltage`` (median, mV).

    Raises
    ------
    NeuronError
        As `simulate`, or if a block is no share.
    """
    leak, seconds = neurons.check_real("leak", leak), neurons.check_duration(seconds)
    nmda_block = check_share("nmda_block", nmda_block, neurons.NeuronError, one=True)
    t_block = check_share("t_block", t_block, neurons.NeuronError, one=True)
    cells = check_count("cells", cells, neurons.NeuronError, most=10_000)
    if cells * (neurons.SETTLING + seconds) > MOST:
        raise neurons.NeuronError(f"cells: {cells} for {seconds:g} s are more than a machine bears")
    seed = check_seed(seed, neurons.NeuronError)
    # Children of one seed: the cells and the noise of each of them have a stream of their own.
    own, *noises = np.random.SeedSequence(seed).spawn(cells + 1)
    rng = np.random.default_rng(own)
    leaks = leak + SPREAD_LEAK * rng.standard_normal(cells)
    nmdas = neurons.NMDA * np.exp(SPREAD_NMDA * rng.standard_normal(cells))
    found = []
    for first in range(0, cells, _SIDE_BY_SIDE):
        some = slice(first, first + _SIDE_BY_SIDE)
        free, t_type = nmdas[some] * (1 - nmda_block), neurons.T_TYPE * (1 - t_block)
        found += neurons.record(
            leaks[some], free, t_type, 0.0, seconds, NOISE, noises[some], neurons.STEP
        )
    return pd.DataFrame(
        {
            "leak": leaks,
            "nmda": nmdas,
            "pattern": [neurons.pattern(cell.spikes) for cell in found],
            "rate": [len(cell.spikes) / seconds for cell in found],
            "voltage": [np.median(cell.voltage) for cell in found],
        }
    )
