"""Can a rack be built as it is configured, and if not, which one near it can?

Each rule is counted on the finished rack. A rule that fails names the nearest that would hold: another frame of the
catalog, fewer trays, more shelves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rackwright.base.units import RACK_UNIT_MM
from rackwright.racks.contents import SAID_NOTHING
from rackwright.racks.elevation import Elevation
from rackwright.racks.ports import PortRow
from rackwright.racks.ratings import Ratings
from rackwright.racks.request import Fill, Frame, RackDesign, RackPart

__all__ = ["CheckRow", "DesignedRack", "check_rack"]

ARITHMETIC = "arithmetic"
WATTS_PER_KW = 1e3
POWER_TOLERANCE = 1e-9
"""Share by which two sums of loads may differ by rounding."""
CheckRow = tuple[str, str, float, float, str, bool, str]


@dataclass(frozen=True)
class DesignedRack:
    """One compute rack with everything found about it."""

    design: RackDesign
    elevation: Elevation
    ratings: Ratings
    ports: tuple[PortRow, ...]


def check_rack(rack: DesignedRack, frames: Sequence[Frame]) -> list[CheckRow]:
    """Rows of all rules for one rack; `frames` are those it could be built on instead."""
    rows = [_height_check(rack, frames), *_overflow_checks(rack), _rail_check(rack)]
    rows += _load_check(rack, frames) + _tilt_check(rack) + _airflow_check(rack)
    return rows + _stated_check(rack) + _shelf_check(rack) + _management_check(rack)


def _height_check(rack: DesignedRack, frames: Sequence[Frame]) -> CheckRow:
    used_u, frame = rack.elevation.used_u, rack.design.frame
    height_u = int(frame.height_u.value)
    passed = used_u <= height_u
    nearest = "" if passed else f"; nearest: {_frame_for(rack, frames) or _fewer(rack, used_u - height_u, _height_u)}"
    return ("racks-height", rack.design.id, used_u, height_u, "U", passed, f"fact:{frame.height_u.id}{nearest}")


def _overflow_checks(rack: DesignedRack) -> list[CheckRow]:
    """One failed row for each part that found no height."""
    return [
        ("racks-slot", f"{rack.design.id}/{part}", pieces, 0, "pieces without a slot", False, ARITHMETIC)
        for part, pieces in rack.elevation.overflow
    ]


def _rail_check(rack: DesignedRack) -> CheckRow:
    """Every rail of every plane gets the same number of ports."""
    ports = rack.design.ports
    count = sum(row.network == "scale-out" for row in rack.ports)
    rest = count % (ports.rails * ports.planes)
    source = f"program:platforms[{rack.design.platform}].fabric.rails"
    return ("racks-rails", rack.design.id, rest, 0, "ports that fill no rail", rest == 0, source)


def _load_check(rack: DesignedRack, frames: Sequence[Frame]) -> list[CheckRow]:
    limit = rack.design.frame.static_load_kg
    if limit is None:
        return []
    kg = rack.ratings.contents_kg
    passed = kg <= limit.value
    nearest = "" if passed else f"; nearest: {_frame_for(rack, frames) or _fewer(rack, kg - limit.value, _mass_kg)}"
    return [("racks-load", rack.design.id, kg, limit.value, "kg", passed, f"fact:{limit.id}{nearest}")]


def _tilt_check(rack: DesignedRack) -> list[CheckRow]:
    """The rack stands at the slope its frame must stand at: half of its narrow side over the centre of gravity."""
    frame = rack.design.frame
    if frame.standing_slope is None or frame.width_mm is None or frame.depth_mm is None:
        return []
    narrow = min(frame.width_mm, frame.depth_mm, key=lambda side: side.value)
    height_mm = rack.ratings.centre_of_gravity_u * RACK_UNIT_MM
    slope, limit = narrow.value / 2.0 / height_mm, frame.standing_slope.value
    lower = "" if slope >= limit else "; nearest: heavy parts in the zone bottom, or a wider frame"
    source = f"fact:{frame.standing_slope.id}{lower}"
    return [("racks-tilt", rack.design.id, slope, limit, "rise over run", slope >= limit, source)]


def _airflow_check(rack: DesignedRack) -> list[CheckRow]:
    """Parts that blow against the others; no row where none is said to blow to the front."""
    ways = {seat.part.id: seat.part.airflow or SAID_NOTHING for seat in rack.elevation.seats if _power_of(seat.part)}
    back = sorted(part for part, way in ways.items() if way == "rear-to-front")
    if not back:
        return []
    front = sum(way == "front-to-rear" for way in ways.values())
    against = min(front, len(back))
    source = f"catalog: rear-to-front {', '.join(back)}"
    return [("racks-airflow", rack.design.id, against, 0, "kinds of part against the others", against == 0, source)]


def _power_of(part: RackPart) -> float:
    return part.power_w.value if part.power_w else 0.0


def _frame_for(rack: DesignedRack, frames: Sequence[Frame]) -> str:
    """The frame of the same form, else of any, that just takes height and mass; empty if there is none."""
    own = rack.design.frame
    fitting = [
        frame
        for frame in frames
        if frame.height_u.value >= rack.elevation.used_u
        and frame.static_load_kg is not None
        and frame.static_load_kg.value >= rack.ratings.contents_kg
    ]
    if not fitting:
        return ""
    best = min(fitting, key=lambda frame: (frame.form != own.form, _load_kg(frame), frame.height_u.value, frame.id))
    return f"frame {best.id} of {best.height_u.value:g} U carries {_load_kg(best):,.0f} kg"


def _load_kg(frame: Frame) -> float:
    return frame.static_load_kg.value if frame.static_load_kg else 0.0


def _height_u(fill: Fill) -> float:
    return fill.part.height_u.value if fill.part.height_u and fill.zone != "inside" else 0.0


def _mass_kg(fill: Fill) -> float:
    return fill.part.mass_kg.value if fill.part.mass_kg else 0.0


def _power_w(fill: Fill) -> float:
    return fill.part.power_w.value if fill.part.power_w else 0.0


def _fewer(rack: DesignedRack, excess: float, of: Callable[[Fill], float]) -> str:
    """How many compute trays fewer would do; those with the most of what is too much go first."""
    trays = [fill for fill in rack.design.fills if fill.part.role == "compute" and of(fill) > 0]
    if not trays:
        return "no compute tray has a share in it"
    largest = max(trays, key=of)
    count = math.ceil(excess / of(largest) - 1e-9)
    return f"{count} {largest.part.id} fewer of {largest.count}"


def _stated_check(rack: DesignedRack) -> list[CheckRow]:
    """A stated rack power is no less than what the parts draw; no row where none is stated."""
    design, ratings = rack.design, rack.ratings
    if design.stated_power_w is None:
        return []
    short_w = ratings.parts_w - design.stated_power_w
    passed = short_w <= POWER_TOLERANCE * ratings.parts_w
    source = f"program:platforms[{design.platform}].configurations[{design.id}].rack_power"
    if not passed:
        source += f"; nearest: state at least {ratings.parts_w / WATTS_PER_KW:,.1f} kW, or "
        source += _fewer(rack, short_w, _power_w)
    return [("racks-stated-power", design.id, ratings.parts_w, design.stated_power_w, "W", passed, source)]


def _shelf_check(rack: DesignedRack) -> list[CheckRow]:
    """Rectifier shelves carry the load behind them."""
    ratings = rack.ratings
    if not ratings.shelf_w:
        return []
    passed = ratings.direct_w <= ratings.shelf_w * (1.0 + POWER_TOLERANCE)
    source = ARITHMETIC if passed else f"{ARITHMETIC}; nearest: {_more_shelves(rack)}"
    return [("racks-power-shelves", rack.design.id, ratings.direct_w, ratings.shelf_w, "W", passed, source)]


def _more_shelves(rack: DesignedRack) -> str:
    """Shelves to add where there is room for them, else trays to leave out."""
    excess_w = rack.ratings.direct_w - rack.ratings.shelf_w
    fewer = _fewer(rack, excess_w, _power_w)
    shelves = [fill for fill in rack.design.fills if fill.part.rating_w is not None]
    largest = max(shelves, key=lambda fill: fill.part.rating_w.value if fill.part.rating_w else 0.0)
    rating_w = largest.part.rating_w.value if largest.part.rating_w else 0.0
    count = math.ceil(excess_w / rating_w - 1e-9)
    free_u = int(rack.design.frame.height_u.value) - rack.elevation.used_u
    has_room = count * math.ceil(_height_u(largest)) <= free_u
    more = f"{count} {largest.part.id} more, for which {'there is' if has_room else 'there is no'} height"
    return f"{more}, or {fewer}"


def _management_check(rack: DesignedRack) -> list[CheckRow]:
    """Management switches in the rack have a port for each management port, and one for the uplink each."""
    parts = [seat.part for seat in rack.elevation.seats]
    switches = [part.switch_ports for part in parts if part.role == "management" and part.switch_ports]
    if not switches or rack.design.ports.out_of_band_gbit_s is None:
        return []
    needed = sum(round(part.management_ports.value) for part in parts if part.management_ports) + len(switches)
    offered = sum(round(ports.value) for ports in switches)
    return [("racks-management-ports", rack.design.id, needed, offered, "ports", needed <= offered, ARITHMETIC)]
