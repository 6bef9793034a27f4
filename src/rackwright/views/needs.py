"""How many accelerators and racks does each workload need, slow, middle and fast, and how does their power swing?"""

from __future__ import annotations

import math

from rackwright.base.units import Estimate
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["NEEDS"]

KILO = 1e3
WHOLE = 1e-9


def _show(plan: Plan) -> Shown:
    if not len(plan.sizing.needs):
        return absent(plan, "No workload was sized", "sizing")
    count = plan.sizing.rates.frame.height
    lead = (
        f"{counted(count, 'pair')} of workload and platform; racks are planned at {plan.program.policy.size_at:.0%} "
        "of the spread of accelerators (`policy.size_at`)."
    )
    return Shown(lead, (_need_table(plan), _rate_table(plan), _power_table(plan)))


def _per_rack(plan: Plan) -> dict[str, int]:
    """Accelerators of a rack of the latest configuration of each platform."""
    types = dict(plan.racks.types.frame.select("type", "accels").iter_rows())
    return {platform.id: types.get(platform.configurations[-1].id, 0) for platform in plan.program.platforms}


def _need_table(plan: Plan) -> ViewTable:
    """Accelerators from each day on at the three ends, and the racks that siting takes."""
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("platform", "Platform"),
        TableColumn("from", "From"),
        TableColumn("accels_p10", "Accelerators P10"),
        TableColumn("accels_p50", "P50"),
        TableColumn("accels_p90", "P90"),
        TableColumn("racks_p10", "Racks P10"),
        TableColumn("racks_p50", "P50"),
        TableColumn("racks_p90", "P90"),
        TableColumn("racks_planned", "Planned with"),
    )
    per_rack, size_at = _per_rack(plan), plan.program.policy.size_at
    rows: list[tuple[Cell, ...]] = []
    for workload, platform, day, *accels in plan.sizing.needs.frame.iter_rows():
        p10, p50, p90 = accels
        at = Estimate(p50, min(p10, p50), max(p90, p50)).at(size_at)
        each = per_rack.get(platform, 0)
        racks = [math.ceil(number / each - WHOLE) if each else None for number in (*accels, at)]
        rows.append((workload, platform, plan.program.horizon.date(day), *accels, *racks))
    note = (
        "P90 is the safe end: more accelerators, since they are slower. A gang of several campuses is one part of it."
    )
    return ViewTable("Accelerators and racks needed", columns, tuple(rows), note)


def _rate_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("platform", "Platform"),
        TableColumn("min_racks", "Fewest racks"),
        TableColumn("per_rack_p10", "Per rack P10", "tok/s", 0),
        TableColumn("per_rack_p50", "P50", "tok/s", 0),
        TableColumn("per_rack_p90", "P90", "tok/s", 0),
        TableColumn("width", "Width of the band", "", 2),
    )
    names = [column.name for column in columns[:-1]]
    rows = [
        (*row, (row[5] - row[3]) / row[4] if row[4] else None)
        for row in plan.sizing.rates.frame.select(names).iter_rows()
    ]
    note = "P10 is slow, P90 fast: hardware, operators, software and what is known of the model's own error."
    return ViewTable("Rates", columns, tuple(rows), note)


def _power_table(plan: Plan) -> ViewTable:
    """Profile of a rack, and of the racks that swing in step."""
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("platform", "Platform"),
        TableColumn("idle_kw", "Rack idle", "kW", 1),
        TableColumn("low_kw", "low", "kW", 1),
        TableColumn("mean_kw", "mean", "kW", 1),
        TableColumn("peak_kw", "peak", "kW", 1),
        TableColumn("swing_kw", "swing", "kW", 1),
        TableColumn("period_s", "Period", "s", 3),
        TableColumn("duty_share", "at peak", is_share=True),
        TableColumn("racks", "Racks in step"),
        TableColumn("job_mean_mw", "Job mean", "MW", 2),
        TableColumn("job_swing_mw", "swing", "MW", 2),
        TableColumn("job_ramp_mw_s", "ramp", "MW/s", 1),
    )
    gangs = {run.id: run.campuses for run in plan.program.training}
    racks_of = {
        (w, p): n for w, p, n in plan.sizing.rates.frame.select("workload", "platform", "min_racks").iter_rows()
    }
    rows: list[tuple[Cell, ...]] = []
    for row in plan.sizing.profiles.frame.iter_rows(named=True):
        workload, platform = row["workload"], row["platform"]
        racks = racks_of.get((workload, platform), 1) * gangs.get(workload, 1)
        swing_w = row["peak_w"] - row["low_w"]
        rows.append(
            (
                workload,
                platform,
                *(row[f"{name}_w"] / KILO for name in ("idle", "low", "mean", "peak")),
                swing_w / KILO,
                row["period_ms"] / KILO,
                row["duty_share"],
                racks,
                racks * row["mean_w"] / WATTS_PER_MW,
                racks * swing_w / WATTS_PER_MW,
                racks * row["ramp_w_s"] / WATTS_PER_MW,
            )
        )
    note = (
        "Racks in step: the gang of a training run on all its campuses, one instance of a service. Low is the phase of "
        "communication. What the sites of the plan draw stands in the view `transients`."
    )
    return ViewTable("Power of a rack and of a synchronised job", columns, tuple(rows), note)


NEEDS = View(
    "needs",
    "Needs with their band",
    "How many accelerators and racks does each workload need, slow, middle and fast, and how does their power swing?",
    _show,
    in_report=False,
)
