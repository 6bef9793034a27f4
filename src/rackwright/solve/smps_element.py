"""Which number of a core model does a line of a stochastics file mean? Found by its names, and changed by its mode."""

from __future__ import annotations

from typing import Final

from rackwright.solve.mps import MpsModel
from rackwright.solve.mps_lines import MpsLine, Notes
from rackwright.solve.smps_time import Periods
from rackwright.solve.staged import ChangeKind

__all__ = ["Elements"]

BOUND_KINDS: Final = {"UP": ChangeKind.UPPER, "LO": ChangeKind.LOWER}
Place = tuple[int, int]


class Elements:
    """Numbers of a core model by name; an element is (kind of change, index).

    Parameters
    ----------
    model, periods
        The core model and its stages.
    notes
        Where problems go.
    """

    def __init__(self, model: MpsModel, periods: Periods, notes: Notes) -> None:
        self.model, self.periods, self.notes = model, periods, notes
        self.rows = {name: place for place, name in enumerate(model.rows)}
        self.cols = {name: place for place, name in enumerate(model.cols)}
        arrays = model.model
        self.entries = {
            place: n for n, place in enumerate(zip(arrays.rows.tolist(), arrays.cols.tolist(), strict=True))
        }
        self.places = list(self.entries)
        self.extra_places: list[Place] = []

    def find(self, line: MpsLine) -> tuple[Place | None, tuple[str, ...]]:
        """Element named at the start of a line, and the words after its name; None and a problem if there is none."""
        words = line.words
        if words[0].upper() in BOUND_KINDS and words[0] not in self.cols and len(words) >= 4:
            return self._bound(words, line), words[3:]
        if len(words) < 3:
            self.notes.bad_line(line, "column row value")
            return None, ()
        return self._cell(words[0], words[1], line), words[2:]

    def find_pairs(self, line: MpsLine) -> list[tuple[Place, str]]:
        """Elements of a line `column row value [row value]`, each with the word of its value."""
        element, rest = self.find(line)
        if len(rest) not in {1, 3} or (len(rest) == 3 and len(line.words) != 5):
            if rest:
                self.notes.bad_line(line, "column row value [row value]")
            return []
        pairs = [(element, rest[0])]
        if len(rest) == 3:
            pairs.append((self._cell(line.words[0], rest[1], line), rest[2]))
        return [(found, word) for found, word in pairs if found is not None]

    def _bound(self, words: tuple[str, ...], line: MpsLine) -> Place | None:
        if words[2] not in self.cols:
            self.notes.unknown("column", words[2], line, self.cols)
            return None
        return int(BOUND_KINDS[words[0].upper()]), self.cols[words[2]]

    def _cell(self, col_word: str, row_word: str, line: MpsLine) -> Place | None:
        is_rhs = col_word in {self.model.rhs_name, "RHS"} and (
            col_word == self.model.rhs_name or col_word not in self.cols
        )
        if not is_rhs and col_word not in self.cols:
            self.notes.unknown("column", col_word, line, [*self.cols, self.model.rhs_name])
            return None
        if row_word == self.model.objective:
            return self._cost(col_word, line, is_rhs=is_rhs)
        if row_word not in self.rows:
            self.notes.unknown("row", row_word, line, self.rows)
            return None
        row = self.rows[row_word]
        return (int(ChangeKind.RHS), row) if is_rhs else self._entry(row, self.cols[col_word], line)

    def _cost(self, col_word: str, line: MpsLine, *, is_rhs: bool) -> Place | None:
        if is_rhs:
            self.notes.add("smps-unsupported", line, "The constant of the objective cannot be random.", "Leave it out.")
            return None
        return int(ChangeKind.COST), self.cols[col_word]

    def _entry(self, row: int, col: int, line: MpsLine) -> Place | None:
        if self.periods.col_stage[col] > self.periods.row_stage[row]:
            rule = f'The row "{self.model.rows[row]}" would look at the later column "{self.model.cols[col]}".'
            self.notes.add("smps-stage-order", line, rule, "Move the row to the later stage.")
            return None
        if (row, col) not in self.entries:
            self.entries[row, col] = len(self.entries)
            self.places.append((row, col))
            self.extra_places.append((row, col))
        return int(ChangeKind.ENTRY), self.entries[row, col]

    def stage(self, element: Place) -> int:
        """Stage at which an element is needed."""
        kind, index = element
        if kind == ChangeKind.RHS:
            return int(self.periods.row_stage[index])
        if kind == ChangeKind.ENTRY:
            return int(self.periods.row_stage[self.places[index][0]])
        return int(self.periods.col_stage[index])

    def name(self, element: Place) -> str:
        """What a message calls an element."""
        kind, index = element
        if kind == ChangeKind.RHS:
            return f'The right-hand side of "{self.model.rows[index]}"'
        if kind == ChangeKind.ENTRY:
            row, col = self.places[index]
            return f'The entry of "{self.model.cols[col]}" in "{self.model.rows[row]}"'
        what = {ChangeKind.COST: "cost", ChangeKind.LOWER: "lower bound"}.get(ChangeKind(kind), "upper bound")
        return f'The {what} of "{self.model.cols[index]}"'

    def changed(self, element: Place, value: float, mode: str) -> float:
        """New value of an element in the signs of a minimisation."""
        sign = -1.0 if self.model.is_maximized and element[0] == ChangeKind.COST else 1.0
        if mode == "REPLACE":
            return sign * value
        old = self._core_value(element)
        return old + sign * value if mode == "ADD" else old * value

    def _core_value(self, element: Place) -> float:
        kind, index = element
        arrays = self.model.model
        if kind == ChangeKind.ENTRY:
            return float(arrays.values[index]) if index < len(arrays.values) else 0.0
        by_kind = {
            ChangeKind.COST: arrays.cost,
            ChangeKind.RHS: self.model.rhs,
            ChangeKind.LOWER: arrays.col_lower,
            ChangeKind.UPPER: arrays.col_upper,
        }
        return float(by_kind[ChangeKind(kind)][index])
