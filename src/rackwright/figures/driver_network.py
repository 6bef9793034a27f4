"""Which project waits for which other, and for how long?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, fit, wrap
from rackwright.figures.marks import LegendItem, arrow_head, empty_note, legend, severity_items, severity_mark
from rackwright.figures.svg import Caption, Drawing, Element, Point, Severity

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
    """Projects from left to right, each right of those it waits for; one wait of a ring runs back, below."""

    caption: Caption
    nodes: tuple[DriverNode, ...] = ()
    links: tuple[DriverLink, ...] = ()

    def _repr_svg_(self) -> str:
        return render_driver_network(self)


def render_driver_network(data: DriverNetwork) -> str:
    """Draw projects as boxes in layers; solid curves are links, dashed ones waits for a resource."""
    columns = _columns(data)
    drawing = Drawing(data.caption, max(_LEAST_WIDTH, 2 * _MARGIN + len(columns) * (_BOX + _GAP) - _GAP))
    if not data.nodes:
        empty_note(drawing, 40, "No project waits for another")
        return drawing.to_svg(80)
    rows = max(len(column) for column in columns)
    spots = {}
    for layer, column in enumerate(columns):
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


def _columns(data: DriverNetwork) -> list[list[DriverNode]]:
    """Projects by layer; in a layer, each near the mean row of those it waits for."""
    layers = _layers(data)
    columns: list[list[DriverNode]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for node in data.nodes:
        columns[layers[node.name]].append(node)
    height: dict[str, float] = {}
    for column in columns:
        for row, node in enumerate(column):
            before = [
                height[link.from_node] for link in data.links if link.to_node == node.name and link.from_node in height
            ]
            height[node.name] = sum(before) / len(before) if before else row - (len(column) - 1) / 2
        column.sort(key=lambda node: height[node.name])
        height |= {node.name: row - (len(column) - 1) / 2 for row, node in enumerate(column)}
    return columns


def _layers(data: DriverNetwork) -> dict[str, int]:
    """Layer of each project: one after the last of those it waits for, links before waits for a resource in a ring."""
    after: dict[str, set[str]] = {node.name: set() for node in data.nodes}
    for link in sorted(data.links, key=lambda link: link.is_resource):
        if link.from_node not in _reached(after, link.to_node):
            after[link.from_node].add(link.to_node)
    layers = dict.fromkeys(after, 0)
    for _ in after:
        for name, others in after.items():
            layers |= {other: max(layers[other], layers[name] + 1) for other in others}
    return layers


def _reached(after: dict[str, set[str]], start: str) -> set[str]:
    """A project and all that wait for it, straight or through others."""
    found, left = {start}, [start]
    while left:
        new = after[left.pop()] - found
        found |= new
        left += sorted(new)
    return found


def _draw_links(drawing: Drawing, links: tuple[DriverLink, ...], spots: dict[str, tuple[float, float]]) -> None:
    """Curves with their words at the end, one below the other where several reach the same project."""
    reached: dict[str, int] = {}
    for link in links:
        from_spot, to_spot = spots[link.from_node], spots[link.to_node]
        classes = "wire dash" if link.is_resource else "wire"
        if to_spot[0] > from_spot[0]:
            number = reached[link.to_node] = reached.get(link.to_node, -1) + 1
            line = _forward(
                drawing, from_spot, (to_spot[0], to_spot[1] + 8 + min(number, 3) * _LABEL_STEP), link, classes
            )
        else:
            line = _back(drawing, from_spot, to_spot, link, classes)
        drawing.identify(line, f"{link.from_node}-to-{link.to_node}")


def _forward(drawing: Drawing, spot: Point, end: Point, link: DriverLink, classes: str) -> Element:
    """A curve from the right of one box to the left of another, with its words at the end."""
    start = (spot[0] + _BOX, spot[1] + _HEIGHT / 2)
    bend = max((end[0] - start[0]) / 2, 30.0)
    line = drawing.curve((start, (start[0] + bend, start[1]), (end[0] - bend, end[1]), end), classes)
    arrow_head(drawing, end, "right", "ink")
    drawing.text((end[0] - _GAP + 16, end[1] - 2), fit(link.label, _GAP - 30, SMALL), "n halo")
    return line


def _back(drawing: Drawing, from_spot: Point, to_spot: Point, link: DriverLink, classes: str) -> Element:
    """A curve below the boxes, from the foot of one to that of another further left, with its words in the gap."""
    start, end = (from_spot[0] + _BOX / 4, from_spot[1] + _HEIGHT), (to_spot[0] + _BOX * 3 / 4, to_spot[1] + _HEIGHT)
    low = max(start[1], end[1]) + _ROW - _HEIGHT + 6
    line = drawing.curve((start, (start[0], low), (end[0], low), end), classes)
    arrow_head(drawing, end, "up", "ink")
    drawing.text(
        (to_spot[0] + _BOX + 12, (max(start[1], end[1]) + low) / 2 + 8), fit(link.label, _GAP - 30, SMALL), "n halo"
    )
    return line


def _draw_node(drawing: Drawing, spot: tuple[float, float], node: DriverNode) -> None:
    x, y = spot
    with drawing.group(node.name, tip=node.label):
        drawing.rect((x, y, _BOX, _HEIGHT), "card", radius=3)
        lines = wrap(node.label, _BOX - 30, max_lines=1, is_bold=True)
        drawing.text((x + 10, y + 19), lines[0] if lines else "", "b")
        drawing.text((x + 10, y + 36), fit(node.note, _BOX - 20, SMALL), "s")
        severity_mark(drawing, (x + _BOX - 12, y + 13), node.severity, radius=5.5)
