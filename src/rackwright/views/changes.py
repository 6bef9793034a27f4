"""Which cables and racks does a new plan add, move, replace and remove, end by end, and what do the cables cost?

A cable is the same if it joins the same two ports. It is *moved* if its assembly stays and an end goes elsewhere: to
another port, or with its rack; *replaced* if the new plan needs another part or a longer one between or from its ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from rackwright.asbuilt import device_names
from rackwright.cabling import rack_label
from rackwright.plan import Plan
from rackwright.views.cable_ends import cable_costs_cent, cable_ends, whole_assemblies
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted

__all__ = ["ACTIONS", "Changes", "changes_shown", "find_changes"]

ACTIONS = ("add", "move", "replace", "remove")
ENDS = ("a_name", "a_port", "b_name", "b_port")
CENT_PER_USD = 100.0
CABLE_COLUMNS = (
    TableColumn("rack", "At rack"),
    TableColumn("action", "Action"),
    TableColumn("released", "Released"),
    TableColumn("network", "Network"),
    TableColumn("from_before", "From, before"),
    TableColumn("to_before", "To, before"),
    TableColumn("from_after", "From, after"),
    TableColumn("to_after", "To, after"),
    TableColumn("part", "Part"),
    TableColumn("length_m", "Length", "m", 1),
    TableColumn("cost_usd", "Cost", "USD", 2),
    TableColumn("cable", "Cable"),
)
RACK_COLUMNS = (
    TableColumn("action", "Action"),
    TableColumn("released", "Released"),
    TableColumn("block", "Block"),
    TableColumn("role", "Role"),
    TableColumn("rack", "Rack"),
    TableColumn("before", "Before"),
    TableColumn("after", "After"),
)
WORK_COLUMNS = (TableColumn("rack", "At rack"), *(TableColumn(name, name.capitalize()) for name in ACTIONS))


@dataclass(frozen=True)
class Changes:
    """Work that leads from one plan to another.

    Parameters
    ----------
    cables
        The columns of the shown table; `released` is True for a cable of a tranche that is released by now.
    racks
        action, released, block, role, rack, before and after (rack labels).
    """

    cables: pl.DataFrame
    racks: pl.DataFrame

    def count(self, action: str) -> int:
        """Cables with an action."""
        return int((self.cables["action"] == action).sum())

    @property
    def num_released(self) -> int:
        """Cables of released tranches among them."""
        return int(self.cables["released"].sum())


def find_changes(before: Plan, after: Plan) -> Changes:
    """Every cable and rack that one plan has otherwise than the other, by the rack at which the work is done."""
    frozen = _frozen_units(before, after)
    old, new = _named(before, frozen), _named(after, frozen)
    both = old.join(new, on=ENDS, how="inner", suffix="_new", maintain_order="left")
    gone, come = old.join(new, on=ENDS, how="anti"), new.join(old, on=ENDS, how="anti")
    re_plugged = []
    for port in (["a_name", "a_port"], ["b_name", "b_port"]):
        pairs = gone.join(come, on=port, how="inner", suffix="_new", maintain_order="left")
        re_plugged.append(pairs)
        gone = gone.join(pairs.select("cable"), on="cable", how="anti")
        come = come.join(pairs.select(cable="cable_new"), on="cable", how="anti")
    kept = pl.concat([_pairs(frame) for frame in (both, *re_plugged)])
    cables = pl.concat([kept, _alone(come, "add"), _alone(gone, "remove")])
    ordered = cables.with_columns(pl.col("cable").cast(pl.String)).sort("rack", "action", "from_after", "from_before")
    return Changes(ordered, _racks(before, after, frozen))


def _frozen_units(before: Plan, after: Plan) -> pl.DataFrame:
    """Block and unit (-1 for what serves the whole block) of tranches of the earlier plan that are released by now."""
    states = after.siting.tranches.frame.select("tranche", now="state")
    rows = before.siting.tranches.frame.join(states, on="tranche", how="left")
    frozen = rows.filter(~pl.col("now").fill_null(pl.col("state")).is_in(["planned", "retired"]))
    ends = pl.int_ranges("first_unit", pl.col("first_unit") + pl.col("units"))
    units = frozen.select("block", unit=ends).explode("unit").drop_nulls().cast({"unit": pl.Int64})
    return pl.concat([units, units.select("block", unit=pl.lit(-1, dtype=pl.Int64))]).unique()


def _named(plan: Plan, frozen: pl.DataFrame) -> pl.DataFrame:
    """Cables with their ends, prices, and whether they belong to a released tranche."""
    ends = whole_assemblies(cable_ends(plan))
    ends = ends.with_columns(cable_costs_cent(plan, ends), unit=pl.col("unit").cast(pl.Int64))
    marked = ends.join(frozen.with_columns(released=pl.lit(value=True)), on=["block", "unit"], how="left")
    columns = ("cable", "network", *ENDS, "a_rack", "a_label", "b_label", "part", "length_mm", "cost_cent")
    return marked.select(*columns, pl.col("released").fill_null(value=False))


def _pairs(frame: pl.DataFrame) -> pl.DataFrame:
    """Cables of both plans that differ: moved, or replaced where part or length asks for it."""
    is_other = (pl.col("part") != pl.col("part_new")) | (pl.col("length_mm_new") > pl.col("length_mm"))
    is_moved = (pl.col("a_label") != pl.col("a_label_new")) | (pl.col("b_label") != pl.col("b_label_new"))
    return frame.filter(is_other | is_moved).select(
        rack="a_rack_new",
        action=pl.when(is_other).then(pl.lit("replace")).otherwise(pl.lit("move")),
        released="released",
        network="network",
        from_before="a_label",
        to_before="b_label",
        from_after="a_label_new",
        to_after="b_label_new",
        part="part_new",
        length_m=pl.when(is_other).then(pl.col("length_mm_new")).otherwise(pl.col("length_mm")) / 1000.0,
        cost_usd=pl.when(is_other).then(pl.col("cost_cent_new") / CENT_PER_USD).otherwise(0.0),
        cable="cable_new",
    )


def _alone(frame: pl.DataFrame, action: str) -> pl.DataFrame:
    """Cables of one plan only."""
    is_new = action == "add"
    ends = [pl.col("a_label"), pl.col("b_label")]
    none = [pl.lit("")] * 2
    before, after = (none, ends) if is_new else (ends, none)
    return frame.select(
        rack="a_rack",
        action=pl.lit(action),
        released=pl.lit(value=False) if is_new else pl.col("released"),
        network="network",
        from_before=before[0],
        to_before=before[1],
        from_after=after[0],
        to_after=after[1],
        part="part",
        length_m=pl.col("length_mm") / 1000.0,
        cost_usd=pl.col("cost_cent") / CENT_PER_USD if is_new else pl.lit(0.0),
        cable="cable",
    )


def _racks(before: Plan, after: Plan, frozen: pl.DataFrame) -> pl.DataFrame:
    """Racks that one plan has elsewhere than the other, or alone."""
    keys = ["block", "role", "name"]
    old, new = _rack_places(before), _rack_places(after)
    both = old.join(new, on=keys, how="full", coalesce=True, suffix="_new")
    changed = both.filter(pl.col("place").ne_missing(pl.col("place_new")))
    units = pl.col("unit").cast(pl.Int64)
    marked = changed.with_columns(unit=units).join(
        frozen.with_columns(released=pl.lit(value=True)), on=["block", "unit"], how="left"
    )
    is_added, is_removed = pl.col("place").is_null(), pl.col("place_new").is_null()
    return marked.select(
        action=pl.when(is_added).then(pl.lit("add")).when(is_removed).then(pl.lit("remove")).otherwise(pl.lit("move")),
        released=pl.col("released").fill_null(value=False),
        block="block",
        role="role",
        rack="name",
        before=pl.col("place").fill_null(""),
        after=pl.col("place_new").fill_null(""),
    ).sort("action", "block", "role", "before", "after")


def _rack_places(plan: Plan) -> pl.DataFrame:
    """Block, role, name, unit and place of each rack; a network rack is named by the first of its switches."""
    place = rack_label(pl.col("hall"), pl.col("row"), pl.col("position")).alias("place")
    racks = plan.layout.racks.frame.select("rack", "block", "role", "unit", "rack_index", place)
    switches = plan.fabric.devices.frame.filter(pl.col("tier") > 0).select("device")
    mounted = plan.layout.mounts.frame.join(switches, on="device").sort("device")
    first = mounted.group_by("rack", maintain_order=True).agg(pl.col("device").first())
    named = first.join(device_names(plan.fabric.devices), on="device").select("rack", switch="name")
    ordinal = pl.format("rack {}", pl.col("rack_index") + 1)
    name = pl.when(pl.col("role") == "network").then(pl.format("rack of {}", "switch")).otherwise(ordinal)
    return racks.join(named, on="rack", how="left").select("block", "role", name.alias("name"), "unit", "place")


def changes_shown(before: Plan, after: Plan) -> Shown:
    """The list a contractor works from: each cable with both ends, racks to move, and the work at each rack."""
    changes = find_changes(before, after)
    work = ", ".join(f"{changes.count(action):,} to {action}" for action in ACTIONS)
    cost_usd = float(changes.cables["cost_usd"].sum() or 0.0)
    racks = counted(changes.racks.filter(pl.col("action") == "move").height, "rack")
    lead = f"Cables: {work}; new ones cost {cost_usd:,.0f} USD. {racks} to move."
    if changes.num_released:
        lead += f" Attention: {counted(changes.num_released, 'cable')} of released tranches would be touched."
    return Shown(
        lead,
        (
            ViewTable("Cables to add, move, replace and remove", CABLE_COLUMNS, _rows(changes.cables)),
            ViewTable("Racks to add, move and remove", RACK_COLUMNS, _rows(changes.racks)),
            ViewTable("Work at each rack", WORK_COLUMNS, _work(changes.cables)),
        ),
    )


def _rows(frame: pl.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    return tuple(tuple(row) for row in frame.iter_rows())


def _work(cables: pl.DataFrame) -> tuple[tuple[Cell, ...], ...]:
    counts = [(pl.col("action") == action).sum().alias(action) for action in ACTIONS]
    return _rows(cables.group_by("rack", maintain_order=True).agg(counts))
