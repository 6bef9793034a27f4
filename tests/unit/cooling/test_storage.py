"""Tanks of facility water: how long they hold, how many there are, and what is said when they do not hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rackwright.catalog.installation import ThermalStorage
from rackwright.cooling import design_cooling
from rackwright.cooling.design import cool_halls
from rackwright.cooling.request import CoolingRequest
from rackwright.cooling.storage import recharge_s, tank_bank, tank_heat_j
from rackwright.cooling.weather import Weather
from rackwright.cooling.year import hall_year
from rackwright.tables.cooling import Cooling

from .conftest import CHILLER, DRY, RULES, make_plant, make_racks, make_request, stated

TIMED = {"rejection": replace(DRY, restart_s=stated(60.0)), "chiller": replace(CHILLER, restart_s=stated(300.0))}
TANK = ThermalStorage(
    id="tank",
    name="tank",
    volume_m3=stated(50.0),
    span_k=stated(15.0),
    usable_share=stated(0.9),
    loss_share_per_h=stated(0.0004),
    flow_lpm=stated(8000.0),
)
ONE_J = 50.0 * 1009.9 * 3968.6 * 10.0 * 0.9
"""Heat of one tank at the racks' rise of 10 K."""


def cooled(**changes: object) -> Cooling:
    """Sixteen racks of 100 kW, 85 % in liquid, with tanks."""
    request: CoolingRequest = make_request(make_racks(16), make_plant(**{"storage": TANK, **TIMED, **changes}))
    return design_cooling(request)


def test_101_heat_of_a_tank_is_its_water_times_its_span() -> None:
    """A tank takes rho V c dT times its usable share, and no more than its span allows."""
    assert tank_heat_j(TANK, 10.0, RULES) == pytest.approx(ONE_J)
    assert tank_heat_j(TANK, 30.0, RULES) == pytest.approx(1.5 * ONE_J)


def test_102_tanks_are_as_many_as_hold_for_the_time_asked() -> None:
    """Liquid heat of 1.36 MW for an hour needs three tanks of 1.8 GJ; one is enough for the coolers' minute."""
    row = cooled(storage_hold_s=3600.0).tanks.frame.row(0, named=True)
    assert (row["units"], row["volume_m3"], row["duty_w"]) == (3, 150.0, pytest.approx(1.36e6))
    assert row["hold_s"] == pytest.approx(3 * ONE_J / 1.36e6)
    assert row["heat_kwh"] == pytest.approx(3 * ONE_J / 3.6e6)
    assert cooled().tanks["units"].to_list() == [1]


def test_103_tanks_give_the_flow() -> None:
    """Where a tank gives little flow, as many are planned as give the flow of the duty, however short the time."""
    slow = replace(TANK, flow_lpm=stated(500.0))
    cooling = cooled(storage=slow)
    needed_lpm = 1.36e6 / (1009.9 * 3968.6 * 10.0) * 60_000.0
    assert cooling.tanks["units"].to_list() == [5]
    check = cooling.checks.frame.filter(rule="cooling-tank-flow").row(0, named=True)
    assert (check["value"], check["limit"], check["passed"]) == (pytest.approx(needed_lpm), 2500.0, True)


def test_104_the_slowest_plant_on_the_water_is_waited_for() -> None:
    """A chiller that cools room air alone is not on the tank; one that trims or rejects the water's heat is."""
    assert cooled().tanks["restart_s"].to_list() == [60.0]
    trimmed = cooled(facility_supply_c=34.0)
    assert trimmed.tanks["restart_s"].to_list() == [300.0]


def test_105_too_few_tanks_fail_with_the_number_that_holds() -> None:
    """One tank stated for an hour of hold fails; planned with the relief's number, the check holds."""
    short = cooled(storage_units=1, storage_hold_s=3600.0)
    check = short.checks.frame.filter(rule="cooling-tank-hold").row(0, named=True)
    assert (check["value"], check["passed"]) == (3600.0, False)
    assert check["limit"] == pytest.approx(ONE_J / 1.36e6)
    (relief,) = short.reliefs.frame.filter(rule="cooling-tank-hold")["relief"]
    assert relief.startswith("storage_units: 3 of tank")
    mended = cooled(storage_units=3, storage_hold_s=3600.0).checks.frame.filter(rule="cooling-tank-hold")
    assert mended["passed"].to_list() == [True]


def test_106_recharge_takes_what_the_plant_has_over() -> None:
    """Spare plant less the standing loss cools the tanks again; a plant without spare never does."""
    row = cooled().tanks.frame.row(0, named=True)
    assert row["spare_w"] == pytest.approx(3e6 - 1.36e6)
    assert row["loss_w"] == pytest.approx(ONE_J * 0.0004 / 3600.0)
    assert row["recharge_s"] == pytest.approx(ONE_J / (row["spare_w"] - row["loss_w"]))
    assert recharge_s(1e9, 50.0, 100.0) is None


def test_107_tanks_are_units_that_draw_nothing() -> None:
    """Each tank is a unit without duty and draw, so that plant, response and heat limit stay as without it."""
    with_tank, without = cooled(), cooled(storage=None)
    (unit,) = with_tank.units.frame.filter(role="buffer-tank").iter_rows(named=True)
    assert (unit["loop"], unit["duty_w"], unit["electric_w"]) == ("storage", 0.0, 0.0)
    assert with_tank.responses.frame.equals(without.responses.frame)
    assert without.tanks.frame.height == 0
    assert "cooling-tank-hold" not in without.checks["rule"].to_list()


def test_108_the_standing_loss_is_in_the_year() -> None:
    """A year at the design day draws more with a tank by its standing loss times what a watt of heat costs."""
    drawn = []
    for storage in (TANK, None):
        (hall,) = cool_halls(make_request(make_racks(16), make_plant(**{"storage": storage, **TIMED})))
        plant, hours = hall.plant, np.ones(24)
        weather = Weather(hours * plant.design_dry_bulb_c, hours * plant.design_wet_bulb_c, hours * 101_325.0, 0)
        drawn.append((hall, hall_year(hall, weather, RULES)))
    (hall, with_tank), (_, without) = drawn
    more_w = float(with_tank.electric_w[0] - without.electric_w[0])
    per_heat = (
        float(without.electric_w[0]) - sum(f.electric_w for f in hall.fleets if f.loop != "facility")
    ) / hall.heat_w
    bank = tank_bank(hall, RULES)
    assert bank is not None
    assert more_w == pytest.approx(bank.loss_w * per_heat, rel=1e-6)
    assert more_w > 0.0


def test_109_too_little_flow_of_the_tanks_stated() -> None:
    """One slow tank stated gives a fifth of the flow: five would, and with five the check holds."""
    slow = replace(TANK, flow_lpm=stated(500.0))
    short = cooled(storage=slow, storage_units=1)
    row = short.checks.frame.filter(rule="cooling-tank-flow").row(0, named=True)
    assert (row["limit"], row["passed"], row["source"]) == (500.0, False, "fact:tank.flow_lpm")
    (relief,) = short.reliefs.frame.filter(rule="cooling-tank-flow")["relief"]
    assert relief.startswith("storage_units: 5 of tank (1 now)")
    assert cooled(storage=slow, storage_units=5).checks.frame.filter(rule="cooling-tank-flow")["passed"].all()
