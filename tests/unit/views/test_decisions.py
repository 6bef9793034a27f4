"""Are decisions found in their window, with what they commit and who carries it?"""

from __future__ import annotations

import dataclasses
import datetime as dt

from rackwright.plan import Plan
from rackwright.views.decisions import WINDOWS, decisions, liability_table
from rackwright.views.procurements import procurements


def plan_as_of(one_pod: Plan, days: int) -> Plan:
    """The example with its status date moved by some days after the start of the horizon."""
    start = one_pod.program.horizon.start
    moved = one_pod.program.model_copy(update={"as_of": start + dt.timedelta(days=days)})
    return dataclasses.replace(one_pod, program=moved)


def test_101_a_decision_lies_in_its_window(one_pod: Plan) -> None:
    """Each decision due lies before the end of the longest window, and is named by the shortest it fits."""
    for days in range(0, 360, 45):
        plan = plan_as_of(one_pod, days)
        for decision in decisions(plan):
            left = (decision.by - plan.program.as_of).days
            assert left < WINDOWS[-1]
            assert (decision.window == "overdue") == (left < 0)
            assert (decision.window == "30 days") == (0 <= left < WINDOWS[0])


def test_201_every_order_due_is_counted_in_money(one_pod: Plan) -> None:
    """What decisions commit is cost and duty of all buys, of supply and of projects, up to the longest window's end."""
    plan = plan_as_of(one_pod, 240)
    last = plan.program.horizon.day(plan.program.as_of) + WINDOWS[-1]
    wanted = sum(
        cost + duty
        for kind, start, cost, duty in plan.supply.orders.frame.select(
            "kind", "start_day", "cost_cent", "duty_cent"
        ).iter_rows()
        if kind == "buy" and start < last
    )
    wanted += sum(row.cost_cent for row in procurements(plan) if row.start_day < last)
    due = decisions(plan)
    assert wanted > 0
    assert sum(decision.liable_cent for decision in due) == wanted
    shown = sum(float(str(row[3])) for row in liability_table(plan, due).rows)
    assert abs(shown - wanted / 1e8) < 1e-6


def test_202_an_order_is_not_fixed_before_it_is_placed(one_pod: Plan) -> None:
    """The day from which an order cannot be cancelled is never before the day it is placed."""
    supply = one_pod.program.supply
    strict = tuple(terms.model_copy(update={"ncnr_days": 2_000.0}) for terms in supply.terms)
    program = one_pod.program.model_copy(update={"supply": supply.model_copy(update={"terms": strict})})
    plan = dataclasses.replace(one_pod, program=program)
    fixed = [d for days in range(0, 400, 60) for d in decisions(plan_as_of(plan, days)) if d.fixed_on is not None]
    assert fixed
    assert all(decision.fixed_on == decision.by for decision in fixed)


def test_203_terms_name_the_fee(one_pod: Plan) -> None:
    """An order of an item with a ladder of commitment says what the first rung with a fee costs."""
    found = [d for days in range(0, 400, 60) for d in decisions(plan_as_of(one_pod, days)) if "gpu-gb300" in d.what]
    assert found
    assert all("reservation: fee" in decision.terms for decision in found)


def test_204_what_projects_buy_is_a_decision(one_pod: Plan) -> None:
    """A procurement of the schedule is due on its first day, at the pieces of the design and the price of its offer."""
    found = {d.what: d for d in decisions(one_pod) if d.kind == "procurement"}
    transformer = found["order 2 hv-mv-60mva from supplier-f"]
    assert transformer.by == one_pod.program.horizon.start
    assert transformer.liable_cent == 2 * 3_500_000 * 100
    assert transformer.party
    assert any("genset-3mw" in what for what in found)
    shown = sum(float(str(row[3])) for row in liability_table(one_pod, decisions(one_pod)).rows)
    assert shown >= 7.0


def test_205_what_is_ordered_is_no_decision(one_pod: Plan) -> None:
    """A procurement that has started is not asked for again."""
    begun = one_pod.program.horizon.start
    projects = tuple(
        project.model_copy(
            update={"activities": tuple(a.model_copy(update={"started": begun}) for a in project.activities)}
        )
        for project in one_pod.program.projects
    )
    plan = dataclasses.replace(one_pod, program=one_pod.program.model_copy(update={"projects": projects}))
    assert not [d for d in decisions(plan) if d.kind == "procurement"]
