"""What has to be decided in the next 30 and 90 days, what does it commit, and who carries it?

Days are counted from the program's `as_of`. A decision is a buy whose order date falls there, one of supply or of a
project, a gate, a tranche whose longest buy has to be placed, or a scenario whose branch becomes known.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import polars as pl

from rackwright.plan import Plan
from rackwright.program.supply import Terms
from rackwright.views.absent import absent
from rackwright.views.once import once_per_plan
from rackwright.views.period import musd
from rackwright.views.procurements import procurements
from rackwright.views.tranches import tranche_states
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["DECISIONS", "WINDOWS", "Decision", "decisions"]

WINDOWS = (30, 90)
LATER = "later"


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing to decide.

    Parameters
    ----------
    by
        Last day for it.
    window
        `overdue`, `30 days`, `90 days` or `later`.
    kind
        order, procurement (the order of a project), gate, tranche or scenario.
    what
        In words.
    party
        Party that decides or pays; empty where none is named.
    liable_cent
        What it commits the party to [cent].
    fixed_on
        Day from which it cannot be cancelled; None where the terms say nothing.
    terms
        Rung of commitment that is cheapest to take now, in words.
    """

    by: dt.date
    window: str
    kind: str
    what: str
    party: str
    liable_cent: int = 0
    fixed_on: dt.date | None = None
    terms: str = ""


@once_per_plan
def decisions(plan: Plan) -> tuple[Decision, ...]:
    """Everything due within the longest window, the first first."""
    found = [*_orders(plan), *_procurements(plan), *_gates(plan), *_tranches(plan), *_scenarios(plan)]
    due = [decision for decision in found if decision.window != LATER]
    return tuple(sorted(due, key=lambda d: (d.by, -d.liable_cent, d.kind, d.what, d.party)))


def _window(plan: Plan, by: dt.date) -> str:
    days = (by - plan.program.as_of).days
    if days < 0:
        return "overdue"
    return next((f"{window} days" for window in WINDOWS if days < window), LATER)


def _orders(plan: Plan) -> list[Decision]:
    """Buys by item, supplier and paying party: those ordered within the longest window, as one decision each."""
    horizon = plan.program.horizon
    last = horizon.day(plan.program.as_of) + WINDOWS[-1]
    buys = plan.supply.orders.frame.filter((pl.col("kind") == "buy") & (pl.col("start_day") < last))
    terms = {(row.item, row.supplier): row for row in plan.program.supply.terms}
    found = []
    for (item, source, owner), rows in buys.sort("start_day", "order").group_by(
        "item", "source", "owner", maintain_order=True
    ):
        by = horizon.date(int(rows["start_day"].to_list()[0]))
        cent = int(rows["cost_cent"].sum()) + int(rows["duty_cent"].sum())
        own = terms.get((str(item), str(source)))
        fixed = None
        if own is not None and own.ncnr_days:
            fixed = max(by, horizon.date(min(rows["end_day"].to_list()) - round(own.ncnr_days)))
        what = f"order {sum(rows['qty'].to_list()):,.0f} {item} from {source}"
        found.append(Decision(by, _window(plan, by), "order", what, str(owner), cent, fixed, _rung(own, cent)))
    return found


def _procurements(plan: Plan) -> list[Decision]:
    """What projects order, each by itself."""
    found = []
    for row in procurements(plan):
        by = plan.program.horizon.date(row.start_day)
        what = f"order {row.pieces or ''} {row.item}".replace("  ", " ") + (
            f" from {row.supplier}" if row.supplier else ""
        )
        found.append(Decision(by, _window(plan, by), "procurement", what, row.party, row.cost_cent))
    return found


def _rung(terms: Terms | None, cent: int) -> str:
    """The first rung of commitment that costs a fee, with the fee."""
    if terms is None:
        return ""
    rung = next((rung for rung in terms.rungs if rung.fee_share), None)
    return (
        ""
        if rung is None
        else f"{rung.rung}: fee {musd(cent * rung.fee_share):,.2f} MUSD, {_refund(rung.refund_share)}"
    )


def _refund(share: float) -> str:
    return f"{percent(share)} comes back" if share else "nothing comes back"


def _gates(plan: Plan) -> list[Decision]:
    owners = {project.id: project.owner for project in plan.program.projects}
    found = []
    for gate, project, kind, day in plan.schedule.gates.frame.select("gate", "project", "kind", "day").iter_rows():
        by = plan.program.horizon.date(day)
        if by >= plan.program.as_of:
            found.append(Decision(by, _window(plan, by), "gate", f"pass {kind} gate {gate}", owners.get(project, "")))
    return found


def _tranches(plan: Plan) -> list[Decision]:
    return [
        Decision(
            state.decide_by,
            _window(plan, state.decide_by),
            "tranche",
            f"release tranche {state.tranche} ({state.racks} racks, need {state.need})",
            state.owner,
        )
        for state in tranche_states(plan)
        if state.decide_by is not None and state.state == "planned"
    ]


