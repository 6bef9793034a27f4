"""Which calls to the file system does the store make? Exactly these; a test replaces the layer to make one fail."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

__all__ = ["FileLayer"]

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}


class FileLayer:
    """The operating system's calls, one method each; all raise `OSError`."""

    def create(self, path: Path) -> int:
        """Open a file that must not exist yet for writing; returns its descriptor."""
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)

    def write(self, handle: int, data: memoryview) -> int:
        """Write some of the bytes; returns how many."""
        return os.write(handle, data)

    def fsync(self, handle: int) -> None:
        """Bring a file's content to the disk."""
        os.fsync(handle)

    def close(self, handle: int) -> None:
        """Close a descriptor."""
        os.close(handle)

    def fsync_dir(self, folder: Path) -> None:
        """Bring a folder's names to the disk."""
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def replace(self, source: Path, target: Path) -> None:
        """Rename, replacing the target in one step."""
        source.replace(target)

    def exchange(self, one: Path, other: Path) -> bool:
        """Swap two names in one step (Linux `renameat2`); False where the system cannot."""
        call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
        if call is None:
            return False
        if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
            return True
        number = ctypes.get_errno()
        if number in _NO_EXCHANGE:
            return False
        raise OSError(number, os.strerror(number), str(one), None, str(other))

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name; a link is linked, not followed."""
        os.link(source, target, follow_symlinks=False)

    def mkdir(self, folder: Path) -> None:
        """Make a folder that must not exist yet."""
        folder.mkdir()

    def unlink(self, path: Path) -> None:
        """Remove a file or link."""
        path.unlink()

    def rmdir(self, folder: Path) -> None:
        """Remove an empty folder."""
        folder.rmdir()

    def listdir(self, folder: Path) -> list[str]:
        """Names in a folder, sorted."""
        return sorted(path.name for path in folder.iterdir())

    def read(self, path: Path) -> bytes:
        """All bytes of a file."""
        return path.read_bytes()
