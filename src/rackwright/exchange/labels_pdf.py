"""Which labels are printed for the cables? A PDF of A4 sheets, two wrap-around labels for each cable, in pull order.

The file is plain PDF 1.4 (ISO 32000-1) with the standard font Courier; page streams are deflated. Each label names its
near end, the far end and the cable.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

from rackwright.cabling import split_label
from rackwright.exchange.cut_sheet import cut_sheet
from rackwright.plan import Plan

__all__ = ["labels_pdf_bytes"]

PAGE_PT = (595, 842)
"""A4 in points, rounded as usual."""
PT_PER_MM = 72.0 / 25.4
COLUMNS, ROWS = 4, 20
WIDTH_MM, HEIGHT_MM, GAP_MM = 48.0, 12.0, 1.6
LEFT_MM, TOP_MM = 6.0, 10.0
FONT_PT, NARROW = 6.5, 0.6
"""Size of the text, and the width of a Courier character as a share of it."""


def labels_pdf_bytes(plan: Plan) -> bytes:
    """Sheets of labels of every cable."""
    sheet = cut_sheet(plan).select("cable", "label_from", "label_to")
    texts = [(cable, label) for cable, *labels in sheet.iter_rows() for label in labels]
    size = COLUMNS * ROWS
    pages = [texts[start : start + size] for start in range(0, len(texts), size)] or [[]]
    return _document([_page(page) for page in pages], f"Cable labels of {plan.program.name}")


def _page(labels: Sequence[tuple[int, str]]) -> bytes:
    """Drawing commands of one sheet."""
    lines = ["0.3 w"]
    for number, (cable, label) in enumerate(labels):
        row, column = divmod(number, COLUMNS)
        x = (LEFT_MM + column * (WIDTH_MM + GAP_MM)) * PT_PER_MM
        y = PAGE_PT[1] - (TOP_MM + (row + 1) * (HEIGHT_MM + GAP_MM)) * PT_PER_MM
        lines.append(f"{x:.1f} {y:.1f} {WIDTH_MM * PT_PER_MM:.1f} {HEIGHT_MM * PT_PER_MM:.1f} re S")
        for line, text in enumerate((*split_label(label), str(cable))):
            lines.append(_text(x + 3, y + (HEIGHT_MM - 3.4 - 3.8 * line) * PT_PER_MM, text))
    return "\n".join(lines).encode("cp1252", "replace")


def _text(x: float, y: float, text: str) -> str:
    """One line, made smaller where it is longer than its label."""
    room = WIDTH_MM * PT_PER_MM - 6
    size = min(FONT_PT, room / (NARROW * max(1, len(text))))
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT /F {size:.2f} Tf {x:.1f} {y:.1f} Td ({escaped}) Tj ET"


def _document(pages: Sequence[bytes], title: str) -> bytes:
    """Catalog, pages and their streams, and the table of places by which a reader finds them."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    box = f"/MediaBox [0 0 {PAGE_PT[0]} {PAGE_PT[1]}]"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} {box} /Resources << /Font << /F 3 0 R >> >> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        b"<< /Title <feff" + title.encode("utf-16-be").hex().encode() + b"> >>",
        *_streams(pages),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _streams(pages: Sequence[bytes]) -> Iterator[bytes]:
    """Each page and its stream, one after the other, from object 5 on."""
    for number, page in enumerate(pages):
        yield b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R >>" % (6 + 2 * number)
        packed = zlib.compress(page, 6)
        yield b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(packed), packed)
