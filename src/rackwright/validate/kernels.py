"""How well do the operator costs predict published kernel times? Errors by kind of kernel, device and precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rackwright.catalog import Catalog
from rackwright.catalog.load import load_catalog
from rackwright.catalog.parts import Fact, OperatorCoefficients
from rackwright.validate.figures import Scored, error_metrics, grouped
from rackwright.validate.kernel_set import KINDS, KernelRow, KernelSet, read_kernel_rows
from rackwright.validate.score import Case, Metrics, Score

__all__ = ["score_kernels"]

SMALL_BYTE, LARGE_BYTE = 64e3, 8e6


@dataclass(frozen=True)
class _Result:
    row: KernelRow
    scored: Scored


def score_kernels(path: Path, catalog: Catalog | None = None) -> Score:
    """Score a folder of kernel files, or one of them, with the shipped figures; nothing is fitted."""
    known = catalog or load_catalog()
    rows, skipped = read_kernel_rows(path, known)
    times = KernelSet(rows).predict(known)
    bands = {part.id: _band(part.kernel_error) for part in known.all(OperatorCoefficients)}
    results = [_Result(row, _scored(row, float(time), bands[row.part])) for row, time in zip(rows, times, strict=True)]
    return Score(
        topic="kernels",
        rows=len(rows) + len(skipped),
        cases=tuple(
            Case(r.row.id, r.scored.published, r.scored.predicted, r.scored.error, r.row.gpu, r.row.kind)
            for r in results
        ),
        skipped=skipped,
        metrics=_by_kind(results),
        groups={
            "hardware": grouped(results, lambda r: r.row.gpu, _by_kind),
            "precision": grouped(results, lambda r: r.row.precision, _by_kind),
            "operation": grouped([r for r in results if r.row.operation], lambda r: r.row.operation, _figures),
            "members": grouped([r for r in results if r.row.operation], lambda r: f"{r.row.members:.0f}", _figures),
            "message": grouped([r for r in results if r.row.operation], _size_class, _figures),
        },
    )


def _size_class(result: _Result) -> str:
    if result.row.byte < SMALL_BYTE:
        return "below 64 kB"
    return "below 8 MB" if result.row.byte < LARGE_BYTE else "8 MB and more"


def _band(fact: Fact | None) -> tuple[float, float] | None:
    """Measured over predicted at the ends of the band; None where nothing was measured."""
    return None if fact is None else fact.band


def _scored(row: KernelRow, time_s: float, band: tuple[float, float] | None) -> Scored:
    if band is None:
        return Scored(row.latency_s, time_s)
    return Scored(row.latency_s, time_s, time_s * band[0], time_s * band[1])


def _figures(results: Sequence[_Result]) -> Metrics:
    return error_metrics([result.scored for result in results])


def _by_kind(results: Sequence[_Result]) -> Metrics:
    kinds = [kind for kind in KINDS if any(result.row.kind == kind for result in results)]
    return {kind: _figures([result for result in results if result.row.kind == kind]) for kind in kinds}
