"""In which one form does every topic answer how good it is on published numbers?

The JSON form is `{topic, rows, scored, skipped, metrics, groups, cases}`. Errors, gaps and shares are fractions. Every
row that can be scored is scored, a skipped row names its reason, and nothing is fitted while validating.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

__all__ = ["Answer", "Case", "Score", "Skip", "median", "quantile"]


@dataclass(frozen=True, slots=True)
class Skip:
    """A row that is not scored, and why."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Case:
    """One scored row.

    `expected` and `got` are numbers or short text; `error` is a fraction (0.08 for 8 %), None where it makes no sense.
    `hardware` and `figure` say what was measured, where a topic knows; they serve pictures and are not in the JSON.
    """

    id: str
    expected: float | str | None
    got: float | str | None
    error: float | None
    hardware: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A row that can be answered only with what it does not say: `assumed` names that, `low` and `high` bear it."""

    id: str
    expected: float
    got: float
    low: float
    high: float
    assumed: str

    @property
    def error(self) -> float:
        """Absolute error as a share of the published figure."""
        return abs(self.got / self.expected - 1.0)


Metrics = dict[str, Any]


@dataclass(frozen=True)
class Score:
    """How a topic did.

    Parameters
    ----------
    topic
        training, inference, kernels, fabric, layout, power, supply, schedule or stochastic.
    rows
        Rows read.
    cases
        Rows scored, in the order of the file.
    skipped
        Rows not scored.
    metrics
        Figures by name; for a topic with parts, a mapping by part first.
    groups
        The same figures by group: kind of group, then group.
    apart
        Rows answered with assumptions; no metric counts them.
    """

    topic: str
    rows: int
    cases: tuple[Case, ...]
    skipped: tuple[Skip, ...] = ()
    metrics: Metrics = field(default_factory=dict)
    groups: dict[str, dict[str, Metrics]] = field(default_factory=dict)
    apart: tuple[Answer, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The answer as one JSON object; `apart` only where rows were answered with assumptions."""
        return {
            "topic": self.topic,
            "rows": self.rows,
            "scored": len(self.cases),
            "skipped": [{"id": skip.id, "reason": skip.reason} for skip in self.skipped],
            "metrics": self.metrics,
            "groups": self.groups,
            "cases": [{"id": c.id, "expected": c.expected, "got": c.got, "error": c.error} for c in self.cases],
        } | ({"apart": [asdict(row) | {"error": row.error} for row in self.apart]} if self.apart else {})


def median(values: Sequence[float]) -> float | None:
    """Median, None of nothing."""
    return quantile(values, 0.5)


def quantile(values: Sequence[float], share: float) -> float | None:
    """Quantile by linear interpolation, None of nothing."""
    return float(np.quantile(np.asarray(values, dtype=float), share)) if len(values) else None
