"""How long does it take to hold 400,000 reports against a design, and is every injected fault classified?

A fabric of 65,536 endpoints in three tiers; both ends report each of its 196,608 links and a few more are repeated. 80
faults are injected: 20 pulled cables, 20 swapped pairs, 10 rings of three, 20 one-way, 10 extra.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from bench_network_scale import request_of
from rackwright.asbuilt import device_names, verify_links
from rackwright.exchange.lldp import read_neighbours
from rackwright.fabric import design_fabric
from rackwright.tables.checks import Checks
from rackwright.tables.layout import Layout, Mounts, PlacedRacks, Reserved

PULLED, PAIRS, RINGS, ONE_WAY, EXTRA = 20, 20, 10, 20, 10
EXPECTED = {"missing": PULLED, "swapped": 2 * PAIRS, "rotated": 3 * RINGS, "one-way": ONE_WAY, "extra": EXTRA}


def main() -> None:
    """Make the reports, inject the faults, read and compare."""
    fabric = design_fabric(request_of(64))
    none = Layout(PlacedRacks.empty(), Mounts.empty(), Reserved.empty(), Checks.empty(), ())
    links = fabric.links.frame.select("a_device", "a_port", "b_device", "b_port").to_numpy().astype(np.int64)
    random = np.random.default_rng(1)
    chosen = random.choice(np.flatnonzero(np.arange(len(links)) < 65_536), 200, replace=False)
    top = links[:, 2:].copy()
    for first in range(0, 2 * PAIRS, 2):
        top[chosen[first : first + 2]] = top[chosen[first : first + 2]][::-1]
    for first in range(2 * PAIRS, 2 * PAIRS + 3 * RINGS, 3):
        top[chosen[first : first + 3]] = np.roll(top[chosen[first : first + 3]], 1, axis=0)
    low = links[:, :2]
    both = np.concatenate([np.hstack([low, top]), np.hstack([top, low])])
    rest = chosen[2 * PAIRS + 3 * RINGS :]
    pulled, one_way = rest[:PULLED], rest[PULLED : PULLED + ONE_WAY] + len(links)
    both = np.delete(both, np.concatenate([pulled, pulled + len(links), one_way]), axis=0)
    leaf = int(links[0, 2])
    extra = np.array([[leaf, 900 + 2 * k, leaf + 1, 901 + 2 * k] for k in range(EXTRA)])
    both = np.concatenate([both, extra, both[: 400_000 - len(both) - EXTRA]])
    names = device_names(fabric.devices)["name"].to_numpy()
    columns = {
        "local_device": names[both[:, 0]],
        "local_port": (both[:, 1] + 1).astype(str),
        "remote_device": names[both[:, 2]],
        "remote_port": (both[:, 3] + 1).astype(str),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seen.csv"
        pl.DataFrame({name: pl.Series(values.tolist(), dtype=pl.String) for name, values in columns.items()}).write_csv(
            path
        )
        started, cpu = time.perf_counter(), time.process_time()
        records = read_neighbours(path)
        read_s = time.perf_counter() - started
        found = verify_links(fabric, none, records)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    kinds = dict(found.faults.group_by("kind").len().iter_rows())
    assert kinds == EXPECTED, kinds
    assert len(found.moves.filter(pl.col("action") == "move")) == 2 * PAIRS + 3 * RINGS
    print(
        f"network verify: {len(both):,} reports, {sum(kinds.values())} fault rows, all classified: {seconds:.2f} s of "
        f"which {read_s:.2f} s reading, {cpu:.2f} s CPU (to reach: 2 s)"
    )


if __name__ == "__main__":
    main()
