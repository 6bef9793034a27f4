"""How likely is a scenario, and how likely is it without anything that refines or merges it?

A scenario is an event. One that refines another lies within it, one that merges several lies where all of them come
true: the chance of either is part of the chances of those it rests on. Scenarios that nothing merges exclude each
other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rackwright.program.scenarios import BASE, Scenario

__all__ = ["Chances", "chances_of"]


@dataclass(frozen=True)
class Chances:
    """Chances by scenario.

    Parameters
    ----------
    whole
        That it comes true, alone or with more.
    alone
        That it comes true and nothing that rests on it; `base` among them, and all add up to 1. Below 0 where the
        chances of what rests on it are more than its own.
    """

    whole: Mapping[str, float]
    alone: Mapping[str, float]


def chances_of(scenarios: Sequence[Scenario]) -> Chances:
    """Chances of all scenarios; those that refine themselves or something unknown are left out.

    Notes
    -----
    alone(s) = whole(s) - sum of alone(t) over all t that rest on s. A scenario without a chance of its own that others
    merge is a building block: it never comes true alone.
    """
    whole: dict[str, float] = {}
    above: dict[str, frozenset[str]] = {}
    waiting = list(scenarios)
    while ready := [row for row in waiting if all(parent in whole for parent in row.parents)]:
        for row in ready:
            given = whole[row.parent] if row.parent and not row.merges else 1.0
            whole[row.id] = given * (row.probability_share or 0.0)
            above[row.id] = frozenset(row.parents).union(*(above[parent] for parent in row.parents))
        waiting = [row for row in waiting if row.id not in whole]
    blocks = {row.id for row in scenarios if row.probability_share is None}
    alone: dict[str, float] = {}
    for name in reversed(above):
        below = sum(share for other, share in alone.items() if name in above[other])
        alone[name] = 0.0 if name in blocks else whole[name] - below
    base = 1.0 - sum(alone.values())
    return Chances(whole, {BASE: base} | {name: alone[name] for name in whole})
