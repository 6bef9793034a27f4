"""How long does it take until `rackwright --help` has answered?"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

NUM_RUNS = 15
TARGET_S = 0.25


def seconds_of(command: list[str]) -> float:
    """Median wall-clock time of a command that must succeed [s], after one run to warm the caches."""
    times = []
    for _ in range(NUM_RUNS + 1):
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def main() -> None:
    """Time the interpreter alone, the import of the package, and the help text."""
    script = Path(sys.executable).with_name("rackwright")
    print(f"startup: python alone        {seconds_of([sys.executable, '-c', 'pass']):6.3f} s")
    print(f"startup: import rackwright   {seconds_of([sys.executable, '-c', 'import rackwright']):6.3f} s")
    print(f"startup: rackwright --help   {seconds_of([str(script), '--help']):6.3f} s (to reach: {TARGET_S} s)")


if __name__ == "__main__":
    main()
