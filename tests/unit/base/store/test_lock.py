"""Does one run at a time hold a folder, and does a dead one let go?"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from rackwright.base.errors import StoreError
from rackwright.base.store import locked

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")


def child_that_holds(folder: Path) -> int:
    """Process id of a child that holds the folder until it is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with locked(folder, wait=False):
            os.write(writing, b"x")
            signal.pause()
        os._exit(0)
    os.read(reading, 1)
    os.close(reading)
    os.close(writing)
    return child


def test_101_the_second_is_refused_by_name(tmp_path: Path) -> None:
    """Without waiting, the second run is told which process holds the folder."""
    child = child_that_holds(tmp_path / "out")
    try:
        with pytest.raises(StoreError, match=f"process {child}"), locked(tmp_path / "out", wait=False):
            pass
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_102_a_killed_holder_lets_go(tmp_path: Path) -> None:
    """After a kill the next run gets the folder at once, and no lock file stays."""
    child = child_that_holds(tmp_path / "out")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with locked(tmp_path / "out", wait=False) as lock:
        assert lock.folder == tmp_path / "out"
    assert list(tmp_path.iterdir()) == []


def test_103_waiting_is_announced(tmp_path: Path) -> None:
    """With waiting, the caller is told once, and gets the folder when the holder goes."""
    child = child_that_holds(tmp_path / "out")
    said: list[str] = []

    def announce(sentence: str) -> None:
        said.append(sentence)
        os.kill(child, signal.SIGKILL)

    with locked(tmp_path / "out", wait=True, on_wait=announce):
        os.waitpid(child, 0)
    assert len(said) == 1
    assert str(child) in said[0]


def test_104_shared_holders_keep_others_out(tmp_path: Path) -> None:
    """Two shared holders go together; an exclusive one must wait."""
    folder = tmp_path / "out"
    with (
        locked(folder, wait=False, shared=True),
        locked(folder, wait=False, shared=True),
        pytest.raises(StoreError, match="Another run"),
        locked(folder, wait=False),
    ):
        pass
    with locked(tmp_path / "out", wait=False):
        pass
