"""Which jobs run on the racks of each block, with which power profile of sizing?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import ElectricRules
from rackwright.power.jobs import Job
from rackwright.program.model import Program
from rackwright.program.sites import Block
from rackwright.tables.layout import Layout
from rackwright.tables.sizing import Sizing

__all__ = ["site_jobs"]

S_PER_MS = 1e-3
IDLE = "idle"
"""Name of what runs on racks without a workload."""


@dataclass(frozen=True)
class _Runs:
    """Profiles of sizing, the racks of each gang, the most racks a block has for it, and the parts still to be placed.

    A run that spans campuses has several parts, each with the racks of a gang.
    """

    profiles: pl.DataFrame
    gangs: dict[tuple[str, str], int]
    largest: dict[tuple[str, str], int]
    parts: dict[tuple[str, str], int]


def site_jobs(program: Program, catalog: Catalog, layout: Layout, sizing: Sizing) -> tuple[Job, ...]:
    """Jobs of each block with racks: training runs on the racks of their gang, the rest serving or idle.

    Runs that could meet do: those with the largest swing take racks first. A run goes whole into the first block that
    holds it, and is spread in the order of blocks only where none does; one that finds no racks beside
    larger ones waits for them.
    """
    racks = layout.racks.frame.filter((pl.col("role") == "compute") & (pl.col("peak_w") > 0.0))
    counts = {str(block): int(count) for block, count in racks.group_by("block").len().iter_rows()}
    rules = catalog.get(ElectricRules, "electric-rules")
    skew_s = rules.swing_skew_s.value if rules.swing_skew_s is not None else 0.0
    runs = _runs(program, sizing, counts)
    jobs = []
    for block in program.blocks:
        for row, taken in _shares(block, counts.get(block.id, 0), runs):
            jobs.append(_job(program, block, row, (taken, skew_s)))
    return tuple(jobs)


def _runs(program: Program, sizing: Sizing, counts: dict[str, int]) -> _Runs:
    training = [run.id for run in program.training]
    profiles = sizing.profiles.frame.with_columns(is_training=pl.col("workload").is_in(training))
    rates = sizing.rates.frame.select("workload", "platform", "min_racks").iter_rows()
    gangs = {(workload, platform): int(racks) for workload, platform, racks in rates if workload in training}
    largest = {
        (workload, platform): max(
            (counts.get(block.id, 0) for block in program.blocks if _may_run(block, workload, platform)), default=0
        )
        for workload, platform in gangs
    }
    campuses = {run.id: run.campuses for run in program.training}
    return _Runs(profiles, gangs, largest, {key: campuses[key[0]] for key in gangs})


def _may_run(block: Block, workload: str, platform: str) -> bool:
    return block.platform == platform and (not block.workloads or workload in block.workloads)


def _shares(block: Block, racks: int, runs: _Runs) -> Iterator[tuple[dict[str, Any], int]]:
    """Profiles and racks of the jobs of a block; takes the gangs it places out of `runs.gangs`."""
    rows = [row for row in runs.profiles.iter_rows(named=True) if _may_run(block, row["workload"], row["platform"])]
    left = racks
    for row in sorted((row for row in rows if row["is_training"]), key=lambda row: _by_swing(row, runs)):
        taken = _taken(row, left, runs)
        if taken:
            left -= taken
            yield row, taken
    serving = sorted((row for row in rows if not row["is_training"]), key=lambda row: (-row["mean_w"], row["workload"]))
    if left and rows:
        yield (serving[0] if serving else _idle(rows[0])), left


def _by_swing(row: dict[str, Any], runs: _Runs) -> tuple[float, str]:
    """Largest swing of the whole gang first."""
    gang = runs.gangs.get((row["workload"], row["platform"]), 0)
    return -gang * (row["peak_w"] - row["low_w"]), row["workload"]


def _taken(row: dict[str, Any], left: int, runs: _Runs) -> int:
    """Racks of a block that a run takes: its gang, or what there is of it where no block holds it whole."""
    key = (row["workload"], row["platform"])
    wanted, is_whole = runs.gangs.get(key, 0), runs.gangs.get(key, 0) <= runs.largest.get(key, 0)
    taken = min(wanted, left)
    if is_whole and taken < wanted:
        return 0
    if taken:
        runs.parts[key] -= taken == wanted
        runs.gangs[key] = wanted if runs.parts[key] > 0 and taken == wanted else wanted - taken
    return taken


def _idle(row: dict[str, Any]) -> dict[str, Any]:
    """Racks on which nothing runs."""
    idle_w = row["idle_w"]
    return {**row, "workload": IDLE, "is_training": False, "low_w": idle_w, "mean_w": idle_w, "peak_w": idle_w}


def _job(program: Program, block: Block, row: dict[str, Any], spread: tuple[int, float]) -> Job:
    """The job of a block from a row of profiles; `spread` is (racks, skew)."""
    racks, skew_s = spread
    skus = next(platform.configurations for platform in program.platforms if platform.id == block.platform)
    prices = [sku.price.value for sku in skus if sku.price is not None]
    return Job(
        site=block.site,
        block=block.id,
        workload=row["workload"],
        platform=block.platform,
        racks=racks,
        idle_w=row["idle_w"],
        low_w=row["low_w"],
        mean_w=row["mean_w"],
        peak_w=row["peak_w"],
        period_s=row["period_ms"] * S_PER_MS,
        duty_share=row["duty_share"],
        ramp_w_s=row["ramp_w_s"],
        is_synchronous=row["is_training"],
        skew_s=skew_s,
        rack_usd=max(prices, default=None),
    )
