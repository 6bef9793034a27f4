"""How is one file written so that a crash leaves the old content or the new, never a part?

Temporary file in the same folder, write, fsync, rename, fsync of the folder. After a failed fsync the temporary file is
thrown away and never synced again (the kernel may have dropped the pages).
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from rackwright.base.errors import StoreError
from rackwright.base.store.layer import FileLayer

__all__ = ["TEMPORARY_SUFFIX", "claim", "make_folders", "remove_tree", "store_errors", "write_bytes", "write_new"]

TEMPORARY_SUFFIX = ".tmp"
Claimed = TypeVar("Claimed")

_REPAIRS = {
    errno.ENOSPC: "The disk is full; earlier results are unchanged. Free some space and run again.",
    errno.EDQUOT: "The disk quota is used up; earlier results are unchanged.",
    errno.EACCES: "Check the permissions of the folder.",
    errno.EROFS: "The disk is read-only; choose another folder.",
    errno.EBUSY: "Something else uses the name (a mount point cannot be replaced); choose a folder inside it.",
    errno.EXDEV: "A mount point cannot be replaced; choose a folder inside it.",
}


@contextlib.contextmanager
def store_errors(what: str) -> Iterator[None]:
    """Turn an `OSError` inside the block into a `StoreError` that says what could not be done, and the repair."""
    try:
        yield
    except OSError as error:
        repair = _REPAIRS.get(error.errno or 0, "")
        raise StoreError(f"{what}: {error.strerror or error}. {repair}".rstrip()) from error


def write_bytes(path: Path, data: bytes, *, layer: FileLayer) -> None:
    """Write one file, all or nothing; on return the content is on the disk.

    Parameters
    ----------
    path
        Final name; its folder must exist. An existing file is replaced.
    data
        The whole content.
    layer
        Calls to the file system.

    Raises
    ------
    StoreError
        A call failed; the old content, or its absence, is unchanged.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise StoreError(f"Cannot write {path}: this is a device, pipe or socket; a file would take its place.")
    with store_errors(f"Cannot write {path}"):
        temporary, handle = claim(path, TEMPORARY_SUFFIX, layer.create)
        try:
            _fill(handle, data, layer)
            layer.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                layer.unlink(temporary)
            raise
        layer.fsync_dir(path.parent)


def write_new(path: Path, data: bytes, *, layer: FileLayer) -> None:
    """Write and sync a file in a folder that is not visible yet; the caller syncs the folder. Raises `OSError`."""
    _fill(layer.create(path), data, layer)


def claim(path: Path, suffix: str, make: Callable[[Path], Claimed]) -> tuple[Path, Claimed]:
    """Make a hidden file or folder beside `path` under a name nobody else has; returns the name and what was made."""
    for number in itertools.count():
        name = path.with_name(f".{path.name}.{os.getpid()}-{number}{suffix}")
        try:
            return name, make(name)
        except FileExistsError:
            continue
    raise StoreError(f"No free name beside {path}")  # not reached: the numbers do not end


def _fill(handle: int, data: bytes, layer: FileLayer) -> None:
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[layer.write(handle, rest) :]
        layer.fsync(handle)
    finally:
        layer.close(handle)


def make_folders(folder: Path, *, layer: FileLayer) -> None:
    """Make a folder and those above it; each new name is synced. Raises `OSError`."""
    if folder.is_dir():
        return
    make_folders(folder.parent, layer=layer)
    with contextlib.suppress(FileExistsError):
        layer.mkdir(folder)
    layer.fsync_dir(folder.parent)


def remove_tree(folder: Path, *, layer: FileLayer) -> None:
    """Remove a folder and all in it, without following links. Raises `OSError`."""
    for name in layer.listdir(folder):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            remove_tree(path, layer=layer)
        else:
            layer.unlink(path)
    layer.rmdir(folder)
