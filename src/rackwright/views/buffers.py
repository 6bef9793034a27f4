"""How large must the buffer before each gate be, how much of it is used, and where do feeding paths need one?

The chain of a gate is what drives its date in the plan, through links and resources. Its buffer is its 80 % day in the
samples less its planned day, so risks, common causes and merging paths count. Beside it stands the root of the sum of
squares of (90 % less median duration) over the chain, as critical-chain practice sizes it, which knows none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from rackwright.figures import Caption, LineChart, LineSeries, ScatterChart, ScatterPoint, ScatterSeries
from rackwright.plan import Plan
from rackwright.program.projects import Activity
from rackwright.schedule.network import Job
from rackwright.schedule.reasons import MOST_LAG
from rackwright.views.absent import absent
from rackwright.views.samples import SURE, Samples, burn_down, plan_samples
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["BUFFERS", "buffer_tables"]

WATCH_SHARE = 1.0 / 3.0
MOST_CHARTS = 6
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Chain:
    """The chain to one gate, its first activity first.

    `done_share` of its planned days is worked; `slips` are (day, days late against its baseline) of those of its
    activities that have a baseline, in order of their end; `is_last` marks the gate that ends its project.
    """

    gate: Row
    steps: tuple[str, ...]
    spread_days: float
    done_share: float
    slips: tuple[tuple[int, int], ...]
    is_last: bool

    @property
    def needed_days(self) -> int:
        """Buffer by the samples."""
        return max(int(self.gate["margin_days"]), 0)

    @property
    def there_days(self) -> int:
        """Days from the planned gate to the due day."""
        return int(self.gate["due_day"] - self.gate["day"])

    @property
    def used_days(self) -> int | None:
        """Slip of the last step of the chain that has a baseline and has begun; None without one."""
        return self.slips[-1][1] if self.slips else None

    @property
    def used_share(self) -> float | None:
        """Days used over the buffer that there was: what is left, and what was used."""
        used = self.used_days
        if used is None or not self.is_last:
            return None
        whole = self.there_days + used
        return max(used, 0) / whole if whole > 0 else None

    @property
    def state(self) -> str:
        """Used slower than the work gets done, a little faster, or much faster."""
        if self.used_share is None:
            return "no buffer left" if self.is_last and self.there_days < 0 else ""
        ahead = self.used_share - self.done_share
        return "on track" if ahead <= 0 else "watch" if ahead <= WATCH_SHARE else "act"


def _show(plan: Plan) -> Shown:
    if not len(plan.schedule.activities):
        return absent(plan, "No projects", "schedule")
    samples = plan_samples(plan)
    chains = _chains(plan, samples)
    last = [chain for chain in chains if chain.is_last]
    short = sum(chain.there_days < chain.needed_days for chain in last)
    followed = [chain.state for chain in last if chain.used_share is not None]
    lead = (
        f"{short} of {counted(len(last), 'project')} have less buffer before their due day than an 80 % chance needs. "
        f"Buffers followed since a baseline: {len(followed)}; used much faster than the work gets done: "
        f"{followed.count('act')}, a little faster: {followed.count('watch')}."
    )
    return Shown(lead, _tables(plan, samples, chains), (*_fever(last), *_burn_charts(plan, samples, last)))


def buffer_tables(plan: Plan) -> tuple[ViewTable, ...]:
    """The tables of the view without its figures, which take many times as long."""
    samples = plan_samples(plan)
    return _tables(plan, samples, _chains(plan, samples))


def _tables(plan: Plan, samples: Samples, chains: list[_Chain]) -> tuple[ViewTable, ...]:
    return _gate_table(plan, chains), _feeding_table(plan, samples, [chain for chain in chains if chain.is_last])


# -------------------------------------------------------------------------------------------------------------- chains
@dataclass(frozen=True)
class _Network:
    """Rows, activities and compiled jobs by name; what is behind each activity by its links."""

    rows: dict[str, Row]
    activities: dict[str, Activity]
    jobs: dict[str, Job]
    behind: dict[str, tuple[str, ...]]

    def driver(self, name: str) -> str:
        """What sets the start of an activity; of one that has begun, what it followed and ended last.

        What is held back for a most lag starts as planned, whatever becomes of the activity it is held back for.
        """
        row = self.rows[name]
        if row["driver_kind"] == MOST_LAG:
            return ""
        if row["driver"] or row["driver_kind"] != "actual":
            return str(row["driver"])
        return max(self.behind[name], key=lambda other: (self.rows[other]["finish_day"], other), default="")


def _network(plan: Plan, samples: Samples) -> _Network:
    jobs = samples.network.jobs
    return _Network(
        {row["activity"]: row for row in plan.schedule.activities.frame.iter_rows(named=True)},
        {f"{p.id}.{a.id}": a for p in plan.program.projects for a in p.activities},
        {job.name: job for job in jobs},
        {job.name: tuple(jobs[arc.before].name for arc in samples.network.arcs_into[i]) for i, job in enumerate(jobs)},
    )


def _chains(plan: Plan, samples: Samples) -> list[_Chain]:
    network = _network(plan, samples)
    gates = [row for row in plan.schedule.gates.frame.iter_rows(named=True) if row["gate"] in network.rows]
    ends: dict[str, tuple[int, str]] = {}
    for row in gates:
        project = row["project"]
        ends[project] = max(ends.get(project, (row["day"], row["gate"])), (row["day"], row["gate"]))
    last = {gate for _, gate in ends.values()}
    return [_chain(plan, gate, network, is_last=gate["gate"] in last) for gate in sorted(gates, key=_gate_name)]


def _gate_name(gate: Row) -> str:
    return str(gate["gate"])


def _chain(plan: Plan, gate: Row, network: _Network, *, is_last: bool) -> _Chain:
    steps: list[str] = []
    name = _gate_name(gate)
    while name and name not in steps:
        steps.append(name)
        name = network.driver(name)
    steps.reverse()
    spread, done, whole = 0.0, 0.0, 0
    for step in steps:
        activity, row = network.activities[step], network.rows[step]
        days = row["finish_day"] - row["start_day"]
        whole += days
        done += days * _done_share(activity, row)
        if activity.finished is None:
            spread += _above(network.jobs[step], days) ** 2
    share = done / whole if whole else 1.0
    return _Chain(gate, tuple(steps), float(np.sqrt(spread)), share, tuple(_slips(plan, steps, network)), is_last)


def _done_share(activity: Activity, row: Row) -> float:
    if activity.finished is not None:
        return 1.0
    if activity.started is None:
        return 0.0
    days = row["finish_day"] - row["start_day"]
    gone = min(max(-row["start_day"] / days, 0.0), 1.0) if days else 0.0
    return gone if activity.done_share is None else activity.done_share


def _above(job: Job, days: int) -> float:
    """Elapsed days from the median to the 90 % point of a duration that takes so many elapsed days in the plan."""
    duration = job.estimate
    return (duration.high - duration.value) * days / duration.value if duration.value else 0.0


def _slips(plan: Plan, steps: list[str], network: _Network) -> Iterator[tuple[int, int]]:
    """(end, days after its baseline) of each step with a baseline that has begun."""
    for step in steps:
        activity = network.activities[step]
        if activity.baseline_finish is not None and (activity.started or activity.finished):
            day = network.rows[step]["finish_day"]
            yield day, day - (activity.baseline_finish - plan.program.horizon.start).days


def _gate_table(plan: Plan, chains: list[_Chain]) -> ViewTable:
    columns = (
        TableColumn("gate", "Gate"),
        TableColumn("planned", "Planned"),
        TableColumn("safe", "80 % sure"),
        TableColumn("needed_days", "Buffer needed, sampled", "days"),
        TableColumn("root_square_days", "by root of squares", "days", 0),
        TableColumn("due", "Due"),
        TableColumn("there_days", "Buffer there", "days"),
        TableColumn("short_days", "Short of", "days"),
        TableColumn("done_share", "Chain done", digits=0, is_share=True),
        TableColumn("used_days", "Used since the baseline", "days"),
        TableColumn("used_share", "of the buffer", digits=0, is_share=True),
        TableColumn("state", "State"),
    )
    date = plan.program.horizon.date
    rows: list[tuple[Cell, ...]] = []
    for chain in sorted(chains, key=lambda chain: (chain.gate["project"], chain.gate["day"], chain.gate["gate"])):
        due = chain.gate["due_day"]
        there = None if due is None else chain.there_days
        rows.append(
            (
                chain.gate["gate"],
                date(chain.gate["day"]),
                date(chain.gate["p80_day"]),
                chain.needed_days,
                chain.spread_days,
                None if due is None else date(due),
                there,
                None if there is None else max(chain.needed_days - there, 0),
                chain.done_share,
                chain.used_days,
                chain.used_share,
                chain.state,
            )
        )
    note = (
        "Sampled: 80 % day less plan. Root of squares: over the open steps of the chain, 90 % less median duration; "
        "without risks, common causes and merging paths. Due day and buffer there: at gates that have a due day, own "
        "or of their project. Used: slip of the last begun step with a baseline. State: the share used against the "
        "share of the chain done; act where it is a third or more ahead."
    )
    return ViewTable("Buffers before gates", columns, tuple(rows), note)


# ------------------------------------------------------------------------------------------------------------- feeding
def _feeding_table(plan: Plan, samples: Samples, last: list[_Chain]) -> ViewTable:
    columns = (
        TableColumn("project", "Project"),
        TableColumn("feeder", "Feeding path ends with"),
        TableColumn("joins", "joins the chain at"),
        TableColumn("ends", "Planned end"),
        TableColumn("there_days", "Buffer there", "days"),
        TableColumn("needed_days", "needed for 80 %", "days"),
        TableColumn("short_days", "Short of", "days"),
    )
    network, finish = samples.network, samples.finishes()
    number = {job.name: i for i, job in enumerate(network.jobs)}
    date, rows = plan.program.horizon.date, list[tuple[Cell, ...]]()
    for chain in last:
        on_chain = {number[step] for step in chain.steps}
        for job in sorted(on_chain):
            for arc in network.arcs_into[job]:
                before = network.jobs[arc.before]
                if arc.before in on_chain or arc.kind[0] != "F" or before.fixed_finish >= 0:
                    continue
                planned = int(samples.dates.finish[arc.before])
                waits = samples.dates.start[job] if arc.kind[1] == "S" else samples.dates.finish[job]
                there = int(waits) - planned - arc.lag
                sure = int(np.quantile(finish[arc.before], SURE, method="higher"))
                needed = max(sure - planned, 0)
                ends = date(planned - network.first_day)
                shown = (before.name, network.jobs[job].name, ends, there, needed, max(needed - there, 0))
                rows.append((chain.gate["project"], *shown))
    rows.sort(key=lambda row: (-int(str(row[6])), str(row[0]), str(row[1])))
    note = "A path that joins the chain of a project's end needs its own 80 % margin before it, or it drives that end."
    return ViewTable("Feeding buffers", columns, tuple(rows), note)


# ------------------------------------------------------------------------------------------------------------- figures
def _fever(last: list[_Chain]) -> tuple[ScatterChart, ...]:
    """Share of the buffer used over share of the chain done, with the two lines between the states."""
    points = tuple(
        ScatterPoint(chain.gate["project"], chain.done_share * 100, chain.used_share * 100, chain.gate["project"])
        for chain in last
        if chain.used_share is not None
    )
    if not points:
        return ()
    lines = tuple(
        ScatterSeries(name, label, tuple(ScatterPoint(f"{name}-{x:g}", x, x + above) for x in (0.0, 100.0)), "line")
        for name, label, above in (("even", "as fast as the work", 0.0), ("act", "act above", WATCH_SHARE * 100))
    )
    words = "Each point is a project; above the upper line its buffer goes much faster than its work gets done."
    caption = Caption("fever", "Buffer used over work done", words)
    series = (*lines, ScatterSeries("projects", "projects", points))
    return (ScatterChart(caption, "% of the chain done", "% of the buffer used", series),)


def _burn_charts(plan: Plan, samples: Samples, last: list[_Chain]) -> tuple[LineChart, ...]:
    """Buffer left at each baselined end so far, and what an 80 % chance needs from here on, for the shortest first."""
    burn = burn_down(samples, samples.sure_end())
    number = {project.id: i for i, project in enumerate(samples.network.projects)}
    charts = []
    order = sorted(last, key=lambda chain: (chain.there_days - chain.needed_days, chain.gate["gate"]))
    for chain in order[:MOST_CHARTS]:
        project = chain.gate["project"]
        slip = chain.used_days or 0
        left = [(day, chain.there_days + slip - late) for day, late in chain.slips if day <= 0]
        left += [(0, chain.there_days), (max(int(chain.gate["day"]), 1), chain.there_days)]
        column = burn.needed[:, number[project]].tolist()
        needed = [(day - samples.network.first_day, days) for day, days in zip(burn.days, column, strict=True)]
        first = min(0, left[0][0])
        series = tuple(
            LineSeries(name, label, tuple(day - first for day, _ in line), tuple(float(days) for _, days in line))
            for name, label, line in (("left", "buffer left", left), ("needed", "needed for 80 %", needed))
        )
        words = (
            "Left: due day less end, at each end so far and as planned; needed: if all goes as planned from today on."
        )
        caption = Caption(f"buffer-{project}", f"{project}: buffer left and needed", words)
        charts.append(LineChart(caption, plan.program.horizon.date(first), "days", series))
    return tuple(charts)


BUFFERS = View(
    "buffers", "Buffers and their burn-down", "How large must the buffer before each gate be, and how fast is it used?",
    _show, in_report=False,
)  # fmt: skip
