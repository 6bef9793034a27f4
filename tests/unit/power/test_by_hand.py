"""The relay levels and the pairs of failures of the small example, worked with pencil and paper."""

from __future__ import annotations

import math

import pytest

from rackwright.catalog.index import Catalog
from rackwright.plan import Plan
from rackwright.power.grading import grade
from rackwright.power.pairs import worst_pairs
from rackwright.power.request import PowerRequest, PowerRules
from rackwright.power.site import SitePower, design_site
from rackwright.power.slices import power_request


@pytest.fixture(scope="module")
def asked(one_pod: Plan, catalog: Catalog) -> PowerRequest:
    """What the power stage of the small example is asked."""
    return power_request(one_pod.program, catalog, one_pod.layout, one_pod.cooling)


@pytest.fixture(scope="module")
def ohio(asked: PowerRequest) -> SitePower:
    """Its one site: 5 GVA at 138 kV, 60 MVA of 10 % to 34.5 kV, 2.5 MVA of 5.75 % to 415 V, cable of 285 A."""
    rules = PowerRules(asked.rules, asked.electric, asked.deratings)
    site = design_site(asked.sites[0], asked.racks.frame, rules, asked.alternatives)
    assert site is not None
    return site


def curve_s(multiple: float) -> float:
    """Standard inverse, flat from twenty times the setting."""
    return float(0.14 / (min(multiple, 20.0) ** 0.02 - 1.0))


def test_101_relay_levels_by_hand(asked: PowerRequest, ohio: SitePower) -> None:
    """Four levels 0.3 s apart at the fault both see, at 1.3 times rated current: 0.30, 0.60, 0.82 and 1.12 s.

    Z at 34.5 kV: grid 1.1 x 34.5^2 / 5000 = 0.26186 ohm, transformer 0.1 x 34.5^2 / 60 x 0.98585 = 1.95568 ohm, in
    all 2.21753 ohm: Ik" = 1.1 x 34.5 / (1.73205 x 2.21753) = 9.8805 kA. At 415 V: 2.21753 x (0.415 / 34.5)^2 =
    0.32087 mohm and 0.0575 x 0.415^2 / 2.5 x 0.96423 = 3.81950 mohm: Ik" = 1.05 x 415 / (1.732 x 4.14037), 60.763 kA.
    The feeder sees 182 times its setting at medium voltage, where its curve has ended: 0.2286 x 2.267 = 0.518 s.
    """
    low, feeder, ring, incomer = grade(ohio, asked.electric)
    root = math.sqrt(3.0)
    pickups = (1.3 * 2.5e6 / (root * 415.0), 1.3 * 2.5e6 / (root * 34.5e3), 1.3 * 285.0, 1.3 * 60e6 / (root * 34.5e3))
    assert [each.pickup_a for each in (low, feeder, ring, incomer)] == pytest.approx(pickups)
    assert [low.fault_a, feeder.fault_a] == pytest.approx([60_763.0, 60_763.0 * 415.0 / 34.5e3], rel=1e-5)
    assert [ring.fault_a, incomer.fault_a] == pytest.approx([9_880.5] * 2, rel=1e-5)
    feeder_tms = 0.6 / curve_s(730.91 / 54.388)
    seen_s = feeder_tms * curve_s(9_880.5 / 54.388)
    assert seen_s == pytest.approx(0.5183, abs=1e-4)
    times = (0.3, 0.6, seen_s + 0.3, seen_s + 0.6)
    assert [each.trip_s for each in (low, feeder, ring, incomer)] == pytest.approx(times, rel=1e-4)
    multipliers = (0.11429, 0.22859, 0.36090, 0.33000)
    assert [each.time_multiplier for each in (low, feeder, ring, incomer)] == pytest.approx(multipliers, rel=1e-4)


def test_201_pairs_of_failures_by_hand(asked: PowerRequest, ohio: SitePower) -> None:
    """2N: with a side and one upstream part lost the other side carries all of it, and both transformers stop all.

    Each unit substation then carries twice its normal load, and the transformer left all three of a side over 0.99:
    2 x (583.39 + 599.67 + 111.32) / 0.99 = 2,614.9 kW.
    """
    found = worst_pairs(ohio.chain, ohio.loads, ohio.order.scheme)
    names = [ohio.chain.names[number] for number in found.element.tolist()]
    worst = dict(zip(names, found.worst_w.tolist(), strict=True))
    normal = dict(zip(names, ohio.loads.normal_w[found.element].tolist(), strict=True))
    units = [name for name in names if "unit-substation" in name]
    assert len(units) == 6
    assert [worst[name] for name in units] == pytest.approx([2.0 * normal[name] for name in units])
    side_w = sum(normal[name] for name in units if "-A-" in name)
    assert worst["ohio-hv-transformer-01"] == pytest.approx(2.0 * side_w / 0.99)
    assert worst["ohio-hv-transformer-01"] == pytest.approx(2_614_911.0, abs=1.0)
    assert found.pairs == 10 * 9 // 2
    assert found.lost_w == pytest.approx(ohio.it_w + ohio.cooling_w)
    lost = {ohio.chain.names[number] for number in found.lost_pair}
    assert lost == {"ohio-hv-transformer-01", "ohio-hv-transformer-02"}
