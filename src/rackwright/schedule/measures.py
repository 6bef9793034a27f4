"""What was the schedule chosen by, in which order, what did it reach, and what can no schedule be below?"""

from __future__ import annotations

from collections.abc import Iterator

from rackwright.schedule.objective import Ranked, Tardiness
from rackwright.schedule.planning import modes_usd, overdraft
from rackwright.schedule.result import Solved
from rackwright.tables.schedule import Bounds, Measures

__all__ = ["measure_table"]

Row = tuple[str, float, str, float | None]


def measure_table(solved: Solved, objective: Tardiness, bounds: Bounds) -> Measures:
    """One row for each measure, in the order in which they were compared."""
    finish, network = solved.dates.finish, solved.network
    price = objective.moved(finish) if len(objective.announced) else 0.0
    late = objective.tardiness(finish) + price
    ends = float((objective.ends(finish) - network.first_day).sum())
    rows: list[Row] = [
        ("overdraft", overdraft(network), "units", 0.0),
        *_first(solved, objective, bounds),
        ("weighted-tardiness", late, "weighted days", float(bounds.frame["least_lateness"].sum())),
        *([] if _is_cost(objective) else [_cost(solved)]),
        ("ends", ends, "days", None),
    ]
    return Measures.from_rows([(rank, *row) for rank, row in enumerate(rows, 1)])


def _first(solved: Solved, objective: Tardiness, bounds: Bounds) -> Iterator[Row]:
    """The goal that is compared before lateness."""
    if not isinstance(objective, Ranked):
        return
    if _is_cost(objective):
        yield _cost(solved)
        return
    value = objective.reached(solved.dates.finish, 0.0)
    if objective.goal == "makespan":
        least = bounds.frame.select("critical_path_day", "energetic_day").max_horizontal()
        yield "makespan", float(solved.day(int(value))), "days", float(str(least.max()))
    else:
        yield "stability", value, "days", 0.0


def _is_cost(objective: Tardiness) -> bool:
    return isinstance(objective, Ranked) and objective.goal == "mode-cost"


def _cost(solved: Solved) -> Row:
    network = solved.network
    least = sum(min(mode.cost_usd for mode in job.modes) for job in network.jobs)
    return "mode-cost", modes_usd(network), "USD", least
