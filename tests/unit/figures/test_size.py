"""Do figures stay small and legible when there is much to show?"""

from __future__ import annotations

import datetime as dt
from itertools import combinations

import pytest

from rackwright.figures import (
    Bar,
    BarChart,
    Caption,
    FabricBundle,
    FabricDiagram,
    FabricNode,
    FabricTier,
    Figure,
    Gantt,
    GanttBar,
    GanttGroup,
    HallPlan,
    HallPosition,
    HallRow,
    HeatMap,
    HeatRow,
    KpiStrip,
    KpiTile,
    Lineage,
    LineageNode,
    LineChart,
    LineSeries,
    OneLine,
    OneLineElement,
    OneLineLayer,
    RackDevice,
    RackElevation,
    RackFace,
    render,
)
from rackwright.figures.svg import MAX_NODES

from .geometry import SVG, extents, frame, labels, parse

CAPTION = Caption("big", "Big")


def hall(num_rows: int, num_positions: int) -> HallPlan:
    """A hall of equal rows; every tenth position is reserved."""
    rows = tuple(
        HallRow(
            f"r{r}",
            f"Row {r + 1}",
            tuple(
                HallPosition(
                    f"{r}-{i}",
                    1_000 + i * 600,
                    1_000 + r * 3_000,
                    600,
                    1_200,
                    state="reserved" if i % 10 == 9 else "placed",
                )
                for i in range(num_positions)
            ),
        )
        for r in range(num_rows)
    )
    return HallPlan(CAPTION, 2_000 + num_positions * 600, 1_000 + num_rows * 3_000, rows)


def big_figures() -> dict[str, Figure]:
    """One large case per kind that grows with the plan."""
    bars = tuple(
        GanttBar(f"b{i}", f"Activity number {i}", i, i + 30, "activity", i + 31, i + 40, i % 3 == 0) for i in range(400)
    )
    devices = tuple(RackDevice(f"d{u}", f"Compute tray {u}", "compute", u) for u in range(1, 49))
    return {
        "hall-600": hall(20, 30),
        "hall-6000": hall(60, 100),
        "gantt-400": Gantt(CAPTION, dt.date(2026, 1, 1), (GanttGroup("g", "Group", bars),), today_day=30),
        "racks-20": RackElevation(
            CAPTION, tuple(RackFace(f"r{i}", f"Rack {i}", 48, devices, 1e5, 1e3) for i in range(20))
        ),
        "heat-60x104": HeatMap(
            CAPTION,
            tuple(f"W{w}" for w in range(104)),
            tuple(HeatRow(f"r{r}", f"Line {r}", tuple((r * w % 23) / 20 for w in range(104))) for r in range(60)),
            1.0,
            0.9,
            1.0,
        ),
        "lines-12": LineChart(
            CAPTION,
            dt.date(2026, 1, 1),
            "racks",
            tuple(
                LineSeries(
                    f"s{i}", f"Series {i}", tuple(range(0, 1_000, 7)), tuple(100.0 + i / 10 for _ in range(0, 1_000, 7))
                )
                for i in range(12)
            ),
        ),
        "bars-40": BarChart(CAPTION, "MUSD", ("a",), tuple(Bar(f"b{i}", f"Part {i}", (float(i),)) for i in range(40))),
        "tiles-12": KpiStrip(CAPTION, tuple(KpiTile(f"t{i}", f"Number {i}", "1") for i in range(12))),
        "one-line-wide": OneLine(
            CAPTION,
            0.9,
            (OneLineLayer("Low voltage", "415 V"),),
            tuple(
                OneLineElement(
                    f"e{i}", f"Unit substation {i}", "transformer", 0, "a" if i < 8 else "b", "2.5 MVA", 12.0
                )
                for i in range(16)
            ),
        ),
    }


BIG = big_figures()


@pytest.mark.parametrize("name", BIG)
def test_101_node_budget_and_legible(name: str) -> None:
    """Large figures stay within the node budget and 250 kB, in their frame, without labels that cover each other."""
    svg = render(BIG[name])
    root = parse(svg)
    assert sum(1 for _ in root.iter()) <= MAX_NODES
    assert len(svg) < 250_000
    width, height = frame(root)
    boxes = labels(root)
    for box in boxes + extents(root):
        assert box.is_inside(width, height), box
    assert [(a.what, b.what) for a, b in combinations(boxes, 2) if a.overlap(b) > 0.5] == []


def test_201_large_halls_are_folded() -> None:
    """Up to 600 positions are drawn one by one; beyond, runs of equal neighbours are one block with its count."""
    assert "× 9" not in render(hall(20, 30))
    folded = render(hall(21, 30))
    assert "× 9" in folded
    assert len(folded) < len(render(hall(20, 30)))


def test_202_wide_tiers_are_folded() -> None:
    """A tier of 40 leaves shows seven and the other 33 in one box, and no link is lost."""
    spine = FabricNode("s", "Spine")
    leaves = tuple(FabricNode(f"l{i}", f"Leaf {i}") for i in range(40))
    bundles = tuple(FabricBundle("s", leaf.name, 4, "800G") for leaf in leaves)
    svg = render(FabricDiagram(CAPTION, (FabricTier("Spine", (spine,)), FabricTier("Leaf", leaves)), bundles))
    assert "+ 33 more" in svg
    assert "132 × 800G" in svg


def test_203_wide_walks_are_folded() -> None:
    """A layer of 40 inputs shows 13 and says how many more there are."""
    nodes = (
        LineageNode("r", "Result", "result", 0),
        *(LineageNode(f"n{i}", f"Input {i}", "fact", 1) for i in range(40)),
    )
    assert "and 27 more" in render(Lineage(CAPTION, nodes))


def test_301_severity_is_not_colour_alone() -> None:
    """Every severity has a shape of its own and a word in the legend."""
    shapes = set()
    for severity in ("notice", "warning", "critical"):
        tile = RackFace("r", "R", 4, (), severity=severity)  # type: ignore[arg-type]
        svg = render(RackElevation(CAPTION, (tile,)))
        assert f">{severity}</text>" in svg
        glyphs = [e.attrib.get("d", "circle") for e in parse(svg).iter() if e.attrib.get("class") == f"rw-{severity}"]
        shapes.add((len(glyphs), glyphs[0].count("L")))
    assert len(shapes) == 3


def test_302_categories_are_not_colour_alone() -> None:
    """Two roles that stand side by side differ in hatch as well as in colour."""
    devices = (RackDevice("a", "A", "switch", 1), RackDevice("b", "B", "power", 2))
    root = parse(render(RackElevation(CAPTION, (RackFace("r", "R", 4, devices),))))
    fills = {element.attrib["fill"] for element in root.iter(f"{SVG}rect") if "fill" in element.attrib}
    assert fills == {"url(#big-p2)", "url(#big-p4)"}
