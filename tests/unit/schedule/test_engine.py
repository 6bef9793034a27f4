"""The engine: both forms agree, justification never harms, bounds hold, searches repeat."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.schedule.bounds import critical_path_bound, energetic_bound, project_bounds
from rackwright.schedule.engine import Engine
from rackwright.schedule.instance import Instance, Placed, arcs_of, mirrored
from rackwright.schedule.loops import HAS_COMPILER, place_in_order
from rackwright.schedule.makespan import Effort, plain_instance, shorten, shorten_with_modes
from rackwright.schedule.objective import Makespan, Tardiness
from rackwright.schedule.search import climb_offsets, improved
from rackwright.schedule.windows import hand_overs, repair_windows
from rackwright.solve.cpsat import IntervalArc, IntervalJob, IntervalMode, IntervalModel

DAYS = 260


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """A small instance with every link kind, two calendars, a shutdown, releases and sometimes an actual."""
    count = draw(st.integers(1, 9))
    duration = np.array(draw(st.lists(st.integers(0, 9), min_size=count, max_size=count)))
    demand = np.array(draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=count, max_size=count)))
    arcs = [
        (draw(st.integers(0, after - 1)), after, draw(st.integers(0, 3)), draw(st.integers(-2, 5)))
        for after in range(1, count)
        if draw(st.booleans())
    ]
    capacity = np.repeat(np.array([[3], [2]]), DAYS, axis=1)
    capacity[0, 20:27] = 0
    day = np.arange(DAYS)
    works = np.array([np.ones(DAYS, dtype=bool), (day % 7 < 5) & ~np.isin(day, [8, 9, 30])])
    worked_before, day_of = np.zeros((2, DAYS + 1), dtype=np.int64), np.full((2, DAYS + 1), DAYS)
    for row in range(2):
        worked_before[row, 1:] = np.cumsum(works[row])
        day_of[row, : works[row].sum()] = np.nonzero(works[row])[0]
    fixed_start, fixed_finish = np.full(count, -1), np.full(count, -1)
    if draw(st.booleans()):
        fixed_start[0], fixed_finish[0] = 2, 2 + int(duration[0])
    return Instance(
        duration, demand, np.array(draw(st.lists(st.integers(0, 12), min_size=count, max_size=count))),
        fixed_start, fixed_finish, np.array(draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))),
        worked_before, day_of, capacity, *arcs_of(count, arcs),
    )  # fmt: skip


def priorities(count: int, seed: int) -> np.ndarray:
    """Random priorities."""
    return np.random.default_rng(seed).random(count)


@given(instances(), st.integers(0, 99))
def test_101_both_forms_agree(instance: Instance, seed: int) -> None:
    """Whole numbers as sets of days and plain loops give the same days and the same blockers."""
    plain = Engine(instance, is_compiled=False)
    order = plain.order(priorities(instance.num_jobs, seed))
    for one, two in zip(plain.place(order), place_in_order(instance, order), strict=True):
        assert one.tolist() == two.tolist()


@pytest.mark.skipif(not HAS_COMPILER, reason="the extra `fast` is not installed")
@given(instances(), st.integers(0, 99))
def test_102_compiled_form_agrees(instance: Instance, seed: int) -> None:
    """The compiled form gives the schedule of the plain one, after justification too."""
    found = []
    for is_compiled in (True, False):
        engine = Engine(instance, is_compiled=is_compiled)
        placed = engine.schedule(priorities(instance.num_jobs, seed))
        found.append(engine.justified(placed, np.maximum(placed.finish, 100)))
    assert all(np.array_equal(one, two) for one, two in zip(*found, strict=True))


@given(instances(), st.integers(0, 99))
def test_103_mirrored_twice_is_the_same(instance: Instance, seed: int) -> None:
    """Turning time around twice gives the instance back."""
    last = instance.num_days - instance.release
    twice = mirrored(mirrored(instance, np.full(instance.num_jobs, DAYS)), last - 0)
    assert np.array_equal(twice.worked_before, instance.worked_before)
    assert np.array_equal(twice.capacity, instance.capacity)
    assert np.array_equal(twice.before.kind, instance.before.kind)


def test_104_justification_shortens() -> None:
    """A push to the right and to the left mends a schedule that put a filler before the long chain."""
    arcs = [(1, 2, 0, 0)]
    instance = plain_instance(np.array([4, 4, 4]), np.array([[1], [1], [1]]), np.array([2]), arcs)
    engine, goal = Engine(instance), Makespan(instance.num_days)
    assert goal.score(engine.schedule(np.array([0, 1, 2]))) == 8
    blocked = Placed(np.array([0, 4, 8]), np.array([4, 8, 12]), np.full(3, -1))
    assert engine.justified(blocked, goal.last_finish(blocked)).finish.max() == 8


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 4)), min_size=2, max_size=5))
def test_201_bounds_and_search_bracket_the_best(rows: list[tuple[int, int, int]]) -> None:
    """The bounds never exceed the best of all orders, and the search with its proof finds that best."""
    arcs = [(i - back, i, 0, 0) for i, (_, _, back) in enumerate(rows) if 0 < back <= i]
    days, units = np.array([r[0] for r in rows]), np.array([[r[1]] for r in rows])
    instance = plain_instance(days, units, np.array([3]), arcs)
    engine = Engine(instance, is_compiled=False)
    best = min(int(engine.schedule(np.array(p)).finish.max()) for p in permutations(range(len(rows))))
    assert critical_path_bound(instance) <= energetic_bound(instance) <= best
    found = shorten(instance, Effort(60, 1.0))
    assert found.makespan == best
    assert found.is_proved


def test_202_modes_within_a_stock() -> None:
    """Of a fast mode and a slow one the solver takes the fast one only as often as the stock allows."""
    modes = (IntervalMode(2, (1,), (3,)), IntervalMode(5, (1,), (1,)))
    model = IntervalModel((IntervalJob(modes, 0, 20), IntervalJob(modes, 0, 20)), (IntervalArc(0, 1),), (1,), (4,))
    found = shorten_with_modes(model, Effort(30, 1.0))
    assert found.makespan == 7
    assert found.is_proved
    assert sorted(found.mode.tolist()) == [0, 1]


def test_301_climb_repeats_and_puts_weight_first() -> None:
    """The climb gives the same schedule each time, and the heavy project of two that compete goes first."""
    instance = plain_instance(np.array([10, 10]), np.array([[1], [1]]), np.array([1]), [])
    goal = Tardiness(np.array([0, 1]), np.array([10, 10]), np.array([1.0, 5.0]))
    runs = [climb_offsets(Engine(instance), goal, seed=3, num_schedules=30) for _ in range(2)]
    assert runs[0].placed.start.tolist() == [10, 0] == runs[1].placed.start.tolist()
    assert goal.tardiness(runs[0].placed.finish) == 10.0


def test_302_moved_dates_have_a_price() -> None:
    """An announced date is kept when moving it costs more than the lateness it saves."""
    instance = plain_instance(np.array([10, 10]), np.array([[1], [1]]), np.array([1]), [])
    late = {"owner": np.array([0, 1]), "due": np.array([10, 10]), "weight": np.array([1.0, 1.5])}
    for price, first in ((0.0, 1), (9.0, 0)):
        goal = Tardiness(**late, announced=np.array([10, 20]), moved_weight=price)
        found = climb_offsets(Engine(instance), goal, seed=1, num_schedules=60)
        assert found.placed.start[first] == 0


def test_303_justified_stays_within_ends() -> None:
    """Justification of weighted projects never makes one of them later."""
    random = np.random.default_rng(5)
    for _ in range(20):
        count = 12
        arcs = [(int(random.integers(0, i)), i, 0, 0) for i in range(1, count) if random.random() < 0.6]
        units = random.integers(0, 3, (count, 2))
        instance = plain_instance(random.integers(1, 8, count), units, np.array([3, 2]), arcs)
        goal = Tardiness(np.arange(count) % 3, np.array([5, 9, 12]), np.array([1.0, 2.0, 3.0]))
        engine = Engine(instance)
        first = engine.schedule(random.random(count))
        assert goal.tardiness(engine.justified(first, goal.last_finish(first)).finish) <= goal.tardiness(first.finish)
        assert goal.score(improved(engine, goal, random.random(count))) > 0


def test_203_windows_mend_a_schedule() -> None:
    """Windows solved anew bring a schedule with its fillers first to the length that nothing can beat."""
    arcs = [(0, 1, 0, 0), (1, 2, 0, 0)]
    units = np.array([[1], [1], [1], [1], [1], [1]])
    instance = plain_instance(np.array([4, 4, 4, 4, 4, 4]), units, np.array([2]), arcs)
    engine = Engine(instance, is_compiled=False)
    poor = Placed(np.array([8, 12, 16, 0, 0, 4]), np.array([12, 16, 20, 4, 4, 8]), np.full(6, -1))
    found = repair_windows(engine, poor, seed=0, num_windows=4, window_limit=0.1, stop_at=12)
    assert int(found.finish.max()) == 12


@given(instances(), st.integers(0, 99))
def test_204_hand_overs_keep_every_capacity(instance: Instance, seed: int) -> None:
    """A schedule that keeps the arcs and the hand-overs of another uses no resource beyond its capacity."""
    plain = plain_instance(instance.duration, instance.demand, instance.capacity.max(axis=1), [])
    engine = Engine(plain, is_compiled=False)
    placed = engine.schedule(priorities(plain.num_jobs, seed))
    arcs = [(arc.before, arc.after, 0, 0) for arc in hand_overs(plain, placed)]
    free = plain_instance(plain.duration, np.zeros_like(plain.demand), np.array([9] * plain.demand.shape[1]), arcs)
    moved = Engine(free, is_compiled=False).schedule(priorities(plain.num_jobs, seed + 1))
    for day in range(int(moved.finish.max(initial=0))):
        runs = (moved.start <= day) & (day < moved.finish)
        assert (plain.demand[runs].sum(axis=0) <= plain.capacity[:, 0]).all()


@given(instances(), st.integers(0, 99))
def test_205_project_bounds_hold(instance: Instance, seed: int) -> None:
    """No schedule ends a project before its bound by links, nor before its bound by the work of its resources."""
    owner = np.arange(instance.num_jobs) % 2
    placed = Engine(instance, is_compiled=False).schedule(priorities(instance.num_jobs, seed))
    links, energy = project_bounds(instance, owner, 2)
    for project in range(2):
        end = int(placed.finish[owner == project].max(initial=0))
        assert links[project] <= energy[project] <= end


def test_206_energy_binds_a_full_lab() -> None:
    """Four parallel jobs of five days on a lab of one unit cannot end before day 20, which links alone do not see."""
    instance = plain_instance(np.full(4, 5), np.ones((4, 1), dtype=np.int64), np.array([1]), [])
    links, energy = project_bounds(instance, np.zeros(4, dtype=np.int64), 1)
    assert (int(links[0]), int(energy[0])) == (5, 20)
