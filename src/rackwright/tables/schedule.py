"""What schedule hands on: dated activities with their drivers, gates with probabilities, readiness, use of lines."""

from __future__ import annotations

from dataclasses import dataclass

from polars import Boolean, Float64, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = [
    "Activities",
    "Bookings",
    "Bounds",
    "EarnedValue",
    "Flaws",
    "Gates",
    "LateProjects",
    "LineUse",
    "LongLead",
    "Measures",
    "MovedGates",
    "PartNeeds",
    "Readiness",
    "ResourceWorth",
    "Schedule",
    "Tornado",
]


class Activities(Table):
    """One row per activity; `finish_day` is the first day after."""

    activity = Column(String, "`project.activity`", key=True)
    project = Column(String, "project")
    name = Column(String, "name")
    kind = Column(String, "work, procure, build, inspection or gate")
    mode = Column(Int32, "mode chosen, from 0", ge=0)
    start_day = Column(
        Int32,
        "first day",
        unit="day",
        formula="schedule-objective",
        inputs=("program:policy.schedule_objective",),
    )
    finish_day = Column(Int32, "first day after", unit="day")
    float_days = Column(
        Int32, "how far it may slip without moving its project's due gate, resources aside", unit="day", ge=0
    )
    is_critical = Column(Boolean, "True if on the driving chain of its project's last gate")
    driver = Column(String, "activity that sets its start; empty if its release does")
    driver_kind = Column(String, "link, resource, release, actual, most-lag or announced (held back)")
    driver_resource = Column(String, "resource it waited for; empty if none")
    also_held = Column(String, "other activities that held that resource during the wait, by commas")
    wait_days = Column(Int32, "days it waited for that resource", unit="day", ge=0)
    critical_share = Column(
        Float64,
        "share of the samples in which it drives the end of its project",
        ge=0,
        formula="criticality-index",
        inputs=("activities.start_day",),
    )
    cost_cent = Column(Int64, "cost of its mode", unit="cent", ge=0)


class Bookings(Table):
    """Which activity uses which resource."""

    activity = Column(String, "activity", key=True)
    resource = Column(String, "resource", key=True)
    units = Column(Int32, "units", ge=1)
    start_day = Column(Int32, "first day", unit="day")
    finish_day = Column(Int32, "first day after", unit="day")


class Gates(Table):
    """Every gate with its probable dates."""

    gate = Column(String, "`project.activity`", key=True)
    project = Column(String, "project")
    kind = Column(String, "concept, EVT, DVT, PVT, qualification, energisation, ready, accepted")
    day = Column(
        Int32,
        "date of the deterministic plan",
        unit="day",
        formula="schedule-objective",
        inputs=("program:policy.schedule_objective",),
    )
    p50_day = Column(Int32, "median", unit="day")
    p80_day = Column(Int32, "80 %", unit="day", formula="gate-quantile", inputs=("gates.day",))
    p95_day = Column(Int32, "95 %", unit="day")
    due_day = Column(
        Int32,
        "its own due day, else that of its project for its last gate and those it delivers at",
        unit="day",
        nullable=True,
    )
    cause = Column(String, "driving chain, in words")
    on_time_share = Column(
        Float64, "chance that the gate is passed by its due day", nullable=True, formula="gate-quantile"
    )
    merge_bias_days = Column(
        Int32, "median less the deterministic plan", unit="day", formula="merge-bias", inputs=("gates.p50_day",)
    )
    margin_days = Column(
        Int32, "80 % date less the deterministic plan", unit="day", formula="schedule-margin", inputs=("gates.p80_day",)
    )


class Readiness(Table):
    """When things become usable, for supply."""

    kind = Column(String, "platform, line, hall, power or source", key=True)
    ref = Column(String, "which one", key=True)
    gate = Column(String, "gate that makes it ready")
    p50_day = Column(Int32, "median", unit="day")
    p80_day = Column(Int32, "80 %", unit="day")
    p95_day = Column(Int32, "95 %", unit="day")


class LineUse(Table):
    """Minutes of a supply cell that projects take on a day."""

    resource = Column(String, "cell", key=True)
    day = Column(Int32, "day", unit="day", key=True)
    minutes = Column(Int64, "minutes taken", unit="min", ge=0)


class PartNeeds(Table):
    """Parts that engineering builds will take; supply gives them before racks."""

    activity = Column(String, "`project.activity` of the build", key=True)
    item = Column(String, "item", key=True)
    plant = Column(String, "plant of the project; empty where it names none")
    qty = Column(Int64, "number taken", ge=1)
    day = Column(Int32, "day on which the build starts in the plan", unit="day")


class LateProjects(Table):
    """Projects that end after their due day or deadline."""

    project = Column(String, "project", key=True)
    due_day = Column(Int32, "due", unit="day")
    finish_day = Column(Int32, "end", unit="day")
    late_days = Column(Int32, "days late", unit="day", ge=0)
    is_deadline = Column(Boolean, "True if a deadline is missed, not only a due day")
    cause = Column(String, "driving chain, in words")
    relief = Column(String, "cheapest relief found")


