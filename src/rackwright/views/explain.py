"""Why is this number what it is? A walk from a result to its formula, its inputs, the facts below and their sources.

A column declares its formula and inputs; the walk follows them, row by row, along columns of the same name. Nothing is
traced at run time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.table import Column, Table
from rackwright.plan import Plan
from rackwright.views.cable_ends import cable_ends, find_cable
from rackwright.views.panel_ways import panel_ways, way_text
from rackwright.views.reason import Reason, explain_text, told_once
from rackwright.views.supply_reasons import causes_of_tranche, gate_reason, item_sources, order_reason

__all__ = ["Reason", "explain", "explain_text"]

THING = re.compile(r"^(?P<stage>[a-z]+)\.(?P<table>\w+)\.(?P<column>\w+)(?:\[(?P<keys>[^\]]*)\])?$")
MOST_ROWS = 4
MOST_DEPTH = 5
MOST_ASSUMED, MOST_SOURCED = 8, 6
STAGES_OF_PARTS = frozenset({"bom", "siting", "supply"})
"""Stages whose facts are each about one part: facts about other parts say nothing about a row."""

# What a person asks about -> the columns that tell its story, and the column that holds its id.
STORIES: dict[str, tuple[tuple[str, str], ...]] = {
    "workload": (
        ("sizing.needs.accels_p90", "workload"),
        ("sizing.rates.per_rack_p50", "workload"),
        ("sizing.choices.binding", "workload"),
        ("sizing.skipped.reason", "workload"),
        ("supply.served.rate", "workload"),
    ),
    "block": (
        ("siting.blocks.units", "block"),
        ("siting.shortfalls.cause", "block"),
        ("fabric.designs.leaves", "block"),
        ("siting.tranches.racks", "block"),
    ),
    "tranche": (
        ("siting.tranches.need_day", "tranche"),
        ("siting.tranches.racks", "tranche"),
        ("supply.deployments.cumulative", "tranche"),
        ("supply.causes.late_days", "demand"),
    ),
    "item": (
        ("bom.totals.qty", "item"),
        ("bom.items.cost_cent", "item"),
        ("supply.orders.qty", "item"),
        ("supply.unsourced.reason", "item"),
    ),
    "site": (
        ("power.balances.pue", "site"),
        ("power.balances.pue_year", "site"),
        ("power.balances.facility_w", "site"),
        ("siting.envelopes.it_w", "site"),
    ),
    "hall": (("cooling.loops.flow_lpm", "hall"), ("cooling.responses.w_per_w_heat", "hall")),
    "gate": (("schedule.gates.p80_day", "gate"), ("schedule.gates.cause", "gate")),
    "activity": (("schedule.activities.start_day", "activity"), ("schedule.activities.driver", "activity")),
    "element": (("power.loads.worst_w", "element"), ("power.elements.rating_w", "element")),
    "cable": (("cabling.cables.length_mm", "cable"), ("cabling.cables.part", "cable")),
}


def explain(plan: Plan, thing: str) -> Reason:
    """Explain a column, a row of a column, or a named thing.

    Parameters
    ----------
    plan
        The plan.
    thing
        `stage.table.column`, `stage.table.column[key=value,...]`, or `kind:NAME` with a kind of `STORIES`.

    Raises
    ------
    InputError
        Nothing of that name is in the plan.
    """
    return told_once(_explained(plan, thing))


def _explained(plan: Plan, thing: str) -> Reason:
    kind, _, name = thing.partition(":")
    if kind == "cable" and name:
        return _cable_story(plan, name)
    if kind == "order" and name:
        return _order_story(plan, name)
    if kind in STORIES and name:
        return _story(plan, kind, name)
    match = THING.match(thing)
    if match is None:
        kinds = ", ".join(f"{kind}:NAME" for kind in (*STORIES, "order"))
        raise _unknown(thing, f"Write stage.table.column[key=value], or one of {kinds}.")
    keys = dict(part.partition("=")[::2] for part in (match["keys"] or "").split(",") if part)
    keys = {key.strip(): value.strip() for key, value in keys.items()}
    _check_keys(plan.table(f"{match['stage']}.{match['table']}"), keys, thing)
    return _walk(plan, (match["stage"], match["table"], match["column"]), keys, MOST_DEPTH)


def _check_keys(table: Table, keys: dict[str, str], thing: str) -> None:
    """Refuse a condition on a column the table has not, and conditions no row of it meets."""
    rows = table.frame
    for key, value in keys.items():
        if key not in rows.columns:
            raise _unknown(thing, f'The table has no column "{key}". {did_you_mean(key, rows.columns)}')
        known = rows[key].cast(pl.String).drop_nulls().unique().to_list()
        rows = rows.filter(pl.col(key).cast(pl.String) == value)
        if not rows.height:
            raise _unknown(thing, f'No such row has {key} "{value}". {did_you_mean(value, known)}'.rstrip())


def _unknown(thing: str, repair: str) -> InputError:
    return InputError([Problem("unknown-thing", Place(path=thing), f'"{thing}" is not in this plan.', repair)])


def _order_story(plan: Plan, text: str) -> Reason:
    """An order by its number."""
    found = order_reason(plan, int(text)) if text.isdigit() else None
    if found is None:
        raise _unknown(f"order:{text}", "Orders are numbered as in the table supply.orders.")
    return found


def _behind(plan: Plan, kind: str, name: str) -> tuple[Reason, ...]:
    """What a story rests on beyond the columns of stages: sources of an item, what drives a gate."""
    if kind == "item":
        return item_sources(plan, name)
    return gate_reason(plan, name).below if kind == "gate" else ()


def _cable_story(plan: Plan, text: str) -> Reason:
    """A cable by the label on one of its ends, by one end, or by its number."""
    number = find_cable(plan, text)
    rows = plan.cabling.cables.frame.filter(pl.col("cable") == (-1 if number is None else number))
    if not rows.height:
        raise _unknown(f"cable:{text}", "Write a label of the cut-sheet, one end of it, or the cable's number.")
    ends = cable_ends(plan).filter(pl.col("cable") == number).row(0, named=True)
    story = _story(plan, "cable", str(number))
    joins = Reason("joins", f"{ends['a_name']} p{ends['a_port'] + 1} and {ends['b_name']} p{ends['b_port'] + 1}")
    below = (joins, *_way(plan, int(ends["cable"])), *story.below)
    return replace(story, name=f"cable {ends['label_a']}", value=f"number {number}", below=below)


def _way(plan: Plan, number: int) -> tuple[Reason, ...]:
    """The way of a link through patch panels, with the light lost on it; nothing for a cable from end to end."""
    rows = panel_ways(plan).filter(cable=number) if len(plan.cabling.channels) else pl.DataFrame()
    if not len(rows):
        return ()
    row = rows.with_columns(way=way_text(pl.col("trunk"))).row(0, named=True)
    lost = f"{row['loss_db']:.2f} dB lost of {row['budget_db']:g} dB allowed"
    lower, upper = (f"{row[f'{side}_polarity']} {row[f'{side}_jumper_mm'] / 1000:g} m" for side in ("a", "b"))
    jumpers = f"jumpers {lower} and {upper}"
    return (Reason("runs through", f"{row['way']}; {jumpers}; {lost}"),)


def _story(plan: Plan, kind: str, name: str) -> Reason:
    known: set[str] = set()
    steps = []
    for path, key in STORIES[kind]:
        stage, table, column = path.split(".")
        frame = plan.table(f"{stage}.{table}").frame
        known.update(str(value) for value in frame[key].unique().to_list())
        if frame.filter(pl.col(key).cast(pl.String) == name).height:
            steps.append(_walk(plan, (stage, table, column), {key: name, kind: name}, MOST_DEPTH))
    if not steps:
        raise _unknown(f"{kind}:{name}", did_you_mean(name, known))
    return Reason(f"{kind} {name}", "", below=(*steps, *_behind(plan, kind, name)))


def _walk(plan: Plan, where: tuple[str, str, str], keys: dict[str, str], depth: int) -> Reason:
    """One column for the rows that match the keys, and what it rests on."""
    stage, table_name, column_name = where
    table = plan.table(f"{stage}.{table_name}")
    column = type(table).columns.get(column_name)
    if column is None:
        raise _unknown(".".join(where), did_you_mean(column_name, type(table).columns))
    rows = _matching(table, keys)
    pinned = {key: value for key, value in keys.items() if key not in rows.columns} | _pinned(rows)
    below = tuple(_inputs(plan, stage, column, pinned, depth)) if depth else ()
    below += _cause_of_row(plan, f"{stage}.{table_name}", rows) if depth == MOST_DEPTH else ()
    facts = tuple(_facts(plan, stage, _subjects(plan, rows, keys))) if depth == MOST_DEPTH else ()
    shown = [f"{key}={value}" for key, value in keys.items() if key in rows.columns]
    name = ".".join(where) + (f"[{', '.join(shown)}]" if shown else "")
    return Reason(name, _values(plan, rows, type(table), column), column.meaning, column.formula, below + facts)


def _cause_of_row(plan: Plan, table: str, rows: pl.DataFrame) -> tuple[Reason, ...]:
    """What one row of orders or causes leads on to."""
    if table == "supply.orders" and rows.height == 1:
        order = order_reason(plan, int(rows["order"][0]))
        return () if order is None else order.below
    demands = rows["demand"].unique().to_list() if table == "supply.causes" else []
    held = {f"held by {name}" for name in rows["constraint"].to_list()} if demands else set()
    return tuple(reason for name in demands[:1] for reason in causes_of_tranche(plan, name) if reason.name in held)


def _matching(table: Table, keys: dict[str, str]) -> pl.DataFrame:
    rows = table.frame
    for key, value in keys.items():
        if key in rows.columns:
            rows = rows.filter(pl.col(key).cast(pl.String) == value)
    return rows


def _values(plan: Plan, rows: pl.DataFrame, kind: type[Table], column: Column) -> str:
    """The column's values in these rows, each with its keys; many rows are counted and summed up."""
    if not rows.height:
        return "no row"
    values = rows[column.name]
    if rows.height > MOST_ROWS and values.dtype.is_numeric():
        low, high = (_measure(plan, column, value) for value in (values.min(), values.max()))
        return f"{rows.height:,} rows, {low} to {high}"
    if rows.height > MOST_ROWS:
        return f"{rows.height:,} rows"
    names = [key for key in kind.keys() if rows[key].n_unique() > 1]  # noqa: SIM118 - keys() of a Table class
    parts = []
    for row in rows.iter_rows(named=True):
        label = ", ".join(f"{name} {_measure(plan, kind.columns[name], row[name])}" for name in names)
        text = _measure(plan, column, row[column.name])
        parts.append(f"{label}: {text}" if label else text)
    return "; ".join(parts)


