"""What the scans of `ketanet.drug_scans` say of groups of people: five small tables.

``python -m ketanet.drug_tables`` (`make tables`) computes them from the files of
Moujaes2024 and writes them to ``ketanet/tables``; the same files give the same bytes.
They hold means, spreads and tests over people, and no value of a single person: those
the terms of the data do not allow to be passed on. Everything else reads them here.

All values of global brain connectivity (GBC) are mean Fisher z.
"""

import functools
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from ketanet import atlases, drug_scans, inference
from ketanet._checks import check_count, check_flag, check_kind, check_number
from ketanet._checks import told as shortly
from ketanet.sources import DataError

FOLDER = Path(__file__).with_name("tables")

SMALL = 12
"""People in a small study. Our choice: of the order of the early imaging studies."""

_MEDIAL = "8BM 9m 10v 10r"
_ORBITAL = "47s 47m a47r 11l 13l a10p p10p 10pp 10d OFC pOFC"
_INFERIOR = "44 45 IFJp IFJa IFSp IFSa 47l p47r"
_DORSOLATERAL = "8C 8Av i6-8 s6-8 SFL 8BL 9p 9a 8Ad p9-46v a9-46v 46 9-46d"
_ANTERIOR_CINGULATE = "33pr p24pr a24pr p24 a24 p32pr a32pr d32 p32 s32 25"
_POSTERIOR_CINGULATE = "DVT ProS POS1 POS2 RSC v23ab d23ab 31pv 31pd 31a 23d 23c PCV 7m"

FAMILIES = {
    "Prefrontal": f"{_MEDIAL} {_ORBITAL} {_INFERIOR} {_DORSOLATERAL}".split(),
    "Cingulate": f"{_ANTERIOR_CINGULATE} {_POSTERIOR_CINGULATE}".split(),
    "Limbic": ["Hippocampus", "Amygdala", "H", "PreS", "EC", "PeEc", "PHA1", "PHA2", "PHA3"],
}
"""The three families of regions that claim st-2 names, as areas or structures.

Areas by the sections of Glasser2016; where its section of anterior cingulate and medial
prefrontal cortex is cut in two, and which regions are called limbic, is our choice.
"""


def parcels(drug, gsr):
    """The change of every parcel.

    Parameters
    ----------
    drug : {"ketamine", "LSD", "psilocybin"}
    gsr : bool
        Whether the global signal was regressed out; without it there is ketamine only.

    Returns
    -------
    pandas.DataFrame, 718 rows
        Index: parcel; the columns of `ketanet.atlases.cab_np`; x, y, z (mm); placebo, the
        mean GBC of placebo; mean, sd, t, p, q, rose as in `ketanet.inference.paired`;
        p_max as in `ketanet.inference.max_t`.

    Raises
    ------
    LookupError
        If there are no such scans.
    """
    found = _of("parcels", drug, gsr).set_index("parcel")
    return atlases.cab_np().join(_read("places").set_index("parcel")).join(found)


def groups(drug, gsr, kind):
    """The change of whole networks, structures or families: means over their parcels.

    Parameters
    ----------
    drug, gsr
        As in `parcels`.
    kind : {"network", "structure", "family", "brain"}

    Returns
    -------
    pandas.DataFrame
        Index: group; columns: parcels (how many), placebo, mean, sd, low, high (95%
        interval), t, p, q, rose; p_max, corrected for all groups of this kind; and found,
        reversed, opposite and exaggeration as in `ketanet.inference.small_studies`.

    Raises
    ------
    LookupError
        If there are no such scans, or no such kind.
    """
    found = _of("groups", drug, gsr)
    if check_kind("kind", kind, str, LookupError) not in set(found["kind"]):
        raise LookupError(f"no kind {kind!r}; there are {', '.join(found['kind'].unique())}")
    return found[found["kind"] == kind].drop(columns="kind").set_index("group")


