"""Which storage, at the rack, the row or the site, would hide a site's load swings from the grid?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.power.jobs import Job
from rackwright.power.transients import LoadSwing, square_buffer

__all__ = ["JobSwing", "buffer_rows", "job_swing"]


@dataclass(frozen=True, slots=True)
class JobSwing:
    """How the compute load of a site moves.

    Parameters
    ----------
    swing
        All compute racks in step.
    largest_block_w
        Peak power of the largest block: the most that one fault takes.
    racks, rows
        Compute racks, and rows they stand in.
    """

    swing: LoadSwing
    largest_block_w: float
    racks: int
    rows: int


def job_swing(racks: pl.DataFrame, rules: ElectricRules) -> JobSwing | None:
    """Swing of the compute racks of a site around their mean power; None without any.

    Notes
    -----
    With duty d, mean = low + d (peak - low), so low = (mean - d peak) / (1 - d), never below 0.
    """
    compute = racks.filter((pl.col("role") == "compute") & (pl.col("peak_w") > 0.0))
    if not compute.height:
        return None
    peak_w, mean_w = (float(np.sum(compute[name].to_numpy())) for name in ("peak_w", "mean_w"))
    duty = figure(rules.swing_duty_share)
    low_w = max(0.0, (mean_w - duty * peak_w) / (1.0 - duty))
    blocks = compute.sort("block").group_by("block", maintain_order=True).agg(pl.col("peak_w"))
    largest_w = max(float(np.sum(np.array(each))) for each in blocks["peak_w"].to_list())
    rows = compute.select("hall", "row").unique().height
    return JobSwing(LoadSwing(low_w, peak_w, figure(rules.swing_period_s), duty), largest_w, compute.height, rows)


def _square(job: Job) -> LoadSwing:
    return LoadSwing(job.racks * job.low_w, job.racks * job.peak_w, job.period_s, job.duty_share)


def buffer_rows(
    site: str, job: JobSwing, jobs: tuple[Job, ...] = ()
) -> Iterator[tuple[str, str, str, int, float, float]]:
    """Rows of the table of buffers that flatten the swing: the same storage in many places or in one.

    The swing is that of sizing's power profiles where `jobs` are known, each job with storage of its own; else all
    compute racks swing around their mean power.
    """
    places = (("rack", job.racks), ("row", job.rows), ("site", 1))
    swings = [swing for each in jobs if each.is_synchronous for swing in (_square(each),)] if jobs else [job.swing]
    energy_j = sum(square_buffer(swing)[0] for swing in swings)
    power_w = sum(square_buffer(swing)[1] for swing in swings)
    for level, units in places:
        yield site, "swing", level, units, energy_j / units, power_w / units
