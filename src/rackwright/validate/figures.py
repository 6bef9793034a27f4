"""Which figures say how good many predictions are? Shared by the topics that score absolute percentage errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rackwright.validate.score import Metrics, median, quantile

__all__ = ["Scored", "error_metrics", "grouped"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Scored:
    """One row's figure, what was predicted, and the 80 % band of the prediction (None where there is none)."""

    published: float
    predicted: float
    low: float | None = None
    high: float | None = None

    @property
    def error(self) -> float:
        """Absolute error as a share of the published figure."""
        return abs(self.predicted / self.published - 1.0)

    @property
    def is_covered(self) -> bool:
        """True if the published figure lies in the band."""
        return self.low is not None and self.high is not None and self.low <= self.published <= self.high


def error_metrics(rows: Sequence[Scored]) -> Metrics:
    """Count, median, 90 % point and mean of the error, share of rows inside the band, and the band's median width."""
    errors = [row.error for row in rows]
    banded = [row for row in rows if row.low is not None and row.high is not None]
    widths = [((row.high or 0.0) - (row.low or 0.0)) / row.predicted for row in banded]
    return {
        "rows": len(rows),
        "median_ape": median(errors),
        "p90_ape": quantile(errors, 0.9),
        "mean_ape": sum(errors) / len(errors) if errors else None,
        "coverage80": sum(row.is_covered for row in banded) / len(banded) if banded else None,
        "band_width": median(widths),
    }


def grouped(
    rows: Sequence[R], label: Callable[[R], str], figures: Callable[[Sequence[R]], Metrics]
) -> dict[str, Metrics]:
    """Figures of the rows of each label, labels in order."""
    labels = sorted({label(row) for row in rows})
    return {name: figures([row for row in rows if label(row) == name]) for name in labels}