def maps():
    """How much of each map two samples of people share, and how many parcels changed.

    Returns
    -------
    pandas.DataFrame
        Index: drug and gsr. Columns: people; threshold (max-T, |t|); up_q, down_q, up_max
        and down_max (parcels beyond 5% by false discovery rate and by max-T); half,
        half_low, half_high (mean and middle 95% of the split halves' correlation);
        single, single_sd, single_below (one person against the rest: mean correlation,
        its spread, and how many people lie below zero); first and average, each with
        _low, _high and _p: correlation over people of the change of the whole brain with
        the placebo value and with the average of both states.
    """
    return _read("maps").set_index(["drug", "gsr"])


def pairs():
    """How alike the maps of two scans are.

    Returns
    -------
    pandas.DataFrame
        Columns: one, one_gsr, other, other_gsr, where ("brain" or "cortex"), r, low, high
        (95% interval for as many other people, as in `ketanet.inference.likeness`).
    """
    return _read("pairs").copy()


def told(row, digits=3):
    """A mean change with its interval, in words.

    Parameters
    ----------
    row : pandas.Series
        With mean, low and high.
    digits : int
        After the point.

    Returns
    -------
    str
    """
    digits = check_count("digits", digits, ValueError, 0, 20)
    parts = {}
    for name in ("mean", "low", "high"):
        if not isinstance(row, pd.Series | Mapping) or name not in row:
            raise ValueError(f"row: mean, low and high are needed, not {shortly(row)}")
        parts[name] = check_number(f"row, {name}", row[name], ValueError, one=True)
    mean, low, high = (f"{parts[name]:+.{digits}f}" for name in ("mean", "low", "high"))
    return f"{mean} (95% interval {low} to {high})".replace("-", "−")


_BLANK = re.compile(r"\[\[(\w+) (with|without) GSR: ([^\]]+)\]\]")


def fill(text):
    """Put the numbers of the tables into a text that leaves blanks for them.

    ``[[ketamine without GSR: Default]]`` becomes the mean change of that group with its
    interval. So the ledger, which has no code cells, types no number of these data.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Raises
    ------
    LookupError
        If there are no such scans, or no such group.
    """

    def number(blank):
        drug, pipeline, group = blank.groups()
        gsr = pipeline == "with"
        found = _of("groups", drug, gsr).set_index("group")
        if group not in found.index:
            raise LookupError(f"no group {group!r}; there are {', '.join(found.index)}")
        return told(found.loc[group], 4 if gsr else 3)  # with GSR all values are small

    return _BLANK.sub(number, check_kind("text", text, str, LookupError))


def _of(table, drug, gsr):
    found = _read(table)
    check_kind("drug", drug, str, LookupError)
    gsr = check_flag("gsr", gsr, LookupError)
    found = found[(found["drug"] == drug) & (found["gsr"] == gsr)].drop(columns=["drug", "gsr"])
    if found.empty:
        raise LookupError(f"no table of {drug!r} {'with' if gsr else 'without'} GSR")
    return found


@functools.cache
def _read(table):
    return pd.read_csv(FOLDER / f"{table}.csv", keep_default_na=False, na_values=["nan"])


# Making the tables


def make(scans):
    """Compute the five tables.

    Parameters
    ----------
    scans : sequence of ketanet.drug_scans.DrugScans

    Returns
    -------
    dict of str to pandas.DataFrame
        places, parcels, groups, maps and pairs.
    """
    places = scans[0].parcels[["x", "y", "z"]].round(1)
    found = {"places": places.rename_axis("parcel").reset_index()}
    for name, table_of in {"parcels": _parcels, "groups": _groups, "maps": _map}.items():
        tables = [table_of(one) for one in scans]
        for one, table in zip(scans, tables, strict=True):
            table.insert(0, "drug", one.drug)
            table.insert(1, "gsr", one.gsr)
        found[name] = pd.concat(tables, ignore_index=True)
    found["pairs"] = pd.DataFrame(
        {"one": one.drug, "one_gsr": one.gsr, "other": other.drug, "other_gsr": other.gsr} | row
        for number, one in enumerate(scans)
        for other in scans[number + 1 :]
        for row in _likeness(one, other)
    )
    return found


