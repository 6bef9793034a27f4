"""Which columns does the linear program have, in which unit, and between which bounds?

Columns stand in families; within a family by row of the network, then by bucket. A column of an item counts in the
item's unit (pieces in one rack, a power of two), so that all columns are of the order of racks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rackwright.supply.network import Acceptance, Make, Network
from rackwright.supply.timing import Window

__all__ = ["Columns", "OptionColumn", "accept_days", "is_effective"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class OptionColumn:
    """An option that has columns of its own: make row, choice and option."""

    make: int
    choice: int
    option: int


@dataclass(frozen=True)
class Columns:
    """Numbers of columns.

    Parameters
    ----------
    network
        Rows that get columns.
    num_short
        1 where a traced-share target has a price, else 0.
    """

    network: Network
    num_short: int

    @cached_property
    def options(self) -> tuple[OptionColumn, ...]:
        """Options of choices that really are choices."""
        return tuple(
            OptionColumn(i, c, o)
            for i, make in enumerate(self.network.makes)
            for c, choice in enumerate(make.choices)
            if choice.must and len(choice.options) > 1
            for o in range(len(choice.options))
        )

    def option_shares(self, make: int, bucket: int, x: FloatArray) -> Mapping[tuple[int, int], float]:
        """Share of the units of a make started in a bucket that uses each option, by choice and option."""
        mine = self._options_of.get(make, ())
        used = {self.options[j].choice: 0.0 for j in mine}
        for j in mine:
            used[self.options[j].choice] += max(0.0, float(x[self.of("option", j)[bucket]]))
        found = {}
        for j in mine:
            row = self.options[j]
            value = max(0.0, float(x[self.of("option", j)[bucket]]))
            found[row.choice, row.option] = value / used[row.choice] if used[row.choice] > 0 else 0.0
        return found

    @cached_property
    def _options_of(self) -> Mapping[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for j, row in enumerate(self.options):
            found.setdefault(row.make, []).append(j)
        return {make: tuple(columns) for make, columns in found.items()}

    @cached_property
    def _counts(self) -> Mapping[str, int]:
        network = self.network
        rows = {
            "make": len(network.makes),
            "option": len(self.options),
            "buy": len(network.buys),
            "ship": len(network.ships),
            "stock": len(network.buffers),
            "accept": len(network.acceptances),
            "claim": len(network.claims),
        }
        timed = {name: count * network.grid.num for name, count in rows.items()}
        single = {"call": len(network.calls), "undelivered": rows["accept"], "short": self.num_short}
        return {**timed, **single, "unclaimed": rows["claim"], "opening": len(network.openings)}

    @cached_property
    def _starts(self) -> Mapping[str, int]:
        starts, total = {}, 0
        for name, count in self._counts.items():
            starts[name] = total
            total += count
        return starts

    @property
    def num(self) -> int:
        """Number of columns."""
        return sum(self._counts.values())

    def family(self, name: str) -> slice:
        """Columns of a family."""
        return slice(self._starts[name], self._starts[name] + self._counts[name])

    def of(self, name: str, row: int) -> IntArray:
        """Columns of one row of a timed family, one per bucket."""
        num = self.network.grid.num
        return self._starts[name] + row * num + np.arange(num)

    def one(self, name: str, row: int) -> int:
        """The column of one row of a family without time: call, undelivered, short, opening."""
        return self._starts[name] + row

    def table(self, name: str, x: FloatArray) -> FloatArray:
        """Values of a timed family in pieces, shape (rows, buckets)."""
        part = self.family(name)
        return (x[part] * self.units[part]).reshape(-1, self.network.grid.num)

    @cached_property
    def units(self) -> FloatArray:
        """Pieces (or racks, or USD) in one unit of each column."""
        network, num = self.network, self.network.grid.num
        make = [network.unit(row.item) for row in network.makes]
        option = [network.unit(network.makes[row.make].item) for row in self.options]
        buy = [network.unit(row.item) for row in network.buys]
        ship = [network.unit(row.item) for row in network.ships]
        stock = [network.unit(item) for item, _ in network.buffers]
        accept, claim = [1.0] * len(network.acceptances), [network.unit(want.item) for want in network.claims]
        timed = [
            np.repeat(np.array(units, dtype=np.float64), num)
            for units in (make, option, buy, ship, stock, accept, claim)
        ]
        call = [network.unit(row.item) for row in network.calls]
        short = np.full(self.num_short, network.rack_value_usd)
        return np.concatenate([*timed, call, accept, short, claim, np.ones(len(network.openings))])

    @cached_property
    def lower(self) -> FloatArray:
        """Lower bounds: what is held of the orders of a plan before, what is open, else 0."""
        lower = np.zeros(self.num)
        lower[self.family("opening")] = [row.is_open for row in self.network.openings]
        for i, buy in enumerate(self.network.buys):
            if buy.held is not None:
                lower[self.of("buy", i)] = buy.held.least / self.network.unit(buy.item)
        return lower

    @cached_property
    def upper(self) -> FloatArray:
        """Upper bounds: 0 where a window is closed, an option not effective, or a rack blocked."""
        network = self.network
        upper = np.full(self.num, np.inf)
        for i, make in enumerate(network.makes):
            upper[self.of("make", i)] = np.where(_buildable(network, make), _open(network, make.window), 0.0)
        for i, row in enumerate(self.options):
            window = network.makes[row.make].choices[row.choice].options[row.option].window
            upper[self.of("option", i)] = np.where(is_effective(network, window), np.inf, 0.0)
        for i, buy in enumerate(network.buys):
            most = np.inf if buy.held is None else buy.held.most / network.unit(buy.item)
            upper[self.of("buy", i)] = np.minimum(_open(network, buy.window), most)
        for i, racks in enumerate(network.acceptances):
            first, last = accept_days(network, racks)
            upper[self.of("accept", i)] = np.where((last > first) & (racks.blocked is None), np.inf, 0.0)
        for i, want in enumerate(network.claims):
            upper[self.of("claim", i)] = np.where(network.grid.ends > want.want_day, np.inf, 0.0)
        upper[self.family("opening")] = [row.state != "closed" for row in network.openings]
        return upper


def _open(network: Network, window: Window) -> FloatArray:
    first, last = network.grid.open_days(window)
    return np.where(last > first, np.inf, 0.0)


def is_effective(network: Network, window: Window) -> BoolArray:
    """A bucket uses the structure of its first day, so nothing is built in before it is effective."""
    starts = network.grid.starts
    is_open: BoolArray = (window.from_day <= starts) & (starts < window.to_day)
    return is_open


def _buildable(network: Network, make: Make) -> BoolArray:
    """False in buckets in which a cell passes nothing, or a choice with one option has none in effect."""
    can = np.ones(network.grid.num, dtype=np.bool_)
    for _, hours in make.steps:
        can &= np.isfinite(hours)
    for choice in make.choices:
        if choice.must and len(choice.options) == 1:
            can &= is_effective(network, choice.options[0].window)
    return can


def accept_days(network: Network, racks: Acceptance) -> tuple[FloatArray, FloatArray]:
    """Part of each bucket on which racks can be accepted: from acceptance time after the first day of placing.

    Placing waits for the hall and for the bucket in which the site first carries a rack.
    """
    first = max(racks.place_window.from_day, network.powered_from[racks.site, racks.power_w])
    return network.grid.open_days(Window(first, racks.place_window.to_day).shifted(racks.accept_days))
