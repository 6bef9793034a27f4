"""How does a drawing become SVG text that is escaped once, has stable ids and says in words what it shows?

Coordinates are pixels at native size, y downwards, rounded to 0.1. No transforms are used, so every number is absolute.
Anything that a user could have written passes through `_escape` here and nowhere else.
"""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from rackwright.figures.palette import HATCHES, OVERLAYS, PATTERN_SLOTS, style_rules

__all__ = ["MAX_NODES", "Caption", "Drawing", "Element", "Severity", "number", "slug"]

Severity = Literal["none", "notice", "warning", "critical"]

Point = tuple[float, float]
Cubic = tuple[Point, Point, Point, Point]

MAX_NODES = 5_000
MAX_SLUG = 60
# Native widths from which a small screen scrolls a figure instead of shrinking it further, and the class that says so.
_WIDTH_CLASSES = ((1500, "huge"), (720, "wide"), (500, "mid"))
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": " ", "\t": " ", "\r": " "}
# XML 1.0 allows no other control characters, no surrogates and no U+FFFE or U+FFFF.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SAFE_LINK = re.compile(r"(https?://|[#/.?]|[A-Za-z0-9_-]+([/?#.]|$))")
_UNSAFE_LINK = re.compile(r"^//|[\\\x00-\x20]")


@dataclass(frozen=True, slots=True)
class Caption:
    """What a figure is called and what it says, for ids and for readers who cannot see it.

    Parameters
    ----------
    name
        Stable name of the figure, unique on a page; the prefix of all its ids.
    title
        Short title, read aloud first.
    description
        What the figure shows, in one or two sentences with the main numbers.
    """

    name: str
    title: str
    description: str = ""


@dataclass(slots=True)
class Element:
    """One SVG element: tag, attributes in order, and children (elements or text, escaped when written)."""

    tag: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    def write(self, out: list[str]) -> None:
        """Append the element's markup to `out`."""
        out.append(f"<{self.tag}")
        out.extend(f' {key}="{_escape(value)}"' for key, value in self.attributes.items() if value)
        if not self.children:
            out.append("/>")
            return
        out.append(">")
        for child in self.children:
            if isinstance(child, str):
                out.append(_escape(child))
            else:
                child.write(out)
        out.append(f"</{self.tag}>")


def _escape(text: str) -> str:
    """Text made safe for XML content and attributes; illegal characters become U+FFFD."""
    clean = _ILLEGAL.sub("\ufffd", text)
    return "".join(_ENTITIES.get(char, char) for char in clean)


