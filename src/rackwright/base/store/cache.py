"""Has this stage already run on equal arguments? A cache of stage results by content.

Layout: `objects/ab/<digest of content>` holds the files of results, `index/ab/<key>.json` names the objects of one
result and is written last. What is not whole counts as absent and is reported in `findings`; the next
`put` replaces it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from rackwright.base.digest import digest_bytes
from rackwright.base.errors import StoreError
from rackwright.base.store.codec import decode_result, encode_result, files_digest, kind_name
from rackwright.base.store.files import TEMPORARY_SUFFIX, make_folders, store_errors, write_bytes
from rackwright.base.store.layer import FileLayer
from rackwright.base.store.lock import locked

__all__ = ["ResultCache"]

Result = TypeVar("Result")

_DIGEST = re.compile(r"[0-9a-f]{8,128}")


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the index says of one result: its class and the digest of each of its files."""

    kind: str
    files: tuple[tuple[str, str], ...]

    @property
    def digest(self) -> str:
        """Digest of the result."""
        return files_digest(self.kind, dict(self.files))

    def to_bytes(self, key: str) -> bytes:
        """The entry as it is stored, sealed with its own digest."""
        body = {"key": key, "kind": self.kind, "files": dict(self.files)}
        text = json.dumps(body, sort_keys=True)
        return json.dumps({"body": text, "digest": digest_bytes(text.encode())}).encode()

    @classmethod
    def from_bytes(cls, data: bytes, key: str) -> _Entry:
        """Read a stored entry; raises whatever damaged bytes lead to."""
        sealed = json.loads(data)
        if digest_bytes(sealed["body"].encode()) != sealed["digest"]:
            raise ValueError("the digest differs")
        body = json.loads(sealed["body"])
        if body["key"] != key:
            raise ValueError("it belongs to another key")
        return cls(body["kind"], tuple(sorted(body["files"].items())))


@dataclass(slots=True)
class ResultCache:
    """Stage results by key, shared by any number of processes.

    Parameters
    ----------
    folder
        Where the cache lives; made on the first `put`.
    layer
        Calls to the file system.
    findings
        Sentences about broken entries met so far, for the log.
    """

    folder: Path
    layer: FileLayer = field(default_factory=FileLayer)
    findings: list[str] = field(default_factory=list)

    def get(self, key: str, kind: type[Result]) -> Result | None:
        """The result stored under a key, or None; never raises for what is on the disk.

        Parameters
        ----------
        key
            Digest of stage, source, lock file and arguments (hex).
        kind
            Class of the result.
        """
        entry = self._entry(key, kind)
        if entry is None:
            return None
        try:
            files = {name: self._read_object(digest) for name, digest in entry.files}
            return decode_result(kind, files)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the bytes, the result is made anew
            self._report(key, error)
            return None

    def find(self, key: str, kind: type) -> str | None:
        """Digest of the result stored under a key, without reading the result; None if there is none."""
        entry = self._entry(key, kind)
        return entry.digest if entry else None

    def put(self, key: str, result: Any) -> str:
        """Store a result; on return it is on the disk.

        Returns
        -------
        Digest of the result, the same as `result_digest`.

        Raises
        ------
        StoreError
            It could not be written; what was stored before is unchanged.
        TypeError
            The result holds something that cannot be stored.
        """
        path = self._index_path(key)
        files = encode_result(result)
        digests = {name: digest_bytes(data) for name, data in files.items()}
        entry = _Entry(kind_name(type(result)), tuple(sorted(digests.items())))
        with locked(self.folder / "writers", wait=True, shared=True):
            for name, data in files.items():
                self._write_object(digests[name], data)
            self._write(path, entry.to_bytes(key))
        return entry.digest

    def sweep(self) -> tuple[str, ...]:
        """Remove temporary files of killed runs, broken entries and objects no entry names; nothing if others write.

        Returns
        -------
        Paths removed, relative to the cache.
        """
        if not self.folder.is_dir():
            return ()
        try:
            with locked(self.folder / "writers", wait=False):
                return tuple(self._sweep())
        except StoreError:
            return ()

    def _sweep(self) -> Iterator[str]:
        wanted: set[str] = set()
        for path in sorted(self.folder.glob("index/*/*.json")):
            entry = self._try_entry(path.stem)
            if entry is None:
                yield self._remove(path)
            else:
                wanted.update(digest for _, digest in entry.files)
        for path in sorted(self.folder.glob("*/*/.*" + TEMPORARY_SUFFIX)):
            yield self._remove(path)
        for path in sorted(self.folder.glob("objects/*/*")):
            if path.name not in wanted:
                yield self._remove(path)

    def _remove(self, path: Path) -> str:
        with store_errors(f"Cannot remove {path}"):
            self.layer.unlink(path)
        return str(path.relative_to(self.folder))

    def _entry(self, key: str, kind: type) -> _Entry | None:
        entry = self._try_entry(key)
        if entry is not None and entry.kind != kind_name(kind):
            self._report(key, ValueError(f"it holds {entry.kind}, not {kind_name(kind)}"))
            return None
        return entry

    def _try_entry(self, key: str) -> _Entry | None:
        path = self._index_path(key)
        try:
            return _Entry.from_bytes(self.layer.read(path), key)
        except FileNotFoundError:
            return None
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the bytes, the result is made anew
            self._report(key, error)
            return None

    def _report(self, key: str, error: Exception) -> None:
        why = str(error) or type(error).__name__
        self.findings.append(f"The cached result {key} is not whole and is made anew: {why}.")

    def _read_object(self, digest: str) -> bytes:
        data = self.layer.read(self._object_path(digest))
        if digest_bytes(data) != digest:
            raise ValueError(f"the object {digest} is damaged")
        return data

    def _write_object(self, digest: str, data: bytes) -> None:
        """Write an object unless it is there and whole; its name is synced in any case."""
        path = self._object_path(digest)
        try:
            self._read_object(digest)
        except (OSError, ValueError):
            self._write(path, data)
        else:
            with store_errors(f"Cannot write {path}"):
                self.layer.fsync_dir(path.parent)

    def _write(self, path: Path, data: bytes) -> None:
        with store_errors(f"Cannot write {path}"):
            make_folders(path.parent, layer=self.layer)
        write_bytes(path, data, layer=self.layer)

    def _object_path(self, digest: str) -> Path:
        return self.folder / "objects" / _checked(digest)[:2] / digest

    def _index_path(self, key: str) -> Path:
        return self.folder / "index" / _checked(key)[:2] / f"{key}.json"


def _checked(digest: str) -> str:
    if not _DIGEST.fullmatch(digest):
        raise ValueError(f"{digest!r} is not a digest")
    return digest
