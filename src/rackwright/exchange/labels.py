"""Which labels are printed for the cables? Sheets of wrap-around labels as one SVG, two for each cable.

Each end's label names that end, then the far end, in the manner of TIA-606; labels stand in pull order, four in a row
of a sheet that is as long as it needs to be. Sizes are in millimetres, one user unit each.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.plan import Plan

__all__ = ["labels_bytes"]

COLUMNS, WIDTH_MM, HEIGHT_MM, GAP_MM = 4, 48, 12, 2
MOST_LABELS = 20_000
"""Labels in one drawing; the rest are printed from the cut-sheet, which holds the same texts."""


def labels_bytes(plan: Plan) -> bytes:
    """SVG of the labels of all cables, up to `MOST_LABELS`; the title says how many there are."""
    sheet = cut_sheet(plan).select("cable", "label_from", "label_to")
    texts = [(cable, label) for cable, *labels in sheet.iter_rows() for label in labels]
    shown = texts[:MOST_LABELS]
    rows = -(-len(shown) // COLUMNS)
    width, height = COLUMNS * (WIDTH_MM + GAP_MM) + GAP_MM, rows * (HEIGHT_MM + GAP_MM) + GAP_MM
    size = f'width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f"<title>{len(shown)} of {len(texts)} cable labels</title>",
        '<g font-family="monospace" font-size="2.6" fill="black">',
    ]
    cells = [_label(number, cable, text) for number, (cable, text) in enumerate(shown)]
    return "\n".join([*head, *cells, "</g>", "</svg>", ""]).encode()


def _label(number: int, cable: int, text: str) -> str:
    """One label: near end, far end, cable number."""
    row, column = divmod(number, COLUMNS)
    x, y = GAP_MM + column * (WIDTH_MM + GAP_MM), GAP_MM + row * (HEIGHT_MM + GAP_MM)
    near, _, far = text.partition(" / ")
    return (
        f'<rect x="{x}" y="{y}" width="{WIDTH_MM}" height="{HEIGHT_MM}" fill="none" stroke="black" stroke-width="0.1"/>'
        f'<text x="{x + 1}" y="{y + 3}">{escape(near)}</text>'
        f'<text x="{x + 1}" y="{y + 7}">{escape(far)}</text>'
        f'<text x="{x + 1}" y="{y + 11}">{cable}</text>'
    )
