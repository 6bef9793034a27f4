"""From which formulas, inputs and sources does a number come?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from rackwright.figures.lettering import SMALL, fit, wrap
from rackwright.figures.marks import LegendItem, empty_note, legend, severity_items, severity_mark
from rackwright.figures.svg import Caption, Drawing, Severity

__all__ = ["Lineage", "LineageLink", "LineageNode", "render_lineage"]

LineageKind = Literal["result", "formula", "table", "program", "fact", "assumption", "source"]

MAX_PER_LAYER = 14
_MARGIN = 14.0
_BOX = 172.0
_GAP = 56.0
_HEIGHT = 54.0
_ROW = 68.0
_SLOTS: dict[LineageKind, int] = {
    "result": 1,
    "formula": 4,
    "table": 5,
    "program": 3,
    "fact": 8,
    "assumption": 2,
    "source": 6,
}


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A step of the walk: what it is, its name, and its value with unit.

    `layer` 0 holds the result that is explained.
    """

    name: str
    label: str
    kind: LineageKind
    layer: int
    value: str = ""
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class LineageLink:
    """The first node rests on the second."""

    from_node: str
    to_node: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """The walk from a result to its sources, layer by layer from left to right."""

    caption: Caption
    nodes: tuple[LineageNode, ...] = ()
    links: tuple[LineageLink, ...] = ()

    def _repr_svg_(self) -> str:
        return render_lineage(self)


def render_lineage(data: Lineage) -> str:
    """Draw the walk as layers of boxes joined by curves.

    A layer of more than 14 nodes shows 13 and says how many more there are.
    """
    layers = sorted({node.layer for node in data.nodes})
    drawing = Drawing(data.caption, max(420.0, 2 * _MARGIN + len(layers) * (_BOX + _GAP) - _GAP))
    if not layers:
        empty_note(drawing, 40, "Nothing to explain")
        return drawing.to_svg(80)
    columns = [_ordered([node for node in data.nodes if node.layer == layer]) for layer in layers]
    rows = max(min(len(column), MAX_PER_LAYER) for column in columns)
    spots: dict[str, tuple[float, float]] = {}
    for index, column in enumerate(columns):
        shown = column if len(column) <= MAX_PER_LAYER else column[: MAX_PER_LAYER - 1]
        column_rows = min(len(column), MAX_PER_LAYER)
        x, top = _MARGIN + index * (_BOX + _GAP), _MARGIN + (rows - column_rows) * _ROW / 2
        for row, node in enumerate(shown):
            spots[node.name] = (x, top + row * _ROW)
        if len(column) > len(shown):
            drawing.text((x + _BOX / 2, top + len(shown) * _ROW + 30), f"and {len(column) - len(shown)} more", "s m")
    _draw_links(drawing, data.links, spots)
    for node in data.nodes:
        if node.name in spots:
            _draw_node(drawing, spots[node.name], node)
    kinds = [kind for kind in _SLOTS if any(node.kind == kind for node in data.nodes)]
    items = [LegendItem(kind, slot=_SLOTS[kind]) for kind in kinds] + severity_items(
        [node.severity for node in data.nodes]
    )
    bottom = _MARGIN + rows * _ROW
    return drawing.to_svg(bottom + legend(drawing, (_MARGIN, bottom + 8), items, width=drawing.width - 2 * _MARGIN) + 6)


def _ordered(nodes: list[LineageNode]) -> list[LineageNode]:
    """Nodes in the given order, each name once."""
    return list({node.name: node for node in nodes}.values())


def _draw_links(drawing: Drawing, links: tuple[LineageLink, ...], spots: dict[str, tuple[float, float]]) -> None:
    """Curves from the right side of a box to the left side of what it rests on."""
    for link in links:
        if link.from_node not in spots or link.to_node not in spots:
            continue
        (x1, y1), (x2, y2) = spots[link.from_node], spots[link.to_node]
        x1, y1, y2 = x1 + _BOX, y1 + _HEIGHT / 2, y2 + _HEIGHT / 2
        bend = max((x2 - x1) / 2, 20.0) if x2 > x1 else 20.0
        line = drawing.curve(((x1, y1), (x1 + bend, y1), (x2 - bend, y2), (x2, y2)), "axis")
        drawing.identify(line, f"{link.from_node}-to-{link.to_node}")


def _draw_node(drawing: Drawing, spot: tuple[float, float], node: LineageNode) -> None:
    """A box with a coloured edge: the kind in words, the name, the value."""
    x, y = spot
    slot = _SLOTS.get(node.kind, 8)
    with drawing.group(node.name, href=node.href, tip=node.label):
        drawing.rect((x, y, _BOX, _HEIGHT), "card", radius=3)
        classes, fill = drawing.slot(slot)
        drawing.rect((x, y, 7, _HEIGHT), classes, fill=fill)
        room = _BOX - 22
        head = f"{node.kind} · {node.value}" if node.value else node.kind
        drawing.text((x + 15, y + 15), fit(head, room - 14 * (node.severity != "none"), SMALL), "s")
        for index, line in enumerate(wrap(node.label, room, max_lines=2, is_bold=node.layer == 0)):
            drawing.text((x + 15, y + 31 + index * 14), line, "b" if node.layer == 0 else "")
        severity_mark(drawing, (x + _BOX - 11, y + 11), node.severity, radius=5.5)
