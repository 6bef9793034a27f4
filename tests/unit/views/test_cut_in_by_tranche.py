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

SKU, REVISION = "gb300-nvl72", "gb300-nvl72+pod-1b"


@pytest.fixture(scope="module")
def cut_in(one_pod: Plan) -> Plan:
    """One pod whose second tranche takes a cable cartridge in place of manifolds, which are reworked when left."""
    old = {
        "parent": SKU,
        "component": "manifold",
        "qty": 2,
        "group": "m",
        "on_change": "rework",
        "rework_cost": "9 USD",
    }
    new = {"parent": SKU, "component": "nvlink-cartridge", "qty": 1, "group": "m", "tranches": ["pod-1b"]}
    supply = one_pod.program.supply
    kept = tuple(row for row in supply.bom if row.component != "manifold")
    rows = tuple(BomRow.model_validate(row, context=AS_WRITTEN) for row in (old, new))
    changed = supply.model_copy(update={"bom": (*(r for r in kept if r.component != "nvlink-cartridge"), *rows)})
    program = one_pod.program.model_copy(update={"supply": changed})
    return plan_program(program, load_catalog(), with_reasons=False)


def test_101_needs_and_pieces_go_by_tranche(cut_in: Plan) -> None:
    """Each tranche asks for its own rack, and only the racks of its tranche take the new part."""
    asked = cut_in.bom.needs.frame.filter(scope="tranche")
    assert dict(asked.select("scope_id", "item").iter_rows()) == {"pod-1a": SKU, "pod-1b": REVISION}
    totals = dict(cut_in.bom.totals.frame.iter_rows())
    assert (totals["manifold"], totals["nvlink-cartridge"]) == (16.0, 8.0)
    accepted = cut_in.supply.orders.frame.filter(kind="accept").group_by("item").agg(pl.col("qty").sum())
    assert dict(accepted.iter_rows()) == {SKU: pytest.approx(8.0), REVISION: pytest.approx(8.0)}


def test_102_the_design_is_that_of_one_configuration(cut_in: Plan, one_pod: Plan) -> None:
    """Racks stand where they stood, on as many links: a revision is the same rack to every stage before."""
    names = ["rack", "tranche", "x_mm", "y_mm"]
    assert cut_in.layout.racks.frame.select(names).equals(one_pod.layout.racks.frame.select(names))
    assert len(cut_in.cabling.assemblies) == len(one_pod.cabling.assemblies)


def test_201_the_change_is_told_by_tranche(cut_in: Plan) -> None:
    """The view names the lines, who gets which, and that what is left of the old part is reworked."""
    shown = {table.title: list(table.as_json()) for table in engineering_change(cut_in, SKU).tables}
    assert {row["item"] for row in shown["Engineering change"]} == {"manifold", "nvlink-cartridge"}
    assert [(row["tranche"], row["configuration"]) for row in shown["Cut-in by tranche"]] == [
        ("pod-1a", SKU), ("pod-1b", REVISION),
    ]  # fmt: skip
    assert shown["Cut-in by tranche"][1]["changed"] == "manifold 2 -> 0, nvlink-cartridge 0 -> 1"
    assert [row["item"] for row in shown["Use as is, rework, scrap"]] == ["manifold"]
