"""Chains of systems that back each other up, schemes side by side, and unit substations whose boards can be bought."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rackwright.catalog.parts import Breaker, Generator, PowerShelf
from rackwright.power import PowerRequest, design_power
from rackwright.power.classes import chain_classes
from rackwright.power.packing import LoadGroup, pack_racks, split_blocks
from rackwright.power.paired import pair_systems
from rackwright.power.redundancy import SCHEMES

from .conftest import ALTERNATIVES, RULES, make_parts, make_racks, make_request, make_site, stated, unit_substation


def a_group(count: int, peak_w: float, scheme: str, per_row: int = 10) -> LoadGroup:
    """Equal racks in rows on busways and UPS."""
    rows = np.arange(count, dtype=np.int64) // per_row + 1
    classes = chain_classes(make_site(scheme), RULES)
    return pack_racks("h1", tuple(range(count)), np.full(count, peak_w), rows, classes)


@settings(max_examples=40)
@given(st.integers(1, 60), st.sampled_from([20e3, 60e3, 132e3]), st.sampled_from([3, 4]))
def test_101_any_one_system_may_be_lost(count: int, peak_w: float, per_group: int) -> None:
    """No system is above its limit in the normal state or with any one system lost, and no load is lost or doubled."""
    scheme = {3: "3N/2", 4: "4N/3"}[per_group]
    classes, group = chain_classes(make_site(scheme), RULES), a_group(count, peak_w, scheme)
    paired = pair_systems(group, classes, per_group)
    total_w = float(np.sum(group.feeder_w)) / classes.ups_efficiency_share
    assert paired.states_w.max() <= classes.lineup_limit_w * (1 + 1e-9)
    assert paired.states_w.sum(axis=1) == pytest.approx(np.full(1 + paired.systems, total_w))
    for one, other in paired.ups_of_feeder:
        first, second = paired.system_of_ups[one], paired.system_of_ups[other]
        assert first != second
        assert first // per_group == second // per_group


def test_102_three_systems_carry_two() -> None:
    """Six equal busways of which three fill a system take three systems in 3N/2 where 2N takes four."""
    classes = chain_classes(make_site("3N/2"), RULES)
    group = a_group(18, classes.lineup_limit_w * classes.ups_efficiency_share / 12.1, "3N/2", 9)
    assert group.feeder_w.size == 6
    assert pair_systems(group, classes, 3).systems == 3


def test_103_blocks_keep_every_load_once() -> None:
    """A hall split into blocks has the same racks, busways and line-ups, each in one block."""
    group = a_group(120, 132e3, "catcher")
    blocks = split_blocks(group, 3)
    assert max(block.lineup_w.size for block in blocks) <= 3
    assert [rack for block in blocks for rack in block.load_ids] == list(group.load_ids)
    assert np.concatenate([block.lineup_w for block in blocks]).tolist() == group.lineup_w.tolist()
    assert [name for block in blocks for name in block.feeder_names] == list(group.feeder_names)
    assert all(block.feeder_of_load.max() == len(block.feeder_names) - 1 for block in blocks)


def test_201_schemes_are_built_and_judged() -> None:
    """Every scheme has line-ups, no element is above its rating, and dual-corded racks survive a loss."""
    schemes = design_power(make_request(make_racks(80, peak_w=132e3))).schemes.frame
    assert schemes["scheme"].to_list() == sorted(scheme.name for scheme in SCHEMES)
    by_name = {row["scheme"]: row for row in schemes.iter_rows(named=True)}
    assert by_name["N"]["systems"] < by_name["3N/2"]["systems"] < by_name["2N"]["systems"]
    assert all(row["worst_share"] <= 0.8 + 1e-9 for row in by_name.values())
    assert all((row["racks_lost"] == 0) == (name in {"2N", "3N/2", "4N/3"}) for name, row in by_name.items())
    assert by_name["2N"]["pair_lost_w"] > by_name["3N/2"]["pair_lost_w"] > by_name["4N/3"]["pair_lost_w"] > 0.0


def test_202_the_planned_scheme_is_the_chain() -> None:
    """The row of the planned scheme counts the unit substations of the chain."""
    for scheme in SCHEMES:
        power = design_power(make_request(make_racks(40, peak_w=132e3), make_site(scheme.name)))
        row = power.schemes.frame.filter("is_planned").row(0, named=True)
        assert row["scheme"] == scheme.name
        assert row["systems"] == power.elements.frame.filter(kind="unit-substation").height


def test_204_a_load_above_every_line_up_is_compared_and_fails() -> None:
    """Racks above what any generator carries are planned all the same: nothing is left over, the load is too much."""
    parts = replace(make_parts(), generator=Generator(id="gen", name="gen", rating_w=stated(100e3)))
    power = design_power(make_request(make_racks(10, peak_w=132e3), make_site(parts=parts)))
    row = power.schemes.frame.filter("is_planned").row(0, named=True)
    assert row["normal_share"] > 1.0
    assert row["stranded_w"] == 0.0
    assert not power.checks.frame.filter(rule="power-worst-load")["passed"].all()


@pytest.mark.parametrize("scheme", ["N", "2N", "3N/2", "catcher"])
def test_203_side_racks_and_switches_stand_in_the_chain(scheme: str) -> None:
    """Side racks carry neighbours within its rating and their tap's; generators come in by a switch."""
    parts = make_parts()
    side = PowerShelf(id="side", name="s", role="side-rack", rating_w=stated(660e3), efficiency_share=stated(0.975))
    tap = replace(parts.tap, rating_a=stated(800.0))
    ats = Breaker(id="ats", name="a", role="ats", rating_a=stated(4000.0), efficiency_share=stated(0.999))
    site = make_site(scheme, parts=replace(parts, tap=tap, side_rack=side, ats=ats))
    power = design_power(make_request(make_racks(24, peak_w=100e3), site))
    frame = power.elements.frame.join(power.loads.frame, on="element")
    sides = frame.filter(kind="side-rack")
    assert 0 < sides.height < 24 * (2 if scheme in {"2N", "3N/2"} else 1)
    assert (sides["worst_w"] <= 0.8 * sides["rating_w"] + 1e-6).all()
    racks = frame.filter(kind="rack")
    assert set(racks["upstream"].to_list()) <= set(sides["element"].to_list())
    switches = frame.filter(kind="ats")
    assert set(switches["standby"].to_list()) == set(frame.filter(kind="generator")["element"].to_list())
    assert set(frame.filter(kind="lv-switchgear")["upstream"].to_list()) == set(switches["element"].to_list())
    assert ("sts" in set(frame["kind"].to_list())) == (scheme == "catcher")
    assert power.checks.frame.filter(rule="power-worst-load")["passed"].all()


