"""Do worst loads stay within ratings at the ambient temperature and altitude of the place?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from rackwright.base.units import format_quantity
from rackwright.catalog.installation import Derating
from rackwright.catalog.narrow import figure
from rackwright.power.finding import Finding
from rackwright.power.site import SitePower

__all__ = ["derated_findings", "derating_factor"]

M_PER_STEP = 100.0


def derating_factor(rule: Derating, ambient_c: float, altitude_m: float) -> float:
    """Part of a rating that is left at an ambient temperature and altitude, in [0, 1].

    Notes
    -----
    (1 - a max(0, T - T0)) (1 - b max(0, h - h0) / 100), with the figures of the catalog for the kind.
    """
    heat = 1.0 - figure(rule.share_per_k) * max(0.0, ambient_c - figure(rule.ambient_c))
    height = 1.0 - figure(rule.share_per_hectometre) * max(0.0, altitude_m - figure(rule.altitude_m)) / M_PER_STEP
    return max(0.0, heat) * max(0.0, height)


def derated_findings(power: SitePower, rules: tuple[Derating, ...], room_c: float) -> Iterator[Finding]:
    """Fullest element of each kind at the site against its derated rating.

    Outdoor equipment stands in the design dry bulb, the rest in the electrical room's temperature.
    """
    chain, loads, order = power.chain, power.loads, power.order
    for rule in rules:
        own = np.flatnonzero(chain.is_kind(rule.role) & (chain.rating_w > 0.0))
        if not own.size:
            continue
        ambient_c = order.outdoor_c if rule.place == "outdoor" else room_c
        factor = derating_factor(rule, ambient_c, order.altitude_m)
        fullest = int(own[np.argmax(np.round(loads.worst_w[own] / chain.rating_w[own], 9))])
        limit_w = float(chain.rating_w[fullest]) * factor
        value_w, place = float(loads.worst_w[fullest]), f"{ambient_c:g} C and {order.altitude_m:g} m"
        relief = _relief(value_w, factor, limit_w, place) if value_w > limit_w else ""
        yield Finding("power-derated-load", chain.names[fullest], value_w, limit_w, "W", f"fact:{rule.id}", relief)


def _relief(value_w: float, factor: float, limit_w: float, place: str) -> str:
    """Rating that carries the load at the place, or in how many the load would have to be shared."""
    if factor <= 0.0:
        return f"nothing of the rating is left at {place}: a cooler place, or a part made for it"
    needed = format_quantity(value_w / factor, "W")
    pieces, now = math.ceil(value_w / limit_w), format_quantity(limit_w / factor, "W")
    why = f"{factor:.1%} of it left at {place}" if factor < 1.0 else f"the load alone is above it, not {place}"
    return f"a rating of {needed} ({now} now, {why}), or the load shared over {pieces}"
