"""Which lower bound of every plan's cost do given prices prove, for the stage's own rows? In closed form, no solver.

A price on each row gives each column a reduced cost, cost - A'y. Where none of the columns without an upper bound has a
negative one, b'y plus what columns with bounds can win is a bound of every plan's cost, whoever made the prices. Prices
that fail this are moved until they pass: what a piece is worth at a place is brought down to its cheapest way there,
item after item and bucket after bucket.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rackwright.solve import LinearModel
from rackwright.supply.assemble import Assembly

__all__ = ["PriceSheet", "Proved", "proved_bound"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

TOLERANCE = 1e-9
"""A reduced cost counts as negative below this part of one and the column's cost; solvers take 1e-7."""
MOST_SWEEPS = 600
FIRST_STEP, GROWTH = 1e-7, 1.03
"""A price that is brought down goes this part further, and more with every sweep, so that sweeps come to an end."""
LIFTS = 30
FAR_ABOVE = 4.0
"""Prices start so many times above the highest known one where only their cheapest way can tell."""


@dataclass(frozen=True)
class Proved:
    """What prices prove: no plan costs less than `bound`, in units of the model's objective.

    `prices` are those it was proved with, -inf and zeros where nothing could be proved.
    """

    bound: float
    prices: FloatArray


@dataclass(frozen=True)
class PriceSheet:
    """The matrix of a model, sorted for pricing.

    Parameters
    ----------
    model
        The model; its costs are >= 0.
    stock_rows
        Rows of stock balances, shape (buffers, buckets): a piece kept is worth no more than before and its holding
    holding
        Cost of one unit kept over a bucket's end, same shape.
    """

    model: LinearModel
    stock_rows: IntArray
    holding: FloatArray

    @staticmethod
    def of(assembly: Assembly, model: LinearModel | None = None) -> PriceSheet:
        """The sheet of an assembly, or of a variant of its model with the same rows."""
        num = assembly.network.grid.num
        block = assembly.blocks["balance"]
        rows = block.start + np.arange(len(block.names) * num).reshape(-1, num)
        holding = assembly.model.cost[assembly.columns.family("stock")].reshape(-1, num)
        return PriceSheet(model or assembly.model, rows, holding)

    @cached_property
    def by_column(self) -> Any:
        """The matrix with a line for each column."""
        from scipy.sparse import csc_matrix

        starts, index, values = self.model.compressed()
        shape = (self.model.num_rows, self.model.num_cols)
        return csc_matrix((values, index, starts), shape=shape).T.tocsr()

    @cached_property
    def by_row(self) -> Any:
        """The matrix with a line for each row."""
        return self.by_column.T.tocsr()

    @cached_property
    def is_equal(self) -> BoolArray:
        """Rows that are met exactly: balances, choices, demands, claims."""
        return np.asarray(self.model.row_lower == self.model.row_upper)

    @cached_property
    def is_open(self) -> BoolArray:
        """Columns without an upper bound."""
        return np.asarray(np.isposinf(self.model.col_upper))

    @cached_property
    def filled(self) -> Any:
        """What each open column brings to rows that are met exactly, a line for each column."""
        from scipy.sparse import csr_matrix

        matrix = self.by_column
        column = np.repeat(np.arange(self.model.num_cols), np.diff(matrix.indptr))
        mine = (matrix.data > 0) & self.is_equal[matrix.indices] & self.is_open[column]
        entries = (matrix.data[mine], (column[mine], matrix.indices[mine]))
        return csr_matrix(entries, shape=matrix.shape)

    @cached_property
    def fillers(self) -> tuple[IntArray, IntArray, IntArray]:
        """Rows that are filled by something, the columns that fill them one row after the other, and their starts."""
        by_row = self.filled.T.tocsr()
        rows = np.flatnonzero(np.diff(by_row.indptr))
        return rows, by_row.indices, by_row.indptr[rows]

    @cached_property
    def per_unit_filled(self) -> FloatArray:
        """One over what each column fills in all; 0 where it fills nothing."""
        filled = np.asarray(self.filled.sum(axis=1)).ravel()
        return np.where(filled > 0, 1.0 / np.where(filled > 0, filled, 1.0), 0.0)

    @cached_property
    def floor(self) -> FloatArray:
        """Lowest price of each row that is met exactly: a piece left over costs its holding to the end."""
        floor = np.zeros(self.model.num_rows)
        floor[self.stock_rows] = -np.cumsum(self.holding[:, ::-1], axis=1)[:, ::-1]
        return floor

    def in_range(self, prices: FloatArray) -> FloatArray:
        """Prices with the sign that their rows allow."""
        found = np.where(np.isneginf(self.model.row_lower), np.minimum(prices, 0.0), prices)
        found = np.where(np.isposinf(self.model.row_upper), np.maximum(found, 0.0), found)
        return np.where(self.is_equal, np.maximum(found, self.floor), found)

    def reduced_cost(self, prices: FloatArray) -> FloatArray:
        """Cost of one unit of each column less what its entries are worth."""
        found: FloatArray = self.model.cost - self.by_column @ prices
        return found

    def failing(self, reduced: FloatArray) -> IntArray:
        """Open columns whose reduced cost is negative."""
        return np.flatnonzero(self.is_open & (reduced < -TOLERANCE * (1.0 + self.model.cost)))

    def value(self, prices: FloatArray) -> float:
        """Value b'y and what columns with an upper bound win; the bound where no open column fails."""
        model = self.model
        side = np.where(prices > 0, model.row_lower, np.where(prices < 0, model.row_upper, 0.0))
        reduced = self.reduced_cost(prices)
        at = np.where((reduced < 0) & ~self.is_open, model.col_upper, model.col_lower)
        return float(side @ prices + np.maximum(reduced, 0.0) @ model.col_lower + np.minimum(reduced, 0.0) @ at)


