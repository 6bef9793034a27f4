"""Which order gives the shortest schedule of one network? A small population of orders, recombined and justified.

Children take two parents' order outside and inside a window; every child is justified (Valls, Ballestin, Quintanilla
2008, "A hybrid genetic algorithm for the RCPSP", EJOR 185, for the pattern). Limited by a count of schedules.
"""

from __future__ import annotations

import numpy as np

from rackwright.schedule.engine import Engine, FloatArray, rank_of
from rackwright.schedule.instance import IntArray
from rackwright.schedule.objective import Objective
from rackwright.schedule.search import Found, improved

__all__ = ["evolve"]

NUM_PARENTS = 100
FIRST_SPREAD_SHARE = 0.3
MUTATED_SHARE = 0.02
SHAKEN_SHARE = 0.5
WINDOW_SHARE, SHAKE_SHARE = 0.15, 0.2
MUTATION_SPREAD_SHARE = 0.05


def evolve(
    engine: Engine, objective: Objective, rule: FloatArray, *, seed: int, num_schedules: int, stop_at: float
) -> Found:
    """Best schedule of a population.

    Parameters
    ----------
    engine, objective
        Makes and judges the schedules.
    rule
        Priority to begin with; the first population is spread around it.
    seed
        Seed of every choice.
    num_schedules
        Most passes of schedule generation; each child takes three.
    stop_at
        A score that cannot be beaten, such as a lower bound.
    """
    random = np.random.default_rng(seed)
    parents: list[tuple[float, IntArray]] = []
    best: Found | None = None
    while engine.num_schedules < num_schedules and (best is None or best.score > stop_at):
        priority = _first(random, rule, len(parents)) if len(parents) < NUM_PARENTS else _child(random, parents)
        placed = improved(engine, objective, priority)
        score, rank = objective.score(placed), rank_of(placed.start)
        if best is None or score < best.score:
            best = Found(placed, rank.astype(np.float64), score, engine.num_schedules)
        _admit(parents, score, rank)
    if best is None:
        placed = improved(engine, objective, rule)
        return Found(placed, rule, objective.score(placed), engine.num_schedules)
    return Found(best.placed, best.priority, best.score, engine.num_schedules)


def _first(random: np.random.Generator, rule: FloatArray, number: int) -> FloatArray:
    noise = random.normal(0.0, 1.0, len(rule)) * rule.std() * FIRST_SPREAD_SHARE
    return rule + noise if number else rule


def _child(random: np.random.Generator, parents: list[tuple[float, IntArray]]) -> FloatArray:
    """A parent shaken in a window, or one with a window in the other parent's order and a few jobs moved."""
    if random.random() < SHAKEN_SHARE:
        return _shaken(random, _pick(random, parents))
    first, second = (_pick(random, parents) for _ in range(2))
    count = len(first)
    order = np.argsort(first)
    low, high = np.sort(random.integers(0, count, 2))
    window = order[low:high]
    order[low:high] = window[np.argsort(second[window])]
    priority = np.empty(count)
    priority[order] = np.arange(count)
    moved = random.random(count) < MUTATED_SHARE
    priority[moved] += random.normal(0.0, count * MUTATION_SPREAD_SHARE, int(moved.sum()))
    return priority


def _shaken(random: np.random.Generator, rank: IntArray) -> FloatArray:
    """An order in which the jobs of a window change places at random, over a random distance."""
    count = len(rank)
    priority = rank.astype(np.float64)
    inside = np.abs(priority - random.uniform(0, count)) < WINDOW_SHARE * count * random.random()
    priority[inside] += random.normal(0.0, 1.0, int(inside.sum())) * SHAKE_SHARE * count * random.random()
    return priority


def _pick(random: np.random.Generator, parents: list[tuple[float, IntArray]]) -> IntArray:
    """The better of two drawn at random."""
    one, two = (parents[i] for i in random.integers(0, len(parents), 2).tolist())
    better: IntArray = one[1] if one[0] <= two[0] else two[1]
    return better


def _admit(parents: list[tuple[float, IntArray]], score: float, rank: IntArray) -> None:
    """Take a child in, in place of the worst, unless it is worse or already there."""
    if any(known == score and np.array_equal(rank, other) for known, other in parents):
        return
    if len(parents) < NUM_PARENTS:
        parents.append((score, rank))
        return
    worst = max(range(len(parents)), key=lambda i: parents[i][0])
    if score <= parents[worst][0]:
        parents[worst] = (score, rank)
