"""What changes between two revisions, which tranche gets which, and what becomes of parts that go out?

A change is two configurations (`OLD:NEW`, each tranche is of one of them), one configuration whose rows name tranches
(`ITEM`: as built for the others against its first revision), or one item whose structure has dates (`ITEM`: its first
day against its last). Parts that go out are used up where another parent takes them; what is then
left is used as is, reworked or scrapped, as the row of the old structure says (`on_change`, `rework_cost`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.bom.rollup import rolled_cost_cent, rolled_mass_g, rolled_power_w, where_used
from rackwright.bom.structure import by_parent, effective_rows, rows_of_table
from rackwright.plan import Plan
from rackwright.program.by_tranche import revision_id
from rackwright.program.supply import BomRow
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted

__all__ = ["engineering_change"]

CENTS, GRAMS = 100.0, 1000.0
BETWEEN = ":"
NEARLY = 1e-9
CUT_IN_COLUMNS = ["tranche", "configuration", "racks", "need_day", "state"]


@dataclass(frozen=True)
class _Revision:
    """One side of a change: an item on a day."""

    item: str
    day: int

    def lines(self, plan: Plan) -> dict[str, float]:
        """Direct components with their pieces, scrap included."""
        rows = by_parent(rows_of_table(plan.bom.structure)).get(self.item, ())
        found: dict[str, float] = {}
        for row in effective_rows(rows, self.day):
            found[row.component] = found.get(row.component, 0.0) + row.qty * (1.0 + row.scrap_share)
        return found


def engineering_change(plan: Plan, thing: str) -> Shown:
    """The change between two items, or between the first and the last day of one.

    Raises
    ------
    InputError
        The bill of materials has no such item.
    """
    names = thing.split(BETWEEN)
    known = set(plan.bom.items["item"].to_list())
    for name in names:
        if name not in known:
            rule = f'the bill of materials has no item "{name}".'
            repair = did_you_mean(name, known) or "Name two revisions as OLD:NEW, or one item with dated rows."
            raise InputError([Problem("unknown-thing", Place(path=thing), rule, repair)])
    names = _against_revision(plan, names)
    days = (0, 0) if len(names) > 1 else (0, plan.program.horizon.num_days - 1)
    old, new = _Revision(names[0], days[0]), _Revision(names[-1], days[1])
    rows = _difference(plan, old.lines(plan), new.lines(plan))
    out = {str(row[0]) for row in rows if row[3] == "goes out" or row[3] == "less"}
    tables = (
        _line_table(rows),
        _roll_table(plan, old, new),
        _dated_table(plan, names[0]) if len(names) == 1 else _tranche_table(plan, old, _revisions(plan, names)),
        _disposition_table(plan, old.item, out),
    )
    lead = f"{counted(len(rows), 'line')} of {names[0]} change{'s' if len(rows) == 1 else ''}"
    lead += f" to {names[-1]}." if len(names) > 1 else " over the plan."
    return Shown(lead, tuple(table for table in tables if table.rows))


def _against_revision(plan: Plan, names: list[str]) -> list[str]:
    """One item that rows by tranche revise stands against its first revision; everything else as asked."""
    return _revisions(plan, names)[:2] if len(names) == 1 else names


def _revisions(plan: Plan, names: list[str]) -> list[str]:
    """The items asked for, with every revision by tranche of the first, in the order of need."""
    known = set(plan.bom.items["item"].to_list())
    order = plan.siting.tranches.frame.sort("need_day", "tranche")["tranche"].to_list()
    own = [revision_id(names[0], tranche) for tranche in order]
    return list(dict.fromkeys([*names, *(name for name in own if name in known)]))


def _difference(plan: Plan, old: Mapping[str, float], new: Mapping[str, float]) -> list[tuple[Cell, ...]]:
    cents = dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows())
    rows: list[tuple[Cell, ...]] = []
    for item in sorted({*old, *new}):
        a, b = old.get(item, 0.0), new.get(item, 0.0)
        if abs(a - b) > NEARLY:
            what = "comes in" if a == 0 else "goes out" if b == 0 else "more" if b > a else "less"
            rows.append((item, a, b, what, (b - a) * cents.get(item, 0) / CENTS))
    return rows


def _line_table(rows: list[tuple[Cell, ...]]) -> ViewTable:
    columns = (
        TableColumn("item", "Component"),
        TableColumn("before", "Before", "", 2),
        TableColumn("after", "After", "", 2),
        TableColumn("what", "Change"),
        TableColumn("cost_usd", "Cost of one changes by", "USD", 0),
    )
    return ViewTable("Engineering change", columns, tuple(rows), "Direct components, scrap included.")


def _roll_table(plan: Plan, old: _Revision, new: _Revision) -> ViewTable:
    """Cost, mass and electric load of one, rolled up."""
    sides = [
        (
            rolled_cost_cent(plan.bom, side.item, day=side.day) / CENTS,
            rolled_mass_g(plan.bom, side.item, day=side.day) / GRAMS,
            float(rolled_power_w(plan.bom, side.item, day=side.day)),
        )
        for side in (old, new)
    ]
    labels = ("Cost of parts [USD]", "Mass of parts [kg]", "Electric load of parts [W]")
    rows = tuple((label, a, b, b - a) for label, a, b in zip(labels, *sides, strict=True))
    columns = (
        TableColumn("figure", "Rolled up"),
        TableColumn("before", "Before", "", 0),
        TableColumn("after", "After", "", 0),
        TableColumn("change", "Change", "", 0),
    )
    return ViewTable("Roll-ups", columns, rows)


def _tranche_table(plan: Plan, old: _Revision, names: list[str]) -> ViewTable:
    """Cut-in: the tranches of each revision in the order of their need, with what one takes otherwise."""
    gets = {rack: name for name in names for rack in (name, *(use.parent for use in where_used(plan.bom, name)))}
    frame = plan.siting.tranches.frame.filter(pl.col("configuration").is_in(list(gets))).sort("need_day", "tranche")
    date, before = plan.program.horizon.date, old.lines(plan)
    accepted = _accepted(plan)
    changed = {name: _changed_text(before, _Revision(name, old.day).lines(plan)) for name in names}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, gets[sku], changed[gets[sku]], racks, date(need), *accepted.get(name, ("", "")), state)
        for name, sku, racks, need, state in frame.select(CUT_IN_COLUMNS).iter_rows()
    )  # fmt: skip
    columns = (
        TableColumn("tranche", "Tranche"),
        TableColumn("configuration", "Gets"),
        TableColumn("changed", "Pieces in one that change"),
        TableColumn("racks", "Racks"),
        TableColumn("need", "Need"),
        TableColumn("first", "First accepted by"),
        TableColumn("last", "Last by"),
        TableColumn("state", "State"),
    )
    return ViewTable("Cut-in by tranche", columns, rows)


def _changed_text(before: Mapping[str, float], after: Mapping[str, float]) -> str:
    """What one takes otherwise, in pieces; empty where nothing changes."""
    parts = sorted(item for item in {*before, *after} if abs(before.get(item, 0.0) - after.get(item, 0.0)) > NEARLY)
    return ", ".join(f"{item} {before.get(item, 0.0):g} -> {after.get(item, 0.0):g}" for item in parts)


def _accepted(plan: Plan) -> dict[str, tuple[str, str]]:
    """Ends of the first and the last bucket in which racks of each tranche are accepted."""
    ends = dict(plan.supply.buckets.frame.select("bucket", "end_day").iter_rows())
    days: dict[str, list[int]] = {}
    for tranche, bucket, racks in plan.supply.deployments.frame.select("tranche", "bucket", "racks").iter_rows():
        if racks > NEARLY:
            days.setdefault(tranche, []).append(ends[bucket])
    date = plan.program.horizon.date
    return {tranche: (str(date(min(found))), str(date(max(found)))) for tranche, found in days.items()}


def _dated_table(plan: Plan, item: str) -> ViewTable:
    """Rows that begin or end within the plan, and the units started before and after that day."""
    end, date = plan.program.horizon.num_days, plan.program.horizon.date
    starts = [
        (day, qty)
        for kind, made, day, qty in plan.supply.orders.frame.select("kind", "item", "start_day", "qty").iter_rows()
        if kind == "make" and made == item
    ]
    rows: list[tuple[Cell, ...]] = []
    for row in by_parent(rows_of_table(plan.bom.structure)).get(item, ()):
        for day, what in ((row.from_day, "comes in"), (row.to_day, "goes out")):
            if 0 < day < end:
                before = sum(qty for start, qty in starts if start < day)
                after = sum(qty for start, qty in starts if start >= day)
                rows.append((date(day), what, row.component, row.qty, row.group, before, after))
    rows.sort(key=lambda cells: (str(cells[0]), str(cells[1]), str(cells[2])))
    columns = (
        TableColumn("date", "On"),
        TableColumn("what", "Change"),
        TableColumn("component", "Component"),
        TableColumn("qty", "Pieces", "", 2),
        TableColumn("group", "Alternate group"),
        TableColumn("before", "Units started before", "", 0),
        TableColumn("after", "and after", "", 0),
    )
    return ViewTable("Cut-in by date", columns, tuple(rows))


def _disposition_table(plan: Plan, parent: str, items: set[str]) -> ViewTable:
    """Stock and orders of what goes out, what the plan still uses of it, and what becomes of the rest."""
    rules = {row.component: row for row in plan.program.supply.bom if row.parent == parent}
    cents = dict(plan.bom.items.frame.select("item", "cost_cent").iter_rows())
    supply = plan.program.supply
    used: dict[str, float] = {}
    for item, qty in plan.supply.takes.frame.select("item", "qty").iter_rows():
        used[item] = used.get(item, 0.0) + qty
    rows: list[tuple[Cell, ...]] = []
    for item in sorted(items):
        held = sum(row.qty for row in supply.stock if row.item == item)
        coming = sum(row.qty for row in supply.open_orders if row.item == item)
        others = sorted({use.parent for use in where_used(plan.bom, item) if use.depth == 1} - {parent})
        rest = max(0.0, held + coming - used.get(item, 0.0))
        what, cost = _fate(rules.get(item), rest, cents.get(item, 0) / CENTS)
        rows.append((item, held, coming, used.get(item, 0.0), ", ".join(others[:3]), rest, what, cost))
    columns = (
        TableColumn("item", "Goes out"),
        TableColumn("on_hand", "On hand", "", 0),
        TableColumn("on_order", "On order", "", 0),
        TableColumn("used", "Used in the plan", "", 0),
        TableColumn("elsewhere", "Also used in"),
        TableColumn("rest", "Left", "", 0),
        TableColumn("fate", "Disposition"),
        TableColumn("cost_usd", "Costs", "USD", 0),
    )
    return ViewTable("Use as is, rework, scrap", columns, tuple(rows), "On hand and on order less what the plan uses.")


def _fate(rule: BomRow | None, pieces: float, unit_usd: float) -> tuple[str, float]:
    if pieces <= 0:
        return "used up", 0.0
    if rule is None or rule.on_change == "use-as-is":
        return "use as is", 0.0
    if rule.on_change == "rework":
        return "rework", pieces * rule.rework_cost.value
    return "scrap", pieces * unit_usd
