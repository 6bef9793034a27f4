"""Which date is safe at 80 %? Correlated samples of durations, lead times and risks through the network.

Each duration follows a two-piece normal through its 10, 50 and 90 % points, cut at zero; durations of a project share
one factor with the project's correlation. Register risks strike with their probability. Samples keep the order in which
the plan uses each resource (its users become links), so a late user delays the next one, and no job runs through a
shutdown of a resource it holds; or users take their turn anew in each sample (`anew`), as the network says. What the
plan holds back on purpose (`Dates.held`) starts no sooner than planned. Blocks of samples are drawn from (seed, block)
and joined in order, so any number of workers gives the same numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import Estimate
from rackwright.schedule.anew import Anew
from rackwright.schedule.generation import Dates, instance_of
from rackwright.schedule.instance import BoolArray, Instance
from rackwright.schedule.network import Arc, Network
from rackwright.schedule.turns import resource_arcs, time_order
from rackwright.schedule.workdays import IntArray, Workdays

__all__ = [
    "BLOCK",
    "DURATION_QUANTILES",
    "NUM_SAMPLES",
    "Sampled",
    "sample_finishes",
    "sample_risk",
    "two_piece",
]

FloatArray = NDArray[np.float64]
SmallArray = NDArray[np.int32]
NUM_SAMPLES = 10_000
BLOCK = 2_000
DURATION_QUANTILES = (0.1, 0.5, 0.8, 0.9, 0.95)
Z90 = 1.2815515655446004  # 90 % point of the standard normal
MOST_DAYS = 32_000  # durations are ranked as 16-bit numbers


@dataclass(frozen=True)
class Sampled:
    """What the samples say.

    Attributes
    ----------
    finish
        Finish day of each watched job in every sample, shape (watched, samples), axis days.
    watched
        Jobs whose finish is kept: row of `finish` by job, -1 for the others; shape (jobs,).
    critical_share
        Share of the samples in which a job drives the end of its project, shape (jobs,).
    rank_correlation
        Spearman correlation of a job's duration with the end of its own project, shape (jobs,).
    project_end
        End of each project in every sample, shape (projects, samples).
    duration_quantile
        Duration at the shares `DURATION_QUANTILES`, shape (5, jobs).
    """

    finish: SmallArray
    watched: IntArray
    critical_share: FloatArray
    rank_correlation: FloatArray
    project_end: SmallArray
    duration_quantile: IntArray


@dataclass
class _Block:
    start: SmallArray
    finish: SmallArray
    duration: SmallArray


_Counter = Callable[[SmallArray], IntArray]
_Sampler = Callable[[SmallArray], tuple[_Block, _Counter]]


@dataclass(frozen=True)
class _Drawn:
    """What is kept of one block of samples."""

    finish: SmallArray
    duration: NDArray[np.int16]
    project_end: SmallArray
    critical: IntArray


def sample_finishes(network: Network, dates: Dates, *, seed: int, num_samples: int = NUM_SAMPLES) -> SmallArray:
    """Finish day of every job in every sample, with resources; shape (jobs, samples)."""
    sampler = _sampler(network, dates)
    blocks = [sampler(_durations(network, seed, number, size))[0].finish for number, size in _blocks(num_samples)]
    return np.concatenate(blocks, axis=1)


def sample_risk(
    network: Network,
    dates: Dates,
    *,
    seed: int,
    num_samples: int = NUM_SAMPLES,
    use_resources: bool = True,
    workers: int = 1,
) -> Sampled:
    """Sample the plan and say what drives its end.

    Parameters
    ----------
    network, dates
        The plan.
    seed
        Seed of all samples.
    num_samples
        Number of samples.
    use_resources
        True to take turns on resources as the network says; False for links alone, too hopeful where labs are full.
    workers
        Threads that draw blocks of samples; the answer does not depend on it.
    """
    sampler = _sampler(network, dates, use_resources=use_resources)
    ends, watched = _last_jobs(network), _watched(network)
    gates = np.nonzero(watched >= 0)[0]

    def draw(block: tuple[int, int]) -> _Drawn:
        sampled, count_drivers = sampler(_durations(network, seed, *block))
        last = np.array([sampled.finish[own].max(axis=0) for own in ends], dtype=np.int32)
        last = last.reshape(len(ends), block[1])
        critical = count_drivers(last)
        return _Drawn(sampled.finish[gates], sampled.duration.astype(np.int16), last, critical)

    with ThreadPoolExecutor(max_workers=workers) as pool:
        drawn = list(pool.map(draw, _blocks(num_samples)) if workers > 1 else map(draw, _blocks(num_samples)))
    owner = np.array([job.project for job in network.jobs])
    duration = np.concatenate([block.duration for block in drawn], axis=1)
    ends_by_sample = np.concatenate([block.project_end for block in drawn], axis=1)
    return Sampled(
        finish=np.concatenate([block.finish for block in drawn], axis=1),
        watched=watched,
        critical_share=sum((block.critical for block in drawn), np.zeros(len(network.jobs), np.int64)) / num_samples,
        rank_correlation=_rank_correlation(duration, ends_by_sample, owner),
        project_end=ends_by_sample,
        duration_quantile=_duration_quantile(duration),
    )


def _sampler(network: Network, dates: Dates, *, use_resources: bool = True) -> _Sampler:
    """What places a block of durations, and then counts the samples in which each job drives the end of a project."""
    network, arcs = _held_back(network, dates), [list[Arc]() for _ in network.jobs]
    if use_resources and network.sampled_order == "anew":
        in_turn = np.array(time_order(network, dates, arcs), dtype=np.int64)
        return partial(_placed_anew, network, instance_of(network), in_turn)
    arcs = resource_arcs(network, dates) if use_resources else arcs
    order = time_order(network, dates, arcs)

    def keep(duration: SmallArray) -> tuple[_Block, _Counter]:
        block = _propagate(network, order, arcs, duration)
        return block, partial(_criticality, network, order, arcs, block)

    return keep


def _held_back(network: Network, dates: Dates) -> Network:
    """The network in which nothing that the plan holds back on purpose starts sooner than planned."""
    pairs = zip(network.jobs, dates.held.tolist(), dates.start.tolist(), strict=True)
    jobs = tuple(dataclasses.replace(job, release=start) if held else job for job, held, start in pairs)
    return dataclasses.replace(network, jobs=jobs)


def _placed_anew(
    network: Network, instance: Instance, order: IntArray, duration: SmallArray
) -> tuple[_Block, _Counter]:
    """A block in which users of resources take their turn anew."""
    begun = _Block(np.full_like(duration, -1), np.full_like(duration, -1), duration)
    for number, job in enumerate(network.jobs):
        if job.fixed_start >= 0 or job.fixed_finish >= 0:
            _forward(network, number, [], begun)
    days, fixed = (np.ascontiguousarray(part.T, dtype=np.int64) for part in (duration, begun.finish))
    anew = Anew.placed(instance, order, days, fixed)
    placed = _Block(anew.start.T.astype(np.int32), anew.finish.T.astype(np.int32), duration)

    def count(last: SmallArray) -> IntArray:
        return anew.driver_counts(np.ascontiguousarray(_ending(network, placed, last).T))

    return placed, count


def _blocks(num_samples: int) -> list[tuple[int, int]]:
    """(number, size) of the blocks that make up so many samples."""
    return [(i, min(BLOCK, num_samples - first)) for i, first in enumerate(range(0, num_samples, BLOCK))]


def _last_jobs(network: Network) -> list[IntArray]:
    """Jobs of each project without a successor in it: one of them ends the project."""
    last: list[list[int]] = [[] for _ in network.projects]
    for number, job in enumerate(network.jobs):
        followers = (network.jobs[arc.after].project for arc in network.arcs_from[number] if arc.kind[1] == "S")
        if job.project not in followers:
            last[job.project].append(number)
    return [np.array(jobs, dtype=np.int64) for jobs in last]


def _watched(network: Network) -> IntArray:
    """Row in which a job's finishes are kept: gates, what is delivered, and everything in small programs."""
    keep = [job.activity.kind == "gate" or bool(job.activity.gate) for job in network.jobs]
    given = {(i, d.gate) for i, project in enumerate(network.projects) for d in project.delivers}
    keep = [flag or (job.project, job.activity.id) in given for flag, job in zip(keep, network.jobs, strict=True)]
    return np.where(keep, np.cumsum(keep) - 1, -1)


