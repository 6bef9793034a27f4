"""What does a serving demand need on a platform, day by day, and how fast and how hungry is a rack?"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from rackwright.base.units import Estimate
from rackwright.sizing.architecture import mixed_mean_keys, model_shape
from rackwright.sizing.bands import EXACT, Spread, combined_spread, spread_of
from rackwright.sizing.decode import DECODE_TERMS, Request
from rackwright.sizing.device import Device
from rackwright.sizing.layers import model_flop_per_token
from rackwright.sizing.profile import PowerFacts, PowerProfile, power_profile
from rackwright.sizing.request import RackKind, ServingRun
from rackwright.sizing.rows import PairRows
from rackwright.sizing.serving import NoService, Service, ServingCase, ServingRack, evaluate, find_service, fleet_racks

__all__ = ["ServingPair", "size_serving"]


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
    prefill_factor: float = 1.0

    @property
    def case(self) -> ServingCase:
        """The demand in numbers, software at its middle."""
        run = self.run
        request = Request(
            input_tokens=run.input_tokens,
            output_tokens=run.output_tokens,
            cached_share=run.prefix_cache_share,
            tokens_per_step=run.tokens_per_step,
            verified_per_step=1.0 + (run.tokens_per_step - 1.0) * self.verified_per_accepted,
            kv_precision=run.kv_precision,
            imbalance=self.imbalance,
            layer_s=self.layer_s,
            prefill_factor=self.prefill_factor,
        )
        shape = model_shape(run.model)
        return ServingCase(shape, request, run.ttft_s, run.tpot_s, self.rack.software.value, run.availability_share)


def size_serving(pair: ServingPair, rows: PairRows) -> PairRows:
    """Find the instance and the fleet and write their rows; a demand nothing serves is skipped with its reason."""
    case = pair.case
    rack = ServingRack(pair.rack.per_rack, pair.memory_reserve_share)
    service = find_service(case, pair.devices[1], rack)
    if isinstance(service, NoService):
        rows.skipped = (service.reason, service.relief)
        return rows
    speed = combined_spread((_speeds(pair, case, rack, service), pair.error, spread_of(pair.rack.software)))
    rate = service.rack_tok_s
    rows.rates = (service.racks_per_instance, rate * speed.slow, rate, rate * speed.fast)
    rows.needs = [(max(day, 0), *_accels(pair, service, demand, speed)) for day, demand in _steps(pair.run)]
    rows.breakdown = [(name, float(row[0])) for name, row in zip(DECODE_TERMS, service.times.terms, strict=True)]
    rows.choice = _choice(pair, case, service)
    rows.profile = _profile(pair, service)
    rows.num_timed = service.num_timed
    rows.checks = _checks(pair, service)
    return rows


def _steps(run: ServingRun) -> list[tuple[int, Estimate]]:
    """Demand points from day 0 on; of those before the horizon only the last counts."""
    points = sorted(run.demand, key=lambda point: point[0])
    begun = [point for point in points if point[0] <= 0]
    return [*begun[-1:], *(point for point in points if point[0] > 0)]


def _speeds(pair: ServingPair, case: ServingCase, rack: ServingRack, service: Service) -> Spread:
    """Rate of the chosen instance with every figure at its slow and fast end, over the middle; limits set aside."""
    free = dataclasses.replace(case, ttft_s=float("inf"), tpot_s=float("inf"))
    rates = [
        evaluate(free, device, rack, service.instance, binding="", tried=service.instance).rack_tok_s
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
    accels = int(instance.accels[0])
    keys = mixed_mean_keys(case.shape, case.request.mean_context, 0.0)
    tok_s = float(times.rate_tok_s[0])
    return (
        int(instance.tensor[0]),
        1,
        1,
        accels if case.shape.is_moe and instance.groups[0] > 1 else 1,
        int(instance.batch[0]),
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
    seconds = dict(zip(DECODE_TERMS, (float(row[0]) for row in service.times.terms), strict=True))
    network = seconds["communication-tensor"] + seconds["communication-expert"]
    prefill_s = float(service.times.tpot_s[0]) - float(service.times.step_s[0])
    if prefill_s > float(service.times.step_s[0]):
        return "compute"
    return "network" if network > sum(seconds.values()) - network else "memory bandwidth"


def _profile(pair: ServingPair, service: Service) -> PowerProfile:
    """Mean of prefill (compute) and decode (memory and network) phases of one decode step with its prefill."""
    times, case = service.times, pair.case
    step_s = float(times.step_s[0])
    prefill_s = float(times.tpot_s[0]) * case.request.tokens_per_step - step_s
    seconds = dict(zip(DECODE_TERMS, (float(row[0]) for row in times.terms), strict=True))
    network_s = seconds["communication-tensor"] + seconds["communication-expert"]
    return power_profile(
        pair.power,
        step_s=step_s + max(prefill_s, 0.0),
        compute_s=max(prefill_s, 0.0),
        memory_s=step_s - network_s,
        communication_s=network_s,
    )


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
