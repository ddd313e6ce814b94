"""The ledger's data: the claims, the works they cite, and the rules that both keep.

A work belongs to a trial (or to none), and a trial counts once, however many papers came
from it. Everything is read from ``book/evidence`` and checked whenever it is read.
"""

import datetime
import functools
from pathlib import Path

import yaml

from ketanet import drug_tables
from pages import forms
from pages.forms import FormError

EVIDENCE = Path(__file__).parents[2] / "evidence"
SIDES = ("for", "against")
RELEASED = datetime.date(2026, 11, 27)
"""The day of the release that this ledger goes with."""

OLDEST = datetime.timedelta(days=548)
"""How old the last check of a claim may be on that day: eighteen months."""

RUNG_OF = {
    "controlled trials in patients": "controlled trials",
    "open studies in patients": "patients",
    "healthy people": "healthy people",
    "patients against controls": "patients",
    "reviews, meta-analyses": None,
    "animals and cells": "animals",
    "models and methods": None,
}
"""The kinds of evidence, in the order of the evidence map, and the rung where each stands."""

RUNGS = ("cells", "animals", "healthy people", "patients", "controlled trials")
"""The ladder of evidence, from a dish to a clinic. Reviews and models stand on no rung."""


@functools.cache
def load(path=EVIDENCE / "claims.yml", released=RELEASED):
    """The claims as dicts by their id, in the order of the file, checked, their blanks filled."""
    found = forms.read(path, EVIDENCE / "claims.schema.yml", "claim")
    claims = {claim["id"]: _fill(claim, claim["id"]) for claim in found}
    check_works(claims, load_works())
    check_measures(claims)
    check_halves(claims, load_works())
    check_searches(claims)
    check_age(claims, released)
    return claims


@functools.cache
def load_works(path=EVIDENCE / "works.yml"):
    """What is known of each cited work, checked: dicts by its key."""
    return forms.read(path, EVIDENCE / "works.schema.yml", "work")


def load_references():
    """The article's twelve references, as given, with what is wrong: a list of dicts."""
    return yaml.safe_load((EVIDENCE / "article_references.yml").read_text("utf-8"))


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
        raise FormError(f"claim {claim}, {'.'.join(map(str, field))}: {error}") from None
    return text


def _lines(claims):
    """Each line of the claims' evidence: the claim's id, the side, the place and the line."""
    for name, claim in claims.items():
        for side in SIDES:
            for row, line in enumerate(claim[side]):
                yield name, side, f"claim {name}, {side}.{row}", line


def check_works(claims, works):
    """Every cited work has an entry, and every entry is cited."""
    cited = set()
    for _, _, place, line in _lines(claims):
        cited |= set(line["cite"])
        for key in set(line["cite"]) - set(works):
            raise FormError(f"{place}.cite: {key} is not in works.yml")
    for key in set(works) - cited:
        raise FormError(f"work {key}, its fields: no claim cites it")


def check_measures(claims):
    """A line whose measure is not the claim's is marked ``indirect``."""
    for name, _, place, line in _lines(claims):
        if line["measure"] not in claims[name]["measure"] and not line.get("indirect"):
            raise FormError(
                f"{place}.measure: {line['measure']} is not what the claim is about; "
                "mark the line indirect"
            )


def check_halves(claims, works):
    """A work whose abstract speaks for and against a claim is cited on both sides."""
    for key, work in works.items():
        for side, names in work.get("abstract", {}).items():
            for name in names:
                if name not in claims:
                    raise FormError(f"work {key}, abstract.{side}: no claim {name}")
                if not any(key in line["cite"] for line in claims[name][side]):
                    raise FormError(
                        f"claim {name}, {side}: half of the abstract of {key} is left out"
                    )


def check_searches(claims):
    """Every claim was searched for what speaks for it, and for what speaks against it."""
    for name, claim in claims.items():
        looked = {search["side"] for search in claim["searches"]}
        for side in SIDES:
            if not looked & {side, "both"}:
                fault = f"nothing that looks for what speaks {side} it"
                raise FormError(f"claim {name}, searches: {fault}")


def check_age(claims, released=RELEASED):
    """No claim was last looked at more than eighteen months before the release."""
    for name, claim in claims.items():
        day = claim["last_checked"]
        if released - datetime.date.fromisoformat(day) > OLDEST:
            raise FormError(
                f"claim {name}, last_checked: {day} is over 18 months before {released}"
            )


def check_marks(marks):
    """No trial is counted twice for one claim."""
    seen = set()
    for mark in marks:
        unit = mark["claim"], mark["trial"] or mark["works"][0]
        if unit in seen:
            raise FormError(f"claim {unit[0]}, marks: {unit[1]} is one trial, counted twice")
        seen.add(unit)


def kind(work):
    """The kind of evidence that a work is."""
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
    """What a claim's evidence comes from: side, key and line of each citation.

    They are lists, by the trial's name, or by the work's key where there is none.
    """
    units = {}
    for _, side, _, line in _lines({claim["id"]: claim}):
        for key in line["cite"]:
            unit = load_works()[key]["trial"] or key
            units.setdefault(unit, []).append((side, key, line))
    return units


@functools.cache
def marks():
    """One mark for each claim and trial, or work of no trial: what the evidence map draws.

    Side ("for", "against", "both") and measures are those of the lines about what the claim
    is about, where there are any; without such a line a mark is indirect. Its people are the
    most of its works.
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


def ladder(claim):
    """The marks of a claim by rung: those about the claim itself, and those for it, first."""
    order = ("for", "both", "against")
    found = {name: [] for name in RUNGS}
    for mark in marks():
        work = load_works()[mark["works"][0]]
        rung = "cells" if work["who"] == "cells" else RUNG_OF[mark["kind"]]
        if mark["claim"] == claim and rung:
            found[rung].append(mark)
    for own in found.values():
        own.sort(key=lambda mark: (mark["indirect"], order.index(mark["side"])))
    return list(found.items())
