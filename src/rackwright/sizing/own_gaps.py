"""Why can a measured run not be predicted, and which is the nearest run that could be?

A degree divides what it spreads (tensor the heads, experts their number, micro batch the batch), and a count of
accelerators is a product of degrees. Nearest means the next smaller and the next larger one.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rackwright.base.divisors import divisors
from rackwright.sizing.architecture import Shape
from rackwright.sizing.decode import Request
from rackwright.sizing.memory import Partition, training_memory_byte
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.own_runs import OwnRun
from rackwright.sizing.space import pipeline_degrees, search_space, tensor_degrees
from rackwright.sizing.training import MICRO_BATCHES

__all__ = [
    "NoRun",
    "instance_kinds",
    "overfull_serving",
    "overfull_training",
    "stated_configurations",
    "undivided_serving",
    "undivided_training",
]

FAR = 2
"""Counts of accelerators are looked for from the run's over this to the run's times this."""
FARTHEST = 64
"""How many times larger a gang is looked for where a model does not fit the run's."""
DEGREES = ("tensor", "pipeline", "expert", "micro_batch")


@dataclass(frozen=True, slots=True)
class NoRun:
    """A measured run that no prediction stands beside: why, and the nearest one that could be predicted."""

    reason: str
    relief: str


def stated_configurations(run: OwnRun, shape: Shape, domain: int, *, accels: tuple[float, float]) -> Partition:
    """Configurations with the degrees the run states, on accelerators between two counts."""
    part = search_space(
        shape,
        domain=domain,
        global_batch=run.global_batch,
        fewest=float(accels[0]),
        most=float(accels[1]),
        micro_batches=(run.micro_batch,) if run.micro_batch else MICRO_BATCHES,
    )
    kept = np.ones(part.tensor.size, dtype=bool)
    for column, value in ((part.tensor, run.tensor), (part.pipeline, run.pipeline), (part.expert, run.expert)):
        kept &= (column == value) | (value == 0)
    return part.take(kept)


def undivided_training(run: OwnRun, shape: Shape, domain: int) -> NoRun:
    """No product of the degrees that the run states makes its accelerators; the nearest that does changes least."""
    reason = f"{run.accels} accelerators{_stated(run)} divide neither model nor batch of {run.global_batch} evenly"
    allowed = {
        "tensor": tensor_degrees(shape, domain),
        "pipeline": pipeline_degrees(shape),
        "expert": divisors(int(shape.experts)) if shape.is_moe else np.array([1]),
        "micro_batch": divisors(run.global_batch),
    }
    options = [_nearest(getattr(run, name), allowed[name]) if getattr(run, name) else [0] for name in DEGREES]
    found: list[OwnRun] = []
    for degrees in itertools.product(*options):
        near = _with(run, degrees)
        part = stated_configurations(near, shape, domain, accels=(run.accels / FAR, run.accels * FAR))
        found += [replace(near, accels=count) for count in _nearest(run.accels, np.unique(part.accels))]
    return NoRun(reason, _least_change(run, found))


def _with(run: OwnRun, degrees: Sequence[int]) -> OwnRun:
    """The run with these degrees, in the order of `DEGREES`."""
    tensor, pipeline, expert, micro_batch = degrees
    return replace(run, tensor=tensor, pipeline=pipeline, expert=expert, micro_batch=micro_batch)


def _least_change(run: OwnRun, found: Sequence[OwnRun]) -> str:
    """What the nearest of some runs changes, in words."""
    if not found:
        return "degrees left out, to take the fastest"

    def distance(other: OwnRun) -> float:
        pairs = [(getattr(run, name), getattr(other, name)) for name in (*DEGREES, "accels")]
        return sum(abs(math.log(new / old)) for old, new in pairs if old)

    near = min(found, key=distance)
    said = [f"{name.replace('_', ' ')} {getattr(near, name)}" for name in DEGREES if _differs(run, near, name)]
    return ", ".join([*said, *[f"{near.accels} accelerators"] * (near.accels != run.accels)])


def _differs(run: OwnRun, near: OwnRun, name: str) -> bool:
    return bool(getattr(run, name)) and getattr(run, name) != getattr(near, name)


