"""Each check of the chain fails where it must, by name, with value, limit and source, and its repair mends it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from rackwright.catalog.parts import RackFrame
from rackwright.power import Power, design_power
from rackwright.power.board_faults import board_faults
from rackwright.power.failures import element_loads
from rackwright.power.finding import Finding
from rackwright.power.findings import find
from rackwright.power.request import EnergisedStep, HallService, MvPlan, OnSite, PowerRequest, PowerRules, RackParts
from rackwright.power.site import SitePower, design_site

from . import test_earth_faults, test_feeders, test_rack_chain
from .conftest import ALTERNATIVES, RULES, make_parts, make_racks, make_request, make_site, stated, unit_substation
from .test_equipment import FULL
from .test_medium_voltage import cable

PARTS = make_parts()


def failed(power: Power, rule: str, subject: str = "") -> tuple[float, float, str, str]:
    """Value, limit, source and repair of the one failed check of a rule and subject."""
    rows = power.checks.frame.filter(~power.checks["passed"] & (power.checks["rule"] == rule))
    rows = rows.filter(subject=subject) if subject else rows
    assert rows.height == 1, power.checks.frame.filter(rule=rule)
    row = rows.row(0, named=True)
    relief = power.reliefs.frame.filter(rule=rule, subject=row["subject"])["relief"].item()
    assert row["value"] > row["limit"]
    return row["value"], row["limit"], row["source"], relief


def holds(power: Power, rule: str) -> bool:
    """True if every check of a rule holds, and there is one."""
    rows = power.checks.frame.filter(rule=rule)
    return bool(rows.height and rows["passed"].all())


def number(text: str, pattern: str) -> float:
    """The first number a repair names after some words."""
    found = re.search(pattern + r"([\d,]+\.?\d*)", text)
    assert found is not None, text
    return float(found[1].replace(",", ""))


def ringed(*cables: float, fault_va: float | None = None, units: int = 4, **changes: object) -> PowerRequest:
    """60 racks on rings, with all figures of relays and voltage."""
    plan = MvPlan(tuple(map(cable, cables or (300.0,))), 300.0, 50.0, units)
    site = make_site(mv=plan, fault_va=fault_va, **changes)
    return replace(make_request(make_racks(60), site), electric=FULL)


def built(request: PowerRequest) -> SitePower:
    """The first site."""
    site = design_site(request.sites[0], request.racks.frame, PowerRules(RULES, request.electric), ALTERNATIVES)
    assert site is not None
    return site


def finding(site: SitePower, rule: str, request: PowerRequest) -> Finding:
    """The first failed finding of a rule."""
    return next(each for each in _findings(site, request) if each.rule == rule and not each.passed)


def _findings(site: SitePower, request: PowerRequest) -> list[Finding]:
    return list(find(site, ALTERNATIVES, PowerRules(RULES, request.electric)))


def test_101_a_medium_voltage_board_too_weak_for_its_fault() -> None:
    """60 MVA of 10 % at 34.5 kV give 11.0 kA less K_T; the impedance the repair names brings it to the board's 7 kA."""
    weak = replace(PARTS.mv_switchgear, interrupting_a=stated(7e3))
    order = make_site(parts=replace(PARTS, mv_switchgear=weak))
    value, limit, source, relief = failed(design_power(make_request(make_racks(8), order)), "power-fault-current")
    k_t = 0.95 * 1.1 / (1.0 + 0.6 * 0.1)
    assert value == pytest.approx(1.1 * 60e6 / (np.sqrt(3.0) * 34.5e3 * 0.1 * k_t))
    assert (limit, source) == (7e3, "fact:mv.interrupting_a")
    share = number(relief, "of at least ") / 100.0
    stiffer = replace(PARTS.hv_transformer, impedance_share=stated(share))
    mended = make_site(parts=replace(PARTS, mv_switchgear=weak, hv_transformer=stiffer))
    assert holds(design_power(make_request(make_racks(8), mended)), "power-fault-current")


