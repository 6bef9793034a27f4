"""Is text escaped once, are ids stable and unique, and are unsafe links dropped?"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.figures import Caption, without_style
from rackwright.figures.svg import Drawing, number, safe_link, slug


def drawing() -> Drawing:
    """An empty drawing."""
    return Drawing(Caption("fig", "Title"), 100)


@given(st.text())
def test_101_any_text_comes_back(text: str) -> None:
    """Whatever text is drawn can be read back from the XML, but for characters XML forbids and white space."""
    figure = drawing()
    shown = figure.text((1, 2), text)
    root = ET.fromstring(figure.to_svg(10))
    read = root.find("{http://www.w3.org/2000/svg}text")
    if shown is None:
        assert not text.strip()
        return
    assert read is not None
    assert read.text is not None
    assert len(read.text) == len(text)
    same = [a == b for a, b in zip(read.text, text, strict=True) if b.isprintable() and b not in "\ufffe\uffff"]
    assert all(same)


def test_102_escaped_exactly_once() -> None:
    """An ampersand is escaped once, not twice."""
    figure = drawing()
    figure.text((0, 0), 'A&B <i> "q"')
    assert ">A&amp;B &lt;i&gt; &quot;q&quot;<" in figure.to_svg(10)


def test_103_tips_and_links_are_escaped() -> None:
    """A tooltip or a link cannot end its attribute or element."""
    figure = drawing()
    with figure.group('a"b', tip="<b>", href='/x?a="><script>'):
        figure.circle((1, 1), 1, "ink")
    svg = figure.to_svg(10)
    assert "<script" not in svg
    assert "<b>" not in svg
    ET.fromstring(svg)


@pytest.mark.parametrize(
    "href", ["#a", "/plan", "racks.html", "../x", "?page=2", "https://example.org/a", "./a", "hall-1/rack"]
)
def test_201_safe_links_stay(href: str) -> None:
    """Relative, fragment and http links stay as they are."""
    assert safe_link(href) == href


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "//evil.example",
        "java\nscript:x",
        "\\\\evil",
        "vbscript:x",
        "",
    ],
)
def test_202_unsafe_links_go(href: str) -> None:
    """Links that could run code or leave for another host unseen are dropped."""
    assert safe_link(href) == ""


@given(st.text())
def test_301_slugs_are_ids(name: str) -> None:
    """A slug of any name is a short, lower-case ASCII id without blanks."""
    text = slug(name)
    assert text
    assert len(text) <= 70
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_302_names_that_look_alike_keep_apart() -> None:
    """Names that differ only in signs that an id cannot hold get different ids."""
    assert len({slug(name) for name in ("Zürich", "Zurich", "Zürích", "機架", "架機", "a+b", "a*b")}) == 7


def test_303_repeated_names_are_counted() -> None:
    """The same name twice in one figure gives two ids."""
    figure = drawing()
    for _ in range(2):
        with figure.group("rack"):
            pass
    assert 'id="fig-rack"' in figure.to_svg(10)
    assert 'id="fig-rack--2"' in figure.to_svg(10)


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (-0.04, "0"), (0.25, "0.2"), (12.34, "12.3"), (-3.0, "-3"), (1e6, "1000000")]
)
def test_401_coordinates_are_short(value: float, text: str) -> None:
    """Coordinates have at most one decimal and no superfluous characters."""
    assert number(value) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_402_coordinates_are_finite(value: float) -> None:
    """A coordinate that is not finite is refused with a repair."""
    with pytest.raises(ValueError, match="leave unknown values out"):
        number(value)


def test_501_style_can_be_taken_out_once() -> None:
    """`without_style` removes the figure's style and nothing else."""
    figure = drawing()
    figure.text((0, 0), "<style>no</style>")
    svg = figure.to_svg(10)
    bare = without_style(svg)
    assert "<style>" not in bare
    assert "&lt;style&gt;no&lt;/style&gt;" in bare
