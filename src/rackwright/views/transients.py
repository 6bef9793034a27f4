"""How does the load of each site swing, what does the utility allow, and what would hide the swing at which cost?"""

from __future__ import annotations

import polars as pl

from rackwright.base.units import format_quantity
from rackwright.plan import Plan
from rackwright.power.jobs import Job, harmonics
from rackwright.views.absent import absent
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["TRANSIENTS", "jobs_of"]

J_PER_WH = 3600.0
USD_PER_MUSD = 1e6
MOST_HARMONICS = 8


def jobs_of(plan: Plan) -> tuple[Job, ...]:
    """Jobs of a plan as the power stage saw them, idle power aside."""
    return tuple(
        Job(
            site=row["site"],
            block=row["block"],
            workload=row["workload"],
            platform="",
            racks=row["racks"],
            idle_w=0.0,
            low_w=row["low_w"] / max(1, row["racks"]),
            mean_w=row["mean_w"] / max(1, row["racks"]),
            peak_w=row["peak_w"] / max(1, row["racks"]),
            period_s=row["period_s"],
            duty_share=row["duty_share"],
            ramp_w_s=row["ramp_w_s"],
            is_synchronous=row["is_synchronous"],
            skew_s=row["skew_s"],
        )
        for row in plan.power.jobs.frame.iter_rows(named=True)
    )


def _show(plan: Plan) -> Shown:
    jobs = jobs_of(plan)
    if not jobs:
        return absent(plan, "No jobs with a power profile", "power")
    texts = []
    for site in dict.fromkeys(job.site for job in jobs):
        own = [job for job in jobs if job.site == site]
        swing_w, peak_w = sum(job.swing_w for job in own), sum(job.racks * job.peak_w for job in own)
        texts.append(
            f"{site} swings by {swing_w / WATTS_PER_MW:,.2f} MW of {peak_w / WATTS_PER_MW:,.2f} MW of its racks"
        )
    tables = (_mitigation_table(plan), _check_table(plan), _job_table(plan), _spectrum_table(jobs))
    return Shown("; ".join(texts) + ".", tables)


def _mitigation_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("event", "Event"),
        TableColumn("option", "Way"),
        TableColumn("part", "Part"),
        TableColumn("count", "Pieces"),
        TableColumn("energy", "Energy"),
        TableColumn("power_mw", "Power", "MW", 2),
        TableColumn("cost_musd", "Price", "MUSD", 2),
        TableColumn("low_musd", "from", "MUSD", 2),
        TableColumn("high_musd", "to", "MUSD", 2),
        TableColumn("price_source", "Price from"),
        TableColumn("yearly_musd", "Energy of a year", "MUSD", 2),
        TableColumn("lost_speed_share", "Speed lost", digits=1, is_share=True),
        TableColumn("change", "Taken by a line of the site's `smoothing`"),
    )
    rows = tuple(
        (
            *(row[name] for name in ("site", "event", "option", "part", "count")),
            format_quantity(row["energy_j"] / J_PER_WH, "Wh") if row["energy_j"] else "",
            row["power_w"] / WATTS_PER_MW,
            *(None if row[name] is None else row[name] / USD_PER_MUSD for name in ("cost_usd", "low_usd", "high_usd")),
            row["price_source"],
            None if row["yearly_usd"] is None else row["yearly_usd"] / USD_PER_MUSD,
            row["lost_speed_share"],
            row["change"],
        )
        for row in plan.power.mitigations.frame.iter_rows(named=True)
    )
    note = (
        "Each way is of its event alone and brings what the utility limits within its limit: the swing (flat where no "
        "`swing_limit` is stated), all bands, the loss of the largest synchronised job (compute phase to idle) or of "
        "the largest block by one fault (peak to nothing). The price of capping is that of racks which make up for the "
        "speed. Storage is ideal."
    )
    return ViewTable("Ways to hide swings from the grid", columns, rows, note)


def _check_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("rule", "Rule"),
        TableColumn("subject", "Subject"),
        TableColumn("value", "Value"),
        TableColumn("limit", "Limit"),
        TableColumn("unit", "Unit"),
        TableColumn("passed", "Holds"),
        TableColumn("source", "Limit from"),
        TableColumn("relief", "Cheapest way"),
    )
    is_own = pl.col("rule").str.starts_with("power-utility-") | (pl.col("rule") == "power-ramp")
    reliefs = plan.power.reliefs.frame.select("rule", "subject", "relief")
    held = plan.power.checks.frame.filter(is_own).join(
        reliefs, on=["rule", "subject"], how="left", maintain_order="left"
    )
    rows = tuple((*row[:-1], row[-1] or "") for row in held.iter_rows())
    note = (
        "What the grid sees behind the program's `smoothing`. power-ramp: within a second of the named loss. Only what "
        "the program's `utility` limits is checked."
    )
    return ViewTable("What the utility allows", columns, rows, note)


def _job_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("block", "Block"),
        TableColumn("workload", "Job"),
        TableColumn("racks", "Racks"),
        TableColumn("low_mw", "Low", "MW", 2),
        TableColumn("mean_mw", "Mean", "MW", 2),
        TableColumn("peak_mw", "High", "MW", 2),
        TableColumn("period_s", "Step", "s", 2),
        TableColumn("duty_share", "at high power", digits=0, is_share=True),
        TableColumn("is_synchronous", "In step"),
        TableColumn("skew_ms", "Spread", "ms", 0),
    )
    rows = tuple(
        (
            *(row[name] for name in ("site", "block", "workload", "racks")),
            *(row[name] / WATTS_PER_MW for name in ("low_w", "mean_w", "peak_w")),
            row["period_s"],
            row["duty_share"],
            row["is_synchronous"],
            row["skew_s"] * 1000.0,
        )
        for row in plan.power.jobs.frame.iter_rows(named=True)
    )
    return ViewTable(
        "Jobs", columns, rows, "Profiles of sizing; all steps start together. `export waveform` has the sum."
    )


def _spectrum_table(jobs: tuple[Job, ...]) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("block", "Block"),
        TableColumn("frequency_hz", "Frequency", "Hz"),
        TableColumn("amplitude_mw", "Amplitude", "MW", 3),
    )
    rows: list[tuple[Cell, ...]] = []
    for job in jobs:
        strongest = sorted(harmonics(job), key=lambda pair: (-pair[1], pair[0]))[:MOST_HARMONICS]
        rows += [(job.site, job.block, hertz, watts / WATTS_PER_MW) for hertz, watts in sorted(strongest)]
    return ViewTable("Strongest harmonics of each job", columns, tuple(rows))


TRANSIENTS = View(
    "transients",
    "Load swings",
    "How does the load swing, what does the utility allow, and what would hide it at which cost?",
    _show,
    in_report=False,
)
