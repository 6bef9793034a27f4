"""Which speed to a user can be had for which throughput, and why is the chosen unit the best?

The frontier holds units that no other beats in both time per token and tokens per second and accelerator, among those
that keep the limit of the first token. The alternatives say for each kind of instance how far it gets, and what stops
it.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.instance_times import SERVING_TERMS, ServingCase
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.profile import PowerFacts, PowerProfile, power_profile
from rackwright.sizing.serving import Service, Tried

__all__ = ["Alternative", "Point", "alternatives", "frontier", "unit_profile"]

MOST_POINTS = 16
"""Points of a frontier for each arrangement; those nearest to even steps of the time per token are kept."""
QUANTILES = (0.5, 0.95, 0.99)


@dataclass(frozen=True, slots=True)
class Point:
    """One unit of the frontier.

    Parameters
    ----------
    arrangement
        `together` or `apart`.
    tensor, groups, batch
        Of the instance that decodes.
    accels, prefill_accels
        Accelerators of the unit, and those of them that only compute prompts.
    tpot_s, ttft_s, ttft_p50_s, ttft_p95_s, ttft_p99_s, pause_s
        Time per token; time to first token, mean and quantiles; longest time between two tokens.
    accel_tok_s
        Tokens per second of one accelerator of a rack, availability included.
    memory_byte
        Memory used on the fullest accelerator.
    rack_w
        Mean load of a rack at its input under this load.
    is_kept, is_chosen
        Whether both limits are kept, and whether sizing chose it.
    """

    arrangement: str
    tensor: int
    groups: int
    batch: int
    accels: int
    prefill_accels: int
    tpot_s: float
    ttft_s: float
    ttft_p50_s: float
    ttft_p95_s: float
    ttft_p99_s: float
    pause_s: float
    accel_tok_s: float
    memory_byte: float
    rack_w: float
    is_kept: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Alternative:
    """The best unit of one kind of instance; `best_share` is its rate over that of the chosen unit, 0 if none works."""

    arrangement: str
    tensor: int
    groups: int
    batch: int
    tpot_s: float
    ttft_s: float
    memory_byte: float
    best_share: float
    binding: str


def frontier(case: ServingCase, service: Service, power: PowerFacts, per_rack: int) -> list[Point]:
    """Points of all arrangements in order of time per token, the chosen unit among them."""
    points: list[Point] = []
    for tried in service.tried:
        chosen = service.column if tried.arrangement == service.unit.arrangement else -1
        index = _envelope(tried, chosen)
        part = tried.take(index)
        figures = _Figures(part, [part.times.waiting.quantile_s(share) for share in QUANTILES], part.keeps(case))
        points += [
            _point(case, figures, number, power, is_chosen=int(place) == chosen) for number, place in enumerate(index)
        ]
    per_accel = [dataclasses.replace(point, accel_tok_s=point.accel_tok_s / per_rack) for point in points]
    return sorted(per_accel, key=lambda row: (row.arrangement, row.tpot_s, row.accels))


@dataclass(frozen=True)
class _Figures:
    """Units of a frontier with the quantiles of their first token, and whether they keep the limits."""

    part: Tried
    waits: list[FloatArray]
    kept: NDArray[np.bool_]


def _envelope(tried: Tried, chosen: int) -> NDArray[np.int64]:
    """Units that no other beats, thinned, with the chosen one."""
    rate = np.where(tried.times.rate_tok_s > 0.0, tried.rack_tok_s, 0.0)
    order = np.lexsort((np.arange(rate.size), -rate, tried.times.tpot_s))
    best_before = np.r_[0.0, np.maximum.accumulate(rate[order])[:-1]]
    front = order[rate[order] > best_before]
    kept = _thinned(tried, front)
    extra = [chosen] if chosen >= 0 and chosen not in kept else []
    return np.array([*kept, *extra], dtype=np.int64)


def _thinned(tried: Tried, front: NDArray[np.int64]) -> list[int]:
    """At most `MOST_POINTS` of a frontier, near even steps of the logarithm of the time per token."""
    if front.size <= MOST_POINTS:
        return [int(index) for index in front]
    steps = np.log(tried.times.tpot_s[front])
    wanted = np.linspace(steps[0], steps[-1], MOST_POINTS)
    return sorted({int(front[np.argmin(np.abs(steps - step))]) for step in wanted}, key=front.tolist().index)


def _point(case: ServingCase, figures: _Figures, number: int, power: PowerFacts, *, is_chosen: bool) -> Point:
    """One unit as a point; its rate is still that of a rack."""
    one = figures.part.take(np.array([number]))
    p50_s, p95_s, p99_s = (float(wait[number]) for wait in figures.waits)
    return Point(
        arrangement=one.arrangement,
        tensor=int(one.instance.tensor[0]),
        groups=int(one.instance.groups[0]),
        batch=int(one.instance.batch[0]),
        accels=int(one.accels[0]),
        prefill_accels=_prefill_accels(one),
        tpot_s=float(one.times.tpot_s[0]),
        ttft_s=float(one.times.waiting.mean_s[0]),
        ttft_p50_s=p50_s,
        ttft_p95_s=p95_s,
        ttft_p99_s=p99_s,
        pause_s=float(one.times.pause_s[0]),
        accel_tok_s=float(one.rack_tok_s[0]),
        memory_byte=float(one.memory_byte[0]),
        rack_w=unit_profile(case, one, power).mean_w,
        is_kept=bool(figures.kept[number]),
        is_chosen=is_chosen,
    )


def _prefill_accels(unit: Tried) -> int:
    return 0 if unit.prefill is None else int(unit.num_prefill[0] * unit.prefill.accels[0])


def unit_profile(case: ServingCase, unit: Tried, power: PowerFacts) -> PowerProfile:
    """Power of one rack of units: prompts are compute phases, decode steps are memory and network phases.

    Apart, each pool has its own phases; the rack's are their mean by accelerators, and prefill idles where it waits.
    """
    times = unit.times
    step_s = float(times.step_s[0])
    seconds = dict(zip(SERVING_TERMS, (float(row[0]) for row in times.terms), strict=True))
    network_s = seconds["communication-tensor"] + seconds["communication-expert"]
    if unit.prefill is None:
        prefill_s = max(float(times.tpot_s[0]) * case.request.tokens_per_step - step_s, 0.0)
        period_s, compute_s, decode_share = step_s + prefill_s, prefill_s, 1.0
    else:
        decode_share = 1.0 - _prefill_accels(unit) / float(unit.accels[0])
        servers = float(unit.num_prefill[0] * unit.prefill.groups[0])
        load = float(times.rate_tok_s[0]) / case.request.output_tokens * float(times.prefill_s[0]) / servers
        period_s, compute_s = step_s, (1.0 - decode_share) * min(load, 1.0) * step_s
    return power_profile(
        power,
        step_s=period_s,
        compute_s=compute_s,
        memory_s=decode_share * (step_s - network_s),
        communication_s=decode_share * network_s,
    )


def alternatives(case: ServingCase, service: Service) -> list[Alternative]:
    """The best batch of each kind of instance, and what stops more, in order of rate."""
    rows = []
    for tried in service.tried:
        rate = np.where(tried.keeps(case), tried.rack_tok_s, 0.0)
        kinds = np.unique(np.stack([tried.instance.tensor, tried.instance.groups]), axis=1)
        for tensor, groups in kinds.T:
            own = np.flatnonzero((tried.instance.tensor == tensor) & (tried.instance.groups == groups))
            best = int(own[np.argmax(rate[own])]) if rate[own].any() else int(own[0])
            rows.append(_alternative(case, tried, own, best, float(rate[best]) / service.rack_tok_s))
    return sorted(rows, key=lambda row: (-row.best_share, row.arrangement, row.tensor, row.groups))


def _alternative(case: ServingCase, tried: Tried, own: NDArray[np.int64], best: int, share: float) -> Alternative:
    return Alternative(
        arrangement=tried.arrangement,
        tensor=int(tried.instance.tensor[best]),
        groups=int(tried.instance.groups[best]),
        batch=int(tried.instance.batch[best]),
        tpot_s=float(tried.times.tpot_s[best]),
        ttft_s=float(tried.times.ttft_s[best]),
        memory_byte=float(tried.memory_byte[best]),
        best_share=share,
        binding=_stop(case, tried, own, best, is_working=share > 0.0),
    )


def _stop(case: ServingCase, tried: Tried, own: NDArray[np.int64], best: int, *, is_working: bool) -> str:
    """What stops a larger batch of this kind; for a kind that does not work, the limit it misses."""
    if not is_working:
        return "time per token" if float(tried.times.tpot_s[best]) > case.tpot_s else "time to first token"
    if tried.is_stopped[best]:
        return "memory size"
    more = own[tried.instance.batch[own] > tried.instance.batch[best]]
    if not more.size:
        return "memory size"
    if tried.times.tpot_s[more[0]] > case.tpot_s:
        return "time per token"
    return "time to first token" if tried.times.rate_tok_s[more[0]] <= 0.0 else "rate falls beyond"
