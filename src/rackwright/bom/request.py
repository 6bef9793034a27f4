"""Which narrow inputs does the bill of materials rest on? What was placed, counted, and the structure below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from rackwright.base.horizon import Horizon
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Part
from rackwright.program.model import Program
from rackwright.program.supply import BomRow, Item
from rackwright.tables.cabling import Cabling
from rackwright.tables.cooling import Cooling
from rackwright.tables.fabric import Fabric
from rackwright.tables.layout import Layout
from rackwright.tables.power import Power
from rackwright.tables.racks import Internal, Racks, RackTypes, Slots
from rackwright.tables.siting import Siting

__all__ = ["BomRequest", "NeedDay", "OfferPrice", "Placed", "SkuPrice", "bom_request"]

Scope = Literal["tranche", "block", "hall", "site"]
PLANT_ROLES = frozenset({"dry-cooler", "adiabatic", "chiller", "tower", "buffer-tank"})
BESIDE_CHAIN = ("lv-cable", "mv-cable", "mv-termination", "storage")
NETWORK_RACK, NETWORK_NODE = "network", "node"


@dataclass(frozen=True, order=True)
class Placed:
    """So many pieces of a part (or racks of a SKU) placed for a tranche, block, hall or site.

    `index` is 0 for what is installed and 1 for spares; `length_mm` is the length of all pieces together, for cables;
    `lead_by` is the stage that dates the part where the program does not say.
    """

    scope: Scope
    scope_id: str
    part: str
    trigger: str
    count: int
    index: int = 0
    length_mm: int = 0
    lead_by: str = "supply"


@dataclass(frozen=True)
class NeedDay:
    """Day by which a scope needs its pieces; it picks the effective rows of the structure."""

    scope: Scope
    scope_id: str
    day: int


@dataclass(frozen=True)
class SkuPrice:
    """Price class of a rack SKU."""

    sku: str
    cent: int


@dataclass(frozen=True)
class OfferPrice:
    """Price of the cheapest offer of an item."""

    item: str
    cent: int


@dataclass(frozen=True)
class BomRequest:
    """Everything the stage needs, and nothing else.

    Parameters
    ----------
    horizon
        Planning window; dates of the structure become days.
    placed
        What was placed, racks of tranches included.
    need_days
        When each scope needs it.
    floor_racks
        Compute racks that layout put on the floor, by SKU; checked against what is needed.
    types, slots, internal
        Drawings of the rack types that occur.
    prices
        Prices of SKUs, where the program states one.
    offers
        Cheapest offer of each item that suppliers offer and whose row states no cost.
    items, rows
        Items and structure of the program.
    parts
        Catalog parts that occur.
    """

    horizon: Horizon
    placed: tuple[Placed, ...]
    need_days: tuple[NeedDay, ...]
    floor_racks: tuple[tuple[str, int], ...]
    types: RackTypes
    slots: Slots
    internal: Internal
    prices: tuple[SkuPrice, ...]
    items: tuple[Item, ...]
    rows: tuple[BomRow, ...]
    parts: tuple[Part, ...]
    offers: tuple[OfferPrice, ...] = ()


def bom_request(
    program: Program,
    catalog: Catalog,
    *,
    siting: Siting,
    racks: Racks,
    fabric: Fabric,
    layout: Layout,
    cabling: Cabling,
    cooling: Cooling,
    power: Power,
) -> BomRequest:
    """Pick and count what the bill of materials needs."""
    placed = (
        *_placed_racks(siting),
        *_placed_network(fabric, layout),
        *_placed_cables(cabling),
        *_placed_trunks(cabling),
        *_placed_cooling(cooling),
        *_placed_power(power),
    )
    used = {row.part for row in placed}
    types = RackTypes.of(racks.types.frame.filter(pl.col("type").is_in(sorted(used))))
    slots = Slots.of(racks.slots.frame.filter(pl.col("type").is_in(sorted(used))))
    internal = Internal.of(racks.internal.frame.filter(pl.col("type").is_in(sorted(used))))
    return BomRequest(
        horizon=program.horizon,
        placed=tuple(sorted(placed)),
        need_days=_need_days(siting),
        floor_racks=_floor_racks(layout),
        types=types,
        slots=slots,
        internal=internal,
        prices=_prices(program, used),
        items=program.supply.items,
        rows=tuple(row for row in program.supply.bom if not row.tranches),
        parts=_parts(program, catalog, used | set(types["enclosure"]) | set(slots["part"]) | set(internal["part"])),
        offers=_offers(program),
    )


def _placed_racks(siting: Siting) -> list[Placed]:
    live = siting.tranches.frame.filter((pl.col("state") != "retired") & (pl.col("racks") > 0))
    rows = live.select("tranche", "configuration", "racks").iter_rows()
    return [Placed("tranche", tranche, sku, "rack", racks) for tranche, sku, racks in rows]


def _placed_network(fabric: Fabric, layout: Layout) -> list[Placed]:
    switches = fabric.devices.frame.filter(pl.col("tier") > 0).group_by("block", "part").len().sort("block", "part")
    racks = (
        layout.racks.frame.filter(pl.col("role") == NETWORK_RACK).group_by("block", "type").len().sort("block", "type")
    )
    return [
        *(Placed("block", block, part, "fabric", int(count)) for block, part, count in switches.iter_rows()),
        *(Placed("block", block, kind, "fabric", int(count)) for block, kind, count in racks.iter_rows()),
    ]


def _placed_cables(cabling: Cabling) -> list[Placed]:
    rows: list[Placed] = []
    counts = [pl.col("count").cast(pl.Int64), pl.col("spares").cast(pl.Int64)]
    lengths = [(count * pl.col("length_mm")).sum().alias(f"{count.meta.output_name()}_mm") for count in counts]
    sums = [count.sum() for count in counts]
    cables = cabling.assemblies.frame.group_by("block", "part").agg(*sums, *lengths).sort("block", "part")
    for block, part, count, spares, count_mm, spares_mm in cables.iter_rows():
        rows.append(Placed("block", block, part, "cable", count, length_mm=count_mm))
        rows.append(Placed("block", block, part, "spare", spares, index=1, length_mm=spares_mm))
    modules = cabling.modules.frame.select("block", "part", "count", "spares")
    for block, part, count, spares in modules.iter_rows():
        rows.append(Placed("block", block, part, "cable", count))
        rows.append(Placed("block", block, part, "spare", spares, index=1))
    return [row for row in rows if row.count > 0]


def _placed_trunks(cabling: Cabling) -> list[Placed]:
    """Trunks, cassettes and panels; their spare legs are their spares."""
    trunks = cabling.trunks.frame
    length_mm = pl.col("length_mm").sum()
    counted = trunks.group_by("block", "part").agg(pl.len(), length_mm).sort("block", "part")
    rows = [
        Placed("block", block, part, "cable", int(count), length_mm=total)
        for block, part, count, total in counted.iter_rows()
    ]
    cassettes = cabling.cassettes.frame.join(trunks.select("trunk", "block"), on="trunk")
    for frame in (cassettes, cabling.panels.frame):
        pieces = frame.group_by("block", "part").len().sort("block", "part")
        rows += [Placed("block", block, part, "cable", int(count)) for block, part, count in pieces.iter_rows()]
    return rows


def _placed_cooling(cooling: Cooling) -> list[Placed]:
    counts = cooling.units.frame.group_by("hall", "part", "role").len().sort("hall", "part", "role")
    totals: dict[tuple[str, str], Placed] = {}
    for hall, part, role, count in counts.iter_rows():
        lead_by = "schedule" if role in PLANT_ROLES else "supply"
        before = totals[hall, part].count if (hall, part) in totals else 0
        totals[hall, part] = Placed("hall", hall, part, "cooling", before + int(count), lead_by=lead_by)
    return list(totals.values())


def _placed_power(power: Power) -> list[Placed]:
    """Equipment by the piece, storage against swings too; cable by the metre, rounded up; terminations by the kit."""
    is_piece = (pl.col("part") != "") & ~pl.col("kind").str.ends_with("-feeder")
    counts = power.elements.frame.filter(is_piece).group_by("site", "part").len().sort("site", "part")
    rows = [(site, part, int(count)) for site, part, count in counts.iter_rows()]
    beside = power.equipment.frame.filter(pl.col("kind").is_in(BESIDE_CHAIN)).sort("site", "part")
    rows += list(beside.select("site", "part", "count").iter_rows())
    return [Placed("site", site, part, "power", count, lead_by="schedule") for site, part, count in rows]


def _need_days(siting: Siting) -> tuple[NeedDay, ...]:
    tranches = siting.tranches.frame.select("tranche", "need_day").iter_rows()
    blocks = siting.blocks.frame.select("block", "need_day").iter_rows()
    halls = (
        siting.block_halls.frame.join(siting.blocks.frame, on="block").group_by("hall").agg(pl.col("need_day").min())
    )
    sites = siting.blocks.frame.group_by("site").agg(pl.col("need_day").min())
    return (
        *(NeedDay("tranche", tranche, day) for tranche, day in tranches),
        *(NeedDay("block", block, day) for block, day in blocks),
        *(NeedDay("hall", hall, day) for hall, day in halls.sort("hall").iter_rows()),
        *(NeedDay("site", site, day) for site, day in sites.sort("site").iter_rows()),
    )


def _floor_racks(layout: Layout) -> tuple[tuple[str, int], ...]:
    racks = layout.racks.frame.filter(pl.col("role") != NETWORK_RACK).group_by("type").len().sort("type")
    return tuple((kind, int(count)) for kind, count in racks.iter_rows())


def _prices(program: Program, used: set[str]) -> tuple[SkuPrice, ...]:
    skus = (sku for platform in program.platforms for sku in platform.configurations if sku.id in used)
    return tuple(SkuPrice(sku.id, round(sku.price.value * 100)) for sku in skus if sku.price is not None)


def _offers(program: Program) -> tuple[OfferPrice, ...]:
    stated = {item.id for item in program.supply.items if item.cost is not None}
    cents: dict[str, int] = {}
    for offer in (offer for offer in program.supply.offers if offer.item not in stated):
        cent = round(offer.price.value * 100)
        cents[offer.item] = min(cent, cents.get(offer.item, cent))
    return tuple(OfferPrice(item, cent) for item, cent in sorted(cents.items()))


def _parts(program: Program, catalog: Catalog, placed: set[str]) -> tuple[Part, ...]:
    wanted = set(placed)
    wanted |= {name for item in program.supply.items for name in (item.id, item.part)}
    wanted |= {name for row in program.supply.bom for name in (row.parent, row.component)}
    return tuple(catalog.find(part) for part in sorted(wanted) if part and catalog.has(part))