def _propagate(network: Network, order: list[int], arcs: list[list[Arc]], duration: SmallArray) -> _Block:
    block = _Block(np.zeros_like(duration), np.zeros_like(duration), duration)
    closed = _closed_spans(network)
    for job in order:
        _forward(network, job, arcs[job], block)
        spans = sorted({span for resource, _ in network.jobs[job].demands for span in closed[resource]})
        if spans and network.jobs[job].fixed_start < 0 and network.jobs[job].fixed_finish < 0:
            _wait_for_shutdowns(network.workdays(job), spans, job, block)
    return block


def _closed_spans(network: Network) -> list[list[tuple[int, int]]]:
    """(first day, day after) of each run of days on which a renewable resource has no unit, by resource."""
    found = []
    for profile, is_renewable in zip(network.capacity, network.is_renewable, strict=True):
        is_shut = np.concatenate(([False], (profile == 0) & is_renewable, [False]))
        edges = np.flatnonzero(np.diff(is_shut.astype(np.int8))).tolist()
        found.append(list(zip(edges[::2], edges[1::2], strict=True)))
    return found


def _wait_for_shutdowns(calendar: Workdays, spans: list[tuple[int, int]], job: int, block: _Block) -> None:
    """Begin after each shutdown that a job would overlap in a sample, since it holds its resources without a break."""
    for first, after in spans:
        overlaps = (block.start[job] < after) & (block.finish[job] > first) & (block.duration[job] > 0)
        if overlaps.any():
            block.start[job] = np.where(overlaps, np.int32(after), block.start[job])
            block.finish[job] = _finish(calendar, block.start[job], block.duration[job])


