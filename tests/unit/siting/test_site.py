"""Blocks get whole units, released tranches are never shrunk, and what is missing has a cause and a relief."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rackwright.base.digest import digest
from rackwright.siting import Siting, site_blocks
from rackwright.siting.orders import PowerStep, SiteSupply


def units(siting: Siting) -> dict[str, int]:
    """Units by block."""
    return dict(siting.blocks.frame.select("block", "units").iter_rows())


def failed(siting: Siting) -> set[str]:
    """Rules that failed."""
    frame = siting.checks.frame
    return set(frame.filter(~frame["passed"])["rule"])


def test_101_whole_units_carry_the_racks(campus: Any) -> None:
    """Nine racks in units of four take three units, twelve racks."""
    siting = site_blocks(campus.request(demands=(campus.demand((50, 9)),)))
    assert siting.blocks.frame.row(0) == ("b1", "ohio", "p1", 3, 12, 50)
    assert len(siting.shortfalls) == 0
    assert failed(siting) == set()


def test_102_needs_of_one_day_add_and_others_share(campus: Any) -> None:
    """Two runs after each other share racks, serving on the same day adds."""
    block = campus.block(workloads=("run-a", "run-b", "chat"))
    demands = (
        campus.demand((0, 8), (100, 0), workload="run-a", min_racks=8),
        campus.demand((100, 12), (200, 0), workload="run-b", min_racks=12),
        campus.demand((50, 4)),
    )
    assert units(site_blocks(campus.request(blocks=(block,), demands=demands))) == {"b1": 4}


def test_103_a_divided_workload_is_not_sized_twice(campus: Any) -> None:
    """What the first block carries is subtracted from the second block of the workload."""
    blocks = (campus.block(max_units=2), campus.block("b2"))
    siting = site_blocks(campus.request(blocks=blocks, demands=(campus.demand((50, 16)),)))
    assert units(siting) == {"b1": 2, "b2": 2}


def test_104_a_gang_goes_whole_into_the_block_that_holds_it(campus: Any) -> None:
    """A training run too large for the first block is left to the second and not split."""
    blocks = tuple(campus.block(name, workloads=("run",), max_units=most) for name, most in (("b1", 1), ("b2", 4)))
    demands = (campus.demand((0, 16), workload="run", min_racks=16),)
    assert units(site_blocks(campus.request(blocks=blocks, demands=demands))) == {"b1": 0, "b2": 4}


def test_a_run_on_two_campuses_puts_a_part_into_a_block_of_each(campus: Any) -> None:
    """Sixteen racks in two parts take eight racks of either block, and no block is made for more than a part."""
    blocks = tuple(campus.block(name, workloads=("run",)) for name in ("b1", "b2"))
    demands = (replace(campus.demand((0, 16), workload="run", min_racks=8), parts=2),)
    assert units(site_blocks(campus.request(blocks=blocks, demands=demands))) == {"b1": 2, "b2": 2}


@pytest.mark.parametrize(
    ("changes", "cause", "given_units"),
    [
        ({}, "positions", 8),
        ({"site_w": 2_400_000}, "power of the site", 4),
        ({"site_w": 400_000}, "power of the site", 0),
    ],
)
def test_105_caps_are_named(make_campus: Callable[..., Any], changes: Any, cause: str, given_units: int) -> None:
    """Too few positions or too little power gives a shortfall with its cause, rounded down to whole units."""
    campus = make_campus(**changes)
    siting = site_blocks(campus.request(demands=(campus.demand((0, 400)),)))
    assert siting.shortfalls.frame.row(0)[:4] == ("b1", 100, given_units, cause)
    assert "or " in siting.shortfalls["relief"][0]
    assert "siting-units" in failed(siting)


@pytest.mark.parametrize(("hall_w", "place"), [(5_000_000, "at ohio"), (1_100_000, "in its halls")])
def test_105_the_relief_counts_what_is_free(make_campus: Callable[..., Any], hall_w: int, place: str) -> None:
    """Power that is there already is not asked for again; hall or site is named, whichever binds, and a date."""
    campus = make_campus(site_w=2_200_000)
    wide = campus.request(demands=(campus.demand((31, 20)),))
    halls = tuple(replace(hall, it_w=hall_w) for hall in wide.halls)
    supplies = (SiteSupply("ohio", (PowerStep("contract", 2_200_000 if hall_w > 2e6 else 9_000_000, 0, ""),)),)
    siting = site_blocks(replace(wide, halls=halls, supplies=supplies))
    relief = siting.shortfalls["relief"][0]
    assert relief == f"300 kW more IT power {place} by 2027-02-01, or 1 unit fewer"
    assert siting.shortfalls["cause"][0] == ("power of the site" if place == "at ohio" else "power of the halls")


def test_106_the_margin_stays_free(campus: Any) -> None:
    """With a margin of a tenth on 10 MW, units of 1.25 MW get 9 MW and so seven of them."""
    block = campus.block(size=replace(campus.size, racks=1, network_racks=0.0, it_w=1_250_000))
    request = campus.request(blocks=(block,), demands=(campus.demand((0, 99)),), power_margin_share=0.1)
    siting = site_blocks(request)
    assert units(siting) == {"b1": 7}
    assert siting.shortfalls["cause"][0] == "power of the site"


def test_107_units_fill_halls_in_order(campus: Any) -> None:
    """Six units of five positions put four into the first hall of 20 positions and two into the next."""
    siting = site_blocks(campus.request(demands=(campus.demand((0, 24)),)))
    assert siting.block_halls.frame.rows() == [("b1", "h1", 0, 4), ("b1", "h2", 4, 2)]


def test_108_requirements_need_no_sizing(campus: Any) -> None:
    """A plain need of racks sizes a block as a workload does."""
    block = campus.block(workloads=("order-1",))
    siting = site_blocks(campus.request(blocks=(block,), demands=(campus.demand((10, 5), workload="order-1"),)))
    assert units(siting) == {"b1": 2}


def test_201_tranches_follow_state_then_date(campus: Any) -> None:
    """Accepted units come first, then released, then planned by need date; `rest` takes what is left."""
    tranches = (
        campus.tranche("t-rest", None, need_day=300),
        campus.tranche("t-early", 1, need_day=50),
        campus.tranche("t-done", 1, state="accepted", need_day=400),
        campus.tranche("t-cut", 2, state="released", need_day=10, accepted_racks=3),
    )
    siting = site_blocks(campus.request(tranches=tranches, demands=(campus.demand((0, 28)),)))
    rows = siting.tranches.frame.sort("first_unit").select("tranche", "first_unit", "units", "accepted_racks").rows()
    assert rows == [("t-done", 0, 1, 4), ("t-cut", 1, 2, 3), ("t-early", 3, 1, 0), ("t-rest", 4, 3, 0)]


def test_209_released_tranches_keep_their_units(campus: Any) -> None:
    """Where an earlier plan had them the other way round, an accepted tranche stays behind a released one."""
    tranches = (
        campus.tranche("t-done", 1, state="accepted", first_unit=2),
        campus.tranche("t-cut", 2, state="released", first_unit=0),
        campus.tranche("t-new", 1, state="released"),
    )
    siting = site_blocks(campus.request(tranches=tranches))
    rows = siting.tranches.frame.sort("first_unit").select("tranche", "first_unit").rows()
    assert rows == [("t-cut", 0), ("t-done", 2), ("t-new", 3)]


def test_202_a_block_without_tranches_gets_one_per_rise(campus: Any) -> None:
    """Each rise of the need becomes a planned tranche; a fall becomes none."""
    demand = campus.demand((10, 4), (50, 12), (70, 8), (90, 13))
    siting = site_blocks(campus.request(demands=(demand,)))
    rows = siting.tranches.frame.select("tranche", "first_unit", "units", "need_day").rows()
    assert rows == [("b1-1", 0, 1, 10), ("b1-2", 1, 2, 50), ("b1-3", 3, 1, 90)]


def test_203_released_units_are_never_shrunk(campus: Any) -> None:
    """Twelve released units in halls for eight stay twelve: a shortfall and a failed check say so."""
    siting = site_blocks(campus.request(tranches=(campus.tranche("t", 12, state="released"),)))
    assert units(siting) == {"b1": 12}
    assert siting.tranches["units"].to_list() == [12]
    assert siting.shortfalls["cause"].to_list() == ["released units do not fit"]
    assert {"siting-released-fit", "siting-positions"} <= failed(siting)


def test_204_released_units_of_a_later_block_come_before_plans(campus: Any) -> None:
    """A planned block takes only what the released units of a later block leave."""
    blocks = (campus.block(), campus.block("b2", workloads=(), units=5))
    tranches = (campus.tranche("t", 5, block="b2", state="ordered"),)
    siting = site_blocks(campus.request(blocks=blocks, tranches=tranches, demands=(campus.demand((0, 99)),)))
    assert units(siting) == {"b1": 3, "b2": 5}


def test_205_planned_tranches_shrink_from_the_last(campus: Any) -> None:
    """When units are missing the earliest planned tranche is filled first."""
    tranches = tuple(campus.tranche(f"t{day}", 6, need_day=day) for day in (200, 100))
    siting = site_blocks(campus.request(tranches=tranches))
    assert dict(siting.tranches.frame.select("tranche", "units").iter_rows()) == {"t100": 6, "t200": 2}


def test_206_retired_units_are_free(campus: Any) -> None:
    """A retired tranche keeps its row and holds no units."""
    siting = site_blocks(
        campus.request(tranches=(campus.tranche("old", 8, state="retired"), campus.tranche("t", None)))
    )
    assert dict(siting.tranches.frame.select("tranche", "units").iter_rows()) == {"old": 0, "t": 2}


def test_207_an_auto_block_without_workloads_says_so(campus: Any) -> None:
    """Nothing sizes it, so it has no units and a failed check."""
    siting = site_blocks(campus.request(blocks=(campus.block(workloads=()),)))
    assert units(siting) == {"b1": 0}
    assert "siting-auto-has-workloads" in failed(siting)


def test_208_power_on_the_day_it_is_needed(campus: Any) -> None:
    """Enough power at the end but not on the need day fails the dated check only."""
    steps = (PowerStep("contract", 1_000_000, 0, ""), PowerStep("contract", 9_000_000, 500, "grid.energise"))
    request = campus.request(supplies=(SiteSupply("ohio", steps),), demands=(campus.demand((50, 16)),))
    assert failed(site_blocks(request)) == {"siting-power-when-needed"}


SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@SHARED
@given(racks=st.integers(0, 200), power_w=st.integers(0, 20_000_000), more_w=st.integers(0, 5_000_000))
def test_301_more_power_never_fewer_units(make_campus: Any, racks: int, power_w: int, more_w: int) -> None:
    """A stronger grid never takes units away."""
    before, after = (make_campus(site_w=w) for w in (power_w, power_w + more_w))
    few, many = (site_blocks(c.request(demands=(c.demand((0, racks)),))) for c in (before, after))
    assert units(few)["b1"] <= units(many)["b1"]


@SHARED
@given(racks=st.integers(0, 60), more=st.integers(0, 60))
def test_302_more_demand_never_fewer_units(campus: Any, racks: int, more: int) -> None:
    """A larger need never gives fewer units."""
    few, many = (site_blocks(campus.request(demands=(campus.demand((0, n)),))) for n in (racks, racks + more))
    assert units(few)["b1"] <= units(many)["b1"]


@SHARED
@given(
    cut=st.integers(0, 10),
    planned=st.lists(st.integers(0, 5), max_size=4),
    racks=st.integers(0, 60),
    order=st.randoms(use_true_random=False),
)
def test_303_tranches_tile_the_block_in_any_row_order(
    campus: Any, cut: int, planned: list[int], racks: int, order: Any
) -> None:
    """Tranches fill consecutive units, halls hold them all, released ones are whole, and row order changes nothing."""
    tranches = [campus.tranche("cut", cut, state="released"), campus.tranche("rest", None, need_day=900)]
    tranches += [campus.tranche(f"t{i}", n, need_day=100 * i) for i, n in enumerate(planned)]
    request = campus.request(tranches=tuple(tranches), demands=(campus.demand((0, racks)),))
    siting = site_blocks(request)
    rows = siting.tranches.frame.sort("first_unit", "units").select("first_unit", "units").rows()
    assert [first for first, _ in rows] == [sum(n for _, n in rows[:i]) for i in range(len(rows))]
    assert sum(n for _, n in rows) == units(siting)["b1"] == siting.block_halls["units"].sum()
    assert siting.tranches.frame.row(0)[4] == cut
    order.shuffle(tranches)
    shuffled = replace(request, tranches=tuple(tranches), halls=tuple(reversed(request.halls)))
    assert digest(site_blocks(shuffled)) == digest(siting)
