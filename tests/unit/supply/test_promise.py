"""Is a promise what is left when everybody keeps his day, and is it told who would lose otherwise?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rackwright.base.errors import InputError
from rackwright.supply import SupplyRequest
from rackwright.supply.promise import Ask, promise_racks

World = Callable[..., SupplyRequest]


def test_101_a_promise_takes_what_others_leave(world: World) -> None:
    """Two racks a week are built, weeks 6 to 9 are taken: a request of four gets week 5 and week 10, nobody moves."""
    answer = promise_racks(world(), Ask("plat", "x1", 4))
    assert [(step.from_day // 7, round(step.racks, 3)) for step in answer.steps] == [(5, 2.0), (10, 2.0)]
    assert answer.missing == pytest.approx(0.0, abs=1e-4)
    assert answer.is_kept


def test_102_a_day_is_kept_or_not(world: World) -> None:
    """Two racks come by day 42; four do not, and two of them are what can be promised by then."""
    assert promise_racks(world(), Ask("plat", "x1", 2, 42)).is_kept
    answer = promise_racks(world(), Ask("plat", "x1", 4, 42))
    assert not answer.is_kept
    assert answer.racks_by(42) == pytest.approx(2.0, abs=1e-4)


def test_103_what_others_lose_is_told(world: World) -> None:
    """In a plan that is late already, a request served alike costs the other tranche rack-days; a promise does not."""
    answer = promise_racks(world(need_day=30), Ask("plat", "x1", 4))
    assert answer.moved["t1"] > 7
    assert answer.steps[0].from_day >= 9 * 7


def test_201_a_platform_nobody_builds_there_is_an_error(world: World) -> None:
    """Without a block of the platform at the site nobody knows what a rack takes there."""
    with pytest.raises(InputError, match="no block of plat at nowhere"):
        promise_racks(world(), Ask("plat", "nowhere", 1))
