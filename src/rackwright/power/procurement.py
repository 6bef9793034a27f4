"""What must be ordered, which gates does it wait for, and what could take its place when it slips?"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from rackwright.power.cables import CableNeed
from rackwright.power.feeders import FEEDER_KINDS
from rackwright.power.finding import Finding
from rackwright.power.request import EquipmentGate, MarketPart, SiteChain
from rackwright.power.site import SitePower

__all__ = ["equipment_findings", "equipment_rows", "substitute_rows"]

ROUNDING = 1e-9
GATES: dict[str, str] = {
    "hv-transformer": "interconnection agreement; energisation",
    "mv-switchgear": "interconnection agreement; energisation",
    "unit-substation": "energisation",
    "lv-switchgear": "energisation; integrated systems test",
    "ats": "integrated systems test",
    "sts": "integrated systems test",
    "ups": "integrated systems test",
    "generator": "air permit; integrated systems test",
    "turbine": "air permit; interconnection agreement; integrated systems test",
    "engine": "air permit; interconnection agreement; integrated systems test",
    "fuel-cell": "air permit where the state asks for one; integrated systems test",
    "busway": "hall commissioned",
    "tap": "hall commissioned",
    "side-rack": "hall commissioned",
    "lv-cable": "energisation; integrated systems test",
    "mv-cable": "energisation",
    "mv-termination": "energisation",
    "storage": "integrated systems test",
    "cdu": "hall commissioned",
    "air": "hall commissioned",
    "dry-cooler": "hall commissioned",
    "adiabatic": "hall commissioned; water connection",
    "tower": "hall commissioned; water connection",
    "chiller": "hall commissioned; integrated systems test",
    "buffer-tank": "hall commissioned; integrated systems test",
}
"""What equipment of a kind waits for beside its delivery: to be energised, run, or handed over."""
ON_SITE = ("turbine", "engine", "fuel-cell")
ONE_EACH = ("tap", "busway")
"""Kinds of which each run or rack position has one: several smaller ones cannot take its place."""
GENERATED = ("hv-transformer", "mv-switchgear", *ON_SITE)
"""Kinds whose late power on-site generation may give."""
BRIDGE = "storage as a bridge"
"""A way that holds for hours: it stands in for no equipment that is late by days."""
BRIDGED = ("hv-transformer", "mv-switchgear", "generator", *ON_SITE)
"""Kinds whose late power storage of the site may bridge for a time."""

Figures = tuple[float | None, float | None]
Row = tuple[str, str, str, int, str, float, str, str, float | None, float | None, float, str, str, *Figures]


@dataclass(frozen=True, slots=True)
class _Need:
    """Equipment of a site: kind, part, pieces or metres, and the rating of one [W or as the chain rates it]."""

    kind: str
    part: str
    count: int
    rating_w: float
    unit: str = "piece"


def _needs(power: SitePower) -> Iterator[_Need]:
    """Parts of the chain by kind, in the order they are met from the grid down; then those of the cooling."""
    chain = power.chain
    seen: dict[tuple[str, str], int] = {}
    for kind, part in zip(chain.kind.tolist(), chain.part, strict=True):
        if part and kind not in FEEDER_KINDS:
            seen[kind, part] = seen.get((kind, part), 0) + 1
    for (kind, part), count in seen.items():
        own = np.flatnonzero(chain.is_kind(kind))
        rating_w = float(next(chain.rating_w[n] for n in own.tolist() if chain.part[n] == part))
        yield _Need(kind, part, count, rating_w)
    for part in sorted({line.part for line in power.order.smoothing if line.part}):
        own_lines = [line for line in power.order.smoothing if line.part == part]
        count = sum(line.count for line in own_lines)
        yield _Need("storage", part, count, sum(line.power_w for line in own_lines) / count)
    for unit in power.order.cooling:
        yield _Need(unit.role, unit.part, unit.count, unit.rated_w)


def equipment_rows(
    power: SitePower, market: tuple[MarketPart, ...], drawing_days: float, cables: Iterable[CableNeed] = ()
) -> Iterator[Row]:
    """Equipment list: ratings, count, lead time from order acceptance, what a slot binds, and gates.

    Parameters
    ----------
    power
        Site.
    market
        Parts of the catalog, with the terms of the program's offers where there are any.
    drawing_days
        Slot and drawing approval before a maker accepts an order; only boards, transformers and generators have it,
        and only where no offer of the program states the lead time from the order.
    cables
        Cable by the metre and its terminations.
    """
    known = {part.part: part for part in market}
    by_metre = (_Need(need.kind, need.part, need.count, 0.0, need.unit) for need in cables)
    for need in (*_needs(power), *by_metre):
        part, gate = known.get(need.part), gate_of(power.order, need.kind)
        if part is None:
            continue
        before = part.drawing_days(drawing_days)
        binds = part.binds if part.is_made_to_order else ""
        yield (
            power.order.site,
            need.part,
            need.kind,
            need.count,
            need.unit,
            need.rating_w,
            binds,
            part.origin,
            part.price_usd,
            part.lead_days,
            before,
            GATES.get(need.kind, ""),
            part.name,
            None if gate is None else gate.days,
            there_days(power.order, part, before, need.count)[0],
        )


def gate_of(order: SiteChain, kind: str) -> EquipmentGate | None:
    """The gate of a kind; None where it lies behind or nothing waits for it."""
    gates = order.gates
    if kind in ON_SITE:
        return gates.on_site
    return gates.energisation if "energisation" in GATES.get(kind, "") else gates.hall


def there_days(order: SiteChain, part: MarketPart, drawing_days: float, count: int) -> tuple[float | None, str]:
    """Days from the program's day until all pieces of a part can be there, and where the last of them is from.

    By what is on hand and on order for the site, and by its own procurement where a project has one; the rest is
    ordered today by lead time, drawings before it.
    """
    pieces = 0.0
    for own in order.procured:
        pieces += own.pieces if own.part == part.part else 0.0
        if own.part == part.part and pieces >= count:
            return own.days, own.source
    source = "offer of the program" if part.is_offered else f"fact:{part.part}.lead_days"
    return (None if part.lead_days is None else part.lead_days + drawing_days), source


def equipment_findings(
    power: SitePower, market: tuple[MarketPart, ...], drawing_days: float, cables: Iterable[CableNeed] = ()
) -> Iterator[Finding]:
    """Equipment that cannot be there by its site's gate, at the soonest; one check for each part.

    Parameters
    ----------
    power, market, drawing_days, cables
        As in `equipment_rows`.
    """
    known = {part.part: part for part in market}
    needs = [(need.kind, need.part, need.count) for need in _needs(power)]
    needs += [(need.kind, need.part, need.count) for need in cables]
    sooner = _sooner(power, market, drawing_days)
    for kind, name, count in needs:
        part, gate = known.get(name), gate_of(power.order, kind)
        if part is None or gate is None:
            continue
        days, source = there_days(power.order, part, part.drawing_days(drawing_days), count)
        if days is None:
            continue
        relief = _gate_relief(gate, days, sooner.get(name, ()))
        subject = f"{power.order.site} {kind} {name}"
        yield Finding("power-equipment-gate", subject, days, gate.days, "day", source, relief)


def _gate_relief(gate: EquipmentGate, days: float, sooner: Iterable[tuple[float, str]]) -> str:
    """What is there in time; else what is there sooner, and the day the gate would need; none if in time."""
    if days <= gate.days:
        return ""
    late, ways = f"{math.ceil(days - gate.days)} days late for {gate.name} of {gate.date}", list(sooner)
    best_days = min([days, *(at for at, _ in ways)])
    if best_days <= gate.days:
        return f"{late}: {ways[0][1]} can be there in {best_days:.0f} days (view substitutes)"
    moved = gate.date + dt.timedelta(days=math.ceil(days - gate.days))
    if best_days < days:
        nearer = gate.date + dt.timedelta(days=math.ceil(best_days - gate.days))
        return f"{late}: {ways[0][1]} and that gate on {nearer}, or that gate on {moved} (view substitutes)"
    return f"{late}: that gate on {moved}; nothing else is there sooner (view substitutes)"


def _sooner(
    power: SitePower, market: tuple[MarketPart, ...], drawing_days: float
) -> dict[str, list[tuple[float, str]]]:
    """Substitutes of each part by days until they can be there; a bridge of hours is none."""
    found: dict[str, list[tuple[float, str]]] = {}
    for _, part, way, substitute, pieces, days, _, _ in substitute_rows(power, market, drawing_days):
        if days is not None and way != BRIDGE:
            found.setdefault(part, []).append((days, f"{way}, {pieces} x {substitute}"))
    return {part: sorted(rows) for part, rows in found.items()}


def substitute_rows(
    power: SitePower, market: tuple[MarketPart, ...], drawing_days: float
) -> Iterator[tuple[str, str, str, str, int, float | None, float | None, str]]:
    """Parts that could take the place of each, with pieces, days from today to delivery, and price.

    Other parts of the kind between the same voltages (several smaller ones, or a larger one), storage of the site as a
    bridge, on-site generation, and direct-current side racks with their own storage in place of UPS.
    """
    known = {part.part: part for part in market}
    for need in _needs(power):
        own = known.get(need.part)
        if own is None:
            continue
        for way, part, pieces, note in _ways(power, need, own, market):
            before = part.drawing_days(drawing_days)
            days = None if part.lead_days is None else part.lead_days + before
            price = None if part.price_usd is None else part.price_usd * pieces
            yield power.order.site, need.part, way, part.part, pieces, days, price, note


def _ways(
    power: SitePower, need: _Need, own: MarketPart, market: tuple[MarketPart, ...]
) -> Iterator[tuple[str, MarketPart, int, str]]:
    """Each way with its part, pieces and what else changes.

    Bridges and generation carry the site's draw with cooling and losses, in place of on-site units what the grid does
    not give of it; generation has the program's spares.
    """
    order, campus_w = power.order, power.facility_w
    total_w = min(need.count * need.rating_w, power.it_w)
    own_w = max(0.0, campus_w - power.grid_w) if need.kind in ON_SITE else campus_w
    for part in market:
        if part.part == own.part or (need.kind in ONE_EACH and part.rating < own.rating):
            continue
        if part.family == own.family and part.binds_alike(own):
            pieces = need.count * math.ceil(own.rating / part.rating - ROUNDING)
            way = "several smaller ones" if part.rating < own.rating else "a larger one"
            yield way, part, pieces, "foundations, protection and drawings change"
        elif need.kind in BRIDGED and part.family == "bess":
            pieces = math.ceil(min(need.count * need.rating_w, own_w) / part.rating - ROUNDING)
            yield BRIDGE, part, pieces, "holds for its hours, charged from what is energised"
        elif need.kind in GENERATED and part.family in ON_SITE:
            pieces = math.ceil(own_w / part.rating - ROUNDING) + order.on_site_spares
            note = f"air permit and fuel; {order.on_site_spares} of them spare (on_site_spares)"
            yield "on-site generation", part, pieces, note
        elif need.kind == "ups" and part.family in {"battery", "side-rack"}:
            pieces = math.ceil(total_w / part.rating - ROUNDING)
            way = "side racks beside the racks" if part.family == "side-rack" else "storage in the racks"
            yield way, part, pieces, "racks must take it; layout and cooling change"
