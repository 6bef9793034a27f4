"""The layout says how many whole units a hall holds, and siting goes by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from rackwright.catalog.load import load_catalog
from rackwright.layout import LayoutRequest, place_racks
from rackwright.layout.fits import HallUnits, fit_units
from rackwright.layout.floor import Floor
from rackwright.layout.request import HallRun, HallSpec
from rackwright.pipeline import plan_program
from rackwright.program.model import Program
from rackwright.program.read import read_program

EXAMPLE = Path(__file__).parents[3] / "examples" / "one-pod"
RequestOf = Callable[..., LayoutRequest]
MakeHall = Callable[..., HallSpec]


def test_101_released_units_stay_before_planned_ones() -> None:
    """With room for three of six units the two released ones of the second block stay and one of the first."""

    def lay_out(units: tuple[int, ...]) -> Floor:
        return Floor((), () if sum(units) <= 3 else (None,), (), 0)  # type: ignore[arg-type]

    assert fit_units([HallUnits("a", 4, 0), HallUnits("b", 2, 2)], lay_out) == (1, 2)


def test_102_whole_units_that_stand_are_counted(request_of: RequestOf, hall: MakeHall) -> None:
    """Five positions hold one unit of two racks with its network rack and the spine's; the second unit is named."""
    layout = place_racks(request_of(halls=(hall(rows=1, positions=5),)))
    assert layout.fits.frame.rows() == [("b", "h", 2, 1, "positions")]
    failed = layout.checks.frame.filter((pl.col("rule") == "layout-units-fit") & ~pl.col("passed"))
    assert "1 whole units of b find a place in h" in failed["source"][0]


def test_103_spines_go_where_there_is_room(request_of: RequestOf, hall: MakeHall) -> None:
    """The spine's rack leaves the hall with the most units where that alone makes all racks stand."""
    halls = (hall(id="h", rows=1, positions=5), hall(id="k", rows=1, positions=5))
    runs = (HallRun("h", 0, 2), HallRun("k", 2, 1))
    layout = place_racks(request_of(units=3, halls=halls, runs=runs))
    wide = layout.racks.frame.filter(pl.col("unit") == -1)
    assert wide["hall"].to_list() == ["k"]
    assert (layout.fits["units"] == layout.fits["fits_units"]).all()


def two_small_halls() -> Program:
    """The one-pod example with single racks as units: 22 of them for two halls of fifteen positions each."""
    program = read_program(EXAMPLE, catalog=None)
    first = program.halls[0].model_copy(update={"rows": 2, "positions_per_row": 8, "keep_out": ("1/1",)})
    block = program.blocks[0].model_copy(update={"halls": ("ohio-1", "ohio-2"), "units": 22})
    platforms = tuple(
        each.model_copy(update={"fabric": each.fabric.model_copy(update={"unit_racks": 1})})
        for each in program.platforms
    )
    changes = {"halls": (first, first.model_copy(update={"id": "ohio-2"})), "blocks": (block,), "platforms": platforms}
    return program.model_copy(update={**changes, "projects": (), "supply": replace_supply(program)})


def replace_supply(program: Program) -> object:
    """A supply book without offers, so that the stage is skipped."""
    return program.supply.model_copy(update={"offers": (), "makes": ()})


def test_201_siting_and_layout_agree() -> None:
    """Of 22 racks wanted, the racks siting gives are the racks that stand: 8 and 9, with a shortfall that says so."""
    plan = plan_program(two_small_halls(), load_catalog(None))
    compute = plan.layout.racks.frame.filter(pl.col("role") == "compute")
    assert plan.siting.blocks["racks"].to_list() == [compute.height] == [17]
    assert plan.siting.tranches["racks"].sum() == 17
    assert not plan.layout.checks.frame.filter(~pl.col("passed")).height
    assert "8 in ohio-1, 9 in ohio-2 find a place" in plan.siting.shortfalls["relief"][0]
    assert plan.siting.shortfalls["cause"].to_list() == ["places on the floor"]


def test_202_a_plan_without_shortage_is_sited_once() -> None:
    """Where all racks find a place no stage runs twice."""
    program = read_program(EXAMPLE, catalog=None)
    light = program.model_copy(update={"projects": (), "supply": replace_supply(program)})
    stages = [run.stage for run in plan_program(light, load_catalog(None)).runs]
    assert len(stages) == len(set(stages))


def test_203_released_units_are_kept_where_they_do_not_fit(request_of: RequestOf, hall: MakeHall) -> None:
    """Frozen units that find no place are reported, not dropped."""
    request = request_of(halls=(hall(rows=1, positions=5),))
    block = request.blocks[0]
    frozen = replace(block, runs=tuple(replace(run, is_frozen=True) for run in block.runs))
    layout = place_racks(replace(request, blocks=(frozen,)))
    assert layout.fits.frame.rows() == [("b", "h", 2, 1, "positions")]
