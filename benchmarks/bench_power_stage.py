"""How much processor time do the stages cooling and power take on an example?

Protocol: one process, one thread of numpy; the stages before them run once, then both five times; the median is told.

    python benchmarks/bench_power_stage.py [FOLDER]     us-buildout where none is named
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from rackwright.cli.program import open_folder
from rackwright.cooling import cooling_request, design_cooling
from rackwright.fabric import design_fabric, fabric_request
from rackwright.layout import layout_request, place_racks
from rackwright.power import design_power, power_request
from rackwright.racks import design_racks, racks_request
from rackwright.siting import site_blocks, siting_request
from rackwright.sizing import size_workloads, sizing_request

RUNS = 5
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "us-buildout"


def main() -> None:
    """Run the chain of an example up to power, and time the last two stages."""
    program, catalog = open_folder(Path(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLE)
    racks = design_racks(racks_request(program, catalog))
    sizing = size_workloads(sizing_request(program, catalog, racks))
    siting = site_blocks(siting_request(program, catalog, racks, sizing))
    fabric = design_fabric(fabric_request(program, catalog, siting, racks))
    layout = place_racks(layout_request(program, catalog, siting, racks, fabric))
    times: dict[str, list[float]] = {"cooling": [], "power": []}
    for _ in range(RUNS):
        started = time.process_time()
        cooling = design_cooling(cooling_request(program, catalog, layout))
        cooled = time.process_time()
        power = design_power(power_request(program, catalog, layout, cooling, sizing, racks=racks))
        times["cooling"].append(cooled - started)
        times["power"].append(time.process_time() - cooled)
    assert len(power.schemes) == 7 * len(power.balances)
    for name, seconds in times.items():
        print(f"{name:<8} {statistics.median(seconds):.3f} s of processor time, request included")
    print(f"{len(power.elements):,} elements, {len(power.runs):,} ring segments, {len(power.checks):,} checks")


if __name__ == "__main__":
    main()
