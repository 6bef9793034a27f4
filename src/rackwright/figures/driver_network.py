"""Which project waits for which other, and for how long?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, fit, wrap
from rackwright.figures.marks import LegendItem, arrow_head, empty_note, legend, severity_items, severity_mark
from rackwright.figures.svg import Caption, Drawing, Severity

__all__ = ["DriverLink", "DriverNetwork", "DriverNode", "render_driver_network"]

_MARGIN = 14.0
_BOX = 240.0
_GAP = 210.0
_HEIGHT = 46.0
_ROW = 66.0
_LEAST_WIDTH = 420.0
_LABEL_STEP = 13.0


@dataclass(frozen=True, slots=True)
class DriverNode:
    """A project with a short note, such as the day on which it ends."""

    name: str
    label: str
    note: str = ""
    severity: Severity = "none"


@dataclass(frozen=True, slots=True)
class DriverLink:
    """The second project waits for the first: through a link, or (`is_resource`) for something that it holds."""

    from_node: str
    to_node: str
    label: str
    is_resource: bool = False


@dataclass(frozen=True, slots=True)
class DriverNetwork:
    """Projects from left to right, each right of those it waits for."""

    caption: Caption
    nodes: tuple[DriverNode, ...] = ()
    links: tuple[DriverLink, ...] = ()

    def _repr_svg_(self) -> str:
        return render_driver_network(self)


def render_driver_network(data: DriverNetwork) -> str:
    """Draw projects as boxes in layers; solid curves are links, dashed ones waits for a resource."""
    layers = _layers(data)
    columns: dict[int, list[DriverNode]] = {}
    for node in data.nodes:
        columns.setdefault(layers[node.name], []).append(node)
    drawing = Drawing(data.caption, max(_LEAST_WIDTH, 2 * _MARGIN + len(columns) * (_BOX + _GAP) - _GAP))
    if not data.nodes:
        empty_note(drawing, 40, "No project waits for another")
        return drawing.to_svg(80)
    rows = max(len(column) for column in columns.values())
    spots = {}
    for layer, column in columns.items():
        top = _MARGIN + (rows - len(column)) * _ROW / 2
        for row, node in enumerate(column):
            spots[node.name] = (_MARGIN + layer * (_BOX + _GAP), top + row * _ROW)
    _draw_links(drawing, data.links, spots)
    for node in data.nodes:
        _draw_node(drawing, spots[node.name], node)
    items = [LegendItem("link", "line", classes="wire")] if any(not link.is_resource for link in data.links) else []
    items += [LegendItem("holds a resource", "dash", classes="wire")] if any(k.is_resource for k in data.links) else []
    items += severity_items([node.severity for node in data.nodes])
    bottom = _MARGIN + rows * _ROW
    return drawing.to_svg(bottom + legend(drawing, (_MARGIN, bottom + 8), items, width=drawing.width - 2 * _MARGIN) + 6)


def _layers(data: DriverNetwork) -> dict[str, int]:
    """Layer of each project: one after the last of those it waits for; a ring of waits is cut at its last link."""
    layers = {node.name: 0 for node in data.nodes}
    for _ in range(len(data.nodes)):
        before = dict(layers)
        for link in data.links:
            layers[link.to_node] = min(max(layers[link.to_node], layers[link.from_node] + 1), len(data.nodes) - 1)
        if layers == before:
            break
    used = sorted(set(layers.values()))
    return {name: used.index(layer) for name, layer in layers.items()}


def _draw_links(drawing: Drawing, links: tuple[DriverLink, ...], spots: dict[str, tuple[float, float]]) -> None:
    """Curves with their words at the end, one below the other where several reach the same project."""
    reached: dict[str, int] = {}
    for link in links:
        (x1, y1), (x2, y2) = spots[link.from_node], spots[link.to_node]
        number = reached.get(link.to_node, 0)
        reached[link.to_node] = number + 1
        start, end = (x1 + _BOX, y1 + _HEIGHT / 2), (x2, y2 + 8 + min(number, 3) * _LABEL_STEP)
        bend = max((end[0] - start[0]) / 2, 30.0)
        classes = "wire dash" if link.is_resource else "wire"
        line = drawing.curve((start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end), classes)
        drawing.identify(line, f"{link.from_node}-to-{link.to_node}")
        arrow_head(drawing, end, "right", "ink")
        words = fit(link.label, _GAP - 30, SMALL)
        drawing.text((end[0] - _GAP + 16, end[1] - 2), words, "n halo")


def _draw_node(drawing: Drawing, spot: tuple[float, float], node: DriverNode) -> None:
    x, y = spot
    with drawing.group(node.name, tip=node.label):
        drawing.rect((x, y, _BOX, _HEIGHT), "card", radius=3)
        lines = wrap(node.label, _BOX - 30, max_lines=1, is_bold=True)
        drawing.text((x + 10, y + 19), lines[0] if lines else "", "b")
        drawing.text((x + 10, y + 36), fit(node.note, _BOX - 20, SMALL), "s")
        severity_mark(drawing, (x + _BOX - 12, y + 13), node.severity, radius=5.5)
