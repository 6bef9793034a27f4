"""On which day could a rack be placed if nothing had a ceiling, and which dates and times make up that day?

Every amount is ignored but one: stock, orders on the way and confirmed pieces count only where they cover what the
remaining racks need, since a few pieces on hand do not make the last rack early. What is found is a bound: no
capacity brings a rack forward of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from rackwright.supply.network import Acceptance, Capacity, Make, Network
from rackwright.supply.timing import Window

__all__ = ["Leaf", "binding_leaves"]

MOST_LEAVES = 8
NEVER = float("inf")
Step = Callable[[Network], Network]


@dataclass(frozen=True)
class Leaf:
    """One date or time that alone keeps racks from their need: days to cut, and the network with them cut."""

    constraint: str
    kind: str
    text: str
    days: float
    apply: Step


@dataclass(frozen=True)
class _Driver:
    """What brings a piece to a buffer at the earliest."""

    day: float
    kind: str = ""
    row: int = -1


def binding_leaves(network: Network, racks: Acceptance, *, late_days: float = NEVER) -> tuple[Leaf, ...]:
    """Dates and times that have to be cut so that the first rack comes to its need; empty if none is too long.

    The longest of hall, power and parts is cut first; along the parts, the longest time or date of the chain that
    sets the day. Each cut is as large as needed, and the next is looked for in the network with it. Where the last
    rack is known to come `late_days` after its need, no longer chain held any: those racks came of stock or orders.
    """
    due = max(0.0, racks.need_day - racks.accept_days)
    found = [*_hall_leaf(racks, due), *_power_leaf(network, racks, due)]
    here = network
    for _ in range(MOST_LEAVES):
        leaf = None if racks.is_placed else _part_leaf(here, racks, due, due + late_days)
        if leaf is None:
            break
        here = leaf.apply(here)
        found.append(leaf)
    return tuple(found)


def _hall_leaf(racks: Acceptance, due: float) -> list[Leaf]:
    days = racks.place_window.from_day - due
    if days <= 0:
        return []
    hall = racks.hall

    def apply(network: Network) -> Network:
        rows = tuple(
            replace(row, place_window=_earlier(row.place_window, days)) if row.hall == hall else row
            for row in network.acceptances
        )
        return replace(network, acceptances=rows)

    return [
        Leaf(
            f"hall {hall} or its platform", "readiness", f"{hall} and its platform {days:,.0f} days sooner", days, apply
        )
    ]


def _power_leaf(network: Network, racks: Acceptance, due: float) -> list[Leaf]:
    powered = network.powered_from[racks.site, racks.power_w]
    if powered <= due:
        return []
    site, grid = racks.site, network.grid

    def apply(network: Network) -> Network:
        first = min(grid.bucket_of(powered) + 1, grid.num - 1)
        rows = tuple(
            Capacity(row.name, np.where(grid.ends > due, np.maximum(row.limit, row.limit[first]), row.limit))
            if row.name == site
            else row
            for row in network.power
        )
        return replace(network, power=rows)

    days = powered - due
    return [Leaf(f"power at {site}", "power", f"first power of {site} {days:,.0f} days sooner", days, apply)]


# -------------------------------------------------------------------------------------------------------------- parts
def _part_leaf(network: Network, racks: Acceptance, due: float, latest: float) -> Leaf | None:
    """The longest time or date on the chain of parts that comes last, but not after `latest`; None if all are due."""
    drivers = _earliest(network)
    days = {buffer: drivers[buffer].day - racks.after_days(buffer) for buffer, _ in racks.takes}
    holding = [buffer for buffer, day in days.items() if due < day <= latest]
    last = max(holding, key=lambda buffer: days[buffer], default=None)
    if last is None:
        return None
    excess = days[last] - due
    chain = _chain(network, drivers, last)
    longest = max(chain, key=lambda leaf: leaf.days, default=None)
    if longest is None or longest.days <= 0:
        return None
    return _cut(network, longest, min(longest.days, excess))


@dataclass(frozen=True)
class _Length:
    """A time or date on a chain: which row, and by how many days it can be cut."""

    kind: str
    row: int
    days: float


def _chain(network: Network, drivers: list[_Driver], buffer: int) -> list[_Length]:
    """Times and dates that add up to the earliest day of a buffer, from the top down."""
    found: list[_Length] = []
    seen: set[int] = set()
    while buffer not in seen:
        seen.add(buffer)
        driver = drivers[buffer]
        if driver.kind == "buy":
            buy = network.buys[driver.row]
            dated = buy.window.from_day > 0
            found.append(_Length("source", driver.row, buy.window.from_day + buy.dock_days) if dated
                         else _Length("buy", driver.row, buy.dock_days))  # fmt: skip
            return found
        if driver.kind == "ship":
            buffer = network.ships[driver.row].from_buffer
        elif driver.kind == "make":
            make = network.makes[driver.row]
            found.append(_Length("make", driver.row, make.lead_days))
            day, below = _parts_day(make, drivers)
            if below is None or make.window.from_day >= day:
                found.append(_Length("start", driver.row, make.window.from_day))
                return found
            buffer = below
    return found


def _earliest(network: Network) -> list[_Driver]:
    """Earliest day of each buffer and what sets it, by repeated improvement until nothing changes."""
    needs = _needs(network)
    drivers = [_Driver(NEVER)] * len(network.buffers)
    _cover(network, needs, drivers)
    for i, buy in enumerate(network.buys):
        day = buy.window.from_day + buy.dock_days + buy.transit_days
        if network.allocations[buy.allocation].limit.any() and day < drivers[buy.buffer].day:
            drivers[buy.buffer] = _Driver(day, "buy", i)
    open_from = [_cells_from(network, make) for make in network.makes]
    changed = True
    while changed:
        changed = False
        for i, make in enumerate(network.makes):
            day = max(make.window.from_day, open_from[i], _parts_day(make, drivers)[0]) + make.lead_days
            changed |= _better(drivers, make.buffer, _Driver(day, "make", i))
        for i, ship in enumerate(network.ships):
            day = drivers[ship.from_buffer].day + ship.days
            changed |= _better(drivers, ship.buffer, _Driver(day, "ship", i))
    return drivers


def _better(drivers: list[_Driver], buffer: int, driver: _Driver) -> bool:
    if driver.day < drivers[buffer].day - 1e-9:
        drivers[buffer] = driver
        return True
    return False


def _needs(network: Network) -> dict[str, float]:
    """About how many pieces of each item the remaining racks take."""
    racks = sum(row.racks for row in network.acceptances)
    return {item: racks * pieces for item, pieces in network.pieces_per_rack.items()}


def _cover(network: Network, needs: dict[str, float], drivers: list[_Driver]) -> None:
    """Stock, orders on the way and confirmed pieces count on the day on which they cover the need."""
    coming: dict[int, list[tuple[float, float]]] = {}
    for receipt in network.receipts:
        coming.setdefault(receipt.buffer, []).append((receipt.day, receipt.qty))
    for call in network.calls:
        coming.setdefault(call.buffer, []).append((call.arrival_day, network.commit_qty[call.commit]))
    for buffer, rows in coming.items():
        need, total = needs.get(network.buffers[buffer][0], 0.0), 0.0
        for day, qty in sorted(rows):
            total += qty
            if total >= need:
                drivers[buffer] = _Driver(day, "given")
                break


def _cells_from(network: Network, make: Make) -> float:
    """First bucket in which every cell of a make runs and passes something."""
    can = np.ones(network.grid.num, dtype=np.bool_)
    for cell, hours in make.steps:
        can &= np.isfinite(hours) & (network.cells[cell].hours > 0)
    first = np.flatnonzero(can)
    return float(network.grid.starts[first[0]]) if len(first) else NEVER


def _parts_day(make: Make, drivers: list[_Driver]) -> tuple[float, int | None]:
    """Day on which the last component of a unit is there at the earliest, and its buffer."""
    last, which = 0.0, None
    for choice in make.choices:
        best, best_buffer = NEVER, None
        for option in choice.options:
            day, buffer = option.window.from_day if choice.must else 0.0, None
            for taken, _ in option.takes:
                if drivers[taken].day >= day:
                    day, buffer = drivers[taken].day, taken
            if day < best:
                best, best_buffer = day, buffer
        if choice.options and best > last:
            last, which = best, best_buffer
    return last, which


def _earlier(window: Window, days: float) -> Window:
    return Window(max(0.0, window.from_day - days), window.to_day)


def _cut(network: Network, length: _Length, days: float) -> Leaf:
    """The leaf of a length, with so many days cut from it."""
    if length.kind in {"make", "start"}:
        return _make_leaf(network.makes[length.row], length.kind, days)
    buy = network.buys[length.row]
    item, supplier = buy.item, buy.supplier
    is_lead = length.kind == "buy"

    def apply(network: Network) -> Network:
        rows = []
        for row in network.buys:
            if (row.item, row.supplier) == (item, supplier):
                cut = min(days, row.dock_days) if is_lead else 0.0
                rest = days - cut if not is_lead else 0.0
                dock = row.dock_days - cut - max(0.0, rest - row.window.from_day)
                row = replace(row, dock_days=max(0.0, dock), window=_earlier(row.window, rest))
            rows.append(row)
        return replace(network, buys=tuple(rows))

    if is_lead:
        text = f"lead time of {item} from {supplier} {days:,.0f} days shorter than its {buy.dock_days:,.0f}"
        return Leaf(f"{supplier}: {item}, lead time", "lead time", text, days, apply)
    text = f"{item} of {supplier} usable {days:,.0f} days sooner"
    return Leaf(f"{supplier}: {item}, qualification", "qualification", text, days, apply)


def _make_leaf(make: Make, kind: str, days: float) -> Leaf:
    item, plant = make.item, make.plant

    def apply(network: Network) -> Network:
        rows = tuple(
            _cut_make(row, kind, days) if (row.item, row.plant) == (item, plant) else row for row in network.makes
        )
        return replace(network, makes=rows)

    if kind == "make":
        text = f"lead time of {item} at {plant} {days:,.0f} days shorter than its {make.lead_days:,.0f}"
        return Leaf(f"{plant}: {item}, lead time", "lead time", text, days, apply)
    text = f"{item} at {plant} started {days:,.0f} days sooner"
    return Leaf(f"{plant}: {item}, start", "readiness", text, days, apply)


def _cut_make(make: Make, kind: str, days: float) -> Make:
    if kind == "start":
        return replace(make, window=_earlier(make.window, days))
    return replace(make, lead_days=max(0.0, make.lead_days - days))
