"""What is one rack of each type: elevation, ratings, ports, and the rules it keeps?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.racks.elevation import Elevation, elevate
from rackwright.racks.ports import PortRow, list_ports
from rackwright.racks.ratings import Ratings, rate_rack
from rackwright.racks.request import NetworkRack, RackDesign, RacksRequest
from rackwright.tables.checks import Checks
from rackwright.tables.racks import Internal, Ports, Racks, RackTypes, Slots

__all__ = ["design_racks"]

ARITHMETIC = "arithmetic"
CheckRow = tuple[str, str, float, float, str, bool, str]
OMISSIONS = (
    "racks: typical load is taken equal to peak load; no published factor between them is used.",
    "racks: the share of heat in liquid is the platform's stated share for every configuration.",
    "racks: links inside a rack (scale-up, busbar, management patch cords) are parts of the configuration, not cables.",
)


@dataclass(frozen=True)
class _Rack:
    """One compute rack with everything found about it."""

    design: RackDesign
    elevation: Elevation
    ratings: Ratings
    ports: tuple[PortRow, ...]


def design_racks(request: RacksRequest) -> Racks:
    """Design every rack type of a program: where each part sits, what it weighs and draws, which ports leave it.

    Parameters
    ----------
    request
        Compute configurations and network racks with their facts.

    Returns
    -------
    Types, slots with blanks, parts without slots, ports, checks. A rack that is too high or too heavy is a failed
    check that names the part; it is never an exception.
    """
    racks = [_design_rack(design) for design in request.designs]
    return Racks(
        types=_types(racks, request.network_racks),
        slots=Slots.from_rows([row for rack in racks for row in _slot_rows(rack)]),
        internal=Internal.from_rows([row for rack in racks for row in _internal_rows(rack.design)]),
        ports=Ports.from_rows([row for rack in racks for row in _port_rows(rack)]),
        checks=Checks.from_rows([row for rack in racks for row in _check_rows(rack)]),
        omissions=OMISSIONS + _unweighed(racks),
    )


def _design_rack(design: RackDesign) -> _Rack:
    elevation = elevate(design.fills, _height_u(design))
    return _Rack(design, elevation, rate_rack(design, elevation), list_ports(elevation, design.ports))


def _height_u(design: RackDesign | NetworkRack) -> int:
    return int(design.frame.height_u.value)


def _types(racks: list[_Rack], networks: tuple[NetworkRack, ...]) -> RackTypes:
    return RackTypes.from_rows([_compute_type(rack) for rack in racks] + [_network_type(rack) for rack in networks])


def _compute_type(rack: _Rack) -> tuple[str | int | float, ...]:
    design, ratings = rack.design, rack.ratings
    return (
        design.id,
        design.platform,
        "compute",
        design.frame.id,
        _height_u(design),
        rack.elevation.used_u,
        ratings.kg,
        ratings.centre_of_gravity_u,
        ratings.peak_w,
        ratings.peak_w,
        design.liquid_share,
        ratings.accels,
        ratings.trays,
    )


def _network_type(rack: NetworkRack) -> tuple[str | int | float, ...]:
    height_u = _height_u(rack)
    kg = rack.frame.mass_kg.value if rack.frame.mass_kg else 0.0
    name = f"{rack.platform}-network"
    return (name, rack.platform, "network", rack.frame.id, height_u, 0, kg, height_u / 2.0, 0.0, 0.0, 0.0, 0, 0)


def _slot_rows(rack: _Rack) -> list[tuple[str | int, ...]]:
    """Seated parts, then a blank for each unit left free."""
    name, blank = rack.design.id, rack.design.blank
    rows: list[tuple[str | int, ...]] = [
        (name, seat.u, seat.bay, seat.part.id, seat.part.role, seat.height_u, seat.index)
        for seat in rack.elevation.seats
    ]
    taken = {seat.u + step for seat in rack.elevation.seats for step in range(seat.height_u)}
    free = [u for u in range(1, _height_u(rack.design) + 1) if u not in taken]
    panel = blank.id if blank else ""
    return rows + [(name, u, 0, panel, "blank", 1, index) for index, u in enumerate(free)]


def _internal_rows(design: RackDesign) -> list[tuple[str, str, int]]:
    counts: dict[str, int] = {}
    for fill in design.fills:
        if fill.zone == "inside" or fill.part.height_u is None:
            counts[fill.part.id] = counts.get(fill.part.id, 0) + fill.count
    return [(design.id, part, count) for part, count in counts.items()]


def _port_rows(rack: _Rack) -> list[tuple[str | int | float, ...]]:
    return [
        (rack.design.id, row.u, row.bay, row.port, row.network, row.rail, row.plane, row.gbit_s) for row in rack.ports
    ]


def _unweighed(racks: list[_Rack]) -> tuple[str, ...]:
    parts = sorted({part for rack in racks for part in rack.ratings.unweighed})
    return (f"racks: no mass is published for {', '.join(parts)}; they count as 0 kg.",) if parts else ()


def _check_rows(rack: _Rack) -> list[CheckRow]:
    rows = [_height_check(rack), *_overflow_checks(rack), _rail_check(rack)]
    return rows + _load_check(rack) + _shelf_check(rack) + _management_check(rack)


def _height_check(rack: _Rack) -> CheckRow:
    used_u, height_u = rack.elevation.used_u, _height_u(rack.design)
    source = f"fact:{rack.design.frame.height_u.id}"
    return ("racks-height", rack.design.id, used_u, height_u, "U", used_u <= height_u, source)


def _overflow_checks(rack: _Rack) -> list[CheckRow]:
    """One failed row for each part that found no height."""
    return [
        ("racks-slot", f"{rack.design.id}/{part}", pieces, 0, "pieces without a slot", False, ARITHMETIC)
        for part, pieces in rack.elevation.overflow
    ]


def _rail_check(rack: _Rack) -> CheckRow:
    """Every rail of every plane gets the same number of ports."""
    ports = rack.design.ports
    count = sum(row.network == "scale-out" for row in rack.ports)
    rest = count % (ports.rails * ports.planes)
    source = f"program:platforms[{rack.design.platform}].fabric.rails"
    return ("racks-rails", rack.design.id, rest, 0, "ports that fill no rail", rest == 0, source)


def _load_check(rack: _Rack) -> list[CheckRow]:
    limit = rack.design.frame.static_load_kg
    if limit is None:
        return []
    kg = rack.ratings.contents_kg
    return [("racks-load", rack.design.id, kg, limit.value, "kg", kg <= limit.value, f"fact:{limit.id}")]


def _shelf_check(rack: _Rack) -> list[CheckRow]:
    """Rectifier shelves carry the load behind them."""
    ratings = rack.ratings
    if not ratings.shelf_w:
        return []
    passed = ratings.direct_w <= ratings.shelf_w
    return [("racks-power-shelves", rack.design.id, ratings.direct_w, ratings.shelf_w, "W", passed, ARITHMETIC)]


def _management_check(rack: _Rack) -> list[CheckRow]:
    """Management switches in the rack have a port for each management port, and one for the uplink each."""
    parts = [seat.part for seat in rack.elevation.seats]
    switches = [part.switch_ports for part in parts if part.role == "management" and part.switch_ports]
    if not switches or rack.design.ports.out_of_band_gbit_s is None:
        return []
    needed = sum(round(part.management_ports.value) for part in parts if part.management_ports) + len(switches)
    offered = sum(round(ports.value) for ports in switches)
    return [("racks-management-ports", rack.design.id, needed, offered, "ports", needed <= offered, ARITHMETIC)]