def a_strong_request(rating_va: float, others: tuple[float, ...]) -> PowerRequest:
    """A site with one large unit substation, and smaller ones in the catalog; boards up to 100 kA."""
    parts = replace(make_parts(), unit_substation=unit_substation("big", rating_va))
    units = tuple(unit_substation(f"us-{va:g}", va) for va in others)
    request = make_request(make_racks(8), make_site("2N", parts=parts))
    return replace(request, alternatives=replace(ALTERNATIVES, substations=units))


def test_301_a_fault_no_board_interrupts_changes_the_unit() -> None:
    """Where no board interrupts the fault, the largest unit whose fault the named board interrupts is planned."""
    power = design_power(a_strong_request(6e6, (1e6, 1.5e6, 2.5e6, 4e6)))
    units = power.elements.frame.filter(kind="unit-substation")
    assert set(units["part"].to_list()) == {"us-2.5e+06"}
    check = power.checks.frame.filter(rule="power-unit-substation").row(0, named=True)
    assert (check["passed"], check["limit"]) == (False, 100e3)
    assert "planned with us-2.5e+06 instead" in power.reliefs.frame.filter(rule="power-unit-substation")["relief"][0]
    assert power.checks.frame.filter(rule="power-fault-current")["passed"].all()


def test_302_a_chain_that_cannot_be_bought_is_found() -> None:
    """Where no unit of the catalog would do, the named one stays, and the finding says what to add."""
    power = design_power(a_strong_request(6e6, (5e6,)))
    assert set(power.elements.frame.filter(kind="unit-substation")["part"].to_list()) == {"big"}
    assert "higher impedance" in power.reliefs.frame.filter(rule="power-unit-substation")["relief"][0]


def test_303_a_fault_a_stronger_board_interrupts_stays() -> None:
    """Where a stronger board is in the catalog, the program's unit stays and the relief names the board."""
    power = design_power(a_strong_request(3.5e6, (2.5e6,)))
    assert set(power.elements.frame.filter(kind="unit-substation")["part"].to_list()) == {"big"}
    assert power.checks.frame.filter(rule="power-unit-substation")["passed"].all()
    assert "lv-100ka" in power.reliefs.frame.filter(rule="power-fault-current")["relief"][0]
