"""What is made, bought, moved and accepted when, and why late? One linear program from demand to source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from rackwright.base.horizon import Bucket
from rackwright.solve import LinearSolution
from rackwright.supply.answering import answer_program, is_large
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.cash import cash_table
from rackwright.supply.causes import causes_table
from rackwright.supply.checks import checks_table
from rackwright.supply.conflicts import explained
from rackwright.supply.content import content_table
from rackwright.supply.deciding import Decided, decide_openings
from rackwright.supply.extract import (
    deployments_table,
    headcounts_table,
    levels_table,
    loads_table,
    unsourced_table,
)
from rackwright.supply.flows import flows_table
from rackwright.supply.held_stock import is_held, safety_claims, safety_table, with_safety_claims
from rackwright.supply.kept import bases_table
from rackwright.supply.likely import acceptances_table, likely_deployments
from rackwright.supply.order_lots import plan_in_lots
from rackwright.supply.orders import orders_and_takes
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import Scope, scope_network
from rackwright.supply.served import served_table
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import Grid
from rackwright.supply.whole import whole_racks
from rackwright.supply.windows import windows_checked, windows_table
from rackwright.tables.supply import (
    Acceptances,
    Bases,
    Buckets,
    Causes,
    Deployments,
    Openings,
    SafetyStocks,
    Solves,
    Supply,
)

__all__ = ["Solved", "plan_supply", "supply_tables"]

OMISSIONS = (
    "Lead times, prices and yields are taken at their central values; only readiness dates carry a quantile.",
    "Order minimums and multiples hold in the weeks of whole racks; lots of lines are not applied.",
    "Hours of a cell are counted in the bucket in which a unit is started.",
    "The fabric, cables, cooling and power a rack needs are drawn in equal shares per rack, not kit by kit.",
    "Rungs not held yet are not applied; moves are priced in what-if only.",
    "Windows of terms bind against a plan before (what-if, `--incumbent`), in whole buckets by their first delivery.",
    "Racks may ship short of what they take at their site (`tranches.short_ship`), not of what is built into them.",
    "End uses of duty rules are read by words, not by size or papers (`sites.end_uses` says otherwise).",
    "Of mixed sources the cheapest offer's origin counts in a trade zone.",
    "The traced US value target holds over all racks of the horizon together and counts racks at standard cost.",
)
LARGE_OMISSION = (
    "The program has more columns than are solved to the optimum ({columns:,} of {limit:,}): the plan is proved to be "
    "within {gap:.2%} of the best one. Causes of lateness are tested on the columns that count: what a relief wins "
    "holds for the plan as it is, and as much as that gap could be won without it. What forbids racks that never come "
    "is not looked for."
)


def plan_supply(request: SupplyRequest) -> Supply:
    """Plan production, purchase, transport and acceptance of every remaining rack.

    A linear program over telescoping buckets is solved to proved optimality (above `exact_columns` of the policy: with
    a proved gap), near-term racks are rounded to whole ones (the gap stands in `solves`), and the causes of lateness
    are tested by solving again with each relief (above `exact_columns`: on the columns that count).
    """
    policy = request.policy
    buckets = request.horizon.buckets(num_weekly=policy.weekly_buckets, num_monthly=policy.monthly_buckets)
    grid = Grid.of(buckets)
    decided = decide_openings(request, grid)
    request = decided.request
    if is_held(request):
        without = replace(with_safety_claims(request, ()), with_reasons=False)
        request = with_safety_claims(request, safety_claims(request, _planned(without, buckets, grid, dict)))
    if not request.with_reasons:
        return _with_openings(_planned(request, buckets, grid, dict), decided)
    with ThreadPoolExecutor(1) as aside:  # both plans at once: the solver runs outside the interpreter's lock
        likely = aside.submit(likely_deployments, request, grid).result
        return _with_openings(_planned(request, buckets, grid, likely), decided)


def _with_openings(supply: Supply, decided: Decided) -> Supply:
    """The tables with what opens, and what the search for it proved after what the plan itself proves."""
    supply = replace(supply, openings=decided.openings)
    if decided.solve is None:
        return supply
    first, *others = supply.solves.frame.iter_rows()
    return replace(supply, solves=Solves.from_rows([first, decided.solve, *others]))


def _planned(
    request: SupplyRequest, buckets: Sequence[Bucket], grid: Grid, likely: Callable[[], dict[float, Deployments]]
) -> Supply:
    """The plan with its tables; `likely` gives the deployments at other quantiles of readiness when they are needed."""
    policy = request.policy
    scope = scope_network(request, grid)
    assembly = assemble(scope.network, policy, target_shares(policy, request.horizon, grid))
    answered = answer_program(request, assembly)
    solver, relaxed = answered.solver, answered.relaxed
    plan = whole_racks(solver, assembly, relaxed, policy.whole_rack_weeks)
    plan = plan_in_lots(solver, assembly, relaxed, plan, policy)
    supply = supply_tables(Solved(request, scope, assembly, relaxed, plan), buckets)
    supply = replace(supply, safety_stocks=safety_table(request, supply))
    supply = replace(supply, bases=bases_table(assembly, answered.basis, answered.prices))
    supply = windows_checked(supply, assembly, relaxed, solver.solve_variant)
    if not request.with_reasons:
        return supply
    if answered.prices is None:
        supply = replace(supply, checks=explained(supply.checks, request, assembly, plan.x))
    causes = causes_table(request, scope, assembly, solver, relaxed=relaxed, plan=plan)
    acceptances = acceptances_table(request, grid, {**likely(), policy.ready_at: supply.deployments})
    return replace(supply, causes=causes, acceptances=acceptances)


@dataclass(frozen=True)
class Solved:
    """A model and its answers: the linear program, and the plan with near-term racks made whole."""

    request: SupplyRequest
    scope: Scope
    assembly: Assembly
    relaxed: LinearSolution
    plan: LinearSolution


def supply_tables(solved: Solved, buckets: Sequence[Bucket]) -> Supply:
    """Every table that is read off a solved model; causes, later dates and the basis are left empty."""
    request, assembly, plan = solved.request, solved.assembly, solved.plan
    deployments = deployments_table(request, assembly, plan)
    orders, takes = orders_and_takes(request, assembly, plan)
    cash = cash_table(request, assembly, plan)
    content = content_table(assembly, plan)
    return Supply(
        buckets=Buckets.from_rows([(bucket.index, bucket.start_day, bucket.end_day) for bucket in buckets]),
        orders=orders,
        takes=takes,
        flows=flows_table(assembly, plan),
        levels=levels_table(assembly, plan),
        deployments=deployments,
        acceptances=Acceptances.empty(),
        served=served_table(request, assembly.network.grid, deployments),
        loads=loads_table(assembly, plan),
        causes=Causes.empty(),
        content=content,
        cash=cash,
        headcounts=headcounts_table(request, assembly, plan),
        unsourced=unsourced_table(request, solved.scope),
        openings=Openings.empty(),
        safety_stocks=SafetyStocks.empty(),
        windows=windows_table(request, assembly, solved.relaxed, plan),
        solves=_solves(assembly, solved.relaxed, plan),
        bases=Bases.empty(),
        checks=checks_table(request, solved.scope, assembly, plan, results=(cash, content)),
        omissions=OMISSIONS + _large_omissions(solved),
    )


def _large_omissions(solved: Solved) -> tuple[str, ...]:
    """What is left out above the limit of exact solves."""
    if not is_large(solved.request, solved.assembly):
        return ()
    columns, limit = solved.assembly.model.num_cols, solved.request.policy.exact_columns
    return (LARGE_OMISSION.format(columns=columns, limit=limit, gap=solved.relaxed.gap),)


def _solves(assembly: Assembly, relaxed: LinearSolution, plan: LinearSolution) -> Solves:
    name = "linear program" if relaxed.status != "limit" else "linear program of the columns that count, bound of all"
    rows = [_solve_row(name, assembly, relaxed)]
    if plan is not relaxed:
        gap = (plan.objective - relaxed.bound) / max(1.0, abs(plan.objective))
        whole = replace(plan, bound=relaxed.bound, gap=max(0.0, gap))
        rows.append(_solve_row("whole racks and lots", assembly, whole))
    return Solves.from_rows(rows)


def _solve_row(name: str, assembly: Assembly, found: LinearSolution) -> tuple[object, ...]:
    unit, model = assembly.money_unit_usd, assembly.model
    return (
        name,
        found.status,
        found.objective * unit,
        found.bound * unit,
        found.gap,
        model.num_rows,
        model.num_cols,
        found.iterations,
    )
