"""Which part, figure or source is meant by this id? The catalog in memory, immutable, found by id, class or words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from rackwright.base.digest import digest
from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.catalog.parts import Fact, Part
from rackwright.catalog.read import fact_fields
from rackwright.catalog.sources import Source
from rackwright.catalog.weather import Weather

__all__ = ["Catalog"]

P = TypeVar("P", bound=Part)


@dataclass(frozen=True)
class Catalog:
    """Every part and every source, by id; ids are unique over all classes.

    Parameters
    ----------
    parts
        All parts, built-in and the user's, in the order of classes and files.
    sources
        All sources.
    weather
        Weather files of a program's sites as (name in the program, air); none in the built-in catalog.
    warnings
        What is wrong with the user's parts without keeping a plan from being made.
    """

    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    weather: tuple[tuple[str, Weather], ...] = field(default=(), compare=False)
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    @cached_property
    def _by_id(self) -> Mapping[str, Part]:
        return {part.id: part for part in self.parts}

    @cached_property
    def _sources_by_id(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.sources}

    @cached_property
    def digest(self) -> str:
        """Digest of everything in the catalog, for cache keys; `base.digest` of one part is the narrower key."""
        return digest((self.parts, self.sources, self.weather))

    def air(self, name: str) -> Weather | None:
        """The weather of a file named by the program; None where it was not read."""
        return dict(self.weather).get(name)

    def find(self, part_id: str) -> Part:
        """The part with this id, whatever its class.

        Raises
        ------
        InputError
            No part has this id; the text offers the nearest ids.
        """
        if part_id not in self._by_id:
            rule = f'the catalog has no part called "{part_id}".'
            raise InputError([Problem("unknown-part", Place(), rule, did_you_mean(part_id, self._by_id))])
        return self._by_id[part_id]

    def get(self, cls: type[P], part_id: str) -> P:
        """The part of a class with this id.

        Raises
        ------
        InputError
            The class has no such part; the text offers the nearest ids of the class.
        """
        part = self._by_id.get(part_id)
        if isinstance(part, cls):
            return part
        what = f"it is a {type(part).__name__}" if part else "the catalog has no such part"
        rule = f'"{part_id}" is not a {cls.__name__}: {what}.'
        raise InputError([Problem("unknown-part", Place(), rule, did_you_mean(part_id, self.ids(cls)))])

    def has(self, part_id: str) -> bool:
        """True if any part has this id."""
        return part_id in self._by_id

    def all(self, cls: type[P]) -> tuple[P, ...]:
        """Every part of a class, in catalog order."""
        return tuple(part for part in self.parts if isinstance(part, cls))

    def ids(self, cls: type[Part]) -> tuple[str, ...]:
        """Ids of every part of a class, in catalog order."""
        return tuple(part.id for part in self.all(cls))

    def search(self, text: str) -> tuple[Part, ...]:
        """Parts whose class, id, name, vendor or status hold every word of `text`, ignoring case."""
        words = text.lower().split()
        return tuple(part for part in self.parts if all(word in _searched(part) for word in words))

    def facts_of(self, part: Part) -> tuple[Fact, ...]:
        """The figures a part carries, in order of declaration."""
        values = (getattr(part, entry.name) for entry in fact_fields(type(part)))
        return tuple(value for value in values if value is not None)

    def fact(self, fact_id: str) -> Fact:
        """The figure named `PART.FIELD`.

        Raises
        ------
        InputError
            There is no such part, or it carries no such figure.
        """
        part_id, _, name = fact_id.rpartition(".")
        part = self.find(part_id)
        found = {fact.id: fact for fact in self.facts_of(part)}
        if fact_id not in found:
            rule = f'{part_id} carries no figure "{name}".'
            raise InputError([Problem("unknown-fact", Place(), rule, did_you_mean(fact_id, found))])
        return found[fact_id]

    def has_source(self, source_id: str) -> bool:
        """True if sources.yaml names this source."""
        return source_id in self._sources_by_id

    def source(self, source_id: str) -> Source:
        """The source with this id.

        Raises
        ------
        InputError
            There is no such source; the text offers the nearest ids.
        """
        if source_id not in self._sources_by_id:
            rule = f'the catalog has no source called "{source_id}".'
            raise InputError([Problem("unknown-source", Place(), rule, did_you_mean(source_id, self._sources_by_id))])
        return self._sources_by_id[source_id]


def _searched(part: Part) -> str:
    return " ".join((type(part).__name__, part.id, part.name, part.vendor, part.status)).lower()
