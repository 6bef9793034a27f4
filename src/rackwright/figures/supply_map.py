"""What flows from which plant to which campus, and how much?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, fit, short_number, text_width
from rackwright.figures.marks import empty_note, legend, severity_items, severity_mark
from rackwright.figures.placement import LabelSpace, cubic_point
from rackwright.figures.svg import Caption, Cubic, Drawing, Severity, number

__all__ = ["SupplyLane", "SupplyMap", "SupplySite", "render_supply_map"]

_WIDTH = 960.0
_TOP = 40.0
_SIDE = 210.0
_NODE = 12.0
_GAP = 30.0
_FLOW_HEIGHT = 300.0
_MIN_BAND = 1.0
_MAX_LANE_LABEL = 140.0
_ALONG = (0.5, 0.35, 0.65, 0.2, 0.8, 0.12, 0.88)


@dataclass(frozen=True, slots=True)
class SupplySite:
    """A plant (left) or campus (right) with a short note."""

    name: str
    label: str
    note: str = ""
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class SupplyLane:
    """What flows from a plant to a campus, >= 0, in the map's unit; `label` replaces the printed quantity."""

    from_site: str
    to_site: str
    quantity: float
    label: str = ""
    severity: Severity = "none"


@dataclass(frozen=True, slots=True)
class SupplyMap:
    """Plants at the left, campuses at the right, lanes as bands whose width is the quantity."""

    caption: Caption
    unit: str
    plants: tuple[SupplySite, ...] = ()
    campuses: tuple[SupplySite, ...] = ()
    lanes: tuple[SupplyLane, ...] = ()
    plants_label: str = "Plants"
    campuses_label: str = "Campuses"

    def _repr_svg_(self) -> str:
        return render_supply_map(self)


def render_supply_map(data: SupplyMap) -> str:
    """Draw bands from plants to campuses.

    Every band takes its plant's colour and prints its quantity where there is room.
    """
    drawing = Drawing(data.caption, _WIDTH)
    if not data.plants and not data.campuses:
        empty_note(drawing, 40, "No sites")
        return drawing.to_svg(80)
    plants, campuses = {site.name for site in data.plants}, {site.name for site in data.campuses}
    lanes = [lane for lane in data.lanes if lane.from_site in plants and lane.to_site in campuses and lane.quantity > 0]
    total = sum(lane.quantity for lane in lanes)
    px_per_unit = _FLOW_HEIGHT / total if total > 0 else 0.0
    left = _stack(data.plants, [lane.from_site for lane in lanes], lanes, px_per_unit)
    right = _stack(data.campuses, [lane.to_site for lane in lanes], lanes, px_per_unit)
    height = max([top + size for top, size in (*left.values(), *right.values())])
    slots = {site.name: index % 8 + 1 for index, site in enumerate(data.plants)}
    _draw_bands(drawing, lanes, (_centred(left, height), _centred(right, height)), px_per_unit, slots)
    _draw_sites(drawing, data, data.plants, _centred(left, height), slots)
    _draw_sites(drawing, data, data.campuses, _centred(right, height), {})
    drawing.text((_SIDE, 18), fit(data.plants_label, _SIDE - 10, SMALL), "s e")
    drawing.text((_WIDTH - _SIDE, 18), fit(data.campuses_label, _SIDE - 10, SMALL), "s")
    items = severity_items([site.severity for site in data.plants + data.campuses] + [lane.severity for lane in lanes])
    bottom = _TOP + height + 24
    return drawing.to_svg(bottom + legend(drawing, (12, bottom + 6), items, width=_WIDTH - 24))


def _stack(
    sites: Sequence[SupplySite], ends: list[str], lanes: list[SupplyLane], px_per_unit: float
) -> dict[str, tuple[float, float]]:
    """Top (from 0) and height in pixels of each site's bar, stacked with gaps."""
    stack: dict[str, tuple[float, float]] = {}
    y = 0.0
    for site in sites:
        size = sum(
            max(lane.quantity * px_per_unit, _MIN_BAND)
            for lane, end in zip(lanes, ends, strict=True)
            if end == site.name
        )
        stack[site.name] = (y, max(size, 3.0))
        y += max(size, 3.0) + _GAP
    return stack


def _centred(stack: dict[str, tuple[float, float]], height: float) -> dict[str, tuple[float, float]]:
    """The stack moved down so that its middle is the figure's middle."""
    used = max((top + size for top, size in stack.values()), default=0.0)
    return {name: (top + _TOP + (height - used) / 2, size) for name, (top, size) in stack.items()}


