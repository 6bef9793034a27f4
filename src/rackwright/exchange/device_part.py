"""Which part of the catalog does a community device-type file describe? A switch, tray, power shelf, CDU or panel.

The file's own note says so (`device_note`), or who imports it; else a device of many data ports is a switch, one of few
a tray. The kind of interface that occurs most often, management ports left out, makes a switch's logical ports; of the
other data ports the fastest kind makes the uplinks. What a file does not say stays unknown; what a part cannot hold is
told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.read import PART_CLASSES, fact_fields, text_fields
from rackwright.catalog.rules import AIRFLOWS
from rackwright.exchange.device_type import DeviceType
from rackwright.exchange.interface_types import PortKind, port_kind
from rackwright.figures.svg import slug

__all__ = ["KINDS", "device_class", "device_part_text", "left_out"]

WITHOUT_CABLE: Final = frozenset({"virtual", "bridge", "lag", ""})
"""Interfaces that are no port, of which nothing is told."""
FEWEST_PORTS: Final = 16
"""Data ports below which a device is hardly a switch: servers and trays have as many network cards."""
KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "switch": ("Switch", ""),
    "compute-tray": ("Tray", "compute"),
    "storage-tray": ("Tray", "storage"),
    "control-tray": ("Tray", "control"),
    "power-shelf": ("PowerShelf", "rectifier"),
    "cdu": ("Cdu", "liquid"),
}
"""What a device may be said to be: class and role of the part."""
NEEDED: Final[Mapping[str, str]] = {"PowerShelf": "rating_w", "Cdu": "rating_w"}
"""Figure without which a part of the class serves nothing."""
GBIT_S: Final = " Gb/s"
LOADS: Final[Mapping[str, str]] = {"Cdu": "pump_w"}
"""Field of a class that holds the draw of its power ports, where it is not `power_w`."""


class _Described(NamedTuple):
    """Class of the part, its words and figures as noted, and whether the file says so itself."""

    name: str
    words: dict[str, str]
    is_noted: bool


def device_class(found: DeviceType, kind: str = "") -> str:
    """Class of the part that a device type makes; `kind` is one of `KINDS`, empty for what the file says."""
    return _described(found, kind).name


def device_part_text(found: DeviceType, *, part_id: str, stamp: str, kind: str = "") -> tuple[str, str]:
    """Id of the part and the catalog file (YAML) that a device type makes.

    Parameters
    ----------
    found
        The device type as read.
    part_id
        Id of the part; the file's slug if empty.
    stamp
        Where the figures come from; the file and its digest.
    kind
        What the device is, one of `KINDS`; empty for what the file says.

    Raises
    ------
    InputError
        The device is a switch, or nothing says what else, and no interface is a data port of a known kind.
    """
    described = _described(found, kind)
    if described.name == "Switch":
        facts = _switch_facts(found, described)
    else:
        facts = _noted_facts(described) + (_tray_facts(found, described) if described.name == "Tray" else [])
    held = {field.name for field in fact_fields(PART_CLASSES[described.name])}
    body = [row for row in _body_facts(found, described.name) if row[0] in held]
    name = slug(part_id or found.slug or f"{found.manufacturer}-{found.model}")
    words = _words(found, described)
    lines = [
        "# Made by `rackwright import device-type`. Figures are those of the file; give them a source if you have one.",
        f"class: {described.name}",
        "parts:",
        f"  - id: {name}",
        f"    name: {_quoted(f'{found.manufacturer} {found.model}')}",
        f"    vendor: {_quoted(found.manufacturer)}",
        *(f"    {word}: {_quoted(text) if ' ' in text else text}" for word, text in words.items() if text),
        "    kind: assumption",
        f"    at: {_quoted(stamp)}",
        *(["    facts:"] if facts or body else []),
        *(f"      {field}: {{value: {value}, low: {low}, high: {high}}}" for field, value, low, high in facts + body),
    ]
    return name, "\n".join(lines) + "\n"


def left_out(found: DeviceType, kind: str = "") -> Iterator[Problem]:
    """What a part needs and the file does not say, and what the file says and no part can hold."""
    described = _described(found, kind)
    kinds = _kinds(found, described)
    if not kind and not described.is_noted and described.name == "Tray":
        rule = f"with {kinds.total()} data ports this is hardly a switch: taken as a tray of role control."
        repair = f"Say what it is with --as ({', '.join(KINDS)})."
        yield Problem("hardly-a-switch", Place(found.file, path="interfaces"), rule, repair, "warning")
    needed = NEEDED.get(described.name, "")
    if needed and needed not in described.words:
        rule = f"the file does not say `{needed}`, without which a {described.name} serves nothing."
        yield Problem("missing-fact", Place(found.file), rule, "Add it to the part by hand.", "warning")
    if described.name == "Switch":
        yield from _third_kinds(found, described, kinds)
    if found.airflow and found.airflow not in AIRFLOWS:
        rule = f'the airflow "{found.airflow}" is left out: the catalog knows {", ".join(sorted(AIRFLOWS - {""}))}.'
        yield Problem("left-out-airflow", Place(found.file, path="airflow"), rule, "Set it by hand.", "warning")


def _third_kinds(found: DeviceType, described: _Described, kinds: Counter[PortKind]) -> Iterator[Problem]:
    """Data ports of a switch beyond its ports and uplinks."""
    held = {_main(kinds), _uplink(kinds)} if kinds else set()
    data = _data(found)
    types = Counter(word for word in data if word not in WITHOUT_CABLE and _kind(word, described) not in held)
    for word, count in sorted(types.items()):
        rule = f"{count} of type {word} left out: a part holds one kind of port, and the fastest other as uplinks."
        repair = "Give the other ports a part of their own if the fabric uses them."
        yield Problem("left-out-port", Place(found.file, path="interfaces"), rule, repair, "warning")


def _described(found: DeviceType, kind: str) -> _Described:
    """What a device is: as it is said to be, as the file notes, or by the number of its data ports."""
    noted = dict(found.note)
    if kind:
        name, role = KINDS[kind]
        words = {field: text for field, text in noted.items() if noted.get("class") == name}
        return _Described(name, {**words, **({"role": role} if role else {})}, is_noted=bool(words))
    if noted:
        return _Described(noted["class"], noted, is_noted=True)
    count = _kinds(found, _Described("", {}, is_noted=False)).total()
    if not 0 < count < FEWEST_PORTS:
        return _Described("Switch", {}, is_noted=False)
    return _Described("Tray", {"role": "control"}, is_noted=False)


def _words(found: DeviceType, described: _Described) -> dict[str, str]:
    """Plain text of the part: as noted, a switch's protocol and form factor by its ports, the way of the air."""
    fields = text_fields(PART_CLASSES[described.name])
    words = {field: described.words.get(field, "") for field in fields}
    if described.name == "Switch":
        main = _main(_kinds(found, described))
        words |= {"protocol": main.protocol, "cage": main.cage}
    if "airflow" in fields and found.airflow in AIRFLOWS:
        words["airflow"] = found.airflow
    return words


