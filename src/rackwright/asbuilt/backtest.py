"""Did a past plan come true? Dates, quantities, yields and lead times against what happened, and each source's bias.

The k-th piece planned is held against the k-th piece that came, so a delivery in parts counts by its pieces. Only what
both sides know by the last actual day is compared: pieces planned for later prove nothing yet. Positive days are late.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rackwright.plan import Plan

__all__ = ["Accepted", "Actuals", "Backtest", "Bias", "Delivery", "GatePassed", "Made", "Matched", "backtest_plan"]

DUST = 1e-9


@dataclass(frozen=True)
class Delivery:
    """Pieces that arrived; `ordered` is the day of the order where it is known."""

    item: str
    supplier: str
    plant: str
    date: dt.date
    qty: float
    ordered: dt.date | None = None


@dataclass(frozen=True)
class Made:
    """Good units finished at a plant, and units started for them where that is known (0 if not)."""

    item: str
    plant: str
    date: dt.date
    qty: float
    started: float = 0.0


@dataclass(frozen=True)
class Accepted:
    """Racks of a tranche accepted on a day."""

    tranche: str
    date: dt.date
    racks: float


@dataclass(frozen=True)
class GatePassed:
    """A gate reached on a day."""

    gate: str
    date: dt.date


@dataclass(frozen=True)
class Actuals:
    """Everything that is known to have happened."""

    deliveries: tuple[Delivery, ...] = ()
    made: tuple[Made, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    gates: tuple[GatePassed, ...] = ()

    @property
    def last(self) -> dt.date | None:
        """Last day anything is known of."""
        days = [row.date for rows in (self.deliveries, self.made, self.accepted, self.gates) for row in rows]
        return max(days, default=None)


@dataclass(frozen=True, order=True)
class Matched:
    """One line of the comparison.

    Parameters
    ----------
    stage
        buy, make, accept or gate.
    what, source
        Item, tranche or gate; supplier, plant or project.
    planned, actual
        Pieces planned and come by the last actual day.
    late_days
        Mean days late of the pieces both sides know; None where there are none.
    matched
        Pieces both sides know.
    yield_planned, yield_actual, lead_planned, lead_actual
        Yield and lead time [days] where both are known.
    """

    stage: str
    source: str
    what: str
    planned: float
    actual: float
    late_days: float | None
    matched: float
    yield_planned: float | None = None
    yield_actual: float | None = None
    lead_planned: float | None = None
    lead_actual: float | None = None


@dataclass(frozen=True)
class Bias:
    """Means over the lines of one stage and source, weighted by pieces; `lines` counts them."""

    stage: str
    source: str
    lines: int
    late_days: float | None
    abs_days: float | None
    qty_share: float | None
    yield_points: float | None
    lead_days: float | None


@dataclass(frozen=True)
class Backtest:
    """The answer: every line, the bias of each source and stage, and names in the actuals the plan does not know."""

    last: dt.date
    lines: tuple[Matched, ...]
    biases: tuple[Bias, ...]
    gates_by_p80: tuple[int, int]
    unknown: tuple[str, ...]


def backtest_plan(plan: Plan, actuals: Actuals) -> Backtest | None:
    """Hold a plan against what happened; None where nothing happened."""
    last = actuals.last
    if last is None:
        return None
    lines = [
        *_bought(plan, actuals, _until(plan, actuals.deliveries)),
        *_made(plan, actuals, _until(plan, actuals.made)),
        *_accepted(plan, actuals, _until(plan, actuals.accepted)),
        *_gates(plan, actuals),
    ]
    return Backtest(last, tuple(sorted(lines, key=_order)), _biases(lines), _covered(plan, actuals),
                    _unknown(plan, actuals))  # fmt: skip


def _until(plan: Plan, rows: Iterable[Delivery | Made | Accepted]) -> int:
    """Last day anything of one kind is known of; later pieces of that kind prove nothing yet."""
    return max(((row.date - plan.program.horizon.start).days for row in rows), default=-1)


def _order(line: Matched) -> tuple[str, str, str]:
    return line.stage, line.source, line.what


Piece = tuple[int, float]


def match_days(planned: Iterable[Piece], actual: Iterable[Piece]) -> tuple[float | None, float]:
    """Mean days late of the pieces both sides know, and how many they are; k-th planned against k-th actual.

    Examples
    --------
    >>> match_days([(0, 10.0), (7, 10.0)], [(3, 10.0), (10, 5.0)])
    (3.0, 15.0)
    """
    left, right = sorted(planned), sorted(actual)
    i = j = 0
    a, b = (left[0][1] if left else 0.0), (right[0][1] if right else 0.0)
    total, days = 0.0, 0.0
    while i < len(left) and j < len(right):
        part = min(a, b)
        total, days = total + part, days + part * (right[j][0] - left[i][0])
        a, b = a - part, b - part
        if a <= DUST:
            i += 1
            a = left[i][1] if i < len(left) else 0.0
        if b <= DUST:
            j += 1
            b = right[j][1] if j < len(right) else 0.0
    return (days / total if total > DUST else None), total


def _planned(plan: Plan, kinds: frozenset[str], *, by_demand: bool = False) -> dict[tuple[str, str, str], list[Piece]]:
    """Pieces planned by item, source and place, each on the day it is there."""
    found: dict[tuple[str, str, str], list[Piece]] = {}
    names = ["kind", "item", "source", "site", "end_day", "qty", "demand"]
    for kind, item, source, site, end, qty, demand in plan.supply.orders.frame.select(names).iter_rows():
        if kind in kinds:
            key = (demand, "", "") if by_demand else (item, source, site)
            found.setdefault(key, []).append((end, qty))
    return found


def _line(stage: str, names: tuple[str, str], planned: list[Piece], actual: list[Piece], until: int) -> Matched:
    """One line; pieces planned after the last actual day are matched, but do not count as planned by then."""
    late, matched = match_days(planned, actual)
    due = sum(qty for day, qty in planned if day <= until)
    return Matched(stage, names[1], names[0], due, sum(qty for _, qty in actual), late, matched)


def _bought(plan: Plan, actuals: Actuals, until: int) -> list[Matched]:
    start = plan.program.horizon.start
    planned = _planned(plan, frozenset({"buy", "call", "open"}))
    actual: dict[tuple[str, str, str], list[Delivery]] = {}
    for row in actuals.deliveries:
        actual.setdefault((row.item, row.supplier, row.plant), []).append(row)
    leads = {(row.item, row.supplier): row.lead_days.value for row in reversed(plan.program.supply.offers)}
    lines = []
    for key in sorted({*actual, *(k for k, rows in planned.items() if min(rows)[0] <= until and actuals.deliveries)}):
        mine = actual.get(key, [])
        pieces = [((row.date - start).days, row.qty) for row in mine]
        line = _line("buy", (key[0], key[1]), planned.get(key, []), pieces, until)
        known = [(row, (row.date - row.ordered).days) for row in mine if row.ordered is not None]
        total = sum(row.qty for row, _ in known)
        if total > 0 and key[:2] in leads:
            mean = sum(row.qty * days for row, days in known) / total
            line = replace(line, lead_planned=leads[key[0], key[1]], lead_actual=mean)
        lines.append(line)
    return lines


def _made(plan: Plan, actuals: Actuals, until: int) -> list[Matched]:
    start = plan.program.horizon.start
    yields = {(row.item, row.plant): row.yield_share.value for row in plan.program.supply.makes}
    planned: dict[tuple[str, str], list[Piece]] = {}
    for (item, _, site), rows in _planned(plan, frozenset({"make"})).items():
        planned[item, site] = [(day, qty * yields.get((item, site), 1.0)) for day, qty in rows]
    actual: dict[tuple[str, str], list[Made]] = {}
    for row in actuals.made:
        actual.setdefault((row.item, row.plant), []).append(row)
    lines = []
    for key in sorted({*actual, *(k for k, rows in planned.items() if min(rows)[0] <= until and actuals.made)}):
        mine = actual.get(key, [])
        line = _line("make", key, planned.get(key, []), [((r.date - start).days, r.qty) for r in mine], until)
        started = sum(row.started for row in mine)
        if started > 0 and key in yields:
            good = sum(row.qty for row in mine if row.started > 0)
            line = replace(line, yield_planned=yields[key], yield_actual=good / started)
        lines.append(line)
    return lines


def _accepted(plan: Plan, actuals: Actuals, until: int) -> list[Matched]:
    start = plan.program.horizon.start
    planned = _planned(plan, frozenset({"accept"}), by_demand=True)
    site_of = dict(plan.siting.blocks.frame.select("block", "site").iter_rows())
    block_of = dict(plan.siting.tranches.frame.select("tranche", "block").iter_rows())
    actual: dict[str, list[Piece]] = {}
    for row in actuals.accepted:
        actual.setdefault(row.tranche, []).append(((row.date - start).days, row.racks))
    due = {key[0] for key, rows in planned.items() if min(rows)[0] <= until and actuals.accepted}
    return [
        _line("accept", (name, site_of.get(block_of.get(name, ""), "")), planned.get((name, "", ""), []),
              actual.get(name, []), until)
        for name in sorted({*actual, *due})
    ]  # fmt: skip


def _gates(plan: Plan, actuals: Actuals) -> list[Matched]:
    start = plan.program.horizon.start
    known = {row["gate"]: row for row in plan.schedule.gates.frame.iter_rows(named=True)}
    return [
        Matched("gate", known[row.gate]["project"], row.gate, 1.0, 1.0,
                float((row.date - start).days - known[row.gate]["p50_day"]), 1.0)
        for row in actuals.gates
        if row.gate in known
    ]  # fmt: skip


def _covered(plan: Plan, actuals: Actuals) -> tuple[int, int]:
    """Gates reached by their 80 % date, and gates compared; about four of five should be."""
    days = dict(plan.schedule.gates.frame.select("gate", "p80_day").iter_rows())
    start = plan.program.horizon.start
    rows = [((row.date - start).days, days[row.gate]) for row in actuals.gates if row.gate in days]
    return sum(day <= p80 for day, p80 in rows), len(rows)


def _biases(lines: Iterable[Matched]) -> tuple[Bias, ...]:
    """By stage, and by stage and source."""
    groups: dict[tuple[str, str], list[Matched]] = {}
    for line in lines:
        groups.setdefault((line.stage, ""), []).append(line)
        groups.setdefault((line.stage, line.source), []).append(line)
    return tuple(_bias(stage, source, rows) for (stage, source), rows in sorted(groups.items()))


def _bias(stage: str, source: str, rows: list[Matched]) -> Bias:
    late = [(row.late_days, row.matched) for row in rows if row.late_days is not None]
    shares = [(row.actual - row.planned, row.planned) for row in rows if row.planned > 0]
    yields = [row.yield_actual - row.yield_planned for row in rows
              if row.yield_actual is not None and row.yield_planned is not None]  # fmt: skip
    leads = [row.lead_actual - row.lead_planned for row in rows
             if row.lead_actual is not None and row.lead_planned is not None]  # fmt: skip
    # Lines count alike: a thousand screws say no more about a supplier than one transformer.
    return Bias(
        stage,
        source,
        len(rows),
        _mean([days for days, _ in late]),
        _mean([abs(days) for days, _ in late]),
        _mean([more / planned for more, planned in shares]),
        _mean(yields),
        _mean(leads),
    )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _unknown(plan: Plan, actuals: Actuals) -> tuple[str, ...]:
    """Items, tranches and gates of the actuals that the plan does not have."""
    items = set(plan.bom.items["item"].to_list()) | {row.id for row in plan.program.supply.items}
    items |= {row.item for row in plan.program.supply.offers}
    known: Mapping[str, set[str]] = {
        "item": items,
        "tranche": set(plan.siting.tranches["tranche"].to_list()),
        "gate": set(plan.schedule.gates["gate"].to_list()),
    }
    given = [("item", row.item) for row in actuals.deliveries] + [("item", row.item) for row in actuals.made]
    given += [("tranche", row.tranche) for row in actuals.accepted] + [("gate", row.gate) for row in actuals.gates]
    return tuple(sorted({f"{kind} {name}" for kind, name in given if name not in known[kind]}))
