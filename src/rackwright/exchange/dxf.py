"""How does a drawing go into a CAD program? Lines, polylines and texts on layers, as an ASCII drawing of release 12.

The form is that of the DXF reference of AutoCAD release 12 (group codes 0, 2, 6, 8, 10, 20, 40, 62, 70): every program
reads it. Lengths are millimetres, x to the right, y upwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

__all__ = ["Drawing", "Layer"]

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer by its name and its colour of the AutoCAD colour index (1 red, 3 green, 5 blue, 7 black or white)."""

    name: str
    colour: int = 7


@dataclass
class Drawing:
    """A drawing being made; entities come out in the order in which they were added."""

    layers: tuple[Layer, ...]
    _lines: list[str] = field(default_factory=list)
    _corners: list[Point] = field(default_factory=list)

    def line(self, layer: str, start: Point, end: Point) -> None:
        """A straight line."""
        self._put(0, "LINE", 8, layer)
        self._point(start, 0)
        self._point(end, 1)

    def polyline(self, layer: str, points: Iterable[Point], *, closed: bool = False) -> None:
        """A line through several points."""
        self._put(0, "POLYLINE", 8, layer, 66, 1, 70, int(closed))
        self._group(10, 0.0, 20, 0.0, 30, 0.0)
        for point in points:
            self._put(0, "VERTEX", 8, layer)
            self._point(point, 0)
        self._put(0, "SEQEND", 8, layer)

    def rectangle(self, layer: str, corner: Point, width: float, height: float) -> None:
        """A closed rectangle from its lower left corner."""
        (x, y), (right, top) = corner, (corner[0] + width, corner[1] + height)
        self.polyline(layer, ((x, y), (right, y), (right, top), (x, top)), closed=True)

    def text(self, layer: str, at: Point, text: str, height: float) -> None:
        """A text from its lower left corner; characters outside ASCII are written as release 12 writes them."""
        self._put(0, "TEXT", 8, layer)
        self._point(at, 0)
        self._group(40, height)
        self._put(1, _ascii(text))

    def as_bytes(self) -> bytes:
        """The file."""
        xs, ys = ([point[axis] for point in self._corners] or [0.0] for axis in (0, 1))
        head = ["0", "SECTION", "2", "HEADER", "9", "$ACADVER", "1", "AC1009"]
        for name, x, y in (("$EXTMIN", min(xs), min(ys)), ("$EXTMAX", max(xs), max(ys))):
            head += ["9", name, "10", _number(x), "20", _number(y), "30", "0.0"]
        head += ["0", "ENDSEC", "0", "SECTION", "2", "TABLES"]
        head += ["0", "TABLE", "2", "LTYPE", "70", "1", "0", "LTYPE", "2", "CONTINUOUS", "70", "0"]
        head += ["3", "Solid line", "72", "65", "73", "0", "40", "0.0", "0", "ENDTAB"]
        head += ["0", "TABLE", "2", "LAYER", "70", str(len(self.layers))]
        for layer in self.layers:
            head += ["0", "LAYER", "2", layer.name, "70", "0", "62", str(layer.colour), "6", "CONTINUOUS"]
        head += ["0", "ENDTAB", "0", "ENDSEC", "0", "SECTION", "2", "ENTITIES"]
        return "\n".join([*head, *self._lines, "0", "ENDSEC", "0", "EOF", ""]).encode("ascii")

    def _put(self, *groups: int | str) -> None:
        self._lines.extend(str(group) for group in groups)

    def _group(self, *pairs: float) -> None:
        for code, value in zip(pairs[::2], pairs[1::2], strict=True):
            self._put(int(code), _number(value))

    def _point(self, point: Point, which: int) -> None:
        self._corners.append(point)
        self._group(10 + which, point[0], 20 + which, point[1], 30 + which, 0.0)


def _number(value: float) -> str:
    """A length to a thousandth of a millimetre."""
    return f"{round(value, 3):.3f}"


def _ascii(text: str) -> str:
    r"""One line of ASCII: `%%d` for a degree sign, `\U+XXXX` for other characters; no newline may break a group."""
    known = text.replace("\r", " ").replace("\n", " ").replace("\N{DEGREE SIGN}", "%%d")
    return "".join(char if char.isascii() and char.isprintable() else f"\\U+{ord(char):04X}" for char in known)
