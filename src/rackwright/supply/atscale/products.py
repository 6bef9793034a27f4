"""What do starts bring and take, and what do prices make of it? Products with the matrix of a grid, as whole arrays.

The plain form of what `kernels` does row by row; also used where a product is needed only now and then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rackwright.supply.atscale.grids import Float32Array, GridProblem

__all__ = ["Products"]


@dataclass(frozen=True)
class Products:
    """The matrix of a grid problem.

    Parameters
    ----------
    problem
        The network on a grid.
    """

    problem: GridProblem
    _takes: Any
    _fills: Any
    _draws: Any

    @staticmethod
    def of(problem: GridProblem) -> Products:
        """The matrix with its sparse parts made."""
        from scipy.sparse import csr_matrix

        net = problem.network
        used, drawn = np.flatnonzero(net.center >= 0), np.flatnonzero(net.supplier >= 0)
        row = np.concatenate([net.center[used], len(net.center_hours) + net.supplier[drawn]])
        each = np.concatenate([problem.hours[used], problem.draw[drawn]])
        size = (net.num_buffers, net.num_activities)
        ones = np.ones(net.num_activities, dtype=np.float32)
        return Products(
            problem,
            csr_matrix((problem.take, (net.input_of, net.taker_of)), shape=size),
            csr_matrix((ones, (net.into, np.arange(net.num_activities))), shape=size),
            csr_matrix((each, (row, np.concatenate([used, drawn]))), shape=(len(problem.ceiling), size[1])),
        )

    def arrivals(self, starts: Float32Array) -> Float32Array:
        """Starts moved to the buckets of their arrival, shape (activities, K)."""
        found = np.zeros_like(starts)
        for rows, shift, early, tardy in self._by_lead():
            num = starts.shape[1]
            mine = starts[rows]
            found[rows, shift:] = early[: num - shift] * mine[:, : num - shift]
            if shift + 1 < num:
                found[rows, shift + 1 :] += tardy[: num - shift - 1] * mine[:, : num - shift - 1]
        return found

    def worth_on_arrival(self, worth: Float32Array) -> Float32Array:
        """What a start of each bucket is worth when it arrives, shape (activities, K)."""
        found = np.zeros((self.problem.network.num_activities, worth.shape[1]), dtype=np.float32)
        for rows, shift, early, tardy in self._by_lead():
            num = worth.shape[1]
            mine = worth[self.problem.network.into[rows]]
            found[rows, : num - shift] = early[: num - shift] * mine[:, shift:]
            if shift + 1 < num:
                found[rows, : num - shift - 1] += tardy[: num - shift - 1] * mine[:, shift + 1 :]
        return found

    def _by_lead(self) -> list[tuple[Any, int, Float32Array, Float32Array]]:
        problem, num = self.problem, self.problem.grid.num
        found = []
        for row in range(len(problem.early)):
            rows = np.flatnonzero(problem.lead == row)
            shift = int(problem.shift[rows[0]]) if len(rows) else num
            if shift < num:
                found.append((rows, shift, problem.early[row], problem.tardy[row]))
        return found

    def pull(self, worth: Float32Array, ceiling: Float32Array, content: Float32Array) -> Float32Array:
        """-A'y of the starts: what they take at the prices less what they are worth, shape (activities, K)."""
        found: Float32Array = self._takes.T @ worth + self._draws.T @ ceiling - self.worth_on_arrival(worth)
        found -= self.problem.content[:, None] * (content @ self.problem.in_row)
        return found

    def balance(self, starts: Float32Array, stock: Float32Array, owed: Float32Array) -> Float32Array:
        """Left sides of the balances, shape (buffers, K)."""
        net_stock = stock - owed
        found: Float32Array = self._fills @ self.arrivals(starts) - self._takes @ starts - net_stock
        found[:, 1:] += net_stock[:, :-1]
        return found

    def drawn(self, starts: Float32Array) -> Float32Array:
        """Hours and allocation used, shape (ceilings, K)."""
        found: Float32Array = self._draws @ starts
        return found

    def counted(self, starts: Float32Array) -> Float32Array:
        """Content found in each content row."""
        found: Float32Array = self.problem.in_row @ (self.problem.content @ starts)
        return found
