"""How many tokens reach the busiest expert rank of a published kernel, and how many of its experts?

The source states how its router is skewed: popularities of experts are drawn with a density that falls with a power of
them, and the rank with the most tokens is measured. One draw is one measurement; here it is the mean of many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.sizing.operators import FloatArray

__all__ = ["Load", "busiest_rank"]

DRAWS, SEED = 48, 7
LARGEST_SHARE = 0.8
"""Most popular expert over the tokens, where there are enough of them to reach every expert."""
FEW = (0.01, 2.0)
"""Least and largest popularity where tokens are fewer than experts."""


@dataclass(frozen=True, slots=True)
class Load:
    """Work of one expert rank: routed tokens, and experts that any of them reaches."""

    routed: float
    touched: float


def busiest_rank(distribution: str, *, tokens: int, topk: int, experts: int, ranks: int) -> Load:
    """Load of the rank with most routed tokens under a skew, such as `balanced` or `power_law_1.2`.

    Parameters
    ----------
    distribution
        Name of the skew: the number behind its last underscore is the exponent.
    tokens, topk
        Tokens of all ranks, and experts each of them goes to.
    experts, ranks
        Experts in all, and ranks they are spread over in order.

    Notes
    -----
    Means of `DRAWS` draws with a fixed seed; the mean of routed tokens is geometric, as errors are judged by ratio.
    """
    copies = tokens * topk
    if not distribution.startswith("power_law"):
        return Load(max(copies / ranks, 1.0), max(min(1.0, copies / experts) * experts / ranks, 1.0))
    exponent = float(distribution.rsplit("_", 1)[1])
    least, most = (1.0, LARGEST_SHARE * tokens) if copies > experts else FEW
    drawn = np.random.default_rng(SEED).random((DRAWS, experts))
    power = 1.0 - exponent
    popularity = ((most**power - least**power) * drawn + least**power) ** (1.0 / power)
    counts = np.minimum(_whole(popularity / popularity.sum(axis=1, keepdims=True) * copies, copies), tokens)
    by_rank = counts.reshape(DRAWS, ranks, -1)
    busiest = by_rank[np.arange(DRAWS), by_rank.sum(axis=2).argmax(axis=1)]
    routed = np.exp(np.mean(np.log(np.maximum(busiest.sum(axis=1), 1.0))))
    return Load(float(routed), float(np.mean((busiest > 0.0).sum(axis=1))))


def _whole(expected: FloatArray, total: int) -> FloatArray:
    """Whole counts of each row that add up to a total: rounded, what is missing or over to the most popular."""
    counts = np.rint(expected)
    rank = np.argsort(np.argsort(-expected, axis=1, kind="stable"), axis=1, kind="stable")
    missing = total - counts.sum(axis=1, keepdims=True)
    whole: FloatArray = np.maximum(counts + np.sign(missing) * (rank < np.abs(missing)), 0.0)
    return whole
