"""Which job runs on the racks of each block, with which power profile of sizing?"""

from __future__ import annotations

from typing import Any

import polars as pl

from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import ElectricRules
from rackwright.power.jobs import Job
from rackwright.program.model import Program
from rackwright.program.sites import Block
from rackwright.tables.layout import Layout
from rackwright.tables.sizing import Profiles

__all__ = ["site_jobs"]

S_PER_MS = 1e-3


def site_jobs(program: Program, catalog: Catalog, layout: Layout, profiles: Profiles) -> tuple[Job, ...]:
    """One job for each block with racks: its training run with the largest swing, else its serving demand.

    A block's racks may be shared by workloads; all of them on the one that swings most is the worst the grid can see.
    """
    racks = layout.racks.frame.filter((pl.col("role") == "compute") & (pl.col("peak_w") > 0.0))
    counts = dict(racks.group_by("block").len().iter_rows())
    rules = catalog.get(ElectricRules, "electric-rules")
    skew_s = rules.swing_skew_s.value if rules.swing_skew_s is not None else 0.0
    jobs = []
    for block in program.blocks:
        row = _profile(program, block, profiles.frame)
        if counts.get(block.id, 0) and row is not None:
            jobs.append(_job(program, block, row, (int(counts[block.id]), skew_s)))
    return tuple(jobs)


def _profile(program: Program, block: Block, profiles: pl.DataFrame) -> dict[str, Any] | None:
    own = profiles.filter(pl.col("platform") == block.platform)
    if block.workloads:
        own = own.filter(pl.col("workload").is_in(list(block.workloads)))
    training = [run.id for run in program.training]
    ranked = own.with_columns(
        is_training=pl.col("workload").is_in(training), swing_w=pl.col("peak_w") - pl.col("low_w")
    ).sort("is_training", "swing_w", "workload", descending=[True, True, False])
    return ranked.row(0, named=True) if ranked.height else None


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
