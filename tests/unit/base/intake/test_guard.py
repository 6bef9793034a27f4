"""Is a file opened only if it is a plain file, in bounds and inside its folder?"""

from __future__ import annotations

import os
import socket
import tracemalloc
from pathlib import Path

import pytest

from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, decode_text, inside, read_bytes_guarded, read_csv, read_json, read_yaml
from rackwright.base.problem import Place

READERS = pytest.mark.parametrize("reader", [read_yaml, read_json, read_csv])


def code(path: Path, root: Path | None = None, max_bytes: int = 100) -> str:
    """Code of the one problem that reading a path gives."""
    with pytest.raises(InputError) as caught:
        read_bytes_guarded(path, root=root, max_bytes=max_bytes)
    (problem,) = caught.value.problems
    return problem.code


def test_101_a_plain_file_is_read(tmp_path: Path) -> None:
    """A file of just the limit is read whole."""
    (tmp_path / "a").write_bytes(b"x" * 100)
    assert read_bytes_guarded(tmp_path / "a", root=tmp_path, max_bytes=100) == b"x" * 100
    assert code(tmp_path / "a", max_bytes=99) == "file-too-large"


def test_102_only_plain_files(tmp_path: Path) -> None:
    """Folders, pipes, devices and sockets are refused without being opened."""
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(tmp_path)  # the name of a socket may only be short
        listener.bind("socket")
        os.chdir(here)
        for path in (tmp_path, tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero"), Path("/dev/stdin")):
            assert code(path) in ("file-not-regular", "file-missing", "file-unreadable")
        assert code(tmp_path / "pipe") == "file-not-regular"


def test_103_missing_and_impossible_names(tmp_path: Path) -> None:
    """A missing file, a file used as a folder, an endless link and impossible names give a problem each."""
    (tmp_path / "a").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nowhere")
    assert code(tmp_path / "none") == "file-missing"
    assert code(tmp_path / "dangling") == "file-missing"
    assert code(tmp_path / "a" / "b") == "file-missing"
    assert code(tmp_path / "loop") == "file-unreadable"
    assert code(tmp_path / ("n" * 5000)) == "file-unreadable"
    assert code(tmp_path / "a\0b") == "file-unreadable"


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_104_no_permission(tmp_path: Path) -> None:
    """A file without read permission gives a problem."""
    (tmp_path / "a").write_text("x")
    (tmp_path / "a").chmod(0)
    assert code(tmp_path / "a") == "file-unreadable"


def test_105_links_stay_inside(tmp_path: Path) -> None:
    """A link inside the folder is followed; one that leads out, or through a linked folder, is refused."""
    root = tmp_path / "program"
    root.mkdir()
    (root / "a").write_text("x")
    (root / "near").symlink_to("a")
    (root / "far").symlink_to("/etc/passwd")
    (root / "up").symlink_to("..")
    (tmp_path / "b").write_text("y")
    assert read_bytes_guarded(root / "near", root=root, max_bytes=10) == b"x"
    assert code(root / "far", root) == "file-outside"
    assert code(root / "up" / "b", root) == "file-outside"
    assert code(tmp_path / "b", root) == "file-outside"


def test_201_names_in_a_program_stay_inside(tmp_path: Path) -> None:
    """A name in a program becomes a path in its folder."""
    (tmp_path / "tables").mkdir()
    assert inside(tmp_path, "tables/stock.csv") == tmp_path.resolve() / "tables" / "stock.csv"
    assert inside(tmp_path, "./a.yaml") == tmp_path.resolve() / "a.yaml"


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", "a/..", "", " ", "C:\\x", "C:/x", "a\\b", "a\0b"])
def test_202_names_that_leave_are_refused(tmp_path: Path, name: str) -> None:
    """Absolute names, climbing names and names of other systems are refused where they are written."""
    place = Place("program.yaml", 3, 5, "includes[0]")
    with pytest.raises(InputError) as caught:
        inside(tmp_path, name, place=place)
    assert caught.value.problems[0].code == "file-outside"
    assert caught.value.problems[0].place == place


def test_203_links_that_leave_are_refused(tmp_path: Path) -> None:
    """A name that leads out over a link, or in a circle, is refused."""
    root = tmp_path / "program"
    root.mkdir()
    (root / "out").symlink_to(tmp_path)
    (root / "loop").symlink_to("loop")
    for name in ("out/x", "out", "loop/x"):
        with pytest.raises(InputError, match="is a link"):
            inside(root, name)


@READERS
def test_301_a_hundred_megabytes_are_not_read(tmp_path: Path, reader: object) -> None:
    """A file over the limit is refused by its size, before a byte of it is read."""
    path = tmp_path / "big"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    with pytest.raises(InputError, match=r"100\.0 MB; the limit is"):
        reader(path)  # type: ignore[operator]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000


@READERS
@pytest.mark.parametrize(
    "data", [b"", b"\n \n", b"\xef\xbb\xbf", bytes(range(256)), b"\x7fELF\x02\x01\x01\0", b"\xff\xfea\0"]
)
def test_302_empty_and_binary_files(tmp_path: Path, reader: object, data: bytes) -> None:
    """Empty and binary files are refused by every reader."""
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(InputError) as caught:
        reader(tmp_path / "f")  # type: ignore[operator]
    assert caught.value.problems[0].code in ("file-empty", "file-not-text", "control-character")


def test_303_text() -> None:
    """Text of every script is text; the place of a bad byte counts characters, not bytes."""
    assert decode_text("Zürich 東京\r\n\t🙂".encode(), name="f") == "Zürich 東京\r\n\t🙂"
    with pytest.raises(InputError, match="f:2:3: The byte 0xff"):
        decode_text("x\nüü".encode() + b"\xff", name="f")


def test_304_the_limits_are_those_of_the_documentation() -> None:
    """The size of documents is below that of bulk files."""
    assert Limits().max_document_bytes == 8_000_000 < Limits().max_bytes == 64_000_000
