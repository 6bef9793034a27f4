"""What does each power shelf, battery, capacitor tray and busbar of a rack carry when all is well, and with one lost?

The chain goes on inside the rack: inputs A and B feed the power shelves in turn, shelves share the load of the busbar,
batteries and capacitor trays stand on it. Racks of a type at a site are alike, so each type is judged once for all of
them. A rack without shelves takes its power at the busbar (direct-current side racks), or rectifies in its trays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from rackwright.base.units import format_quantity
from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import Fact, PowerShelf
from rackwright.power.dc_bus import bus_current_a, bus_drop_v, bus_loss_w, hold_up_s, storage_j
from rackwright.power.finding import Finding
from rackwright.power.rack_reliefs import repair_busbar, repair_drop, repair_modules, repair_shelves, repair_stores
from rackwright.power.redundancy import scheme_named
from rackwright.power.request import MarketPart, RackParts
from rackwright.power.site import SitePower

__all__ = ["RackElement", "RackPower", "open_racks", "open_type", "parts_for_racks", "rack_findings", "rack_rows"]

Row = tuple[str, str, str, str, str, str, str, int, int, float, float, float, str, float | None, float | None]
SPREAD = 2.0
"""Loads spread along a busbar lose half the voltage that all of them at its end would: I R / 2."""
SPREAD_LOSS = 3.0
"""And a third of the power: I^2 R / 3."""


@dataclass(frozen=True, slots=True)
class RackElement:
    """Like elements of one rack.

    Parameters
    ----------
    name, kind, part, side
        Name in the rack; power-shelf, shelf-module, battery, capacitor, direct-feed or busbar; catalog part; A, B or
        empty.
    upstream
        What feeds it: an input, or the busbar for storage.
    count
        Pieces in one rack.
    rating_w, normal_w, worst_w
        Rating of one, its load when all is well, and with any one element or input lost [W].
    failure
        What is lost in the worst case; empty where nothing raises the load.
    held_s
        Time it holds the rack's load by itself; None for what stores nothing.
    voltage_v
        Direct voltage of a busbar or of the feed from a side rack; None where not known, and for alternating current.
    """

    name: str
    kind: str
    part: str
    side: str
    upstream: str
    count: int
    rating_w: float
    normal_w: float
    worst_w: float
    failure: str
    held_s: float | None = None
    voltage_v: float | None = None


@dataclass(frozen=True, slots=True)
class RackPower:
    """The chain inside all racks of a type at a site.

    Parameters
    ----------
    parts
        Frame and shelves.
    racks
        Racks of the type at the site.
    direct_w
        Load of the busbar of one at peak [W].
    elements
        Elements from the inputs to the busbar.
    is_dark_without_one
        True where one shelf lost, or one of two inputs, leaves no other: the rack stops.
    """

    parts: RackParts
    racks: int
    direct_w: float
    elements: tuple[RackElement, ...]
    is_dark_without_one: bool

    def held_s(self) -> float:
        """Time batteries of a rack carry it, where together they can; else what its shelves hold [s]."""
        batteries = [each for each in self.elements if each.kind == "battery"]
        if batteries and sum(each.rating_w * each.count for each in batteries) >= self.direct_w:
            return sum(each.held_s or 0.0 for each in batteries)
        shelves = [each.held_s for each in self.elements if each.kind == "power-shelf" and each.held_s is not None]
        return min(shelves, default=0.0)


def open_racks(power: SitePower, racks: pl.DataFrame, rack_parts: Iterable[RackParts]) -> tuple[RackPower, ...]:
    """Chains inside the racks of a site, one for each type, at the peak of its fullest rack.

    Parameters
    ----------
    power
        Site: whether racks have two inputs follows from its scheme.
    racks
        Placed racks.
    rack_parts
        Frame and shelves of each type.
    """
    halls = [service.hall for service in power.order.halls]
    own = racks.filter(pl.col("hall").is_in(halls) & (pl.col("peak_w") > 0.0))
    found = own.group_by("type").agg(pl.len().alias("racks"), pl.col("peak_w").max())
    by_type = {kind: (int(count), float(peak_w)) for kind, count, peak_w in found.iter_rows()}
    is_dual = scheme_named(power.order.scheme).is_dual_corded
    side_rack = power.order.parts.side_rack
    return tuple(
        open_type(parts, *by_type[parts.type], is_dual=is_dual, side_rack=side_rack)
        for parts in rack_parts
        if parts.type in by_type
    )


def parts_for_racks(
    power: SitePower, racks: pl.DataFrame, rack_parts: Iterable[RackParts], market: tuple[MarketPart, ...]
) -> tuple[MarketPart, ...]:
    """Parts of the catalog without the side racks whose voltage is not that of every busbar at a site.

    Parameters
    ----------
    power, racks, rack_parts
        As in `open_racks`.
    market
        Parts of the catalog.
    """
    halls = [service.hall for service in power.order.halls]
    own = set(racks.filter(pl.col("hall").is_in(halls))["type"].to_list())
    busbars = [parts.frame.busbar_v for parts in rack_parts if parts.type in own and parts.frame.busbar_v is not None]

    def fits(part: MarketPart) -> bool:
        return part.family != "side-rack" or all(
            low_v <= voltage_v <= high_v for voltage_v in part.voltages_v for low_v, high_v in (b.band for b in busbars)
        )

    return tuple(part for part in market if fits(part))


def open_type(
    parts: RackParts, racks: int, peak_w: float, *, is_dual: bool, side_rack: PowerShelf | None = None
) -> RackPower:
    """The chain inside the racks of one type.

    Parameters
    ----------
    parts, racks
        Frame and shelves, and how many such racks there are.
    peak_w
        Peak power at the inputs of one [W].
    is_dual
        True where it has an input A and an input B, False for one input.
    side_rack
        Side rack on each input that feeds the busbar of racks without shelves; None for alternating current.
    """
    rectifiers = [(part, count) for part, count in parts.shelves if part.role == "rectifier"]
    direct_w = peak_w * _efficiency(rectifiers)
    elements = [
        *_shelves(rectifiers, direct_w, is_dual=is_dual),
        *(_feeds(side_rack, direct_w, is_dual=is_dual) if side_rack is not None and not rectifiers else ()),
        *_stores(parts.shelves, direct_w),
        *_busbar(parts, direct_w, "side racks" if side_rack is not None and not rectifiers else "shelves"),
    ]
    return RackPower(parts, racks, direct_w, tuple(elements), _is_dark(rectifiers))


def _is_dark(rectifiers: list[tuple[PowerShelf, int]]) -> bool:
    """A single shelf feeds the rack, whether it has one input or two."""
    return sum(count for _, count in rectifiers) == 1


def _efficiency(rectifiers: list[tuple[PowerShelf, int]]) -> float:
    """Of all shelves together, weighted by rating; 1 without any."""
    total_w = sum(figure(part.rating_w) * count for part, count in rectifiers)
    passed_w = sum(figure(part.rating_w) * count * _value(part.efficiency_share, 1.0) for part, count in rectifiers)
    return passed_w / total_w if total_w else 1.0


def _value(fact: Fact | None, absent: float) -> float:
    return absent if fact is None else fact.value


def _shelves(rectifiers: list[tuple[PowerShelf, int]], direct_w: float, *, is_dual: bool) -> Iterator[RackElement]:
    """Shelves of each part and side; they share the load by rating, dealt to the inputs in turn."""
    total_w = sum(figure(part.rating_w) * count for part, count in rectifiers)
    sides = "AB" if is_dual else "A"
    dealt = {side: _dealt(rectifiers, number, len(sides)) for number, side in enumerate(sides)}
    side_w = {side: sum(figure(part.rating_w) * count for part, count in own) for side, own in dealt.items()}
    for side, own in dealt.items():
        for part, count in (row for row in own if row[1]):
            rating_w = figure(part.rating_w)
            normal_w = direct_w * rating_w / total_w
            lost = {f"a {part.id}": _left(direct_w, rating_w, total_w - rating_w)}
            lost |= {
                f"input {gone}": _left(direct_w, rating_w, total_w - side_w[gone]) for gone in sides if gone != side
            }
            failure = max(lost, key=lambda name: lost[name])
            worst_w = max(normal_w, lost[failure])
            name, module_count = f"{part.id}-{side}", round(_value(part.modules, 0.0))
            held_s = _value(part.ride_through_s, 0.0) if part.ride_through_s is not None else None
            yield RackElement(
                name, "power-shelf", part.id, side, f"input {side}", count, rating_w, normal_w, worst_w,
                failure if worst_w > normal_w else "", held_s,
            )  # fmt: skip
            if module_count > 1:
                each_w, lost_w = rating_w / module_count, normal_w / (module_count - 1)
                yield RackElement(
                    f"{name}-module", "shelf-module", part.id, side, name, count * module_count, each_w,
                    normal_w / module_count, lost_w, "a module of its shelf",
                )  # fmt: skip


def _left(direct_w: float, rating_w: float, left_w: float) -> float:
    """Load of one shelf when so much rating is left in all; nothing is carried where none is."""
    return direct_w * rating_w / left_w if left_w > 0.0 else 0.0


def _dealt(rectifiers: list[tuple[PowerShelf, int]], side: int, sides: int) -> list[tuple[PowerShelf, int]]:
    """Shelves of each part on one input, in turn through all parts."""
    place, found = 0, []
    for part, count in rectifiers:
        found.append((part, sum(1 for number in range(place, place + count) if number % sides == side)))
        place += count
    return found


def _stores(shelves: Iterable[tuple[PowerShelf, int]], direct_w: float) -> Iterator[RackElement]:
    """Battery shelves and capacitor trays: idle, and the rack's load shared by rating while its inputs are lost."""
    for role in ("battery", "capacitor"):
        own = [(part, count) for part, count in shelves if part.role == role]
        total_w = sum(figure(part.rating_w) * count for part, count in own)
        for part, count in own:
            rating_w = figure(part.rating_w)
            energy_j = storage_j(rating_w * count, _value(part.ride_through_s, 0.0))
            held_s = hold_up_s(energy_j, direct_w) if direct_w > 0.0 else 0.0
            worst_w = direct_w * rating_w / total_w
            yield RackElement(
                part.id, role, part.id, "", "busbar", count, rating_w, 0.0, worst_w, "both inputs", held_s
            )


