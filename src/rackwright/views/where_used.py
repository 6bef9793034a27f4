"""Where is an item used, from when to when, beside which alternates, and what does it add to a rack?"""

from __future__ import annotations

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.bom.rollup import leaf_quantities, origin_shares, rolled_cost_cent, rolled_mass_g, where_used
from rackwright.bom.structure import rows_of_table
from rackwright.plan import Plan
from rackwright.views.view import Cell, Shown, TableColumn, ViewTable, counted, percent

__all__ = ["where_used_shown"]

CENTS, GRAMS = 100.0, 1000.0
MOST_LEAVES = 40


def where_used_shown(plan: Plan, thing: str) -> Shown:
    """Parents of an item at every level, its direct rows with dates and alternates, its own components and roll-ups.

    Raises
    ------
    InputError
        The bill of materials has no such item.
    """
    items = {row["item"]: row for row in plan.bom.items.frame.iter_rows(named=True)}
    if thing not in items:
        rule = f'the bill of materials has no item "{thing}".'
        raise InputError([Problem("unknown-thing", Place(path=thing), rule, did_you_mean(thing, items))])
    uses = where_used(plan.bom, thing)
    skus = set(plan.siting.tranches["configuration"].to_list())
    racks = [use.parent for use in uses if use.parent in skus]
    total = dict(plan.bom.totals.frame.iter_rows()).get(thing, 0.0)
    cost, mass = rolled_cost_cent(plan.bom, thing) / CENTS, rolled_mass_g(plan.bom, thing) / GRAMS
    lead = (
        f"{thing} is used in {counted(len({use.parent for use in uses}), 'item')}, {counted(len(set(racks)), 'rack')} "
        f"among them; {total:,.0f} pieces are needed in all. One costs {cost:,.0f} USD and weighs {mass:,.1f} kg."
    )
    columns = (
        TableColumn("depth", "Levels up"),
        TableColumn("parent", "Used in"),
        TableColumn("qty", "Pieces in one", "", 2),
        TableColumn("needed", "of which needed", "", 0),
    )
    needed = dict(plan.bom.totals.frame.iter_rows())
    rows = tuple((use.depth, use.parent, use.qty, needed.get(use.parent, 0.0)) for use in uses)
    tables = (
        ViewTable("Used in", columns, rows, "Pieces without scrap; alternates side by side, so they do not add up."),
        _rows_table(plan, thing, title="Rows that name it", is_component=True),
        _rows_table(plan, thing, title="What it is made of", is_component=False),
        _leaves(plan, thing),
    )
    return Shown(lead, tuple(table for table in tables if table.rows))


def _rows_table(plan: Plan, thing: str, *, title: str, is_component: bool) -> ViewTable:
    """Structure rows with their dates, and for alternates their group, priority and rivals."""
    structure = rows_of_table(plan.bom.structure)
    date, end = plan.program.horizon.date, plan.program.horizon.num_days
    rows: list[tuple[Cell, ...]] = []
    for row in structure:
        if thing != (row.component if is_component else row.parent):
            continue
        rivals = [
            other.component
            for other in structure
            if row.group and (other.parent, other.group) == (row.parent, row.group) and other != row
        ]
        rows.append((row.parent, row.component, date(row.from_day), None if row.to_day >= end else date(row.to_day),
                     row.qty, row.scrap_share, row.group, row.priority if row.group else None,
                     ", ".join(rivals)))  # fmt: skip
    columns = (
        TableColumn("parent", "Parent"),
        TableColumn("component", "Component"),
        TableColumn("from", "From"),
        TableColumn("to", "Until"),
        TableColumn("qty", "Pieces", "", 2),
        TableColumn("scrap_share", "Scrap", digits=1, is_share=True),
        TableColumn("group", "Alternate group"),
        TableColumn("priority", "Priority"),
        TableColumn("rivals", "Alternates"),
    )
    note = "From: the later of its effective and its qualification date, the plan's first day at the earliest."
    return ViewTable(title, columns, tuple(rows), note)


def _leaves(plan: Plan, thing: str) -> ViewTable:
    """Lowest components of one piece with their share of its cost, the dearest first, and the cost by origin."""
    facts = {row["item"]: row for row in plan.bom.items.frame.iter_rows(named=True)}
    leaves = leaf_quantities(plan.bom, thing, day=0, with_scrap=True)
    worth = {leaf: qty * facts[leaf]["cost_cent"] / CENTS for leaf, qty in leaves.items() if leaf in facts}
    total = sum(worth.values())
    rows: list[tuple[Cell, ...]] = [
        (leaf, facts[leaf]["name"], leaves[leaf], worth[leaf], worth[leaf] / total if total else None,
         leaves[leaf] * facts[leaf]["mass_g"] / GRAMS, facts[leaf]["origin"])
        for leaf in sorted(worth, key=lambda name: (-worth[name], name))[:MOST_LEAVES]
        if leaf != thing
    ]  # fmt: skip
    columns = (
        TableColumn("item", "Lowest component"),
        TableColumn("name", "Name"),
        TableColumn("qty", "In one", "", 2),
        TableColumn("cost_usd", "Cost", "USD", 0),
        TableColumn("share", "of its cost", digits=1, is_share=True),
        TableColumn("mass_kg", "Mass", "kg", 1),
        TableColumn("origin", "Usual origin"),
    )
    origins = origin_shares(plan.bom, thing)
    note = "Cost by usual origin: " + ", ".join(f"{place or 'not known'} {percent(s)}" for place, s in origins.items())
    return ViewTable("Rolled up from", columns, tuple(rows), note if origins else "")