def _forward(network: Network, job: int, extra: list[Arc], block: _Block) -> None:
    entry, calendar, duration = network.jobs[job], network.workdays(job), block.duration[job]
    if entry.fixed_finish >= 0:
        block.start[job], block.finish[job] = entry.fixed_finish - 1, entry.fixed_finish
        return
    if entry.fixed_start >= 0:
        block.start[job] = entry.fixed_start
        if entry.open_share is not None:
            left = np.maximum(np.ceil(duration * np.float32(entry.open_share)), 1).astype(np.int32)
            block.finish[job] = _finish(calendar, np.full_like(duration, network.first_day), left)
            return
        finish = _finish(calendar, block.start[job], duration)
        block.finish[job] = np.maximum(finish, network.first_day + 1)
        return
    begins = np.full(duration.shape, max(entry.release, network.first_day), dtype=np.int32)
    for arc in (*network.arcs_into[job], *extra):
        np.maximum(begins, _reached(network, arc, block), out=begins)
    block.start[job] = begins
    block.finish[job] = _finish(calendar, begins, duration)


def _reached(network: Network, arc: Arc, block: _Block) -> SmallArray:
    """First day an arc lets its second job start."""
    reached: SmallArray = block.finish[arc.before] if arc.kind[0] == "F" else _begun(network, arc.before, block)
    if arc.lag:
        reached = reached + np.int32(arc.lag)
    if arc.kind[1] == "S":
        return reached
    calendar, duration = network.workdays(arc.after), block.duration[arc.after]
    starts: SmallArray = reached - duration
    if not calendar.is_elapsed:
        starts = calendar.starts_to_end_at(reached.astype(np.int64), duration.astype(np.int64)).astype(np.int32)
    return starts


def _begun(network: Network, job: int, block: _Block) -> SmallArray:
    """Day on which a job begins: the first one worked from the day on which it may, or its actual one."""
    calendar = network.workdays(job)
    start: SmallArray = block.start[job]
    if calendar.is_elapsed or network.jobs[job].fixed_start >= 0 or network.jobs[job].fixed_finish >= 0:
        return start
    return np.where(block.duration[job] > 0, calendar.next_starts(start.astype(np.int64)), start).astype(np.int32)


def _finish(calendar: Workdays, begins: SmallArray, duration: SmallArray) -> SmallArray:
    if calendar.is_elapsed:
        return begins + duration
    return calendar.finishes(begins.astype(np.int64), duration.astype(np.int64)).astype(np.int32)


