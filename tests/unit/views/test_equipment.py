"""Equipment against the gates of its site, and substitutes that a program takes."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
import yaml

from rackwright.catalog import Catalog
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.program.change import apply_changes
from rackwright.program.scenarios import Change
from rackwright.views import VIEWS

EQUIPMENT, SUBSTITUTES = "Power and cooling equipment to order", "What could take its place"


def rows(plan: Plan, view: str, title: str) -> list[dict[str, object]]:
    """Rows of a table of a view."""
    shown = next(one for one in VIEWS if one.name == view).build(plan)
    return list(next(table for table in shown.tables if table.title == title).as_json())


def taken(program: Program, catalog: Catalog, change: str) -> Plan:
    """The program with a change as the view writes it, planned without supply."""
    changes = [Change.model_validate(each) for each in yaml.safe_load(f"[{change}]")]
    return plan_program(apply_changes(program, changes, catalog=catalog), catalog, with_supply=False)


def substitute(plan: Plan, part: str, other: str) -> dict[str, object]:
    """One row of the substitutes."""
    return next(
        row for row in rows(plan, "substitutes", SUBSTITUTES) if (row["part"], row["substitute"]) == (part, other)
    )


def test_101_what_misses_its_gate_is_told(one_pod: Plan) -> None:
    """A board of 47 weeks after 10 of drawings is there 399 days on; power comes after 259: 140 days too late."""
    board = next(row for row in rows(one_pod, "equipment", EQUIPMENT) if row["part"] == "mv-switchgear-38kv")
    assert (board["gate"], board["margin_days"]) == ("2027-08-01", -140)
    check = one_pod.power.checks.frame.filter(rule="power-equipment-gate", passed=False)
    value, limit = check.filter(check["subject"].str.contains("mv-switchgear")).select("value", "limit").row(0)
    assert (value, limit) == (399.0, 259.0)
    relief = one_pod.power.reliefs.frame.filter(rule="power-equipment-gate")["relief"].to_list()
    sooner = "on-site generation, 4 x fuel-cell-1mw and that gate on 2027-10-31, or that gate on 2027-12-19"
    assert f"140 days late for power step substation-1 of 2027-08-01: {sooner} (view substitutes)" in relief
    alone = "that gate on 2028-01-23; nothing else is there sooner (view substitutes)"
    assert f"175 days late for power step substation-1 of 2027-08-01: {alone}" in relief


def test_102_a_procurement_of_the_schedule_dates_the_part(one_pod: Plan) -> None:
    """The transformer is procured by a project: its margin is from the schedule's day, not from an order today."""
    part = next(row for row in rows(one_pod, "equipment", EQUIPMENT) if row["part"] == "hv-mv-60mva")
    gate, planned = (dt.date.fromisoformat(str(part[name])) for name in ("gate", "planned"))
    assert part["margin_days"] == (gate - planned).days
    source = one_pod.power.checks.frame.filter(subject="ohio hv-transformer hv-mv-60mva")["source"].item()
    assert source == "program:projects[pod-site].activities[buy-transformer]"


def test_103_a_longer_lead_time_misses_the_gate(one_pod_program: Program, catalog: Catalog) -> None:
    """With 60 weeks in the offer the transformer's procurement comes after the gate, in the check and in the view."""
    late = taken(
        one_pod_program,
        catalog,
        '{at: "offers[item=hv-mv-60mva,supplier=supplier-f].lead_time", set: 60 weeks}',
    )
    assert not late.power.checks.frame.filter(subject="ohio hv-transformer hv-mv-60mva")["passed"].item()
    part = next(row for row in rows(late, "equipment", EQUIPMENT) if row["part"] == "hv-mv-60mva")
    assert isinstance(part["margin_days"], int)
    assert part["margin_days"] < 0


