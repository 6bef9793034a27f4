"""AC flow, outages and faults against hand calculations and against each other."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rackwright.power.ac_flow import solve_flow, solve_outages
from rackwright.power.ac_network import AcLines, AcLoads, AcNetwork, AcTransformers, branches_of
from rackwright.power.fault_elements import FaultNetworkBuilder, UnitPlate
from rackwright.power.fault_network import FaultNetwork, driving_impedance_pu, solve_faults
from rackwright.power.iec60909 import line_to_ground_a, peak_factor, three_phase_fault_a

RING_LINES = 5


def make_ring(load_w: float = 2e6) -> AcNetwork:
    """Grid 0 -T- 1, ring 1-2-3-4-1, a transformer from 3 to 5 and a spur of cable 5-6; loads at 2, 4 and 6.

    0 =T= 1 --- 2
          |     |
          4 --- 3 =T= 5 --- 6
    """
    start, end = np.array([1, 2, 3, 4, 5]), np.array([2, 3, 4, 1, 6])
    both = np.array([0, 3]), np.array([1, 5])
    return AcNetwork(
        nominal_v=np.array([138e3, 34.5e3, 34.5e3, 34.5e3, 34.5e3, 415.0, 415.0]),
        lines=AcLines(start, end, np.array([0.06] * 4 + [1e-4]), np.array([0.11] * 4 + [1e-4]), np.full(5, 7e-8)),
        transformers=AcTransformers(
            *both,
            rating_va=np.array([60e6, 3e6]),
            high_v=np.array([138e3, 34.5e3]),
            low_v=np.array([34.5e3, 415.0]),
            impedance_share=np.array([0.1, 0.0575]),
            resistance_share=np.array([0.004, 0.007]),
            iron_w=np.array([30e3, 4e3]),
            magnetising_share=np.array([0.001, 0.002]),
        ),
        loads=AcLoads(np.array([2, 4, 6]), np.full(3, load_w), np.full(3, 0.3 * load_w)),
        slack_bus=0,
        slack_pu=1.0,
        frequency_hz=60.0,
    )


def without(network: AcNetwork, branch: int) -> AcNetwork:
    """The network without one branch, built anew."""
    if branch < RING_LINES:
        keep = np.arange(RING_LINES) != branch
        names = ("start", "end", "r_ohm", "x_ohm", "c_f")
        return replace(network, lines=AcLines(*(getattr(network.lines, name)[keep] for name in names)))
    keep = np.arange(2) != branch - RING_LINES
    fields = network.transformers.__dataclass_fields__
    units = {name: getattr(network.transformers, name)[keep] for name in fields}
    return replace(network, transformers=AcTransformers(**units))


def test_101_currents_add_up_at_every_bus() -> None:
    """What flows into a bus by its branches is what its load draws, to a billionth."""
    network = make_ring()
    flow = solve_flow(network)
    into_start, into_end = branches_of(network).power(flow.voltage_pu)
    branches = branches_of(network)
    total = np.zeros(7, dtype=complex)
    np.add.at(total, branches.start, into_start)
    np.add.at(total, branches.end, into_end)
    assert flow.has_converged
    assert np.allclose(total[1:], -network.load_pu()[1:], atol=1e-9)
    given_w = total[0].real * network.base_va
    assert given_w == pytest.approx(6e6 + flow.loss_w.sum(), rel=1e-9)


def test_102_a_two_bus_line_is_solved_by_hand() -> None:
    """Over a pure resistance of 1 % a load of 0.5 pu settles at the root of V^2 - V + 0.005 = 0."""
    none, nodes = np.zeros(0), np.zeros(0, np.int64)
    units = AcTransformers(nodes, nodes, none, none, none, none, none, none, none)
    line = AcLines(np.array([0]), np.array([1]), np.array([0.01]), np.array([0.0]), np.array([0.0]))
    load = AcLoads(np.array([1]), np.array([0.5e6]), np.array([0.0]))
    network = AcNetwork(np.full(2, 1000.0), line, units, load, 0, 1.0, 50.0, base_va=1e6)
    assert solve_flow(network).lowest_pu == pytest.approx((1 + math.sqrt(1 - 0.02)) / 2, rel=1e-9)


def test_103_a_load_no_line_can_carry_is_said() -> None:
    """A load above what the network can carry does not converge, and no exception is raised."""
    assert not solve_flow(make_ring(load_w=2e9)).has_converged


@pytest.mark.parametrize("branch", range(RING_LINES + 2))
def test_201_an_outage_is_the_network_built_without_the_branch(branch: int) -> None:
    """Every outage by the change of rank two gives the voltages of the network without that branch."""
    network = make_ring()
    together = solve_outages(network, range(RING_LINES + 2))
    alone = solve_flow(without(network, branch))
    assert together.has_converged.all()
    assert np.array_equal(np.isnan(alone.voltage_pu), np.isnan(together.voltage_pu[:, branch]))
    assert np.nanmax(np.abs(alone.voltage_pu - together.voltage_pu[:, branch])) < 1e-8


def test_202_what_is_cut_off_is_counted() -> None:
    """The spur's transformer cuts off its load; the grid's transformer cuts off all; a ring cable none."""
    outages = solve_outages(make_ring(), [0, 4, 5, 6])
    assert outages.unsupplied_w.tolist() == pytest.approx([0.0, 2e6, 6e6, 2e6])
    assert outages.loading_share[0] > 0.0


def test_203_a_bus_without_source_is_named() -> None:
    """A network with an island is refused with the island's buses."""
    with pytest.raises(ValueError, match=r"bus 5 has no source.*bus 6 has no source"):
        solve_outages(without(make_ring(), 6), [0])


