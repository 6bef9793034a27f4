"""Which fault currents flow at every bus of a network, with all its sources, by IEC 60909?

A network is sources (shunt impedances to the voltage source of the fault) and branches (series impedances with rated
ratio), both with their correction factors already on them. The positive-sequence matrix is factored once and its
inverse read off for all buses: the parts that hang on by one branch and have no source are added up along the tree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from rackwright.base.network import Network
from rackwright.power.ac_network import AcNetwork
from rackwright.power.iec60909 import transformer_factor, voltage_factor_max
from rackwright.power.network_problems import NetworkProblem, islands, unstated

__all__ = ["FaultBranches", "FaultNetwork", "FaultSources", "Faults", "driving_impedance_pu", "solve_faults"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ComplexArray = npt.NDArray[np.complex128]

EQUIVALENT_FREQUENCY_SHARE = 0.4
"""fc / f of method C: 20 Hz in a 50 Hz system, 24 Hz in a 60 Hz one (IEC 60909-0, clause 8.1.2)."""
BASE_VA = 1e8
"""Base power of the per-unit system; the answer does not depend on it."""
BLOCK = 256
"""Columns of the inverse solved at once, to bound memory."""


@dataclass(frozen=True)
class FaultSources:
    """Feeders, generators and motors as impedance to earth, each of shape (n_sources,).

    Parameters
    ----------
    bus
        Bus.
    ohm
        Impedance for Ik" at the bus's nominal voltage.
    peak_ohm
        Impedance for R/X of the peak: generators have the fictitious resistance of clause 6.6.1 there.
    """

    bus: IntArray
    ohm: ComplexArray
    peak_ohm: ComplexArray


@dataclass(frozen=True)
class FaultBranches:
    """Cables and transformers, each of shape (n_branches,).

    Parameters
    ----------
    start, end
        Buses; `end` is the side `ohm` is referred to.
    ohm
        Series impedance, corrected.
    ratio
        Rated voltage at the start over rated voltage at the end; nominal over nominal for cables.
    """

    start: IntArray
    end: IntArray
    ohm: ComplexArray
    ratio: FloatArray

    def kept(self, is_kept: npt.NDArray[np.bool_]) -> FaultBranches:
        """Some of the branches."""
        return FaultBranches(self.start[is_kept], self.end[is_kept], self.ohm[is_kept], self.ratio[is_kept])


@dataclass(frozen=True)
class FaultNetwork:
    """Sources and branches of one sequence over buses with nominal voltages [V]."""

    nominal_v: FloatArray
    sources: FaultSources
    branches: FaultBranches

    @property
    def graph(self) -> Network:
        """Buses and branches."""
        return Network.of(self.nominal_v.size, self.branches.start, self.branches.end)

    def at_equivalent_frequency(self) -> FaultNetwork:
        """The network with reactances at the equivalent frequency of method C."""
        sources, branches = self.sources, self.branches
        share = EQUIVALENT_FREQUENCY_SHARE
        peak = sources.peak_ohm.real + 1j * sources.peak_ohm.imag * share
        series = branches.ohm.real + 1j * branches.ohm.imag * share
        return replace(self, sources=replace(sources, ohm=peak), branches=replace(branches, ohm=series))

    @classmethod
    def of_ac(cls, network: AcNetwork, *, fault_va: float, r_over_x: float) -> FaultNetwork:
        """Network of a power flow, fed at its slack bus by a grid of known short-circuit power.

        Transformers carry K_T; capacitances and loads are left out (clause 5.2).

        Parameters
        ----------
        network
            The network of the power flow.
        fault_va
            Short-circuit power Sk" of the grid at the slack bus [VA].
        r_over_x
            R over X of the grid.
        """
        nominal_v, line, unit = network.nominal_v, network.lines, network.transformers
        factor = np.array([voltage_factor_max(v) for v in nominal_v[unit.low].tolist()])
        squared = unit.impedance_share**2 - unit.resistance_share**2
        reactance = np.where(unit.impedance_share > 0.0, np.sqrt(np.maximum(squared, 0.0)), np.nan)
        correct = np.array([transformer_factor(c, x) for c, x in zip(factor, reactance, strict=True)])
        unit_ohm = (unit.resistance_share + 1j * reactance) * unit.low_v**2 / unit.rating_va * correct
        slack_v = float(nominal_v[network.slack_bus])
        grid = voltage_factor_max(slack_v) * slack_v**2 / fault_va
        grid_ohm = np.array([grid * (r_over_x + 1j) / abs(r_over_x + 1j)])
        return cls(
            nominal_v,
            FaultSources(np.array([network.slack_bus]), grid_ohm, grid_ohm),
            FaultBranches(
                start=np.concatenate([line.start, unit.high]),
                end=np.concatenate([line.end, unit.low]),
                ohm=np.concatenate([line.r_ohm + 1j * line.x_ohm, unit_ohm]),
                ratio=np.concatenate([np.ones(line.start.size), unit.high_v / unit.low_v]),
            ),
        )


@dataclass(frozen=True)
class Faults:
    """Three-phase fault at each bus, each of shape (n_buses,); 0 where no source reaches.

    Parameters
    ----------
    fault_a
        Initial symmetrical current Ik".
    peak_a
        Peak current ip by method C.
    power_va
        Short-circuit power Sk".
    impedance_ohm
        Impedance seen from the fault.
    problems
        Branches without an impedance and buses no source reaches, each with its repair; the rest is solved.
    """

    fault_a: FloatArray
    peak_a: FloatArray
    power_va: FloatArray
    impedance_ohm: ComplexArray
    problems: tuple[NetworkProblem, ...] = ()


def solve_faults(network: FaultNetwork) -> Faults:
    """Three-phase faults at all buses for the highest current (clauses 5.3, 7.2 and 8.1.2 method C)."""
    nominal_v, branches = network.nominal_v, network.branches
    size = np.abs(branches.ohm)
    is_stated = np.isfinite(size) & (size > 0.0)
    network = replace(network, branches=branches.kept(is_stated))
    factor = np.array([voltage_factor_max(v) for v in nominal_v.tolist()])
    own = driving_impedance_pu(network)
    slow = driving_impedance_pu(network.at_equivalent_frequency())
    base_ohm = nominal_v**2 / BASE_VA
    with np.errstate(all="ignore"):
        fault_a = np.nan_to_num(factor * nominal_v / (np.sqrt(3.0) * np.abs(own) * base_ohm))
        ratio = slow.real / slow.imag * EQUIVALENT_FREQUENCY_SHARE
        kappa = np.nan_to_num(1.02 + 0.98 * np.exp(-3.0 * ratio))
    problems = (*unstated("branch", ~is_stated), *islands(~np.isnan(own)))
    power_va = np.sqrt(3.0) * nominal_v * fault_a
    return Faults(fault_a, kappa * np.sqrt(2.0) * fault_a, power_va, own * base_ohm, problems)


def driving_impedance_pu(network: FaultNetwork) -> ComplexArray:
    """Impedance seen from each bus in per unit on `BASE_VA`, nan where no source reaches; shape (n_buses,).

    Notes
    -----
    Diagonal of the inverse of the nodal admittance matrix. A bus with one branch and no source sees what its neighbour
    sees plus the branch: such buses are taken off, one ring after the other, and only the rest is solved.
    """
    series, ratio = _per_unit(network)
    order, by, kept = _peel(network)
    found = np.full(network.nominal_v.size, np.nan + 0j)
    found[kept] = _meshed(network, series, ratio, kept)
    start, end = network.branches.start, network.branches.end
    for bus, branch in zip(reversed(order), reversed(by), strict=True):
        if start[branch] == bus:
            found[bus] = (found[end[branch]] + series[branch]) * ratio[branch] ** 2
        else:
            found[bus] = found[start[branch]] / ratio[branch] ** 2 + series[branch]
    return found


def _per_unit(network: FaultNetwork) -> tuple[ComplexArray, FloatArray]:
    """Series impedance at the end's base, and ratio off nominal of each branch."""
    branches, nominal_v = network.branches, network.nominal_v
    series = branches.ohm * BASE_VA / nominal_v[branches.end] ** 2
    is_cable = nominal_v[branches.start] == nominal_v[branches.end]
    ratio = branches.ratio * nominal_v[branches.end] / nominal_v[branches.start]
    return series, np.where(is_cable & (branches.ratio == 1.0), 1.0, ratio)


