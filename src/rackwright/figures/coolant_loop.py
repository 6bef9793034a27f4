"""How does heat leave the racks, and which flow at which temperature runs in each loop?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rackwright.figures.lettering import SMALL, fit, short_number
from rackwright.figures.marks import LegendItem, arrow_head, empty_note, legend, severity_items, severity_mark
from rackwright.figures.svg import Caption, Drawing, Severity, number

__all__ = ["CoolantLoop", "CoolantRun", "CoolantUnit", "render_coolant_loop"]

CoolantKind = Literal[
    "rack", "manifold", "cdu", "pump", "heat_exchanger", "loop", "dry_cooler", "tower", "chiller", "storage"
]

_MARGIN = 16.0
_BOX = 118.0
_GAP = 88.0
_HEIGHT = 96.0
_ROW = 122.0
_TOP = 8.0
_PIPE = 14.0
_STACK = 3.0

# Symbol paths around the origin, about 28 px across.
_SYMBOLS: dict[str, str] = {
    "rack": "m-9 -13h18v26h-18zm0 6.5h18m-18 6.5h18m-18 6.5h18",
    "manifold": "m-12 -11h24m-20 0v22m8 -22v22m8 -22v22m-20 0h24",
    "cdu": "m-13 -13h26v26h-26zm0 20l7 -14l6 14l6 -14l7 14",
    "pump": "m-12 0a12 12 0 1 0 24 0a12 12 0 1 0 -24 0m5 -9l17 9l-17 9",
    "heat_exchanger": "m-13 -13h26v26h-26zm0 26l26 -26",
    "loop": "m-14 -7h28v14h-28zm6 -4l-5 4l5 4m16 6l5 4l-5 4",
    "dry_cooler": "m-14 -12h28v24h-28zm14 12q-9 -9 -11 0q2 9 11 0q9 9 11 0q-2 -9 -11 0",
    "tower": "m-12 12l4 -24h16l4 24zm3 -8h18m-16 -7h14",
    "chiller": "m-14 -12h28v24h-28zm14 3v18m-8 -13.500l16 9m0 -9l-16 9",
    "storage": "m-10 -10v20a10 3.500 0 0 0 20 0v-20a10 3.500 0 0 0 -20 0a10 3.500 0 0 0 20 0",
}


@dataclass(frozen=True, slots=True)
class CoolantUnit:
    """A piece of the cooling chain, or `count` equal ones, in column `stage` from the racks (0) outwards.

    `details` are short lines.
    """

    name: str
    label: str
    kind: CoolantKind
    stage: int
    details: tuple[str, ...] = ()
    count: int = 1
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class CoolantRun:
    """A pair of pipes from the unit nearer the racks to the unit further out.

    `supply_c` is the temperature towards the racks, `return_c` away from them [°C]; `flow_lpm` the flow [l/min];
    `None` where not known.
    """

    from_unit: str
    to_unit: str
    supply_c: float | None = None
    return_c: float | None = None
    flow_lpm: float | None = None


@dataclass(frozen=True, slots=True)
class CoolantLoop:
    """Units by stage and the pipe pairs between them."""

    caption: Caption
    units: tuple[CoolantUnit, ...] = ()
    runs: tuple[CoolantRun, ...] = ()

    def _repr_svg_(self) -> str:
        return render_coolant_loop(self)


def render_coolant_loop(data: CoolantLoop) -> str:
    """Draw the chain from racks (left) to the outside air (right): supply pipes solid, return pipes dashed."""
    stages = sorted({unit.stage for unit in data.units})
    drawing = Drawing(data.caption, max(480.0, 2 * _MARGIN + len(stages) * (_BOX + _GAP) - _GAP))
    if not stages:
        empty_note(drawing, 40, "No cooling units")
        return drawing.to_svg(80)
    columns = [[unit for unit in data.units if unit.stage == stage] for stage in stages]
    rows = max(len(column) for column in columns)
    centres: dict[str, tuple[float, float]] = {}
    for index, column in enumerate(columns):
        for row, unit in enumerate(column):
            y = _TOP + (row + 0.5) * rows * _ROW / len(column)
            centres[unit.name] = (_MARGIN + index * (_BOX + _GAP) + _BOX / 2, y)
    _draw_runs(drawing, data, centres)
    for unit in data.units:
        _draw_unit(drawing, centres[unit.name], unit)
    items = [
        LegendItem("supply, to the racks", "line", classes="cool"),
        LegendItem("return, from the racks", "dash", classes="warm"),
    ]
    items += severity_items([unit.severity for unit in data.units])
    bottom = _TOP + rows * _ROW
    return drawing.to_svg(
        bottom + legend(drawing, (_MARGIN, bottom + 12), items, width=drawing.width - 2 * _MARGIN) + 8
    )


def _draw_unit(drawing: Drawing, centre: tuple[float, float], unit: CoolantUnit) -> None:
    """A card with symbol, name and details."""
    x, y = centre
    top = y - _HEIGHT / 2
    with drawing.group(unit.name, href=unit.href, tip=unit.label if unit.href else ""):
        if unit.count > 1:
            drawing.rect((x - _BOX / 2 + _STACK, top - _STACK, _BOX, _HEIGHT), "box", radius=4)
        drawing.rect((x - _BOX / 2, top, _BOX, _HEIGHT), "card", radius=4)
        drawing.path(f"M{number(x)} {number(top + 23)}{_SYMBOLS.get(unit.kind, _SYMBOLS['loop'])}", "wire")
        if unit.count > 1:
            drawing.text((x + 20, top + 27), f"× {unit.count:,}", "s")
        severity_mark(drawing, (x + _BOX / 2 - 11, top + 11), unit.severity)
        drawing.text((x, top + 55), fit(unit.label, _BOX - 10, is_bold=True), "b m")
        for index, line in enumerate(unit.details[:2]):
            drawing.text((x, top + 71 + 15 * index), fit(line, _BOX - 8, SMALL), "s m")


def _draw_runs(drawing: Drawing, data: CoolantLoop, centres: dict[str, tuple[float, float]]) -> None:
    """Pairs of pipes with arrows; flow and temperatures stand beside the end that only this run uses."""
    stacked = {unit.name for unit in data.units if unit.count > 1}
    level = {run.to_unit for run in data.runs if _is_level(run, centres)}
    for run in data.runs:
        if run.from_unit not in centres or run.to_unit not in centres:
            continue
        (x1, y1), (x2, y2) = centres[run.from_unit], centres[run.to_unit]
        x1, x2 = x1 + _BOX / 2 + (_STACK if run.from_unit in stacked else 0), x2 - _BOX / 2
        is_forked = sum(1 for other in data.runs if other.from_unit == run.from_unit) > 1
        for offset, classes, shift in ((-_PIPE, "cool", 10), (_PIPE, "warm dash", 18)):
            elbow = x1 + shift if is_forked else x2 - shift
            drawing.path(_pipe((x1, y1 + offset), (x2, y2 + offset), elbow, is_joining=run.to_unit in level), classes)
        arrow_head(drawing, (x1, y1 - _PIPE), "left", "f1")
        arrow_head(drawing, (x2, y2 + _PIPE), "right", "f2")
        shift = 0 if y1 == y2 else 9 if is_forked else -9
        _draw_run_labels(drawing, ((x1 + x2) / 2 + shift, y2 if is_forked else y1), run)


def _is_level(run: CoolantRun, centres: dict[str, tuple[float, float]]) -> bool:
    """True if both ends are drawn and stand at one height."""
    ends = run.from_unit, run.to_unit
    return all(end in centres for end in ends) and centres[ends[0]][1] == centres[ends[1]][1]


def _pipe(start: tuple[float, float], end: tuple[float, float], elbow: float, *, is_joining: bool = False) -> str:
    """Path of one pipe, straight or with two right angles; one that joins a straight pipe ends on it, at its elbow."""
    if start[1] == end[1]:
        return f"M{number(start[0])} {number(start[1])}H{number(end[0])}"
    return f"M{number(start[0])} {number(start[1])}H{number(elbow)}V{number(end[1])}" + (
        "" if is_joining else f"H{number(end[0])}"
    )


def _draw_run_labels(drawing: Drawing, centre: tuple[float, float], run: CoolantRun) -> None:
    """Supply temperature above, flow between, return temperature below the pipes."""
    x, y = centre
    if run.supply_c is not None:
        drawing.text((x, y - _PIPE - 6), f"{short_number(run.supply_c)} °C", "n m halo")
    if run.flow_lpm is not None:
        drawing.text((x, y + 4), f"{run.flow_lpm:,.0f} l/min", "s m halo")
    if run.return_c is not None:
        drawing.text((x, y + _PIPE + 15), f"{short_number(run.return_c)} °C", "n m halo")
