"""How well does sizing predict published serving latencies? Errors of both latencies by hardware, source and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rackwright.base.intake import read_csv
from rackwright.catalog import Catalog
from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import Fact, PlanningRules
from rackwright.validate.figures import Scored, error_metrics, grouped
from rackwright.validate.inference_rows import InferenceRow, read_inference_rows
from rackwright.validate.rate_rows import read_rate_rows
from rackwright.validate.rates import RateAnswer, answer_rates
from rackwright.validate.score import Answer, Case, Metrics, Score, Skip
from rackwright.validate.serving_set import ServingSet

__all__ = ["score_inference"]


@dataclass(frozen=True)
class _Result:
    """A configuration with the scores of its latencies by name."""

    row: InferenceRow
    doubt: str
    scored: tuple[tuple[str, str, Scored], ...]


def score_inference(path: Path, catalog: Catalog | None = None) -> Score:
    """Score a file of the form of `inference.csv` with the shipped figures; nothing is fitted.

    TPOT is the mean time between tokens after the first, TTFT the mean time to the first one, both of a closed loop
    with the stated number of users. Rates and powers whose lengths or load the row does not give are answered with
    assumptions, apart: no metric counts them.
    """
    known = catalog or load_catalog()
    rows, skipped, num_rows = read_inference_rows(path, known)
    results = _results(rows, known)
    answers, skipped = _answers(path, skipped, known)
    return Score(
        topic="inference",
        rows=num_rows,
        cases=tuple(
            Case(name, scored.published, scored.predicted, scored.error, result.row.hardware, kind)
            for result in results
            for name, kind, scored in result.scored
        ),
        skipped=skipped,
        metrics=_figures(results),
        groups={
            "hardware": grouped(results, lambda r: r.row.hardware, _figures),
            "source": grouped(results, lambda r: r.row.source.split(" ")[0] or "not stated", _figures),
            "kind": grouped(results, lambda r: "moe" if r.row.is_moe else "dense", _figures),
            "precision": grouped(results, lambda r: r.row.expert_precision or r.row.precision, _figures),
            "pools": grouped(results, lambda r: "aggregated" if r.row.prefill is None else "apart", _figures),
            "rows": grouped(results, lambda r: r.doubt or "plain", _figures),
            "stack": grouped(results, lambda r: r.row.stack.id if r.row.stack else "not known", _figures),
        }
        | ({"answered apart": _figures_apart(answers)} if answers else {}),
        apart=tuple(_apart(answer) for answer in answers),
    )


def _answers(
    path: Path, skipped: tuple[Skip, ...], catalog: Catalog
) -> tuple[tuple[RateAnswer, ...], tuple[Skip, ...]]:
    """Skipped rows that an assumption answers, and those that stay skipped with the reason."""
    ids = {skip.id for skip in skipped}
    rows, unread = read_rate_rows([cells for cells in read_csv(path).rows if cells["id"] in ids], catalog)
    every = answer_rates(rows, catalog)
    reasons = {skip.id: skip.reason for skip in unread} | {a.row.id: a.reason for a in every if a.scored is None}
    answers = tuple(answer for answer in every if answer.scored is not None)
    answered = {answer.row.id for answer in answers}
    left = [Skip(skip.id, reasons.get(skip.id) or skip.reason) for skip in skipped if skip.id not in answered]
    return answers, tuple(left)


def _figures_apart(answers: Sequence[RateAnswer]) -> dict[str, Metrics]:
    """Errors of rows answered with assumptions: all of them, and by what is assumed."""

    def figures(rows: Sequence[RateAnswer]) -> Metrics:
        return error_metrics([row.scored for row in rows if row.scored is not None])

    return {"all": figures(answers)} | grouped(answers, lambda a: a.row.assumed, figures)


def _apart(answer: RateAnswer) -> Answer:
    row, scored = answer.row, answer.scored
    if scored is None:
        raise ValueError(f"{row.id} has no answer")
    low, high = scored.low or 0.0, scored.high or 0.0
    return Answer(row.id, scored.published, scored.predicted, low, high, row.assumed)


def _figures(results: Sequence[_Result]) -> Metrics:
    return {
        kind: error_metrics([scored for result in results for _, name, scored in result.scored if name == kind])
        for kind in ("tpot", "ttft")
    }


def _results(rows: Sequence[InferenceRow], catalog: Catalog) -> list[_Result]:
    if not rows:
        return []
    rules = catalog.get(PlanningRules, "planning-rules")
    every = ServingSet(rows)
    tpot_s, ttft_s = every.predict(catalog)
    overloaded, unexplained = every.overloaded(catalog), every.unexplained()
    results = []
    for index, row in enumerate(rows):
        pairs = (
            ("tpot", row.tpot_s, float(tpot_s[index]), rules.tpot_error),
            ("ttft", row.ttft_s, float(ttft_s[index]), rules.ttft_error),
        )
        scored = tuple(
            (row.id_of(name), name, _scored(told, got, error)) for name, told, got, error in pairs if told is not None
        )
        results.append(
            _Result(row, _doubt(is_overloaded=bool(overloaded[index]), is_unexplained=bool(unexplained[index])), scored)
        )
    return results


def _doubt(*, is_overloaded: bool, is_unexplained: bool) -> str:
    """In what a row contradicts its own columns; empty if in nothing."""
    if is_overloaded:
        return "more users than memory"
    return "first token later than all prompts" if is_unexplained else ""


def _scored(published_s: float, predicted_s: float, error: Fact | None) -> Scored:
    low, high = (1.0, 1.0) if error is None else error.band
    return Scored(published_s, predicted_s, predicted_s * low, predicted_s * high)