def _switch_facts(found: DeviceType, described: _Described) -> list[tuple[str, str, str, str]]:
    """Ports, rates, ports of a cage, uplinks, and what else the file notes."""
    kinds = _kinds(found, described)
    if not kinds:
        there = ", ".join(f"{count} {word or 'without type'}" for word, count in sorted(Counter(_data(found)).items()))
        rule = f"none of its interfaces is a data port of a known kind (there are: {there or 'none'})."
        place = Place(found.file, path="interfaces")
        raise InputError(
            [Problem("no-data-ports", place, rule, f"Say what else it is with --as ({', '.join(KINDS)}).")]
        )
    rows = _port_facts(kinds, _main(kinds), _uplink(kinds), described.words.get("ports_per_cage", "1"))
    return rows + [row for row in _noted_facts(described) if row[0] not in {field for field, *_ in rows}]


def _noted_facts(described: _Described) -> list[tuple[str, str, str, str]]:
    """Field, value, low, high of the figures that the file notes."""
    fields = fact_fields(PART_CLASSES[described.name])
    return [_exact(field.name, described.words[field.name]) for field in fields if field.name in described.words]


def _tray_facts(found: DeviceType, described: _Described) -> list[tuple[str, str, str, str]]:
    """Ports of a tray that does not note them: of a compute tray the fastest kind is scale-out, others storage."""
    kinds = _kinds(found, described)
    by_rate = sorted(kinds, key=lambda kind: (-kind.gbit_s, kind.cage))
    rows = []
    if described.words.get("role") == "compute" and by_rate:
        rows += [
            _exact("scale_out_ports", f"{kinds[by_rate[0]]}"),
            _exact("scale_out_gbit_s", f"{by_rate[0].gbit_s:g} Gb/s"),
        ]
        by_rate = by_rate[1:]
    if by_rate:
        rows += [
            _exact("storage_ports", f"{kinds[by_rate[0]]}"),
            _exact("storage_gbit_s", f"{by_rate[0].gbit_s:g} Gb/s"),
        ]
    if found.management:
        rows.append(_exact("management_ports", f"{len(found.management)}"))
    return [] if described.is_noted else rows


