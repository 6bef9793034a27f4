"""The chain inside the racks: shelves, modules, batteries, capacitors and busbar with any one lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rackwright.catalog.parts import PowerShelf, RackFrame
from rackwright.power import Power, design_power
from rackwright.power.dc_bus import bus_current_a, bus_drop_v, bus_loss_w, hold_up_s, storage_j
from rackwright.power.request import PowerRequest, RackParts

from .conftest import ELECTRIC, make_parts, make_racks, make_request, make_site, stated

RULES = replace(ELECTRIC, busbar_drop_share=stated(0.03), genset_start_s=stated(15.0))
FRAME = RackFrame(id="frame", name="f", busbar_v=stated(50.0), busbar_w=stated(150e3), busbar_ohm=stated(3e-4))


def shelf(name: str, role: str, rating_w: float, seconds: float, modules: int = 0) -> PowerShelf:
    """A shelf of 97.5 % without losses told for storage."""
    return PowerShelf(
        id=name,
        name=name,
        role=role,
        rating_w=stated(rating_w),
        ride_through_s=stated(seconds),
        efficiency_share=stated(0.975),
        modules=stated(float(modules)) if modules else None,
    )


PSU = shelf("psu", "rectifier", 33e3, 0.02, modules=6)
BBU = shelf("bbu", "battery", 33e3, 90.0)
CAP = shelf("cap", "capacitor", 33e3, 1.0)


def asked(*shelves: tuple[PowerShelf, int], scheme: str = "2N", has_ups: bool = True) -> PowerRequest:
    """20 racks of 130 kW with some shelves."""
    site = make_site(scheme, parts=make_parts(has_ups=has_ups))
    request = make_request(make_racks(20, peak_w=130e3), site)
    return replace(request, electric=RULES, rack_parts=(RackParts("sku", FRAME, shelves),))


def row(power: Power, element: str) -> dict[str, object]:
    """One element of the rack."""
    return power.rack_elements.frame.filter(element=element).row(0, named=True)


def answers(power: Power, rule: str) -> list[tuple[float, float, bool]]:
    """Value, limit and answer of every check of a rule."""
    return power.checks.frame.filter(rule=rule).select("value", "limit", "passed").rows()


def test_101_an_input_lost_doubles_the_shelves_of_the_other() -> None:
    """Eight shelves of 33 kW carry 126.75 kW; with an input lost four carry it at 31.7 kW each."""
    power = design_power(asked((PSU, 8)))
    a = row(power, "psu-A")
    assert (a["count"], a["racks"], a["failure"]) == (4, 20, "input B")
    assert a["normal_w"] == pytest.approx(130e3 * 0.975 / 8)
    assert a["worst_w"] == pytest.approx(130e3 * 0.975 / 4)
    assert all(passed for *_, passed in answers(power, "power-rack-power-shelf"))


def test_102_too_few_shelves_are_told() -> None:
    """Six shelves leave three with an input lost: 42 kW each is above 33 kW, and the repair says how many."""
    power = design_power(asked((PSU, 6)))
    assert not any(passed for *_, passed in answers(power, "power-rack-power-shelf"))
    reliefs = power.reliefs.frame.filter(rule="power-rack-power-shelf")["relief"].to_list()
    assert reliefs == ["4 x psu on each input, 8 in all (6 now)"] * 2
    mended = design_power(asked((PSU, 8)))
    assert all(passed for *_, passed in answers(mended, "power-rack-power-shelf"))


def test_103_one_cord_loses_a_shelf_at_most() -> None:
    """With one input all shelves stand on it; the worst is one of them lost."""
    power = design_power(asked((PSU, 5), scheme="N"))
    a = row(power, "psu-A")
    assert (a["count"], a["failure"]) == (5, "a psu")
    assert a["worst_w"] == pytest.approx(130e3 * 0.975 / 4)


def test_104_a_module_lost_stays_in_its_shelf() -> None:
    """Five of six modules carry what six did."""
    module = row(design_power(asked((PSU, 8))), "psu-A-module")
    assert (module["count"], module["upstream"]) == (24, "psu-A")
    assert module["rating_w"] == pytest.approx(5.5e3)
    assert module["worst_w"] == pytest.approx(130e3 * 0.975 / 8 / 5)


def test_105_a_single_shelf_costs_the_racks() -> None:
    """A rack on one shelf stops with it: all 20 are counted."""
    huge = shelf("huge", "rectifier", 200e3, 0.02)
    assert answers(design_power(asked((huge, 1))), "power-rack-one-lost") == [(20.0, 0.0, False)]
    assert answers(design_power(asked((huge, 2))), "power-rack-one-lost") == [(0.0, 0.0, True)]


def test_201_batteries_bridge_the_start_without_ups() -> None:
    """Four batteries of 33 kW for 90 s hold 126.75 kW for 93.7 s; three do not carry it and the shelves hold 20 ms."""
    four = design_power(asked((PSU, 8), (BBU, 4), has_ups=False))
    assert row(four, "bbu")["held_s"] == pytest.approx(4 * 33e3 * 90.0 / 126.75e3)
    ((start_s, held_s, passed),) = answers(four, "power-rack-ride-through")
    assert (start_s, passed) == (15.0, True)
    assert held_s == pytest.approx(93.73, abs=0.01)
    three = design_power(asked((PSU, 8), (BBU, 3), has_ups=False))
    assert answers(three, "power-rack-ride-through") == [(15.0, 0.02, False)]
    assert answers(three, "power-rack-battery") == [(pytest.approx(126.75e3 / 3), 33e3, False)]


def test_202_a_ups_needs_no_batteries_in_racks() -> None:
    """Where UPS stand before the racks nothing is asked of them; capacitors hold for what they hold."""
    power = design_power(asked((PSU, 8), (CAP, 4)))
    assert answers(power, "power-rack-ride-through") == []
    assert row(power, "cap")["held_s"] == pytest.approx(4 * 33e3 / 126.75e3)
    assert row(power, "cap")["upstream"] == "busbar"


def test_203_the_busbar_has_a_rating_and_a_drop() -> None:
    """126.75 kW at 50 V are 2,535 A: half of 0.3 mohm loses 0.38 V of 50, a third of it 643 W."""
    power = design_power(asked((PSU, 8)))
    assert answers(power, "power-rack-busbar") == [(pytest.approx(126.75e3), 150e3, True)]
    assert answers(power, "power-rack-busbar-drop") == [(pytest.approx(0.38025 / 50.0), 0.03, True)]
    source = power.checks.frame.filter(rule="power-rack-busbar-drop")["source"].item()
    assert "2,535 A, 643 W lost" in source


def test_204_racks_that_rectify_in_trays_have_a_busbar_only() -> None:
    """Without shelves nothing but the frame's busbar is opened, at the full power of the rack."""
    power = design_power(asked())
    assert power.rack_elements["kind"].to_list() == ["busbar"]
    assert row(power, "busbar")["normal_w"] == pytest.approx(130e3)
    assert answers(power, "power-rack-one-lost") == []


