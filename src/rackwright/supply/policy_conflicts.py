"""Which demands and fields together forbid the content target or the budget?

Neither is a demand that something can be left out of: racks that are not built need no US value and no money. So the
sets that conflict hold demands too. The target is then hard, with no part bought that no rack takes; the budget is a
ceiling on what is ordered and not paid in each bucket, payments from a supplier's hub counted at delivery, which is
never too late. What these models forbid is forbidden.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import LinearModel, LinearSolution, solve_linear
from rackwright.supply.assemble import Assembly
from rackwright.supply.cash import cash_table, payment_days
from rackwright.supply.clauses import Clause, Clauses, demand_columns
from rackwright.supply.conflicts import Conflict, smallest_set
from rackwright.supply.lateness import LEAST_MISSING
from rackwright.supply.request import SupplyRequest
from rackwright.supply.targets import rack_items, target_shares
from rackwright.supply.timing import FloatArray
from rackwright.tables.supply import Cash

__all__ = ["BUDGET", "CONTENT", "policy_conflicts"]

IntArray = NDArray[np.int64]
Edit = Callable[[Assembly], LinearModel]
BUDGET, CONTENT = Clause("policy", "", "budget"), Clause("policy", "", "traced_us_share")
CENT_PER_USD = 100.0
SHARE_TOLERANCE, NEARLY = 1e-3, 1e-9
CHEAPER = {
    CONTENT: "nothing forbids it: missing it is cheaper (policy.content_price)",
    BUDGET: "nothing forbids it: the plan puts racks and their dates before it",
}
NO_SOURCE = "no source of the program gives so much US value, whatever it costs and however fast (`whatif --content`)"


def policy_conflicts(request: SupplyRequest, assembly: Assembly, plan: LinearSolution) -> tuple[Conflict, ...]:
    """The smallest conflicting set for the content target and for the budget, where a plan misses them.

    Parameters
    ----------
    request, assembly
        What was asked, and its model.
    plan
        Its solution.
    """
    found = []
    missing = _missing_usd(assembly, plan.x)
    if missing > 0:
        found.append(_conflict(request, assembly, CONTENT, missing))
    over = _over_usd(request, cash_table(request, assembly, plan))
    if over > 0:
        found.append(_conflict(request, assembly, BUDGET, over))
    return tuple(found)


def _missing_usd(assembly: Assembly, x: FloatArray) -> float:
    """US value that the target misses [USD], nothing where the check of the target holds."""
    if not assembly.columns.num_short:
        return 0.0
    short = float(x[assembly.columns.one("short", 0)]) * assembly.network.rack_value_usd
    accepted = np.clip(assembly.columns.table("accept", x), 0.0, None).sum(axis=1)
    value = sum(qty * row.value_usd for qty, row in zip(accepted.tolist(), assembly.network.acceptances, strict=True))
    return short if short > SHARE_TOLERANCE * value else 0.0


def _over_usd(request: SupplyRequest, cash: Cash) -> float:
    """What commitments are above the budget at most [USD]."""
    if request.policy.budget_usd is None:
        return 0.0
    rows = cash.frame.select("bucket", "liable_cent").to_numpy()
    sums = np.bincount(rows[:, 0], weights=rows[:, 1]) if len(rows) else np.zeros(1)
    return max(0.0, float(sums.max()) / CENT_PER_USD - request.policy.budget_usd)


def _conflict(request: SupplyRequest, assembly: Assembly, subject: Clause, missing: float) -> Conflict:
    """The demands and fields that forbid a target or a budget together."""
    search = _Search(request, assembly, subject)
    demands = list(demand_columns(assembly))
    if subject == CONTENT and search.is_forbidden(frozenset(demands)):
        least = smallest_set(demands, search.is_forbidden)
        clauses = (subject, *sorted(least.members))
        return Conflict(str(subject), missing, clauses, least.is_smallest, search.num_solves, NO_SOURCE, "USD")
    candidates = [*search.clauses.all(), *demands]
    if not search.is_forbidden(frozenset(candidates)):
        return Conflict(str(subject), missing, (subject,), True, search.num_solves, CHEAPER[subject], "USD")
    found = smallest_set(candidates, search.is_forbidden)
    rest = sorted(found.members, key=lambda clause: (clause not in demands, clause))
    return Conflict(str(subject), missing, (subject, *rest), found.is_smallest, search.num_solves, "", "USD")


class _Search:
    """Tests whether demands and fields leave room for a target or a budget."""

    def __init__(self, request: SupplyRequest, assembly: Assembly, subject: Clause) -> None:
        self.request, self.network, self.num_solves = request, assembly.network, 0
        self.clauses = Clauses(request, assembly.network)
        self._edit: Edit = _with_target if subject == CONTENT else lambda variant: _with_budget(request, variant)
        shares = target_shares(request.policy, request.horizon, assembly.network.grid)
        self._shares = shares if subject == CONTENT else None

    def is_forbidden(self, kept: Set[Clause]) -> bool:
        """True if the demands among the clauses cannot all be met with the fields among them and the subject."""
        self.num_solves += 1
        found = solve_linear(self._edit(self.clauses.variant(kept, self._shares)))
        return found.status != "optimal" or found.objective > LEAST_MISSING


# ----------------------------------------------------------------------------------------------------- content target
def _with_target(variant: Assembly) -> LinearModel:
    """The model with the target met by what racks take: nothing is bought or made for it that is left at the end."""
    model, network, columns = variant.model, variant.network, variant.columns
    upper = model.col_upper.copy()
    upper[columns.family("short")] = 0.0
    counted = rack_items(network, (racks.sku for racks in network.acceptances))
    for i, (item, _) in enumerate(network.buffers):
        if item in counted:
            given = sum(row.qty for row in network.receipts if row.buffer == i)
            upper[columns.of("stock", i)[-1]] = given / network.unit(item)
    for i, buy in enumerate(network.buys):
        if buy.item in counted:
            is_late = _is_late(network.grid.spread(buy.window, buy.dock_days + buy.transit_days))
            upper[columns.of("buy", i)[is_late]] = 0.0
    for i, make in enumerate(network.makes):
        if make.item in counted:
            upper[columns.of("make", i)[_is_late(network.grid.spread(make.window, make.lead_days))]] = 0.0
    return replace(model, col_upper=upper)


def _is_late(spread: FloatArray) -> NDArray[np.bool_]:
    """Buckets of which a part of what is started arrives behind the horizon."""
    late: NDArray[np.bool_] = spread.sum(axis=1) < 1.0 - NEARLY
    return late


# ------------------------------------------------------------------------------------------------------------- budget
def _with_budget(request: SupplyRequest, variant: Assembly) -> LinearModel:
    """The model with what is ordered and not paid below the budget at the end of each bucket."""
    model, grid = variant.model, variant.network.grid
    budget = request.policy.budget_usd or 0.0
    rows, cols, values = [], [], []
    for columns, owed in _owed(request, variant):
        at, bucket = np.nonzero(owed)
        rows.append(model.num_rows + bucket)
        cols.append(columns[at])
        values.append(owed[at, bucket] / budget if budget > 0 else owed[at, bucket])
    limit = (np.full(grid.num, budget) - _owed_already(request, variant)) / (budget if budget > 0 else 1.0)
    return replace(
        model,
        row_lower=np.concatenate([model.row_lower, np.full(grid.num, -np.inf)]),
        row_upper=np.concatenate([model.row_upper, np.clip(limit, 0.0, None)]),
        rows=np.concatenate([model.rows, *rows]),
        cols=np.concatenate([model.cols, *cols]),
        values=np.concatenate([model.values, *values]),
    )


def _owed(request: SupplyRequest, variant: Assembly) -> Iterator[tuple[IntArray, FloatArray]]:
    """Columns of purchases and moves, and what one unit of each leaves owed at the end of each bucket [USD]."""
    network, columns = variant.network, variant.columns
    grid = network.grid
    since = np.triu(np.ones((grid.num, grid.num)))
    for i, buy in enumerate(network.buys):
        days = buy.dock_days + buy.transit_days + payment_days(request, buy.item, buy.supplier)
        paid = np.cumsum(grid.spread(buy.window, days), axis=1)
        each = (buy.price_usd + buy.freight_usd + buy.duty_usd) * network.unit(buy.item)
        yield columns.of("buy", i), (since - paid) * each[:, None]
    for i, ship in enumerate(network.ships):
        paid = np.cumsum(grid.spread(ship.window, ship.days), axis=1)
        each = (ship.freight_usd + ship.duty_usd) * network.unit(ship.item)
        yield columns.of("ship", i), (since - paid) * each[:, None]
    for i, call in enumerate(network.calls):
        each_usd = (call.price_usd + call.freight_usd + call.duty_usd) * network.unit(call.item)
        until = call.arrival_day + payment_days(request, call.item, call.supplier)
        yield np.array([columns.one("call", i)]), np.where(grid.ends <= until, each_usd, 0.0)[None, :]


def _owed_already(request: SupplyRequest, variant: Assembly) -> FloatArray:
    """What open orders leave owed at the end of each bucket [USD], at the prices of the cash account."""
    network = variant.network
    prices = {(row.item, row.supplier): row.price.value for row in reversed(request.supply.offers)}
    owed = np.zeros(network.grid.num)
    for row in network.receipts:
        if row.is_order:
            price = prices.get((row.item, row.supplier), network.value_usd.get(row.item, 0.0))
            until = row.day + payment_days(request, row.item, row.supplier)
            owed += np.where(network.grid.ends <= until, row.qty * price, 0.0)
    return owed
