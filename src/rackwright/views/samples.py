"""What would the plan's dates be in samples, as it is and with one thing changed? The draws are the same each time."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from rackwright.base.units import Estimate
from rackwright.plan import Plan
from rackwright.schedule import schedule_request
from rackwright.schedule.generation import Dates
from rackwright.schedule.instance import IntArray
from rackwright.schedule.network import Job, Network, build_network, with_modes
from rackwright.schedule.reasons import HELD_BACK
from rackwright.schedule.risk import SmallArray, sample_finishes

__all__ = ["SURE", "Burn", "Samples", "burn_down", "plan_samples"]

SEED, NUM_SAMPLES = 11, 4_000
SURE = 0.8
STEP_DAYS, MOST_STEPS = 91, 8


@dataclass(frozen=True)
class Samples:
    """The network of a plan with its dates, to be sampled with one thing changed at a time and the same draws."""

    network: Network
    dates: Dates
    owner: IntArray

    def finishes(self) -> SmallArray:
        """Finish of every activity in every sample, axis days, shape (jobs, samples)."""
        return sample_finishes(self.network, self.dates, seed=SEED, num_samples=NUM_SAMPLES)

    def sure_end(self, network: Network | None = None) -> IntArray:
        """80 % day on which each project ends, shape (projects,)."""
        finish = sample_finishes(network or self.network, self.dates, seed=SEED, num_samples=NUM_SAMPLES)
        ends = [finish[self.owner == i].max(axis=0) for i in range(len(self.network.projects))]
        return np.array([np.quantile(end, SURE, method="higher") for end in ends], dtype=np.int64)

    def planned_end(self) -> IntArray:
        """Day on which each project ends in the plan, shape (projects,)."""
        return np.array([self.dates.finish[self.owner == i].max() for i in range(len(self.network.projects))])


def plan_samples(plan: Plan) -> Samples:
    """The network of a plan in its modes, on its dates."""
    network = build_network(schedule_request(plan.program))
    rows = {row["activity"]: row for row in plan.schedule.activities.frame.iter_rows(named=True)}
    network = with_modes(network, [rows[job.name]["mode"] for job in network.jobs])
    start, finish = (
        np.array([rows[job.name][name] + network.first_day for job in network.jobs], dtype=np.int64)
        for name in ("start_day", "finish_day")
    )
    owner = np.array([job.project for job in network.jobs], dtype=np.int64)
    held = np.array([rows[job.name]["driver_kind"] in HELD_BACK for job in network.jobs], dtype=np.bool_)
    return Samples(network, Dates(start, finish, start, np.full(len(start), -1, dtype=np.int64), held), owner)


@dataclass(frozen=True)
class Burn:
    """Margin that each project still needs when everything up to a day has gone as planned; shape (days, projects)."""

    days: tuple[int, ...]
    needed: IntArray


def burn_down(samples: Samples, base: IntArray) -> Burn:
    """Margin needed for an 80 % end, today and every quarter of a year or so; `base` is that end as it is."""
    first, planned = samples.network.first_day, samples.planned_end()
    last = max(int(planned.max()), first + STEP_DAYS)
    step = max(STEP_DAYS, -(-(last - first) // MOST_STEPS))
    days = tuple(range(first, last + 1, step))
    needed = [base - planned]
    needed += [samples.sure_end(_known_until(samples, day)) - planned for day in days[1:]]
    return Burn(days, np.maximum(np.array(needed), 0))


def _known_until(samples: Samples, day: int) -> Network:
    """The network when all that ends by a day has taken its planned time and no risk has struck it."""
    known = samples.dates.finish <= day
    jobs = tuple(_certain(job) if flag else job for job, flag in zip(samples.network.jobs, known, strict=True))
    names = {job.name for job, flag in zip(jobs, known, strict=True) if flag}
    projects = [
        project.model_copy(
            update={
                "risks": tuple(
                    risk.model_copy(update={"probability_share": 0.0})
                    if f"{project.id}.{risk.activity}" in names
                    else risk
                    for risk in project.risks
                )
            }
        )
        for project in samples.network.projects
    ]
    return dataclasses.replace(samples.network, jobs=jobs, projects=tuple(projects))


def _certain(job: Job) -> Job:
    days = float(job.duration)
    modes = list(job.modes)
    modes[job.mode] = dataclasses.replace(modes[job.mode], estimate=Estimate(days, days, days))
    return dataclasses.replace(job, modes=tuple(modes))
