"""How long does `decide` take, and how much CPU with all its processes?

Usage: python benchmarks/bench_decide.py [examples/us-buildout] [--scenarios 200] [--fresh 0] [--cache FOLDER]

A cache folder of an earlier `rackwright plan` (OUT/../.rackwright-cache) leaves out the stages before supply.
"""

from __future__ import annotations

import argparse
import resource
import time
from pathlib import Path

from rackwright.cli.program import open_folder
from rackwright.scenarios import DecideOptions, decide


def main() -> None:
    """Decide once and print wall and CPU seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default="examples/us-buildout")
    parser.add_argument("--scenarios", type=int, default=200)
    parser.add_argument("--fresh", type=int, default=0)
    parser.add_argument("--cache", type=Path)
    asked = parser.parse_args()
    program, catalog = open_folder(Path(asked.folder))
    began, steps = time.monotonic(), {}

    def tell(text: str, *_: int) -> None:
        steps.setdefault(text.split(maxsplit=1)[0], (time.monotonic() - began, cpu_s()))

    options = DecideOptions(num_scenarios=asked.scenarios, num_fresh=asked.fresh)
    found = decide(program, catalog, cache_folder=asked.cache, options=options, tell=tell)
    wall = time.monotonic() - began
    for name, (at, used) in steps.items():
        print(f"  {name:<12} began at {at:7.1f} s, {used:7.1f} CPU-s of finished processes and this one")
    print(f"{found.num_scenarios} scenarios, {found.num_models} models: {wall:.1f} s wall, {cpu_s():.1f} CPU-s")


def cpu_s() -> float:
    """CPU seconds of this process and its children that ended."""
    own, ended = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + ended.ru_utime + ended.ru_stime


if __name__ == "__main__":
    main()
