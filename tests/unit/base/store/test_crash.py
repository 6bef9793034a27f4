"""Does every result survive a crash or an error at every call to the file system?"""

from __future__ import annotations

import ast
import contextlib
import errno
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rackwright.base import store
from rackwright.base.digest import digest
from rackwright.base.errors import StoreError
from rackwright.base.store import (
    Content,
    FileLayer,
    Recipe,
    ResultCache,
    publish,
    read_manifest,
    recover,
    verify,
    write_bytes,
)

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

CALLS = tuple(name for name in vars(FileLayer) if not name.startswith("_"))
SWAPS = pytest.mark.parametrize("can_swap", [True, False], ids=["swap", "two-renames"])


@dataclass(frozen=True, slots=True)
class Answer:
    """A small stage result."""

    version: int
    names: tuple[str, ...]


class StruckLayer(FileLayer):
    """The real calls, counted; call number `at` is struck by `strike` before (or instead of) being made."""

    def __init__(self, at: int = 0, *, can_swap: bool = True) -> None:
        self.at, self.can_swap, self.count = at, can_swap, 0

    def strike(self, name: str, args: tuple[Any, ...]) -> None:
        """What happens at the struck call."""

    def is_struck(self) -> bool:
        """True for the one call that is struck."""
        return self.count == self.at

    def exchange(self, one: Path, other: Path) -> bool:
        """Refuse to swap where the test plays a system that cannot."""
        self.count += 1
        if self.is_struck():
            self.strike("exchange", (one, other))
        return super().exchange(one, other) if self.can_swap else False


def _counted(name: str) -> Callable[..., Any]:
    def call(self: StruckLayer, *args: Any) -> Any:
        self.count += 1
        if self.is_struck():
            self.strike(name, args)
        return getattr(FileLayer, name)(self, *args)

    return call


for _name in CALLS:
    if _name != "exchange":
        setattr(StruckLayer, _name, _counted(_name))


