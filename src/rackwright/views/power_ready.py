"""Is there power before there are racks, or racks before there is power, and what does the gap cost?

Energised power is the siting envelope; a step waits for its gate at the probability the policy plans with, as in supply
(so heat map, lateness and this view agree). Racks are counted at their peak load at the IT point.
Stranded = energised less accepted; idle = on site and not yet accepted.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from rackwright.figures import Caption, LineChart, LineSeries
from rackwright.plan import Plan
from rackwright.supply.readiness import ready_days
from rackwright.views.absent import absent
from rackwright.views.once import once_per_plan
from rackwright.views.period import DAYS_PER_YEAR, WATTS_PER_MW, bucket_ends, quarter, step_value
from rackwright.views.rack_value import rack_cents, rack_watts_of_tranches
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, percent

__all__ = ["POWER_READY", "SitePower", "site_power"]

CENTS = 100
Steps = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class SitePower:
    """Steps in time of one site, as `(from day, value)`.

    `energised_w`, `on_site_w`, `accepted_w` are IT power [W]; `idle_cent` is the price of racks on site and not yet
    accepted [cent].
    """

    site: str
    energised_w: Steps
    on_site_w: Steps
    accepted_w: Steps
    idle_cent: Steps

    def stranded_w(self, day: int) -> float:
        """Energised power no accepted rack uses on a day, >= 0 [W]."""
        return max(0.0, step_value(self.energised_w, day) - step_value(self.accepted_w, day))


def site_power(plan: Plan) -> tuple[SitePower, ...]:
    """Power and racks of every site over time, in the program's order."""
    return tuple(_site(plan, site.id) for site in plan.program.sites)


def _site(plan: Plan, site: str) -> SitePower:
    blocks = plan.siting.blocks.frame.filter(site=site)["block"].to_list()
    tranches = plan.siting.tranches.frame.filter(pl.col("block").is_in(blocks))
    sku_of = dict(tranches.select("tranche", "configuration").iter_rows())
    accepted, arrived = _accepted(plan, sku_of), _arrived(plan, site, sorted(set(sku_of.values())))
    before = dict(tranches.select("tranche", "accepted_racks").iter_rows())
    standing = before | dict(tranches.filter(state="installed").select("tranche", "racks").iter_rows())
    watts, cents = rack_watts_of_tranches(plan), rack_cents(plan)
    sku_w = {sku: _mean([watts[t] for t, own in sku_of.items() if own == sku]) for sku in sku_of.values()}
    cent_of = {t: float(cents.get(sku, 0)) for t, sku in sku_of.items()}
    sku_cent = {sku: float(cents.get(sku, 0)) for sku in sku_of.values()}
    return SitePower(
        site,
        _energised(plan, site),
        _running(_worth(standing, watts), _changes(arrived, sku_w)),
        _running(_worth(before, watts), _changes(accepted, watts)),
        _gap(
            _running(_worth(standing, cent_of), _changes(arrived, sku_cent)),
            _running(_worth(before, cent_of), _changes(accepted, cent_of)),
        ),
    )


def _energised(plan: Plan, site: str) -> Steps:
    """IT power by step; each waits for its gate and for the steps before it."""
    ready = ready_days(plan.schedule.gates, plan.schedule.readiness, plan.program.policy.ready_at)
    steps, reached = dict[int, float](), 0
    rows = plan.siting.envelopes.frame.filter(site=site).sort("day").select("day", "it_w", "gate")
    for day, it_w, gate in rows.iter_rows():
        reached = max(reached, day, ready.gate(gate, day))
        steps[reached] = float(it_w)
    return sorted(steps.items())


def _worth(racks: dict[str, int], each: dict[str, float]) -> float:
    return sum(each[name] * count for name, count in racks.items())


def _changes(moves: list[tuple[int, str, float]], each: dict[str, float]) -> Steps:
    return [(day, each[name] * racks) for day, name, racks in moves]


def _gap(upper: Steps, lower: Steps) -> Steps:
    """How far one step function lies above another, >= 0."""
    days = sorted({day for day, _ in upper + lower})
    return [(day, max(0.0, step_value(upper, day) - step_value(lower, day))) for day in days]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _accepted(plan: Plan, sku_of: dict[str, str]) -> list[tuple[int, str, float]]:
    ends = bucket_ends(plan)
    rows = plan.supply.deployments.frame.select("tranche", "bucket", "racks")
    return [(ends[bucket], tranche, racks) for tranche, bucket, racks in rows.iter_rows() if tranche in sku_of]


def _arrived(plan: Plan, site: str, skus: list[str]) -> list[tuple[int, str, float]]:
    """Racks that reach a campus: shipped, bought or on order for it."""
    rows = plan.supply.orders.frame.filter(
        (pl.col("site") == site)
        & pl.col("item").is_in(skus)
        & pl.col("kind").is_in(["ship", "buy", "call", "open", "make"])
    )
    return list(rows.select("end_day", "item", "qty").iter_rows())


