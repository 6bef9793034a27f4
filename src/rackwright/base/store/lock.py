"""Who may write a folder now? One run at a time, by a lock the system frees when its holder dies, however it dies."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rackwright.base.errors import StoreError
from rackwright.base.store.files import store_errors

__all__ = ["Lock", "locked"]


@dataclass(frozen=True, slots=True)
class Lock:
    """Proof that this process holds a folder; pass it to functions that would otherwise lock the folder themselves."""

    folder: Path
    is_shared: bool = False


@contextlib.contextmanager
def locked(
    folder: Path, *, wait: bool, shared: bool = False, on_wait: Callable[[str], None] | None = None
) -> Iterator[Lock]:
    """Hold a folder while the block runs.

    Parameters
    ----------
    folder
        The folder, which need not exist; the lock file `.NAME.lock` stands beside it and is removed afterwards.
    wait
        True waits for the present holder; False gives up at once.
    shared
        True lets other shared holders in, and keeps exclusive ones out.
    on_wait
        Called once with a sentence for people before waiting.

    Raises
    ------
    StoreError
        Another run holds the folder (its process id is named), or the file system knows no locks.

    Notes
    -----
    The lock is bound to an open file (`flock`), so a killed holder never blocks anybody. Locking the same folder twice
    in one process waits for itself: hand the `Lock` down instead.
    """
    place = folder.resolve()
    path = place.with_name(f".{place.name}.lock")
    with store_errors(f"Cannot lock {folder}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = _acquire(path, folder, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, wait=wait, on_wait=on_wait)
    try:
        yield Lock(place, shared)
    finally:
        if not shared:
            with contextlib.suppress(OSError):
                path.unlink()
        os.close(handle)


def _acquire(path: Path, folder: Path, mode: int, *, wait: bool, on_wait: Callable[[str], None] | None) -> int:
    """Open and lock; begin again if the file was removed by its last holder meanwhile."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        try:
            _lock(handle, folder, mode, wait=wait, on_wait=on_wait)
            if _is_current(handle, path):
                _sign(handle)
                return handle
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _lock(handle: int, folder: Path, mode: int, *, wait: bool, on_wait: Callable[[str], None] | None) -> None:
    try:
        fcntl.flock(handle, mode | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(handle, 20, 0).decode("ascii", "replace").strip() or "unknown"
        if not wait:
            raise StoreError(f"Another run holds {folder} (process {holder}). Wait for it or choose another.") from None
        if on_wait is not None:
            on_wait(f"Waiting for another run that holds {folder} (process {holder}).")
        fcntl.flock(handle, mode)


def _is_current(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _sign(handle: int) -> None:
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
