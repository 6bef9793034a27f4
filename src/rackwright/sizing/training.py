"""How many whole racks does a training run need, as one gang, to finish by its deadline?

All configurations in a window of accelerators are laid out as columns, those that do not fit the memory are dropped,
the rest are timed. The gang is the fewest racks that meet the deadline; among equals the fastest step, then the
least memory, then the first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.base.units import SECONDS_PER_DAY, rounded_up
from rackwright.sizing.architecture import Shape, mixed_mean_keys
from rackwright.sizing.bands import Spread
from rackwright.sizing.device import Device
from rackwright.sizing.layers import model_flop_per_token
from rackwright.sizing.memory import TrainingMemory, training_memory_byte
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import Partition
from rackwright.sizing.profile import PowerFacts, mean_load_w
from rackwright.sizing.rivals import Rival, find_rivals
from rackwright.sizing.searched import Finds, Searched
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
    """Accelerators at the three speeds and what a rack holds of them.

    `memory_reserve_share` is memory that no tensor can have, `fragmentation_share` what of it fragmentation takes.
    """

    slow: Device
    middle: Device
    fast: Device
    per_rack: int
    memory_reserve_share: float
    overlap: Overlap
    slow_overlap: Overlap
    fast_overlap: Overlap
    host_reserve_share: float = 0.0
    fragmentation_share: float = 0.0

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
    """No configuration works; why, and what would help.

    `is_memory` is set where the model fits nowhere, `best_s` is the fastest step [s] where only the deadline is missed.
    """

    reason: str
    relief: str
    is_memory: bool = False
    best_s: float = 0.0


def find_gangs(
    case: TrainingCase, device: TrainingDevice, spread: Spread, *, power: PowerFacts | None = None
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
    power
        Power figures of a rack; where they are given the middle gang carries what else was found that it does not beat.

    Returns
    -------
    Gangs for p10, p50, p90 of accelerators: never decreasing. If even the largest useful gang is too slow or too
    small, the reason and the nearest change.
    """
    limits = [case.longest_step_s * factor for factor in (spread.fast, 1.0, spread.slow)]
    fewest = lower_bound_accel_s(case.shape, device.middle, case.run)
    found = Finds()
    start = max(1.0, fewest / limits[0])
    largest = _largest(case, device.middle)
    while start <= largest:
        end = float(device.racks(np.asarray(start * WINDOW), case.campuses)) * device.per_rack
        _search(case, device, (start, end), found, power)
        if found.best_s <= limits[2]:
            break
        start = end + 1.0
    if not found.num_timed:
        # Even a perfect gang of the largest size misses the deadline: time that size, to say by how much.
        _search(case, device, (max(largest / WINDOW, 1.0), largest), found, power)
    searched = found.searched()
    columns = [_pick(searched, limit) for limit in limits]
    result = _result(case, device, searched, columns)
    if isinstance(result, NoGang) or power is None or columns[1] is None:
        return result
    rivals = find_rivals(searched, chosen=columns[1], longest_step_s=limits[1])
    return result[0], replace(result[1], rivals=rivals), result[2]


def _largest(case: TrainingCase, device: Device) -> float:
    """More accelerators than one sequence per replica, one layer per stage and a full tensor group have no use."""
    return case.run.global_batch * case.shape.layers * min(device.domain, case.shape.heads)


def _search(
    case: TrainingCase, device: TrainingDevice, window: tuple[float, float], found: Finds, power: PowerFacts | None
) -> None:
    """Lay out one window of accelerators, mask what does not fit, time the rest."""
    part = search_space(
        case.shape,
        domain=device.middle.domain,
        global_batch=int(case.run.global_batch),
        fewest=window[0],
        most=window[1],
        micro_batches=MICRO_BATCHES,
        axes=case.axes if device.middle.host_byte_s > 0.0 else replace(case.axes, offload=PLAIN.offload),
        campuses=case.campuses,
    )
    memory = case.memory(part)
    fits = np.flatnonzero(device.fits(memory))
    for begin in range(0, fits.size, CHUNK):
        columns = fits[begin : begin + CHUNK]
        piece = part.take(columns)
        times = step_times(case.shape, device.middle, case.run, piece, device.overlap)
        racks = device.racks(piece.accels, case.campuses)
        found.add(
            piece,
            racks=racks,
            step_s=times.step_s,
            memory_byte=memory.total[columns],
            load_w=_loads_w(case, times, racks, power),
        )


