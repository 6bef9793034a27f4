"""What does a community device-type file (YAML) say of a device?

The files list a device's height, weight, airflow, power ports with their draw, and interfaces. Read in full, guarded;
what is wrong with one are findings with their severity, not exceptions: who reads decides what is still of use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rackwright.base.errors import InputError
from rackwright.base.intake import read_yaml
from rackwright.base.problem import Place, Problem
from rackwright.exchange.device_lint import KG, lint_device_type
from rackwright.exchange.device_note import read_note

__all__ = ["DeviceType", "read_device_type"]


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
    note: tuple[tuple[str, str], ...] = ()
    """Class, words and figures of a part of the catalog, as `export device-types` notes them; else empty."""
    file: str = field(default="", compare=False)
    """The file it was read from, for messages."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Findings with which nothing is made of the file."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read_device_type(path: Path) -> DeviceType:
    """Read one file and lint it.

    Raises
    ------
    InputError
        The file is no YAML mapping, or has no manufacturer or model.
    """
    document = read_yaml(path)
    data = document.data
    if not isinstance(data, dict):
        raise InputError([Problem("syntax", document.place(()), "this is no device type.", "It starts with `model:`.")])
    missing = [key for key in ("manufacturer", "model") if not _text(data, key)]
    if missing:
        raise InputError(
            [Problem("missing-field", Place(str(path), path=key), f"`{key}` is missing.", "Add it.") for key in missing]
        )
    interfaces = _rows(data, "interfaces")
    return DeviceType(
        manufacturer=_text(data, "manufacturer"),
        model=_text(data, "model"),
        slug=_text(data, "slug"),
        height_u=_number(data.get("u_height")),
        mass_kg=_mass_kg(data),
        airflow=_text(data, "airflow"),
        interfaces=tuple((_text(row, "name"), _text(row, "type")) for row in interfaces),
        power_ports=tuple((_text(row, "name"), _number(row.get("maximum_draw"))) for row in _rows(data, "power-ports")),
        problems=tuple(lint_device_type(document)),
        management=frozenset(_text(row, "name") for row in interfaces if row.get("mgmt_only") is True),
        note=read_note(_text(data, "comments")),
        file=str(path),
    )


def _rows(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    rows = document.get(key)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _text(row: dict[str, Any], key: str) -> str:
    value = row.get(key)
    return "" if value is None or isinstance(value, list | dict) else str(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _mass_kg(document: dict[str, Any]) -> float | None:
    weight, unit = _number(document.get("weight")), KG.get(_text(document, "weight_unit"))
    return None if weight is None or unit is None else weight * unit
