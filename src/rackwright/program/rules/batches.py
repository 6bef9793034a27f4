"""Can a training run be spread over many numbers of replicas?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.base.divisors import divides_well, divisors, nearest_below_and_above
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.workloads import Training

__all__ = ["check_batches"]


def check_batches(subject: Subject) -> Iterator[Finding]:
    """A global batch with few divisors leaves few sizes of a gang, where one nearby leaves many."""
    for path, run in subject.rows(Training):
        if run.global_batch % run.campuses or divides_well(run.global_batch, run.campuses):
            continue
        near = nearest_below_and_above(run.global_batch, run.campuses)
        if near:
            counts = [f"{size} ({divisors(size // run.campuses).size})" for size in near]
            num = divisors(run.global_batch // run.campuses).size
            rule = (
                f"a batch of {run.global_batch} divides among {num} numbers of replicas only: gangs may be too large."
            )
            repair = (
                f"Nearby batches divide among more: {', '.join(counts)}. `rackwright show OUT training` tells the gain."
            )
            yield Finding("few-replicas", (*path, "global_batch"), rule, repair, "warning")
