"""A rack that nobody makes or sells."""

from __future__ import annotations

from rackwright.catalog import Catalog
from rackwright.pipeline import plan_program
from rackwright.program import Program


def test_101_it_is_not_accepted_out_of_nothing(one_pod_program: Program, catalog: Catalog) -> None:
    """Without a make or an offer of its racks a tranche gets none, is late, and says why."""
    makes = tuple(row for row in one_pod_program.supply.makes if row.item != "gb300-nvl72")
    assert len(makes) < len(one_pod_program.supply.makes)
    supply = one_pod_program.supply.model_copy(update={"makes": makes})
    plan = plan_program(one_pod_program.model_copy(update={"supply": supply}), catalog).supply
    assert plan.deployments["racks"].sum() == 0
    assert set(plan.causes["demand"]) == {"pod-1a", "pod-1b"}
    assert all("gb300-nvl72" in cause for cause in plan.causes["constraint"])
