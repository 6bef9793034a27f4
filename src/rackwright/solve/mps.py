"""What does an MPS file ask to be minimised, and how is a model of ours written for another solver?

Conventions: the first row of kind N is the objective, later ones are rows without bounds; a right-hand side of the
objective is the negative of a constant; a maximisation is read with its costs negated; a whole-number column between
markers that has no bound lies in [0, 1]; a negative upper bound of a column without a lower one frees its lower side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

import numpy as np

from rackwright.solve.linear import FloatArray, LinearModel
from rackwright.solve.mps_lines import Form, MpsLine, Notes, Source, read_in_form, read_source

__all__ = ["MpsModel", "parse_mps", "read_mps"]

_Key = TypeVar("_Key", int, tuple[int, int])
INF: Final = math.inf
SECTIONS: Final = ("NAME", "OBJSENSE", "ROWS", "COLUMNS", "RHS", "RANGES", "BOUNDS", "ENDATA")
MAXIMISE: Final = ("MAX", "MAXIMIZE", "MAXIMISE")
MINIMISE: Final = ("MIN", "MINIMIZE", "MINIMISE")
BOUNDS_WITH_VALUE: Final = ("UP", "LO", "FX", "UI", "LI")
BOUNDS_WITHOUT_VALUE: Final = ("FR", "MI", "PL", "BV")


@dataclass(frozen=True)
class MpsModel:
    """A linear model with the names its file gave.

    Parameters
    ----------
    name
        Name of the model, may be empty.
    model
        The model as arrays; the objective row is not among its rows. Each place of the matrix has one entry.
    rhs
        Right-hand side of each row; with a range it is one of the two sides.
    offset
        Constant to add to the objective.
    is_maximized
        True where the file maximises: costs and `offset` are negated here.
    rows, cols
        Names.
    objective
        Name of the objective row.
    objective_position
        Rows before the objective row in the file.
    rhs_name, bound_name
        Names of the first right-hand side and bound sets.
    """

    name: str
    model: LinearModel
    rhs: FloatArray
    offset: float
    is_maximized: bool
    rows: tuple[str, ...]
    cols: tuple[str, ...]
    objective: str
    objective_position: int = 0
    rhs_name: str = "RHS"
    bound_name: str = "BND"


def read_mps(path: Path, *, form: Form = "auto") -> MpsModel:
    """Read an MPS file.

    Raises
    ------
    InputError
        All problems of the file, each with its line.
    """
    return parse_mps(read_source(path), form=form)


def parse_mps(source: Source, *, form: Form = "auto") -> MpsModel:
    """Read the text of an MPS file."""
    return read_in_form(source, form, _read)


@dataclass
class _Draft:
    """A model while its file is read; maps from name to place, and plain lists."""

    notes: Notes
    name: str = ""
    is_maximized: bool = False
    kinds: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)
    objective: str | None = None
    objective_position: int = 0
    cols: dict[str, int] = field(default_factory=dict)
    cost: dict[int, float] = field(default_factory=dict)
    entries: dict[tuple[int, int], float] = field(default_factory=dict)
    rhs: dict[int, float] = field(default_factory=dict)
    offset: float = 0.0
    ranges: dict[int, float] = field(default_factory=dict)
    lower: dict[int, float] = field(default_factory=dict)
    upper: dict[int, float] = field(default_factory=dict)
    has_bound: set[int] = field(default_factory=set)
    whole: set[int] = field(default_factory=set)
    is_in_whole: bool = False
    sets: dict[str, str] = field(default_factory=dict)


def _read(lines: Iterator[MpsLine], notes: Notes) -> MpsModel:
    draft, section, seen = _Draft(notes), "", list[str]()
    for line in lines:
        if line.is_header:
            section = line.words[0].upper()
            _begin(draft, section, line, seen)
            if section == "ENDATA":
                break
        elif section in _READERS:
            _READERS[section](draft, line)
        elif section in {"", "NAME"} or section not in SECTIONS:
            continue  # the section itself was named as a problem
    _check_whole_file(draft, seen)
    return _finish(draft)


def _begin(draft: _Draft, section: str, line: MpsLine, seen: list[str]) -> None:
    if section not in SECTIONS:
        draft.notes.add("mps-bad-section", line, f"{section} is no section of an MPS file.", _one_of(SECTIONS))
        return
    if section in seen:
        draft.notes.add("mps-bad-section", line, f"The section {section} begins twice.", "Join the two.")
    elif seen and SECTIONS.index(section) < max(SECTIONS.index(name) for name in seen) and section != "OBJSENSE":
        draft.notes.add("mps-bad-section", line, f"The section {section} comes too late.", "Use the usual order.")
    seen.append(section)
    if section == "NAME":
        draft.name = line.words[1] if len(line.words) > 1 else ""
    elif section == "OBJSENSE" and len(line.words) > 1:
        _read_sense(draft, MpsLine(line.number, is_header=False, words=line.words[1:]))


def _one_of(names: tuple[str, ...]) -> str:
    return f"Use one of {', '.join(names)}."


def _check_whole_file(draft: _Draft, seen: list[str]) -> None:
    missing = [name for name in ("ROWS", "COLUMNS", "ENDATA") if name not in seen]
    if missing:
        draft.notes.add("mps-bad-section", None, f"The section {missing[0]} is missing.", "Check that it is complete.")
    elif draft.objective is None:
        draft.notes.add("mps-bad-section", None, "No row of kind N: there is no objective.", "Add one.")


def _read_sense(draft: _Draft, line: MpsLine) -> None:
    word = line.words[0].upper()
    if word not in MAXIMISE + MINIMISE:
        draft.notes.bad_line(line, "MAX or MIN")
    draft.is_maximized = word in MAXIMISE


def _read_row(draft: _Draft, line: MpsLine) -> None:
    if len(line.words) != 2 or line.words[0].upper() not in {"N", "L", "G", "E"}:
        draft.notes.bad_line(line, "N|L|G|E row")
        return
    kind, name = line.words[0].upper(), line.words[1]
    if name in draft.rows or name == draft.objective:
        draft.notes.add("mps-duplicate", line, f'The row "{name}" is declared twice.', "Rename one.")
    elif kind == "N" and draft.objective is None:
        draft.objective, draft.objective_position = name, len(draft.rows)
    else:
        draft.rows[name] = len(draft.rows)
        draft.kinds.append(kind)


def _read_column(draft: _Draft, line: MpsLine) -> None:
    words = line.words
    if len(words) >= 3 and words[1].strip("'\"") == "MARKER":
        draft.is_in_whole = words[-1].strip("'\"") == "INTORG"
        return
    if len(words) not in {3, 5}:
        draft.notes.bad_line(line, "column row value [row value]")
        return
    col = draft.cols.setdefault(words[0], len(draft.cols))
    if draft.is_in_whole:
        draft.whole.add(col)
    for name, word in zip(words[1::2], words[2::2], strict=True):
        value = draft.notes.number(word, line)
        if name == draft.objective:
            _put(draft, draft.cost, col, value, line)
        elif (row := _row(draft, name, line)) is not None:
            _put(draft, draft.entries, (row, col), value, line)


def _row(draft: _Draft, name: str, line: MpsLine) -> int | None:
    if name not in draft.rows:
        draft.notes.unknown("row", name, line, draft.rows)
    return draft.rows.get(name)


def _put(draft: _Draft, values: dict[_Key, float], key: _Key, value: float, line: MpsLine) -> None:
    if key in values:
        draft.notes.add("mps-duplicate", line, "This value was given before.", "Remove one of the two.")
    values[key] = value


def _is_first_set(draft: _Draft, section: str, name: str) -> bool:
    """Whether a line belongs to the first set of its section; the other sets are alternatives nobody asked for."""
    return draft.sets.setdefault(section, name) == name


def _read_right_side(draft: _Draft, line: MpsLine) -> None:
    for name, value in _pairs(draft, line, "RHS"):
        if name == draft.objective:
            draft.offset = -value
        elif (row := _row(draft, name, line)) is not None:
            _put(draft, draft.rhs, row, value, line)


def _read_range(draft: _Draft, line: MpsLine) -> None:
    for name, value in _pairs(draft, line, "RANGES"):
        if (row := _row(draft, name, line)) is not None:
            _put(draft, draft.ranges, row, value, line)


def _pairs(draft: _Draft, line: MpsLine, section: str) -> list[tuple[str, float]]:
    """Row and value, once or twice, after the name of a set that may be left out."""
    words = line.words
    if len(words) not in {2, 3, 4, 5}:
        draft.notes.bad_line(line, "set row value [row value]")
        return []
    has_set = len(words) % 2 == 1
    if not _is_first_set(draft, section, words[0] if has_set else ""):
        return []
    words = words[1:] if has_set else words
    return [(name, draft.notes.number(word, line)) for name, word in zip(words[::2], words[1::2], strict=True)]


def _read_bound(draft: _Draft, line: MpsLine) -> None:
    kind, num_words = line.words[0].upper(), len(line.words)
    has_value = kind in BOUNDS_WITH_VALUE
    if (kind not in BOUNDS_WITH_VALUE + BOUNDS_WITHOUT_VALUE) or not 2 + has_value <= num_words <= 4:
        draft.notes.bad_line(line, "UP|LO|FX|FR|MI|PL|BV|LI|UI set column [value]")
        return
    has_set = num_words >= 3 + has_value
    if not _is_first_set(draft, "BOUNDS", line.words[1] if has_set else ""):
        return
    name = line.words[1 + has_set]
    if name not in draft.cols:
        draft.notes.unknown("column", name, line, draft.cols)
        return
    value = draft.notes.number(line.words[-1], line, may_be_infinite=True) if has_value else 0.0
    _set_bound(draft, kind, draft.cols[name], value)


def _set_bound(draft: _Draft, kind: str, col: int, value: float) -> None:
    draft.has_bound.add(col)
    if kind in {"LO", "LI", "FX"}:
        draft.lower[col] = value
    if kind in {"UP", "UI", "FX"}:
        draft.upper[col] = value
        if value < 0.0 and col not in draft.lower:
            draft.lower[col] = -INF
    if kind in {"FR", "MI"}:
        draft.lower[col] = -INF
    if kind in {"FR", "PL"}:
        draft.upper[col] = INF
    if kind == "BV":
        draft.lower[col], draft.upper[col] = 0.0, 1.0
    if kind in {"LI", "UI", "BV"}:
        draft.whole.add(col)


_READERS: Final[dict[str, Callable[[_Draft, MpsLine], None]]] = {
    "OBJSENSE": _read_sense,
    "ROWS": _read_row,
    "COLUMNS": _read_column,
    "RHS": _read_right_side,
    "RANGES": _read_range,
    "BOUNDS": _read_bound,
}


def _finish(draft: _Draft) -> MpsModel:
    sign = -1.0 if draft.is_maximized else 1.0
    num_cols = len(draft.cols)
    rhs = _filled(draft.rhs, np.zeros(len(draft.rows)))
    row_lower, row_upper = _row_sides(draft, rhs)
    col_lower, col_upper = _col_sides(draft)
    row_names, col_names = tuple(draft.rows), tuple(draft.cols)
    places = np.array(list(draft.entries), dtype=np.int64).reshape(-1, 2)
    is_integer = np.isin(np.arange(num_cols), sorted(draft.whole)) if draft.whole else None
    model = LinearModel(
        cost=sign * _filled(draft.cost, np.zeros(num_cols)),
        col_lower=col_lower,
        col_upper=col_upper,
        row_lower=row_lower,
        row_upper=row_upper,
        rows=places[:, 0],
        cols=places[:, 1],
        values=np.array(list(draft.entries.values()), dtype=float),
        is_integer=is_integer,
        name_of_row=row_names.__getitem__,
        name_of_col=col_names.__getitem__,
    )
    return MpsModel(
        name=draft.name,
        model=model,
        rhs=rhs,
        offset=sign * draft.offset,
        is_maximized=draft.is_maximized,
        rows=row_names,
        cols=col_names,
        objective=draft.objective or "",
        objective_position=draft.objective_position,
        rhs_name=draft.sets.get("RHS") or "RHS",
        bound_name=draft.sets.get("BOUNDS") or "BND",
    )


def _filled(values: dict[int, float], target: FloatArray) -> FloatArray:
    if values:
        target[np.fromiter(values, dtype=np.int64)] = np.fromiter(values.values(), dtype=float)
    return target


def _row_sides(draft: _Draft, rhs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Lower and upper side of each row; a range widens a row of kind E by its sign, of kind L or G by its size."""
    kind = np.array(draft.kinds, dtype="<U1")
    lower = np.where((kind == "G") | (kind == "E"), rhs, -INF)
    upper = np.where((kind == "L") | (kind == "E"), rhs, INF)
    for row, width in draft.ranges.items():
        if kind[row] == "L" or (kind[row] == "E" and width < 0.0):
            lower[row] = rhs[row] - abs(width)
        elif kind[row] != "N":
            upper[row] = rhs[row] + abs(width)
    return lower, upper


def _col_sides(draft: _Draft) -> tuple[FloatArray, FloatArray]:
    lower, upper = np.zeros(len(draft.cols)), np.full(len(draft.cols), INF)
    without = sorted(draft.whole - draft.has_bound)
    upper[without] = 1.0
    _filled(draft.lower, lower)
    _filled(draft.upper, upper)
    crossed = np.nonzero(lower > upper)[0]
    names = tuple(draft.cols)
    for col in crossed.tolist():
        rule = f'The bounds of column "{names[col]}" cross: {lower[col]:g} > {upper[col]:g}.'
        draft.notes.add("mps-contradiction", None, rule, "Correct one of them.")
    return lower, upper