def _feeds(side_rack: PowerShelf, direct_w: float, *, is_dual: bool) -> Iterator[RackElement]:
    """Direct current from the side rack of each input; with one input lost the other carries the rack."""
    sides, voltage = ("AB" if is_dual else "A"), side_rack.output_v
    for side in sides:
        others = [f"input {other}" for other in sides if other != side]
        yield RackElement(
            f"feed-{side}", "direct-feed", side_rack.id, side, f"side rack {side}", 1, figure(side_rack.rating_w),
            direct_w / len(sides), direct_w, "".join(others), None, voltage.value if voltage is not None else None,
        )  # fmt: skip


def _busbar(parts: RackParts, direct_w: float, upstream: str) -> Iterator[RackElement]:
    frame = parts.frame
    if frame.busbar_w is not None:
        rating_w, voltage_v = figure(frame.busbar_w), frame.busbar_v.value if frame.busbar_v is not None else None
        yield RackElement(
            "busbar", "busbar", frame.id, "", upstream, 1, rating_w, direct_w, direct_w, "", None, voltage_v
        )


def rack_rows(power: SitePower, racks: Iterable[RackPower]) -> Iterator[Row]:
    """Rows of the table of rack elements."""
    for one in racks:
        for each in one.elements:
            what = (each.name, each.kind, each.part, each.side, each.upstream, one.racks, each.count)
            load = (each.rating_w, each.normal_w, each.worst_w, each.failure, each.held_s, each.voltage_v)
            yield power.order.site, one.parts.type, *what, *load


