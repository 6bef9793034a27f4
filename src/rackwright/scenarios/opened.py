"""What opens before the future is known? Extra shifts, lines and sources are decided once, on the central plan.

Every branch and every sampled future keeps what was decided: capital is spent before it shows which of them comes.
"""

from __future__ import annotations

from pathlib import Path

from rackwright.base.store import ResultCache
from rackwright.catalog import Catalog
from rackwright.pipeline import plan_program
from rackwright.program import Program
from rackwright.supply import supply_request
from rackwright.supply.deciding import decide_openings, is_asked
from rackwright.supply.openings import in_states
from rackwright.supply.timing import Grid
from rackwright.tables.supply import Openings

__all__ = ["opened_program"]


def opened_program(program: Program, catalog: Catalog, *, cache_folder: Path | None) -> tuple[Program, Openings]:
    """The program with all it leaves to the plan open or closed, and why; as it is where it leaves nothing."""
    if not is_asked(program.supply):
        return program, Openings.empty()
    cache = None if cache_folder is None else ResultCache(cache_folder)
    plan = plan_program(program, catalog, cache=cache, with_supply=False)
    request = supply_request(
        plan.program,
        catalog,
        sizing=plan.sizing,
        siting=plan.siting,
        bom=plan.bom,
        schedule=plan.schedule,
        fabric=plan.fabric,
        with_reasons=False,
    )
    policy = program.policy
    buckets = request.horizon.buckets(num_weekly=policy.weekly_buckets, num_monthly=policy.monthly_buckets)
    openings = decide_openings(request, Grid.of(buckets)).openings
    rows = openings.frame.select("kind", "opening", "is_open").iter_rows()
    states = {(kind == "shift", name): is_open for kind, name, is_open in rows}
    return program.model_copy(update={"supply": in_states(program.supply, states)}), openings
