"""Where does each job go when jobs are placed one by one in a given order? As loops that a compiler can take.

`engine` compiles these functions where numba is installed (extra `fast`); without it `bitsets` answers the same
questions. Both are tested to give equal schedules. The functions here stay within the Python that numba understands.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from rackwright.schedule.instance import BoolArray, Instance, IntArray

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HAS_COMPILER", "count_drivers", "order_by_rank", "place_in_order", "place_samples"]

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
def back_from(worked_before: IntArray, day_of: IntArray, reached: int, duration: int) -> int:
    """First day of a job that ends on a day asked for by an arc: back by its duration."""
    day: int = day_of[max(worked_before[min(reached, len(day_of) - 1) - 1] - duration + 1, 0)]
    return day


@compiled
def first_working(worked_before: IntArray, day_of: IntArray, day: int, duration: int) -> int:
    """First day from a day on which a job can work; that day itself for a job that takes no time."""
    day = min(max(day, 0), len(day_of) - 1)
    start_day: int = day_of[worked_before[day]] if duration > 0 else day
    return start_day


@compiled
def earliest_start(instance: Instance, job: int, duration: int, start: IntArray, finish: IntArray) -> int:
    """First day that release, arcs and calendar of a job allow, resources aside."""
    worked_before = instance.worked_before[instance.calendar[job]]
    day_of = instance.day_of[instance.calendar[job]]
    before = instance.before  # taken out once: each look into a tuple of arrays costs as much as an arc
    first, others, kinds, lags = before.first, before.job, before.kind, before.lag
    earliest = instance.release[job]
    for arc in range(first[job], first[job + 1]):
        reached = (finish if kinds[arc] % 2 == 0 else start)[others[arc]] + lags[arc]
        if kinds[arc] >= 2 and reached > 0 and duration > 0:
            reached = back_from(worked_before, day_of, reached, duration)
        earliest = max(earliest, reached)
    return first_working(worked_before, day_of, earliest, duration)


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
    count = len(order)
    start, finish = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    blocker = np.full(count, -1, dtype=np.int64)
    free = instance.capacity.copy()
    place_into(instance, order, (instance.duration, instance.fixed_finish), free, (start, finish, blocker))
    return start, finish, blocker


@compiled
def place_samples(
    instance: Instance,
    order: IntArray,
    drawn: tuple[IntArray, IntArray],
    days: tuple[IntArray, IntArray, IntArray],
) -> None:
    """Place the jobs in every sample anew, always in the same order.

    Parameters
    ----------
    instance, order
        The jobs, and the order in which they are placed.
    drawn
        Duration, and end of what has begun (-1 for the others), shape (samples, jobs).
    days
        Start, finish and blocker to be filled, shape (samples, jobs).
    """
    free = instance.capacity.copy()
    for sample in range(len(drawn[0])):
        filled = (days[0][sample], days[1][sample], days[2][sample])
        place_into(instance, order, (drawn[0][sample], drawn[1][sample]), free, filled)
        last = max(days[1][sample].max(), 0)  # nothing is booked after it
        free[:, :last] = instance.capacity[:, :last]


@compiled
def place_into(
    instance: Instance,
    order: IntArray,
    drawn: tuple[IntArray, IntArray],
    free: IntArray,
    days: tuple[IntArray, IntArray, IntArray],
) -> None:
    """Place jobs of given durations and fixed ends, booking what they take in `free` and their days in `days`."""
    durations, fixed_finish = drawn
    start, finish, blocker = days
    last = instance.capacity.shape[1]
    for job in order:
        duration, demand = durations[job], instance.demand[job]
        worked_before = instance.worked_before[instance.calendar[job]]
        day_of = instance.day_of[instance.calendar[job]]
        blocker[job] = -1
        if fixed_finish[job] >= 0:
            begin, end = instance.fixed_start[job], fixed_finish[job]
        else:
            earliest = earliest_start(instance, job, duration, start, finish)
            begin = earliest
            while True:
                end = min(day_of[min(worked_before[begin] + duration - 1, last)] + 1, last) if duration > 0 else begin
                day, resource = last_conflict(free, demand, begin, end)
                if resource < 0:
                    break
                blocker[job] = resource
                if worked_before[day + 1] + duration > worked_before[last]:
                    begin = earliest
                    end = min(day_of[min(worked_before[begin] + duration - 1, last)] + 1, last)
                    break
                begin = day_of[worked_before[day + 1]]
        start[job], finish[job] = begin, end
        for resource in range(len(demand)):
            if demand[resource] > 0:
                free[resource, max(begin, 0) : max(end, 0)] -= demand[resource]


@compiled
def count_drivers(
    instance: Instance,
    drawn: tuple[IntArray, IntArray],
    days: tuple[IntArray, IntArray, IntArray],
    is_last: BoolArray,
) -> IntArray:
    """Number of samples in which each job drives the end of a project, shape (jobs,).

    A job drives those that start when it lets them: by an arc, or by giving back the resource that kept them waiting.

    Parameters
    ----------
    instance, drawn, days
        As `place_samples` left them.
    is_last
        True for jobs that end their project in a sample, shape (samples, jobs).
    """
    num_jobs = len(instance.duration)
    users_from, users = users_of(instance.demand)
    counts = np.zeros(num_jobs, dtype=np.int64)
    waiting = np.empty(num_jobs, dtype=np.int64)
    for sample in range(len(is_last)):
        sampled = (days[0][sample], days[1][sample], days[2][sample])
        drives = is_last[sample].copy()
        num = 0
        for job in range(num_jobs):
            if drives[job]:
                waiting[num] = job
                num += 1
        while num > 0:
            num -= 1
            job = waiting[num]
            counts[job] += 1
            if drawn[1][sample, job] < 0:
                duration, resource = drawn[0][sample, job], sampled[2][job]
                num = add_drivers_by_arcs(instance, job, duration, sampled, (drives, waiting, num))
                if resource >= 0:
                    others = users[users_from[resource] : users_from[resource + 1]]
                    num = add_drivers_by_hand_over(instance, job, others, sampled, (drives, waiting, num))
    return counts


@compiled
def users_of(demand: IntArray) -> tuple[IntArray, IntArray]:
    """Jobs that use each resource, one resource after the other, and where those of each begin."""
    num_jobs, num_resources = demand.shape
    first, users = np.zeros(num_resources + 1, dtype=np.int64), np.empty((demand > 0).sum(), dtype=np.int64)
    num = 0
    for resource in range(num_resources):
        for job in range(num_jobs):
            if demand[job, resource] > 0:
                users[num] = job
                num += 1
        first[resource + 1] = num
    return first, users


@compiled
def add_drivers_by_arcs(
    instance: Instance,
    job: int,
    duration: int,
    days: tuple[IntArray, IntArray, IntArray],
    found: tuple[BoolArray, IntArray, int],
) -> int:
    """Mark jobs whose arcs let a job start when it does, list them behind those that wait, and count these."""
    worked_before = instance.worked_before[instance.calendar[job]]
    day_of = instance.day_of[instance.calendar[job]]
    before = instance.before
    first, others, kinds, lags = before.first, before.job, before.kind, before.lag
    start, finish = days[0], days[1]
    drives, waiting, num = found
    for arc in range(first[job], first[job + 1]):
        other = others[arc]
        reached = (finish if kinds[arc] % 2 == 0 else start)[other] + lags[arc]
        if kinds[arc] >= 2 and reached > 0 and duration > 0:
            reached = back_from(worked_before, day_of, reached, duration)
        if not drives[other] and first_working(worked_before, day_of, reached, duration) == start[job]:
            drives[other] = True
            waiting[num] = other
            num += 1
    return num


@compiled
def add_drivers_by_hand_over(
    instance: Instance,
    job: int,
    others: IntArray,
    days: tuple[IntArray, IntArray, IntArray],
    found: tuple[BoolArray, IntArray, int],
) -> int:
    """The same for users of a resource that end when a job starts that waited for it."""
    worked_before = instance.worked_before[instance.calendar[job]]
    day_of = instance.day_of[instance.calendar[job]]
    start, finish = days[0], days[1]
    drives, waiting, num = found
    for other in others:
        held = start[other] < finish[other] <= start[job]
        if held and not drives[other] and day_of[worked_before[finish[other]]] == start[job]:
            drives[other] = True
            waiting[num] = other
            num += 1
    return num
