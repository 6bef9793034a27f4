"""What did a plan achieve, in the few figures by which plans are compared?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from polars import Float64, Int32, Int64, String

from rackwright.base.table import Column, Table

if TYPE_CHECKING:
    from rackwright.plan import Plan

__all__ = ["Outcomes", "Stranded", "outcome_row", "stranded_rows"]


class Outcomes(Table):
    """One row per planned variant; the base program is `base`."""

    scenario = Column(String, "scenario id, `base` for the program itself", key=True)
    name = Column(String, "name")
    probability = Column(Float64, "chance as the program states it", nullable=True)
    accels_needed = Column(Int64, "accelerators at the planning quantile, largest platform choice per workload", ge=0)
    racks_planned = Column(Int32, "compute racks designed", ge=0)
    racks_accepted = Column(Int32, "racks accepted within the horizon", ge=0)
    late_rack_days = Column(Int64, "sum over racks of days after the need date", unit="rack-days", ge=0)
    facility_w = Column(Int64, "facility load at peak over all sites", unit="W", ge=0)
    cables = Column(Int32, "cables", ge=0)
    cost_cent = Column(Int64, "purchase, conversion, freight and duty", unit="cent", ge=0)
    duty_cent = Column(Int64, "duty in it", unit="cent", ge=0)
    traced_us_share = Column(Float64, "traced US value share of what was deployed", ge=0, le=1)
    last_gate_p80_day = Column(Int32, "latest gate at 80 %", unit="day", nullable=True)


def outcome_row(plan: Plan, scenario: str, name: str, probability: float | None) -> tuple[object, ...]:
    """One row of `Outcomes` for a plan."""
    gates = plan.schedule.gates["p80_day"]
    value, traced = int(plan.supply.content["value_cent"].sum()), int(plan.supply.content["us_cent"].sum())
    orders = plan.supply.orders
    return (
        scenario,
        name,
        probability,
        accelerators_needed(plan),
        int(plan.siting.blocks["racks"].sum()),
        accepted_racks(plan),
        late_rack_days(plan),
        round(sum(plan.power.balances["facility_w"].to_list())),
        plan.cabling.num_cables,
        int(orders["cost_cent"].sum()) + int(orders["duty_cent"].sum()),
        int(orders["duty_cent"].sum()),
        traced / value if value else 0.0,
        max(gates.to_list(), default=None),
    )


class Stranded(Table):
    """What is left without use at the end of the horizon, by scenario and hardware generation."""

    scenario = Column(String, "scenario id, `base` for the program itself", key=True)
    generation = Column(Int32, "hardware generation; 0 for what no generation owns", key=True, ge=0)
    stock_cent = Column(Int64, "standard cost of stock left in the last bucket", unit="cent", ge=0)
    racks_idle = Column(Float64, "racks accepted and given to no workload", ge=0)
    idle_w = Column(Int64, "IT power of those racks", unit="W", ge=0)


def stranded_rows(plan: Plan, scenario: str) -> list[tuple[object, ...]]:
    """Rows of `Stranded` for a plan; generations with nothing stranded are left out."""
    stock = _stock_left(plan)
    racks, power_w = _racks_idle(plan)
    return [
        (scenario, generation, stock.get(generation, 0), racks.get(generation, 0.0), power_w.get(generation, 0))
        for generation in sorted({*stock, *racks})
        if stock.get(generation) or racks.get(generation)
    ]


def _stock_left(plan: Plan) -> dict[int, int]:
    """Standard cost of stock at the end by generation [cent]."""
    generation = {row.id: row.generation or 0 for row in plan.program.supply.items}
    value = dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows())
    last = max(plan.supply.buckets["bucket"].to_list(), default=0)
    found: dict[int, int] = {}
    for item, bucket, qty in plan.supply.levels.frame.select("item", "bucket", "qty").iter_rows():
        if bucket == last:
            owner = generation.get(item, 0)
            found[owner] = found.get(owner, 0) + round(qty * value.get(item, 0))
    return found


def _racks_idle(plan: Plan) -> tuple[dict[int, float], dict[int, int]]:
    """Racks accepted by the end and given to no workload in the last bucket, and their power, by generation."""
    generation = {platform.id: platform.generation for platform in plan.program.platforms}
    peak_w = dict(plan.racks.types.frame.select("type", "peak_w").iter_rows())
    last = max(plan.supply.buckets["bucket"].to_list(), default=0)
    used: dict[str, float] = {}
    for block, bucket, racks in plan.supply.served.frame.select("block", "bucket", "racks").iter_rows():
        if bucket == last:
            used[block] = used.get(block, 0.0) + racks
    accepted, watts = _accepted_by_block(plan, peak_w)
    racks_of: dict[int, float] = {}
    power_of: dict[int, int] = {}
    for block, platform in plan.siting.blocks.frame.select("block", "platform").iter_rows():
        idle = max(0.0, accepted.get(block, 0.0) - used.get(block, 0.0))
        owner = generation.get(platform, 0)
        racks_of[owner] = racks_of.get(owner, 0.0) + idle
        mean_w = watts.get(block, 0.0) / accepted[block] if accepted.get(block) else 0.0
        power_of[owner] = power_of.get(owner, 0) + round(idle * mean_w)
    return racks_of, power_of


def _accepted_by_block(plan: Plan, peak_w: dict[str, int]) -> tuple[dict[str, float], dict[str, float]]:
    """Racks accepted by the end in each block, and the sum of their peak loads [W]."""
    arrived: dict[str, float] = {}
    for tranche, racks in plan.supply.deployments.frame.select("tranche", "racks").iter_rows():
        arrived[tranche] = arrived.get(tranche, 0.0) + racks
    racks_of: dict[str, float] = {}
    watts: dict[str, float] = {}
    names = ["tranche", "block", "configuration", "accepted_racks"]
    for tranche, block, sku, before in plan.siting.tranches.frame.select(names).iter_rows():
        racks = arrived.get(tranche, 0.0) + before
        racks_of[block] = racks_of.get(block, 0.0) + racks
        watts[block] = watts.get(block, 0.0) + racks * peak_w.get(sku, 0)
    return racks_of, watts


def accelerators_needed(plan: Plan) -> int:
    """Accelerators of the blocks designed: racks times accelerators of a rack."""
    per_rack = dict(plan.racks.types.frame.select("type", "accels").iter_rows())
    return sum(
        racks * per_rack[sku] for sku, racks in plan.siting.tranches.frame.select("configuration", "racks").iter_rows()
    )


def accepted_racks(plan: Plan) -> int:
    """Racks accepted by the end of the horizon, those accepted before it among them."""
    arrived = sum(float(racks) for racks in plan.supply.deployments["racks"].to_list())
    return round(arrived) + int(plan.siting.tranches["accepted_racks"].sum())


def mean_late_days(plan: Plan) -> dict[str, float]:
    """Mean lateness of the racks of each tranche that still had to come, as supply checked it [day].

    Dates inside a bucket count at their mean, not at the bucket's end.
    """
    rows = plan.supply.checks.frame.filter(rule="supply-on-time").select("subject", "value")
    return dict(rows.iter_rows())


def late_rack_days(plan: Plan) -> int:
    """Days after the need date summed over racks; a rack that never arrives counts to the end of the horizon."""
    means = mean_late_days(plan)
    rows = plan.siting.tranches.frame.select("tranche", "racks", "accepted_racks").iter_rows()
    total = 0.0
    for tranche, racks, accepted in rows:
        total += means.get(tranche, 0.0) * (racks - accepted)
    return round(total)
