"""What does a plan cost? Late and missing racks, purchase, conversion, freight, duty, holding, shifts, targets."""

from __future__ import annotations

import numpy as np

from rackwright.program.header import Policy
from rackwright.supply.network import Network
from rackwright.supply.timing import FloatArray
from rackwright.supply.variables import Columns, accept_days

__all__ = ["cost_usd", "late_days_of_buckets", "money_unit_usd"]

DAYS_PER_YEAR = 365.25
IN_SERVICE_USD = 1.0  # a tie-break for each day: an early rack is rather put into service than kept in store
TWICE, BELOW_RACKS = 2.0, 0.9
STEP_DOWN_USD = 0.01  # a tie-break: of equally dear alternates the preferred one is used


def money_unit_usd(policy: Policy) -> float:
    """Unit of the objective: the price of a rack-day as a power of two, so that costs are of the order of one."""
    return float(2.0 ** np.round(np.log2(max(1.0, policy.late_usd_per_rack_day))))


def cost_usd(columns: Columns, policy: Policy) -> FloatArray:
    """Cost of one unit of each column [USD]."""
    network = columns.network
    rate = policy.capital_cost_share_per_year / DAYS_PER_YEAR
    cost = np.zeros(columns.num)
    for i, make in enumerate(network.makes):
        cost[columns.of("make", i)] = make.cost_usd
    for j, row in enumerate(columns.options):
        option = network.makes[row.make].choices[row.choice].options[row.option]
        pieces = sum(qty for _, qty in option.takes)
        cost[columns.of("option", j)] = STEP_DOWN_USD * (option.priority - 1) * pieces
    for i, buy in enumerate(network.buys):
        cost[columns.of("buy", i)] = buy.price_usd + buy.freight_usd + buy.duty_usd
    for i, call in enumerate(network.calls):
        cost[columns.one("call", i)] = call.price_usd + call.freight_usd + call.duty_usd
    for i, ship in enumerate(network.ships):
        on_the_way = network.value_usd.get(ship.item, 0.0) * rate * ship.days
        cost[columns.of("ship", i)] = ship.freight_usd + ship.duty_usd + on_the_way
    for i, (item, _) in enumerate(network.buffers):
        cost[columns.of("stock", i)] = network.value_usd.get(item, 0.0) * rate * network.grid.days
    _price_racks(cost, columns, policy, rate)
    _price_claims(cost, columns, policy)
    short = columns.family("short")
    cost[short] = policy.content_usd_per_usd_short
    cost[columns.family("opening")] = [row.cost_usd for row in network.openings]
    return cost * columns.units


def _price_racks(cost: FloatArray, columns: Columns, policy: Policy, rate: float) -> None:
    """Late racks cost by the day, early ones the capital they bind, missing ones a price and all days to the end."""
    network = columns.network
    for i, racks in enumerate(network.acceptances):
        first, last = accept_days(network, racks)
        late = network.grid.mean_late_days(first, last, racks.need_day)
        middle = np.where(last > first, (first + last) / 2, racks.need_day)
        early = np.clip(late - (middle - racks.need_day), 0.0, None)
        bound = max(0.0, racks.value_usd * rate - IN_SERVICE_USD)
        cost[columns.of("accept", i)] = policy.late_usd_per_rack_day * late + bound * early
        rest = network.grid.num_days - racks.need_day
        missing = policy.unserved_usd_per_rack + policy.late_usd_per_rack_day * rest if rest > 0 else 0.0
        cost[columns.one("undelivered", i)] = missing


def _price_claims(cost: FloatArray, columns: Columns, policy: Policy) -> None:
    """Late pieces cost by the day as the racks they would build, times the weight of their claim.

    A piece not given costs at least what it is worth twice over, below its part of a rack: what can be had is not left
    out for the money it costs.
    """
    network, grid = columns.network, columns.network.grid
    for i, want in enumerate(network.claims):
        each = want.weight / network.unit(want.item)
        worth = min(
            TWICE * network.value_usd.get(want.item, 0.0),
            BELOW_RACKS * policy.unserved_usd_per_rack / network.unit(want.item),
        )
        late = grid.mean_late_days(np.maximum(grid.starts, min(want.want_day, grid.num_days)), grid.ends, want.want_day)
        cost[columns.of("claim", i)] = each * policy.late_usd_per_rack_day * late
        rest = max(0.0, grid.num_days - want.want_day)
        missing = policy.unserved_usd_per_rack + policy.late_usd_per_rack_day * rest
        cost[columns.one("unclaimed", i)] = max(each * missing, worth)


def late_days_of_buckets(network: Network) -> FloatArray:
    """Mean days late of a rack accepted in each bucket, shape (acceptances, buckets)."""
    rows = [network.grid.mean_late_days(*accept_days(network, racks), racks.need_day) for racks in network.acceptances]
    return np.array(rows).reshape(-1, network.grid.num)
