"""What moves if something is different? Dates, orders, cost and served workload of `whatif`, and what proves them."""

from __future__ import annotations

import datetime as dt

import polars as pl

from rackwright.plan import Plan
from rackwright.scenarios.outcome import accepted_racks, late_rack_days
from rackwright.scenarios.whatif import WhatIf
from rackwright.views.difference import edit_table, supply_changes
from rackwright.views.proved import doubt_between
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, percent
from rackwright.views.windows import windows_tables

__all__ = ["served_shares", "whatif_shown"]

USD_PER_MUSD = 1e6
CENT_PER_MUSD = 1e8
NEARLY = 0.005
LEAST_RACKS = 0.05
MOST_ORDERS = 200


def whatif_shown(answer: WhatIf, *, command: str) -> Shown:
    """The changed plan beside the plan, what the answer is exact for, and where its time went.

    `command` makes a whole plan with the same edits.
    """
    doubt = doubt_between(answer.before, answer.after)
    about = (_proof_table(answer, command), _time_table(answer))
    if doubt.hides:
        return Shown(doubt.text, (edit_table(answer.before, answer.after), *about))
    tables = (
        _served_table(answer),
        *supply_changes(answer.before, answer.after),
        _rack_table(answer),
        _order_table(answer),
        *windows_tables(answer.after),
        *about,
    )
    return Shown(" ".join([_lead(answer), doubt.text]).strip(), tuple(table for table in tables if table.rows))


def _lead(answer: WhatIf) -> str:
    before, after = answer.before, answer.after
    costs = [_cost_musd(plan) for plan in (before, after)]
    late = [late_rack_days(plan) for plan in (before, after)]
    racks = [accepted_racks(plan) for plan in (before, after)]
    served = [sum(served_days(plan, is_given=True).values()) for plan in (before, after)]
    share = (served[1] / served[0] - 1.0) if served[0] else 0.0
    return (
        f"{racks[1]:,} racks accepted ({racks[1] - racks[0]:+,}), {late[1]:,} rack-days late ({late[1] - late[0]:+,}), "
        f"{costs[1]:,.1f} MUSD with duty ({costs[1] - costs[0]:+,.1f}), served workload {share * 100:+.2f} %."
    )


def _cost_musd(plan: Plan) -> float:
    orders = plan.supply.orders
    return (int(orders["cost_cent"].sum()) + int(orders["duty_cent"].sum())) / CENT_PER_MUSD


def served_days(plan: Plan, *, is_given: bool) -> dict[str, float]:
    """Rack-days given to each workload (or wanted of it, at the rate a rack has) over the horizon."""
    days = dict(plan.supply.buckets.frame.select("bucket", pl.col("end_day") - pl.col("start_day")).iter_rows())
    found: dict[str, float] = {}
    for row in plan.supply.served.frame.iter_rows(named=True):
        amount = row["rate"] if is_given else row["wanted"]
        found[row["workload"]] = found.get(row["workload"], 0.0) + amount * days[row["bucket"]]
    return found


def served_shares(plan: Plan) -> dict[str, float]:
    """Share of what each workload wants over the horizon that accepted racks carry."""
    given, wanted = served_days(plan, is_given=True), served_days(plan, is_given=False)
    return {name: given[name] / total for name, total in wanted.items() if total > 0}


def _served_table(answer: WhatIf) -> ViewTable:
    one, two = served_shares(answer.before), served_shares(answer.after)
    rows: list[tuple[Cell, ...]] = []
    for name in sorted({*one, *two}):
        a, b = one.get(name), two.get(name)
        if a is None or b is None or abs(a - b) >= 0.5e-4:
            rows.append((name, a, b, None if a is None or b is None else b - a))
    columns = (
        TableColumn("workload", "Workload"),
        TableColumn("before_share", "Served before", digits=2, is_share=True),
        TableColumn("after_share", "Served after", digits=2, is_share=True),
        TableColumn("change_share", "Change", digits=2, is_share=True),
    )
    return ViewTable("Served workload", columns, tuple(rows), "Share of the rate wanted, over the days of the horizon.")


