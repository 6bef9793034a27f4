"""Which impedances do feeders, generators, transformers, cables and motors put into a short-circuit network?

A builder takes the elements by their nameplates, puts the correction factors of IEC 60909-0 on them and hands out a
`FaultNetwork`. Voltages in V, powers in VA, impedances in ohm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from rackwright.power import iec60909 as rule
from rackwright.power.fault_network import FaultBranches, FaultNetwork, FaultSources

__all__ = ["FaultNetworkBuilder", "GeneratorPlate", "ThreeWindingPlate", "UnitPlate"]

LARGE_GENERATOR_VA = 100e6
"""From here on the fictitious resistance for the peak is 5 % of x"d (IEC 60909-0, clause 6.6.1)."""


@dataclass(frozen=True, slots=True)
class GeneratorPlate:
    """Nameplate of a synchronous machine; `regulation_share` is pG."""

    rating_va: float
    rated_v: float
    subtransient_share: float
    resistance_ohm: float
    power_factor: float
    regulation_share: float = 0.0

    @property
    def sine(self) -> float:
        """sin(phi) of the rated power factor."""
        return math.sqrt(1.0 - self.power_factor**2)

    def ohm(self) -> complex:
        """Subtransient impedance."""
        return rule.generator_ohm(
            self.rating_va, self.rated_v, subtransient_share=self.subtransient_share, resistance_ohm=self.resistance_ohm
        )

    def peak_ohm(self) -> complex:
        """The same with the fictitious resistance that stands for the decay of the peak (clause 6.6.1)."""
        reactance = self.ohm().imag
        if self.rated_v <= rule.LOW_VOLTAGE_V:
            return complex(0.15 * reactance, reactance)
        return complex((0.05 if self.rating_va >= LARGE_GENERATOR_VA else 0.07) * reactance, reactance)


@dataclass(frozen=True, slots=True)
class UnitPlate:
    """Nameplate of a two-winding transformer."""

    rating_va: float
    high_v: float
    low_v: float
    impedance_share: float
    resistance_share: float

    @property
    def reactance_share(self) -> float:
        """Reactive part of the short-circuit impedance."""
        return math.sqrt(self.impedance_share**2 - self.resistance_share**2)

    def low_ohm(self) -> complex:
        """Impedance seen from the low-voltage side, uncorrected."""
        shares = {"impedance_share": self.impedance_share, "resistance_share": self.resistance_share}
        return rule.transformer_ohm(self.rating_va, self.low_v, **shares)


@dataclass(frozen=True, slots=True)
class ThreeWindingPlate:
    """Nameplate of a three-winding transformer.

    Ratings and voltages in the order high, middle, low; impedances high-middle, middle-low, high-low, each on the
    smaller of both ratings.
    """

    rating_va: tuple[float, float, float]
    rated_v: tuple[float, float, float]
    impedance_share: tuple[float, float, float]
    resistance_share: tuple[float, float, float]

    def star_ohm(self, voltage_factor: float) -> tuple[complex, complex, complex]:
        """Corrected star impedances of the three sides, all seen from the high side (clause 6.3.2, formulas 10-13)."""
        pairs = ((0, 1), (1, 2), (0, 2))
        between = []
        for (one, other), impedance, resistance in zip(pairs, self.impedance_share, self.resistance_share, strict=True):
            smaller_va = min(self.rating_va[one], self.rating_va[other])
            pair = UnitPlate(smaller_va, self.rated_v[0], self.rated_v[0], impedance, resistance)
            between.append(pair.low_ohm() * rule.transformer_factor(voltage_factor, pair.reactance_share))
        high_middle, middle_low, high_low = between
        return (
            (high_middle + high_low - middle_low) / 2.0,
            (high_middle + middle_low - high_low) / 2.0,
            (high_low + middle_low - high_middle) / 2.0,
        )