def _loads_w(case: TrainingCase, times: StepTimes, racks: FloatArray, power: PowerFacts | None) -> FloatArray:
    """Mean load of whole gangs; what software leaves of a step idles."""
    if power is None:
        return np.zeros_like(racks)
    phases = times.phases
    return racks * mean_load_w(power, replace(phases, step_s=phases.step_s / case.software))


def _pick(searched: Searched, limit_s: float) -> int | None:
    """Fewest racks, then the fastest step, then the least memory, then the first, among those within the limit."""
    own = np.flatnonzero(searched.step_s <= limit_s)
    if not own.size:
        return None
    order = np.lexsort((own, searched.memory_byte[own], searched.step_s[own], searched.racks[own]))
    return int(own[order[0]])


def _gang(case: TrainingCase, device: TrainingDevice, searched: Searched, column: int) -> Gang:
    part = searched.one(column)
    return Gang(
        racks=int(searched.racks[column]),
        part=part,
        step_s=float(searched.step_s[column]),
        times=step_times(case.shape, device.middle, case.run, part, device.overlap),
        memory=case.memory(part),
        num_timed=searched.step_s.size,
    )


def _result(
    case: TrainingCase, device: TrainingDevice, searched: Searched, columns: list[int | None]
) -> tuple[Gang, Gang, Gang] | NoGang:
    fast, middle, slow = columns
    if middle is not None:
        # Where no gang is large enough for the slow end, the fastest of all with its slow rate is the honest answer.
        ends = (middle if fast is None else fast, middle, _fastest(searched) if slow is None else slow)
        first, second, third = (_gang(case, device, searched, column) for column in ends)
        return first, second, third
    if not searched.step_s.size:
        return _too_large(case, device)
    best_s = float(searched.step_s.min())
    days = case.days * best_s / case.longest_step_s
    allowed_s = case.longest_step_s
    more = math.ceil(days - case.days)
    nearer = ", or a faster link between campuses, or fewer of them" if case.campuses > 1 else ""
    return NoGang(
        f"no configuration meets the deadline: the fastest step takes {best_s:.3g} s, {allowed_s:.3g} s is allowed",
        f"{more:,} more day{'s' if more > 1 else ''}{nearer}",
        best_s=best_s,
    )


def _fastest(searched: Searched) -> int:
    """The gang with the fewest racks of those with the fastest step of all."""
    return _pick(searched, float(searched.step_s.min())) or 0


def _too_large(case: TrainingCase, device: TrainingDevice) -> NoGang:
    """The model fits nowhere: say what the leanest configuration would need, and which sequence would fit."""
    need, have = _least_need_byte(case, device), device.middle.memory_byte
    if not np.isfinite(need):
        apart = f" divided among {case.campuses} campuses" if case.campuses > 1 else ""
        return NoGang(
            f"no degrees of parallelism divide {case.shape.heads:.0f} heads and a batch of {case.run.global_batch:.0f}"
            + apart,
            "a global batch with more divisors, such as a power of two",
        )
    fitting = _fitting_sequence(case, device)
    shorter = f", or a sequence of {fitting:,} instead of {case.run.sequence:,.0f}" if fitting else ""
    return NoGang(
        f"no configuration fits into {have / 1e9:.3g} GB of an accelerator{_host_said(case, device)}",
        f"{rounded_up(need / 1e9):g} GB per accelerator{shorter}",
        is_memory=True,
    )


def _least_need_byte(case: TrainingCase, device: TrainingDevice) -> float:
    """Memory an accelerator must have for the leanest configuration [B]; infinite where none divides evenly."""
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
    return float(case.memory(part).total.min(initial=np.inf)) / (1.0 - device.memory_reserve_share)


def _fitting_sequence(case: TrainingCase, device: TrainingDevice) -> int:
    """The longest of half, a quarter, ... of the sequence whose leanest configuration fits; 0 if none does."""
    sequence = int(case.run.sequence)
    while sequence := sequence // 2:
        shorter = replace(case, run=replace(case.run, sequence=float(sequence)))
        if _least_need_byte(shorter, device) <= device.middle.memory_byte:
            return sequence
    return 0


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
