"""Which ports of a rack leave it, and which rail and plane does each belong to?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rackwright.catalog.parts import Fact
from rackwright.racks.elevation import Elevation, Seat
from rackwright.racks.request import RackPart, RackPorts

__all__ = ["PortRow", "list_ports"]


@dataclass(frozen=True)
class PortRow:
    """One port that leaves the rack; fields as in `tables.racks.Ports`."""

    u: int
    bay: int
    port: int
    network: str
    rail: int
    plane: int
    gbit_s: float


def list_ports(elevation: Elevation, ports: RackPorts) -> tuple[PortRow, ...]:
    """Every port of a rack that leaves it, in order of height.

    Notes
    -----
    Scale-out ports are counted upwards through the rack: port p has plane p mod planes and rail (p div planes) mod
    rails, so a tray with rails x planes ports meets every rail in every plane. Storage ports are shared by the storage
    and the in-band network, storage taking the larger half. Where the rack holds management switches, management
    ports end on them and each such switch sends one uplink out; else every management port leaves the rack.
    """
    rows: list[PortRow] = []
    first_scale_out = 0
    has_switch = any(_is_switch(seat.part) for seat in elevation.seats)
    for seat in elevation.seats:
        drafts = (
            *_scale_out(seat.part, ports, first_scale_out),
            *_service(seat.part, ports),
            *_out_of_band(seat.part, ports, has_switch=has_switch),
        )
        first_scale_out += _count(seat.part.scale_out_ports)
        rows.extend(_row(seat, port, draft) for port, draft in enumerate(drafts))
    return tuple(rows)


@dataclass(frozen=True)
class _Draft:
    network: str
    gbit_s: float
    rail: int = -1
    plane: int = 0


def _row(seat: Seat, port: int, draft: _Draft) -> PortRow:
    return PortRow(seat.u, seat.bay, port, draft.network, draft.rail, draft.plane, draft.gbit_s)


def _count(fact: Fact | None) -> int:
    return 0 if fact is None else round(fact.value)


def _is_switch(part: RackPart) -> bool:
    return part.role == "management" and part.switch_ports is not None


def _scale_out(part: RackPart, ports: RackPorts, first: int) -> Iterator[_Draft]:
    gbit_s = part.scale_out_gbit_s.value if part.scale_out_gbit_s else 0.0
    for number in range(first, first + _count(part.scale_out_ports)):
        yield _Draft("scale-out", gbit_s, (number // ports.planes) % ports.rails, number % ports.planes)


def _service(part: RackPart, ports: RackPorts) -> Iterator[_Draft]:
    """Storage ports in blocks, one block for each network that shares them; the first takes what does not divide."""
    if not ports.service:
        return
    gbit_s = part.storage_gbit_s.value if part.storage_gbit_s else 0.0
    count = _count(part.storage_ports)
    share, rest = divmod(count, len(ports.service))
    for index, network in enumerate(ports.service):
        for _ in range(share + (rest if index == 0 else 0)):
            yield _Draft(network, gbit_s)


def _out_of_band(part: RackPart, ports: RackPorts, *, has_switch: bool) -> Iterator[_Draft]:
    if ports.out_of_band_gbit_s is None:
        return
    leaving = 1 if _is_switch(part) else 0 if has_switch else _count(part.management_ports)
    for _ in range(leaving):
        yield _Draft("out-of-band", ports.out_of_band_gbit_s.value)
