"""Which buses, cables and transformers does an alternating-current network have, and what is its admittance matrix?

Everything is turned into per unit on one base power; angles are those of the transformers' own no-load ratio, so a
vector group's phase shift is left out: it turns all voltages below alike and changes neither losses nor magnitudes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from rackwright.base.network import Network

__all__ = ["AcLines", "AcLoads", "AcNetwork", "AcTransformers", "Branches", "branches_of"]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
ComplexArray = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class AcLines:
    """Cables, each of shape (n_lines,).

    Parameters
    ----------
    start, end
        Buses.
    r_ohm, x_ohm
        Series resistance and reactance of the whole length, with conductors in parallel taken together.
    c_f
        Capacitance to earth of the whole length [F].
    """

    start: IntArray
    end: IntArray
    r_ohm: FloatArray
    x_ohm: FloatArray
    c_f: FloatArray


@dataclass(frozen=True)
class AcTransformers:
    """Two-winding transformers, each of shape (n_transformers,).

    Parameters
    ----------
    high, low
        Buses of the high- and low-voltage side.
    rating_va
        Rating.
    high_v, low_v
        Rated voltages, line to line.
    impedance_share, resistance_share
        Short-circuit voltage and its resistive part, on the rating.
    iron_w
        No-load loss.
    magnetising_share
        No-load current over rated current.
    """

    high: IntArray
    low: IntArray
    rating_va: FloatArray
    high_v: FloatArray
    low_v: FloatArray
    impedance_share: FloatArray
    resistance_share: FloatArray
    iron_w: FloatArray
    magnetising_share: FloatArray


@dataclass(frozen=True)
class AcLoads:
    """Constant-power loads: bus, active [W] and reactive [var] power, each of shape (n_loads,)."""

    bus: IntArray
    active_w: FloatArray
    reactive_var: FloatArray


@dataclass(frozen=True)
class AcNetwork:
    """A balanced three-phase network fed at one bus.

    Parameters
    ----------
    nominal_v
        Nominal line-to-line voltage of each bus, shape (n_buses,).
    lines, transformers, loads
        What stands between and on the buses.
    slack_bus, slack_pu
        Bus held by the grid, and its voltage in per unit.
    frequency_hz
        Mains frequency.
    base_va
        Base power of the per-unit system; the answer does not depend on it.
    """

    nominal_v: FloatArray
    lines: AcLines
    transformers: AcTransformers
    loads: AcLoads
    slack_bus: int
    slack_pu: float
    frequency_hz: float
    base_va: float = 1e8

    @property
    def graph(self) -> Network:
        """Buses and branches: lines first, then transformers."""
        start = np.concatenate([self.lines.start, self.transformers.high])
        end = np.concatenate([self.lines.end, self.transformers.low])
        return Network.of(self.nominal_v.size, start, end, self.is_stated)

    @property
    def is_stated(self) -> npt.NDArray[np.bool_]:
        """Branches with an impedance, lines first, then transformers; one without is left open."""
        ohm = np.abs(self.lines.r_ohm + 1j * self.lines.x_ohm)
        figure = np.concatenate([ohm, self.transformers.impedance_share])
        return np.asarray(np.isfinite(figure) & (figure > 0.0))

    def load_pu(self) -> ComplexArray:
        """Load of each bus in per unit, shape (n_buses,)."""
        size = self.nominal_v.size
        active = np.bincount(self.loads.bus, weights=self.loads.active_w, minlength=size)
        reactive = np.bincount(self.loads.bus, weights=self.loads.reactive_var, minlength=size)
        return np.asarray((active + 1j * reactive) / self.base_va, dtype=np.complex128)


@dataclass(frozen=True)
class Branches:
    """Two-port of each branch in per unit: currents at both ends are `Y [V_start, V_end]`.

    Lines come first, then transformers; every array is of shape (n_branches,).
    """

    start: IntArray
    end: IntArray
    y_ss: ComplexArray
    y_se: ComplexArray
    y_es: ComplexArray
    y_ee: ComplexArray

    def admittance(self, num_buses: int) -> sparse.csc_array:
        """Nodal admittance matrix, shape (num_buses, num_buses)."""
        rows = np.concatenate([self.start, self.start, self.end, self.end])
        columns = np.concatenate([self.start, self.end, self.start, self.end])
        values = np.concatenate([self.y_ss, self.y_se, self.y_es, self.y_ee])
        return sparse.coo_array((values, (rows, columns)), shape=(num_buses, num_buses)).tocsc()

    def currents(self, voltage: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
        """Current into each branch at its start and at its end, per unit."""
        at_start, at_end = voltage[self.start], voltage[self.end]
        return self.y_ss * at_start + self.y_se * at_end, self.y_es * at_start + self.y_ee * at_end

    def power(self, voltage: ComplexArray) -> tuple[ComplexArray, ComplexArray]:
        """Complex power into each branch at its start and at its end, per unit; their sum is its loss."""
        into_start, into_end = self.currents(voltage)
        return voltage[self.start] * into_start.conj(), voltage[self.end] * into_end.conj()


def branches_of(network: AcNetwork) -> Branches:
    """Two-ports of all branches.

    Notes
    -----
    Lines are pi sections. Transformers are T sections, half of the impedance on each side of the magnetising branch,
    behind an ideal ratio at the high-voltage side.
    """
    line, unit = network.lines, network.transformers
    base_v = network.nominal_v
    ohm = base_v[line.start] ** 2 / network.base_va
    is_stated = network.is_stated
    line_ohm = np.where(is_stated[: line.start.size], line.r_ohm + 1j * line.x_ohm, np.inf)
    series = ohm / line_ohm
    half = 0.5j * (2.0 * np.pi * network.frequency_hz) * np.where(np.isfinite(line_ohm), line.c_f, 0.0) * ohm
    ratio, tee = _tee(network)
    return Branches(
        start=np.concatenate([line.start, unit.high]),
        end=np.concatenate([line.end, unit.low]),
        y_ss=np.concatenate([series + half, tee[0] / ratio**2]),
        y_se=np.concatenate([-series, tee[1] / ratio]),
        y_es=np.concatenate([-series, tee[1] / ratio]),
        y_ee=np.concatenate([series + half, tee[2]]),
    )


def _tee(network: AcNetwork) -> tuple[FloatArray, tuple[ComplexArray, ComplexArray, ComplexArray]]:
    """Ratio off nominal, and the two-port (own high, mutual, own low) of each transformer in per unit."""
    unit = network.transformers
    base_high, base_low = network.nominal_v[unit.high], network.nominal_v[unit.low]
    scale = (unit.low_v / base_low) ** 2 * network.base_va / unit.rating_va
    is_stated = network.is_stated[network.lines.start.size :]
    impedance = np.where(is_stated, unit.impedance_share, 1.0)
    resistance = np.where(is_stated, unit.resistance_share, 0.0)
    half = (resistance + 1j * np.sqrt(impedance**2 - resistance**2)) * scale / 2.0
    iron = unit.iron_w / unit.rating_va
    shunt = (iron - 1j * np.sqrt(np.maximum(unit.magnetising_share**2 - iron**2, 0.0))) / scale
    chain_a, chain_b = 1.0 + half * shunt, half * (2.0 + half * shunt)
    ratio = (unit.high_v / base_high) / (unit.low_v / base_low)
    own, mutual = np.where(is_stated, chain_a / chain_b, 0.0), np.where(is_stated, -1.0 / chain_b, 0.0)
    return ratio, (own, mutual, own)
