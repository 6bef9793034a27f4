"""Does light that runs through panels arrive: enough of it, on the right fibre, at a port of its own?"""

from __future__ import annotations

import polars as pl

from rackwright.cabling.panels import PanelTables
from rackwright.cabling.plant import TrunkPlant
from rackwright.cabling.request import CablingRequest

__all__ = ["check_trunks"]

CheckRow = tuple[str, str, float, float, str, bool, str]
ROUNDING = 1e-9


def check_trunks(request: CablingRequest, chosen: pl.DataFrame, tables: PanelTables) -> list[CheckRow]:
    """Rows on links through panels by block; none where no rule asks for trunks.

    Parameters
    ----------
    request
        Catalog parts and rules.
    chosen
        Links with block, network, medium, length_mm.
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
        led = chosen.filter((pl.col("block") == block) & (pl.col("medium") == "trunk")).height
        rows.append(("cabling-way-per-link", block, ways.height, led, "links", ways.height == led, "arithmetic"))
        if ways.height:
            rows += [
                _loss_row(plant, block, ways),
                _polarity_row(block, ways),
                _port_row(block, ways),
                _room(block, trunks),
            ]
    return rows


def _loss_row(plant: TrunkPlant, block: str, ways: pl.DataFrame) -> CheckRow:
    """The link with the least light to spare, its loss added up again from the catalog."""
    per_km = {spec.id: spec.loss_db_km.value for spec in plant.trunks}
    pairs = {spec.id: 2.0 * spec.mated_pairs.value * spec.pair_loss_db.value for spec in plant.cassettes}
    length_km = (pl.col("a_jumper_mm") + pl.col("b_jumper_mm") + pl.col("length_mm")) / 1e6
    fibre_db = length_km * pl.col("part").replace_strict(per_km, return_dtype=pl.Float64)
    loss_db = fibre_db + pl.col("cassette_part").replace_strict(pairs, return_dtype=pl.Float64)
    worst = (
        ways.with_columns(again_db=loss_db).sort(pl.col("budget_db") - pl.col("again_db"), "cable").row(0, named=True)
    )
    is_fine = worst["again_db"] <= worst["budget_db"] + ROUNDING
    source = "fact:TRUNK.loss_db_km, CASSETTE.pair_loss_db; limit: OPTICS.loss_db"
    return ("cabling-loss-budget", block, worst["again_db"], worst["budget_db"], "dB", is_fine, source)


def _polarity_row(block: str, ways: pl.DataFrame) -> CheckRow:
    """Links whose transmitters meet receivers: crossed an odd number of times by jumper, trunk and jumper."""
    crossed = pl.sum_horizontal(pl.col("a_polarity", "polarity", "b_polarity") == "B")
    right = int(ways.select((crossed % 2 == 1).sum()).item())
    return ("cabling-polarity", block, right, ways.height, "links", right == ways.height, "arithmetic")


def _port_row(block: str, ways: pl.DataFrame) -> CheckRow:
    """Ports of cassettes that two links share."""
    ends = pl.concat([ways.select(cassette=f"{side}_cassette", port=f"{side}_port") for side in ("a", "b")])
    twice = ends.height - ends.unique().height
    return ("cabling-panel-port-once", block, twice, 0, "ports", twice == 0, "arithmetic")


def _room(block: str, trunks: pl.DataFrame) -> CheckRow:
    """Trunks that carry more links than they have legs for."""
    full = trunks.filter((pl.col("links") > pl.col("room")) | (pl.col("fibres_used") > pl.col("fibres"))).height
    return ("cabling-trunk-room", block, full, 0, "trunks", full == 0, "arithmetic")
