"""Runs are kept by content: the same bytes from any engine, nothing repeated that is there, failures named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rackwright.base.fanout import Advance, local_engine, run_tasks
from rackwright.scenarios.cluster import cluster_engine

DONE = "done"


def square(item: tuple[str, int]) -> list[float]:
    """A task that leaves a trace of each call."""
    trace, number = item
    if trace:
        Path(trace, f"{number}-{len(list(Path(trace).glob(f'{number}-*')))}").touch()
    if number < 0:
        raise ValueError("negative")
    return [number, number / 3.0]


def run(folder: Path | None, numbers: range, *, workers: int = 0, chunk: int = 4, trace: str = "") -> bytes:
    """All outcomes as bytes."""
    items = [(trace, number) for number in numbers]
    found = run_tasks(square, items, engine=local_engine(workers), folder=folder, chunk=chunk)
    return json.dumps([(o.index, o.status, o.result, o.error) for o in found]).encode()


def test_101_any_engine_gives_the_same_bytes(tmp_path: Path) -> None:
    """Inline, in processes, kept and found again: equal."""
    plain = run(None, range(11))
    assert run(None, range(11), workers=2) == plain
    assert run(tmp_path, range(11)) == plain == run(tmp_path, range(11))


def test_102_what_is_there_is_not_repeated(tmp_path: Path) -> None:
    """A second run calls the task for nothing; a damaged result is made again."""
    trace = tmp_path / "trace"
    trace.mkdir()
    kept = tmp_path / "kept"
    first = run(kept, range(8), trace=str(trace))
    assert run(kept, range(8), trace=str(trace)) == first
    assert len(list(trace.iterdir())) == 8
    broken = next(kept.glob("*.json"))
    broken.write_bytes(broken.read_bytes()[:-3])
    assert run(kept, range(8), trace=str(trace)) == first
    assert len(list(trace.iterdir())) == 12


def test_103_a_failed_item_is_named_and_the_others_are_done(tmp_path: Path) -> None:
    """An item that raises is told with its words."""
    outcomes = json.loads(run(tmp_path, range(-1, 3), chunk=2))
    assert [status for _, status, _, _ in outcomes] == ["failed", DONE, DONE, DONE]
    assert "negative" in outcomes[0][3]


def test_104_progress_counts_to_the_end(tmp_path: Path) -> None:
    """The last advance says that all is done and nothing is left."""
    told: list[Advance] = []
    items = [("", number) for number in range(6)]
    list(run_tasks(square, items, engine=local_engine(0), folder=tmp_path, chunk=2, on_advance=told.append))
    assert (told[-1].done, told[-1].total, told[-1].left_s) == (6, 6, 0.0)


def test_201_a_cluster_gives_the_same_bytes(tmp_path: Path) -> None:
    """Two local workers of Dask distributed give what one process gives; skipped where the extra is not installed."""
    distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        items = [("", number) for number in range(9)]
        found = run_tasks(square, items, engine=cluster_engine(client), folder=tmp_path, chunk=2)
        outcomes = json.dumps([(o.index, o.status, o.result, o.error) for o in found]).encode()
    assert outcomes == run(None, range(9))
