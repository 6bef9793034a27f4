"""Spares follow failures and lead time; parts that fail less win at equal price; stiff cables need room to bend."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.cabling import CablingRequest, route_cables
from rackwright.cabling.choice import LinkClass, choose_part
from rackwright.cabling.request import CableSpec, HallSpec
from rackwright.cabling.tally import num_spares
from rackwright.catalog.parts import Fact

RequestOf = Callable[..., CablingRequest]
MakeFact = Callable[[str, float], Fact]


@given(installed=st.integers(1, 3000), failures=st.floats(1e-6, 0.05), service=st.floats(0.5, 0.999))
def test_101_spares_are_the_quantile(installed: int, failures: float, service: float) -> None:
    """So many spares last with the chance asked for, and one less would not, but for the one that is always kept."""
    spares = num_spares(installed, failures, service)
    mean = installed * failures

    def chance(count: int) -> float:
        return sum(math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(count + 1))

    assert chance(spares) >= service - 1e-9
    assert spares == 1 or chance(spares - 1) < service + 1e-9


def test_102_large_pools_go_by_the_normal_law() -> None:
    """The mean of 1,000 failures is kept with 2.33 deviations of 31.6, and both laws meet where they change."""
    assert num_spares(1_000_000, 1e-3, 0.99) == 1000 + math.ceil(2.3263 * math.sqrt(1000))
    assert abs(num_spares(499_999, 1e-3, 0.99) - num_spares(500_001, 1e-3, 0.99)) <= 2


def test_103_the_stage_counts_them(request_of: RequestOf, hall: Callable[..., HallSpec], fact: MakeFact) -> None:
    """With a failure rate, a lead time and a service level spares are the quantile; without them the share holds."""
    request = request_of()
    rules = hall(spare_service_share=fact("rules.spare_service_share", 0.99))
    halls = tuple(dataclasses.replace(rules, id=each.id) for each in request.halls)
    cables = tuple(
        dataclasses.replace(spec, failures_per_h=fact("f", 0.01), lead_days=fact("l", 10.0)) for spec in request.cables
    )
    counted = route_cables(dataclasses.replace(request, halls=halls, cables=cables)).assemblies.frame
    expected = [num_spares(count, 0.01 * 240, 0.99) for count in counted["count"].to_list()]
    assert counted["spares"].to_list() == expected
    plain = route_cables(dataclasses.replace(request, halls=halls)).assemblies.frame
    assert plain["spares"].to_list() == [math.ceil(0.1 * count) for count in plain["count"].to_list()]


def test_201_failures_decide_between_equal_prices(cables: tuple[CableSpec, ...], fact: MakeFact) -> None:
    """Of two assemblies of one price the one that fails less is taken, and a cheap one that fails often is dear."""
    link = LinkClass(gbit_s=400.0, lower_cage="", upper_cage="OSFP", links_per_cage=1, cage_power_w=17.0)
    sound = dataclasses.replace(cables[0], id="z-sound", price_usd=fact("p", 130.0))
    weak = dataclasses.replace(cables[0], failures_per_h=fact("f", 1e-5))
    for years, part in ((0.0, "dac"), (5.0, "z-sound")):
        choice = choose_part(link, 2000, (weak, sound), (), service_years=years)
        assert choice is not None
        assert choice.part == part


@pytest.mark.parametrize(("diameters", "passed"), [(10.0, True), (600.0, False)])
def test_301_cables_bend_within_the_drop(request_of: RequestOf, fact: MakeFact, diameters: float, passed: bool) -> None:
    """The thickest cable used bends twice within a drop of one metre at ten diameters, at 600 it does not."""
    request = request_of()
    rule = fact("rules.bend_radius_diameters", diameters)
    halls = tuple(dataclasses.replace(hall, bend_radius_diameters=rule) for hall in request.halls)
    cabling = route_cables(dataclasses.replace(request, halls=halls))
    checks = cabling.checks.frame.filter(rule="cabling-bend-radius")
    thick_m = {spec.id: spec.diameter_m.value for spec in request.cables if spec.diameter_m}
    assert checks["passed"].to_list() == [passed]
    assert checks["value"][0] == pytest.approx(2 * diameters * max(thick_m[part] for part in cabling.cables["part"]))
