"""What does each risk do to the end of its project, what do common causes do, and how does the margin burn down?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from rackwright.figures import Caption, LineChart, LineSeries, Tornado, TornadoBar
from rackwright.plan import Plan
from rackwright.program.projects import Project
from rackwright.schedule.instance import IntArray
from rackwright.schedule.network import Network
from rackwright.views.absent import absent
from rackwright.views.samples import Burn, Samples, burn_down, plan_samples
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["RISKS", "given_risk_table", "tornado_table"]

MOST_LINES = 8


def _show(plan: Plan) -> Shown:
    if not len(plan.schedule.activities):
        return absent(plan, "No projects", "schedule")
    samples = plan_samples(plan)
    base = samples.sure_end()
    burn = burn_down(samples, base)
    risks = sum(len(project.risks) for project in plan.program.projects)
    slack = [samples.network.due(i) - int(base[i]) for i in range(len(base))]
    lead = (
        f"{counted(risks, 'risk')} in the register; "
        f"{sum(days < 0 for days in slack)} of {counted(len(base), 'project')} end after their due day at 80 %."
    )
    tables = (
        _register_table(samples, base),
        _factor_table(samples, base),
        _margin_table(samples, base, burn),
        tornado_table(plan),
    )
    return Shown(lead, tables, (_burn_figure(plan, samples, burn), *_tornado_figures(plan)))


def _with_projects(network: Network, projects: Sequence[Project]) -> Network:
    return dataclasses.replace(network, projects=tuple(projects))


# ------------------------------------------------------------------------------------------------------------ register
def _register_table(samples: Samples, base: IntArray) -> ViewTable:
    columns = (
        TableColumn("project", "Project"),
        TableColumn("risk", "Risk"),
        TableColumn("activity", "Delays"),
        TableColumn("probability_share", "Chance", digits=0, is_share=True),
        TableColumn("delay_days", "Delay", "days", 0),
        TableColumn("high_days", "Delay, 90 %", "days", 0),
        TableColumn("effect_days", "80 % end without it, earlier by", "days"),
    )
    rows: list[tuple[Cell, ...]] = []
    for number, project in enumerate(samples.network.projects):
        for place, risk in enumerate(project.risks):
            without = risk.model_copy(update={"probability_share": 0.0})
            other = project.model_copy(update={"risks": (*project.risks[:place], without, *project.risks[place + 1 :])})
            projects = [*samples.network.projects[:number], other, *samples.network.projects[number + 1 :]]
            end = samples.sure_end(_with_projects(samples.network, projects))
            shown = (risk.probability_share, risk.delay.value, risk.delay.high, int(base[number] - end[number]))
            rows.append((project.id, risk.id, risk.activity, *shown))
    rows.sort(key=lambda row: (-int(str(row[-1])), str(row[0]), str(row[1])))
    note = "Sampled again with the same draws and the risk left out; an effect of 0 days is hidden by other paths."
    return ViewTable("Risk register", columns, tuple(rows), note)


def given_risk_table(plan: Plan) -> ViewTable:
    """The risk register as given, without samples: chance, delay, and the delay to be expected."""
    columns = (
        TableColumn("project", "Project"),
        TableColumn("risk", "Risk"),
        TableColumn("activity", "Delays"),
        TableColumn("probability_share", "Chance", digits=0, is_share=True),
        TableColumn("low_days", "Delay, 10 %", "days", 0),
        TableColumn("delay_days", "Delay", "days", 0),
        TableColumn("high_days", "Delay, 90 %", "days", 0),
        TableColumn("expected_days", "Chance x delay", "days", 1),
    )
    rows = [
        (p.id, r.id, r.activity, r.probability_share, *(r.delay.low, r.delay.value, r.delay.high),
         r.probability_share * r.delay.value)
        for p in plan.program.projects
        for r in p.risks
    ]  # fmt: skip
    rows.sort(key=lambda row: (-row[-1], *row[:2]))
    return ViewTable("Risk register", columns, tuple(rows))


def _factor_table(samples: Samples, base: IntArray) -> ViewTable:
    """What the common factor of each project adds: 80 % end as it is against independent durations."""
    blind = [project.model_copy(update={"correlation": 0.0}) for project in samples.network.projects]
    alone = samples.sure_end(_with_projects(samples.network, blind))
    planned = samples.planned_end()
    columns = (
        TableColumn("project", "Project"),
        TableColumn("correlation", "Correlation", digits=2),
        TableColumn("margin_days", "80 % end less plan", "days"),
        TableColumn("independent_days", "if durations were independent", "days"),
        TableColumn("factor_days", "what common causes add", "days"),
    )
    rows = tuple(
        (p.id, p.correlation, int(base[i] - planned[i]), int(alone[i] - planned[i]), int(base[i] - alone[i]))
        for i, p in enumerate(samples.network.projects)
    )
    return ViewTable("Common causes", columns, rows)


# -------------------------------------------------------------------------------------------------------------- margin
def _margin_table(samples: Samples, base: IntArray, burn: Burn) -> ViewTable:
    planned, first = samples.planned_end(), samples.network.first_day
    columns = (
        TableColumn("project", "Project"),
        TableColumn("there_days", "Margin there: due less plan", "days"),
        TableColumn("needed_days", "Margin needed for 80 %", "days"),
        TableColumn("short_days", "Short of", "days"),
        *(TableColumn(f"in_{day - first}_days", f"needed in {day - first} days", "days") for day in burn.days[1:]),
    )
    rows: list[tuple[Cell, ...]] = []
    for i, project in enumerate(samples.network.projects):
        there, needed = samples.network.due(i) - int(planned[i]), int(base[i] - planned[i])
        rows.append((project.id, there, needed, max(needed - there, 0), *(int(row[i]) for row in burn.needed[1:])))
    note = "Needed later: if all that ends by then has gone as planned. Margin that is used faster is a warning."
    return ViewTable("Margins and their burn-down", columns, tuple(rows), note)


def _burn_figure(plan: Plan, samples: Samples, burn: Burn) -> LineChart:
    order = np.argsort(-burn.needed[0], kind="stable")[:MOST_LINES].tolist()
    days = tuple(day - samples.network.first_day for day in burn.days)
    series = tuple(_burn_line(samples.network.projects[i].id, days, burn.needed[:, i]) for i in sorted(order))
    words = "Days of margin that an 80 % chance still needs when everything until then goes as planned."
    return LineChart(Caption("margin", "Margin needed for 80 %", words), plan.program.horizon.start, "days", series)


def _burn_line(name: str, days: tuple[int, ...], needed: IntArray) -> LineSeries:
    """One project's margin down to the first day on which it needs none."""
    done = np.nonzero(needed == 0)[0]
    count = int(done[0]) + 1 if len(done) else len(days)
    return LineSeries(name, name, days[:count], tuple(map(float, needed[:count])))


