"""What has to hold: one function for each family of rows, and one that lists them.

Every function adds rows to a `Rows` sheet and returns nothing. Coefficients are for scaled columns: an item's columns
count in the item's unit and its balance rows are divided by the same unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rackwright.supply.network import Acceptance, Capacity, Choice, Network, Opening
from rackwright.supply.targets import rack_items
from rackwright.supply.timing import FloatArray, Window
from rackwright.supply.variables import Columns, accept_days, is_effective

__all__ = ["Block", "Rows", "add_rows", "placed_shares"]

IntArray = NDArray[np.int64]
INF = np.inf


@dataclass(frozen=True)
class Block:
    """Rows of one family: names of its entries, one row per entry and bucket (or one per entry if not timed)."""

    start: int
    names: tuple[str, ...]
    is_timed: bool
    scale: FloatArray
    """Factor each row was multiplied by, one per entry."""


@dataclass
class Rows:
    """A sheet of rows that constraint families write on."""

    network: Network
    columns: Columns
    shares: FloatArray | None
    blocks: dict[str, Block] = field(default_factory=dict)
    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    rows: list[IntArray] = field(default_factory=list)
    cols: list[IntArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    num: int = 0
    _spreads: dict[tuple[Window, float], FloatArray] = field(default_factory=dict)

    def add(self, kind: str, names: Sequence[str], lower: FloatArray, upper: FloatArray, scale: FloatArray) -> int:
        """Append a family; bounds have shape (entries, buckets) or (entries,). Returns its first row."""
        start = self.num
        factor = scale[:, None] if lower.ndim == 2 else scale
        self.blocks[kind] = Block(start, tuple(names), lower.ndim == 2, scale)
        self.lower.append((lower * factor).ravel())
        self.upper.append((upper * factor).ravel())
        self.num += lower.size
        return start

    def put(self, rows: IntArray, cols: IntArray, values: FloatArray) -> None:
        """Write entries; zeros are left out."""
        keep = values != 0
        self.rows.append(rows[keep])
        self.cols.append(cols[keep])
        self.values.append(values[keep])

    def put_spread(self, rows: IntArray, cols: IntArray, shares: FloatArray) -> None:
        """Write `shares[t, k]` at column t and row k."""
        t, k = np.nonzero(shares)
        self.put(rows[k], cols[t], shares[t, k])

    def spread(self, window: Window, lead_days: float) -> FloatArray:
        """`Grid.spread`, remembered."""
        key = (window, lead_days)
        if key not in self._spreads:
            self._spreads[key] = self.network.grid.spread(window, lead_days)
        return self._spreads[key]

    def balance_rows(self, buffer: int) -> IntArray:
        """Balance rows of a buffer, one per bucket."""
        num = self.network.grid.num
        return self.blocks["balance"].start + buffer * num + np.arange(num)

    def unit_of_buffer(self, buffer: int) -> float:
        """Unit of the item of a buffer."""
        return self.network.unit(self.network.buffers[buffer][0])


def add_rows(rows: Rows) -> None:
    """All families, in the order of the sheet."""
    add_balances(rows)
    add_arrivals(rows)
    add_consumption(rows)
    add_choices(rows)
    add_cells(rows)
    add_test_limits(rows)
    add_allocations(rows)
    add_splits(rows)
    add_commits(rows)
    add_lanes(rows)
    add_crews(rows)
    add_power(rows)
    add_demands(rows)
    add_targets(rows)
    add_claims(rows)


def add_balances(rows: Rows) -> None:
    """Stock at the end = stock before + arrivals - consumption + receipts, for each buffer and bucket."""
    network, grid = rows.network, rows.network.grid
    given = np.zeros((len(network.buffers), grid.num))
    for receipt in network.receipts:
        bucket = grid.bucket_of(receipt.day)
        if bucket < grid.num:
            given[receipt.buffer, bucket] += receipt.qty
    scale = np.array([1.0 / network.unit(item) for item, _ in network.buffers])
    names = [f"{item} at {place}" for item, place in network.buffers]
    rows.add("balance", names, -given, -given, scale)
    for buffer in range(len(network.buffers)):
        here, stock = rows.balance_rows(buffer), rows.columns.of("stock", buffer)
        rows.put(here, stock, np.full(grid.num, -1.0))
        rows.put(here[1:], stock[:-1], np.ones(grid.num - 1))


def add_arrivals(rows: Rows) -> None:
    """What is made, bought, called off and moved arrives its lead time after it was started."""
    network, columns = rows.network, rows.columns
    for i, make in enumerate(network.makes):
        shares = rows.spread(make.window, make.lead_days) * make.yield_share
        rows.put_spread(rows.balance_rows(make.buffer), columns.of("make", i), shares)
    for i, buy in enumerate(network.buys):
        shares = rows.spread(buy.window, buy.dock_days + buy.transit_days)
        rows.put_spread(rows.balance_rows(buy.buffer), columns.of("buy", i), shares)
    for i, call in enumerate(network.calls):
        bucket = network.grid.bucket_of(call.arrival_day)
        if bucket < network.grid.num:
            here = rows.balance_rows(call.buffer)[bucket : bucket + 1]
            rows.put(here, np.array([columns.one("call", i)]), np.ones(1))
    for i, ship in enumerate(network.ships):
        shares = rows.spread(ship.window, ship.days)
        rows.put_spread(rows.balance_rows(ship.buffer), columns.of("ship", i), shares)
        rows.put(rows.balance_rows(ship.from_buffer), columns.of("ship", i), np.full(network.grid.num, -1.0))


def add_consumption(rows: Rows) -> None:
    """Units started take components in the bucket of the start; racks their kit when placed, what follows it later."""
    for i, make in enumerate(rows.network.makes):
        unit = rows.network.unit(make.item)
        for choice in make.choices:
            if not (choice.must and len(choice.options) > 1):
                _take_plain(rows, rows.columns.of("make", i), choice, unit)
    for j, row in enumerate(rows.columns.options):
        make = rows.network.makes[row.make]
        option = make.choices[row.choice].options[row.option]
        for buffer, qty in option.takes:
            coefficient = -qty * rows.network.unit(make.item) / rows.unit_of_buffer(buffer)
            num = rows.network.grid.num
            rows.put(rows.balance_rows(buffer), rows.columns.of("option", j), np.full(num, coefficient))
    for i, racks in enumerate(rows.network.acceptances):
        shares = placed_shares(rows.network, racks)
        follows = dict(racks.follows)
        later = placed_shares(rows.network, racks, racks.follow_days) if follows else shares
        for buffer, qty in racks.takes:
            late = follows.get(buffer, 0.0)
            taken = shares * (qty - late) + later * late
            rows.put_spread(
                rows.balance_rows(buffer), rows.columns.of("accept", i), -taken / rows.unit_of_buffer(buffer)
            )


def _take_plain(rows: Rows, cols: IntArray, choice: Choice, unit: float) -> None:
    for option in choice.options:
        is_open = is_effective(rows.network, option.window)
        for buffer, qty in option.takes:
            values = np.where(is_open, -qty * unit / rows.unit_of_buffer(buffer), 0.0)
            rows.put(rows.balance_rows(buffer), cols, values)


def placed_shares(network: Network, racks: Acceptance, after_days: float = 0.0) -> FloatArray:
    """Share of the racks accepted in bucket k that was placed in bucket t, shape (accepted k, placed t).

    With `after_days`, the bucket in which so many days have passed since; none pass beyond the horizon.
    """
    first, last = (edge - racks.accept_days for edge in accept_days(network, racks))
    passed = np.clip(network.grid.num_days - last, 0.0, after_days)
    return network.grid.overlap(first + passed, last + passed)


def add_choices(rows: Rows) -> None:
    """The options of a choice together are as many as the units started."""
    columns, grid = rows.columns, rows.network.grid
    keys = sorted({(row.make, row.choice) for row in columns.options})
    place = {key: number for number, key in enumerate(keys)}
    names = [f"{rows.network.makes[i].item} at {rows.network.makes[i].plant}, choice {c}" for i, c in keys]
    zeros = np.zeros((len(keys), grid.num))
    start = rows.add("choice", names, zeros, zeros, np.ones(len(keys)))
    for (i, _), number in place.items():
        here = start + number * grid.num + np.arange(grid.num)
        rows.put(here, columns.of("make", i), np.full(grid.num, -1.0))
    for j, row in enumerate(columns.options):
        here = start + place[row.make, row.choice] * grid.num + np.arange(grid.num)
        rows.put(here, columns.of("option", j), np.ones(grid.num))


def add_cells(rows: Rows) -> None:
    """Hours of the units started, repeats included, stay within the planned hours of each cell."""
    network, num = rows.network, rows.network.grid.num
    limit = np.array([cell.hours for cell in network.cells]).reshape(-1, num)
    more = [(number, cell, hours) for number, row in _asked(network) for cell, hours in row.hours]
    most = limit + sum((_at(cell, hours, limit.shape) for _, cell, hours in more), start=np.zeros_like(limit))
    start = rows.add("cell", [cell.id for cell in network.cells], np.full_like(limit, -INF), limit, _scales(most))
    scale = rows.blocks["cell"].scale
    for number, cell, hours in more:
        rows.put(start + cell * num + np.arange(num), _opening(rows, number), -hours * scale[cell])
    for i, make in enumerate(network.makes):
        for cell, hours in make.steps:
            values = np.where(np.isfinite(hours), hours, 0.0) * network.unit(make.item) * scale[cell]
            rows.put(start + cell * num + np.arange(num), rows.columns.of("make", i), values)


def _asked(network: Network) -> list[tuple[int, Opening]]:
    """What may open in this program, with its number."""
    return [(number, row) for number, row in enumerate(network.openings) if row.state == "asked"]


def _opening(rows: Rows, number: int) -> IntArray:
    """The column of an opening, once for each bucket."""
    return np.full(rows.network.grid.num, rows.columns.one("opening", number))


def _at(entry: int, values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    """Zeros but for one entry."""
    found = np.zeros(shape)
    found[entry] = values
    return found


def add_test_limits(rows: Rows) -> None:
    """Stations busy at once draw no more power and coolant than their plant has for tests."""
    _add_test_limit(rows, "test power", rows.network.test_power_w, [cell.station_w for cell in rows.network.cells])
    _add_test_limit(rows, "test coolant", rows.network.test_flow_lpm, [cell.station_lpm for cell in rows.network.cells])


def _add_test_limit(rows: Rows, kind: str, plants: Sequence[Capacity], draws: Iterable[float]) -> None:
    network, num = rows.network, rows.network.grid.num
    limit = np.array([plant.limit for plant in plants]).reshape(-1, num)
    start = rows.add(kind, [plant.name for plant in plants], np.full_like(limit, -INF), limit, _scales(limit))
    scale, place = rows.blocks[kind].scale, {plant.name: number for number, plant in enumerate(plants)}
    draws = list(draws)
    for i, make in enumerate(network.makes):
        for number, hours in make.steps:
            cell = network.cells[number]
            if cell.plant in place and draws[number] > 0:
                plant = place[cell.plant]
                stations = np.where(np.isfinite(hours), hours, 0.0) / (cell.week_hours * network.grid.days / 7.0)
                values = stations * draws[number] * network.unit(make.item) * scale[plant]
                rows.put(start + plant * num + np.arange(num), rows.columns.of("make", i), values)


def add_allocations(rows: Rows) -> None:
    """Orders a supplier accepts stay within its allocation; money does not move this ceiling.

    The ceiling holds on the day of the order (its ramp is read on the day of delivery), so a longer lead time moves
    deliveries and never regroups them. Where only a part of a bucket is open to orders, that part of it counts.
    """
    network, grid = rows.network, rows.network.grid
    limit = np.array([row.limit for row in network.allocations]).reshape(-1, grid.num)
    scale = np.array([1.0 / network.unit(row.item) for row in network.allocations])
    names = [row.name for row in network.allocations]
    start = rows.add("allocation", names, np.full_like(limit, -INF), limit, scale)
    for i, buy in enumerate(network.buys):
        first, last = grid.open_days(buy.window)
        open_days = last - first
        crowding = np.divide(grid.days, open_days, out=np.zeros(grid.num), where=open_days > 0)
        here = start + buy.allocation * grid.num + np.arange(grid.num)
        rows.put(here, rows.columns.of("buy", i), crowding)
    for number, row in _asked(network):
        for k, pieces in row.pieces:
            rows.put(start + k * grid.num + np.arange(grid.num), _opening(rows, number), -pieces * scale[k])


def add_splits(rows: Rows) -> None:
    """Over the horizon no source gives more than its highest share of what is bought of an item."""
    network, num = rows.network, rows.network.grid.num
    bound = [k for k, row in enumerate(network.allocations) if row.split_max_share < 1.0]
    zeros = np.zeros(len(bound))
    names = [network.allocations[k].name for k in bound]
    start = rows.add("split", names, np.full(len(bound), -INF), zeros, np.ones(len(bound)))
    for number, k in enumerate(bound):
        share, item = network.allocations[k].split_max_share, network.allocations[k].item
        for i, buy in enumerate(network.buys):
            if buy.item == item:
                value = (1.0 if buy.allocation == k else 0.0) - share
                rows.put(np.full(num, start + number), rows.columns.of("buy", i), np.full(num, value))


def add_commits(rows: Rows) -> None:
    """No more is called off than the supplier has confirmed."""
    network = rows.network
    limit = np.array(network.commit_qty, dtype=np.float64)
    items = {call.commit: call for call in network.calls}
    names = [f"{items[k].supplier}: {items[k].item}" if k in items else "" for k in range(len(limit))]
    scale = np.array([1.0 / network.unit(items[k].item) if k in items else 1.0 for k in range(len(limit))])
    start = rows.add("commit", names, np.full(len(limit), -INF), limit, scale)
    for i, call in enumerate(network.calls):
        rows.put(np.array([start + call.commit]), np.array([rows.columns.one("call", i)]), np.ones(1))


def add_lanes(rows: Rows) -> None:
    """Kilograms that leave on a lane stay within its capacity."""
    network, num = rows.network, rows.network.grid.num
    limited = [k for k, lane in enumerate(network.lanes) if np.isfinite(lane.limit).all()]
    place = {lane: number for number, lane in enumerate(limited)}
    limit = np.array([network.lanes[k].limit for k in limited]).reshape(-1, num)
    names = [network.lanes[k].name for k in limited]
    start = rows.add("lane", names, np.full_like(limit, -INF), limit, _scales(limit))
    scale = rows.blocks["lane"].scale
    for i, ship in enumerate(network.ships):
        if ship.lane in place:
            here = start + place[ship.lane] * num + np.arange(num)
            kilos = network.mass_kg.get(ship.item, 0.0) * network.unit(ship.item) * scale[place[ship.lane]]
            rows.put(here, rows.columns.of("ship", i), np.full(num, kilos))
    for i, buy in enumerate(network.buys):
        if buy.lane in place:
            here = start + place[buy.lane] * num + np.arange(num)
            kilos = network.mass_kg.get(buy.item, 0.0) * network.unit(buy.item) * scale[place[buy.lane]]
            rows.put_spread(here, rows.columns.of("buy", i), rows.spread(buy.window, buy.dock_days) * kilos)


def add_crews(rows: Rows) -> None:
    """Racks placed at a site stay within what its crew can place; racks placed already need no crew."""
    network, num = rows.network, rows.network.grid.num
    limit = np.array([crew.limit for crew in network.crews]).reshape(-1, num)
    start = rows.add(
        "acceptance", [crew.name for crew in network.crews], np.full_like(limit, -INF), limit, _scales(limit)
    )
    place = {crew.name: number for number, crew in enumerate(network.crews)}
    scale = rows.blocks["acceptance"].scale
    for i, racks in enumerate(network.acceptances):
        if not racks.is_placed:
            here = start + place[racks.site] * num + np.arange(num)
            rows.put_spread(
                here, rows.columns.of("accept", i), placed_shares(network, racks) * scale[place[racks.site]]
            )


def add_power(rows: Rows) -> None:
    """Racks placed so far draw no more than the energised IT power of the site."""
    network, num = rows.network, rows.network.grid.num
    limited = [site for site in network.power if np.isfinite(site.limit).all()]
    limit = np.array([site.limit for site in limited]).reshape(-1, num)
    start = rows.add("power", [site.name for site in limited], np.full_like(limit, -INF), limit, _scales(limit))
    place = {site.name: number for number, site in enumerate(limited)}
    scale = rows.blocks["power"].scale
    for i, racks in enumerate(network.acceptances):
        if racks.site in place and racks.power_w > 0:
            so_far = np.cumsum(placed_shares(network, racks), axis=1) * racks.power_w * scale[place[racks.site]]
            here = start + place[racks.site] * num + np.arange(num)
            rows.put_spread(here, rows.columns.of("accept", i), so_far)


def add_demands(rows: Rows) -> None:
    """Every remaining rack is accepted in some bucket or not delivered."""
    network, num = rows.network, rows.network.grid.num
    racks = np.array([row.racks for row in network.acceptances], dtype=np.float64)
    names = [f"{row.tranche} in {row.hall}" for row in network.acceptances]
    start = rows.add("demand", names, racks, racks, np.ones(len(racks)))
    for i in range(len(racks)):
        rows.put(np.full(num, start + i), rows.columns.of("accept", i), np.ones(num))
        rows.put(np.array([start + i]), np.array([rows.columns.one("undelivered", i)]), np.ones(1))


def add_targets(rows: Rows) -> None:
    """US value bought and made for racks is the wanted share of the value of accepted racks, or short at a price.

    One row over the whole horizon, so that nothing is won by moving an order across a date.
    """
    num = 0 if rows.shares is None else 1
    network, columns, money = rows.network, rows.columns, rows.network.rack_value_usd
    scale = np.full(num, 1.0 / money)
    start = rows.add("target", ["traced US value"] * num, np.zeros(num), np.full(num, INF), scale)
    if rows.shares is None:
        return
    here = np.full(network.grid.num, start)
    counted = rack_items(network, (racks.sku for racks in network.acceptances))
    for i, buy in enumerate(network.buys):
        value = buy.us_share * buy.price_usd * network.unit(buy.item) / money if buy.item in counted else 0.0
        rows.put(here, columns.of("buy", i), np.full(network.grid.num, value))
    for i, call in enumerate(network.calls):
        value = call.us_share * call.price_usd * network.unit(call.item) / money if call.item in counted else 0.0
        rows.put(here[:1], np.array([columns.one("call", i)]), np.array([value]))
    for i, make in enumerate(network.makes):
        value = make.us_share * make.cost_usd * network.unit(make.item) / money if make.item in counted else 0.0
        rows.put(here, columns.of("make", i), np.full(network.grid.num, value))
    for i, racks in enumerate(network.acceptances):
        rows.put(here, columns.of("accept", i), -rows.shares * racks.value_usd / money)
    rows.put(here[:1], np.array([columns.one("short", 0)]), np.ones(1))


def add_claims(rows: Rows) -> None:
    """Every piece claimed beside racks is taken from its place in some bucket, or not given."""
    network, num = rows.network, rows.network.grid.num
    qty = np.array([want.qty for want in network.claims], dtype=np.float64)
    scale = np.array([1.0 / network.unit(want.item) for want in network.claims])
    start = rows.add("claim", [want.name for want in network.claims], qty, qty, scale)
    for i, want in enumerate(network.claims):
        taken = rows.columns.of("claim", i)
        rows.put(np.full(num, start + i), taken, np.ones(num))
        rows.put(np.array([start + i]), np.array([rows.columns.one("unclaimed", i)]), np.ones(1))
        rows.put(rows.balance_rows(want.buffer), taken, np.full(num, -1.0))


def _scales(limit: FloatArray) -> FloatArray:
    """One factor per entry that brings its largest finite limit to the order of one."""
    if limit.size == 0:
        return np.zeros(0)
    largest = np.where(np.isfinite(limit), limit, 0.0).max(axis=1)
    return np.array([float(2.0 ** -np.round(np.log2(value))) if value > 0 else 1.0 for value in largest])