class LongLead(Table):
    """Orders that take long: the last responsible day to place each, by how sure its arrival must be."""

    activity = Column(String, "`project.activity` of the procurement", key=True)
    item = Column(String, "item")
    supplier = Column(String, "supplier")
    planned_day = Column(Int32, "day on which the plan orders", unit="day")
    need_day = Column(Int32, "day by which it must be there to move no project's end", unit="day")
    p50_day = Column(Int32, "last day to order, median lead time", unit="day", formula="last-responsible-start")
    p80_day = Column(Int32, "last day to order, 80 % sure", unit="day", formula="last-responsible-start")
    p95_day = Column(Int32, "last day to order, 95 % sure", unit="day", formula="last-responsible-start")


class Tornado(Table):
    """Which durations the end of a project hangs on most: largest rank correlation first."""

    project = Column(String, "project", key=True)
    activity = Column(String, "`project.activity`", key=True)
    rank_correlation = Column(Float64, "of its duration with the end of the project", formula="rank-correlation")
    low_days = Column(Int32, "10 % point of its duration", unit="day", ge=0)
    high_days = Column(Int32, "90 % point of its duration", unit="day", ge=0)
    swing_days = Column(
        Int32,
        "how far the end moves when it goes from low to high, by regression on ranks",
        unit="day",
        formula="tornado-swing",
        inputs=("tornado.rank_correlation",),
    )


class ResourceWorth(Table):
    """What one unit more or less of each renewable resource does, scheduled again at the same order.

    Measured in weighted days late; with `policy.schedule_objective` `makespan` in days of the last end, with
    `stability` in days by which announced gates move.
    """

    resource = Column(String, "resource", key=True)
    used_share = Column(Float64, "units x days used over units x days there, while projects run", ge=0)
    measure = Column(Float64, "days of the measure in the plan", formula="weighted-tardiness")
    one_more = Column(Float64, "change of the measure with one unit more", formula="resource-worth")
    one_less = Column(
        Float64,
        "change of the measure with one unit less; nothing where an activity needs every unit",
        nullable=True,
        formula="resource-worth",
    )
    slips = Column(String, "projects that end later if one unit is lost, most first, in words")


class MovedGates(Table):
    """Gates that move against the announced plan, and what that costs."""

    gate = Column(String, "`project.activity`", key=True)
    announced_day = Column(Int32, "day announced: of the incumbent, else of the baseline", unit="day")
    day = Column(Int32, "day of this plan", unit="day")
    moved_days = Column(Int32, "later (positive) or earlier", unit="day")
    price = Column(Float64, "price of the move [weighted days]", formula="moved-price", inputs=("moved.moved_days",))


class EarnedValue(Table):
    """Progress of each project in money of its modes and resources on the first day of the plan."""

    project = Column(String, "project", key=True)
    planned_cent = Column(Int64, "planned value PV", unit="cent", formula="earned-value")
    earned_cent = Column(Int64, "earned value EV", unit="cent", formula="earned-value")
    actual_cent = Column(
        Int64, "actual cost AC as booked, else pro rata of days worked", unit="cent", formula="earned-value"
    )
    schedule_index = Column(Float64, "SPI = EV / PV; 1 where nothing was planned yet", formula="earned-value")
    cost_index = Column(Float64, "CPI = EV / AC; 1 where nothing was spent yet", formula="earned-value")


class Bounds(Table):
    """How early each project could end at best: what no schedule of this program can beat."""

    project = Column(String, "project", key=True)
    day = Column(Int32, "end of the plan", unit="day")
    critical_path_day = Column(
        Int32, "earliest end by links and calendars, resources aside", unit="day", formula="critical-path-bound"
    )
    energetic_day = Column(
        Int32, "earliest end by the work of its own activities on each resource", unit="day", formula="energetic-bound"
    )
    least_lateness = Column(Float64, "weighted days late that no schedule avoids", ge=0, formula="weighted-tardiness")


class Measures(Table):
    """What schedules were compared by, in order: the first in which two differ decides."""

    rank = Column(Int32, "place in the order, from 1", key=True, ge=1)
    measure = Column(String, "overdraft, makespan, mode-cost, stability, weighted-tardiness or ends")
    value = Column(
        Float64,
        "what the plan reaches; less is better",
        formula="schedule-objective",
        inputs=("program:policy.schedule_objective",),
    )
    unit = Column(String, "unit of the value")
    least = Column(Float64, "what no schedule in these modes can be below, where a bound is known", nullable=True)


class Flaws(Table):
    """Everything that breaks a rule of how networks are drawn, also where a few offenders are allowed."""

    rule = Column(String, "rule of the checks", key=True)
    subject = Column(String, "`project.activity`, link or project", key=True)
    words = Column(String, "what is wrong with it")


@dataclass(frozen=True)
class Schedule:
    """Result of the stage."""

    activities: Activities
    bookings: Bookings
    gates: Gates
    readiness: Readiness
    line_use: LineUse
    part_needs: PartNeeds
    late: LateProjects
    long_lead: LongLead
    tornado: Tornado
    worth: ResourceWorth
    moved: MovedGates
    earned: EarnedValue
    bounds: Bounds
    measures: Measures
    flaws: Flaws
    checks: Checks
    omissions: tuple[str, ...]
