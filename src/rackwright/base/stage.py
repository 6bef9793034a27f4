"""Has this stage already been run on exactly these arguments? If so its result is reused, else it is made and kept.

Key of a result: stage, digest of the source it is made by, digest of the solver and table libraries, digest of its
arguments. Nothing else can change an answer.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import time
import typing
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from rackwright.base.digest import digest, digest_bytes
from rackwright.base.table import Table

__all__ = ["StageCache", "StageRun", "StageRunner", "empty_result", "library_digest", "source_digest"]

Result = TypeVar("Result")
Request = TypeVar("Request")
LIBRARIES = ("highspy", "numpy", "ortools", "polars", "scipy")
SHARED_SOURCE = ("base", "catalog", "solve", "tables")


class StageCache(Protocol):
    """What the runner needs of a store of results."""

    def get(self, key: str, kind: type[Result]) -> Result | None:
        """The result kept under a key, or None."""

    def put(self, key: str, result: object) -> object:
        """Keep a result under a key."""


@dataclass(frozen=True, slots=True)
class StageRun:
    """What happened to one stage in this run.

    `seconds` is for people watching; it is never part of a result.
    """

    stage: str
    status: Literal["ran", "reused", "skipped"]
    reason: str
    seconds: float


def source_digest(package: Path, stage: str) -> str:
    """Digest of the code a stage is made by: its own package and the shared ground floor."""
    folders = (package / name for name in (*SHARED_SOURCE, stage))
    files = [path for folder in folders for path in sorted(folder.rglob("*.py"))]
    return digest([(str(path.relative_to(package)), digest_bytes(path.read_bytes())) for path in files])


def library_digest() -> str:
    """Digest of the versions of the libraries that can move an answer."""
    return digest([(name, importlib.metadata.version(name)) for name in LIBRARIES])


def empty_result(kind: type[Result], reason: str) -> Result:
    """Result of a stage that was skipped: every table empty, the reason as its only omission."""
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        hint = hints[field.name]
        values[field.name] = hint.empty() if isinstance(hint, type) and issubclass(hint, Table) else (reason,)
    return kind(**values)


def _quiet(_: object) -> None:
    """Listener that says nothing."""


class StageRunner:
    """Runs stages, or reuses what is kept.

    Parameters
    ----------
    package
        Folder of the rackwright package, for the source digest.
    cache
        Store of results; None runs everything.
    on_start, on_end
        Called with the stage's name before, and with its `StageRun` after.
    """

    def __init__(
        self,
        package: Path,
        cache: StageCache | None,
        on_start: Callable[[str], None] = _quiet,
        on_end: Callable[[StageRun], None] = _quiet,
    ) -> None:
        self._package = package
        self._cache = cache
        self._on_start = on_start
        self._on_end = on_end
        self._libraries = library_digest() if cache is not None else ""
        self.runs: list[StageRun] = []

    def run(self, stage: str, kind: type[Result], request: Request, function: Callable[[Request], Result]) -> Result:
        """Result of `function(request)`, from the cache where it holds it."""
        self._on_start(stage)
        began = time.perf_counter()
        key = self._key(stage, request) if self._cache is not None else ""
        kept = self._cache.get(key, kind) if self._cache is not None else None
        if kept is not None:
            self._note(StageRun(stage, "reused", "same arguments", time.perf_counter() - began))
            return kept
        result = function(request)
        if self._cache is not None:
            self._cache.put(key, result)
        self._note(StageRun(stage, "ran", "", time.perf_counter() - began))
        return result

    def skip(self, stage: str, kind: type[Result], missing: str) -> Result:
        """Empty result of a stage whose input the program does not hold."""
        reason = f"{stage}: not planned here, the program has no {missing}"
        self._note(StageRun(stage, "skipped", f"no {missing}", 0.0))
        return empty_result(kind, reason)

    def _key(self, stage: str, request: object) -> str:
        return digest((stage, source_digest(self._package, stage), self._libraries, request))

    def _note(self, run: StageRun) -> None:
        self.runs.append(run)
        self._on_end(run)
