"""How is a lot written so that the relaxation is tight? Shares of demand, each tied to the lot it is made in.

Column w_isk is the share of item i's demand of period k that is made in period s <= k; column y_is says that there is a
lot of item i in period s and has the number i * periods + s. That w <= y holds share by share implies all (l, S)
inequalities (J. Krarup and O. Bilde, 1977; I. Barany, T. Van Roy and L. Wolsey, 1984).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import LinearModel

__all__ = ["Entries", "Share", "share_columns", "tie_shares"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

Share = tuple[IntArray, IntArray, IntArray]
"""Item, period made and period needed of each share column."""


@dataclass
class Entries:
    """A sheet on which families of rows are written."""

    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    rows: list[IntArray] = field(default_factory=list)
    cols: list[IntArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    num: int = 0

    def add_rows(self, lower: FloatArray, upper: FloatArray) -> int:
        """Append rows by their bounds and answer the number of the first."""
        first = self.num
        self.lower.append(lower)
        self.upper.append(upper)
        self.num += len(lower)
        return first

    def put(self, rows: IntArray, cols: IntArray, values: FloatArray | float) -> None:
        """Put values into rows and columns; all of one shape."""
        self.rows.append(rows.ravel())
        self.cols.append(cols.ravel())
        self.values.append(np.broadcast_to(np.asarray(values, dtype=np.float64), rows.shape).ravel())

    def model(self, cost: FloatArray, upper: FloatArray, is_integer: NDArray[np.bool_]) -> LinearModel:
        """The model of all rows; columns are >= 0."""
        return LinearModel(
            cost=cost,
            col_lower=np.zeros(len(cost)),
            col_upper=upper,
            row_lower=np.concatenate(self.lower),
            row_upper=np.concatenate(self.upper),
            rows=np.concatenate(self.rows),
            cols=np.concatenate(self.cols),
            values=np.concatenate(self.values),
            is_integer=is_integer,
        )


def share_columns(needed: FloatArray) -> Share:
    """A column for each item, period s and period k >= s with demand."""
    periods = needed.shape[1]
    is_before = np.tri(periods, dtype=bool).T
    item, made, need = np.nonzero(is_before[None, :, :] & (needed > 0.0)[:, None, :])
    return item, made, need


def tie_shares(entries: Entries, share: Share, *, first: int, periods: int) -> None:
    """All of a demand is made once, and only where there is a lot: sum_s w_isk = 1, w_isk <= y_is."""
    item, made, need = share
    column = first + np.arange(len(item))
    demands, row = np.unique(item * periods + need, return_inverse=True)
    start = entries.add_rows(np.ones(len(demands)), np.ones(len(demands)))
    entries.put(start + row, column, 1.0)
    start = entries.add_rows(np.full(len(item), -np.inf), np.zeros(len(item)))
    row = start + np.arange(len(item))
    entries.put(row, column, 1.0)
    entries.put(row, item * periods + made, -1.0)
