"""Which narrow inputs does the supply plan rest on?"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import polars as pl

from rackwright.base.horizon import Horizon
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Tray
from rackwright.program.header import Party, Policy
from rackwright.program.model import Program, SupplyProgram
from rackwright.program.platforms import Configuration
from rackwright.supply.before import OrderBefore, orders_before
from rackwright.tables.bom import Bom, ItemNeeds, Items, Structure, Totals
from rackwright.tables.fabric import Fabric
from rackwright.tables.incumbent import Incumbent
from rackwright.tables.schedule import Gates, LineUse, PartNeeds, Readiness, Schedule
from rackwright.tables.siting import BlockHalls, Blocks, Envelopes, Siting, Tranches
from rackwright.tables.sizing import Rates, Sizing

__all__ = ["Campus", "HallDate", "ShortShipped", "Sku", "SupplyRequest", "Want", "WantPoint", "supply_request"]

SECONDS_PER_DAY = 86_400.0


NETWORK_RULES: Final = ("fabric-size", "fabric-rate")
"""Checks of fabric that fail where a network cannot be built."""


@dataclass(frozen=True)
class Campus:
    """A site as the place where racks arrive: country, racks its crew can place in a week, and its end uses.

    `end_uses` are the words of duty rules it counts for; None where the site does not say.
    """

    id: str
    country: str
    racks_per_week: float
    end_uses: tuple[str, ...] | None = None


@dataclass(frozen=True)
class HallDate:
    """Day a hall is planned to be commissioned, and the gate that may move it."""

    id: str
    site: str
    ready_day: int
    gate: str


@dataclass(frozen=True)
class Sku:
    """A rack SKU: platform, peak power of one rack, days of ordering, and the day its platform is available.

    `available_day` holds where no project delivers the platform.
    """

    id: str
    platform: str
    power_w: float
    from_day: int
    to_day: int
    available_day: int


@dataclass(frozen=True)
class Unbuilt:
    """A network of a block that cannot be built, and what is near it that can."""

    block: str
    network: str
    relief: str


@dataclass(frozen=True)
class WantPoint:
    """Tokens per second wanted from a day on; 0 ends the want."""

    day: int
    rate: float


@dataclass(frozen=True)
class Want:
    """What a workload wants of the blocks meant for it."""

    workload: str
    weight: float
    is_training: bool
    blocks: tuple[str, ...]
    points: tuple[WantPoint, ...]


@dataclass(frozen=True)
class ShortShipped:
    """Items of a tranche that may follow its racks: `follow_days` after placing, None for until acceptance."""

    tranche: str
    items: frozenset[str]
    follow_days: float | None


@dataclass(frozen=True)
class SupplyRequest:
    """Everything the stage needs, and nothing else; tables are those of the stages before.

    `with_reasons` False leaves out causes and the 50 % and 80 % days, which cost several solves each; a comparison of
    scenarios needs neither.
    """

    horizon: Horizon
    policy: Policy
    parties: tuple[Party, ...]
    supply: SupplyProgram
    campuses: tuple[Campus, ...]
    halls: tuple[HallDate, ...]
    skus: tuple[Sku, ...]
    blocks: Blocks
    block_halls: BlockHalls
    tranches: Tranches
    envelopes: Envelopes
    items: Items
    structure: Structure
    needs: ItemNeeds
    totals: Totals
    gates: Gates
    readiness: Readiness
    line_use: LineUse
    rates: Rates
    wants: tuple[Want, ...]
    with_reasons: bool = True
    part_needs: PartNeeds = field(default_factory=PartNeeds.empty)
    short_ships: tuple[ShortShipped, ...] = ()
    unbuilt: tuple[Unbuilt, ...] = ()
    before: tuple[OrderBefore, ...] = ()
    """Purchases of the plan before, which stand in the windows of their terms; empty without such a plan."""
    asks: bool = False
    """True while it is decided what opens: then what the program leaves to the plan is asked, else it stays closed."""


def supply_request(
    program: Program,
    catalog: Catalog,
    *,
    sizing: Sizing,
    siting: Siting,
    bom: Bom,
    schedule: Schedule,
    fabric: Fabric,
    with_reasons: bool = True,
    incumbent: Incumbent | None = None,
) -> SupplyRequest:
    """Pick what the supply plan needs; purchases of an earlier plan stand in the windows of their terms."""
    used = set(siting.tranches["configuration"])
    return SupplyRequest(
        horizon=program.horizon,
        policy=program.policy,
        parties=program.parties,
        supply=program.supply.model_copy(update={"content_rules": (), "job_multipliers": ()}),
        campuses=tuple(Campus(site.id, site.country, site.racks_per_week, site.end_uses) for site in program.sites),
        halls=tuple(HallDate(hall.id, hall.site, program.horizon.day(hall.ready), hall.gate) for hall in program.halls),
        skus=tuple(
            _sku(program, catalog, platform.id, row)
            for platform in program.platforms
            for row in platform.configurations
            if row.id in used
        ),
        blocks=siting.blocks,
        block_halls=siting.block_halls,
        tranches=siting.tranches,
        envelopes=siting.envelopes,
        items=bom.items,
        structure=bom.structure,
        needs=bom.needs,
        totals=bom.totals,
        gates=schedule.gates,
        readiness=schedule.readiness,
        line_use=schedule.line_use,
        part_needs=schedule.part_needs,
        rates=sizing.rates,
        wants=_wants(program),
        with_reasons=with_reasons,
        short_ships=tuple(
            ShortShipped(row.id, frozenset(row.short_ship.items), row.short_ship.follow_days)
            for row in program.tranches
            if row.short_ship is not None
        ),
        unbuilt=_unbuilt(fabric),
        before=_before(program, incumbent),
    )


def _unbuilt(fabric: Fabric) -> tuple[Unbuilt, ...]:
    """Networks that cannot be built as asked, each with what fabric says of it."""
    rows = fabric.checks.frame.filter(pl.col("rule").is_in(NETWORK_RULES) & ~pl.col("passed"))
    found = []
    for subject, source in rows.select("subject", "source").unique(maintain_order=True).iter_rows():
        block, _, network = subject.partition("/")
        found.append(Unbuilt(block, network, source.rsplit("; ", 1)[-1]))
    return tuple(found)


def _before(program: Program, incumbent: Incumbent | None) -> tuple[OrderBefore, ...]:
    if incumbent is None or incumbent.bought is None:
        return ()
    bought = incumbent.bought
    since = (program.horizon.start - bought.start).days
    return orders_before(bought.orders, bought.buckets, program.supply.terms, days_since=since)


def _sku(program: Program, catalog: Catalog, platform_id: str, row: Configuration) -> Sku:
    horizon = program.horizon
    platform = next(platform for platform in program.platforms if platform.id == platform_id)
    start = 0 if row.start is None else max(0, horizon.day(row.start))
    available = 0 if platform.available is None else max(0, horizon.day(platform.available))
    end = horizon.num_days if row.end is None else horizon.day(row.end)
    power_w = row.rack_power.value if row.rack_power is not None else _contents_w(catalog, row)
    return Sku(row.id, platform_id, power_w, start, end, available)


def _contents_w(catalog: Catalog, row: Configuration) -> float:
    """Sum of the loads of the trays of a rack [W]."""
    total = 0.0
    for content in row.contents:
        part = catalog.find(content.part) if catalog.has(content.part) else None
        if isinstance(part, Tray) and part.power_w is not None:
            total += content.count * part.power_w.value
    return total


def _wants(program: Program) -> tuple[Want, ...]:
    horizon = program.horizon
    wants = []
    for run in program.training:
        start, finish = horizon.day(run.start), horizon.day(run.finish)
        seconds = max(1, finish - start) * SECONDS_PER_DAY * run.goodput.value
        gang = (WantPoint(start, run.tokens / seconds), WantPoint(finish, 0.0))
        wants.append(Want(run.id, run.weight, True, _blocks_of(program, run.id), gang))
    for demand in program.serving:
        points = tuple(WantPoint(horizon.day(point.start), point.output_tok_s.value) for point in demand.demand)
        wants.append(Want(demand.id, demand.weight, False, _blocks_of(program, demand.id), points))
    return tuple(wants)


def _blocks_of(program: Program, workload: str) -> tuple[str, ...]:
    return tuple(block.id for block in program.blocks if workload in block.workloads)
