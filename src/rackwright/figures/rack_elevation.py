"""What stands where in a rack, seen from the front?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.figures.lettering import SMALL, fit, short_number
from rackwright.figures.marks import LegendItem, empty_note, legend, severity_items, severity_mark
from rackwright.figures.svg import Caption, Drawing, Severity

__all__ = ["RackDevice", "RackElevation", "RackFace", "render_rack_elevation", "role_slots"]

_U = 14.0
_NUMBERS = 24.0
_FACE = 152.0
_GAP = 22.0
_MARGIN = 12.0
_HEADER = 40.0
_FOOTER = 46.0
_MAX_WIDTH = 960.0
_MIN_WIDTH = 360.0
_KNOWN_SLOTS = {
    "compute": 1,
    "switch": 2,
    "cooling": 3,
    "power": 4,
    "management": 5,
    "storage": 6,
    "cable": 8,
    "blank": 8,
}


@dataclass(frozen=True, slots=True)
class RackDevice:
    """One device in a rack.

    `bottom_u` counts from 1 at the floor; `height_u` is the height in rack units; `role` chooses colour and hatch
    (known: compute, switch, cooling, power, management, storage, cable, blank; others get a free colour); `detail` is
    the tooltip.
    """

    name: str
    label: str
    role: str
    bottom_u: int
    height_u: int = 1
    severity: Severity = "none"
    detail: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class RackFace:
    """One rack from the front: height in U, devices, worst-case power [W] and mass [kg] where known.

    `count` equal racks are drawn once.
    """

    name: str
    label: str
    height_u: int
    devices: tuple[RackDevice, ...] = ()
    power_w: float | None = None
    mass_kg: float | None = None
    note: str = ""
    count: int = 1
    severity: Severity = "none"
    href: str = ""


@dataclass(frozen=True, slots=True)
class RackElevation:
    """Racks side by side, in the given order, wrapped over lines where they do not fit the width."""

    caption: Caption
    racks: tuple[RackFace, ...] = ()

    def _repr_svg_(self) -> str:
        return render_rack_elevation(self)


def role_slots(roles: Sequence[str]) -> dict[str, int]:
    """Palette slot of each role: fixed for the known ones, by sorted name for the rest."""
    unknown = sorted(set(roles) - set(_KNOWN_SLOTS))
    free = (7, 5, 6, 4, 3, 2)
    extra = {role: free[index % len(free)] for index, role in enumerate(unknown)}
    return {role: (_KNOWN_SLOTS | extra)[role] for role in dict.fromkeys(roles)}


def render_rack_elevation(data: RackElevation) -> str:
    """Draw racks from the front with U numbers, devices by role, and a footer of power and weight."""
    cell = _NUMBERS + _FACE + _GAP
    per_line = max(1, min(len(data.racks), int((_MAX_WIDTH - 2 * _MARGIN + _GAP) // cell)))
    drawing = Drawing(data.caption, max(_MIN_WIDTH, 2 * _MARGIN + per_line * cell - _GAP))
    if not data.racks:
        empty_note(drawing, 40, "No racks")
        return drawing.to_svg(80)
    slots = role_slots([device.role for rack in data.racks for device in rack.devices])
    y = _MARGIN
    for first in range(0, len(data.racks), per_line):
        line = data.racks[first : first + per_line]
        tallest = max(rack.height_u for rack in line)
        for column, rack in enumerate(line):
            _draw_rack(drawing, (_MARGIN + column * cell, y + _HEADER + tallest * _U), rack, slots)
        y += _HEADER + tallest * _U + _FOOTER
    return drawing.to_svg(_draw_legend(drawing, y, data, slots))


def _draw_legend(drawing: Drawing, y: float, data: RackElevation, slots: dict[str, int]) -> float:
    """Legend of roles and severities; returns the figure's height."""
    marks = [rack.severity for rack in data.racks] + [device.severity for rack in data.racks for device in rack.devices]
    items = [LegendItem(role or "other", slot=slot) for role, slot in slots.items()] + severity_items(marks)
    return y + legend(drawing, (_MARGIN, y + 10), items, width=drawing.width - 2 * _MARGIN) + 8


def _draw_rack(drawing: Drawing, foot: tuple[float, float], rack: RackFace, slots: dict[str, int]) -> None:
    """One rack standing on `foot`, the lower left corner of its U numbers."""
    left, bottom = foot[0] + _NUMBERS, foot[1]
    top = bottom - rack.height_u * _U
    with drawing.group(rack.name, href=rack.href, tip=rack.label if rack.href else ""):
        times = f" × {rack.count}" if rack.count > 1 else ""
        room = _FACE - 20 * (rack.severity != "none")
        drawing.text((left, top - 12), fit(rack.label, room - len(times) * 7, is_bold=True) + times, "b")
        severity_mark(drawing, (left + _FACE - 8, top - 16), rack.severity)
        drawing.rect((left, top, _FACE, rack.height_u * _U), "box")
        for unit in range(1, rack.height_u + 1):
            if unit % 2 == 1:
                drawing.text((left - 6, bottom - (unit - 1) * _U - 3), str(unit), "s e")
    for device in rack.devices:
        _draw_device(drawing, (left, bottom), rack, device, slots[device.role])
    facts = [f"{short_number(rack.power_w / 1000)} kW"] if rack.power_w is not None else []
    facts += [f"{rack.mass_kg:,.0f} kg"] if rack.mass_kg is not None else []
    drawing.text((left, bottom + 16), fit(" · ".join(facts), _FACE, SMALL), "n")
    drawing.text((left, bottom + 31), fit(rack.note, _FACE, SMALL), "s")


def _draw_device(drawing: Drawing, corner: tuple[float, float], rack: RackFace, device: RackDevice, slot: int) -> None:
    """One device as a box with its label; what would stand outside the rack is cut at its frame."""
    first = min(max(device.bottom_u, 1), rack.height_u)
    last = min(max(device.bottom_u + device.height_u - 1, first), rack.height_u)
    left, top = corner[0] + 3, corner[1] - last * _U + 1
    height = (last - first + 1) * _U - 2
    with drawing.group(f"{rack.name}-{device.name}", tip=device.detail, href=device.href):
        drawing.slot_rect((left, top, _FACE - 6, height), slot, radius=1.5)
        room = _FACE - 20 - 16 * (device.severity != "none")
        baseline = top + height / 2 + 4
        drawing.text((left + 7, baseline), fit(device.label, room, SMALL), "n")
        severity_mark(drawing, (left + _FACE - 16, top + height / 2), device.severity, radius=5)
