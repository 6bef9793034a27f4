"""What is wrong with a community device-type file? Every finding with its line, the value, the rule and a repair.

An error is what no device can have, or what the library refuses: nothing is made of such a file. A warning is what a
device may have but rarely does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from rackwright.base.intake import Document, KeyPath
from rackwright.base.problem import Problem, did_you_mean
from rackwright.exchange.interface_types import INTERFACE_TYPES, port_kind
from rackwright.exchange.port_numbering import misnumbered

__all__ = ["KG", "lint_device_type"]

HIGHEST_DRAW_W: Final = 100_000
HIGHEST_U: Final = 60
KG: Final = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.028349523125}
"""Kilograms in a unit of weight: the international avoirdupois pound is exact by definition."""
AIRFLOWS: Final = (
    "front-to-rear",
    "rear-to-front",
    "left-to-right",
    "right-to-left",
    "side-to-rear",
    "rear-to-side",
    "bottom-to-top",
    "top-to-bottom",
    "passive",
    "mixed",
)
KEYS: Final = (
    *("manufacturer", "model", "slug", "part_number", "description", "comments", "front_image", "rear_image"),
    *("u_height", "is_full_depth", "airflow", "weight", "weight_unit", "is_powered", "subdevice_role"),
    *("console-ports", "console-server-ports", "power-ports", "power-outlets", "interfaces", "front-ports"),
    *("rear-ports", "module-bays", "device-bays", "inventory-items", "exclude_from_utilization"),
)
"""Keys that the library takes at the top of a file."""
PORTS: Final = ("interfaces", "power-ports")
LISTED: Final = 4


@dataclass(frozen=True, slots=True)
class _Row:
    """One entry of a list of ports, with its place in the list."""

    index: int
    name: str
    data: dict[str, Any]


def lint_device_type(document: Document) -> list[Problem]:
    """All findings of a file whose top is a mapping: keys, height, weight, airflow, ports and draws."""
    return [*_keys(document), *_sizes(document), *_interfaces(document), *_draws(document), *_names(document)]


def _problem(document: Document, path: KeyPath, code: str, rule: str, repair: str) -> Problem:
    return Problem(code, document.place(path), rule, repair)


def _warning(document: Document, path: KeyPath, code: str, rule: str, repair: str) -> Problem:
    return Problem(code, document.place(path), rule, repair, "warning")


def _rows(document: Document, kind: str) -> list[_Row]:
    """Entries of a list of ports that are mappings; an absent name is empty."""
    found = document.data.get(kind)
    rows = found if isinstance(found, list) else []
    return [_Row(i, str(row.get("name") or ""), row) for i, row in enumerate(rows) if isinstance(row, dict)]


def _keys(document: Document) -> Iterator[Problem]:
    """Keys the library does not know, and lists of ports that are none."""
    for key in sorted(set(document.data) - set(KEYS)):
        rule = f'no device type has a key "{key}".'
        yield Problem("unknown-field", document.places.key((key,)), rule, did_you_mean(key, KEYS), "warning")
    for kind in PORTS:
        rows = document.data.get(kind)
        if rows is not None and not isinstance(rows, list):
            yield _problem(document, (kind,), "wrong-type", f"`{kind}` is no list.", "Write `- name: ...` for each.")
            continue
        for index, row in enumerate(rows or []):
            if not isinstance(row, dict):
                rule = f'"{row}" is no entry of `{kind}`.'
                yield _problem(document, (kind, index), "wrong-type", rule, "Write `- name: ...` with a `type:`.")


def _sizes(document: Document) -> Iterator[Problem]:
    """Height in half units, weight with its unit, a way of the air that exists."""
    yield from _height(document)
    yield from _weight(document)
    airflow = document.data.get("airflow")
    if airflow is not None and airflow not in AIRFLOWS:
        rule = f'"{airflow}" is no way of the air.'
        yield _problem(document, ("airflow",), "not-allowed", rule, did_you_mean(str(airflow), AIRFLOWS))


def _height(document: Document) -> Iterator[Problem]:
    value = document.data.get("u_height")
    path = ("u_height",)
    if value is None:
        rule = "the file does not say how high the device is."
        yield _warning(document, path, "missing-field", rule, "Add `u_height:`, or the part has no height.")
    elif not _is_number(value) or not 0.0 <= value <= HIGHEST_U:
        rule = f"`u_height` {value} is no height of a device; it lies between 0 and {HIGHEST_U} U."
        yield _problem(document, path, "impossible-height", rule, "Take it from the data sheet.")
    elif value * 2 % 1:
        rule = f"`u_height` {value:g} is no multiple of 0.5; a rack is divided in half units."
        repair = f"Round up to the units it blocks: {math.ceil(value * 2) / 2:g}."
        yield _problem(document, path, "impossible-height", rule, repair)


def _weight(document: Document) -> Iterator[Problem]:
    weight, unit = document.data.get("weight"), document.data.get("weight_unit")
    if weight is None:
        return
    if not _is_number(weight) or weight <= 0:
        rule = f"`weight` {weight} is not above zero."
        yield _problem(document, ("weight",), "impossible-weight", rule, "Take it from the data sheet, or remove it.")
    if unit not in KG:
        rule = "`weight` has no unit." if unit is None else f'"{unit}" is no unit of weight.'
        yield _problem(document, ("weight_unit",), "impossible-weight", rule, f"Use one of {', '.join(KG)}.")


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _interfaces(document: Document) -> Iterator[Problem]:
    """Types that are missing or unknown, each once with the ports that have it, at the line of the first."""
    by_type: dict[str, list[_Row]] = {}
    for row in _rows(document, "interfaces"):
        by_type.setdefault(str(row.data.get("type") or ""), []).append(row)
    for word, rows in by_type.items():
        where = ("interfaces", rows[0].index, "type")
        if not word:
            rule = f"{_listed(rows)} without a type."
            yield _problem(document, where, "missing-field", rule, "Add `type:`, such as 800gbase-x-osfp.")
        elif word not in INTERFACE_TYPES:
            rule = f'"{word}" is no type of an interface ({_listed(rows)}).'
            yield _problem(document, where, "unknown-interface-type", rule, _nearest(word))


def _listed(rows: list[_Row]) -> str:
    """Names of some ports."""
    names = ", ".join(f"`{row.name or f'entry {row.index + 1}'}`" for row in rows[:LISTED])
    return f"{names} and {len(rows) - LISTED} more" if len(rows) > LISTED else names


def _nearest(word: str) -> str:
    """The nearest known type, or those that make a port of a switch."""
    near = did_you_mean(word, INTERFACE_TYPES)
    if not near.startswith("Known"):
        return near
    kinds = ((port_kind(known), known) for known in INTERFACE_TYPES)
    data = sorted(((kind.protocol, kind.gbit_s, known) for kind, known in kinds if kind and kind.gbit_s >= 1.0))
    return f"Types that make a data port: {', '.join(known for _, _, known in data)}; `other` if none is right."


def _draws(document: Document) -> Iterator[Problem]:
    """Draws that no power port has, and shares above the most."""
    for row in _rows(document, "power-ports"):
        most, allocated = row.data.get("maximum_draw"), row.data.get("allocated_draw")
        for field, value in (("maximum_draw", most), ("allocated_draw", allocated)):
            if value is not None and (not _is_number(value) or not 0 < value <= HIGHEST_DRAW_W):
                rule = f"`{row.name}` with `{field}` {value}: a power port draws more than 0 and at most "
                rule += f"{HIGHEST_DRAW_W:,} W."
                repair = "Give the watts of one supply, as a whole number."
                yield _problem(document, ("power-ports", row.index, field), "impossible-draw", rule, repair)
        if _is_number(most) and _is_number(allocated) and allocated > most:
            rule = f"`{row.name}` is given {allocated:g} W and draws {most:g} W at most."
            repair = f"Give at most {most:g} W, or correct `maximum_draw`."
            yield _problem(document, ("power-ports", row.index, "allocated_draw"), "impossible-draw", rule, repair)


def _names(document: Document) -> Iterator[Problem]:
    """Ports without a name or with that of another, and numbers that do not follow one another."""
    for kind in PORTS:
        first: dict[str, _Row] = {}
        for row in _rows(document, kind):
            here = (kind, row.index, "name")
            if not row.name:
                rule = f"entry {row.index + 1} of `{kind}` has no name."
                yield _problem(document, here, "missing-name", rule, "Add `name:`.")
            elif row.name in first:
                line = document.place((kind, first[row.name].index, "name")).line
                rule = f"`{row.name}` stands in `{kind}` already (line {line})."
                yield _problem(document, here[:2], "duplicate-port", rule, "Remove it, or give it its own number.")
            first.setdefault(row.name, row)
        for found in misnumbered([name for name in first if name]):
            place = document.place((kind, first[found.beside].index, "name"))
            place = type(place)(place.file, place.line, place.column, f"{kind}[{found.port}]")
            yield Problem(found.code, place, found.rule, found.repair, "warning")
