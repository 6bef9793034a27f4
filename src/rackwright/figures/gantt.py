"""When does each activity run, which gates come when, and how sure is that?"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from rackwright.figures.axes import Plot, date_axis
from rackwright.figures.lettering import SMALL, fit, text_width
from rackwright.figures.marks import LegendItem, diamond, empty_note, legend, severity_items, severity_mark
from rackwright.figures.scale import LinearScale, month_ticks
from rackwright.figures.svg import Caption, Drawing, Severity, number

__all__ = ["Gantt", "GanttBar", "GanttGroup", "GanttLink", "render_gantt"]

_WIDTH = 960.0
_MARGIN = 12.0
_TOP = 52.0
_ROW = 20.0
_COMPACT_ROW = 15.0
_COMPACT_FROM = 120
_HEAD = 26.0
_HEAD_TICKS = 12
_MIN_LABELS = 120.0
_MAX_LABELS = 260.0
_INDENT = 12.0


@dataclass(frozen=True, slots=True)
class GanttBar:
    """An activity from `start_day` up to and without `finish_day`, or a gate at `finish_day`.

    Days count from the figure's `start`.
    `p50_day` and `p80_day` are quantiles of the finish and drawn as a whisker where both are known, with a dot at
    `p95_day`. A critical activity is hatched. `float_days` is drawn as a thin line after the bar, `baseline` (first
    day, day after) as a thin bar below it.
    """

    name: str
    label: str
    start_day: int
    finish_day: int
    kind: Literal["activity", "gate"] = "activity"
    p50_day: int | None = None
    p80_day: int | None = None
    is_critical: bool = False
    severity: Severity = "none"
    href: str = ""
    p95_day: int | None = None
    float_days: int = 0
    baseline: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class GanttGroup:
    """A project: its label and its bars in order."""

    name: str
    label: str
    bars: tuple[GanttBar, ...] = ()


@dataclass(frozen=True, slots=True)
class GanttLink:
    """The later bar waits for the earlier one; both by `group name/bar name`."""

    from_bar: str
    to_bar: str


@dataclass(frozen=True, slots=True)
class Gantt:
    """Projects with activities and gates.

    `start` is day 0 and `today_day` the status date, `None` where there is none. `has_years` repeats the years in the
    headings, for charts longer than a page. `gate_word` is what a diamond stands for, `bar_words` what a bar and a
    hatched bar do.
    """

    caption: Caption
    start: dt.date
    groups: tuple[GanttGroup, ...] = ()
    links: tuple[GanttLink, ...] = ()
    today_day: int | None = None
    has_years: bool = False
    gate_word: str = "gate"
    bar_words: tuple[str, str] = ("activity", "critical activity")

    def _repr_svg_(self) -> str:
        return render_gantt(self)


@dataclass(frozen=True, slots=True)
class _Chart:
    """Where the chart stands and how days map to pixels."""

    plot: Plot
    days: LinearScale
    row: float
    labels: float


def render_gantt(data: Gantt) -> str:
    """Draw projects as headed blocks of bars over months, with gates, P50 to P80 whiskers, links and today's line."""
    drawing = Drawing(data.caption, _WIDTH)
    bars = [bar for group in data.groups for bar in group.bars]
    if not bars:
        empty_note(drawing, 40, "No activities")
        return drawing.to_svg(80)
    chart = _chart(data, bars)
    date_axis(drawing, chart.plot, chart.days, data.start, is_above=True)
    rows: dict[str, tuple[GanttBar, float]] = {}
    y = chart.plot.top
    for group in data.groups:
        drawing.rect((_MARGIN, y + 3, _WIDTH - 2 * _MARGIN, _HEAD - 6), "band", radius=2)
        label = fit(group.label, _WIDTH / 2, is_bold=True)
        drawing.text((_MARGIN + 6, y + _HEAD / 2 + 4), label, "b")
        if data.has_years and y > chart.plot.top:
            _draw_years(drawing, chart, data.start, (_MARGIN + 6 + text_width(label, is_bold=True), y + _HEAD / 2 + 4))
        y += _HEAD
        for bar in group.bars:
            rows[f"{group.name}/{bar.name}"] = (bar, y + chart.row / 2)
            y += chart.row
    _draw_links(drawing, chart, data.links, rows)
    for key, (bar, middle) in rows.items():
        _draw_bar(drawing, chart, key, bar, middle)
    _draw_today(drawing, chart, data.today_day)
    height = legend(drawing, (_MARGIN, y + 22), _legend_items(data, bars), width=_WIDTH - 2 * _MARGIN)
    return drawing.to_svg(y + 22 + height)


