"""How late are thirty projects together, how long do samples, a re-plan and a file take? Counts fixed, CPU shown.

`python benchmarks/bench_schedule.py [SEED11.json]`: with the file of seed 11, that programme is the tenth.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from rackwright.exchange import ProjectFile, mspdi_bytes, read_mspdi
from rackwright.exchange.project_file import EVERY_DAY, FileCalendar, FileLink, FileTask
from rackwright.schedule import ScheduleRequest
from rackwright.schedule.engine import Engine
from rackwright.schedule.generation import Dates
from rackwright.schedule.loops import HAS_COMPILER
from rackwright.schedule.network import Network, build_network
from rackwright.schedule.objective import Tardiness
from rackwright.schedule.planning import Planned, objective_of, plan_projects
from rackwright.schedule.progress import announced_days
from rackwright.schedule.request import AnnouncedGate
from rackwright.schedule.risk import sample_risk
from rackwright.schedule.search import climb_offsets, latest_finish
from rackwright.validate.schedule import project_rules
from rackwright.validate.schedule_checker import broken_rules
from rackwright.validate.schedule_files import ProjectsFile, read_projects
from schedule_programmes import make_programme, request_of

SEEDS = range(1, 10)
NUM_SCHEDULES = 10_000 if HAS_COMPILER else 600
TARGET_SHARE = 0.78
NUM_TASKS = 160  # times four
PLACED_SEED, SHIFT_DAYS, SHIFTED = 1, 45, 5
MOVED_WEIGHT = 2.0


def drawn(seed: int) -> ProjectsFile:
    """The programme of a seed, read from a file of its form."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "programme.json"
        path.write_text(json.dumps(make_programme(seed)), encoding="utf-8")
        return read_projects(path)


def late_share(read: ProjectsFile) -> float:
    """Weighted tardiness of the search over that of the latest-finish rule, both feasible."""
    goal = Tardiness(np.array(read.owner), np.array(read.due), np.array(read.weight), gate=np.array(read.gates))
    engine = Engine(read.instance)
    rule = goal.tardiness(engine.schedule(latest_finish(read.instance, goal.due[goal.owner])).finish)
    found = climb_offsets(engine, goal, seed=0, num_schedules=NUM_SCHEDULES)
    broken = broken_rules(project_rules(read), found.placed.start.tolist(), found.placed.finish.tolist())
    assert not broken, broken[:3]
    return goal.tardiness(found.placed.finish) / rule


def read_seconds() -> tuple[float, int]:
    """CPU time to read an MSPDI file of some hundred tasks, and its size."""
    day = dt.date(2027, 1, 4)
    tasks = tuple(
        FileTask(f"p.t{i}", "p", f"Task {i}", day, day + dt.timedelta(days=5), 5) for i in range(NUM_TASKS * 4)
    )
    links = tuple(FileLink(f"p.t{i - 1}", f"p.t{i}") for i in range(1, len(tasks)))
    file = ProjectFile("p", tasks, links, (FileCalendar(EVERY_DAY, tuple(range(7))),))
    data = mspdi_bytes(file)
    started = time.process_time()
    assert read_mspdi(data, name="plan.xml").tasks == tasks
    return time.process_time() - started, len(data)


def sample_seconds(network: Network, dates: Dates, *, use_resources: bool) -> float:
    """CPU time of 10,000 correlated samples with criticality and tornado; any number of workers gives equal numbers."""
    started = time.process_time()
    one = sample_risk(network, dates, seed=1, use_resources=use_resources)
    used = time.process_time() - started
    two = sample_risk(network, dates, seed=1, use_resources=use_resources, workers=2)
    assert np.array_equal(one.finish, two.finish)
    assert np.array_equal(one.critical_share, two.critical_share)
    assert np.array_equal(one.rank_correlation, two.rank_correlation)
    return used


def shifted(request: ScheduleRequest, planned: Planned) -> ScheduleRequest:
    """The programme when the architecture of some projects shifts: they are released later; all else is announced."""
    projects = tuple(
        p.model_copy(update={"release": p.release + dt.timedelta(days=SHIFT_DAYS)}) if i < SHIFTED else p
        for i, p in enumerate(request.projects)
    )
    jobs, dates = planned.network.jobs, planned.dates
    gates = tuple(
        AnnouncedGate(job.name, int(day) - planned.network.first_day)
        for job, day in zip(jobs, dates.finish, strict=True)
        if job.activity.kind == "gate"
    )
    return dataclasses.replace(request, projects=projects, incumbent=gates, moved_weight=MOVED_WEIGHT)


@dataclasses.dataclass(frozen=True)
class Moves:
    """What a re-plan does: gates that move, days they move, weighted days late."""

    gates: int
    days: int
    late: float

    @property
    def words(self) -> str:
        """The moves as people read them."""
        return f"{self.gates} gates move {self.days:,} days, weighted lateness {self.late:,.0f}"


def replan(request: ScheduleRequest, planned: Planned) -> tuple[float, Moves, Moves]:
    """CPU time of a re-plan with a price on moved gates; what moves with the price, and without it."""
    network = build_network(request)
    announced = announced_days(network, {known.gate: known.day for known in request.incumbent})
    starts = planned.dates.start.astype(np.float64)
    started = time.process_time()
    kept = plan_projects(network, objective_of(network, announced, MOVED_WEIGHT), seed=1, known=starts)
    used = time.process_time() - started
    free = plan_projects(network, objective_of(network), seed=1)
    known = announced >= 0
    moved = [found.dates.finish[known] - announced[known] for found in (kept, free)]
    one, two = (
        Moves(int((by != 0).sum()), int(np.abs(by).sum()), found.tardiness)
        for by, found in zip(moved, (kept, free), strict=True)
    )
    return used, one, two


def show_programme() -> None:
    """Print the figures of one programme of 1,200 activities: samples and re-plan."""
    request = request_of(PLACED_SEED)
    network = build_network(request)
    planned = plan_projects(network, objective_of(network), seed=1)
    count = len(network.jobs)
    for order, limit in (("", 2), ("kept", 8), ("anew", 8)):
        asked = dataclasses.replace(planned.network, sampled_order=order or "kept")
        used = sample_seconds(asked, planned.dates, use_resources=bool(order))
        words = f"with (order {order})" if order else "without"
        print(
            f"schedule: 10,000 samples of {count} activities {words} resources, criticality and tornado in "
            f"{used:.2f} CPU-s (to reach: {limit}); equal with 1 and 2 workers"
        )
    used, kept, free = replan(shifted(request, planned), planned)
    print(
        f"schedule: re-plan of {count} activities after {SHIFTED} projects shift by {SHIFT_DAYS} days in {used:.2f} "
        f"CPU-s (to reach: 5): {kept.words}; without a price on moves {free.words}"
    )


def main() -> None:
    """Print one line for each figure."""
    show_programme()
    started = time.process_time()
    reads = [drawn(seed) for seed in SEEDS] + [read_projects(Path(name)) for name in sys.argv[1:]]
    shares = [late_share(read) for read in reads]
    used = (time.process_time() - started) / len(shares)
    form = "compiled" if HAS_COMPILER else "plain"
    print(
        f"schedule: {len(shares)} programmes of 30 x 40, {NUM_SCHEDULES} schedules ({form}), {used:.1f} CPU-s each: "
        f"tardiness {np.mean(shares):.3f} of the latest-finish rule's (to reach: {TARGET_SHARE})"
    )
    seconds, size = read_seconds()
    print(f"schedule: MSPDI of {size / 1000:.0f} kB read in {seconds:.3f} CPU-s (to reach: 1 s)")


if __name__ == "__main__":
    main()
