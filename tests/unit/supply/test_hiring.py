"""Are people hired in time to be trained, and no sooner?"""

from __future__ import annotations

import numpy as np
import pytest

from rackwright.supply.hiring import hire, pace


def test_101_without_a_ramp_people_come_when_they_are_needed() -> None:
    """Four people from week 3 are hired in week 3."""
    found = hire(np.array([0.0, 0.0, 0.0, 4.0, 4.0]), (), 0.0)
    assert found.first_week == 0
    assert found.hired.tolist() == pytest.approx([0, 0, 0, 4, 0])


def test_102_people_who_learn_for_two_weeks_are_hired_before() -> None:
    """At no pace for two weeks four people needed from week 3 are hired in week 1."""
    found = hire(np.array([0.0, 0.0, 0.0, 4.0, 4.0]), ((0, 0.0), (1, 0.0), (2, 1.0)), 0.0)
    assert found.first_week == -2
    assert found.hired.tolist() == pytest.approx([0, 0, 0, 4, 0, 0, 0])


def test_103_who_is_needed_at_once_was_hired_before_the_plan() -> None:
    """Two people at full pace in week 0 were hired two weeks before it; trained staff needs no hire."""
    needed, curve = np.array([2.0, 2.0]), ((0, 0.0), (2, 1.0))
    assert hire(needed, curve, 0.0).hired[0] == pytest.approx(2.0)
    assert hire(needed, curve, 2.0).hired.sum() == pytest.approx(0.0)


def test_104_the_need_is_met_in_every_week() -> None:
    """Whatever the need and the ramp, what people do is at least what is needed."""
    rng = np.random.default_rng(1)
    for _ in range(5):
        needed = rng.uniform(0, 50, 20)
        found = hire(needed, ((0, 0.2), (4, 0.6), (8, 1.0)), 5.0)
        assert (found.working[-found.first_week :] >= needed - 1e-6).all()


def test_201_the_pace_is_linear_between_points_and_full_after_the_last() -> None:
    """From a fifth at the start to three fifths in week 4: three tenths after one week, full from week 4 on."""
    assert pace(((4, 0.6), (0, 0.2)), 6).tolist() == pytest.approx([0.2, 0.3, 0.4, 0.5, 1.0, 1.0])
