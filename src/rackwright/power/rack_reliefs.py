"""How many shelves, batteries or what busbar would a rack need, and has it the room?"""

from __future__ import annotations

import math

from rackwright.base.units import format_quantity
from rackwright.catalog.parts import Fact, PowerShelf
from rackwright.power.request import RackParts

__all__ = ["repair_busbar", "repair_drop", "repair_modules", "repair_shelves", "repair_stores"]

ROUNDING = 1e-9


def repair_shelves(parts: RackParts, part: PowerShelf, direct_w: float, *, is_dual: bool) -> str:
    """Shelves that carry the rack with one of them or one of two inputs lost, and the room they take.

    Notes
    -----
    On two inputs those of one carry all; on one input all but one of them do.
    """
    rating_w = _value(part.rating_w)
    needed = math.ceil(direct_w / rating_w - ROUNDING)
    total = 2 * needed if is_dual else needed + 1
    where = f"{needed} x {part.id} on each input, {total} in all" if is_dual else f"{total} x {part.id}"
    return _with_room(parts, part, where, (total, direct_w))


def repair_modules(parts: RackParts, part: PowerShelf, direct_w: float) -> str:
    """Shelves with which each carries its part without one of its modules."""
    modules = _value(part.modules)
    rating_w = _value(part.rating_w) * (modules - 1.0) / modules
    total = math.ceil(direct_w / rating_w - ROUNDING)
    return _with_room(parts, part, f"{total} x {part.id} in all", (total, direct_w))


def repair_stores(parts: RackParts, part: PowerShelf, direct_w: float) -> str:
    """Battery shelves or capacitor trays that carry the rack together."""
    total = math.ceil(direct_w / _value(part.rating_w) - ROUNDING)
    return _with_room(parts, part, f"{total} x {part.id}", (total, direct_w))


def repair_busbar(direct_w: float, rating_w: float) -> str:
    """Rating of the busbar, or how much less load."""
    less = format_quantity(direct_w - rating_w, "W")
    return f"a frame whose busbar carries {format_quantity(direct_w, 'W')}, or {less} less in the rack"


def repair_drop(drop_share: float, limit_share: float, ohm: float, voltage_v: float) -> str:
    """Resistance, feeding point or voltage with which the busbar keeps its drop."""
    scale = limit_share / drop_share
    middle = (
        ", or shelves in the middle of it (half the length each way, a quarter of the drop)" if scale >= 0.25 else ""
    )
    higher_v = voltage_v / math.sqrt(scale)
    return f"a busbar of at most {ohm * scale * 1e6:.3g} uOhm{middle}, or {higher_v:.0f} V instead of {voltage_v:g} V"


def _with_room(parts: RackParts, part: PowerShelf, words: str, needed: tuple[int, float]) -> str:
    """Number wanted against what is there and the units that are free; `needed` is (pieces, W)."""
    total = needed[0]
    own = sum(count for shelf, count in parts.shelves if shelf.id == part.id)
    text = f"{words} ({own} now)"
    if part.height_u is None or parts.free_u is None:
        return text
    taken_u = math.ceil((total - own) * part.height_u.value)
    if taken_u <= parts.free_u:
        return f"{text}: {taken_u} U more, of {parts.free_u} U that are free"
    return f"{text}: {taken_u} U more, but {parts.free_u} U are free: {_instead(parts, part, needed, own)}"


def _instead(parts: RackParts, part: PowerShelf, needed: tuple[int, float], own: int) -> str:
    """What would do in the room there is: stronger shelves in as many places, else a side rack or less load."""
    total, direct_w = needed
    height_u = _value(part.height_u)
    places = own + int((parts.free_u or 0) // height_u)
    rating_w = _value(part.rating_w) * total / places if places else 0.0
    stronger = f"{places} shelves of {format_quantity(rating_w, 'W')} each, or " if places > 1 else ""
    return f"{stronger}a side rack of {format_quantity(direct_w, 'W')}"


def _value(fact: Fact | None) -> float:
    return fact.value if fact is not None else 0.0
