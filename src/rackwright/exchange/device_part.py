"""Which catalog switch does a community device-type file describe? Ports, rates, height, mass and draw as one part.

The kind of interface that occurs most often, management ports left out, makes the logical ports; of the other data
ports the fastest kind makes the uplinks. What a file does not say stays unknown; what a part cannot hold is told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.rules import AIRFLOWS
from rackwright.exchange.device_type import DeviceType
from rackwright.exchange.interface_types import PortKind, port_kind
from rackwright.figures.svg import slug

__all__ = ["device_part_text", "left_out"]

WITHOUT_CABLE: Final = frozenset({"virtual", "bridge", "lag", ""})
"""Interfaces that are no port, of which nothing is told."""
FEWEST_PORTS: Final = 16
"""Data ports below which a device is hardly a switch: servers and trays have as many network cards."""


def device_part_text(found: DeviceType, *, part_id: str, stamp: str) -> tuple[str, str]:
    """Id of the part and the catalog file (YAML) that a device type makes.

    Parameters
    ----------
    found
        The device type as read.
    part_id
        Id of the part; the file's slug if empty.
    stamp
        Where the figures come from; the file and its digest.

    Raises
    ------
    InputError
        No interface is a data port of a known kind: the device is no switch.
    """
    kinds = _kinds(found)
    if not kinds:
        there = ", ".join(f"{count} {word or 'without type'}" for word, count in sorted(Counter(_data(found)).items()))
        rule = f"none of its interfaces is a data port of a known kind (there are: {there or 'none'})."
        place = Place(found.file, path="interfaces")
        raise InputError([Problem("no-data-ports", place, rule, "Only switches can be imported.")])
    main, uplink = _main(kinds), _uplink(kinds)
    name = slug(part_id or found.slug or f"{found.manufacturer}-{found.model}")
    lines = [
        "# Made by `rackwright import device-type`. Figures are those of the file; give them a source if you have one.",
        "class: Switch",
        "parts:",
        f"  - id: {name}",
        f"    name: {_quoted(f'{found.manufacturer} {found.model}')}",
        f"    vendor: {_quoted(found.manufacturer)}",
        f"    protocol: {main.protocol}",
        f"    cage: {main.cage}",
        *([f"    airflow: {found.airflow}"] if found.airflow in AIRFLOWS - {""} else []),
        "    kind: assumption",
        f"    at: {_quoted(stamp)}",
        "    facts:",
        *(
            f"      {field}: {{value: {value}, low: {low}, high: {high}}}"
            for field, value, low, high in [*_port_facts(kinds, main, uplink), *_body_facts(found)]
        ),
    ]
    return name, "\n".join(lines) + "\n"


def left_out(found: DeviceType) -> Iterator[Problem]:
    """What the file says and a switch of the catalog cannot hold: trays, further kinds of port, odd airflows."""
    kinds = _kinds(found)
    if kinds.total() < FEWEST_PORTS:
        rule = f"with {kinds.total()} data ports this is hardly a switch, and switches alone are made of such files."
        repair = "Describe a tray or server in the program's catalog as `class: Tray` with role, power and ports."
        yield Problem("hardly-a-switch", Place(found.file, path="interfaces"), rule, repair, "warning")
    held = {_main(kinds), _uplink(kinds)} if kinds else set()
    types = Counter(word for word in _data(found) if word not in WITHOUT_CABLE and port_kind(word) not in held)
    for word, count in sorted(types.items()):
        rule = f"{count} of type {word} left out: a part holds one kind of port, and the fastest other as uplinks."
        repair = "Give the other ports a part of their own if the fabric uses them."
        yield Problem("left-out-port", Place(found.file, path="interfaces"), rule, repair, "warning")
    if found.airflow and found.airflow not in AIRFLOWS:
        rule = f'the airflow "{found.airflow}" is left out: the catalog knows {", ".join(sorted(AIRFLOWS - {""}))}.'
        yield Problem("left-out-airflow", Place(found.file, path="airflow"), rule, "Set it by hand.", "warning")


def _data(found: DeviceType) -> list[str]:
    """Types of the interfaces that are not of management; a name given twice counts once."""
    return [word for port, word in dict(found.interfaces).items() if port not in found.management]


def _kinds(found: DeviceType) -> Counter[PortKind]:
    """How many data ports there are of each kind."""
    return Counter(kind for word in _data(found) if (kind := port_kind(word)) is not None)


def _main(kinds: Counter[PortKind]) -> PortKind:
    """The most frequent kind; of equals the fastest."""
    return max(kinds, key=lambda kind: (kinds[kind], kind.gbit_s))


def _uplink(kinds: Counter[PortKind]) -> PortKind | None:
    """The fastest of the other kinds; of equals the more frequent."""
    others = [kind for kind in kinds if kind != _main(kinds)]
    return max(others, key=lambda kind: (kind.gbit_s, kinds[kind]), default=None)


def _port_facts(kinds: Counter[PortKind], main: PortKind, uplink: PortKind | None) -> list[tuple[str, str, str, str]]:
    """Field, value, low, high of the ports."""
    rows = [
        _exact("ports", f"{kinds[main]}"),
        _exact("port_gbit_s", f"{main.gbit_s:g} Gb/s"),
        _exact("ports_per_cage", "1"),
    ]
    if uplink is not None:
        rows += [_exact("uplinks", f"{kinds[uplink]}"), _exact("uplink_gbit_s", f"{uplink.gbit_s:g} Gb/s")]
    return rows


def _body_facts(found: DeviceType) -> list[tuple[str, str, str, str]]:
    """Field, value, low, high of height, load and mass."""
    rows = []
    if found.height_u is not None:
        rows.append(_exact("height_u", f"{found.height_u:g} U"))
    draws = [draw for _, draw in found.power_ports if draw is not None and draw > 0]
    if draws:  # supplies may share the load or each carry it all
        rows.append(("power_w", f"{max(draws):g} W", f"{max(draws):g} W", f"{sum(draws):g} W"))
    if found.mass_kg is not None and found.mass_kg > 0:
        rows.append(_exact("mass_kg", f"{found.mass_kg:.12g} kg"))
    return rows


def _exact(field: str, text: str) -> tuple[str, str, str, str]:
    return field, text, text, text


def _quoted(text: str) -> str:
    """Text as a YAML string on one line."""
    return json.dumps(text, ensure_ascii=True)