class FailingLayer(StruckLayer):
    """Call number `at` fails with an error; a failing write has written half. `forever`: so do all after it."""

    def __init__(self, at: int = 0, *, number: int = errno.EIO, forever: bool = False, can_swap: bool = True) -> None:
        super().__init__(at, can_swap=can_swap)
        self.number, self.forever = number, forever

    def is_struck(self) -> bool:
        """The call and, where it lasts, every later one."""
        return self.count == self.at or (self.forever and self.count > self.at > 0)

    def strike(self, name: str, args: tuple[Any, ...]) -> None:
        """Fail as a disk does."""
        if name == "write":
            os.write(args[0], args[1][: len(args[1]) // 2])
        if name == "close":
            os.close(args[0])
        raise OSError(self.number, os.strerror(self.number))


class KillingLayer(StruckLayer):
    """The process is killed at call number `at`; a killed write has written half."""

    def strike(self, name: str, args: tuple[Any, ...]) -> None:
        """Die as by `kill -9`."""
        if name == "write":
            os.write(args[0], args[1][: len(args[1]) // 2])
        os.kill(os.getpid(), signal.SIGKILL)


class PowerCut(BaseException):
    """The machine is off: no handler of the code under test may do anything any more."""


@dataclass(slots=True)
class Forgotten:
    """A name in a folder that is not safe yet, and how it is forgotten; the folder is held open, as it may move."""

    handle: int
    undo: Callable[[Path], object]

    def folder(self) -> Path:
        """Where the folder is now."""
        return Path(f"/proc/self/fd/{self.handle}").readlink()

    def is_in(self, folder: Path) -> bool:
        """True if the name stands in this folder."""
        return os.path.samestat(os.fstat(self.handle), folder.stat())


class LossyLayer(StruckLayer):
    """A disk that forgets at call number `at` all that was not synced: content of files, and names in folders."""

    def __init__(self, at: int, keep: Path, *, can_swap: bool = True) -> None:
        super().__init__(at, can_swap=can_swap)
        keep.mkdir(exist_ok=True)
        self.keep, self.dirty, self.names = keep, set[int](), list[Forgotten]()

    def is_struck(self) -> bool:
        """Once off, the machine stays off."""
        return self.count >= self.at > 0

    def strike(self, name: str, args: tuple[Any, ...]) -> None:
        """Switch off."""
        raise PowerCut

    def _backup(self, path: Path) -> Path:
        copy = self.keep / f"{self.count}"
        os.link(path, copy, follow_symlinks=False)
        return copy

    def _note(self, path: Path, undo: Callable[[Path], object]) -> None:
        self.names.append(Forgotten(os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY), undo))

    def create(self, path: Path) -> int:
        """Open; neither name nor content is safe yet."""
        handle = super().create(path)
        self.dirty.add(os.fstat(handle).st_ino)
        self._note(path, lambda folder: (folder / path.name).unlink())
        return handle

    def fsync(self, handle: int) -> None:
        """The content is safe."""
        super().fsync(handle)
        self.dirty.discard(os.fstat(handle).st_ino)

    def fsync_dir(self, folder: Path) -> None:
        """The names in the folder are safe."""
        super().fsync_dir(folder)
        safe = [name for name in self.names if name.is_in(folder)]
        self.names = [name for name in self.names if name not in safe]
        for name in safe:
            os.close(name.handle)

    def replace(self, source: Path, target: Path) -> None:
        """Rename, not safe yet."""
        backup = self._backup(target) if target.is_file() else None
        super().replace(source, target)

        def undo(folder: Path) -> None:
            (folder / target.name).rename(folder / source.name)
            if backup is not None:
                backup.rename(folder / target.name)

        self._note(target, undo)

    def exchange(self, one: Path, other: Path) -> bool:
        """Swap, not safe yet."""
        done = super().exchange(one, other)
        if done:
            self._note(one, lambda folder: FileLayer().exchange(folder / one.name, folder / other.name))
        return done

    def link(self, source: Path, target: Path) -> None:
        """Link, not safe yet."""
        super().link(source, target)
        self._note(target, lambda folder: (folder / target.name).unlink())

    def mkdir(self, folder: Path) -> None:
        """Make, not safe yet."""
        super().mkdir(folder)
        self._note(folder, lambda parent: shutil.rmtree(parent / folder.name))

    def unlink(self, path: Path) -> None:
        """Remove, not safe yet."""
        backup = self._backup(path)
        super().unlink(path)
        self._note(path, lambda folder: backup.rename(folder / path.name))

    def rmdir(self, folder: Path) -> None:
        """Remove, not safe yet; the names forgotten inside come back with the folder."""
        inside = [name for name in self.names if name.is_in(folder)]
        super().rmdir(folder)

        def undo(parent: Path) -> None:
            (parent / folder.name).mkdir()
            for name in reversed(inside):
                name.undo(parent / folder.name)

        self.names = [name for name in self.names if name not in inside]
        self._note(folder, undo)

    def switch_off(self, root: Path) -> None:
        """Forget."""
        for name in reversed(self.names):
            name.undo(name.folder())
            os.close(name.handle)
        for path in root.rglob("*"):
            if path.is_file() and path.stat().st_ino in self.dirty:
                os.truncate(path, 0)


SAME = "tables/same.csv"


def file_set(version: int) -> list[tuple[str, Content]]:
    """A set of files in which every file names its version, but for one that all versions make from the same."""
    names = ("plan.json", "report.html", "tables/racks.parquet")
    same = Recipe("same evidence", lambda: b"same")
    return [*((name, f"{version}:".encode() * 50) for name in names), (SAME, same)]


def visible_version(folder: Path) -> int | None:
    """Version of the set of files in a folder, None if there is none; fails if the set is not whole."""
    if not folder.exists():
        return None
    assert verify(folder) == ()
    manifest = read_manifest(folder)
    assert manifest is not None
    versions = {int((folder / path).read_bytes().split(b":")[0]) for path in manifest.paths if path != SAME}
    assert len(versions) == 1
    assert manifest.paths == ("plan.json", "report.html", "tables/racks.parquet", SAME)
    assert (folder / SAME).read_bytes() == b"same"
    return versions.pop()


def num_calls(root: Path, before: int | None, *, can_swap: bool) -> int:
    """Calls that a publication makes."""
    folder = root / "count" / "out"
    if before is not None:
        publish(folder, file_set(before))
    layer = StruckLayer(can_swap=can_swap)
    publish(folder, file_set(2), layer=layer)
    return layer.count


def in_child(action: Callable[[], object]) -> int:
    """Run an action in a child process; returns 0, or minus the signal that killed it."""
    child = os.fork()
    if child == 0:
        code = 1
        with contextlib.suppress(BaseException):
            action()
            code = 0
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def names_beside(folder: Path) -> list[str]:
    """Everything that stands where the output folder stands."""
    return sorted(path.name for path in folder.parent.iterdir())


@SWAPS
@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC], ids=["io-error", "disk-full"])
@pytest.mark.parametrize("before", [1, None], ids=["over-old", "first"])
def test_101_every_call_fails_once(tmp_path: Path, before: int | None, number: int, can_swap: bool) -> None:
    """Whichever call fails while publishing, the old or the new set stands whole, and the next run leaves no trace."""
    for at in range(1, num_calls(tmp_path, before, can_swap=can_swap) + 1):
        folder = tmp_path / str(at) / "out"
        if before is not None:
            publish(folder, file_set(before))
        try:
            publish(folder, file_set(2), layer=FailingLayer(at, number=number, can_swap=can_swap))
        except StoreError:
            assert visible_version(folder) in (before, 2)
        else:
            assert visible_version(folder) == 2
        publish(folder, file_set(3))
        assert visible_version(folder) == 3
        assert names_beside(folder) == ["out"]


@SWAPS
def test_102_the_disk_dies_at_every_call(tmp_path: Path, can_swap: bool) -> None:
    """Where all calls fail from one on, the old or the new set is there after the next start."""
    for at in range(1, num_calls(tmp_path, 1, can_swap=can_swap) + 1):
        folder = tmp_path / str(at) / "out"
        publish(folder, file_set(1))
        with contextlib.suppress(StoreError):
            publish(folder, file_set(2), layer=FailingLayer(at, forever=True, can_swap=can_swap))
        recover(folder)
        assert visible_version(folder) in (1, 2)
        assert names_beside(folder) == ["out"]


@SWAPS
@pytest.mark.parametrize("before", [1, None], ids=["over-old", "first"])
def test_103_killed_at_every_call(tmp_path: Path, before: int | None, can_swap: bool) -> None:
    """A kill at any call leaves the old or the new set; where folders can be swapped even without recovery."""
    calls = num_calls(tmp_path, before, can_swap=can_swap)
    for at in range(1, calls + 1):
        folder = tmp_path / str(at) / "out"
        if before is not None:
            publish(folder, file_set(before))
        layer = KillingLayer(at, can_swap=can_swap)
        code = in_child(lambda folder=folder, layer=layer: publish(folder, file_set(2), layer=layer))
        assert code == -signal.SIGKILL
        if not can_swap:
            recover(folder)
        assert visible_version(folder) in (before, 2)
        publish(folder, file_set(3))
        assert visible_version(folder) == 3
        assert names_beside(folder) == ["out"]


@SWAPS
@pytest.mark.parametrize("before", [1, None], ids=["over-old", "first"])
def test_104_power_cut_at_every_call(tmp_path: Path, before: int | None, can_swap: bool) -> None:
    """If the disk forgets all that was not synced, the old or the new set is whole; once acknowledged, the new one."""
    calls = num_calls(tmp_path, before, can_swap=can_swap)
    for at in range(1, calls + 2):
        folder = tmp_path / str(at) / "out"
        folder.parent.mkdir()
        if before is not None:
            publish(folder, file_set(before))
        layer = LossyLayer(at, tmp_path / f"keep-{at}", can_swap=can_swap)
        is_acknowledged = False
        with contextlib.suppress(PowerCut):
            publish(folder, file_set(2), layer=layer)
            is_acknowledged = True
        layer.switch_off(folder.parent)
        if not can_swap:
            recover(folder)
        assert visible_version(folder) in ((2,) if is_acknowledged else (before, 2))
        publish(folder, file_set(3))
        assert visible_version(folder) == 3


def test_105_short_writes(tmp_path: Path) -> None:
    """A system that writes one byte at a time still gets the whole file written."""

    class ShortLayer(FileLayer):
        def write(self, handle: int, data: memoryview) -> int:
            return super().write(handle, data[:1])

    write_bytes(tmp_path / "a", b"whole", layer=ShortLayer())
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_106_one_file_survives_every_failing_call(tmp_path: Path) -> None:
    """A file holds its old or its new content, and no temporary file stays, whichever call fails."""
    path = tmp_path / "a"
    layer = StruckLayer()
    write_bytes(path, b"old", layer=layer)
    for at in range(1, layer.count + 1):
        write_bytes(path, b"old", layer=FileLayer())
        with pytest.raises(StoreError, match="disk is full"):
            write_bytes(path, b"new", layer=FailingLayer(at, number=errno.ENOSPC))
        assert path.read_bytes() in (b"old", b"new")
        assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def cache_calls(root: Path) -> int:
    """Calls that storing one result makes."""
    layer = StruckLayer()
    ResultCache(root / "count", layer).put(digest(1), Answer(1, ("a",)))
    return layer.count


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC], ids=["io-error", "disk-full"])
def test_201_cache_survives_every_failing_call(tmp_path: Path, number: int) -> None:
    """Whichever call fails while a result is stored, earlier results are there and the result can be stored again."""
    old, new = Answer(1, ("a",)), Answer(2, ("b",))
    for at in range(1, cache_calls(tmp_path) + 1):
        cache = ResultCache(tmp_path / str(at))
        cache.put(digest("old"), old)
        with contextlib.suppress(StoreError):
            ResultCache(cache.folder, FailingLayer(at, number=number)).put(digest("new"), new)
        assert cache.get(digest("old"), Answer) == old
        assert cache.get(digest("new"), Answer) in (None, new)
        cache.put(digest("new"), new)
        assert cache.get(digest("new"), Answer) == new


