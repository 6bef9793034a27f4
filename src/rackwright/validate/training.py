"""How well does sizing predict published training steps? Errors by hardware, source, kind and precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rackwright.catalog import Catalog
from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import Fact, PlanningRules
from rackwright.validate.figures import Scored, error_metrics, grouped
from rackwright.validate.score import Case, Metrics, Score
from rackwright.validate.training_rows import TrainingRow, read_training_rows
from rackwright.validate.training_set import TrainingSet, published_step_s

__all__ = ["score_training", "source_name"]


@dataclass(frozen=True)
class _Result:
    """A row with its score in the row's own metric."""

    row: TrainingRow
    scored: Scored


def score_training(path: Path, catalog: Catalog | None = None) -> Score:
    """Score a file of the form of `training.csv` with the shipped figures; nothing is fitted.

    Rows with unverified fields or without a micro batch are scored too, but their figures stand apart under the group
    `rows`; `metrics` are those of the others.
    """
    known = catalog or load_catalog()
    rows, skipped = read_training_rows(path, known)
    results = _results(rows, known)
    plain = [result for result in results if not result.row.doubts]
    return Score(
        topic="training",
        rows=len(rows) + len(skipped),
        cases=tuple(
            Case(r.row.id, r.scored.published, r.scored.predicted, r.scored.error, r.row.accelerator.id, r.row.metric)
            for r in results
        ),
        skipped=skipped,
        metrics=_figures(plain or results),
        groups={
            "hardware": grouped(results, lambda r: r.row.accelerator.id, _figures),
            "source": grouped(results, lambda r: source_name(r.row.source), _figures),
            "kind": grouped(results, lambda r: "moe" if r.row.is_moe else "dense", _figures),
            "precision": grouped(results, lambda r: r.row.precision, _figures),
            "rows": grouped(results, lambda r: ", ".join(r.row.doubts) or "plain", _figures),
        },
    )


def source_name(text: str) -> str:
    """Short name of a source: its first words, without release and table."""
    return " ".join(text.replace(",", " ").split()[:2]) or "not stated"


def _figures(results: Sequence[_Result]) -> Metrics:
    return error_metrics([result.scored for result in results])


def _results(rows: Sequence[TrainingRow], catalog: Catalog) -> list[_Result]:
    if not rows:
        return []
    rules = catalog.get(PlanningRules, "planning-rules")
    steps = TrainingSet(rows).predict(catalog)
    return [_Result(row, _scored(row, float(step_s), rules)) for row, step_s in zip(rows, steps, strict=True)]


def _scored(row: TrainingRow, step_s: float, rules: PlanningRules) -> Scored:
    """The step in the row's metric; rates fall where the step grows, so their band turns round."""
    low, high = _band(rules.moe_step_error if row.is_moe else rules.dense_step_error)
    if row.metric == "step_s":
        return Scored(row.value, step_s, step_s * low, step_s * high)
    rate = row.value * published_step_s(row) / step_s
    return Scored(row.value, rate, rate / high, rate / low)


def _band(fact: Fact | None) -> tuple[float, float]:
    return (1.0, 1.0) if fact is None else fact.band
