"""How many tokens a second does a rack serve within its service levels, and how large a fleet meets the demand?

Prefill and decode share an instance with continuous batching. Batch and instance size are searched exhaustively: the
best is the one with the most tokens per second and rack that keeps both limits and fits the memory.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.architecture import Shape
from rackwright.sizing.decode import Instance, Request, decode_terms, instance_memory_byte, prefill_time_s
from rackwright.sizing.device import Device
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.space import tensor_degrees

__all__ = ["NoService", "Service", "ServingCase", "ServingRack", "ServingTimes", "find_service", "fleet_racks"]

LARGEST_BATCH = 8192
BATCH_STEPS_PER_DOUBLING = 4
WHOLE = 1e-9


@dataclass(frozen=True, slots=True)
class ServingCase:
    """One serving demand: the model, its mean request and its limits.

    Parameters
    ----------
    shape, request
        Model and mean request.
    ttft_s, tpot_s
        Limits of the time to first token and per output token.
    software
        Share of the predicted speed that today's software reaches.
    availability
        Share of accelerators in service on average.
    """

    shape: Shape
    request: Request
    ttft_s: float
    tpot_s: float
    software: float
    availability: float


@dataclass(frozen=True, slots=True)
class ServingRack:
    """What one rack offers: accelerators, and the share of their memory that stays free."""

    per_rack: int
    memory_reserve_share: float


@dataclass(frozen=True)
class ServingTimes:
    """Times of instances: decode terms in rows, one column per instance; `rate_tok_s` is of the whole instance."""

    terms: FloatArray
    step_s: FloatArray
    prefill_s: FloatArray
    tpot_s: FloatArray
    ttft_s: FloatArray
    rate_tok_s: FloatArray


@dataclass(frozen=True)
class Service:
    """The chosen instance (columns of length one) with its times.

    `rack_tok_s` is what one rack delivers on average, availability included.
    """

    instance: Instance
    times: ServingTimes
    memory_byte: float
    racks_per_instance: int
    rack_tok_s: float
    binding: str
    num_timed: int


@dataclass(frozen=True, slots=True)
class NoService:
    """No instance keeps the limits; why, and what would help."""

    reason: str
    relief: str


def instances(shape: Shape, domain: int) -> Instance:
    """Every instance to try: tensor degrees, groups that fit the domain, and batches four to a doubling.

    Mixture models may spread over the groups of one scale-up domain; dense ones have a single group.
    """
    batches = np.unique(np.round(2.0 ** (np.arange(math.log2(LARGEST_BATCH) * BATCH_STEPS_PER_DOUBLING + 1) / 4.0)))
    rows = []
    for tensor in tensor_degrees(shape, domain):
        most = min(domain, int(shape.experts)) // int(tensor) if shape.is_moe else 1
        groups = [2**k for k in range(max(most, 1).bit_length())] + [most]
        for count in sorted({g for g in groups if 1 <= g <= max(most, 1)}):
            own = np.unique(np.maximum(batches, 1.0)) * count
            rows.append(np.stack([np.full_like(own, tensor), np.full_like(own, count), own]))
    tensor_column, group_column, batch_column = np.concatenate(rows, axis=1)
    return Instance(tensor_column, group_column, batch_column)


def serving_times(case: ServingCase, device: Device, instance: Instance) -> ServingTimes:
    """Decode step, prefill, TPOT, TTFT and rate of instances; rate 0 where no load keeps the TTFT limit.

    Notes
    -----
    Each sequence that ends is replaced by one whose prompt must be computed in between: per output token that is
    b t_prefill / OSL with b sequences in the group, so TPOT = t_step / a + b t_prefill / OSL with a accepted tokens a
    step. TTFT = one step that is under way + t_prefill (1 + r / (2 (1 - r))): the wait of an M/D/1 queue at the load
    r that prefill puts on the group. Where r at the full rate b / TPOT would break the TTFT limit, requests are
    admitted more slowly: the rate is that of the largest r allowed. Software maturity divides all times.
    """
    request = case.request
    terms = decode_terms(case.shape, device, request, instance) / case.software
    step_s: FloatArray = np.zeros(terms.shape[1])
    for row in terms:
        step_s = step_s + row
    prefill_s = prefill_time_s(case.shape, device, request, instance) / case.software
    tpot_s = step_s / request.tokens_per_step + instance.group_batch * prefill_s / request.output_tokens
    spare = np.maximum(case.ttft_s - step_s - prefill_s, 0.0) / prefill_s
    most_load = 1.0 - 1.0 / (1.0 + 2.0 * spare)
    load = np.minimum(instance.group_batch * prefill_s / request.output_tokens / tpot_s, most_load)
    ttft_s = step_s + prefill_s * (1.0 + load / (2.0 * np.maximum(1.0 - load, WHOLE)))
    rate = np.minimum(instance.group_batch / tpot_s, most_load * request.output_tokens / prefill_s)
    return ServingTimes(terms, step_s, prefill_s, tpot_s, ttft_s, instance.groups * rate)


def rack_rate_tok_s(case: ServingCase, rack: ServingRack, instance: Instance, times: ServingTimes) -> FloatArray:
    """Tokens per second one rack delivers: whole instances in a rack, or an instance over whole racks."""
    accels = instance.accels
    in_rack = np.floor(rack.per_rack / accels)
    per_rack = np.where(in_rack >= 1.0, in_rack, 1.0 / np.ceil(accels / rack.per_rack))
    return per_rack * times.rate_tok_s * case.availability


def find_service(case: ServingCase, device: Device, rack: ServingRack) -> Service | NoService:
    """The instance with the most tokens per second and rack within memory and limits; the first among equals."""
    every = instances(case.shape, device.domain)
    room = device.memory_byte * (1.0 - rack.memory_reserve_share)
    weights, total = instance_memory_byte(case.shape, device, case.request, every)
    fits = total <= room
    if not fits.any():
        return _too_large(case, every, weights, room)
    tried = Instance(every.tensor[fits], every.groups[fits], every.batch[fits])
    times = serving_times(case, device, tried)
    ok = (times.tpot_s <= case.tpot_s) & (times.rate_tok_s > 0.0)
    if not ok.any():
        return _too_slow(case, times)
    rate = np.where(ok, rack_rate_tok_s(case, rack, tried, times), -1.0)
    best = int(np.argmax(rate))
    return evaluate(case, device, rack, _one(tried, best), binding=_binding(every, fits, tried, ok, best), tried=tried)


def _one(instance: Instance, index: int) -> Instance:
    pick: NDArray[np.int64] = np.array([index])
    return Instance(instance.tensor[pick], instance.groups[pick], instance.batch[pick])


def evaluate(
    case: ServingCase, device: Device, rack: ServingRack, instance: Instance, *, binding: str, tried: Instance
) -> Service:
    """One instance at a speed, whether it keeps the limits there or not."""
    times = serving_times(case, device, instance)
    _, total = instance_memory_byte(case.shape, device, case.request, instance)
    return Service(
        instance=instance,
        times=times,
        memory_byte=float(total[0]),
        racks_per_instance=max(1, math.ceil(float(instance.accels[0]) / rack.per_rack)),
        rack_tok_s=float(rack_rate_tok_s(case, rack, instance, times)[0]),
        binding=binding,
        num_timed=int(tried.tensor.size),
    )


def _binding(every: Instance, fits: NDArray[np.bool_], tried: Instance, ok: NDArray[np.bool_], best: int) -> str:
    """What stops the next larger batch of the chosen instance: memory, a limit, or nothing but the rate itself."""
    same = (every.tensor == tried.tensor[best]) & (every.groups == tried.groups[best])
    larger = same & (every.batch > tried.batch[best])
    if larger.any() and not fits[larger].any():
        return "memory size"
    beyond = (tried.tensor == tried.tensor[best]) & (tried.groups == tried.groups[best])
    beyond &= tried.batch > tried.batch[best]
    return "latency limit" if beyond.any() and not ok[beyond].any() else "compute"


def _too_large(case: ServingCase, every: Instance, weights: FloatArray, room: float) -> NoService:
    need = float(weights.min())
    if need <= room:
        reason = f"weights fit, but not the cache of one sequence of {case.request.mean_context:.0f} tokens"
        return NoService(reason, "a narrower cache precision, or shorter requests")
    widest = int(every.accels.max())
    return NoService(
        f"weights spread over {widest} accelerators need {need / 1e9:.0f} GB on each, {room / 1e9:.0f} GB are free",
        f"a scale-up domain of {math.ceil(need / room * widest)} accelerators, or a narrower precision",
    )


def _too_slow(case: ServingCase, times: ServingTimes) -> NoService:
    """Name the limit that the best instance misses, and the value it reaches."""
    misses = np.maximum(times.tpot_s / case.tpot_s, times.ttft_s / case.ttft_s)
    best = int(np.argmin(misses))
    tpot_s, ttft_s = float(times.tpot_s[best]), float(times.ttft_s[best])
    needed = f"{max(tpot_s, case.tpot_s) * 1e3:.3g} ms per token and {max(ttft_s, case.ttft_s):.3g} s to the first"
    return NoService(
        f"no instance keeps {case.tpot_s * 1e3:.3g} ms per token and {case.ttft_s:.3g} s to the first",
        f"limits of {needed}",
    )


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
