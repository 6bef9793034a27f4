"""Which units of a block does each tranche fill, and from which day are they wanted?

Units are assigned consecutively: accepted tranches first, then installed, ordered, released, planned, each in order of
need date; released ones that an earlier plan had keep its order. `rest` takes what the others leave. A block without
tranche rows gets one tranche for each rise of its need.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rackwright.siting.orders import FROZEN_STATES, BlockOrder, TrancheOrder

__all__ = ["Filled", "fill_tranches", "frozen_units", "written_units"]

_RANK = {state: rank for rank, state in enumerate((*FROZEN_STATES, "planned", "retired"))}


@dataclass(frozen=True, slots=True)
class Filled:
    """A tranche with the units it fills."""

    order: TrancheOrder
    first_unit: int
    units: int
    racks: int
    accepted_racks: int


def frozen_units(tranches: Sequence[TrancheOrder]) -> int:
    """Units of released and later tranches, which are inputs."""
    return sum(tranche.units or 0 for tranche in tranches if tranche.state in FROZEN_STATES)


def written_units(tranches: Sequence[TrancheOrder]) -> int:
    """Units of all tranches that state a number and are not retired."""
    return sum(tranche.units or 0 for tranche in tranches if tranche.state != "retired")


def fill_tranches(
    block: BlockOrder, tranches: Sequence[TrancheOrder], units: int, rises: Sequence[tuple[int, int]]
) -> tuple[Filled, ...]:
    """Divide a block's units among its tranches.

    Parameters
    ----------
    block
        The block.
    tranches
        Its rows; may be empty.
    units
        Units the block was given; never fewer than its frozen tranches hold.
    rises
        `(day, units needed from then on)`, for a block without rows.
    """
    orders = sorted(tranches, key=_order) if tranches else _from_rises(block, units, rises)
    rest = max(0, units - written_units(orders))
    filled: list[Filled] = []
    first = 0
    for order in orders:
        wanted, rest = _wanted(order, rest)
        count = wanted if order.state in FROZEN_STATES else min(wanted, max(0, units - first))
        filled.append(_filled(block, order, first, count))
        first += count
    return tuple(filled)


def _order(tranche: TrancheOrder) -> tuple[bool, int, int, int, str]:
    """Released tranches of an earlier plan in the order of their units there, then by state and need date."""
    is_known = tranche.state in FROZEN_STATES and tranche.first_unit is not None
    at = (tranche.first_unit or 0) if is_known else 0
    return (not is_known, at, _RANK[tranche.state], tranche.need_day, tranche.tranche)


def _wanted(order: TrancheOrder, rest: int) -> tuple[int, int]:
    """Units the tranche asks for, and what is left for the next `rest`."""
    if order.state == "retired":
        return 0, rest
    return (rest, 0) if order.units is None else (order.units, rest)


def _filled(block: BlockOrder, order: TrancheOrder, first: int, units: int) -> Filled:
    racks = units * block.size.racks
    accepted = racks if order.state == "accepted" else min(order.accepted_racks, racks)
    return Filled(order, first, units, racks, accepted)


def _from_rises(block: BlockOrder, units: int, rises: Sequence[tuple[int, int]]) -> list[TrancheOrder]:
    """One planned tranche for each rise of the need; the last one takes what the design target has beyond it."""
    steps = [(day, min(count, units)) for day, count in rises] or [(0, units)]
    steps[-1] = (steps[-1][0], units)
    orders: list[TrancheOrder] = []
    before = 0
    for day, count in steps:
        if count > before:
            name = f"{block.block}-{len(orders) + 1}"
            orders.append(
                TrancheOrder(
                    tranche=name,
                    block=block.block,
                    configuration=block.configuration,
                    units=count - before,
                    need_day=day,
                    state="planned",
                    accepted_racks=0,
                    accept_days=block.accept_days,
                )
            )
            before = count
    return orders
