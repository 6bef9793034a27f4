"""Which rules of the cooling design hold, and by how much?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.plant import HallCooling, outdoor_supply_c
from rackwright.tables.checks import Checks
from rackwright.tables.cooling import Years
from rackwright.tables.layout import Reserved

__all__ = ["MADE_YEAR", "check_halls", "check_years"]

Row = tuple[str, str, float, float, str, bool, str]
MADE_YEAR = "design conditions"
"""Name of a year made from them; it is above its own design day in 0.4 % of its hours."""
ROUNDING = 1e-9


def check_halls(halls: Iterable[HallCooling], reserved: Reserved, rules: FacilityRules) -> Checks:
    """All checks of the stage; halls without heat have none."""
    places = reserved.frame.filter(pl.col("purpose") == "cdu").group_by("hall").len()
    free = dict(places.iter_rows())
    rows = [
        row
        for hall in halls
        if hall.heat_w > 0.0
        for row in (*_temperatures(hall, rules), *_one_lost(hall), *_limits(hall, free.get(hall.plant.hall, 0)))
    ]
    return Checks.from_rows(rows)


def _temperatures(hall: HallCooling, rules: FacilityRules) -> Iterator[Row]:
    """Water cold enough for the racks, outdoor air cold enough for the water, room air cold enough for the rest."""
    plant, name = hall.plant, hall.plant.hall
    for loop in hall.heat.loops:
        fits = loop.supply_c <= loop.highest_supply_c
        source = "program:platforms.facility.highest_supply"
        yield "cooling-rack-supply", loop.loop, loop.supply_c, loop.highest_supply_c, "C", fits, source
    limit_c = plant.facility_supply_c
    reached_c = limit_c if plant.chiller is not None else outdoor_supply_c(plant)
    source = f"program:halls[{name}].cooling.facility_supply"
    yield "cooling-facility-supply", name, reached_c, limit_c, "C", reached_c <= limit_c, source
    highest_c, fact_id = figure(rules.air_supply_c), f"fact:{rules.id}.air_supply_c"
    yield "cooling-air-supply", name, hall.air.supply_c, highest_c, "C", hall.air.supply_c <= highest_c, fact_id


def _one_lost(hall: HallCooling) -> Iterator[Row]:
    """The loss of one unit leaves enough for the duty."""
    for fleet in hall.fleets:
        subject = f"{fleet.hall}-{fleet.role}" if fleet.loop == "facility" else fleet.loop
        fits = fleet.duty_w <= fleet.one_lost_w
        yield "cooling-one-unit-lost", subject, fleet.duty_w, fleet.one_lost_w, "W", fits, f"fact:{fleet.part}.rating_w"


def _limits(hall: HallCooling, places: int) -> Iterator[Row]:
    """CDUs have positions, and the hall has the coolant flow."""
    name = hall.plant.hall
    cdus = sum(fleet.units for fleet in hall.fleets if fleet.role == "cdu")
    if cdus:
        yield "cooling-positions", name, cdus, places, "position", cdus <= places, "layout.reserved"
    if hall.plant.flow_limit_lpm is not None:
        flow_lpm = sum(loop.flow_lpm for loop in hall.heat.loops)
        flow_lpm += 0.0 if hall.air.is_chilled else hall.air.flow_lpm
        limit_lpm = hall.plant.flow_limit_lpm
        source = f"program:halls[{name}].coolant_flow"
        yield "cooling-hall-flow", name, flow_lpm, limit_lpm, "L/min", flow_lpm <= limit_lpm, source


def check_years(halls: Iterable[HallCooling], years: Years) -> Checks:
    """The highest hour of a site's weather file against the draw of the design day, by which power is sized."""
    filed = years.frame.filter(pl.col("weather") != MADE_YEAR)
    worst = dict(filed.select("hall", "worst_w").iter_rows())
    rows = []
    for hall in halls:
        name = hall.plant.hall
        if name in worst:
            limit_w = sum(fleet.electric_w for fleet in hall.fleets)
            fits = worst[name] <= limit_w * (1.0 + ROUNDING)
            rows.append(("cooling-hottest-hour", name, worst[name], limit_w, "W", fits, "cooling.units.electric_w"))
    return Checks.from_rows(rows)
