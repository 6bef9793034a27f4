"""What does the plan rest on, which of it is assumed, and how much of the critical path rests on assumptions?

A catalog fact is an assumption where its kind says so; a row of the program is one where it names no source, or says
so itself.
"""

from __future__ import annotations

import polars as pl

from rackwright.base.units import format_quantity
from rackwright.plan import Plan
from rackwright.program.entry import Entry
from rackwright.views.once import once_per_plan
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, percent

__all__ = ["EVIDENCE", "assumed_critical_share", "assumption_count", "is_assumed"]


def is_assumed(row: Entry) -> bool:
    """True if a program row's figures are an assumption: no source, or marked as one."""
    return not row.source or row.kind_of_evidence == "assumption"


def assumption_count(plan: Plan) -> tuple[int, int]:
    """Catalog facts the plan used, and how many of them are assumptions."""
    facts = plan.facts.frame
    return facts["fact"].n_unique(), facts.filter(pl.col("assumption"))["fact"].n_unique()


def _critical(plan: Plan) -> list[tuple[str, int, bool]]:
    """Activities on the critical path: name, days, and whether its duration is assumed."""
    assumed = _assumed_activities(plan)
    rows = plan.schedule.activities.frame.filter(pl.col("is_critical")).sort("start_day", "activity")
    return [
        (name, finish - start, assumed.get(name, True))
        for name, start, finish in rows.select("activity", "start_day", "finish_day").iter_rows()
        if finish > start
    ]


def _assumed_activities(plan: Plan) -> dict[str, bool]:
    """Whether each activity's duration is assumed; procurement without modes rests on its offer."""
    offers = {(row.item, row.supplier): is_assumed(row) for row in plan.program.supply.offers}
    found = {}
    for project in plan.program.projects:
        for activity in project.activities:
            by_offer = not activity.modes and activity.item
            assumed = offers.get((activity.item, activity.supplier), True) if by_offer else is_assumed(activity)
            found[f"{project.id}.{activity.id}"] = assumed
    return found


def assumed_critical_share(plan: Plan) -> float | None:
    """Share of the critical path's days whose durations are assumed; None where there is no schedule."""
    rows = _critical(plan)
    days = sum(length for _, length, _ in rows)
    return sum(length for _, length, assumed in rows if assumed) / days if days else None


@once_per_plan
def _show(plan: Plan) -> Shown:
    used, assumed = assumption_count(plan)
    share = assumed_critical_share(plan)
    path = "There is no critical path" if share is None else f"{percent(share)} of the critical path's days are assumed"
    lead = f"{path}; {assumed} of {used} catalog facts used are assumptions."
    return Shown(lead, (_path_table(plan), _fact_table(plan), _row_table(plan)))


def _path_table(plan: Plan) -> ViewTable:
    rows = sorted(_critical(plan), key=lambda row: (not row[2], -row[1], row[0]))
    columns = (
        TableColumn("activity", "Critical activity"),
        TableColumn("days", "Days"),
        TableColumn("rests_on", "Rests on"),
    )
    cells = tuple((name, days, "assumption" if assumed else "source") for name, days, assumed in rows)
    return ViewTable("Critical path by evidence", columns, cells, "Longest assumed durations first.")


def _fact_table(plan: Plan) -> ViewTable:
    """Facts with the stages that used them: assumptions first, the widest bands first among them."""
    columns = (
        TableColumn("fact", "Fact"),
        TableColumn("value", "As written"),
        TableColumn("band", "Low to high"),
        TableColumn("kind", "Evidence"),
        TableColumn("source", "Source or reason"),
        TableColumn("stages", "Used by"),
    )
    width = ((pl.col("high") - pl.col("low")) / pl.col("value").abs()).fill_nan(0).fill_null(0)
    ranked = plan.facts.frame.with_columns(pl.when(pl.col("value") != 0).then(width).otherwise(0.0).alias("width"))
    ordered = ranked.sort("assumption", "width", "fact", "stage", descending=[True, True, False, False])
    every = pl.all().exclude("assumption", "fact", "stage").first()
    facts = ordered.group_by("assumption", "fact", maintain_order=True).agg(every, pl.col("stage"))
    rows: list[tuple[Cell, ...]] = []
    for row in facts.iter_rows(named=True):
        ends = [format_quantity(row[end], row["unit"]) for end in ("low", "high") if row[end] is not None]
        source = row["source_title"] or row["source"] or row["at"]
        rows.append((row["fact"], row["written"], " to ".join(ends), row["kind"], source, ", ".join(row["stage"])))
    return ViewTable("Facts: assumptions first, the widest band first", columns, tuple(rows))


def _row_table(plan: Plan) -> ViewTable:
    """Program rows by table: how many have a source of their own."""
    program, supply = plan.program, plan.program.supply
    groups: list[tuple[str, tuple[Entry, ...]]] = [
        ("training", program.training),
        ("serving", program.serving),
        ("platforms", program.platforms),
        ("sites", program.sites),
        ("halls", program.halls),
        ("offers", supply.offers),
        ("makes", supply.makes),
        ("routes", supply.routes),
        ("cells", supply.cells),
        ("lanes", supply.lanes),
        ("duties", supply.duties),
        ("activities", tuple(a for project in program.projects for a in project.activities)),
    ]
    columns = (
        TableColumn("table", "Table of the program"),
        TableColumn("rows", "Rows"),
        TableColumn("assumed", "of them assumed"),
    )
    rows = tuple((name, len(entries), sum(is_assumed(e) for e in entries)) for name, entries in groups if entries)
    return ViewTable("Rows of the program", columns, rows, "A row without a source is an assumption.")


EVIDENCE = View(
    "evidence",
    "Facts and assumptions",
    "What does the plan rest on, and how much of the critical path is assumed?",
    _show,
)
