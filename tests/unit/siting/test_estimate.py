"""Network switches of a unit follow from the traffic of its ports."""

from __future__ import annotations

import pytest

from rackwright.catalog.parts import Fact, Switch
from rackwright.siting.estimate import NetworkSwitches, network_share, num_switches


def fact(value: float) -> Fact:
    """A figure without evidence."""
    return Fact(id="t", value=value, unit="", written="", source="", kind="assumption")


SWITCH = Switch(
    id="s", name="S", ports=fact(64), port_gbit_s=fact(800), height_u=fact(2), power_w=fact(2000), protocol="ethernet"
)


@pytest.mark.parametrize(
    ("tiers", "oversubscription", "expected"),
    [
        ((SWITCH, None, None), 1.0, (4.0, 0.0, 0.0)),
        ((SWITCH, SWITCH, None), 1.0, (8.0, 4.0, 0.0)),
        ((SWITCH, SWITCH, SWITCH), 1.0, (8.0, 8.0, 4.0)),
        ((SWITCH, SWITCH, None), 3.0, (16 / 3, 4 / 3, 0.0)),
    ],
)
def test_101_tiers(
    tiers: tuple[Switch, Switch | None, Switch | None], oversubscription: float, expected: tuple[float, float, float]
) -> None:
    """256 ports of 800 Gbit/s on switches of 64: one tier, two tiers, three tiers, and three to one at the leaf."""
    network = NetworkSwitches(256 * 800.0, *tiers, oversubscription)
    assert num_switches(network) == pytest.approx(expected)


def test_102_height_and_power() -> None:
    """Twelve switches of two units and 2 kW."""
    share = network_share((NetworkSwitches(256 * 800.0, SWITCH, SWITCH, None, 1.0),))
    assert (share.height_u, share.power_w) == (24.0, 24_000.0)
