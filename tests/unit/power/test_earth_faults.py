"""Earth faults at medium voltage: neutral solidly earthed, by a resistance, by a reactance, or isolated."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib import import_module

import pytest

from rackwright.power import Power, design_power
from rackwright.power.board_faults import board_faults
from rackwright.power.iec60909 import (
    earth_fault_factor,
    line_to_ground_a,
    neutral_ohm,
    short_circuit_va,
    three_phase_fault_a,
    zero_sequence_ohm,
)
from rackwright.power.request import Earthing, MvPlan, PowerRequest

from .conftest import make_racks, make_request, make_site, stated
from .test_medium_voltage import ELECTRIC, cable

RULES = replace(
    ELECTRIC,
    mv_zero_ratio=stated(3.5),
    earth_pickup_share=stated(0.2),
    earth_pickup_least_a=stated(10.0),
    earth_margin_ratio=stated(1.5),
)
MEDIUM_V = 34.5e3


def asked(earthing: Earthing, *, feeder_m: float = 1000.0, current_a: float = 400.0) -> PowerRequest:
    """60 racks behind a 5 GVA grid, rings of 300 A cable with 0.2 uF a kilometre."""
    plan = MvPlan((cable(300.0),), feeder_m, 50.0, 8, earthing=earthing, earth_current_a=current_a)
    request = make_request(make_racks(60), make_site(mv=plan, fault_va=5e9))
    return replace(request, electric=RULES)


def first(power: Power) -> dict[str, float]:
    """Figures behind the first transformer."""
    return power.earth_faults.frame.row(0, named=True)


def passed(power: Power, rule: str) -> list[bool]:
    """Answers of a rule."""
    return power.checks.frame.filter(rule=rule)["passed"].to_list()


def test_101_a_resistance_limits_the_fault() -> None:
    """400 A at line-to-earth voltage become 1.1 times that by the voltage factor, less what reactances take away."""
    row = first(design_power(asked("resistance")))
    resistance = MEDIUM_V / math.sqrt(3.0) / 400.0
    faults = board_faults(asked("resistance").sites[0])
    zero = 1.0 / (1.0 / complex(3 * resistance, faults.transformer_ohm) + 1j * 2 * math.pi * 60.0 * 4.3e-7)
    by_hand = math.sqrt(3.0) * 1.1 * MEDIUM_V / abs(complex(0.0, 2 * faults.medium_ohm) + zero)
    assert row["highest_a"] == pytest.approx(by_hand, rel=0.01)
    assert 430.0 < row["highest_a"] < 450.0
    assert row["factor"] == pytest.approx(math.sqrt(3.0), abs=0.1)
    assert row["pickup_a"] == pytest.approx(80.0)
    assert passed(design_power(asked("resistance")), "power-mv-earth-pickup") == [True, True]


def test_102_a_solid_neutral_draws_more_than_three_phases() -> None:
    """Z0 of the transformer alone is below Z1 of transformer and grid: the earth fault is the larger one."""
    request = asked("solid")
    row, faults = first(design_power(request)), board_faults(request.sites[0])
    assert row["highest_a"] > faults.medium_a
    by_hand = 3.0 * faults.medium_ohm / (2.0 * faults.medium_ohm + faults.transformer_ohm) * faults.medium_a
    assert row["highest_a"] == pytest.approx(by_hand, rel=1e-3)
    assert row["power_va"] == pytest.approx(math.sqrt(3.0) * MEDIUM_V * faults.medium_a)


def test_103_an_isolated_neutral_leaves_the_cables() -> None:
    """The fault is c times the current of the cables to earth, and sound phases rise to line voltage."""
    power = design_power(asked("isolated"))
    row = first(power)
    metres = sum(
        length for start, length, ring in power.runs.frame.select("start", "length_m", "ring").iter_rows() if ring == 1
    )
    by_hand = math.sqrt(3.0) * 2.0 * math.pi * 60.0 * 2e-7 * metres / 1000.0 * MEDIUM_V
    assert row["own_a"] == pytest.approx(by_hand)
    assert row["highest_a"] == pytest.approx(1.1 * row["capacitive_a"], rel=1e-3)
    assert row["factor"] == pytest.approx(math.sqrt(3.0), rel=2e-3)


def test_107_cables_draw_less_at_50_hz() -> None:
    """The current of cables to earth goes with the frequency of the site's grid."""
    request = asked("isolated")
    slow = replace(request, sites=(replace(request.sites[0], frequency_hz=50.0),))
    own, slower = first(design_power(request)), first(design_power(slow))
    assert slower["capacitive_a"] == pytest.approx(own["capacitive_a"] * 50.0 / 60.0)


def test_104_too_little_current_is_told() -> None:
    """One short ring with an isolated neutral draws less than a relay sees, and the repair names what would help."""
    power = design_power(asked("isolated", feeder_m=100.0))
    assert not any(passed(power, "power-mv-earth-pickup"))
    reliefs = power.reliefs.frame.filter(rule="power-mv-earth-pickup")["relief"].to_list()
    assert all("directional" in relief for relief in reliefs)


