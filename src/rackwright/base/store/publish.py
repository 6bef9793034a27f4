"""How is a folder of results replaced so that readers see the old set or the new one, whole, at every moment?

The new set is built and synced in a hidden folder beside (`.OUT.PID-N.new`), its manifest last, and then swapped with
the old one in one step (Linux `renameat2`). Where the system cannot swap, the old folder is renamed to `.OUT.PID-N.old`
and the new one takes its name; a crash between the two renames leaves no OUT, and the next run finishes the switch:

- OUT is there: whatever `.new` and `.old` folders lie beside it are leftovers and are removed.
- OUT is missing and an `.old` is there: its `.new` of the same number takes the name if complete, else the `.old`.
- OUT is missing and only a `.new` is there: it was never acknowledged; it is removed.

Files in OUT that the manifest does not name belong to the user: they are carried over to the new folder.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rackwright.base.digest import digest_bytes
from rackwright.base.errors import InputError, StoreError
from rackwright.base.problem import Place, Problem
from rackwright.base.store.files import claim, remove_tree, store_errors, write_new
from rackwright.base.store.layer import FileLayer
from rackwright.base.store.lock import Lock, locked
from rackwright.base.store.manifest import MANIFEST_NAME, Manifest, ManifestEntry, read_manifest, verify
from rackwright.base.store.recipe import Content, Recipe, content_bytes

__all__ = ["check_ours", "publish", "recover"]

_NEW, _OLD = ".new", ".old"


def publish(
    folder: Path,
    files: Iterable[tuple[str, Content]],
    *,
    lock: Lock | None = None,
    layer: FileLayer | None = None,
) -> Manifest:
    """Replace the set of files in an output folder, all or nothing; on return the new set is on the disk.

    Parameters
    ----------
    folder
        The output folder; made if missing.
    files
        Path inside the folder (with `/`) and content of every file of the new set; consumed one by one. Where a recipe
        is given and the old set holds a whole file made from the same, that file is taken over by a second name.
    lock
        The caller's lock on the folder; None takes one, waiting for other runs.
    layer
        Calls to the file system.

    Returns
    -------
    The manifest of the new set, also stored as `.rackwright.json`.

    Raises
    ------
    InputError
        `folder-not-ours`: the folder holds files and no manifest, or a user's file stands where a new one must go.
    StoreError
        A call failed. The old set is whole, and the next run recovers by itself.
    ValueError
        A path is absolute, climbs, repeats or is the manifest's.
    """
    calls = layer or FileLayer()
    with _held(folder, lock) as place:
        recover(place, lock=Lock(place), layer=calls)
        foreign = _foreign_files(place, calls)
        with store_errors(f"Cannot publish {folder}"):
            new, _ = claim(place, _NEW, calls.mkdir)
            try:
                manifest = _build(new, files, _Kept.of(place, calls), calls)
                _carry_over(place, new, foreign, calls)
            except BaseException:
                with contextlib.suppress(OSError):
                    remove_tree(new, layer=calls)
                raise
            _switch(new, place, calls)
        with contextlib.suppress(StoreError):
            recover(place, lock=Lock(place), layer=calls)
    return manifest


def check_ours(folder: Path, *, layer: FileLayer | None = None) -> None:
    """Say early what `publish` would refuse: a folder of somebody else, or a file in its place.

    Raises
    ------
    InputError
        `folder-not-ours`.
    """
    _foreign_files(folder, layer or FileLayer())


def recover(folder: Path, *, lock: Lock | None = None, layer: FileLayer | None = None) -> tuple[str, ...]:
    """Finish or undo what a killed run left beside an output folder; does nothing where there is nothing.

    Returns
    -------
    Sentences for people that say what was found.

    Raises
    ------
    StoreError
        A call failed; the folder's content is as before.
    """
    calls = layer or FileLayer()
    with _held(folder, lock) as place, store_errors(f"Cannot recover {folder}"):
        sentences: list[str] = []
        for old in _leftovers(place, _OLD):
            if not place.exists():
                new = old.with_suffix(_NEW)
                is_complete = _is_complete(new, calls)
                calls.replace(new if is_complete else old, place)
                calls.fsync_dir(place.parent)
                which = "new" if is_complete else "earlier"
                sentences.append(f"A killed run had moved {folder} away; its {which} files are back in place.")
        for leftover in (*_leftovers(place, _NEW), *_leftovers(place, _OLD)):
            remove_tree(leftover, layer=calls)
            sentences.append(f"Removed {leftover.name}, left by a killed run.")
        return tuple(sentences)


@contextlib.contextmanager
def _held(folder: Path, lock: Lock | None) -> Iterator[Path]:
    """Real path of a folder, locked."""
    if lock is not None:
        if lock.is_shared or lock.folder != folder.resolve():
            raise ValueError(f"the lock is not an exclusive one on {folder}")
        yield lock.folder
        return
    with locked(folder, wait=True) as own:
        yield own.folder


def _leftovers(folder: Path, suffix: str) -> list[Path]:
    name = re.compile(re.escape(f".{folder.name}.") + r"\d+-\d+" + re.escape(suffix))
    return sorted(path for path in folder.parent.iterdir() if name.fullmatch(path.name) and path.is_dir())


def _is_complete(folder: Path, layer: FileLayer) -> bool:
    try:
        return not verify(folder, layer=layer)
    except StoreError:
        return False


def _foreign_files(folder: Path, layer: FileLayer) -> tuple[str, ...]:
    """Files of the user in an output folder that is ours.

    Raises
    ------
    InputError
        The folder is not ours.
    """
    if folder.exists() and not folder.is_dir():
        _refuse(folder, "This is a file, not a folder.", "Choose another output folder.")
    if not folder.is_dir() or not any(folder.iterdir()):
        return ()
    manifest = read_manifest(folder, layer=layer)
    if manifest is None:
        rule = f"The folder holds files and no {MANIFEST_NAME}, so it was not written by a plan."
        _refuse(folder, rule, "Choose another output folder, or empty this one.")
        return ()
    ours = {MANIFEST_NAME, *manifest.paths}
    everything = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    names = (path.relative_to(folder).as_posix() for path in everything)
    return tuple(sorted(name for name in names if name not in ours))


def _refuse(path: Path, rule: str, repair: str) -> None:
    raise InputError([Problem("folder-not-ours", Place(str(path)), rule, repair)])


@dataclass(frozen=True)
class _Kept:
    """The set of files that is being replaced."""

    folder: Path
    manifest: Manifest
    layer: FileLayer

    @classmethod
    def of(cls, folder: Path, layer: FileLayer) -> _Kept:
        """The set that stands in a folder; empty where there is none."""
        manifest = read_manifest(folder, layer=layer) if folder.is_dir() else None
        return cls(folder, manifest or Manifest(()), layer)

    def link(self, name: str, content: Content, target: Path) -> ManifestEntry | None:
        """Give an old file the name `target` if it is whole and was made from the same; None if that cannot be."""
        if not isinstance(content, Recipe) or self.manifest.made_from.get(name) != content.made_from:
            return None
        entry = next((entry for entry in self.manifest.entries if entry.path == name), None)
        old = self.folder / name
        try:
            if entry is None or old.is_symlink() or digest_bytes(self.layer.read(old)) != entry.digest:
                return None
            self.layer.link(old, target)
        except OSError:  # a file system without second names, or a file that cannot be read: it is made anew
            return None
        return entry


def _build(new: Path, files: Iterable[tuple[str, Content]], kept: _Kept, layer: FileLayer) -> Manifest:
    entries: dict[str, ManifestEntry] = {}
    made_from: dict[str, str] = {}
    for name, content in files:
        path = _checked_path(name)
        if name in entries:
            raise ValueError(f"{name} is published twice")
        _make_parents(new, path, layer)
        entries[name] = kept.link(name, content, new / path) or _written(name, content, new / path, layer)
        if isinstance(content, Recipe):
            made_from[name] = content.made_from
    manifest = Manifest(tuple(sorted(entries.values())), made_from)
    write_new(new / MANIFEST_NAME, manifest.to_bytes(), layer=layer)
    return manifest


def _written(name: str, content: Content, target: Path, layer: FileLayer) -> ManifestEntry:
    data = content_bytes(content)
    write_new(target, data, layer=layer)
    return ManifestEntry(name, digest_bytes(data), len(data))


def _checked_path(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.as_posix() != name or name in ("", ".", MANIFEST_NAME):
        raise ValueError(f"{name!r} is not the path of a file inside the folder")
    return path


def _make_parents(new: Path, path: PurePosixPath, layer: FileLayer) -> None:
    for parent in reversed(path.parents[:-1]):
        if not (new / parent).is_dir():
            layer.mkdir(new / parent)


def _carry_over(folder: Path, new: Path, foreign: tuple[str, ...], layer: FileLayer) -> None:
    """Give the user's files a second name in the new folder, then sync every folder of it."""
    for name in foreign:
        target = new / name
        if target.exists() or any(parent.is_file() for parent in target.parents):
            _refuse(folder / name, "A file of yours stands where a result must go.", "Move it away.")
        _make_parents(new, PurePosixPath(name), layer)
        layer.link(folder / name, target)
    for path in sorted(new.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            layer.fsync_dir(path)
    layer.fsync_dir(new)


def _switch(new: Path, folder: Path, layer: FileLayer) -> None:
    """Put the new folder in the place of the old one; the old one stays beside it until the names are synced."""
    if not folder.is_dir() or not any(folder.iterdir()):
        layer.replace(new, folder)
    elif not layer.exchange(new, folder):
        old = new.with_suffix(_OLD)
        layer.replace(folder, old)
        try:
            layer.replace(new, folder)
        except OSError:
            layer.replace(old, folder)
            raise
    layer.fsync_dir(folder.parent)
