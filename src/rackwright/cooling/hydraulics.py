"""Which pressure and pump power does a liquid loop take, how even is its flow, and which class is its water?

Each CDU in service feeds its part of the racks through one pair of headers with both ends at the CDU. The pipe is the
narrowest of the catalog within the highest speed; racks are branches of equal resistance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rackwright.catalog.installation import Pipe, WaterClass
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import FacilityRules
from rackwright.cooling.coolant import LITRE_MINUTES_PER_M3_SECOND
from rackwright.cooling.loops import LiquidLoop
from rackwright.cooling.pipes import Run, loss_pa, manifold_shares, pump_power_w
from rackwright.cooling.plant import Fleet, HallCooling
from rackwright.cooling.request import CoolingRequest

__all__ = [
    "LoopFlow",
    "hydraulic_rows",
    "loop_flows",
    "manifold_checks",
    "manifold_relief",
    "manifold_rows",
    "narrowest_pipe",
    "water_class",
]

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
CheckRow = tuple[str, str, float, float, str, bool, str]


@dataclass(frozen=True, slots=True)
class LoopFlow:
    """Flow of a liquid loop through the headers of each CDU in service.

    Parameters
    ----------
    hall, loop, fleet
        Hall, loop and its CDUs.
    busy
        CDUs in service.
    pipe
        Pipe of the headers of one CDU.
    flow_m3_s
        Flow of one CDU.
    inlet_pa, along_pa
        Pressure of the headers from the CDU to the first rack, and on to the last, supply and return.
    shares
        Flow of each rack on one CDU over their mean, nearest rack first.
    """

    hall: HallCooling
    loop: LiquidLoop
    fleet: Fleet
    busy: int
    pipe: Pipe
    flow_m3_s: float
    inlet_pa: float
    along_pa: float
    shares: tuple[float, ...]

    @property
    def lack_share(self) -> float:
        """Flow that the last rack lacks against the mean, as a share."""
        return max(0.0, 1.0 - min(self.shares))


def loop_flows(halls: Iterable[HallCooling], request: CoolingRequest) -> Iterator[LoopFlow]:
    """Every liquid loop with flow; none where the rules lack a figure or the catalog has no pipe."""
    rules = request.rules
    if not request.pipes or any(getattr(rules, name) is None for name in NEEDED):
        return
    for hall in halls:
        fleets = {fleet.loop: fleet for fleet in hall.fleets if fleet.role == "cdu"}
        for loop in hall.heat.loops:
            if loop.loop in fleets and loop.flow_lpm > 0.0:
                yield _flow(hall, loop, fleets[loop.loop], request)


def _flow(
    hall: HallCooling, loop: LiquidLoop, fleet: Fleet, request: CoolingRequest, *, pipe: Pipe | None = None
) -> LoopFlow:
    """A loop whose flow its CDUs in service share, in the narrowest pipe that does or in a pipe named."""
    rules, busy = request.rules, max(1, fleet.units - hall.plant.spare_units)
    flow_m3_s = loop.flow_lpm / LITRE_MINUTES_PER_M3_SECOND / busy
    taken = pipe or narrowest_pipe(request.pipes, flow_m3_s, figure(rules.pipe_m_s))
    branches = math.ceil(loop.racks / busy)
    inlet_pa = _header_pa(taken, figure(rules.header_m), flow_m3_s, rules)
    along_pa = _header_pa(taken, figure(rules.header_m_per_rack) * branches, flow_m3_s, rules) * EVEN_MANIFOLD
    shares = manifold_shares(figure(rules.rack_drop_pa), along_pa, branches)
    return LoopFlow(hall, loop, fleet, busy, taken, flow_m3_s, inlet_pa, along_pa, shares)


def hydraulic_rows(flows: Iterable[LoopFlow], request: CoolingRequest) -> Iterator[Row]:
    """One row per liquid loop: pipe, pressures, pump power, shares of first and last rack, class of the water."""
    rules = request.rules
    for one in flows:
        loop, plant = one.loop, one.hall.plant
        name = water_class(plant.facility_supply_c, request.water_classes)
        speed = one.flow_m3_s / (math.pi * figure(one.pipe.bore_m) ** 2 / 4.0)
        header_pa, rack_pa, cdu_pa = one.inlet_pa + one.along_pa, figure(rules.rack_drop_pa), figure(rules.cdu_drop_pa)
        total_pa, efficiency = rack_pa + header_pa + cdu_pa, figure(rules.pump_efficiency_share)
        pumps_w = one.busy * pump_power_w(one.flow_m3_s, total_pa, efficiency_share=efficiency)
        start = (loop.loop, plant.hall, name, loop.supply_c - figure(rules.room_dew_c), one.pipe.id, speed)
        shares = (min(one.shares), max(one.shares))
        yield *start, rack_pa, header_pa, cdu_pa, pumps_w, one.fleet.electric_w, *shares


def manifold_rows(flows: Iterable[LoopFlow]) -> Iterator[tuple[str, int, float, float, float]]:
    """One row per rack along the headers of a CDU: loop, place, share of the mean, flow [L/min], rise [K]."""
    for one in flows:
        mean_lpm = one.loop.flow_lpm / one.busy / len(one.shares)
        rise_k = one.loop.return_c - one.loop.supply_c
        for place, share in enumerate(one.shares, start=1):
            yield one.loop.loop, place, share, mean_lpm * share, rise_k / share if share > 0.0 else math.inf


def manifold_checks(flows: Iterable[LoopFlow], rules: FacilityRules) -> Iterator[CheckRow]:
    """What the last rack of each loop lacks against the mean, within what is usual without balancing valves."""
    limit = rules.manifold_lack_share
    for one in flows if limit is not None else ():
        lack, fits = one.lack_share, one.lack_share <= figure(limit)
        yield (
            "cooling-manifold-balance",
            one.loop.loop,
            lack,
            figure(limit),
            "",
            fits,
            f"fact:{rules.id}.manifold_lack_share",
        )


def manifold_relief(hall: HallCooling, loop: str, request: CoolingRequest) -> str:
    """The pipe with which the last rack lacks little enough, else fewer racks on a loop; or balancing valves."""
    limit = figure(request.rules.manifold_lack_share)
    one = next(flow for flow in loop_flows([hall], request) if flow.loop.loop == loop)
    ranked = sorted(request.pipes, key=lambda pipe: (figure(pipe.bore_m), pipe.id))
    wider = (pipe for pipe in ranked if figure(pipe.bore_m) > figure(one.pipe.bore_m))
    enough = next(
        (pipe for pipe in wider if _flow(hall, one.loop, one.fleet, request, pipe=pipe).lack_share <= limit), None
    )
    first = (
        f"headers of {enough.id} in place of {one.pipe.id}" if enough is not None else "more CDUs with fewer racks each"
    )
    return f"{first}, reverse return, or balancing valves"


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
