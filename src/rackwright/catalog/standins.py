"""Which figure stands in where a part of a program's own lacks an impedance, so that the rest is still planned?

The figure of the built-in part of the same class, role and voltages that is nearest in rating; it keeps the id of that
part and is marked, so a plan tells whose figure it is.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Any, Final

from rackwright.base.problem import Place, Problem
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import MvCable
from rackwright.catalog.parts import Fact, Part, Transformer

__all__ = ["IMPEDANCES", "lenders", "with_standins"]

IMPEDANCES: Final[dict[type[Part], tuple[str, ...]]] = {
    Transformer: ("impedance_share",),
    MvCable: ("resistance_ohm", "reactance_ohm"),
}
"""Figures without which a part can still be rated, connected and bought, by class."""

ALIKE: Final[dict[type[Part], tuple[str, ...]]] = {
    Transformer: ("secondary_v", "rating_va"),
    MvCable: ("voltage_v", "ampacity_a"),
}
"""By what the nearest part is told, in order of weight."""

MARK: Final = "stands in for a figure that is not stated"
"""Where in its source such a figure is said to be."""


def with_standins(part: Part, builtin: Catalog) -> tuple[Part, tuple[Problem, ...]]:
    """The part with the impedances it lacks taken from the nearest built-in one, and a warning for each.

    Parameters
    ----------
    part
        Part of a program's own catalog.
    builtin
        Where to look for the nearest.
    """
    taken, warnings = part, []
    for name in IMPEDANCES.get(type(part), ()):
        near = _nearest(part, name, builtin) if getattr(part, name) is None else None
        if near is None:
            continue
        fact: Fact = getattr(near, name)
        marked: dict[str, Any] = {name: dataclasses.replace(fact, at=MARK)}
        taken = dataclasses.replace(taken, **marked)
        rule = (
            f"a part of class {type(part).__name__} needs {name}; {fact.written} of {near.id} stands in, so that the "
            "rest is planned."
        )
        repair = "Give it, as an assumption with a band if need be."
        warnings.append(Problem("missing-impedance", Place(path=f"{part.id}.{name}"), rule, repair, "warning"))
    return taken, tuple(warnings)


def lenders(part: Part) -> Iterator[tuple[str, Fact]]:
    """Impedances of a part that are another part's, as (field, figure)."""
    for name in IMPEDANCES.get(type(part), ()):
        fact = getattr(part, name)
        if fact is not None and fact.at == MARK:
            yield name, fact


def _nearest(part: Part, name: str, builtin: Catalog) -> Part | None:
    """The part nearest by ratio of the figures it is told by; None where the part lacks those too."""
    fields = ALIKE[type(part)]
    if any(getattr(part, field) is None or getattr(part, field).value <= 0.0 for field in fields):
        return None
    role = getattr(part, "role", "")
    others = (
        other
        for other in builtin.all(type(part))
        if other.id != part.id and getattr(other, "role", "") == role and getattr(other, name) is not None
    )
    return min(others, key=lambda other: (*(_ratio(part, other, field) for field in fields), other.id), default=None)


def _ratio(one: Part, other: Part, name: str) -> float:
    """How far apart two figures are, as the size of the logarithm of their ratio."""
    theirs = getattr(other, name)
    return abs(math.log(theirs.value / getattr(one, name).value)) if theirs is not None else math.inf
