"""What carries power inside the racks, and what is left when a shelf, a module or an input is lost?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.power_checks import power_checks
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["RACK_POWER"]


def _show(plan: Plan) -> Shown:
    frame = plan.power.rack_elements.frame
    if not frame.height:
        return absent(plan, "No shelves in the racks", "power")
    kinds = frame.select("site", "type").unique().height
    fullest = frame.with_columns((pl.col("worst_w") / pl.col("rating_w")).alias("share")).sort("share", "element")
    site, kind, element, failure, share = fullest.select("site", "type", "element", "failure", "share").row(-1)
    loss = f" without {failure}" if failure else ""
    lead = f"{counted(kinds, 'rack type')} opened; the fullest is {element} of {kind} at {site}: {share:.0%}{loss}."
    checks = power_checks(plan, "Checks inside the racks", "power-rack-", others=("power-voltage-match",))
    return Shown(lead, (_elements(fullest.sort("site", "type", "kind", "element")), checks))


def _elements(frame: pl.DataFrame) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("type", "Rack type"),
        TableColumn("racks", "Racks"),
        TableColumn("element", "Element"),
        TableColumn("kind", "Kind"),
        TableColumn("upstream", "Fed by"),
        TableColumn("count", "in one rack"),
        TableColumn("rating_kw", "Rating", "kW", 2),
        TableColumn("normal_kw", "Normal", "kW", 2),
        TableColumn("worst_kw", "Worst", "kW", 2),
        TableColumn("share", "of rating", digits=0, is_share=True),
        TableColumn("failure", "when this is lost"),
        TableColumn("held_s", "Holds the rack", "s"),
        TableColumn("voltage_v", "Direct voltage", "V"),
    )
    rows = tuple(
        (
            *(row[name] for name in ("site", "type", "racks", "element", "kind", "upstream", "count")),
            *(row[name] / 1000.0 for name in ("rating_w", "normal_w", "worst_w")),
            *(row[name] for name in ("share", "failure", "held_s", "voltage_v")),
        )
        for row in frame.iter_rows(named=True)
    )
    note = "Loads of one piece at the peak of the fullest rack of the type. Shelves are dealt to the inputs in turn."
    return ViewTable("From the rack's inputs to its busbar", columns, rows, note)


RACK_POWER = View(
    "rack_power",
    "Power inside the racks",
    "What carries power inside the racks, and what is left when a shelf, a module or an input is lost?",
    _show,
    in_report=False,
)
