"""Which figures of a part does a technical stage rest on? Not its price, lead time, mass or failure rate."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TypeVar

from rackwright.base.errors import InputError, InternalError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.parts import Fact, Part

__all__ = ["figure", "require_facts", "technical"]

P = TypeVar("P", bound=Part)


def technical(part: P) -> P:
    """The part without its commercial figures, so that a new price does not redo a technical stage."""
    return dataclasses.replace(part, price_usd=None, lead_days=None, mass_kg=None, failures_per_h=None)


def figure(fact: Fact | None) -> float:
    """Value of a figure that the rules of the catalog or `require_facts` have seen to be there."""
    if fact is None:
        raise InternalError("a figure is used that nobody has asked the catalog for")
    return fact.value


def require_facts(needed: Iterable[tuple[Part, tuple[str, ...]]]) -> None:
    """See that parts carry the figures a stage cannot do without.

    Raises
    ------
    InputError
        Figures are missing; all of them at once, each with part and field.
    """
    missing = {f"{part.id}.{name}" for part, names in needed for name in names if getattr(part, name) is None}
    if missing:
        repair = "Give it in the catalog, as an assumption with a band if need be."
        problems = (Problem("missing-fact", Place(path=path), "this figure is needed.", repair) for path in missing)
        raise InputError(sorted(problems, key=lambda problem: problem.place))
