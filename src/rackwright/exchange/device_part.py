"""Which catalog switch does a community device-type file describe? Ports, rates, height, mass and draw as one part.

The kind of interface that occurs most often, management ports left out, makes the logical ports; of the other data
ports the fastest kind makes the uplinks. What a file does not say stays unknown.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.exchange.device_type import DeviceType
from rackwright.figures.svg import slug

__all__ = ["PortKind", "device_part_text", "port_kind"]

ETHERNET: Final = re.compile(r"^(\d+(?:\.\d+)?)(g|t)?base-(?:x-)?([a-z0-9]+)")
INFINIBAND: Final = {"infiniband-hdr": 200.0, "infiniband-ndr": 400.0, "infiniband-xdr": 800.0}
"""Rate of four lanes of each generation [Gbit/s], as the names of interface types stand for."""
CAGES: Final = {
    "t": "RJ45",
    "sfp": "SFP",
    "sfpp": "SFP+",
    "sfp28": "SFP28",
    "sfp56": "SFP56",
    "sfp112": "SFP112",
    "qsfpp": "QSFP+",
    "qsfp28": "QSFP28",
    "qsfp56": "QSFP56",
    "qsfp112": "QSFP112",
    "qsfpdd": "QSFP-DD",
    "qsfpdd800": "QSFP-DD",
    "osfp": "OSFP",
}
"""Form factor by the end of an interface type's name."""


@dataclass(frozen=True, slots=True)
class PortKind:
    """What an interface type's name says: rate [Gbit/s], form factor, protocol."""

    gbit_s: float
    cage: str
    protocol: str


def port_kind(name: str) -> PortKind | None:
    """Kind of a port by the name of its interface type; None for what is no data port (virtual, console, other).

    Examples
    --------
    >>> port_kind("800gbase-x-osfp")
    PortKind(gbit_s=800.0, cage='OSFP', protocol='ethernet')
    >>> port_kind("1000base-t").gbit_s, port_kind("infiniband-ndr").cage, port_kind("virtual")
    (1.0, 'OSFP', None)
    """
    if name in INFINIBAND:
        return PortKind(INFINIBAND[name], "QSFP56" if name.endswith("hdr") else "OSFP", "infiniband")
    match = ETHERNET.match(name)
    if match is None or match[3] not in CAGES:
        return None
    per = {"g": 1.0, "t": 1000.0}.get(match[2] or "", 0.001)
    return PortKind(float(match[1]) * per, CAGES[match[3]], "ethernet")


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
    data = [name for port, name in dict(found.interfaces).items() if port not in found.management]
    kinds = Counter(kind for name in data if (kind := port_kind(name)) is not None)
    if not kinds:
        rule = "none of its interfaces is a data port of a known kind."
        raise InputError([Problem("no-data-ports", Place(path="interfaces"), rule, "Only switches can be imported.")])
    main = max(kinds, key=lambda kind: (kinds[kind], kind.gbit_s))
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
        "    kind: assumption",
        f"    at: {_quoted(stamp)}",
        "    facts:",
        *(
            f"      {field}: {{value: {value}, low: {low}, high: {high}}}"
            for field, value, low, high in _facts(found, kinds, main)
        ),
    ]
    return name, "\n".join(lines) + "\n"


def _facts(found: DeviceType, kinds: Counter[PortKind], main: PortKind) -> list[tuple[str, str, str, str]]:
    """Field, value, low, high of everything the file says."""
    rows = [
        _exact("ports", f"{kinds[main]}"),
        _exact("port_gbit_s", f"{main.gbit_s:g} Gb/s"),
        _exact("ports_per_cage", "1"),
    ]
    others = [kind for kind in kinds if kind != main]
    if others:
        uplink = max(others, key=lambda kind: (kind.gbit_s, kinds[kind]))
        rows += [_exact("uplinks", f"{kinds[uplink]}"), _exact("uplink_gbit_s", f"{uplink.gbit_s:g} Gb/s")]
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
