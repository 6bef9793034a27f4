"""Which commitments are best if a few things go wrong at once, whatever their chances? Budgeted robustness.

A thing is a lead time, an allocation, a making time or a yield that has a band. At most a budget of them come at their
bad end (the 10 or 90 % point), all others at their centre (Bertsimas and Sim 2004), in the base program. Things are
ranked by what each does alone while nothing is committed; the worst are combined in every way, as many as give
`MOST_CASES` cases. The plan is the one that costs least in its own worst case.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from rackwright.scenarios.branches import BASE
from rackwright.scenarios.chance import Draw, Thing
from rackwright.scenarios.evaluation import Sample, new_standing
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.search import Search
from rackwright.supply import SupplyRequest

__all__ = ["MOST_CASES", "Guard", "Robust", "best_robust", "most_combined", "things_of"]

FloatArray = NDArray[np.float64]
MOST_CASES = 60
"""Combinations of bad ends that are planned."""


@dataclass(frozen=True)
class Guard:
    """Worst case of a plan: its cost beyond the base at its centre [USD], and the things that go wrong in it."""

    name: str
    worse_usd: float
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Robust:
    """What budgeted robustness found.

    Parameters
    ----------
    budget
        Things that go wrong at once, at most.
    num_things
        Things with a band that cost something alone.
    num_combined
        The worst of them, which were combined.
    num_cases
        Combinations planned.
    plan
        The plan of least cost in its worst case.
    guards
        Worst case of this plan, of others, and of doing nothing.
    """

    budget: int
    num_things: int
    num_combined: int
    num_cases: int
    plan: FloatArray
    guards: tuple[Guard, ...] = ()


def things_of(request: SupplyRequest) -> tuple[Thing, ...]:
    """Everything of supply that has a band: kind, owner, item."""
    found: list[Thing] = []
    for offer in request.supply.offers:
        found += [("lead", offer.supplier, offer.item)] if not offer.lead_days.is_point else []
        found += [("allocation", offer.supplier, offer.item)] if not offer.per_week.is_point else []
    for make in request.supply.makes:
        found += [("make-lead", make.plant, make.item)] if not make.lead_days.is_point else []
        found += [("yield", make.plant, make.item)] if not make.yield_share.is_point else []
    return tuple(dict.fromkeys(found))


def most_combined(num_things: int, budget: int) -> int:
    """How many things can be combined, a budget of them at a time, in at most `MOST_CASES` ways.

    Examples
    --------
    >>> most_combined(100, 1), most_combined(100, 2), most_combined(5, 2)
    (60, 11, 5)
    """
    fitting = [num for num in range(num_things + 1) if math.comb(num, min(budget, num)) <= MOST_CASES]
    return max(fitting)


def best_robust(
    request: SupplyRequest,
    sample_of: Callable[[Draw], Sample],
    options: Sequence[LadderOption],
    *,
    budget: int,
    named: Sequence[tuple[str, FloatArray]],
    workers: int,
) -> Robust:
    """The plan whose worst case costs least while at most a budget of things goes wrong.

    Parameters
    ----------
    request
        What supply is asked in the base program.
    sample_of
        Makes the scenario of a draw.
    options
        The ladder.
    budget
        Things at their bad end at once, at least 1.
    named
        Other plans by name, whose worst cases are told beside it.
    workers
        Processes; the answer does not depend on it.
    """
    things = things_of(request)
    nothing = np.zeros(len(options))
    alone = _costs([(), *((thing,) for thing in things)], sample_of, nothing, workers)
    worse = alone[1:] - alone[0]
    ranked = [number for number in np.argsort(-worse, kind="stable").tolist() if worse[number] > 0.0]
    kept = ranked[: most_combined(len(ranked), budget)]
    cases = [tuple(things[i] for i in chosen) for chosen in combinations(sorted(kept), min(budget, len(kept)))]
    crew = new_standing([sample_of(_draw(case)) for case in cases], workers=workers)
    try:
        shares = np.full(len(cases), 1.0 / len(cases))
        search = Search(options, shares, np.arange(len(cases), dtype=np.int64), crew.ask)
        best = search.best_regret(np.full(len(cases), alone[0])).number
        numbers = [("budgeted robustness", best), *((name, search.evaluate(plan)) for name, plan in named)]
        guards = tuple(_guard(name, search.pool.costs(number) - alone[0], cases) for name, number in numbers)
        return Robust(budget, len(ranked), len(kept), len(cases), search.plan(best), guards)
    finally:
        crew.close()


def _draw(case: tuple[Thing, ...]) -> Draw:
    return Draw(0, BASE, 1.0, 0, is_central=True, deviating=case)


def _costs(
    cases: Sequence[tuple[Thing, ...]], sample_of: Callable[[Draw], Sample], plan: FloatArray, workers: int
) -> FloatArray:
    """Cost of a plan in each case [USD]."""
    crew = new_standing([sample_of(_draw(case)) for case in cases], workers=workers)
    try:
        return np.array([reply.cost_usd for reply in crew.ask(plan)])
    finally:
        crew.close()


def _guard(name: str, worse_usd: FloatArray, cases: Sequence[tuple[Thing, ...]]) -> Guard:
    at = int(np.argmax(worse_usd))
    return Guard(name, float(worse_usd[at]), cases[at])