def _draw_bands(
    drawing: Drawing,
    lanes: list[SupplyLane],
    stacks: tuple[dict[str, tuple[float, float]], dict[str, tuple[float, float]]],
    px_per_unit: float,
    slots: dict[str, int],
) -> None:
    """Bands in the order of the sites at either end, then their labels where they are free."""
    left, right = stacks
    order_right = {name: index for index, name in enumerate(right)}
    order_left = {name: index for index, name in enumerate(left)}
    starts, ends = {name: top for name, (top, _) in left.items()}, {name: top for name, (top, _) in right.items()}
    at_left: dict[int, float] = {}
    at_right: dict[int, float] = {}
    for index in sorted(
        range(len(lanes)), key=lambda i: (order_left[lanes[i].from_site], order_right[lanes[i].to_site], i)
    ):
        at_left[index] = starts[lanes[index].from_site]
        starts[lanes[index].from_site] += max(lanes[index].quantity * px_per_unit, _MIN_BAND)
    for index in sorted(
        range(len(lanes)), key=lambda i: (order_right[lanes[i].to_site], order_left[lanes[i].from_site], i)
    ):
        at_right[index] = ends[lanes[index].to_site]
        ends[lanes[index].to_site] += max(lanes[index].quantity * px_per_unit, _MIN_BAND)
    for index, lane in enumerate(lanes):
        size = max(lane.quantity * px_per_unit, _MIN_BAND)
        path = drawing.path(_band(at_left[index], at_right[index], size), f"r{slots[lane.from_site]}")
        drawing.identify(path, f"{lane.from_site}-to-{lane.to_site}")
    space = LabelSpace()
    for index, lane in enumerate(lanes):
        size = max(lane.quantity * px_per_unit, _MIN_BAND)
        text = fit(lane.label or short_number(lane.quantity), _MAX_LANE_LABEL, SMALL)
        middle = _middle(at_left[index] + size / 2, at_right[index] + size / 2)
        at = space.place([cubic_point(middle, t) for t in _ALONG], text)
        if at is not None:
            drawing.text((at[0], at[1] + 4), text, "n m halo")
            severity_mark(drawing, (at[0], at[1] - 13), lane.severity, radius=5)


def _band(y1: float, y2: float, size: float) -> str:
    """Path of a band from the left to the right side."""
    x1, x2 = _SIDE + _NODE, _WIDTH - _SIDE - _NODE
    m = number((x1 + x2) / 2)
    return (
        f"M{number(x1)} {number(y1)}C{m} {number(y1)} {m} {number(y2)} {number(x2)} {number(y2)}"
        f"v{number(size)}C{m} {number(y2 + size)} {m} {number(y1 + size)} {number(x1)} {number(y1 + size)}z"
    )


def _middle(y1: float, y2: float) -> Cubic:
    """Middle line of a band."""
    x1, x2 = _SIDE + _NODE, _WIDTH - _SIDE - _NODE
    m = (x1 + x2) / 2
    return (x1, y1), (m, y1), (m, y2), (x2, y2)


def _draw_sites(
    drawing: Drawing,
    data: SupplyMap,
    sites: Sequence[SupplySite],
    stack: dict[str, tuple[float, float]],
    slots: dict[str, int],
) -> None:
    """Bars with name, total and note beside them; plants carry a slot, campuses do not."""
    is_left = sites is data.plants
    x = _SIDE if is_left else _WIDTH - _SIDE - _NODE
    text_x, anchor = (x - 8, " e") if is_left else (x + _NODE + 8, "")
    for site in sites:
        top, size = stack[site.name]
        total = sum(lane.quantity for lane in data.lanes if site.name == (lane.from_site if is_left else lane.to_site))
        middle = top + size / 2
        with drawing.group(site.name, href=site.href, tip=site.label if site.href else ""):
            drawing.rect((x, top, _NODE, size), f"f{slots.get(site.name, 8)}", radius=1)
            drawing.text((text_x, middle - 2), fit(site.label, _SIDE - 34, is_bold=True), f"b{anchor}")
            facts = " · ".join(part for part in (short_number(total, data.unit), site.note) if part)
            drawing.text((text_x, middle + 13), fit(facts, _SIDE - 20, SMALL), f"s{anchor}")
            aside = text_width(fit(site.label, _SIDE - 34, is_bold=True), is_bold=True) + 11
            severity_mark(drawing, (text_x + (-aside if is_left else aside), middle - 6), site.severity, radius=5.5)
