"""How much later are sampled dates that keep the plan's order on resources than samples whose users are placed anew?

`python benchmarks/bench_schedule_samples.py [PROGRAM ...]`: three drawn programmes of 1,200 activities, then the
folders. The same durations are drawn for both (`policy.sampled_order`); placed anew, a sample is one serial schedule in
the plan's order of starts.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from rackwright.catalog.load import load_catalog
from rackwright.program import read_program
from rackwright.schedule import ScheduleRequest
from rackwright.schedule.instance import IntArray
from rackwright.schedule.network import build_network
from rackwright.schedule.planning import Planned, objective_of, plan_projects
from rackwright.schedule.request import schedule_request
from rackwright.schedule.risk import sample_finishes
from schedule_programmes import request_of

SEEDS = (1, 2, 3)
PLAN_SEED, SAMPLE_SEED, NUM_SAMPLES = 11, 11, 500
SHARES = (0.5, 0.8)


def ends_of(planned: Planned, finish: IntArray) -> IntArray:
    """End of each project in every sample, shape (projects, samples)."""
    owner = np.array([job.project for job in planned.network.jobs])
    return np.array([finish[owner == project].max(axis=0) for project in range(len(planned.network.projects))])


def show(name: str, request: ScheduleRequest) -> None:
    """Print the plan's weighted lateness and that of both kinds of samples, and by how much 80 % days differ."""
    network = build_network(request)
    planned = plan_projects(network, objective_of(network), seed=PLAN_SEED)
    taking_turns = replace(planned.network, sampled_order="anew")
    kept = sample_finishes(planned.network, planned.dates, seed=SAMPLE_SEED, num_samples=NUM_SAMPLES)
    started = time.process_time()
    anew = sample_finishes(taking_turns, planned.dates, seed=SAMPLE_SEED, num_samples=NUM_SAMPLES)
    used_ms = (time.process_time() - started) / NUM_SAMPLES * 1000
    due = np.array([planned.network.due(number) for number in range(len(planned.network.projects))])[:, None]
    weight = np.array([project.weight for project in planned.network.projects])
    ends = [ends_of(planned, finish) for finish in (planned.dates.finish[:, None], kept, anew)]
    late = [weight @ np.maximum(days - due, 0) for days in ends]
    words = [" / ".join(f"{day:,.0f}" for day in np.quantile(days, SHARES)) for days in late[1:]]
    safe = [np.quantile(days, SHARES[1], axis=1) for days in ends[1:]]
    gap = safe[0] - safe[1]
    print(
        f"schedule: {name}, {len(network.jobs)} activities: weighted days late {late[0][0]:,.0f} in the plan, "
        f"P50 / P80 {words[0]} with the plan's order kept, {words[1]} placed anew ({used_ms:.2f} CPU-ms a sample); "
        f"80 % ends of projects {gap.mean():.1f} days later with the order kept, {gap.min():.0f} to {gap.max():.0f}"
    )


def main() -> None:
    """Print one line a programme."""
    for seed in SEEDS:
        show(f"drawn programme {seed}", request_of(seed))
    for name in sys.argv[1:]:
        folder = Path(name)
        program = read_program(folder, catalog=load_catalog(folder / "catalog"))
        show(folder.name, schedule_request(program))


if __name__ == "__main__":
    main()
