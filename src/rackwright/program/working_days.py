"""On which days can an activity be worked? Those of its own calendar and of every renewable resource that it uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rackwright.program.projects import Activity, Calendar, Mode, Resource

__all__ = ["calendars_of", "joined", "joined_id"]

_BETWEEN = " & "  # no id has a space


def calendars_of(activity: Activity, mode: Mode, resources: Mapping[str, Resource]) -> tuple[str, ...]:
    """Calendars that must all work on a day for it to count, sorted by id; none where every day counts."""
    used = [resources[demand.resource] for demand in mode.demands if demand.resource in resources]
    shared = () if activity.ignores_resource_calendars else (row.calendar for row in used if row.kind == "renewable")
    return tuple(sorted({name for name in (activity.calendar, *shared) if name}))


def joined_id(names: Iterable[str]) -> str:
    """Name of the days that all these calendars work."""
    return _BETWEEN.join(names)


def joined(calendars: Iterable[Calendar]) -> Calendar:
    """The calendar of the days that all these calendars work; one of them alone is itself."""
    first, *rest = calendars
    for other in rest:
        first = first.model_copy(
            update={
                "id": joined_id((first.id, other.id)),
                "weekdays": tuple(day for day in first.weekdays if day in other.weekdays),
                "holidays": tuple(sorted({*first.holidays, *other.holidays})),
                "shutdowns": (*first.shutdowns, *other.shutdowns),
            }
        )
    return first
