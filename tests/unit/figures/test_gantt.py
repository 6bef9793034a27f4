"""Long charts of bars: what can be read far from the axis."""

from __future__ import annotations

import dataclasses
import datetime as dt

from rackwright.figures import Caption, Gantt, GanttBar, GanttGroup
from rackwright.figures.gantt import render_gantt

START = dt.date(2026, 12, 7)


def chart(**more: object) -> Gantt:
    """Two projects over a little more than a year."""
    bars = tuple(GanttBar(f"a{i}", f"Activity {i}", 40 * i, 40 * i + 30, "activity") for i in range(12))
    groups = tuple(GanttGroup(name, f"Project {name}", bars) for name in "pq")
    return Gantt(Caption("g", "Long", "Bars"), START, groups, **more)  # type: ignore[arg-type]


def test_101_headings_repeat_the_years() -> None:
    """A long chart has the years in each heading but the first, which stands under the axis."""
    assert render_gantt(chart()).count(">Jan 2027<") == 0
    assert render_gantt(chart(has_years=True)).count(">Jan 2027<") == 1


def test_102_an_end_alone_is_marked() -> None:
    """A baseline of which only the end is known is a mark below the bar; one with both ends is a thin bar."""
    (first, *rest), other = chart().groups[0].bars, chart().groups[1]
    marked = dataclasses.replace(first, baseline=(9, 9))
    ranged = dataclasses.replace(first, baseline=(2, 9))
    with_mark, with_bar = (
        render_gantt(dataclasses.replace(chart(), groups=(GanttGroup("p", "Project p", (bar, *rest)), other)))
        for bar in (marked, ranged)
    )
    assert "l3 4h-6z" in with_mark
    assert "l3 4h-6z" not in with_bar


def test_103_thousands_of_bars() -> None:
    """Three thousand bars are drawn, each with its label, in less than a kilobyte a bar."""
    bars = tuple(GanttBar(f"a{i}", f"Activity {i}", i, i + 30, "activity") for i in range(3_000))
    svg = render_gantt(Gantt(Caption("g", "Long", "Bars"), START, (GanttGroup("p", "Project", bars),)))
    assert svg.count(">Activity ") == 3_000
    assert len(svg) < 1_000 * 3_000
