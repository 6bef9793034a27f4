"""How does power flow from the grid to the racks, and how loaded is each element in its worst case?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rackwright.figures.lettering import SMALL, fit, percent, text_width, wrap
from rackwright.figures.marks import LegendItem, empty_note, legend, severity_items, severity_mark
from rackwright.figures.power_symbols import ATS_INLET, HALF_HEIGHT, PowerKind, SymbolSet, draw_power_symbol
from rackwright.figures.svg import Caption, Drawing, Severity, number

__all__ = ["OneLine", "OneLineElement", "OneLineFeed", "OneLineLayer", "render_one_line"]

Side = Literal["a", "shared", "b"]

_MIN_WIDTH = 960.0
_LABELS = 120.0
_MARGIN = 16.0
_CELL = 132.0
_STEP = 100.0
_TOP = 60.0
_BAR = 56.0
_INLET = 6.0


@dataclass(frozen=True, slots=True)
class OneLineElement:
    """A piece of equipment, or `count` equal ones.

    `layer` is the index of its layer, `side` the feed it belongs to; `rating` is printed as given ("2.5 MVA");
    `load_share` is the worst-case load as a share of the rating, `None` where it is not known.
    """

    name: str
    label: str
    kind: PowerKind
    layer: int
    side: Side = "shared"
    rating: str = ""
    load_share: float | None = None
    count: int = 1
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class OneLineFeed:
    """A connection from the upper to the lower element; drawn dashed where it is normally open."""

    from_element: str
    to_element: str
    is_normally_open: bool = False


@dataclass(frozen=True, slots=True)
class OneLineLayer:
    """A level of the chain, such as "Medium voltage" with the note "13.8 kV"."""

    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OneLine:
    """The chain from the grid to the racks.

    Loads above `watch_share` are amber, above 1 red (and say so in the legend). `symbols` is the standard of all
    symbols.
    """

    caption: Caption
    watch_share: float
    layers: tuple[OneLineLayer, ...] = ()
    elements: tuple[OneLineElement, ...] = ()
    feeds: tuple[OneLineFeed, ...] = ()
    symbols: SymbolSet = "iec"

    def _repr_svg_(self) -> str:
        return render_one_line(self)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an element's symbol stands and how far its text reaches to the right."""

    x: float
    y: float
    right: float


def render_one_line(data: OneLine) -> str:
    """Draw layers from top to bottom, side A left, side B right, with symbols, ratings and worst-case load shares."""
    elements = [element for element in data.elements if 0 <= element.layer < len(data.layers)]
    if not elements:
        drawing = Drawing(data.caption, _MIN_WIDTH)
        empty_note(drawing, 40, "No power elements")
        return drawing.to_svg(80)
    zones = _zones(elements, len(data.layers))
    width = max(right for _, right in zones.values()) + _MARGIN
    drawing = Drawing(data.caption, width)
    spots = _layout(elements, zones)
    _draw_layers(drawing, data, zones)
    _draw_feeds(drawing, data, elements, spots)
    for element in elements:
        _draw_element(drawing, spots[element.name], element, data)
    bottom = _TOP + len(data.layers) * _STEP - 20
    height = legend(drawing, (_MARGIN, bottom + 10), _legend_items(data, elements), width=width - 2 * _MARGIN)
    return drawing.to_svg(bottom + height + 8)


def _zones(elements: list[OneLineElement], num_layers: int) -> dict[Side, tuple[float, float]]:
    """Left and right edge of the ground of each side, as wide as its fullest layer needs."""
    sides: tuple[Side, ...] = ("a", "shared", "b")
    columns: dict[Side, int] = {}
    for side in sides:
        counts = [sum(1 for one in elements if one.side == side and one.layer == layer) for layer in range(num_layers)]
        columns[side] = max(counts, default=0)
    x = _MARGIN + _LABELS
    layers_of_sides = {one.layer for one in elements if one.side != "shared"}
    if layers_of_sides.isdisjoint(one.layer for one in elements if one.side == "shared"):
        half = max(columns["a"], columns["b"], columns["shared"] / 2)
        end = x + 2 * half * max(_CELL, (_MIN_WIDTH - _MARGIN - x) / (2 * half))
        middle = (x + end) / 2 if columns["b"] else end
        return {"a": (x, middle if columns["a"] else x), "shared": (x, end), "b": (middle if columns["a"] else x, end)}
    cell = max(_CELL, (_MIN_WIDTH - _MARGIN - x) / sum(columns.values()))
    zones: dict[Side, tuple[float, float]] = {}
    for side in sides:
        zones[side] = (x, x + columns[side] * cell)
        x += columns[side] * cell
    return zones


