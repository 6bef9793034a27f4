"""Which share of the value deployed is traced to US plants, by product and plant, and is a target met?

The share is a traced value share, no claim about origin marking and no legal test.
"""

from __future__ import annotations

from rackwright.figures import Bar, BarChart, Caption
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import musd
from rackwright.views.view import Shown, TableColumn, View, ViewTable, percent

__all__ = ["CONTENT", "traced_goal"]

MOST_BARS = 14


def _show(plan: Plan) -> Shown:
    frame = plan.supply.content.frame
    if not frame.height:
        return absent(plan, "No deployed value to trace", "supply")
    value, traced = int(frame["value_cent"].sum()), int(frame["us_cent"].sum())
    share = traced / value if value else 0.0
    targets = plan.program.policy.traced_us_share
    last = max(targets, key=lambda target: target.start) if targets else None
    goal = f" The goal: {traced_goal(plan)}." if targets else ""
    lead = f"Traced US value share of what is deployed: {percent(share, 1)} of {musd(value):,.1f} MUSD.{goal}"
    ordered = frame.sort("value_cent", "product", "site", descending=[True, False, False])
    bars = tuple(
        Bar(f"{row['product']}-{row['site']}", f"{row['product']}, {row['site']}", (row["share"],))
        for row in ordered.head(MOST_BARS).iter_rows(named=True)
    )
    figure = BarChart(
        Caption("content", "Traced US value share by product and plant", "The largest values first."),
        parts=("traced share",),
        bars=bars,
        target=None if last is None else last.share,
        target_label="" if last is None else f"target from {last.start}",
        is_share=True,
    )
    return Shown(lead, (_table(plan), _targets(plan)), (figure,))


def traced_goal(plan: Plan) -> str:
    """The target in words: the share wanted of all racks accepted in the horizon, and the last step it comes from.

    Steps hold from their day on, so the share wanted of the whole is their mean over the value of the racks accepted.
    """
    targets = plan.program.policy.traced_us_share
    if not targets:
        return "no target"
    last = max(targets, key=lambda target: target.start)
    end = f"{percent(last.share)} from {last.start}"
    wanted = plan.supply.checks.frame.filter(rule="supply-traced-us-share")["limit"].to_list()
    return f"target {percent(wanted[0], 1)} of what is deployed in all, {end}" if wanted else f"target {end}"


def _table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("product", "Product"),
        TableColumn("site", "Plant"),
        TableColumn("value_musd", "Value deployed", "MUSD", 2),
        TableColumn("us_musd", "traced to US plants", "MUSD", 2),
        TableColumn("share", "Share", digits=1, is_share=True),
    )
    rows = tuple(
        (product, site, musd(value), musd(us), share)
        for product, site, value, us, share in plan.supply.content.frame.select(
            "product", "site", "value_cent", "us_cent", "share"
        ).iter_rows()
    )
    return ViewTable("Traced US value share", columns, rows, "A traced value share; no legal content test.")


def _targets(plan: Plan) -> ViewTable:
    columns = (TableColumn("start", "From"), TableColumn("share", "Target", digits=1, is_share=True))
    rows = tuple((target.start, target.share) for target in plan.program.policy.traced_us_share)
    return ViewTable("Targets", columns, rows, "policy.traced_us_share: soft, a shortfall has a price.")


CONTENT = View(
    "content", "Traced US value share", "Which share of the value deployed is traced to US plants, and where?", _show
)
