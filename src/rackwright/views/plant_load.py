"""Which power and coolant do racks on test draw in each plant, and which power and cooling parts does it take by week?

A station of a test cell draws its full power and coolant while it is busy. Mean load is that of the hours planned; the
highest is that of whole stations busy at once.
"""

from __future__ import annotations

import math
from collections import defaultdict

import polars as pl

from rackwright.plan import Plan
from rackwright.program.supply import Cell as TestCell
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted
from rackwright.views.whole_pieces import whole_orders

__all__ = ["PLANT_LOAD"]

W_PER_KW = 1000.0
S_PER_HOUR = 3600.0
ROUNDING = 1e-6
WORDS = ("busbar", "manifold", "cdu", "coolant distribution", "power shelf", "power-shelf", "psu", "rectifier", "bbu")
"""Names of power and cooling parts of a rack; shelves in its slots count whatever their name."""
POWER_ROLES = ("power", "battery")


def _show(plan: Plan) -> Shown:
    loads = plan.supply.loads.frame.filter(kind="cell")
    drawing = {cell.id: cell for cell in plan.program.supply.cells if cell.station_w or cell.station_lpm}
    if not loads.height:
        return absent(plan, "No test cells", "supply")
    weeks = _weeks(plan, loads, drawing)
    over = sum(1 for row in weeks if row[-1])
    worst = max((float(str(row[4])) for row in weeks), default=0.0)
    lead = (
        f"Racks on test draw up to {worst:,.0f} kW in one plant; in {counted(over, 'period')} more than the plant has "
        "of power or coolant."
    )
    tables = (_load_table(weeks), _cell_table(loads, drawing), _part_table(plan), _route_table(plan))
    return Shown(lead, tables)


def _weeks(plan: Plan, loads: pl.DataFrame, drawing: dict[str, TestCell]) -> list[tuple[Cell, ...]]:
    """Plants by bucket: mean and highest power and coolant on test, limits, and True where one is above."""
    plants = {plant.id: plant for plant in plan.program.supply.plants}
    spans = {bucket: (start, end) for bucket, start, end in plan.supply.buckets.frame.iter_rows()}
    sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for resource, bucket, used in loads.select("resource", "bucket", "used").iter_rows():
        cell = drawing.get(resource)
        if cell is None or used <= ROUNDING:
            continue
        start, end = spans[bucket]
        stations = used / (cell.hours_per_week * (end - start) / 7.0)
        busy = min(cell.stations, math.ceil(stations - ROUNDING))
        own = sums[cell.plant, bucket]
        own[0] += stations * (cell.station_w or 0.0)
        own[1] += busy * (cell.station_w or 0.0)
        own[2] += busy * (cell.station_lpm or 0.0)
    rows: list[tuple[Cell, ...]] = []
    for (plant, bucket), (mean_w, most_w, most_lpm) in sorted(sums.items()):
        limit_w, limit_lpm = plants[plant].power_w, plants[plant].flow_lpm
        is_over = bool((limit_w and most_w > limit_w) or (limit_lpm and most_lpm > limit_lpm))
        day = plan.program.horizon.date(spans[bucket][0])
        power = (mean_w / W_PER_KW, most_w / W_PER_KW, None if limit_w is None else limit_w / W_PER_KW)
        rows.append((plant, day, spans[bucket][1] - spans[bucket][0], *power, most_lpm, limit_lpm, is_over))
    return rows


def _load_table(rows: list[tuple[Cell, ...]]) -> ViewTable:
    columns = (
        TableColumn("plant", "Plant"),
        TableColumn("start", "From"),
        TableColumn("days", "Days"),
        TableColumn("mean_kw", "Mean on test", "kW", 0),
        TableColumn("most_kw", "Highest", "kW", 0),
        TableColumn("limit_kw", "Power there", "kW", 0),
        TableColumn("most_lpm", "Coolant, highest", "L/min", 0),
        TableColumn("limit_lpm", "Coolant there", "L/min", 0),
        TableColumn("is_over", "Above"),
    )
    note = "Highest: whole stations busy at once. A plant without `test_power` or `test_coolant` has no limit here."
    return ViewTable("Load of racks on test", columns, tuple(rows), note)


