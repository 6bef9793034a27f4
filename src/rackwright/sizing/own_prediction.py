"""What would sizing have predicted for a run that was measured? The fastest configuration of those the run allows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rackwright.sizing.architecture import model_shape
from rackwright.sizing.bands import TEN_PERCENT
from rackwright.sizing.decode import Instance, Request, instance_memory_byte
from rackwright.sizing.device import Device
from rackwright.sizing.memory import Partition, training_memory_byte
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.own_gaps import (
    NoRun,
    instance_kinds,
    overfull_serving,
    overfull_training,
    stated_configurations,
    undivided_serving,
    undivided_training,
)
from rackwright.sizing.own_runs import Observation, OwnRun
from rackwright.sizing.serving import ServingCase, serving_times
from rackwright.sizing.step import Overlap, RunShape, step_times
from rackwright.sizing.training import CHUNK

__all__ = ["Conditions", "observe"]


@dataclass(frozen=True)
class Conditions:
    """Under which a run is predicted.

    Parameters
    ----------
    accelerator
        Id of the accelerator.
    device
        It at its middle speed, at the run's precision.
    software
        Share of the predicted speed that software reaches.
    overlap
        What software hides in training.
    request
        How requests are decoded (serving); lengths are those of the run.
    memory_reserve_share
        Device memory that stays free.
    """

    accelerator: str
    device: Device
    software: float
    overlap: Overlap
    request: Request
    memory_reserve_share: float

    @property
    def room_byte(self) -> float:
        """Memory of an accelerator that may be filled."""
        return self.device.memory_byte * (1.0 - self.memory_reserve_share)


def observe(run: OwnRun, under: Conditions) -> Observation:
    """A measured run beside its prediction; where none can be made, the reason."""
    found = _training_tok_s(run, under) if run.kind == "training" else _serving_tok_s(run, under)
    measured, noise = _measured(run)
    gap, predicted = (found, None) if isinstance(found, NoRun) else (NoRun("", ""), found)
    return Observation(
        run=run.run,
        platform=run.platform,
        kind=run.kind,
        accelerator=under.accelerator,
        model=run.model.id,
        measured_tok_s=measured,
        predicted_tok_s=predicted,
        noise=noise,
        reason=gap.reason,
        relief=gap.relief,
        configuration=run.configuration,
    )


def _measured(run: OwnRun) -> tuple[float, float]:
    """Tokens per second of all accelerators, and the deviation of its logarithm from the band given."""
    fact = run.rate if run.rate is not None else run.tpot
    if fact is None:
        return 0.0, 0.0
    low, high = fact.band
    noise = math.log(max(high, fact.value) / min(low, fact.value)) / (2.0 * TEN_PERCENT)
    return (fact.value if run.rate is not None else run.users / fact.value), noise


def _training_tok_s(run: OwnRun, under: Conditions) -> float | NoRun:
    shape = model_shape(run.model)
    part = stated_configurations(run, shape, under.device.domain, accels=(run.accels, run.accels))
    if not part.tensor.size:
        return undivided_training(run, shape, under.device.domain)
    need = training_memory_byte(shape, part, sequence=float(run.sequence_length)).total
    part = part.take(need <= under.room_byte)
    if not part.tensor.size:
        return overfull_training(run, shape, under.device.domain, room_byte=under.room_byte)
    batch = RunShape(float(run.sequence_length), float(run.global_batch))
    best = min(
        float(step_times(shape, under.device, batch, _piece(part, begin), under.overlap).step_s.min())
        for begin in range(0, part.tensor.size, CHUNK)
    )
    return float(run.sequence_length) * run.global_batch / best * under.software


def _piece(part: Partition, begin: int) -> Partition:
    return part.take(np.arange(begin, min(begin + CHUNK, part.tensor.size)))


def _serving_tok_s(run: OwnRun, under: Conditions) -> float | NoRun:
    """Output tokens per second of all users of the instances that give each the least time per token."""
    shape = model_shape(run.model)
    kinds = instance_kinds(run, shape, under.device.domain)
    if not kinds:
        return undivided_serving(run, shape, under.device.domain)
    every = _instances(run, kinds)
    case = ServingCase(shape, under.request, math.inf, math.inf, under.software, 1.0)
    weights, total = instance_memory_byte(shape, under.device, under.request, every)
    fits = total <= under.room_byte
    if not fits.any():
        return overfull_serving(run, under.request, weights=weights, total=total, room_byte=under.room_byte)
    tpot_s: FloatArray = np.where(fits, serving_times(case, under.device, every).tpot_s, np.inf)
    return run.users / float(tpot_s.min())


def _instances(run: OwnRun, kinds: Sequence[tuple[int, int]]) -> Instance:
    """Instances that share the accelerators evenly, each with its part of the users."""
    rows = [
        (float(tensor), float(groups), max(run.users * tensor * groups / run.accels, float(groups)))
        for tensor, groups in kinds
    ]
    return Instance(*np.array(rows).T)