def number(value: float) -> str:
    """A coordinate rounded to 0.1 in as few characters as possible.

    Raises
    ------
    ValueError
        The value is not finite; a figure leaves unknown values out instead.
    """
    if not math.isfinite(value):
        raise ValueError(f"a coordinate is {value}; leave unknown values out of the figure data")
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def slug(name: str) -> str:
    """A name as an id: lower-case ASCII letters, digits and hyphens.

    A checksum keeps names apart that would fall together.

    Examples
    --------
    >>> slug("Rack A01"), slug("Zürich")
    ('rack-a01', 'zurich-d30ba93e')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    text = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if re.fullmatch(r"[A-Za-z0-9 _./-]*", name) and text and len(text) <= MAX_SLUG:
        return text
    return f"{text[:MAX_SLUG].strip('-') or 'x'}-{zlib.crc32(name.encode('utf-8', 'replace')):08x}"


def safe_link(href: str) -> str:
    """The link where it is relative, a fragment or http(s); empty for every other scheme."""
    clean = href.strip()
    return clean if _SAFE_LINK.match(clean) and not _UNSAFE_LINK.search(clean) else ""


class Drawing:
    """A figure being drawn: collects elements, the classes and hatches they use, and their ids.

    Parameters
    ----------
    caption
        Name, title and description of the figure.
    width
        Native width in pixels; the height is given when the drawing is written.
    """

    def __init__(self, caption: Caption, width: float) -> None:
        self.caption = caption
        self.width = width
        self.prefix = slug(caption.name)
        self._root = Element("g", {})
        self._stack = [self._root]
        self._classes: set[str] = {"figure", "bg"}
        self._patterns: set[str] = set()
        self._ids: dict[str, int] = {}
        self._has_links = False

    def add(self, tag: str, classes: str = "", /, **attributes: str) -> Element:
        """Append an element to the open group; `classes` are palette names without prefix, separated by spaces."""
        names = classes.split()
        self._classes.update(names)
        values = {"class": " ".join(f"rw-{name}" for name in names), **attributes}
        element = Element(tag, {key: value for key, value in values.items() if value})
        self._stack[-1].children.append(element)
        return element

    def rect(
        self, box: tuple[float, float, float, float], classes: str, *, fill: str = "", radius: float = 0.0
    ) -> Element:
        """A rectangle from (x, y, width, height); `fill` is a hatch, to be used with classes that set no fill."""
        x, y, width, height = box
        return self.add(
            "rect",
            classes,
            x=number(x),
            y=number(y),
            width=number(max(width, 0.0)),
            height=number(max(height, 0.0)),
            rx=number(radius) if radius else "",
            fill=fill,
        )

    def path(self, data: str, classes: str, *, fill: str = "") -> Element:
        """A path from ready path data."""
        return self.add("path", classes, d=data, fill=fill)

    def line(self, start: tuple[float, float], end: tuple[float, float], classes: str) -> Element:
        """A straight line."""
        return self.path(f"M{number(start[0])} {number(start[1])}L{number(end[0])} {number(end[1])}", classes)

    def curve(self, points: Cubic, classes: str) -> Element:
        """A cubic curve from its start, two control points and end."""
        start, *rest = (f"{number(x)} {number(y)}" for x, y in points)
        return self.path(f"M{start}C{' '.join(rest)}", classes)

    def polyline(
        self, points: list[tuple[float, float]], classes: str, *, is_closed: bool = False, fill: str = ""
    ) -> Element:
        """A line through points, closed on wish; draws nothing visible for fewer than two points."""
        data = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points) if points else "M0 0"
        return self.path(data + ("Z" if is_closed else ""), classes, fill=fill)

    def circle(self, centre: tuple[float, float], radius: float, classes: str) -> Element:
        """A circle."""
        return self.add("circle", classes, cx=number(centre[0]), cy=number(centre[1]), r=number(radius))

    def text(self, at: tuple[float, float], text: str, classes: str = "") -> Element | None:
        """A text with its baseline start at a point.

        Class `m` centres it, `e` ends it there. Empty text draws nothing.
        """
        if not text.strip():
            return None
        element = self.add("text", classes, x=number(at[0]), y=number(at[1]))
        element.children.append(text)
        return element

    @contextmanager
    def group(self, name: str = "", *, tip: str = "", href: str = "") -> Iterator[Element]:
        """A group of elements: with an id from `name`, a tooltip from `tip`, a link from `href` where it is safe."""
        link = safe_link(href)
        self._has_links |= bool(link)
        attributes = {"id": self._new_id(name) if name else ""}
        if link:
            attributes |= {"href": link, "aria-label": tip or name}
        element = Element("a" if link else "g", {key: value for key, value in attributes.items() if value})
        if tip:
            element.children.append(Element("title", {}, [tip]))
        self._stack[-1].children.append(element)
        self._stack.append(element)
        try:
            yield element
        finally:
            self._stack.pop()

    def identify(self, element: Element, name: str) -> None:
        """Give an element the id of a named mark."""
        element.attributes = {"id": self._new_id(name), **element.attributes}

    def slot(self, slot: int) -> tuple[str, str]:
        """Classes and fill of an area in a palette slot: soft colour, strong outline, and the slot's hatch."""
        if slot not in PATTERN_SLOTS:
            return f"c{slot}", ""
        return f"k{slot}", self._pattern_url(f"p{slot}")

    def slot_rect(self, box: tuple[float, float, float, float], slot: int, *, radius: float = 0.0) -> Element:
        """A rectangle in a palette slot."""
        classes, fill = self.slot(slot)
        return self.rect(box, classes, fill=fill, radius=radius)

    def overlay(self, kind: Literal["hatch", "cross", "gap"]) -> str:
        """Fill of a transparent hatch.

        `hatch` for what is reserved, `cross` for closed ground, `gap` for what is missing.
        """
        return self._pattern_url(kind)

    def _pattern_url(self, kind: str) -> str:
        self._patterns.add(kind)
        return f"url(#{self.prefix}-{kind})"

    def _new_id(self, name: str) -> str:
        """An id of the figure's prefix and the name, made unique by a count where names repeat."""
        text = f"{self.prefix}-{slug(name)}"
        seen = self._ids.get(text, 0)
        self._ids[text] = seen + 1
        return f"{text}--{seen + 1}" if seen else text

    def _definitions(self) -> list[Element | str]:
        """The hatches in use, as pattern elements with ids of this figure."""
        patterns: list[Element | str] = []
        for kind in sorted(self._patterns):
            slot = int(kind[1:]) if kind[0] == "p" else 0
            line = f"p{slot}" if slot else kind
            self._classes.add(line)
            marks = [Element("path", {"class": f"rw-{line}", "d": HATCHES[slot] if slot else OVERLAYS[kind]})]
            if slot:
                self._classes.add(f"d{slot}")
                marks.insert(0, Element("rect", {"class": f"rw-d{slot}", "width": "6", "height": "6"}))
            size = {"id": f"{self.prefix}-{kind}", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
            patterns.append(Element("pattern", size, [*marks]))
        return [Element("defs", {}, patterns)] if patterns else []

    def to_svg(self, height: float) -> str:
        """The whole figure as SVG text of a native height in pixels."""
        size = next((name for width, name in _WIDTH_CLASSES if self.width >= width), "")
        self._classes.update([size] if size else [])
        labels = {"title": f"{self.prefix}-t", "desc": f"{self.prefix}-d"}
        definitions = self._definitions()
        description = self.caption.description or self.caption.title
        box = f"0 0 {number(self.width)} {number(height)}"
        root = Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "id": self.prefix,
                "class": f"rw-figure rw-{size}" if size else "rw-figure",
                "viewBox": box,
                "width": number(self.width),
                # Links inside an image would be hidden from assistive technology, so a figure with links is a group.
                "role": "group" if self._has_links else "img",
                "aria-labelledby": f"{labels['title']} {labels['desc']}",
            },
            [
                Element("title", {"id": labels["title"]}, [self.caption.title or self.caption.name]),
                Element("desc", {"id": labels["desc"]}, [description or self.caption.name]),
                Element("style", {}, [style_rules(frozenset(self._classes))]),
                *definitions,
                Element("rect", {"class": "rw-bg", "width": number(self.width), "height": number(height)}),
                *self._root.children,
            ],
        )
        out: list[str] = []
        root.write(out)
        return "".join(out)


def without_style(svg: str) -> str:
    """A figure without its own style element, for a page that carries `page_style()` once."""
    return re.sub(r"<style>[^<]*</style>", "", svg, count=1)
