"""What links does a CSV list say there are? Four columns; every faulty row is named with its line and its fields."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from rackwright.asbuilt.records import COLUMNS
from rackwright.base.errors import InputError
from rackwright.base.intake import Limits, read_csv
from rackwright.base.problem import Place, Problem

__all__ = ["read_link_list"]

CUT = "The file looks cut short: copy it again, or fill or remove the row."


def read_link_list(path: Path, text: str) -> pl.DataFrame:
    """Reports of a CSV file; read as text in one pass, since files of many hundred thousand rows are common.

    Raises
    ------
    InputError
        Columns are missing, or rows are too long, short of fields or badly quoted; each with its line.
    """
    try:
        frame = pl.read_csv(io.StringIO(text), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        read_csv(path, name=path.name, required=COLUMNS)  # slower, and says in which lines
        rule = f"this is not CSV: {str(error).splitlines()[0]}."
        raise InputError(
            [Problem("syntax", Place(path.name), rule, "Check quotes and the number of fields.")]
        ) from error
    missing = [column for column in COLUMNS if column not in frame.columns]
    if missing:
        rule, repair = f"the columns {', '.join(missing)} are missing.", f"The columns are {', '.join(COLUMNS)}."
        raise InputError([Problem("missing-column", Place(path.name), rule, repair)])
    empty = frame.select(pl.any_horizontal(pl.col(column).is_null() for column in COLUMNS)).to_series()
    if empty.any():
        raise InputError(list(_empty_fields(frame, empty, path.name)))
    return frame.select(COLUMNS)


def _empty_fields(frame: pl.DataFrame, empty: pl.Series, name: str) -> Iterator[Problem]:
    """The fields that each faulty row lacks; an end without them in the last row looks like a file cut short."""
    for row in empty.arg_true().head(Limits().max_problems).to_list():
        lacking = [column for column in COLUMNS if frame[column][row] is None]
        rule = f"{', '.join(lacking)} of this row {'are' if len(lacking) > 1 else 'is'} empty."
        is_cut = row == frame.height - 1 and frame.columns[-1] in lacking
        yield Problem("missing-field", Place(name, row + 2, 1), rule, CUT if is_cut else "Fill or remove it.")
