"""program.yaml: who plans what, from when to when, by which policy?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rackwright.base.horizon import Horizon
from rackwright.program.entry import Date, EnergyPriceUsd, Entry, Id, MoneyUsd, Share, TimeDays

__all__ = [
    "DISCLOSED",
    "Disclosure",
    "HorizonSpan",
    "Party",
    "Policy",
    "SafetyPolicy",
    "SampledOrder",
    "ScheduleObjective",
    "ShareTarget",
    "Source",
]

SampledOrder = Literal["kept", "anew"]
ScheduleObjective = Literal["weighted-tardiness", "makespan", "mode-cost", "stability"]
"""What makes one schedule of all projects better than another, before weighted tardiness decides among equals."""


DISCLOSED = (
    "needs.racks",
    "needs.power",
    "needs.flow",
    "offers.lead_time",
    "offers.price",
    "offers.allocation",
    "commits.qty",
    "requirements",
    "requirements.band",
    "requirements.worth",
    "requirements.need_by",
)
"""What a disclosure list can name: figures of packs (needs, offers, commits) and of requirement specifications."""


class HorizonSpan(Entry):
    """First day of the plan and the first day after it."""

    start: Date
    """First day of the plan; day 0."""
    end: Date
    """First day after the plan."""

    def horizon(self) -> Horizon:
        """The same as integer-day arithmetic."""
        return Horizon(self.start, self.end)


class Party(Entry):
    """Somebody who owns decisions, rows, liabilities or sites."""

    id: Id
    """Short name used by `owner`."""
    name: str
    """Full name."""
    role: Literal["lab", "manufacturer", "supplier", "operator", "utility", "auditor"]
    """What the party does in the alliance."""


class Source(Entry):
    """Where figures of this program come from."""

    id: Id
    """Name used by `source`."""
    title: str
    """Document, page or system."""
    date: str = ""
    """Date or year of the document or snapshot."""
    address: str = ""
    """Where it can be found, if public."""


class ShareTarget(Entry):
    """A share to reach from a date on."""

    start: Date = Field(alias="from")
    """First day the target holds."""
    share: Share
    """Share to reach."""


class SafetyPolicy(Entry):
    """What safety stock is placed for (view `safety_stock`)."""

    use: Literal["view", "plan"] = "view"
    """Whether the view alone tells it, or the plan buys and holds it: as claims that take what racks leave, in place of
    the program's own claims for safety stock."""

    service_level: Share = Field(default=0.95, alias="service")
    """Share of days on which demand is within the bound that stock covers."""
    demand_spread_share: Share = Field(alias="demand_spread")
    """Standard deviation of a day's demand as a share of its mean."""
    promise_days: TimeDays = Field(default=0.0, alias="promise")
    """Days within which a rack or part that is asked for must be there."""
    lead_at: Share = 0.9
    """Quantile at which lead times are taken from their bands."""


class Policy(Entry):
    """How the alliance wants to plan: probabilities, prices of lateness, headroom."""

    size_at: Share = 0.9
    """Quantile at which integers (accelerators, racks) are taken from their bands."""
    ready_at: Share = 0.8
    """Quantile at which readiness dates are taken from their bands."""
    late_usd_per_rack_day: MoneyUsd = Field(alias="late_price_per_rack_day")
    """Price of one rack accepted one day late; drives priorities in supply."""
    unserved_usd_per_rack: MoneyUsd = Field(alias="price_of_rack_not_delivered")
    """Price of a rack that does not arrive within the horizon."""
    energy_usd_per_mwh: EnergyPriceUsd = Field(alias="energy_price")
    """Energy price where a site states none."""
    capital_cost_share_per_year: Share = Field(alias="capital_cost")
    """Yearly cost of capital, for holding stock."""
    serving_headroom_share: Share = Field(default=0.2, alias="serving_headroom")
    """Capacity kept above forecast serving demand."""
    whole_rack_weeks: int = Field(default=13, ge=0, le=52)
    """Weeks in which supply delivers whole racks only."""
    weekly_buckets: int = Field(default=26, ge=1, le=104)
    """Number of one-week buckets at the start of the supply plan."""
    monthly_buckets: int = Field(default=13, ge=0, le=60)
    """Number of four-week buckets after them; quarters follow."""
    exact_columns: int = Field(default=150_000, ge=1, le=100_000_000)
    """Columns up to which the supply plan is solved to the optimum; above, it comes with a proved gap."""
    traced_us_share: tuple[ShareTarget, ...] = ()
    """Targets of the traced US value share of deployed racks; soft, priced."""
    content_usd_per_usd_short: float = Field(default=0.0, ge=0.0, alias="content_price")
    """Price of one dollar of value missing to the traced-share target."""
    budget_usd: MoneyUsd | None = Field(default=None, alias="budget")
    """Commitments that may be outstanding; checked, not enforced."""
    stability_days: TimeDays = Field(default=0.0, alias="stability")
    """Price of moving a released order, as days of lateness."""
    moved_gate_weight: float = Field(default=0.0, ge=0.0)
    """Price of one day by which a gate moves against the plan named by `--incumbent`, as the projects' weights."""
    schedule_objective: ScheduleObjective = "weighted-tardiness"
    """What schedules are compared by first: weighted days after due days, the last end of all projects, the cost of
    modes, or days by which gates move against `--incumbent` (else baselines); then by weighted tardiness."""
    sampled_order: SampledOrder = "kept"
    """Turns on shared resources in sampled dates: `kept` as in the plan (a late user delays the next: cautious), or
    `anew` by a serial schedule a sample in the plan's order of starts (others pass a late user: hopeful). The extra
    `fast` is advised for `anew`."""
    supply_correlation_share: Share = Field(default=0.5, alias="supply_correlation")
    """Part of the chance of lead times and allocations that everything of one supplier has in common."""
    safety_stock: SafetyPolicy | None = None
    """Service level and spread of demand for which safety stock is placed; none where it is left out."""
    power_margin_share: Share = Field(default=0.05, alias="power_margin")
    """Margin kept free on a site's energised power when blocks are sized."""


class Disclosure(Entry):
    """One field that one party may show another."""

    field: str
    """Field or figure, such as `needs.racks` or `offers.lead_time`."""
    recipient: str
    """Party that may see it."""
    granularity: Literal["exact", "rounded", "range", "quarter", "total"]
    """How finely."""
