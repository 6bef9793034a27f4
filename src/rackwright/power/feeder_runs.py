"""How long is each low-voltage feeder, what does it carry at worst, and do ampacity and voltage drop hold?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.power.chain import Chain
from rackwright.power.electrics import three_phase_w
from rackwright.power.feeders import FEEDER_KINDS, Feeder, design_feeders
from rackwright.power.finding import Finding
from rackwright.power.site import SitePower

__all__ = ["feeder_findings", "feeder_lengths", "feeder_rows"]

TINY = 1e-9
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Row = tuple[str, str, str, str, str, str, str, int, float, float, float, float, float, float, float]


@dataclass(frozen=True)
class _Runs:
    """All feeders of one kind: elements, what each ends at, lengths, currents, and drop at worst."""

    feeder: Feeder
    element: IntArray
    end: IntArray
    length_m: FloatArray
    normal_a: FloatArray
    worst_a: FloatArray
    drop_share: FloatArray


def _runs(power: SitePower, power_factor: float) -> Iterator[_Runs]:
    chain = power.chain
    end = _ends(chain)
    away_m = _away_m(power)
    for feeder in design_feeders(power.order, power_factor):
        own = np.flatnonzero(chain.is_kind(feeder.kind))
        if not own.size:
            continue
        per_a = three_phase_w(feeder.voltage_v, 1.0, power_factor)
        length_m = np.full(own.size, feeder.length_m)
        if feeder.kind == "busway-feeder" and power.order.lv is not None:
            length_m = power.order.lv.busway_m + away_m[end[own]]
        worst_a = power.loads.worst_w[own] / per_a
        per_metre = feeder.drop_share(1.0, 1.0)
        drop = worst_a * length_m * per_metre
        yield _Runs(feeder, own, end[own], length_m, power.loads.normal_w[own] / per_a, worst_a, drop)


def _ends(chain: Chain) -> IntArray:
    """What each element feeds; of several the last, but a feeder feeds one."""
    end = np.full(len(chain.names), -1, dtype=np.int64)
    for source in (chain.upstream, chain.standby):
        fed = np.flatnonzero(source >= 0)
        is_feeder = chain.is_kind(*FEEDER_KINDS)[source[fed]]
        end[source[fed[is_feeder]]] = fed[is_feeder]
    return end


def _away_m(power: SitePower) -> FloatArray:
    """Distance of each busway, and of the static switch before it, from the nearest row of its hall [m]."""
    chain = power.chain
    away_m = np.zeros(len(chain.names))
    row_m = np.concatenate([hall.away_m for hall in power.hall_loads])
    racks = np.flatnonzero(chain.loads.is_rack)
    is_busway = chain.is_kind("busway")
    for feed in (chain.loads.feed_a[racks], chain.loads.feed_b[racks]):
        at = feed.copy()
        while (below := (at >= 0) & ~is_busway[at]).any():
            at[below] = chain.upstream[at[below]]
        away_m[at[at >= 0]] = row_m[at >= 0]
    switched = np.flatnonzero(is_busway & chain.is_kind("sts")[chain.upstream])
    away_m[chain.upstream[switched]] = away_m[switched]
    return away_m


def feeder_rows(power: SitePower, power_factor: float) -> Iterator[Row]:
    """Rows of the table of feeders."""
    names, chain = power.chain.names, power.chain
    per_set = power.order.lv.conductors_per_set if power.order.lv is not None else 0
    for runs in _runs(power, power_factor):
        conductor_m = runs.length_m * runs.feeder.parallel * per_set
        start = [names[number] for number in chain.upstream[runs.element].tolist()]
        columns = (runs.length_m, conductor_m, runs.normal_a, runs.worst_a, runs.drop_share)
        figures = zip(*(column.tolist() for column in columns), strict=True)
        places = zip(runs.element.tolist(), start, runs.end.tolist(), strict=True)
        part, parallel, kind = runs.feeder.conductor.id, runs.feeder.parallel, runs.feeder.kind
        for (element, above, end), (length_m, metres, normal_a, worst_a, drop) in zip(places, figures, strict=True):
            where = (names[element], power.order.site, chain.hall[element], kind, above, names[end])
            limits = (runs.feeder.design_a, runs.feeder.ampacity_a)
            yield *where, part, parallel, length_m, metres, normal_a, worst_a, *limits, drop


def feeder_lengths(power: SitePower, power_factor: float) -> Iterator[tuple[str, float]]:
    """Conductor of each kind of feeder, and metres of it in all sets, phases and neutral."""
    per_set = power.order.lv.conductors_per_set if power.order.lv is not None else 0
    for runs in _runs(power, power_factor):
        yield runs.feeder.conductor.id, math.fsum(runs.length_m.tolist()) * runs.feeder.parallel * per_set


def feeder_findings(power: SitePower, rules: ElectricRules, power_factor: float) -> Iterator[Finding]:
    """Ampacity against continuous load and protection, drop along a feeder and along all of them; fullest of each kind.

    A UPS makes its voltage anew: the drop before it and the drop behind it are each held against the limit for all.
    """
    plan, site, before, behind = power.order.lv, power.order.site, 0.0, 0.0
    if plan is None:
        return
    for runs in _runs(power, power_factor):
        feeder, fullest = runs.feeder, int(np.argmax(np.round(runs.worst_a, 6)))
        factor = plan.generator_ratio if feeder.kind == "generator-feeder" else plan.continuous_ratio
        size = f"{feeder.conductor.id} x {feeder.parallel}"
        needed_a, subject = float(runs.worst_a[fullest]) * factor, power.chain.names[runs.element[fullest]]
        source = f"{feeder.conductor.code} table, {size} (fact:{feeder.conductor.id})"
        relief = _more_sets(feeder, (needed_a, feeder.ampacity_a), "a larger conductor (lv_conductor)")
        yield Finding("power-lv-ampacity", subject, needed_a, feeder.ampacity_a, "A", source, relief)
        place = f"{site} {feeder.kind}"
        relief = _more_sets(feeder, (feeder.design_a, feeder.ampacity_a), "a larger conductor (lv_conductor)")
        yield Finding("power-lv-protection", place, feeder.design_a, feeder.ampacity_a, "A", source, relief)
        longest = int(np.argmax(np.round(runs.drop_share, 12)))
        drop, subject = float(runs.drop_share[longest]), power.chain.names[runs.element[longest]]
        source, length_m = f"fact:{rules.id}.lv_drop_share", float(runs.length_m[longest])
        shorter = f"a way of {length_m * min(1.0, plan.drop_share / max(drop, TINY)):.0f} m ({length_m:.0f} m now)"
        relief = _more_sets(feeder, (drop, plan.drop_share), shorter)
        yield Finding("power-lv-drop", subject, drop, plan.drop_share, "", source, relief)
        if feeder.kind in {"unit-feeder", "ups-feeder"}:
            before += drop
        elif feeder.kind == "busway-feeder":
            behind += drop
    limit, source = figure(rules.lv_total_drop_share), f"fact:{rules.id}.lv_total_drop_share"
    has_ups = power.order.parts.ups is not None
    total, subject = (max(before, behind), "before or behind the UPS") if has_ups else (before + behind, "to busways")
    relief = (
        f"all feeders {1.0 - limit / max(total, TINY):.0%} shorter, or {total / limit:.2g} times as many sets of each"
    )
    yield Finding("power-lv-total-drop", f"{site} {subject}", total, limit, "", source, relief)


def _more_sets(feeder: Feeder, needed: tuple[float, float], other: str) -> str:
    """Sets in parallel that would do, or another way; `needed` is (value, limit)."""
    value, limit = needed
    if limit <= 0.0:
        return f"a cooler place for {feeder.conductor.id}, or {other}"
    sets = math.ceil(feeder.parallel * value / limit - TINY)
    return f"{sets} sets of {feeder.conductor.id} in parallel ({feeder.parallel} now), or {other}"
