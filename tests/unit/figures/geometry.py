"""Where do the marks and labels of a drawn figure stand, read back from the SVG text?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from rackwright.figures.lettering import text_width

SVG = "{http://www.w3.org/2000/svg}"
NUM_ARGUMENTS = {"m": 2, "l": 2, "h": 1, "v": 1, "c": 6, "q": 4, "t": 2, "a": 7, "z": 0}
SIZES = {"rw-s": 11.0, "rw-n": 11.0, "rw-big": 24.0}


@dataclass(frozen=True, slots=True)
class Extent:
    """A bounding box and what it belongs to."""

    left: float
    top: float
    right: float
    bottom: float
    what: str

    def is_inside(self, width: float, height: float) -> bool:
        """True inside the frame, with a pixel of tolerance for outlines."""
        return min(self.left, self.top, width - self.right, height - self.bottom) >= -1

    def overlap(self, other: Extent) -> float:
        """Depth in pixels by which two boxes overlap; 0 where they do not."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(min(across, down), 0.0)


def parse(svg: str) -> ET.Element:
    """Root of a figure."""
    return ET.fromstring(svg)


def frame(root: ET.Element) -> tuple[float, float]:
    """Width and height of the viewBox."""
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    return width, height


def drawn(root: ET.Element) -> Iterator[ET.Element]:
    """Elements that are drawn, without those inside definitions."""
    for child in root:
        if child.tag != f"{SVG}defs":
            yield child
            yield from drawn(child)


def path_points(data: str) -> Iterator[tuple[float, float]]:
    """Every end and control point of a path; arcs count with their end points."""
    x = y = start_x = start_y = 0.0
    for command, arguments in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", data):
        values = [float(text) for text in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", arguments)]
        size = NUM_ARGUMENTS[command.lower()]
        if size == 0:
            x, y = start_x, start_y
            continue
        assert len(values) % size == 0, data
        for first in range(0, len(values), size):
            step = values[first : first + size]
            is_relative = command.islower()
            if command in "hH":
                x = step[0] + (x if is_relative else 0)
            elif command in "vV":
                y = step[0] + (y if is_relative else 0)
            else:
                pairs = [step[-2:]] if command in "aA" else [step[i : i + 2] for i in range(0, size, 2)]
                points = [(a + (x if is_relative else 0), b + (y if is_relative else 0)) for a, b in pairs]
                yield from points
                x, y = points[-1]
                if command in "mM" and first == 0:
                    start_x, start_y = x, y
            yield x, y


def extents(root: ET.Element) -> list[Extent]:
    """Boxes of all rectangles, circles and paths."""
    boxes: list[Extent] = []
    for element in drawn(root):
        a = element.attrib
        what = f"{element.tag.removeprefix(SVG)} {a}"
        if element.tag == f"{SVG}rect":
            x, y = float(a.get("x", 0)), float(a.get("y", 0))
            boxes.append(Extent(x, y, x + float(a["width"]), y + float(a["height"]), what))
        elif element.tag == f"{SVG}circle":
            x, y, r = float(a["cx"]), float(a["cy"]), float(a["r"])
            boxes.append(Extent(x - r, y - r, x + r, y + r, what))
        elif element.tag == f"{SVG}path":
            xs, ys = zip(*path_points(a["d"]), strict=True)
            boxes.append(Extent(min(xs), min(ys), max(xs), max(ys), what))
    return boxes


def labels(root: ET.Element) -> list[Extent]:
    """Boxes of all texts by the estimated width, from cap height to baseline."""
    boxes: list[Extent] = []
    for element in drawn(root):
        if element.tag != f"{SVG}text":
            continue
        classes = element.attrib.get("class", "").split()
        size = next((SIZES[name] for name in classes if name in SIZES), 12.0)
        text = element.text or ""
        width = text_width(text, size, is_bold="rw-b" in classes or "rw-big" in classes)
        x, y = float(element.attrib["x"]), float(element.attrib["y"])
        left = x - (width if "rw-e" in classes else width / 2 if "rw-m" in classes else 0)
        boxes.append(Extent(left, y - 0.72 * size, left + width, y, text))
    return boxes
