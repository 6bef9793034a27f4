"""How do other solvers get the models of a plan? The supply plan as MPS, the program under chance as SMPS."""

from __future__ import annotations

from rackwright.catalog import load_catalog
from rackwright.exchange.archive import archive_bytes
from rackwright.plan import Plan
from rackwright.scenarios.staged import staged_program
from rackwright.solve.mps_write import mps_text, named_model
from rackwright.solve.smps_write import smps_texts
from rackwright.supply import supply_request
from rackwright.supply.assemble import assemble
from rackwright.supply.scope import scope_network
from rackwright.supply.targets import target_shares
from rackwright.supply.timing import Grid

__all__ = ["smps_bytes", "supply_mps"]


def supply_mps(plan: Plan) -> bytes:
    """The linear program of the supply plan before racks are made whole, in free MPS; it minimises."""
    program = plan.program
    request = supply_request(
        program,
        load_catalog(None),
        sizing=plan.sizing,
        siting=plan.siting,
        bom=plan.bom,
        schedule=plan.schedule,
        fabric=plan.fabric,
        with_reasons=False,
    )
    policy = program.policy
    grid = Grid.of(program.horizon.buckets(num_weekly=policy.weekly_buckets, num_monthly=policy.monthly_buckets))
    shares = target_shares(policy, program.horizon, grid)
    assembly = assemble(scope_network(request, grid).network, policy, shares)
    return mps_text(named_model(assembly.model, name=program.name)).encode()


def smps_bytes(plan: Plan) -> bytes:
    """A zip of the three SMPS files of the two-stage program: ladder options, then ten scenarios over all branches."""
    texts = smps_texts(staged_program(plan, load_catalog(None)))
    parts = (("cor", texts.core), ("tim", texts.time), ("sto", texts.stoch))
    return archive_bytes((f"{plan.program.name}.{ending}", text) for ending, text in parts)
