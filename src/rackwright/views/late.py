"""What is late, by how much, because of what, and what would help?"""

from __future__ import annotations

from rackwright.figures import Bar, BarChart, Caption
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.shortfalls import shortfall_table, tranche_shortfalls
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["LATE", "lost_by_cause"]

MOST_BARS = 12


def lost_by_cause(plan: Plan) -> list[tuple[str, float]]:
    """Rack-days of lateness by leaf cause, the largest first."""
    racks = dict(plan.siting.tranches.frame.select("tranche", "racks").iter_rows())
    lost: dict[str, float] = {}
    rows = plan.supply.causes.frame.select("demand", "constraint", "share", "late_days")
    for demand, constraint, share, days in rows.iter_rows():
        lost[constraint] = lost.get(constraint, 0.0) + share * days * racks.get(demand, 0)
    return sorted(lost.items(), key=lambda pair: (-round(pair[1], 3), pair[0]))


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.buckets):
        return absent(plan, "No supply plan", "supply")
    unplaced = _unplaced_words(plan)
    places = (shortfall_table(plan),) if unplaced else ()
    tables = (_cause_table(plan), *places, _unsourced_table(plan))
    lost = lost_by_cause(plan)
    if not lost:
        return Shown(unplaced or "No tranche is late.", tables[1:])
    worst, days = lost[0]
    total = sum(value for _, value in lost)
    share = f", {percent(days / total)} of all lateness" if total else ""
    figure = BarChart(
        Caption("late", "Rack-days lost by cause", "Lateness of tranches, by what holds them."),
        "rack-days",
        ("rack-days",),
        tuple(Bar(f"cause-{i}", cause, (value,)) for i, (cause, value) in enumerate(lost[:MOST_BARS])),
    )
    lead = f"Late tranches: {plan.supply.causes['demand'].n_unique()}. Largest cause: {worst}{share}."
    return Shown(f"{lead} {unplaced}".rstrip(), tables, (figure,))


def _unplaced_words(plan: Plan) -> str:
    """Tranches whose racks found no place and so never come; empty where all are placed."""
    found = tranche_shortfalls(plan)
    if not found:
        return ""
    racks = counted(sum(short.racks for short in found.values()), "rack")
    named = "; ".join(f"{tranche} {short.racks:,} ({short.cause})" for tranche, short in sorted(found.items()))
    return f"Without a place, and so never accepted: {racks}: {named}."


def _cause_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("demand", "Tranche"),
        TableColumn("constraint", "What holds it"),
        TableColumn("kind", "Kind"),
        TableColumn("share", "Share of its lateness", digits=0, is_share=True),
        TableColumn("late_days", "Mean lateness of its racks", "days", 1),
        TableColumn("relief", "Cheapest relief tried"),
        TableColumn("gain_rack_days", "Wins", "rack-days", 0),
        TableColumn("proved", "Re-solved and helped"),
    )
    ordered = plan.supply.causes.frame.sort(
        "late_days", "demand", "share", "constraint", descending=[True, False, True, False]
    )
    rows = ordered.select(column.name for column in columns).iter_rows()
    return ViewTable("Late tranches by cause", columns, tuple(rows))


def _unsourced_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("item", "Item"),
        TableColumn("qty", "Needed", "", 0),
        TableColumn("reason", "Why it is not planned"),
    )
    rows = tuple(plan.supply.unsourced.frame.select("item", "qty", "reason").iter_rows())
    note = "Nobody is said to make or sell these items: the plan takes them as given, and rule supply-sourced fails."
    return ViewTable("Needed and not sourced in this program", columns, rows, note)


LATE = View("late", "Late and why", "What is late, because of what, and what would help?", _show)