@dataclass
class FaultNetworkBuilder:
    """Collects the elements of a network for the highest fault current, bus by bus."""

    nominal_v: list[float] = field(default_factory=list)
    sources: list[tuple[int, complex, complex]] = field(default_factory=list)
    branches: list[tuple[int, int, complex, float]] = field(default_factory=list)

    def bus(self, nominal_v: float) -> int:
        """Add a bus; its number."""
        self.nominal_v.append(nominal_v)
        return len(self.nominal_v) - 1

    def feeder(self, bus: int, fault_a: float, r_over_x: float) -> None:
        """Add a network feeder known by its fault current at this bus."""
        nominal_v = self.nominal_v[bus]
        factor = rule.voltage_factor_max(nominal_v)
        ohm = rule.feeder_ohm(nominal_v, fault_a, voltage_factor=factor, r_over_x=r_over_x)
        self.sources.append((bus, ohm, ohm))

    def line(self, start: int, end: int, ohm: complex) -> None:
        """Add a cable."""
        self.branches.append((start, end, ohm, 1.0))

    def transformer(self, high: int, low: int, plate: UnitPlate) -> None:
        """Add a network transformer with K_T."""
        factor = rule.transformer_factor(rule.voltage_factor_max(self.nominal_v[low]), plate.reactance_share)
        self.branches.append((high, low, plate.low_ohm() * factor, plate.high_v / plate.low_v))

    def three_winding(self, buses: tuple[int, int, int], plate: ThreeWindingPlate) -> None:
        """Add a three-winding transformer as a star around a bus of its own at the high side's voltage."""
        middle = self.bus(self.nominal_v[buses[0]])
        factor = rule.voltage_factor_max(self.nominal_v[buses[1]])
        for bus, ohm, rated_v in zip(buses, plate.star_ohm(factor), plate.rated_v, strict=True):
            self.branches.append((bus, middle, ohm, rated_v / plate.rated_v[0]))

    def generator(self, bus: int, plate: GeneratorPlate) -> None:
        """Add a generator that feeds a bus without transformer, with K_G."""
        factor = rule.generator_factor(
            self.nominal_v[bus],
            plate.rated_v,
            voltage_factor=rule.voltage_factor_max(self.nominal_v[bus]),
            subtransient_share=plate.subtransient_share,
            power_factor=plate.power_factor,
            regulation_share=plate.regulation_share,
        )
        self.sources.append((bus, plate.ohm() * factor, plate.peak_ohm() * factor))

    def power_station(
        self, high: int, low: int, generator: GeneratorPlate, unit: UnitPlate, *, has_tap_changer: bool
    ) -> None:
        """Add a generator with its own transformer, both with K_S or K_SO; for faults outside the station."""
        grid_v = self.nominal_v[high]
        factor = rule.voltage_factor_max(grid_v)
        share, sine = generator.subtransient_share, generator.sine
        if has_tap_changer:
            ratio = (grid_v / generator.rated_v) ** 2 * (unit.low_v / unit.high_v) ** 2
            station = rule.power_station_factor(
                ratio,
                voltage_factor=factor,
                subtransient_share=share,
                transformer_share=unit.reactance_share,
                sine=sine,
            )
        else:
            ratio = grid_v / (generator.rated_v * (1.0 + generator.regulation_share)) * unit.low_v / unit.high_v
            station = rule.power_station_factor_fixed_ratio(
                ratio, voltage_factor=factor, subtransient_share=share, sine=sine
            )
        self.branches.append((high, low, unit.low_ohm() * station, unit.high_v / unit.low_v))
        self.sources.append((low, generator.ohm() * station, generator.peak_ohm() * station))

    def source(self, bus: int, ohm: complex) -> None:
        """Add any other source by its impedance, such as a motor."""
        self.sources.append((bus, ohm, ohm))

    def network(self) -> FaultNetwork:
        """The columns."""
        source = list(zip(*self.sources, strict=True)) if self.sources else [(), (), ()]
        branch = list(zip(*self.branches, strict=True)) if self.branches else [(), (), (), ()]
        return FaultNetwork(
            np.array(self.nominal_v, dtype=np.float64),
            FaultSources(np.array(source[0], np.int64), np.array(source[1], complex), np.array(source[2], complex)),
            FaultBranches(
                np.array(branch[0], np.int64),
                np.array(branch[1], np.int64),
                np.array(branch[2], complex),
                np.array(branch[3], np.float64),
            ),
        )
