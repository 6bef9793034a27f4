"""What does a training run need on a platform, day by day, and how fast and how hungry is a rack of its gang?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rackwright.base.units import Estimate
from rackwright.sizing.architecture import model_shape
from rackwright.sizing.bands import EXACT, Spread, combined_spread, spread_of
from rackwright.sizing.batches import batch_gain, batch_relief
from rackwright.sizing.device import BITS
from rackwright.sizing.gang_rows import gang_rows, goodput_row, memory_rows, step_profile
from rackwright.sizing.goodput import FailureFacts, goodput_of_gang
from rackwright.sizing.partition import RECOMPUTE
from rackwright.sizing.profile import PowerFacts
from rackwright.sizing.request import RackKind, TrainingRun
from rackwright.sizing.rows import PairRows
from rackwright.sizing.step import COMPUTE_TERMS, MEMORY_TERMS, TERMS, RunShape, step_times
from rackwright.sizing.training import Gang, NoGang, TrainingCase, TrainingDevice, find_gangs, mfu_share

__all__ = ["TrainingPair", "size_training", "training_case"]

SETTLING_ROUNDS = 3
"""Searches until a gang and its own goodput agree."""
LEAST_GOODPUT = 1e-3
"""A run that makes next to no progress still has a length."""
FP32_BYTE, BITS_PER_BYTE = 4.0, 8.0
NEEDED = "needed"
"""Offload of a run that was found to fit nowhere without."""
NEEDED_SAID = "host memory is used because nothing fits without"
RARE_TERMS = ("offload", "communication-campus")
"""Terms that are written only where a run has them."""


def training_case(run: TrainingRun, *, software: float) -> TrainingCase:
    """The run in numbers, goodput at its middle; one reading for sizing and for advice."""
    gradient_byte = BITS[run.gradient_precision] / BITS_PER_BYTE if run.gradient_precision in BITS else FP32_BYTE
    return TrainingCase(
        shape=model_shape(run.model),
        tokens=run.tokens,
        run=RunShape(float(run.sequence_length), float(run.global_batch), gradient_byte, run.campuses),
        days=float(run.finish_day - max(run.start_day, 0)) if run.start_day < run.finish_day else 0.0,
        goodput=run.goodput.value,
        software=software,
        is_wide=run.search == "wide",
        may_offload=run.offload in ("searched", NEEDED),
    )


@dataclass(frozen=True)
class TrainingPair:
    """A run on a platform, with the device at its speeds and the rack's power figures.

    `energy_overhead` is energy at the facility's meter over that of the racks.
    """

    run: TrainingRun
    rack: RackKind
    device: TrainingDevice
    power: PowerFacts
    error: Spread = EXACT
    failures: FailureFacts | None = None
    energy_overhead: float = 1.0

    @property
    def case(self) -> TrainingCase:
        """The run in numbers, goodput and software at their middle."""
        return training_case(self.run, software=self.rack.software.value)


def size_training(pair: TrainingPair, rows: PairRows) -> PairRows:
    """Find the gang and write its rows; a run that works nowhere is skipped with its reason."""
    pair = _settled(pair)
    case, device = pair.case, pair.device
    if case.longest_step_s <= 0.0:
        rows.skipped = ("the run has no time between start and deadline", "a later finish date")
        return rows
    first = find_gangs(case, device, _doubt(pair, 1.0, 1.0))
    if isinstance(first, NoGang) and not case.is_wide:
        return size_training(replace(pair, run=replace(pair.run, search="wide")), rows)
    if isinstance(first, NoGang) and first.is_memory and pair.run.offload == "if-needed":
        return size_training(replace(pair, run=replace(pair.run, offload=NEEDED)), rows)
    if isinstance(first, NoGang):
        rows.skipped = (first.reason, _relief(pair, first))
        return rows
    speeds = _speeds(pair, first[1])
    gangs = find_gangs(case, device, _doubt(pair, speeds.slow, speeds.fast), power=pair.power)
    if isinstance(gangs, NoGang):
        rows.skipped = (gangs.reason, _relief(pair, gangs))
        return rows
    return _write(pair, rows, gangs, _doubt(pair, speeds.slow, speeds.fast))


def _relief(pair: TrainingPair, none: NoGang) -> str:
    """What would help a run that has no gang; where it is late, a larger batch too, which leaves more to divide."""
    larger = batch_relief(pair.case, pair.device, _doubt(pair, 1.0, 1.0), none) if none.best_s else ""
    return ", or ".join(filter(None, (none.relief, larger)))


def _settled(pair: TrainingPair) -> TrainingPair:
    """The pair with the goodput its own gang has, where the run asks for that; a larger gang fails more often."""
    if pair.run.goodput_from != "failures" or pair.failures is None or pair.case.longest_step_s <= 0.0:
        return pair
    for _ in range(SETTLING_ROUNDS):
        found = find_gangs(pair.case, pair.device, _doubt(pair, 1.0, 1.0))
        if isinstance(found, NoGang):
            return pair
        pair = replace(pair, run=replace(pair.run, goodput=_estimate(float(found[1].part.accels[0]), pair.failures)))
    return pair


def _estimate(accels: float, facts: FailureFacts) -> Estimate:
    """Goodput of a gang at the middle, high and low failure rate."""
    rates = (facts.per_h, facts.high_per_h, facts.low_per_h)
    shares = [max(LEAST_GOODPUT, goodput_of_gang(accels, facts, per_h=rate).share) for rate in rates]
    return Estimate(*shares)


def _doubt(pair: TrainingPair, slow: float, fast: float) -> Spread:
    """Spread of tokens per day: figures, the model's own error, goodput and software, independent of each other."""
    known = (spread_of(pair.run.goodput), spread_of(pair.rack.software))
    return combined_spread((Spread(slow, fast), pair.error, *known))


