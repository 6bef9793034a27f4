"""What is the program after some edits? Applies changes to a program and checks the result.

A path without a position names every row it fits: `offers[supplier=tw-a].lead_time` changes all offers of one supplier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import SECONDS_PER_DAY, Estimate, UnitError, parse_quantity
from rackwright.catalog.index import Catalog
from rackwright.program.change_path import Step, matching, parse_path
from rackwright.program.entry import AS_WRITTEN, Entry
from rackwright.program.model import Program
from rackwright.program.rules.all import find_all
from rackwright.program.rules.finding import Subject
from rackwright.program.scenarios import Change
from rackwright.program.shape import FieldShape, quantity_of, readable, row_name, shapes, tables, written

__all__ = ["apply_changes", "broken_rules", "try_change"]

E = TypeVar("E", bound=Entry)


class _RefusedError(Exception):
    """A change that cannot be made: code, rule, repair."""

    def __init__(self, code: str, rule: str, repair: str = "") -> None:
        super().__init__(code, rule, repair)
        self.code, self.rule, self.repair = code, rule, repair


def apply_changes(
    program: Program,
    changes: Sequence[Change],
    *,
    catalog: Catalog | None = None,
    where: str = "changes",
    with_rules: bool = True,
) -> Program:
    """The program after all changes, in order, checked.

    Parameters
    ----------
    program
        A program without errors.
    changes
        Edits, applied one after the other.
    catalog
        Parts the changed program may name; None leaves them unchecked.
    where
        How messages call the list of changes, such as `scenarios[late].changes`.
    with_rules
        False only makes the changes, without the rules of the changed program.

    Raises
    ------
    InputError
        Every change that cannot be made, or every rule that the changed program breaks.
    """
    problems: list[Problem] = []
    changed = program
    for index, change in enumerate(changes):
        changed, refused = try_change(changed, change, Place(path=f"{where}[{index}]"))
        problems += [refused] if refused else []
    if with_rules and not problems:
        problems = broken_rules(changed, changes, catalog, where)
    if problems:
        raise InputError(problems)
    return changed


def try_change(program: Program, change: Change, place: Place) -> tuple[Program, Problem | None]:
    """The program after one edit; as it was, with the reason, where the edit cannot be made."""
    try:
        return _apply(program, change), None
    except _RefusedError as refusal:
        return program, Problem(refusal.code, place, f"`{change.at}`: {refusal.rule}", refusal.repair)


def broken_rules(program: Program, changes: Sequence[Change], catalog: Catalog | None, where: str) -> list[Problem]:
    """Rules the changed program breaks, each at the last change of the table it is about."""
    problems = []
    program = program.model_copy(update={"scenarios": ()})  # they have been checked, and no change is about them
    for finding in find_all(Subject(program, catalog)):
        if finding.severity == "error":
            path = readable(program, written(finding.path))
            about = path.replace("[", ".").split(".")[0]
            tables_changed = [change.at.replace("[", ".").split(".")[0] for change in changes]
            last = max((i for i, table in enumerate(tables_changed) if table == about), default=None)
            place = Place(path=where if last is None else f"{where}[{last}]")
            problems.append(Problem(finding.code, place, f"then {path} breaks a rule: {finding.rule}", finding.repair))
    return problems


def _apply(program: Program, change: Change) -> Program:
    steps = parse_path(change.at)
    if steps is None:
        raise _RefusedError("bad-path", "this is not a path.", "Write it like `offers[item=x,supplier=y].lead_time`.")
    if steps[0].name not in shapes(Program) and steps[0].name in tables():
        steps = (Step("supply"), *steps)
    try:
        return _edit(program, steps, change)
    except OverflowError:
        raise _RefusedError("bad-change", "the date or number is out of range.", "Use a smaller change.") from None


def _edit(entry: E, steps: tuple[Step, ...], change: Change) -> E:
    """The entry with everything below it changed that the steps name."""
    step, rest = steps[0], steps[1:]
    fields = shapes(type(entry))
    field = fields.get(step.name)
    if field is None:
        names = [name for name in (*fields, *(tables() if isinstance(entry, Program) else ())) if name != "supply"]
        raise _RefusedError("bad-path", f'there is no field "{step.name}".', did_you_mean(step.name, names))
    old = getattr(entry, field.name)
    new: Any
    if step.rows:
        new = _edit_rows(entry, field, step, rest, change)
    elif not rest:
        new = _edit_value(type(entry), field, old, change)
    elif isinstance(old, Entry):
        new = _edit(old, rest, change)
    else:
        hint = f"Name rows: `{step.name}[*]` or `{step.name}[field=value]`." if isinstance(old, tuple) else ""
        raise _RefusedError("bad-path", f'"{step.name}" is not one row.', hint)
    return entry.model_copy(update={field.name: new})


def _edit_rows(entry: Entry, field: FieldShape, step: Step, rest: tuple[Step, ...], change: Change) -> tuple[Any, ...]:
    """The rows of a list with the named ones changed, replaced or removed."""
    rows = getattr(entry, field.name)
    if not isinstance(rows, tuple):
        raise _RefusedError("bad-path", f'"{step.name}" has no rows.', f"Write `{step.name}` alone.")
    found = matching(rows, step.rows)
    if not found:
        names = [row_name(row, type(row), i) for i, row in enumerate(rows) if isinstance(row, Entry)]
        raise _RefusedError("change-matches-nothing", f'no row is "{step.rows}".', did_you_mean(step.rows, names))
    if not rest and change.remove:
        return tuple(row for i, row in enumerate(rows) if i not in found)
    changed = list(rows)
    for i in found:
        if rest and isinstance(rows[i], Entry):
            changed[i] = _edit(rows[i], rest, change)
        elif not rest and "set" in change.model_fields_set:
            replaced = (*rows[:i], change.set, *rows[i + 1 :])
            changed[i] = _validated(type(entry), field, list(replaced), written_by_hand=True)[i]
        else:
            raise _RefusedError("bad-path", "this operation needs a field of the row.", "Add `.field` to the path.")
    return tuple(changed)


def _edit_value(cls: type[Entry], field: FieldShape, old: Any, change: Change) -> Any:
    """New value of one field."""
    if change.remove:
        raise _RefusedError("bad-path", "only rows can be removed.", f"Name them: `{field.alias}[name]`.")
    if change.add is not None:
        if not isinstance(old, tuple) or field.row is None:
            raise _RefusedError("bad-path", f'"{field.alias}" is not a table.', "Name a table, such as `offers`.")
        return _validated(cls, field, [*old, change.add], written_by_hand=True)
    if change.scale is not None:
        return _validated(cls, field, _scaled(old, change.scale))
    if change.shift is not None:
        return _validated(cls, field, _shifted(cls, field, old, change.shift))
    return _validated(cls, field, change.set, written_by_hand=True)


def _scaled(old: Any, factor: float) -> Any:
    if isinstance(old, Estimate):
        return Estimate(old.value * factor, old.low * factor, old.high * factor)
    if isinstance(old, int) and not isinstance(old, bool):
        return round(old * factor)
    if isinstance(old, float):
        return old * factor
    raise _RefusedError("not-a-number", "only a number can be scaled.", "Use `set`.")


def _shifted(cls: type[Entry], field: FieldShape, old: Any, shift: str) -> Any:
    if isinstance(old, dt.date):
        return old + dt.timedelta(days=round(_span(shift, "time")))
    quantity = quantity_of(cls, field.name)
    dimension = quantity.dimension if quantity else ""
    if dimension not in {"time", "duration"} or not isinstance(old, Estimate | float):
        raise _RefusedError(
            "not-a-time", "only a date, a duration or a lead time can be shifted.", "Use `set` or `scale`."
        )
    by = _span(shift, dimension)
    return Estimate(old.value + by, old.low + by, old.high + by) if isinstance(old, Estimate) else old + by


def _span(shift: str, dimension: str) -> float:
    """Signed time: days for `time`, seconds for `duration`; each may be written in units of the other."""
    text = shift.strip()
    sign = -1.0 if text.startswith("-") else 1.0
    number = text.lstrip("+-").strip()
    for other, factor in (("time", SECONDS_PER_DAY), ("duration", 1.0)):
        try:
            seconds = parse_quantity(number, other) * factor
        except UnitError:
            continue
        return sign * (seconds if dimension == "duration" else seconds / SECONDS_PER_DAY)
    raise _RefusedError("wrong-unit", f'"{shift}" is not a time.', "Write it like `+8 weeks` or `-10 days`.")


@cache
def _reader(cls: type[Entry], name: str) -> TypeAdapter[Any]:
    info = cls.model_fields[name]
    annotation: Any = info.annotation
    return TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)


def _validated(cls: type[Entry], field: FieldShape, value: Any, *, written_by_hand: bool = False) -> Any:
    """The value by the rules of its field; rows that are models already pass."""
    try:
        context = AS_WRITTEN if written_by_hand else None
        return _reader(cls, field.name).validate_python(value, context=context, by_alias=True, by_name=False)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        inside = ".".join(str(step) for step in first["loc"] if isinstance(step, str))
        raise _RefusedError("bad-change", f"{inside}: {first['msg']}".removeprefix(": "), field.meaning) from None
