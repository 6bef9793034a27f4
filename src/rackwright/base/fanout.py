"""How are thousands of runs spread, so that killed workers, a killed driver and a second try cost almost nothing?

Items go out in chunks; a worker writes what a chunk gave under the digest of task and items before it tells, or the
driver writes it where the worker is on a machine without the folder. A run that
finds a chunk's file does not repeat it, so a retry is harmless and a new driver goes on where the old one died. Results
are JSON values, read back exactly; outcomes come in the order of the items, so the bytes do not depend on who worked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from rackwright.base.digest import digest, digest_bytes
from rackwright.base.store import FileLayer, write_bytes
from rackwright.base.work import Outcome, map_processes

__all__ = ["Advance", "Engine", "local_engine", "run_tasks"]

Item = TypeVar("Item")


class Engine(Protocol):
    """Applies a function of a module to items, on whatever machines, and yields outcomes in the order of the items."""

    def __call__(self, task: Callable[[Any], Any], items: Sequence[Any], /) -> Iterator[Outcome[Any]]:
        """Yield one outcome per item."""
        ...


@dataclass(frozen=True, slots=True)
class Advance:
    """How far a run is: items done, of how many, how many of them were found, and seconds left by the pace so far."""

    done: int
    total: int
    found: int
    left_s: float


@dataclass(frozen=True)
class _Chunk(Generic[Item]):
    """Items that travel together, and where their results go."""

    task: Callable[[Item], Any]
    items: tuple[Item, ...]
    path: Path | None


def local_engine(workers: int) -> Engine:
    """The engine of one machine: so many processes, 0 for none."""

    def spread(task: Callable[[Any], Any], items: Sequence[Any], /) -> Iterator[Outcome[Any]]:
        """Outcomes in the order of the items, from processes of this machine."""
        return map_processes(task, items, workers=workers)

    return spread


def run_tasks(
    task: Callable[[Item], Any],
    items: Sequence[Item],
    *,
    engine: Engine,
    folder: Path | None = None,
    chunk: int = 1,
    key: str = "",
    key_of: Callable[[Item], Any] = lambda item: item,
    on_advance: Callable[[Advance], None] = lambda _: None,
) -> Iterator[Outcome[Any]]:
    """Apply a task to every item and keep what it gave.

    Parameters
    ----------
    task
        A function of a module; it must depend on its item alone and return a JSON value.
    items
        Arguments with a digest (`base.digest`).
    engine
        Who works.
    folder
        Where results are kept; None keeps nothing.
    chunk
        Items that travel together; more for quick tasks, 1 where a repeated item would cost much.
    key
        Whatever else the results depend on, such as the digest of the source.
    key_of
        What an item is known by, where its own digest would take long.
    on_advance
        Told after each chunk.

    Yields
    ------
    One outcome per item, in order; an item that failed is told with its error, and is tried again by the next run.
    """
    name = f"{task.__module__}.{task.__qualname__}"
    groups = [tuple(items[first : first + chunk]) for first in range(0, len(items), chunk)]
    paths = [
        None if folder is None else folder / f"{digest((name, key, [key_of(item) for item in group]))}.json"
        for group in groups
    ]
    known = [None if path is None else _read(path) for path in paths]
    missing = [number for number, results in enumerate(known) if results is None]
    asked = [_Chunk(task, groups[number], paths[number]) for number in missing]
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    outcomes = engine(_run_chunk, asked)
    found = sum(len(groups[number]) for number, results in enumerate(known) if results is not None)
    began, done, worked = monotonic(), 0, 0
    for number, group in enumerate(groups):
        results = known[number]
        if results is None:
            outcome = next(outcomes)
            results = outcome.result if outcome.status == "done" else [("failed", outcome.error)] * len(group)
            _keep(paths[number], results or [])
            worked += len(group)
        for place, (status, value) in enumerate(results or ()):
            index = number * chunk + place
            yield Outcome(index, "done", value) if status == "done" else Outcome(index, "failed", error=str(value))
        done += len(group)
        pace = (monotonic() - began) / worked if worked else 0.0
        on_advance(Advance(done, len(items), found, pace * max(0, len(items) - found - worked)))


def _run_chunk(chunk: _Chunk[Any]) -> list[tuple[str, Any]]:
    """Results of a chunk, written before they are told; a chunk with a failed item is not kept."""
    results: list[tuple[str, Any]] = []
    for item in chunk.items:
        try:
            results.append(("done", chunk.task(item)))
        except Exception as error:  # noqa: BLE001 - one failing item must not take the others with it
            results.append(("failed", f"{type(error).__name__}: {error}"))
    if chunk.path is not None and chunk.path.parent.is_dir():
        _keep(chunk.path, results)
    return [(status, value) for status, value in json.loads(json.dumps(results))]


def _keep(path: Path | None, results: list[tuple[str, Any]]) -> None:
    """Write what a chunk gave, unless that is done or an item of it failed."""
    if path is None or path.exists() or any(status != "done" for status, _ in results):
        return
    data = json.dumps(results).encode()
    sealed = digest_bytes(data).encode() + b"\n" + data
    write_bytes(path.absolute(), sealed, layer=FileLayer())


def _read(path: Path) -> list[tuple[str, Any]] | None:
    """What a chunk gave, or None where there is nothing whole."""
    try:
        seal, _, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest_bytes(data).encode() != seal:
        return None
    return [(status, value) for status, value in json.loads(data)]
