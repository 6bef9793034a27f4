"""How near do lot sizing and safety stock come to the best known values of published problems?

Work is limited by counts, which the answer states, and nothing is fitted to an instance. Where no value is published,
the plan's own proved bound is given instead, apart from the gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from rackwright.supply.atscale import WeeklyNetwork, plan_weekly
from rackwright.supply.capacitated_lots import CapacitatedLots, LotEffort, plan_capacitated_lots
from rackwright.supply.lot_sizing import MultiLevelLots, plan_multi_level_lots
from rackwright.supply.safety_stock import place_safety_stock
from rackwright.validate.score import Case, Metrics, Score, Skip
from rackwright.validate.supply_files import Instance, find_files, read_instances

__all__ = ["score_supply"]

EXACT_SHARE: Final = 1e-6
EFFORT: Final = LotEffort()


@dataclass(frozen=True, slots=True)
class _Solved:
    """What was reached on one instance: objective and proved bound."""

    instance: Instance
    objective: float
    bound: float

    @property
    def gap(self) -> float | None:
        """Share above the best known value; None where there is none."""
        return self.objective / self.instance.best - 1.0 if self.instance.best else None


def score_supply(folder: Path) -> Score:
    """Score a folder of problems: files with known answers by their gap, the others by their own bound.

    `exact_share` counts gaps within a millionth; `mean_gap` and `max_gap` are (found - best known) / best known.
    """
    read = [entry for path in find_files(folder) for entry in read_instances(path)]
    skipped = [entry for entry in read if isinstance(entry, Skip)]
    solved: list[_Solved] = []
    for instance in (entry for entry in read if isinstance(entry, Instance)):
        objective, bound = _solve(instance)
        if np.isfinite(objective):
            solved.append(_Solved(instance, objective, bound))
        else:
            reason = "no plan exists" if bound == np.inf else "no plan found within the work limit"
            skipped.append(Skip(instance.id, reason))
    families = sorted({entry.instance.family for entry in solved})
    return Score(
        topic="supply",
        rows=len(read),
        cases=tuple(Case(e.instance.id, e.instance.best, e.objective, e.gap) for e in solved),
        skipped=tuple(skipped),
        metrics={**_metrics(solved), "work_limit": _limit_words()},
        groups={
            "family": {name: _metrics([e for e in solved if e.instance.family == name]) for name in families},
            "bound": {e.instance.id: _bound(e) for e in solved},
        },
    )


def _solve(instance: Instance) -> tuple[float, float]:
    """Objective reached and bound proved."""
    problem = instance.problem
    if isinstance(problem, MultiLevelLots):
        lots = plan_multi_level_lots(problem)
        return lots.objective, lots.bound
    if isinstance(problem, CapacitatedLots):
        lots = plan_capacitated_lots(problem, effort=EFFORT)
        return lots.objective, lots.bound
    if isinstance(problem, WeeklyNetwork):
        answer = plan_weekly(problem)
        return answer.cost_usd, answer.bound.cost_usd
    placed = place_safety_stock(problem)
    return placed.total, placed.bound


def _metrics(solved: Sequence[_Solved]) -> Metrics:
    """Figures over the instances with a known value; None of nothing."""
    gaps = [entry.gap for entry in solved if entry.gap is not None]
    return {
        "exact_share": sum(abs(gap) <= EXACT_SHARE for gap in gaps) / len(gaps) if gaps else None,
        "mean_gap": float(np.mean(gaps)) if gaps else None,
        "max_gap": max(gaps, default=None),
    }


def _bound(entry: _Solved) -> Metrics:
    """Bound of one instance, and how far below the plan it lies."""
    share = 1.0 - entry.bound / entry.objective if entry.objective > 0.0 else 0.0
    return {"lower_bound": entry.bound, "gap_to_bound": max(0.0, share)}


def _limit_words() -> Metrics:
    return {"nodes_a_solve": EFFORT.nodes, "moves": EFFORT.moves, "bound_nodes": EFFORT.bound_nodes}