def test_202_a_read_that_fails_counts_as_absent(tmp_path: Path) -> None:
    """An input error while reading a stored result is reported, not raised."""
    ResultCache(tmp_path / "c").put(digest(1), Answer(1, ()))
    for at in (1, 2):
        cache = ResultCache(tmp_path / "c", FailingLayer(at))
        assert cache.get(digest(1), Answer) is None
        assert len(cache.findings) == 1


def test_203_cache_killed_at_every_call(tmp_path: Path) -> None:
    """A kill at any call loses no stored result, and sweeping leaves only what an entry names."""
    for at in range(1, cache_calls(tmp_path) + 1):
        cache = ResultCache(tmp_path / str(at))
        cache.put(digest("old"), Answer(1, ("a",)))
        layer = KillingLayer(at)
        broken = ResultCache(cache.folder, layer)
        in_child(lambda broken=broken: broken.put(digest("new"), Answer(2, ("b",))))
        assert cache.get(digest("old"), Answer) == Answer(1, ("a",))
        assert cache.get(digest("new"), Answer) in (None, Answer(2, ("b",)))
        cache.put(digest("new"), Answer(2, ("b",)))
        cache.sweep()
        assert len([path for path in cache.folder.rglob("*") if path.is_file()]) == 4


def test_204_cache_after_a_power_cut(tmp_path: Path) -> None:
    """What was acknowledged before the disk forgot is there; what was not is absent or whole."""
    for at in range(1, cache_calls(tmp_path) + 2):
        root = tmp_path / str(at)
        root.mkdir()
        layer = LossyLayer(at, tmp_path / f"keep-{at}")
        cache, is_acknowledged = ResultCache(root / "c", layer), False
        with contextlib.suppress(PowerCut):
            cache.put(digest(1), Answer(1, ()))
            is_acknowledged = True
        layer.switch_off(root)
        clean = ResultCache(root / "c")
        assert clean.get(digest(1), Answer) in ((Answer(1, ()),) if is_acknowledged else (None, Answer(1, ())))
        assert clean.findings == []


