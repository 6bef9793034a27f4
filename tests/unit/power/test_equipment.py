"""Ratings at the place, generators, on-site units and first relay settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rackwright.catalog.installation import Derating
from rackwright.power import Power, design_power
from rackwright.power.board_faults import board_faults
from rackwright.power.grading import grade
from rackwright.power.ratings import derating_factor
from rackwright.power.request import OnSite, PowerRequest, PowerRules
from rackwright.power.site import design_site

from .conftest import ALTERNATIVES, ELECTRIC, RULES, make_parts, make_racks, make_request, make_site, stated
from .test_medium_voltage import laid

RULE = Derating(
    id="derating-ups",
    name="d",
    role="ups",
    place="room",
    ambient_c=stated(40.0),
    share_per_k=stated(0.02),
    altitude_m=stated(1000.0),
    share_per_hectometre=stated(0.01),
)
FULL = replace(
    ELECTRIC,
    voltage_drop_one_lost_share=stated(0.08),
    genset_subtransient_share=stated(0.12),
    genset_dip_share=stated(0.2),
    genset_start_s=stated(15.0),
    room_c=stated(45.0),
    pickup_ratio=stated(1.3),
    grading_interval_s=stated(0.3),
    fault_withstand_s=stated(2.0),
)


def found(power: Power, rule: str) -> dict[str, object]:
    """The one check of a rule."""
    return power.checks.frame.filter(rule=rule).row(0, named=True)


def test_101_heat_and_height_take_their_share() -> None:
    """Nothing is lost up to the ambient and altitude of the rating; beyond, both shares multiply, never below 0."""
    assert derating_factor(RULE, 40.0, 1000.0) == 1.0
    assert derating_factor(RULE, 45.0, 2000.0) == pytest.approx(0.9 * 0.9)
    assert derating_factor(RULE, 200.0, 0.0) == 0.0


@pytest.mark.parametrize("altitude_m", [0.0, 1500.0])
def test_102_the_fullest_of_a_kind_is_held(altitude_m: float) -> None:
    """The fullest UPS of the site is held against what its rating is worth in the room and at the altitude."""
    request = make_request(make_racks(30), make_site(altitude_m=altitude_m))
    power = design_power(replace(request, electric=FULL, deratings=(RULE,)))
    row = found(power, "power-derated-load")
    assert row["limit"] == pytest.approx(1.5e6 * 0.9 * (0.95 if altitude_m else 1.0))
    assert (
        row["value"] == power.loads.frame.join(power.elements.frame, on="element").filter(kind="ups")["worst_w"].max()
    )


def with_generator(step: float, ride_s: float) -> PowerRequest:
    """A site whose generators take a share as a step, and whose UPS hold for a time."""
    parts = make_parts()
    assert parts.generator is not None
    assert parts.ups is not None
    generator = replace(parts.generator, step_share=stated(step))
    ups = replace(parts.ups, ride_through_s=stated(ride_s))
    site = make_site(parts=replace(parts, generator=generator, ups=ups), ride_through_s=1.5)
    return replace(make_request(make_racks(40, peak_w=132e3), site), electric=FULL)


@pytest.mark.parametrize(("step", "ride_s", "holds"), [(0.6, 300.0, True), (0.1, 1.0, False)])
def test_201_generators_take_their_step_and_storage_bridges(step: float, ride_s: float, holds: bool) -> None:
    """The largest UPS is the step; the battery must last until generators carry, and through the grid's fault."""
    power = design_power(with_generator(step, ride_s))
    frame = power.loads.frame.join(power.elements.frame, on="element")
    row = found(power, "power-genset-step")
    assert row["value"] == pytest.approx(frame.filter(kind="ups")["normal_w"].max() / 0.97)  # type: ignore[operator]
    assert (row["limit"], row["passed"]) == (pytest.approx(3e6 * step), holds)
    assert found(power, "power-genset-dip")["value"] == pytest.approx(row["value"] * 0.12 / 3e6)  # type: ignore[operator]
    assert found(power, "power-start-bridged")["passed"] == (ride_s >= 15.0)
    assert found(power, "power-ride-through")["passed"] == (ride_s >= 1.5)


def test_202_on_site_units_carry_what_the_grid_does_not() -> None:
    """Units share the gap by rating, the others carry more with the largest lost, and each stands on a board."""
    parts = make_parts()
    assert parts.generator is not None
    unit = replace(parts.generator, id="engine", role="engine", rating_w=stated(1e6))
    site = make_site(on_site=(OnSite(unit, 3),))
    small = replace(
        site, energised=(replace(site.energised[0], power_w=1e6), replace(site.energised[0], kind="on-site"))
    )
    power = design_power(make_request(make_racks(20), small))
    frame = power.loads.frame.join(power.elements.frame, on="element").filter(kind="engine")
    needed_w = power.balances["facility_w"][0] - 1e6
    assert frame["normal_w"].to_list() == pytest.approx([needed_w / 3] * 3)
    assert sorted(frame["worst_w"].to_list()) == pytest.approx([needed_w / 3, needed_w / 2, needed_w / 2])
    row = found(power, "power-on-site-one-lost")
    assert (row["value"], row["limit"], row["passed"]) == (pytest.approx(needed_w), 2e6, needed_w <= 2e6)


def test_301_each_level_waits_for_the_one_below() -> None:
    """Trip times rise by the interval at the faults both levels see, and no pickup is above its fault."""
    request = laid(make_request(make_racks(40)), 300.0)
    site = design_site(request.sites[0], request.racks.frame, PowerRules(RULES, FULL), ALTERNATIVES)
    assert site is not None
    settings = grade(site, FULL)
    assert settings[0].trip_s == pytest.approx(0.3)
    assert settings[1].trip_s == pytest.approx(0.6)
    assert settings[3].trip_s == pytest.approx(settings[2].trip_s + 0.3)
    assert all(setting.pickup_a < setting.fault_a for setting in settings)
    assert settings[0].fault_a == pytest.approx(settings[1].fault_a * 34.5e3 / 415.0)


def test_302_an_earth_fault_behind_delta_star_is_the_larger() -> None:
    """With the grid's impedance left out of the zero sequence the earth fault is above the three-phase one."""
    site = make_site(fault_va=1e9)
    faults, unit = board_faults(site), site.parts.unit_substation
    ratio = faults.low_earth_a(unit) / faults.behind(unit)
    assert 1.0 < ratio < 1.5