def rack_findings(power: SitePower, racks: Iterable[RackPower], rules: ElectricRules) -> Iterator[Finding]:
    """Shelves and modules with one lost, an input lost, storage, busbar; what bridges the generators' start."""
    opened = tuple(racks)
    for one in opened:
        place = f"{power.order.site} {one.parts.type}"
        for each in one.elements:
            source = f"fact:{each.part}." + ("busbar_w" if each.kind == "busbar" else "rating_w")
            relief = _relief(one, each) if each.worst_w > each.rating_w else ""
            failure = f" without {each.failure}" if each.failure else ""
            subject = f"{place} {each.name}{failure}"
            yield Finding(f"power-rack-{each.kind}", subject, each.worst_w, each.rating_w, "W", source, relief)
        if any(each.kind == "power-shelf" for each in one.elements):
            lost, relief = one.racks if one.is_dark_without_one else 0, "two power shelves at least, one on each input"
            yield Finding("power-rack-one-lost", place, lost, 0.0, "rack", "shelves and inputs of the rack", relief)
        yield from _busbar_drop(place, one, rules)
        yield from _direct_findings(power, place, one)
    if power.order.parts.ups is None and power.order.parts.generator is not None and rules.genset_start_s is not None:
        for one in opened:
            source = "hold-up of battery shelves, else of power shelves"
            carried = f"{format_quantity(one.direct_w, 'W')} for {figure(rules.genset_start_s):g} s"
            relief = f"battery shelves in each rack that carry {carried}, or UPS"
            start_s, subject = figure(rules.genset_start_s), f"{power.order.site} {one.parts.type}"
            yield Finding("power-rack-ride-through", subject, start_s, one.held_s(), "s", source, relief)


