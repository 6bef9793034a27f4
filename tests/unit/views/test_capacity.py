"""Is what is served averaged over the days in which it is wanted?"""

from __future__ import annotations

import dataclasses

from rackwright.plan import Plan
from rackwright.tables.supply import Buckets, Served
from rackwright.views.capacity import CAPACITY


def test_101_a_bucket_counts_with_the_days_in_which_it_is_wanted(one_pod: Plan) -> None:
    """A run of 30 days carried in none of its first 24, and in full in a bucket it ends 6 days into, is served 20 %."""
    run = one_pod.program.training[0]
    start = one_pod.program.horizon.day(run.start)
    finish = one_pod.program.horizon.date(start + 30)
    program = one_pod.program.model_copy(update={"training": (run.model_copy(update={"finish": finish}),)})
    buckets = Buckets.from_rows([(0, 0, start), (1, start, start + 24), (2, start + 24, start + 115)])
    served = Served.from_rows(
        [
            (run.id, "pod-1", 0, 0.0, 0.0, 0.0),
            (run.id, "pod-1", 1, 0.0, 0.0, 10.0),
            (run.id, "pod-1", 2, 1.0, 10.0, 10.0),
        ]
    )
    nothing = one_pod.supply.deployments.empty()
    supply = dataclasses.replace(one_pod.supply, buckets=buckets, served=served, deployments=nothing)
    plan = dataclasses.replace(one_pod, program=program, supply=supply)
    rows = {row[0]: row[3] for row in CAPACITY.build(plan).tables[0].rows}
    assert rows[run.id] == 6 / 30
