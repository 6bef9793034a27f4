"""What would the plan be if something were different? What the change touches is made again, supply from its basis.

Racks, sizing, siting, structure and schedule are made again where their inputs changed; sizing only for the workloads
that did. Floors, networks, cables, cooling and power stay as designed: racks that come on top take as much of them as
a rack of the plan does. So supply is exact for the design kept, and a change of the design needs a whole plan.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, TypeVar

import polars as pl

from rackwright.base.digest import digest
from rackwright.base.table import Table
from rackwright.bom import bom_request, explode_bom
from rackwright.catalog import Catalog
from rackwright.plan import Plan
from rackwright.program import Program, by_tranche
from rackwright.racks import design_racks, racks_request
from rackwright.schedule import schedule_projects, schedule_request
from rackwright.siting import site_blocks, siting_request
from rackwright.sizing import size_workloads, sizing_request
from rackwright.sizing.request import ServingRun, SizingRequest, TrainingRun
from rackwright.supply import supply_request
from rackwright.supply.replan import replan_supply
from rackwright.supply.request import SupplyRequest
from rackwright.tables.bom import Bom, ItemNeeds
from rackwright.tables.siting import Siting
from rackwright.tables.sizing import Sizing

__all__ = ["DESIGN_TABLES", "SUPPLY_TABLES", "Part", "WhatIf", "changed_request", "what_if"]

Result = TypeVar("Result")

SUPPLY_TABLES = ("racks", "sizing", "siting", "layout.fits", "bom", "schedule", "supply")
"""Stages and tables of a stored plan that an answer rests on."""
DESIGN_TABLES = (
    "fabric.devices", "layout.racks", "cabling.assemblies", "cabling.modules", "cooling.units", "power.elements",
)  # fmt: skip
"""Tables that tell what was placed, for a new bill of materials."""


@dataclass(frozen=True)
class Part:
    """A part of the work: what was done, in which time [s]; time is for people watching, never part of an answer."""

    name: str
    seconds: float


@dataclass(frozen=True)
class WhatIf:
    """A plan and the changed one.

    Parameters
    ----------
    before, after
        Both plans; design tables may be empty.
    is_optimal
        True if no supply plan is cheaper with the price of moves.
    is_from_basis
        True if the solve started at the kept basis.
    iterations
        Simplex iterations.
    move_usd
        Price of all moves [USD].
    parts
        What was made again, in order.
    redesign
        What of the design the change would also touch and the answer keeps; empty if nothing.
    """

    before: Plan
    after: Plan
    is_optimal: bool
    is_from_basis: bool
    iterations: int
    move_usd: float
    parts: tuple[Part, ...]
    redesign: tuple[str, ...]


def what_if(
    plan: Plan, program: Program, catalog: Catalog, *, with_design: Callable[[Plan], Plan], is_free: bool = False
) -> WhatIf:
    """Answer a changed program from a stored plan.

    Parameters
    ----------
    plan
        The plan; its supply holds a basis.
    program
        Its program after the changes.
    catalog
        Parts, the same as the plan used.
    with_design
        Gives the plan with `DESIGN_TABLES`; called only where the bill of materials has to be made again.
    is_free
        True leaves moves without a price.
    """
    line = _Line([])
    after = changed_plan(plan, program, catalog, line=line, with_design=with_design)
    request = _request(after, catalog)
    prices_only = _is_same(_without_duties(plan.program), _without_duties(program))
    found = line.time(
        "supply", lambda: replan_supply(request, plan.supply, is_free=is_free, has_new_prices_only=prices_only)
    )
    after = replace(after, supply=found.supply)
    redesign = tuple(_redesign(plan, after))
    return WhatIf(
        plan,
        after,
        found.is_optimal,
        found.is_from_basis,
        found.iterations,
        found.move_usd,
        tuple(line.parts),
        redesign,
    )


def _without_duties(program: Program) -> Program:
    return program.model_copy(update={"supply": program.supply.model_copy(update={"duties": ()})})


def changed_supply_request(
    plan: Plan, program: Program, catalog: Catalog, *, with_design: Callable[[Plan], Plan]
) -> SupplyRequest:
    """The supply request of a changed program on the design of a stored plan, without reasons."""
    return _request(changed_plan(plan, program, catalog, line=_Line([]), with_design=with_design), catalog)


def changed_request(plan: Plan, catalog: Catalog) -> SupplyRequest:
    """The supply request of a stored plan, without reasons."""
    return _request(plan, catalog)


def _request(plan: Plan, catalog: Catalog) -> SupplyRequest:
    return supply_request(
        plan.program, catalog, sizing=plan.sizing, siting=plan.siting, bom=plan.bom, schedule=plan.schedule,
        fabric=plan.fabric, with_reasons=False,
    )  # fmt: skip


@dataclass(frozen=True)
class _Line:
    """Times what is made again."""

    parts: list[Part]

    def time(self, name: str, make: Callable[[], Result]) -> Result:
        """Result of a piece of work, with its time noted."""
        began = perf_counter()
        result = make()
        self.parts.append(Part(name, perf_counter() - began))
        return result

    def step(self, name: str, requests: tuple[object, object], kept: Result, make: Callable[[], Result]) -> Result:
        """The kept result where both requests are equal, else a new one."""
        return kept if _is_same(*requests) else self.time(name, make)


def _is_same(before: object, after: object) -> bool:
    """True if two requests or results are equal; by their digests where they hold arrays, which say so only by item."""
    try:
        return bool(before == after)
    except ValueError:
        return digest(before) == digest(after)


def changed_plan(
    plan: Plan, program: Program, catalog: Catalog, *, line: _Line, with_design: Callable[[Plan], Plan]
) -> Plan:
    """The plan with every stage before supply that the change touches made again, the design kept."""
    program = by_tranche(program)
    old, asked = plan.program, (racks_request(plan.program, catalog), racks_request(program, catalog))
    racks = line.step("racks", asked, plan.racks, lambda: design_racks(asked[1]))
    after = replace(plan, program=program, racks=racks)
    wanted = (sizing_request(old, catalog, plan.racks), sizing_request(program, catalog, racks))
    sizing = line.step("sizing", wanted, plan.sizing, lambda: _resized(plan, program, *wanted))
    fits = plan.layout.fits
    places = (
        siting_request(old, catalog, plan.racks, plan.sizing, fits=fits, incumbent=None),
        siting_request(program, catalog, racks, sizing, fits=fits, incumbent=None),
    )
    siting = line.step("siting", places, plan.siting, lambda: site_blocks(places[1]))
    after = replace(after, sizing=sizing, siting=siting)
    after = replace(after, bom=_changed_bom(plan, after, catalog, line, with_design))
    dates = (schedule_request(old), schedule_request(program))
    schedule = line.step("schedule", dates, plan.schedule, lambda: schedule_projects(dates[1]))
    return replace(after, schedule=schedule)


# ------------------------------------------------------------------------------------------------------------- sizing
def _resized(plan: Plan, program: Program, before: SizingRequest, after: SizingRequest) -> Sizing:
    """Sizing of the runs that changed on the platforms of their blocks; the rest as the plan has it."""
    is_shared = _is_same(replace(before, training=(), serving=()), replace(after, training=(), serving=()))
    known = _runs(before) if is_shared else {}
    changed = {name for name, run in _runs(after).items() if name not in known or not _is_same(run, known[name])}
    training = tuple(run for run in after.training if run.workload in changed)
    serving = tuple(run for run in after.serving if run.workload in changed)
    used = {block.platform for block in program.blocks if not block.workloads or changed & set(block.workloads)}
    platforms = tuple(rack for rack in after.platforms if rack.platform in used)
    new = size_workloads(replace(after, training=training, serving=serving, platforms=platforms))
    live = set(_runs(after))
    tables: dict[str, Any] = {}
    for field in dataclasses.fields(Sizing):
        one, two = getattr(plan.sizing, field.name), getattr(new, field.name)
        if isinstance(one, Table) and "workload" in one.frame.columns:
            tables[field.name] = _spliced(one, two, changed, live)
    return replace(plan.sizing, **tables)


def _runs(request: SizingRequest) -> dict[str, TrainingRun | ServingRun]:
    """Runs by workload."""
    runs: list[TrainingRun | ServingRun] = [*request.training, *request.serving]
    return {run.workload: run for run in runs}


def _spliced(old: Table, new: Table, changed: set[str], live: set[str]) -> Table:
    """Rows of changed workloads from the new table, the others from the old one."""
    kept = old.frame.filter(pl.col("workload").is_in(sorted(live - changed)))
    return type(old).of(pl.concat([kept, new.frame.filter(pl.col("workload").is_in(sorted(changed)))]))


# -------------------------------------------------------------------------------------------------- bill of materials
def _changed_bom(plan: Plan, after: Plan, catalog: Catalog, line: _Line, with_design: Callable[[Plan], Plan]) -> Bom:
    """The bill of materials of the changed program and of the racks it has, on the design of the plan."""
    if _is_same(_bom_inputs(plan), _bom_inputs(after)):
        return plan.bom
    design = line.time("reading the design", lambda: with_design(plan))

    def explode() -> Bom:
        request = bom_request(
            after.program, catalog, siting=after.siting, racks=after.racks, fabric=design.fabric, layout=design.layout,
            cabling=design.cabling, cooling=design.cooling, power=design.power,
        )  # fmt: skip
        bom = explode_bom(request)
        return replace(bom, needs=_needs_per_rack(bom.needs, plan.siting, after.siting))

    return line.time("bill of materials", explode)


def _bom_inputs(plan: Plan) -> tuple[object, ...]:
    program = plan.program
    prices = tuple((offer.item, offer.price) for offer in program.supply.offers)
    return program.supply.items, program.supply.bom, program.platforms, prices, plan.racks, plan.siting


def _needs_per_rack(needs: ItemNeeds, before: Siting, after: Siting) -> ItemNeeds:
    """Needs of blocks, halls and sites in the proportion in which their racks changed, rounded up."""
    rows = []
    old, new = _racks_by_scope(before), _racks_by_scope(after)
    for row in needs.frame.iter_rows(named=True):
        key = (row["scope"], row["scope_id"])
        if row["scope"] != "tranche" and old.get(key) and new.get(key, 0) != old[key]:
            row["qty"] = -(-row["qty"] * new.get(key, 0) // old[key])
        rows.append(tuple(row.values()))
    return ItemNeeds.from_rows(rows)


def _racks_by_scope(siting: Siting) -> dict[tuple[str, str], int]:
    """Racks of each block and site, and units of each hall, which stand for its racks."""
    found: dict[tuple[str, str], int] = {}
    per_unit = {}
    for block, site, units, racks in siting.blocks.frame.select("block", "site", "units", "racks").iter_rows():
        found["block", block] = racks
        found["site", site] = found.get(("site", site), 0) + racks
        per_unit[block] = racks // units if units else 0
    for block, hall, units in siting.block_halls.frame.select("block", "hall", "units").iter_rows():
        found["hall", hall] = found.get(("hall", hall), 0) + units * per_unit[block]
    return found


# -------------------------------------------------------------------------------------------------------- what is kept
def _redesign(before: Plan, after: Plan) -> Iterator[str]:
    """What a whole plan would design anew."""
    if not _is_same(before.siting.blocks, after.siting.blocks):
        yield "other racks in a block: halls, networks, cables, cooling and power"
    elif not _is_same(before.siting.tranches, after.siting.tranches):
        yield "other tranches: order of filling halls and cables by tranche"
    if not _is_same(before.racks, after.racks):
        yield "other rack types: networks, cables, cooling and power"
    one, two = before.program, after.program
    if not _is_same((one.sites, one.halls), (two.sites, two.halls)):
        yield "other sites or halls: cooling and power of the campus"