def proved_bound(sheet: PriceSheet, prices: FloatArray) -> Proved:
    """The best bound that prices lead to.

    Two ways, and the better one: the prices themselves brought down where they fail; and only the prices of ceilings
    and of what is given kept, while the worth of everything else follows from its cheapest way there.
    """
    fair = sheet.in_range(np.nan_to_num(prices))
    found = [_proved(sheet, start) for start in (fair, priced_from_below(sheet, fair))]
    best = max(found, key=lambda each: each.bound)
    return best if np.isfinite(best.bound) else _proved(sheet, np.zeros(len(prices)))


def _proved(sheet: PriceSheet, prices: FloatArray) -> Proved:
    lowered = brought_down(sheet, prices)
    if lowered is None:
        return Proved(-np.inf, np.zeros(len(prices)))
    lifted = lifted_up(sheet, lowered)
    return Proved(sheet.value(lifted), lifted)


def brought_down(sheet: PriceSheet, prices: FloatArray) -> FloatArray | None:
    """Prices brought down until no open column fails; None where the sweeps do not come to an end.

    Notes
    -----
    A column that fails fills rows of a total worth s for z = s + its reduced cost; its rows fall by the factor z / s.
    What is lowered only makes later columns fail, since leads and structure lead forwards, so sweeps end. Negative
    prices of what is left over stay as they are, and rise to zero only where a column fails through them.
    """
    left_over = np.where(sheet.is_equal, np.minimum(prices, 0.0), 0.0)
    worth = np.where(sheet.is_equal, prices - left_over, 0.0)
    fixed = np.where(sheet.is_equal, left_over, prices)
    step = FIRST_STEP
    for _ in range(MOST_SWEEPS):
        reduced = sheet.reduced_cost(worth + fixed)
        failing = sheet.failing(reduced)
        if not len(failing):
            return worth + fixed
        fills = sheet.filled[failing]
        total = fills @ worth
        _raise_left_over(sheet, fixed, failing[total <= 0.0])
        part = np.clip((reduced[failing] + total) / np.where(total > 0, total, 1.0) - step, 0.0, 1.0)
        factor = np.ones(len(worth))
        np.minimum.at(factor, fills.indices, np.repeat(part, np.diff(fills.indptr)))
        worth = worth * factor
        step *= GROWTH
    return None


def _raise_left_over(sheet: PriceSheet, fixed: FloatArray, columns: IntArray) -> None:
    """Take the negative price from buffers that columns fail through; where that is not it, the price of a row."""
    if not len(columns):
        return
    taken = sheet.by_column[columns]
    rows = np.unique(taken.indices)
    in_stock = np.isin(sheet.stock_rows, rows).any(axis=1)
    lower = sheet.stock_rows[in_stock]
    if (fixed[lower] < 0).any():
        fixed[lower] = np.maximum(fixed[lower], 0.0)
    else:
        fixed[rows] = 0.0


def lifted_up(sheet: PriceSheet, prices: FloatArray) -> FloatArray:
    """Prices that pass, lifted where every column that fills a row leaves room.

    Notes
    -----
    pi[row] += min over columns that fill it of reduced cost / what it fills in all: all rows at once, none fails by it.
    """
    rows, columns, starts = sheet.fillers
    can_rise = (sheet.model.row_lower >= 0)[rows]
    found = prices.copy()
    for _ in range(LIFTS):
        room = sheet.reduced_cost(found) * sheet.per_unit_filled
        found[rows] += np.where(can_rise, np.maximum(np.minimum.reduceat(room[columns], starts), 0.0), 0.0)
    return found


def priced_from_below(sheet: PriceSheet, prices: FloatArray) -> FloatArray:
    """Worth of what is made, bought, moved and accepted by its cheapest way, at given prices of ceilings and stock.

    Notes
    -----
    pi[row] = min over columns that fill it of (cost + ceilings + what it takes) / what it fills in all, from far above
    down to a fixed point; pi[b, t] <= pi[b, t-1] + holding for all buckets at once.
    """
    is_free = sheet.is_equal & (sheet.model.row_lower >= 0)
    rows, columns, starts = sheet.fillers
    kept = np.cumsum(sheet.holding, axis=1) - sheet.holding
    found = np.where(is_free, FAR_ABOVE * float(np.abs(prices).max(initial=1.0)), prices)
    for _ in range(MOST_SWEEPS):
        each = (sheet.reduced_cost(found) + sheet.filled @ found) * sheet.per_unit_filled
        after = found.copy()
        after[rows] = np.minimum(after[rows], np.minimum.reduceat(each[columns], starts))
        after[sheet.stock_rows] = np.minimum.accumulate(after[sheet.stock_rows] - kept, axis=1) + kept
        after = np.where(sheet.is_equal, np.maximum(after, sheet.floor), after)
        if np.allclose(after, found, rtol=TOLERANCE, atol=TOLERANCE):
            return after
        found = after
    return found
