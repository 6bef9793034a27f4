"""Which drawings does a contractor get? Hall plans and rack elevations, as DXF and as SVG, in one archive.

DXF drawings are true to scale in millimetres; devices are drawn at the 44.45 mm of a rack unit of EIA-310, racks with
the front at the width of a position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rackwright.base.units import RACK_UNIT_MM
from rackwright.cabling.paths import NUM_CROSS_TRAYS
from rackwright.exchange.archive import archive_bytes
from rackwright.exchange.dxf import Drawing, Layer
from rackwright.figures import Caption, RackElevation, RackFace, render
from rackwright.figures.svg import slug
from rackwright.plan import Plan
from rackwright.program.sites import Hall
from rackwright.views.elevation import network_faces, rack_faces
from rackwright.views.halls import hall_plan

__all__ = ["drawings_bytes", "elevation_dxf", "hall_dxf"]

HALL_LAYERS = (
    Layer("HALL", 7),
    Layer("POSITIONS", 8),
    Layer("RACKS-COMPUTE", 5),
    Layer("RACKS-NETWORK", 3),
    Layer("RESERVED", 6),
    Layer("KEEP-OUT", 1),
    Layer("TRAYS", 4),
    Layer("TEXT", 7),
)
COLUMN_LAYER = Layer("COLUMNS", 2)
"""Only in drawings of halls that have building columns."""
KEPT_LAYERS = {"keep-out": "KEEP-OUT", "column": "KEEP-OUT"}
RACK_LAYERS = (Layer("RACK", 7), Layer("DEVICES", 5), Layer("UNITS", 8), Layer("TEXT", 7))
FACE_MM, GAP_MM = 600.0, 600.0
MM_PER_M = 1000.0
DEPTH_SHARE = 0.5
"""Drawn depth of a rack as a share of the row pitch, as in the report's hall plan."""


def drawings_bytes(plan: Plan) -> bytes:
    """The archive: halls/HALL.dxf and .svg, elevations/TYPE.dxf and .svg, elevations/HALL-network.dxf and .svg."""
    return archive_bytes(_files(plan))


def _files(plan: Plan) -> Iterator[tuple[str, bytes]]:
    used = set(plan.layout.racks["hall"].to_list())
    for hall in (hall for hall in plan.program.halls if hall.id in used):
        yield f"halls/{slug(hall.id)}.dxf", hall_dxf(plan, hall)
        yield f"halls/{slug(hall.id)}.svg", render(hall_plan(plan, hall)).encode()
        faces = network_faces(plan, hall.id)
        if faces:
            yield from _elevations(f"{hall.id}-network", faces)
    for face in rack_faces(plan, is_folded=False):
        yield from _elevations(face.name, [face])


def _elevations(name: str, faces: Sequence[RackFace]) -> Iterator[tuple[str, bytes]]:
    caption = Caption(f"elevation-{slug(name)}", name, "Front view, U1 at the floor.")
    yield f"elevations/{slug(name)}.dxf", elevation_dxf(faces)
    yield f"elevations/{slug(name)}.svg", render(RackElevation(caption, tuple(faces))).encode()


def hall_dxf(plan: Plan, hall: Hall) -> bytes:
    """A hall from above: every position, racks with their labels, reserved places, trays."""
    racks = plan.layout.racks.frame.filter(hall=hall.id).sort("row", "position")
    pitch_mm, row_mm = _pitches(racks.select("row", "position", "x_mm", "y_mm").row(-1))
    drawing = Drawing(HALL_LAYERS if hall.columns is None else (*HALL_LAYERS, COLUMN_LAYER))
    width_mm, depth_mm = hall.positions_per_row * pitch_mm, hall.rows * row_mm
    drawing.rectangle("HALL", (0.0, 0.0), width_mm, depth_mm)
    drawing.text("TEXT", (0.0, depth_mm + row_mm / 8), f"{hall.id}: {racks.height} racks", row_mm / 8)
    columns = racks.select("rack", "role", "row", "position").iter_rows()
    taken = {(row, place): (f"RACKS-{role.upper()}", str(rack)) for rack, role, row, place in columns}
    kept = plan.layout.reserved.frame.filter(hall=hall.id).select("row", "position", "purpose")
    taken |= {(r, p): (KEPT_LAYERS.get(what, "RESERVED"), what) for r, p, what in kept.iter_rows()}
    for row in range(1, hall.rows + 1):
        _draw_row(drawing, row, [taken.get((row, at), ("POSITIONS", "")) for at in _from_one(hall)], (pitch_mm, row_mm))
    _draw_columns(drawing, hall, width_mm, depth_mm)
    for across in range(NUM_CROSS_TRAYS):
        x_mm = width_mm * across / (NUM_CROSS_TRAYS - 1)
        drawing.line("TRAYS", (x_mm, 0.0), (x_mm, depth_mm))
    return drawing.as_bytes()