def _rack_table(answer: WhatIf) -> ViewTable:
    """Racks of each tranche accepted in another bucket than before."""
    frames = [
        plan.supply.deployments.frame.select("tranche", "bucket", "racks") for plan in (answer.before, answer.after)
    ]
    both = (
        frames[0]
        .join(frames[1], on=["tranche", "bucket"], how="full", coalesce=True, suffix="_after")
        .sort("tranche", "bucket")
    )
    ends = dict(answer.after.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    rows: list[tuple[Cell, ...]] = []
    for tranche, bucket, racks, after in both.iter_rows():
        a, b = racks or 0.0, after or 0.0
        if abs(a - b) > LEAST_RACKS and bucket in ends:
            rows.append((tranche, answer.after.program.horizon.date(ends[bucket]), a, b, b - a))
    columns = (
        TableColumn("tranche", "Tranche"),
        TableColumn("by", "Accepted by"),
        TableColumn("before_racks", "Racks before", "", 1),
        TableColumn("after_racks", "after", "", 1),
        TableColumn("change_racks", "Change", "", 1),
    )
    return ViewTable("Racks that move", columns, tuple(rows))


def _order_table(answer: WhatIf) -> ViewTable:
    """Orders to place before the end of the weeks of whole racks that differ: what a buyer has to do otherwise."""
    last = answer.after.program.policy.whole_rack_weeks * 7
    sums = [_near_orders(plan, last) for plan in (answer.before, answer.after)]
    rows: list[tuple[Cell, ...]] = []
    for key in sorted({*sums[0], *sums[1]}):
        a, b = sums[0].get(key, 0.0), sums[1].get(key, 0.0)
        if abs(a - b) > NEARLY * max(1.0, a, b):
            rows.append((*key, a, b, b - a))
    columns = (
        TableColumn("order_by", "Order by"),
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("site", "To"),
        TableColumn("before", "Pieces before", "", 0),
        TableColumn("after", "after", "", 0),
        TableColumn("change", "Change", "", 0),
    )
    note = "Orders placed later have no price of moving yet; their totals stand in Orders by item and supplier."
    return ViewTable("Orders of the next weeks that move", columns, tuple(rows[:MOST_ORDERS]), note)


def _near_orders(plan: Plan, last: int) -> dict[tuple[dt.date, str, str, str], float]:
    found: dict[tuple[dt.date, str, str, str], float] = {}
    names = ["kind", "item", "source", "site", "start_day", "qty"]
    for kind, item, source, site, start, qty in plan.supply.orders.frame.select(names).iter_rows():
        if kind == "buy" and start < last:
            key = (plan.program.horizon.date(start), item, source, site)
            found[key] = found.get(key, 0.0) + qty
    return found


def _proof_table(answer: WhatIf, command: str) -> ViewTable:
    """What the answer is exact for, and what only a whole plan would tell."""
    solves = answer.after.supply.solves.frame
    objective, bound = float(solves["objective"][-1]), float(solves["bound"][0])
    gap = max(0.0, objective - bound) / max(1.0, abs(objective))
    start = (
        "the kept basis" if answer.is_from_basis else "nothing (the kept basis lies too far, or the plan keeps none)"
    )
    state = "optimal with the price of moves" if answer.is_optimal else "stopped"
    whole = "" if solves["status"][0] == "limit" else "of whole racks "
    if solves["status"][0] == "limit":
        state = f"plan {objective / USD_PER_MUSD:,.2f}, bound {bound / USD_PER_MUSD:,.2f} MUSD"
    rows: list[tuple[Cell, ...]] = [
        ("supply", f"{state}; gap {whole}{percent(gap, 3)}; {answer.iterations:,} iterations from {start}"),
        ("price of moves", f"{answer.move_usd / USD_PER_MUSD:,.3f} MUSD for what moves against the plan"),
        ("not answered here", "causes of lateness, dates at other quantiles, scenarios"),
    ]
    rows += [("kept as designed", text) for text in answer.redesign]
    if answer.redesign:
        rows.append(("whole plan", command))
    return ViewTable("What this answer is", (TableColumn("what", "What"), TableColumn("text", "")), tuple(rows))


def _time_table(answer: WhatIf) -> ViewTable:
    rows: tuple[tuple[Cell, ...], ...] = tuple((part.name, part.seconds) for part in answer.parts)
    total = sum(part.seconds for part in answer.parts if not part.name.startswith("reading"))
    columns = (TableColumn("part", "Made again"), TableColumn("seconds", "Time", "s", 2))
    return ViewTable("Where the time went", columns, (*rows, ("answer, reading not counted", total)))
