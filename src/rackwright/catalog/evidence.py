"""Which facts does a value rest on? Walks any frozen argument and collects the facts it carries."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rackwright.catalog.parts import Fact

__all__ = ["ALTERNATIVES", "facts_in"]

ALTERNATIVES: Final = {"rests_on": False}
"""Metadata of a field that holds what could be chosen instead."""


def facts_in(value: Any) -> tuple[Fact, ...]:
    """Every distinct `Fact` inside a value, by id.

    Walks dataclasses, pydantic models, sequences and mappings; tables and arrays carry no facts and are skipped, as are
    fields marked `ALTERNATIVES`: what could be bought instead is no evidence of what is planned.
    """
    found = {fact.id: fact for fact in _walk(value)}
    return tuple(found[key] for key in sorted(found))


def _walk(value: Any) -> Iterator[Fact]:
    if isinstance(value, Fact):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _walk(part)
    elif isinstance(value, tuple | list | frozenset):
        for part in value:
            yield from _walk(part)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.metadata == ALTERNATIVES:
                continue
            yield from _walk(getattr(value, field.name))
