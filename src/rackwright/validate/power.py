"""How near do the public functions of power and cooling come to published and recomputed values?

A file of cases has one value a row: inputs as JSON, the quantity, what is expected, and the tolerance. A row counts as
within when |got - expected| <= tolerance x |expected|.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rackwright.base.errors import InputError
from rackwright.base.intake import read_csv
from rackwright.validate.power_cooling import answer_cooling
from rackwright.validate.power_electric import Answers, Unanswered, answer_electric
from rackwright.validate.score import Case, Metrics, Score, Skip

__all__ = ["score_power"]

ELECTRIC = frozenset(
    {
        "short-circuit",
        "power-flow",
        "arc-flash",
        "voltage-drop",
        "ampacity",
        "protection",
        "generator",
        "redundancy",
        "load-transient",
        "dc-bus",
        "efficiency",
    }
)
COOLING = frozenset({"free-cooling", "hydraulics", "liquid-cooling", "properties", "psychrometrics"})
CASES = "cases.csv"
COLUMNS = ("id", "family", "title", "inputs_json", "quantity", "expected", "unit", "tol_rel", "status")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the file with what came of it."""

    family: str
    status: str
    case: Case
    is_within: bool


def score_power(path: Path) -> Score:
    """Score a cases file, or the one called `cases.csv` in a folder; networks and weather are looked for beside it.

    Raises
    ------
    InputError
        The file is missing, no CSV, or lacks a column.
    """
    path = path / CASES if path.is_dir() else path
    table = read_csv(path, required=COLUMNS)
    answers: dict[tuple[str, str, str], Answers | str] = {}
    rows: list[_Row] = []
    skipped: list[Skip] = []
    for cells in table.rows:
        key = (cells["family"], cells["inputs_json"], cells["title"])
        if key not in answers:
            answers[key] = _answers(*key, path.parent)
        outcome = _scored(cells, answers[key])
        if isinstance(outcome, Skip):
            skipped.append(outcome)
        else:
            rows.append(outcome)
    return Score(
        topic="power",
        rows=len(table),
        cases=tuple(row.case for row in rows),
        skipped=tuple(skipped),
        metrics=_figures(rows),
        groups={
            "family": _by([row.family for row in rows], rows),
            "status": _by([row.status for row in rows], rows),
        },
    )


def _answers(family: str, text: str, title: str, folder: Path) -> Answers | str:
    """Answers by quantity, or why there are none."""
    try:
        inputs = json.loads(text)
        if family in ELECTRIC:
            return answer_electric(family, inputs, title, folder)
        if family in COOLING:
            return answer_cooling(family, inputs, title, folder)
    except Unanswered as reason:
        return str(reason)
    except InputError as error:
        return "; ".join(str(problem) for problem in error.problems)
    except (KeyError, TypeError, ValueError, StopIteration) as error:
        return f"the inputs are of no known form of {family}: {error}"
    return f'the family "{family}" is not known'


def _scored(cells: dict[str, str], answers: Answers | str) -> _Row | Skip:
    name, quantity = cells["id"], cells["quantity"]
    if isinstance(answers, str):
        return Skip(name, answers)
    if quantity not in answers:
        return Skip(name, f'the quantity "{quantity}" is not among {", ".join(list(answers)[:8])}')
    try:
        expected, tolerance = float(cells["expected"]), float(cells["tol_rel"])
    except ValueError:
        return Skip(name, "expected value or tolerance is no number")
    got = float(answers[quantity])
    gap = abs(got - expected)
    case = Case(name, expected, got, gap / abs(expected) if expected else None)
    return _Row(cells["family"], cells["status"], case, gap <= tolerance * abs(expected))


def _by(names: Sequence[str], rows: Sequence[_Row]) -> dict[str, Metrics]:
    """Figures of each group, in order of name."""
    return {
        name: _figures([row for row, own in zip(rows, names, strict=True) if own == name])
        for name in sorted(set(names))
    }


def _figures(rows: Sequence[_Row]) -> Metrics:
    errors = [row.case.error for row in rows if row.case.error is not None]
    return {
        "within_tolerance_share": sum(row.is_within for row in rows) / len(rows) if rows else None,
        "max_rel_error": max(errors, default=None),
        "scored": len(rows),
    }