def test_205_shelves_are_fed_by_all_that_is_drawn() -> None:
    """What all shelves carry when all is well is the load of the busbar, for mixed shelves too."""
    small = shelf("small", "rectifier", 18e3, 0.02)
    frame = design_power(asked((PSU, 5), (small, 3))).rack_elements.frame.filter(kind="power-shelf")
    carried_w = sum(count * normal_w for count, normal_w in frame.select("count", "normal_w").iter_rows())
    assert carried_w == pytest.approx(130e3 * 0.975)
    assert sum(frame["count"].to_list()) == 8


def test_301_direct_current_by_hand() -> None:
    """120 kW at 50 V are 2,400 A: 0.2 mohm loses 0.48 V and 1,152 W; 0.825 kWh holds 33 kW for 90 s."""
    assert bus_current_a(120e3, 50.0) == 2400.0
    assert bus_drop_v(2400.0, 2e-4) == pytest.approx(0.48)
    assert bus_loss_w(2400.0, 2e-4) == pytest.approx(1152.0)
    assert bus_loss_w(2400.0, 2e-4) == pytest.approx(2400.0 * bus_drop_v(2400.0, 2e-4))
    assert hold_up_s(storage_j(33e3, 90.0), 33e3) == pytest.approx(90.0)
    assert hold_up_s(0.825 * 3.6e6, 66e3) == pytest.approx(45.0)


SIDE = PowerShelf(id="side", name="s", role="side-rack", rating_w=stated(660e3), output_v=stated(800.0))


def test_301_an_800_v_busbar_behind_side_racks() -> None:
    """Racks without shelves hang on the side racks of both inputs; the busbar shows its 800 V and matches."""
    frame = replace(FRAME, busbar_v=stated(800.0))
    asked_for = asked()
    site = replace(asked_for.sites[0], parts=replace(asked_for.sites[0].parts, side_rack=SIDE))
    power = design_power(replace(asked_for, sites=(site,), rack_parts=(RackParts("sku", frame, ()),)))
    bar, feed = row(power, "busbar"), row(power, "feed-A")
    assert (bar["upstream"], bar["voltage_v"], bar["normal_w"]) == ("side racks", 800.0, pytest.approx(130e3))
    assert (feed["normal_w"], feed["worst_w"], feed["failure"]) == (65e3, 130e3, "input B")
    assert power.checks.frame.filter(subject="ohio sku busbar", rule="power-voltage-match")["passed"].item()


def test_302_shelves_behind_a_side_rack_are_a_second_conversion() -> None:
    """A configuration that keeps its shelves, because it stands elsewhere too, fails and asks for one of its own."""
    asked_for = asked((PSU, 8))
    site = replace(asked_for.sites[0], parts=replace(asked_for.sites[0].parts, side_rack=SIDE))
    power = design_power(replace(asked_for, sites=(site,)))
    assert answers(power, "power-rack-double-conversion") == [(8.0, 0.0, False)]
    relief = power.reliefs.frame.filter(rule="power-rack-double-conversion")["relief"].item()
    assert relief == "a configuration of its own for ohio without its 8 rectifier shelves"
