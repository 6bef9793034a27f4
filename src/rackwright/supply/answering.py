"""How is the linear program of a request solved: to the optimum, or, where it is too large, with a proved gap?

Up to `exact_columns` of the policy by interior point and simplex; above by `supply.large`. Both leave a solver that
answers variants from where the plan stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from rackwright.solve import Basis, HotModel, LinearSolution, Solver
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.large import solve_large
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import FloatArray, Grid

__all__ = ["Answered", "answer_program", "assembled_on", "is_large"]

DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Answered:
    """A solved program.

    Parameters
    ----------
    solver
        Answers variants of it.
    relaxed
        The plan before racks are made whole, with its bound and gap.
    basis
        Where it stands.
    prices
        Prices that prove its bound; None for an optimum.
    """

    solver: Solver
    relaxed: LinearSolution
    basis: Basis | None
    prices: FloatArray | None


def is_large(request: SupplyRequest, assembly: Assembly) -> bool:
    """True if the program has more columns than are solved to the optimum."""
    return assembly.model.num_cols > request.policy.exact_columns


def assembled_on(request: SupplyRequest, grid: Grid) -> Assembly:
    """The model of a request on other buckets, without windows: a coarse bucket does not tell their days apart."""
    network = scope_network(replace(request, before=()), grid).network
    return assemble(network, request.policy, target_shares(request.policy, request.horizon, grid))


def answer_program(request: SupplyRequest, assembly: Assembly, *, is_proved: bool = True) -> Answered:
    """Solve the program of a request from nothing; `is_proved` False leaves out the bound of a large one."""
    if not is_large(request, assembly):
        hot = HotModel(assembly.model)
        relaxed = hot.solve("ipm")
        return Answered(hot, relaxed, hot.basis, None)

    policy = request.policy
    near_days = policy.whole_rack_weeks * DAYS_PER_WEEK
    found = solve_large(
        assembly,
        partial(assembled_on, request),
        most_columns=policy.exact_columns,
        near_days=near_days,
        is_proved=is_proved,
    )
    return Answered(found.narrow, found.solution, found.narrow.basis, found.prices)
