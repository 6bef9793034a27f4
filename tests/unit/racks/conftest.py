"""Small parts and racks made by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from rackwright.catalog.parts import Fact
from rackwright.racks.request import Fill, Frame, RackDesign, RackPart, RackPorts


def _fact(part: str, field: str, value: float) -> Fact:
    return Fact(f"{part}.{field}", float(value), "", str(value), "", "assumption")


@pytest.fixture
def part() -> Callable[..., RackPart]:
    """Make a part: `part("tray", "compute", height_u=1, power_w=1000)`."""

    def make(name: str, role: str, **figures: float) -> RackPart:
        return RackPart(id=name, role=role, **{field: _fact(name, field, value) for field, value in figures.items()})

    return make


@pytest.fixture
def design() -> Callable[..., RackDesign]:
    """Make a rack of a height from fills; ports and power may be given."""

    def make(fills: list[Fill], height_u: int = 10, **changes: Any) -> RackDesign:
        frame = Frame("frame", _fact("frame", "height_u", height_u), _fact("frame", "mass_kg", 100), None)
        ports = RackPorts(rails=1, planes=1, service=(), out_of_band_gbit_s=None)
        fields: dict[str, Any] = {
            "id": "sku",
            "platform": "p",
            "frame": frame,
            "fills": tuple(fills),
            "stated_power_w": None,
            "liquid_share": 0.8,
            "ports": ports,
            "blank": None,
        }
        return RackDesign(**{**fields, **changes})

    return make


@pytest.fixture
def fact() -> Callable[[str, str, float], Fact]:
    """Make a fact: `fact("part", "field", 1.0)`."""
    return _fact
