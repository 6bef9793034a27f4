"""Which of all points is least by planes, where there are few enough of them to list?

Points are 0/1 vectors of options of which each group allows one. With a handful of groups there are some hundreds of
them, and the largest plane at each is a product of matrices: quicker than a whole-number model, and exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

from rackwright.solve.linear import FloatArray, IntArray

__all__ = ["MOST_LISTED", "all_points", "heights", "worst_means"]

MOST_LISTED = 4_096
"""Points beyond which a whole-number model chooses."""


def all_points(num_options: int, groups: Sequence[Sequence[int]]) -> FloatArray:
    """Every allowed point, shape (points, options), the empty one first; no point where there are too many.

    Examples
    --------
    >>> all_points(2, [[0], [1]]).tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    if math.prod(len(group) + 1 for group in groups) > MOST_LISTED:
        return np.zeros((0, num_options))
    chosen = list(product(*((-1, *group) for group in groups)))
    points = np.zeros((len(chosen), num_options))
    for row, options in enumerate(chosen):
        points[row, [option for option in options if option >= 0]] = 1.0
    return points


def heights(slopes: FloatArray, sides: FloatArray, owner: IntArray, points: FloatArray) -> FloatArray:
    """The highest plane of each owner at each point.

    Parameters
    ----------
    slopes, sides
        Planes side + slope x, shapes (planes, options) and (planes,).
    owner
        Owner of each plane, from 0; every owner has one.
    points
        Points, shape (points, options).

    Returns
    -------
    Heights, shape (owners, points).
    """
    found = np.full((int(owner.max()) + 1, len(points)), -np.inf)
    np.maximum.at(found, owner, sides[:, None] + slopes @ points.T)
    return found


def worst_means(costs: FloatArray, shares: FloatArray, level: float) -> FloatArray:
    """CVaR of each column: the mean of its worst 1 - level, the last case counted in part.

    Parameters
    ----------
    costs
        Cost of each scenario at each point, shape (scenarios, points).
    shares
        Weight of each scenario.
    level
        Where the tail begins, in [0, 1).

    Examples
    --------
    >>> worst_means(np.array([[1.0], [2.0], [9.0]]), np.array([0.5, 0.3, 0.2]), 0.6)
    array([5.5])
    """
    order = np.argsort(-costs, axis=0, kind="stable")
    weight = shares[order] / shares.sum()
    before = np.cumsum(weight, axis=0) - weight
    counted = np.clip((1.0 - level) - before, 0.0, weight)
    tail: FloatArray = (counted * np.take_along_axis(costs, order, axis=0)).sum(axis=0) / counted.sum(axis=0)
    return tail
