"""How much does the local engine cost a task, and what do kills of workers and driver cost?

Usage: python benchmarks/bench_fanout.py [--kills 20] [--tasks 1000]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))


def small(item: int) -> int:
    """Next to nothing."""
    return item + 1


def scenario(item: tuple[str, int]) -> list[float]:
    """About twenty milliseconds of arithmetic that leaves a trace of being called."""
    folder, number = item
    with Path(folder, "calls").open("ab") as file:
        file.write(b".")
    values = np.random.default_rng(number).normal(size=200_000)
    return [float(np.sort(values)[::20_000].sum())]


def drive(folder: str, tasks: int) -> None:
    """One driver: run everything and write the answer."""
    from bench_fanout import scenario as task
    from rackwright.base.fanout import local_engine, run_tasks

    items = [(folder, number) for number in range(tasks)]
    engine = local_engine(2)
    found = [outcome.result for outcome in run_tasks(task, items, engine=engine, folder=Path(folder, "kept"), chunk=1)]
    Path(folder, "answer.json").write_text(json.dumps(found))


def overhead() -> None:
    """Wall and CPU time of 10,000 small tasks in chunks of 100."""
    from bench_fanout import small as task
    from rackwright.base.fanout import local_engine, run_tasks

    with tempfile.TemporaryDirectory() as folder:
        for kept in (None, Path(folder)):
            began, cpu = time.monotonic(), time.process_time()
            total = sum(
                outcome.result or 0
                for outcome in run_tasks(task, range(10_000), engine=local_engine(2), folder=kept, chunk=100)
            )
            assert total == sum(range(1, 10_001))
            wall, used = time.monotonic() - began, time.process_time() - cpu
            print(f"10,000 tasks{', kept' if kept else ''}: {wall / 10:.3f} ms a task, driver {used / 10:.3f} ms CPU")


def kills(count: int, tasks: int) -> None:
    """Kill workers and drivers by turns until one driver gets through; compare with an undisturbed run."""
    random = np.random.default_rng(7)
    with tempfile.TemporaryDirectory() as calm, tempfile.TemporaryDirectory() as rough:
        drive(calm, tasks)
        done = 0
        while not Path(rough, "answer.json").exists():
            driver = subprocess.Popen([sys.executable, __file__, "--drive", rough, "--tasks", str(tasks)])
            while driver.poll() is None and done < count:
                goal = num_calls(rough) + int(random.integers(1, tasks // (count + 1)))
                while num_calls(rough) < goal and driver.poll() is None:
                    time.sleep(0.003)
                victims = [driver.pid] if done % 4 == 3 else children(driver.pid) or [driver.pid]
                try:
                    os.kill(victims[done % len(victims)], signal.SIGKILL)
                except ProcessLookupError:
                    continue
                done += 1
                if victims == [driver.pid]:
                    break
            driver.wait()
        same = digest(calm) == digest(rough)
        calls = num_calls(rough)
        print(f"{done} kills over {tasks} tasks: same bytes {same}, {calls - tasks} repeated ({calls / tasks - 1:.1%})")


def num_calls(folder: str) -> int:
    """How often the task was called so far."""
    path = Path(folder, "calls")
    return path.stat().st_size if path.exists() else 0


def children(parent: int) -> list[int]:
    """Worker processes of a driver."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
            words = (path.parent / "cmdline").read_text()
        except OSError:
            continue
        if int(fields[1]) == parent and "spawn_main" in words:
            found.append(int(path.parent.name))
    return sorted(found)


def digest(folder: str) -> str:
    """Digest of an answer."""
    return hashlib.sha256(Path(folder, "answer.json").read_bytes()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--drive", default="")
    asked = parser.parse_args()
    if asked.drive:
        drive(asked.drive, asked.tasks)
    else:
        overhead()
        kills(asked.kills, asked.tasks)
