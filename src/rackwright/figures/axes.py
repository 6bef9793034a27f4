"""How are the axes of a chart drawn: months below, values at the left or below, fine grid lines?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, fit, text_width
from rackwright.figures.scale import LinearScale, month_ticks, value_labels
from rackwright.figures.svg import Drawing

__all__ = ["Plot", "date_axis", "value_axis", "value_axis_below"]

_MONTH_PX = 34.0


@dataclass(frozen=True, slots=True)
class Plot:
    """The ground of a chart between its axes, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def date_axis(drawing: Drawing, plot: Plot, scale: LinearScale, start: dt.date, *, is_above: bool = False) -> None:
    """Months and years along the bottom (or top) with grid lines at the ticks; `scale` maps days to pixels."""
    max_ticks = max(2, int((plot.right - plot.left) / _MONTH_PX))
    y = plot.top - 18 if is_above else plot.bottom + 15
    year_y = y - 14 if is_above else y + 14
    last_year = plot.left - 100.0
    for tick in month_ticks(start, int(scale.low), int(scale.high), max_ticks=max_ticks):
        x = scale(tick.day)
        drawing.line(
            (x, plot.top - 4 if is_above else plot.top), (x, plot.bottom if is_above else plot.bottom + 4), "grid"
        )
        half = text_width(tick.label, SMALL) / 2
        if x - half >= 0 and x + half <= drawing.width:
            drawing.text((x, y + 6 if is_above else y), tick.label, "s m")
            if tick.year and x - last_year >= 36:
                drawing.text((x, year_y + 6 if is_above else year_y), tick.year, "n m")
                last_year = x


def value_axis(drawing: Drawing, plot: Plot, scale: LinearScale, ticks: Sequence[float], unit: str) -> None:
    """Grid lines and labels of values at the left; the unit stands above them."""
    for tick, label in zip(ticks, value_labels(list(ticks)), strict=True):
        y = scale(tick)
        drawing.line((plot.left, y), (plot.right, y), "axis" if tick == 0 else "grid")
        drawing.text((plot.left - 8, y + 4), label, "s e")
    drawing.text((2, plot.top - 12), fit(unit, drawing.width / 2, SMALL), "s")


def value_axis_below(drawing: Drawing, plot: Plot, scale: LinearScale, ticks: Sequence[float], unit: str) -> None:
    """Grid lines upwards and labels of values below the plot; the unit stands at the last one."""
    for tick, label in zip(ticks, value_labels(list(ticks)), strict=True):
        x = scale(tick)
        drawing.line((x, plot.top), (x, plot.bottom), "axis" if tick == 0 else "grid")
        drawing.text((x, plot.bottom + 15), label, "s m")
    drawing.text(((plot.left + plot.right) / 2, plot.bottom + 31), fit(unit, plot.right - plot.left, SMALL), "s m")
