"""Why is this number what it is? A walk from a result to its formula, its inputs, the facts below and their sources.

A column declares its formula and inputs; the walk follows them, row by row, along columns of the same name. Nothing is
traced at run time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.table import Column, Table
from rackwright.plan import Plan
from rackwright.views.cable_ends import cable_ends, find_cable
from rackwright.views.panel_ways import panel_ways, way_text

__all__ = ["Reason", "explain", "explain_text"]

THING = re.compile(r"^(?P<stage>[a-z]+)\.(?P<table>\w+)\.(?P<column>\w+)(?:\[(?P<keys>[^\]]*)\])?$")
MOST_ROWS = 4
MOST_DEPTH = 5
MOST_ASSUMED, MOST_SOURCED = 8, 6

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
        ("supply.causes.share", "demand"),
        ("supply.causes.relief", "demand"),
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


@dataclass(frozen=True)
class Reason:
    """One step of the walk.

    `value` is text ready to read; `formula` names an entry of docs/formulas; `below` are the steps it rests on.
    """

    name: str
    value: str
    meaning: str = ""
    formula: str = ""
    below: tuple[Reason, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The walk as nested JSON objects."""
        return {
            "name": self.name,
            "value": self.value,
            "meaning": self.meaning,
            "formula": self.formula,
            "inputs": [reason.as_json() for reason in self.below],
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
    kind, _, name = thing.partition(":")
    if kind == "cable" and name:
        return _cable_story(plan, name)
    if kind in STORIES and name:
        return _story(plan, kind, name)
    match = THING.match(thing)
    if match is None:
        kinds = ", ".join(f"{kind}:NAME" for kind in STORIES)
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
    return Reason(f"{kind} {name}", "", below=tuple(steps))


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
    facts = tuple(_facts(plan, stage)) if depth == MOST_DEPTH else ()
    shown = [f"{key}={value}" for key, value in keys.items() if key in rows.columns]
    name = ".".join(where) + (f"[{', '.join(shown)}]" if shown else "")
    return Reason(name, _values(plan, rows, type(table), column), column.meaning, column.formula, below + facts)


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


def _facts(plan: Plan, stage: str) -> Iterator[Reason]:
    """Facts the stage used: some of the assumptions first, then some with a source; all are counted."""
    frame = plan.facts.frame.filter(stage=stage)
    if not frame.height:
        return
    assumed, sourced = (frame.filter(pl.col("assumption") == which).sort("fact") for which in (True, False))
    shown = pl.concat([assumed.head(MOST_ASSUMED), sourced.head(MOST_SOURCED)])
    below = tuple(_fact_reason(row) for row in shown.iter_rows(named=True))
    more = frame.height - shown.height
    count = f"{frame.height} used, {assumed.height} of them assumptions" + (f"; {more} not shown" if more else "")
    yield Reason(f"facts of {stage}", count, "all of them: tables/plan.facts.csv", below=below)


def _fact_reason(row: dict[str, Any]) -> Reason:
    band = "" if row["low"] is None else f" ({_number(row['low'])} to {_number(row['high'])})"
    source = "assumption" if row["assumption"] else f"{row['kind']}: {row['source_title'] or row['source']}"
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


def explain_text(reason: Reason, indent: int = 0) -> str:
    """The walk as an indented text."""
    pad = "  " * indent
    head = f"{pad}{reason.name}" + (f" = {reason.value}" if reason.value else "")
    notes = [text for text in (reason.meaning, f"formula {reason.formula}" if reason.formula else "") if text]
    lines = [head + (f"   ({'; '.join(notes)})" if notes else "")]
    lines.extend(explain_text(below, indent + 1) for below in reason.below)
    return "\n".join(lines)
