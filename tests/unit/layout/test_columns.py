"""Racks keep clear of building columns, and drawings show where these stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.catalog import Catalog
from rackwright.exchange.drawings import hall_dxf
from rackwright.figures import render
from rackwright.layout.columns import column_positions
from rackwright.layout.floor import fill_hall
from rackwright.layout.request import HallSpec
from rackwright.pipeline import plan_program
from rackwright.program import Program
from rackwright.program.sites import ColumnGrid, Hall
from rackwright.views.halls import hall_plan


@pytest.fixture(scope="module")
def columned(one_pod_program: Program) -> Hall:
    """The hall of the small example (4 rows of 14) with columns of 60 cm every 6 m, first at 3 m and 1.7 m."""
    grid = ColumnGrid(
        pitch_along_m="6 m", pitch_across_m="6.8 m", size_m="60 cm", first_along_m="3 m", first_across_m="1.7 m"
    )
    return one_pod_program.halls[0].model_copy(update={"columns": grid})


def test_101_positions_by_hand(columned: Hall) -> None:
    """At a pitch of 0.6 m the column at 3 m covers 2.7 to 3.3 m: positions 5 and 6; at 8.4 m the hall ends.

    Rows of 3.4 m have their middles at 1.7, 5.1, 8.5 m: columns at 1.7 and 8.5 m stand in rows 1 and 3.
    """
    assert column_positions(columned, (0.6, 3.4), 1.2) == ((1, 5), (1, 6), (3, 5), (3, 6))


def test_102_a_column_in_the_aisle_takes_nothing(columned: Hall) -> None:
    """Columns half a row further stand in aisles; one that touches a rack takes nothing either."""
    grid = columned.columns
    assert grid is not None
    aisle = columned.model_copy(update={"columns": grid.model_copy(update={"first_across_m": 3.4})})
    assert column_positions(aisle, (0.6, 3.4), 1.2) == ()
    touching = columned.model_copy(update={"columns": grid.model_copy(update={"first_across_m": 1.7 + 0.9})})
    assert column_positions(touching, (0.6, 3.4), 1.2) == ()
    assert column_positions(touching, (0.6, 3.4), 1.21) != ()


@given(
    size=st.floats(0.1, 2.0),
    first=st.floats(0.0, 5.0),
    pitch=st.floats(2.5, 9.0),
    depth=st.floats(0.5, 1.6),
)
def test_201_what_is_left_meets_no_column(
    one_pod_program: Program, size: float, first: float, pitch: float, depth: float
) -> None:
    """A position is lost if and only if its footprint and a column overlap."""
    grid = ColumnGrid(pitch_along_m="1 m", pitch_across_m="1 m", size_m="1 m").model_copy(
        update={
            "pitch_along_m": pitch,
            "pitch_across_m": pitch,
            "size_m": size,
            "first_along_m": first,
            "first_across_m": first,
        }
    )
    hall = one_pod_program.halls[0].model_copy(update={"columns": grid})
    lost = set(column_positions(hall, (0.6, 3.4), depth))
    centres = grid.centres_m(14 * 0.6, 4 * 3.4)
    for row in range(1, 5):
        for at in range(1, 15):
            x, y = (at - 0.5) * 0.6, (row - 0.5) * 3.4
            gaps = [max(abs(cx - x) - 0.3 - size / 2, abs(cy - y) - depth / 2 - size / 2) for cx, cy in centres]
            nearest = min(gaps, default=1.0)
            if abs(nearest) > 1e-6:
                assert ((row, at) in lost) == (nearest < 0)


def test_103_racks_and_cdus_keep_clear(hall: Callable[..., HallSpec]) -> None:
    """Positions of columns are reserved as such, and a kept-out position that a column meets stays kept out."""
    spec = hall()
    both = replace(spec, keep_out=((1, 1),), columns=((1, 1), (1, 2)))
    floor = fill_hall(both, [])
    assert {(row, at): what for row, at, what in floor.reserved} == {(1, 1): "keep-out", (1, 2): "column"}


def test_301_planned_and_drawn(one_pod_program: Program, columned: Hall, catalog: Catalog) -> None:
    """A plan with columns places every rack elsewhere, says so in a check, and draws every column in SVG and DXF."""
    supply = one_pod_program.supply.model_copy(update={"offers": (), "makes": ()})
    changes = {"halls": (columned,), "supply": supply, "projects": ()}
    plan = plan_program(one_pod_program.model_copy(update=changes), catalog)
    reserved = plan.layout.reserved.frame.filter(purpose="column").select("row", "position").rows()
    assert reserved
    assert not set(reserved) & set(plan.layout.racks.frame.select("row", "position").rows())
    check = plan.layout.checks.frame.filter(rule="layout-columns").row(0, named=True)
    assert check["passed"]
    assert check["value"] == 0
    drawn = hall_plan(plan, columned)
    assert drawn.columns
    assert render(drawn).count('id="hall-ohio-1-column-') == len(drawn.columns) or "column" in render(drawn)
    dxf = hall_dxf(plan, columned).decode()
    grid = columned.columns
    assert grid is not None
    assert len(re.findall(r"\n8\nCOLUMNS\n", dxf)) >= len(drawn.columns)
    assert "COLUMNS" not in hall_dxf(plan, columned.model_copy(update={"columns": None})).decode()


def test_302_rows_that_blow_both_ways_are_named(one_pod_program: Program, catalog: Catalog) -> None:
    """Switches that blow to the front in a rack beside compute racks are against their row; alike, none is."""
    supply = one_pod_program.supply.model_copy(update={"offers": (), "makes": ()})
    program = one_pod_program.model_copy(update={"supply": supply, "projects": ()})
    parts = tuple(
        replace(part, airflow="rear-to-front") if part.id == "nvidia-q3400" else part  # type: ignore[call-arg]
        for part in catalog.parts
    )
    plan = plan_program(program, replace(catalog, parts=parts))
    check = plan.layout.checks.frame.filter(rule="layout-airflow").row(0, named=True)
    assert (check["value"], check["passed"]) == (3, False)
    stands = plan.layout.mounts.frame.join(plan.layout.racks.frame, on="rack").join(
        plan.fabric.devices.frame, on="device"
    )
    blown = stands.filter(part="nvidia-q3400")["row"].unique().sort().to_list()
    assert check["source"].endswith("mixed in " + ", ".join(f"row {row}" for row in blown))
    assert plan_program(program, catalog).layout.checks.frame.filter(rule="layout-airflow").is_empty()
