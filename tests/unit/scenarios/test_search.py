"""Plans are tried in no more scenarios than tell something."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rackwright.scenarios.evaluation import Reply
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.search import Search


def _option(item: str) -> LadderOption:
    return LadderOption(item, "a", "deposit", 0, 1.0, 1.0, 1.0, 7.0, None, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, False, "")


def test_101_a_scenario_that_a_smaller_plan_settles_is_not_asked() -> None:
    """The first scenario saves 4 with the first option, the second nothing: it is asked but once.

    Its replies to larger plans are that of the smallest, and the best plan is the same as if all had been asked.
    """
    asked: list[tuple[tuple[float, ...], tuple[int, ...]]] = []
    slopes = np.array([[-4.0, 0.0], [0.0, 0.0]])

    def ask(plan: NDArray[np.float64], only: Sequence[int]) -> list[Reply]:
        asked.append((tuple(plan.tolist()), tuple(only)))
        return [Reply(10.0 + slopes[i] @ plan, slopes[i], np.zeros(1), 0.0, np.zeros(0), np.zeros(0)) for i in only]

    search = Search((_option("x"), _option("y")), np.array([0.5, 0.5]), np.zeros(2, dtype=np.int64), ask)
    first = search.evaluate(np.array([1.0, 0.0]))
    both = search.evaluate(np.array([1.0, 1.0]))
    assert asked == [((0.0, 0.0), (0, 1)), ((0.5, 0.5), (0,)), ((1.0, 0.0), (0,))]
    assert search.pool.values[first].tolist() == [6.0, 10.0]
    assert search.pool.values[both].tolist() == [6.0, 10.0]
    assert search.num_solved == sum(len(only) for _, only in asked)
    assert search.plan(search.best_mean().number).tolist() == [1.0, 0.0]


def test_102_a_bound_is_never_above_what_a_plan_costs() -> None:
    """The floor of a plan that was not tried is below its cost once it is."""
    slopes = np.array([[-4.0, -1.0], [-2.0, -3.0]])

    def ask(plan: NDArray[np.float64], only: Sequence[int]) -> list[Reply]:
        return [
            Reply(max(5.0, 10.0 + slopes[i] @ plan), slopes[i], np.zeros(1), 0.0, np.zeros(0), np.zeros(0))
            for i in only
        ]

    search = Search((_option("x"), _option("y")), np.array([0.5, 0.5]), np.zeros(2, dtype=np.int64), ask)
    plan = np.array([1.0, 1.0])
    floor = search.pool.floor(plan)
    assert floor <= search.pool.mean(search.evaluate(plan)) + 1e-9
