"""Dask distributed with two workers on this machine gives the bytes of every other engine, also when one is killed."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rackwright.base.digest import digest
from rackwright.base.fanout import local_engine, run_tasks
from rackwright.catalog import load_catalog
from rackwright.program import read_program
from rackwright.scenarios import StressOptions, stress_program
from rackwright.scenarios.cluster import cluster_engine, connected_engine

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`: make test-integration")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
ITEMS = [{"start": start, "count": 50} for start in range(40)]


def sums(item: dict[str, int]) -> list[float]:
    """Something whose bytes would tell a change of order or precision."""
    return [sum(0.1 * number for number in range(item["start"], item["start"] + item["count"])), item["start"] / 3.0]


def sums_after_a_kill(item: dict[str, Any]) -> list[float]:
    """The same; the first worker that meets item 7 is killed in the middle of it."""
    marker = Path(item["folder"]) / "killed"
    if item["start"] == 7 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return sums(item)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two workers, each a process that is replaced when it dies."""
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    )
    with cluster, distributed.Client(cluster, set_as_default=False) as found:
        yield found


def bytes_of(outcomes: Any) -> bytes:
    """What a run gave, as text."""
    return json.dumps([(row.index, row.status, row.result) for row in outcomes]).encode()


def test_101_two_workers_give_the_same_bytes(client: Any, tmp_path: Path) -> None:
    """Inline, two processes and two workers of a cluster give equal bytes, and equal files of kept results."""
    engines = {"inline": local_engine(0), "local": local_engine(2), "cluster": cluster_engine(client)}
    told, kept = {}, {}
    for name, engine in engines.items():
        folder = tmp_path / name
        told[name] = bytes_of(run_tasks(sums, ITEMS, engine=engine, folder=folder, chunk=3))
        kept[name] = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert told["inline"] == told["local"] == told["cluster"]
    assert kept["inline"] == kept["local"] == kept["cluster"]


def test_102_a_killed_worker_costs_nothing_but_time(client: Any, tmp_path: Path) -> None:
    """A worker that dies in the middle of an item is replaced, and the item is tried again."""
    items = [{**item, "folder": str(tmp_path)} for item in ITEMS]
    found = bytes_of(run_tasks(sums_after_a_kill, items, engine=cluster_engine(client)))
    assert (tmp_path / "killed").exists()
    assert found == bytes_of(run_tasks(sums, ITEMS, engine=local_engine(0)))


def test_103_stress_of_a_program_is_the_same_on_a_cluster(client: Any, tmp_path: Path) -> None:
    """The whole chain under luck, planned by the workers of a scheduler that is named by its address."""
    catalog = load_catalog(None)
    program = read_program(EXAMPLES / "one-pod", catalog=catalog)
    options = StressOptions(num_draws=6, workers=0, grid_counts=(0, 3))
    alone, _ = stress_program(program, catalog, cache_folder=tmp_path / "alone", options=options)
    with connected_engine(client.scheduler.address) as engine:
        spread, _ = stress_program(
            program, catalog, cache_folder=tmp_path / "spread", options=replace(options, engine=engine)
        )
    assert digest(spread) == digest(alone)
