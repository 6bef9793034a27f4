"""How much hangs on one country or one supplier, and which racks would stop without it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.origins import Origins
from rackwright.views.pegs import ON_HAND, STOCK, Pegs, pegs_of
from rackwright.views.period import musd
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["EXPOSURE"]

MOST_ITEMS = 4


@dataclass
class _Source:
    """What comes from a country or supplier: value [cent], and pieces by item and tranche."""

    cent: float = 0.0
    pieces: dict[tuple[str, str], float] = field(default_factory=dict)


def _show(plan: Plan) -> Shown:
    if not len(plan.supply.takes):
        return absent(plan, "Nothing is sourced", "supply")
    pegs = pegs_of(plan)
    countries, suppliers, wanted = _sources(plan, pegs)
    total = sum(source.cent for source in countries.values())
    if not total:
        return absent(plan, "Nothing is bought or made", "supply")
    top = max(sorted(countries), key=lambda name: countries[name].cent)
    alone = _sole_items(plan)
    lead = (
        f"{percent(countries[top].cent / total)} of what is bought and made comes from {top}; "
        f"{counted(len(alone), 'item')} of the plan have one supplier only."
    )
    racks = dict(plan.siting.tranches.frame.select("tranche", "racks").iter_rows())
    loss = _Loss(plan, wanted, racks)
    tables = (
        _table("By country", "Country", countries, total, loss, by_country=True),
        _table("By supplier", "Supplier", suppliers, total, loss, by_country=False),
        _sole_table(plan, alone),
    )
    return Shown(lead, tuple(table for table in tables if table.rows))


def _sources(plan: Plan, pegs: Pegs) -> tuple[dict[str, _Source], dict[str, _Source], dict[tuple[str, str], float]]:
    """Countries, suppliers, and the pieces of each item that each tranche takes from anywhere."""
    origins = Origins(plan, pegs)
    costs = {row["order"]: row["cost_cent"] for row in plan.supply.orders.frame.iter_rows(named=True)}
    countries: dict[str, _Source] = {}
    suppliers: dict[str, _Source] = {}
    wanted: dict[tuple[str, str], float] = {}
    for number, order in pegs.orders.items():
        if order.kind not in {"buy", "call", "open", "make"}:
            continue
        mine = [countries.setdefault(next(iter(origins.of_order(number))), _Source())]
        if order.kind != "make":
            mine.append(suppliers.setdefault(order.source, _Source()))
        for source in mine:
            source.cent += costs[number]
        for tranche, share in pegs.shares(number).items():
            if tranche != STOCK:
                key, qty = (order.item, tranche), share * order.qty * order.good_share
                wanted[key] = wanted.get(key, 0.0) + qty
                for source in mine:
                    source.pieces[key] = source.pieces.get(key, 0.0) + qty
    for arc in pegs.given.get(ON_HAND, []):
        for tranche, share in pegs.shares(arc.taker).items():
            if tranche != STOCK:
                wanted[arc.item, tranche] = wanted.get((arc.item, tranche), 0.0) + share * arc.qty
    return countries, suppliers, wanted


@dataclass(frozen=True)
class _Loss:
    """Racks that lack a part if a source is lost: of each tranche the largest share over its parts."""

    plan: Plan
    wanted: Mapping[tuple[str, str], float]
    racks: Mapping[str, int]

    def of(self, source: _Source, others: Mapping[str, bool]) -> tuple[float, float, list[str]]:
        """Racks that use it, racks without another source for a part, and the parts with most racks behind them."""
        used: dict[str, float] = {}
        alone: dict[str, float] = {}
        by_item: dict[str, float] = {}
        for (item, tranche), qty in source.pieces.items():
            racks = min(1.0, qty / self.wanted[item, tranche]) * self.racks.get(tranche, 0)
            used[tranche] = max(used.get(tranche, 0.0), racks)
            if not others.get(item, False):
                alone[tranche] = max(alone.get(tranche, 0.0), racks)
                by_item[item] = by_item.get(item, 0.0) + racks
        items = sorted(by_item, key=lambda name: (-by_item[name], name))[:MOST_ITEMS]
        return sum(used.values()), sum(alone.values()), items


def _table(
    title: str, label: str, sources: Mapping[str, _Source], total: float, loss: _Loss, *, by_country: bool
) -> ViewTable:
    rows: list[tuple[Cell, ...]] = []
    for name in sorted(sources, key=lambda key: (-sources[key].cent, key)):
        others = _others(loss.plan, name, by_country=by_country)
        used, alone, items = loss.of(sources[name], others)
        rows.append((name, musd(sources[name].cent), sources[name].cent / total, used, alone, ", ".join(items)))
    columns = (
        TableColumn("source", label),
        TableColumn("value_musd", "Bought and made", "MUSD", 1),
        TableColumn("share", "Share", digits=1, is_share=True),
        TableColumn("racks", "Racks with a part from it", "", 0),
        TableColumn("racks_alone", "Racks that would stop", "", 0),
        TableColumn("items", "For want of"),
    )
    note = (
        "Racks that would stop: no offer and no plant elsewhere for a part, at any price; where there is one, capacity "
        "and time still decide. `rackwright whatif DIR --losses 8` solves the plan without it."
    )
    return ViewTable(title, columns, tuple(rows), note)


def _others(plan: Plan, source: str, *, by_country: bool) -> dict[str, bool]:
    """True for items that somebody outside a country, or another supplier, sells or makes."""
    supply = plan.program.supply
    country = {plant.id: plant.country for plant in supply.plants}
    found: dict[str, bool] = {}
    for offer in supply.offers:
        name = offer.origin if by_country else offer.supplier
        found[offer.item] = found.get(offer.item, False) or name != source
    for make in supply.makes:
        name = country.get(make.plant, "") if by_country else make.plant
        found[make.item] = found.get(make.item, False) or name != source
    return found


def _sole_items(plan: Plan) -> dict[str, str]:
    """Items of the plan's structure that one supplier sells and nobody makes."""
    used = set(plan.supply.takes["item"].to_list())
    sellers: dict[str, set[str]] = {}
    for offer in plan.program.supply.offers:
        sellers.setdefault(offer.item, set()).add(offer.supplier)
    made = {make.item for make in plan.program.supply.makes}
    return {item: min(names) for item, names in sorted(sellers.items()) if len(names) == 1 and item in used - made}


def _sole_table(plan: Plan, alone: Mapping[str, str]) -> ViewTable:
    cost: dict[str, int] = {}
    for kind, item, cent in plan.supply.orders.frame.select("kind", "item", "cost_cent").iter_rows():
        if kind in {"buy", "call", "open"}:
            cost[item] = cost.get(item, 0) + cent
    offers = {row.item: row for row in reversed(plan.program.supply.offers)}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (item, alone[item], offers[item].origin, offers[item].lead_days.value, musd(cost.get(item, 0)))
        for item in sorted(alone, key=lambda name: (-cost.get(name, 0), name))
    )
    columns = (
        TableColumn("item", "Item"),
        TableColumn("supplier", "Only supplier"),
        TableColumn("origin", "Origin"),
        TableColumn("lead_days", "Lead time", "days", 0),
        TableColumn("value_musd", "Purchases", "MUSD", 2),
    )
    return ViewTable("Items with one supplier", columns, rows)


EXPOSURE = View(
    "exposure",
    "Exposure",
    "How much hangs on one country or one supplier, and which racks would stop without it?",
    _show,
    in_report=False,
)
