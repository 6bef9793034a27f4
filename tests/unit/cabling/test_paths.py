from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rackwright.cabling.paths import Ends, find_routes, stock_length_mm
from rackwright.cabling.request import HallSpec
from rackwright.catalog.parts import Fact

MakeHall = Callable[..., HallSpec]


def end(row: int, position: int, hall: int = 0, rack: int = 0) -> Ends:
    """One end at a place of a hall of 1 m x 3 m."""
    place = (rack, hall, row, position, position * 1000 - 500, row * 3000 - 1500)
    return Ends(*(np.array([value], dtype=np.int64) for value in place))


@pytest.mark.parametrize(
    ("a", "b", "route_mm", "cross"),
    [
        (end(1, 3), end(1, 3), 0, -1),
        (end(1, 3), end(1, 8), 5000, -1),
        (end(1, 1), end(2, 1), 3000 + 2 * 500, 0),
        (end(1, 4), end(3, 7), 6000 + 1500 + 1500, 1),
        (end(4, 10), end(1, 9), 9000 + 500 + 1500, 2),
        (end(1, 1), end(1, 2, hall=1), 500 + 1500 + 1500 + 1500 + 10_000, 0),
    ],
)
def test_101_tray_paths_by_hand(hall: MakeHall, a: Ends, b: Ends, route_mm: int, cross: int) -> None:
    """Along the row; over the nearest of three cross trays (0, 5, 10 m); by the halls' entrances at their corner."""
    routes = find_routes((hall("h"), hall("k")), a, b)
    assert (int(routes.route_mm[0]), int(routes.cross[0])) == (route_mm, cross)


def test_102_the_distance_of_halls_may_be_a_fact(hall: MakeHall, fact: Callable[[str, float], Fact]) -> None:
    """A stated distance replaces the width of the hall."""
    halls = (hall("h", hall_distance_m=fact("rules.hall_distance_m", 25.0)), hall("k"))
    assert int(find_routes(halls, end(1, 1), end(1, 1, hall=1)).route_mm[0]) == 25_000 + 4000


@pytest.mark.parametrize(
    ("a", "b", "metres"),
    [
        (end(1, 1), end(1, 1), 3),  # 2 m in the rack + 1 m loop
        (end(1, 1), end(1, 2, rack=1), 9),  # 1.1 m + 2 x 3 m + 1 m = 8.1 m
        (end(1, 1), end(1, 10, rack=1), 17),  # 9.9 m + 7 m = 16.9 m
        (end(1, 1), end(1, 6, rack=1), 13),  # 5.5 m + 7 m = 12.5 m
    ],
)
def test_103_stock_lengths_by_hand(hall: MakeHall, a: Ends, b: Ends, metres: int) -> None:
    """Path with slack, two vertical runs, a loop, rounded up to whole metres."""
    halls = (hall(),)
    assert int(stock_length_mm(halls, find_routes(halls, a, b), a, b)[0]) == metres * 1000


def test_104_exact_lengths_are_not_rounded_up(hall: MakeHall, fact: Callable[[str, float], Fact]) -> None:
    """A path of 9 m without slack needs exactly 16 m, not 17 m."""
    halls = (hall(slack_share=fact("rules.slack_share", 0.0)),)
    a, b = end(1, 1), end(1, 10, rack=1)
    assert int(stock_length_mm(halls, find_routes(halls, a, b), a, b)[0]) == 16_000


PLACES = st.tuples(st.integers(1, 4), st.integers(1, 10), st.integers(0, 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PLACES, PLACES)
def test_201_the_way_back_is_as_long(hall: MakeHall, one: tuple[int, int, int], other: tuple[int, int, int]) -> None:
    """Routes are symmetric, no shorter than the Manhattan distance in a hall, and cables no shorter than routes."""
    halls = (hall("h"), hall("k"))
    a, b = end(*one, rack=1), end(*other, rack=2)
    there, back = find_routes(halls, a, b), find_routes(halls, b, a)
    assert there.route_mm[0] == back.route_mm[0]
    if one[2] == other[2]:
        assert there.route_mm[0] >= abs(a.x_mm - b.x_mm)[0] + abs(a.y_mm - b.y_mm)[0]
    assert stock_length_mm(halls, there, a, b)[0] > there.route_mm[0]
