"""Pictures of predicted against published figures: every row a point, by hardware, the worst ones named."""

from __future__ import annotations

import dataclasses

import pytest

from rackwright.figures import render
from rackwright.validate import Score
from rackwright.validate.score import Case
from rackwright.views.scores import ComparedRow, comparison_chart, score_charts

ROWS = tuple(ComparedRow(f"row-{n}", "h100" if n % 2 else "b200", 10.0, 10.0 + n) for n in range(12))


def test_101_rows_by_hardware_with_their_error() -> None:
    """Each device is a series that says its rows and median error."""
    chart = comparison_chart("c", "Title", "ms", ROWS)
    assert [series.label for series in chart.series] == ["b200: 6, 50 %", "h100: 6, 60 %"]
    assert sum(len(series.points) for series in chart.series) == 12
    assert "median error 55.0 %" in chart.caption.description


def test_102_the_worst_are_named_on_either_side() -> None:
    """A row ten times too low is as bad as one ten times too high; good rows carry no label."""
    rows = (*ROWS, ComparedRow("low", "h100", 10.0, 1.0), ComparedRow("high", "h100", 10.0, 100.0))
    labels = {p.label for series in comparison_chart("c", "T", "ms", rows).series for p in series.points if p.label}
    assert {"low", "high"} <= labels
    assert "row-0" not in labels
    assert render(comparison_chart("c", "T", "ms", rows)).startswith("<svg")


def test_103_one_chart_for_each_figure_of_a_score() -> None:
    """Cases without hardware, such as those of layouts, are not drawn."""
    cases = (
        Case("a", 1.0, 1.1, 0.1, "h100", "tpot"),
        Case("b", 2.0, 1.0, 0.5, "h100", "ttft"),
        Case("c", 1.0, 1.0, 0.0),
    )
    score = Score("inference", 3, cases)
    assert [chart.caption.name for chart in score_charts(score)] == ["inference-tpot", "inference-ttft"]
    assert score_charts(dataclasses.replace(score, cases=cases[2:])) == ()


@pytest.mark.parametrize("predicted", [0.0, -1.0])
def test_201_what_cannot_be_drawn_is_left_out(predicted: float) -> None:
    """A prediction that is not above zero has no place on a logarithmic axis."""
    chart = comparison_chart("c", "T", "ms", (ComparedRow("a", "h", 1.0, predicted),))
    assert chart.series == ()