def test_104_a_procurement_of_another_site_dates_nothing(one_pod_program: Program, catalog: Catalog) -> None:
    """Where no project stands for the site, every part is dated by an order placed today."""
    elsewhere = [project.model_copy(update={"site": ""}) for project in one_pod_program.projects]
    plan = plan_program(one_pod_program.model_copy(update={"projects": tuple(elsewhere)}), catalog, with_supply=False)
    assert {row["planned"] for row in rows(plan, "equipment", EQUIPMENT)} == {None}


@pytest.mark.parametrize(("part", "other"), [("ups-1500kw", "ups-2500kw"), ("busway-1000a", "busway-1250a")])
def test_201_a_part_of_the_same_kind_is_taken(
    one_pod: Plan, one_pod_program: Program, catalog: Catalog, part: str, other: str
) -> None:
    """The change that the view writes puts the substitute into the chain, and the old part is ordered no more."""
    change = str(substitute(one_pod, part, other)["take"])
    plan = taken(one_pod_program, catalog, change)
    ordered = plan.power.equipment["part"].to_list()
    assert other in ordered
    assert part not in ordered
    assert other in plan.bom.items["item"].to_list()


def test_202_on_site_generation_is_taken(one_pod: Plan, one_pod_program: Program, catalog: Catalog) -> None:
    """Fuel cells in place of a late board are ordered in the number the view says, and are elements of the chain."""
    row = substitute(one_pod, "mv-switchgear-38kv", "fuel-cell-1mw")
    plan = taken(one_pod_program, catalog, str(row["take"]))
    assert plan.power.elements.frame.filter(kind="fuel-cell").height == row["count"]


def test_203_side_racks_take_the_place_of_ups(one_pod: Plan, one_pod_program: Program, catalog: Catalog) -> None:
    """Two changes: side racks of the busbar's voltage stand beside the racks, and no UPS is left."""
    row = substitute(one_pod, "ups-1500kw", "hpr-v3-side-rack")
    kinds = set(taken(one_pod_program, catalog, str(row["take"])).power.elements["kind"].to_list())
    assert "side-rack" in kinds
    assert "ups" not in kinds
    offered = one_pod.power.substitutes.frame["substitute"].to_list()
    assert "nvidia-800v-side-rack" not in offered


def test_205_side_racks_leave_no_shelves_in_the_racks(
    one_pod: Plan, one_pod_program: Program, catalog: Catalog
) -> None:
    """Racks behind side racks take direct current: no shelves in them, in their load or in the bill of materials."""
    change = '{at: "sites[ohio].power.side_rack", set: hpr-v3-side-rack}'
    plan = taken(one_pod_program, catalog, change)
    inside = plan.power.rack_elements.frame
    assert set(inside["kind"].to_list()) == {"direct-feed", "busbar"}
    assert inside.filter(kind="busbar")["upstream"].to_list() == ["side racks"]
    assert "orv3-hpr-33kw" in one_pod.bom.totals.frame["item"].to_list()
    items = plan.bom.totals.frame["item"].to_list()
    assert "orv3-hpr-33kw" not in items
    assert "hpr-v3-side-rack" in items
    direct_w, shelved_w = (p.layout.racks.frame.filter(role="compute")["peak_w"].max() for p in (plan, one_pod))
    assert direct_w == pytest.approx(shelved_w * 0.975)
    checks = plan.power.checks.frame
    assert checks.filter(rule="power-rack-double-conversion")["passed"].all()
    assert checks.filter(rule="power-voltage-match")["passed"].all()
    one, other = (p.power.balances.frame["facility_w"].item() for p in (plan, one_pod))
    assert one == pytest.approx(other, rel=0.02), "one conversion in place of another of nearly the same losses"


def test_207_a_chiller_is_taken_in_the_halls_that_name_it(
    one_pod: Plan, one_pod_program: Program, catalog: Catalog
) -> None:
    """The change of cooling equipment sets the field of each hall with the part; the plan cools with the substitute."""
    row = substitute(one_pod, "air-chiller-1.5mw", "air-chiller-1.5mw-free-cooling")
    assert row["take"] == '{at: "halls[ohio-1].cooling.chiller", set: air-chiller-1.5mw-free-cooling}'
    plan = taken(one_pod_program, catalog, str(row["take"]))
    assert plan.cooling.units.frame.filter(role="chiller")["part"].unique().to_list() == [row["substitute"]]