def test_102_an_earth_fault_above_a_board_that_holds_the_three_phase_one() -> None:
    """Z0 without the grid makes the earth fault the larger one; board, unit and impedance offered hold both."""
    unit, order = unit_substation("us", 2.5e6), make_site()
    faults = board_faults(order)
    limit_a = (faults.behind(unit) + faults.low_earth_a(unit)) / 2.0
    board = replace(PARTS.lv_switchgear, interrupting_a=stated(limit_a))
    order = replace(order, parts=replace(PARTS, lv_switchgear=board))
    others = replace(
        ALTERNATIVES,
        interrupting=(("lv", limit_a), ("lv-100ka", 100e3)),
        substations=(unit_substation("us-2mva", 2e6), unit),
    )
    request = replace(make_request(make_racks(8), order), alternatives=others)
    value, limit, source, relief = failed(design_power(request), "power-fault-current")
    assert (value, limit) == (pytest.approx(faults.low_earth_a(unit)), limit_a)
    assert source == "fact:lv.interrupting_a"
    assert relief.startswith("the board lv-100ka or the unit substation us-2mva or an impedance of at least ")
    share = number(relief, "at least ") / 100.0
    stiffer = replace(order.parts, unit_substation=unit_substation("us", 2.5e6, impedance=share))
    assert holds(design_power(replace(request, sites=(replace(order, parts=stiffer),))), "power-fault-current")


def test_103_voltage_behind_too_much_impedance() -> None:
    """A power transformer of 60 % drops more than 5 %; taps are to make up for what is above it."""
    soft = replace(PARTS.hv_transformer, impedance_share=stated(1.6))
    request = make_request(make_racks(60), make_site(parts=replace(PARTS, hv_transformer=soft)))
    request = replace(request, rules=replace(RULES, power_factor=stated(0.9)))
    power = design_power(request)
    value, limit, source, relief = failed(power, "power-voltage-drop")
    assert (limit, source) == (0.05, "fact:electric-rules.voltage_drop_share")
    assert number(relief, "taps ") == pytest.approx(100 * (value - limit), abs=0.06)


def test_201_a_ring_cable_with_too_little_ampacity() -> None:
    """A cable that carries 0.6 of the worst current is found in the case that gives it; two circuits carry it."""
    site = built(ringed(600.0))
    drawn_a = max(_worst_a(site))
    assert site.rings is not None
    thin = replace(site, rings=replace(site.rings, cable=cable(drawn_a * 0.6)))
    found = finding(thin, "power-mv-ampacity", ringed())
    assert (found.value, found.limit) == (pytest.approx(drawn_a), pytest.approx(drawn_a * 0.6))
    assert "without " in found.subject
    assert found.source == f"fact:{thin.rings.cable.id}.ampacity_a" if thin.rings is not None else ""
    assert "x 2 (1 now), or 2 units on a ring (units_per_ring)" in found.relief
    doubled = replace(thin, rings=replace(thin.rings, parallel=2)) if thin.rings is not None else thin
    assert all(each.passed for each in _findings(doubled, ringed()) if each.rule == "power-mv-ampacity")


def _worst_a(site: SitePower) -> list[float]:
    assert site.mv_state is not None
    return [float(case.current_a.max()) for case in (site.mv_state.normal, *site.mv_state.lost)]


def test_202_one_lost_drops_too_much() -> None:
    """Where the normal state holds and the loss of a part does not, the case is named with the taps it needs."""
    request = replace(ringed(), electric=replace(FULL, voltage_drop_one_lost_share=stated(1e-4)))
    value, limit, source, relief = failed(design_power(request), "power-mv-one-lost-voltage")
    assert (limit, source) == (1e-4, "fact:electric-rules.voltage_drop_one_lost_share")
    assert relief.startswith(f"taps {value - limit:.1%} below nominal")


def test_203_one_lost_overloads_the_other_transformer() -> None:
    """Full in W with one lost, a transformer is above its VA by what impedance adds; the rating named does."""
    order = make_site(loading_share=1.0, mv=MvPlan((cable(600.0),), 300.0, 50.0, 4))
    request = replace(make_request(make_racks(60), order), electric=FULL)
    rules = PowerRules(replace(RULES, power_factor=stated(0.9)), FULL)
    roomy = design_site(order, request.racks.frame, rules, ALTERNATIVES)
    assert roomy is not None
    full_va = roomy.facility_w / 0.9 * 1.0001
    small = replace(order, parts=make_parts(hv_va=full_va))
    request = replace(request, sites=(small,), rules=rules.facility)
    value, limit, source, relief = failed(design_power(request), "power-mv-one-lost-transformer")
    assert (limit, source) == (1.0, "rating in VA")
    assert 1.0 < value < 1.5
    assert number(relief, "transformers of ") == pytest.approx(full_va * value / 1e6, rel=0.01)
    mended = replace(small, parts=make_parts(hv_va=full_va * value * 1.01))
    assert holds(design_power(replace(request, sites=(mended,))), "power-mv-one-lost-transformer")


