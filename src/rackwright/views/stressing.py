"""How many racks and how much of each workload are safe by which date, what moves them, what is fragile?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from rackwright.base.problem import Problem
from rackwright.figures import Caption, FanBand, FanChart
from rackwright.program import Program
from rackwright.scenarios import Stressed
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted, percent

__all__ = ["stressed_shown"]

SURE = ("50 %", "80 %", "95 %")


def stressed_shown(stressed: Stressed, problems: Sequence[Problem], program: Program) -> Shown:
    """Racks and served workload by date, lateness, drivers, single points."""
    tables = [
        _rack_table(stressed, program),
        _served_table(stressed, program),
        _branch_table(stressed, program),
        _driver_table(stressed),
        _fragile_table(stressed),
    ]
    broken = [*(str(problem) for problem in problems), *(f"could not be planned: {name}" for name in stressed.failed)]
    if broken:
        rows = tuple((text,) for text in broken)
        tables.append(ViewTable("Left out", (TableColumn("problem", "Problem"),), rows))
    return Shown(_lead(stressed), tuple(table for table in tables if table.rows), (_fan(stressed, program),))


def _lead(stressed: Stressed) -> str:
    p50, p80, p95 = stressed.late_rack_days
    worst = stressed.fragile[0] if stressed.fragile else None
    text = (
        f"Over {counted(stressed.num_draws, 'draw')} of the whole chain, {stressed.racks[1, -1]:,.0f} of "
        f"{stressed.wanted:,.0f} racks wanted on average are accepted by the end with 80 %; lateness is at most "
        f"{p50:,.0f} rack-days with 50 %, {p80:,.0f} with 80 %, {p95:,.0f} with 95 %."
    )
    if stressed.drivers:
        text += f" Strongest driver: {stressed.drivers[0].name}."
    if worst is not None:
        text += f" Most fragile single point: {worst.shock.kind} {worst.shock.name}."
    return text


def _rack_table(stressed: Stressed, program: Program) -> ViewTable:
    columns = (
        TableColumn("by", "By"),
        *(TableColumn(f"racks_p{sure[:2]}", f"Racks, at least with {sure}", digits=0) for sure in SURE),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (program.horizon.date(day), *(float(value) for value in stressed.racks[: len(SURE), place]))
        for place, day in enumerate(stressed.end_days)
    )
    return ViewTable("Accepted racks by date", columns, rows, "Racks accepted since the plan began.")


def _served_table(stressed: Stressed, program: Program) -> ViewTable:
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("by", "By"),
        *(
            TableColumn(f"served_p{sure[:2]}", f"Served, at least with {sure}", digits=0, is_share=True)
            for sure in SURE
        ),
    )
    rows: list[tuple[Cell, ...]] = []
    for number, name in enumerate(stressed.workloads):
        for place, day in enumerate(stressed.end_days):
            values = [float(value) for value in stressed.served[number, : len(SURE), place]]
            if all(math.isfinite(value) for value in values):
                rows.append((name, program.horizon.date(day), *values))
    return ViewTable("Served workload by date", columns, tuple(rows), "Share of the rate wanted in the bucket.")


def _branch_table(stressed: Stressed, program: Program) -> ViewTable:
    columns = (
        TableColumn("branch", "Branch"),
        TableColumn("share", "Chance", digits=0, is_share=True),
        TableColumn("racks", "Racks accepted, mean", digits=0),
        TableColumn("late_rack_days", "Lateness, mean", "rack-days", 0),
    )
    note = (
        "Each draw has its own dates and coarse buckets. A plan waits for the dates that hold with "
        f"{percent(program.policy.ready_at)} (policy.ready_at), so the lateness of one plan is not this mean; it is "
        f"rough where few of the {counted(stressed.num_draws, 'draw')} fall to a branch."
    )
    return ViewTable("Branches under luck", columns, stressed.by_branch, note)


def _driver_table(stressed: Stressed) -> ViewTable:
    columns = (
        TableColumn("driver", "Driver"),
        TableColumn("rank_correlation", "Rank correlation with lateness", digits=2),
        TableColumn("low_rack_days", "Lateness in its low fifth", "rack-days", 0),
        TableColumn("high_rack_days", "in its high fifth", "rack-days", 0),
    )
    rows = tuple((row.name, row.rank_correlation, row.low_rack_days, row.high_rack_days) for row in stressed.drivers)
    note = (
        f"Only what is beyond chance for {counted(stressed.num_draws, 'draw')}; some of so many factors pass by luck."
    )
    return ViewTable("What drives lateness", columns, rows, note)


def _fragile_table(stressed: Stressed) -> ViewTable:
    columns = (
        TableColumn("kind", "Kind"),
        TableColumn("name", "Single point"),
        TableColumn("racks_lost", "Racks that never come", digits=0),
        TableColumn("rack_days", "More lateness", "rack-days", 0),
        TableColumn("share", "Racks lost", digits=0, is_share=True),
    )
    rows = tuple(
        (row.shock.kind, row.shock.name, row.racks_lost, row.more_rack_days, row.lost_share) for row in stressed.fragile
    )
    note = "Stops for the whole horizon, one by one, in the base program without luck; plants lose their own cells."
    return ViewTable("Fragile single points", columns, rows, note)


def _fan(stressed: Stressed, program: Program) -> FanChart:
    low, mid, high = (tuple(float(v) for v in stressed.racks[row]) for row in (2, 0, 3))
    band = FanBand("racks", "accepted racks", stressed.end_days, low, mid, high)
    caption = Caption(
        "stress-racks",
        "Accepted racks: median, and what 95 % and 10 % of the draws reach",
        f"{percent(0.95)} of the draws lie above the lower edge.",
    )
    return FanChart(
        caption, program.horizon.start, "racks", (band,), stressed.wanted, "wanted, mean", band_words="p5 to p90"
    )
