"""Is what the supply plan promises possible? Racks, crews, power, whole racks and claims, counted one by one."""

from __future__ import annotations

from collections import defaultdict

from rackwright.judge.verdict import Verdict
from rackwright.plan import Plan

__all__ = ["judge_deployment"]

TOLERANCE = 1e-4
DAYS_PER_WEEK = 7


def judge_deployment(plan: Plan) -> list[Verdict]:
    """Verdicts on deployments against tranches, crews, whole racks and rack arrivals."""
    if not len(plan.supply.buckets):
        return []
    return [_amounts(plan), _crews(plan), _whole(plan), _built(plan), *_openings(plan)]


def _amounts(plan: Plan) -> Verdict:
    verdict = Verdict("judge-amounts", "a tranche never gets more racks than it has, and its running total adds up")
    racks = dict(plan.siting.tranches.frame.select("tranche", "racks").iter_rows())
    total: dict[str, float] = {}
    before = dict(plan.siting.tranches.frame.select("tranche", "accepted_racks").iter_rows())
    rows = plan.supply.deployments.frame.sort("tranche", "bucket").select("tranche", "racks", "cumulative")
    for tranche, arrived, cumulative in rows.iter_rows():
        total[tranche] = total.get(tranche, float(before[tranche])) + arrived
        holds = abs(total[tranche] - cumulative) < TOLERANCE and cumulative <= racks[tranche] + TOLERANCE
        verdict.look(f"{tranche}: {cumulative:g} of {racks[tranche]}", holds=holds)
    return verdict


def _crews(plan: Plan) -> Verdict:
    verdict = Verdict(
        "judge-crews", "no site has accepted more racks by a day than its crews could have placed by then"
    )
    site_of_block = dict(plan.siting.blocks.frame.select("block", "site").iter_rows())
    site_of = {t: site_of_block[b] for t, b in plan.siting.tranches.frame.select("tranche", "block").iter_rows()}
    placed = set(plan.siting.tranches.frame.filter(state="installed")["tranche"].to_list())
    ends = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    rate = {site.id: site.racks_per_week for site in plan.program.sites}
    total: dict[str, float] = defaultdict(float)
    rows = plan.supply.deployments.frame.sort("bucket", "tranche").select("tranche", "bucket", "racks")
    for tranche, bucket, racks in rows.iter_rows():
        if tranche in placed:
            continue
        site = site_of[tranche]
        total[site] += racks
        most = rate[site] * ends[bucket] / DAYS_PER_WEEK
        verdict.look(f"{site} bucket {bucket}: {total[site]:g} of {most:g}", holds=total[site] <= most + TOLERANCE)
    return verdict


def _whole(plan: Plan) -> Verdict:
    verdict = Verdict("judge-whole-racks", "in the near weeks only whole racks are accepted and whole pieces claimed")
    near = plan.program.policy.whole_rack_weeks * DAYS_PER_WEEK
    ends = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    for tranche, bucket, racks in plan.supply.deployments.frame.select("tranche", "bucket", "racks").iter_rows():
        if ends[bucket] <= near:
            verdict.look(f"{tranche} bucket {bucket}: {racks:g}", holds=abs(racks - round(racks)) < TOLERANCE)
    last = max((end for end in ends.values() if end <= near), default=0)
    asked = dict(plan.supply.checks.frame.filter(rule="supply-claim-given").select("subject", "limit").iter_rows())
    given = plan.supply.orders.frame.filter(kind="claim").sort("order").select("demand", "end_day", "qty")
    for name, day, qty in given.iter_rows():
        if day < last and float(asked.get(name, 0.0)).is_integer():
            verdict.look(f"{name} on day {day}: {qty:g}", holds=abs(qty - round(qty)) < TOLERANCE)
    return verdict


