"""Can a training run on several campuses be divided among them, and is the link between them stated?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.base.divisors import first_from
from rackwright.program.rules.finding import Finding, Subject
from rackwright.program.shape import Path
from rackwright.program.sites import Block
from rackwright.program.workloads import Training

__all__ = ["check_campuses"]


def check_campuses(subject: Subject) -> Iterator[Finding]:
    """Rate and latency above 0, a batch that divides, and blocks on as many sites; a single campus has no link."""
    blocks = [block for _, block in subject.rows(Block)]
    for path, run in subject.rows(Training):
        if run.campuses == 1:
            yield from _unused(path, run)
            continue
        yield from _link(path, run)
        if run.global_batch % run.campuses:
            rule = f"a batch of {run.global_batch} cannot be divided among {run.campuses} campuses."
            repair = f"Give a multiple of {run.campuses}, such as {first_from(run.global_batch, run.campuses)}."
            yield Finding("campus-parts", (*path, "global_batch"), rule, repair)
        sites = {block.site for block in blocks if run.id in block.workloads}
        if sites and len(sites) < run.campuses:
            rule = f"blocks on {len(sites)} of {run.campuses} campuses carry the run."
            repair = "List it under `workloads` of a block on each campus, or lower `campuses`."
            yield Finding("campus-parts", (*path, "campuses"), rule, repair)


def _link(path: Path, run: Training) -> Iterator[Finding]:
    for field, written, value, example in (
        ("campus_gbit_s", "campus_rate", run.campus_gbit_s, "20 Tb/s"),
        ("campus_latency_s", "campus_latency", run.campus_latency_s, "5 ms"),
    ):
        if value is None or value <= 0.0:
            rule = f"a run on {run.campuses} campuses needs a {written} above 0."
            yield Finding("campus-link-missing", (*path, field), rule, f"Give it, such as `{written}: {example}`.")


def _unused(path: Path, run: Training) -> Iterator[Finding]:
    for field, value in (("campus_gbit_s", run.campus_gbit_s), ("campus_latency_s", run.campus_latency_s)):
        if value is not None:
            rule = "a run on a single campus has no link to another."
            yield Finding("no-effect", (*path, field), rule, "Give `campuses`, or remove it.", "warning")
