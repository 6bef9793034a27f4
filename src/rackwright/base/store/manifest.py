"""Which files make up an output folder, and are they still as they were written?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rackwright.base.digest import digest, digest_bytes
from rackwright.base.errors import StoreError
from rackwright.base.problem import Place, Problem
from rackwright.base.store.layer import FileLayer

__all__ = ["MANIFEST_NAME", "Manifest", "ManifestEntry", "read_manifest", "verify"]

MANIFEST_NAME = ".rackwright.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True, order=True)
class ManifestEntry:
    """One file: path inside the folder with `/`, digest of its content, size [bytes]."""

    path: str
    digest: str
    num_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All files of an output folder.

    Parameters
    ----------
    entries
        Sorted by path.
    made_from
        By path: the digest of what a file was made from, where its maker gave one.
    """

    entries: tuple[ManifestEntry, ...]
    made_from: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def digest(self) -> str:
        """Digest of the whole folder: equal for equal sets of files."""
        return digest(self.entries)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of all files, sorted."""
        return tuple(entry.path for entry in self.entries)

    def to_bytes(self) -> bytes:
        """The manifest as it is stored."""
        rows = [{"path": e.path, "digest": e.digest, "num_bytes": e.num_bytes} for e in self.entries]
        body = {"format": _FORMAT, "digest": self.digest, "files": rows, "made_from": dict(self.made_from)}
        return (json.dumps(body, indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a stored manifest; raises `ValueError`, `KeyError` or `TypeError` if it is not whole."""
        body = json.loads(data)
        rows = body["files"]
        entries = tuple(ManifestEntry(row["path"], row["digest"], row["num_bytes"]) for row in rows)
        manifest = cls(entries, dict(body.get("made_from", {})))
        if body["format"] != _FORMAT or manifest.digest != body["digest"]:
            raise ValueError("the digest differs")
        return manifest


def read_manifest(folder: Path, *, layer: FileLayer | None = None) -> Manifest | None:
    """Manifest of an output folder, or None if the folder carries none.

    Raises
    ------
    StoreError
        There is one, but it cannot be read or is damaged.
    """
    path = folder / MANIFEST_NAME
    try:
        return Manifest.from_bytes((layer or FileLayer()).read(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"The manifest {path} is damaged: {error}. Move the folder away and run again.") from error


def verify(folder: Path, *, layer: FileLayer | None = None) -> tuple[Problem, ...]:
    """What differs between an output folder and its manifest; empty if every file is as it was written.

    Raises
    ------
    StoreError
        The manifest is damaged.
    """
    manifest = read_manifest(folder, layer=layer)
    if manifest is None:
        where = Place(str(folder))
        return (Problem("output-missing", where, f"The folder has no {MANIFEST_NAME}.", "Run the plan again."),)
    problems = (_verify_file(folder, entry, layer or FileLayer()) for entry in manifest.entries)
    return tuple(problem for problem in problems if problem is not None)


def _verify_file(folder: Path, entry: ManifestEntry, layer: FileLayer) -> Problem | None:
    place = Place(str(folder / entry.path))
    try:
        data = layer.read(folder / entry.path)
    except OSError as error:
        rule = f"The file cannot be read: {error.strerror or error}."
        return Problem("output-missing", place, rule, "Run the plan again.")
    if digest_bytes(data) == entry.digest:
        return None
    return Problem("output-changed", place, "The file was changed after it was written.", "Run the plan again.")