def test_105_a_reactance_and_capacitance_work_against_each_other() -> None:
    """A reactor tuned to the cables (a Petersen coil) leaves almost no current; so the relay sees none."""
    power = design_power(asked("isolated"))
    coil_a = first(power)["capacitive_a"]
    tuned = first(design_power(asked("reactance", current_a=coil_a)))
    assert tuned["highest_a"] < 0.1 * coil_a
    assert not passed(design_power(asked("reactance", current_a=coil_a)), "power-mv-earth-pickup")[0]


def test_106_without_figures_nothing_is_said() -> None:
    """A plan without an earth-fault current has no rows and no checks of it."""
    request = asked("resistance")
    sites = tuple(
        replace(site, mv=replace(site.mv, earth_current_a=None)) for site in request.sites if site.mv is not None
    )
    power = design_power(replace(request, sites=sites))
    assert len(power.earth_faults) == 0
    assert passed(power, "power-mv-earth-fault") == []


def test_201_equal_sequences_give_the_three_phase_current() -> None:
    """With Z0 = Z1 the earth fault is the three-phase one, the sound phases stay, and Sk'' = sqrt(3) U I."""
    z = complex(0.1, 1.0)
    three = three_phase_fault_a(MEDIUM_V, z, voltage_factor=1.1)
    assert line_to_ground_a(MEDIUM_V, z, z, voltage_factor=1.1) == pytest.approx(three)
    assert earth_fault_factor(z, z) == 1.0
    assert short_circuit_va(400.0, 10e3) == pytest.approx(6.928203e6)
    assert short_circuit_va(MEDIUM_V, three) == pytest.approx(1.1 * MEDIUM_V**2 / abs(z))


def test_202_neutral_and_cables_by_hand() -> None:
    """20 kV and 100 A ask for 115.5 ohm; 1 uF at 50 Hz beside nothing is 3,183 ohm; nothing at all is infinite."""
    assert neutral_ohm(20e3, 100.0) == pytest.approx(115.470054)
    assert neutral_ohm(20e3, 100.0, is_reactance=True) == pytest.approx(115.470054j)
    assert zero_sequence_ohm(1j, None, capacitance_f=1e-6, frequency_hz=50.0) == pytest.approx(-3183.0989j)
    assert math.isinf(abs(zero_sequence_ohm(1j, None, capacitance_f=0.0, frequency_hz=50.0)))
    assert zero_sequence_ohm(1j, 2 + 0j, capacitance_f=0.0, frequency_hz=50.0) == pytest.approx(6 + 1j)
    assert earth_fault_factor(1j, complex(math.inf, 0.0)) == pytest.approx(math.sqrt(3.0))


@pytest.mark.oracle
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("earthing", ["solid", "resistance", "reactance", "isolated"])
def test_301_earth_faults_are_those_of_pandapower(earthing: Earthing) -> None:
    """The fault at the board agrees with pandapower's single-phase IEC 60909 to one in a thousand for each neutral."""
    pytest.importorskip("pandapower", reason="pandapower is not installed: make oracles")
    pandapower, shortcircuit = import_module("pandapower"), import_module("pandapower.shortcircuit")
    own = first(design_power(asked(earthing)))
    ohm = MEDIUM_V / math.sqrt(3.0) / 400.0
    net = pandapower.create_empty_network(f_hz=60.0)
    grid, board, far = (pandapower.create_bus(net, vn_kv=kv) for kv in (138.0, 34.5, 34.5))
    pandapower.create_ext_grid(
        net, grid, s_sc_max_mva=5000.0, rx_max=1e-6, x0x_max=1.0, r0x0_max=1e-6, s_sc_min_mva=5000.0, rx_min=1e-6
    )
    pandapower.create_transformer_from_parameters(
        net,
        grid,
        board,
        sn_mva=60.0,
        vn_hv_kv=138.0,
        vn_lv_kv=34.5,
        vk_percent=10.0,
        vkr_percent=0.0,
        pfe_kw=0.0,
        i0_percent=0.0,
        vector_group="Dy" if earthing == "isolated" else "Dyn",
        vk0_percent=10.0,
        vkr0_percent=0.0,
        mag0_percent=1e6,
        mag0_rx=0.0,
        si0_hv_partial=0.9,
    )
    net.trafo["rn_ohm"] = ohm if earthing == "resistance" else 0.0
    net.trafo["xn_ohm"] = ohm if earthing == "reactance" else 0.0
    metres = own["capacitive_a"] / (math.sqrt(3.0) * 2.0 * math.pi * 60.0 * 2e-10 * MEDIUM_V)
    pandapower.create_line_from_parameters(
        net,
        board,
        far,
        length_km=metres / 1000.0,
        r_ohm_per_km=1e-6,
        x_ohm_per_km=1e-6,
        c_nf_per_km=200.0,
        max_i_ka=1.0,
        r0_ohm_per_km=1e-6,
        x0_ohm_per_km=1e-6,
        c0_nf_per_km=200.0,
        endtemp_degree=80.0,
    )
    shortcircuit.calc_sc(net, fault="1ph", case="max", topology="auto")
    assert own["highest_a"] / 1e3 == pytest.approx(net.res_bus_sc.ikss_ka[board], rel=1e-3)