def overfull_training(run: OwnRun, shape: Shape, domain: int, *, room_byte: float) -> NoRun:
    """The run's configurations do not fit the memory: say which gang would, or the memory that the leanest needs."""
    own = stated_configurations(run, shape, domain, accels=(run.accels, run.accels))
    need = _need_byte(run, shape, own)
    reason = f"no such configuration fits the memory: {need.min() / 1e9:.3g} GB needed, {room_byte / 1e9:.3g} GB free"
    other = _with(run, (0,) * len(DEGREES))
    same = stated_configurations(other, shape, domain, accels=(run.accels, run.accels))
    if (_need_byte(run, shape, same) <= room_byte).any():
        return NoRun(reason, f"degrees left out{_stated(run)}: others fit")
    more = stated_configurations(run, shape, domain, accels=(run.accels, run.accels * FARTHEST))
    fits = more.accels[_need_byte(run, shape, more) <= room_byte]
    if fits.size:
        return NoRun(reason, f"{fits.min():.0f} accelerators{_stated(run)}")
    return NoRun(reason, f"a shorter sequence than {run.sequence_length}")


def _need_byte(run: OwnRun, shape: Shape, part: Partition) -> FloatArray:
    return training_memory_byte(shape, part, sequence=float(run.sequence_length)).total


def _stated(run: OwnRun) -> str:
    """The degrees a run states in words; nothing where it leaves them open."""
    stated = [f"{name.replace('_', ' ')} {getattr(run, name)}" for name in DEGREES if getattr(run, name)]
    return f" with {', '.join(stated)}" if stated else ""


def instance_kinds(run: OwnRun, shape: Shape, domain: int) -> list[tuple[int, int]]:
    """Tensor degree and attention groups of instances that share the run's accelerators evenly."""
    every = _every_kind(shape, domain)
    return [row for row in every if run.accels % (row[0] * row[1]) == 0 and _is_stated(run, *row)]


def _every_kind(shape: Shape, domain: int) -> list[tuple[int, int]]:
    kinds = []
    for tensor in map(int, tensor_degrees(shape, domain)):
        most = max(int(shape.experts) // tensor, 1) if shape.is_moe else 1
        kinds += [(tensor, groups) for groups in sorted({2**k for k in range(most.bit_length())} | {most})]
    return kinds


def _is_stated(run: OwnRun, tensor: int, groups: int) -> bool:
    return run.tensor in (0, tensor) and run.expert in (0, tensor * groups)


def undivided_serving(run: OwnRun, shape: Shape, domain: int) -> NoRun:
    """No instance of the degrees that the run states divides its accelerators; the nearest that does changes least."""
    reason = f"no instance of {run.tensor or 'any'} x {run.expert or 'any'} accelerators divides {run.accels} evenly"
    found = [
        replace(run, tensor=tensor if run.tensor else 0, expert=tensor * groups if run.expert else 0, accels=count)
        for tensor, groups in _every_kind(shape, domain)
        for count in _multiples(run.accels, tensor * groups)
    ]
    return NoRun(reason, _least_change(run, found))


def overfull_serving(
    run: OwnRun, request: Request, *, weights: FloatArray, total: FloatArray, room_byte: float
) -> NoRun:
    """The users' cache does not fit beside the weights: say how many users would."""
    reason = f"{run.users} sequences of {request.mean_context:.0f} tokens do not fit the memory"
    room = room_byte - weights
    most = int(np.floor(run.users * np.max(room / (total - weights), initial=0.0)))
    if most < 1:
        return NoRun(reason, "more accelerators an instance, or a narrower precision")
    return NoRun(reason, f"{most} users on {run.accels} accelerators")


def _multiples(count: int, of: int) -> tuple[int, ...]:
    """The multiples next to a count."""
    return (of * (count // of), of * -(-count // of)) if count >= of else (of,)


def _nearest(value: int, among: Sequence[int] | np.ndarray) -> list[int]:
    """The next smaller and the next larger of ascending values."""
    values = [int(each) for each in among]
    below, above = [each for each in values if each <= value], [each for each in values if each >= value]
    return sorted({*below[-1:], *above[:1]})
