"""Is the outcome the same for every number of workers, and does a dying worker cost only its item?"""

from __future__ import annotations

import importlib
import math
import multiprocessing
import signal
from pathlib import Path
from types import ModuleType

import pytest

from rackwright.base.work import MAX_TRIES, Outcome, map_processes

TASKS = '''
import os
from pathlib import Path

def square(number):
    if number == 13:
        raise ValueError("unlucky")
    return number * number

def die(number):
    if number == 2:
        os._exit(9)
    return number

def die_once(marker):
    """Count the tries in a file and die on the first."""
    path = Path(marker)
    if not path.exists():
        path.write_text("tried")
        os.kill(os.getpid(), 9)
    return path.name

def unpicklable(number):
    return lambda: number

def holds_interrupts(number):
    import signal
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
'''


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Functions that worker processes can import."""
    (tmp_path / "work_tasks.py").write_text(TASKS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(importlib.sys.modules, "work_tasks", raising=False)  # type: ignore[attr-defined]
    return importlib.import_module("work_tasks")


def test_101_order_and_number_of_workers(tasks: ModuleType) -> None:
    """Outcomes come in the order of the items and are equal for zero, one and two workers."""
    items = list(range(30))
    inline = list(map_processes(tasks.square, items, workers=0))
    assert [outcome.index for outcome in inline] == items
    assert inline[5] == Outcome(5, "done", 25)
    assert inline[13] == Outcome(13, "failed", error="ValueError: unlucky")
    assert list(map_processes(tasks.square, items, workers=1)) == inline
    assert list(map_processes(tasks.square, items, workers=2)) == inline


@pytest.mark.parametrize("workers", [0, 2])
def test_102_no_items(workers: int) -> None:
    """No items give no outcomes."""
    assert list(map_processes(math.sqrt, [], workers=workers)) == []


def test_201_a_deadly_item_is_named_and_the_others_live(tasks: ModuleType) -> None:
    """An item that kills every worker is failed after three tries; all others are done."""
    outcomes = list(map_processes(tasks.die, list(range(6)), workers=2))
    assert [outcome.status for outcome in outcomes] == ["done", "done", "failed", "done", "done", "done"]
    assert f"died {MAX_TRIES} times" in outcomes[2].error
    assert "exit code 9" in outcomes[2].error


def test_202_a_killed_worker_is_replaced(tasks: ModuleType, tmp_path: Path) -> None:
    """An item whose worker is killed once is done at the second try."""
    markers = [str(tmp_path / name) for name in ("a", "b", "c")]
    outcomes = list(map_processes(tasks.die_once, markers, workers=2))
    assert [outcome.result for outcome in outcomes] == ["a", "b", "c"]


def test_203_a_result_that_cannot_travel_fails_its_item(tasks: ModuleType) -> None:
    """A result that cannot be pickled is the item's failure, with the reason."""
    (outcome,) = map_processes(tasks.unpicklable, [1], workers=1)
    assert outcome.status == "failed"
    assert "pickle" in outcome.error


def test_301_stopping_early_leaves_no_process(tasks: ModuleType) -> None:
    """A caller that stops after the first outcome leaves no worker behind."""
    before = set(multiprocessing.active_children())
    outcomes = map_processes(tasks.die, list(range(100, 200)), workers=2)
    assert next(outcomes).result == 100
    outcomes.close()  # type: ignore[attr-defined]
    assert set(multiprocessing.active_children()) == before


def test_302_an_interrupt_is_for_the_parent(tasks: ModuleType) -> None:
    """Workers hold an interrupt back from their first instruction on; the parent hears it as before."""
    assert [outcome.result for outcome in map_processes(tasks.holds_interrupts, [1, 2], workers=2)] == [True, True]
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])
