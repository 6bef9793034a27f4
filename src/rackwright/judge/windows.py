"""Do orders in firm and flexible windows stand as the plan before has them, or does the plan name those that cannot?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rackwright.judge.verdict import Verdict
from rackwright.plan import Plan
from rackwright.tables.incumbent import Incumbent

__all__ = ["judge_windows"]

TOLERANCE = 1e-4

Key = tuple[str, str, str, int]


def judge_windows(plan: Plan, incumbent: Incumbent | None) -> list[Verdict]:
    """The verdict on orders held; without the plan before, its figures in the plan's own table of windows are taken."""
    if not len(plan.supply.windows) and (incumbent is None or incumbent.bought is None):
        return []
    verdict = Verdict(
        "judge-windows",
        "orders in a firm window are those of the plan before, in a flexible one within the share of the terms; "
        "what cannot stand is named",
    )
    before, now = _sums(_before(plan, incumbent)), _sums(_now(plan))
    named = {(row[0], row[1]) for row in plan.supply.windows.frame.filter(stands=False).iter_rows()}
    for terms in plan.program.supply.terms:
        source = (terms.item, terms.supplier)
        told = sorted({key for key in (*before, *now) if key[:2] == source})
        if not any(key[:2] == source for key in before):
            continue
        for key in told:
            share = _share(terms.firm_days, terms.flexible_days, terms.flexible_share, key[3])
            had, got = before.get(key, 0.0), now.get(key, 0.0)
            holds = share is None or abs(got - had) <= share * had + TOLERANCE * max(1.0, had)
            what = f"{key[0]} of {key[1]} to {key[2]} for day {key[3]}: {got:g} instead of {had:g}"
            verdict.look(what, holds=holds or source in named)
    return [verdict]


def _share(firm_days: float, flexible_days: float, share: float | None, day: int) -> float | None:
    """Share by which pieces that come on a day may differ; None where they are free."""
    if day <= firm_days:
        return 0.0
    return share if day <= flexible_days else None


def _sums(rows: Iterator[tuple[Key, float]]) -> dict[Key, float]:
    found: dict[Key, float] = defaultdict(float)
    for key, qty in rows:
        found[key] += qty
    return dict(found)


def _now(plan: Plan) -> Iterator[tuple[Key, float]]:
    rows = plan.supply.orders.frame.filter(kind="buy").select("item", "source", "site", "end_day", "qty")
    for item, supplier, site, end, qty in rows.iter_rows():
        yield (item, supplier, site, end), qty


def _before(plan: Plan, incumbent: Incumbent | None) -> Iterator[tuple[Key, float]]:
    """Pieces ordered before, by the day on which they come."""
    if incumbent is not None and incumbent.bought is not None:
        since = (plan.program.horizon.start - incumbent.bought.start).days
        rows = incumbent.bought.orders.frame.filter(kind="buy")
        for item, supplier, site, start, end, qty in rows.select(
            "item", "source", "site", "start_day", "end_day", "qty"
        ).iter_rows():
            if start >= since:
                yield (item, supplier, site, end - since), qty
        return
    starts = dict(plan.supply.buckets.frame.select("bucket", "start_day").iter_rows())
    kept = plan.supply.windows.frame.select("item", "supplier", "site", "bucket", "lead_days", "before")
    for item, supplier, site, bucket, lead, qty in kept.iter_rows():
        yield (item, supplier, site, starts[bucket] + lead), qty
