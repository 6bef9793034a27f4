"""What is written about a chosen gang: its power, its memory by part, what it was chosen over, and its goodput."""

from __future__ import annotations

from rackwright.base.units import SECONDS_PER_DAY, SECONDS_PER_HOUR
from rackwright.sizing.goodput import FailureFacts, goodput_of_gang, spares_needed
from rackwright.sizing.memory import TrainingMemory
from rackwright.sizing.partition import OFFLOAD, RECOMPUTE, Partition
from rackwright.sizing.profile import PowerFacts, PowerProfile, power_profile
from rackwright.sizing.rivals import Rival
from rackwright.sizing.stages import stage_split
from rackwright.sizing.step import COMPUTE_TERMS, MEMORY_TERMS, TERMS, WAITING, StepTimes, step_times
from rackwright.sizing.training import Gang, TrainingCase, TrainingDevice

__all__ = ["gang_rows", "goodput_row", "memory_rows", "step_profile"]

SPARES_CONFIDENCE_SHARE = 0.95
NUM_SAID = 3
"""Terms of a step that are named."""
DEVICE_PARTS = ("weights", "gradients", "optimiser", "activations", "head")
LEAST_SAID_SHARE = 1e-3
"""What is less by this much is named."""


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

    Buffers of runtime and collectives, what fragmentation loses, and what is free fill the device up.
    """
    parts = {name: float(getattr(memory, name)[0]) for name in DEVICE_PARTS}
    moved = {"optimiser": float(memory.host_optimiser[0]), "activations": float(memory.host_activations[0])}
    have = device.middle.memory_byte
    lost = have * device.fragmentation_share
    buffers = have * device.memory_reserve_share - lost
    free = have - buffers - lost - sum(parts.values())
    rows = [(name, byte, moved.get(name, 0.0)) for name, byte in parts.items()]
    return [*rows, ("buffers", buffers, 0.0), ("fragmentation", lost, 0.0), ("free", max(free, 0.0), 0.0)]


def gang_rows(
    case: TrainingCase, device: TrainingDevice, gang: Gang, *, energy_overhead: float, hints: tuple[str, ...] = ()
) -> list[tuple[object, ...]]:
    """The Pareto set around the chosen gang, with what stands against each of the others.

    `energy_overhead` is energy at the facility's meter over that of the racks; `hints` are told of the chosen gang.
    """
    rows = []
    for rival in gang.rivals:
        why = _chosen_for(case, device, rival) if rival.is_chosen else _against(gang, rival, case)
        if rival.is_chosen:
            why = "; ".join((why, *hints))
        rows.append((*_gang_row(case, device, rival, energy_overhead), rival.is_chosen, why))
    return rows


def _gang_row(case: TrainingCase, device: TrainingDevice, rival: Rival, energy_overhead: float) -> tuple[object, ...]:
    part = rival.part
    times = step_times(case.shape, device.middle, case.run, part, device.overlap)
    columns = (part.tensor, part.pipeline, part.data, part.context, part.expert, part.virtual, part.micro_batch)
    days = case.days * rival.step_s / case.longest_step_s
    return (
        rival.racks,
        int(part.accels[0]),
        *(int(column[0]) for column in columns),
        RECOMPUTE[int(part.recompute[0])],
        int(part.sharding[0]),
        OFFLOAD[int(part.offload[0])],
        case.campuses,
        *_stages(case, part, times),
        rival.step_s / case.software,
        rival.memory_byte,
        rival.load_w / rival.racks,
        rival.load_w * days * SECONDS_PER_DAY * energy_overhead,
        days,
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


def _chosen_for(case: TrainingCase, device: TrainingDevice, rival: Rival) -> str:
    """What the chosen step is spent on: its largest terms."""
    times = step_times(case.shape, device.middle, case.run, rival.part, device.overlap)
    seconds = {name: float(row[0]) for name, row in zip(TERMS, times.terms, strict=True)}
    largest = sorted(seconds, key=lambda name: (-seconds[name], name))[:NUM_SAID]
    said = ", ".join(f"{name} {seconds[name] / rival.step_s:.0%}" for name in largest)
    return f"fewest racks that meet the deadline, fastest of them; time goes to {said}"


def _against(gang: Gang, rival: Rival, case: TrainingCase) -> str:
    """Why another configuration of the set was not chosen."""
    slower = rival.step_s / gang.step_s - 1.0
    if rival.step_s > case.longest_step_s:
        return f"misses the deadline by {rival.step_s / case.longest_step_s - 1.0:.1%}"
    step = f"a step {slower:.1%} longer" if slower > 0.0 else f"step {-slower:.1%} shorter"
    gains = _gains(gang, rival)
    if rival.racks > gang.racks:
        more = rival.racks - gang.racks
        said = f"{step} for {more} more rack{'s' if more > 1 else ''}, which the deadline does not need"
        return "; ".join([said, *gains])
    return f"{', '.join(gains) or 'nothing less worth telling'}, for {step}"


def _gains(gang: Gang, rival: Rival) -> list[str]:
    """What a configuration needs less of than the chosen one, of what the deadline does not ask for."""
    chosen = next(row for row in gang.rivals if row.is_chosen)
    pairs = {
        "memory, which is not short": (rival.memory_byte, chosen.memory_byte),
        "load": (rival.load_w, chosen.load_w),
        "rack time": (rival.racks * rival.step_s, chosen.racks * chosen.step_s),
        "energy": (rival.load_w * rival.step_s, chosen.load_w * chosen.step_s),
    }
    saved = {name: 1.0 - own / other for name, (own, other) in pairs.items()}
    return [f"{share:.1%} less {name}" for name, share in saved.items() if share >= LEAST_SAID_SHARE]


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
