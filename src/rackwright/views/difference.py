"""What changed between two plans, or two programs, said so that a person can act on it?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from rackwright.plan import Plan
from rackwright.program import Program
from rackwright.program.difference import diff_programs
from rackwright.scenarios.outcome import Outcomes, outcome_row
from rackwright.views.changes import ACTIONS, find_changes
from rackwright.views.exceptions import exception_table
from rackwright.views.proved import doubt_between
from rackwright.views.tranches import NEARLY
from rackwright.views.trunks import trunk_tables
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable

__all__ = ["diff_plans", "diff_programs_shown", "edit_table", "supply_changes"]

MOST_ROWS = 200
CHANGE = (
    TableColumn("what", "What"),
    TableColumn("before", "Before"),
    TableColumn("after", "After"),
    TableColumn("change", "Change"),
)
WHOLE_FROM = 1000.0
"""Numbers from here on are shown whole, smaller ones with four figures; a change below that is left out."""
SUPPLY_FIGURES = {"racks_accepted", "late_rack_days", "cost_cent", "duty_cent", "traced_us_share"}
"""Headline figures that the supply plan decides."""
SHOWN_UNITS = {"cent": ("MUSD", 100_000_000), "W": ("MW", 1_000_000)}
"""Unit of a stored figure -> unit that people read, and how many of the stored one it holds."""


def diff_programs_shown(before: Program, after: Program, *, seen_as: tuple[str, str] = ("", "")) -> Shown:
    """Edits between two programs, in program order; `seen_as` names the scenario as which each of them is seen."""
    changes = diff_programs(before, after)
    rows = tuple((change.path, _text(change.before), _text(change.after), "") for change in changes)
    words = "1 edit leads" if len(rows) == 1 else f"{len(rows)} edits lead"
    names = [f"{row.name}:{name}" if name else row.name for row, name in zip((before, after), seen_as, strict=True)]
    lead = f"{words} from {names[0]} to {names[1]}." if rows else "The programs are equal."
    return Shown(lead, (ViewTable("Program edits", CHANGE, rows),) if rows else ())


def _text(value: object) -> str:
    return "" if value is None else str(value)


def diff_plans(before: Plan, after: Plan) -> Shown:
    """What moved in demand, racks, cables, parts, dates, cost and content; and the program edits behind it."""
    doubt = doubt_between(before, after)
    tables = [_outcomes(before, after, is_told=not doubt.hides), *_design_changes(before, after)]
    if not doubt.hides:
        tables += [*_supply_rows(before, after), exception_table(before, after)]
    tables.append(edit_table(before, after))
    moved = [table for table in tables if table.rows]
    words = ", ".join(f"{table.title.lower()} {len(table.rows)}" for table in moved)
    lead = f"Changed: {words}." if moved else "The plans are equal."
    return Shown(" ".join([lead, doubt.text]).strip(), tuple(moved))


def edit_table(before: Plan, after: Plan) -> ViewTable:
    """Edits of the program behind a change of plans."""
    edits = diff_programs(before.program, after.program)
    rows = tuple((e.path, _text(e.before), _text(e.after), "") for e in edits)
    return ViewTable("Program edits behind it", CHANGE, rows)


def supply_changes(before: Plan, after: Plan) -> tuple[ViewTable, ...]:
    """Headline figures, racks, dates, orders and content that differ; nothing about the design."""
    tables = (
        _outcomes(before, after),
        _acceptance(before, after),
        _compared(before, after, "Racks of blocks", "siting.blocks", "racks"),
        _compared(before, after, "Tranche need days", "siting.tranches", "need_day", dated=True),
        _compared(before, after, "Gates at P80", "schedule.gates", "p80_day", dated=True),
        _bought(before, after),
        _compared(before, after, "Traced US value share", "supply.content", "share"),
        edit_table(before, after),
    )
    return tuple(table for table in tables if table.rows)


def _outcomes(before: Plan, after: Plan, *, is_told: bool = True) -> ViewTable:
    """Headline figures that differ; those of supply only where an effect can be told."""
    left_out = {"scenario", "name", "probability"} | (set() if is_told else SUPPLY_FIGURES)
    one, two = outcome_row(before, "before", "", None), outcome_row(after, "after", "", None)
    rows = []
    for (name, column), a, b in zip(Outcomes.columns.items(), one, two, strict=True):
        if name in left_out or a == b:
            continue
        unit, size = SHOWN_UNITS.get(column.unit, (column.unit, 0))
        shown = _in_large_unit(a, size), _in_large_unit(b, size)
        if shown[0] == shown[1]:
            continue
        step = b - a if isinstance(a, int | float) and isinstance(b, int | float) else None
        name = f"{column.meaning} [{unit}]" if unit else column.meaning
        rows.append((name, *shown, _in_large_unit(step, size, sign=True)))
    return ViewTable("Headline figures", CHANGE, tuple(rows))


def _in_large_unit(value: object, size: int, *, sign: bool = False) -> str:
    """A figure with three decimals of the unit that people read; as it is where that unit has no size."""
    if not size or not isinstance(value, int | float):
        return _num(value, sign=sign)
    return f"{value / size:+,.3f}" if sign else f"{value / size:,.3f}"


def _num(value: object, *, sign: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        form = ",.0f" if abs(value) >= WHOLE_FROM else ",.4g"
        return f"{value:{'+' if sign else ''}{form}}"
    return f"{value:+,}" if sign else f"{value:,}"


def _design_changes(before: Plan, after: Plan) -> Iterator[ViewTable]:
    """Tables of the stages before supply, compared row by row on the columns a person acts on."""
    yield _compared(before, after, "Demand [accelerators, p90]", "sizing.needs", "accels_p90")
    yield _compared(before, after, "Racks of blocks", "siting.blocks", "racks")
    yield _compared(before, after, "Tranche need days", "siting.tranches", "need_day", dated=True)
    yield _work(before, after)
    yield from trunk_tables(before, after)
    yield _compared(before, after, "Cable assemblies", "cabling.assemblies", "count")
    yield _compared(before, after, "Parts over the horizon", "bom.totals", "qty")
    yield _compared(before, after, "Gates at P80", "schedule.gates", "p80_day", dated=True)


def _supply_rows(before: Plan, after: Plan) -> Iterator[ViewTable]:
    """What the supply plan decides, in the same way."""
    yield _acceptance(before, after)
    yield _bought(before, after)
    yield _compared(before, after, "Traced US value share", "supply.content", "share")


def _work(before: Plan, after: Plan) -> ViewTable:
    """Cables and racks to touch, in all and of released tranches."""
    changes = find_changes(before, after)
    counts = [(f"cables to {action}", changes.count(action)) for action in ACTIONS]
    counts.append(("cables of released tranches touched", changes.num_released))
    counts.append(("racks to move", changes.racks.filter(pl.col("action") == "move").height))
    rows = tuple((name, "", f"{count:,}", "") for name, count in counts if count)
    return ViewTable("Work on cables and racks", CHANGE, rows, "each of them: rackwright diff OLD NEW --cables")


def _compared(before: Plan, after: Plan, title: str, table: str, column: str, *, dated: bool = False) -> ViewTable:
    """Rows of one table whose column differs, with added and removed rows."""
    one, two = before.table(table), after.table(table)
    keys = type(one).keys()
    frames = [plan_table.frame.select(*keys, pl.col(column)) for plan_table in (one, two)]
    return _joined(title, frames[0], frames[1], keys, (before, after) if dated else None)


def _joined(
    title: str, one: pl.DataFrame, two: pl.DataFrame, keys: list[str], plans: tuple[Plan, Plan] | None
) -> ViewTable:
    value = next(name for name in one.columns if name not in keys)
    both = one.join(two, on=keys, how="full", coalesce=True, suffix="_after").sort(keys)
    changed = both.filter(pl.col(value).ne_missing(pl.col(f"{value}_after")))
    rows: list[tuple[Cell, ...]] = []
    for row in changed.iter_rows(named=True):
        a, b = row[value], row[f"{value}_after"]
        if a is not None and b is not None and _num(a) == _num(b):
            continue
        name = " ".join(_key_text(key, row[key]) for key in keys)
        step = "added" if a is None else "removed" if b is None else _step(a, b, dated=plans is not None)
        rows.append((name, _day(a, plans, 0), _day(b, plans, 1), step))
    note = f"{len(rows) - MOST_ROWS:,} more" if len(rows) > MOST_ROWS else ""
    return ViewTable(title, CHANGE, tuple(rows[:MOST_ROWS]), note)


def _key_text(key: str, value: object) -> str:
    """A key as people read it: lengths in metres."""
    return f"{value / 1000:g} m" if key.endswith("_mm") and isinstance(value, int | float) else str(value)


def _step(a: float, b: float, *, dated: bool) -> str:
    return f"{b - a:+d} days" if dated else _num(b - a, sign=True)


def _day(value: object, plans: tuple[Plan, Plan] | None, which: int) -> str:
    if value is None or plans is None or not isinstance(value, int):
        return "" if value is None else _num(value)
    return plans[which].program.horizon.date(value).isoformat()


def _acceptance(before: Plan, after: Plan) -> ViewTable:
    """Day by which each tranche is accepted in full; empty where it is not within the horizon."""
    frames = [_full_days(plan) for plan in (before, after)]
    return _joined("Tranches accepted in full", frames[0], frames[1], ["tranche"], (before, after))


def _full_days(plan: Plan) -> pl.DataFrame:
    racks = plan.siting.tranches.frame.select("tranche", pl.col("racks").alias("all_racks"))
    ends = plan.supply.buckets.frame.select("bucket", "end_day")
    rows = plan.supply.deployments.frame.join(racks, on="tranche").join(ends, on="bucket")
    full = rows.filter(pl.col("cumulative") >= pl.col("all_racks") - NEARLY)
    return full.sort("tranche", "end_day").group_by("tranche", maintain_order=True).agg(pl.col("end_day").first())


def _bought(before: Plan, after: Plan) -> ViewTable:
    """Pieces bought by item and supplier: what to order more or less of."""
    frames = []
    for plan in (before, after):
        orders = plan.supply.orders.frame.filter(pl.col("kind") == "buy")
        grouped = orders.group_by("item", "source", maintain_order=True).agg(pl.col("qty").sum().round(3))
        frames.append(grouped.sort("item", "source"))
    return _joined("Orders by item and supplier", frames[0], frames[1], ["item", "source"], None)