def _layout(elements: list[OneLineElement], zones: dict[Side, tuple[float, float]]) -> dict[str, _Spot]:
    """Place each element in its layer and side, evenly spread in the given order."""
    rows: dict[tuple[int, Side], list[OneLineElement]] = {}
    for element in elements:
        rows.setdefault((element.layer, element.side), []).append(element)
    spots: dict[str, _Spot] = {}
    for (layer, side), row in rows.items():
        left, right = zones[side]
        cell = (right - left) / len(row)
        for index, element in enumerate(row):
            middle = left + (index + 0.5) * cell
            x = middle - min(64.0, cell / 2 - 24)
            right = min(x + 190, left + (index + 1) * cell - 4)
            spots[element.name] = _Spot(x, _TOP + layer * _STEP + 14, right)
    return spots


def _draw_layers(drawing: Drawing, data: OneLine, zones: dict[Side, tuple[float, float]]) -> None:
    """Names of sides and layers, and a fine line between layers."""
    names: dict[Side, str] = {"a": "A side", "shared": "Shared", "b": "B side"}
    used = [side for side, (left, right) in zones.items() if right > left]
    used = [
        side
        for side in used
        if side != "shared"
        or not any(
            zones[other][0] < zones[side][1] and zones[side][0] < zones[other][1] for other in used if other != side
        )
    ]
    for side in used if len(used) > 1 else ():
        left, right = zones[side]
        drawing.text(((left + right) / 2, 24), names[side], "s m")
        drawing.line((left + 8, 32), (right - 8, 32), {"a": "wa", "shared": "axis", "b": "wb"}[side])
    for index, layer in enumerate(data.layers):
        y = _TOP + index * _STEP
        if index:
            drawing.line((_MARGIN, y - 38), (drawing.width - _MARGIN, y - 38), "grid")
        drawing.text((_MARGIN, y + 12), fit(layer.label, _LABELS - 8, is_bold=True), "b")
        drawing.text((_MARGIN, y + 27), fit(layer.note, _LABELS - 8, SMALL), "s")


def _draw_feeds(drawing: Drawing, data: OneLine, elements: list[OneLineElement], spots: dict[str, _Spot]) -> None:
    """Right-angled wires; each upper element has its own height for its horizontal part."""
    by_name = {element.name: element for element in elements}
    feeds = [feed for feed in data.feeds if feed.from_element in by_name and feed.to_element in by_name]
    parents: dict[int, list[str]] = {}
    for feed in feeds:
        names = parents.setdefault(by_name[feed.from_element].layer, [])
        if feed.from_element not in names:
            names.append(feed.from_element)
    for feed in feeds:
        upper, lower = by_name[feed.from_element], by_name[feed.to_element]
        lanes = parents[upper.layer]
        lane = (lanes.index(upper.name) + 1) / (len(lanes) + 1)
        side = {"a": "wa", "shared": "wire", "b": "wb"}[upper.side]
        crossed = [spots[one.name] for one in elements if upper.layer < one.layer < lower.layer]
        inlets = [one for one in feeds if one.to_element == lower.name]
        entry = spots[lower.name].x + _inlet_offset(lower.kind, inlets.index(feed), len(inlets))
        data_path = _wire(spots[upper.name], spots[lower.name], entry, lane, crossed)
        path = drawing.path(data_path, f"{side} dash" if feed.is_normally_open else side)
        drawing.identify(path, f"{upper.name}-to-{lower.name}")


