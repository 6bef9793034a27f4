"""On which days are the gates of a program reached, drawn together? Samples of the whole schedule.

Gates of one draw belong together: a lab that is late is late for all its projects. Quantiles are never added up.
"""

from __future__ import annotations

import numpy as np

from rackwright.scenarios.chance import GateSamples
from rackwright.schedule import ScheduleRequest
from rackwright.schedule.network import build_network
from rackwright.schedule.planning import objective_of, plan_projects
from rackwright.schedule.risk import sample_finishes
from rackwright.schedule.stage import SEED

__all__ = ["NUM_GATE_SAMPLES", "sample_gates"]

NUM_GATE_SAMPLES = 2_000


def sample_gates(request: ScheduleRequest, *, seed: int, num_samples: int = NUM_GATE_SAMPLES) -> GateSamples:
    """Days of every gate in joint samples of the schedule that the plan follows."""
    if not request.projects:
        return GateSamples((), np.zeros((0, 0), dtype=np.int32))
    network = build_network(request)
    found = plan_projects(network, objective_of(network, goal=request.goal), seed=SEED)
    finish = sample_finishes(found.network, found.dates, seed=seed, num_samples=num_samples)
    given = {(i, row.gate) for i, project in enumerate(found.network.projects) for row in project.delivers}
    kept = [
        number
        for number, job in enumerate(found.network.jobs)
        if job.activity.kind == "gate" or job.activity.gate or (job.project, job.activity.id) in given
    ]
    names = tuple(found.network.jobs[number].name for number in kept)
    return GateSamples(names, (finish[kept] - found.network.first_day).astype(np.int32))
