"""Which fault current must each board interrupt, behind the grid and its transformers?

IEC 60909-0 with voltage factor and K_T. Impedances are taken as reactances, since the catalog states no resistances:
the current is an upper bound in that. Motors are left out: pumps and fans behind drives feed no fault back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import Transformer
from rackwright.power.iec60909 import line_to_ground_a, three_phase_fault_a, transformer_factor, voltage_factor_max
from rackwright.power.request import SiteChain

__all__ = ["BoardFaults", "board_faults"]


@dataclass(frozen=True, slots=True)
class BoardFaults:
    """Reactance behind the medium-voltage boards of a site, and the fault currents that follow.

    Parameters
    ----------
    medium_v
        Voltage of the medium-voltage boards.
    medium_ohm
        Reactance of grid and one transformer, seen from there.
    transformer_ohm
        That of the transformer alone.
    """

    medium_v: float
    medium_ohm: float
    transformer_ohm: float

    @property
    def medium_a(self) -> float:
        """Three-phase fault at a medium-voltage board."""
        factor = voltage_factor_max(self.medium_v)
        return three_phase_fault_a(self.medium_v, complex(0.0, self.medium_ohm), voltage_factor=factor)

    def behind(self, unit: Transformer) -> float:
        """Three-phase fault at the low-voltage board behind a unit substation of the catalog [A]."""
        low_v = figure(unit.secondary_v)
        own = _corrected_ohm(figure(unit.rating_va), low_v, figure(unit.impedance_share))
        behind = self.medium_ohm * (low_v / self.medium_v) ** 2
        return three_phase_fault_a(low_v, complex(0.0, behind + own), voltage_factor=voltage_factor_max(low_v))

    def low_earth_a(self, unit: Transformer) -> float:
        """Line-to-ground fault at the low-voltage board behind a unit with a solidly earthed star point [A].

        The delta on its primary keeps the grid out of the zero sequence: Z0 is the transformer's own, taken equal to
        its positive-sequence impedance (IEC 60909-0, clause 6.3.3 and Table 3 of part 2 give 0.9 to 1).
        """
        low_v = figure(unit.secondary_v)
        own = complex(0.0, _corrected_ohm(figure(unit.rating_va), low_v, figure(unit.impedance_share)))
        behind = complex(0.0, self.medium_ohm * (low_v / self.medium_v) ** 2)
        return line_to_ground_a(low_v, behind + own, own, voltage_factor=voltage_factor_max(low_v))

    def highest_a(self, unit: Transformer) -> float:
        """The larger of both faults behind a unit substation: what its board must interrupt [A]."""
        return max(self.behind(unit), self.low_earth_a(unit))

    def least_impedance_share(self, unit: Transformer, limit_a: float) -> float:
        """Impedance of a unit substation from which on its board's limit is kept; 1 where none does."""

        def fault_a(share: float) -> float:
            fact = replace(unit.impedance_share, value=share) if unit.impedance_share is not None else None
            return self.highest_a(replace(unit, impedance_share=fact))

        return _least_share(fault_a, limit_a)

    def least_medium_share(self, rating_va: float, limit_a: float) -> float:
        """Impedance of a power transformer from which on the medium-voltage fault keeps a limit; 1 where none does.

        Parameters
        ----------
        rating_va, limit_a
            Transformer's rating, and what the board interrupts.
        """
        grid_ohm = self.medium_ohm - self.transformer_ohm

        def fault_a(share: float) -> float:
            own_ohm = _corrected_ohm(rating_va, self.medium_v, share)
            return replace(self, medium_ohm=grid_ohm + own_ohm, transformer_ohm=own_ohm).medium_a

        return _least_share(fault_a, limit_a)


def _least_share(fault_a: Callable[[float], float], limit_a: float) -> float:
    """Least impedance at which a fault that falls with it is within a limit, by bisection; 1 where it never is."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (middle, high) if fault_a(middle) > limit_a else (low, middle)
    return high


def board_faults(order: SiteChain) -> BoardFaults:
    """Reactance behind the medium-voltage boards: the grid and one transformer.

    A grid that states no fault level is infinite. Transformers do not run in parallel: boards transfer from one to
    the other.
    """
    unit: Transformer = order.parts.hv_transformer
    medium_v, rating_va = figure(unit.secondary_v), figure(unit.rating_va)
    grid_ohm = 0.0
    if order.fault_va is not None:
        grid_ohm = voltage_factor_max(order.utility_v) * medium_v**2 / order.fault_va
    own_ohm = _corrected_ohm(rating_va, medium_v, figure(unit.impedance_share))
    return BoardFaults(medium_v, grid_ohm + own_ohm, own_ohm)


def _corrected_ohm(rating_va: float, low_v: float, impedance_share: float) -> float:
    factor = transformer_factor(voltage_factor_max(low_v), impedance_share)
    return impedance_share * low_v**2 / rating_va * factor
