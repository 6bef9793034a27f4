"""Do headcount's hires, trades and wider effects follow the program's own fields, and only those?"""

from __future__ import annotations

from dataclasses import replace

from rackwright.plan import Plan
from rackwright.program.supply import JobMultiplier
from rackwright.views.headcount import HEADCOUNT
from rackwright.views.view import ViewTable


def tables_of(plan: Plan) -> dict[str, ViewTable]:
    """Tables of the view by title."""
    return {table.title: table for table in HEADCOUNT.build(plan).tables}


def changed(plan: Plan, **tables: object) -> Plan:
    """The plan with tables of supply.yaml replaced."""
    return replace(
        plan, program=plan.program.model_copy(update={"supply": plan.program.supply.model_copy(update=tables)})
    )


def test_101_without_the_fields_nothing_is_added(one_pod: Plan) -> None:
    """The plain example has people by quarter only."""
    assert set(tables_of(one_pod)) == {"People by plant and quarter"}


def test_102_a_training_ramp_brings_hires_forward(one_pod: Plan) -> None:
    """With eight weeks of training at no pace, people are on the payroll in a quarter in which none is needed."""
    plants = tuple(
        plant.model_copy(update={"training": ((0.0, 0.0), (26.0, 0.0))}) for plant in one_pod.program.supply.plants
    )
    table = tables_of(changed(one_pod, plants=plants))["Hires, trained in time"]
    assert any(needed == 0.0 and paid > 1.0 for _, _, needed, _, paid in table.rows)
    assert sum(float(str(row[3])) for row in table.rows) >= max(float(str(row[2])) for row in table.rows) - 0.1


def test_103_trades_share_the_paid_hours(one_pod: Plan) -> None:
    """Hours by trade add up to those of the plan's orders of that make."""
    makes = tuple(row.model_copy(update={"trade": f"{row.item} hand"}) for row in one_pod.program.supply.makes)
    table = tables_of(changed(one_pod, makes=makes))["Work by trade"]
    racks = [row for row in one_pod.program.supply.makes if row.item == "gb300-nvl72"]
    made = sum(one_pod.supply.orders.frame.filter(kind="make", item="gb300-nvl72")["qty"].to_list())
    hours = sum(float(str(row[3])) for row in table.rows if row[1] == "gb300-nvl72 hand")
    assert abs(hours - made * racks[0].labour_hours.value) < 1e-6 * hours


def test_104_wider_effects_only_by_the_users_table(one_pod: Plan) -> None:
    """A multiplier of two gives twice the most people of the plan at suppliers."""
    rows = (JobMultiplier.model_validate({"id": "m", "plant": "columbus", "indirect": 2.0}),)
    (row,) = tables_of(changed(one_pod, job_multipliers=rows))["Wider effects, by the table supplied"].rows
    assert float(str(row[3])) == 2.0 * float(str(row[2])) > 0.0