def test_204_a_board_without_a_second_one_leaves_its_load() -> None:
    """Without a standby for its rings a board lost leaves them dark; one path alone has no such rule."""
    request = ringed()
    site = built(request)
    assert site.mv_state is not None
    lost = replace(site.mv_state.lost[0], lost="ohio-A-mv-switchgear-01", unsupplied_w=3e6)
    found = finding(replace(site, mv_state=replace(site.mv_state, lost=(lost,))), "power-mv-one-lost-supply", request)
    assert (found.value, found.limit, found.source) == (3e6, 0.0, "program:sites[ohio].power.scheme")
    assert found.relief.startswith("3 MW to other boards")
    single = design_power(replace(request, sites=(replace(request.sites[0], scheme="N"),)))
    assert single.checks.frame.filter(rule="power-mv-one-lost-supply").height == 0


def test_205_an_earth_fault_above_the_board() -> None:
    """A solid neutral draws more than a board of 9 kA interrupts; the resistance the repair names brings it down."""
    request = test_earth_faults.asked("solid")
    weak = replace(PARTS, mv_switchgear=replace(PARTS.mv_switchgear, interrupting_a=stated(9e3)))
    site = replace(request.sites[0], parts=weak)
    power = design_power(replace(request, sites=(site,)))
    rows = power.checks.frame.filter(rule="power-mv-earth-fault")
    assert not rows["passed"].any()
    assert rows["source"].unique().to_list() == ["fact:mv.interrupting_a"]
    relief = power.reliefs.frame.filter(rule="power-mv-earth-fault")["relief"][0]
    assert relief.startswith("mv_earthing: resistance, mv_earth_current of at most 9,000 A, or a board of ")
    assert number(relief, "or a board of ") == pytest.approx(rows["value"][0] / 1e3, abs=0.05)
    assert holds(design_power(test_earth_faults.asked("resistance")), "power-mv-earth-fault")


def test_301_levels_in_series_that_take_too_long() -> None:
    """Four levels above what transformers withstand ask for a shorter interval, and with that they keep it."""
    request = replace(ringed(), electric=replace(FULL, fault_withstand_s=stated(0.8)))
    value, limit, source, relief = failed(design_power(request), "power-relay-grading")
    assert (limit, source) == (0.8, "fact:electric-rules.fault_withstand_s")
    interval_s = number(relief, "interval of ")
    assert interval_s == pytest.approx(0.3 * limit / value, abs=0.005)
    shorter = replace(request.electric, grading_interval_s=stated(interval_s - 0.005))
    assert holds(design_power(replace(request, electric=shorter)), "power-relay-grading")


def test_302_a_weak_grid_does_not_reach_a_pickup() -> None:
    """Behind 15 MVA a fault stays below the pickup of a ring of 600 A: said with the pickup that it would reach."""
    power = design_power(ringed(600.0, fault_va=15e6))
    fault_a = board_faults(make_site(fault_va=15e6)).medium_a
    value, limit, source, relief = failed(power, "power-relay-pickup", "ohio ring end")
    assert (value, limit) == (pytest.approx(1.3 * 600.0), pytest.approx(fault_a))
    assert source == "lowest fault above the pickup: IEC 60255-151"
    assert number(relief, "at most ") == pytest.approx(fault_a, abs=1.0)


def test_401_a_conductor_too_thin_for_its_protection() -> None:
    """Where not even the most sets that are laid carry a unit's current, the repair says how many it would take."""
    thin = (test_feeders.copper("thin", 10.0, 50.0),)
    power = design_power(test_feeders.asked(20, conductors=thin))
    value, limit, source, relief = failed(power, "power-lv-protection", "ohio unit-feeder")
    assert value == pytest.approx(2.5e6 / (np.sqrt(3.0) * 415.0))
    assert limit == pytest.approx(40 * 50.0)
    assert source == "NEC table, thin x 40 (fact:thin)"
    assert relief == "70 sets of thin in parallel (40 now), or a larger conductor (lv_conductor)"


def test_501_two_sides_that_share_an_element() -> None:
    """A second tap hung on the other side's busway is found by both rules of redundancy, each with what is shared."""
    request = make_request(make_racks(4))
    site = built(request)
    names, upstream = site.chain.names, site.chain.upstream.copy()
    upstream[names.index("h1-B-tap-00000")] = names.index("h1-A-busway-r01-1")
    chain = replace(site.chain, upstream=upstream, alternate=upstream)
    broken = replace(site, chain=chain, loads=element_loads(chain, "2N"))
    shared, lost = (finding(broken, rule, request) for rule in ("power-isolation", "power-path-one-lost"))
    assert (shared.value, shared.limit, shared.unit) == (4, 0, "element")
    assert shared.relief.startswith("one more of each on the other side: ")
    assert (lost.value, lost.limit, lost.unit) == (1, 0, "rack")
    assert "h1-A-ups-01" in lost.relief
    assert {shared.source, lost.source} == {"program:sites[ohio].power.scheme"}


