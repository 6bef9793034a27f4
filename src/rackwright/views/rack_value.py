"""What is one rack worth, in money and in watts? The figures views count racks with."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.bom.rollup import leaf_quantities
from rackwright.plan import Plan
from rackwright.views.once import once_per_plan

__all__ = ["RackPrice", "rack_cents", "rack_prices", "rack_watts", "rack_watts_of_tranches"]

CENTS = 100


@dataclass(frozen=True, slots=True)
class RackPrice:
    """Price of one rack [cent], and the lowest parts in it that nothing prices; they count as free."""

    cent: int
    unpriced: tuple[str, ...] = ()


@once_per_plan
def rack_prices(plan: Plan) -> dict[str, RackPrice]:
    """Price of one rack by SKU: what its configuration states, else the sum of its lowest parts with scrap.

    A part costs its standard cost, else its cheapest offer.
    """
    cents = _part_cents(plan)
    prices = {}
    for platform in plan.program.platforms:
        for configuration in platform.configurations:
            if configuration.price is not None:
                prices[configuration.id] = RackPrice(round(configuration.price.value * CENTS))
            elif configuration.id in cents:
                leaves = leaf_quantities(plan.bom, configuration.id, day=0, with_scrap=True)
                total = sum(qty * cents.get(leaf, 0) for leaf, qty in leaves.items())
                prices[configuration.id] = RackPrice(round(total), tuple(x for x in leaves if not cents.get(x)))
    return prices


def _part_cents(plan: Plan) -> dict[str, int]:
    offers: dict[str, float] = {}
    for offer in plan.program.supply.offers:
        offers[offer.item] = min(offer.price.value, offers.get(offer.item, offer.price.value))
    items = plan.bom.items.frame.select("item", "cost_cent").iter_rows()
    return {item: cent or round(offers.get(item, 0.0) * CENTS) for item, cent in items}


@once_per_plan
def rack_cents(plan: Plan) -> dict[str, int]:
    """Price of one rack by SKU [cent]."""
    return {sku: price.cent for sku, price in rack_prices(plan).items()}


def rack_watts(plan: Plan) -> dict[str, float]:
    """Peak electric load of one rack by SKU [W]."""
    return dict(plan.racks.types.frame.filter(role="compute").select("type", "peak_w").iter_rows())


@once_per_plan
def rack_watts_of_tranches(plan: Plan) -> dict[str, float]:
    """IT power one compute rack of each tranche takes, its share of network racks included [W].

    Racks of the layout give the figure where they are placed, so that all racks of a block together are its IT load.
    """
    by_type = rack_watts(plan)
    placed = plan.layout.racks.frame
    network = placed.filter(role="network")
    found = {}
    for tranche, block, sku in plan.siting.tranches.frame.select("tranche", "block", "configuration").iter_rows():
        own = placed.filter(tranche=tranche, role="compute")["peak_w"].to_list()
        compute = placed.filter(block=block, role="compute").height
        shared = sum(network.filter(block=block)["peak_w"].to_list()) / compute if compute else 0.0
        found[tranche] = (sum(own) / len(own) if own else by_type.get(sku, 0.0)) + shared
    return found
