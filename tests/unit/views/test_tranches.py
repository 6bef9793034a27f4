"""Is the state of a tranche told as it is?"""

from __future__ import annotations

import dataclasses

import polars as pl

from rackwright.plan import Plan
from rackwright.tables.checks import Checks
from rackwright.tables.siting import Shortfalls, Tranches
from rackwright.views.capacity import CAPACITY, needed_by_day
from rackwright.views.late import LATE
from rackwright.views.summary import plan_summary
from rackwright.views.tranches import NEARLY, TRANCHES, tranche_states


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


def test_103_the_lateness_shown_is_true(one_pod: Plan) -> None:
    """The mean lateness is the one supply checked and names with its causes; the last rack lies in its bucket."""
    means = dict(one_pod.supply.checks.frame.filter(rule="supply-on-time").select("subject", "value").iter_rows())
    buckets = one_pod.supply.buckets.frame.select("start_day", "end_day").rows()
    for state in tranche_states(one_pod):
        assert state.late_days is not None
        assert state.mean_late_days == means[state.tranche]
        assert state.mean_late_days <= state.late_days
        causes = one_pod.supply.causes.frame.filter(demand=state.tranche)
        assert set(causes["late_days"]) == {state.mean_late_days}
        assert state.late_days_least is not None
        need = (state.need - one_pod.program.horizon.start).days
        accepted = one_pod.supply.deployments.frame.filter(tranche=state.tranche).filter(pl.col("racks") > 0)
        end = accepted.join(one_pod.supply.buckets.frame, on="bucket")["end_day"].max()
        assert 0 < state.mean_late_days <= end - need
        assert (need + state.late_days_least, need + state.late_days) in buckets


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


def short_of_one_unit(plan: Plan) -> Plan:
    """The plan as it would be if the halls had taken one unit of the block's two."""
    siting = plan.siting
    is_last = pl.col("tranche") == "pod-1b"
    columns = [
        pl.when(is_last).then(0).otherwise(pl.col(name)).cast(pl.Int32).alias(name) for name in ("units", "racks")
    ]
    tranches = Tranches.of(siting.tranches.frame.with_columns(columns))
    shortfalls = Shortfalls.from_rows([("pod-1", 2, 1, "positions", "11 more rack positions")])
    return dataclasses.replace(plan, siting=dataclasses.replace(siting, tranches=tranches, shortfalls=shortfalls))


def test_301_racks_without_a_place_leave_their_tranche_short(one_pod: Plan) -> None:
    """A tranche whose racks found no place counts them, is short, and names what limits them before all else."""
    first, last = tranche_states(short_of_one_unit(one_pod))
    assert (first.unplaced_racks, first.racks) == (0, 8)
    assert (last.unplaced_racks, last.racks, last.accepted, last.late_days) == (8, 8, None, None)
    assert last.is_short
    assert last.cause == "8 racks without a place: positions"
    assert last.relief == "11 more rack positions"


def test_302_a_plan_with_a_shortfall_does_not_meet_its_need(one_pod: Plan) -> None:
    """The summary lists each block that is not placed in full, and the need is not met."""
    summary = plan_summary(short_of_one_unit(one_pod), Checks.empty())
    assert not summary["meets_need"]
    assert summary["shortfalls"][0]["given_units"] == 1
    assert any("block pod-1: 1 of 2 units placed; positions" in line for line in summary["lines"])


def test_303_a_shortfall_stands_in_the_view(one_pod: Plan) -> None:
    """The view of tranches says how many racks found no place, and what would help; without one it says nothing."""
    shown = TRANCHES.build(short_of_one_unit(one_pod))
    assert shown.lead.endswith("8 racks found no place.")
    assert shown.tables[1].rows == (("pod-1", 2, 1, "positions", "11 more rack positions"),)
    assert len(TRANCHES.build(one_pod).tables) == 1


def test_305_late_and_capacity_tell_racks_without_a_place(one_pod: Plan) -> None:
    """Racks that found no place count as needed, and both views name them beside what is late."""
    plan = short_of_one_unit(one_pod)
    assert "never accepted: 8 racks: pod-1b 8 (positions)" in LATE.build(plan).lead
    quiet = dataclasses.replace(plan.supply, causes=plan.supply.causes.empty())
    assert LATE.build(dataclasses.replace(plan, supply=quiet)).lead.startswith("Without a place")
    assert needed_by_day(plan)[-1][1] == 16
    assert CAPACITY.build(plan).lead.endswith("8 racks found no place.")
    assert "place" not in LATE.build(one_pod).lead + CAPACITY.build(one_pod).lead


def test_304_a_supply_that_is_not_planned_is_the_cause(one_pod: Plan, empty_plan: Plan) -> None:
    """Where supply was skipped, its absence is what holds every tranche."""
    states = tranche_states(dataclasses.replace(one_pod, supply=empty_plan.supply))
    assert {state.cause for state in states} == {"supply is not planned, the program has no platforms"}
