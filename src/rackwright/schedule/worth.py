"""What is one more unit of a resource worth, and what slips if one is lost? Scheduled again at the same order."""

from __future__ import annotations

import numpy as np

from rackwright.schedule.engine import Engine, FloatArray
from rackwright.schedule.generation import instance_of
from rackwright.schedule.instance import IntArray, Placed
from rackwright.schedule.network import Network
from rackwright.schedule.objective import Tardiness
from rackwright.schedule.planning import replace_capacity
from rackwright.schedule.result import Solved
from rackwright.schedule.search import improved
from rackwright.tables.schedule import ResourceWorth

__all__ = ["worth_table"]

MOST_NAMED = 4


def worth_table(solved: Solved, objective: Tardiness, priority: FloatArray) -> ResourceWorth:
    """One row per renewable resource that projects use.

    The plan may have been searched longer than these runs: a change is therefore counted from the plan's order
    scheduled once, not from the plan.
    """
    network = solved.network
    base = _placed(network, objective, priority)
    rows = []
    for number, resource in enumerate(solved.request.resources):
        units = [sum(n for r, n in job.demands if r == number) for job in network.jobs]
        if resource.kind != "renewable" or not any(units):
            continue
        more = _placed(replace_capacity(network, number, 1), objective, priority)
        now = objective.measure(base.finish)
        gain = objective.measure(more.finish) - now
        cost, words = _one_less(solved, objective, priority, (number, max(units), base))
        rows.append((resource.id, _used_share(solved, number, units), now, gain, cost, words))
    return ResourceWorth.from_rows(rows)


def _placed(network: Network, objective: Tardiness, priority: FloatArray) -> Placed:
    return improved(Engine(instance_of(network)), objective, priority)


def _one_less(
    solved: Solved, objective: Tardiness, priority: FloatArray, of: tuple[int, int, Placed]
) -> tuple[float | None, str]:
    """Change in the measure with one unit less and the projects that slip; None where some activity could not run."""
    number, largest, base = of
    if int(solved.network.capacity[number].max()) - 1 < largest:
        return None, "an activity needs every unit: it could not run"
    less = _placed(replace_capacity(solved.network, number, -1), objective, priority)
    slips = objective.ends(less.finish) - objective.ends(base.finish)
    return objective.measure(less.finish) - objective.measure(base.finish), _slip_words(solved, slips)


def _slip_words(solved: Solved, slips: IntArray) -> str:
    late = [i for i in np.argsort(-slips, kind="stable").tolist() if slips[i] > 0]
    named = [f"{solved.network.projects[i].id} {slips[i]} days" for i in late[:MOST_NAMED]]
    rest = len(late) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest > 0 else "") if late else "nothing slips"


def _used_share(solved: Solved, resource: int, units: list[int]) -> float:
    days = solved.dates.finish - solved.dates.start
    used = float(sum(n * int(d) for n, d in zip(units, days, strict=True)))
    first, last = solved.network.first_day, int(solved.dates.finish.max(initial=0))
    there = float(solved.network.capacity[resource][first:last].sum())
    return used / there if there > 0 else 0.0
