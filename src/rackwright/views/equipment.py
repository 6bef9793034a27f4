"""Which power and cooling equipment must be ordered by when, and what could take its place if it slips?

Dates count from the program's day: an order made today is accepted after slot and drawing approval, and delivered a
lead time later. The need is the first day a block of the site is wanted.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["EQUIPMENT", "SUBSTITUTES"]

USD_PER_MUSD = 1e6
FIELDS = {
    "hv-transformer": "hv_transformer",
    "mv-switchgear": "mv_switchgear",
    "unit-substation": "unit_substation",
    "lv-switchgear": "lv_switchgear",
    "ups": "ups",
    "generator": "generator",
    "busway": "busway",
    "tap": "tap",
    "ats": "transfer_switch",
    "sts": "static_switch",
    "side-rack": "side_rack",
}
"""Field of a site's `power` that names the part of a kind."""
COOLING_FIELDS = {
    "cdu": ("cdu",),
    "air": ("air",),
    "dry-cooler": ("rejection",),
    "adiabatic": ("rejection",),
    "tower": ("rejection",),
    "chiller": ("rejection", "chiller"),
    "buffer-tank": ("storage",),
}
"""Fields of a hall's `cooling` that may name a part of a kind."""
ON_SITE = ("turbine", "engine", "fuel-cell")
SAME_KIND = ("several smaller ones", "a larger one")


def _need(plan: Plan, site: str) -> dt.date | None:
    """First day a block of a site is wanted of which not every rack is accepted yet."""
    blocks = plan.siting.blocks.frame.filter(site=site).select("block")
    open_ = plan.siting.tranches.frame.join(blocks, on="block").filter(pl.col("accepted_racks") < pl.col("racks"))
    days = open_["need_day"].to_list()
    return plan.program.horizon.date(min(days)) if days else None


def _arrival(plan: Plan, days: float | None) -> dt.date | None:
    return None if days is None else plan.program.as_of + dt.timedelta(days=math.ceil(days))


def _procured(plan: Plan) -> dict[tuple[str, str], dt.date]:
    """Day on which the schedule has each part on the site whose project procures it: the first delivery."""
    part_of = {item.id: item.part or item.id for item in plan.program.supply.items}
    procured = {
        f"{project.id}.{activity.id}": (project.site, part_of.get(activity.item, activity.item))
        for project in plan.program.projects
        for activity in project.activities
        if activity.kind == "procure" and activity.item and project.site
    }
    rows = plan.schedule.activities.frame.select("activity", "finish_day").iter_rows()
    found: dict[tuple[str, str], dt.date] = {}
    for activity, day in rows:
        if activity in procured:
            date = plan.program.horizon.date(day)
            found[procured[activity]] = min(found.get(procured[activity], date), date)
    return found


def _there(plan: Plan, scheduled: dt.date | None, days: float | None) -> dt.date | None:
    """Day on which all is there: the program's day where it stands in stock, else the schedule's, else by `days`."""
    is_in_stock = days is not None and days <= 0.0
    return scheduled if scheduled is not None and not is_in_stock else _arrival(plan, days)


def _late(arrival: dt.date | None, need: dt.date | None) -> int | None:
    return max(0, (arrival - need).days) if arrival and need else None


