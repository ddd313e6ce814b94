"""Make ``_static/live-brain.js``: the explorers without steps and the whole brain that runs.

The package's kernels, its constants and the mean connectome of the seven people go with the
script, which a page loads when its reader first asks for it.
"""

import base64
import json

import matplotlib
import numpy as np

from ketanet import (
    atlases,
    circuits,
    figures,
    haemodynamics,
    luck,
    networks,
    recordings,
    whole_brain,
)
from live import kernels, runtime

SHADES = 65
TERMS = """\
/* The connectome is the mean of seven people of the Human Connectome Project, derived data that
   may be passed on under the terms of their Open Access Data alone; the page of data has them. */
"""
CONSTANTS = {
    circuits: ["J_NMDA", "W_PLUS", "TAU_E", "TAU_I", "GAMMA", "I_0", "W_E", "W_I"],
    whole_brain: ["TARGET_CURRENT", "FREQUENCY", "NOISE", "STRONGEST"],
    haemodynamics: ["ELIMINATION", "STIFFNESS", "EXTRACTION"],
}


def constants():
    """Numbers of the model by their names, as the package has them."""
    found = {name: getattr(module, name) for module, names in CONSTANTS.items() for name in names}
    for name in ("EXCITATORY", "INHIBITORY"):
        transfer = getattr(circuits, name)
        found[name] = {"a": transfer.a, "b": transfer.b, "d": transfer.d}
    return found


def brain():
    """Regions, their places, groups and wires.

    Returns
    -------
    dict
        Regions are named by their numbers; the connectome is the upper half of the matrix, as
        16-bit numbers of which the largest is 65535.
    """
    wires = whole_brain.wiring(subcortex=True)
    names = list(wires.index)
    number = {name: k for k, name in enumerate(names)}
    table = recordings.hcp_rest().regions
    cortex = [name for name in names if name not in recordings.subcortical(names)]
    by_network = table["network"][cortex].map(list(figures.COLOURS).index)
    by_network = by_network.sort_values(kind="stable")
    upper = wires.to_numpy()[np.triu_indices(len(names), 1)] / whole_brain.STRONGEST
    groups = {
        "default": networks.DMN_CORE,
        "executive": whole_brain.ECN,
        "prefrontal": whole_brain.PFC,
        "hippocampus": whole_brain.HIPPOCAMPUS,
    }
    shades = matplotlib.colormaps[figures.DIVERGING](np.linspace(0, 1, SHADES))
    places = atlases.load("aal2").centroids.loc[names]
    return {
        "regions": names,
        "places": places.round().astype(int).to_numpy().tolist(),
        "cortex": [number[name] for name in cortex],
        "byNetwork": [number[name] for name in by_network.index],
        "groups": {name: [number[one] for one in group] for name, group in groups.items()},
        "fibres": base64.b64encode((65535 * upper).round().astype("<u2").tobytes()).decode(),
        "constants": constants(),
        "colours": [matplotlib.colors.to_hex(shade) for shade in shades],
    }


def bundle(root):
    """The whole file.

    Parameters
    ----------
    root : pathlib.Path
        The folder of the book.

    Returns
    -------
    str
    """
    translated, _ = kernels.javascript(luck, haemodynamics, whole_brain)
    return TERMS + runtime.enclosed(
        f"const liveBrain = {json.dumps(brain())};\n{translated}"
        + runtime.scripts(root, "elements", "plot", "rest", "brain")
    )
