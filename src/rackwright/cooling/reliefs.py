"""What would keep each limit of the cooling that is not kept, and how much of it?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from rackwright.base.units import format_quantity
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.climate import year_of
from rackwright.cooling.hydraulics import manifold_relief
from rackwright.cooling.plant import HallCooling
from rackwright.cooling.request import CoolingRequest
from rackwright.tables.checks import Checks

__all__ = ["relief_rows"]

ROUNDING = 1e-9


def relief_rows(
    halls: Iterable[HallCooling], request: CoolingRequest, checks: Checks
) -> Iterator[tuple[str, str, str]]:
    """(rule, subject, relief) of each failed check of the stage."""
    by_subject = {subject: hall for hall in halls for subject in _subjects(hall)}
    failed = checks.frame.filter(~checks.frame["passed"]).select("rule", "subject", "value", "limit")
    for rule, subject, value, limit in failed.iter_rows():
        yield rule, subject, _relief(by_subject[subject], request, (rule, subject), (value, limit))


def _subjects(hall: HallCooling) -> Iterator[str]:
    """Names under which a hall, its loops and its fleets are checked."""
    yield hall.plant.hall
    yield from (loop.loop for loop in hall.heat.loops)
    yield from (_fleet_name(hall, number) for number in range(len(hall.fleets)))


def _fleet_name(hall: HallCooling, number: int) -> str:
    fleet = hall.fleets[number]
    return f"{fleet.hall}-{fleet.role}" if fleet.loop == "facility" else fleet.loop


def _relief(hall: HallCooling, request: CoolingRequest, what: tuple[str, str], found: tuple[float, float]) -> str:
    rule, subject = what
    value, limit = found
    if rule == "cooling-one-unit-lost":
        return _more_units(hall, subject)
    if rule == "cooling-positions":
        return (
            f"{value - limit:.0f} more positions kept for CDUs, or CDUs of {value / max(limit, 1.0):.2g} times the heat"
        )
    if rule == "cooling-hall-flow":
        return (
            f"coolant_flow: {value:,.0f} L/min, or a rise of {hall.heat.rise_k * value / limit:.1f} K through the racks"
        )
    if rule == "cooling-hottest-hour":
        return _hottest(hall, request)
    if rule == "cooling-manifold-balance":
        return manifold_relief(hall, subject, request)
    return _colder(hall, request.rules, rule, value - limit)


def _colder(hall: HallCooling, rules: FacilityRules, rule: str, missing_k: float) -> str:
    """Temperatures or a chiller with which racks, water or air are cold enough."""
    plant = hall.plant
    if rule == "cooling-rack-supply":
        approach_k = figure(plant.cdu.approach_k) - missing_k
        nearer = f", or a CDU with an approach of {approach_k:.1f} K" if approach_k > 0.0 else ""
        return f"facility_supply: {plant.facility_supply_c - missing_k:.1f} C{nearer}"
    if rule == "cooling-facility-supply":
        share = min(1.0, missing_k / hall.heat.rise_k) if hall.heat.rise_k > 0.0 else 1.0
        chiller = format_quantity(hall.heat_w * share, "W")
        return f"a chiller of {chiller} in trim, or facility_supply: {plant.facility_supply_c + missing_k:.1f} C"
    lower_c = figure(rules.air_supply_c) - figure(plant.air.approach_k)
    air = format_quantity(hall.heat.air.heat_w, "W")
    return f"a chiller of {air} for room air (cooling.chiller), or facility_supply: {lower_c:.1f} C"


def _more_units(hall: HallCooling, subject: str) -> str:
    """Units more with which the duty is carried without one."""
    numbers = range(len(hall.fleets))
    fleet = hall.fleets[next(number for number in numbers if _fleet_name(hall, number) == subject)]
    more = math.ceil(fleet.duty_w / fleet.rated_w - ROUNDING) + 1 - fleet.units
    return f"{more} more {fleet.part}: spare_units: {hall.plant.spare_units + more}"


def _hottest(hall: HallCooling, request: CoolingRequest) -> str:
    """Design temperatures that hold the weather file's highest hours."""
    found = year_of(hall.plant, request)
    if found is None:
        return "design temperatures of the highest hour"
    air = found[0]
    return f"design_dry_bulb: {float(air.dry_bulb_c.max()):.1f} C, design_wet_bulb: {float(air.wet_bulb_c.max()):.1f} C"
