"""Which thing goes to which place so that flow times distance is least? Robust tabu search with delta updates.

The quadratic assignment problem: thing i stands at place p[i]; the cost is the sum over terms of F[i, j] D[p[i], p[j]]
plus L[i, p[i]]. One move exchanges two things. The change of cost of every exchange is kept in matrices that one move
updates by a rank-one term and two columns, so an iteration costs a few passes over n x n numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Assignment", "AssignmentProblem", "Search", "assign", "cost_of"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class AssignmentProblem:
    """Flows and distances of each term, both n x n, and a cost `linear` of each thing at each place (n x n, or None).

    Terms may be asymmetric; the search works on their symmetric and antisymmetric parts.
    """

    flows: tuple[FloatArray, ...]
    distances: tuple[FloatArray, ...]
    linear: FloatArray | None = None

    @property
    def size(self) -> int:
        """Things, and places."""
        return len(self.flows[0])


@dataclass(frozen=True, kw_only=True)
class Search:
    """How long to search: exchanges tried in all, the seed, and after how many without gain to jump elsewhere.

    `allowed` says which exchanges keep the limits at an assignment (n x n, symmetric); None allows all.
    """

    iterations: int
    seed: int = 0
    patience: int = 0
    allowed: Callable[[IntArray], BoolArray] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Assignment:
    """Best assignment found, its cost, the cost at the start, and the exchanges made."""

    place: IntArray
    cost: float
    start_cost: float
    iterations: int


def cost_of(problem: AssignmentProblem, place: IntArray) -> float:
    """Cost of an assignment, from scratch."""
    total = sum(
        float(np.sum(flow * distance[np.ix_(place, place)]))
        for flow, distance in zip(problem.flows, problem.distances, strict=True)
    )
    if problem.linear is not None:
        total += float(np.sum(problem.linear[np.arange(len(place)), place]))
    return total


def assign(problem: AssignmentProblem, start: IntArray, search: Search) -> Assignment:
    """Improve an assignment by tabu search; the answer is never worse than the start.

    Parameters
    ----------
    problem
        Flows and distances.
    start
        Place of each thing, a permutation that keeps the limits.
    search
        Work limit and limits of exchanges.

    Notes
    -----
    Robust tabu search: E. Taillard, "Robust taboo search for the quadratic assignment problem", Parallel Computing 17
    (1991) 443-455, with random tenures around n and aspiration by a new best. After `patience` exchanges without gain
    the search goes on from the best assignment, shaken by exchanges of a few things (A. Misevicius' iterated scheme).
    """
    if problem.size < 2 or search.iterations < 1:
        cost = cost_of(problem, start)
        return Assignment(start.copy(), cost, cost, 0)
    return _Tabu(problem, start, search).run()


class _Part:
    """One symmetric or antisymmetric part: flows, distances at the current places, and G[r, s] = sum_k F[k, r] D[k, s].

    Exchanging r and s changes this part's cost by 2 (G[r, s] + G[s, r] - G[r, r] - G[s, s]), and for the symmetric
    part 4 F[r, s] D[r, s] more.
    """

    def __init__(self, flow: FloatArray, distance: FloatArray, *, symmetric: bool) -> None:
        self.flow = np.ascontiguousarray(flow)
        self.distance = distance
        self.symmetric = symmetric

    def start(self, place: IntArray) -> None:
        """Compute everything for an assignment."""
        self.here = np.ascontiguousarray(self.distance[np.ix_(place, place)])
        self.product = self.flow.T @ self.here

    def exchange(self, u: int, v: int) -> None:
        """Update for an exchange of the things u and v: rows and columns u, v of the distances change places."""
        step_flow = self.flow[u] - self.flow[v]
        step_here = self.here[v] - self.here[u]
        self.product += step_flow[:, None] * step_here[None, :]
        self.here[[u, v]] = self.here[[v, u]]
        self.here[:, [u, v]] = self.here[:, [v, u]]
        self.product[:, [u, v]] = self.flow.T @ self.here[:, [u, v]]

    def one_way(self) -> FloatArray:
        """H with change of cost H + H^T - diag - diag^T."""
        if self.symmetric:
            return 2.0 * self.product + 2.0 * self.flow * self.here
        return 2.0 * self.product


def _parts(problem: AssignmentProblem) -> list[_Part]:
    parts = []
    for flow, distance in zip(problem.flows, problem.distances, strict=True):
        flow, distance = _hollow(flow), _hollow(distance)
        flow_even, distance_even = (flow + flow.T) / 2.0, (distance + distance.T) / 2.0
        flow_odd, distance_odd = (flow - flow.T) / 2.0, (distance - distance.T) / 2.0
        parts.append(_Part(flow_even, distance_even, symmetric=True))
        if flow_odd.any() and distance_odd.any():
            parts.append(_Part(flow_odd, distance_odd, symmetric=False))
    return parts


def _hollow(matrix: FloatArray) -> FloatArray:
    """A copy with zeros on the diagonal."""
    copy = matrix.astype(np.float64)
    np.fill_diagonal(copy, 0.0)
    return copy


def _linear(problem: AssignmentProblem) -> FloatArray | None:
    """Cost of each thing at each place, the diagonals of the terms included; None if there is none."""
    linear = np.zeros((problem.size, problem.size)) if problem.linear is None else problem.linear.astype(np.float64)
    for flow, distance in zip(problem.flows, problem.distances, strict=True):
        linear = linear + np.outer(np.diagonal(flow), np.diagonal(distance))
    return linear if linear.any() else None


class _Tabu:
    """State of one search."""

    def __init__(self, problem: AssignmentProblem, start: IntArray, search: Search) -> None:
        self.problem = problem
        self.search = search
        self.random = np.random.default_rng(search.seed)
        self.size = problem.size
        self.parts = _parts(problem)
        self.linear = _linear(problem)
        self.things = np.arange(self.size)
        self.below = np.tril(np.ones((self.size, self.size), dtype=np.bool_))
        self.start_at(start.astype(np.int64))
        self.start_cost = self.cost
        self.best, self.best_cost = self.place.copy(), self.cost

    def start_at(self, place: IntArray) -> None:
        """Stand at an assignment, with nothing tabu."""
        self.place = place.copy()
        for part in self.parts:
            part.start(self.place)
        self.cost = cost_of(self.problem, self.place)
        self.until = np.zeros((self.size, self.size), dtype=np.int64)

    def run(self) -> Assignment:
        """Exchange until the work limit is reached."""
        idle = 0
        patience = self.search.patience or self.search.iterations
        for step in range(self.search.iterations):
            change = self.changes()
            pair = self.choose(change, step)
            if pair is None:
                break
            self.exchange(*pair, float(change[pair]), step)
            idle += 1
            if self.cost < self.best_cost - 1e-9:
                self.best, self.best_cost, idle = self.place.copy(), self.cost, 0
            if idle >= patience:
                self.jump()
                idle = 0
        return Assignment(self.best, cost_of(self.problem, self.best), self.start_cost, self.search.iterations)

    def changes(self) -> FloatArray:
        """Change of cost of every exchange; infinite where it breaks a limit, and on and below the diagonal."""
        half = self.parts[0].one_way()
        for part in self.parts[1:]:
            half += part.one_way()
        if self.linear is not None:
            half += self.linear[:, self.place]
        own = self._own()
        change = half + half.T
        change -= own[:, None]
        change -= own[None, :]
        change[self.below] = np.inf
        if self.search.allowed is not None:
            change[~self.search.allowed(self.place)] = np.inf
        return change

    def _own(self) -> FloatArray:
        """Diagonal of H without the part that an exchange leaves as it is."""
        own = sum((2.0 * np.diagonal(part.product) for part in self.parts), np.zeros(self.size))
        if self.linear is not None:
            own = own + self.linear[self.things, self.place]
        return own

    def choose(self, change: FloatArray, step: int) -> tuple[int, int] | None:
        """Cheapest exchange that is not tabu, or that gives a new best; None if there is none at all."""
        at = self.place
        tabu = self.until[:, at] > step
        is_tabu = tabu & tabu.T
        best_free = np.where(is_tabu, np.inf, change)
        first = int(np.argmin(best_free))
        any_first = int(np.argmin(change))
        if self.cost + change.flat[any_first] < self.best_cost - 1e-9 or not np.isfinite(best_free.flat[first]):
            first = any_first
        if not np.isfinite(change.flat[first]):
            return None
        return first // self.size, first % self.size

    def exchange(self, u: int, v: int, change: float, step: int) -> None:
        """Make an exchange; both things may not return to their places for a while."""
        low, high = max(1, int(0.9 * self.size)), max(3, int(1.1 * self.size) + 4)
        tenure = self.random.integers(low, high, size=2)
        self.until[u, self.place[u]] = step + tenure[0]
        self.until[v, self.place[v]] = step + tenure[1]
        for part in self.parts:
            part.exchange(u, v)
        self.place[u], self.place[v] = self.place[v], self.place[u]
        self.cost += change

    def jump(self) -> None:
        """Go on from the best assignment with a few things exchanged, as far as the limits allow."""
        place = self.best.copy()
        for _ in range(max(2, self.size // 6)):
            u, v = self.random.choice(self.size, size=2, replace=False)
            if self.search.allowed is None or self.search.allowed(place)[u, v]:
                place[u], place[v] = place[v], place[u]
        self.start_at(place)
