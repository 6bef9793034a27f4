"""Does an engineering change name its lines, its tranches, and what becomes of parts that go out?"""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from rackwright.plan import Plan
from rackwright.program.supply import BomRow, Stock
from rackwright.tables.bom import Structure
from rackwright.views.engineering_change import engineering_change


def revised(plan: Plan, *, on_change: str = "use-as-is", stock: float = 0.0) -> Plan:
    """The plan with a row of the rack that ends on day 100 and its successor, a spare stock, and a rule for it."""
    rows = plan.bom.structure.frame
    old = rows.filter((pl.col("parent") == "gb300-nvl72") & (pl.col("component") == "busbar-50v"))
    new = old.with_columns(component=pl.lit("manifold"), from_day=pl.lit(100, pl.Int32), qty=pl.lit(3.0))
    kept = rows.filter(~((pl.col("parent") == "gb300-nvl72") & pl.col("component").is_in(["busbar-50v", "manifold"])))
    ended = old.with_columns(to_day=pl.lit(100, pl.Int32))
    structure = Structure.of(pl.concat([kept, ended, new]))
    rule = BomRow.model_validate(
        {"parent": "gb300-nvl72", "component": "busbar-50v", "qty": 1, "on_change": on_change, "rework_cost": "50 USD"}
    )
    supply = plan.program.supply.model_copy(
        update={"bom": (rule,), "stock": (Stock(item="busbar-50v", plant="columbus", qty=stock),)}
    )
    program = plan.program.model_copy(update={"supply": supply})
    return dataclasses.replace(plan, program=program, bom=dataclasses.replace(plan.bom, structure=structure))


def rows(plan: Plan, title: str) -> list[dict[str, object]]:
    """Rows of a table of the change."""
    shown = engineering_change(plan, "gb300-nvl72")
    return list(next(table for table in shown.tables if table.title == title).as_json())


def test_101_lines_that_come_in_and_go_out(one_pod: Plan) -> None:
    """A row that ends goes out, the one that begins comes in, each with what it changes in cost."""
    lines = {row["item"]: row for row in rows(revised(one_pod), "Engineering change")}
    assert {name: row["what"] for name, row in lines.items()} == {"busbar-50v": "goes out", "manifold": "comes in"}
    assert lines["busbar-50v"]["cost_usd"] == -2000.0
    assert lines["manifold"]["cost_usd"] == 12_000.0


def test_102_units_are_counted_on_both_sides_of_the_day(one_pod: Plan) -> None:
    """Racks started before and after the cut-in add up to those made."""
    made = one_pod.supply.orders.frame.filter((pl.col("kind") == "make") & (pl.col("item") == "gb300-nvl72"))
    for row in rows(revised(one_pod), "Cut-in by date"):
        assert row["before"] + row["after"] == pytest.approx(made["qty"].sum())  # type: ignore[operator]


@pytest.mark.parametrize(("on_change", "cost"), [("use-as-is", 0.0), ("rework", 50.0), ("scrap", 2000.0)])
def test_201_what_is_left_costs_by_its_disposition(one_pod: Plan, on_change: str, cost: float) -> None:
    """A hundred busbars more than the racks use cost nothing, their rework, or their value."""
    used = one_pod.supply.takes.frame.filter(pl.col("item") == "busbar-50v")["qty"].sum()
    row = rows(revised(one_pod, on_change=on_change, stock=used + 100), "Use as is, rework, scrap")[0]
    assert row["rest"] == pytest.approx(100)
    assert row["cost_usd"] == pytest.approx(100 * cost)


def test_301_two_configurations_share_the_tranches(one_pod: Plan) -> None:
    """Between two items the tranches of each are listed, and equal structures have no lines."""
    shown = engineering_change(one_pod, "gb300-nvl72:gb300-nvl72")
    titles = {table.title for table in shown.tables}
    assert "Engineering change" not in titles
    cut = next(table for table in shown.tables if table.title == "Cut-in by tranche").as_json()
    assert [row["tranche"] for row in cut] == ["pod-1a", "pod-1b"]
