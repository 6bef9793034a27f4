"""How many tokens a second does a rack serve within its service levels, and how large a fleet meets the demand?

Batch and instance size are searched exhaustively: of those that keep both limits and fit the memory, the best is the
one whose fleet meets the demand with the fewest racks, and of these the one with the most tokens per second and rack.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import rounded_up
from rackwright.sizing.decode import Instance, instance_memory_byte
from rackwright.sizing.device import Device
from rackwright.sizing.instance_times import (
    SERVING_TERMS,
    LengthClass,
    ServingCase,
    ServingTimes,
    instances,
    serving_times,
)
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.queueing import MEAN

__all__ = [
    "SERVING_TERMS",
    "FleetDemand",
    "LengthClass",
    "NoService",
    "Service",
    "ServingCase",
    "ServingRack",
    "ServingTimes",
    "Tried",
    "best_service",
    "find_service",
    "fleet_racks",
    "instances",
    "rack_rate_tok_s",
    "racks_rate",
    "serving_times",
    "stopped",
    "timed_unit",
    "try_instances",
]

WHOLE = 1e-9
NEAR_SHARE = 1e-3
"""Rates per rack that differ by less are alike: the time per token decides between them."""


@dataclass(frozen=True, slots=True)
class ServingRack:
    """What one rack offers: accelerators, and the share of their memory that stays free."""

    per_rack: int
    memory_reserve_share: float


@dataclass(frozen=True, slots=True)
class FleetDemand:
    """What a fleet has to serve: tokens per second at each step of the demand, and the headroom above it."""

    steps_tok_s: tuple[float, ...]
    headroom_share: float


@dataclass(frozen=True)
class Tried:
    """Units of serving that fit the memory, with what each reaches; columns run over units.

    A unit is one instance, or pools of prefill and decode instances in whole numbers.

    Parameters
    ----------
    arrangement
        `together` or `apart`.
    instance
        The instance that decodes.
    times
        Its times; the rate is that of the whole unit.
    memory_byte
        Memory used on the fullest accelerator.
    rack_tok_s
        What one rack delivers on average, availability included.
    accels
        Accelerators of the unit.
    is_stopped
        True where the next larger batch of the same kind of instance does not fit the memory.
    prefill
        The instance that computes prompts, where it is one of its own.
    num_prefill, num_decode
        Instances of the unit.
    """

    arrangement: str
    instance: Instance
    times: ServingTimes
    memory_byte: FloatArray
    rack_tok_s: FloatArray
    accels: FloatArray
    is_stopped: NDArray[np.bool_]
    prefill: Instance | None
    num_prefill: FloatArray
    num_decode: FloatArray

    def keeps(self, case: ServingCase) -> NDArray[np.bool_]:
        """Units that keep both limits."""
        kept: NDArray[np.bool_] = (self.times.tpot_s <= case.tpot_s) & (self.times.rate_tok_s > 0.0)
        return kept

    def take(self, index: NDArray[np.int64]) -> Tried:
        """The units with these indices."""
        return Tried(
            self.arrangement,
            _taken(self.instance, index),
            self.times.take(index),
            self.memory_byte[index],
            self.rack_tok_s[index],
            self.accels[index],
            self.is_stopped[index],
            None if self.prefill is None else _taken(self.prefill, index),
            self.num_prefill[index],
            self.num_decode[index],
        )


@dataclass(frozen=True)
class Service:
    """The chosen unit (columns of length one) with its times.

    `rack_tok_s` is what one rack delivers on average, availability included; `tried` are all units that were timed, and
    `column` is the place of the unit among those of its arrangement.
    """

    unit: Tried
    racks_per_instance: int
    binding: str
    tried: tuple[Tried, ...]
    column: int

    @property
    def instance(self) -> Instance:
        """The instance that decodes."""
        return self.unit.instance

    @property
    def times(self) -> ServingTimes:
        """Times of the unit."""
        return self.unit.times

    @property
    def memory_byte(self) -> float:
        """Memory used on the fullest accelerator."""
        return float(self.unit.memory_byte[0])

    @property
    def rack_tok_s(self) -> float:
        """Tokens per second of one rack."""
        return float(self.unit.rack_tok_s[0])

    @property
    def num_timed(self) -> int:
        """Units timed."""
        return sum(tried.accels.size for tried in self.tried)


@dataclass(frozen=True, slots=True)
class NoService:
    """No instance keeps the limits; why, and what would help."""

    reason: str
    relief: str


def rack_rate_tok_s(case: ServingCase, rack: ServingRack, instance: Instance, times: ServingTimes) -> FloatArray:
    """Tokens per second one rack delivers: whole instances in a rack, or an instance over whole racks."""
    return racks_rate(rack, instance.accels) * times.rate_tok_s * case.availability


def racks_rate(rack: ServingRack, accels: FloatArray) -> FloatArray:
    """Units that one rack holds: whole ones, or the share of one that spans whole racks."""
    in_rack = np.floor(rack.per_rack / accels)
    return np.where(in_rack >= 1.0, in_rack, 1.0 / np.ceil(accels / rack.per_rack))


def try_instances(case: ServingCase, device: Device, rack: ServingRack) -> Tried | NoService:
    """Every instance of prefill and decode together that fits the memory."""
    every = instances(case.shape, device.domain, case.most_domains)
    room = device.memory_byte * (1.0 - rack.memory_reserve_share)
    weights, total = instance_memory_byte(case.shape, device, case.request, every)
    fits = total <= room
    if not fits.any():
        return _too_large(case, device, every, weights=weights, room=room)
    index = np.flatnonzero(fits)
    found = timed_unit(case, device, rack, _taken(every, index))
    return dataclasses.replace(found, is_stopped=stopped(every, fits)[index])


def stopped(every: Instance, fits: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """True where the next larger batch of the same kind of instance does not fit; kinds follow each other by batch."""
    same = (every.tensor[1:] == every.tensor[:-1]) & (every.groups[1:] == every.groups[:-1])
    return np.append(same & ~fits[1:], False)


def timed_unit(case: ServingCase, device: Device, rack: ServingRack, instance: Instance) -> Tried:
    """Instances of prefill and decode together at one reading of the device, whether they keep the limits or not."""
    times = serving_times(case, device, instance)
    one = np.ones_like(instance.tensor)
    return Tried(
        arrangement="together",
        instance=instance,
        times=times,
        memory_byte=instance_memory_byte(case.shape, device, case.request, instance)[1],
        rack_tok_s=rack_rate_tok_s(case, rack, instance, times),
        accels=instance.accels,
        is_stopped=np.zeros(one.size, dtype=bool),
        prefill=None,
        num_prefill=0.0 * one,
        num_decode=one,
    )


def find_service(case: ServingCase, device: Device, rack: ServingRack) -> Service | NoService:
    """The instance with the most tokens per second and rack within memory and limits; the first among equals."""
    tried = try_instances(case, device, rack)
    return tried if isinstance(tried, NoService) else best_service(case, rack, (tried,))


def best_service(
    case: ServingCase, rack: ServingRack, tried: tuple[Tried, ...], *, demand: FleetDemand | None = None
) -> Service | NoService:
    """The unit of all that keep the limits whose fleet is the smallest.

    Fleets are compared by their racks over all steps of the demand, whole units counted; among equals, as without a
    demand, the most tokens per second and rack wins. Of rates that are alike the least time per token does, where there
    is a demand; then the first.
    """
    rates = [np.where(row.keeps(case), row.rack_tok_s, -1.0) for row in tried]
    which = int(np.argmax([rate.max() for rate in rates]))
    best = int(np.argmax(rates[which]))
    if rates[which][best] <= 0.0:
        return _too_slow(case, tried)
    if demand is not None:
        which, best = _smallest_fleet(rack, tried, rates, demand)
    unit = tried[which].take(np.array([best]))
    racks = max(1, math.ceil(float(unit.accels[0]) / rack.per_rack))
    return Service(unit, racks, _binding(case, tried[which], best), tried, best)


def _smallest_fleet(
    rack: ServingRack, tried: tuple[Tried, ...], rates: list[FloatArray], demand: FleetDemand
) -> tuple[int, int]:
    """Arrangement and unit with the fewest racks over the steps of a demand."""
    rate = np.concatenate(rates)
    racks = _racks_over_steps(rack, np.concatenate([row.accels for row in tried]), rate, demand)
    near = racks == racks.min()
    near &= rate >= rate[near].max() * (1.0 - NEAR_SHARE)
    tpot_s = np.where(near, np.concatenate([row.times.tpot_s for row in tried]), np.inf)
    best = int(np.argmin(tpot_s))
    begins = np.cumsum([0, *(row.accels.size for row in tried)])
    which = int(np.searchsorted(begins, best, side="right")) - 1
    return which, best - int(begins[which])


def _racks_over_steps(rack: ServingRack, accels: FloatArray, rate_tok_s: FloatArray, demand: FleetDemand) -> FloatArray:
    """Racks of the fleet of each unit, summed over the steps of a demand; infinite where a unit delivers nothing.

    The arithmetic of `fleet_racks` for columns.
    """
    works = rate_tok_s > 0.0
    per_unit = np.maximum(np.ceil(accels / rack.per_rack), 1.0)
    total = np.zeros_like(rate_tok_s)
    for step_tok_s in demand.steps_tok_s:
        asked_tok_s = step_tok_s * (1.0 + demand.headroom_share)
        racks = np.ceil(asked_tok_s / np.where(works, rate_tok_s, 1.0) - WHOLE)
        total += np.ceil(racks / per_unit) * per_unit
    return np.where(works, total, np.inf)


def _taken(instance: Instance, index: NDArray[np.int64]) -> Instance:
    return Instance(instance.tensor[index], instance.groups[index], instance.batch[index])


def _binding(case: ServingCase, tried: Tried, best: int) -> str:
    """What stops the next larger batch of the chosen instance: memory, a limit, or nothing but the rate itself."""
    if tried.is_stopped[best]:
        return "memory size"
    own = tried.instance
    beyond = (own.tensor == own.tensor[best]) & (own.groups == own.groups[best]) & (own.batch > own.batch[best])
    return "latency limit" if beyond.any() and not tried.keeps(case)[beyond].any() else "compute"


def _too_large(case: ServingCase, device: Device, every: Instance, *, weights: FloatArray, room: float) -> NoService:
    need = float(weights.min())
    if need <= room:
        reason = f"weights fit, but not the cache of one sequence of {case.request.mean_context:,.0f} tokens"
        most = _longest_context(case, device, every, room)
        return NoService(reason, f"requests of {most:,} tokens on average, or a narrower cache precision")
    widest = int(every.accels.max())
    return NoService(
        f"weights spread over {widest} accelerators need {need / 1e9:.3g} GB on each, {room / 1e9:.3g} GB are free",
        f"a scale-up domain of {math.ceil(need / room * widest)} accelerators, or a narrower precision",
    )


def _longest_context(case: ServingCase, device: Device, every: Instance, room: float) -> int:
    """Tokens of the longest mean context whose cache some instance holds for one sequence, found by halving."""

    def fits(tokens: int) -> bool:
        asked = dataclasses.replace(case.request, context_tokens=float(tokens))
        return bool((instance_memory_byte(case.shape, device, asked, every)[1] <= room).any())

    low, high = 0, int(case.request.mean_context)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _too_slow(case: ServingCase, tried: tuple[Tried, ...]) -> NoService:
    """Name the limit that binds, and the nearest limits that some unit keeps."""
    tpot_s = np.concatenate([row.times.tpot_s for row in tried])
    bare_s = np.concatenate([_bare_ttft_s(row.times) for row in tried])
    least_tpot, least_ttft = float(tpot_s.min()), float(bare_s.min())
    word = "on average" if case.quantile == MEAN else f"for {case.quantile:.0%} of requests"
    asked = f"{case.tpot_s * 1e3:.3g} ms per token and {case.ttft_s:.3g} s to the first {word}"
    causes = []
    if least_tpot > case.tpot_s:
        causes.append(f"a token takes at least {least_tpot * 1e3:.3g} ms at any batch")
    if least_ttft > case.ttft_s:
        causes.append(f"a prompt and the step before it take at least {least_ttft:.3g} s without any wait")
    cause = ", and ".join(causes) or "each can be kept, but no instance keeps both"
    misses = np.maximum(tpot_s / max(case.tpot_s, WHOLE), bare_s * SLACK / max(case.ttft_s, WHOLE))
    best = int(np.argmin(misses))
    near_ms = rounded_up(max(float(tpot_s[best]), case.tpot_s) * 1e3)
    near_ttft_s = rounded_up(max(float(bare_s[best]) * SLACK, case.ttft_s))
    is_traded = float(tpot_s[best]) > least_tpot or float(bare_s[best]) > least_ttft
    alone = _each_alone(least_tpot, least_ttft) if len(causes) > 1 and is_traded else ""
    return NoService(
        f"no instance keeps {asked}: {cause}",
        f"limits of {near_ms:g} ms per token and {near_ttft_s:g} s to the first, or faster accelerators{alone}",
    )


def _each_alone(least_tpot_s: float, least_ttft_s: float) -> str:
    """The nearest limit of each kind where both are missed: either may be had at the cost of the other."""
    near_ms, near_ttft_s = rounded_up(least_tpot_s * 1e3), rounded_up(least_ttft_s * SLACK)
    return f"; of either alone, whatever the other: {near_ms:g} ms per token, {near_ttft_s:g} s to the first"


SLACK = 1.1
"""Room above a bare prompt that a limit of the first token needs to leave any load at all."""


def _bare_ttft_s(times: ServingTimes) -> FloatArray:
    """Time to first token of the longest class without any wait."""
    whole: FloatArray = (times.waiting.base_s + times.waiting.service_s).max(axis=0)
    return whole


def fleet_racks(demand_tok_s: float, rack_tok_s: float, *, headroom_share: float, racks_per_instance: int) -> int:
    """Whole racks, in whole instances, for a demand with headroom.

    Notes
    -----
    racks = ceil(demand (1 + headroom) / rate per rack), rounded up to whole instances.

    Examples
    --------
    >>> fleet_racks(1000.0, 300.0, headroom_share=0.2, racks_per_instance=1)
    4
    """
    racks = math.ceil(demand_tok_s * (1.0 + headroom_share) / rack_tok_s - WHOLE)
    return math.ceil(racks / racks_per_instance) * racks_per_instance
