"""How close does the placement search come to the best known placements of published assignment problems?

The index names instances of the quadratic assignment problem: `name`, `n`, `best_known`, `file`. An instance file holds
2 n rows of n numbers: flows, then distances. The search is the one that places racks; its work limit is a count of
exchanges and its seed is fixed, so a score is the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rackwright.base.errors import InputError
from rackwright.base.intake import CsvRows, Limits, decode_text, inside, read_bytes_guarded, read_csv
from rackwright.base.problem import Place, Problem
from rackwright.layout.assignment import Assignment, AssignmentProblem, Search, assign
from rackwright.validate.score import Case, Metrics, Score, Skip

__all__ = ["score_layout"]

FloatArray = NDArray[np.float64]
MOST_ITERATIONS: Final = 100_000
MOST_CELLS: Final = 800_000_000
"""Cells of the exchange matrix looked at, over all iterations of one instance: 80,000 iterations at n = 100."""
LARGEST: Final = 1_000
SEED: Final = 1


@dataclass(frozen=True)
class _Instance:
    name: str
    best_known: float
    problem: AssignmentProblem


def score_layout(path: Path) -> Score:
    """Score the search on an index of instances; gaps are (found - best known) / best known.

    Raises
    ------
    InputError
        The index is broken: a column is missing or a best known value is no number; all problems at once.
    """
    rows = read_csv(path, required=("name", "best_known", "file"))
    best_known = _best_known(rows)
    cases: list[Case] = []
    skipped: list[Skip] = []
    gaps: dict[str, float] = {}
    for number, cells in enumerate(rows.rows):
        instance = _instance(path.parent, cells, best_known[number])
        if isinstance(instance, Skip):
            skipped.append(instance)
            continue
        found = _solve(instance.problem)
        gaps[instance.name] = (found.cost - instance.best_known) / instance.best_known
        cases.append(Case(instance.name, instance.best_known, found.cost, gaps[instance.name]))
    return Score("layout", len(rows), tuple(cases), tuple(skipped), _metrics(list(gaps.values())))


def iterations_of(size: int) -> int:
    """Work limit of an instance with `size` things."""
    return min(MOST_ITERATIONS, MOST_CELLS // (size * size))


def _solve(problem: AssignmentProblem) -> Assignment:
    size = problem.size
    return assign(problem, np.arange(size), Search(iterations=iterations_of(size), seed=SEED))


def _metrics(gaps: list[float]) -> Metrics:
    return {
        "mean_gap": float(np.mean(gaps)) if gaps else None,
        "max_gap": max(gaps, default=None),
        "work_limit": f"{MOST_ITERATIONS:,} exchanges an instance, at most {MOST_CELLS:,} matrix cells; seed {SEED}",
    }


def _best_known(rows: CsvRows) -> list[float]:
    problems: list[Problem] = []
    values: list[float] = []
    for number, cells in enumerate(rows.rows):
        value = _number(cells["best_known"])
        if value is None or value <= 0.0:
            rule = f"`{cells['best_known']}` is no cost above zero."
            problems.append(Problem("bad-number", rows.place(number, "best_known"), rule, "Write the best known cost."))
        values.append(value or 0.0)
    if problems:
        raise InputError(problems)
    return values


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _instance(folder: Path, cells: dict[str, str], best_known: float) -> _Instance | Skip:
    """An instance file beside the index, or why it cannot be used."""
    name = cells["name"]
    try:
        path = inside(folder, cells["file"], place=Place(cells["file"]))
        if not path.exists():
            return Skip(name, f"the file {cells['file']} does not exist")
        data = read_bytes_guarded(path, name=cells["file"], root=folder, max_bytes=Limits().max_bytes)
        matrix = _matrix(decode_text(data, name=cells["file"]))
    except InputError as error:
        return Skip(name, str(error.problems[0]))
    if matrix is None or matrix.shape[0] != 2 * matrix.shape[1] or not 2 <= matrix.shape[1] <= LARGEST:
        return Skip(name, f"{cells['file']} does not hold 2 n rows of n numbers, 2 <= n <= {LARGEST}")
    size = matrix.shape[1]
    stated = cells.get("n", "").strip()
    if stated and stated != str(size):
        return Skip(name, f"the index says n = {stated}, the file holds n = {size}")
    return _Instance(name, best_known, AssignmentProblem((matrix[:size],), (matrix[size:],)))


def _matrix(text: str) -> FloatArray | None:
    """Numbers of a file without a header, comma between them; None if it is not a table of finite numbers."""
    rows = [line.split(",") for line in text.splitlines() if line.strip()]
    if not rows or any(len(row) != len(rows[0]) for row in rows) or len(rows) > 2 * LARGEST:
        return None
    values = [_number(cell) for row in rows for cell in row]
    known = [value for value in values if value is not None]
    return np.array(known).reshape(len(rows), -1) if len(known) == len(values) else None
