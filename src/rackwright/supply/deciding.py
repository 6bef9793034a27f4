"""What opens: extra shifts, lines, sources? Each a yes or no, found together by branch and bound on the plan's program.

Between no and yes each has a column. The program with these columns free is a bound for every choice; nodes fix some of
them and start at its basis. What is left open when the count of solves is used up stands in the gap.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from rackwright.program.model import SupplyProgram
from rackwright.solve import LinearModel, LinearSolution, Solver
from rackwright.supply.answering import Answered, answer_program, is_large
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.network import Opening
from rackwright.supply.openings import hours_per_week, in_states
from rackwright.supply.request import SupplyRequest
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import FloatArray, Grid
from rackwright.tables.supply import Openings

__all__ = ["Decided", "decide_openings", "is_asked"]

CENT_PER_USD = 100
MOST_SOLVES = 64
"""Solves of a search; ten choices seldom need half of them."""
SAME = 1e-7
"""Differences of cost, as a share, that are not told apart."""
WHOLE = 1e-6
BY_PRICES = "its capacity is worth {worth:,.0f} USD at most at the prices of the plan"
SOLVED = "solved again {how} it: the plan gains {worth:,.0f} USD by it"
STATED = "the program says so"

States = tuple[bool, ...]


@dataclass(frozen=True)
class Decided:
    """A request with every opening open or closed.

    Parameters
    ----------
    request
        States as decided.
    openings
        What opens and why.
    solve
        Row of `solves` about the search; None where nothing was asked.
    """

    request: SupplyRequest
    openings: Openings
    solve: tuple[object, ...] | None = None


def decide_openings(request: SupplyRequest, grid: Grid) -> Decided:
    """Decide what the program leaves to the plan; a request that leaves nothing is returned as it is."""
    if not is_asked(request.supply):
        return Decided(request, _stated_table(request, grid))
    asking = replace(request, asks=True)
    shares = target_shares(request.policy, request.horizon, grid)
    assembly = assemble(scope_network(asking, grid).network, request.policy, shares)
    answered = answer_program(asking, assembly)
    asked = [number for number, row in enumerate(assembly.network.openings) if row.state == "asked"]
    search = _Search(answered.solver, assembly.model, assembly.columns.family("opening").start + np.array(asked))
    found = search.run(answered.relaxed)
    worths = {
        asked[i]: _worth(assembly, search, found, i, assembly.network.openings[asked[i]]) for i in range(len(asked))
    }
    states = dict(zip(asked, found.states, strict=True))
    solve = _solve_row(assembly, answered, search, found, is_proved=not is_large(request, assembly))
    table = _table(request, assembly.network.openings, states, worths)
    return Decided(_with(request, assembly.network.openings, states), table, solve)


def is_asked(supply: SupplyProgram) -> bool:
    """True if the program leaves an extra shift or an opening to the plan."""
    shifts = (row.extra_shift for row in supply.cells)
    is_shift = any(row is not None and row.state == "decide" for row in shifts)
    return is_shift or any(row.state == "decide" for row in supply.openings)


# --------------------------------------------------------------------------------------------------------- the search
@dataclass(frozen=True)
class _Found:
    """The best choice, its plan, and what no choice can fall below, in units of the objective."""

    states: States
    plan: LinearSolution
    bound: float


@dataclass
class _Search:
    """Best node first: the node of the lowest bound is branched where its answer is least of a yes or no.

    Parameters
    ----------
    solver, model
        The program with the columns of what is asked, solved with them free.
    cols
        Those columns.
    """

    solver: Solver
    model: LinearModel
    cols: np.ndarray[tuple[int], np.dtype[np.int64]]
    num_solves: int = 0
    iterations: int = 0
    known: dict[States, LinearSolution] = field(default_factory=dict)

    def run(self, relaxed: LinearSolution) -> _Found:
        """Search until the best choice is proved or the count is used up."""
        best = self._better(None, relaxed)
        nodes: list[tuple[float, int, Mapping[int, bool], LinearSolution]] = [(relaxed.objective, 0, {}, relaxed)]
        while nodes and self.num_solves < MOST_SOLVES and not _is_proved(nodes[0][0], self.known[best]):
            _, _, fixed, answer = heapq.heappop(nodes)
            place = _least_whole(answer.x[self.cols], fixed)
            if place is None:
                continue
            for state in (False, True):
                node = self._solve({**fixed, place: state})
                heapq.heappush(nodes, (node.objective, self.num_solves, {**fixed, place: state}, node))
                best = self._better(best, node)
        plan = self.known[best]
        left = nodes[0][0] if nodes and not _is_proved(nodes[0][0], plan) else plan.objective
        return _Found(best, plan, min(left, plan.objective))

    def at(self, states: States) -> LinearSolution:
        """The plan of a choice."""
        if states not in self.known:
            self.known[states] = self._solve(dict(enumerate(states)))
        return self.known[states]

    def _better(self, best: States | None, answer: LinearSolution) -> States:
        """The best choice known with the one nearest to an answer; of two as cheap the first."""
        states = tuple(bool(value > 0.5) for value in answer.x[self.cols])
        plan = self.at(states)
        return states if best is None or not _is_proved(plan.objective, self.known[best]) else best

    def _solve(self, fixed: Mapping[int, bool]) -> LinearSolution:
        lower, upper = self.model.col_lower.copy(), self.model.col_upper.copy()
        for place, state in fixed.items():
            lower[self.cols[place]] = upper[self.cols[place]] = float(state)
        found = self.solver.solve_variant(replace(self.model, col_lower=lower, col_upper=upper))
        self.num_solves, self.iterations = self.num_solves + 1, self.iterations + found.iterations
        return found


def _is_proved(cost: float, best: LinearSolution) -> bool:
    """True if a cost is not below the best."""
    return cost >= best.objective - SAME * max(1.0, abs(best.objective))


def _least_whole(values: FloatArray, fixed: Mapping[int, bool]) -> int | None:
    """The place that is farthest from a yes or no; None where all are one."""
    apart = np.minimum(values, 1.0 - values)
    apart[list(fixed)] = 0.0
    place = int(np.argmax(apart))
    return place if apart[place] > WHOLE else None


# ------------------------------------------------------------------------------------------------------------ reasons
def _worth(assembly: Assembly, search: _Search, found: _Found, place: int, row: Opening) -> tuple[float, str]:
    """What the plan gains by an opening with all others as decided, its cost not counted, and how that is known."""
    unit = assembly.money_unit_usd
    is_open = found.states[place]
    if not is_open:
        most = _most_usd(assembly, found.plan, row)
        if most <= row.cost_usd:
            return most, BY_PRICES.format(worth=most)
    other = search.at(tuple(state != (i == place) for i, state in enumerate(found.states)))
    gain = (other.objective - found.plan.objective) * unit * (1.0 if is_open else -1.0)
    worth = max(0.0, gain + row.cost_usd)
    return worth, SOLVED.format(how="without" if is_open else "with", worth=worth)


def _most_usd(assembly: Assembly, plan: LinearSolution, row: Opening) -> float:
    """What its capacity is worth at the prices of a plan without it: never too little, since more is worth less."""
    unsure = max(0.0, plan.objective - plan.bound) * assembly.money_unit_usd
    total = unsure
    for kind, adds in (("cell", row.hours), ("allocation", row.pieces)):
        price = assembly.price_usd(kind, plan).clip(min=0.0) if adds else np.zeros((0, 0))
        total += sum(float(price[entry] @ more) for entry, more in adds)
    return total


def _solve_row(
    assembly: Assembly, answered: Answered, search: _Search, found: _Found, *, is_proved: bool
) -> tuple[object, ...]:
    """Row of `solves`: the best choice against the bound of all (of the free program where prices prove bounds)."""
    unit, model = assembly.money_unit_usd, assembly.model
    bound = found.bound if is_proved else min(answered.relaxed.bound, found.plan.objective)
    gap = max(0.0, found.plan.objective - bound) / max(1.0, abs(found.plan.objective))
    is_best = is_proved and gap <= SAME
    return (
        "openings",
        "optimal" if is_best else "limit",
        found.plan.objective * unit,
        bound * unit,
        gap,
        model.num_rows,
        model.num_cols,
        search.iterations,
    )


# ------------------------------------------------------------------------------------------------------------- tables
def _with(request: SupplyRequest, rows: Sequence[Opening], states: Mapping[int, bool]) -> SupplyRequest:
    """The request with what was asked in the state that was decided."""
    kept = {(rows[number].kind == "shift", rows[number].name): is_open for number, is_open in states.items()}
    return replace(request, supply=in_states(request.supply, kept))


def _stated_table(request: SupplyRequest, grid: Grid) -> Openings:
    if not any(row.extra_shift is not None for row in request.supply.cells) and not request.supply.openings:
        return Openings.empty()
    return _table(request, scope_network(request, grid).network.openings, {}, {})


def _table(
    request: SupplyRequest,
    rows: Sequence[Opening],
    states: Mapping[int, bool],
    worths: Mapping[int, tuple[float, str]],
) -> Openings:
    """Every opening in the order of the program."""
    hours = hours_per_week(request.supply)
    found = []
    for number, row in enumerate(rows):
        worth, why = worths.get(number, (0.0, STATED))
        cents = (round(row.cost_usd * CENT_PER_USD), round(worth * CENT_PER_USD))
        added = hours.get((row.kind == "shift", row.name), 0.0)
        is_open = states.get(number, row.is_open)
        days = (int(row.order_day), int(row.from_day))
        found.append((row.kind, row.name, row.plant, *days, added, is_open, *cents, why))
    return Openings.from_rows(found)
