"""Projects in parallel through shared resources: dates, drivers, probabilities, readiness."""

from rackwright.schedule.request import ScheduleRequest, schedule_request
from rackwright.schedule.stage import schedule_projects
from rackwright.tables.schedule import Schedule

__all__ = ["Schedule", "ScheduleRequest", "schedule_projects", "schedule_request"]
