"""How does the catalog get into memory? Reads the built-in files and lays the user's own parts over them by field."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from rackwright.base.digest import digest_bytes
from rackwright.base.errors import InputError
from rackwright.base.intake import Document, read_yaml
from rackwright.base.problem import Problem
from rackwright.catalog.index import Catalog
from rackwright.catalog.lint import lint_parts
from rackwright.catalog.parts import Part
from rackwright.catalog.read import PART_CLASSES, Draft, PartReader
from rackwright.catalog.sources import Source, read_sources
from rackwright.catalog.standins import with_standins

__all__ = ["Catalog", "load_catalog", "written_ids"]

SOURCES_FILE = "sources.yaml"


def load_catalog(overlay: Path | None = None) -> Catalog:
    """The built-in catalog, with the user's own parts laid over it.

    Parameters
    ----------
    overlay
        Folder of YAML files of the built-in form. A part with a known id replaces the fields it gives; others are
        new. A `sources.yaml` there adds sources. A folder that does not exist adds nothing.

    Raises
    ------
    InputError
        The overlay has problems; all of them at once.
    """
    texts = tuple((entry.name, entry.read_bytes()) for entry in _data_files())
    stamp = digest_bytes(b"\0".join(name.encode() + b"\0" + text for name, text in texts))
    builtin = _builtin(_Texts(stamp, texts))
    if overlay is None or not overlay.is_dir():
        return builtin
    return _lay_over(builtin, overlay)


def _data_files() -> list[Traversable]:
    folder = files("rackwright.catalog") / "data"
    return sorted((entry for entry in folder.iterdir() if entry.name.endswith(".yaml")), key=lambda entry: entry.name)


@dataclasses.dataclass(frozen=True)
class _Texts:
    """The bytes of the built-in files, compared by their digest only: a changed file is never served from memory."""

    stamp: str
    files: tuple[tuple[str, bytes], ...] = dataclasses.field(compare=False)


@lru_cache(maxsize=2)
def _builtin(texts: _Texts) -> Catalog:
    # Our own files need speed, not the guards of the strict reader; the tests read them with both and compare.
    documents = {name: yaml.load(text, Loader=yaml.CSafeLoader) for name, text in texts.files}
    sources, problems = read_sources(documents.pop(SOURCES_FILE), f"catalog/data/{SOURCES_FILE}")
    reader = PartReader({source.id: source.kind for source in sources}, list(problems))
    drafts = [draft for name, data in documents.items() for draft in reader.read(data, f"catalog/data/{name}")]
    if reader.problems:
        raise InputError(reader.problems)
    return Catalog(_by_class(draft.part() for draft in drafts), sources)


def _by_class(parts: Iterable[Part]) -> tuple[Part, ...]:
    order = {cls: rank for rank, cls in enumerate(PART_CLASSES.values())}
    return tuple(sorted(parts, key=lambda part: order[type(part)]))


def _lay_over(builtin: Catalog, folder: Path) -> Catalog:
    """`builtin` with the overlay's fields replaced and its new parts and sources added."""
    documents, unreadable = _read_documents(folder)
    added, problems = _overlay_sources(documents.pop(SOURCES_FILE, None), folder)
    sources = {source.id: source for source in (*builtin.sources, *added)}
    reader = PartReader({source.id: source.kind for source in sources.values()}, [*unreadable, *problems])
    drafts = [
        draft
        for name, document in documents.items()
        for draft in reader.read(document.data, _shown(folder, name), document.places.nearest)
    ]
    written, clashes = _apply(builtin, drafts)
    completed = [with_standins(part, builtin) for part in written]
    changed = [part for part, _ in completed]
    parts = {part.id: part for part in (*builtin.parts, *changed)}
    catalog = Catalog(_by_class(parts.values()), tuple(sources.values()))
    places = {draft.id: draft for draft in drafts}
    found = [*reader.problems, *clashes]
    found += [_placed(problem, places[part.id]) for part in changed for problem in lint_parts((part,), catalog)]
    warnings = [_placed(warning, places[part.id]) for part, of_part in completed for warning in of_part]
    if found:
        raise InputError([*found, *warnings])
    return dataclasses.replace(catalog, warnings=tuple(warnings))


def _placed(problem: Problem, draft: Draft) -> Problem:
    """A problem of a part at the line that writes its figure, else at the part."""
    path = problem.place.path
    place = draft.fact_places.get(path, dataclasses.replace(draft.place, path=path))
    return dataclasses.replace(problem, place=place)


def written_ids(folder: Path) -> frozenset[str]:
    """Ids of the parts that a folder's files write, right or wrong."""
    documents, _ = _read_documents(folder)
    lists = (doc.data.get("parts") for doc in documents.values() if isinstance(doc.data, Mapping))
    parts = (raw for parts in lists if isinstance(parts, list) for raw in parts)
    return frozenset(str(raw.get("id")) for raw in parts if isinstance(raw, Mapping))


def _shown(folder: Path, name: str) -> str:
    return f"{folder.name}/{name}"


def _read_documents(folder: Path) -> tuple[dict[str, Document], list[Problem]]:
    """Every YAML file of the folder by name, and the problems of those that cannot be read."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            documents[path.name] = read_yaml(path, name=_shown(folder, path.name), root=folder)
        except InputError as error:
            problems += error.problems
    return documents, problems


def _overlay_sources(document: Document | None, folder: Path) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    return ((), ()) if document is None else read_sources(document.data, _shown(folder, SOURCES_FILE))


def _apply(builtin: Catalog, drafts: Iterable[Draft]) -> tuple[tuple[Part, ...], tuple[Problem, ...]]:
    """Parts the drafts make, over the built-in part where the id is known, and clashes of class or id."""
    made: dict[str, Part] = {}
    clashes: list[Problem] = []
    for draft in drafts:
        under = builtin.find(draft.id) if builtin.has(draft.id) else None
        if draft.id in made:
            clashes.append(Problem("duplicate-id", draft.place, f'the id "{draft.id}" is used twice in this folder.'))
        elif under is not None and type(under) is not draft.cls:
            rule = f'"{draft.id}" is a {type(under).__name__} in the catalog, here a {draft.cls.__name__}.'
            clashes.append(Problem("duplicate-id", draft.place, rule, "Use another id."))
        else:
            made[draft.id] = draft.part() if under is None else draft.over(under)
    return tuple(made.values()), tuple(clashes)
