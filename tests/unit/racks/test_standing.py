"""A rack that is heavy at its top, or whose parts blow against each other, is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rackwright.base.units import RACK_UNIT_MM
from rackwright.catalog.parts import Fact
from rackwright.racks.checks import DesignedRack, check_rack
from rackwright.racks.elevation import elevate
from rackwright.racks.ratings import rate_rack
from rackwright.racks.request import Fill, RackDesign, RackPart

MakePart = Callable[..., RackPart]
MakeDesign = Callable[..., RackDesign]
MakeFact = Callable[[str, str, float], Fact]


def checks_of(design: RackDesign) -> dict[str, tuple[float, float, bool]]:
    """Value, limit and outcome of each rule."""
    elevation = elevate(design.fills, int(design.frame.height_u.value))
    rack = DesignedRack(design, elevation, rate_rack(design, elevation), ())
    return {rule: (value, limit, passed) for rule, _, value, limit, _, passed, _ in check_rack(rack, ())}


@pytest.mark.parametrize(("zone", "passes"), [("bottom", True), ("top", False)])
def test_101_tilt_by_hand(part: MakePart, design: MakeDesign, fact: MakeFact, zone: str, *, passes: bool) -> None:
    """300 mm over the height of the centre of gravity: 900 kg stand in the lowest of 48 units only."""
    heavy = Fill(part("heavy", "storage", height_u=1, mass_kg=900), 1, zone)
    made = design([heavy], height_u=48)
    sides = {name: fact("frame", name, value) for name, value in (("width_mm", 600), ("depth_mm", 1200))}
    made = replace(made, frame=replace(made.frame, standing_slope=fact("frame", "standing_slope", 0.176), **sides))
    value, limit, passed = checks_of(made)["racks-tilt"]
    middle_u = (900 * (0.5 if zone == "bottom" else 47.5) + 100 * 24) / 1000
    assert value == pytest.approx(300 / (middle_u * RACK_UNIT_MM))
    assert (limit, passed) == (0.176, passes)


def test_102_airflow(part: MakePart, design: MakeDesign) -> None:
    """A part that blows to the front beside one that says nothing is against it; all to the front are not."""
    tray, switch = (
        part("tray", "compute", height_u=1, power_w=1000),
        part("switch", "management", height_u=1, power_w=100),
    )
    back = replace(switch, airflow="rear-to-front")
    assert "racks-airflow" not in checks_of(design([Fill(tray, 2, "middle"), Fill(switch, 1, "top")]))
    mixed = checks_of(design([Fill(tray, 2, "middle"), Fill(back, 1, "top")]))
    assert mixed["racks-airflow"] == (1, 0, False)
    same = checks_of(design([Fill(replace(tray, airflow="rear-to-front"), 2, "middle"), Fill(back, 1, "top")]))
    assert same["racks-airflow"] == (0, 0, True)
