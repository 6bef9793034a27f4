"""Who pays how much when, and how much is ordered and not yet paid?"""

from __future__ import annotations

from rackwright.figures import Caption, LineChart, LineSeries
from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.once import once_per_plan
from rackwright.views.period import bucket_ends, musd, quarter
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["CASH"]


@once_per_plan
def _show(plan: Plan) -> Shown:
    parties = sorted(set(plan.supply.cash["party"].to_list()))
    if not parties:
        return absent(plan, "No payments", "supply")
    names = {party.id: party.name for party in plan.program.parties}
    chart = LineChart(
        Caption("cash", "Cash curve by party", "Cumulative payments in nominal MUSD over the horizon."),
        plan.program.horizon.start,
        "MUSD",
        tuple(_series(plan, party, names.get(party, party) or "no party") for party in parties),
        is_step=True,
    )
    paid = musd(int(plan.supply.cash["paid_cent"].sum()))
    most, when = _most_liable(plan)
    budget = plan.program.policy.budget_usd
    limit = "" if budget is None else f", against a budget of {budget / 1e6:,.1f} MUSD (policy.budget)"
    lead = (
        f"{paid:,.1f} MUSD are paid within the horizon; most is ordered and unpaid on {when}: {most:,.1f} MUSD{limit}."
    )
    return Shown(lead, (_quarters(plan, names),), (chart,))


def _series(plan: Plan, party: str, label: str) -> LineSeries:
    ends = bucket_ends(plan)
    total, days, values = 0, [0], [0.0]
    rows = plan.supply.cash.frame.filter(party=party).sort("bucket").select("bucket", "paid_cent")
    for bucket, cent in rows.iter_rows():
        total += cent
        days.append(ends[bucket])
        values.append(musd(total))
    end = plan.program.horizon.num_days
    if days[-1] < end:
        days.append(end)
        values.append(values[-1])
    return LineSeries(party or "none", label, tuple(days), tuple(values))


def _most_liable(plan: Plan) -> tuple[float, object]:
    """Highest sum over parties of what is ordered and unpaid [MUSD], and the day."""
    sums: dict[int, int] = {}
    for bucket, cent in plan.supply.cash.frame.select("bucket", "liable_cent").iter_rows():
        sums[bucket] = sums.get(bucket, 0) + cent
    bucket = max(sorted(sums), key=lambda b: sums[b])
    return musd(sums[bucket]), plan.program.horizon.date(bucket_ends(plan)[bucket])


def _quarters(plan: Plan, names: dict[str, str]) -> ViewTable:
    """Payments of each party by calendar quarter, and what is ordered and unpaid at its end."""
    ends = bucket_ends(plan)
    rows: list[tuple[Cell, ...]] = []
    for (party,), own in plan.supply.cash.frame.sort("party", "bucket").group_by("party", maintain_order=True):
        paid: dict[str, int] = {}
        liable: dict[str, int] = {}
        for bucket, cent, open_cent in own.select("bucket", "paid_cent", "liable_cent").iter_rows():
            name = quarter(plan.program.horizon.date(ends[bucket] - 1))
            paid[name] = paid.get(name, 0) + cent
            liable[name] = open_cent
        total = 0
        for name, cent in paid.items():
            total += cent
            label = names.get(str(party), str(party)) or "no party"
            rows.append((label, name, musd(cent), musd(total), musd(liable[name])))
    columns = (
        TableColumn("party", "Party"),
        TableColumn("quarter", "Quarter"),
        TableColumn("paid_musd", "Paid", "MUSD", 2),
        TableColumn("total_musd", "Paid so far", "MUSD", 2),
        TableColumn("liable_musd", "Ordered and unpaid at its end", "MUSD", 2),
    )
    return ViewTable(
        "Payments by party and quarter", columns, tuple(rows), "Nominal USD; buckets count where they end."
    )


CASH = View("cash", "Cash curve", "Who pays how much when, and how much is ordered and not yet paid?", _show)
