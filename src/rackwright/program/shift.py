"""What is the program when work moves to another architecture? A part of a workload becomes a workload of its own.

The part that moves keeps its limits and gets the new model, prompt length or precision; blocks that may run the old
workload may run the new one. A whole workload that moves from the first day is changed in place. A loss of a supplier
or a country stands beside them in `shifts`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.program.loss import loss_problems, without_lost
from rackwright.program.model import Program
from rackwright.program.scenarios import LOSSES, ArchitectureShift
from rackwright.program.workloads import DemandPoint, Serving, Training

__all__ = ["MOVED", "apply_shift", "apply_shifts", "shift_problems"]

MOVED = "-moved"
"""What the part that moves is called after."""
NONE = Estimate(0.0, 0.0, 0.0)


def apply_shifts(program: Program, shifts: Sequence[ArchitectureShift], *, where: str = "shifts") -> Program:
    """The program after all shifts, in order.

    Raises
    ------
    InputError
        Every shift that names no workload, or lacks what its kind needs.
    """
    places = [Place(path=f"{where}[{index}]") for index in range(len(shifts))]
    problems = [
        problem
        for shift, place in zip(shifts, places, strict=True)
        for problem in shift_problems(program, shift, place)
    ]
    if problems:
        raise InputError(problems)
    for shift in shifts:
        program = apply_shift(program, shift)
    return program


def apply_shift(program: Program, shift: ArchitectureShift) -> Program:
    """The program after one shift in which nothing is wrong (`shift_problems`)."""
    if shift.kind in LOSSES:
        return without_lost(program, shift)
    return _to_serving(program, shift) if shift.kind == "training-to-serving" else _moved(program, shift)


def shift_problems(program: Program, shift: ArchitectureShift, place: Place) -> list[Problem]:
    """What keeps a shift from being made: an unknown name, or something its kind needs."""
    if shift.kind in LOSSES:
        return loss_problems(program, shift, place)
    training, serving = {row.id for row in program.training}, {row.id for row in program.serving}
    found = []
    known = training if shift.kind == "training-to-serving" else training | serving
    if shift.kind == "context":
        known = serving
    if shift.workload not in known:
        rule = f'no workload that can move so is called "{shift.workload}".'
        rule = rule if shift.workload else f"a shift of kind {shift.kind} needs `workload`."
        found.append(Problem("unknown-reference", place, rule, did_you_mean(shift.workload, known)))
    lacks = {
        "model": "" if shift.model else "`model`",
        "context": "" if shift.context_factor != 1.0 else "`context_factor`",
        "precision": "" if shift.precision else "`precision`",
        "training-to-serving": "" if shift.to in serving and shift.output_tok_s is not None else "`to` and `output`",
    }[shift.kind]
    if lacks:
        found.append(Problem("bad-shift", place, f"a shift of kind {shift.kind} needs {lacks}.", f"Add {lacks}."))
    return found


def _moved(program: Program, shift: ArchitectureShift) -> Program:
    for row in program.serving:
        if row.id == shift.workload:
            return _moved_serving(program, row, shift)
    row_training = next(row for row in program.training if row.id == shift.workload)
    update = _changes(shift)
    changed = tuple(row.model_copy(update=update) if row.id == row_training.id else row for row in program.training)
    return program.model_copy(update={"training": changed})


def _changes(shift: ArchitectureShift) -> dict[str, Any]:
    if shift.kind == "model":
        return {"model": shift.model}
    return {"precision": shift.precision} if shift.kind == "precision" else {}


def _moved_serving(program: Program, row: Serving, shift: ArchitectureShift) -> Program:
    """The service split in what stays and what moves; changed in place where all of it moves at once."""
    update = _changes(shift)
    if shift.kind == "context":
        update |= _with_longer_prompts(row, shift.context_factor)
    if shift.share == 1.0 and shift.start is None:
        rows = tuple(row.model_copy(update=update) if other.id == row.id else other for other in program.serving)
        return program.model_copy(update={"serving": rows})
    stays, moves = _split(row.demand, shift)
    name = row.id + MOVED
    moved = row.model_copy(update={**update, "id": name, "name": f"{row.name or row.id}, moved", "demand": moves})
    rows = tuple(row.model_copy(update={"demand": stays}) if other.id == row.id else other for other in program.serving)
    blocks = tuple(
        block.model_copy(update={"workloads": (*block.workloads, name)}) if row.id in block.workloads else block
        for block in program.blocks
    )
    return program.model_copy(update={"serving": (*rows, moved), "blocks": blocks})


def _with_longer_prompts(row: Serving, factor: float) -> dict[str, Any]:
    """Prompt lengths of a service times a factor, those of its mix of lengths too."""
    mix = tuple(one.model_copy(update={"input_tokens": one.input_tokens * factor}) for one in row.length_mix)
    return {"input_tokens": _scaled(row.input_tokens, factor), "length_mix": mix}


def _split(
    demand: tuple[DemandPoint, ...], shift: ArchitectureShift
) -> tuple[tuple[DemandPoint, ...], tuple[DemandPoint, ...]]:
    """Demand that stays and demand that moves, each point holding until the next."""
    days = {point.start for point in demand}
    first = min(days) if shift.start is None else max(shift.start, min(days))
    stays, moves = [], []
    for day in sorted(days | {first}):
        rate = _rate_on(demand, day)
        share = shift.share if day >= first else 0.0
        stays.append(_point(demand[0], day, _scaled(rate, 1.0 - share)))
        if share > 0.0:
            moves.append(_point(demand[0], day, _scaled(rate, share)))
    return tuple(stays), tuple(moves)


def _point(like: DemandPoint, day: dt.date, rate: Estimate) -> DemandPoint:
    return like.model_copy(update={"start": day, "output_tok_s": rate})


def _rate_on(demand: tuple[DemandPoint, ...], day: dt.date) -> Estimate:
    known = [point for point in demand if point.start <= day]
    return max(known, key=lambda point: point.start).output_tok_s if known else NONE


def _scaled(band: Estimate, factor: float) -> Estimate:
    return Estimate(band.value * factor, band.low * factor, band.high * factor)


def _to_serving(program: Program, shift: ArchitectureShift) -> Program:
    """A run gives up tokens, a service gains output from the day on."""
    gained = shift.output_tok_s or NONE
    training = tuple(_with_fewer(row, shift) for row in program.training)
    serving = tuple(
        row.model_copy(update={"demand": _with_more(row.demand, gained, shift.start)}) if row.id == shift.to else row
        for row in program.serving
    )
    kept = tuple(row for row in training if row.tokens > 0)
    gone = {row.id for row in training} - {row.id for row in kept}
    blocks = tuple(
        block.model_copy(update={"workloads": tuple(name for name in block.workloads if name not in gone)})
        for block in program.blocks
    )
    return program.model_copy(update={"training": kept, "serving": serving, "blocks": blocks})


def _with_fewer(row: Training, shift: ArchitectureShift) -> Training:
    if row.id != shift.workload:
        return row
    return row.model_copy(update={"tokens": row.tokens * (1.0 - shift.share)})


def _with_more(demand: tuple[DemandPoint, ...], gained: Estimate, start: dt.date | None) -> tuple[DemandPoint, ...]:
    days = {point.start for point in demand}
    first = min(days) if start is None else start
    found = []
    for day in sorted(days | {first}):
        rate = _rate_on(demand, day)
        more = gained if day >= first else NONE
        total = Estimate(rate.value + more.value, rate.low + more.low, rate.high + more.high)
        found.append(_point(demand[0], day, total))
    return tuple(found)
