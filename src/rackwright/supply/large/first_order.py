"""How do prices become better that no solver could carry? Steps of a first-order method on the stage's own matrix.

Primal-dual hybrid gradient with reflection and a Halpern anchor (H. Lu and J. Yang, 2024, r2HPDHG), with a step for
each row and column from the sums of its entries (T. Pock and A. Chambolle, 2011). The starting plan is nearly the best
one, so the steps serve the prices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rackwright.supply.large.prices import FloatArray, PriceSheet

__all__ = ["better_prices"]


def better_prices(sheet: PriceSheet, x: FloatArray, prices: FloatArray, *, steps: int) -> Iterator[FloatArray]:
    """Prices after every so many steps, for as long as they are asked for; the anchor moves along each time.

    Parameters
    ----------
    sheet
        The model.
    x, prices
        Where to start.
    steps
        Steps between two answers.
    """
    model, down, across = sheet.model, sheet.by_row, sheet.by_column
    weight = max(float(np.linalg.norm(prices)), 1e-12) / max(float(np.linalg.norm(x)), 1e-12)
    x_step = 1.0 / (weight * _sums(across))
    y_step = weight / _sums(down)
    y = sheet.in_range(prices)
    while True:
        first_x, first_y, pull = x, y, across @ y
        first_pull = pull
        for k in range(steps):
            next_x = np.clip(x - x_step * (model.cost - pull), model.col_lower, model.col_upper)
            wanted = y / y_step - down @ (2.0 * next_x - x)
            next_y = y_step * (wanted + np.clip(-wanted, model.row_lower, model.row_upper))
            next_pull = across @ next_y
            back = 1.0 / (k + 2.0)
            x = (1.0 - back) * (2.0 * next_x - x) + back * first_x
            y = (1.0 - back) * (2.0 * next_y - y) + back * first_y
            pull = (1.0 - back) * (2.0 * next_pull - pull) + back * first_pull
        x, y = next_x, next_y
        yield y


def _sums(matrix: Any) -> FloatArray:
    """Sum of the sizes of the entries of each line; 1 where there are none."""
    found: FloatArray = np.asarray(abs(matrix).sum(axis=1)).ravel()
    return np.where(found > 0, found, 1.0)
