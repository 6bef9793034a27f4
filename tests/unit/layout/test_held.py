"""What stands, or is cut, keeps its place: racks, switches and CDUs of released tranches."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import polars as pl
import pytest

from rackwright.catalog import Catalog
from rackwright.layout import LayoutRequest, place_racks
from rackwright.layout.held import Held, HeldRack, HeldSwitch, Spot
from rackwright.layout.request import HallSpec
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.tables.layout import Layout
from rackwright.views.changes import find_changes

RequestOf = Callable[..., LayoutRequest]
MakeHall = Callable[..., HallSpec]


def held_request(request: LayoutRequest, **held: object) -> LayoutRequest:
    """A request with racks, switches or CDUs that stand already."""
    return dataclasses.replace(request, held=Held(**held))  # type: ignore[arg-type]


def spots(layout: Layout, role: str) -> dict[int, tuple[int, int]]:
    """Row and position by ordinal."""
    rows = layout.racks.frame.filter(role=role).select("rack_index", "row", "position")
    return {ordinal: (row, position) for ordinal, row, position in rows.iter_rows()}


def failed(layout: Layout) -> set[str]:
    """Rules that failed."""
    return set(layout.checks.frame.filter(~pl.col("passed"))["rule"].to_list())


def test_101_a_held_rack_keeps_its_place(request_of: RequestOf) -> None:
    """Rack 1 stands in row 2, position 5; the others go round it."""
    request = held_request(request_of(), racks=(HeldRack("b", 1, Spot("h", 2, 5)),))
    layout = place_racks(request)
    assert spots(layout, "compute")[1] == (2, 5)
    assert failed(layout) == set()
    assert "layout-released-kept" in layout.checks["rule"].to_list()


def test_102_a_held_switch_keeps_rack_and_height(request_of: RequestOf) -> None:
    """The first leaf (device 4) stays at U 3 of its rack; the other leaves of its unit go on top."""
    request = held_request(request_of(height_u=12), switches=(HeldSwitch("b", 4, Spot("h", 2, 6), 3),))
    layout = place_racks(request)
    mounts = {device: (rack, u) for device, rack, u in layout.mounts.frame.iter_rows()}
    place = layout.racks.frame.filter(rack=mounts[4][0]).select("row", "position").row(0)
    assert (place, mounts[4][1]) == ((2, 6), 3)
    assert mounts[5] == (mounts[4][0], 5)
    assert failed(layout) == set()


def test_106_a_new_switch_joins_the_rack_filled_last(request_of: RequestOf) -> None:
    """Where the rack filled last stands before a full one, a new leaf of the unit still goes on top of its switches."""
    full, room = Spot("h", 2, 6), Spot("h", 1, 1)
    switches = (HeldSwitch("b", 2, full, 1), HeldSwitch("b", 3, full, 3), HeldSwitch("b", 4, room, 1))
    layout = place_racks(held_request(request_of(units=1, leaves=4, spines=0, height_u=4), switches=switches))
    mounts = {device: (rack, u) for device, rack, u in layout.mounts.frame.iter_rows()}
    assert mounts[5] == (mounts[4][0], 3)
    assert len(spots(layout, "network")) == 2


def test_103_a_place_that_is_gone_is_a_finding(request_of: RequestOf, hall: MakeHall) -> None:
    """A rack whose position has become a keep-out is placed anew, and a failed check counts it."""
    request = request_of(halls=(hall(keep_out=((2, 5),)),))
    layout = place_racks(held_request(request, racks=(HeldRack("b", 1, Spot("h", 2, 5)),)))
    assert failed(layout) == {"layout-released-kept"}
    assert 1 in spots(layout, "compute")


def test_104_held_racks_count_for_their_row(request_of: RequestOf, hall: MakeHall) -> None:
    """A row that carries a held rack of 100 kW under a limit of 220 kW takes one more compute rack."""
    request = request_of(leaves=0, spines=0, halls=(hall(row_w=220e3, rows=3),))
    layout = place_racks(held_request(request, racks=(HeldRack("b", 3, Spot("h", 1, 6)),)))
    rows = layout.racks.frame.group_by("row").len().sort("row").rows()
    assert rows == [(1, 2), (2, 2)]


def test_105_cdus_stay(request_of: RequestOf, hall: MakeHall) -> None:
    """CDUs of a hall with held racks keep their positions; more come by the rule."""
    rating = dataclasses.replace(hall().rack_pitch_m, value=100e3)
    request = request_of(halls=(hall(positions=9, cdu_rating_w=rating),))
    layout = place_racks(held_request(request, cdus=(Spot("h", 1, 4), Spot("h", 1, 5))))
    kept = layout.reserved.frame.filter(purpose="cdu").select("row", "position").rows()
    assert {(1, 4), (1, 5)} <= set(kept)
    assert len(kept) == 6


@pytest.fixture(scope="module")
def released(one_pod_program: Program) -> Program:
    """The example with its first tranche released, and without supply and projects."""
    first, *others = one_pod_program.tranches
    tranches = (first.model_copy(update={"state": "released"}), *others)
    supply = one_pod_program.supply.model_copy(update={"offers": (), "makes": ()})
    return one_pod_program.model_copy(update={"tranches": tranches, "projects": (), "supply": supply})


@pytest.fixture(scope="module")
def before(released: Program, catalog: Catalog) -> Plan:
    """Its plan."""
    return plan_program(released, catalog)


def test_201_what_is_released_stays(released: Program, before: Plan, catalog: Catalog) -> None:
    """Planned again with itself as the earlier plan, released racks and all their cables are the same."""
    again = plan_program(released, catalog, incumbent=before.as_incumbent())
    touched = find_changes(before, again)
    assert not touched.cables["released"].any()
    assert not touched.racks["released"].any()
    assert again.layout.checks.frame.filter(~pl.col("passed")).height == 0
    assert again.cabling.checks.frame.filter(rule="cabling-released-kept")["passed"].to_list() == [True]


def test_202_racks_stay_when_the_hall_fills(released: Program, before: Plan, catalog: Catalog) -> None:
    """With another block before it the released racks stay where they are, and kept cables keep part and length."""
    hall = released.halls[0].model_copy(update={"rows": 8})
    block = released.blocks[0].model_copy(update={"id": "new", "units": 1, "workloads": ()})
    grown = released.model_copy(update={"halls": (hall,), "blocks": (*released.blocks, block)})
    plan = plan_program(grown, catalog, incumbent=before.as_incumbent())
    keys = ["block", "rack_index", "hall", "row", "position"]
    own = pl.col("tranche") == "pod-1a"
    assert plan.layout.racks.frame.filter(own).select(keys).equals(before.layout.racks.frame.filter(own).select(keys))
    checks = plan.cabling.checks.frame.filter(rule="cabling-released-kept")
    assert checks["passed"].to_list() == [True]
    assert checks["limit"].to_list()[0] > 1000


def test_203_touched_cables_are_a_finding(released: Program, before: Plan, catalog: Catalog) -> None:
    """A block that grows until its fabric needs other links says how many released cables it would touch."""
    hall = released.halls[0].model_copy(update={"rows": 8, "it_w": 12e6})
    steps = tuple(step.model_copy(update={"power_w": 20e6}) for step in released.sites[0].energisation)
    site = released.sites[0].model_copy(update={"energisation": steps})
    block = released.blocks[0].model_copy(update={"units": 4})
    grown = released.model_copy(update={"halls": (hall,), "blocks": (block,), "sites": (site,)})
    plan = plan_program(grown, catalog, incumbent=before.as_incumbent())
    row = plan.cabling.checks.frame.filter(rule="cabling-released-kept").row(0, named=True)
    both = before.cabling.cables.frame.join(plan.cabling.cables.frame, on=["cable", "part", "length_mm"])
    assert row["passed"] == (row["value"] == row["limit"])
    assert row["value"] <= both.height
