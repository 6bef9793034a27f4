"""How many devices does a re-plan move off their places, and what does keeping planned racks cost in time?

    python benchmarks/bench_network_replan.py OUT PROGRAM

OUT is the plan of PROGRAM; the floor is laid out again with it as the earlier plan, once holding released tranches
alone, once leaving planned racks in place unless moving them gains.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import polars as pl

from rackwright.catalog import load_catalog
from rackwright.cli.program import own_catalog
from rackwright.exchange import read_plan
from rackwright.layout import LayoutRequest, place_racks
from rackwright.layout.request import layout_request
from rackwright.tables.layout import Layout


def seats(layout: Layout) -> pl.DataFrame:
    """Hall, row, position and height of every device."""
    racks = layout.racks.frame.select("rack", "hall", "row", "position")
    return layout.mounts.frame.join(racks, on="rack").drop("rack")


def measure(name: str, request: LayoutRequest, before: pl.DataFrame) -> None:
    """Lay out, and print the devices that stand elsewhere than before."""
    started = time.process_time()
    after = seats(place_racks(request))
    seconds = time.process_time() - started
    moved = after.join(before, on=before.columns, how="anti")
    racks = moved.select("hall", "row", "position").unique().height
    print(f"network re-plan, {name}: {moved.height:,} devices in {racks:,} racks moved, {seconds:.2f} s CPU")


def main() -> None:
    """Lay out twice."""
    plan = read_plan(Path(sys.argv[1]))
    catalog = load_catalog(own_catalog(Path(sys.argv[2])))
    args = (plan.program, catalog, plan.siting, plan.racks, plan.fabric)
    request = layout_request(*args, incumbent=plan.as_incumbent())
    before = seats(plan.layout)
    measure("released tranches held", replace(request, standing=None), before)
    measure("planned racks too", request, before)


if __name__ == "__main__":
    main()