def _running(start: float, changes: list[tuple[int, float]]) -> Steps:
    """Running total of changes from day 0, one step per day."""
    total, steps = start, {0: start}
    for day, change in sorted(changes):
        total += change
        steps[max(day, 0)] = total
    return sorted(steps.items())


@once_per_plan
def _show(plan: Plan) -> Shown:
    sites = site_power(plan)
    if not any(site.energised_w for site in sites):
        return absent(plan, "No power steps", "siting")
    figures = tuple(_chart(plan, site) for site in sites)
    tables = (_quarters(plan, sites), _idle_table(plan, sites))
    return Shown(_lead(plan, sites), tables, figures)


def _lead(plan: Plan, sites: tuple[SitePower, ...]) -> str:
    days = range(0, plan.program.horizon.num_days, 7)
    total = [sum(site.stranded_w(day) for site in sites) for day in days]
    worst = max(range(len(total)), key=total.__getitem__)
    date = plan.program.horizon.date(days[worst])
    idle = sum(_idle(plan, site)[1] for site in sites)
    return (
        f"Stranded power is highest on {date}: {total[worst] / WATTS_PER_MW:,.1f} MW energised without accepted racks. "
        f"Racks on site and not yet accepted tie up capital that costs {idle / CENTS / 1e6:,.2f} MUSD over the horizon."
    )


def _idle(plan: Plan, site: SitePower) -> tuple[float, float]:
    """Highest capital idle in racks on site, and its carrying cost over the horizon [cent]."""
    end = plan.program.horizon.num_days
    ends = [day for day, _ in site.idle_cent[1:]] + [end]
    cent_days = sum(cent * max(0, b - a) for (a, cent), b in zip(site.idle_cent, ends, strict=True))
    yearly = plan.program.policy.capital_cost_share_per_year
    return max((cent for _, cent in site.idle_cent), default=0.0), cent_days / DAYS_PER_YEAR * yearly


def _chart(plan: Plan, site: SitePower) -> LineChart:
    end = plan.program.horizon.num_days
    lines = (("energised", site.energised_w), ("on site", site.on_site_w), ("accepted", site.accepted_w))
    name = next(row.name for row in plan.program.sites if row.id == site.site)
    return LineChart(
        Caption(
            f"power-{site.site}",
            f"{name}: power energised, racks on site and accepted",
            "IT power in MW over the horizon; the gap between energised and accepted is stranded.",
        ),
        plan.program.horizon.start,
        "MW",
        tuple(_series(label, steps, end) for label, steps in lines if steps),
        is_step=True,
    )


def _series(label: str, steps: Steps, end: int) -> LineSeries:
    inside = [(min(day, end), value / WATTS_PER_MW) for day, value in steps if day <= end]
    inside.append((end, inside[-1][1] if inside else 0.0))
    return LineSeries(label.replace(" ", "-"), label, tuple(d for d, _ in inside), tuple(v for _, v in inside))


def _quarters(plan: Plan, sites: tuple[SitePower, ...]) -> ViewTable:
    """State of each site at the end of each calendar quarter."""
    horizon = plan.program.horizon
    last: dict[str, int] = {}
    for day in range(horizon.num_days):
        last[quarter(horizon.date(day))] = day
    rows: list[tuple[Cell, ...]] = []
    for site in sites:
        for name, day in last.items():
            figures = (step_value(s, day) for s in (site.energised_w, site.on_site_w, site.accepted_w))
            mw = [value / WATTS_PER_MW for value in figures]
            rows.append((site.site, name, *mw, site.stranded_w(day) / WATTS_PER_MW))
    columns = (
        TableColumn("site", "Site"),
        TableColumn("quarter", "End of"),
        TableColumn("energised_mw", "Energised", "MW", 2),
        TableColumn("on_site_mw", "Racks on site", "MW", 2),
        TableColumn("accepted_mw", "Accepted", "MW", 2),
        TableColumn("stranded_mw", "Stranded", "MW", 2),
    )
    sure = percent(plan.program.policy.ready_at)
    note = f"IT power. A step is energised on its date, or when its gate is {sure} sure to be passed (policy.ready_at)."
    return ViewTable("Power ready against racks", columns, tuple(rows), note)


def _idle_table(plan: Plan, sites: tuple[SitePower, ...]) -> ViewTable:
    rows = []
    for site in sites:
        most, cost = _idle(plan, site)
        rows.append((site.site, most / CENTS / 1e6, cost / CENTS / 1e6))
    columns = (
        TableColumn("site", "Site"),
        TableColumn("idle_musd", "Highest capital in racks not yet accepted", "MUSD", 1),
        TableColumn("carrying_musd", "Its carrying cost over the horizon", "MUSD", 2),
    )
    yearly = plan.program.policy.capital_cost_share_per_year
    return ViewTable(
        "Idle capital", columns, tuple(rows), f"Capital at {percent(yearly, 1)} a year (policy.capital_cost)."
    )


POWER_READY = View(
    "power_ready",
    "Power ready against racks",
    "Is there power before there are racks, or racks before there is power, and what does the gap cost?",
    _show,
)
