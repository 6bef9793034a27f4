"""When does every project reach its gates, through shared labs, lines and teams, and which date is safe?"""

from __future__ import annotations

from rackwright.program.header import SampledOrder
from rackwright.schedule.lint import flaw_table, judge_network
from rackwright.schedule.measures import measure_table
from rackwright.schedule.network import build_network
from rackwright.schedule.orders import long_lead_table
from rackwright.schedule.planning import objective_of, plan_projects
from rackwright.schedule.progress import announced_days, earned_table, known_starts, moved_table
from rackwright.schedule.quality import schedule_checks
from rackwright.schedule.reasons import find_drivers
from rackwright.schedule.reliefs import find_reliefs
from rackwright.schedule.request import ScheduleRequest
from rackwright.schedule.result import (
    Solved,
    activity_table,
    booking_table,
    bound_table,
    gate_table,
    late_table,
    line_use_table,
    part_table,
    readiness_table,
    tornado_table,
)
from rackwright.schedule.risk import sample_risk
from rackwright.schedule.worth import worth_table
from rackwright.tables.schedule import Schedule

__all__ = ["schedule_projects"]

SEED = 11
OMISSIONS: dict[SampledOrder, str] = {
    "kept": "schedule: sampled dates keep the plan's order on shared resources: cautious (policy.sampled_order)",
    "anew": "schedule: in sampled dates users of shared resources fill gaps of lengths not known before: hopeful",
}


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
    announced = announced_days(network, {known.gate: known.day for known in request.incumbent})
    objective = objective_of(network, announced, request.moved_weight, request.goal)
    known = known_starts(network, {start.activity: start.day for start in request.known_starts})
    found = plan_projects(network, objective, seed=SEED, known=known)
    network = found.network
    sampled = sample_risk(network, found.dates, seed=SEED)
    solved = Solved(request, network, found.dates, find_drivers(network, found.dates), sampled)
    judged, bounds = judge_network(solved), bound_table(solved)
    return Schedule(
        activities=activity_table(solved),
        bookings=booking_table(solved),
        gates=gate_table(solved),
        readiness=readiness_table(solved),
        line_use=line_use_table(solved),
        part_needs=part_table(solved),
        late=late_table(solved, find_reliefs(solved, objective, found.priority)),
        long_lead=long_lead_table(solved),
        tornado=tornado_table(solved),
        worth=worth_table(solved, objective, found.priority),
        moved=moved_table(solved, announced, request.moved_weight),
        earned=earned_table(solved),
        bounds=bounds,
        measures=measure_table(solved, objective, bounds),
        flaws=flaw_table(judged),
        checks=schedule_checks(solved, judged),
        omissions=(OMISSIONS[network.sampled_order],),
    )