def _draw_years(drawing: Drawing, chart: _Chart, start: dt.date, after: tuple[float, float]) -> None:
    """Years in a heading behind its label, where the axis above may be out of sight."""
    left, y = after
    for tick in month_ticks(start, int(chart.days.low), int(chart.days.high), max_ticks=_HEAD_TICKS):
        x, text = chart.days(tick.day), f"{tick.label} {tick.year}"
        half = text_width(text, SMALL) / 2
        if tick.year and x - half > left + _INDENT and x + half <= chart.plot.right:
            drawing.text((x, y), text, "s m")
            left = x + half


def _chart(data: Gantt, bars: list[GanttBar]) -> _Chart:
    """Sizes: label column as wide as needed, days with a little air at both ends."""
    size = SMALL
    widest = max(text_width(bar.label, size) for bar in bars) + _INDENT
    labels = min(max(widest, _MIN_LABELS), _MAX_LABELS)
    first = min(bar.start_day if bar.kind == "activity" else bar.finish_day for bar in bars)
    last = max(max(bar.finish_day + bar.float_days, bar.p80_day or 0, bar.p95_day or 0) for bar in bars)
    based = [bar.baseline for bar in bars if bar.baseline is not None]
    first, last = min([first, *(days[0] for days in based)]), max([last, *(days[1] for days in based)])
    if data.today_day is not None:
        first, last = min(first, data.today_day), max(last, data.today_day)
    air = max(3, (last - first) // 40)
    row = _COMPACT_ROW if len(bars) > _COMPACT_FROM else _ROW
    bottom = _TOP + len(data.groups) * _HEAD + len(bars) * row
    plot = Plot(_MARGIN + labels + 14, _TOP, _WIDTH - _MARGIN - 8, bottom)
    return _Chart(plot, LinearScale(first - air, last + air, plot.left, plot.right), row, labels)


def _draw_bar(drawing: Drawing, chart: _Chart, key: str, bar: GanttBar, middle: float) -> None:
    """Label, bar or diamond, and whisker."""
    room = chart.labels - _INDENT
    drawing.text((_MARGIN + _INDENT, middle + 4), fit(bar.label, room, SMALL), "n")
    left, right = chart.days(min(bar.start_day, bar.finish_day)), chart.days(bar.finish_day)
    half = chart.row * 0.3
    with drawing.group(
        key, href=bar.href, tip=bar.label if bar.href or bar.label != fit(bar.label, room, SMALL) else ""
    ):
        if bar.p50_day is not None and bar.p80_day is not None:
            _draw_whisker(drawing, chart, bar, middle)
        _draw_beside(drawing, chart, bar, middle)
        if bar.kind == "gate":
            diamond(drawing, (right, middle), "critical" if bar.is_critical else "ink", radius=half + 0.5)
        else:
            box = (left, middle - half, max(right - left, 1.5), 2 * half)
            drawing.slot_rect(box, 2 if bar.is_critical else 1, radius=1.5)
        severity_mark(drawing, (max(left - 11, chart.plot.left), middle), bar.severity, radius=5)


def _draw_beside(drawing: Drawing, chart: _Chart, bar: GanttBar, middle: float) -> None:
    """Float as a thin dashed line after the bar, baseline as a thin bar below it."""
    if bar.float_days > 0:
        start, end = chart.days(bar.finish_day), chart.days(bar.finish_day + bar.float_days)
        drawing.path(f"M{number(start)} {number(middle)}H{number(end)}", "wire dash")
    if bar.baseline is not None:
        left, right = (chart.days(day) for day in bar.baseline)
        below = middle + chart.row * 0.33
        if bar.baseline[0] == bar.baseline[1]:  # only its end is known
            drawing.path(f"M{number(right)} {number(below - 1)}l3 4h-6z", "ink")
        else:
            drawing.rect((left, below, max(right - left, 1.5), 2), "ink")


def _draw_whisker(drawing: Drawing, chart: _Chart, bar: GanttBar, middle: float) -> None:
    """A thin line from the finish to P80, with a tick at P50 and a cap at P80."""
    p50, p80 = chart.days(bar.p50_day or 0), chart.days(bar.p80_day or 0)
    right = chart.days(bar.finish_day)
    start, end = min(right, p50), max(right, p80)
    ticks = f"M{number(p50)} {number(middle - 3)}v6M{number(p80)} {number(middle - 4.5)}v9"
    drawing.path(f"M{number(start)} {number(middle)}H{number(end)}{ticks}", "wire")
    if bar.p95_day is not None:
        drawing.circle((chart.days(bar.p95_day), middle), 2.2, "ink")


def _draw_links(
    drawing: Drawing, chart: _Chart, links: tuple[GanttLink, ...], rows: dict[str, tuple[GanttBar, float]]
) -> None:
    """Thin elbows from the end of one bar to the begin of the next."""
    parts = []
    for link in links:
        if link.from_bar not in rows or link.to_bar not in rows:
            continue
        (before, y1), (after, y2) = rows[link.from_bar], rows[link.to_bar]
        x1 = chart.days(before.finish_day)
        x2 = chart.days(after.start_day if after.kind == "activity" else after.finish_day)
        elbow = min(max(x1 + 4, x2 - 4), chart.plot.right)
        near = y2 - chart.row / 2 if y2 > y1 else y2 + chart.row / 2
        route = (
            f"V{number(y2)}H{number(x2)}"
            if x2 >= elbow
            else f"V{number(near)}H{number(x2 - 4)}V{number(y2)}H{number(x2)}"
        )
        parts.append(f"M{number(x1)} {number(y1)}H{number(elbow)}{route}")
    if parts:
        drawing.path("".join(parts), "axis")


def _draw_today(drawing: Drawing, chart: _Chart, today_day: int | None) -> None:
    """The status date as a dashed line with its name above."""
    if today_day is None:
        return
    x = chart.days(today_day)
    drawing.line((x, chart.plot.top - 2), (x, chart.plot.bottom), "critical-line dash")
    drawing.text((min(max(x, 20), _WIDTH - 20), 12), "today", "s m")
    drawing.line((x, 16), (x, 20), "critical-line")


def _legend_items(data: Gantt, bars: list[GanttBar]) -> list[LegendItem]:
    """What occurs in this chart."""
    drawn = {bar.is_critical for bar in bars if bar.kind == "activity"}
    items = [LegendItem(data.bar_words[hatched], slot=1 + hatched) for hatched in sorted(drawn)]
    has_gates = any(bar.kind == "gate" and not bar.is_critical for bar in bars)
    items += [LegendItem(data.gate_word, "diamond")] if has_gates else []
    items += (
        [LegendItem("critical gate", "diamond", classes="critical")]
        if any(bar.kind == "gate" and bar.is_critical for bar in bars)
        else []
    )
    items += (
        [LegendItem("finish to P80, tick at P50", "whisker")] if any(bar.p80_day is not None for bar in bars) else []
    )
    items += [LegendItem("P95", "dot")] if any(bar.p95_day is not None for bar in bars) else []
    items += [LegendItem("float", "dash", classes="wire")] if any(bar.float_days > 0 for bar in bars) else []
    items += [LegendItem("baseline", "class", classes="ink")] if any(bar.baseline for bar in bars) else []
    items += [LegendItem("waits for", "line", classes="axis")] if data.links else []
    return items + severity_items([bar.severity for bar in bars])
