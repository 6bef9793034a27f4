"""Does every name that a row refers to exist?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, Literal

from rackwright.base.problem import did_you_mean
from rackwright.program.entry import Entry
from rackwright.program.header import Disclosure
from rackwright.program.platforms import Platform
from rackwright.program.projects import Activity, BuildPart, Calendar, Delivers, Demand, Link, Project, Resource
from rackwright.program.rules.finding import Finding, Kind, Subject
from rackwright.program.scenarios import Scenario
from rackwright.program.shape import Path, file_of
from rackwright.program.shifts import AddedStations, Opening, QualifiedSource
from rackwright.program.sites import KINDS_THAT_FOLLOW, Block, Energisation, Hall, ShortShip, Tranche
from rackwright.program.supply import (
    BomRow,
    Cell,
    Claim,
    Commit,
    ContentRule,
    JobMultiplier,
    Lane,
    Make,
    Offer,
    OpenOrder,
    Ramp,
    RouteStep,
    Stock,
    Terms,
)
from rackwright.program.workloads import MeasuredRun, Requirement, Serving, Training

__all__ = ["check_references", "unknown"]

_REFERENCES: Final[Mapping[type[Entry], tuple[tuple[str, Kind], ...]]] = {
    Disclosure: (("recipient", "party"),),
    Training: (("platforms", "platform"),),
    Serving: (("platforms", "platform"),),
    Requirement: (("platform", "platform"),),
    MeasuredRun: (("platform", "platform"),),
    Platform: (("project", "project"),),
    Energisation: (("gate", "gate"),),
    Hall: (("site", "site"), ("gate", "gate")),
    Block: (("site", "site"), ("platform", "platform"), ("halls", "hall"), ("workloads", "workload")),
    Tranche: (("block", "block"), ("configuration", "configuration")),
    BomRow: (("parent", "item"), ("component", "item"), ("tranches", "tranche")),
    Cell: (("plant", "plant"), ("ramp", "ramp")),
    Opening: (("cells", "cell"),),
    AddedStations: (("cell", "cell"),),
    QualifiedSource: (("item", "item"), ("supplier", "supplier")),
    Ramp: (("gate", "gate"),),
    Make: (("item", "item"), ("plant", "plant"), ("gate", "gate")),
    RouteStep: (("item", "item"), ("plant", "plant"), ("cell", "cell")),
    Offer: (("item", "item"), ("supplier", "supplier"), ("plant", "place"), ("gate", "gate"), ("ramp", "ramp")),
    Terms: (("item", "item"), ("supplier", "supplier"), ("payer", "party")),
    Commit: (("item", "item"), ("supplier", "supplier")),
    Stock: (("item", "item"), ("plant", "place")),
    JobMultiplier: (("plant", "plant"),),
    Claim: (("item", "item"), ("plant", "place")),
    OpenOrder: (("item", "item"), ("supplier", "supplier"), ("plant", "place")),
    ContentRule: (("binds", "item"),),
    Resource: (("calendar", "calendar"), ("cell", "cell")),
    Calendar: (),
    Project: (("platform", "platform"), ("site", "site"), ("plant", "plant")),
    Activity: (("calendar", "calendar"), ("item", "item"), ("supplier", "supplier")),
    BuildPart: (("item", "item"),),
    Demand: (("resource", "resource"),),
    Link: (("origin", "activity"), ("to", "activity")),
    Scenario: (("parent", "scenario"), ("merges", "scenario")),
}
_NOUNS: Final[Mapping[Kind, str]] = {
    "activity": "activity `project.activity`",
    "gate": "activity `project.activity`",
    "item": "item, configuration or catalog part",
    "place": "plant or site",
    "step": "energisation step",
    "workload": "workload or requirement",
}
_HOME: Final[Mapping[Kind, tuple[str, ...]]] = {
    "activity": ("projects",),
    "configuration": ("platforms",),
    "gate": ("projects", "set_aside"),
    "item": ("items", "platforms"),
    "party": ("parties",),
    "place": ("plants", "sites"),
    "source": ("sources",),
    "step": ("sites",),
    "workload": ("training", "serving", "requirements"),
}
_MOST_LISTED: Final = 100
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_DELIVERED: Final[Mapping[str, tuple[Kind, ...]]] = {
    "platform": ("platform",),
    "line": ("plant", "cell"),
    "hall": ("hall",),
    "power": ("step",),
}


def check_references(subject: Subject) -> Iterator[Finding]:
    """Every name in a field that refers to another row must be there; beyond a limit they are only counted."""
    findings = _find(subject)
    yield from islice(findings, _MOST_LISTED)
    if next(findings, None) is not None:
        rule = f"more than {_MOST_LISTED} names refer to nothing."
        yield Finding("too-many-problems", ("name",), rule, "Repair the listed ones first.")


def _find(subject: Subject) -> Iterator[Finding]:
    for path, entry in subject.entries:
        for field, kind in (("owner", "party"), *_REFERENCES.get(type(entry), ())):
            yield from _check_field(subject, (*path, field), getattr(entry, field), kind)
        yield from _check_source(subject, path, entry)
    yield from _check_lanes(subject)
    yield from _check_delivered(subject)
    yield from _check_short_ships(subject)


def unknown(subject: Subject, path: Path, name: str, kinds: tuple[Kind, ...]) -> Iterator[Finding]:
    """A finding if no row of these kinds has the name; only a warning if their whole file is not planned here."""
    known = frozenset[str]().union(*(subject.names(kind) for kind in kinds))
    if name in known or subject.is_broken(name) or (subject.catalog is None and "item" in kinds):
        return
    noun = " or ".join(_NOUNS.get(kind, kind) for kind in kinds)
    homes = [table for kind in kinds for table in _HOME.get(kind, (f"{kind}s",))]
    own_file = file_of(_table_of(path))
    if not any(subject.table(table) for table in homes) and all(file_of(table) != own_file for table in homes):
        files = " and ".join(dict.fromkeys(f"{file_of(table)}.yaml" for table in homes))
        rule = f'"{name}" is a {noun}, and this program plans none.'
        yield Finding("not-planned-here", path, rule, f"Add it in {files}, or remove the reference.", "warning")
        return
    yield Finding("unknown-reference", path, f'no {noun} is called "{name}".', did_you_mean(name, known))


def _check_field(subject: Subject, path: Path, value: str | tuple[str, ...], kind: Kind) -> Iterator[Finding]:
    if isinstance(value, str):
        if value:
            yield from unknown(subject, path, value, (kind,))
        return
    for index, name in enumerate(value):
        yield from unknown(subject, (*path, index), name, (kind,))


def _check_source(subject: Subject, path: Path, entry: Entry) -> Iterator[Finding]:
    """A source may stand in the catalog, so it is checked only when the catalog is known."""
    if entry.source and subject.catalog is not None:
        yield from unknown(subject, (*path, "source"), entry.source, ("source",))


def _check_lanes(subject: Subject) -> Iterator[Finding]:
    """A lane leads from a plant, a site, a supplier or a country to a plant, a site, a country, or everywhere."""
    for path, lane in subject.rows(Lane):
        if not _COUNTRY.fullmatch(lane.origin):
            yield from unknown(subject, (*path, "origin"), lane.origin, ("place", "supplier"))
        if lane.destination != "*" and not _COUNTRY.fullmatch(lane.destination):
            yield from unknown(subject, (*path, "destination"), lane.destination, ("place",))


def _check_short_ships(subject: Subject) -> Iterator[Finding]:
    """What may follow racks is an item, or a kind of items."""
    for path, rule in subject.rows(ShortShip):
        for index, name in enumerate(rule.items):
            if name not in KINDS_THAT_FOLLOW:
                yield from unknown(subject, (*path, "items", index), name, ("item",))


def _check_delivered(subject: Subject) -> Iterator[Finding]:
    """What a project makes ready must be there."""
    for path, delivers in subject.rows(Delivers):
        where = (*path, "ref")
        if delivers.kind == "source":
            yield from _check_delivered_source(subject, where, delivers.ref)
        else:
            yield from unknown(subject, where, delivers.ref, _DELIVERED[delivers.kind])


def _check_delivered_source(subject: Subject, path: Path, ref: str) -> Iterator[Finding]:
    known = {f"{offer.item}@{offer.supplier}" for offer in subject.program.supply.offers}
    if ref not in known and not any(subject.is_broken(part) for part in ref.split("@")):
        severity: Literal["error", "warning"] = "error" if subject.program.supply.offers else "warning"
        rule = f'no offer is called "{ref}" (`item@supplier`).'
        yield Finding("unknown-reference", path, rule, did_you_mean(ref, known), severity)


def _table_of(path: Path) -> str:
    return str(path[1] if path[0] == "supply" else path[0])
