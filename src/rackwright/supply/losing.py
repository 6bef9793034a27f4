"""What is lost if a supplier or a country is lost? The plan solved again with it gone, from the kept basis.

A supplier that is lost delivers nothing any more: neither new orders nor confirmed pieces nor open orders. A country
that is lost takes every offer of its origin and of its suppliers with it, and its plants make, ship and hold nothing.
Offers and lines stay in the program with nothing to give, so what only they gave gates the plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from rackwright.base.units import Estimate
from rackwright.solve import LinearSolution
from rackwright.supply.assemble import Assembly
from rackwright.supply.extract import deployments_table
from rackwright.supply.lateness import tranche_lateness
from rackwright.supply.replan import resolved
from rackwright.supply.request import SupplyRequest
from rackwright.supply.served import served_table
from rackwright.supply.timing import Grid
from rackwright.tables.supply import Orders, Served, Supply

__all__ = ["Loss", "Lost", "Reached", "largest_losses", "lose", "reached", "without"]

CENT_PER_USD = 100.0
NONE = Estimate(0.0, 0.0, 0.0)
PURCHASES = frozenset({"buy", "call", "open"})


@dataclass(frozen=True)
class Loss:
    """A supplier or country that is lost, and what is bought and made there in the plan [USD]."""

    kind: Literal["supplier", "country"]
    name: str
    value_usd: float = 0.0


@dataclass(frozen=True)
class Lost:
    """What a loss does to the plan.

    Parameters
    ----------
    loss
        What is lost.
    racks
        Racks that do not come within the horizon any more.
    late_rack_days
        Days of lateness more, summed over racks; one that never comes counts to the end of the horizon.
    served_share
        Share of the served workload (each by its wanted rate over the horizon) that is lost.
    cost_usd
        Purchase, conversion, freight and duty more; less where racks are not built.
    is_optimal
        True if the solve was finished.
    """

    loss: Loss
    racks: float
    late_rack_days: float
    served_share: float
    cost_usd: float
    is_optimal: bool


def largest_losses(request: SupplyRequest, orders: Orders, *, most: int) -> tuple[Loss, ...]:
    """Suppliers and countries the plan spends most on; countries with a campus are left out."""
    country_of = _countries(request)
    origin_of = {(row.item, row.supplier): row.origin for row in reversed(request.supply.offers)}
    spent: dict[tuple[str, str], float] = {}
    for kind, item, source, cent in orders.frame.select("kind", "item", "source", "cost_cent").iter_rows():
        if kind in PURCHASES:
            spent["supplier", source] = spent.get(("supplier", source), 0.0) + cent / CENT_PER_USD
        if kind in PURCHASES or kind == "make":
            country = origin_of.get((item, source)) or country_of.get(source, "")
            spent["country", country] = spent.get(("country", country), 0.0) + cent / CENT_PER_USD
    home = {campus.country for campus in request.campuses} | {""}
    found = [
        Loss("country" if kind == "country" else "supplier", name, value)
        for (kind, name), value in spent.items()
        if not (kind == "country" and name in home)
    ]
    return tuple(sorted(found, key=lambda loss: (-loss.value_usd, loss.kind, loss.name))[:most])


def without(request: SupplyRequest, loss: Loss) -> SupplyRequest:
    """The request with a supplier or a country gone."""
    supply, country_of = request.supply, _countries(request)
    suppliers = {row.id for row in supply.suppliers if loss.name in {row.id, row.country}}
    places = {row.id for row in supply.plants if loss.kind == "country" and row.country == loss.name}
    gone = {row for row in suppliers if loss.kind == "supplier" or country_of[row] == loss.name}
    is_origin = loss.kind == "country"
    after = request.horizon.end
    offers = tuple(
        row.model_copy(update={"per_week": NONE})
        if row.supplier in gone or (is_origin and row.origin == loss.name)
        else row
        for row in supply.offers
    )
    lost = {(old.item, old.supplier) for old, new in zip(supply.offers, offers, strict=True) if old is not new}
    return replace(
        request,
        supply=supply.model_copy(
            update={
                "offers": offers,
                "commits": tuple(row for row in supply.commits if (row.item, row.supplier) not in lost),
                "open_orders": tuple(
                    row.model_copy(update={"promised": after})
                    if row.supplier in gone or (row.item, row.supplier) in lost
                    else row
                    for row in supply.open_orders
                ),
                "makes": tuple(
                    row.model_copy(update={"end": request.horizon.start}) if row.plant in places else row
                    for row in supply.makes
                ),
                "stock": tuple(
                    row.model_copy(update={"status": "hold"}) if row.plant in places else row for row in supply.stock
                ),
            }
        ),
    )


def lose(request: SupplyRequest, before: Supply, losses: Iterable[Loss]) -> tuple[Lost, ...]:
    """Solve the plan again with each loss by itself."""
    assembly, plan = resolved(request, before)
    base = reached(request, assembly, plan)
    found = []
    for loss in losses:
        gone = without(request, loss)
        lost_assembly, answer = resolved(gone, before)
        now = reached(gone, lost_assembly, answer)
        served = 1.0 - now.served / base.served if base.served > 0 else 0.0
        found.append(
            Lost(loss, base.racks - now.racks, now.late_rack_days - base.late_rack_days, served,
                 now.cost_usd - base.cost_usd, answer.status == "optimal")
        )  # fmt: skip
    return tuple(found)


@dataclass(frozen=True)
class Reached:
    """What a solution reaches: racks, days of lateness over racks, days of full service, spending [USD]."""

    racks: float
    late_rack_days: float
    served: float
    cost_usd: float


def reached(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> Reached:
    """Racks, lateness, served workload and spending of a solution."""
    grid, columns = assembly.network.grid, assembly.columns
    late = sum(row.rack_days for row in tranche_lateness(assembly, plan).values())
    served = served_table(request, grid, deployments_table(request, assembly, plan))
    return Reached(
        racks=float(columns.table("accept", plan.x).sum()),
        late_rack_days=late,
        served=_served_days(served, grid),
        cost_usd=_spent(assembly, plan),
    )


def _served_days(served: Served, grid: Grid) -> float:
    """Days of full service summed over workloads: the rate carried over the highest rate wanted of each, by days."""
    frame = served.frame
    days = grid.days
    wanted: dict[str, dict[int, float]] = {}
    given: dict[str, dict[int, float]] = {}
    for name, bucket, rate, want in frame.select("workload", "bucket", "rate", "wanted").iter_rows():
        for book, amount in ((given, rate), (wanted, want)):
            mine = book.setdefault(name, {})
            mine[bucket] = mine.get(bucket, 0.0) + amount
    total = 0.0
    for name, mine in wanted.items():
        most = max(mine.values(), default=0.0)
        if most > 0:
            total += sum(given[name][bucket] / most * float(days[bucket]) for bucket in sorted(mine))
    return total


def _spent(assembly: Assembly, plan: LinearSolution) -> float:
    """Purchase, conversion, freight and duty [USD]."""
    network, columns = assembly.network, assembly.columns
    buys, makes, ships = (np.clip(columns.table(name, plan.x), 0.0, None) for name in ("buy", "make", "ship"))
    total = sum(float((row * (buy.price_usd + buy.freight_usd + buy.duty_usd)).sum())
                for buy, row in zip(network.buys, buys, strict=True))  # fmt: skip
    total += sum(float(row.sum()) * make.cost_usd for make, row in zip(network.makes, makes, strict=True))
    total += sum(float((row * (ship.freight_usd + ship.duty_usd)).sum())
                 for ship, row in zip(network.ships, ships, strict=True))  # fmt: skip
    for i, call in enumerate(network.calls):
        qty = max(0.0, float(plan.x[columns.one("call", i)])) * network.unit(call.item)
        total += qty * (call.price_usd + call.freight_usd + call.duty_usd)
    return total


def _countries(request: SupplyRequest) -> dict[str, str]:
    supply = request.supply
    return {row.id: row.country for row in supply.suppliers} | {row.id: row.country for row in supply.plants}
