"""How close does the solver of programs under chance come to the verified optima of published instances?

The folder holds one folder per instance (core, time and stochastics file of SMPS) and `best_known.json`: name ->
`optimum`, `kind`, `source`. An error is |found - optimum| / max(1, |optimum|). Two-stage linear programs are solved a
second time by planes, and the largest difference between the two ways is told.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rackwright.base.errors import InputError
from rackwright.base.intake import read_json
from rackwright.base.intake.guard import refuse
from rackwright.base.problem import Place
from rackwright.solve.linear import Limits
from rackwright.solve.smps import read_smps
from rackwright.solve.staged import StochasticProgram
from rackwright.solve.stochastic import StochasticLimits, solve_stochastic
from rackwright.solve.tree import MOST_SCENARIOS, full_tree
from rackwright.validate.score import Case, Metrics, Score, Skip

__all__ = ["relative_error", "score_stochastic"]

BEST_KNOWN: Final = "best_known.json"
MIXED_LIMITS: Final = Limits(mip_gap_share=1e-4, mip_nodes=200_000)


@dataclass(frozen=True)
class _Judged:
    case: Case
    kind: str
    error: float | None
    method_difference: float | None


def relative_error(found: float, optimum: float) -> float:
    """Distance from an optimum as a share of it, absolute where it is below 1."""
    return abs(found - optimum) / max(1.0, abs(optimum))


def score_stochastic(folder: Path) -> Score:
    """Score the solver on a folder of instances.

    Raises
    ------
    InputError
        `best_known.json` is missing or is no mapping of instances.
    """
    best = _best_known(folder)
    judged: list[_Judged] = []
    skipped: list[Skip] = []
    found = {path.name for path in folder.iterdir() if path.is_dir()}
    names = [*best, *sorted(found - set(best))]
    for name in names:
        result = _judge(folder, name, best.get(name))
        if isinstance(result, Skip):
            skipped.append(result)
        else:
            judged.append(result)
    kinds = sorted({entry.kind for entry in judged})
    return Score(
        topic="stochastic",
        rows=len(names),
        cases=tuple(entry.case for entry in judged),
        skipped=tuple(skipped),
        metrics=_metrics(judged),
        groups={"kind": {kind: _metrics([entry for entry in judged if entry.kind == kind]) for kind in kinds}},
    )


def _metrics(judged: Sequence[_Judged]) -> Metrics:
    errors = [entry.error for entry in judged if entry.error is not None]
    differences = [entry.method_difference for entry in judged if entry.method_difference is not None]
    return {
        "max_rel_error": max(errors, default=None) if len(errors) == len(judged) else None,
        "cases": len(judged),
        "unsolved": len(judged) - len(errors),
        "max_method_difference": max(differences, default=None),
    }


def _best_known(folder: Path) -> dict[str, dict[str, Any]]:
    if not folder.is_dir():
        refuse("file-not-regular", Place(str(folder)), "This is not a folder of instances.", "Name the folder.")
    data = read_json(folder / BEST_KNOWN, root=folder).data
    if not isinstance(data, dict) or not all(isinstance(entry, dict) for entry in data.values()):
        rule = "The file does not map names of instances to what is known of them."
        refuse("invalid-value", Place(str(folder / BEST_KNOWN)), rule, 'Write {"name": {"optimum": 1.0}}.')
    return data


def _judge(folder: Path, name: str, known: dict[str, Any] | None) -> _Judged | Skip:
    optimum = (known or {}).get("optimum")
    if isinstance(optimum, bool) or not isinstance(optimum, int | float) or not math.isfinite(optimum):
        return Skip(name, "no verified optimum is known")
    if Path(name).name != name or not (folder / name).is_dir():
        return Skip(name, "there is no folder of this name")
    try:
        program = read_smps(folder / name)
    except InputError as error:
        return Skip(name, str(error.problems[0]))
    if program.num_scenarios > MOST_SCENARIOS:
        return Skip(name, f"{program.num_scenarios:,} scenarios are more than are spelled out ({MOST_SCENARIOS:,})")
    return _solve(name, program, float(optimum))


def _solve(name: str, program: StochasticProgram, optimum: float) -> _Judged:
    core, tree = program.core, full_tree(program)
    is_mixed = core.model.is_integer is not None
    kind = "MILP" if is_mixed else "LP"
    found = solve_stochastic(core, tree, limits=StochasticLimits(linear=MIXED_LIMITS if is_mixed else Limits()))
    if not math.isfinite(found.objective):
        return _Judged(Case(name, optimum, found.status, None), kind, None, None)
    sign = -1.0 if program.is_maximized else 1.0
    error = relative_error(sign * found.objective, optimum)
    difference = None
    if core.num_stages == 2 and not is_mixed:
        second = solve_stochastic(core, tree, limits=StochasticLimits(extensive_nonzeros=0))
        difference = relative_error(second.objective, found.objective)
    return _Judged(Case(name, optimum, sign * found.objective, error), kind, error, difference)
