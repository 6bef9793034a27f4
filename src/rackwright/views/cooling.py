"""How does heat leave each hall, at which flow and temperatures, and how loaded are the units?

Loops of a hall are folded into one picture: racks, distribution units, plant outside.
"""

from __future__ import annotations

import polars as pl

from rackwright.figures import Caption, CoolantLoop, CoolantRun, CoolantUnit
from rackwright.figures.coolant_loop import CoolantKind
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["COOLING", "hall_piping"]

MOST_FIGURES = 4
TANK = "buffer-tank"
OUTSIDE: dict[str, CoolantKind] = {
    "dry-cooler": "dry_cooler",
    "adiabatic": "dry_cooler",
    "chiller": "chiller",
    "tower": "tower",
    TANK: "storage",
}
LABELS = {"cdu": "CDU", "air": "Air handler"}


def _show(plan: Plan) -> Shown:
    if not len(plan.cooling.loops):
        return absent(plan, "No cooling loops", "cooling")
    halls = [hall.id for hall in plan.program.halls if plan.cooling.loops.frame.filter(hall=hall.id).height]
    loops = plan.cooling.loops.frame
    heat = sum(loops["heat_w"].to_list()) / WATTS_PER_MW
    liquid = sum(loops.filter(kind="liquid")["heat_w"].to_list()) / WATTS_PER_MW
    electric = sum(plan.cooling.units["electric_w"].to_list()) / WATTS_PER_MW
    lead = (
        f"{heat:,.1f} MW of heat leave {counted(len(halls), 'hall')}, {liquid:,.1f} MW of it in liquid; "
        f"cooling draws {electric:,.2f} MW."
    )
    figures = tuple(hall_piping(plan, hall) for hall in halls[:MOST_FIGURES])
    return Shown(lead, (_unit_table(plan), _loop_table(plan), _year_table(plan)), figures)


def _units(plan: Plan, hall: str) -> pl.DataFrame:
    """Units of a hall by role and part."""
    own = plan.cooling.units.frame.filter(hall=hall).sort("unit")
    return own.group_by("role", "part", maintain_order=True).agg(
        pl.len().alias("count"),
        pl.col("rated_w").sum(),
        pl.col("duty_w").sum(),
        pl.col("electric_w").sum(),
    )


def hall_piping(plan: Plan, hall: str) -> CoolantLoop:
    """Piping schematic of a hall: racks, distribution units and plant, with flows and temperatures."""
    loops = plan.cooling.loops.frame.filter(hall=hall)
    liquid, air = loops.filter(kind="liquid"), loops.filter(kind="air")
    racks = max(sum(liquid["racks"].to_list()), sum(air["racks"].to_list()))
    heat = sum(loops["heat_w"].to_list())
    units = [CoolantUnit("racks", "Racks", "rack", 0, (f"{heat / WATTS_PER_MW:,.2f} MW heat",), racks)]
    runs: list[CoolantRun] = []
    plant: list[str] = []
    for row in _units(plan, hall).iter_rows(named=True):
        name = f"{row['role']}-{row['part']}"
        inside = row["role"] in LABELS
        label = "Tank" if row["role"] == TANK else LABELS.get(row["role"], row["part"])
        load = row["duty_w"] / row["rated_w"] if row["rated_w"] else 0.0
        state = "in reserve" if row["role"] == TANK else f"{percent(load)} of rating"
        details = (row["part"] if inside or row["role"] == TANK else row["role"], state)
        kind: CoolantKind = "cdu" if inside else OUTSIDE.get(row["role"], "heat_exchanger")
        units.append(CoolantUnit(name, label, kind, 1 if inside else 2, details, row["count"]))
        if inside:
            runs.append(_run(name, liquid if row["role"] == "cdu" else air, is_liquid=row["role"] == "cdu"))
        else:
            plant.append(name)
    inner = [unit.name for unit in units if unit.stage == 1]
    runs += [CoolantRun(a, b) for a in inner for b in plant]
    caption = Caption(
        f"cooling-{hall}", f"Hall {hall}: heat from the racks outwards", "Units folded by role; loads with all running."
    )
    return CoolantLoop(caption, tuple(units), tuple(runs))


