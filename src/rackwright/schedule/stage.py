"""When does every project reach its gates, through shared labs, lines and teams, and which date is safe?"""

from __future__ import annotations

from rackwright.schedule.network import build_network
from rackwright.schedule.quality import schedule_checks
from rackwright.schedule.reasons import find_drivers
from rackwright.schedule.reliefs import find_reliefs
from rackwright.schedule.request import ScheduleRequest
from rackwright.schedule.result import (
    Solved,
    activity_table,
    booking_table,
    gate_table,
    late_table,
    line_use_table,
    readiness_table,
)
from rackwright.schedule.risk import sample_finishes
from rackwright.schedule.search import search_schedule
from rackwright.tables.schedule import Schedule

__all__ = ["schedule_projects"]

SEED = 11
OMISSIONS = (
    "schedule: each activity is planned in its quickest mode; the cost of modes is not weighed",
    "schedule: maximum lags between activities are not enforced while scheduling",
    "schedule: sampled dates keep the plan's order on shared resources",
    "schedule: engineering builds book labs and lines, their parts are not taken from supply",
)


def schedule_projects(request: ScheduleRequest) -> Schedule:
    """Schedule all projects together, sample their dates, and say what drives each gate.

    Parameters
    ----------
    request
        Projects, links, resources, calendars, lead times.

    Returns
    -------
    Feasible dates with drivers and float, gates at P50/P80/P95, readiness, use of production cells, late projects with
    their driving chain and a re-solved relief.
    """
    network = build_network(request)
    found = search_schedule(network, seed=SEED)
    sampled = sample_finishes(network, found.dates, seed=SEED)
    solved = Solved(request, network, found.dates, find_drivers(network, found.dates), sampled)
    return Schedule(
        activities=activity_table(solved),
        bookings=booking_table(solved),
        gates=gate_table(solved),
        readiness=readiness_table(solved),
        line_use=line_use_table(solved),
        late=late_table(solved, find_reliefs(solved, found.priority)),
        checks=schedule_checks(solved),
        omissions=OMISSIONS,
    )
