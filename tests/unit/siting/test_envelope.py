"""Energised power is the least of contract, substation and commissioned halls; on-site power adds to the grid."""

from __future__ import annotations

from typing import Any

import pytest

from rackwright.siting.envelope import Level, envelope_levels
from rackwright.siting.orders import HallSpace, PowerStep, SiteSupply

HALL = HallSpace("h1", "ohio", 20, 50, 10, "build.h1")


def levels(*steps: PowerStep, halls: tuple[HallSpace, ...] = (HALL,)) -> tuple[Level, ...]:
    """Levels of a site with these steps."""
    return envelope_levels(SiteSupply("ohio", steps), halls, horizon_days=100)


def test_101_the_hall_comes_late() -> None:
    """Before a hall is commissioned nothing can be used, and the gate of the first hall is named."""
    found = levels(PowerStep("contract", 40, 0, ""))
    assert found == (Level(0, 0, "hall", "build.h1"), Level(10, 40, "contract", ""))


def test_102_the_lesser_of_contract_and_substation() -> None:
    """The substation binds until it is extended, and names the gate of its step."""
    steps = (
        PowerStep("contract", 40, 0, ""),
        PowerStep("substation", 20, 0, ""),
        PowerStep("substation", 60, 30, "grid.tx2"),
    )
    assert levels(*steps)[1:] == (Level(10, 20, "substation", ""), Level(30, 40, "contract", ""))


def test_103_on_site_power_adds_to_the_grid() -> None:
    """On-site generation does not pass the substation, so it is added."""
    steps = (PowerStep("contract", 20, 0, ""), PowerStep("on-site", 15, 50, "gen.cod"))
    assert levels(*steps)[-1] == Level(50, 35, "contract", "")


def test_104_an_island_lives_on_on_site_power() -> None:
    """Without contract or substation only on-site power counts."""
    assert levels(PowerStep("on-site", 15, 20, "gen.cod"))[-1] == Level(20, 15, "on-site", "gen.cod")


def test_105_the_hall_binds_with_its_gate() -> None:
    """More power than the halls are built for is of no use; the gate is that of the hall that came last."""
    assert levels(PowerStep("contract", 80, 0, ""))[-1] == Level(10, 50, "hall", "build.h1")


@pytest.mark.parametrize(("day", "expected"), [(-5, 40), (200, 0)])
def test_106_steps_outside_the_horizon(day: int, expected: int) -> None:
    """A step before the horizon holds from day 0; one after it does not count."""
    assert levels(PowerStep("contract", 40, day, ""))[-1].it_w == expected


def test_201_the_table_has_a_row_per_level(campus: Any) -> None:
    """The stage reports each site from day 0."""
    from rackwright.siting import site_blocks

    assert site_blocks(campus.request()).envelopes.frame.rows() == [("ohio", 0, 10_000_000, "contract", "")]
