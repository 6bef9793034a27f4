"""Does a schedule keep every rule of its instance? Plain loops over days, written apart from the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Rules", "Task", "broken_rules"]


@dataclass(frozen=True)
class Task:
    """One activity as it is to be checked: the mode chosen, what it follows, and which days it works on."""

    days: int
    units: tuple[int, ...]
    follows: tuple[int, ...]
    release: int = 0
    works_on: Callable[[int], bool] | None = None
    """None: every day counts."""


@dataclass(frozen=True)
class Rules:
    """An instance: tasks, units of each renewable resource on a day, and stocks with what each task takes of them."""

    tasks: tuple[Task, ...]
    num_resources: int
    capacity_on: Callable[[int, int], int]
    """Units of (resource, day)."""
    stocks: tuple[int, ...] = ()
    takes: tuple[tuple[int, ...], ...] = ()


def broken_rules(rules: Rules, start: Sequence[int], finish: Sequence[int]) -> list[str]:
    """Every rule that the dates break, in words; empty if the schedule is feasible."""
    if not len(rules.tasks) == len(start) == len(finish):
        return ["the schedule has not one start and one finish for each activity"]
    found = []
    for number, task in enumerate(rules.tasks):
        found += [f"activity {number} {words}" for words in _broken_by_task(task, start[number], finish[number])]
        found += [
            f"activity {number} starts on day {start[number]} before activity {before} ends on day {finish[before]}"
            for before in task.follows
            if start[number] < finish[before]
        ]
    return [*found, *_overbooked(rules, start, finish), *_overdrawn(rules)]


def _broken_by_task(task: Task, start: int, finish: int) -> Iterable[str]:
    if start < task.release:
        yield f"starts on day {start} before its release on day {task.release}"
    if task.days == 0 or task.works_on is None:
        if finish - start != task.days:
            yield f"takes {finish - start} days instead of {task.days}"
        return
    worked = 0
    for day in range(start, finish):
        worked += task.works_on(day)
    if worked != task.days:
        yield f"works {worked} days instead of {task.days}"
    if not task.works_on(start) or not task.works_on(finish - 1):
        yield "starts or ends on a free day"


def _overbooked(rules: Rules, start: Sequence[int], finish: Sequence[int]) -> list[str]:
    found = []
    for resource in range(rules.num_resources):
        used: dict[int, int] = defaultdict(int)
        for number, task in enumerate(rules.tasks):
            if task.units[resource]:
                for day in range(start[number], finish[number]):
                    used[day] += task.units[resource]
        found += [
            f"resource {resource} gives {used[day]} of {rules.capacity_on(resource, day)} on day {day}"
            for day in sorted(used)
            if used[day] > rules.capacity_on(resource, day)
        ]
    return found


def _overdrawn(rules: Rules) -> list[str]:
    found = []
    for stock, amount in enumerate(rules.stocks):
        total = 0
        for taken in rules.takes:
            total += taken[stock]
        if total > amount:
            found.append(f"stock {stock} gives {total} of {amount}")
    return found