def test_301_a_fault_behind_one_transformer_is_the_closed_form() -> None:
    """Grid and transformer in series give c Un / (sqrt(3) |Z|) with K_T on the transformer alone."""
    builder = FaultNetworkBuilder()
    high, low = builder.bus(20e3), builder.bus(400.0)
    builder.feeder(high, 10e3, 0.1)
    unit = UnitPlate(630e3, 20e3, 410.0, 0.04, 6.5 / 630)
    builder.transformer(high, low, unit)
    faults = solve_faults(builder.network())
    grid = builder.sources[0][1] * (410.0 / 20e3) ** 2
    ohm = grid + unit.low_ohm() * (0.95 * 1.05 / (1 + 0.6 * unit.reactance_share))
    assert faults.fault_a[high] == pytest.approx(10e3)
    assert faults.fault_a[low] == pytest.approx(three_phase_fault_a(400.0, ohm, voltage_factor=1.05))
    assert faults.peak_a[low] / faults.fault_a[low] < 2.0 * math.sqrt(2.0)


@given(st.lists(st.floats(0.01, 2.0), min_size=5, max_size=5), st.sampled_from([0.0, 0.1, 0.5]))
def test_302_taking_off_the_tree_changes_nothing(reactances: list[float], ratio: float) -> None:
    """Impedances by taking off radial buses are the diagonal of the whole inverse."""
    base = FaultNetwork.of_ac(make_ring(), fault_va=5e9, r_over_x=0.1)
    ohm = base.branches.ohm.copy()
    ohm[:5] = np.array(reactances) * (ratio + 1j) * np.where(base.nominal_v[base.branches.end[:5]] > 1e3, 1.0, 1e-3)
    network = replace(base, branches=replace(base.branches, ohm=ohm))
    start, end = network.branches.start, network.branches.end
    series = ohm * 1e8 / network.nominal_v[end] ** 2
    off = network.branches.ratio * network.nominal_v[end] / network.nominal_v[start]
    off[:5] = 1.0
    matrix = np.zeros((7, 7), dtype=complex)
    np.add.at(matrix, (start, start), 1 / series / off**2)
    np.add.at(matrix, (end, end), 1 / series)
    np.add.at(matrix, (start, end), -1 / series / off)
    np.add.at(matrix, (end, start), -1 / series / off)
    matrix[0, 0] += 138e3**2 / (network.sources.ohm[0] * 1e8)
    assert np.allclose(driving_impedance_pu(network), np.diag(np.linalg.inv(matrix)), rtol=1e-9)


