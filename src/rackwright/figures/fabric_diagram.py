"""Which tiers of switches make a fabric, and how many links run between them?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from rackwright.figures.lettering import SMALL, fit
from rackwright.figures.marks import LegendItem, empty_note, legend, severity_items, severity_mark
from rackwright.figures.placement import Box, LabelSpace, cubic_point
from rackwright.figures.svg import Caption, Cubic, Drawing, Point, Severity, number

__all__ = ["FabricBundle", "FabricDiagram", "FabricNode", "FabricTier", "render_fabric_diagram"]

MAX_NODES_PER_TIER = 8
_WIDTH = 960.0
_LABELS = 130.0
_MARGIN = 16.0
_BOX_HEIGHT = 44.0
_TIER_STEP = 138.0
_MAX_BOX = 132.0
_ALONG = (0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78)


@dataclass(frozen=True, slots=True)
class FabricNode:
    """A switch, endpoint group or folded repeat of `count` equal ones.

    `detail` is a short second line such as "64 × 800G".
    """

    name: str
    label: str
    count: int = 1
    detail: str = ""
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class FabricTier:
    """A layer of the fabric, from top to bottom in the diagram: core, spine, leaf, rail, unit."""

    label: str
    nodes: tuple[FabricNode, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class FabricBundle:
    """All links between two nodes: their number and the kind of one, such as "400G"."""

    from_node: str
    to_node: str
    num_links: int
    label: str = ""
    severity: Severity = "none"


@dataclass(frozen=True, slots=True)
class FabricDiagram:
    """Tiers from top to bottom and the bundles between their nodes."""

    caption: Caption
    tiers: tuple[FabricTier, ...] = ()
    bundles: tuple[FabricBundle, ...] = ()

    def _repr_svg_(self) -> str:
        return render_fabric_diagram(self)


def render_fabric_diagram(data: FabricDiagram) -> str:
    """Draw tiers as layers of boxes and bundles as lines whose width grows with the logarithm of the number of links.

    A tier of more than eight nodes shows the first seven and folds the rest into one box.
    """
    drawing = Drawing(data.caption, _WIDTH)
    if not any(tier.nodes for tier in data.tiers):
        empty_note(drawing, 40, "No devices")
        return drawing.to_svg(80)
    tiers, bundles = _folded(data)
    boxes = _layout(tiers)
    for index in range(len(tiers)):
        y = _MARGIN + 12 + index * _TIER_STEP
        drawing.rect((_MARGIN, y - 10, _WIDTH - 2 * _MARGIN, _BOX_HEIGHT + 20), "band", radius=4)
    _draw_bundles(drawing, bundles, boxes)
    for index, tier in enumerate(tiers):
        y = _MARGIN + 12 + index * _TIER_STEP
        drawing.text((_MARGIN + 10, y + _BOX_HEIGHT / 2 - 2), fit(tier.label, _LABELS - 20, is_bold=True), "b")
        drawing.text((_MARGIN + 10, y + _BOX_HEIGHT / 2 + 14), fit(tier.note, _LABELS - 20, SMALL), "s")
        for node in tier.nodes:
            _draw_node(drawing, boxes[node.name], node, slot=index % 4 + 1)
    bottom = _MARGIN + 12 + (len(tiers) - 1) * _TIER_STEP + _BOX_HEIGHT + 10 + _MARGIN
    marks = [bundle.severity for bundle in bundles] + [node.severity for tier in tiers for node in tier.nodes]
    items: list[LegendItem] = severity_items(marks)
    return drawing.to_svg(bottom + legend(drawing, (_MARGIN, bottom + 6), items, width=_WIDTH - 2 * _MARGIN))


def _folded(data: FabricDiagram) -> tuple[list[FabricTier], list[FabricBundle]]:
    """Tiers with at most eight nodes, and bundles that end at the nodes shown, those of folded nodes added up."""
    tiers: list[FabricTier] = []
    shown_as: dict[str, str] = {}
    for tier in data.tiers:
        nodes = tier.nodes
        if len(nodes) > MAX_NODES_PER_TIER:
            kept, hidden = nodes[: MAX_NODES_PER_TIER - 1], nodes[MAX_NODES_PER_TIER - 1 :]
            total = sum(node.count for node in hidden)
            rest = FabricNode(f"{hidden[0].name}-and-more", f"+ {total} more", detail=f"to {hidden[-1].label}")
            shown_as |= {node.name: rest.name for node in hidden}
            nodes = (*kept, rest)
        tiers.append(replace(tier, nodes=nodes))
    known = {node.name for tier in tiers for node in tier.nodes}
    merged: dict[tuple[str, str, str, Severity], int] = {}
    for bundle in data.bundles:
        ends = (shown_as.get(bundle.from_node, bundle.from_node), shown_as.get(bundle.to_node, bundle.to_node))
        if known.issuperset(ends):
            key = (*ends, bundle.label, bundle.severity)
            merged[key] = merged.get(key, 0) + bundle.num_links
    return tiers, [FabricBundle(a, b, count, label, severity) for (a, b, label, severity), count in merged.items()]


def _layout(tiers: list[FabricTier]) -> dict[str, Box]:
    """Box of each node."""
    boxes: dict[str, Box] = {}
    left = _MARGIN + _LABELS
    for index, tier in enumerate(tiers):
        cell = (_WIDTH - _MARGIN - 10 - left) / max(len(tier.nodes), 1)
        width = min(_MAX_BOX, cell - 12)
        top = _MARGIN + 12 + index * _TIER_STEP
        for column, node in enumerate(tier.nodes):
            x = left + (column + 0.5) * cell - width / 2
            boxes[node.name] = Box(x, top, x + width, top + _BOX_HEIGHT)
    return boxes


def _draw_node(drawing: Drawing, box: Box, node: FabricNode, *, slot: int) -> None:
    """A box with label and detail; folded repeats look like a small stack."""
    width, height = box.right - box.left, box.bottom - box.top
    text = f"× {node.count:,}" if node.count > 1 else ""
    with drawing.group(node.name, href=node.href, tip=node.label if node.href else ""):
        for step in (4.0, 2.0) if node.count > 1 else ():
            drawing.rect((box.left + step, box.top - step, width, height), f"c{slot}", radius=3)
        drawing.rect((box.left, box.top, width, height), f"c{slot}", radius=3)
        room = width - 12 - 16 * (node.severity != "none")
        drawing.text((box.left + width / 2, box.top + 18), fit(node.label, room, is_bold=True), "b m")
        second = " · ".join(part for part in (text, node.detail) if part)
        drawing.text((box.left + width / 2, box.top + 34), fit(second, width - 10, SMALL), "n m")
        severity_mark(drawing, (box.right - 9, box.top + 9), node.severity)


def _draw_bundles(drawing: Drawing, bundles: list[FabricBundle], boxes: dict[str, Box]) -> None:
    """Bundles as lines from box to box, then their labels where there is room."""
    space = LabelSpace([Box(box.left - 4, box.top - 6, box.right + 4, box.bottom + 4) for box in boxes.values()])
    curves = [_curve(ends) for ends in _ports(bundles, boxes)]
    for index, bundle in enumerate(bundles):
        width = min(1.0 + math.log10(max(bundle.num_links, 1)) * 0.8, 4.5)
        line = drawing.curve(curves[index], "wire" if bundle.severity == "none" else "wire dash")
        line.attributes["stroke-width"] = number(width)
        drawing.identify(line, f"{bundle.from_node}-to-{bundle.to_node}")
    shared = _draw_shared_labels(drawing, bundles, boxes)
    for index, bundle in enumerate(bundles):
        text = "" if index in shared else fit(_bundle_text(bundle), _MAX_BOX, SMALL)
        at = space.place([cubic_point(curves[index], t) for t in _ALONG], text)
        if at is not None:
            drawing.text((at[0], at[1] + 4), text, "n m halo")
            severity_mark(drawing, (at[0], at[1] - 13 if text else at[1]), bundle.severity, radius=5)


def _bundle_text(bundle: FabricBundle) -> str:
    """Number and kind of the links, such as "256 × 800G"."""
    return f"{bundle.num_links:,} × {bundle.label}" if bundle.label else f"{bundle.num_links:,}"


def _draw_shared_labels(drawing: Drawing, bundles: list[FabricBundle], boxes: dict[str, Box]) -> set[int]:
    """Say once, at the left, what all bundles between two tiers are, where they are alike; returns those bundles."""
    between: dict[tuple[float, float], list[int]] = {}
    for index, bundle in enumerate(bundles):
        top, low = sorted((boxes[bundle.from_node].top, boxes[bundle.to_node].top))
        between.setdefault((top, low), []).append(index)
    shared: set[int] = set()
    for (top, low), members in between.items():
        texts = {_bundle_text(bundles[index]) for index in members}
        if len(members) > 1 and len(texts) == 1 and low - top == _TIER_STEP:
            y = (top + low + _BOX_HEIGHT) / 2
            drawing.text((_MARGIN + 10, y + 4), fit(f"{texts.pop()} each", _LABELS - 20, SMALL), "n")
            shared.update(members)
    return shared


def _curve(ends: tuple[Point, Point]) -> Cubic:
    """The curve of a bundle: straight out of both boxes; between boxes of one tier it sags below them."""
    (x1, y1), (x2, y2) = ends
    middle = (y1 + y2) / 2 if y1 != y2 else y1 + 30
    return (x1, y1), (x1, middle), (x2, middle), (x2, y2)


def _ports(bundles: list[FabricBundle], boxes: dict[str, Box]) -> list[tuple[Point, Point]]:
    """Both ends of each bundle, spread along the box sides in the order of the far ends, so that few lines cross."""
    ends: list[list[tuple[float, float]]] = [[(0.0, 0.0), (0.0, 0.0)] for _ in bundles]
    sides: dict[tuple[str, bool], list[tuple[float, int, int]]] = {}
    for index, bundle in enumerate(bundles):
        a, b = boxes[bundle.from_node], boxes[bundle.to_node]
        sides.setdefault((bundle.from_node, b.top >= a.top), []).append((b.left, index, 0))
        sides.setdefault((bundle.to_node, a.top >= b.top), []).append((a.left, index, 1))
    for (name, is_below), members in sides.items():
        box = boxes[name]
        y = box.bottom if is_below else box.top
        for rank, (_, index, end) in enumerate(sorted(members)):
            share = (rank + 1) / (len(members) + 1)
            ends[index][end] = (box.left + (box.right - box.left) * (0.15 + 0.7 * share), y)
    return [(pair[0], pair[1]) for pair in ends]
