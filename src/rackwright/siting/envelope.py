"""How much IT power can a site carry from which day on, what limits it, and which gate must be reached?

Energised power = min(contract, substation) + on-site, and never more than the halls commissioned so far. A kind the
site does not mention does not limit; a site that mentions neither contract nor substation lives on on-site power.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rackwright.siting.orders import HallSpace, PowerStep, SiteSupply
from rackwright.tables.siting import Envelopes

__all__ = ["Level", "envelope_levels", "make_envelopes"]


@dataclass(frozen=True, slots=True)
class Level:
    """IT power of a site from a day on."""

    day: int
    it_w: int
    binding: str
    gate: str


@dataclass(frozen=True, slots=True)
class _Limit:
    """One limit on a day; `gate` is that of the step that set it."""

    it_w: int
    gate: str


def envelope_levels(supply: SiteSupply, halls: Iterable[HallSpace], *, horizon_days: int) -> tuple[Level, ...]:
    """Levels of one site in order of day, from day 0; only days on which something changes."""
    own = tuple(hall for hall in halls if hall.site == supply.site)
    days = {0, *(step.day for step in supply.steps), *(hall.ready_day for hall in own)}
    levels: list[Level] = []
    for day in sorted(day for day in days if 0 <= day < horizon_days):
        level = _level(supply.steps, own, day)
        if not levels or (level.it_w, level.binding, level.gate) != (
            levels[-1].it_w,
            levels[-1].binding,
            levels[-1].gate,
        ):
            levels.append(level)
    return tuple(levels)


def _level(steps: tuple[PowerStep, ...], halls: tuple[HallSpace, ...], day: int) -> Level:
    contract, substation, on_site = (_stepped(steps, kind, day) for kind in ("contract", "substation", "on-site"))
    grid = [(limit, name) for limit, name in ((contract, "contract"), (substation, "substation")) if limit]
    extra = on_site or _Limit(0, "")
    if grid:
        supply, name = min(grid, key=lambda pair: pair[0].it_w)
    else:
        supply, name = _Limit(0, extra.gate), "on-site"
    supplied = _Limit(supply.it_w + extra.it_w, supply.gate)
    hall = _commissioned(halls, day)
    if hall.it_w < supplied.it_w:
        return Level(day, hall.it_w, "hall", hall.gate)
    return Level(day, supplied.it_w, name, supplied.gate)


def _stepped(steps: tuple[PowerStep, ...], kind: str, day: int) -> _Limit | None:
    """The latest step of a kind on a day; 0 before its first step; None if the site has no such step."""
    own = sorted((step for step in steps if step.kind == kind), key=lambda step: (step.day, step.it_w, step.gate))
    if not own:
        return None
    begun = [step for step in own if step.day <= day]
    return _Limit(begun[-1].it_w, begun[-1].gate) if begun else _Limit(0, own[0].gate)


def _commissioned(halls: tuple[HallSpace, ...], day: int) -> _Limit:
    """Power of the halls ready by a day, and the gate of the last of them; of the first to come if none is ready."""
    ordered = sorted(halls, key=lambda h: (h.ready_day, h.hall))
    ready = [h for h in ordered if h.ready_day <= day]
    named = ready[-1:] or ordered[:1]
    return _Limit(sum(h.it_w for h in ready), named[0].gate if named else "")


def make_envelopes(levels: Iterable[tuple[str, tuple[Level, ...]]]) -> Envelopes:
    """The table of all sites' levels."""
    return Envelopes.from_rows(
        [(site, level.day, level.it_w, level.binding, level.gate) for site, own in levels for level in own]
    )
