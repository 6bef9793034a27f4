"""How does the answer move when the mix of architectures shifts: dense to mixture of experts, short to long context?"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from rackwright.catalog.parts import ModelArchitecture
from rackwright.codesign.design import Design
from rackwright.codesign.evaluation import Evaluator, Member, Missing, Mix
from rackwright.codesign.hypothetical import Candidate
from rackwright.codesign.sensitivity import Elasticity, elasticities
from rackwright.codesign.timing import Infeasible, Workload
from rackwright.sizing import model_shape, parameter_counts
from rackwright.sizing.request import ServingRun, TrainingRun

__all__ = ["PLANNED", "Shift", "make_shifts", "mix_shifts", "runnable"]

PLANNED = "as planned"
LONGER = (0.25, 4.0, 16.0)
"""Multiples of context length that are tried."""
TIE_SHARE = 0.005


@dataclass(frozen=True)
class Shift:
    """The answer for one mix.

    Parameters
    ----------
    mix
        The mix, without the workloads that do not run.
    cost
        Cost of a token against the planned mix on the same design; None where nothing of it runs.
    rows
        Elasticities of the reference design on it.
    best
        Number of the Pareto design that is cheapest on it, from 1; 0 where none runs it.
    missing
        Workloads that do not run, and why.
    """

    mix: Mix
    cost: float | None
    rows: tuple[Elasticity, ...]
    best: int
    missing: tuple[Missing, ...]


def make_shifts(planned: Mix, models: tuple[ModelArchitecture, ...]) -> tuple[Mix, ...]:
    """The planned mix, training and serving alone, all dense, all mixture of experts, shorter and longer contexts.

    A model is exchanged for the catalog's model of the other family with the nearest active parameters, so that a
    token costs about the same work. Mixes equal to an earlier one are left out.
    """
    mixes = [
        planned,
        _only(planned, "training only", TrainingRun),
        _only(planned, "serving only", ServingRun),
        _exchanged(planned, "all dense", "dense", models),
        _exchanged(planned, "all mixture of experts", "moe", models),
        *(_stretched(planned, factor) for factor in LONGER),
    ]
    kept: list[Mix] = []
    for mix in mixes:
        if mix.members and all(mix.members != other.members for other in kept):
            kept.append(mix)
    return tuple(kept)


def _only(planned: Mix, name: str, kind: type[TrainingRun] | type[ServingRun]) -> Mix:
    return _renormalised(name, [member for member in planned.members if isinstance(member.workload, kind)])


def _renormalised(name: str, members: list[Member]) -> Mix:
    total = math.fsum(member.share for member in members)
    return Mix(name, tuple(Member(member.workload, member.share / total) for member in members))


def _exchanged(planned: Mix, name: str, family: str, models: tuple[ModelArchitecture, ...]) -> Mix:
    known = [model for model in models if model.family == family]
    members = []
    for member in planned.members:
        model = member.workload.model
        changed = model if model.family == family or not known else _nearest(model, known)
        members.append(Member(_with_model(member.workload, changed), member.share))
    return Mix(name, tuple(members))


def _with_model(workload: Workload, model: ModelArchitecture) -> Workload:
    return workload if model is workload.model else dataclasses.replace(workload, model=model)


def _nearest(model: ModelArchitecture, known: list[ModelArchitecture]) -> ModelArchitecture:
    """Model with the nearest active parameters on a logarithmic scale; the first id among equals."""
    own = parameter_counts(model_shape(model)).active

    def distance(other: ModelArchitecture) -> float:
        return abs(math.log(parameter_counts(model_shape(other)).active / own))

    return min(known, key=lambda other: (distance(other), other.id))


def _stretched(planned: Mix, factor: float) -> Mix:
    """Prompts and training sequences longer by a factor; a training step keeps its tokens."""
    members = []
    for member in planned.members:
        workload = member.workload
        changed: Workload
        if isinstance(workload, TrainingRun):
            changed = dataclasses.replace(
                workload,
                sequence_length=max(1, round(workload.sequence_length * factor)),
                global_batch=max(1, round(workload.global_batch / factor)),
            )
        else:
            changed = dataclasses.replace(
                workload,
                input_tokens=workload.input_tokens * factor,
                mix=tuple((share, tokens * factor, out) for share, tokens, out in workload.mix),
            )
        members.append(Member(changed, member.share))
    return Mix(f"contexts x {factor:g}", tuple(members))


def runnable(evaluator: Evaluator, mix: Mix) -> tuple[Mix, tuple[Missing, ...]]:
    """The workloads of a mix that run on the reference design, their shares scaled to one, and the others."""
    kept, missing = [], []
    for member in mix.members:
        own = evaluator.figures(member.workload, evaluator.reference)
        if isinstance(own, Infeasible):
            name = member.workload.workload if mix.name == PLANNED else f"{member.workload.workload} ({mix.name})"
            missing.append(Missing(name, evaluator.reference.name, own.reason, own.relief))
        else:
            kept.append(member)
    return (_renormalised(mix.name, kept) if kept else Mix(mix.name, ())), tuple(missing)


def mix_shifts(
    evaluator: Evaluator, design: Design, mixes: tuple[Mix, ...], frontier: tuple[Candidate, ...]
) -> tuple[Shift, ...]:
    """Elasticities and the best Pareto design for each mix; the first mix is the one plans are made for."""
    shifts = []
    for asked in mixes:
        mix, missing = runnable(evaluator, asked)
        if not mix.members:
            shifts.append(Shift(mix, None, (), 0, missing))
            continue
        rows = elasticities(evaluator, mix, design)
        shifts.append(Shift(mix, _cost(evaluator, mix, mixes[0]), rows, _best(evaluator, mix, frontier), missing))
    return tuple(shifts)


def _cost(evaluator: Evaluator, mix: Mix, planned: Mix) -> float | None:
    """Cost of a token against the planned mix, workload by workload; None if they have none in common."""
    before = {member.workload.workload: member.workload for member in planned.members}
    total = weight = 0.0
    for member in mix.members:
        old = evaluator.figures(before[member.workload.workload], evaluator.reference)
        new = evaluator.figures(member.workload, evaluator.reference)
        if not isinstance(old, Infeasible) and not isinstance(new, Infeasible):
            total += member.share * new.usd_per_mtok / old.usd_per_mtok
            weight += member.share
    return total / weight if weight else None


def _best(evaluator: Evaluator, mix: Mix, frontier: tuple[Candidate, ...]) -> int:
    """Number of the cheapest Pareto design on a mix; the first among near equals."""
    best, lowest = 0, math.inf
    for number, item in enumerate(frontier, 1):
        index = evaluator.index(mix, item.design)
        cost = math.inf if isinstance(index, tuple) else index.cost
        if cost < lowest * (1.0 - TIE_SHARE):
            best, lowest = number, cost
    return best