# ------------------------------------------------------------------------------------------------------------- tornado
def tornado_table(plan: Plan) -> ViewTable:
    """Durations that the end of each project hangs on, as sampled when the plan was made."""
    columns = (
        TableColumn("project", "Project"),
        TableColumn("activity", "Activity"),
        TableColumn("rank_correlation", "Rank correlation", digits=2),
        TableColumn("low_days", "10 % duration", "days"),
        TableColumn("high_days", "90 % duration", "days"),
        TableColumn("swing_days", "Moves the end by", "days"),
    )
    frame = plan.schedule.tornado.frame.sort("project", "swing_days", "activity", descending=[False, True, False])
    rows = tuple(frame.select(column.name for column in columns).iter_rows())
    return ViewTable("Durations the ends hang on", columns, rows)


def _tornado_figures(plan: Plan) -> tuple[Tornado, ...]:
    """One tornado for each project with bars; 0 is the middle of the 10 to 90 % range of its end."""
    found = []
    for project in plan.program.projects:
        own = plan.schedule.tornado.frame.filter(project=project.id).sort(
            "swing_days", "activity", descending=[True, False]
        )
        bars = tuple(
            TornadoBar(row["activity"], row["activity"].split(".", 1)[1], -row["swing_days"] / 2, row["swing_days"] / 2)
            for row in own.iter_rows(named=True)
        )
        if bars:
            words = "Days by which the end moves when a duration goes from its 10 % to its 90 % point."
            caption = Caption(f"tornado-{project.id}", f"{project.name}: what the end hangs on", words)
            found.append(Tornado(caption, 0.0, "days", bars))
    return tuple(found)


RISKS = View(
    "risks", "Risks and margins", "What does each risk do to the end of its project, and how much margin is needed?",
    _show, in_report=False,
)  # fmt: skip
