"""Positions used twice, too few positions for CDUs and rows above their power are found, with value and limit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl

from rackwright.catalog.parts import Fact
from rackwright.layout import LayoutRequest, place_racks
from rackwright.layout.checks import check_floors
from rackwright.layout.floor import Floor, fill_hall
from rackwright.layout.held import Held, HeldRack, Spot
from rackwright.layout.request import HallSpec
from rackwright.tables.layout import Layout, PlacedRacks

RequestOf = Callable[..., LayoutRequest]
MakeHall = Callable[..., HallSpec]
Row = tuple[str, float, float, bool]


def row_of(layout: Layout, rule: str) -> Row:
    """Subject, value, limit and result of a rule."""
    return layout.checks.frame.filter(rule=rule).select("subject", "value", "limit", "passed").row(0)


def checked(request: LayoutRequest, racks: pl.DataFrame, rule: str) -> Row:
    """The rule's row for a layout whose racks were moved by hand."""
    layout = place_racks(request)
    floors: dict[str, Floor] = {hall.id: fill_hall(hall, ()) for hall in request.halls}
    rows = check_floors(request, floors, PlacedRacks.of(racks), layout.mounts, layout.fits)
    return next((row[1], row[2], row[3], row[5]) for row in rows if row[0] == rule)


def test_101_two_racks_at_one_position_are_counted(request_of: RequestOf) -> None:
    """The second rack is set where the first stands: one position is used twice, none may be."""
    request = request_of()
    racks = place_racks(request).racks.frame
    is_second = pl.int_range(pl.len()) == 1
    spot = {name: pl.when(is_second).then(racks[name][0]).otherwise(name) for name in ("row", "position")}
    moved = racks.with_columns(**{name: column.cast(racks[name].dtype) for name, column in spot.items()})
    assert checked(request, racks, "layout-position-once") == ("h", 0, 0, True)
    assert checked(request, moved, "layout-position-once") == ("h", 1, 0, False)


def test_102_a_row_whose_power_was_lowered_is_found(request_of: RequestOf, hall: MakeHall) -> None:
    """Two released racks of 100 kW stand in row 1, which has 150 kW by now: 200 kW of 150."""
    standing = tuple(HeldRack("b", number, Spot("h", 1, number + 1)) for number in range(2))

    def layout(row_w: float) -> Layout:
        request = request_of(units=1, leaves=0, spines=0, halls=(hall(row_w=row_w),))
        return place_racks(dataclasses.replace(request, held=Held(racks=standing)))

    assert row_of(layout(200e3), "layout-row-power") == ("h", 200e3, 200e3, True)
    assert row_of(layout(150e3), "layout-row-power") == ("h", 200e3, 150e3, False)


def test_103_too_few_positions_for_cdus_are_counted(request_of: RequestOf, hall: MakeHall) -> None:
    """Two racks need a CDU and its spare; a row that has one position left beside them holds one of the two."""
    rating = Fact("cdu.rating_w", 200e3, "W", "200 kW", "", "assumption")
    standing = Held(racks=tuple(HeldRack("b", number, Spot("h", 1, number + 1)) for number in range(2)))

    def layout(positions: int) -> Layout:
        one_row = hall(rows=1, positions=positions, cdu_rating_w=rating)
        request = request_of(units=1, leaves=0, spines=0, halls=(one_row,))
        return place_racks(dataclasses.replace(request, held=standing))

    assert row_of(layout(4), "layout-cdu-positions") == ("h", 2, 2, True)
    assert row_of(layout(3), "layout-cdu-positions") == ("h", 1, 2, False)
