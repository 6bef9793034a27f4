"""How is a linear model written as MPS text that other solvers read?

Free form writes every number exactly. Fixed form has eight characters for a name and twelve for a number: longer names
become R0000001 and C0000001, and numbers are rounded to what fits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from rackwright.base.store import FileLayer, write_bytes
from rackwright.solve.linear import FloatArray, LinearModel
from rackwright.solve.mps import MpsModel

__all__ = ["Writer", "mps_text", "named_model", "write_mps"]

WrittenForm = Literal["free", "fixed"]
NAME_CHARS: Final = 8
NUMBER_CHARS: Final = 12
RHS_SET, RANGE_SET, BOUND_SET = "RHS", "RANGE", "BOUND"


@dataclass(frozen=True)
class Writer:
    """Lays words on lines in one of the two forms."""

    form: WrittenForm

    def line(self, code: str, *words: str | float) -> str:
        """One line of a section: a code of at most two letters, then names and numbers."""
        texts = [self.number(word) if isinstance(word, float) else word for word in words]
        if self.form == "free":
            return " " + " ".join([code, *texts] if code else texts) + "\n"
        widths = (10, 10, 15, 10, 12)
        laid = "".join(text.ljust(width) for text, width in zip(texts, widths, strict=False))
        return f" {code:<2} {laid}".rstrip() + "\n"

    def number(self, value: float) -> str:
        """Shortest text of a number that reads back the same; in fixed form the nearest that fits."""
        if math.isinf(value):
            return "-1e30" if value < 0 else "1e30"
        text = repr(float(value)).removesuffix(".0")
        digits = 17
        while self.form == "fixed" and len(text) > NUMBER_CHARS:
            digits -= 1
            text = f"{value:.{digits}g}"
        return text


def named_model(
    model: LinearModel, *, name: str = "MODEL", form: WrittenForm = "free", offset: float = 0.0
) -> MpsModel:
    """A model with names for all its rows and columns; names that do not fit the form are replaced by numbers."""
    rows = _names(model.num_rows, model.name_of_row, "R", form)
    cols = _names(model.num_cols, model.name_of_col, "C", form)
    objective = next(text for text in ("COST", "OBJ", "COST_", "OBJ_") if text not in set(rows))
    rhs = np.where(np.isfinite(model.row_upper), model.row_upper, model.row_lower)
    return MpsModel(name, model, np.where(np.isfinite(rhs), rhs, 0.0), offset, False, rows, cols, objective)


def _names(number: int, name_of: Callable[[int], str] | None, letter: str, form: WrittenForm) -> tuple[str, ...]:
    """Given names where each is one word, fits and is met once; else letter and number."""
    if name_of is not None:
        given = tuple(name_of(index) for index in range(number))
        is_short = form == "free" or all(len(name) <= NAME_CHARS for name in given)
        is_word = all(name and name.isprintable() and not any(map(str.isspace, name)) for name in given)
        if is_short and is_word and len(set(given)) == number and not any(name.startswith("$") for name in given):
            return given
    return tuple(f"{letter}{index:07d}" for index in range(1, number + 1))


def write_mps(path: Path, model: LinearModel | MpsModel, *, form: WrittenForm = "free") -> None:
    """Write a model to a file, all of it or nothing."""
    write_bytes(path.absolute(), mps_text(model, form=form).encode(), layer=FileLayer())


def mps_text(model: LinearModel | MpsModel, *, form: WrittenForm = "free") -> str:
    """Text of a model in MPS; it always minimises.

    Parameters
    ----------
    model
        What to write; a plain model gets the names of its rows and columns, or numbers where it has none.
    form
        "free" (exact) or "fixed" (rounded to twelve characters).
    """
    named = model if isinstance(model, MpsModel) else named_model(model, form=form)
    if form == "fixed" and max(map(len, (*named.rows, *named.cols, named.objective)), default=0) > NAME_CHARS:
        named = named_model(named.model, name=named.name, form=form, offset=named.offset)
    return "".join(_sections(named, Writer(form)))


def _sections(named: MpsModel, writer: Writer) -> Iterator[str]:
    yield f"NAME          {named.name}\n"
    yield "ROWS\n"
    yield from _rows(named, writer)
    yield "COLUMNS\n"
    yield from _columns(named, writer)
    yield "RHS\n"
    yield from _right_sides(named, writer)
    ranges = list(_ranges(named, writer))
    yield from ["RANGES\n", *ranges] if ranges else []
    bounds = list(_bounds(named, writer))
    yield from ["BOUNDS\n", *bounds] if bounds else []
    yield "ENDATA\n"


def row_kinds(model: LinearModel) -> list[str]:
    """Letter of each row: E, L (also with a range), G, or N for a row without sides."""
    has_lower, has_upper = np.isfinite(model.row_lower), np.isfinite(model.row_upper)
    kind = np.where(has_upper, "L", np.where(has_lower, "G", "N"))
    return [str(letter) for letter in np.where(has_lower & (model.row_lower == model.row_upper), "E", kind)]


def _written_side(model: LinearModel) -> FloatArray:
    """The side a right-hand side states."""
    side = np.where(np.isfinite(model.row_upper), model.row_upper, model.row_lower)
    return np.where(np.isfinite(side), side, 0.0)


def _rows(named: MpsModel, writer: Writer) -> Iterator[str]:
    kinds = row_kinds(named.model)
    for position in range(len(kinds) + 1):
        if position == named.objective_position:
            yield writer.line("N", named.objective)
        if position < len(kinds):
            yield writer.line(kinds[position], named.rows[position])


def _columns(named: MpsModel, writer: Writer) -> Iterator[str]:
    model = named.model
    start, index, value = model.compressed()
    is_whole = np.zeros(model.num_cols, dtype=bool) if model.is_integer is None else model.is_integer
    was_whole = False
    for col, name in enumerate(named.cols):
        if bool(is_whole[col]) != was_whole:
            was_whole = bool(is_whole[col])
            yield _marker(col, writer, begins=was_whole)
        if model.cost[col] != 0.0 or start[col] == start[col + 1]:
            yield writer.line("", name, named.objective, float(model.cost[col]))
        for place in range(start[col], start[col + 1]):
            yield writer.line("", name, named.rows[index[place]], float(value[place]))
    if was_whole:
        yield _marker(model.num_cols, writer, begins=False)


def _marker(col: int, writer: Writer, *, begins: bool) -> str:
    kind = "'INTORG'" if begins else "'INTEND'"
    return writer.line("", f"M{col:07d}", "'MARKER'", *([""] if writer.form == "fixed" else []), kind)


def _right_sides(named: MpsModel, writer: Writer) -> Iterator[str]:
    if named.offset != 0.0:
        yield writer.line("", named.rhs_name, named.objective, -named.offset)
    for row, side in enumerate(_written_side(named.model).tolist()):
        if side != 0.0:
            yield writer.line("", named.rhs_name, named.rows[row], side)


def _ranges(named: MpsModel, writer: Writer) -> Iterator[str]:
    lower, upper = named.model.row_lower, named.model.row_upper
    for row in np.nonzero(np.isfinite(lower) & np.isfinite(upper) & (lower != upper))[0].tolist():
        yield writer.line("", RANGE_SET, named.rows[row], float(upper[row] - lower[row]))


def _bounds(named: MpsModel, writer: Writer) -> Iterator[str]:
    model = named.model
    for col, name in enumerate(named.cols):
        lower, upper = float(model.col_lower[col]), float(model.col_upper[col])
        is_whole = model.is_integer is not None and bool(model.is_integer[col])
        if lower == upper:
            yield writer.line("FX", named.bound_name, name, lower)
            continue
        if math.isinf(lower):
            yield writer.line("FR" if math.isinf(upper) else "MI", named.bound_name, name)
        elif lower != 0.0:
            yield writer.line("LO", named.bound_name, name, lower)
        if math.isfinite(upper):
            yield writer.line("UP", named.bound_name, name, upper)
        elif is_whole and math.isfinite(lower):
            yield writer.line("PL", named.bound_name, name)
