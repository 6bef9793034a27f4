"""On which days are the gates of a program reached, drawn together? Samples of the whole schedule.

Gates of one draw belong together: a lab that is late is late for all its projects. Quantiles are never added up.
"""

from __future__ import annotations

import numpy as np

from rackwright.scenarios.chance import GateSamples
from rackwright.schedule import ScheduleRequest
from rackwright.schedule.generation import Dates
from rackwright.schedule.network import Network, build_network, with_modes
from rackwright.schedule.reasons import HELD_BACK
from rackwright.schedule.risk import sample_finishes
from rackwright.tables.schedule import Activities

__all__ = ["NUM_GATE_SAMPLES", "sample_gates"]

NUM_GATE_SAMPLES = 2_000


def sample_gates(
    request: ScheduleRequest, activities: Activities, *, seed: int, num_samples: int = NUM_GATE_SAMPLES
) -> GateSamples:
    """Days of every gate in joint samples of a schedule.

    Parameters
    ----------
    request
        Projects, links, resources.
    activities
        The schedule that was planned for them: its modes, and its order on resources, hold in every sample.
    seed
        Seed of all samples.
    num_samples
        Number of samples.
    """
    if not request.projects:
        return GateSamples((), np.zeros((0, 0), dtype=np.int32))
    network, dates = _as_planned(build_network(request), activities)
    finish = sample_finishes(network, dates, seed=seed, num_samples=num_samples)
    given = {(i, row.gate) for i, project in enumerate(network.projects) for row in project.delivers}
    kept = [
        number
        for number, job in enumerate(network.jobs)
        if job.activity.kind == "gate" or job.activity.gate or (job.project, job.activity.id) in given
    ]
    names = tuple(network.jobs[number].name for number in kept)
    return GateSamples(names, (finish[kept] - network.first_day).astype(np.int32))


def _as_planned(network: Network, activities: Activities) -> tuple[Network, Dates]:
    """The network in the modes of a schedule, and its dates; which resource held a job back is not in them."""
    columns = activities.frame.select("activity", "mode", "start_day", "finish_day", "driver_kind")
    known = {name: (mode, start, finish, kind in HELD_BACK) for name, mode, start, finish, kind in columns.iter_rows()}
    rows = np.array([known[job.name] for job in network.jobs], dtype=np.int64).reshape(-1, 4)
    start, finish = rows[:, 1] + network.first_day, rows[:, 2] + network.first_day
    dates = Dates(start, finish, start, np.full(len(rows), -1, dtype=np.int64), rows[:, 3] > 0)
    return with_modes(network, rows[:, 0].tolist()), dates
