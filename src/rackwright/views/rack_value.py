"""What is one rack worth, in money and in watts? The figures views count racks with."""

from __future__ import annotations

from rackwright.bom.rollup import rolled_cost_cent
from rackwright.plan import Plan

__all__ = ["rack_cents", "rack_watts", "rack_watts_of_tranches"]

CENTS = 100


def rack_cents(plan: Plan) -> dict[str, int]:
    """Price of one rack by SKU: the price its configuration states, else the sum of its parts [cent]."""
    known = set(plan.bom.items["item"].to_list())
    prices = {}
    for platform in plan.program.platforms:
        for configuration in platform.configurations:
            if configuration.price is not None:
                prices[configuration.id] = round(configuration.price.value * CENTS)
            elif configuration.id in known:
                prices[configuration.id] = rolled_cost_cent(plan.bom, configuration.id)
    return prices


def rack_watts(plan: Plan) -> dict[str, float]:
    """Peak electric load of one rack by SKU [W]."""
    return dict(plan.racks.types.frame.filter(role="compute").select("type", "peak_w").iter_rows())


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
