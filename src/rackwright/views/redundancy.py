"""What would each redundancy scheme install, strand, cost and survive for the load of each site?"""

from __future__ import annotations

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import WATTS_PER_MW
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["REDUNDANCY"]

J_PER_KWH = 3.6e6
USD_PER_MUSD = 1e6


def _show(plan: Plan) -> Shown:
    schemes = plan.power.schemes.frame
    if not schemes.height:
        return absent(plan, "No power chain", "power")
    planned = schemes.filter("is_planned")
    texts = [
        f"{site} is planned {scheme}: {installed / WATTS_PER_MW:,.1f} MW of line-ups, "
        f"{stranded / WATTS_PER_MW:,.1f} MW of it above the load{_saving(schemes, site)}"
        for site, scheme, installed, stranded in planned.select(
            "site", "scheme", "installed_w", "stranded_w"
        ).iter_rows()
    ]
    return Shown("; ".join(texts) + ".", (_scheme_table(plan), _equipment_table(plan), _buffer_table(plan)))


def _saving(schemes: pl.DataFrame, site: str) -> str:
    """The cheapest scheme that also loses no rack with any one element, where it is cheaper than the planned one."""
    own = schemes.filter((pl.col("site") == site) & pl.col("cost_usd").is_not_null())
    planned = own.filter("is_planned")
    if not planned.height:
        return ""
    keeping = own.filter((pl.col("racks_lost") <= planned["racks_lost"].min()) & (pl.col("worst_share") <= 1.0))
    best = keeping.sort("cost_usd", "scheme").head(1)
    if not best.height or best["cost_usd"][0] >= planned["cost_usd"][0]:
        return ""
    saved = (planned["cost_usd"][0] - best["cost_usd"][0]) / USD_PER_MUSD
    return f"; {best['scheme'][0]} would stop no more racks with one loss and cost {saved:,.1f} MUSD less"


def _scheme_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("scheme", "Scheme"),
        TableColumn("is_planned", "Planned"),
        TableColumn("systems", "Line-ups"),
        TableColumn("installed_mw", "Installed", "MW", 1),
        TableColumn("stranded_mw", "Above the load", "MW", 1),
        TableColumn("normal_share", "Normal load of a line-up", digits=0, is_share=True),
        TableColumn("cost_ratio", "Line-ups over N", digits=2),
        TableColumn("cost_musd", "Price down to UPS", "MUSD", 1),
        TableColumn("lead_weeks", "Longest lead time", "weeks", 0),
        TableColumn("worst_share", "Fullest in any single failure", digits=0, is_share=True),
        TableColumn("racks_lost", "Racks that one loss stops"),
        TableColumn("pair_lost_mw", "Two line-ups lost stop", "MW", 1),
        TableColumn("failure", "When one is lost"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            row["site"],
            row["scheme"],
            row["is_planned"],
            row["systems"],
            row["installed_w"] / WATTS_PER_MW,
            row["stranded_w"] / WATTS_PER_MW,
            row["normal_share"],
            row["cost_ratio"],
            row["cost_usd"] / USD_PER_MUSD if row["cost_usd"] is not None else None,
            row["lead_days"] / 7.0 if row["lead_days"] is not None else None,
            row["worst_share"],
            row["racks_lost"],
            row["pair_lost_w"] / WATTS_PER_MW,
            row["failure"],
        )
        for row in plan.power.schemes.frame.sort("site", "installed_w", "scheme").iter_rows(named=True)
    ]
    note = (
        "Each scheme is built as a chain of the site's own parts. A line-up is a unit substation, its board, UPS and "
        "generator at the continuous loading limit."
    )
    return ViewTable("Redundancy schemes", columns, tuple(rows), note)


def _equipment_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("kind", "Kind"),
        TableColumn("part", "Part"),
        TableColumn("count", "Count"),
        TableColumn("rating_kw", "Rating of one", "kW", 0),
        TableColumn("fullest_share", "Fullest in any single failure", digits=0, is_share=True),
    )
    frame = plan.power.elements.frame.join(plan.power.loads.frame, on="element")
    rows: list[tuple[Cell, ...]] = []
    named = frame.filter(frame["part"] != "")
    for (site, kind, part), own in named.group_by("site", "kind", "part", maintain_order=True):
        rating_w = float(own["rating_w"][0])
        fullest_w = max(own["worst_w"].to_list())
        rows.append(
            (str(site), str(kind), str(part), own.height, rating_w / 1000.0, fullest_w / rating_w if rating_w else None)
        )
    return ViewTable("Electrical equipment", columns, tuple(sorted(rows, key=lambda row: tuple(map(str, row[:3])))))


def _buffer_table(plan: Plan) -> ViewTable:
    columns = (
        TableColumn("site", "Site"),
        TableColumn("event", "Event"),
        TableColumn("level", "Storage at the"),
        TableColumn("units", "Places"),
        TableColumn("energy_kwh", "Energy of one", "kWh"),
        TableColumn("power_kw", "Power of one", "kW"),
    )
    rows = tuple(
        (site, event, level, units, energy_j / J_PER_KWH, power_w / 1000.0)
        for site, event, level, units, energy_j, power_w in plan.power.buffers.frame.iter_rows()
    )
    return ViewTable("Storage that hides load swings from the grid", columns, rows, "Ideal storage.")


REDUNDANCY = View(
    "redundancy",
    "Redundancy and electrical equipment",
    "What would each redundancy scheme take, and which equipment does the planned one need?",
    _show,
)
