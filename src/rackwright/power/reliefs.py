"""What is the nearest repair of a broken rule? A part of the catalog that carries it, or how much less load would."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from rackwright.base.units import format_quantity
from rackwright.catalog.narrow import figure
from rackwright.power.board_faults import BoardFaults
from rackwright.power.electrics import SQRT3
from rackwright.power.request import Alternatives
from rackwright.power.site import SitePower

__all__ = ["fewer_racks", "racks_above", "repair_fault", "repair_mv_fault", "repair_overload", "repair_shortage"]

MOST_TIMES = 2.0
"""Times its present impedance that a power transformer is still asked for; more is another transformer."""


def repair_overload(power: SitePower, element: int, limit_w: float, others: Alternatives) -> str:
    """Next larger part of the kind, or the number of such elements the load would need."""
    kind, worst_w = str(power.chain.kind[element]), float(power.loads.worst_w[element])
    failure = int(power.loads.failure[element])
    after = f" after the loss of {power.chain.names[failure]}" if failure >= 0 else ""
    carries = f"carries {format_quantity(worst_w, 'W')}{after}"
    scale = limit_w / float(power.chain.rating_w[element]) if power.chain.rating_w[element] else 1.0
    found = next((part for part, rating_w in _larger(power, kind, others) if rating_w * scale >= worst_w), "")
    if found and found != power.chain.part[element]:
        return f"{carries}: {found} would do"
    pieces = math.ceil(worst_w / limit_w) if limit_w > 0.0 else 0
    return f"{carries}: above every rating of its kind, share it over {pieces} or lower the load"


def _larger(power: SitePower, kind: str, others: Alternatives) -> Iterator[tuple[str, float]]:
    """Catalog parts of a kind with their ratings in W at the site's voltage and power factor, smallest first."""
    unit = power.order.parts.unit_substation
    factor = power.classes.unit_substation.rating_w / figure(unit.rating_va)
    per_a = SQRT3 * figure(unit.secondary_v) * factor
    by_current = {"tap": others.taps, "busway": others.busways, "lv-switchgear": others.boards}
    yield from ((part, rating_a * per_a) for part, rating_a in by_current.get(kind, ()))
    if kind == "unit-substation":
        yield from ((part.id, figure(part.rating_va) * factor) for part in others.substations)


def repair_fault(power: SitePower, faults: BoardFaults, others: Alternatives) -> str:
    """A board that interrupts the fault, and the largest unit substation whose fault the present board interrupts."""
    parts, unit = power.order.parts, power.order.parts.unit_substation
    fault_a = faults.highest_a(unit)
    limit_a, voltage_v = figure(parts.lv_switchgear.interrupting_a), figure(parts.unit_substation.secondary_v)
    board = next((part for part, rating_a in others.interrupting if rating_a >= fault_a), "")
    smaller = [
        part.id
        for part in others.substations
        if figure(part.secondary_v) == voltage_v and faults.highest_a(part) <= limit_a
    ]
    needed = faults.least_impedance_share(unit, limit_a)
    ways = [f"the board {board}"] if board else []
    ways += [f"the unit substation {smaller[-1]}"] if smaller else []
    return " or ".join([*ways, f"an impedance of at least {math.ceil(needed * 1000) / 10:g} %"])


def repair_mv_fault(power: SitePower, faults: BoardFaults) -> str:
    """A board that interrupts the fault, or the impedance of power transformers that brings it down."""
    limit_a = figure(power.order.parts.mv_switchgear.interrupting_a)
    hv = power.order.parts.hv_transformer
    share = faults.least_medium_share(figure(hv.rating_va), limit_a)
    board = f"a board that interrupts {faults.medium_a / 1e3:.1f} kA"
    if share > MOST_TIMES * figure(hv.impedance_share):
        return f"{board}, smaller power transformers (hv_transformer), or current limiters"
    return f"{board}, or an hv_transformer of at least {math.ceil(share * 1000) / 10:g} % impedance"


def repair_shortage(power: SitePower) -> str:
    """How much more power, or how many racks fewer, close the gap at the grid."""
    missing_w = power.facility_w - power.energised_w
    racks = fewer_racks(power, missing_w)
    return f"{format_quantity(missing_w, 'W')} more energised power, or {racks} rack{'' if racks == 1 else 's'} fewer"


def fewer_racks(power: SitePower, missing_w: float) -> int:
    """Compute racks whose grid power, with their cooling and losses, adds up to a gap; the largest racks first."""
    per_it = max((hall.grid_w_per_it_w for hall in power.halls), default=1.0)
    return racks_above(power.rack_w, missing_w / per_it)


def racks_above(racks_w: Iterable[float], missing_w: float) -> int:
    """Racks that together draw what is missing, the largest first."""
    count = 0
    for each_w in sorted(racks_w, reverse=True):
        if missing_w <= 0.0:
            break
        count, missing_w = count + 1, missing_w - each_w
    return count
