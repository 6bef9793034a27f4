"""With which nearby global batch would a training run need fewer racks, and with which larger one meet its deadline?"""

from __future__ import annotations

import math
from dataclasses import replace

from rackwright.base.divisors import divides_well, first_from, nearest_below_and_above
from rackwright.sizing.bands import Spread
from rackwright.sizing.training import Gang, NoGang, TrainingCase, TrainingDevice, find_gangs

__all__ = ["batch_gain", "batch_relief"]

MOST_TRIES = 12
"""Larger batches tried against a deadline."""
LARGEST_BATCH = 100_000_000
"""Sequences beyond which no batch is proposed: the largest a program may ask for."""


def batch_gain(case: TrainingCase, device: TrainingDevice, spread: Spread, gang: Gang) -> str:
    """The nearby batch with which the run needs fewer racks; empty where its own divides well or none gains."""
    batch = int(case.run.global_batch)
    if divides_well(batch, case.campuses):
        return ""
    near = nearest_below_and_above(batch, case.campuses)
    found = [(size, find_gangs(_with_batch(case, size), device, spread)) for size in near]
    racks = [(gangs[1].racks, abs(size - batch), size) for size, gangs in found if not isinstance(gangs, NoGang)]
    fewest, _, size = min(racks, default=(gang.racks, 0, batch))
    if fewest >= gang.racks:
        return ""
    return (
        f"a global batch of {batch:,} divides among few numbers of replicas: "
        f"{size:,} would need {fewest:,} racks instead of {gang.racks:,}"
    )


def batch_relief(case: TrainingCase, device: TrainingDevice, spread: Spread, late: NoGang) -> str:
    """The first larger batch found with which the run meets its deadline, and its racks; empty where none is found.

    Notes
    -----
    The step allowed grows with the batch, the fastest step hardly does: the next batch tried is the one that would do
    if the fastest step stayed as it is, rounded up to one that divides well.
    """
    batch, best_s = int(case.run.global_batch), late.best_s
    for _ in range(MOST_TRIES):
        allowed_s = _with_batch(case, batch).longest_step_s
        needed = math.ceil(batch * best_s / allowed_s)
        if needed > LARGEST_BATCH:
            break
        batch = first_from(needed, case.campuses)
        found = find_gangs(_with_batch(case, batch), device, spread)
        if not isinstance(found, NoGang):
            racks = found[1].racks
            return f"a global batch of {batch:,} on {racks:,} rack{'s' if racks > 1 else ''}"
        best_s = found.best_s
    return ""


def _with_batch(case: TrainingCase, batch: int) -> TrainingCase:
    return replace(case, run=replace(case.run, global_batch=float(batch)))
