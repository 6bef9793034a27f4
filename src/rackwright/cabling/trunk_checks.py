"""Does light that runs through panels arrive: enough of it, on the right fibre, at a port of its own?"""

from __future__ import annotations

from typing import Any

import polars as pl

from rackwright.cabling.panels import PanelTables
from rackwright.cabling.plant import TrunkPlant
from rackwright.cabling.request import CablingRequest
from rackwright.cabling.structured import SPLIT

__all__ = ["check_trunks"]

CheckRow = tuple[str, str, float, float, str, bool, str]
ROUNDING = 1e-9
NAMED = 3


def check_trunks(request: CablingRequest, chosen: pl.DataFrame, tables: PanelTables) -> list[CheckRow]:
    """Rows on links through panels by block; none where no rule asks for trunks.

    Parameters
    ----------
    request
        Catalog parts and rules.
    chosen
        Links with block, cable, medium, rule.
    tables
        Panels, cassettes, trunks and ways.
    """
    plant = request.plant
    if plant is None:
        return []
    rows: list[CheckRow] = []
    for block in sorted({where.block for where in plant.where}):
        trunks = tables.trunks.frame.filter(block=block)
        ways = tables.channels.frame.join(trunks.select("trunk", "part", "length_mm", "polarity"), on="trunk")
        ways = ways.join(tables.cassettes.frame.select(a_cassette="cassette", cassette_part="part"), on="a_cassette")
        led = chosen.filter((pl.col("block") == block) & (pl.col("medium") == "trunk"))["cable"]
        rows.append(_way_row(block, ways["cable"], led))
        rows += _ruled_rows(plant, block, chosen.filter(block=block))
        if ways.height:
            rows += [
                _loss_row(plant, block, ways),
                _polarity_row(block, ways),
                _port_row(block, ways),
                _room(block, trunks),
            ]
    return rows


def _why(source: str, repairs: list[str]) -> str:
    """Where a limit comes from and, where it is not kept, what would keep it for the first that break it."""
    return f"{source}; {', '.join(repairs[:NAMED])}" if repairs else source


def _ruled_rows(plant: TrunkPlant, block: str, links: pl.DataFrame) -> list[CheckRow]:
    """Links that run through trunks of those a rule leads wherever it can, and why the others do not; always told."""
    ruled = [number for number, where in enumerate(plant.where) if where.is_ruled and where.block == block]
    if not ruled:
        return []
    meant = links.filter(pl.col("rule").is_in([*ruled, *(SPLIT - number for number in ruled)]))
    led, split = meant.filter(medium="trunk").height, meant.filter(pl.col("rule") <= SPLIT).height
    source = "program:platforms.fabric.trunks"
    if led < meant.height:
        lacking = meant.height - led - split
        source += f"; {split:,} of split ports and {lacking:,} without a trunk or panel that fits keep a cable each"
    return [("cabling-trunks-ruled", block, led, meant.height, "links", True, source)]


def _way_row(block: str, ways: pl.Series, led: pl.Series) -> CheckRow:
    """Links said to run through trunks that have one way through them."""
    once = ways.filter(~ways.is_duplicated())
    lost = led.filter(~led.is_in(once.implode())).sort()
    repairs = [f"give cable {cable} one way through a trunk, or a fibre of its own" for cable in lost.to_list()]
    right = len(led) - len(lost)
    return ("cabling-way-per-link", block, right, len(led), "links", not repairs, _why("arithmetic", repairs))


def _loss_row(plant: TrunkPlant, block: str, ways: pl.DataFrame) -> CheckRow:
    """The link with the least light to spare, its loss added up again from the catalog."""
    per_km = {spec.id: spec.loss_db_km.value for spec in plant.trunks}
    pairs = {spec.id: 2.0 * spec.mated_pairs.value * spec.pair_loss_db.value for spec in plant.cassettes}
    length_km = (pl.col("a_jumper_mm") + pl.col("b_jumper_mm") + pl.col("length_mm")) / 1e6
    fibre_db = length_km * pl.col("part").replace_strict(per_km, return_dtype=pl.Float64)
    pairs_db = pl.col("cassette_part").replace_strict(pairs, return_dtype=pl.Float64)
    again = ways.with_columns(fibre_db=fibre_db, again_db=fibre_db + pairs_db)
    worst = again.sort(pl.col("budget_db") - pl.col("again_db"), "cable").row(0, named=True)
    over_db = worst["again_db"] - worst["budget_db"]
    source = "fact:TRUNK.loss_db_km, CASSETTE.pair_loss_db, OPTICS.loss_db"
    repairs = [_less_loss(worst, over_db)] if over_db > ROUNDING else []
    return (
        "cabling-loss-budget", block, worst["again_db"], worst["budget_db"], "dB", not repairs, _why(source, repairs)
    )  # fmt: skip


def _less_loss(worst: dict[str, Any], over_db: float) -> str:
    """What would bring a link within its budget: less way, if the way loses that much at all, or other cassettes."""
    way_m = sum(worst[name] for name in ("a_jumper_mm", "b_jumper_mm", "length_mm")) / 1000.0
    shorter = f"{way_m * over_db / worst['fibre_db']:.0f} m less way of {way_m:g} m or "
    by_way = shorter if worst["fibre_db"] > over_db else ""
    return f"cable {worst['cable']} needs {by_way}cassettes that lose {over_db:.2f} dB less, or a fibre of its own"


def _polarity_row(block: str, ways: pl.DataFrame) -> CheckRow:
    """Links whose transmitters meet receivers: crossed an odd number of times by jumper, trunk and jumper."""
    crossed = pl.sum_horizontal(pl.col("a_polarity", "polarity", "b_polarity") == "B")
    wrong = ways.filter(crossed % 2 == 0).sort("cable").select("cable", "a_polarity")
    turned = [(cable, "A" if kind == "B" else "B") for cable, kind in wrong.iter_rows()]
    repairs = [f"cable {cable} needs a jumper of kind {kind} at its lower end" for cable, kind in turned]
    right = ways.height - wrong.height
    return ("cabling-polarity", block, right, ways.height, "links", not repairs, _why("arithmetic", repairs))


def _port_row(block: str, ways: pl.DataFrame) -> CheckRow:
    """Ports of cassettes that two links share."""
    ends = pl.concat([ways.select("cable", cassette=f"{side}_cassette", port=f"{side}_port") for side in ("a", "b")])
    again = ends.sort("cassette", "port", "cable").filter(~pl.struct("cassette", "port").is_first_distinct())
    repairs = [
        f"lead cable {cable} to a free port of cassette {cassette} instead of port {port + 1}"
        for cable, cassette, port in again.iter_rows()
    ]
    return ("cabling-panel-port-once", block, again.height, 0, "ports", not repairs, _why("arithmetic", repairs))


def _room(block: str, trunks: pl.DataFrame) -> CheckRow:
    """Trunks that carry more links than they have legs for."""
    full = trunks.filter((pl.col("links") > pl.col("room")) | (pl.col("fibres_used") > pl.col("fibres"))).sort("trunk")
    repairs = [
        f"trunk {trunk} has legs for {room} of its {links} links and {fibres} of {used} fibres; lay one more beside it"
        for trunk, room, links, fibres, used in full.select(
            "trunk", "room", "links", "fibres", "fibres_used"
        ).iter_rows()
    ]
    return ("cabling-trunk-room", block, full.height, 0, "trunks", not repairs, _why("arithmetic", repairs))
