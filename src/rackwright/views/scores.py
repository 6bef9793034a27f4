"""Where are predictions good and where not? Predicted against published figures by hardware, each row a point."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.figures import Caption, ScatterChart, ScatterPoint, ScatterSeries
from rackwright.validate import Score
from rackwright.validate.score import median

__all__ = ["ComparedRow", "comparison_chart", "score_charts"]

RATIOS = (1.0, 0.8, 1.25)
"""Lines to compare by: equal, and a fifth to either side."""
MOST_NAMED = 6
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A published figure beside its prediction, with the hardware it was measured on."""

    name: str
    hardware: str
    published: float
    predicted: float

    @property
    def error(self) -> float:
        """Absolute error as a share of the published figure."""
        return abs(self.predicted / self.published - 1.0)


def comparison_chart(name: str, title: str, unit: str, rows: Sequence[ComparedRow]) -> ScatterChart:
    """Every row by hardware; the worst ones are named, so that bad rows are as plain to see as good ones."""
    used = [row for row in rows if row.published > 0.0 and row.predicted > 0.0]
    far = sorted(used, key=lambda row: (-abs(math.log(row.predicted / row.published)), row.name))
    worst = {row.name for row in far[:MOST_NAMED]}
    middle = median([row.error for row in used])
    said = "no row" if middle is None else f"{len(used)} rows, median error {middle * PERCENT:.1f} %"
    caption = Caption(name, title, f"{said}; the dashed lines are a fifth away; the {MOST_NAMED} worst rows are named.")
    series = tuple(
        ScatterSeries(
            hardware,
            _label(hardware, [row for row in used if row.hardware == hardware]),
            tuple(
                ScatterPoint(str(place), row.published, row.predicted, row.name if row.name in worst else "")
                for place, row in enumerate(used)
                if row.hardware == hardware
            ),
        )
        for hardware in sorted({row.hardware for row in used})
    )
    return ScatterChart(caption, f"published, {unit}", f"predicted, {unit}", series, is_log=True, ratios=RATIOS)


def _label(hardware: str, rows: Sequence[ComparedRow]) -> str:
    middle = median([row.error for row in rows]) or 0.0
    return f"{hardware}: {len(rows)}, {middle * PERCENT:.0f} %"


def score_charts(score: Score) -> tuple[ScatterChart, ...]:
    """One chart for each figure of a score whose cases name their hardware; none for other topics."""
    kinds = sorted({case.figure for case in score.cases if case.hardware})
    charts = []
    for kind in kinds:
        rows = [
            ComparedRow(case.id, case.hardware, float(case.expected), float(case.got))
            for case in score.cases
            if case.figure == kind
            and case.hardware
            and isinstance(case.expected, int | float)
            and isinstance(case.got, int | float)
        ]
        ending = f"-{kind}" if kind else ""
        title = f"{score.topic}{' ' if kind else ''}{kind}: predicted against published"
        charts.append(comparison_chart(f"{score.topic}{ending}", title, kind or "as published", rows))
    return tuple(charts)