def _direct_findings(power: SitePower, place: str, one: RackPower) -> Iterator[Finding]:
    """Behind side racks: their voltage is that of the busbar, and nothing in the rack rectifies again."""
    side_rack, busbar = power.order.parts.side_rack, one.parts.frame.busbar_v
    if side_rack is None:
        return
    shelves = sum(count for part, count in one.parts.shelves if part.role == "rectifier")
    relief = f"a configuration of its own for {power.order.site} without its {shelves} rectifier shelves"
    source = f"program:sites[{power.order.site}].power.side_rack"
    yield Finding("power-rack-double-conversion", place, shelves, 0.0, "shelf", source, relief)
    if side_rack.output_v is None or busbar is None:
        return
    low_v, high_v = side_rack.output_v.band
    own_v = busbar.value
    off_v = max(0.0, low_v - own_v, own_v - high_v)
    relief = f"a side rack of {own_v:g} V, or racks with a busbar of {side_rack.output_v.value:g} V"
    source = f"fact:{side_rack.id}.output_v"
    yield Finding("power-voltage-match", f"{place} busbar", off_v, 0.0, "V", source, relief)


def _relief(one: RackPower, each: RackElement) -> str:
    """How many of the element, or how strong a busbar, would do."""
    part = next((shelf for shelf, _ in one.parts.shelves if shelf.id == each.part), None)
    if each.kind == "direct-feed":
        return f"a side rack of {format_quantity(each.worst_w, 'W')} for one rack"
    if part is None:
        return repair_busbar(each.worst_w, each.rating_w)
    if each.kind == "power-shelf":
        is_dual = any(other.upstream == "input B" for other in one.elements)
        return repair_shelves(one.parts, part, one.direct_w, is_dual=is_dual)
    if each.kind == "shelf-module":
        return repair_modules(one.parts, part, one.direct_w)
    return repair_stores(one.parts, part, one.direct_w)


def _busbar_drop(place: str, one: RackPower, rules: ElectricRules) -> Iterator[Finding]:
    """Voltage at the far end of the busbar, loads spread along it; its loss is told with it."""
    frame = one.parts.frame
    if frame.busbar_v is None or frame.busbar_ohm is None or rules.busbar_drop_share is None:
        return
    voltage_v, ohm = figure(frame.busbar_v), figure(frame.busbar_ohm)
    current_a = bus_current_a(one.direct_w, voltage_v)
    loss_w = bus_loss_w(current_a, ohm / SPREAD_LOSS)
    source = f"fact:{rules.id}.busbar_drop_share; {current_a:,.0f} A, {loss_w:,.0f} W lost on the bar"
    drop, limit = bus_drop_v(current_a, ohm / SPREAD) / voltage_v, figure(rules.busbar_drop_share)
    relief = repair_drop(drop, limit, ohm, voltage_v) if drop > limit else ""
    yield Finding("power-rack-busbar-drop", place, drop, limit, "", source, relief)