def _criticality(
    network: Network, order: list[int], arcs: list[list[Arc]], block: _Block, last: SmallArray
) -> IntArray:
    """Number of samples in which each job drives the end of a project: walked back from the last jobs."""
    drives = _ending(network, block, last)
    for job in reversed(order):
        if network.jobs[job].fixed_start >= 0 or network.jobs[job].fixed_finish >= 0 or not drives[job].any():
            continue
        for arc in (*network.arcs_into[job], *arcs[job]):
            binds = _reached(network, arc, block) == block.start[job]
            drives[arc.before] |= drives[job] & binds
    return np.asarray(drives.sum(axis=1), dtype=np.int64)


def _ending(network: Network, block: _Block, last: SmallArray) -> BoolArray:
    """Jobs without a successor in their project that end it in a sample, shape (jobs, samples)."""
    is_last = np.zeros(block.start.shape, dtype=np.bool_)
    for number, entry in enumerate(network.jobs):
        if not any(network.jobs[arc.after].project == entry.project for arc in network.arcs_from[number]):
            is_last[number] = block.finish[number] == last[entry.project]
    return is_last


def _durations(network: Network, seed: int, block: int, size: int) -> SmallArray:
    """Sampled duration of every job [days of its calendar], shape (jobs, size)."""
    random = np.random.default_rng([seed, block])
    factors = random.standard_normal((len(network.projects), size), dtype=np.float32)
    sampled = np.empty((len(network.jobs), size), dtype=np.int32)
    for number, entry in enumerate(network.jobs):
        project = network.projects[entry.project]
        own = random.standard_normal(size, dtype=np.float32)
        share = np.float32(np.sqrt(project.correlation)), np.float32(np.sqrt(1.0 - project.correlation))
        days = two_piece(entry.estimate, share[0] * factors[entry.project] + share[1] * own)
        for risk in project.risks:
            if risk.activity == entry.activity.id:
                strikes = random.random(size) < risk.probability_share
                days = days + strikes * two_piece(risk.delay, random.standard_normal(size))
        sampled[number] = np.minimum(np.rint(days), MOST_DAYS)
    return sampled


def two_piece(estimate: Estimate, z: NDArray[np.floating]) -> NDArray[np.floating]:
    """Value at standard normal scores: median + z/z90 x (high - median) above, (median - low) below, never negative.

    Examples
    --------
    >>> two_piece(Estimate(10, 8, 16), np.array([0.0, 1.2815515655446004, -1.2815515655446004])).round(6).tolist()
    [10.0, 16.0, 8.0]
    """
    above, below = (estimate.high - estimate.value) / Z90, (estimate.value - estimate.low) / Z90
    return np.maximum(np.where(z > 0, z * above, z * below) + estimate.value, 0.0)


def _rank_correlation(duration: NDArray[np.int16], project_end: SmallArray, owner: IntArray) -> FloatArray:
    """Spearman correlation of each duration with the end of its project; 0 where one of them never varies."""
    ends = np.array([_ranks(row) for row in project_end])
    found = np.zeros(len(duration))
    for job, row in enumerate(duration):
        if row.min() < row.max():
            found[job] = float(_ranks(row) @ ends[owner[job]])
    return found


def _ranks(values: NDArray[np.int16] | SmallArray) -> NDArray[np.float32]:
    """Mean ranks of values, centred and of length one; zeros where all are equal."""
    low = int(values.min())
    counts = np.bincount(values.astype(np.int64) - low)
    after = np.cumsum(counts)
    rank_of_value = after - (counts - 1) / 2.0
    ranks = rank_of_value[values.astype(np.int64) - low] - (len(values) + 1) / 2.0
    length = float(np.sqrt(np.sum(ranks * ranks)))
    return (ranks / length if length > 0 else ranks).astype(np.float32)


def _duration_quantile(duration: NDArray[np.int16]) -> IntArray:
    """Points of each duration at `DURATION_QUANTILES`, shape (5, jobs)."""
    places = [min(int(np.ceil(share * duration.shape[1])) - 1, duration.shape[1] - 1) for share in DURATION_QUANTILES]
    return np.sort(duration, axis=1)[:, places].T.astype(np.int64)
