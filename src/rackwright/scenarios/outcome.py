"""What did a plan achieve, in the few figures by which plans are compared?"""

from __future__ import annotations

from polars import Float64, Int32, Int64, String

from rackwright.base.table import Column, Table
from rackwright.plan import Plan

__all__ = ["Outcomes", "outcome_row"]


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
        len(plan.cabling.cables),
        int(orders["cost_cent"].sum()) + int(orders["duty_cent"].sum()),
        int(orders["duty_cent"].sum()),
        traced / value if value else 0.0,
        max(gates.to_list(), default=None),
    )


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
