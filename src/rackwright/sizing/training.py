"""How many whole racks does a training run need, as one gang, to finish by its deadline?

All configurations in a window of accelerators are laid out as columns, those that do not fit the memory are dropped,
the rest are timed. The gang is the fewest racks that meet the deadline; among equals the fastest step, then the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import SECONDS_PER_DAY
from rackwright.sizing.architecture import Shape, mixed_mean_keys
from rackwright.sizing.bands import Spread
from rackwright.sizing.device import Device
from rackwright.sizing.layers import model_flop_per_token
from rackwright.sizing.memory import TrainingMemory, training_memory_byte
from rackwright.sizing.partition import Partition
from rackwright.sizing.rivals import Rival, find_rivals
from rackwright.sizing.space import ALL_OFFLOADS, PLAIN, Axes, search_space, wide_axes
from rackwright.sizing.step import Overlap, RunShape, StepTimes, lower_bound_accel_s, step_times

__all__ = ["Gang", "NoGang", "TrainingCase", "TrainingDevice", "find_gangs"]

MICRO_BATCHES = (1, 2, 4, 8)
WINDOW = 2.0
"""Each search window ends at this multiple of its start, in whole racks; the next follows until a gang is found."""
CHUNK = 20_000
"""Columns timed at once, so that they stay in the cache."""


@dataclass(frozen=True, slots=True)
class TrainingCase:
    """One training run.

    Parameters
    ----------
    shape
        The model.
    tokens
        Tokens to train on.
    run
        Sequence length and global batch.
    days
        Wall days from start to deadline.
    goodput
        Share of wall time that makes progress.
    software
        Share of the predicted speed that today's software reaches.
    is_wide
        Context parallelism, ZeRO 2 and 3 and uneven stages are searched too.
    may_offload
        Host memory is searched too.
    """

    shape: Shape
    tokens: float
    run: RunShape
    days: float
    goodput: float
    software: float
    is_wide: bool = False
    may_offload: bool = False

    @property
    def axes(self) -> Axes:
        """What is searched beside the degrees every search tries."""
        axes = wide_axes(self.run.sequence) if self.is_wide else PLAIN
        return replace(axes, offload=ALL_OFFLOADS) if self.may_offload else axes

    @property
    def campuses(self) -> int:
        """Campuses that share the job."""
        return int(self.run.campuses.number)

    def memory(self, part: Partition) -> TrainingMemory:
        """Memory of the fullest accelerator."""
        return training_memory_byte(self.shape, part, sequence=self.run.sequence, gradient_byte=self.run.gradient_byte)

    @property
    def longest_step_s(self) -> float:
        """Predicted step that just meets the deadline [s]."""
        steps = self.tokens / (self.run.sequence * self.run.global_batch)
        return self.days * SECONDS_PER_DAY * self.goodput * self.software / steps


@dataclass(frozen=True, slots=True)
class TrainingDevice:
    """Accelerators at the three speeds and what a rack holds of them."""

    slow: Device
    middle: Device
    fast: Device
    per_rack: int
    memory_reserve_share: float
    overlap: Overlap
    slow_overlap: Overlap
    fast_overlap: Overlap
    host_reserve_share: float = 0.0

    def fits(self, memory: TrainingMemory) -> NDArray[np.bool_]:
        """Where device and host memory suffice."""
        room = self.middle.memory_byte * (1.0 - self.memory_reserve_share)
        host_room = self.middle.host_memory_byte * (1.0 - self.host_reserve_share)
        return np.asarray((memory.total <= room) & (memory.host_total <= host_room))

    def racks(self, accels: NDArray[np.float64], campuses: int) -> NDArray[np.float64]:
        """Whole racks of a gang, the same number on each campus."""
        return np.asarray(np.ceil(accels / campuses / self.per_rack) * campuses)


@dataclass(frozen=True)
class Gang:
    """The smallest gang that meets a limit, with its configuration (columns of length one)."""

    racks: int
    part: Partition
    step_s: float
    times: StepTimes
    memory: TrainingMemory
    num_timed: int
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True, slots=True)
class NoGang:
    """No configuration works; why, and what would help; `is_memory` where the model fits nowhere."""

    reason: str
    relief: str
    is_memory: bool = False


@dataclass
class _Found:
    """Survivors of the windows searched so far."""

    parts: list[Partition]
    step_s: list[NDArray[np.float64]]
    num_laid: int = 0
    num_timed: int = 0


def find_gangs(
    case: TrainingCase, device: TrainingDevice, spread: Spread, *, is_compared: bool = False
) -> tuple[Gang, Gang, Gang] | NoGang:
    """Gangs at the fast, middle and slow end of the speed.

    Parameters
    ----------
    case
        The run.
    device
        Accelerators and rack.
    spread
        Speed at its 10 % and 90 % values over the middle, all sources of doubt together.
    is_compared
        The middle gang carries what else was found that it does not beat.

    Returns
    -------
    Gangs for p10, p50, p90 of accelerators: never decreasing. If even the largest useful gang is too slow or too
    small, the reason and the nearest change.
    """
    limits = [case.longest_step_s * factor for factor in (spread.fast, 1.0, spread.slow)]
    fewest = lower_bound_accel_s(case.shape, device.middle, case.run)
    found = _Found([], [])
    start = max(1.0, fewest / limits[0])
    largest = _largest(case, device.middle)
    while start <= largest:
        end = float(device.racks(np.asarray(start * WINDOW), case.campuses)) * device.per_rack
        _search(case, device, start, end, found)
        best = np.min([steps.min(initial=np.inf) for steps in found.step_s], initial=np.inf)
        if best <= limits[2]:
            break
        start = end + 1.0
    if not found.num_timed:
        # Even a perfect gang of the largest size misses the deadline: time that size, to say by how much.
        _search(case, device, max(largest / WINDOW, 1.0), largest, found)
    gangs = [_pick(case, device, found, limit) for limit in limits]
    result = _result(case, device, found, gangs)
    if isinstance(result, NoGang) or not is_compared:
        return result
    return result[0], replace(result[1], rivals=_rivals(case, device, found, result[1])), result[2]


def _largest(case: TrainingCase, device: Device) -> float:
    """More accelerators than one sequence per replica, one layer per stage and a full tensor group have no use."""
    return case.run.global_batch * case.shape.layers * min(device.domain, case.shape.heads)


def _search(case: TrainingCase, device: TrainingDevice, fewest: float, most: float, found: _Found) -> None:
    """Lay out one window, mask what does not fit, time the rest."""
    part = search_space(
        case.shape,
        domain=device.middle.domain,
        global_batch=int(case.run.global_batch),
        fewest=fewest,
        most=most,
        micro_batches=MICRO_BATCHES,
        axes=case.axes if device.middle.host_byte_s > 0.0 else replace(case.axes, offload=PLAIN.offload),
        campuses=case.campuses,
    )
    found.num_laid += part.tensor.size
    part = part.take(device.fits(case.memory(part)))
    for begin in range(0, part.tensor.size, CHUNK):
        piece = part.take(np.arange(begin, min(begin + CHUNK, part.tensor.size)))
        found.parts.append(piece)
        found.step_s.append(step_times(case.shape, device.middle, case.run, piece, device.overlap).step_s)
        found.num_timed += piece.tensor.size


def _pick(case: TrainingCase, device: TrainingDevice, found: _Found, limit_s: float) -> Gang | None:
    """Fewest racks, then the fastest step, then the first in order, among those within the limit."""
    best: tuple[float, float, int, int] | None = None
    for number, (part, steps) in enumerate(zip(found.parts, found.step_s, strict=True)):
        ok = np.flatnonzero(steps <= limit_s)
        if ok.size:
            racks = device.racks(part.accels[ok], case.campuses)
            best_of = np.lexsort((ok, steps[ok], racks))[0]
            candidate = (float(racks[best_of]), float(steps[ok[best_of]]), number, int(ok[best_of]))
            best = candidate if best is None else min(best, candidate)
    if best is None:
        return None
    racks_needed, step_s, number, index = best
    part = found.parts[number].take(np.array([index]))
    return Gang(
        racks=int(racks_needed),
        part=part,
        step_s=step_s,
        times=step_times(case.shape, device.middle, case.run, part, device.overlap),
        memory=case.memory(part),
        num_timed=found.num_timed,
    )


def _result(
    case: TrainingCase, device: TrainingDevice, found: _Found, gangs: list[Gang | None]
) -> tuple[Gang, Gang, Gang] | NoGang:
    fast, middle, slow = gangs
    if middle is not None:
        # Where no gang is large enough for the slow end, the middle one with its slow rate is the honest answer.
        return fast or middle, middle, slow or _largest_gang(case, device, found) or middle
    if not found.num_timed:
        return _too_large(case, device)
    best_s = min(float(steps.min()) for steps in found.step_s if steps.size)
    days = case.days * best_s / case.longest_step_s
    allowed_s = case.longest_step_s
    nearer = ", a faster link between campuses, or fewer of them" if case.campuses > 1 else ""
    return NoGang(
        f"no configuration meets the deadline: the fastest step takes {best_s:.3g} s, {allowed_s:.3g} s is allowed",
        f"{days - case.days:,.0f} more days, or a larger global batch than {case.run.global_batch:.0f}{nearer}",
    )


def _rivals(case: TrainingCase, device: TrainingDevice, found: _Found, gang: Gang) -> tuple[Rival, ...]:
    """What else the search found that the chosen gang does not beat in everything."""
    searched = tuple(zip(found.parts, found.step_s, strict=True))
    return find_rivals(
        searched,
        racks_of=lambda part: device.racks(part.accels, case.campuses),
        memory_of=lambda part: case.memory(part).total,
        racks=gang.racks,
        step_s=gang.step_s,
    )


def _largest_gang(case: TrainingCase, device: TrainingDevice, found: _Found) -> Gang | None:
    """The gang with the fastest step of all, when the slow end misses the deadline even so."""
    best = min((float(steps.min()) for steps in found.step_s if steps.size), default=np.inf)
    return _pick(case, device, found, best)


def _too_large(case: TrainingCase, device: TrainingDevice) -> NoGang:
    """The model fits nowhere: say what the leanest configuration would need."""
    part = search_space(
        case.shape,
        domain=device.middle.domain,
        global_batch=int(case.run.global_batch),
        fewest=_largest(case, device.middle) / 64.0,
        most=_largest(case, device.middle),
        micro_batches=(1,),
        axes=replace(case.axes, offload=PLAIN.offload),
        campuses=case.campuses,
    )
    need = case.memory(part).total.min(initial=np.inf) / (1.0 - device.memory_reserve_share)
    have = device.middle.memory_byte
    if not np.isfinite(need):
        apart = f" divided among {case.campuses} campuses" if case.campuses > 1 else ""
        return NoGang(
            f"no degrees of parallelism divide {case.shape.heads:.0f} heads and a batch of {case.run.global_batch:.0f}"
            + apart,
            "a global batch with more divisors, such as a power of two",
        )
    return NoGang(
        f"no configuration fits into {have / 1e9:.3g} GB of an accelerator{_host_said(case, device)}",
        f"{need / 1e9:.3g} GB per accelerator, or a shorter sequence than {case.run.sequence:.0f}",
        is_memory=True,
    )


def _host_said(case: TrainingCase, device: TrainingDevice) -> str:
    """What was tried with host memory, or why it was not."""
    if not case.may_offload:
        return ""
    if device.middle.host_byte_s <= 0.0 or device.middle.host_memory_byte <= 0.0:
        return ", and the accelerator states no host link and memory to offload to"
    return f", nor with {device.middle.host_memory_byte / 1e9:.3g} GB of its host"


def mfu_share(case: TrainingCase, device: Device, gang: Gang) -> float:
    """Model FLOPs of a step over what the accelerators in use could do at their peak, without recomputation."""
    keys = mixed_mean_keys(case.shape, 0.0, case.run.sequence)
    flop = 3.0 * model_flop_per_token(case.shape, keys) * case.run.sequence * case.run.global_batch
    step_s = gang.step_s / case.software
    return flop / (step_s * float(gang.part.accels[0]) * device.peak_flop_s)
