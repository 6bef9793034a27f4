"""What moves the cost of the plan advised most? Its mean where each drawn thing is low and where it is high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from rackwright.scenarios.branches import Branch
from rackwright.scenarios.chance import Luck, Thing
from rackwright.scenarios.evaluation import Sample

__all__ = ["Swing", "cost_swings"]

FloatArray = NDArray[np.float64]
MOST_SWINGS = 10
LEAST_SCENARIOS = 20
FALSE_SHARE = 0.05
"""Chance that any of all the things is told although none moves the cost."""
WORDS = {
    "lead": "lead time of {item} from {owner}",
    "allocation": "allocation of {item} by {owner}",
    "make-lead": "making time of {item} at {owner}",
    "yield": "yield of {item} at {owner}",
}


@dataclass(frozen=True)
class Swing:
    """Mean cost [USD] in the fifth of the scenarios where a thing is lowest, and where it is highest."""

    name: str
    low_usd: float
    high_usd: float


def cost_swings(
    costs: FloatArray, samples: Sequence[Sample], things: Sequence[Thing], branches: Sequence[Branch]
) -> tuple[Swing, ...]:
    """The strongest, by the distance between both ends; the branch that comes true is one of them.

    Things whose correlation with the cost could be chance, among as many as there are, are left out. Within a branch
    only luck differs, so that things are compared by what a cost is above the mean of its branch.

    Parameters
    ----------
    costs
        Cost of the plan in each scenario [USD].
    samples
        The scenarios.
    things
        What is drawn.
    branches
        Branches of the scenarios.
    """
    names = np.array([sample.draw.branch for sample in samples])
    means = {branch.id: float(costs[names == branch.id].mean()) for branch in branches if branch.share > 0.0}
    mean = sum(branch.share * means[branch.id] for branch in branches if branch.share > 0.0)
    low, high = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    found = [Swing(f"branch: {low} or {high}", means[low], means[high])] if low != high else []
    beyond = costs - np.array([means.get(name, float(costs[names == name].mean())) for name in names.tolist()])
    num = len(samples) // 5
    if len(samples) >= LEAST_SCENARIOS:
        least = _beyond_chance(len(things)) / np.sqrt(len(samples))
        for kind, owner, item in things:
            scores = np.array([Luck(sample.draw, sample.correlation).score(kind, owner, item) for sample in samples])
            if not scores.any() or abs(float(np.corrcoef(scores, beyond)[0, 1])) < least:
                continue
            order = np.argsort(scores, kind="stable")
            words = WORDS[kind].format(item=item, owner=owner)
            found.append(
                Swing(words, mean + float(beyond[order[:num]].mean()), mean + float(beyond[order[-num:]].mean()))
            )
    return tuple(sorted(found, key=lambda row: (-abs(row.high_usd - row.low_usd), row.name))[:MOST_SWINGS])


def _beyond_chance(num_things: int) -> float:
    """Standard errors from which a correlation is told, so that rarely any of so many is told for nothing.

    Notes
    -----
    Bonferroni: each of n things is held to a two-sided error of `FALSE_SHARE` / n.
    """
    return NormalDist().inv_cdf(1.0 - FALSE_SHARE / (2.0 * max(1, num_things)))
