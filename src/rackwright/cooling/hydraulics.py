"""Which pressure and pump power does a liquid loop take, how even is its flow, and which class is its water?

Each CDU in service feeds its part of the racks through one pair of headers with both ends at the CDU. The pipe is the
narrowest of the catalog within the highest speed; racks are branches of equal resistance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from rackwright.catalog.installation import Pipe, WaterClass
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.coolant import LITRE_MINUTES_PER_M3_SECOND
from rackwright.cooling.loops import LiquidLoop
from rackwright.cooling.pipes import Run, loss_pa, manifold_shares, pump_power_w
from rackwright.cooling.plant import Fleet, HallCooling
from rackwright.cooling.request import CoolingRequest

__all__ = ["hydraulic_rows", "narrowest_pipe", "water_class"]

NEEDED = (
    "coolant_pa_s",
    "rack_drop_pa",
    "cdu_drop_pa",
    "header_m",
    "header_m_per_rack",
    "pipe_m_s",
    "pump_efficiency_share",
    "room_dew_c",
)
BOTH_WAYS = 2.0
"""Supply and return."""
EVEN_MANIFOLD = 1.0 / 3.0
"""Mean of the squared flow inside a header that hands it out evenly, over the square at its inlet."""

Row = tuple[str, str, str, float, str, float, float, float, float, float, float, float, float]


def hydraulic_rows(halls: Iterable[HallCooling], request: CoolingRequest) -> Iterator[Row]:
    """One row per liquid loop; none where the rules lack a figure or the catalog has no pipe."""
    rules = request.rules
    if not request.pipes or any(getattr(rules, name) is None for name in NEEDED):
        return
    for hall in halls:
        fleets = {fleet.loop: fleet for fleet in hall.fleets if fleet.role == "cdu"}
        name = water_class(hall.plant.facility_supply_c, request.water_classes)
        for loop in hall.heat.loops:
            if loop.loop in fleets and loop.flow_lpm > 0.0:
                start = (loop.loop, hall.plant.hall, name, loop.supply_c - figure(rules.room_dew_c))
                busy = max(1, fleets[loop.loop].units - hall.plant.spare_units)
                yield *start, *_pressures(loop, busy, fleets[loop.loop], request)


def _pressures(
    loop: LiquidLoop, busy: int, fleet: Fleet, request: CoolingRequest
) -> tuple[str, float, float, float, float, float, float, float, float]:
    """Pipe, speed, pressures, pump power and shares of a loop whose flow `busy` CDUs share."""
    rules = request.rules
    flow_m3_s = loop.flow_lpm / LITRE_MINUTES_PER_M3_SECOND / busy
    pipe = narrowest_pipe(request.pipes, flow_m3_s, figure(rules.pipe_m_s))
    branches = math.ceil(loop.racks / busy)
    inlet = _header_pa(pipe, figure(rules.header_m), flow_m3_s, rules)
    along = _header_pa(pipe, figure(rules.header_m_per_rack) * branches, flow_m3_s, rules) * EVEN_MANIFOLD
    rack_pa, cdu_pa = figure(rules.rack_drop_pa), figure(rules.cdu_drop_pa)
    total_pa = rack_pa + inlet + along + cdu_pa
    pumps_w = busy * pump_power_w(flow_m3_s, total_pa, efficiency_share=figure(rules.pump_efficiency_share))
    shares = manifold_shares(rack_pa, along, branches)
    speed = flow_m3_s / (math.pi * figure(pipe.bore_m) ** 2 / 4.0)
    return pipe.id, speed, rack_pa, inlet + along, cdu_pa, pumps_w, fleet.electric_w, min(shares), max(shares)


def _header_pa(pipe: Pipe, length_m: float, flow_m3_s: float, rules: FacilityRules) -> float:
    run = Run(figure(pipe.bore_m), BOTH_WAYS * length_m, figure(pipe.roughness_m))
    return loss_pa([run], flow_m3_s, kg_m3=figure(rules.coolant_kg_m3), pa_s=figure(rules.coolant_pa_s))


def narrowest_pipe(pipes: tuple[Pipe, ...], flow_m3_s: float, highest_m_s: float) -> Pipe:
    """The narrowest pipe in which a flow is not faster than allowed; the widest where none is wide enough."""
    bore_m = math.sqrt(4.0 * flow_m3_s / (math.pi * highest_m_s))
    ranked = sorted(pipes, key=lambda pipe: (figure(pipe.bore_m), pipe.id))
    return next((pipe for pipe in ranked if figure(pipe.bore_m) >= bore_m), ranked[-1])


def water_class(supply_c: float, classes: Iterable[WaterClass]) -> str:
    """Name of the coldest class a supply temperature fits; empty without classes."""
    limits = [(math.inf if one.highest_c is None else one.highest_c.value, one.name) for one in classes]
    return next((name for limit_c, name in sorted(limits) if supply_c <= limit_c), "")
