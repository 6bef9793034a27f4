"""Who comes after whom in samples that keep the plan's order? Turns on full resources as links, an order of jobs."""

from __future__ import annotations

import heapq

from rackwright.schedule.generation import Dates
from rackwright.schedule.network import Arc, Network

__all__ = ["resource_arcs", "time_order"]


def time_order(network: Network, dates: Dates, turns: list[list[Arc]]) -> list[int]:
    """Jobs by the plan's days, each after those that it waits for; `turns` are further arcs into each job.

    A link to an end can reach back to a job that starts sooner. Where links and turns wait for one another (as in a
    hand-over), the job that starts first goes first.
    """
    rank = {j: (int(dates.start[j]), int(dates.finish[j]), i) for i, j in enumerate(network.order)}
    arcs_into = [(*links, *more) for links, more in zip(network.arcs_into, turns, strict=True)]
    followers: list[list[int]] = [[] for _ in network.jobs]
    for arc in (arc for into in arcs_into for arc in into):
        followers[arc.before].append(arc.after)
    waiting = [len(into) for into in arcs_into]
    ready = [rank[job] for job in sorted(rank) if not waiting[job]]
    heapq.heapify(ready)
    order = dict[int, None]()
    while len(order) < len(rank):
        job = network.order[(heapq.heappop(ready) if ready else min(rank[j] for j in rank if j not in order))[2]]
        if job in order:
            continue
        order[job] = None
        for follower in followers[job]:
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, rank[follower])
    return list(order)


def resource_arcs(network: Network, dates: Dates) -> list[list[Arc]]:
    """Links that keep the plan's order on each full resource: a user comes after those whose end let it start."""
    arcs: list[list[Arc]] = [[] for _ in network.jobs]
    for resource, is_renewable in enumerate(network.is_renewable):
        if not is_renewable:
            continue
        units = {
            j: sum(n for r, n in e.demands if r == resource)
            for j, e in enumerate(network.jobs)
            if e.fixed_start < 0 and e.fixed_finish < 0 and any(r == resource for r, _ in e.demands)
        }
        users = sorted((j for j in units if dates.finish[j] > dates.start[j]), key=lambda j: (int(dates.start[j]), j))
        capacity = int(network.capacity[resource].max())
        held: list[tuple[int, int, int]] = []  # (finish, job, units) of hands that hold or held units, newest last
        for job in users:
            arcs[job].extend(_take_over(held, job, int(dates.start[job]), (capacity, units[job])))
            held.append((int(dates.finish[job]), job, units[job]))
            held.sort()
    return arcs


def _take_over(held: list[tuple[int, int, int]], job: int, start: int, units: tuple[int, int]) -> list[Arc]:
    """Take units first that are free, then from those that ended last before this job starts."""
    capacity, need = units
    need -= min(need, max(capacity - sum(entry[2] for entry in held), 0))
    found = []
    for place in range(len(held) - 1, -1, -1):
        finish, other, count = held[place]
        if need <= 0 or finish > start:
            continue
        taken = min(count, need)
        need -= taken
        found.append(Arc(other, job, "FS", 0))
        held[place] = (finish, other, count - taken)
    held[:] = [entry for entry in held if entry[2] > 0]
    return found
