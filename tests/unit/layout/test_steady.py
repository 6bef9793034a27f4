"""A re-plan leaves planned racks where they are, unless moving them makes cables cheaper or room."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.catalog import Catalog
from rackwright.catalog.parts import Switch
from rackwright.layout import LayoutRequest, place_racks
from rackwright.layout.held import Held, HeldRack, Spot
from rackwright.layout.request import HallSpec
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.tables.layout import Layout, PlacedRacks

RequestOf = Callable[..., LayoutRequest]
MakeHall = Callable[..., HallSpec]


def spots(layout: Layout) -> dict[int, tuple[int, int]]:
    """Row and position of compute racks by ordinal."""
    rows = layout.racks.frame.filter(role="compute").select("rack_index", "row", "position")
    return {ordinal: (row, position) for ordinal, row, position in rows.iter_rows()}


def told(layout: Layout) -> tuple[float, float, bool, str]:
    """Value, limit, outcome and text of the row on planned racks."""
    row = layout.checks.frame.filter(rule="layout-planned-kept")
    return row.select("value", "limit", "passed", "source").row(0)


def test_101_without_prices_they_stay(request_of: RequestOf) -> None:
    """Racks 0 and 1 stand elsewhere than the rule would put them, and stay there; the row says that both do."""
    standing = Held(racks=(HeldRack("b", 0, Spot("h", 2, 6)), HeldRack("b", 1, Spot("h", 2, 5))))
    layout = place_racks(dataclasses.replace(request_of(), standing=standing))
    assert (spots(layout)[0], spots(layout)[1]) == ((2, 6), (2, 5))
    assert told(layout)[:3] == (2, 2, True)


def test_102_they_make_room(request_of: RequestOf, hall: MakeHall) -> None:
    """Where keeping them leaves a rack without a place, they move, and the row says why."""
    plain = request_of(halls=(hall(keep_out=((2, 5),)),))
    standing = Held(racks=(HeldRack("b", 1, Spot("h", 2, 5)),))
    layout = place_racks(dataclasses.replace(plain, standing=standing))
    assert spots(layout) == spots(place_racks(plain))
    kept, known, passed, text = told(layout)
    assert (kept, known, passed) == (0, 1, True)
    assert "1 planned racks move" in text


@pytest.fixture(scope="module")
def short(one_pod_program: Program) -> Program:
    """The small example without supply and projects."""
    supply = one_pod_program.supply.model_copy(update={"offers": (), "makes": ()})
    return one_pod_program.model_copy(update={"supply": supply, "projects": ()})


@pytest.fixture(scope="module")
def first(short: Program, catalog: Catalog) -> Plan:
    """Its plan."""
    return plan_program(short, catalog)


def test_201_the_same_program_moves_nothing(short: Program, first: Plan, catalog: Catalog) -> None:
    """Planned again with itself as the earlier plan, every rack and every cable is where it was."""
    again = plan_program(short, catalog, incumbent=first.as_incumbent())
    assert again.layout.racks.frame.equals(first.layout.racks.frame)
    assert again.layout.mounts.frame.equals(first.layout.mounts.frame)
    assert again.cabling.cables.frame.equals(first.cabling.cables.frame)
    kept, known, _, _ = told(again.layout)
    assert kept == known == 16


def test_202_a_free_position_lost_moves_nothing(short: Program, first: Plan, catalog: Catalog) -> None:
    """A position lost where nothing stands moves nothing."""
    taken = set(first.layout.racks.frame.select("row", "position").iter_rows())
    taken |= set(first.layout.reserved.frame.select("row", "position").iter_rows())
    hall = short.halls[0]
    row, position = next((r, p) for r in range(1, 5) for p in range(1, 15) if (r, p) not in taken)
    changed = hall.model_copy(update={"keep_out": (*hall.keep_out, f"{row}/{position}")})
    program = short.model_copy(update={"halls": (changed,)})
    again = plan_program(program, catalog, incumbent=first.as_incumbent())
    columns = ["block", "role", "rack_index", "row", "position"]
    assert again.layout.racks.frame.select(columns).equals(first.layout.racks.frame.select(columns))


def test_203_they_move_for_cheaper_cables(short: Program, catalog: Catalog) -> None:
    """Where the earlier plan has half the racks of both units exchanged, they move, and the row tells the gain.

    If all were exchanged, the network racks alone would move, which is as cheap. Every port of the switches has a cage
    of its own, so that near racks are reached by copper.
    """
    switch = catalog.get(Switch, "nvidia-q3400")
    assert switch.ports_per_cage is not None
    alone = dataclasses.replace(switch, ports_per_cage=dataclasses.replace(switch.ports_per_cage, value=1.0))
    parts = tuple(alone if part.id == switch.id else part for part in catalog.parts)
    catalog = dataclasses.replace(catalog, parts=parts)
    first = plan_program(short, catalog)
    racks = first.layout.racks.frame
    place = ["hall", "row", "position", "x_mm", "y_mm"]
    compute = racks.filter(role="compute").with_columns(
        other=pl.when(pl.col("rack_index") % 8 < 4).then((pl.col("rack_index") + 8) % 16).otherwise("rack_index")
    )
    there = compute.select("rack_index", *place).rename({"rack_index": "other"})
    swapped = compute.drop(place).join(there, on="other").select(racks.columns)
    layout = dataclasses.replace(first.layout, racks=PlacedRacks.of(pl.concat([swapped, racks.filter(role="network")])))
    old = dataclasses.replace(first.as_incumbent(), layout=layout)
    again = plan_program(short, catalog, incumbent=old)
    kept, known, passed, text = told(again.layout)
    assert kept < known == 16
    assert passed
    assert "USD cheaper in all" in text