def _parcels(scans):
    table = inference.paired(scans.change).drop(columns=["low", "high"])
    table.insert(0, "placebo", scans.placebo.mean())
    table["p_max"] = inference.max_t(scans.change).p
    return table.rename_axis("parcel").reset_index()


def members(parcels):
    """The parcels of every group: kind, group and a table of parcels, one after the other.

    Parameters
    ----------
    parcels : pandas.DataFrame
        As `ketanet.atlases.cab_np`.

    Yields
    ------
    tuple of (str, str, pandas.Index)
    """
    check_kind("parcels", parcels, pd.DataFrame, ValueError)
    lacking = {"network", "structure", "area"} - {*parcels.columns}
    if lacking or parcels.empty or parcels.columns.has_duplicates:
        raise ValueError("parcels: network, structure and area are needed, as of the CAB-NP")
    yield "brain", "Whole brain", parcels.index
    for kind in ("network", "structure"):
        for name, part in parcels.groupby(kind):
            yield kind, name, part.index
    for name, regions in FAMILIES.items():
        inside = parcels["area"].isin(regions) | parcels["structure"].isin(regions)
        yield "family", name, parcels.index[inside]


def _groups(scans):
    kinds: dict[str, dict] = {}
    for kind, name, inside in members(scans.parcels):
        kinds.setdefault(kind, {})[name] = inside
    tables = []
    for kind, inside in kinds.items():
        change = pd.DataFrame({name: scans.change[p].mean(axis=1) for name, p in inside.items()})
        table = inference.paired(change)
        table["p_max"] = inference.max_t(change).p
        table = table.join(inference.small_studies(change, people=SMALL))
        table.insert(0, "kind", kind)
        table.insert(1, "parcels", [len(part) for part in inside.values()])
        table.insert(2, "placebo", [scans.placebo[p].to_numpy().mean() for p in inside.values()])
        tables.append(table.rename_axis("group").reset_index())
    return pd.concat(tables, ignore_index=True)


def _map(scans):
    tests = inference.paired(scans.change)
    largest = inference.max_t(scans.change)
    up = tests["mean"] > 0
    half = pd.Series(inference.split_half(scans.change))
    single = inference.one_against_rest(scans.change)
    whole = inference.change_against(scans.placebo.mean(axis=1), scans.with_drug.mean(axis=1))
    row = {
        "people": len(scans),
        "threshold": largest.threshold,
        "up_q": (up & (tests["q"] < 0.05)).sum(),
        "down_q": (~up & (tests["q"] < 0.05)).sum(),
        "up_max": (up & (largest.p < 0.05)).sum(),
        "down_max": (~up & (largest.p < 0.05)).sum(),
        "half": half.mean(),
        "half_low": half.quantile(0.025),
        "half_high": half.quantile(0.975),
        "single": single.mean(),
        "single_sd": single.std(),
        "single_below": (single < 0).sum(),
    }
    for name, label in {"first": "first value", "average": "average"}.items():
        row[name] = whole.loc[label, "r"]
        row |= {f"{name}_{part}": whole.loc[label, part] for part in ("low", "high", "p")}
    return pd.DataFrame([row])


def _likeness(one, other):
    cortex = one.parcels.index[one.parcels["structure"] == "Cortex"]
    for where, inside in {"brain": one.parcels.index, "cortex": cortex}.items():
        same = one.drug == other.drug  # the same forty people, cleaned twice
        r, low, high = inference.likeness(one.change[inside], other.change[inside], same)
        yield {"where": where, "r": r, "low": low, "high": high}


def main():
    """Write the tables anew; the exit status says if all is well."""
    try:
        found = [drug_scans.load(*scans) for scans in drug_scans.SCANS]
    except DataError as error:
        sys.exit(f"tables: {error}")
    FOLDER.mkdir(exist_ok=True)
    for name, table in make(found).items():
        place = FOLDER / f"{name}.csv"
        table.to_csv(place, index=False, float_format="%.6g", na_rep="nan", lineterminator="\n")
        print(f"{place.relative_to(FOLDER.parents[1])}: {len(table)} rows")


if __name__ == "__main__":
    main()
