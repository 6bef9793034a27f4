"""What would it save to lead fibres of split ports through trunks, in finished plans?

    python benchmarks/bench_network_trunks.py PLAN ...

Each fibre whose connector holds the links of a split port (one to a cage that meets again, or a splitting fibre) is led
as trunks are laid for other links: to the network rack next to either end, in bundles of those between the same two
racks, on one leg of the cheapest trunk and cassette that fits. A jumper from end to panel replaces it at the head, and
the splitting fibre, from the panel on, at its legs. Room for panels is not looked at, so the price is a lower bound.
For comparison the same is done with the fibres of ports that are not split. Prices are those of the catalog,
replacements within the years of service included.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from rackwright.base.units import HOURS_PER_YEAR
from rackwright.cabling import CablingRequest, cabling_request
from rackwright.cabling.assemblies import with_assemblies
from rackwright.cabling.bundles import choose_build
from rackwright.cabling.choice import cable_price_usd
from rackwright.cabling.ends import find_ends, rack_ends
from rackwright.cabling.identity import cable_ids
from rackwright.cabling.kinds import service_years
from rackwright.cabling.panel_racks import find_room
from rackwright.cabling.paths import find_routes
from rackwright.cabling.route import _chosen
from rackwright.cabling.structured import BUNDLE, _bundle, _length_mm, _with_panels
from rackwright.exchange.folder import read_plan
from rackwright.program.platforms import TrunkRule

KINDS = (("split", True), ("not split", False))


@dataclass(frozen=True)
class Found:
    """Fibres of one kind that could run through trunks: their number, length, and price both ways."""

    fibres: int
    links: int
    metres: float
    direct_usd: float
    trunk_usd: float
    cheaper: int


def asked(folder: Path) -> CablingRequest:
    """The plan's request with a rule for trunks between racks in every network of fibres."""
    plan = read_plan(folder)
    rules = tuple(
        TrunkRule(network=name, between="racks", when="cheaper") for name in ("scale-out", "storage", "in-band")
    )
    platforms = tuple(
        platform.model_copy(update={"fabric": platform.fabric.model_copy(update={"trunks": rules})})
        for platform in plan.program.platforms
    )
    program = plan.program.model_copy(update={"platforms": platforms})
    return cabling_request(program, plan.catalog(), plan.fabric, plan.layout)


def fibres_of(request: CablingRequest) -> pl.DataFrame:
    """Fibres, a row each with its longest leg, links and whether its port is split."""
    ends = find_ends(request)
    chosen = _chosen(request, ends, find_routes(request.halls, ends.a, ends.b))
    placed = chosen.with_columns(a_rack=pl.Series(ends.a.rack), b_rack=pl.Series(ends.b.rack))
    kept = placed.filter(pl.col("part").is_not_null())
    cable = cable_ids(request.blocks, kept)
    numbered = with_assemblies(request, kept.with_columns(cable=pl.Series(cable)), cable)
    fibres = numbered.filter((pl.col("medium") == "fibre") & (pl.col("a_rack") != pl.col("b_rack")))
    longest = fibres.with_columns(links=pl.len().over("assembly")).sort("length_mm", "cable", descending=[True, False])
    one = longest.unique("assembly", keep="first", maintain_order=True).sort("cable")
    return one.with_columns(
        is_split=pl.max_horizontal("links_at_a", "links_at_b") > 1, is_ruled=pl.lit(value=True), rule=pl.lit(0)
    )


def compare(request: CablingRequest, fibres: pl.DataFrame) -> Found:
    """Price of the fibres from end to end and through trunks, by bundle."""
    plant = request.plant
    room = None if plant is None else find_room(request, plant)
    if plant is None or room is None:
        raise SystemExit("no panels in the catalog")
    years = service_years(request)
    ports = max(int(spec.ports.value) for spec in plant.cassettes)
    known = [spec.module for spec in plant.optics]
    led = _with_panels(request, room, fibres.filter(pl.col("module").is_in(known)), ports)
    direct_usd = trunk_usd = 0.0
    cheaper = 0
    for group in led.partition_by(*BUNDLE, maintain_order=True):
        bundle = _bundle(request, plant, group, trunk_mm_of(request, group))
        build = choose_build(bundle, plant, room.panel, years=years)
        if build is None or build.usd is None or bundle.direct_usd is None:
            continue
        through_usd = build.usd - saved_at_head_usd(request, group, years)
        direct_usd += bundle.direct_usd
        trunk_usd += through_usd
        cheaper += group.height if through_usd < bundle.direct_usd else 0
    metres = float(led["length_mm"].to_numpy().mean()) / 1000.0 if led.height else 0.0
    return Found(led.height, int(led["links"].to_numpy().sum()), metres, direct_usd, trunk_usd, cheaper)


def trunk_mm_of(request: CablingRequest, group: pl.DataFrame) -> int:
    """Stock length between the two panel racks of a bundle."""
    ends = [rack_ends(request, group[name].to_numpy()[:1]) for name in ("low_rack", "high_rack")]
    return int(_length_mm(request, ends[0], ends[1])[1][0])


def saved_at_head_usd(request: CablingRequest, group: pl.DataFrame, years: float) -> float:
    """What a plain jumper at the head costs less than the splitting fibre that `choose_build` counts at both ends."""
    part = next(cable for cable in request.cables if cable.id == group["part"][0])
    if part.num_legs == 1:
        return 0.0
    head = "b" if int(group["links_at_b"][0]) >= int(group["links_at_a"][0]) else "a"
    plain = min(
        (c for c in request.cables if (c.fibre, c.connector, c.num_legs) == (part.fibre, part.connector, 1)),
        key=lambda cable: cable.price_usd.value if cable.price_usd else float("inf"),
    )
    metres, hours = float(group[f"{head}_jumper_mm"].to_numpy().mean()) / 1000.0, years * HOURS_PER_YEAR
    prices = [cable_price_usd(cable, metres, hours) or 0.0 for cable in (part, plain)]
    return (prices[0] - prices[1]) * group.height


def main() -> None:
    """Compare both kinds of fibres in every plan named."""
    for name in sys.argv[1:]:
        request = asked(Path(name))
        fibres = fibres_of(request)
        for kind, is_split in KINDS:
            found = compare(request, fibres.filter(is_split=is_split))
            print(
                f"network trunks {Path(name).name} {kind}: {found.fibres:,} fibres of {found.links:,} links, "
                f"{found.metres:.1f} m on average, {found.direct_usd / 1e3:,.1f} kUSD from end to end, "
                f"{found.trunk_usd / 1e3:,.1f} kUSD through trunks; {found.cheaper:,} fibres in bundles that gain"
            )


if __name__ == "__main__":
    main()
