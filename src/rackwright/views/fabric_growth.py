"""Which switches and trunks does each tranche need by which date, and what would it take to grow beyond the target?"""

from __future__ import annotations

import numpy as np
import polars as pl

from rackwright.plan import Plan
from rackwright.views.absent import absent
from rackwright.views.view import Cell, Shown, TableColumn, View, ViewTable, counted

__all__ = ["FABRIC_GROWTH"]

NEVER = np.iinfo(np.int64).max
FILL_COLUMNS = (
    TableColumn("block", "Block"),
    TableColumn("network", "Network"),
    TableColumn("tranche", "Tranche"),
    TableColumn("need", "Needed by"),
    TableColumn("state", "State"),
    TableColumn("endpoints", "Endpoint links"),
    TableColumn("leaves", "Leaves"),
    TableColumn("spines", "Spines"),
    TableColumn("cores", "Cores"),
    TableColumn("leaf_spine", "Leaf-spine links"),
    TableColumn("spine_core", "Links above spines"),
    TableColumn("trunk_share", "Trunks in place", digits=0, is_share=True),
)
GROWTH_COLUMNS = (
    TableColumn("block", "Block"),
    TableColumn("more_units", "Units more"),
    TableColumn("is_possible", "Possible"),
    TableColumn("tiers", "Tiers"),
    TableColumn("more_leaves", "Leaves to add"),
    TableColumn("more_spines", "Spines to add"),
    TableColumn("more_cores", "Cores to add"),
    TableColumn("links", "Links between switches"),
    TableColumn("moved", "To move"),
    TableColumn("moved_share", "Moved", digits=1, is_share=True),
    TableColumn("stages", "Stages"),
    TableColumn("pins", "Write under `fabric` of the platform"),
)
FILL_NOTE = (
    "A switch is needed by the first tranche with an endpoint below it, a trunk by the first with a leaf below it, "
    "so that every leaf has all its uplinks from the day it carries traffic."
)
GROWTH_NOTE = (
    "The choice with the fewest moved links; each stage leaves the share `growth_keeps` of every tier's links in "
    "service. With these fields and more units in the program, `rackwright diff` of the two plans lists the cables."
)


def _show(plan: Plan) -> Shown:
    if not len(plan.fabric.designs):
        return absent(plan, "No networks", "fabric")
    fill, growth = _fill_table(plan), _growth_table(plan)
    still = sum(1 for row in growth.rows if row[2] and row[8] == 0 and row[1] == 1)
    blocks = len({row[0] for row in growth.rows})
    steps = sum(1 for row in fill.rows if row[1] == "scale-out")
    lead = (
        f"{counted(blocks, 'scale-out network')} filled in {counted(steps, 'step')}; "
        f"{still} of them take in one more unit without moving a link."
    )
    return Shown(lead, (fill, growth))


def _fill_table(plan: Plan) -> ViewTable:
    rows: list[tuple[Cell, ...]] = []
    for block in plan.fabric.designs["block"].unique(maintain_order=True).to_list():
        rows += _block_rows(plan, block)
    return ViewTable("Switches and trunks by tranche", FILL_COLUMNS, tuple(rows), FILL_NOTE)


def _block_rows(plan: Plan, block: str) -> list[tuple[Cell, ...]]:
    """One row for each network and tranche of a block, tranches in the order in which they are needed."""
    tranches = plan.siting.tranches.frame.filter((pl.col("block") == block) & (pl.col("units") > 0))
    tranches = tranches.filter(pl.col("state") != "retired").sort("need_day", "first_unit", "tranche")
    devices = _with_steps(plan, block, tranches)
    links = _with_kinds(plan, block, devices)
    rows: list[tuple[Cell, ...]] = []
    for network in plan.fabric.designs.frame.filter(block=block)["network"].to_list():
        switches = _counts(devices.filter((pl.col("network") == network) & (pl.col("tier") > 0)), "tier")
        come = _counts(links.filter(network=network), "kind")
        trunks = sum(count for (_, kind), count in come.items() if kind > 0)
        in_place = 0
        for number, (name, day, state) in enumerate(tranches.select("tranche", "need_day", "state").iter_rows()):
            new = [come.get((number, kind), 0) for kind in (0, 1, 2)]
            in_place += new[1] + new[2]
            share = in_place / trunks if trunks else None
            by_tier = [switches.get((number, tier), 0) for tier in (1, 2, 3)]
            date = plan.program.horizon.date(day)
            rows.append((block, network, name, date, state, new[0], *by_tier, new[1], new[2], share))
    return rows


