"""How late are thirty projects scheduled together, and how long does a file take? Counts are fixed, CPU is shown."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from rackwright.exchange import ProjectFile, mspdi_bytes, read_mspdi
from rackwright.exchange.project_file import EVERY_DAY, FileCalendar, FileLink, FileTask
from rackwright.schedule.engine import Engine
from rackwright.schedule.loops import HAS_COMPILER
from rackwright.schedule.objective import Tardiness
from rackwright.schedule.search import climb_offsets, latest_finish
from rackwright.validate.schedule import project_rules
from rackwright.validate.schedule_checker import broken_rules
from rackwright.validate.schedule_files import read_projects
from schedule_programmes import make_programme

SEEDS = range(1, 10)
NUM_SCHEDULES = 10_000 if HAS_COMPILER else 600
TARGET_SHARE = 0.78
NUM_TASKS = 120


def late_share(seed: int) -> float:
    """Weighted tardiness of the search over that of the latest-finish rule, both feasible."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "programme.json"
        path.write_text(json.dumps(make_programme(seed)), encoding="utf-8")
        read = read_projects(path)
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


def main() -> None:
    """Print one line for each figure."""
    started = time.process_time()
    shares = [late_share(seed) for seed in SEEDS]
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
