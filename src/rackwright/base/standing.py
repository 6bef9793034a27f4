"""How are many things kept ready in processes and asked again and again? Workers that hold what they once built.

Each worker builds its share of the items once and answers questions about them. Answers come in the order of the items.
A worker that dies is replaced, builds its share again and is asked again; after `MAX_TRIES` deaths on one question the
answer is an error. What an item answers must depend on the item and the question alone.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, TypeVar

from rackwright.base.errors import InternalError
from rackwright.base.work import MAX_TRIES

__all__ = ["Standing"]

Item = TypeVar("Item")
State = TypeVar("State")
Question = TypeVar("Question")
Reply = TypeVar("Reply")


def _serve(
    connection: Connection, build: Callable[[Any], Any], answer: Callable[[Any, Any], Any], items: Sequence[Any]
) -> None:
    """Body of a worker: build, then answer until the parent closes the connection."""
    try:
        states = [build(item) for item in items]
        while True:
            question, places = connection.recv()
            connection.send([answer(states[place], question) for place in places])
    except (EOFError, OSError):
        return
    except Exception as error:  # noqa: BLE001 - the parent tells what went wrong
        connection.send(f"{type(error).__name__}: {error}")


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection


class Standing(Generic[Item, State, Question, Reply]):
    """Items built once, each answering the same questions.

    Parameters
    ----------
    build
        Makes what is kept of an item; a function of a module.
    answer
        Answers a question about what is kept; a function of a module.
    items
        What to keep.
    workers
        Processes; 0 keeps everything in this one.
    """

    def __init__(
        self,
        build: Callable[[Item], State],
        answer: Callable[[State, Question], Reply],
        items: Sequence[Item],
        *,
        workers: int,
    ) -> None:
        self._build, self._answer, self._items = build, answer, items
        count = min(workers, len(items))
        self._shares = [list(range(number, len(items), count)) for number in range(count)]
        self._workers: list[_Worker] = [self._start(number) for number in range(count)]
        self._states: list[State] | None = None

    def ask(self, question: Question, only: Sequence[int] | None = None) -> list[Reply]:
        """The answers of every item, or of some, in the order of the items.

        Parameters
        ----------
        question
            What to ask.
        only
            Numbers of the items to ask, ascending; None for all.

        Raises
        ------
        InternalError
            An item could not be built or answered.
        """
        wanted = list(range(len(self._items)) if only is None else only)
        if not self._workers:
            if self._states is None:
                self._states = [self._build(item) for item in self._items]
            return [self._answer(self._states[number], question) for number in wanted]
        chosen = set(wanted)
        asked = [[place for place, item in enumerate(share) if item in chosen] for share in self._shares]
        for number, places in enumerate(asked):
            self._send(number, (question, places))
        found: dict[int, Reply] = {}
        for number, places in enumerate(asked):
            for place, reply in zip(places, self._receive(number, (question, places)), strict=True):
                found[self._shares[number][place]] = reply
        return [found[number] for number in wanted]

    def close(self) -> None:
        """End the workers."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
            worker.process.join()
            worker.process.close()
        self._workers = []

    def process_ids(self) -> tuple[int, ...]:
        """Ids of the workers."""
        return tuple(worker.process.pid or 0 for worker in self._workers)

    def _start(self, number: int) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        items = [self._items[index] for index in self._shares[number]]
        process = context.Process(target=_serve, args=(theirs, self._build, self._answer, items), daemon=True)
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        theirs.close()
        return _Worker(process, ours)

    def _send(self, number: int, asked: tuple[Question, list[int]]) -> None:
        try:
            self._workers[number].connection.send(asked)
        except OSError:
            self._replace(number)
            self._workers[number].connection.send(asked)

    def _receive(self, number: int, asked: tuple[Question, list[int]]) -> list[Any]:
        for _ in range(MAX_TRIES):
            try:
                reply = self._workers[number].connection.recv()
            except (EOFError, OSError):
                self._replace(number)
                self._send(number, asked)
                continue
            if isinstance(reply, str):
                raise InternalError(f"a worker could not answer: {reply}")
            return list(reply)
        raise InternalError(f"a worker died {MAX_TRIES} times on one question")

    def _replace(self, number: int) -> None:
        worker = self._workers[number]
        worker.connection.close()
        worker.process.terminate()
        worker.process.join()
        worker.process.close()
        self._workers[number] = self._start(number)
