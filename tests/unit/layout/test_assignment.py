"""Exchanges are priced right, limits are kept, and small problems are solved to the optimum."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rackwright.layout.assignment import AssignmentProblem, IntArray, Search, _Tabu, assign, cost_of


def drawn(seed: int, size: int, terms: int = 2, *, symmetric: bool = False) -> AssignmentProblem:
    """Whole flows, distances and place costs drawn at random."""
    random = np.random.default_rng(seed)
    matrices = [random.integers(0, 9, (size, size)).astype(np.float64) for _ in range(2 * terms + 1)]
    if symmetric:
        matrices = [matrix + matrix.T for matrix in matrices]
    return AssignmentProblem(tuple(matrices[:terms]), tuple(matrices[terms : 2 * terms]), matrices[-1])


@given(seed=st.integers(0, 10_000), size=st.integers(2, 7), moves=st.integers(0, 4), symmetric=st.booleans())
def test_101_the_change_of_every_exchange_is_exact(seed: int, size: int, moves: int, symmetric: bool) -> None:
    """After any moves, the kept change of each exchange equals the difference of two costs from scratch."""
    problem = drawn(seed, size, symmetric=symmetric)
    state = _Tabu(problem, np.arange(size), Search(iterations=1))
    random = np.random.default_rng(seed)
    for step in range(moves):
        u, v = sorted(random.choice(size, 2, replace=False).tolist())
        state.exchange(u, v, float(state.changes()[u, v]), step)
    change = state.changes()
    for u, v in itertools.combinations(range(size), 2):
        other = state.place.copy()
        other[[u, v]] = other[[v, u]]
        assert abs(cost_of(problem, other) - cost_of(problem, state.place) - change[u, v]) < 1e-6
    assert abs(state.cost - cost_of(problem, state.place)) < 1e-6


def test_102_small_problems_are_solved() -> None:
    """Seven things reach the optimum found by enumeration."""
    problem = drawn(5, 7)
    best = min(cost_of(problem, np.array(place)) for place in itertools.permutations(range(7)))
    found = assign(problem, np.arange(7), Search(iterations=600, seed=1, patience=50))
    assert found.cost == best == cost_of(problem, found.place)


def test_201_limits_are_kept() -> None:
    """With exchanges allowed only within two halves, each thing stays in its half."""

    def same_half(place: IntArray) -> np.ndarray:
        half = place < 4
        return half[:, None] == half[None, :]

    found = assign(drawn(7, 8), np.arange(8), Search(iterations=300, patience=20, allowed=same_half))
    assert sorted(found.place[:4].tolist()) == [0, 1, 2, 3]
    assert found.cost <= found.start_cost


def test_202_same_seed_same_answer() -> None:
    """Two searches with the same arguments are equal; none makes the start worse."""
    problem = drawn(9, 12)
    first, again = (assign(problem, np.arange(12), Search(iterations=200, seed=4, patience=30)) for _ in range(2))
    assert first.place.tolist() == again.place.tolist()
    assert first.cost <= first.start_cost


def test_203_nothing_to_exchange() -> None:
    """One thing, or no work, returns the start."""
    assert assign(drawn(1, 1), np.arange(1), Search(iterations=10)).iterations == 0
    assert assign(drawn(1, 4), np.arange(4), Search(iterations=0)).place.tolist() == [0, 1, 2, 3]
