"""Does the view of golden units tell what the plan gives to cells?"""

from __future__ import annotations

from dataclasses import replace

from rackwright.plan import Plan
from rackwright.views.golden_units import GOLDEN_UNITS


def test_101_the_cell_of_the_example_keeps_one_rack(one_pod: Plan) -> None:
    """One rack, given in full, at its standard cost."""
    [row] = GOLDEN_UNITS.build(one_pod).tables[0].rows
    cost = float(one_pod.bom.items.frame.filter(item="gb300-nvl72")["cost_cent"][0]) / 100
    assert row[:4] == ("col-l11", "columbus", "gb300-nvl72", 1)
    assert row[6] == 0.0
    assert row[7] == cost


def test_102_without_the_field_there_is_nothing_to_tell(one_pod: Plan) -> None:
    """Cells that keep none have no rows."""
    supply = one_pod.program.supply
    cells = tuple(cell.model_copy(update={"golden_units": 0}) for cell in supply.cells)
    program = one_pod.program.model_copy(update={"supply": supply.model_copy(update={"cells": cells})})
    assert not GOLDEN_UNITS.build(replace(one_pod, program=program)).tables
