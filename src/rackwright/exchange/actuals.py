"""What came true? Four CSV files of one folder, each optional: deliveries, made, accepted, gates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rackwright.asbuilt.backtest import Accepted, Actuals, Delivery, GatePassed, Made
from rackwright.base.errors import InputError
from rackwright.base.intake import CsvRows, read_csv
from rackwright.base.problem import Place, Problem

__all__ = ["read_actuals"]

FILES = {
    "deliveries": ("item", "supplier", "plant", "date", "qty"),
    "made": ("item", "plant", "date", "qty"),
    "accepted": ("tranche", "date", "racks"),
    "gates": ("gate", "date"),
}
Row = TypeVar("Row")


def read_actuals(folder: Path) -> Actuals:
    """Read every file of the folder that is there.

    Raises
    ------
    InputError
        The folder holds none of the files, or cells are no days or amounts; all problems at once.
    """
    reader = _Reader(folder)
    answer = Actuals(
        deliveries=reader.rows("deliveries", lambda cells: Delivery(
            cells.text("item"), cells.text("supplier"), cells.text("plant"), cells.date("date"), cells.amount("qty"),
            cells.date("ordered") if cells.text("ordered") else None)),
        made=reader.rows("made", lambda cells: Made(
            cells.text("item"), cells.text("plant"), cells.date("date"), cells.amount("qty"),
            cells.amount("started") if cells.text("started") else 0.0)),
        accepted=reader.rows("accepted", lambda cells: Accepted(
            cells.text("tranche"), cells.date("date"), cells.amount("racks"))),
        gates=reader.rows("gates", lambda cells: GatePassed(cells.text("gate"), cells.date("date"))),
    )  # fmt: skip
    if not reader.num_files:
        names = ", ".join(f"{name}.csv" for name in FILES)
        rule = "this folder holds none of the files of actuals."
        raise InputError([Problem("file-missing", Place(str(folder)), rule, f"Put in any of {names}.")])
    if reader.problems:
        raise InputError(reader.problems)
    return answer


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder, self.problems, self.num_files = folder, list[Problem](), 0

    def rows(self, name: str, make: Callable[[_Cells], Row]) -> tuple[Row, ...]:
        """Rows of one file; none where the file is not there."""
        path = self.folder / f"{name}.csv"
        if not path.is_file():
            return ()
        self.num_files += 1
        try:
            table = read_csv(path, name=path.name, required=FILES[name])
        except InputError as error:
            self.problems += error.problems
            return ()
        return tuple(make(_Cells(table, number, self.problems)) for number in range(len(table)))


class _Cells:
    """Cells of one row as days and amounts; what is none is a problem, and the row goes on with a stand-in."""

    def __init__(self, table: CsvRows, row: int, problems: list[Problem]) -> None:
        self.table, self.row, self.problems = table, row, problems

    def text(self, column: str) -> str:
        return self.table.rows[self.row].get(column, "").strip()

    def date(self, column: str) -> dt.date:
        try:
            return dt.date.fromisoformat(self.text(column))
        except ValueError:
            self._complain(column, "bad-date", "a calendar day is written YYYY-MM-DD.")
            return dt.date.min

    def amount(self, column: str) -> float:
        try:
            value = float(self.text(column).replace(",", ""))
        except ValueError:
            value = -1.0
        if not 0.0 <= value < 1e15:
            self._complain(column, "bad-number", "an amount is a number of 0 or more.")
            return 0.0
        return value

    def _complain(self, column: str, code: str, rule: str) -> None:
        written = self.text(column)
        self.problems.append(Problem(code, self.table.place(self.row, column), f'"{written}": {rule}', "Correct it."))
