"""Does every project stand right of those it waits for, also where two wait for each other?"""

from __future__ import annotations

import re

from rackwright.figures import Caption, DriverLink, DriverNetwork, DriverNode, render_driver_network


def drawn(*links: DriverLink) -> tuple[str, dict[str, float]]:
    """The picture of three projects with these waits, and the left edge of each box."""
    nodes = tuple(DriverNode(name, f"Project {name}") for name in "abc")
    svg = render_driver_network(DriverNetwork(Caption("drivers", "Waits", "words"), nodes, links))
    boxes = re.findall(r'<title>Project (\w)</title><rect[^>]*? x="([\d.]+)"', svg)
    return svg, {name: float(x) for name, x in boxes}


def test_101_a_project_stands_right_of_those_it_waits_for() -> None:
    """Three projects in a row take three layers, whatever the order of the waits."""
    _, left = drawn(DriverLink("b", "c", "link"), DriverLink("a", "b", "link"))
    assert left["a"] < left["b"] < left["c"]


def test_102_of_a_ring_the_wait_for_a_resource_runs_back() -> None:
    """Where two projects wait for each other the link sets the order; the resource's arrow points up from below."""
    svg, left = drawn(
        DriverLink("b", "a", "held", is_resource=True), DriverLink("a", "b", "link"), DriverLink("b", "c", "")
    )
    assert left["a"] < left["b"] < left["c"]
    back = re.search(r'id="drivers-b-to-a"[^>]* d="M([\d.]+) [\d.]+C[^"]* ([\d.]+) [\d.]+"', svg)
    assert back is not None
    assert float(back[1]) > float(back[2])
