"""Which pressure and pump power do coolant loops take, and how long do they hold when cooling is lost?"""

from __future__ import annotations

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["COOLANT"]

PA_PER_KPA = 1000.0
W_PER_KW = 1000.0
W_PER_MW = 1e6
S_PER_H = 3600.0


def _show(plan: Plan) -> Shown:
    losses = plan.cooling.losses.frame
    if not losses.height:
        return absent(plan, "No cooling units", "cooling")
    single = [row for row in losses.iter_rows(named=True) if row["lost"] != "all"]
    short = sum(1 for row in single if row["heat_share"] < 1.0)
    times = [seconds for seconds in losses["limit_s"].to_list() if seconds is not None]
    soonest = f"; without any cooling the first is too warm after {min(times):,.0f} s" if times else ""
    cases = counted(len(single), "single failure")
    lead = f"Of {cases} of a pump or a unit {short} leave too little cooling{soonest}."
    tanks = (_tank_table(plan),) if len(plan.cooling.tanks) else ()
    return Shown(lead, (_loss_table(plan), *tanks, _pressure_table(plan), _manifold_table(plan), _water_table(plan)))


def _loss_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("group", "Loop or plant"),
        TableColumn("part", "Part"),
        TableColumn("units", "Units"),
        TableColumn("lost", "Lost"),
        TableColumn("flow_share", "Flow left", digits=0, is_share=True),
        TableColumn("heat_share", "Heat carried", digits=0, is_share=True),
        TableColumn("rise_k", "To the limit", "K", 1),
        TableColumn("limit_s", "Limit after", "s", 0),
        TableColumn("state", "State"),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in plan.cooling.losses.frame.iter_rows(named=True):
        state = "holds" if row["heat_share"] >= 1.0 else "too warm" if row["limit_s"] is not None else "time not known"
        what = (row["group"], row["part"], row["units"], row["lost"])
        rows.append((*what, row["flow_share"], row["heat_share"], row["rise_k"], row["limit_s"], state))
    note = (
        "The rest at rated speed. All: every unit stops, such as between loss of power and start of a generator. One "
        "mixed volume (litres per kW of `facility-rules`): hot spots come earlier. Tanks stand apart below."
    )
    return ViewTable("A pump, a unit or all of them lost", columns, tuple(rows), note)


def _tank_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("hall", "Hall"),
        TableColumn("part", "Tank"),
        TableColumn("units", "Tanks"),
        TableColumn("volume_m3", "Water", "m³", 0),
        TableColumn("span_k", "Span", "K", 1),
        TableColumn("heat_kwh", "Takes", "kWh", 0),
        TableColumn("duty_mw", "Duty", "MW", 2),
        TableColumn("hold_s", "Holds", "s", 0),
        TableColumn("restart_s", "Plant is back after", "s", 0),
        TableColumn("margin_s", "Margin", "s", 0),
        TableColumn("loss_kw", "Standing loss", "kW", 2),
        TableColumn("recharge_h", "Cold again after", "h", 2),
    )
    rows: list[tuple[Cell, ...]] = []
    for row in plan.cooling.tanks.frame.iter_rows(named=True):
        what = tuple(row[name] for name in ("hall", "part", "units", "volume_m3", "span_k", "heat_kwh"))
        times = (row["hold_s"], row["restart_s"], row["hold_s"] - row["restart_s"])
        again_h = None if row["recharge_s"] is None else row["recharge_s"] / S_PER_H
        rows.append((*what, row["duty_w"] / W_PER_MW, *times, row["loss_w"] / W_PER_KW, again_h))
    note = (
        "At peak heat without heat rejection while pumps run (`cooling_on_ups`). Cold again: by what the plant has "
        "beyond its duty with every unit, at peak; empty where it has nothing. Checks `cooling-tank-hold` and `-flow`."
    )
    return ViewTable("Tanks of facility water", columns, tuple(rows), note)


def _pressure_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("loop", "Loop"),
        TableColumn("pipe", "Headers of a CDU"),
        TableColumn("speed_m_s", "Speed", "m/s", 2),
        TableColumn("rack_kpa", "Rack", "kPa", 0),
        TableColumn("header_kpa", "Headers", "kPa", 1),
        TableColumn("cdu_kpa", "CDU", "kPa", 0),
        TableColumn("pump_kw", "Pumps by pressure", "kW", 2),
        TableColumn("rated_kw", "by rating", "kW", 2),
        TableColumn("least_share", "Last rack", digits=1, is_share=True),
        TableColumn("most_share", "First rack", digits=1, is_share=True),
    )
    rows = tuple(
        (
            row["loop"],
            row["pipe"],
            row["speed_m_s"],
            row["rack_pa"] / PA_PER_KPA,
            row["header_pa"] / PA_PER_KPA,
            row["cdu_pa"] / PA_PER_KPA,
            row["hydraulic_w"] / W_PER_KW,
            row["rated_w"] / W_PER_KW,
            row["least_share"],
            row["most_share"],
        )
        for row in plan.cooling.hydraulics.frame.iter_rows(named=True)
    )
    note = (
        "Usual lengths and drops of `facility-rules`. The plan counts the draw by rating. First, last rack: flow over "
        "the mean of a manifold without balancing valves."
    )
    return ViewTable("Pressure, pumps and balance", columns, rows, note)


def _manifold_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("loop", "Loop"),
        TableColumn("place", "Rack from the CDU"),
        TableColumn("flow_lpm", "Flow", "L/min", 1),
        TableColumn("share", "Over the mean", digits=1, is_share=True),
        TableColumn("rise_k", "Rise", "K", 2),
    )
    rows = plan.cooling.manifolds.frame.select("loop", "place", "flow_lpm", "share", "rise_k").rows()
    note = "Along the headers of each CDU in service, without balancing valves; check `cooling-manifold-balance`."
    return ViewTable("Flow of each rack along its manifold", columns, tuple(rows), note)


def _water_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("loop", "Loop"),
        TableColumn("water_class", "Facility water"),
        TableColumn("dew_margin_k", "Above the dew point", "K", 1),
        TableColumn("dry", "Stays dry"),
    )
    rows = tuple(
        (loop, name, margin_k, margin_k > 0.0)
        for loop, name, margin_k in plan.cooling.hydraulics.frame.select(
            "loop", "water_class", "dew_margin_k"
        ).iter_rows()
    )
    note = (
        "Class of ASHRAE TC 9.9 by supply temperature; coolant at the rack against the highest dew point of room air."
    )
    return ViewTable("Class of the water, condensation", columns, rows, note)


COOLANT = View(
    "coolant",
    "Coolant: pressure and loss of cooling",
    "Which pressure do coolant loops take, and how long do they hold when a pump, a unit or all cooling is lost?",
    _show,
    in_report=False,
)
