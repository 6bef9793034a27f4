"""Medium-voltage rings: cables that carry them, and flows with any one part lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rackwright.catalog.installation import MvCable
from rackwright.power import design_power
from rackwright.power.ac_flow import solve_outages
from rackwright.power.mv_rings import choose_cable
from rackwright.power.mv_system import site_network
from rackwright.power.redundancy import SCHEMES
from rackwright.power.request import MvPlan, PowerRequest, PowerRules
from rackwright.power.site import SitePower, design_site

from .conftest import ALTERNATIVES, RULES, make_racks, make_request, make_site, stated
from .conftest import ELECTRIC as PLAIN

ELECTRIC = replace(PLAIN, voltage_drop_one_lost_share=stated(0.08))


def cable(ampacity_a: float) -> MvCable:
    """A cable with round figures."""
    return MvCable(
        id=f"cable-{ampacity_a:g}",
        name="cable",
        voltage_v=stated(35e3),
        ampacity_a=stated(ampacity_a),
        resistance_ohm=stated(0.2),
        reactance_ohm=stated(0.15),
        capacitance_f=stated(2e-7),
    )


def laid(request: PowerRequest, *amps: float, units_per_ring: int = 4) -> PowerRequest:
    """The request with cables of some ampacities."""
    plan = MvPlan(tuple(map(cable, amps)), 300.0, 50.0, units_per_ring)
    return replace(request, electric=ELECTRIC, sites=tuple(replace(site, mv=plan) for site in request.sites))


def designed(request: PowerRequest) -> SitePower:
    """The first site of a request."""
    site = design_site(request.sites[0], request.racks.frame, PowerRules(RULES, ELECTRIC), ALTERNATIVES)
    assert site is not None
    return site


def test_101_the_smallest_cable_that_carries_the_ring() -> None:
    """The smallest cable that carries the current is taken; above all of them the largest, several times."""
    cables = (cable(600.0), cable(300.0))
    assert choose_cable(cables, 250.0) == (cables[1], 1)
    assert choose_cable(cables, 301.0) == (cables[0], 1)
    assert choose_cable(cables, 1300.0) == (cables[0], 3)


@pytest.mark.parametrize("scheme", [scheme.name for scheme in SCHEMES])
def test_102_every_unit_stands_on_one_ring(scheme: str) -> None:
    """Each unit substation is on one ring of its own board, rings close, and none is longer than planned."""
    power = design_power(laid(make_request(make_racks(90), make_site(scheme)), 300.0, 600.0))
    runs = power.runs.frame
    units = power.elements.frame.filter(kind="unit-substation")
    upstream = dict(units.select("element", "upstream").iter_rows())
    ends = [end for end in runs["end"].to_list() if end in upstream]
    assert sorted(ends) == sorted(upstream)
    for (_,), ring in runs.group_by("ring"):
        board = ring["start"][0]
        assert ring["end"][-1] == board
        assert ring.height - 1 <= 4
        assert all(upstream[end] == board for end in ring["end"].to_list()[:-1])
        assert ring["length_m"].to_list() == [300.0, *[50.0] * (ring.height - 2), 300.0]
    assert power.checks.frame.filter(power.checks["rule"].str.starts_with("power-mv-"))["passed"].all()


def test_201_the_end_of_a_ring_is_its_worst_segment() -> None:
    """No segment lost gives a higher current or a lower voltage than the first or the last of its ring."""
    site = designed(laid(make_request(make_racks(90)), 600.0))
    rings = site.rings
    assert rings is not None
    low_w = site.loads.normal_w[site.chain.is_kind("lv-switchgear")]
    network = site_network(site.order, site.chain, rings, low_w, power_factor=0.97)
    every = solve_outages(network, np.arange(rings.ring.size))
    for ring in range(len(rings.units)):
        own = np.flatnonzero(rings.ring == ring)
        assert np.argmin(every.lowest_pu[own]) in {0, own.size - 1} or np.ptp(every.lowest_pu[own]) < 1e-9


def test_202_an_open_ring_carries_the_sum_of_its_units() -> None:
    """With one end open the other end carries what all unit substations of the ring draw, losses aside."""
    site = designed(laid(make_request(make_racks(60)), 600.0))
    rings, state = site.rings, site.mv_state
    assert rings is not None
    assert state is not None
    units = rings.units[0]
    drawn_w = float(np.sum(site.loads.normal_w[units] / 0.99))
    case = next(case for case in state.lost if case.lost == "segment 1")
    last = int(np.flatnonzero(rings.ring == 0)[-1])
    assert case.current_a[0] == 0.0
    assert case.current_a[last] == pytest.approx(drawn_w / (np.sqrt(3.0) * 34.5e3), rel=0.02)


def test_203_a_lost_side_doubles_the_other() -> None:
    """In 2N the loss of one side's board leaves nothing on its rings and about twice the current on the other's."""
    site = designed(laid(make_request(make_racks(60)), 600.0))
    rings, state = site.rings, site.mv_state
    assert rings is not None
    assert state is not None
    case = next(case for case in state.lost if "-A-mv-switchgear" in case.lost)
    on_a = np.array([site.chain.side[rings.board[ring]] == "A" for ring in rings.ring.tolist()])
    assert case.current_a[on_a].max() < 1e-6
    loaded = state.normal.current_a > 1.0
    ratio = case.current_a[~on_a & loaded] / state.normal.current_a[~on_a & loaded]
    assert ratio == pytest.approx(np.full(ratio.size, 2.0), rel=0.05)
    assert case.unsupplied_w == 0.0


def test_204_without_a_second_path_a_board_takes_its_load_along() -> None:
    """In scheme N the loss of a board leaves its load without a source, and the case says how much."""
    site = designed(laid(make_request(make_racks(20), make_site("N")), 600.0))
    assert site.mv_state is not None
    assert site.mv_state.worst("unsupplied_w").unsupplied_w > 1e6


def test_301_thin_cables_in_many_circuits() -> None:
    """Where no cable carries a ring, several circuits do, and the check holds."""
    power = design_power(laid(make_request(make_racks(90)), 20.0))
    assert power.runs["parallel"].min() > 1  # type: ignore[operator]
    assert power.checks.frame.filter(rule="power-mv-ampacity")["passed"].all()
