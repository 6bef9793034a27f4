"""Where does each job go when jobs are placed one by one in a given order? As loops that a compiler can take.

`engine` compiles these functions where numba is installed (extra `fast`); without it `bitsets` answers the same
questions. Both are tested to give equal schedules. The functions here stay within the Python that numba understands.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rackwright.schedule.instance import Instance, IntArray

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HAS_COMPILER", "order_by_rank", "place_in_order"]

Function = TypeVar("Function", bound="Callable[..., Any]")

try:
    from numba import njit

    HAS_COMPILER = True
except ImportError:  # the default install: these functions then serve as a readable reference
    HAS_COMPILER = False


def compiled(function: Function) -> Function:
    """The function compiled, where a compiler is installed."""
    if not HAS_COMPILER:
        return function
    made: Function = njit(cache=True)(function)
    return made


@compiled
def order_by_rank(instance: Instance, rank: IntArray) -> IntArray:
    """Jobs in the order in which they are placed: always the least rank among those whose predecessors are placed.

    Parameters
    ----------
    instance
        The jobs and arcs.
    rank
        A different number for each job from 0, shape (jobs,).
    """
    count = len(rank)
    job_of = np.empty(count, dtype=np.int64)
    for job in range(count):
        job_of[rank[job]] = job
    waiting = instance.before.first[1:] - instance.before.first[:-1]
    heap = [rank[job] for job in range(count) if waiting[job] == 0]
    heapq.heapify(heap)
    order = np.empty(count, dtype=np.int64)
    placed = 0
    while len(heap) > 0:
        job = job_of[heapq.heappop(heap)]
        order[placed] = job
        placed += 1
        for arc in range(instance.after.first[job], instance.after.first[job + 1]):
            follower = instance.after.job[arc]
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heapq.heappush(heap, rank[follower])
    return order


@compiled
def earliest_start(instance: Instance, job: int, start: IntArray, finish: IntArray) -> int:
    """First day that release, arcs and calendar of a job allow, resources aside."""
    worked_before = instance.worked_before[instance.calendar[job]]
    day_of = instance.day_of[instance.calendar[job]]
    duration = instance.duration[job]
    earliest = instance.release[job]
    for arc in range(instance.before.first[job], instance.before.first[job + 1]):
        kind, other = instance.before.kind[arc], instance.before.job[arc]
        reached = (finish[other] if kind in {0, 2} else start[other]) + instance.before.lag[arc]
        if kind >= 2 and reached > 0 and duration > 0:  # an end is asked for: go back by the duration
            reached = day_of[max(worked_before[min(reached, len(day_of) - 1) - 1] - duration + 1, 0)]
        earliest = max(earliest, reached)
    earliest = min(max(earliest, 0), len(day_of) - 1)
    start_day: int = day_of[worked_before[earliest]] if duration > 0 else earliest
    return start_day


@compiled
def last_conflict(free: IntArray, demand: IntArray, start: int, finish: int) -> tuple[int, int]:
    """Last day of [start, finish) on which the first resource that falls short does so, and that resource."""
    for resource in range(len(demand)):
        if demand[resource] > 0:
            day = finish - 1
            while day >= start and free[resource, day] >= demand[resource]:
                day -= 1
            if day >= start:
                return day, resource
    return -1, -1


@compiled
def place_in_order(instance: Instance, order: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Start, finish and blocker of every job, each placed at its earliest feasible day.

    A job that fits nowhere on the axis is put where its links alone would have it, with the resource as its blocker.
    """
    count, days = len(order), instance.capacity.shape[1]
    start, finish = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    blocker = np.full(count, -1, dtype=np.int64)
    free = instance.capacity.copy()
    for job in order:
        duration, demand = instance.duration[job], instance.demand[job]
        worked_before = instance.worked_before[instance.calendar[job]]
        day_of = instance.day_of[instance.calendar[job]]
        if instance.fixed_finish[job] >= 0:
            begin, end = instance.fixed_start[job], instance.fixed_finish[job]
        else:
            earliest = earliest_start(instance, job, start, finish)
            begin = earliest
            while True:
                end = min(day_of[min(worked_before[begin] + duration - 1, days)] + 1, days) if duration > 0 else begin
                day, resource = last_conflict(free, demand, begin, end)
                if resource < 0:
                    break
                blocker[job] = resource
                if worked_before[day + 1] + duration > worked_before[days]:
                    begin = earliest
                    end = min(day_of[min(worked_before[begin] + duration - 1, days)] + 1, days)
                    break
                begin = day_of[worked_before[day + 1]]
        start[job], finish[job] = begin, end
        for resource in range(len(demand)):
            if demand[resource] > 0:
                free[resource, max(begin, 0) : max(end, 0)] -= demand[resource]
    return start, finish, blocker
