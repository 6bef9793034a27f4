"""Where does a figure come from? A source is named once, in sources.yaml, and cited by its id."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rackwright.base.problem import Place, Problem, did_you_mean

__all__ = ["SOURCE_STATUSES", "Source", "read_sources"]

SOURCE_STATUSES = (
    "published",
    "community data",
    "reported",
    "secondary",
    "vendor claim",
    "computed",
)


@dataclass(frozen=True, slots=True)
class Source:
    """One document, page or data set that figures are taken from.

    Parameters
    ----------
    id
        Kebab-case name that facts cite.
    title
        What the document calls itself, or the citation as it was found.
    publisher
        Who answers for it.
    date
        Year, month or day of the document, ISO 8601; empty if it carries none.
    address
        Web address or repository path, where known.
    kind
        Kind of evidence a figure from it is, unless the fact says otherwise.
    status
        How the figure was seen; one of `SOURCE_STATUSES`.
    note
        What to know before relying on it (licence, known slips).
    """

    id: str
    title: str
    publisher: str = ""
    date: str = ""
    address: str = ""
    kind: str = "estimate"
    status: str = "secondary"
    note: str = ""


_FIELDS = tuple(field.name for field in dataclasses.fields(Source) if field.name != "id")


def read_sources(data: object, file: str) -> tuple[tuple[Source, ...], tuple[Problem, ...]]:
    """Read the `sources:` mapping of a sources.yaml.

    Returns
    -------
    The sources in the order written, and every problem found on the way (a source with a problem is left out).
    """
    raw = data.get("sources") if isinstance(data, Mapping) else None
    if not isinstance(raw, Mapping):
        problem = Problem("bad-catalog-file", Place(file), "the file needs a mapping `sources:` of id to title.")
        return (), (problem,)
    sources: list[Source] = []
    problems: list[Problem] = []
    for source_id, entry in raw.items():
        found = _source_problems(str(source_id), entry, file)
        problems += found
        if not found:
            sources.append(Source(id=str(source_id), **{key: str(value) for key, value in entry.items()}))
    return tuple(sources), tuple(problems)


def _source_problems(source_id: str, entry: Any, file: str) -> list[Problem]:
    place = Place(file, path=source_id)
    if not isinstance(entry, Mapping) or not entry.get("title"):
        return [Problem("bad-source", place, f'source "{source_id}" has no title.', "Add `title:`.")]
    return [
        Problem("unknown-field", place, f'a source has no field "{key}".', did_you_mean(str(key), _FIELDS))
        for key in entry
        if key not in _FIELDS
    ]
