"""Can the boards of a chain be bought? Fault current goes back into the choice of the unit substation.

A unit substation whose fault no board of the catalog interrupts is not planned with: the largest one takes its place
whose fault the named board interrupts, or at least one that can be bought does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import Transformer
from rackwright.power.board_faults import board_faults
from rackwright.power.request import Alternatives, MarketPart, SiteChain

__all__ = ["UnitChoice", "choose_unit", "parts_with_boards"]


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """Which unit substation a site is planned with, and why.

    Parameters
    ----------
    named, taken
        The program's unit substation, and the one planned with.
    fault_a
        Fault behind the named one.
    most_a
        Highest interrupting rating of a low-voltage board in the catalog.
    can_be_built
        False where no unit substation of the catalog has a fault that any board interrupts.
    """

    named: str
    taken: str
    fault_a: float
    most_a: float
    can_be_built: bool

    @property
    def relief(self) -> str:
        """What was done about it, or what would help; empty where the named one stays."""
        if self.taken != self.named:
            return (
                f"no board of the catalog interrupts {self.fault_a / 1e3:.1f} kA behind {self.named}: planned with "
                f"{self.taken} instead"
            )
        if not self.can_be_built:
            return "no unit substation of the catalog would do: add one of a higher impedance, or a current limiter"
        return ""


def choose_unit(order: SiteChain, others: Alternatives) -> tuple[SiteChain, UnitChoice]:
    """The site with a unit substation whose board can be bought, and the choice.

    Parameters
    ----------
    order
        Site as the program has it.
    others
        Boards and unit substations of the catalog.
    """
    named, faults = order.parts.unit_substation, board_faults(order)
    fault_a = faults.highest_a(named)
    own_a = figure(order.parts.lv_switchgear.interrupting_a)
    most_a = max((rating_a for _, rating_a in others.interrupting), default=own_a)
    if fault_a <= max(most_a, own_a):
        return order, UnitChoice(named.id, named.id, fault_a, max(most_a, own_a), can_be_built=True)
    fitting = [unit for unit in others.substations if _meets(unit, named)]
    for limit_a in (own_a, most_a):
        possible = [unit for unit in fitting if faults.highest_a(unit) <= limit_a]
        if possible:
            taken = replace(order, parts=replace(order.parts, unit_substation=possible[-1]))
            return taken, UnitChoice(named.id, possible[-1].id, fault_a, most_a, can_be_built=True)
    return order, UnitChoice(named.id, named.id, fault_a, most_a, can_be_built=False)


def parts_with_boards(order: SiteChain, market: tuple[MarketPart, ...], others: Alternatives) -> tuple[MarketPart, ...]:
    """Parts that could stand in a site: not the unit substations whose fault its boards do not interrupt.

    Parameters
    ----------
    order
        Site as it is planned.
    market
        Parts of the catalog.
    others
        Unit substations of the catalog.
    """
    faults, own_a = board_faults(order), figure(order.parts.lv_switchgear.interrupting_a)
    own = order.parts.unit_substation
    alike = (unit for unit in others.substations if _meets(unit, own) and unit.id != own.id)
    too_strong = {unit.id for unit in alike if faults.highest_a(unit) > own_a}
    return tuple(part for part in market if part.part not in too_strong)


def _meets(unit: Transformer, named: Transformer) -> bool:
    """True if both stand between the same voltages."""
    return all(figure(getattr(unit, name)) == figure(getattr(named, name)) for name in ("primary_v", "secondary_v"))
