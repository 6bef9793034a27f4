"""The set around a chosen gang holds what nothing beats in racks, step, memory and load, the cheapest run included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import Partition
from rackwright.sizing.profile import Phases, PowerFacts, mean_load_w, power_profile
from rackwright.sizing.rivals import find_rivals
from rackwright.sizing.searched import Finds, Searched

FACTS = PowerFacts(10e3, 8e3, 0.2, 0.9, 0.6, 0.4, 0.5, 0.01)


def columns(count: int) -> Partition:
    """Configurations that differ in nothing; only their figures are compared."""
    return Partition(*(np.full(count, 1.0) for _ in range(7)))


def searched(rows: FloatArray) -> Searched:
    """A search in two chunks with these racks, steps, bytes and loads."""
    finds = Finds()
    for chunk in np.array_split(rows, 2, axis=1):
        racks, step_s, memory_byte, load_w = chunk
        finds.add(columns(racks.size), racks=racks, step_s=step_s, memory_byte=memory_byte, load_w=load_w)
    return finds.searched()


def rows_of(seed: int, count: int) -> FloatArray:
    """Gangs of a few sizes: larger ones are faster and draw more, with scatter."""
    draw = np.random.default_rng(seed)
    racks = draw.integers(1, 6, count).astype(np.float64)
    step_s = 10.0 / racks * draw.uniform(1.0, 2.0, count)
    return np.stack([racks, step_s, draw.uniform(1.0, 9.0, count), racks * draw.uniform(0.5, 1.0, count)])


@given(st.integers(0, 10_000), st.integers(2, 60), st.floats(0.0, 1.0))
def test_the_cheapest_run_is_in_the_set_at_any_prices(seed: int, count: int, energy_share: float) -> None:
    """Whatever racks and energy cost, no timed run that meets the deadline costs less than the best row of the set."""
    rows = rows_of(seed, count)
    limit_s = float(np.median(rows[1]))
    in_time = rows[1] <= limit_s
    chosen = int(np.lexsort((rows[1], rows[0], ~in_time))[0])
    found = find_rivals(searched(rows), chosen=chosen, longest_step_s=limit_s)

    def cost(racks: FloatArray, step_s: FloatArray, load_w: FloatArray) -> FloatArray:
        return step_s * ((1.0 - energy_share) * racks + energy_share * load_w)

    least = cost(rows[0], rows[1], rows[3])[in_time].min()
    shown = [row for row in found if row.step_s <= limit_s]
    best = min(cost(np.array(row.racks), np.array(row.step_s), np.array(row.load_w)) for row in shown)
    assert best == pytest.approx(least)
    assert min(row.load_w for row in shown) == rows[3][in_time].min()


@given(st.integers(0, 10_000), st.integers(2, 60))
def test_no_row_is_beaten_by_anything_that_was_timed(seed: int, count: int) -> None:
    """Beside the chosen one, a row with a configuration nowhere worse and somewhere better is never shown."""
    rows = rows_of(seed, count)
    found = find_rivals(searched(rows), chosen=0, longest_step_s=float(rows[1].max()))
    assert [row.is_chosen for row in found].count(True) == 1
    for row in found:
        own = np.array([[row.racks], [row.step_s], [row.memory_byte], [row.load_w]])
        beaten = np.all(rows <= own, axis=0) & np.any(rows < own, axis=0)
        assert row.is_chosen or not beaten.any()


def test_the_mean_load_of_many_steps_is_that_of_each_profile() -> None:
    """The load by which configurations are compared is the mean of the rack's power profile."""
    phases = Phases(*(np.array(row) for row in ([4.0, 0.0], [1.0, 0.0], [1.5, 0.0], [0.5, 0.0])))
    loads = mean_load_w(FACTS, phases)
    first = power_profile(FACTS, step_s=4.0, compute_s=1.0, memory_s=1.5, communication_s=0.5)
    idle = power_profile(FACTS, step_s=0.0, compute_s=0.0, memory_s=0.0, communication_s=0.0)
    assert loads.tolist() == [first.mean_w, idle.mean_w]