def _cell_table(loads: pl.DataFrame, drawing: dict[str, TestCell]) -> ViewTable:
    columns = (
        TableColumn("cell", "Cell"),
        TableColumn("plant", "Plant"),
        TableColumn("kind", "Kind"),
        TableColumn("stations", "Stations"),
        TableColumn("station_kw", "Power of one", "kW", 1),
        TableColumn("station_lpm", "Coolant of one", "L/min", 0),
        TableColumn("busy_hours", "Busy within the horizon", "h", 0),
        TableColumn("energy_mwh", "Energy on test", "MWh", 1),
    )
    rows: list[tuple[Cell, ...]] = []
    for cell in drawing.values():
        hours = sum(loads.filter(resource=cell.id)["used"].to_list())
        station_w = cell.station_w or 0.0
        energy = hours * station_w / 1e6
        own = (cell.stations, station_w / W_PER_KW, cell.station_lpm, hours, energy)
        rows.append((cell.id, cell.plant, cell.kind, *own))
    return ViewTable("Cells that draw power or coolant", columns, tuple(rows))


def _items(plan: Plan) -> list[str]:
    """Items that are power shelves, busbars, manifolds or coolant distribution units."""
    slots = plan.racks.slots.frame.filter(pl.col("role").is_in(POWER_ROLES))
    parts = set(slots["part"].to_list()) | set(plan.cooling.units.frame.filter(role="cdu")["part"].to_list())
    return [
        item
        for item, name, part in plan.bom.items.frame.select("item", "name", "part").iter_rows()
        if item in parts or part in parts or any(word in f"{item} {name}".lower() for word in WORDS)
    ]


def _part_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("item", "Item"),
        TableColumn("name", "Name"),
        TableColumn("way", "Way"),
        TableColumn("source", "From"),
        TableColumn("site", "To"),
        TableColumn("week", "Week from"),
        TableColumn("qty", "Pieces", digits=0),
    )
    names = dict(plan.bom.items.frame.select("item", "name").iter_rows())
    orders = whole_orders(plan).filter(
        pl.col("item").is_in(_items(plan)) & pl.col("kind").is_in(["make", "buy", "call", "open"])
    )
    sums: dict[tuple[str, str, str, str, int], float] = defaultdict(float)
    for item, kind, source, site, day, qty in orders.select(
        "item", "kind", "source", "site", "end_day", "qty"
    ).iter_rows():
        sums[item, kind, source, site, day // 7] += qty
    rows = tuple(
        (item, names.get(item, item), kind, source, site, plan.program.horizon.date(7 * week), qty)
        for (item, kind, source, site, week), qty in sorted(sums.items())
    )
    note = "By the week in which they can be used. What the schedule dates (site plant, CDUs) is in view `equipment`."
    return ViewTable("Power shelves, busbars, CDUs, manifolds by week", columns, rows, note)


def _route_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("item", "Item"),
        TableColumn("plant", "Plant"),
        TableColumn("cell", "Cell"),
        TableColumn("hours", "Station time of one", "h", 1),
        TableColumn("first_pass_share", "Passes at once", digits=0, is_share=True),
        TableColumn("parts", "Sub-tier parts"),
    )
    own = set(_items(plan))
    structure = plan.bom.structure.frame.select("parent", "component", "qty").rows()
    rows: list[tuple[Cell, ...]] = []
    routed = set()
    for step in plan.program.supply.routes:
        if step.item in own:
            parts = ", ".join(f"{qty:g} {part}" for parent, part, qty in structure if parent == step.item)
            hours = step.hours.value / S_PER_HOUR
            rows.append((step.item, step.plant, step.cell, hours, step.first_pass_share, parts))
            routed.add(step.item)
    for item in sorted(own - routed):
        parts = ", ".join(f"{qty:g} {part}" for parent, part, qty in structure if parent == item)
        rows.append((item, "", "bought: tested by its supplier", None, None, parts))
    return ViewTable("Test time and sub-tier parts", columns, tuple(rows))


PLANT_LOAD = View(
    "plant_load",
    "Power and cooling of the plants",
    "Which power and coolant do racks on test draw in each plant, and which power and cooling parts come when?",
    _show,
    in_report=False,
)
