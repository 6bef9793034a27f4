"""How does the network become one linear model? Columns, rows and costs put together, with the map back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.program.header import Policy
from rackwright.solve import LinearModel, LinearSolution
from rackwright.supply.constraints import Block, Rows, add_rows
from rackwright.supply.network import Network
from rackwright.supply.objective import cost_usd, money_unit_usd
from rackwright.supply.timing import FloatArray
from rackwright.supply.variables import Columns

__all__ = ["Assembly", "assemble"]


@dataclass(frozen=True)
class Assembly:
    """A linear model and how to read it.

    Parameters
    ----------
    model
        Scaled model; its objective counts in `money_unit_usd`.
    columns
        Numbers and units of the columns.
    blocks
        Rows by family.
    money_unit_usd
        USD in one unit of the objective.
    """

    network: Network
    model: LinearModel
    columns: Columns
    blocks: dict[str, Block]
    money_unit_usd: float

    def rows_of(self, kind: str, entry: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """Rows of one entry of a family."""
        block, num = self.blocks[kind], self.network.grid.num
        size = num if block.is_timed else 1
        return block.start + entry * size + np.arange(size)

    def price_usd(self, kind: str, solution: LinearSolution) -> FloatArray:
        """What one more unit of a ceiling is worth, shape (entries, buckets) [USD per unit]."""
        return -self._duals(kind, solution)

    def value_usd(self, solution: LinearSolution) -> FloatArray:
        """What one piece less costs at each buffer and bucket: the price of the balance rows [USD per piece]."""
        return self._duals("balance", solution)

    def _duals(self, kind: str, solution: LinearSolution) -> FloatArray:
        block, num = self.blocks[kind], self.network.grid.num if self.blocks[kind].is_timed else 1
        duals = solution.row_dual[block.start : block.start + len(block.names) * num].reshape(-1, num)
        return duals * block.scale[:, None] * self.money_unit_usd

    def used(self, kind: str, solution: LinearSolution) -> FloatArray:
        """Left side of a family in its own unit, shape (entries, buckets)."""
        block, num = self.blocks[kind], self.network.grid.num
        values = solution.row_value[block.start : block.start + len(block.names) * num].reshape(-1, num)
        return values / block.scale[:, None]


def assemble(network: Network, policy: Policy, shares: FloatArray | None) -> Assembly:
    """Build the model; the same shape for every variant of a network that keeps its rows.

    `shares` is the traced US value share wanted of racks accepted in each bucket, None for no target.
    """
    columns = Columns(network, num_short=0 if shares is None else 1)
    rows = Rows(network, columns, shares)
    add_rows(rows)
    unit = money_unit_usd(policy)
    model = LinearModel(
        cost=cost_usd(columns, policy) / unit,
        col_lower=columns.lower,
        col_upper=columns.upper,
        row_lower=np.concatenate(rows.lower),
        row_upper=np.concatenate(rows.upper),
        rows=np.concatenate([np.zeros(0, dtype=np.int64), *rows.rows]),
        cols=np.concatenate([np.zeros(0, dtype=np.int64), *rows.cols]),
        values=np.concatenate([np.zeros(0), *rows.values]),
    )
    return Assembly(network, model, columns, rows.blocks, unit)