def _speeds(pair: TrainingPair, gang: Gang) -> Spread:
    """Speed of the gang's configuration with every figure at its slow and its fast end, over the middle."""
    case, device = pair.case, pair.device
    slow = step_times(case.shape, device.slow, case.run, gang.part, device.slow_overlap).step_s[0]
    fast = step_times(case.shape, device.fast, case.run, gang.part, device.fast_overlap).step_s[0]
    return Spread(min(1.0, gang.step_s / float(slow)), max(1.0, gang.step_s / float(fast)))


def _write(pair: TrainingPair, rows: PairRows, gangs: tuple[Gang, Gang, Gang], doubt: Spread) -> PairRows:
    run, case, device, gang = pair.run, pair.case, pair.device, gangs[1]
    step_s = gang.step_s / case.software
    accels = [found.racks * pair.rack.per_rack for found in gangs]
    rows.needs = [(max(run.start_day, 0), accels[0], accels[1], accels[2]), (max(run.finish_day, 1), 0, 0, 0)]
    rate = case.run.sequence * case.run.global_batch / step_s * case.goodput / gang.racks
    rows.rates = (gang.racks // case.campuses, rate * doubt.slow, rate, rate * doubt.fast)
    rows.breakdown = _breakdown(gang, case.software)
    rows.choice = _choice(pair, gang, step_s)
    rows.profile = step_profile(pair.power, dict(rows.breakdown), step_s)
    rows.memory = memory_rows(gang.memory, device)
    hints = (NEEDED_SAID if run.offload == NEEDED else "", batch_gain(case, device, doubt, gang))
    rows.gangs = gang_rows(case, device, gang, energy_overhead=pair.energy_overhead, hints=tuple(filter(None, hints)))
    if pair.failures is not None:
        rows.goodput = goodput_row(case.goodput, float(gang.part.accels[0]), pair.failures)
    rows.num_timed = gang.num_timed
    rows.checks = [_deadline_check(pair, gangs[2], doubt)]
    return rows


def _deadline_check(pair: TrainingPair, slow_gang: Gang, doubt: Spread) -> tuple[object, ...]:
    """Whether the safe gang meets the deadline at the slow end: days it would take against days there are."""
    case, run = pair.case, pair.run
    steps = case.tokens / (case.run.sequence * case.run.global_batch)
    days = slow_gang.step_s / case.longest_step_s / doubt.slow * case.days if steps else 0.0
    subject = f"{run.workload}/{pair.rack.platform}"
    source = f"program:training[{run.workload}].finish"
    return ("sizing-training-deadline", subject, days, case.days, "day", days <= case.days * (1.0 + 1e-9), source)


def _breakdown(gang: Gang, software: float) -> list[tuple[str, float]]:
    """Terms of the step; what the software leaves unused is a term of its own, so that they add up."""
    terms = [(name, float(row[0])) for name, row in zip(TERMS, gang.times.terms, strict=True)]
    terms = [(name, seconds) for name, seconds in terms if seconds > 0.0 or name not in RARE_TERMS]
    return [*terms, ("software", gang.step_s / software - gang.step_s)]


def _choice(pair: TrainingPair, gang: Gang, step_s: float) -> tuple[object, ...]:
    part = gang.part
    degrees = [int(column[0]) for column in (part.tensor, part.pipeline, part.data, part.expert, part.micro_batch)]
    return (
        *degrees,
        int(part.accels[0]),
        step_s,
        None,
        float(gang.memory.total[0]),
        mfu_share(pair.case, pair.device.middle, gang),
        _binding(gang),
        int(part.virtual[0]),
        RECOMPUTE[int(part.recompute[0])],
    )


def _binding(gang: Gang) -> str:
    """The largest of the four kinds of time; bubbles count with what the stages do."""
    seconds = {name: float(np.asarray(row)[0]) for name, row in zip(TERMS, gang.times.terms, strict=True)}
    groups = {
        "compute": sum(seconds[name] for name in COMPUTE_TERMS),
        "memory bandwidth": sum(seconds[name] for name in MEMORY_TERMS),
        "network": sum(value for name, value in seconds.items() if name.startswith("communication")),
        "host link": seconds["offload"],
    }
    return max(groups, key=lambda name: groups[name])
