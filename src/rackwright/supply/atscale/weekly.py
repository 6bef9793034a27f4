"""What is planned week by week, as plain columns: buffers, activities into them, what they take and what limits them.

A buffer is an item at a site. An activity started in week t fills its buffer in week t + lead; it takes its inputs, the
hours of its work centre and its supplier's allocation in week t. Making, moving and buying differ only in what they
take: a move takes one piece of another buffer, a purchase takes no piece. Quantities are pieces, money is USD.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

__all__ = ["NONE", "BoolArray", "FloatArray", "IntArray", "WeeklyNetwork", "row_numbers"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

NONE = -1
"""The number of a work centre, supplier or content row that an activity does not have."""


@dataclass(frozen=True, kw_only=True)
class WeeklyNetwork:
    """The network; one row per buffer, activity, input, work centre, supplier and content row.

    Buffers are sorted by item, items from what is delivered (first) down to what is only bought, so every input of an
    activity is either a later item or the same item at another site. Activities are sorted by their buffer. Leads are
    at least one week.

    Parameters
    ----------
    num_weeks
        Weeks planned.
    item_of, site_of
        Item and site of each buffer, shape (buffers,).
    holding_usd
        Cost of a piece in stock over a week's end, shape (buffers,), > 0.
    stock
        Pieces on hand before the first week, shape (buffers,), >= 0.
    late_usd
        Cost of a piece owed over a week's end; 0 where nothing may be owed. Shape (buffers,).
    last_late_weeks
        Weeks of lateness that a piece counts for when it is still owed at the end.
    demand
        Pieces wanted, shape (buffers, weeks), >= 0.
    into, lead_weeks, cost_usd
        Buffer, lead time and cost per piece of each activity, shape (activities,).
    center, hours
        Work centre of each activity (or NONE) and its hours per piece.
    supplier
        Allocation each activity draws on (or NONE), a piece for a piece.
    content_usd
        Value per piece that counts for the content row of its week, shape (activities,), >= 0.
    first_input, input_of, input_qty
        Inputs of activity a are the rows first_input[a]:first_input[a + 1]: a buffer and the pieces taken.
    center_hours, supplier_qty
        Ceilings, shapes (work centres, weeks) and (suppliers, weeks), >= 0.
    content_row
        Content row of each week (or NONE), shape (weeks,).
    content_target_usd, short_usd
        Value wanted by each content row, and what a missing dollar costs.
    """

    num_weeks: int
    item_of: IntArray
    site_of: IntArray
    holding_usd: FloatArray
    stock: FloatArray
    late_usd: FloatArray
    last_late_weeks: float
    demand: FloatArray
    into: IntArray
    lead_weeks: IntArray
    cost_usd: FloatArray
    center: IntArray
    hours: FloatArray
    supplier: IntArray
    content_usd: FloatArray
    first_input: IntArray
    input_of: IntArray
    input_qty: FloatArray
    center_hours: FloatArray
    supplier_qty: FloatArray
    content_row: IntArray
    content_target_usd: FloatArray
    short_usd: FloatArray

    @property
    def num_buffers(self) -> int:
        """Number of buffers."""
        return len(self.item_of)

    @property
    def num_activities(self) -> int:
        """Number of activities."""
        return len(self.into)

    @cached_property
    def ends(self) -> IntArray:
        """Buffers that may owe pieces, ascending."""
        return np.flatnonzero(self.late_usd > 0)

    @property
    def num_columns(self) -> int:
        """Columns of the linear program: starts, stocks, pieces owed and missing content."""
        rows = self.num_activities + self.num_buffers + len(self.ends)
        return rows * self.num_weeks + len(self.short_usd)

    @cached_property
    def taker_of(self) -> IntArray:
        """Activity of each input row."""
        return np.repeat(np.arange(self.num_activities), np.diff(self.first_input))

    @cached_property
    def unit(self) -> FloatArray:
        """Pieces of a buffer that make its flow of the order of one: its mean use over the weeks, shape (buffers,)."""
        return weekly_use(self)

    @cached_property
    def levels(self) -> tuple[IntArray, ...]:
        """Buffers in groups to be priced one after the other: those whose inputs are all priced or of the same item."""
        return _levels(self)


def row_numbers(starts: IntArray, rows: IntArray) -> IntArray:
    """Numbers of the entries of some rows, one row after the other, where row r holds starts[r]:starts[r + 1].

    Examples
    --------
    >>> row_numbers(np.array([0, 2, 3, 6]), np.array([2, 0])).tolist()
    [3, 4, 5, 0, 1]
    """
    first, counts = starts[rows], starts[rows + 1] - starts[rows]
    before = np.cumsum(counts) - counts
    return np.repeat(first - before, counts) + np.arange(int(counts.sum()))


def _levels(net: WeeklyNetwork) -> tuple[IntArray, ...]:
    """Longest chain of inputs below each item; moves between sites of one item do not count."""
    num_items = int(net.item_of.max(initial=-1)) + 1
    taker_item = net.item_of[net.into[net.taker_of]]
    input_item = net.item_of[net.input_of]
    arcs = np.unique(np.stack([taker_item, input_item], axis=1)[taker_item != input_item], axis=0)
    depth = np.zeros(num_items, dtype=np.int64)
    order = np.argsort(-arcs[:, 0], kind="stable")  # deepest items first: an input stands behind its taker
    for taker, used in arcs[order].tolist():
        depth[taker] = max(depth[taker], depth[used] + 1)
    of_buffer = depth[net.item_of]
    return tuple(np.flatnonzero(of_buffer == level) for level in range(int(depth.max(initial=0)) + 1))


def weekly_use(net: WeeklyNetwork) -> FloatArray:
    """Mean pieces used per week and buffer when each buffer is filled in equal parts by all that can fill it.

    Use runs down from the demand; what moves between sites of one item is followed over one move. 1 where nothing is
    used.
    """
    use = net.demand.sum(axis=1) / net.num_weeks
    ways = np.bincount(net.into, minlength=net.num_buffers)
    start_of = np.searchsorted(net.into, np.arange(net.num_buffers + 1))
    is_move = net.item_of[net.into[net.taker_of]] == net.item_of[net.input_of]
    for level in reversed(net.levels):
        for moves in (True, False):
            rows = row_numbers(net.first_input, row_numbers(start_of, level))
            rows = rows[is_move[rows] == moves]
            into = net.into[net.taker_of[rows]]
            part = use[into] / ways[into] * net.input_qty[rows]
            use += np.bincount(net.input_of[rows], weights=part, minlength=net.num_buffers)
    return np.where(use > 0, use, 1.0)