def _data(found: DeviceType) -> list[str]:
    """Types of the interfaces that are not of management; a name given twice counts once."""
    return [word for port, word in dict(found.interfaces).items() if port not in found.management]


def _kinds(found: DeviceType, described: _Described) -> Counter[PortKind]:
    """How many data ports there are of each kind."""
    return Counter(kind for word in _data(found) if (kind := _kind(word, described)) is not None)


def _kind(word: str, described: _Described) -> PortKind | None:
    """Kind of a port by its word; one without a word of its own (`other`) is as a switch notes its ports."""
    rate = described.words.get("port_gbit_s", "")
    if word == "other" and described.name == "Switch" and rate.endswith(GBIT_S):
        cage, protocol = described.words.get("cage", ""), described.words.get("protocol", "ethernet")
        return PortKind(float(rate.removesuffix(GBIT_S)), cage, protocol)
    return port_kind(word)


def _main(kinds: Counter[PortKind]) -> PortKind:
    """The most frequent kind; of equals the fastest."""
    return max(kinds, key=lambda kind: (kinds[kind], kind.gbit_s))


def _uplink(kinds: Counter[PortKind]) -> PortKind | None:
    """The fastest of the other kinds; of equals the more frequent."""
    others = [kind for kind in kinds if kind != _main(kinds)]
    return max(others, key=lambda kind: (kind.gbit_s, kinds[kind]), default=None)


def _port_facts(
    kinds: Counter[PortKind], main: PortKind, uplink: PortKind | None, per_cage: str
) -> list[tuple[str, str, str, str]]:
    """Field, value, low, high of the ports."""
    rows = [
        _exact("ports", f"{kinds[main]}"),
        _exact("port_gbit_s", f"{main.gbit_s:g} Gb/s"),
        _exact("ports_per_cage", per_cage),
    ]
    if uplink is not None:
        rows += [_exact("uplinks", f"{kinds[uplink]}"), _exact("uplink_gbit_s", f"{uplink.gbit_s:g} Gb/s")]
    return rows


def _body_facts(found: DeviceType, name: str) -> list[tuple[str, str, str, str]]:
    """Field, value, low, high of height, load and mass."""
    rows = []
    if found.height_u is not None:
        rows.append(_exact("height_u", f"{found.height_u:g} U"))
    draws = [draw for _, draw in found.power_ports if draw is not None and draw > 0]
    if draws:  # supplies may share the load or each carry it all
        rows.append((LOADS.get(name, "power_w"), f"{max(draws):g} W", f"{max(draws):g} W", f"{sum(draws):g} W"))
    if found.mass_kg is not None and found.mass_kg > 0:
        rows.append(_exact("mass_kg", f"{found.mass_kg:.12g} kg"))
    return rows


def _exact(field: str, text: str) -> tuple[str, str, str, str]:
    return field, text, text, text


def _quoted(text: str) -> str:
    """Text as a YAML string on one line."""
    return json.dumps(text, ensure_ascii=True)
