"""Workers that hold what they built answer in order, for any number of them, and survive the death of one."""

from __future__ import annotations

import os
import signal

import pytest

from rackwright.base.errors import InternalError
from rackwright.base.standing import Standing


def build(item: int) -> list[int]:
    """What is kept of an item."""
    return [item, item * item]


def answer(state: list[int], question: int) -> int:
    """Something that needs what is kept."""
    if question < 0:
        raise ValueError("negative")
    return state[1] + question


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_101_answers_come_in_the_order_of_the_items(workers: int) -> None:
    """Any number of workers gives the same answers, question after question."""
    standing: Standing[int, list[int], int, int] = Standing(build, answer, range(7), workers=workers)
    try:
        assert standing.ask(1) == [number * number + 1 for number in range(7)]
        assert standing.ask(5) == [number * number + 5 for number in range(7)]
        assert standing.ask(5, [1, 2, 6]) == [6, 9, 41]
    finally:
        standing.close()


def test_201_a_killed_worker_is_replaced() -> None:
    """After a kill the next question is answered in full."""
    standing: Standing[int, list[int], int, int] = Standing(build, answer, range(5), workers=2)
    try:
        before = standing.ask(1)
        os.kill(standing.process_ids()[0], signal.SIGKILL)
        assert standing.ask(1) == before
    finally:
        standing.close()


def test_202_an_answer_that_raises_is_told() -> None:
    """A worker's exception becomes ours, with its words."""
    standing: Standing[int, list[int], int, int] = Standing(build, answer, range(2), workers=1)
    try:
        with pytest.raises(InternalError, match="negative"):
            standing.ask(-1)
    finally:
        standing.close()
