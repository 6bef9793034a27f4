"""Does a promise speak of whole racks, and say how many come and how many do not?"""

from __future__ import annotations

import datetime as dt

import pytest

from rackwright.base.errors import InputError
from rackwright.base.horizon import Horizon
from rackwright.cli.promising import _day
from rackwright.supply.promise import Ask, Promise, Step
from rackwright.views.promise import promise_shown

HORIZON = Horizon(dt.date(2027, 1, 4), dt.date(2027, 12, 6))
STEPS = (Step(0, 7, 0.6, 0.6), Step(7, 14, 1.8, 2.4), Step(14, 21, 0.2, 2.6))


def test_101_what_comes_and_what_does_not_are_whole_racks() -> None:
    """Of ten racks of which 2.6 come, two come by the week that completes the second and eight do not."""
    shown = promise_shown(Ask("plat", "x1", 10), Promise(STEPS, STEPS, 7.4, 7.4, {}, None), HORIZON)
    assert "2 come by 2027-01-18, 8 do not within the horizon" in shown.lead
    assert "Planned alike with all others 2 come by 2027-01-18 and 8 do not within the horizon" in shown.lead
    assert shown.tables[0].rows == ((dt.date(2027, 1, 11), dt.date(2027, 1, 18), 2, 2),)


def test_102_all_that_come_are_said_to_come() -> None:
    """Where every rack comes, nothing is said to be missing."""
    steps = (Step(0, 7, 1.9999, 1.9999),)
    shown = promise_shown(Ask("plat", "x1", 2), Promise(steps, steps, 1e-4, 1e-4, {}, None), HORIZON)
    assert "all come by 2027-01-11" in shown.lead
    assert "do not" not in shown.lead


def test_201_a_day_before_the_plan_is_refused() -> None:
    """A day wanted that lies before the plan's start is an error of the option."""
    with pytest.raises(InputError, match="before the plan's start 2027-01-04"):
        _day("2027-01-03", HORIZON.start)
    assert _day("2027-01-04", HORIZON.start) == 0
