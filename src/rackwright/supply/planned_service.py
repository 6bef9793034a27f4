"""Which guaranteed-service network is a plan's own? Stages, times and demand read off its orders.

A stage is an item at a place to which the plan makes, buys or moves it. What is drawn for racks at a campus is demand
from outside: its mean is what the plan draws from the first day on which it draws to the last, its standard deviation
the share of it that the policy states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from rackwright.program.header import SafetyPolicy
from rackwright.program.supply import Make, Offer
from rackwright.supply.claims import SAFETY_STOCK
from rackwright.supply.safety_stock import SafetyStock, place_safety_stock
from rackwright.supply.service_network import ServiceNetwork, Supplies, pooled_spread
from rackwright.tables.supply import Orders, Takes

__all__ = ["PlannedService", "place_planned_stock"]

CENT_PER_USD = 100.0
Stage = tuple[str, str]


@dataclass(frozen=True)
class PlannedService:
    """Stages of a plan, their network, and the placement of stock that costs least.

    Parameters
    ----------
    stages
        Item and place of each stage.
    network
        Times, costs and spreads.
    placed
        Service times and stock, with the bound.
    each_usd
        What it costs a year if every stage holds its own stock, so that each serves at once.
    """

    stages: tuple[Stage, ...]
    network: ServiceNetwork
    placed: SafetyStock
    each_usd: float


@dataclass
class _Draft:
    """What the orders of a plan say of its stages."""

    lead_days: dict[Stage, float]
    parts: dict[tuple[Stage, Stage], float]
    made: dict[Stage, float]
    drawn: dict[Stage, list[tuple[int, int, float]]]


def place_planned_stock(
    orders: Orders,
    takes: Takes,
    sources: tuple[tuple[Offer, ...], tuple[Make, ...]],
    policy: SafetyPolicy,
    yearly_usd: Mapping[str, float],
) -> PlannedService | None:
    """Safety stock of a plan where it costs least; None where the plan draws nothing.

    Parameters
    ----------
    orders, takes
        Tables of the plan.
    sources
        Offers and makes of the program: their lead times have bands.
    policy
        Service level, spread of demand, promise and quantile of lead times.
    yearly_usd
        Cost of holding one piece of each item for a year [USD].
    """
    draft = _drafted(orders, takes, _LeadTimes(*sources, policy.lead_at))
    stages = tuple(sorted(draft.lead_days))
    if not stages or not draft.drawn:
        return None
    number = {stage: i for i, stage in enumerate(stages)}
    arcs = [(number[a], number[b], qty / draft.made[b]) for (a, b), qty in sorted(draft.parts.items())
            if a in number and b in number and draft.made.get(b, 0.0) > 0]  # fmt: skip
    supplies = Supplies(
        len(stages),
        np.array([a for a, _, _ in arcs], dtype=np.int64),
        np.array([b for _, b, _ in arcs], dtype=np.int64),
        np.array([qty for _, _, qty in arcs], dtype=np.float64),
    )
    factor = NormalDist().inv_cdf(policy.service_level) * policy.demand_spread_share
    own = np.array([factor * _daily(draft.drawn.get(stage, [])) for stage in stages])
    network = ServiceNetwork(
        lead_days=np.array([int(np.ceil(draft.lead_days[stage])) for stage in stages], dtype=np.int64),
        holding_cost=np.array([yearly_usd.get(item, 0.0) for item, _ in stages]),
        spread=pooled_spread(own, supplies),
        promise_days=np.where(own > 0, int(policy.promise_days), -1).astype(np.int64),
        inbound_days=np.zeros(len(stages), dtype=np.int64),
        supplies=supplies,
    )
    each = network.holding_cost * network.spread * np.sqrt(network.lead_days)
    return PlannedService(stages, network, place_safety_stock(network), float(each.sum()))


class _LeadTimes:
    """Days of making and buying at a quantile of their bands."""

    def __init__(self, offers: tuple[Offer, ...], makes: tuple[Make, ...], quantile: float) -> None:
        self._more = {(row.item, row.supplier): row.lead_days.at(quantile) - row.lead_days.value for row in offers}
        self._made = {(row.item, row.plant): row.lead_days.at(quantile) for row in makes}

    def days(self, kind: str, item: str, source: str, taken: int) -> float:
        """Days of one order: as planned, with what the band adds."""
        if kind == "make":
            return self._made.get((item, source), float(taken))
        return taken + self._more.get((item, source), 0.0) if kind == "buy" else float(taken)


def _drafted(orders: Orders, takes: Takes, times: _LeadTimes) -> _Draft:
    draft = _Draft({}, {}, {}, {})
    taken: dict[int, list[tuple[str, float]]] = {}
    for order, item, qty in takes.frame.select("order", "item", "qty").iter_rows():
        taken.setdefault(order, []).append((item, qty))
    names = ["order", "kind", "item", "source", "site", "start_day", "end_day", "qty", "demand"]
    for order, kind, item, source, site, start, end, qty, demand in orders.frame.select(names).iter_rows():
        stage = item, site
        if kind == "claim" and demand.startswith(f"{SAFETY_STOCK} "):
            continue  # what is set aside serves nobody
        if kind in {"accept", "claim"}:
            for part, pieces in taken.get(order, []):
                draft.drawn.setdefault((part, site), []).append((start, end, pieces))
            continue
        if kind in {"make", "buy", "ship"}:
            days = times.days(kind, item, source, end - start)
            draft.lead_days[stage] = max(draft.lead_days.get(stage, 0.0), days)
        if kind in {"make", "buy", "ship", "call", "open"}:
            draft.made[stage] = draft.made.get(stage, 0.0) + qty
        below = taken.get(order, []) if kind == "make" else [(item, qty)] if kind == "ship" else []
        place = source if kind == "ship" else site
        for part, pieces in below:
            key = (part, place), stage
            draft.parts[key] = draft.parts.get(key, 0.0) + pieces
    _drop_returns(draft)
    return draft


def _drop_returns(draft: _Draft) -> None:
    """Of two places that send an item to each other the lesser way is left out: stages must not go round."""
    for a, b in list(draft.parts):
        back = draft.parts.get((b, a))
        if a[0] == b[0] and back is not None and (draft.parts[a, b], a) < (back, b):
            del draft.parts[a, b]


def _daily(drawn: list[tuple[int, int, float]]) -> float:
    """Mean pieces a day from the first day of drawing to the last, on which racks of one bucket may be accepted."""
    if not drawn:
        return 0.0
    total = sum(qty for _, _, qty in drawn)
    days = max(end for _, end, _ in drawn) - min(start for start, _, _ in drawn)
    return total / max(1.0, float(days))
