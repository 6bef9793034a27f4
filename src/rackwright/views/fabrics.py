"""Which scale-out networks would serve each block, and why is the planned one what it is?"""

from __future__ import annotations

from typing import Any

import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable

__all__ = ["FABRICS"]

USD_PER_MUSD = 1e6
GBIT_PER_TBIT = 1000.0
W_PER_KW = 1000.0
COLUMNS = (
    TableColumn("choice", "Rank"),
    TableColumn("is_chosen", "Planned"),
    TableColumn("family", "Family"),
    TableColumn("part", "Switch"),
    TableColumn("tiers", "Tiers"),
    TableColumn("uplink_gbit_s", "Uplinks at", "Gb/s", 0),
    TableColumn("split", "Ways a port is split"),
    TableColumn("oversubscription", "Oversubscription", "", 2),
    TableColumn("leaves", "Leaves"),
    TableColumn("spines", "Spines"),
    TableColumn("cores", "Cores"),
    TableColumn("bundle", "Links of a leaf-spine pair"),
    TableColumn("cables", "Cables"),
    TableColumn("cost_musd", "Cost", "MUSD", 1),
    TableColumn("power_kw", "Load", "kW", 0),
    TableColumn("bisection_tbit_s", "Bisection", "Tb/s", 1),
    TableColumn("spine_loss_share", "Left after a spine", digits=1, is_share=True),
    TableColumn("cut_off_nodes", "Trays cut off with a leaf"),
    TableColumn("better", "Better in every respect"),
)
NOTE = (
    "First stand the networks that meet the oversubscription asked for, then those that few others beat in every "
    "respect, then the cheaper ones. Cost and load count optical links throughout. `rail-only` joins no two rails. To "
    "plan another one, write its family, switch, `oversubscription` and `uplink_rate` under `fabric` of the platform."
)


def _show(plan: Plan) -> Shown:
    choices = plan.fabric.choices.frame
    if not choices.height:
        return absent(plan, "No networks", "fabric")
    blocks = choices["block"].unique(maintain_order=True).to_list()
    texts = [_why(choices.filter(block=block)) for block in blocks]
    tables = [ViewTable(f"Scale-out networks of {block}", COLUMNS, _rows(choices, block), NOTE) for block in blocks]
    return Shown(" ".join(texts), tuple(tables))


def _rows(choices: pl.DataFrame, block: str) -> tuple[tuple[Cell, ...], ...]:
    frame = choices.filter(block=block).with_columns(
        cost_musd=pl.col("cost_usd") / USD_PER_MUSD,
        power_kw=pl.col("power_w") / W_PER_KW,
        bisection_tbit_s=pl.col("bisection_gbit_s") / GBIT_PER_TBIT,
    )
    return tuple(frame.select([column.name for column in COLUMNS]).iter_rows())


def _why(choices: pl.DataFrame) -> str:
    """One sentence: the planned network against the first of the ranking."""
    block, count = choices["block"][0], choices.height
    chosen = choices.filter("is_chosen")
    if not chosen.height:
        return f"{block}: none of {count} networks is the planned one, which cannot be built."
    own, best = chosen.row(0, named=True), choices.row(0, named=True)
    name = f"{own['family']} on {own['part']}"
    if own["choice"] == best["choice"]:
        return f"{block}: {name} is first of {count}, as asked for and beaten by none in every respect."
    gain = ", ".join(_gains(own, best))
    words = f"{block}: {name} stands {own['choice']} of {count}"
    return f"{words}; first is {best['family']} on {best['part']} ({gain or 'equal in all that is compared'})."


def _gains(own: dict[str, Any], best: dict[str, Any]) -> list[str]:
    """What the first of the ranking has over the planned one, and what it lacks."""
    texts = []
    if own["cost_usd"] is not None and best["cost_usd"] is not None and own["cost_usd"]:
        texts.append(f"{best['cost_usd'] / own['cost_usd'] - 1:+.0%} cost")
    texts.append(f"{best['power_w'] / own['power_w'] - 1:+.0%} load" if own["power_w"] else "")
    texts.append(f"{best['cables'] - own['cables']:+,} cables")
    ratio = best["bisection_gbit_s"] / own["bisection_gbit_s"] if own["bisection_gbit_s"] else 1.0
    texts.append(f"{ratio - 1:+.0%} bisection")
    return [text for text in texts if text and not text.startswith(("+0%", "+0 "))]


FABRICS = View(
    "fabrics",
    "Networks to choose from",
    "Which scale-out networks would serve each block, and how does the planned one rank?",
    _show,
    in_report=False,
)
