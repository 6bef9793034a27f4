"""Does the view of the bill show one rack as it is made up on one day, and do its lines add up to the rack?"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from rackwright.plan import Plan
from rackwright.tables.bom import Structure
from rackwright.views.bom import BOM


def cut_over(plan: Plan, day: int) -> Plan:
    """The plan with the manifolds of a rack replaced by two busbars from a day on."""
    frame = plan.bom.structure.frame
    mine = (pl.col("parent") == "gb300-nvl72") & (pl.col("component") == "manifold")
    last = int(frame["to_day"].max())  # type: ignore[arg-type]
    gone = frame.with_columns(to_day=pl.when(mine).then(day).otherwise(pl.col("to_day")).cast(frame["to_day"].dtype))
    comes = frame.filter(mine).with_columns(
        component=pl.lit("cold-plate-set"),
        from_day=pl.lit(day, frame["from_day"].dtype),
        to_day=pl.lit(last, frame["to_day"].dtype),
    )
    structure = Structure.of(pl.concat([gone, comes]).sort("parent", "component", "from_day"))
    return replace(plan, bom=replace(plan.bom, structure=structure))


@pytest.mark.parametrize(("day", "there", "gone"), [(10, "Cold plates", "manifold"), (500, "manifold", "Cold plates")])
def test_101_only_what_is_effective_is_in_the_rack(one_pod: Plan, day: int, there: str, gone: str) -> None:
    """A part that replaces another before the first need is shown instead of it, one that comes later not at all."""
    table = BOM.build(cut_over(one_pod, day)).tables[0]
    names = [str(row[1]) for row in table.rows]
    assert any(there in name for name in names)
    assert not any(gone in name for name in names)


def test_102_lines_add_up_to_the_rack(one_pod: Plan) -> None:
    """The cost of one rack is that of its lines, to the cent of each."""
    rows = BOM.build(cut_over(one_pod, 10)).tables[0].rows
    assert sum(float(str(row[4])) for row in rows[1:]) == pytest.approx(float(str(rows[0][4])), abs=1.0)
