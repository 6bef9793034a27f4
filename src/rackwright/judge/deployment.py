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
    return [_amounts(plan), _crews(plan), _whole(plan), _built(plan), *_shifts(plan)]


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


def _shifts(plan: Plan) -> list[Verdict]:
    """Hours of cells that may have an extra shift; nothing where the program names none."""
    verdict = Verdict("judge-shifts", "a cell runs no longer than its own hours and those of a shift that is open")
    days = {row[0]: row[1:] for row in plan.supply.buckets.frame.select("bucket", "start_day", "end_day").iter_rows()}
    shifts = {row["cell"]: row for row in plan.supply.shifts.frame.iter_rows(named=True)}
    loads = plan.supply.loads.frame.filter(kind="cell").select("resource", "bucket", "used")
    for cell in (cell for cell in plan.program.supply.cells if cell.id in shifts):
        shift = shifts[cell.id]
        for bucket, used in loads.filter(resource=cell.id).select("bucket", "used").iter_rows():
            start, end = days[bucket]
            more_days = max(0, end - max(start, shift["from_day"])) if shift["is_open"] else 0
            most = (cell.stations * cell.hours_per_week * (end - start) + shift["hours"] * more_days) / DAYS_PER_WEEK
            verdict.look(f"{cell.id} bucket {bucket}: {used:g} of {most:g} h", holds=used <= most + TOLERANCE)
    return [verdict] if shifts else []
