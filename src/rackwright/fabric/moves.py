"""Which links between the switches of a live fabric are re-plugged for a grown one, and in which order?

A link between the same two switches keeps its place, whatever port the new plan would give it; so the re-plugs are the
fewest for the two designs. The lower end of a link stays where it is.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

__all__ = ["TrunkMoves", "move_trunks"]

PAIR = ("a_tier", "a_index", "b_index")
LOWER = ("a_tier", "a_index")


@dataclass(frozen=True)
class TrunkMoves:
    """Re-plugs of one network.

    Parameters
    ----------
    moves
        One row per link to move, in order: stage, a_tier, a_index, a_port, from_index, from_port, to_index, to_port.
    links
        Links between switches before.
    added, removed
        Links that come with new switches or uplinks, and links whose place is gone.
    """

    moves: pl.DataFrame
    links: int
    added: int
    removed: int

    @property
    def stages(self) -> int:
        """Stages; 0 where nothing moves."""
        return int(self.moves["stage"].max() or 0)  # type: ignore[arg-type]


def move_trunks(before: pl.DataFrame, after: pl.DataFrame, ports: pl.DataFrame, *, kept_share: float) -> TrunkMoves:
    """The fewest re-plugs that lead from one wiring of a network to another.

    Parameters
    ----------
    before, after
        Links between switches: a_tier, a_index, a_port, b_index, b_port; switches by tier and ordinal.
    ports
        Ports of the switches afterwards: tier, index, ports.
    kept_share
        Share of the links of each tier that stays in service at any time, in [0, 1).

    Notes
    -----
    Per lower switch, links that a pair has too many are matched in order with places that a pair has too few. A stage
    takes at most the share 1 - k of a tier's links, spread evenly over its switches. A moved link takes the lowest port
    of its new switch that no staying link holds.
    """
    surplus, kept = _beyond(before, after)
    deficit, _ = _beyond(after, before)
    gone, come = (frame.with_columns(turn=pl.int_range(pl.len()).over(LOWER)) for frame in (surplus, deficit))
    matched = gone.join(come, on=[*LOWER, "turn"], how="inner", suffix="_new", maintain_order="left")
    staged = _staged(matched, before, kept_share)
    moves = staged.select(
        "stage", *LOWER, "a_port", from_index="b_index", from_port="b_port", to_index="b_index_new"
    ).with_columns(to_port=pl.Series(_free_ports(staged, kept, before, ports), dtype=pl.Int64))
    return TrunkMoves(moves, before.height, come.height - matched.height, gone.height - matched.height)


def _beyond(links: pl.DataFrame, other: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Links of each pair of switches beyond those the other wiring has, and the links both have."""
    counts = other.group_by(PAIR).agg(pl.len().cast(pl.Int64).alias("both"))
    ordered = links.sort(*LOWER, "a_port").with_columns(place=pl.int_range(pl.len()).over(PAIR))
    joined = ordered.join(counts, on=list(PAIR), how="left", maintain_order="left").with_columns(
        pl.col("both").fill_null(0)
    )
    is_more = pl.col("place") >= pl.col("both")
    return joined.filter(is_more).drop("place", "both"), joined.filter(~is_more).drop("place", "both")


def _staged(moves: pl.DataFrame, before: pl.DataFrame, kept_share: float) -> pl.DataFrame:
    """Moves in order of stage: no tier loses more than its share at once, its switches take turns."""
    totals = before.group_by("a_tier").agg(pl.len().cast(pl.Float64).alias("total"))
    limit = (pl.col("total") * (1.0 - kept_share) + 1e-9).floor().clip(lower_bound=1)
    ordered = moves.sort("a_tier", "turn", "a_index").join(totals, on="a_tier", maintain_order="left")
    turn = pl.int_range(pl.len()).over("a_tier")
    return ordered.with_columns(stage=(turn / limit).floor().cast(pl.Int64) + 1).sort(
        "stage", "a_tier", "turn", "a_index"
    )


def _free_ports(moves: pl.DataFrame, kept: pl.DataFrame, before: pl.DataFrame, ports: pl.DataFrame) -> list[int]:
    """Port of the new switch for each move; -1 where the switch has none left."""
    # A port is taken by what came before it, so this goes move by move.
    taken: dict[tuple[int, int], set[int]] = {}
    for tier, index, port in _ends(kept, before):
        taken.setdefault((tier, index), set()).add(port)
    size = {(tier, index): count for tier, index, count in ports.select("tier", "index", "ports").iter_rows()}
    free: dict[tuple[int, int], list[int]] = {}
    found = []
    for tier, index in moves.select("a_tier", "b_index_new").iter_rows():
        switch = (tier + 1, index)
        if switch not in free:
            free[switch] = sorted(set(range(size.get(switch, 0))) - taken.get(switch, set()))
        found.append(heapq.heappop(free[switch]) if free[switch] else -1)
    return found


def _ends(kept: pl.DataFrame, before: pl.DataFrame) -> Iterable[tuple[int, int, int]]:
    """Tier, ordinal and port of ends that stay: upper ends of kept links, and lower ends of all."""
    upper = kept.select(pl.col("a_tier") + 1, "b_index", "b_port").iter_rows()
    lower = before.select("a_tier", "a_index", "a_port").iter_rows()
    yield from upper
    yield from lower
