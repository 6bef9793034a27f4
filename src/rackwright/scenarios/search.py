"""Which commitments are best by the mean, by the worst cases, and by regret? Plans are tried until a bound proves them.

One pool of planes serves all questions: a plan that one of them tried is known to the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rackwright.scenarios.evaluation import Evaluation, Reply, inside_point
from rackwright.scenarios.ladder import LadderOption
from rackwright.solve.cuts import Choice, CutPool
from rackwright.solve.stochastic import mean_of_worst

__all__ = ["Found", "Search", "option_groups"]

FloatArray = NDArray[np.float64]
ROUNDS = 12
GAP_SHARE = 2e-6
"""Gap at which a plan counts as proved, as a share of the cost."""
SAME_USD = 0.01
"""What more commitments may save at most in a scenario that need not be asked again: a cent."""
IDLE_USD = 1.0  # a tie-break: a commitment that costs nothing is not taken for nothing


@dataclass(frozen=True)
class Found:
    """Number of the best plan tried, its cost, and the proved lower bound."""

    number: int
    cost: float
    bound: float


def option_groups(options: Sequence[LadderOption]) -> tuple[tuple[int, ...], ...]:
    """Numbers of the options of each item and supplier."""
    groups: dict[tuple[str, str], list[int]] = {}
    for number, option in enumerate(options):
        groups.setdefault(option.group, []).append(number)
    return tuple(tuple(members) for members in groups.values())


@dataclass
class Search:
    """Plans tried over one set of scenarios.

    Parameters
    ----------
    options
        The ladder.
    shares
        Weight of each scenario.
    part
        Branch of each scenario, from 0.
    ask
        Replies to a plan of the scenarios with some numbers.

    Notes
    -----
    More commitments never raise the cost of the recourse, and the slope at a plan tried is a floor for what more of
    them save. Where that floor is nothing, the reply to the plan tried is one to the larger plan: it is not asked.
    """

    options: Sequence[LadderOption]
    shares: FloatArray
    part: NDArray[np.int64]
    ask: Callable[[FloatArray, Sequence[int]], Sequence[Reply]]
    evaluations: list[Evaluation] = field(default_factory=list)
    num_solved: int = 0

    def __post_init__(self) -> None:
        price = np.array([max(option.sunk_usd, IDLE_USD) for option in self.options])
        self.pool = CutPool(price, option_groups(self.options), self.shares, self.part)
        self.evaluate(np.zeros(len(self.options)))
        if len(self.options):
            self.evaluate(inside_point(self.options))

    def evaluate(self, plan: FloatArray) -> int:
        """Number of a plan, tried now if it was not before."""
        known = self.pool.find(plan)
        if known is not None:
            return known
        found = Evaluation(plan, self._replies(plan))
        self.evaluations.append(found)
        return self.pool.add(plan, found.costs, found.slopes)

    def _replies(self, plan: FloatArray) -> tuple[Reply, ...]:
        """Replies of all scenarios; those that a smaller plan has given already are taken from it."""
        known = np.full(len(self.shares), -1)
        for number, point in enumerate(self.pool.points):
            if np.all(point <= plan):
                known[self.pool.slopes[number] @ (plan - point) >= -SAME_USD] = number
        wanted = np.nonzero(known < 0)[0].tolist()
        self.num_solved += len(wanted)
        asked = dict(zip(wanted, self.ask(plan, wanted), strict=True)) if wanted else {}
        return tuple(
            asked[scenario] if number < 0 else self.evaluations[number].replies[scenario]
            for scenario, number in enumerate(known.tolist())
        )

    def plan(self, number: int) -> FloatArray:
        """The plan of a number."""
        return self.pool.points[number]

    def best_mean(self, without: Sequence[int] = ()) -> Found:
        """The plan of least expected cost; `without` names options that may not be taken."""
        barred = np.zeros(len(self.options), dtype=bool)
        barred[list(without)] = True
        return self._until_proved(lambda: self.pool.least_mean(without=without), self.pool.mean, barred)

    def best_tail(self, level: float, weight: float) -> Found:
        """The plan of least (1 - weight) mean + weight CVaR."""
        return self._until_proved(
            lambda: self.pool.least_tail(level, weight), lambda number: self.tail_mix(number, level, weight)
        )

    def best_regret(self, best: FloatArray) -> Found:
        """The plan whose largest regret over the branches is least; `best` is the least cost of each branch."""
        every = np.arange(len(best))
        return self._until_proved(
            lambda: self.pool.least_regret(best, every), lambda number: float((self.pool.by_part(number) - best).max())
        )

    def best_of_parts(self) -> FloatArray:
        """Proved lower bound of the mean cost of each branch if it alone could come true; each is tried once."""
        num = int(self.part.max()) + 1
        for part in range(num):
            weights = np.where(self.part == part, self.pool.even_shares(), 0.0)
            self.evaluate(self.pool.least_mean(weights=weights).point)
        return np.array([self.pool.least_of_part(part) for part in range(num)])

    def tail_mix(self, number: int, level: float, weight: float) -> float:
        """(1 - weight) mean + weight CVaR of a plan."""
        costs = self.pool.costs(number)
        return (1.0 - weight) * float(self.shares @ costs) + weight * mean_of_worst(costs, self.shares, level)

    def _until_proved(
        self,
        propose: Callable[[], Choice],
        cost_of: Callable[[int], float],
        barred: NDArray[np.bool_] | None = None,
    ) -> Found:
        bound = -np.inf
        for _ in range(ROUNDS):
            choice = propose()
            bound = max(bound, choice.bound)
            is_known = self.pool.find(choice.point) is not None
            self.evaluate(choice.point)
            number, cost = self._least(cost_of, barred)
            if is_known or cost - bound <= GAP_SHARE * abs(self.pool.mean(number)):
                break
        return Found(number, cost, bound)

    def _least(self, cost_of: Callable[[int], float], barred: NDArray[np.bool_] | None) -> tuple[int, float]:
        tried = [i for i in self.pool.whole if barred is None or not self.plan(i)[barred].any()]
        costs = [cost_of(i) for i in tried]
        at = int(np.argmin(costs))
        return tried[at], costs[at]