def _peel(network: FaultNetwork) -> tuple[list[int], list[int], IntArray]:
    """Buses that hang on by one branch, in the order they come off, with that branch; and the buses that stay."""
    size = network.nominal_v.size
    start, end = network.branches.start.tolist(), network.branches.end.tolist()
    at: list[set[int]] = [set() for _ in range(size)]
    for branch, (first, last) in enumerate(zip(start, end, strict=True)):
        at[first].add(branch)
        at[last].add(branch)
    has_source = np.zeros(size, dtype=np.bool_)
    has_source[network.sources.bus] = True
    source = has_source.tolist()
    waiting = [bus for bus in range(size) if len(at[bus]) == 1 and not source[bus]]
    order, by = [], []
    while waiting:
        bus = waiting.pop()
        if len(at[bus]) != 1:
            continue
        branch = at[bus].pop()
        other = end[branch] if start[branch] == bus else start[branch]
        at[other].discard(branch)
        order.append(bus)
        by.append(branch)
        if len(at[other]) == 1 and not source[other]:
            waiting.append(other)
    return order, by, np.setdiff1d(np.arange(size), np.array(order, dtype=np.int64))


def _meshed(network: FaultNetwork, series: ComplexArray, ratio: FloatArray, kept: IntArray) -> ComplexArray:
    """Diagonal of the inverse over the buses that stay; nan where no source reaches."""
    from scipy.sparse.linalg import splu

    place = np.full(network.nominal_v.size, -1)
    place[kept] = np.arange(kept.size)
    branches, sources = network.branches, network.sources
    inside = np.flatnonzero((place[branches.start] >= 0) & (place[branches.end] >= 0))
    first, last = place[branches.start[inside]], place[branches.end[inside]]
    fed = Network.of(kept.size, first, last).reached(place[sources.bus])
    admittance, off = 1.0 / series[inside], ratio[inside]
    to_earth = network.nominal_v[sources.bus] ** 2 / (sources.ohm * BASE_VA)
    own = place[sources.bus]
    rows = np.concatenate([first, first, last, last, own])
    columns = np.concatenate([first, last, first, last, own])
    values = np.concatenate([admittance / off**2, -admittance / off, -admittance / off, admittance, to_earth])
    matrix = sparse.coo_array((values, (rows, columns)), shape=(kept.size, kept.size)).tocsc()
    reached = np.flatnonzero(fed)
    factors = splu(matrix[:, reached].tocsr()[reached, :].tocsc(), permc_spec="MMD_AT_PLUS_A")
    found = np.full(kept.size, np.nan + 0j)
    for begin in range(0, reached.size, BLOCK):
        block = np.arange(begin, min(begin + BLOCK, reached.size))
        unit = np.zeros((reached.size, block.size), dtype=np.complex128)
        unit[block, block - begin] = 1.0
        found[reached[block]] = factors.solve(unit)[block, block - begin]
    return found
