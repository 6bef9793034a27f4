"""Is a part that one tranche takes exploded, made, bought and told for that tranche alone?"""

from __future__ import annotations

import polars as pl
import pytest

from rackwright.catalog import load_catalog
from rackwright.pipeline import plan_program
from rackwright.plan import Plan
from rackwright.program.entry import AS_WRITTEN
from rackwright.program.supply import BomRow
from rackwright.views.engineering_change import engineering_change

SKU, REVISION, TRAY = "gb300-nvl72", "gb300-nvl72+pod-1b", "gb300-compute-tray"


def revised(plan: Plan, *rows: dict[str, object], without: str) -> Plan:
    """The plan of the program with rows of the structure in place of those of a component."""
    supply = plan.program.supply
    new = tuple(BomRow.model_validate(row, context=AS_WRITTEN) for row in rows)
    kept = tuple(row for row in supply.bom if row.component != without)
    program = plan.program.model_copy(update={"supply": supply.model_copy(update={"bom": (*kept, *new)})})
    return plan_program(program, load_catalog(), with_reasons=False)


@pytest.fixture(scope="module")
def cut_in(one_pod: Plan) -> Plan:
    """One pod whose second tranche takes a processor in place of two manifolds, which are reworked when left."""
    old = {
        "parent": SKU,
        "component": "manifold",
        "qty": 2,
        "group": "m",
        "on_change": "rework",
        "rework_cost": "9 USD",
    }
    new = {"parent": SKU, "component": "cpu-arm-72", "qty": 1, "group": "m", "tranches": ["pod-1b"]}
    return revised(one_pod, old, new, without="manifold")


def test_101_needs_and_pieces_go_by_tranche(cut_in: Plan) -> None:
    """Each tranche asks for its own rack, and only the racks of its tranche take the new part."""
    asked = cut_in.bom.needs.frame.filter(scope="tranche")
    assert dict(asked.select("scope_id", "item").iter_rows()) == {"pod-1a": SKU, "pod-1b": REVISION}
    totals = dict(cut_in.bom.totals.frame.iter_rows())
    assert totals["manifold"] == 16.0
    accepted = cut_in.supply.orders.frame.filter(kind="accept").group_by("item").agg(pl.col("qty").sum())
    assert dict(accepted.iter_rows()) == {SKU: pytest.approx(8.0), REVISION: pytest.approx(8.0)}


def test_102_the_design_is_that_of_one_configuration(cut_in: Plan, one_pod: Plan) -> None:
    """Racks stand where they stood, on as many links: a revision is the same rack to every stage before."""
    names = ["rack", "tranche", "x_mm", "y_mm"]
    assert cut_in.layout.racks.frame.select(names).equals(one_pod.layout.racks.frame.select(names))
    assert len(cut_in.cabling.assemblies) == len(one_pod.cabling.assemblies)


def test_103_a_revision_takes_no_golden_units_of_its_own(cut_in: Plan) -> None:
    """The test cell keeps one good rack, not one of each revision."""
    claimed = cut_in.supply.orders.frame.filter(pl.col("kind") == "claim")["item"].unique().to_list()
    assert claimed == [SKU]


def test_201_the_change_is_told_by_tranche(cut_in: Plan) -> None:
    """The view names the lines, who gets which, and that what is left of the old part is reworked."""
    shown = {table.title: list(table.as_json()) for table in engineering_change(cut_in, SKU).tables}
    assert {row["item"] for row in shown["Engineering change"]} == {"manifold", "cpu-arm-72"}
    assert [(row["tranche"], row["configuration"]) for row in shown["Cut-in by tranche"]] == [
        ("pod-1a", SKU), ("pod-1b", REVISION),
    ]  # fmt: skip
    assert shown["Cut-in by tranche"][1]["changed"] == "cpu-arm-72 0 -> 1, manifold 2 -> 0"
    assert [row["item"] for row in shown["Use as is, rework, scrap"]] == ["manifold"]


def test_202_a_part_below_a_drawn_tray_goes_by_tranche(one_pod: Plan) -> None:
    """Trays of the second tranche take four packages of another kind; the drawing names the tray of the revision."""
    old = {"parent": TRAY, "component": "nvidia-connectx-8", "qty": 4, "group": "nic"}
    new = {"parent": TRAY, "component": "cpu-arm-72", "qty": 4, "group": "nic", "tranches": ["pod-1b"]}
    plan = revised(one_pod, old, new, without="nvidia-connectx-8")
    assert not plan.bom.checks.frame.filter(~pl.col("passed")).height
    totals = dict(plan.bom.totals.frame.iter_rows())
    assert totals["nvidia-connectx-8"] == pytest.approx(8 * 18 * 4)
    assert totals[f"{TRAY}+pod-1b"] == pytest.approx(8 * 18)
    shown = {table.title: list(table.as_json()) for table in engineering_change(plan, TRAY).tables}
    assert [row["configuration"] for row in shown["Cut-in by tranche"]] == [TRAY, f"{TRAY}+pod-1b"]