def _counts(frame: pl.DataFrame, kind: str) -> dict[tuple[int, int], int]:
    """Rows by step and kind."""
    counted_rows = frame.group_by("step", kind).len().sort("step", kind)
    return {(step, number): count for step, number, count in counted_rows.iter_rows()}


def _with_steps(plan: Plan, block: str, tranches: pl.DataFrame) -> pl.DataFrame:
    """Devices of a block with the first step (tranche in the order of need) that needs each of them.

    A tray comes with its unit, a switch with the first device below it; the out-of-band network, which serves the
    switches of all others, comes last.
    """
    unit_step: dict[int, int] = {}
    for number, (first, units) in enumerate(tranches.select("first_unit", "units").iter_rows()):
        unit_step |= dict.fromkeys(range(first, first + units), number)
    devices = plan.fabric.devices.frame.filter(block=block)
    of_unit = devices["unit"].replace_strict(unit_step, default=NEVER, return_dtype=pl.Int64).to_numpy()
    step = np.where(devices["tier"].to_numpy() == 0, of_unit, NEVER)
    first = int(devices["device"].min())  # type: ignore[arg-type]
    for_kinds = _with_kinds(plan, block, devices)
    for is_last in (False, True):
        for kind in (0, 1, 2):
            is_kind = ((pl.col("network") == "out-of-band") == is_last) & (pl.col("kind") == kind)
            up = for_kinds.filter(is_kind & ~pl.col("is_peer"))
            np.minimum.at(step, up["b_device"].to_numpy() - first, step[up["a_device"].to_numpy() - first])
    return devices.with_columns(step=pl.Series(step))


def _with_kinds(plan: Plan, block: str, devices: pl.DataFrame) -> pl.DataFrame:
    """Links of a block with kind (0 from an endpoint of the network, 1 leaf to spine, 2 spine to core) and step."""
    lower = devices.select(
        pl.col("device").alias("a_device"),
        pl.col("network").alias("a_network"),
        pl.col("tier").alias("a_tier"),
        *([pl.col("step")] if "step" in devices.columns else []),
    )
    has_step = "step" in devices.columns
    upper = devices.select(
        pl.col("device").alias("b_device"),
        pl.col("network").alias("b_network"),
        pl.col("tier").alias("b_tier"),
        *([pl.col("step").alias("b_step")] if has_step else []),
    )
    links = plan.fabric.links.frame.filter(block=block).join(lower, on="a_device", maintain_order="left")
    links = links.join(upper, on="b_device", maintain_order="left")
    is_peer = (pl.col("a_network") == pl.col("b_network")) & (pl.col("a_tier") == pl.col("b_tier"))
    kind = pl.when(pl.col("a_network") == pl.col("network")).then("a_tier").otherwise(0)
    links = links.with_columns(is_peer=is_peer, kind=kind)
    later = pl.max_horizontal("step", "b_step")  # a link between spines waits for both
    return links.with_columns(step=pl.when("is_peer").then(later).otherwise("step")) if has_step else links


def _growth_table(plan: Plan) -> ViewTable:
    frame = plan.fabric.growths.frame.select([column.name for column in GROWTH_COLUMNS])
    return ViewTable("Growth beyond the target", GROWTH_COLUMNS, tuple(frame.iter_rows()), GROWTH_NOTE)


FABRIC_GROWTH = View(
    "fabric_growth",
    "Networks filled and grown",
    "Which switches and trunks does each tranche need by when, and what does growing beyond the target take?",
    _show,
    in_report=False,
)