def _run(unit: str, loops: pl.DataFrame, *, is_liquid: bool) -> CoolantRun:
    """Pipes between racks and a unit: total flow, the loops' supply, the hottest return."""
    if not loops.height:
        return CoolantRun("racks", unit)
    supply, back = loops["supply_c"].to_list()[0], max(loops["return_c"].to_list())
    return CoolantRun("racks", unit, supply, back, sum(loops["flow_lpm"].to_list()) if is_liquid else None)


def _loop_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("loop", "Loop"),
        TableColumn("hall", "Hall"),
        TableColumn("kind", "Kind"),
        TableColumn("racks", "Racks"),
        TableColumn("heat_mw", "Heat at peak", "MW", 2),
        TableColumn("flow_lpm", "Flow", "L/min", 0),
        TableColumn("supply_c", "Supply", "°C", 1),
        TableColumn("return_c", "Return", "°C", 1),
    )
    rows = tuple(
        (loop, hall, kind, racks, heat / WATTS_PER_MW, flow, supply, back)
        for loop, hall, kind, racks, heat, flow, supply, back in plan.cooling.loops.frame.select(
            "loop", "hall", "kind", "racks", "heat_w", "flow_lpm", "supply_c", "return_c"
        ).iter_rows()
    )
    return ViewTable("Loops", columns, rows)


def _year_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("hall", "Hall"),
        TableColumn("weather", "Weather"),
        TableColumn("mean_mw", "Mean draw", "MW", 3),
        TableColumn("worst_mw", "Highest hour", "MW", 3),
        TableColumn("energy_mwh", "Electricity", "MWh", 0),
        TableColumn("water_m3", "Water", "m³", 0),
        TableColumn("free_hours", "Free water", "h"),
        TableColumn("free_air_hours", "Free room air", "h"),
        TableColumn("filled", "Hours filled in", "h"),
    )
    rows = tuple(
        (
            row["hall"],
            row["weather"],
            row["mean_w"] / WATTS_PER_MW,
            row["worst_w"] / WATTS_PER_MW,
            row["energy_kwh"] / 1000,
            row["water_l"] / 1000,
            row["free_hours"],
            row["free_air_hours"],
            row["filled"],
        )
        for row in plan.cooling.years.frame.iter_rows(named=True)
    )
    note = (
        "At peak heat. Free: hours in which facility water, and room air, need no compressor. "
        "`design conditions`: made from them; 0.4 % of its hours are above the design day."
    )
    return ViewTable("A year of hours", columns, rows, note)


def _unit_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("hall", "Hall"),
        TableColumn("role", "Role"),
        TableColumn("part", "Part"),
        TableColumn("count", "Units"),
        TableColumn("rated_mw", "Rated", "MW", 2),
        TableColumn("duty_mw", "Duty", "MW", 2),
        TableColumn("share", "of rating", digits=0, is_share=True),
        TableColumn("electric_mw", "Draws", "MW", 3),
    )
    rows: list[tuple[Cell, ...]] = []
    for hall in plan.program.halls:
        for row in _units(plan, hall.id).iter_rows(named=True):
            share = row["duty_w"] / row["rated_w"] if row["rated_w"] else None
            mw = [row[name] / WATTS_PER_MW for name in ("rated_w", "duty_w", "electric_w")]
            rows.append((hall.id, row["role"], row["part"], row["count"], mw[0], mw[1], share, mw[2]))
    return ViewTable("Cooling units by hall", columns, tuple(rows))


COOLING = View("cooling", "Cooling", "How does heat leave each hall, and how loaded are the units?", _show)
