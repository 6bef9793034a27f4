"""Where and when is something full: rows against buckets?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, fit, percent, short_number, text_width
from rackwright.figures.marks import LegendItem, empty_note, legend
from rackwright.figures.palette import NUM_HEAT_STEPS
from rackwright.figures.svg import Caption, Drawing, number

__all__ = ["HeatMap", "HeatRow", "render_heat_map"]

_WIDTH = 960.0
_MARGIN = 12.0
_TOP = 30.0
_MAX_LABELS = 230.0
_ROW = 22.0
_FIRST_DARK_STEP = 4
_MAX_CELL = 64.0


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row: label and one value per column, `None` where there is none."""

    name: str
    label: str
    values: tuple[float | None, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Rows against columns.

    Parameters
    ----------
    caption
        Name, title, description.
    columns
        Label of each column; labels that would collide are left out evenly.
    rows
        Rows from top to bottom.
    full
        Value of the darkest colour (1.0 for shares).
    mark_from
        Cells with at least this value print it, or carry a dot where they are too narrow.
    overload_from
        Cells above this value are hatched and framed.
    is_share
        Values are shares and printed as percentages.
    unit
        Unit of values that are not shares.
    """

    caption: Caption
    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    full: float
    mark_from: float
    overload_from: float
    is_share: bool = True
    unit: str = ""

    def _repr_svg_(self) -> str:
        return render_heat_map(self)


def render_heat_map(data: HeatMap) -> str:
    """Draw the grid.

    Colour by value in seven steps, printed values or dots from `mark_from`, hatch above `overload_from`.
    """
    num_columns = max([len(data.columns), *(len(row.values) for row in data.rows)])
    drawing = Drawing(data.caption, _WIDTH)
    if not data.rows or not num_columns:
        empty_note(drawing, 40, "No values")
        return drawing.to_svg(80)
    labels = min(max(text_width(row.label) for row in data.rows), _MAX_LABELS) + 12
    left = _MARGIN + labels
    cell = min((_WIDTH - _MARGIN - left) / num_columns, _MAX_CELL)
    _draw_column_labels(drawing, data, left, cell)
    for index, row in enumerate(data.rows):
        y = _TOP + index * _ROW
        with drawing.group(row.name, href=row.href, tip=row.label if row.href else ""):
            drawing.text((left - 10, y + 15), fit(row.label, labels - 12), "e")
            _draw_row(drawing, data, row, (left, y), cell)
    bottom = _TOP + len(data.rows) * _ROW
    return drawing.to_svg(_draw_key(drawing, data, left, bottom + 24) + 6)


def _draw_column_labels(drawing: Drawing, data: HeatMap, left: float, cell: float) -> None:
    """Column labels, every n-th where they would touch."""
    widest = max((text_width(label, SMALL) for label in data.columns), default=0.0) + 8
    step = max(1, math.ceil(widest / cell))
    for index in range(0, len(data.columns), step):
        x = left + (index + 0.5) * cell
        if x + widest / 2 <= _WIDTH + 4:
            drawing.text((x, _TOP - 8), data.columns[index], "s m")


def _step(data: HeatMap, value: float) -> int:
    """Colour step of a value, 0 to 6."""
    share = value / data.full if data.full > 0 else 0.0
    return min(max(int(share * NUM_HEAT_STEPS), 0), NUM_HEAT_STEPS - 1)


def _draw_row(drawing: Drawing, data: HeatMap, row: HeatRow, origin: tuple[float, float], cell: float) -> None:
    """Cells of a row, neighbours of one colour as one bar, then hatches and marks."""
    left, y = origin
    by_step: dict[int, list[int]] = {}
    known = [(index, value) for index, value in enumerate(row.values) if value is not None and math.isfinite(value)]
    over = [index for index, value in known if value > data.overload_from]
    for index, value in known:
        if value <= data.overload_from:
            by_step.setdefault(_step(data, value), []).append(index)
    for step, members in sorted(by_step.items()):
        drawing.path(_bars(members, left, y, cell), f"h{step}")
    if over:
        shape = _bars(over, left, y, cell)
        drawing.path(shape, "bg")
        drawing.path(shape, "over", fill=drawing.overlay("gap"))
    marked = [(index, value) for index, value in known if value >= data.mark_from]
    _draw_marks(drawing, data, [(left + (index + 0.5) * cell, value) for index, value in marked], y + _ROW / 2, cell)


def _bars(members: list[int], left: float, y: float, cell: float) -> str:
    """Path of cells by their numbers, ascending; neighbours are drawn together."""
    first = [index for place, index in enumerate(members) if place == 0 or members[place - 1] != index - 1]
    last = [index for place, index in enumerate(members) if index + 1 not in members[place + 1 : place + 2]]
    h = number(_ROW - 1)
    wide = [number((end + 1 - start) * cell - 1) for start, end in zip(first, last, strict=True)]
    return "".join(
        f"M{number(left + start * cell)} {number(y)}h{w}v{h}h-{w}z" for start, w in zip(first, wide, strict=True)
    )


def _print(data: HeatMap, value: float) -> str:
    """A value as printed in a cell."""
    return str(round(value * 100)) if data.is_share else short_number(value)


def _draw_marks(drawing: Drawing, data: HeatMap, marked: list[tuple[float, float]], middle: float, cell: float) -> None:
    """The value of each marked cell where it is wide enough, else a dot; `marked` holds (pixel, value)."""
    dots: dict[str, str] = {}
    for x, value in marked:
        text = _print(data, value)
        is_over = value > data.overload_from
        is_dark = not is_over and _step(data, value) >= _FIRST_DARK_STEP
        if text_width(text, SMALL) + 2 > cell:
            classes = "dots-inv" if is_dark else "dots"
            dots[classes] = dots.get(classes, "") + f"M{number(x - 0.5)} {number(middle)}h.01"
        else:
            classes = "n m halo" if is_over else "n m inv" if is_dark else "n m"
            drawing.text((x - 0.5, middle + 3.5), text, classes)
    for classes, shape in sorted(dots.items()):
        drawing.path(shape, classes)


def _draw_key(drawing: Drawing, data: HeatMap, left: float, y: float) -> float:
    """Colour steps with the values at their ends, and what the hatch means; returns the lower end."""
    show = percent if data.is_share else (lambda value: short_number(value, data.unit))
    low, high = show(0.0), show(data.full)
    x = left + text_width(low, SMALL) + 8
    drawing.text((left, y + 4), low, "s")
    for step in range(NUM_HEAT_STEPS):
        drawing.rect((x + step * 18, y - 6, 18, 12), f"h{step}")
    drawing.text((x + NUM_HEAT_STEPS * 18 + 8, y + 4), high, "s")
    start = x + NUM_HEAT_STEPS * 18 + 30 + text_width(high, SMALL)
    items = [LegendItem(f"over {show(data.overload_from)}", "gap")]
    how = "printed in %" if data.is_share else "printed"
    items.append(LegendItem(f"from {show(data.mark_from)}: {how}, or a dot where narrow", "dot"))
    return y + legend(drawing, (start, y), items, width=_WIDTH - _MARGIN - start)
