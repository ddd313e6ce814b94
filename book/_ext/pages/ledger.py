"""The ledger's data: the claims, the works they cite, and the rules that both keep.

A work belongs to a trial (or to none), and a trial counts once, however many papers came
from it. Everything is read from ``book/evidence`` and checked whenever it is read.
"""

import datetime
import functools
from pathlib import Path

import jsonschema
import yaml

from ketanet import drug_tables

EVIDENCE = Path(__file__).parents[2] / "evidence"
SIDES = ("for", "against")
RELEASED = datetime.date(2026, 11, 27)
"""The day of the release that this ledger goes with."""

OLDEST = datetime.timedelta(days=548)
"""How old the last check of a claim may be on that day: eighteen months."""

KINDS = (
    "controlled trials in patients",
    "open studies in patients",
    "healthy people",
    "patients against controls",
    "reviews, meta-analyses",
    "animals and cells",
    "models and methods",
)
"""The kinds of evidence, as the evidence map has its columns."""


class LedgerError(ValueError):
    """The ledger breaks its form; the message names the claim and the field."""


@functools.cache
def load(path=EVIDENCE / "claims.yml", released=RELEASED):
    """Read and check the claims, and fill their blanks with the numbers of the tables.

    Parameters
    ----------
    path : pathlib.Path
    released : datetime.date

    Returns
    -------
    dict of str to dict
        The claims by their id, in the order of the file.

    Raises
    ------
    LedgerError
        Naming the claim and the field.
    """
    claims = _read(path, "claim", lambda row, found: found[row].get("id", f"number {row + 1}"))
    ids = [claim["id"] for claim in claims]
    twice = {name for name in ids if ids.count(name) > 1}
    if twice:
        raise LedgerError(f"claim {', '.join(sorted(twice))}, id: stands twice")
    claims = {claim["id"]: _fill(claim, claim["id"]) for claim in claims}
    check_works(claims, load_works())
    check_measures(claims)
    check_halves(claims, load_works())
    check_searches(claims)
    check_age(claims, released)
    return claims


@functools.cache
def load_works(path=EVIDENCE / "works.yml"):
    """Read and check what is known of each cited work: a dict of dicts by its key.

    Raises
    ------
    LedgerError
        Naming the work and the field.
    """
    return _read(path, "work", lambda key, found: key)


def load_references():
    """The article's twelve references, as given, with what is wrong: a list of dicts."""
    return yaml.safe_load((EVIDENCE / "article_references.yml").read_text("utf-8"))


def _read(path, kind, name_of):
    """A file of the ledger, checked against the schema of its kind."""
    found = yaml.safe_load(path.read_text("utf-8"))
    schema = yaml.safe_load((EVIDENCE / f"{kind}s.schema.yml").read_text("utf-8"))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(found):
        place = list(error.absolute_path)
        name = name_of(place[0], found) if place else "the list"
        field = ".".join(map(str, place[1:])) or "its fields"
        raise LedgerError(f"{kind} {name}, {field}: {error.message}")
    return found


def _fill(value, claim, *field):
    """The same entry, or part of one, without blanks (`ketanet.drug_tables.fill`)."""
    if isinstance(value, dict):
        return {key: _fill(part, claim, *field, key) for key, part in value.items()}
    if isinstance(value, list):
        return [_fill(part, claim, *field, row) for row, part in enumerate(value)]
    if not isinstance(value, str):
        return value
    try:
        text = drug_tables.fill(value)
        if "[[" in text:
            raise LookupError("a blank that is none of [[drug with GSR: group]]")
    except LookupError as error:
        raise LedgerError(f"claim {claim}, {'.'.join(map(str, field))}: {error}") from None
    return text


def _lines(claim):
    """Each line of a claim's evidence with its side and its place."""
    for side in SIDES:
        for row, line in enumerate(claim[side]):
            yield side, f"{side}.{row}", line


def check_works(claims, works):
    """Every cited work has an entry, and every entry is cited."""
    cited = set()
    for name, claim in claims.items():
        for _, place, line in _lines(claim):
            cited |= set(line["cite"])
            for key in set(line["cite"]) - set(works):
                raise LedgerError(f"claim {name}, {place}.cite: {key} is not in works.yml")
    for key in set(works) - cited:
        raise LedgerError(f"work {key}, its fields: no claim cites it")


def check_measures(claims):
    """A line whose measure is not the claim's is marked ``indirect``."""
    for name, claim in claims.items():
        for _, place, line in _lines(claim):
            if line["measure"] not in claim["measure"] and not line.get("indirect"):
                raise LedgerError(
                    f"claim {name}, {place}.measure: {line['measure']} is not what the claim "
                    "is about; mark the line indirect"
                )


