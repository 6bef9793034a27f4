"""How many racks flow from which plant to which campus, and when?"""

from __future__ import annotations

import polars as pl

from rackwright.figures import Caption, SupplyLane, SupplyMap, SupplySite
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.period import musd
from rackwright.views.view import Shown, TableColumn, View, ViewTable, counted

__all__ = ["SUPPLY_FLOW"]


def _lanes(plan: Plan) -> pl.DataFrame:
    """Racks moved to campuses by lane and SKU: pieces, first and last arrival, freight."""
    skus = sorted(set(plan.siting.tranches["configuration"].to_list()))
    campuses = [site.id for site in plan.program.sites]
    moved = plan.supply.orders.frame.filter(
        pl.col("kind").is_in(["ship", "buy", "call", "open"])
        & pl.col("item").is_in(skus)
        & pl.col("site").is_in(campuses)
    ).sort("source", "site", "item", "order")
    return moved.group_by("source", "site", "item", maintain_order=True).agg(
        pl.col("qty"),
        pl.col("end_day").min().alias("first_day"),
        pl.col("end_day").max().alias("last_day"),
        (pl.col("cost_cent") + pl.col("duty_cent")).sum().alias("cent"),
    )


def _show(plan: Plan) -> Shown:
    lanes = _lanes(plan)
    if not lanes.height:
        return absent(plan, "No racks are moved", "supply")
    date = plan.program.horizon.date
    rows = tuple(
        (row["source"], row["site"], row["item"], sum(row["qty"]), date(row["first_day"]), date(row["last_day"]),
         musd(row["cent"]))
        for row in lanes.iter_rows(named=True)
    )  # fmt: skip
    columns = (
        TableColumn("source", "From"),
        TableColumn("site", "To"),
        TableColumn("item", "Rack"),
        TableColumn("racks", "Racks", "", 0),
        TableColumn("first", "First arrival"),
        TableColumn("last", "Last arrival"),
        TableColumn("cost_musd", "Freight and duty", "MUSD", 2),
    )
    total = sum(row[3] for row in rows)
    places, campuses = len({row[0] for row in rows}), len({row[1] for row in rows})
    lead = (
        f"{counted(round(total), 'rack')} from {counted(places, 'place')} to {counted(campuses, 'campus', 'campuses')}."
    )
    return Shown(lead, (ViewTable("Racks by lane", columns, rows),), (_map(plan, rows),))


def _map(plan: Plan, rows: tuple[tuple[str, str, str, float, object, object, float], ...]) -> SupplyMap:
    names = {plant.id: plant.name for plant in plan.program.supply.plants}
    names |= {supplier.id: supplier.name for supplier in plan.program.supply.suppliers}
    names |= {site.id: site.name for site in plan.program.sites}
    flows: dict[tuple[str, str], float] = {}
    for source, site, _, racks, *_rest in rows:
        flows[source, site] = flows.get((source, site), 0.0) + racks
    sources = sorted({source for source, _ in flows})
    campuses = [site.id for site in plan.program.sites if any(site.id == to for _, to in flows)]
    return SupplyMap(
        Caption("supply-flow", "Racks from plants to campuses", "Band widths are racks over the horizon."),
        "racks",
        tuple(SupplySite(f"from-{name}", names.get(name, name)) for name in sources),
        tuple(SupplySite(f"to-{name}", names.get(name, name)) for name in campuses),
        tuple(SupplyLane(f"from-{a}", f"to-{b}", racks) for (a, b), racks in sorted(flows.items())),
    )


SUPPLY_FLOW = View("supply_flow", "Racks from plants to campuses", "How many racks flow from where to where?", _show)
