"""Is the state of a tranche told as it is?"""

from __future__ import annotations

import dataclasses

import polars as pl

from rackwright.plan import Plan
from rackwright.views.tranches import NEARLY, tranche_states


def with_tranches(plan: Plan, **columns: object) -> Plan:
    """The plan with columns of all its tranches set to one value."""
    table = plan.siting.tranches
    frame = table.frame.with_columns(pl.lit(value).alias(name) for name, value in columns.items())
    return dataclasses.replace(plan, siting=dataclasses.replace(plan.siting, tranches=type(table).of(frame)))


def test_101_acceptance_is_the_end_of_the_bucket_that_completes_it(one_pod: Plan) -> None:
    """A tranche is accepted in full on the first day after the bucket that completes it, in whole racks."""
    plan = one_pod
    ends = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    for state in tranche_states(plan):
        rows = plan.supply.deployments.frame.filter(tranche=state.tranche).select("bucket", "cumulative").iter_rows()
        full = [ends[bucket] for bucket, racks in rows if racks >= state.racks - NEARLY]
        assert state.accepted == plan.program.horizon.date(min(full))
        assert state.late_days == max(0, (state.accepted - state.need).days)


def test_102_what_was_accepted_before_the_plan_is_not_late(one_pod: Plan) -> None:
    """A tranche accepted before the plan starts is not late, however old its need is."""
    plan = with_tranches(one_pod, accepted_racks=8, state="accepted", need_day=-300)
    assert [state.late_days for state in tranche_states(plan)] == [0, 0]


def test_202_a_passed_day_is_shown_for_late_tranches_alone(one_pod: Plan) -> None:
    """A tranche in time whose day to decide has passed is covered by what is in hand; a late one shows the day."""
    horizon = one_pod.program.horizon
    program = one_pod.program.model_copy(update={"as_of": horizon.end})
    late = with_tranches(dataclasses.replace(one_pod, program=program), need_day=0)
    timely = with_tranches(dataclasses.replace(one_pod, program=program), need_day=horizon.num_days)
    assert all(state.decide_by is not None for state in tranche_states(late))
    assert [state.decide_by for state in tranche_states(timely)] == [None, None]


def test_201_what_is_ordered_needs_no_decision(one_pod: Plan) -> None:
    """The day to decide by is the need less acceptance and the longest lead, and only for what is not ordered."""
    free = tranche_states(one_pod)
    assert all(state.decide_by is not None and state.decide_by < state.need for state in free)
    ordered = tranche_states(with_tranches(one_pod, state="ordered"))
    assert [state.decide_by for state in ordered] == [None, None]
