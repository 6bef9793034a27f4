"""A hall holds what its positions, rows, loops, coolant and power take, and no more than a layout has shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rackwright.base.loops import LoopRule
from rackwright.siting import site_blocks
from rackwright.siting.orders import HallLimit, HallSpace, RackSize, UnitSize
from rackwright.siting.room import Room

LOOPS = LoopRule(racks_per_loop=8, rated_w=1.3e6, rated_lpm=None, spare_units=1)
RACK = RackSize(peak_w=100e3, liquid_w=90e3, flow_lpm=100.0)


def hall(**changes: Any) -> HallSpace:
    """One hall of two rows of eight positions, the first position a column."""
    return replace(HallSpace("h1", "ohio", 15, 5_000_000, 0, "", rows=((7,), (8,))), **changes)


def fitting(campus: Any, space: HallSpace, rack: RackSize = RACK, limit: int | None = None) -> int:
    """Units of one rack without network racks that fit into a hall."""
    size = UnitSize(racks=1, network_racks=0.0, it_w=100_000, rack=rack)
    limits = () if limit is None else (HallLimit("h1", limit),)
    block = campus.block(halls=("h1",), size=size, limits=limits)
    return Room([space], [("ohio", 10_000_000)]).caps(block).units


def test_101_cdus_take_positions(campus: Any) -> None:
    """Of 15 positions 15 hold racks without loops, and 11 racks with the four CDUs of two loops."""
    assert fitting(campus, hall()) == 15
    assert fitting(campus, hall(loops=LOOPS)) == 11


@pytest.mark.parametrize(
    ("changes", "rack", "expected"),
    [
        ({}, replace(RACK, width=2), 7),
        ({"rows": ((3, 3), (8,))}, replace(RACK, width=2), 6),
        ({"row_w": 350e3}, RACK, 6),
        ({"row_air_w": 25e3}, RACK, 4),
        ({"flow_lpm": 450.0}, RACK, 4),
        ({"it_w": 250_000}, RACK, 2),
    ],
)
def test_102_each_limit_binds(campus: Any, changes: Any, rack: RackSize, expected: int) -> None:
    """Wide racks stand inside runs between keep-outs; rows have a power, halls a flow and a power."""
    assert fitting(campus, hall(**changes), rack) == expected


def test_103_what_a_layout_has_shown_holds(campus: Any) -> None:
    """Where places were found for eight units only, eight fit."""
    assert fitting(campus, hall(), limit=8) == 8


def test_104_the_cause_and_the_nearest_layout_are_named(campus: Any) -> None:
    """A limit of a layout is called places on the floor, and the relief says which units stand where."""
    block = campus.block(size=replace(campus.size, network_racks=0.0), limits=(HallLimit("h1", 2),))
    siting = site_blocks(campus.request(blocks=(block,), demands=(campus.demand((0, 400)),)))
    assert siting.shortfalls["cause"].to_list() == ["places on the floor"]
    assert "2 in h1, 5 in h2" in siting.shortfalls["relief"][0]


def test_105_limits_hold_for_what_stands_and_what_comes(campus: Any) -> None:
    """Released units count against the limit of the hall."""
    block = campus.block(halls=("h1",), limits=(HallLimit("h1", 3),))
    tranche = campus.tranche("t", 2, state="released")
    request = campus.request(blocks=(block,), tranches=(tranche,), demands=(campus.demand((0, 400)),))
    assert site_blocks(request).blocks["units"].to_list() == [3]
