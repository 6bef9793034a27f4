"""When is each tranche accepted against its need, what gates it, who owns it, and by when must it be decided?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import polars as pl

from rackwright.plan import Plan
from rackwright.scenarios.outcome import mean_late_days
from rackwright.views.absent import absent, skipped_stages
from rackwright.views.once import once_per_plan
from rackwright.views.shortfalls import Shortfall, shortfall_table, tranche_shortfalls
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted, percent

__all__ = ["NEARLY", "TRANCHES", "TrancheState", "tranche_states"]

NEARLY = 0.5  # beyond the near weeks racks are planned in fractions; what rounds to all of them is all of them
UNORDERED = ("planned", "released")


@dataclass(frozen=True, slots=True)
class TrancheState:
    """One tranche on page 1; dates are None where they fall outside the horizon.

    `racks` counts the racks wanted, with those that found no place (`unplaced_racks`); `accepted` is the first day
    after the planning bucket in which its last rack is accepted, with readiness dates at the policy's quantile;
    `late_days` counts to that day and `late_days_least` to the bucket's first, because days inside a bucket are not
    known; `is_late` where supply names a cause; `mean_late_days` is the mean over its racks, those that never come
    counted to the end of the horizon; `accepted_p50`, `accepted_p80` are that day with every gate at its 50 % or 80 %
    date; `gate` makes its platform ready; `decide_by` is the last day to place its longest buy.
    """

    tranche: str
    block: str
    site: str
    platform: str
    state: str
    racks: int
    unplaced_racks: int
    accepted_racks: float
    need: dt.date
    accepted: dt.date | None
    late_days: int | None
    late_days_least: int | None
    is_late: bool
    mean_late_days: float | None
    gate: str
    accepted_p50: dt.date | None
    accepted_p80: dt.date | None
    cause: str
    relief: str
    owner: str
    decide_by: dt.date | None

    @property
    def is_short(self) -> bool:
        """True if it is late, or not accepted in full within the horizon."""
        return self.accepted is None or self.is_late


@once_per_plan
def tranche_states(plan: Plan) -> tuple[TrancheState, ...]:
    """Every tranche in order of need, as page 1 shows it."""
    blocks = {row["block"]: row for row in plan.siting.blocks.frame.iter_rows(named=True)}
    owners = {site.id: site.owner for site in plan.program.sites}
    leads = _leads(plan)
    shortfalls = tranche_shortfalls(plan)
    means = mean_late_days(plan)
    states = []
    for row in plan.siting.tranches.frame.sort("need_day", "tranche").iter_rows(named=True):
        block = blocks[row["block"]]
        arrived, full = _arrival(plan, row["tranche"], row["racks"], row["accepted_racks"])
        likely = _likely(plan, row["tranche"])
        shortfall = shortfalls.get(row["tranche"])
        cause = _cause(plan, row["tranche"], shortfall)
        late = _late_days(row, full) if shortfall is None else None
        states.append(
            TrancheState(
                tranche=row["tranche"],
                block=row["block"],
                site=block["site"],
                platform=block["platform"],
                state=row["state"],
                racks=row["racks"] + (0 if shortfall is None else shortfall.racks),
                unplaced_racks=0 if shortfall is None else shortfall.racks,
                accepted_racks=arrived,
                need=plan.program.horizon.date(row["need_day"]),
                accepted=None if full is None or shortfall else plan.program.horizon.date(full),
                late_days=late,
                late_days_least=_least_late_days(plan, row, late),
                is_late=plan.supply.causes.frame.filter(demand=row["tranche"]).height > 0,
                mean_late_days=means.get(row["tranche"], 0.0),
                gate=_gate(plan, block["platform"]),
                accepted_p50=None if shortfall else likely[0],
                accepted_p80=None if shortfall else likely[1],
                cause=cause[0],
                relief=cause[1],
                owner=_owner(plan, row["tranche"]) or owners.get(block["site"], ""),
                decide_by=_decide_by(plan, row, leads[row["configuration"]], late),
            )
        )
    return tuple(states)


def _arrival(plan: Plan, tranche: str, racks: int, before: int) -> tuple[float, int | None]:
    """Racks accepted within the horizon, and the first day on which all are."""
    if before >= racks:
        return float(before), 0
    ends = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    rows = plan.supply.deployments.frame.filter(tranche=tranche).sort("bucket").select("bucket", "cumulative")
    arrived, full = float(before), None
    for bucket, cumulative in rows.iter_rows():
        arrived = cumulative
        if full is None and cumulative >= racks - NEARLY:
            full = ends[bucket]
    return arrived, full


def _late_days(row: dict[str, Any], full: int | None) -> int | None:
    """Days from need to full acceptance; None for what is never accepted in full."""
    if row["accepted_racks"] >= row["racks"]:
        return 0
    return None if full is None else max(full - row["need_day"], 0)


def _least_late_days(plan: Plan, row: dict[str, Any], late: int | None) -> int | None:
    """Days from need to the first day of the bucket in which the last rack is accepted."""
    if not late:
        return late
    starts: dict[int, int] = {
        end: start for start, end in plan.supply.buckets.frame.select("start_day", "end_day").iter_rows()
    }
    need: int = row["need_day"]
    return max(starts.get(need + late, need + late) - need, 0)


def _gate(plan: Plan, platform: str) -> str:
    """Gate that makes the platform ready; empty where no project delivers it."""
    rows = plan.schedule.readiness.frame.filter(kind="platform", ref=platform)
    return str(rows["gate"][0]) if rows.height else ""


def _likely(plan: Plan, tranche: str) -> tuple[dt.date | None, dt.date | None]:
    """Days of full acceptance with gates at 50 % and at 80 %."""
    rows = plan.supply.acceptances.frame.filter(tranche=tranche)
    days = rows.select("p50_day", "p80_day").row(0) if rows.height else (None, None)
    p50, p80 = (None if day is None else plan.program.horizon.date(day) for day in days)
    return p50, p80


def _cause(plan: Plan, tranche: str, shortfall: Shortfall | None) -> tuple[str, str]:
    """What holds a tranche, and the cheapest relief: a place that is missing comes before all else."""
    if shortfall is not None:
        return f"{shortfall.racks:,} racks without a place: {shortfall.cause}", shortfall.relief
    rows = plan.supply.causes.frame.filter(demand=tranche).sort("share", descending=True)
    if not rows.height:
        skipped = skipped_stages(plan).get("supply", "")
        return (f"supply is not planned, {skipped}" if skipped else ""), ""
    row = rows.row(0, named=True)
    proved = f" (+{row['gain_rack_days']:,.0f} rack-days, re-solved)" if row["proved"] else ""
    return row["constraint"], f"{row['relief']}{proved}" if row["relief"] else ""


def _owner(plan: Plan, tranche: str) -> str:
    return next((row.owner for row in plan.program.tranches if row.id == tranche), "")


def _decide_by(plan: Plan, row: dict[str, Any], lead_days: float, late: int | None) -> dt.date | None:
    """Last day to place the longest buy of a tranche; None where nothing has a lead time or all is ordered.

    A day that has passed is shown for a late tranche alone: the others are covered by stock, commits and open orders.
    """
    if not lead_days or row["state"] not in UNORDERED:
        return None
    by = plan.program.horizon.date(round(row["need_day"] - row["accept_days"] - lead_days))
    return None if late == 0 and by < plan.program.as_of else by


def _leads(plan: Plan) -> dict[str, float]:
    """Longest path of make and buy lead times down to and including each item [days].

    Buys count with the high end of the quickest offer's band, makes with their middle, alternates by the first choice;
    transit between places is not in it.
    """
    buys: dict[str, float] = {}
    for offer in plan.program.supply.offers:
        buys[offer.item] = min(offer.lead_days.high, buys.get(offer.item, offer.lead_days.high))
    makes: dict[str, float] = {}
    for make in plan.program.supply.makes:
        makes[make.item] = min(make.lead_days.value, makes.get(make.item, make.lead_days.value))
    children: dict[str, list[str]] = {}
    first = plan.bom.structure.frame.filter(pl.col("priority") == 1).select("parent", "component")
    for parent, component in first.unique(maintain_order=True).iter_rows():
        children.setdefault(parent, []).append(component)
    known: dict[str, float] = {}

    def lead(item: str) -> float:
        if item not in known:
            below = max((lead(child) for child in children.get(item, [])), default=0.0)
            known[item] = makes[item] + below if item in makes else buys.get(item, below)
        return known[item]

    skus = sorted(set(plan.siting.tranches["configuration"].to_list()))
    return {sku: lead(sku) for sku in skus}


@once_per_plan
def _show(plan: Plan) -> Shown:
    states = tranche_states(plan)
    if not states:
        return absent(plan, "No tranches", "siting")
    columns = (
        TableColumn("tranche", "Tranche"),
        TableColumn("racks", "Racks"),
        TableColumn("need", "Need"),
        TableColumn("accepted", "Accepted in full"),
        TableColumn("mean_late_days", "Late, mean", "days", 1),
        TableColumn("late_days_least", "Last rack, at least", "days"),
        TableColumn("late_days", "at most", "days"),
        TableColumn("cause", "What holds it"),
        TableColumn("relief", "Cheapest relief tried"),
        TableColumn("accepted_p50", "Accepted P50"),
        TableColumn("accepted_p80", "Accepted P80"),
        TableColumn("owner", "Owner"),
        TableColumn("decide_by", "Decide by"),
        TableColumn("state", "State"),
        TableColumn("platform", "Platform"),
        TableColumn("site", "Site"),
    )
    rows: list[tuple[Cell, ...]] = [
        (
            s.tranche,
            s.racks,
            s.need,
            s.accepted,
            s.mean_late_days,
            s.late_days_least,
            s.late_days,
            s.cause,
            s.relief,
            s.accepted_p50,
            s.accepted_p80,
            s.owner,
            s.decide_by,
            s.state,
            s.platform,
            s.site,
        )
        for s in states
    ]
    short = [s for s in states if s.is_short]
    racks = sum(s.racks for s in states)
    lead = f"{counted(len(states), 'tranche')} with {counted(racks, 'rack')}; {len(short)} late or incomplete."
    unplaced = sum(s.unplaced_racks for s in states)
    if unplaced:
        lead += f" {counted(unplaced, 'rack')} found no place."
    ready_at = percent(plan.program.policy.ready_at)
    note = (
        f"Accepted in full: end of the planning bucket of the last rack, with readiness at {ready_at} "
        "(policy.ready_at); the bucket's first and last day bound its lateness. P50, P80: with every gate at that date."
    )
    tables = (ViewTable("Tranches", columns, tuple(rows), note), shortfall_table(plan))
    return Shown(lead, tables if tables[1].rows else tables[:1])


TRANCHES = View(
    "tranches",
    "Tranches: need, acceptance, cause",
    "When is each tranche accepted against its need, and what holds it?",
    _show,
)
