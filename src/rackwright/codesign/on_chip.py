"""How far is a design's on-chip memory from where it would bind? The derivation behind its elasticity."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact
from rackwright.codesign.design import Design
from rackwright.sizing.device import BITS, peak_fact
from rackwright.sizing.on_chip import balanced_sram_byte

__all__ = ["Balance", "sram_balances"]

BITS_PER_BYTE = 8.0


@dataclass(frozen=True, slots=True)
class Balance:
    """Large products of one precision on a design.

    Parameters
    ----------
    precision
        Of the products.
    ridge_flop_byte
        FLOP that the device computes while its memory moves a byte.
    needed_byte
        On-chip memory below which memory binds large products.
    stated_byte
        On-chip memory of the design; 0 where it states none.
    """

    precision: str
    ridge_flop_byte: float
    needed_byte: float
    stated_byte: float

    @property
    def margin(self) -> float:
        """On-chip memory over what is needed; 0 where the design states none."""
        return self.stated_byte / self.needed_byte


def sram_balances(design: Design) -> tuple[Balance, ...]:
    """Where on-chip memory begins to bind, for each precision the design states."""
    chip = design.accelerator
    rate = _value(chip.memory_byte_s)
    found = []
    for precision, bits in BITS.items():
        peak = _value(peak_fact(chip, precision))
        if peak > 0.0 and rate > 0.0:
            needed = balanced_sram_byte(peak, rate, bits / BITS_PER_BYTE)
            found.append(Balance(precision, peak / rate, needed, _value(chip.sram_byte)))
    return tuple(found)


def _value(fact: Fact | None) -> float:
    return 0.0 if fact is None else fact.value
