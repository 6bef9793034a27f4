"""What is one rack of each type: elevation, ratings, ports, and the rules it keeps?"""

from __future__ import annotations

from rackwright.racks.checks import DesignedRack, check_rack
from rackwright.racks.contents import list_contents
from rackwright.racks.elevation import elevate
from rackwright.racks.ports import list_ports
from rackwright.racks.ratings import rate_rack
from rackwright.racks.request import NetworkRack, RackDesign, RacksRequest
from rackwright.tables.checks import Checks
from rackwright.tables.racks import Contents, Internal, Ports, Racks, RackTypes, ScaleUp, Slots

__all__ = ["design_racks"]

OMISSIONS = (
    "racks: typical load is taken equal to peak load where no `typical_power` is stated; no published factor is used.",
    "racks: the share of heat in liquid is the platform's stated share for every configuration.",
    "racks: links inside a rack (scale-up, busbar, management patch cords) are parts of the configuration, not cables.",
)


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
        checks=Checks.from_rows([row for rack in racks for row in check_rack(rack, request.frames)]),
        omissions=OMISSIONS + _unweighed(racks),
        scale_up=ScaleUp.from_rows([row for rack in racks for row in _scale_up_rows(rack.design)]),
        contents=Contents.from_rows(
            [row for rack in racks for row in list_contents(rack.design, rack.ratings, _mean_w(rack))]
        ),
    )


def _design_rack(design: RackDesign) -> DesignedRack:
    elevation = elevate(design.fills, _height_u(design))
    return DesignedRack(design, elevation, rate_rack(design, elevation), list_ports(elevation, design.ports))


def _height_u(design: RackDesign | NetworkRack) -> int:
    return int(design.frame.height_u.value)


def _types(racks: list[DesignedRack], networks: tuple[NetworkRack, ...]) -> RackTypes:
    return RackTypes.from_rows([_compute_type(rack) for rack in racks] + [_network_type(rack) for rack in networks])


def _compute_type(rack: DesignedRack) -> tuple[str | int | float, ...]:
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
        _mean_w(rack),
        ratings.peak_w,
        design.liquid_share,
        ratings.accels,
        ratings.trays,
    )


def _mean_w(rack: DesignedRack) -> float:
    """Typical load of a rack: as stated, else the peak."""
    stated_w = rack.design.typical_power_w
    return rack.ratings.peak_w if stated_w is None else stated_w


def _network_type(rack: NetworkRack) -> tuple[str | int | float, ...]:
    height_u = _height_u(rack)
    kg = rack.frame.mass_kg.value if rack.frame.mass_kg else 0.0
    name = f"{rack.platform}-network"
    return (name, rack.platform, "network", rack.frame.id, height_u, 0, kg, height_u / 2.0, 0.0, 0.0, 0.0, 0, 0)


def _slot_rows(rack: DesignedRack) -> list[tuple[str | int, ...]]:
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


def _scale_up_rows(design: RackDesign) -> list[tuple[str | int, ...]]:
    """Links inside the rack by the part they leave; a part that is listed twice is counted once."""
    pieces: dict[str, int] = {}
    parts = {fill.part.id: fill.part for fill in design.fills}
    for fill in design.fills:
        pieces[fill.part.id] = pieces.get(fill.part.id, 0) + fill.count
    rows: list[tuple[str | int, ...]] = []
    for name, part in parts.items():
        each = 0 if part.scale_up_links is None else round(part.scale_up_links.value)
        if each:
            rows.append((design.id, name, part.role, pieces[name], each, pieces[name] * each))
    return rows


def _port_rows(rack: DesignedRack) -> list[tuple[str | int | float, ...]]:
    return [
        (rack.design.id, row.u, row.bay, row.port, row.network, row.rail, row.plane, row.gbit_s) for row in rack.ports
    ]


def _unweighed(racks: list[DesignedRack]) -> tuple[str, ...]:
    parts = sorted({part for rack in racks for part in rack.ratings.unweighed})
    return (f"racks: no mass is published for {', '.join(parts)}; they count as 0 kg.",) if parts else ()
