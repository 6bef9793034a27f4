"""What does a community device-type file (YAML) say of a device, and what is wrong with it?

The files list a device's height, weight, airflow, power ports with their draw, and interfaces. Read in full, guarded;
errors are findings, not exceptions, since a file with a few of them is still of use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rackwright.base.errors import InputError
from rackwright.base.intake import read_yaml
from rackwright.base.problem import Place, Problem

__all__ = ["DeviceType", "lint_device_type", "read_device_type"]

HIGHEST_DRAW_W: Final = 100_000
HIGHEST_U: Final = 60
KG: Final = {"kg": 1.0, "g": 0.001, "lb": 0.45359237, "oz": 0.028349523125}
"""Kilograms in a unit of weight: the international avoirdupois pound is exact by definition."""
NUMBERED: Final = re.compile(r"^(.*?)(\d+)$")


@dataclass(frozen=True)
class DeviceType:
    """One device type; powers in W, mass in kg; None where the file does not say."""

    manufacturer: str
    model: str
    slug: str
    height_u: float | None
    mass_kg: float | None
    airflow: str
    interfaces: tuple[tuple[str, str], ...]
    power_ports: tuple[tuple[str, float | None], ...]
    problems: tuple[Problem, ...]
    management: frozenset[str] = frozenset()
    """Names of the interfaces that the file marks as ports of management only."""


def read_device_type(path: Path) -> DeviceType:
    """Read one file and lint it.

    Raises
    ------
    InputError
        The file is no YAML mapping, or has no manufacturer or model.
    """
    document = read_yaml(path, name=path.name).data
    if not isinstance(document, dict):
        raise InputError([Problem("syntax", Place(path.name), "this is no device type.", "It starts with `model:`.")])
    missing = [key for key in ("manufacturer", "model") if not isinstance(document.get(key), str)]
    if missing:
        rule = f"`{missing[0]}` is missing."
        raise InputError([Problem("missing-field", Place(path.name, path=missing[0]), rule, "Add it.")])
    interfaces = tuple((_text(row, "name"), _text(row, "type")) for row in _rows(document, "interfaces"))
    ports = tuple((_text(row, "name"), _number(row.get("maximum_draw"))) for row in _rows(document, "power-ports"))
    found = DeviceType(
        manufacturer=document["manufacturer"],
        model=document["model"],
        slug=_text(document, "slug"),
        height_u=_number(document.get("u_height")),
        mass_kg=_mass_kg(document),
        airflow=_text(document, "airflow"),
        interfaces=interfaces,
        power_ports=ports,
        problems=(),
        management=frozenset(
            _text(row, "name") for row in _rows(document, "interfaces") if row.get("mgmt_only") is True
        ),
    )
    return DeviceType(**{**vars(found), "problems": tuple(lint_device_type(found, document, path.name))})


def _rows(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = document.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None else str(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _mass_kg(document: dict[str, Any]) -> float | None:
    weight, unit = _number(document.get("weight")), KG.get(_text(document, "weight_unit"))
    return None if weight is None or unit is None else weight * unit


def lint_device_type(found: DeviceType, document: dict[str, Any], name: str) -> Iterator[Problem]:
    """Duplicate, missing and misnumbered ports, and heights, weights and draws that cannot be."""
    for kind, names in (("interfaces", found.interfaces), ("power-ports", found.power_ports)):
        yield from _numbering(name, kind, [str(row[0]) for row in names])
    for port, draw_w in found.power_ports:
        if draw_w is not None and not 0.0 < draw_w <= HIGHEST_DRAW_W:
            rule = f"`{port}` draws {draw_w:g} W, which cannot be."
            yield _finding("impossible-draw", name, f"power-ports[{port}].maximum_draw", rule)
    for row in _rows(document, "power-ports"):
        allocated, most = _number(row.get("allocated_draw")), _number(row.get("maximum_draw"))
        if allocated is not None and most is not None and allocated > most:
            rule = f"`{_text(row, 'name')}` is given {allocated:g} W and draws {most:g} W at most."
            yield _finding("impossible-draw", name, f"power-ports[{_text(row, 'name')}].allocated_draw", rule)
    if found.height_u is not None and not (0.0 <= found.height_u <= HIGHEST_U and found.height_u * 2 % 1 == 0):
        yield _finding("impossible-height", name, "u_height", f"{found.height_u:g} U is no height of a device.")
    if document.get("weight") is not None and (found.mass_kg is None or found.mass_kg <= 0):
        yield _finding("impossible-weight", name, "weight", "the weight is not above zero, or has no known unit.")


def _finding(code: str, name: str, path: str, rule: str) -> Problem:
    return Problem(code, Place(name, path=path), rule, "Compare with the data sheet.", "warning")


def _numbering(name: str, kind: str, names: Sequence[str]) -> Iterator[Problem]:
    """Names given twice, empty names, and gaps in runs of numbers."""
    seen: set[str] = set()
    for port in names:
        if not port:
            yield _finding("missing-name", name, kind, f"an entry of `{kind}` has no name.")
        elif port in seen:
            yield _finding("duplicate-port", name, f"{kind}[{port}]", f"`{port}` stands twice in `{kind}`.")
        seen.add(port)
    runs: dict[str, list[int]] = {}
    for port in sorted(seen):
        match = NUMBERED.match(port)
        if match and len(match[2]) < 6:
            runs.setdefault(match[1], []).append(int(match[2]))
    yield from _gaps(name, kind, runs)


def _gaps(name: str, kind: str, runs: dict[str, list[int]]) -> Iterator[Problem]:
    """Missing numbers of a run, and ports missing from one run that all of its siblings (`1/`, `2/`, ...) have."""
    for stem, numbers in runs.items():
        missing = sorted(set(range(min(numbers), max(numbers) + 1)) - set(numbers))
        if missing and len(missing) < len(numbers):
            listed = ", ".join(f"{stem}{number}" for number in missing[:5])
            yield _finding("missing-port", name, f"{kind}[{stem}{missing[0]}]", f"{listed} missing from `{kind}`.")
    families: dict[tuple[str, str], list[str]] = {}
    for stem in runs:
        match = re.match(r"^(.*?)(\d+)([./:])$", stem)
        if match:
            families.setdefault((match[1], match[3]), []).append(stem)
    for stems in families.values():
        usual = max((tuple(sorted(runs[stem])) for stem in stems), key=len)
        common = sum(tuple(sorted(runs[stem])) == usual for stem in stems)
        for stem in sorted(stems) if common * 2 > len(stems) else []:
            missing = sorted(set(usual) - set(runs[stem]))
            inside = range(min(runs[stem]), max(runs[stem]))
            lost = [number for number in missing if number not in inside]
            if lost:
                rule = f"{stem}{lost[0]} is missing, which the other {len(stems) - 1} groups have."
                yield _finding("missing-port", name, f"{kind}[{stem}{lost[0]}]", rule)