def _scenarios(plan: Plan) -> list[Decision]:
    return [
        Decision(
            scenario.decide_by,
            _window(plan, scenario.decide_by),
            "scenario",
            f"watch: {scenario.name}" + (f" ({scenario.trigger})" if scenario.trigger else ""),
            scenario.owner,
        )
        for scenario in plan.program.scenarios
        if scenario.decide_by is not None
    ]


@once_per_plan
def _show(plan: Plan) -> Shown:
    due = decisions(plan)
    if not due:
        return absent(plan, f"Nothing has to be decided within {WINDOWS[-1]} days", "supply", "schedule")
    first = [d for d in due if d.window in {"overdue", f"{WINDOWS[0]} days"}]
    lead = (
        f"{counted(len(first), 'decision')} within {WINDOWS[0]} days and {len(due)} within {WINDOWS[-1]} days of "
        f"{plan.program.as_of}; they commit {musd(sum(d.liable_cent for d in due)):,.1f} MUSD."
    )
    return Shown(lead, (_due_table(due), liability_table(plan, due), _ladder(plan)))


def _due_table(due: tuple[Decision, ...]) -> ViewTable:
    columns = (
        TableColumn("by", "By"),
        TableColumn("window", "Within"),
        TableColumn("what", "Decision"),
        TableColumn("party", "Party"),
        TableColumn("liable_musd", "Commits", "MUSD", 2),
        TableColumn("fixed_on", "Not cancellable from"),
        TableColumn("terms", "Cheapest rung with a fee"),
    )
    rows = tuple(
        (d.by, d.window, d.what, d.party, musd(d.liable_cent) if d.liable_cent else None, d.fixed_on, d.terms)
        for d in due
    )
    return ViewTable("Decisions due", columns, rows, "Orders of one item, supplier and party are one decision.")


def liability_table(plan: Plan, due: tuple[Decision, ...]) -> ViewTable:
    """What the orders due commit each party to, within each window (the longer one includes the shorter)."""
    names = {party.id: party.name for party in plan.program.parties}
    orders = [d for d in due if d.kind in {"order", "procurement"}]
    short = {"overdue", f"{WINDOWS[0]} days"}
    rows: list[tuple[Cell, ...]] = []
    for party in sorted({d.party for d in orders}):
        own = [d for d in orders if d.party == party]
        soon = sum(d.liable_cent for d in own if d.window in short)
        rows.append(
            (names.get(party, party) or "no party", len(own), musd(soon), musd(sum(d.liable_cent for d in own)))
        )
    columns = (
        TableColumn("party", "Party"),
        TableColumn("orders", "Orders"),
        TableColumn("liable_30_musd", f"Within {WINDOWS[0]} days", "MUSD", 2),
        TableColumn("liable_90_musd", f"Within {WINDOWS[-1]} days", "MUSD", 2),
    )
    return ViewTable("Liability by party", columns, tuple(rows))


def _ladder(plan: Plan) -> ViewTable:
    """Rungs of commitment the terms offer: fee and refund on all planned buys, and how long each rung holds."""
    buys = plan.supply.orders.frame.filter(kind="buy").group_by("item", "source").agg(pl.col("cost_cent").sum())
    value = {(item, source): cent for item, source, cent in buys.iter_rows()}
    rows: list[tuple[Cell, ...]] = []
    for terms in plan.program.supply.terms:
        cent = value.get((terms.item, terms.supplier), 0)
        for rung in terms.rungs:
            holds = plan.program.as_of + dt.timedelta(days=round(rung.expires_days)) if rung.expires_days else None
            fee = musd(cent * rung.fee_share) if cent else None
            back = None if fee is None else fee * rung.refund_share
            rows.append((terms.item, terms.supplier, rung.rung, fee, back, rung.per_week, holds, terms.payer))
    columns = (
        TableColumn("item", "Item"),
        TableColumn("supplier", "Supplier"),
        TableColumn("rung", "Rung"),
        TableColumn("fee_musd", "Fee", "MUSD", 2),
        TableColumn("refund_musd", "of it comes back", "MUSD", 2),
        TableColumn("per_week", "Secures", "per week", 0),
        TableColumn("holds_until", "Holds until"),
        TableColumn("payer", "Payer"),
    )
    note = (
        "Fees on everything planned to be bought of the item (those of `decide` are on all pieces a rung secures); a "
        "rung holds from the day the facts were current."
    )
    return ViewTable("Rungs of commitment", columns, tuple(rows), note)


DECISIONS = View(
    "decisions",
    "Decisions due",
    "What has to be decided in the next 30 and 90 days, what does it commit, and who carries it?",
    _show,
)