def check_halves(claims, works):
    """A work whose abstract speaks for and against a claim is cited on both sides."""
    for key, work in works.items():
        for side, names in work.get("abstract", {}).items():
            for name in names:
                if name not in claims:
                    raise LedgerError(f"work {key}, abstract.{side}: no claim {name}")
                if not any(key in line["cite"] for line in claims[name][side]):
                    raise LedgerError(
                        f"claim {name}, {side}: half of the abstract of {key} is left out"
                    )


def check_searches(claims):
    """Every claim was searched for what speaks for it, and for what speaks against it."""
    for name, claim in claims.items():
        looked = {search["side"] for search in claim["searches"]}
        for side in SIDES:
            if not looked & {side, "both"}:
                raise LedgerError(
                    f"claim {name}, searches: nothing that looks for what speaks {side} it"
                )


def check_age(claims, released=RELEASED):
    """No claim was last looked at more than eighteen months before the release."""
    for name, claim in claims.items():
        checked = datetime.date.fromisoformat(claim["last_checked"])
        if released - checked > OLDEST:
            raise LedgerError(
                f"claim {name}, last_checked: {checked} is over 18 months before {released}"
            )


def check_marks(marks):
    """No trial is counted twice for one claim."""
    seen = set()
    for mark in marks:
        unit = mark["claim"], mark["trial"] or mark["works"][0]
        if unit in seen:
            raise LedgerError(f"claim {unit[0]}, marks: {unit[1]} is one trial, counted twice")
        seen.add(unit)


def kind(work):
    """The kind of evidence that a work is: one of `KINDS`."""
    design, who = work["design"] or "", work["who"] or ""
    if "review" in design or design == "meta-analysis":
        return "reviews, meta-analyses"
    if who in ("animals", "cells"):
        return "animals and cells"
    if design == "case-control":
        return "patients against controls"
    if who == "healthy":
        return "healthy people"
    if "patients" in who:
        open_ = design in ("open-label", "observational")
        return "open studies in patients" if open_ else "controlled trials in patients"
    return "models and methods"


def trials(claim):
    """What a claim's evidence comes from, each trial once.

    Parameters
    ----------
    claim : dict

    Returns
    -------
    dict of str to list of (str, str, dict)
        By the trial's name, or the work's key where there is none: side, key and line of
        each citation.
    """
    units = {}
    for side, _, line in _lines(claim):
        for key in line["cite"]:
            unit = load_works()[key]["trial"] or key
            units.setdefault(unit, []).append((side, key, line))
    return units


@functools.cache
def marks():
    """One mark for each claim and trial, or work of no trial: what the evidence map draws.

    Side and measures are those of the lines about what the claim is about, where there
    are any.

    Returns
    -------
    list of dict
        claim; side ("for", "against", "both"); kind (one of `KINDS`); trial (str or None);
        works (keys); people (int or None; the most of its works); measures; indirect
        (whether no line is about what the claim is about).
    """
    works = load_works()
    found = []
    for name, claim in load().items():
        for lines in trials(claim).values():
            keys = list(dict.fromkeys(key for _, key, _ in lines))
            direct = [entry for entry in lines if not entry[2].get("indirect")]
            side, *other = dict.fromkeys(side for side, _, _ in direct or lines)
            found.append({
                "claim": name,
                "side": "both" if other else side,
                "kind": kind(works[keys[0]]),
                "trial": works[keys[0]]["trial"],
                "works": keys,
                "people": max(works[key]["people"] or 0 for key in keys) or None,
                "measures": list(dict.fromkeys(line["measure"] for _, _, line in direct or lines)),
                "indirect": not direct,
            })  # fmt: skip
    check_marks(found)
    return found


RUNGS = ("cells", "animals", "healthy people", "patients", "controlled trials")
"""The ladder of evidence, from a dish to a clinic. Reviews and models stand on no rung."""


def rung(work):
    """The rung on which a work stands, or None."""
    if work["who"] == "cells":
        return "cells"
    return {
        "animals and cells": "animals",
        "healthy people": "healthy people",
        "open studies in patients": "patients",
        "patients against controls": "patients",
        "controlled trials in patients": "controlled trials",
    }.get(kind(work))


def ladder(claim):
    """What speaks for a claim and against it on each rung.

    Parameters
    ----------
    claim : str
        Its id.

    Returns
    -------
    list of (str, list of dict)
        Rung and its `marks`: those about the claim itself first, those for it before those
        against it.
    """
    order = {"for": 0, "both": 1, "against": 2}
    found = {name: [] for name in RUNGS}
    for mark in marks():
        place = rung(load_works()[mark["works"][0]])
        if mark["claim"] == claim and place:
            found[place].append(mark)
    for own in found.values():
        own.sort(key=lambda mark: (mark["indirect"], order[mark["side"]]))
    return list(found.items())
