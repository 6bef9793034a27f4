"""What do prefill and decode give as pools of their own, matched in whole numbers of instances?

A unit is `num_prefill` instances that compute prompts and `num_decode` that decode. Prompts queue for the whole pool;
each is computed in one go, and its cache
is sent layer by layer while the next layer is computed.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.architecture import kv_byte_per_token
from rackwright.sizing.decode import Instance, instance_memory_byte
from rackwright.sizing.device import Device
from rackwright.sizing.instance_times import ServingCase, ServingTimes, instances, prompt_times, step_terms
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.pools import exposed_transfer_s
from rackwright.sizing.queueing import Station, largest_load
from rackwright.sizing.serving import ServingRack, Tried, racks_rate, stopped

__all__ = ["timed_pools", "try_pools"]

POOL_SIZES = (1, 2, 4, 8)
"""Prefill instances of a unit that are tried; a fleet repeats units."""
UNIT_RACKS = 4
"""Racks that a unit may span, besides one instance of each kind."""
FEWER = 1e-9
"""Among units of equal rate the smaller one is taken."""
BATCHES_SKIPPED, COARSE_SKIPPED = 2, 6
"""Every second batch of the search's grid is tried, two to a doubling; every sixth where pools are only shown."""


@dataclass(frozen=True)
class _Pools:
    """Prefill pools as columns: their instance, how many, their queue, and requests per second they take."""

    instance: Instance
    number: FloatArray
    station: Station
    prompt_s: FloatArray
    is_near: NDArray[np.bool_]
    rate: FloatArray
    memory_byte: FloatArray

    @property
    def accels(self) -> FloatArray:
        """Accelerators of a pool."""
        return self.number * self.instance.accels


def try_pools(case: ServingCase, device: Device, rack: ServingRack, *, is_coarse: bool = False) -> Tried | None:
    """The best pools for each decode instance that fits the memory; None where nothing does.

    For every tensor degree, number of groups and batch of decode, all prefill instances and pool sizes are tried, each
    with the decode instances that just match and one fewer; what gives most tokens per second and rack is kept.
    """
    room = device.memory_byte * (1.0 - rack.memory_reserve_share)
    every = instances(case.shape, device.domain, case.most_domains)
    step = COARSE_SKIPPED if is_coarse else BATCHES_SKIPPED
    every = _pick(every, np.arange(0, every.tensor.size, step))
    memory = instance_memory_byte(case.shape, device, case.request, every)[1]
    fits = memory <= room
    pools = _prefill_pools(case, device, every, room)
    if not fits.any() or pools is None:
        return None
    index = np.flatnonzero(fits)
    decode = _pick(every, index)
    terms, step_s = step_terms(case, device, decode)
    tpot_s = step_s / case.request.tokens_per_step
    chosen = _match(rack, device.domain, pools, decode, decode.batch / (tpot_s * case.request.output_tokens))
    kept = np.flatnonzero(chosen.rate > 0.0)
    if not kept.size:
        return None
    part = _Matched(chosen.pool[kept], chosen.num_decode[kept], chosen.rate[kept])
    return _tried(
        case,
        rack,
        pools,
        part,
        _Decode(
            _pick(decode, kept), terms[:, kept], step_s[kept], memory[index][kept], stopped(every, fits)[index][kept]
        ),
    )


def timed_pools(case: ServingCase, device: Device, rack: ServingRack, unit: Tried) -> Tried:
    """The same unit at another reading of the device; its rate is what the slower side gives."""
    if unit.prefill is None:
        text = "the unit has no pool of its own for prompts"
        raise ValueError(text)
    pools = _pools_of(case, device, unit.prefill, unit.num_prefill)
    terms, step_s = step_terms(case, device, unit.instance)
    each = unit.instance.batch / (step_s / case.request.tokens_per_step * case.request.output_tokens)
    rate = np.minimum(pools.rate, unit.num_decode * each)
    part = _Matched(np.zeros(1, dtype=np.int64), unit.num_decode, rate)
    memory = instance_memory_byte(case.shape, device, case.request, unit.instance)[1]
    return _tried(case, rack, pools, part, _Decode(unit.instance, terms, step_s, memory, unit.is_stopped))


@dataclass(frozen=True)
class _Decode:
    """Decode instances with their times."""

    instance: Instance
    terms: FloatArray
    step_s: FloatArray
    memory_byte: FloatArray
    is_stopped: NDArray[np.bool_]


@dataclass(frozen=True)
class _Matched:
    """For each decode instance its pool, the number of decode instances, and requests per second of the unit."""

    pool: NDArray[np.int64]
    num_decode: FloatArray
    rate: FloatArray


def _pick(instance: Instance, index: NDArray[np.int64]) -> Instance:
    return Instance(instance.tensor[index], instance.groups[index], instance.batch[index])


