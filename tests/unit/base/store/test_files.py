"""Is one file written whole, and nothing else replaced by it?"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rackwright.base.errors import StoreError
from rackwright.base.store import FileLayer, write_bytes


def test_101_a_file_is_replaced(tmp_path: Path) -> None:
    """An existing file gets the new content, and nothing is left beside it."""
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    write_bytes(path, b"new", layer=FileLayer())
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_201_a_pipe_or_device_is_never_replaced(tmp_path: Path) -> None:
    """What is no file, such as /dev/null, is refused: renaming a file over it would take it from everybody."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(StoreError, match="device, pipe or socket"):
        write_bytes(pipe, b"new", layer=FileLayer())
    assert stat.S_ISFIFO(pipe.stat().st_mode)
