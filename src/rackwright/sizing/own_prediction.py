"""What would sizing have predicted for a run that was measured? The fastest configuration of those the run allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.architecture import Shape, model_shape
from rackwright.sizing.bands import TEN_PERCENT
from rackwright.sizing.decode import Instance, Request, instance_memory_byte
from rackwright.sizing.device import Device
from rackwright.sizing.memory import Partition, training_memory_byte
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.own_runs import Observation, OwnRun
from rackwright.sizing.serving import ServingCase, serving_times
from rackwright.sizing.space import search_space, tensor_degrees
from rackwright.sizing.step import Overlap, RunShape, step_times
from rackwright.sizing.training import CHUNK, MICRO_BATCHES

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
    reason, predicted = (found, None) if isinstance(found, str) else ("", found)
    return Observation(
        run=run.run,
        platform=run.platform,
        kind=run.kind,
        accelerator=under.accelerator,
        model=run.model.id,
        measured_tok_s=measured,
        predicted_tok_s=predicted,
        noise=noise,
        reason=reason,
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


def _training_tok_s(run: OwnRun, under: Conditions) -> float | str:
    shape = model_shape(run.model)
    part = search_space(
        shape,
        domain=under.device.domain,
        global_batch=run.global_batch,
        fewest=float(run.accels),
        most=float(run.accels),
        micro_batches=(run.micro_batch,) if run.micro_batch else MICRO_BATCHES,
    )
    part = part.take(_stated(run, part))
    if not part.tensor.size:
        stated = [
            f"{name} {getattr(run, name)}"
            for name in ("tensor", "pipeline", "expert", "micro_batch")
            if getattr(run, name)
        ]
        said = f" with {', '.join(stated)}" if stated else ""
        return f"{run.accels} accelerators{said} divide neither model nor batch of {run.global_batch} evenly"
    sequence = float(run.sequence_length)
    part = part.take(training_memory_byte(shape, part, sequence=sequence).total <= under.room_byte)
    if not part.tensor.size:
        return "no such configuration fits the memory"
    batch = RunShape(sequence, float(run.global_batch))
    best = min(
        float(step_times(shape, under.device, batch, _piece(part, begin), under.overlap).step_s.min())
        for begin in range(0, part.tensor.size, CHUNK)
    )
    return sequence * run.global_batch / best * under.software


def _stated(run: OwnRun, part: Partition) -> NDArray[np.bool_]:
    """Configurations with the degrees the run states."""
    kept: NDArray[np.bool_] = np.ones(part.tensor.size, dtype=bool)
    for column, value in ((part.tensor, run.tensor), (part.pipeline, run.pipeline), (part.expert, run.expert)):
        kept &= (column == value) | (value == 0)
    return kept


def _piece(part: Partition, begin: int) -> Partition:
    return part.take(np.arange(begin, min(begin + CHUNK, part.tensor.size)))


def _serving_tok_s(run: OwnRun, under: Conditions) -> float | str:
    """Output tokens per second of all users of the instances that give each the least time per token."""
    shape = model_shape(run.model)
    every = _instances(run, shape, under.device.domain)
    if every is None:
        return f"no instance of {run.tensor or 'any'} x {run.expert or 'any'} accelerators divides {run.accels} evenly"
    case = ServingCase(shape, under.request, math.inf, math.inf, under.software, 1.0)
    fits = instance_memory_byte(shape, under.device, under.request, every)[1] <= under.room_byte
    if not fits.any():
        return f"{run.users} sequences of {under.request.mean_context:.0f} tokens do not fit the memory"
    tpot_s: FloatArray = np.where(fits, serving_times(case, under.device, every).tpot_s, np.inf)
    return run.users / float(tpot_s.min())


def _instances(run: OwnRun, shape: Shape, domain: int) -> Instance | None:
    """Instances that share the accelerators evenly, each with its part of the users."""
    rows = []
    for tensor in tensor_degrees(shape, domain):
        most = int(shape.experts) // int(tensor) if shape.is_moe else 1
        for groups in sorted({2**k for k in range(max(most, 1).bit_length())} | {max(most, 1)}):
            accels = int(tensor) * groups
            is_stated = (run.tensor in (0, int(tensor))) and (run.expert in (0, accels))
            if is_stated and groups <= max(most, 1) and run.accels % accels == 0:
                rows.append((float(tensor), float(groups), max(run.users * accels / run.accels, float(groups))))
    if not rows:
        return None
    columns = np.array(rows).T
    return Instance(columns[0], columns[1], columns[2])
