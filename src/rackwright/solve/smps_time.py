"""To which stage does each row and column of a core file belong? The time file of SMPS says it, in one of two ways.

Implicit: each period names its first column and first row in the order of the core file. Explicit: sections ROWS and
COLUMNS name the period of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from rackwright.solve.linear import IntArray
from rackwright.solve.mps import MpsModel
from rackwright.solve.mps_lines import MpsLine, Notes

__all__ = ["Periods", "read_periods"]

SECTIONS: Final = ("TIME", "PERIODS", "ROWS", "COLUMNS", "ENDATA")


@dataclass(frozen=True)
class Periods:
    """Names of the stages in their order, and the stage of each row and column."""

    names: tuple[str, ...]
    row_stage: IntArray
    col_stage: IntArray

    def stage(self, name: str) -> int | None:
        """Stage of a period's name, None if there is no such period."""
        return self.names.index(name) if name in self.names else None


def read_periods(lines: Iterator[MpsLine], notes: Notes, model: MpsModel) -> Periods:
    """Read the lines of a time file of a core model."""
    by_section: dict[str, list[MpsLine]] = {name: [] for name in SECTIONS}
    section, is_explicit = "", False
    for line in lines:
        if line.is_header:
            section = line.words[0].upper()
            if section not in SECTIONS:
                notes.add("mps-bad-section", line, f"{section} is no section of a time file.", _known())
            is_explicit = is_explicit or (section == "PERIODS" and line.words[1:2] == ("EXPLICIT",))
        elif section in by_section:
            by_section[section].append(line)
        if section == "ENDATA":
            break
    if not by_section["PERIODS"]:
        notes.add("smps-empty", None, "The time file names no period.", "Fill the section PERIODS.")
        return _nothing(model)
    return _explicit(by_section, notes, model) if is_explicit else _implicit(by_section["PERIODS"], notes, model)


def _known() -> str:
    return f"Use one of {', '.join(SECTIONS)}."


def _nothing(model: MpsModel) -> Periods:
    return Periods((), np.zeros(model.model.num_rows, np.int64), np.zeros(model.model.num_cols, np.int64))


def _implicit(lines: list[MpsLine], notes: Notes, model: MpsModel) -> Periods:
    cols = {name: place for place, name in enumerate(model.cols)}
    rows = {name: place for place, name in enumerate(model.rows)}
    rows[model.objective] = model.objective_position
    names: list[str] = []
    first_cols, first_rows = [0], [0]
    for line in lines:
        if len(line.words) != 3:
            notes.bad_line(line, "column row period")
            continue
        col, row, name = line.words
        if name in names:
            notes.add("mps-duplicate", line, f'The period "{name}" is named twice.', "Rename one.")
        for kind, word, places, firsts in (("column", col, cols, first_cols), ("row", row, rows, first_rows)):
            if word not in places:
                notes.unknown(kind, word, line, places)
            elif names and places[word] < firsts[-1]:
                rule = f'The {kind} "{word}" of {name} stands before that of the period above.'
                notes.add("smps-stage-order", line, rule, "Name periods in the order of the core file.")
            elif names:
                firsts.append(places[word])
        names.append(name)
    row_stage = np.searchsorted(first_rows, np.arange(model.model.num_rows), side="right") - 1
    col_stage = np.searchsorted(first_cols, np.arange(model.model.num_cols), side="right") - 1
    return Periods(tuple(names), row_stage.astype(np.int64), col_stage.astype(np.int64))


def _explicit(sections: dict[str, list[MpsLine]], notes: Notes, model: MpsModel) -> Periods:
    names = tuple(line.words[0] for line in sections["PERIODS"])
    stages = []
    for kind, section, things in (("row", "ROWS", model.rows), ("column", "COLUMNS", model.cols)):
        stages.append(_named_stages(kind, sections[section], (names, things, model.objective), notes))
    return Periods(names, *stages)


def _named_stages(
    kind: str, lines: list[MpsLine], known: tuple[tuple[str, ...], tuple[str, ...], str], notes: Notes
) -> IntArray:
    names, things, objective = known
    places = {name: place for place, name in enumerate(things)}
    stage = np.full(len(things), -1, dtype=np.int64)
    for line in lines:
        if len(line.words) != 2:
            notes.bad_line(line, f"{kind} period")
            continue
        thing, period = line.words
        if period not in names:
            notes.unknown("period", period, line, names)
        elif thing in places:
            stage[places[thing]] = names.index(period)
        elif thing != objective:
            notes.unknown(kind, thing, line, things)
    for place in np.nonzero(stage < 0)[0].tolist():
        notes.add("smps-empty", None, f'The {kind} "{things[place]}" has no period.', "Add it to the time file.")
    return np.maximum(stage, 0)
