"""What does it cost to hold a rack for a while and to feed it? One reading for tokens served and for training runs.

Racks and buildings are paid off over their lives at the program's cost of capital; energy counts at the facility's
meter, at the program's price.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from rackwright.base.units import SECONDS_PER_DAY
from rackwright.plan import Plan
from rackwright.views.period import DAYS_PER_YEAR
from rackwright.views.rack_value import rack_prices

__all__ = ["NO_COST", "HoldingCosts", "holding_costs"]

CENTS = 100
MILLION = 1e6
J_PER_MWH = 3.6e9
WATTS_PER_KW = 1e3
NO_COST = "Without cost: the rack has parts without a price, or the catalog states no lives."
FACTS = ("rack_life_days", "facility_life_days", "facility_usd_per_kw", "energy_overhead")


@dataclass(frozen=True, slots=True)
class HoldingCosts:
    """Dollars per second of holding one rack of a platform, and the price of energy in the program."""

    rack_usd_s: float
    usd_per_j: float

    def usd_per_mtok(self, rack_tok_s: float, energy_j: float, busy_share: float = 1.0) -> float:
        """Dollars for a million tokens: capital spread over what is served, and energy."""
        return (self.rack_usd_s / (rack_tok_s * busy_share) + energy_j * self.usd_per_j) * MILLION

    def run_usd(self, racks: int, days: float, energy_j: float) -> float:
        """Dollars of a training run: racks held for its days, and its energy."""
        return self.rack_usd_s * racks * days * SECONDS_PER_DAY + energy_j * self.usd_per_j


def holding_costs(plan: Plan, platform: str) -> HoldingCosts | None:
    """Costs of a platform's newest rack; None where a price or a life is missing."""
    kind = next((row for row in plan.program.platforms if row.id == platform), None)
    facts = {
        name: value
        for name in FACTS
        for value in plan.facts.frame.filter(pl.col("fact").str.ends_with(f".{name}"))["value"].to_list()[:1]
    }
    if kind is None or len(facts) < len(FACTS):
        return None
    sku = kind.configurations[-1].id
    price = rack_prices(plan).get(sku)
    loads = dict(plan.racks.types.frame.select("type", "peak_w").iter_rows())
    if price is None or price.unpriced or not price.cent or sku not in loads:
        return None
    rate = plan.program.policy.capital_cost_share_per_year
    building_usd = loads[sku] / WATTS_PER_KW * facts["facility_usd_per_kw"]
    yearly_usd = price.cent / CENTS * _recovery(rate, facts["rack_life_days"])
    yearly_usd += building_usd * _recovery(rate, facts["facility_life_days"])
    energy = plan.program.policy.energy_usd_per_mwh / J_PER_MWH
    return HoldingCosts(yearly_usd / (DAYS_PER_YEAR * SECONDS_PER_DAY), energy)


def _recovery(rate: float, days: float) -> float:
    """Yearly payment for a dollar over a life."""
    years = days / DAYS_PER_YEAR
    return 1.0 / years if rate <= 0.0 else rate / (1.0 - (1.0 + rate) ** -years)