def write_forever(root: Path, first: int, layer: FileLayer, report: int) -> None:
    """Store and publish version after version, acknowledging each on a pipe, until killed."""
    for version in range(first, first + 1_000):
        ResultCache(root / "cache", layer).put(digest(version), Answer(version, ("x",)))
        publish(root / "out", file_set(version), layer=layer)
        os.write(report, f"{version}\n".encode())


def random_kills(root: Path, count: int, *, can_swap: bool) -> Iterator[int]:
    """Kill a writing loop at random calls, over and over on the same folders; yields the last version acknowledged."""
    draw = np.random.default_rng(20261201)
    acknowledged = 0
    for _ in range(count):
        reading, writing = os.pipe()
        layer = KillingLayer(int(draw.integers(1, 150)), can_swap=can_swap)
        code = in_child(lambda layer=layer, w=writing, v=acknowledged: write_forever(root, v + 1, layer, w))
        os.close(writing)
        with os.fdopen(reading) as pipe:
            acknowledged = max([acknowledged, *map(int, pipe.read().split())])
        assert code == -signal.SIGKILL
        yield acknowledged


def check_random_kills(root: Path, count: int, *, can_swap: bool) -> None:
    """Nothing torn, nothing acknowledged lost, after each of many kills."""
    cache = ResultCache(root / "cache")
    checked = 0
    for acknowledged in random_kills(root, count, can_swap=can_swap):
        if not can_swap:
            recover(root / "out")
        assert (visible_version(root / "out") or 0) in (acknowledged, acknowledged + 1)
        for version in range(max(checked - 2, 1), acknowledged + 1):
            assert cache.get(digest(version), Answer) == Answer(version, ("x",))
        checked = acknowledged
    assert checked > count // 4
    assert cache.findings == []