def _measure(plan: Plan, column: Column, value: object) -> str:
    """A value with its unit; a day of the horizon as its date."""
    if column.unit == "day" and column.name.endswith("day") and isinstance(value, int):
        return plan.program.horizon.date(value).isoformat()
    return f"{_number(value)} {column.unit}".rstrip()


def _number(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _pinned(rows: pl.DataFrame) -> dict[str, str]:
    """Columns in which all rows agree, with the one value."""
    return {name: str(rows[name][0]) for name in rows.columns if rows.height and rows[name].n_unique() == 1}


def _inputs(plan: Plan, stage: str, column: Column, pinned: dict[str, str], depth: int) -> Iterator[Reason]:
    for text in column.inputs:
        if text.startswith("fact:"):
            yield from _named_facts(plan, text.removeprefix("fact:"))
        elif text.startswith("program:"):
            yield Reason(text, _program_value(plan, text.removeprefix("program:")), "given in the program")
        else:
            parts = text.split(".")
            where = (stage, parts[0], parts[1]) if len(parts) == 2 else (parts[0], parts[1], parts[2])
            kind = type(plan.table(f"{where[0]}.{where[1]}"))
            keys = {name: value for name, value in pinned.items() if name in kind.columns and name != where[2]}
            named = {name: value for name, value in keys.items() if kind.columns[name].key or name in STORIES}
            yield _walk(plan, where, named, depth - 1)


def _named_facts(plan: Plan, name: str) -> Iterator[Reason]:
    frame = plan.facts.frame
    found = frame.filter(
        (pl.col("fact") == name) | pl.col("fact").str.ends_with(f".{name.rsplit('.', maxsplit=1)[-1]}")
    )
    for row in found.unique("fact", maintain_order=True).head(MOST_ROWS).iter_rows(named=True):
        yield _fact_reason(row)


def _subjects(plan: Plan, rows: pl.DataFrame, keys: dict[str, str]) -> set[str]:
    """What the rows are about: names in them, and the catalog parts these items are."""
    named = set(keys.values())
    if rows.height <= MOST_ROWS:
        for column in rows.select(pl.col(pl.String)).iter_columns():
            named.update(column.drop_nulls().to_list())
    parts = {item.part for item in plan.program.supply.items if item.part and item.id in named}
    return named | parts


def _facts(plan: Plan, stage: str, subjects: set[str]) -> Iterator[Reason]:
    """Facts about what the rows name; without any, the rules of the stage, which are about no part at all."""
    frame = plan.facts.frame.filter(stage=stage).with_columns(about=pl.col("fact").str.replace(r"\.[^.]*$", ""))
    own = frame.filter(pl.col("about").is_in(sorted(subjects)))
    if not own.height and stage not in STAGES_OF_PARTS:
        own = frame
    if not own.height:
        return
    assumed, sourced = (own.filter(pl.col("assumption") == which).sort("fact") for which in (True, False))
    shown = pl.concat([assumed.head(MOST_ASSUMED), sourced.head(MOST_SOURCED)])
    below = tuple(_fact_reason(row) for row in shown.iter_rows(named=True))
    more = frame.height - shown.height
    count = f"{frame.height} used, {frame['assumption'].sum()} of them assumptions" + (
        f"; {more} about other things or not shown" if more else ""
    )
    yield Reason(f"facts of {stage}", count, "all of them: tables/plan.facts.csv", below=below)


def _fact_reason(row: dict[str, Any]) -> Reason:
    band = "" if row["low"] is None else f" ({_number(row['low'])} to {_number(row['high'])})"
    title = row["source_title"] or row["source"]
    source = f"{row['kind']}: {title}" if title else row["kind"]
    year = f", {row['year']}" if row["year"] else ""
    where = f", {row['at']}" if row["at"] else ""
    return Reason(f"fact {row['fact']}", f"{_number(row['value'])} {row['unit']}{band}", f"{source}{year}{where}")


def _program_value(plan: Plan, path: str) -> str:
    value: Any = plan.program
    for part in path.split("."):
        value = getattr(value, part, None)
        if value is None:
            return "not stated"
    return f"{len(value)} rows" if isinstance(value, tuple) else str(value)
