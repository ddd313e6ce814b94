"""Compile what numba compiles, into its cache: `make` runs this while the data arrive.

Each function runs once on the smallest input, so no notebook has to wait for it.
"""

import numpy as np

from ketanet import circuits, luck, neurons, whole_brain


def main():
    """Run everything that is compiled, with arguments of the types that the course uses."""
    neurons.simulate(-60.0, seconds=0.01, noise=0.1)
    circuits.spiking(seconds=0.01)
    pair = whole_brain.settle(np.array([[0.0, 0.1], [0.1, 0.0]]), 1.0)
    whole_brain.bold(pair, seconds=2.0)
    luck.strangers(0.5, volumes=4, pairs=2)


if __name__ == "__main__":
    main()