def test_303_what_no_source_reaches_has_no_fault() -> None:
    """A bus without source has no fault current."""
    builder = FaultNetworkBuilder()
    fed, alone = builder.bus(400.0), builder.bus(400.0)
    other = builder.bus(400.0)
    builder.feeder(fed, 10e3, 0.1)
    builder.line(alone, other, 0.1j)
    assert solve_faults(builder.network()).fault_a.tolist() == pytest.approx([10e3, 0.0, 0.0])


def test_304_line_to_ground() -> None:
    """With Z0 = Z1 the fault to ground is the three-phase one; a smaller Z0 makes it larger; kappa lies in 1.02..2."""
    ohm = 0.001 + 0.004j
    full = three_phase_fault_a(415.0, ohm, voltage_factor=1.05)
    assert line_to_ground_a(415.0, ohm, ohm, voltage_factor=1.05) == pytest.approx(full)
    assert line_to_ground_a(415.0, ohm, 0.5 * ohm, voltage_factor=1.05) == pytest.approx(full * 1.2)
    assert 1.02 < peak_factor(10.0) < peak_factor(0.0) == 2.0


def test_601_an_island_is_named_and_the_rest_is_solved() -> None:
    """Without the transformer to bus 5 the buses behind it have no voltage; others are solved."""
    ring = make_ring()
    alone = without(ring, RING_LINES + 1)
    flow = solve_flow(alone)
    assert [(each.element, "connect it" in each.repair) for each in flow.problems] == [("bus 5", True), ("bus 6", True)]
    assert np.isnan(flow.voltage_pu[5:]).all()
    assert np.isfinite(flow.voltage_pu[:5]).all()
    assert flow.has_converged
    assert solve_flow(ring).problems == ()
    with pytest.raises(ValueError, match=r"bus 5 has no source.*: connect it"):
        solve_outages(alone, [0])


@pytest.mark.parametrize("missing", [0.0, math.nan])
def test_602_a_missing_impedance_is_named_and_left_open(missing: float) -> None:
    """A line and a transformer without impedance are named with their repair; the rest is solved without."""
    ring = make_ring()
    x_ohm, r_ohm = ring.lines.x_ohm.copy(), ring.lines.r_ohm.copy()
    x_ohm[1] = r_ohm[1] = missing
    share = ring.transformers.impedance_share.copy()
    share[1] = missing
    damaged = replace(
        ring,
        lines=replace(ring.lines, x_ohm=x_ohm, r_ohm=r_ohm),
        transformers=replace(ring.transformers, impedance_share=share),
    )
    flow = solve_flow(damaged)
    assert [each.element for each in flow.problems] == ["line 1", "transformer 1", "bus 5", "bus 6"]
    assert all(each.repair for each in flow.problems)
    assert flow.voltage_pu[:5] == pytest.approx(solve_flow(_opened(ring)).voltage_pu[:5], abs=1e-12)
    faults = solve_faults(FaultNetwork.of_ac(damaged, fault_va=5e9, r_over_x=0.1))
    assert [each.element for each in faults.problems] == ["branch 1", "branch 6", "bus 5", "bus 6"]
    assert faults.fault_a[5:].tolist() == [0.0, 0.0]
    sound = solve_faults(FaultNetwork.of_ac(_opened(ring), fault_va=5e9, r_over_x=0.1))
    assert faults.fault_a[:5] == pytest.approx(sound.fault_a[:5], rel=1e-12)
    assert sound.problems[0].element == "bus 5"


def _opened(ring: AcNetwork) -> AcNetwork:
    """The ring without its second line and its second transformer."""
    names = ("start", "end", "r_ohm", "x_ohm", "c_f")
    keep = np.array([0, 2, 3, 4])
    lines = AcLines(*(getattr(ring.lines, name)[keep] for name in names))
    units = {name: getattr(ring.transformers, name)[:1] for name in ring.transformers.__dataclass_fields__}
    return replace(ring, lines=lines, transformers=AcTransformers(**units))
