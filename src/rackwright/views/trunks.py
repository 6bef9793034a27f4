"""Which trunks of a live network are re-plugged between two plans, in stages that keep it in service?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from rackwright.asbuilt.names import TIER_NAMES
from rackwright.fabric.moves import TrunkMoves, move_trunks
from rackwright.plan import Plan
from rackwright.views.view import Cell, TableColumn, ViewTable

__all__ = ["trunk_tables"]

SUMMARY = (
    TableColumn("block", "Block"),
    TableColumn("network", "Network"),
    TableColumn("links", "Links between switches"),
    TableColumn("moved", "To move"),
    TableColumn("stages", "Stages"),
    TableColumn("added", "To add"),
    TableColumn("removed", "To remove"),
)
MOVES = (
    TableColumn("stage", "Stage"),
    TableColumn("network", "Network"),
    TableColumn("switch", "Switch, port that stays"),
    TableColumn("from", "Unplug from"),
    TableColumn("to", "Plug into"),
)
NOTE = (
    "Fewest re-plugs: a link between the same two switches keeps its ports, whatever number the new plan gives them. "
    "Finish a stage before the next begins."
)


def trunk_tables(before: Plan, after: Plan) -> tuple[ViewTable, ...]:
    """Two tables, re-plugs counted by network and one by one; none where no trunk of the first plan moves."""
    found = list(_networks(before, after))
    if not found:
        return ()
    summary = tuple(
        (block, network, moves.links, moves.moves.height, moves.stages, moves.added, moves.removed)
        for block, network, moves in found
    )
    rows = tuple(row for block, network, moves in found for row in _move_rows(block, network, moves))
    title = "Re-plugs between switches, in stages"
    return ViewTable("Trunks of live networks", SUMMARY, summary), ViewTable(title, MOVES, rows, NOTE)


def _networks(before: Plan, after: Plan) -> Iterator[tuple[str, str, TrunkMoves]]:
    """Networks of both plans in which a trunk moves or goes."""
    keeps = {platform.id: platform.fabric.growth_keeps for platform in after.program.platforms}
    platform_of = dict(after.siting.blocks.frame.select("block", "platform").iter_rows())
    known = set(before.fabric.designs.frame.select("block", "network").iter_rows())
    for block, network in after.fabric.designs.frame.select("block", "network").iter_rows():
        if (block, network) not in known:
            continue
        devices = after.fabric.devices.frame.filter((pl.col("block") == block) & (pl.col("network") == network))
        old, new = (_trunks(plan, block, network) for plan in (before, after))
        share = keeps[platform_of[block]]
        moves = move_trunks(old, new, devices.select("tier", "index", "ports"), kept_share=share)
        if moves.moves.height or moves.removed:
            yield block, network, moves


def _trunks(plan: Plan, block: str, network: str) -> pl.DataFrame:
    """Links between switches of one network, switches by tier and ordinal."""
    own = (pl.col("block") == block) & (pl.col("network") == network)
    switches = plan.fabric.devices.frame.filter(own & (pl.col("tier") > 0)).select("device", "tier", "index")
    links = plan.fabric.links.frame.filter(own)
    for side in ("a", "b"):
        named = switches.rename({name: f"{side}_{name}" for name in switches.columns})
        links = links.join(named, on=f"{side}_device", how="inner", maintain_order="left")
    columns = ("a_tier", "a_index", "a_port", "b_index", "b_port")
    return links.filter(pl.col("a_tier") < pl.col("b_tier")).select(pl.col(name).cast(pl.Int64) for name in columns)


def _move_rows(block: str, network: str, moves: TrunkMoves) -> Iterator[tuple[Cell, ...]]:
    """Names as outside: the switch as in LLDP, ports from p1."""
    for row in moves.moves.iter_rows(named=True):
        lower, upper = (f"{block}-{network}-{TIER_NAMES[row['a_tier'] + step]}" for step in (0, 1))
        to_port = f" p{row['to_port'] + 1}" if row["to_port"] >= 0 else ""
        yield (
            row["stage"],
            f"{block} {network}",
            f"{lower}{row['a_index']} p{row['a_port'] + 1}",
            f"{upper}{row['from_index']} p{row['from_port'] + 1}",
            f"{upper}{row['to_index']}{to_port}",
        )