def _prefill_pools(case: ServingCase, device: Device, every: Instance, room: float) -> _Pools | None:
    """All prefill instances that fit one prompt for each group, in all pool sizes, near and far from decode."""
    kinds = np.unique(np.stack([every.tensor, every.groups]), axis=1)
    single = Instance(kinds[0], kinds[1], kinds[1])
    fits = instance_memory_byte(case.shape, device, case.request, single)[1] <= room
    if not fits.any():
        return None
    single = _pick(single, np.flatnonzero(fits))
    many = Instance(*(np.tile(column, len(POOL_SIZES)) for column in (single.tensor, single.groups, single.batch)))
    number = np.repeat(np.array(POOL_SIZES, dtype=np.float64), single.tensor.size)
    return _pools_of(case, device, many, number)


def _pools_of(case: ServingCase, device: Device, instance: Instance, number: FloatArray) -> _Pools:
    """Pools with the requests they take within the limit of the first token.

    Units that fit a scale-up domain send the cache over its links, others over the network.
    """
    prompt_s, _ = prompt_times(dataclasses.replace(case, chunk_tokens=0.0), device, instance)
    is_near = 2.0 * number * instance.accels <= device.domain
    link_byte_s = np.where(
        is_near,
        device.scale_up.byte_s * device.scale_up.efficiency_share,
        device.scale_out.byte_s * device.scale_out.efficiency_share,
    )
    sent_s = _cache_byte(case)[:, None] / (link_byte_s * instance.tensor)
    base_s = exposed_transfer_s(prompt_s, sent_s, float(case.shape.layers))
    station = Station(case.class_share, base_s, prompt_s, number * instance.groups, case.arrival_cv2)
    load = largest_load(station, case.ttft_s, case.quantile)
    rate = load * station.servers / station.mean_service_s
    memory = instance_memory_byte(case.shape, device, case.request, instance)[1]
    return _Pools(instance, number, station, prompt_s, is_near, rate, memory)


def _cache_byte(case: ServingCase) -> FloatArray:
    """Bytes of the cache of a prompt of each class."""
    request = case.request
    return np.array(
        [
            row.input_tokens * kv_byte_per_token(case.shape, max(row.input_tokens, 1.0), request.kv_byte)
            for row in case.classes
        ]
    )


def _match(rack: ServingRack, domain: int, pools: _Pools, decode: Instance, each: FloatArray) -> _Matched:
    """For each decode instance the pool and the whole number of it that give most requests per second and rack."""
    wanted = pools.rate[None, :] / each[:, None]
    best_score = np.zeros(each.size)
    best = _Matched(np.zeros(each.size, dtype=np.int64), np.ones(each.size), np.zeros(each.size))
    rows = np.arange(each.size)
    for number in (np.maximum(np.floor(wanted), 1.0), np.maximum(np.ceil(wanted), 1.0)):
        rate = np.minimum(pools.rate[None, :], number * each[:, None])
        accels = pools.accels[None, :] + number * decode.accels[:, None]
        most = np.maximum(UNIT_RACKS * rack.per_rack, pools.accels[None, :] + decode.accels[:, None])
        allowed = (accels <= most) & (~pools.is_near[None, :] | (accels <= domain))
        score = np.where(allowed, rate * racks_rate(rack, accels) * (1.0 - FEWER * accels), 0.0)
        pool = score.argmax(axis=1)
        found = score[rows, pool]
        better = found > best_score
        best_score = np.where(better, found, best_score)
        best = _Matched(
            np.where(better, pool, best.pool),
            np.where(better, number[rows, pool], best.num_decode),
            np.where(better, rate[rows, pool], best.rate),
        )
    return best


def _tried(case: ServingCase, rack: ServingRack, pools: _Pools, part: _Matched, decode: _Decode) -> Tried:
    """Units as columns: a unit's queue has the load that its slower side lets through."""
    own = pools.station
    base_s = np.broadcast_to(own.base_s, own.service_s.shape)[:, part.pool]
    station = Station(own.share, base_s, own.service_s[:, part.pool], own.servers[part.pool], own.arrival_cv2)
    load = part.rate * station.mean_service_s / station.servers
    waiting = station.waiting(load)
    tok_s = part.rate * case.request.output_tokens
    prefill = _pick(pools.instance, part.pool)
    accels = pools.accels[part.pool] + part.num_decode * decode.instance.accels
    times = ServingTimes(
        terms=decode.terms,
        step_s=decode.step_s,
        prefill_s=station.mean_service_s,
        tpot_s=decode.step_s / case.request.tokens_per_step,
        ttft_s=waiting.quantile_s(case.quantile),
        pause_s=decode.step_s,
        rate_tok_s=tok_s,
        waiting=waiting,
    )
    return Tried(
        arrangement="apart",
        instance=decode.instance,
        times=times,
        memory_byte=np.maximum(decode.memory_byte, pools.memory_byte[part.pool]),
        rack_tok_s=tok_s * racks_rate(rack, accels) * case.availability,
        accels=accels,
        is_stopped=decode.is_stopped,
        prefill=prefill,
        num_prefill=pools.number[part.pool],
        num_decode=part.num_decode,
    )
