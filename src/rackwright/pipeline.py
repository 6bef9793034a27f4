"""The pipeline, read top to bottom: which stage comes after which, and what does it see?

Racks come before sizing and siting, because both ask how much one rack holds and draws. One thing flows back: where a
layout finds no place for all the units of a block, siting is asked again for what the halls do hold.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from rackwright.base.stage import StageCache, StageRun, StageRunner
from rackwright.bom import bom_request, explode_bom
from rackwright.cabling import cabling_request, route_cables
from rackwright.catalog import Catalog, Fact
from rackwright.catalog.evidence import facts_in
from rackwright.catalog.own import own_part_rows
from rackwright.cooling import cooling_request, design_cooling
from rackwright.fabric import design_fabric, fabric_request
from rackwright.layout import layout_request, place_racks
from rackwright.plan import Plan
from rackwright.power import design_power, power_request
from rackwright.program import Program, by_tranche
from rackwright.program.supply import Claim
from rackwright.racks import design_racks, racks_request
from rackwright.schedule import ScheduleRequest, schedule_projects, schedule_request
from rackwright.siting import site_blocks, siting_request
from rackwright.sizing import size_workloads, sizing_request
from rackwright.supply import plan_supply, supply_request
from rackwright.supply.claims import SAFETY_STOCK
from rackwright.supply.openings import in_states
from rackwright.tables import (
    Bom,
    Cabling,
    Cooling,
    Fabric,
    Layout,
    Power,
    Racks,
    Schedule,
    Siting,
    Sizing,
    Supply,
)
from rackwright.tables.facts import Facts
from rackwright.tables.incumbent import Incumbent
from rackwright.tables.layout import HallFits
from rackwright.tables.own_parts import OwnParts

__all__ = ["plan_program"]

Request = TypeVar("Request")
Result = TypeVar("Result")

MOST_SITINGS = 4
"""Rounds of siting and layout: each takes away the units the last layout had no place for."""


def _quiet(_: object) -> None:
    """Listener that says nothing."""


def plan_program(
    program: Program,
    catalog: Catalog,
    *,
    cache: StageCache | None = None,
    incumbent: Incumbent | None = None,
    with_reasons: bool = True,
    with_supply: bool = True,
    on_start: Callable[[str], None] = _quiet,
    on_end: Callable[[StageRun], None] = _quiet,
) -> Plan:
    """Run every stage the program has input for.

    Parameters
    ----------
    program
        A checked program.
    catalog
        Built-in parts with the program's overlay.
    cache
        Store of stage results; a stage whose arguments are unchanged is not run again.
    incumbent
        Earlier plan: racks, switches and cables of released tranches stay as it has them.
    with_reasons
        False leaves out the causes of lateness and the 50 % and 80 % days, which a comparison of plans does not need.
    with_supply
        False stops before supply, for those who plan it themselves over many scenarios.
    on_start, on_end
        Progress: called with a stage's name, and with what happened.

    Returns
    -------
    The plan. Infeasibility is in it (shortfalls, lateness, failed checks), never an exception.
    """
    line = _Line(StageRunner(Path(__file__).parent, cache, on_start, on_end), {})
    lacks = _lacks(program)
    lacks = lacks if with_supply else dataclasses.replace(lacks, supply="not asked for")
    p, c, step = by_tranche(program), catalog, line.step
    racks = step(Racks, lacks.platforms, lambda: racks_request(p, c), design_racks)
    sizing = step(Sizing, lacks.workloads, lambda: sizing_request(p, c, racks), size_workloads)
    siting, fabric, layout = _design_floor(line, lacks.blocks, (p, c, racks, sizing), incumbent)
    wires = partial(cabling_request, incumbent=incumbent, siting=siting)
    cabling = step(Cabling, lacks.blocks, lambda: wires(p, c, fabric, layout), route_cables)
    cooling = step(Cooling, lacks.blocks, lambda: cooling_request(p, c, layout), design_cooling)
    chains = partial(power_request, racks=racks)
    power = step(Power, lacks.blocks, lambda: chains(p, c, layout, cooling, sizing), design_power)
    design = partial(bom_request, siting=siting, racks=racks, fabric=fabric, layout=layout, cabling=cabling)
    bom = step(Bom, lacks.blocks, lambda: design(p, c, cooling=cooling, power=power), explode_bom)
    schedule = step(Schedule, lacks.projects, lambda: _schedule_request(p, incumbent), schedule_projects)
    sources = partial(supply_request, sizing=sizing, siting=siting, fabric=fabric, incumbent=incumbent)
    supply = step(
        Supply, lacks.supply, lambda: sources(p, c, bom=bom, schedule=schedule, with_reasons=with_reasons), plan_supply
    )
    return Plan(
        program=_with_safety_stock(_with_openings(p, supply), supply),
        racks=racks,
        sizing=sizing,
        siting=siting,
        fabric=fabric,
        layout=layout,
        cabling=cabling,
        cooling=cooling,
        power=power,
        bom=bom,
        schedule=schedule,
        supply=supply,
        facts=_facts_table(line.used, catalog),
        runs=tuple(line.runner.runs),
        own_parts=OwnParts.from_rows(own_part_rows(catalog)),
    )


@dataclass(frozen=True)
class _Lacks:
    """What the program does not hold, in words; empty text where it holds it."""

    platforms: str
    workloads: str
    blocks: str
    projects: str
    supply: str


def _lacks(program: Program) -> _Lacks:
    platforms = "" if program.platforms else "platforms"
    blocks = platforms or ("" if program.blocks and program.sites and program.halls else "blocks")
    return _Lacks(
        platforms=platforms,
        workloads=platforms or ("" if program.training or program.serving else "workloads"),
        blocks=blocks,
        projects="" if program.projects or program.set_aside else "projects",
        supply=blocks or ("" if program.supply.offers or program.supply.makes else "offers or makes"),
    )


def _design_floor(
    line: _Line, missing: str, given: tuple[Program, Catalog, Racks, Sizing], held: Incumbent | None
) -> tuple[Siting, Fabric, Layout]:
    """Blocks, their networks and their places; sited again with fewer units where a hall did not hold all of them."""
    (p, c, racks, sizing), step = given, line.step
    fits: HallFits | None = None
    for _ in range(MOST_SITINGS):
        ask = partial(siting_request, p, c, racks, sizing, fits=fits, incumbent=held)
        siting = step(Siting, missing, ask, site_blocks)
        fabric = step(Fabric, missing, partial(fabric_request, p, c, siting, racks), design_fabric)
        place = partial(layout_request, p, c, siting, racks, fabric, incumbent=held)
        layout = step(Layout, missing, place, place_racks)
        fits, before = _tightened(fits, layout.fits), fits
        if fits == before:
            break
    return siting, fabric, layout


def _tightened(fits: HallFits | None, found: HallFits) -> HallFits | None:
    """The limits a layout has shown, with those shown before it."""
    short = found.frame.filter(pl.col("fits_units") < pl.col("units"))
    if fits is None:
        return HallFits.of(short) if short.height else None
    every = pl.concat([fits.frame, short]).sort("fits_units").unique(["block", "hall"], keep="first")
    return HallFits.of(every)


@dataclass(frozen=True)
class _Line:
    """Runs stages in order and remembers which facts each of them used."""

    runner: StageRunner
    used: dict[str, tuple[Fact, ...]]

    def step(
        self, kind: type[Result], missing: str, ask: Callable[[], Request], make: Callable[[Request], Result]
    ) -> Result:
        """Result of one stage: skipped by name where its input is missing, else reused or run."""
        stage = kind.__name__.lower()
        if missing:
            return self.runner.skip(stage, kind, missing)
        request = ask()
        self.used[stage] = facts_in(request)
        return self.runner.run(stage, kind, request, make)


def _schedule_request(program: Program, incumbent: Incumbent | None) -> ScheduleRequest:
    """What scheduling needs; gates of the incumbent count where the policy prices their moves or wants stability."""
    price = program.policy.moved_gate_weight
    counts = price > 0.0 or program.policy.schedule_objective == "stability"
    known = incumbent.schedule if incumbent is not None and counts else None
    return schedule_request(program, incumbent=known, moved_weight=price if known is not None else 0.0)


def _with_openings(program: Program, supply: Supply) -> Program:
    """The program with what opens as the plan decided it, so that what is asked of the plan later keeps it."""
    rows = supply.openings.frame.select("kind", "opening", "is_open").iter_rows()
    decided = {(kind == "shift", name): is_open for kind, name, is_open in rows}
    return program.model_copy(update={"supply": in_states(program.supply, decided)}) if decided else program


def _with_safety_stock(program: Program, supply: Supply) -> Program:
    """The program with the safety stock that the plan placed as claims, which what is asked of it later keeps."""
    policy = program.policy.safety_stock
    if policy is None or policy.use != "plan":
        return program
    claims = [row for row in program.supply.claims if row.kind != SAFETY_STOCK]
    for item, site, wanted in supply.safety_stocks.frame.select("item", "site", "wanted").iter_rows():
        claims.append(Claim(item=item, plant=site, kind=SAFETY_STOCK, qty=wanted, before_racks=False))
    return program.model_copy(update={"supply": program.supply.model_copy(update={"claims": tuple(claims)})})


def _facts_table(used: dict[str, tuple[Fact, ...]], catalog: Catalog) -> Facts:
    """Facts by the stage that used them, with the titles of their sources."""
    rows = [
        (
            stage,
            fact.id,
            fact.kind == "assumption",
            fact.value,
            fact.low,
            fact.high,
            fact.unit,
            fact.written,
            fact.kind,
            fact.source,
            catalog.source(fact.source).title if fact.source else "",
            fact.at,
            fact.year,
        )
        for stage, facts in used.items()
        for fact in facts
    ]
    return Facts.from_rows(rows)
