"""How is one function applied to many items on processes, so that neither their number nor a dying one shows?

Results come in the order of the items. A worker that dies (out of memory, killed) is replaced and its item tried again;
an item that has killed `MAX_TRIES` workers is named failed. An exception is not tried again: it would come again.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, Literal, TypeVar

__all__ = ["MAX_TRIES", "Outcome", "map_processes"]

Item = TypeVar("Item")
Result = TypeVar("Result")

MAX_TRIES = 3
"""Workers an item may kill before it is named failed."""

_LOOK_AHEAD = 8
"""Items per worker that may be finished before the one that is waited for, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Result]):
    """What became of one item: `result` if done, `error` (a sentence for people) if failed."""

    index: int
    status: Literal["done", "failed"]
    result: Result | None = None
    error: str = ""


def map_processes(task: Callable[[Item], Result], items: Sequence[Item], *, workers: int) -> Iterator[Outcome[Result]]:
    """Apply a task to every item; yields outcomes in the order of the items.

    Parameters
    ----------
    task
        A function of a module (workers import it); it must depend on its item alone.
    items
        Arguments, one for each call; they and the results are pickled between our own processes.
    workers
        Number of processes, >= 0; 0 calls the task in this process.

    Yields
    ------
    One outcome per item, the same for every number of workers.
    """
    if workers == 0:
        yield from (_try(task, index, item) for index, item in enumerate(items))
        return
    pool = _Pool(task, items, min(workers, max(len(items), 1)))
    try:
        yield from pool.outcomes()
    finally:
        pool.close()


def _try(task: Callable[[Item], Result], index: int, item: Item) -> Outcome[Result]:
    try:
        return Outcome(index, "done", task(item))
    except Exception as error:  # noqa: BLE001 - one failing item must not take the others with it
        return Outcome(index, "failed", error=f"{type(error).__name__}: {error}")


def _serve(connection: Connection, task: Callable[[Any], Any]) -> None:
    """Body of a worker: answer items until the parent closes the connection."""
    while True:
        try:
            index, item = connection.recv()
        except (EOFError, OSError):  # the driver is gone
            return
        outcome = _try(task, index, item)
        try:
            connection.send(outcome)
        except OSError:
            return
        except Exception as error:  # noqa: BLE001 - a result that cannot be pickled is this item's failure
            connection.send(Outcome(index, "failed", error=f"{type(error).__name__}: {error}"))


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    index: int


class _Pool:
    """Busy workers, outcomes that wait for their turn, and how often each item was tried."""

    def __init__(self, task: Callable[[Any], Any], items: Sequence[Any], num_workers: int) -> None:
        self._task = task
        self._items = items
        self._num_workers = num_workers
        self._busy: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._finished: dict[int, Outcome[Any]] = {}
        self._tries = [0] * len(items)
        self._next_item = 0

    def outcomes(self) -> Iterator[Outcome[Any]]:
        """Outcomes in the order of the items, each as soon as it and those before it are there."""
        for index in range(len(self._items)):
            while index not in self._finished:
                self._hand_out(index)
                self._collect()
            yield self._finished.pop(index)

    def close(self) -> None:
        """End every worker."""
        for worker in (*self._busy, *self._idle):
            worker.connection.close()
            worker.process.terminate()
            worker.process.join()
            worker.process.close()

    def _hand_out(self, wanted: int) -> None:
        last = min(len(self._items), wanted + _LOOK_AHEAD * self._num_workers)
        while self._next_item < last and len(self._busy) < self._num_workers:
            self._start(self._next_item)
            self._next_item += 1

    def _start(self, index: int) -> None:
        """Give an item to an idle worker or a new one; a worker found dead here is replaced."""
        worker = self._idle.pop() if self._idle else self._new_worker()
        worker.index = index
        self._tries[index] += 1
        self._busy.append(worker)
        try:
            worker.connection.send((index, self._items[index]))
        except OSError:
            self._bury(worker)

    def _new_worker(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, self._task), daemon=True)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited: the parent decides
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        theirs.close()
        return _Worker(process, ours, -1)

    def _collect(self) -> None:
        """Wait for news and take in every outcome that has come; an end of file is a death."""
        ready = wait([worker.connection for worker in self._busy])
        for worker in [worker for worker in self._busy if worker.connection in ready]:
            try:
                outcome = worker.connection.recv()
            except (EOFError, OSError):
                self._bury(worker)
                continue
            self._finished[worker.index] = outcome
            self._busy.remove(worker)
            self._idle.append(worker)

    def _bury(self, worker: _Worker) -> None:
        self._busy.remove(worker)
        worker.connection.close()
        worker.process.join()
        code, index = worker.process.exitcode, worker.index
        worker.process.close()
        if self._tries[index] < MAX_TRIES:
            self._start(index)
            return
        error = f"The worker process died {MAX_TRIES} times on this item (last exit code {code})."
        self._finished[index] = Outcome(index, "failed", error=error)
