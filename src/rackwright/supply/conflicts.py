"""Which fields of the program together forbid what a tranche or a claim asks for? The smallest set that still does.

A plan comes out whatever is asked: racks that cannot be delivered and claims that cannot be given stand in elastic
columns with a price. Here they are the only thing that costs, and fields of the program are set aside until those
that are left forbid the demand together and no longer do when any one of them is set aside too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import solve_linear
from rackwright.supply.assemble import Assembly
from rackwright.supply.clauses import Clause, Clauses, demand_columns, serving
from rackwright.supply.lateness import LEAST_MISSING
from rackwright.supply.request import SupplyRequest
from rackwright.tables.checks import Checks

__all__ = ["Conflict", "explained", "find_conflicts", "smallest_set"]

FloatArray = NDArray[np.float64]
MOST_EXPLAINED = 3
"""Demands whose conflict the plan's own checks name; `whatif --conflicts` looks at all."""
DELIVERED = frozenset({"supply-delivered", "supply-claim-given"})
MOST_TESTS = 80
"""Solves for one demand; beyond them the set is told as not smallest."""
CHOSEN = "nothing forbids it: leaving it out is cheaper than building it (policy.price_of_rack_not_delivered)"


@dataclass(frozen=True)
class Conflict:
    """A demand that cannot be met, and what forbids it.

    Parameters
    ----------
    subject
        Tranche or claim, or the target or budget of the policy.
    missing
        Racks or pieces that the plan does not give within the horizon.
    clauses
        Fields that together forbid it, its own and those of demands it competes with first.
    is_smallest
        True if it could be met without any one of them.
    num_solves
        Models solved.
    reason
        Why no field was looked for: a way that nobody has written down; empty else.
    unit
        Unit of what is missing.
    """

    subject: str
    missing: float
    clauses: tuple[Clause, ...]
    is_smallest: bool
    num_solves: int
    reason: str = ""
    unit: str = "racks or pieces"

    def __str__(self) -> str:
        return self.reason or ", ".join(str(clause) for clause in self.clauses)


def explained(checks: Checks, request: SupplyRequest, assembly: Assembly, x: FloatArray) -> Checks:
    """The checks of a plan; those of the first demands it leaves open name the set that forbids them."""
    sets = {conflict.subject: conflict for conflict in find_conflicts(request, assembly, x, most=MOST_EXPLAINED)}
    if not sets:
        return checks
    rows = []
    for row in checks.frame.iter_rows(named=True):
        conflict = sets.get(row["subject"]) if row["rule"] in DELIVERED and not row["passed"] else None
        text = "" if conflict is None else f"; {'because' if conflict.reason else 'conflicts:'} {conflict}"
        rows.append((*(value for name, value in row.items() if name != "source"), row["source"] + text))
    return Checks.from_rows(rows)


def find_conflicts(
    request: SupplyRequest, assembly: Assembly, x: FloatArray, *, most: int | None = None
) -> tuple[Conflict, ...]:
    """The smallest conflicting set for each demand that a plan leaves open.

    Parameters
    ----------
    request, assembly
        What was asked, and its model.
    x
        Values of the columns of the plan.
    most
        Demands looked at, the first by name; None for all.
    """
    open_ones = {
        demand: sum(max(0.0, float(x[j])) for j in columns) for demand, columns in demand_columns(assembly).items()
    }
    found: list[Conflict] = []
    short = [(demand, missing) for demand, missing in sorted(open_ones.items()) if missing > LEAST_MISSING]
    for demand, missing in short[:most]:
        found.append(_conflict(request, assembly, demand, (missing, found)))
    return tuple(found)


def _conflict(
    request: SupplyRequest, assembly: Assembly, demand: Clause, known: tuple[float, Sequence[Conflict]]
) -> Conflict:
    """What forbids one demand: fields alone, or fields with other demands that take what it needs.

    What forbids a demand before it often forbids this one too, so the sets `known` are tried first.
    """
    missing, before = known
    network = assembly.network
    own = serving(network, demand)
    reasons = [racks.blocked.constraint for racks in own.acceptances if racks.blocked is not None]
    if reasons:
        return Conflict(demand.row, missing, (demand,), True, 0, reasons[0])
    for part in (own, network):
        search = _Search(Clauses(request, part))
        others = [other for other in demand_columns(assembly) if other != demand and part is network]
        fields = search.clauses.all()
        alike = [[clause for clause in other.clauses if clause in fields] for other in reversed(before)]
        for candidates in (*alike, [*fields, *others]):
            if not candidates or not search.is_forbidden({demand, *candidates}):
                continue
            found = smallest_set(candidates, search.with_demand(demand), most=MOST_TESTS)
            rest = sorted(found.members, key=lambda clause: (clause not in others, clause))
            return Conflict(demand.row, missing, (demand, *rest), found.is_smallest, search.num_solves)
    return Conflict(demand.row, missing, (demand,), True, 2, CHOSEN)


@dataclass
class _Search:
    clauses: Clauses
    num_solves: int = 0

    def with_demand(self, demand: Clause) -> Callable[[Set[Clause]], bool]:
        """The test of what is kept beside a demand."""
        return lambda kept: self.is_forbidden({demand, *kept})

    def is_forbidden(self, kept: Set[Clause]) -> bool:
        """True if the demands among the clauses cannot all be met with the fields among them in force."""
        self.num_solves += 1
        found = solve_linear(self.clauses.model(kept))
        return found.status != "optimal" or found.objective > LEAST_MISSING


@dataclass(frozen=True)
class Smallest:
    """Members that are left, and whether none of them can be left out."""

    members: tuple[Clause, ...]
    is_smallest: bool


def smallest_set(
    candidates: Sequence[Clause], is_conflict: Callable[[Set[Clause]], bool], *, most: int = MOST_TESTS
) -> Smallest:
    """A smallest set of candidates that still conflicts: none of its members can be left out.

    Parameters
    ----------
    candidates
        Clauses that conflict all together.
    is_conflict
        True if a set of them does.
    most
        Tests after which the search stops and keeps what it has not looked at.

    Notes
    -----
    Halves are set aside at once: k members of n are found in about 2 k log2(n / k) + 2 k tests.
    Source: U. Junker, QuickXplain, AAAI 2004.
    """
    tests = 0

    def explain(given: frozenset[Clause], rest: Sequence[Clause], *, is_new: bool) -> list[Clause]:
        nonlocal tests
        if is_new and tests < most:
            tests += 1
            if is_conflict(given):
                return []
        if len(rest) == 1 or tests >= most:
            return list(rest)
        half = len(rest) // 2
        first, second = rest[:half], rest[half:]
        later = explain(given | frozenset(first), second, is_new=True)
        earlier = explain(given | frozenset(later), first, is_new=bool(later))
        return [*earlier, *later]

    if not candidates or is_conflict(frozenset()):
        return Smallest((), True)
    found = explain(frozenset(), candidates, is_new=False)
    return Smallest(tuple(found), tests < most)
