"""What does one rack weigh, draw and hold?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.catalog.parts import Fact
from rackwright.racks.elevation import Elevation
from rackwright.racks.request import RackDesign, RackPart

__all__ = ["Ratings", "rate_rack", "value_of"]


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """Figures of one rack.

    `direct_w` is the load behind the rectifiers, `peak_w` the load at the rack input, `parts_w` the load at the rack
    input by the sum of the parts, `shelf_w` the rating of the rectifier shelves (0 where there are none), `unweighed`
    the parts without a published mass.
    """

    kg: float
    contents_kg: float
    centre_of_gravity_u: float
    direct_w: float
    peak_w: float
    parts_w: float
    shelf_w: float
    accels: int
    trays: int
    unweighed: tuple[str, ...]


def rate_rack(design: RackDesign, elevation: Elevation) -> Ratings:
    """Mass, centre of gravity, power and accelerators of a rack with all its parts, seated or not.

    Notes
    -----
    m = sum(m_i); u_cg = sum(m_i u_i) / m with the frame and parts without a seat at mid-height;
    P = sum(P_i) / eta, eta the efficiency of the rectifier shelves weighted by rating, 1 without shelves; a stated rack
    power replaces P. The load behind the rectifiers is that of the larger of the two. Contents that found no height
    count too: the rating is that of the configuration as ordered.
    """
    parts = [(fill.part, fill.count) for fill in design.fills]
    contents_kg = sum(value_of(part.mass_kg) * count for part, count in parts)
    kg = contents_kg + value_of(design.frame.mass_kg)
    shelf_w, efficiency = _shelves(parts)
    parts_w = sum(value_of(part.power_w) * count for part, count in parts) / efficiency
    stated_w = parts_w if design.stated_power_w is None else design.stated_power_w
    return Ratings(
        kg=kg,
        contents_kg=contents_kg,
        centre_of_gravity_u=_centre_of_gravity_u(elevation, kg, design.frame.height_u.value),
        direct_w=max(stated_w, parts_w) * efficiency,
        peak_w=stated_w,
        parts_w=parts_w,
        shelf_w=shelf_w,
        accels=sum(round(value_of(part.accelerators)) * count for part, count in parts),
        trays=sum(count for part, count in parts if part.role == "compute"),
        unweighed=_unweighed(design),
    )


def value_of(fact: Fact | None) -> float:
    """Value of a figure, 0 where none is published."""
    return 0.0 if fact is None else fact.value


def _shelves(parts: Sequence[tuple[RackPart, int]]) -> tuple[float, float]:
    """Rating of the rectifier shelves [W] and their efficiency, weighted by rating; (0, 1) without shelves."""
    shelves = [(part, count) for part, count in parts if part.rating_w is not None]
    rating_w = sum(value_of(part.rating_w) * count for part, count in shelves)
    if not rating_w:
        return 0.0, 1.0
    passed_w = sum(
        value_of(part.rating_w) * count * (part.efficiency_share.value if part.efficiency_share else 1.0)
        for part, count in shelves
    )
    return rating_w, passed_w / rating_w


def _centre_of_gravity_u(elevation: Elevation, kg: float, height_u: float) -> float:
    """Height of the centre of gravity above the rack's floor [U]; mid-height where nothing has a mass."""
    middle_u = height_u / 2.0
    if not kg:
        return middle_u
    seated = [(value_of(seat.part.mass_kg), seat.u - 1 + seat.height_u / 2.0) for seat in elevation.seats]
    seated_kg = sum(mass for mass, _ in seated)
    return (sum(mass * at_u for mass, at_u in seated) + (kg - seated_kg) * middle_u) / kg


def _unweighed(design: RackDesign) -> tuple[str, ...]:
    ids = {fill.part.id for fill in design.fills if fill.part.mass_kg is None}
    if design.frame.mass_kg is None:
        ids.add(design.frame.id)
    return tuple(sorted(ids))