def _inlet_offset(kind: PowerKind, index: int, num_feeds: int) -> float:
    """Where a feed meets the head of a symbol, so that several feeds stay apart; a transfer switch has two inlets."""
    if kind == "ats":
        return ATS_INLET if index % 2 else -ATS_INLET
    return 0.0 if num_feeds < 2 else (index / (num_feeds - 1) - 0.5) * 2 * _INLET


def _wire(upper: _Spot, lower: _Spot, entry: float, lane: float, crossed: list[_Spot]) -> str:
    """Path from the foot of one symbol to `entry` at the head of another, along a free column past layers between."""
    start, end = upper.y + HALF_HEIGHT, lower.y - HALF_HEIGHT
    gap = _STEP - 2 * HALF_HEIGHT - 24
    first = start + 12 + lane * (gap - 6)
    begin = f"M{number(upper.x)} {number(start)}"
    if lower.y <= upper.y:
        return f"{begin}V{number(first)}H{number(lower.x)}V{number(lower.y + HALF_HEIGHT)}"
    finish = f"V{number(end)}" + (f"H{number(lower.x)}" if 0 < abs(entry - lower.x) < ATS_INLET else "")
    if not crossed:
        return begin + finish if abs(upper.x - entry) < 0.5 else f"{begin}V{number(first)}H{number(entry)}{finish}"
    wanted = [entry, upper.x, *(spot.x - 28 for spot in crossed), *(spot.right + 3 for spot in crossed)]
    free = [x for x in wanted if not any(spot.x - 24 < x < spot.right for spot in crossed)]
    column = free[0] if free else entry
    second = end - 6 - lane * 8
    return f"{begin}V{number(first)}H{number(column)}V{number(second)}H{number(entry)}{finish}"


def _load_class(element: OneLineElement, watch_share: float) -> Severity | Literal["good"]:
    """Colour name of an element: the worse of its severity and its load band."""
    if element.severity == "critical" or (element.load_share or 0.0) > 1.0:
        return "critical"
    if element.severity == "warning" or (element.load_share or 0.0) > watch_share:
        return "warning"
    return "none" if element.load_share is None else "good"


def _draw_element(drawing: Drawing, spot: _Spot, element: OneLineElement, data: OneLine) -> None:
    """Symbol, name, rating, and a bar with the worst-case load."""
    colour = _load_class(element, data.watch_share)
    text_x, room = spot.x + 27, spot.right - spot.x - 27
    with drawing.group(element.name, href=element.href, tip=element.label if element.href else ""):
        classes = "out" if colour == "none" else f"{colour}-line"
        draw_power_symbol(drawing, (spot.x, spot.y), element.kind, classes, data.symbols)
        severity_mark(drawing, (spot.x - 20, spot.y - 12), element.severity, radius=5.5)
        lines = wrap(element.label, room, max_lines=2, is_bold=True)
        for index, line in enumerate(lines):
            drawing.text((text_x, spot.y - 6 - 14 * (len(lines) - 1 - index)), line, "b")
        times = f"× {element.count:,}" if element.count > 1 else ""
        facts = " · ".join(part for part in (times, element.rating) if part)
        drawing.text((text_x, spot.y + 8), fit(facts, room, SMALL), "s")
        if element.load_share is None:
            return
        full = min(_BAR, room - text_width("1,000 %", SMALL) - 6)
        drawing.text((text_x + full + 6, spot.y + 22), percent(element.load_share), "n")
        drawing.rect((text_x, spot.y + 15, full, 6), "box", radius=1)
        drawing.rect((text_x, spot.y + 15, full * min(max(element.load_share, 0.0), 1.0), 6), str(colour), radius=1)


def _legend_items(data: OneLine, elements: list[OneLineElement]) -> list[LegendItem]:
    """What the colours, dashes and marks mean, as far as they occur."""
    colours = {_load_class(element, data.watch_share) for element in elements}
    texts = {
        "good": f"worst-case load to {percent(data.watch_share)}",
        "warning": f"above {percent(data.watch_share)}",
        "critical": "above 100 % of the rating",
    }
    items = [LegendItem(text, "class", classes=name) for name, text in texts.items() if name in colours]
    if any(feed.is_normally_open for feed in data.feeds):
        items.append(LegendItem("normally open", "dash", classes="wire"))
    return items + severity_items([element.severity for element in elements])