def _built(plan: Plan) -> Verdict:
    verdict = Verdict("judge-built", "no more racks of a SKU are accepted than were stocked, on order, or made by then")
    sku_of = dict(plan.siting.tranches.frame.select("tranche", "configuration").iter_rows())
    skus = set(sku_of.values())
    ends = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    made: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for kind, item, end, qty in plan.supply.orders.frame.select("kind", "item", "end_day", "qty").iter_rows():
        if item in skus and kind in {"make", "buy", "call", "open"}:
            made[item].append((end, qty))
    stocked: dict[str, float] = defaultdict(float)
    for row in plan.program.supply.stock:
        stocked[row.item] += row.qty if row.status == "free" else 0.0
    taken: dict[str, float] = defaultdict(float)
    rows = plan.supply.deployments.frame.sort("bucket", "tranche").select("tranche", "bucket", "racks")
    installed = set(plan.siting.tranches.frame.filter(state="installed")["tranche"].to_list())
    for tranche, bucket, racks in rows.iter_rows():
        if tranche in installed:
            continue
        sku = sku_of[tranche]
        taken[sku] += racks
        ready = stocked[sku] + sum(qty for day, qty in made[sku] if day <= ends[bucket])
        verdict.look(
            f"{sku} bucket {bucket}: {taken[sku]:g} accepted of {ready:g} made", holds=taken[sku] <= ready + 0.5
        )
    return verdict


def _openings(plan: Plan) -> list[Verdict]:
    """Hours of cells and orders of sources that something may open; nothing where the program names none."""
    verdict = Verdict("judge-openings", "a cell runs no longer, and no source is used, than what is open allows")
    rows = {(row["kind"], row["opening"]): row for row in plan.supply.openings.frame.iter_rows(named=True)}
    open_from = {key: row["from_day"] for key, row in rows.items() if row["is_open"]}
    days = {row[0]: row[1:] for row in plan.supply.buckets.frame.select("bucket", "start_day", "end_day").iter_rows()}
    loads = plan.supply.loads.frame.filter(kind="cell").select("resource", "bucket", "used")
    for cell, spans in _hours_from(plan, open_from).items():
        for bucket, used in loads.filter(resource=cell).select("bucket", "used").iter_rows():
            start, end = days[bucket]
            most = sum(hours * max(0, end - max(start, day)) for day, hours in spans) / DAYS_PER_WEEK
            verdict.look(f"{cell} bucket {bucket}: {used:g} of {most:g} h", holds=used <= most + TOLERANCE)
    for source, day in _sources_from(plan, open_from).items():
        bought = plan.supply.orders.frame.filter(kind="buy", item=source[0], source=source[1])
        for end, qty in bought.select("end_day", "qty").iter_rows():
            verdict.look(f"{source[0]} of {source[1]}: {qty:g} on day {end}", holds=day is not None and end >= day)
    return [verdict] if rows else []


def _hours_from(plan: Plan, open_from: dict[tuple[str, str], int]) -> dict[str, list[tuple[int, float]]]:
    """Days from which a cell has station hours a week, and how many, for cells that something may open."""
    supply = plan.program.supply
    hours = {cell.id: cell.hours_per_week for cell in supply.cells}
    own = {cell.id: cell.stations * cell.hours_per_week for cell in supply.cells}
    brought = {cell for row in supply.openings for cell in row.cells}
    found = {cell: [(0, own[cell])] for row in supply.openings for cell in (add.cell for add in row.adds)}
    for cell in supply.cells:
        if cell.extra_shift is not None:
            spans = found.setdefault(cell.id, [(0, own[cell.id])])
            if ("shift", cell.id) in open_from:
                spans.append((open_from["shift", cell.id], cell.stations * cell.extra_shift.hours_per_week))
    found |= {cell: [] for cell in sorted(brought)}
    for row in supply.openings:
        if ("line", row.id) in open_from:
            day = open_from["line", row.id]
            for name in row.cells:
                found[name].append((day, own[name]))
            for add in row.adds:
                found[add.cell].append((day, hours[add.cell] * add.stations))
    return found


def _sources_from(plan: Plan, open_from: dict[tuple[str, str], int]) -> dict[tuple[str, str], int | None]:
    """Day from which what a source that has to be qualified sends may be used; None for never."""
    return {
        (source.item, source.supplier): open_from.get(("line" if row.cells or row.adds else "source", row.id))
        for row in plan.program.supply.openings
        for source in row.qualifies
    }
