"""Which voltages, currents and losses does a network settle at, and how is it with any one branch lost?

Current injection: the admittance matrix of all buses but the slack is factored once, and the loads' currents are
renewed until the voltages stand still. A lost branch is a change of rank two on the same factors (Woodbury), so all
outages are solved together as columns of one matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import sparse

from rackwright.power.ac_network import AcNetwork, Branches, ComplexArray, FloatArray, branches_of
from rackwright.power.network_problems import MOST_NAMED, NetworkProblem, flow_problems

if TYPE_CHECKING:
    from scipy.sparse.linalg import SuperLU

__all__ = ["FlowResult", "OutageResult", "solve_flow", "solve_outages"]

TOLERANCE_PU = 1e-9
"""Largest change of a voltage in the last step: far below any measurement, far above rounding."""
MAX_STEPS = 100
"""Steps after which a flow counts as not converged: the load is above what the network can carry."""


@dataclass(frozen=True)
class FlowResult:
    """State of a network.

    Parameters
    ----------
    voltage_pu
        Complex voltage of each bus in per unit, nan where no source reaches it; shape (n_buses,).
    loss_w, loss_var
        Losses of each branch, lines first, then transformers, shape (n_branches,).
    loading_share
        Apparent power at the high-voltage side over rating of each transformer, shape (n_transformers,).
    current_a
        Larger current of both ends of each line, shape (n_lines,).
    has_converged
        False where the loads are above what the network can carry; the other figures then mean nothing.
    steps
        Steps taken.
    problems
        Branches without an impedance and buses without a source, each with its repair; the rest is solved.
    """

    voltage_pu: ComplexArray
    loss_w: FloatArray
    loss_var: FloatArray
    loading_share: FloatArray
    current_a: FloatArray
    has_converged: bool
    steps: int
    problems: tuple[NetworkProblem, ...] = ()

    @property
    def lowest_pu(self) -> float:
        """Lowest voltage of a bus with a source [pu]."""
        return float(np.nanmin(np.abs(self.voltage_pu)))


@dataclass(frozen=True)
class OutageResult:
    """State with one branch lost at a time.

    Parameters
    ----------
    branch
        Lost branches (lines first, then transformers), shape (n_outages,).
    lowest_pu
        Lowest voltage of a bus that still has a source, shape (n_outages,).
    loading_share
        Highest loading of a transformer in service by apparent power, shape (n_outages,).
    unsupplied_w
        Load cut off, shape (n_outages,).
    has_converged
        Shape (n_outages,).
    voltage_pu
        Voltages, nan where no source reaches, shape (n_buses, n_outages).
    """

    branch: npt.NDArray[np.int64]
    lowest_pu: FloatArray
    loading_share: FloatArray
    unsupplied_w: FloatArray
    has_converged: npt.NDArray[np.bool_]
    voltage_pu: ComplexArray


def solve_flow(network: AcNetwork) -> FlowResult:
    """AC power flow of a balanced network with constant-power loads.

    Notes
    -----
    Y_ll V_l = conj(S / V) - Y_ls V_s, solved for V_l again and again from the voltage without load (current injection;
    Stevenson and Grainger, Power System Analysis, ch. 9 for the equations). Buses without a source have no voltage.
    """
    branches = branches_of(network)
    is_fed = network.graph.reached([network.slack_bus])
    is_free = is_fed.copy()
    is_free[network.slack_bus] = False
    free = np.flatnonzero(is_free)
    matrix = branches.admittance(network.nominal_v.size)[:, free].tocsr()[free, :]
    held = branches.admittance(network.nominal_v.size)[:, [network.slack_bus]].toarray()[free, 0]
    factors = _factor(matrix)
    load = network.load_pu()[free]
    voltage, steps = _iterate(factors, load, -held * network.slack_pu)
    every = np.full(network.nominal_v.size, np.nan + 0j)
    every[free], every[network.slack_bus] = voltage, network.slack_pu
    return _result(network, branches, every, steps)


def _factor(matrix: sparse.csr_array) -> SuperLU:
    """Factors of a matrix with symmetric pattern; the order that keeps radial networks free of fill."""
    from scipy.sparse.linalg import splu

    return splu(matrix.tocsc(), permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})


def _iterate(factors: SuperLU, load: ComplexArray, fixed: ComplexArray) -> tuple[ComplexArray, int]:
    """Voltages and the steps they took; as many steps as allowed where they do not stand still."""
    voltage = factors.solve(fixed)
    for step in range(1, MAX_STEPS):
        with np.errstate(all="ignore"):
            renewed = factors.solve(fixed - np.conj(load / voltage))
            change = float(np.max(np.abs(renewed - voltage), initial=0.0))
        voltage = renewed
        if change < TOLERANCE_PU:
            return voltage, step
        if not np.isfinite(change):
            break
    return voltage, MAX_STEPS


def _result(network: AcNetwork, branches: Branches, voltage: ComplexArray, steps: int) -> FlowResult:
    into_start, into_end = branches.power(voltage)
    loss = np.nan_to_num(into_start + into_end) * network.base_va
    current_start, current_end = branches.currents(voltage)
    lines = network.lines.start.size
    base_a = network.base_va / (np.sqrt(3.0) * network.nominal_v[network.lines.start])
    larger = np.maximum(np.abs(current_start[:lines]), np.abs(current_end[:lines]))
    return FlowResult(
        voltage_pu=voltage,
        loss_w=loss.real,
        loss_var=loss.imag,
        loading_share=np.abs(into_start[lines:]) * network.base_va / network.transformers.rating_va,
        current_a=larger * base_a,
        has_converged=steps < MAX_STEPS,
        steps=steps,
        problems=flow_problems(network, ~np.isnan(voltage)),
    )


def solve_outages(network: AcNetwork, lost: npt.ArrayLike) -> OutageResult:
    """AC power flow with each of some branches lost in turn.

    Parameters
    ----------
    network
        The network; every bus must have a source while all is well.
    lost
        Branches to lose, lines first, then transformers.

    Raises
    ------
    ValueError
        A bus has no source even with every branch in service; names the first five, and branches without impedance.

    Notes
    -----
    With Y = L U and a branch as U M U' of rank two, (Y - U M U')^-1 = Y^-1 + W (M^-1 - U' W)^-1 W', W = Y^-1 U. Where
    the branch is the only way to some buses (a bridge), these are tied to earth and lose their load instead.
    """
    stranded = np.flatnonzero(~network.graph.reached([network.slack_bus]))
    if stranded.size:
        found = flow_problems(network, network.graph.reached([network.slack_bus]))
        raise ValueError("; ".join(f"{each.element} {each.rule}: {each.repair}" for each in found[:MOST_NAMED]))
    cases = _Cases(network, np.asarray(lost, dtype=np.int64))
    voltage, has_converged = cases.solve()
    return cases.result(voltage, has_converged)


class _Cases:
    """All outages of one network as columns."""

    def __init__(self, network: AcNetwork, lost: npt.NDArray[np.int64]) -> None:
        self.network, self.lost = network, lost
        self.branches = branches_of(network)
        size, slack = network.nominal_v.size, network.slack_bus
        self.free = np.delete(np.arange(size), slack)
        self.place = np.full(size, -1)
        self.place[self.free] = np.arange(size - 1)
        matrix = self.branches.admittance(size)
        self.fixed = -np.asarray(matrix[:, [slack]].toarray())[self.free, 0] * network.slack_pu
        self.factors = _factor(matrix[:, self.free].tocsr()[self.free, :])
        self.is_cut = self._cut_off()

    def _cut_off(self) -> npt.NDArray[np.bool_]:
        """Buses without source in each case, shape (n_buses, n_outages)."""
        graph = self.network.graph
        bridges = graph.bridges()
        cut = np.zeros((self.network.nominal_v.size, self.lost.size), dtype=np.bool_)
        for case, branch in enumerate(self.lost.tolist()):
            if bridges[branch]:
                cut[:, case] = ~graph.without(branch).reached([self.network.slack_bus])
        return cut

    def solve(self) -> tuple[ComplexArray, npt.NDArray[np.bool_]]:
        """Voltages of the free buses in every case, and which cases stand still."""
        every = self.network.load_pu()[self.free]
        # Columns stand one after the other in memory, as the solver takes them.
        load = np.asfortranarray(np.where(self.is_cut[self.free], 0.0, every[:, None]))
        ends, changes, extra = self._changes()
        columns = self._spread(ends)
        fixed = np.asfortranarray(self.fixed[:, None] + extra)
        inner = np.linalg.inv(np.eye(2)[None, :, :] - changes @ _picked(columns, ends)) @ changes
        solve = _Updated(self.factors, columns, ends, inner)
        start, _ = _iterate(self.factors, every, self.fixed)
        voltage = np.asfortranarray(np.repeat(start[:, None], self.lost.size, axis=1))
        has_converged = np.zeros(self.lost.size, dtype=np.bool_)
        for _ in range(MAX_STEPS):
            with np.errstate(all="ignore"):
                renewed = solve(fixed - _drawn(load, voltage))
                change = np.max(np.abs(renewed - voltage), axis=0)
            voltage, has_converged = renewed, change < TOLERANCE_PU
            if has_converged.all() or not np.isfinite(change).any():
                break
        return voltage, has_converged

    def _changes(self) -> tuple[npt.NDArray[np.int64], ComplexArray, ComplexArray]:
        """Rows of both ends in each case, the 2x2 taken away there, and what the slack no longer gives."""
        b, lost = self.branches, self.lost
        ends = np.stack([self.place[b.start[lost]], self.place[b.end[lost]]], axis=1)
        taken = np.stack([np.stack([b.y_ss, b.y_se], -1), np.stack([b.y_es, b.y_ee], -1)], -2)[lost]
        extra = np.zeros((self.free.size, lost.size), dtype=np.complex128)
        for case in range(lost.size):
            for own, other in ((0, 1), (1, 0)):
                if ends[case, own] < 0:  # the branch hangs on the slack: its current into the other end goes
                    extra[ends[case, other], case] = taken[case, other, own] * self.network.slack_pu
                    taken[case, own, :] = taken[case, :, own] = 0.0
                elif self.is_cut[self.free[ends[case, own]], case]:
                    taken[case, own, own] -= 1.0  # ties the part without source to earth
        return ends, taken, extra

    def _spread(self, ends: npt.NDArray[np.int64]) -> ComplexArray:
        """Y^-1 of a unit current at each end, shape (n_free, n_outages, 2)."""
        unit = np.zeros((self.free.size, self.lost.size, 2), dtype=np.complex128)
        for end in (0, 1):
            known = np.flatnonzero(ends[:, end] >= 0)
            unit[ends[known, end], known, end] = 1.0
        both = [self.factors.solve(np.asfortranarray(unit[:, :, end])) for end in (0, 1)]
        return np.stack(both, axis=2)

    def result(self, voltage: ComplexArray, has_converged: npt.NDArray[np.bool_]) -> OutageResult:
        """Figures of all cases."""
        network, branches = self.network, self.branches
        every = np.empty((network.nominal_v.size, self.lost.size), dtype=np.complex128)
        every[self.free], every[network.slack_bus] = voltage, network.slack_pu
        every[self.is_cut] = np.nan
        lines = network.lines.start.size
        high, low = every[branches.start[lines:]], every[branches.end[lines:]]
        current = branches.y_ss[lines:, None] * high + branches.y_se[lines:, None] * low
        loading = np.abs(high * current.conj()) * network.base_va / network.transformers.rating_va[:, None]
        cases = np.flatnonzero(self.lost >= lines)
        loading[self.lost[cases] - lines, cases] = np.nan
        load_w = network.load_pu().real * network.base_va
        return OutageResult(
            branch=self.lost,
            lowest_pu=np.nanmin(np.abs(every), axis=0),
            loading_share=np.nanmax(loading, axis=0, initial=0.0, where=~np.isnan(loading)),
            unsupplied_w=np.asarray(self.is_cut.T.astype(np.float64) @ load_w),
            has_converged=has_converged,
            voltage_pu=every,
        )


def _drawn(load: ComplexArray, voltage: ComplexArray) -> ComplexArray:
    """Current of constant-power loads; none where there is no load, whatever the voltage."""
    return np.conj(load / np.where(load != 0.0, voltage, 1.0))


def _picked(columns: ComplexArray, ends: npt.NDArray[np.int64]) -> ComplexArray:
    """Rows `ends` of each case of `columns`, shape (n_outages, 2, n); 0 for an end at the slack."""
    cases = np.arange(ends.shape[0])
    rows = [np.where((ends[:, end] >= 0)[:, None], columns[ends[:, end], cases], 0.0) for end in (0, 1)]
    return np.stack(rows, axis=1)


@dataclass(frozen=True)
class _Updated:
    """Solver of all cases at once: the common factors and each case's change of rank two."""

    factors: SuperLU
    columns: ComplexArray
    ends: npt.NDArray[np.int64]
    inner: ComplexArray

    def __call__(self, right: ComplexArray) -> ComplexArray:
        base = self.factors.solve(right)
        at_ends = _picked(base[:, :, None], self.ends)
        weight = (self.inner @ at_ends)[:, :, 0]
        return np.asarray(base + self.columns[:, :, 0] * weight[:, 0] + self.columns[:, :, 1] * weight[:, 1])
