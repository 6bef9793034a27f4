"""How full is each shared resource over time, what would it be asked for if nobody waited, and what is a unit worth?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from rackwright.figures import Caption, LineChart, LineSeries, Shortfall
from rackwright.plan import Plan
from rackwright.schedule import schedule_request
from rackwright.schedule.engine import Engine
from rackwright.schedule.generation import instance_of
from rackwright.schedule.instance import IntArray
from rackwright.schedule.network import Network, build_network, with_modes
from rackwright.views.absent import absent
from rackwright.views.used_up import UsedUp, used_up, used_up_figure, used_up_table
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["RESOURCES", "month_use_table"]

WEEK = 7
BAR_SIGNS = " ▁▂▃▄▅▆▇█"
LATENESS = ("Lateness", "weighted days", "less late")
MEASURES = {"makespan": ("Last end", "days", "sooner"), "stability": ("Moved gates", "days", "fewer moves")}
"""What a unit is measured by under objectives that are no lateness: name, unit, and what less of it is."""


@dataclass(frozen=True)
class _Use:
    """Units of one resource by day from the first day that a project uses: there, taken, asked for if nobody waited."""

    resource: str
    name: str
    first: int
    there: IntArray
    taken: IntArray
    asked: IntArray

    @property
    def over_days(self) -> int:
        """Days on which the plan takes more than there is."""
        return int((self.taken > self.there).sum())

    @property
    def asked_over_days(self) -> int:
        """Days on which more would be asked for than there is, if nobody waited."""
        return int((self.asked > self.there).sum())


def _show(plan: Plan) -> Shown:
    if not len(plan.schedule.activities):
        return absent(plan, "No projects", "schedule")
    uses, gone = _uses(plan), used_up(plan)
    if not uses and not gone:
        return Shown("No project uses a shared resource.")
    lead = " ".join([*([_shared_words(uses)] if uses else []), *([_used_up_words(gone)] if gone else [])])
    tables = (_use_table(plan, uses), _month_table(plan, uses), _worth_table(plan)) if uses else ()
    figures = (*(_figure(plan, use) for use in uses), *(used_up_figure(plan, one) for one in gone))
    return Shown(lead, (*tables, *((used_up_table(plan, gone),) if gone else ())), figures)


def _shared_words(uses: list[_Use]) -> str:
    busiest = max(uses, key=lambda use: (use.asked_over_days, use.resource))
    over = sum(use.over_days > 0 for use in uses)
    return (
        f"{counted(len(uses), 'shared resource')}; the plan overloads {over or 'none'}. "
        f"If nobody waited, {_overloaded(busiest)}."
    )


def _used_up_words(gone: list[UsedUp]) -> str:
    empty = sum(one.last_unit is not None for one in gone)
    without = [name for one in gone for name in one.without]
    short = f"; too little is left for {', '.join(without)}" if without else ""
    return f"{counted(len(gone), 'consumable resource')}, {empty or 'none'} taken to the last unit{short}."


def _overloaded(busiest: _Use) -> str:
    days = busiest.asked_over_days
    return (
        f"{busiest.name} would be overloaded on {counted(days, 'day')}" if days else "none would be overloaded either"
    )


def _uses(plan: Plan) -> list[_Use]:
    """Use of each renewable resource, in the order of the program."""
    network = _network(plan)
    dates = {
        name: (start + network.first_day, finish + network.first_day)
        for name, start, finish in plan.schedule.activities.frame.select(
            "activity", "start_day", "finish_day"
        ).iter_rows()
    }
    planned = np.array([dates[job.name] for job in network.jobs], dtype=np.int64)
    instance = instance_of(network)
    free = Engine(instance._replace(demand=np.zeros_like(instance.demand))).schedule(np.arange(instance.num_jobs))
    found = []
    for number, resource in enumerate(plan.program.resources):
        units = np.array([sum(n for r, n in job.demands if r == number) for job in network.jobs], dtype=np.int64)
        if resource.kind != "renewable" or not units.any():
            continue
        used = units > 0
        first = max(int(min(planned[used, 0].min(), free.start[used].min())), network.first_day)
        last = int(max(planned[used, 1].max(), free.finish[used].max(), first + 1))
        taken = _profile(units, planned[:, 0], planned[:, 1], len(network.capacity[number]))
        asked = _profile(units, free.start, free.finish, len(network.capacity[number]))
        days = slice(first, last)
        there = network.capacity[number][days]
        found.append(
            _Use(
                resource.id,
                resource.name or resource.id,
                first - network.first_day,
                there,
                taken[days],
                asked[days],
            )
        )
    return found


def _network(plan: Plan) -> Network:
    """The projects compiled, in the modes of the plan."""
    network = build_network(schedule_request(plan.program))
    modes = dict(plan.schedule.activities.frame.select("activity", "mode").iter_rows())
    return with_modes(network, [modes[job.name] for job in network.jobs])


def _profile(units: IntArray, start: IntArray, finish: IntArray, num_days: int) -> IntArray:
    """Units taken on each day."""
    change = np.zeros(num_days + 1, dtype=np.int64)
    np.add.at(change, np.clip(start, 0, num_days), units)
    np.add.at(change, np.clip(finish, 0, num_days), -units)
    return np.cumsum(change)[:num_days]


def _use_table(plan: Plan, uses: list[_Use]) -> ViewTable:
    columns = (
        TableColumn("resource", "Resource"),
        TableColumn("units", "Units"),
        TableColumn("peak", "Most taken"),
        TableColumn("over_days", "Overloaded", "days"),
        TableColumn("asked_peak", "Most asked for"),
        TableColumn("asked_over_days", "Overloaded if nobody waited", "days"),
        TableColumn("used_share", "Used", digits=0, is_share=True),
        TableColumn("wait_days", "Waits for it", "days"),
    )
    waits: dict[str, int] = {}
    for name, days in plan.schedule.activities.frame.select("driver_resource", "wait_days").iter_rows():
        waits[name] = waits.get(name, 0) + days
    rows = tuple(
        (
            use.name, int(use.there.max()), int(use.taken.max()), use.over_days, int(use.asked.max()),
            use.asked_over_days, float(use.taken.sum() / max(int(use.there.sum()), 1)), waits.get(use.name, 0),
        )
        for use in uses
    )  # fmt: skip
    note = (
        "Asked for: with every activity as early as its links allow, resources aside. Used: units x days taken "
        "over those there, from the first day on which it is taken or asked for to the last."
    )
    return ViewTable("Shared resources", columns, rows, note)


def _month_table(plan: Plan, uses: list[_Use]) -> ViewTable:
    """Mean use by month as bars of one sign a month: a full block is all units, an exclamation mark an overload."""
    months = _months(plan, uses)
    rows: list[tuple[Cell, ...]] = [
        (use.name, *("".join(_sign(part, use, days.get(m)) for m in months) for part in (use.taken, use.asked)))
        for use in uses
        for days in (_days_by_month(plan, use),)
    ]
    columns = (
        TableColumn("resource", "Resource"),
        TableColumn("taken", f"Taken, {months[0]} to {months[-1]}, one sign a month"),
        TableColumn("asked", "Asked for if nobody waited"),
    )
    note = "A full block is every unit on every day of the month; ! marks a month with an overloaded day."
    return ViewTable("Histogram", columns, tuple(rows), note)


def _months(plan: Plan, uses: list[_Use]) -> list[str]:
    """Every month in which a resource is taken or asked for."""
    return sorted({month for use in uses for month in _days_by_month(plan, use)})


def _days_by_month(plan: Plan, use: _Use) -> dict[str, IntArray]:
    """Places in the arrays of a use by month."""
    first = np.datetime64(plan.program.horizon.date(use.first), "D")
    months, begins = np.unique((first + np.arange(len(use.taken))).astype("datetime64[M]"), return_index=True)
    parts = np.split(np.arange(len(use.taken), dtype=np.int64), begins[1:])
    return dict(zip(months.astype(str).tolist(), parts, strict=True))


def month_use_table(plan: Plan) -> ViewTable:
    """The histogram in numbers: units there, taken and asked for in each month, mean and most."""
    columns = (
        TableColumn("resource", "Resource"),
        TableColumn("month", "Month"),
        TableColumn("there", "Units there, mean", digits=2),
        TableColumn("taken", "Taken, mean", digits=2),
        TableColumn("most_taken", "Most taken"),
        TableColumn("asked", "Asked for if nobody waited, mean", digits=2),
        TableColumn("most_asked", "Most asked for"),
        TableColumn("asked_over_days", "Overloaded if nobody waited", "days"),
    )
    rows: list[tuple[Cell, ...]] = []
    for use in _uses(plan):
        for month, days in _days_by_month(plan, use).items():
            there, taken, asked = use.there[days], use.taken[days], use.asked[days]
            most = (float(taken.mean()), int(taken.max()), float(asked.mean()), int(asked.max()))
            rows.append((use.name, month, float(there.mean()), *most, int((asked > there).sum())))
    return ViewTable("Use by month", columns, tuple(rows))


def _sign(part: IntArray, use: _Use, days: IntArray | None) -> str:
    if days is None:
        return BAR_SIGNS[0]
    if (part[days] > use.there[days]).any():
        return "!"
    share = float(part[days].sum()) / max(float(use.there[days].sum()), 1.0)
    return BAR_SIGNS[min(int(np.ceil(share * (len(BAR_SIGNS) - 1))), len(BAR_SIGNS) - 1)]


def _worth_table(plan: Plan) -> ViewTable:
    name, unit, better = MEASURES.get(plan.program.policy.schedule_objective, LATENESS)
    columns = (
        TableColumn("resource", "Resource"),
        TableColumn("one_more", f"{name} with one more", unit, 0),
        TableColumn("one_less", f"{name} with one less", unit, 0),
        TableColumn("slips", "What ends later if one is lost"),
    )
    frame = plan.schedule.worth.frame.sort("one_more", "resource")
    rows = tuple(frame.select("resource", "one_more", "one_less", "slips").iter_rows())
    note = f"Changes against the same order of preference scheduled once; negative is {better}."
    return ViewTable("Worth of a unit", columns, rows, note)


def _figure(plan: Plan, use: _Use) -> LineChart:
    """Steps of a week: units there, most taken and most asked for in the week."""
    weeks = range(0, len(use.taken), WEEK)
    days = tuple(use.first + week for week in weeks)
    series = [
        LineSeries(name, label, days, tuple(float(part[week : week + WEEK].max()) for week in weeks))
        for name, label, part in (
            ("there", "units there", use.there), ("taken", "taken", use.taken), ("asked", "asked for", use.asked),
        )
    ]  # fmt: skip
    words = f"Most units in each week; hatched where more than the {int(use.there.max())} there would be asked for."
    return LineChart(
        Caption(f"resource-{use.resource}", f"{use.name}: units taken and asked for", words),
        _start(plan), "units", tuple(series), Shortfall("asked", "there", "overload if nobody waited"), is_step=True,
    )  # fmt: skip


def _start(plan: Plan) -> dt.date:
    return plan.program.horizon.start


RESOURCES = View(
    "resources", "Shared resources", "How full is each lab, line and team, where would it be overloaded, what is a "
    "unit worth, and what is used up?", _show, in_report=False,
)  # fmt: skip