def test_502_too_few_on_site_units_with_one_lost() -> None:
    """Two units of 1 MW for 1.8 MW fail with one lost; as many more as the repair says hold."""
    assert PARTS.generator is not None
    unit = replace(PARTS.generator, id="engine", role="engine", rating_w=stated(1e6))
    steps = (EnergisedStep("contract", 1e6, "grid"), EnergisedStep("on-site", 9e6, "grid"))

    def planned(count: int) -> Power:
        order = make_site(on_site=(OnSite(unit, count),), energised=steps)
        return design_power(make_request(make_racks(20), order))

    value, limit, source, relief = failed(planned(2), "power-on-site-one-lost")
    assert (limit, source) == (1e6, "on-site ratings without the largest unit")
    assert relief == f"1 more of 1 MW, storage or a firm grid supply of {(value - limit) / 1e3:.0f} kW"
    assert holds(planned(3), "power-on-site-one-lost")


def test_503_more_racks_than_the_hall_is_built_for() -> None:
    """20 racks of 120 kW in a hall of 1 MW: twelve go elsewhere, or the hall is built for 2.4 MW."""
    hall = HallService("h1", 1e6, 20e3, 0.05, 0.0, 500e6)
    power = design_power(make_request(make_racks(20), make_site(halls=(hall,))))
    value, limit, source, relief = failed(power, "power-hall-it")
    assert (value, limit, source) == (pytest.approx(2.4e6), 1e6, "program:halls[h1].it_power")
    assert relief == "12 racks in another hall, or it_power: 2.4 MW"


def test_601_a_busbar_too_small_and_too_long() -> None:
    """126.75 kW on a bar of 100 kW and 6 mohm: above its rating, and 15 % drop; what the repairs name holds."""
    request = test_rack_chain.asked((test_rack_chain.PSU, 8))
    value, limit, source, relief = failed(_with_bar(request, 100e3, 6e-3), "power-rack-busbar")
    assert (value, limit, source) == (pytest.approx(126.75e3), 100e3, "fact:frame.busbar_w")
    assert relief == "a frame whose busbar carries 127 kW, or 26.8 kW less in the rack"
    value, limit, source, relief = failed(_with_bar(request, 100e3, 6e-3), "power-rack-busbar-drop")
    assert value == pytest.approx(126.75e3 / 50.0 * 3e-3 / 50.0)
    assert source.startswith("fact:electric-rules.busbar_drop_share")
    ohm = number(relief, "at most ") * 1e-6
    assert holds(_with_bar(request, 127e3, ohm * 0.999), "power-rack-busbar-drop")
    assert holds(_with_bar(request, 127e3, ohm), "power-rack-busbar")


def _with_bar(request: PowerRequest, rating_w: float, ohm: float) -> Power:
    frame = RackFrame(id="frame", name="f", busbar_v=stated(50.0), busbar_w=stated(rating_w), busbar_ohm=stated(ohm))
    parts = tuple(RackParts(each.type, frame, each.shelves) for each in request.rack_parts)
    return design_power(replace(request, rack_parts=parts))


def test_602_one_shelf_for_a_rack() -> None:
    """A rack on one shelf is lost with it; two on both inputs hold, which is what the repair says."""
    huge = test_rack_chain.shelf("huge", "rectifier", 200e3, 0.02)
    value, limit, source, relief = failed(design_power(test_rack_chain.asked((huge, 1))), "power-rack-one-lost")
    assert (value, limit, source) == (20.0, 0.0, "shelves and inputs of the rack")
    assert relief.startswith("two power shelves at least")
    assert holds(design_power(test_rack_chain.asked((huge, 2))), "power-rack-one-lost")


def test_603_too_few_shelves_of_a_kind() -> None:
    """Six shelves with three on each input carry 42 kW of 33 kW each; the number named holds."""
    power = design_power(test_rack_chain.asked((test_rack_chain.PSU, 6)))
    rows = power.checks.frame.filter(rule="power-rack-power-shelf")
    assert rows["subject"].to_list() == ["ohio sku psu-A without input B", "ohio sku psu-B without input A"]
    assert rows.select("value", "limit", "source").row(0) == (pytest.approx(42.25e3), 33e3, "fact:psu.rating_w")
    needed = int(number(power.reliefs.frame.filter(rule="power-rack-power-shelf")["relief"][0], "input, "))
    assert holds(design_power(test_rack_chain.asked((test_rack_chain.PSU, needed))), "power-rack-power-shelf")
