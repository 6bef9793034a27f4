"""What is written about a chosen gang: its power, its memory by part, what it was chosen over, and its goodput."""

from __future__ import annotations

from rackwright.base.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from rackwright.sizing.goodput import FailureFacts, goodput_of_gang, spares_needed
from rackwright.sizing.memory import RECOMPUTE, TrainingMemory
from rackwright.sizing.profile import PowerFacts, PowerProfile, power_profile
from rackwright.sizing.rivals import Rival
from rackwright.sizing.step import COMPUTE_TERMS, MEMORY_TERMS, TERMS, step_times
from rackwright.sizing.training import Gang, TrainingCase, TrainingDevice

__all__ = ["gang_rows", "goodput_row", "memory_rows", "step_profile"]

SPARES_CONFIDENCE_SHARE = 0.95
NUM_SAID = 3
"""Terms of a step that are named."""


def step_profile(power: PowerFacts, seconds: dict[str, float], step_s: float) -> PowerProfile:
    """Power of a rack over a step of these terms."""
    return power_profile(
        power,
        step_s=step_s,
        compute_s=sum(seconds[name] for name in COMPUTE_TERMS),
        memory_s=sum(seconds[name] for name in MEMORY_TERMS),
        communication_s=sum(value for name, value in seconds.items() if name.startswith("communication")),
    )


def memory_rows(memory: TrainingMemory, device: TrainingDevice) -> list[tuple[str, float]]:
    """Memory of the fullest accelerator by part; what the runtime keeps and what is free fill it up."""
    parts = {name: float(getattr(memory, name)[0]) for name in memory.__dataclass_fields__}
    reserve = device.middle.memory_byte * device.memory_reserve_share
    free = device.middle.memory_byte - reserve - sum(parts.values())
    return [*parts.items(), ("reserve", reserve), ("free", max(free, 0.0))]


def gang_rows(case: TrainingCase, device: TrainingDevice, power: PowerFacts, gang: Gang) -> list[tuple[object, ...]]:
    """The Pareto set around the chosen gang, with what stands against each of the others."""
    return [_gang_row(case, device, power, gang=gang, rival=rival) for rival in gang.rivals]


def _gang_row(
    case: TrainingCase, device: TrainingDevice, power: PowerFacts, *, gang: Gang, rival: Rival
) -> tuple[object, ...]:
    part = rival.part
    times = step_times(case.shape, device.middle, case.run, part, device.overlap)
    seconds = {name: float(row[0]) for name, row in zip(TERMS, times.terms, strict=True)}
    step_s = rival.step_s / case.software
    columns = (part.tensor, part.pipeline, part.data, part.context, part.expert, part.virtual, part.micro_batch)
    is_chosen = rival.racks == gang.racks and rival.step_s == gang.step_s
    return (
        rival.racks,
        int(part.accels[0]),
        *(int(column[0]) for column in columns),
        RECOMPUTE[int(part.recompute[0])],
        int(part.sharding[0]),
        step_s,
        rival.memory_byte,
        step_profile(power, seconds, step_s).mean_w,
        case.days * rival.step_s / case.longest_step_s,
        is_chosen,
        _chosen_for(seconds, rival) if is_chosen else _against(gang, rival, case),
    )


def _chosen_for(seconds: dict[str, float], rival: Rival) -> str:
    """What the chosen step is spent on: its largest terms."""
    largest = sorted(seconds, key=lambda name: (-seconds[name], name))[:NUM_SAID]
    said = ", ".join(f"{name} {seconds[name] / rival.step_s:.0%}" for name in largest)
    return f"fewest racks that meet the deadline, fastest of them; time goes to {said}"


def _against(gang: Gang, rival: Rival, case: TrainingCase) -> str:
    """Why another configuration of the set was not chosen."""
    slower = rival.step_s / gang.step_s - 1.0
    if rival.racks < gang.racks:
        return f"misses the deadline by {rival.step_s / case.longest_step_s - 1.0:.1%}"
    if rival.racks > gang.racks:
        return f"step {-slower:.1%} shorter for {rival.racks - gang.racks} more racks, which the deadline does not need"
    saved = 1.0 - rival.memory_byte / float(gang.memory.total[0])
    return f"{saved:.0%} less memory, which is not short, for a step {slower:.1%} longer"


def goodput_row(used_share: float, accels: float, facts: FailureFacts) -> tuple[object, ...]:
    """Goodput from failures beside the one sizing counted with."""
    found = goodput_of_gang(accels, facts)
    spares = spares_needed(
        accels,
        failures_per_h=facts.hardware_per_h,
        repair_h=facts.repair_s / SECONDS_PER_HOUR,
        confidence_share=SPARES_CONFIDENCE_SHARE,
    )
    return (
        used_share,
        found.share,
        found.failures_per_day,
        min(found.interval_s, SECONDS_PER_DAY),
        found.checkpoint_share,
        min(found.lost_share, 1.0),
        min(found.restart_share, 1.0),
        spares,
    )