def _draw_columns(drawing: Drawing, hall: Hall, width_mm: float, depth_mm: float) -> None:
    """Building columns, true to scale."""
    if hall.columns is None:
        return
    side_mm = hall.columns.size_m * MM_PER_M
    for x_m, y_m in hall.columns.centres_m(width_mm / MM_PER_M, depth_mm / MM_PER_M):
        corner = (x_m * MM_PER_M - side_mm / 2, y_m * MM_PER_M - side_mm / 2)
        drawing.rectangle(COLUMN_LAYER.name, corner, side_mm, side_mm)


def _from_one(hall: Hall) -> range:
    return range(1, hall.positions_per_row + 1)


def _draw_row(drawing: Drawing, row: int, spots: Sequence[tuple[str, str]], pitch: tuple[float, float]) -> None:
    """The positions of a row with layer and text of each, its name and the tray over it."""
    pitch_mm, row_mm = pitch
    middle_mm = (row - 0.5) * row_mm
    drawing.line("TRAYS", (0.0, middle_mm), (len(spots) * pitch_mm, middle_mm))
    drawing.text("TEXT", (-pitch_mm, middle_mm), f"row {row}", pitch_mm / 5)
    for place, (layer, text) in enumerate(spots, 1):
        x_mm, y_mm = (place - 1) * pitch_mm, middle_mm - DEPTH_SHARE / 2 * row_mm
        drawing.rectangle(layer, (x_mm, y_mm), pitch_mm, DEPTH_SHARE * row_mm)
        drawing.text("TEXT", (x_mm + pitch_mm / 20, y_mm + row_mm / 40), f"{row:02d}-{place:02d}", pitch_mm / 8)
        if text:
            drawing.text("TEXT", (x_mm + pitch_mm / 20, y_mm + row_mm / 10), text, pitch_mm / 8)


def _pitches(rack: tuple[int, int, int, int]) -> tuple[float, float]:
    """Pitch along and across the rows, read off the centre of one rack."""
    row, position, x_mm, y_mm = rack
    return x_mm / (position - 0.5), y_mm / (row - 0.5)


def elevation_dxf(faces: Sequence[RackFace]) -> bytes:
    """Racks side by side from the front, each device as a box with its name."""
    drawing = Drawing(RACK_LAYERS)
    for number, face in enumerate(faces):
        left_mm = number * (FACE_MM + GAP_MM)
        drawing.rectangle("RACK", (left_mm, 0.0), FACE_MM, face.height_u * RACK_UNIT_MM)
        drawing.text("TEXT", (left_mm, (face.height_u + 1) * RACK_UNIT_MM), face.label, RACK_UNIT_MM)
        for unit in range(1, face.height_u + 1):
            drawing.text("UNITS", (left_mm - 60.0, (unit - 0.7) * RACK_UNIT_MM), str(unit), RACK_UNIT_MM / 2)
        for device in face.devices:
            corner = (left_mm, (device.bottom_u - 1) * RACK_UNIT_MM)
            drawing.rectangle("DEVICES", corner, FACE_MM, device.height_u * RACK_UNIT_MM)
            drawing.text("TEXT", (corner[0] + 10.0, corner[1] + 0.3 * RACK_UNIT_MM), device.label, RACK_UNIT_MM / 2)
    return drawing.as_bytes()
