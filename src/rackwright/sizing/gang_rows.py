"""What is written about a chosen gang: its power, its memory by part, what it was chosen over, and its goodput."""

from __future__ import annotations

from rackwright.base.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from rackwright.sizing.goodput import FailureFacts, goodput_of_gang, spares_needed
from rackwright.sizing.memory import TrainingMemory
from rackwright.sizing.partition import OFFLOAD, RECOMPUTE, Partition
from rackwright.sizing.profile import PowerFacts, PowerProfile, power_profile
from rackwright.sizing.rivals import Rival
from rackwright.sizing.stages import stage_split
from rackwright.sizing.step import COMPUTE_TERMS, MEMORY_TERMS, TERMS, StepTimes, step_times
from rackwright.sizing.training import Gang, TrainingCase, TrainingDevice

__all__ = ["gang_rows", "goodput_row", "memory_rows", "step_profile"]

SPARES_CONFIDENCE_SHARE = 0.95
NUM_SAID = 3
"""Terms of a step that are named."""
WAITING = ("communication", "offload")
"""How terms begin in which accelerators wait for others or for the host."""
DEVICE_PARTS = ("weights", "gradients", "optimiser", "activations", "head")
IS_CHOSEN = -2
"""Place of `is_chosen` in a row of gangs."""
NEEDED_SAID = "host memory is used because nothing fits without"


def step_profile(power: PowerFacts, seconds: dict[str, float], step_s: float) -> PowerProfile:
    """Power of a rack over a step of these terms."""
    return power_profile(
        power,
        step_s=step_s,
        compute_s=sum(seconds[name] for name in COMPUTE_TERMS),
        memory_s=sum(seconds[name] for name in MEMORY_TERMS),
        communication_s=sum(value for name, value in seconds.items() if name.startswith(WAITING)),
    )


def memory_rows(memory: TrainingMemory, device: TrainingDevice) -> list[tuple[str, float, float]]:
    """Memory of the fullest accelerator by part, and what of the part lies in host memory instead [B].

    What the runtime keeps and what is free fill the device up.
    """
    parts = {name: float(getattr(memory, name)[0]) for name in DEVICE_PARTS}
    moved = {"optimiser": float(memory.host_optimiser[0]), "activations": float(memory.host_activations[0])}
    reserve = device.middle.memory_byte * device.memory_reserve_share
    free = device.middle.memory_byte - reserve - sum(parts.values())
    rows = [(name, byte, moved.get(name, 0.0)) for name, byte in parts.items()]
    return [*rows, ("reserve", reserve, 0.0), ("free", max(free, 0.0), 0.0)]


def gang_rows(
    case: TrainingCase, device: TrainingDevice, power: PowerFacts, gang: Gang, *, is_offload_needed: bool = False
) -> list[tuple[object, ...]]:
    """The Pareto set around the chosen gang, with what stands against each of the others."""
    rows = (_gang_row(case, device, power, gang=gang, rival=rival) for rival in gang.rivals)
    if not is_offload_needed:
        return list(rows)
    return [(*row[:-1], f"{row[-1]}; {NEEDED_SAID}") if row[IS_CHOSEN] else row for row in rows]


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
        OFFLOAD[int(part.offload[0])],
        case.campuses,
        *_stages(case, part, times),
        step_s,
        rival.memory_byte,
        step_profile(power, seconds, step_s).mean_w,
        case.days * rival.step_s / case.longest_step_s,
        is_chosen,
        _chosen_for(seconds, rival) if is_chosen else _against(gang, rival, case),
    )


def _stages(case: TrainingCase, part: Partition, times: StepTimes) -> tuple[int, int, int, str]:
    """Layers of the first, of a middle and of the last stage, and which of them sets the pace."""
    split = stage_split(case.shape, part)
    first, full, last = (int(column[0]) for column in (split.first, split.full, split.last))
    if part.pipeline[0] == 1.0:
        return first, full, last, "one stage"
    longer, shorter = sorted((float(times.last_s[0]), float(times.middle_s[0])), reverse=True)
    name, other = (
        ("last stage", "others wait") if times.last_s[0] >= times.middle_s[0] else ("full stages", "last waits")
    )
    return first, full, last, f"{name}; {other} {1.0 - shorter / longer:.0%}"


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
