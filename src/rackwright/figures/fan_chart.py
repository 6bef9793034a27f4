"""How wide is the range of what may come: a median with its 80 % band over time?"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from rackwright.figures.axes import Plot, date_axis, value_axis
from rackwright.figures.lettering import SMALL, fit, text_width
from rackwright.figures.line_chart import draw_today
from rackwright.figures.marks import LegendItem, empty_note, legend
from rackwright.figures.placement import spread
from rackwright.figures.scale import LinearScale, finite_range, value_labels, value_scale
from rackwright.figures.svg import Caption, Drawing

__all__ = ["FanBand", "FanChart", "render_fan_chart"]

_WIDTH = 960.0
_TOP = 34.0
_PLOT_HEIGHT = 250.0
_LABEL_GAP = 15.0
_MAX_LABEL = 190.0

Quantiles = tuple[int, float, float, float]


@dataclass(frozen=True, slots=True)
class FanBand:
    """Quantiles of one quantity over days in order; days with a value that is not finite are left out.

    A band that others are compared with (`is_outline`) is drawn by dashed edges, so that what lies under it shows.
    """

    name: str
    label: str
    days: tuple[int, ...]
    p10: tuple[float, ...]
    p50: tuple[float, ...]
    p90: tuple[float, ...]
    is_outline: bool = False


@dataclass(frozen=True, slots=True)
class FanChart:
    """Bands over dates from `start` (day 0); `target` is a level to compare with, named by `target_label`.

    `band_words` says which quantiles the edges of a band are, where they are not those of its fields.
    """

    caption: Caption
    start: dt.date
    unit: str
    bands: tuple[FanBand, ...] = ()
    target: float | None = None
    target_label: str = "target"
    today_day: int | None = None
    band_words: str = "p10 to p90"

    def _repr_svg_(self) -> str:
        return render_fan_chart(self)


def render_fan_chart(data: FanChart) -> str:
    """Draw each band between its edges with its median, named at the right end."""
    drawing = Drawing(data.caption, _WIDTH)
    rows = [(band, _finite(band)) for band in data.bands]
    rows = [(band, quantiles) for band, quantiles in rows if quantiles]
    if not rows:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    everything = [value for _, quantiles in rows for row in quantiles for value in row[1:]]
    low, high = finite_range(everything, at_least=(0.0, data.target or 0.0))
    values, ticks = value_scale(low, high, (_TOP + _PLOT_HEIGHT, _TOP))
    names = [band.label for band, _ in rows] + ([data.target_label] if data.target is not None else [])
    room = min(max(text_width(name) for name in names), _MAX_LABEL) + 16
    plot = Plot(
        16 + max(text_width(text, SMALL) for text in value_labels(ticks)), _TOP, _WIDTH - room - 8, _TOP + _PLOT_HEIGHT
    )
    extra = () if data.today_day is None else (float(data.today_day),)
    first, last = finite_range((row[0] for _, quantiles in rows for row in quantiles), at_least=extra)
    days = LinearScale(first, max(last, first + 1), plot.left, plot.right)
    value_axis(drawing, plot, values, ticks, data.unit)
    date_axis(drawing, plot, days, data.start)
    draw_today(drawing, plot, days, data.today_day)
    for index, (band, quantiles) in enumerate(rows):
        _draw_band(drawing, band, quantiles, (days, values), slot=index % 8 + 1)
    if data.target is not None:
        y = values(data.target)
        drawing.line((plot.left, y), (plot.right, y), "wire dash")
    ends = [values(quantiles[-1][2]) for _, quantiles in rows] + (
        [values(data.target)] if data.target is not None else []
    )
    classes = [f"f{index % 8 + 1}" for index in range(len(rows))] + ["ink"]
    for name, y, colour in zip(names, spread(ends, _LABEL_GAP, low=plot.top, high=plot.bottom), classes, strict=False):
        drawing.text((plot.right + 11, y + 4), fit(name, room - 14), colour)
    items = [LegendItem(data.band_words, "class", classes="r1"), LegendItem("p50", "line")]
    return drawing.to_svg(
        plot.bottom + 38 + legend(drawing, (plot.left, plot.bottom + 46), items, width=plot.right - plot.left)
    )


def _finite(band: FanBand) -> list[Quantiles]:
    """Rows (day, p10, p50, p90) that are wholly finite."""
    rows = zip(band.days, band.p10, band.p50, band.p90, strict=True)
    return [row for row in rows if all(math.isfinite(value) for value in row[1:])]


def _draw_band(
    drawing: Drawing, band: FanBand, rows: list[Quantiles], scales: tuple[LinearScale, LinearScale], *, slot: int
) -> None:
    """Band and median of one quantity."""
    days, values = scales
    with drawing.group(band.name, tip=band.label):
        upper = [(days(row[0]), values(row[3])) for row in rows]
        lower = [(days(row[0]), values(row[1])) for row in reversed(rows)]
        middle = [(days(row[0]), values(row[2])) for row in rows]
        if band.is_outline:
            for points in (upper, lower, middle):
                drawing.polyline(points, f"l{slot} dash")
        else:
            drawing.polyline(upper + lower, f"r{slot}", is_closed=True)
            drawing.polyline(middle, f"l{slot}")