def test_206_a_side_rack_of_another_voltage_is_told(one_pod_program: Program, catalog: Catalog) -> None:
    """800 V do not meet a busbar of 50 V: the feed shows its voltage, the check fails and names what would."""
    plan = taken(one_pod_program, catalog, '{at: "sites[ohio].power.side_rack", set: nvidia-800v-side-rack}')
    feeds = plan.power.rack_elements.frame.filter(kind="direct-feed")
    assert feeds["voltage_v"].to_list() == [800.0, 800.0]
    failed = plan.power.reliefs.frame.filter(rule="power-voltage-match")
    assert failed["relief"].to_list() == ["a side rack of 50 V, or racks with a busbar of 800 V"]


def test_207_a_side_rack_of_800_v_feeds_racks_of_800_v(one_pod_program: Program, catalog: Catalog) -> None:
    """Racks whose frame has an 800 V busbar behind 800 V side racks: feeds and busbar meet, and both are bought."""
    changes = (
        '{at: "sites[ohio].power.side_rack", set: nvidia-800v-side-rack}, '
        '{at: "platforms[gb300].configurations[gb300-nvl72].frame", set: kyber-rack}'
    )
    plan = taken(one_pod_program, catalog, changes)
    inside = plan.power.rack_elements.frame
    assert set(inside["voltage_v"].to_list()) == {800.0}
    assert set(inside["kind"].to_list()) == {"direct-feed", "busbar"}
    assert plan.power.checks.frame.filter(rule="power-voltage-match")["passed"].all()
    assert {"nvidia-800v-side-rack", "kyber-rack"} <= set(plan.bom.totals.frame["item"].to_list())
    assert "orv3-hpr-33kw" not in plan.bom.totals.frame["item"].to_list()


def test_204_what_no_setting_takes_says_nothing(one_pod: Plan) -> None:
    """Storage as a bridge and batteries in racks are not a field of the site: their change is empty."""
    ways = {str(row["way"]): str(row["take"]) for row in rows(one_pod, "substitutes", SUBSTITUTES)}
    assert ways["storage as a bridge"] == ways["storage in the racks"] == ""


def test_301_cables_are_in_the_bill_of_materials(one_pod: Plan) -> None:
    """Metres of conductor and cable and kits of terminations are needed as the equipment list has them, at a price."""
    own = one_pod.power.equipment.frame.filter(pl.col("kind").is_in(["lv-cable", "mv-cable", "mv-termination"]))
    counted = dict(own.select("part", "count").iter_rows())
    assert len(counted) >= 4
    needs = one_pod.bom.needs.frame.filter(pl.col("item").is_in(list(counted)))
    assert dict(needs.group_by("item").agg(pl.col("qty").sum()).iter_rows()) == counted
    cents = one_pod.bom.items.frame.filter(pl.col("item").is_in(list(counted)))["cost_cent"].to_list()
    assert min(cents) > 0


@pytest.mark.parametrize(
    ("view", "title", "rule"),
    [
        ("low_voltage", "Checks of the low-voltage feeders", "power-lv-ampacity"),
        ("rack_power", "Checks inside the racks", "power-rack-power-shelf"),
        ("medium_voltage", "Checks of the medium-voltage system", "power-mv-earth-pickup"),
    ],
)
def test_302_views_show_value_limit_and_margin(one_pod: Plan, view: str, title: str, rule: str) -> None:
    """Each check stands with its value, its limit, the margin between them and where the limit is from."""
    own = [row for row in rows(one_pod, view, title) if row["rule"] == rule]
    assert own
    for row in own:
        value, limit, margin = (row[name] for name in ("value", "limit", "margin"))
        assert isinstance(value, float)
        assert isinstance(limit, float)
        assert margin == pytest.approx(limit - value)
        assert row["source"]
