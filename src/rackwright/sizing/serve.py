"""What does a serving demand need on a platform, day by day, and how fast and how hungry is a rack?"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from rackwright.base.units import Estimate, rounded_up
from rackwright.sizing.apart import timed_pools, try_pools
from rackwright.sizing.architecture import mixed_mean_keys
from rackwright.sizing.bands import EXACT, Spread, combined_spread, spread_of
from rackwright.sizing.cases import serving_case
from rackwright.sizing.device import Device
from rackwright.sizing.frontier import Point, alternatives, frontier, unit_profile
from rackwright.sizing.layers import model_flop_per_token
from rackwright.sizing.profile import PowerFacts
from rackwright.sizing.request import RackKind, ServingRun
from rackwright.sizing.rows import PairRows
from rackwright.sizing.serving import (
    SERVING_TERMS,
    FleetDemand,
    NoService,
    Service,
    ServingCase,
    ServingRack,
    Tried,
    best_service,
    fleet_racks,
    timed_unit,
    try_instances,
)

__all__ = ["ServingPair", "size_serving"]

LEAST_TTFT_S, LONGEST_TTFT_S = 1e-3, 1e6
"""Between these the nearest limit of the first token is looked for."""
HALVINGS = 14
"""Of a span of nine powers of ten: to a seven hundredth."""


@dataclass(frozen=True)
class ServingPair:
    """A demand on a platform, with the device at its three speeds."""

    run: ServingRun
    rack: RackKind
    devices: tuple[Device, Device, Device]
    power: PowerFacts
    memory_reserve_share: float
    imbalance: float
    verified_per_accepted: float
    headroom_share: float
    error: Spread = EXACT
    layer_s: float = 0.0
    moe_layer_s: float = 0.0
    prefill_factor: float = 1.0

    energy_overhead: float = 1.0

    @property
    def case(self) -> ServingCase:
        """The demand in numbers, software at its middle."""
        return serving_case(
            self.run,
            software=self.rack.software.value,
            imbalance=self.imbalance,
            verified_per_accepted=self.verified_per_accepted,
            layer_s=self.layer_s,
            moe_layer_s=self.moe_layer_s,
            prefill_factor=self.prefill_factor,
        )


def size_serving(pair: ServingPair, rows: PairRows) -> PairRows:
    """Find the unit and the fleet and write their rows; a demand nothing serves is skipped with its reason."""
    case = pair.case
    rack = ServingRack(pair.rack.per_rack, pair.memory_reserve_share)
    service = _find(pair, case, rack)
    if isinstance(service, NoService):
        rows.skipped = (service.reason, service.relief)
        return rows
    speed = combined_spread((_speeds(pair, case, rack, service), pair.error, spread_of(pair.rack.software)))
    rate = service.rack_tok_s
    rows.rates = (service.racks_per_instance, rate * speed.slow, rate, rate * speed.fast)
    rows.needs = [(max(day, 0), *_accels(pair, service, demand, speed)) for day, demand in _steps(pair.run)]
    terms = [(name, float(row[0])) for name, row in zip(SERVING_TERMS, service.times.terms, strict=True)]
    rows.breakdown = [(name, seconds) for name, seconds in terms if name != "draft" or seconds > 0.0]
    rows.choice = _choice(pair, case, service)
    rows.profile = unit_profile(case, service.unit, pair.power)
    rows.num_timed = service.num_timed
    rows.checks = _checks(pair, service)
    rows.fleet = [_fleet_row(pair, service, max(day, 0), demand) for day, demand in _steps(pair.run)]
    rows.frontier = [_frontier_row(pair, point) for point in frontier(case, service, pair.power, pair.rack.per_rack)]
    rows.alternatives = [dataclasses.astuple(row) for row in alternatives(case, service)]
    return rows


def _find(pair: ServingPair, case: ServingCase, rack: ServingRack) -> Service | NoService:
    """The best unit of the arrangements that are allowed; those of the other are tried too, for the frontier."""
    pools, device = pair.run.pools, pair.devices[1]
    demand = FleetDemand(tuple(point.value for _, point in _steps(pair.run)), pair.headroom_share)
    together = try_instances(case, device, rack)
    if isinstance(together, NoService):
        return together
    apart = try_pools(case, device, rack, is_coarse=pools == "together")
    if apart is None:
        if pools != "apart":
            return best_service(case, rack, (together,), demand=demand)
        return _no_pools(case, device, rack)
    allowed: dict[str, tuple[Tried, ...]] = {"together": (together,), "apart": (apart,), "best": (together, apart)}
    found = best_service(case, rack, allowed[pools], demand=demand)
    return found if isinstance(found, NoService) else dataclasses.replace(found, tried=(together, apart))


def _no_pools(case: ServingCase, device: Device, rack: ServingRack) -> NoService:
    """Why no pools apart serve a demand that asks for them, and the nearest limit that some keep, found by halving."""

    def has_pools(ttft_s: float) -> bool:
        return try_pools(dataclasses.replace(case, ttft_s=ttft_s), device, rack, is_coarse=True) is not None

    low_s, high_s = max(case.ttft_s, LEAST_TTFT_S), LONGEST_TTFT_S
    if not has_pools(high_s):
        return NoService("no pool of instances holds one prompt for each of its groups", "pools: together")
    for _ in range(HALVINGS):
        middle_s = math.sqrt(low_s * high_s)
        low_s, high_s = (low_s, middle_s) if has_pools(middle_s) else (middle_s, high_s)
    return NoService(
        f"no pool computes a prompt and hands its cache on within {case.ttft_s:.3g} s",
        f"a limit of {rounded_up(high_s):g} s to the first token, or pools: together",
    )


def _frontier_row(pair: ServingPair, point: Point) -> tuple[object, ...]:
    """A point with the energy of a token and the load to be provided for a token per second, at the meter."""
    rack_tok_s = point.accel_tok_s * pair.rack.per_rack
    energy_j = point.rack_w * pair.energy_overhead / rack_tok_s
    load_w = pair.rack.rack_w * pair.energy_overhead / rack_tok_s
    return (*dataclasses.astuple(point), energy_j, load_w)


def _fleet_row(pair: ServingPair, service: Service, day: int, demand: Estimate) -> tuple[object, ...]:
    """The fleet at the middle speed: accelerators at the peak with headroom, those the night needs, and how busy."""

    def accels(tok_s: float) -> int:
        racks = fleet_racks(
            tok_s,
            service.rack_tok_s,
            headroom_share=pair.headroom_share,
            racks_per_instance=service.racks_per_instance,
        )
        return racks * pair.rack.per_rack

    night = pair.run.night_share
    mean_tok_s = demand.value * (1.0 + night) / 2.0
    peak = accels(demand.value)
    capacity = peak / pair.rack.per_rack * service.rack_tok_s
    return (day, demand.value, mean_tok_s, peak, accels(demand.value * night), mean_tok_s / capacity if peak else 0.0)


def _steps(run: ServingRun) -> list[tuple[int, Estimate]]:
    """Demand points from day 0 on; of those before the horizon only the last counts."""
    points = sorted(run.demand, key=lambda point: point[0])
    begun = [point for point in points if point[0] <= 0]
    return [*begun[-1:], *(point for point in points if point[0] > 0)]


def _speeds(pair: ServingPair, case: ServingCase, rack: ServingRack, service: Service) -> Spread:
    """Rate of the chosen instance with every figure at its slow and fast end, over the middle; limits set aside."""
    free = dataclasses.replace(case, ttft_s=float("inf"), tpot_s=float("inf"))
    unit = service.unit
    rates = [
        float(
            (
                timed_unit(free, device, rack, unit.instance)
                if unit.prefill is None
                else timed_pools(free, device, rack, unit)
            ).rack_tok_s[0]
        )
        for device in pair.devices
    ]
    return Spread(min(1.0, rates[0] / rates[1]), max(1.0, rates[2] / rates[1]))


def _accels(pair: ServingPair, service: Service, demand: Estimate, speed: Spread) -> tuple[int, int, int]:
    """Accelerators at p10, p50 and p90: demand and speed are independent, so their bands add as squares."""
    asked = spread_of(demand)
    less = combined_spread((Spread(1.0 / speed.fast, 1.0), Spread(asked.slow, 1.0))).slow
    more = combined_spread((Spread(1.0, 1.0 / speed.slow), Spread(1.0, asked.fast))).fast

    def accels(factor: float) -> int:
        racks = fleet_racks(
            demand.value * factor,
            service.rack_tok_s,
            headroom_share=pair.headroom_share,
            racks_per_instance=service.racks_per_instance,
        )
        return racks * pair.rack.per_rack

    return accels(less), accels(1.0), accels(more)


def _choice(pair: ServingPair, case: ServingCase, service: Service) -> tuple[object, ...]:
    instance, times = service.instance, service.times
    accels = int(service.unit.accels[0])
    keys = mixed_mean_keys(case.shape, case.request.mean_context, 0.0)
    tok_s = float(times.rate_tok_s[0])
    return (
        int(instance.tensor[0]),
        1,
        1,
        int(instance.accels[0]) if case.shape.is_moe and instance.groups[0] > 1 else 1,
        int(instance.batch[0] * service.unit.num_decode[0]),
        accels,
        float(times.step_s[0]),
        float(times.ttft_s[0]),
        service.memory_byte,
        model_flop_per_token(case.shape, keys) * tok_s / (accels * pair.devices[1].peak_flop_s),
        service.binding if service.binding != "compute" else _largest_kind(service),
        1,
        "none",
    )


def _largest_kind(service: Service) -> str:
    """Network if collectives take most of a decode step, else memory bandwidth: decode reads weights and cache."""
    seconds = dict(zip(SERVING_TERMS, (float(row[0]) for row in service.times.terms), strict=True))
    network = seconds["communication-tensor"] + seconds["communication-expert"]
    prefill_s = float(service.times.tpot_s[0]) - float(service.times.step_s[0])
    if prefill_s > float(service.times.step_s[0]):
        return "compute"
    return "network" if network > sum(seconds.values()) - network else "memory bandwidth"


def _checks(pair: ServingPair, service: Service) -> list[tuple[object, ...]]:
    """Latencies of the chosen instance at the middle speed against the limits."""
    run, times = pair.run, service.times
    subject = f"{run.workload}/{pair.rack.platform}"
    tpot_s, ttft_s = float(times.tpot_s[0]), float(times.ttft_s[0])
    path = f"program:serving[{run.workload}]"
    small = 1.0 + 1e-9
    return [
        (
            "sizing-tpot",
            subject,
            tpot_s,
            run.tpot_s,
            "s",
            tpot_s <= run.tpot_s * small,
            f"{path}.time_per_output_token",
        ),
        ("sizing-ttft", subject, ttft_s, run.ttft_s, "s", ttft_s <= run.ttft_s * small, f"{path}.time_to_first_token"),
    ]
