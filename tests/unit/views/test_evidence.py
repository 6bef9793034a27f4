"""Is the share of the critical path that is assumed counted in days?"""

from __future__ import annotations

import dataclasses

import pytest

from rackwright.plan import Plan
from rackwright.views.evidence import assumed_critical_share, is_assumed


def with_source(plan: Plan, activity_id: str) -> Plan:
    """The plan with one activity resting on a source."""
    projects = tuple(
        project.model_copy(
            update={
                "activities": tuple(
                    activity.model_copy(update={"source": "planner", "kind_of_evidence": "estimate"})
                    if f"{project.id}.{activity.id}" == activity_id
                    else activity
                    for activity in project.activities
                )
            }
        )
        for project in plan.program.projects
    )
    return dataclasses.replace(plan, program=plan.program.model_copy(update={"projects": projects}))


def test_101_no_schedule_no_share(empty_plan: Plan) -> None:
    """Without a schedule there is no critical path, and no share."""
    assert assumed_critical_share(empty_plan) is None


def test_102_a_sourced_activity_lowers_the_share_by_its_days(one_pod: Plan) -> None:
    """Giving one critical activity a source lowers the share by exactly its part of the path's days."""
    plan = one_pod
    before = assumed_critical_share(plan)
    rows = plan.schedule.activities.frame.filter(is_critical=True).select("activity", "start_day", "finish_day").rows()
    days = {name: finish - start for name, start, finish in rows}
    after = assumed_critical_share(with_source(plan, "pod-npi.evt-test"))
    assert before == 1.0
    assert after == pytest.approx(1 - days["pod-npi.evt-test"] / sum(days.values()))


def test_201_a_source_alone_is_no_evidence(one_pod: Plan) -> None:
    """A row that names a source and still calls itself an assumption is one."""
    site = one_pod.program.sites[0]
    assert is_assumed(site.model_copy(update={"source": "planner", "kind_of_evidence": "assumption"}))
    assert not is_assumed(site.model_copy(update={"source": "planner", "kind_of_evidence": "filing"}))