def _show_equipment(plan: Plan) -> Shown:
    frame = plan.power.equipment.frame
    if not frame.height:
        return absent(plan, "No electrical equipment", "power")
    procured = _procured(plan)
    columns = (
        TableColumn("site", "Site"),
        TableColumn("part", "Part"),
        TableColumn("kind", "Kind"),
        TableColumn("count", "Pieces or metres"),
        TableColumn("unit", "in"),
        TableColumn("rating_kw", "Rating of one", "kW", 0),
        TableColumn("binds", "A slot binds"),
        TableColumn("origin", "Origin"),
        TableColumn("price_musd", "Price of all", "MUSD", 2),
        TableColumn("drawing_weeks", "Slot and drawings", "weeks", 0),
        TableColumn("lead_weeks", "then lead time", "weeks", 0),
        TableColumn("order_by", "Order by"),
        TableColumn("arrival", "Ordered today, there on"),
        TableColumn("planned", "By schedule, stock or order"),
        TableColumn("need", "Needed"),
        TableColumn("late_days", "Late", "days"),
        TableColumn("gate", "Gate of its site"),
        TableColumn("margin_days", "Margin", "days"),
        TableColumn("gates", "Gates"),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in frame.iter_rows(named=True):
        total = None if row["lead_days"] is None else row["lead_days"] + row["drawing_days"]
        need, arrival = _need(plan, row["site"]), _arrival(plan, total)
        there = _there(plan, procured.get((row["site"], row["part"])), row["there_days"])
        planned = None if there == arrival else there
        order_by = need - dt.timedelta(days=math.ceil(total)) if need and total is not None else None
        price = None if row["price_usd"] is None else row["price_usd"] * row["count"] / USD_PER_MUSD
        weeks = (row["drawing_days"] / 7.0, None if row["lead_days"] is None else row["lead_days"] / 7.0)
        gate = _arrival(plan, row["gate_days"])
        margin = (gate - there).days if gate and there else None
        dates = (order_by, arrival, planned, need, _late(there, need), gate, margin)
        rating_kw = row["rating_w"] / 1000.0 if row["rating_w"] else None
        what = (row["count"], row["unit"], rating_kw, row["binds"], row["origin"], price)
        rows.append((row["site"], row["part"], row["kind"], *what, *weeks, *dates, row["gates"]))
    late = sum(1 for row in rows if row[15])
    ordered = counted(len(rows), "part")
    missed = sum(1 for row in rows if isinstance(row[17], int) and row[17] < 0)
    lead = (
        f"{ordered} to order; {late} of them would come after the first block of their site is wanted, "
        f"{missed} after the gate they are for."
    )
    note = (
        "Price and lead time: the program's offer, counted from the order as in the schedule; else the catalog. A slot "
        "binds voltage and rating: a later change loses it. Late, margin: by the schedule where a project of the site "
        "procures the part, else by the site's stock and open orders where they make up the count. Needed: the first "
        "block not accepted yet. Gate: next power from the grid, hall or on-site unit of the site."
    )
    return Shown(lead, (ViewTable("Power and cooling equipment to order", columns, tuple(rows), note),))


def _cooling_change(plan: Plan, site: str, kind: str, row: dict[str, Any]) -> str:
    """The changes that take a substitute in every hall of a site that names the part."""
    return ", ".join(
        f'{{at: "halls[{hall.id}].cooling.{field}", set: {row["substitute"]}}}'
        for hall in plan.program.halls
        if hall.site == site
        for field in COOLING_FIELDS[kind]
        if getattr(hall.cooling, field) == row["part"]
    )


def _taking(site: str, kind: str, row: dict[str, Any], there: dt.date | None) -> str:
    """The changes of the program that take a substitute, as a scenario's `changes` hold them; empty where none do."""
    way, part, field = row["way"], row["substitute"], FIELDS.get(kind)
    if way in SAME_KIND and field:
        return f'{{at: "sites[{site}].power.{field}", set: {part}}}'
    if way == "on-site generation" and there:
        add = f"{{part: {part}, count: {row['count']}, date: {there}}}"
        instead = f'{{at: "sites[{site}].generation[{row["part"]}]", remove: true}}, ' if kind in ON_SITE else ""
        return f'{instead}{{at: "sites[{site}].generation", add: {add}}}'
    if way == "side racks beside the racks":
        return f'{{at: "sites[{site}].power.side_rack", set: {part}}}, {{at: "sites[{site}].power.ups", set: ""}}'
    return ""


def _show_substitutes(plan: Plan) -> Shown:
    frame = plan.power.substitutes.frame
    if not frame.height:
        return absent(plan, "No substitutes", "power")
    procured = _procured(plan)
    soonest = plan.power.equipment.frame.select("site", "part", "there_days").iter_rows()
    own_days = {(site, part): days for site, part, days in soonest}
    columns = (
        TableColumn("site", "Site"),
        TableColumn("part", "If this slips"),
        TableColumn("arrival", "it is there on"),
        TableColumn("late_days", "Late", "days"),
        TableColumn("rank", "Rank"),
        TableColumn("way", "Way"),
        TableColumn("substitute", "Part"),
        TableColumn("count", "Pieces"),
        TableColumn("sub_arrival", "there on"),
        TableColumn("gained_days", "Gained", "days"),
        TableColumn("cost_musd", "Price", "MUSD", 2),
        TableColumn("note", "What else changes"),
        TableColumn("take", "Taken by the change"),
    )
    kinds = dict(plan.power.equipment.frame.select("part", "kind").iter_rows())
    rows: list[tuple[Cell, ...]] = []
    for (site, part), own in frame.group_by("site", "part", maintain_order=True):
        where = (str(site), str(part))
        arrival = _there(plan, procured.get(where), own_days.get(where))
        late = _late(arrival, _need(plan, str(site)))
        ranked = own.sort("days", "cost_usd", "substitute", nulls_last=True)
        for rank, row in enumerate(ranked.iter_rows(named=True), start=1):
            there = _arrival(plan, row["days"])
            gained = (arrival - there).days if arrival and there else None
            cost = None if row["cost_usd"] is None else row["cost_usd"] / USD_PER_MUSD
            kind = kinds.get(str(part), "")
            is_cooling = kind in COOLING_FIELDS and row["way"] in SAME_KIND
            take = _cooling_change(plan, str(site), kind, row) if is_cooling else _taking(str(site), kind, row, there)
            what = (row["way"], row["substitute"], row["count"], there, gained, cost, row["note"], take)
            rows.append((str(site), str(part), arrival, late, rank, *what))
    rows.sort(
        key=lambda row: (-(row[3] if isinstance(row[3], int) else 0), str(row[0]), str(row[1]), str(row[4]).zfill(3))
    )
    late_parts = {(row[0], row[1]) for row in rows if row[3]}
    helped = {(row[0], row[1]) for row in rows if row[3] and isinstance(row[9], int) and row[9] > 0}
    many = counted(len(late_parts), "part")
    lead = f"{many} would come late; for {len(helped)} of them something else could be there sooner."
    note = (
        "The latest first; ranked by day there, then price. Gained: days sooner than the part itself. The change goes "
        "into a scenario's `changes`, or the field is set in sites.yaml; the plan then follows."
    )
    return Shown(lead, (ViewTable("What could take its place", columns, tuple(rows), note),))


EQUIPMENT = View(
    "equipment",
    "Power and cooling equipment to order",
    "Which power and cooling equipment must be ordered by when, and which gates does it wait for?",
    _show_equipment,
    in_report=False,
)
SUBSTITUTES = View(
    "substitutes",
    "Substitutes for late equipment",
    "What could take the place of power and cooling equipment that slips, how soon, at which price?",
    _show_substitutes,
    in_report=False,
)
