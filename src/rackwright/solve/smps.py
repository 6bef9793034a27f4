"""What may happen, by the three files of SMPS: a core model, a time file and a stochastics file?

Read are INDEP, BLOCKS (both discrete) and SCENARIOS, with REPLACE, ADD and MULTIPLY, in fixed and free form. Two rules
of the format that are easily missed: a later realisation of a block begins with the values of its first one, and a
scenario begins with the values of the one it branches from. Probabilities may miss 1 by the file's rounding and are
used as written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rackwright.base.errors import InputError
from rackwright.base.intake.guard import refuse
from rackwright.base.problem import Place
from rackwright.solve.mps import MpsModel, parse_mps
from rackwright.solve.mps_lines import Form, Notes, Source, join_problems, read_in_form, read_source
from rackwright.solve.smps_stoch import Stochastics, read_stochastics
from rackwright.solve.smps_time import Periods, read_periods
from rackwright.solve.staged import StagedModel, StochasticProgram

__all__ = ["SmpsFiles", "find_smps", "parse_smps", "read_smps"]

CORE: Final = (".cor", ".core", ".mps")
TIME: Final = (".tim", ".time")
STOCH: Final = (".sto", ".stoch")


@dataclass(frozen=True, slots=True)
class SmpsFiles:
    """The three files of one program."""

    core: Path
    time: Path
    stoch: Path


def find_smps(folder: Path) -> SmpsFiles:
    """The three files of a folder, known by their ending.

    Raises
    ------
    InputError
        A file is missing, or several have one ending.
    """
    found = []
    for what, endings in (("core", CORE), ("time", TIME), ("stochastics", STOCH)):
        paths = sorted(path for path in folder.glob("*") if path.suffix.lower() in endings)
        if len(paths) != 1:
            rule = f"The folder holds {len(paths)} {what} files ({', '.join(endings)})."
            refuse("file-missing", Place(str(folder)), rule, "Keep one of each in a folder.")
        found.append(paths[0])
    return SmpsFiles(*found)


def read_smps(place: Path | SmpsFiles, *, form: Form = "auto") -> StochasticProgram:
    """Read a stochastic program from a folder, or from three named files.

    Raises
    ------
    InputError
        All problems, each with file and line; those of the time and stochastics files as far as the core can be read.
    """
    files = find_smps(place) if isinstance(place, Path) else place
    sources, errors = [], []
    for path in (files.core, files.time, files.stoch):
        try:
            sources.append(read_source(path))
        except InputError as error:
            errors.append(error)
    join_problems(errors)
    return parse_smps(*sources, form=form)


def parse_smps(core: Source, time: Source, stoch: Source, *, form: Form = "auto") -> StochasticProgram:
    """Read the texts of the three files."""
    model = parse_mps(core, form=form)
    periods = read_in_form(time, form, lambda lines, notes: read_periods(lines, notes, model))
    base = _staged(model, periods, core.name)
    stochastics = read_in_form(stoch, form, lambda lines, notes: read_stochastics(lines, notes, model, periods))
    return StochasticProgram(
        name=model.name,
        core=_with_extra_entries(base, stochastics),
        stages=periods.names,
        blocks=stochastics.blocks,
        tree=stochastics.tree,
        is_maximized=model.is_maximized,
    )


def _staged(model: MpsModel, periods: Periods, file: str) -> StagedModel:
    late = periods.col_stage[model.model.cols] > periods.row_stage[model.model.rows]
    notes = Notes(file)
    for entry in late.nonzero()[0].tolist():
        row, col = int(model.model.rows[entry]), int(model.model.cols[entry])
        stages = periods.names[periods.row_stage[row]], periods.names[periods.col_stage[col]]
        rule = f'The row "{model.rows[row]}" of {stages[0]} looks at the column "{model.cols[col]}" of {stages[1]}.'
        notes.add("smps-stage-order", None, rule, "Move the row to the later stage.")
    notes.raise_all()
    return StagedModel(model.model, model.rhs, periods.row_stage, periods.col_stage, model.offset)


def _with_extra_entries(base: StagedModel, found: Stochastics) -> StagedModel:
    """The core with a zero at each place of the matrix that only the stochastics file names."""
    import numpy as np

    if not found.extra_places:
        return base
    places = np.array(found.extra_places, dtype=np.int64)
    model = replace(
        base.model,
        rows=np.concatenate([base.model.rows, places[:, 0]]),
        cols=np.concatenate([base.model.cols, places[:, 1]]),
        values=np.concatenate([base.model.values, np.zeros(len(places))]),
    )
    return replace(base, model=model)
