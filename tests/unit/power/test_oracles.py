"""Flow, faults and properties against other open programs; skipped by name where these are not installed."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest

from rackwright.cooling.glycol import pg25_state
from rackwright.cooling.pipes import friction_factor
from rackwright.cooling.water import water_state
from rackwright.exchange.pandapower import pandapower_json
from rackwright.power.ac_flow import solve_flow
from rackwright.power.ac_network import AcNetwork
from rackwright.power.fault_network import FaultNetwork, solve_faults
from rackwright.validate.power_networks import read_campus

from .test_networks import make_ring

FloatArray = npt.NDArray[np.float64]
pytestmark = [pytest.mark.oracle, pytest.mark.filterwarnings("ignore")]


def oracle(name: str) -> ModuleType:
    """Another program, or a skip that names it."""
    pytest.importorskip(name, reason=f"{name} is not installed: make oracles")
    return import_module(name)


def test_101_voltages_are_those_of_pandapower() -> None:
    """Every voltage and the losses agree with pandapower to 2e-6 pu."""
    pandapower = oracle("pandapower")
    network = make_ring()
    theirs = pandapower.from_json_string(pandapower_json(network, "ring").decode())
    pandapower.runpp(theirs, trafo_model="t", calculate_voltage_angles=False, tolerance_mva=1e-10)
    ours = solve_flow(network)
    assert np.abs(np.abs(ours.voltage_pu) - theirs.res_bus.vm_pu.to_numpy()).max() < 2e-6
    theirs_mw = theirs.res_line.pl_mw.sum() + theirs.res_trafo.pl_mw.sum()
    assert ours.loss_w.sum() / 1e6 == pytest.approx(theirs_mw, rel=1e-5)


CASES = Path(__file__).parents[2] / "published" / "power" / "validation"
CAMPUS = {
    **{name: f"campus100-{name}.csv" for name in ("bus", "line", "trafo", "load")},
    "slack_bus": 0,
    "slack_pu": 1.0,
    "f_hz": 60.0,
}


@pytest.fixture(scope="module")
def campus() -> AcNetwork:
    """The campus of 100 MW of the carried cases: 2,083 buses."""
    return read_campus(CASES, CAMPUS)


def test_103_voltages_of_the_campus_are_those_of_pandapower(campus: AcNetwork) -> None:
    """Every voltage of the campus agrees with pandapower to 2e-6 pu."""
    pandapower = oracle("pandapower")
    theirs = pandapower.from_json_string(pandapower_json(campus, "campus").decode())
    pandapower.runpp(theirs, trafo_model="t", calculate_voltage_angles=False, tolerance_mva=1e-10)
    assert np.abs(np.abs(solve_flow(campus).voltage_pu) - theirs.res_bus.vm_pu.to_numpy()).max() < 2e-6


def test_104_voltages_of_the_campus_are_those_of_power_grid_model(campus: AcNetwork) -> None:
    """Every voltage of the campus agrees with power-grid-model to 2e-6 pu."""
    theirs = _solve_elsewhere(campus)
    assert np.abs(np.abs(solve_flow(campus).voltage_pu) - theirs).max() < 2e-6


def _solve_elsewhere(network: AcNetwork) -> FloatArray:
    """Voltages of power-grid-model [pu], in order of the buses."""
    model = oracle("power_grid_model")

    def rows(kind: str, count: int, first: int, **columns: object) -> object:
        array = model.initialize_array("input", kind, count)
        array["id"] = np.arange(count) + first
        for name, values in columns.items():
            array[name] = values
        return array

    line, unit, load = network.lines, network.transformers, network.loads
    buses, lines, units, loads = network.nominal_v.size, line.start.size, unit.high.size, load.bus.size
    ends = {"from_status": 1, "to_status": 1}
    parts = {
        "node": rows("node", buses, 0, u_rated=network.nominal_v),
        "line": rows(
            "line", lines, buses, from_node=line.start, to_node=line.end, **ends,
            r1=line.r_ohm, x1=line.x_ohm, c1=line.c_f, tan1=0.0,
        ),
        "transformer": rows(
            "transformer", units, buses + lines, from_node=unit.high, to_node=unit.low, **ends,
            u1=unit.high_v, u2=unit.low_v, sn=unit.rating_va, uk=unit.impedance_share,
            pk=unit.resistance_share * unit.rating_va, i0=unit.magnetising_share, p0=unit.iron_w,
            winding_from=1, winding_to=1, clock=0, tap_side=0, tap_pos=0, tap_min=0, tap_max=0, tap_nom=0, tap_size=0.0,
        ),
        "sym_load": rows(
            "sym_load", loads, buses + lines + units, node=load.bus, status=1, type=0,
            p_specified=load.active_w, q_specified=load.reactive_var,
        ),
        "source": rows(
            "source", 1, buses + lines + units + loads, node=network.slack_bus, status=1,
            u_ref=network.slack_pu, sk=1e20,
        ),
    }  # fmt: skip
    solved = model.PowerGridModel(parts, system_frequency=network.frequency_hz).calculate_power_flow(
        symmetric=True, error_tolerance=1e-10
    )
    return np.asarray(solved["node"]["u_pu"], dtype=np.float64)


def test_102_faults_are_those_of_pandapower() -> None:
    """Ik" at every bus agrees with pandapower's IEC 60909 to one in a thousand."""
    pandapower = oracle("pandapower")
    shortcircuit = oracle("pandapower.shortcircuit")
    network = make_ring()
    theirs = pandapower.from_json_string(pandapower_json(network, "ring").decode())
    theirs.ext_grid["s_sc_max_mva"], theirs.ext_grid["rx_max"] = 5000.0, 0.1
    theirs.line["endtemp_degree"] = 80.0
    shortcircuit.calc_sc(theirs, fault="3ph", case="max", lv_tol_percent=6, topology="auto")
    ours = solve_faults(FaultNetwork.of_ac(network, fault_va=5e9, r_over_x=0.1))
    assert np.allclose(ours.fault_a / 1e3, theirs.res_bus_sc.ikss_ka.to_numpy(), rtol=1e-3)


@pytest.mark.parametrize("celsius", [5.0, 17.0, 33.0, 47.0, 65.0])
def test_201_fluids_are_those_of_coolprop(celsius: float) -> None:
    """Density and heat of PG25 within 0.1 %, viscosity within 1 %; water the same."""
    properties = oracle("CoolProp.CoolProp")
    kelvin = celsius + 273.15
    own = pg25_state(celsius)
    water = water_state(kelvin, 3e5)
    for fluid, values in (
        ("INCOMP::MPG[0.25]", (own.kg_m3, own.j_kg_k, own.pa_s)),
        ("Water", (water.kg_m3, water.j_kg_k, water.pa_s)),
    ):
        for name, value, tolerance in zip("DCV", values, (1e-3, 1e-3, 1e-2), strict=True):
            assert value == pytest.approx(properties.PropsSI(name, "T", kelvin, "P", 3e5, fluid), rel=tolerance)


@pytest.mark.parametrize(("number", "roughness"), [(5e3, 0.0), (1e5, 1e-4), (3e6, 5e-3)])
def test_202_friction_is_that_of_fluids(number: float, roughness: float) -> None:
    """The friction factor agrees with the library fluids to a millionth."""
    fluids = oracle("fluids")
    theirs = fluids.friction_factor(Re=number, eD=roughness, Method="Colebrook")
    assert friction_factor(number, roughness) == pytest.approx(theirs, rel=1e-6)
