"""Is every figure kind drawn as its golden file says, inside its frame, legible, named and small?"""

from __future__ import annotations

import dataclasses
import os
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from rackwright.figures import Caption, Figure, page_style, render, without_style
from rackwright.figures.palette import CLASS_RULES
from rackwright.figures.svg import MAX_NODES

from .gallery import gallery
from .geometry import SVG, extents, frame, labels, parse

GOLDEN = Path(__file__).parents[2] / "golden" / "figures"
FIGURES = {figure.caption.name: figure for figure in gallery()}
HOSTILE = "</text><script>alert(1)</script> & \"quoted\" 'x' ]]> \x00\x0b Žluťoučký 機架 " * 6
FIXED_WORDS = {"kind", "state", "severity", "side", "href", "role"}

each_figure = pytest.mark.parametrize("name", FIGURES)


def hostile(value: Any, field: str = "") -> Any:
    """The same figure data with every free text and name made hostile and long."""
    if isinstance(value, str):
        return value if field in FIXED_WORDS else HOSTILE + value
    if isinstance(value, tuple):
        return tuple(hostile(item, field) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {f.name: hostile(getattr(value, f.name), f.name) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **changes)
    return value


def emptied(figure: Figure) -> Figure:
    """The same figure without any rows."""
    rows = {f.name: () for f in dataclasses.fields(figure) if isinstance(getattr(figure, f.name), tuple)}
    return dataclasses.replace(figure, **rows)


def assert_sound(svg: str) -> None:
    """Parses, has unique ids, stays inside its frame and within the node budget, and uses known classes only."""
    root = parse(svg)
    width, height = frame(root)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))
    assert sum(1 for _ in root.iter()) <= MAX_NODES
    for box in extents(root) + labels(root):
        assert box.is_inside(width, height), box
    used = {name for element in root.iter() for name in element.attrib.get("class", "").split()}
    assert used <= {f"rw-{name}" for name in CLASS_RULES}
    style = root.findtext(f"{SVG}style") or ""
    assert used == set(re.findall(r"\.(rw-[\w-]+)", style))


@each_figure
def test_101_golden(name: str) -> None:
    """Each kind is drawn byte for byte as its golden file; set RACKWRIGHT_WRITE_GOLDEN to accept a change."""
    path = GOLDEN / f"{name}.svg"
    svg = render(FIGURES[name])
    if os.environ.get("RACKWRIGHT_WRITE_GOLDEN"):
        path.write_text(svg + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == svg + "\n"


@each_figure
def test_102_sound(name: str) -> None:
    """Each kind parses as XML, has unique ids, leaves its frame nowhere and carries exactly the styles it uses."""
    assert_sound(render(FIGURES[name]))


@each_figure
def test_103_labels_do_not_overlap(name: str) -> None:
    """No label covers another by more than half a pixel."""
    boxes = labels(parse(render(FIGURES[name])))
    assert [(a.what, b.what) for a, b in combinations(boxes, 2) if a.overlap(b) > 0.5] == []


@each_figure
def test_104_named(name: str) -> None:
    """Each figure says title and description to those who cannot see it; it is an image or, with links, a group."""
    svg = render(FIGURES[name])
    root = parse(svg)
    by_id = {element.attrib["id"]: element for element in root if "id" in element.attrib}
    title, text = (by_id[name] for name in root.attrib["aria-labelledby"].split())
    assert [title.tag, text.tag] == [f"{SVG}title", f"{SVG}desc"]
    assert (title.text or "").strip()
    assert (text.text or "").strip()
    assert root.attrib["role"] == ("group" if root.find(f".//{SVG}a") is not None else "img")


@each_figure
def test_105_letters_are_large_enough(name: str) -> None:
    """No text is set below 11 px at native size."""
    assert min(map(float, re.findall(r"font-size:([\d.]+)px", render(FIGURES[name]))), default=12.0) >= 11


@each_figure
def test_201_hostile_text_is_text(name: str) -> None:
    """Markup, control characters, long and foreign names are shown as text, shortened, and never become elements."""
    svg = render(hostile(FIGURES[name]))
    assert_sound(svg)
    assert "<script" not in svg
    assert {element.tag for element in parse(svg).iter()} <= {
        SVG + tag
        for tag in ["svg", "title", "desc", "style", "defs", "pattern", "rect", "path", "circle", "text", "g", "a"]
    }


@each_figure
def test_202_empty_data(name: str) -> None:
    """A figure without rows is still a named, sound figure."""
    assert_sound(render(emptied(FIGURES[name])))


@each_figure
def test_203_empty_caption(name: str) -> None:
    """A figure whose caption is empty still has an id."""
    assert_sound(render(dataclasses.replace(FIGURES[name], caption=Caption("", ""))))


@each_figure
def test_301_same_input_same_bytes(name: str) -> None:
    """Drawing twice gives the same bytes, and a notebook shows the same."""
    assert render(FIGURES[name]) == render(FIGURES[name]) == FIGURES[name]._repr_svg_()


def test_302_a_page_of_all_kinds_is_small() -> None:
    """All kinds with the page's style stay far below the report's 300 kB."""
    assert sum(len(without_style(render(figure)).encode()) for figure in gallery()) + len(page_style()) < 150_000


def test_303_figures_share_a_page() -> None:
    """Figures of different names share no id."""
    ids = [
        element.attrib["id"]
        for figure in gallery()
        for element in parse(render(figure)).iter()
        if "id" in element.attrib
    ]
    assert len(ids) == len(set(ids))


def test_304_page_style_is_plain_css() -> None:
    """The page's style can stand in a style element, knows dark and print, and holds every class."""
    style = page_style()
    assert "<" not in style
    assert "prefers-color-scheme:dark" in style
    assert "@media print" in style
    assert style.count("{") == style.count("}")
    assert all(f".rw-{name}{{" in style for name in CLASS_RULES)