@SWAPS
def test_301_killed_at_random(tmp_path: Path, can_swap: bool) -> None:
    """Two hundred kills at random calls tear nothing and lose nothing that was acknowledged."""
    check_random_kills(tmp_path, 100, can_swap=can_swap)


@SWAPS
@pytest.mark.slow
def test_302_killed_at_random_5000_times(tmp_path: Path, can_swap: bool) -> None:
    """Five thousand kills at random calls tear nothing and lose nothing that was acknowledged."""
    check_random_kills(tmp_path, 2_500, can_swap=can_swap)


def test_303_two_runs_publish_at_once(tmp_path: Path) -> None:
    """Two processes that publish to one folder at the same time leave one whole set and no trace."""

    def write(first: int) -> None:
        for version in range(first, first + 15):
            publish(tmp_path / "r" / "out", file_set(version))

    children = []
    for first in (100, 200):
        child = os.fork()
        if child == 0:
            code = 1
            with contextlib.suppress(BaseException):
                write(first)
                code = 0
            os._exit(code)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    assert visible_version(tmp_path / "r" / "out") in (114, 214)
    assert names_beside(tmp_path / "r" / "out") == ["out"]


def test_401_only_the_layer_touches_the_disk() -> None:
    """No other module of the store calls the system to write, so no call escapes these tests."""
    writing = {"open", "write_bytes", "write_text", "rename", "fdopen", "rmtree", "copy", "touch", "remove", "makedirs"}
    for path in Path(store.__file__).parent.glob("*.py"):
        called = {
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Call)
        }
        allowed = (
            {"write_bytes"} if path.name == "cache.py" else {"open"} if path.name in ("layer.py", "lock.py") else set()
        )
        assert called & writing <= allowed, path.name
