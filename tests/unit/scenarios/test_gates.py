"""Sampled gates are those of the schedule that the plan follows."""

from __future__ import annotations

import numpy as np

from rackwright.plan import Plan
from rackwright.scenarios.gates import sample_gates
from rackwright.schedule import schedule_request
from rackwright.schedule.risk import NUM_SAMPLES
from rackwright.schedule.stage import SEED


def test_101_gates_are_drawn_around_the_plan(one_pod: Plan) -> None:
    """With the seed of the schedule stage, the days drawn have the medians and 95 % days that the plan tells."""
    activities = one_pod.schedule.activities
    drawn = sample_gates(schedule_request(one_pod.program), activities, seed=SEED, num_samples=NUM_SAMPLES)
    told = one_pod.schedule.gates.frame.select("gate", "p50_day", "p95_day").rows()
    assert {name for name, _, _ in told} <= set(drawn.names)
    for name, p50, p95 in told:
        found = np.quantile(drawn.days[drawn.row_of[name]], [0.5, 0.95], method="higher")
        assert found.tolist() == [p50, p95]
