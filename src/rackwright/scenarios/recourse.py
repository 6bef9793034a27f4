"""What does one scenario cost once commitments are taken? The supply model with the ladder as columns that are shared.

The model is the one of the supply stage, on coarser buckets. In front of its columns stands one column per ladder
option (1: taken); behind it one column per rung for taking it later, once the branch is known. A rung adds sources:
pieces ordered under it, at a price less its credit, with its own lead time and its own window. They share the
supplier's allocation, which a rung lifts to what it secures, whatever the scenario leaves of it. A rung whose size is
capped at the need has more rows: pieces ordered under it are at most its quantity, and plain orders alone keep to what
the scenario leaves of the supplier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.scenarios.ladder import DAYS_PER_WEEK, LadderOption
from rackwright.solve import LinearModel
from rackwright.supply import SupplyRequest
from rackwright.supply.assemble import Assembly, assemble
from rackwright.supply.network import Allocation, Buy, Network
from rackwright.supply.timing import Grid, Window

__all__ = ["RecourseModel", "Rung", "coarse_grid", "recourse_model", "rungs_of", "under_rung"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Rung:
    """A rung as a source of pieces: its options differ in quantity only.

    Parameters
    ----------
    options
        Numbers of its options among all.
    from_day
        Day from which orders may be placed under it.
    is_later
        True for the rung taken once the branch is known.
    """

    options: tuple[int, ...]
    from_day: float
    is_later: bool


@dataclass(frozen=True)
class RecourseModel:
    """A linear model whose first columns are the options.

    Parameters
    ----------
    model
        Costs in `money_unit_usd`; the options themselves cost nothing here, they are priced by the first stage.
    num_options
        Number of shared columns.
    later
        Column of each rung taken later, with the number of its largest option.
    order_cols, order_rung, order_pieces
        Columns of orders under the rungs of now, the number of each one's rung, and its pieces a unit.
    accept_cols, accept_racks
        Columns of acceptance by row and bucket, and the racks wanted in each row.
    need_days
        Day on which the racks of each row are needed.
    ends
        First day after each bucket.
    """

    model: LinearModel
    num_options: int
    money_unit_usd: float
    later: tuple[tuple[int, int], ...]
    order_cols: IntArray
    order_rung: IntArray
    order_pieces: FloatArray
    accept_cols: IntArray
    accept_racks: FloatArray
    need_days: FloatArray
    ends: FloatArray


def coarse_grid(request: SupplyRequest, *, num_weekly: int = 0, num_monthly: int = 6) -> Grid:
    """Buckets of the program under chance: coarser than the plan's, since each scenario has a model of its own."""
    return Grid.of(request.horizon.buckets(num_weekly=num_weekly, num_monthly=num_monthly))


def rungs_of(options: Sequence[LadderOption], known_day: float, now_day: float = 0.0) -> tuple[Rung, ...]:
    """Every rung on the day of the decision, and again on the day the branch is known."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for number, option in enumerate(options):
        groups.setdefault((*option.group, option.rung), []).append(number)
    now = [Rung(tuple(members), now_day, is_later=False) for members in groups.values()]
    later = [Rung((members[-1],), known_day, is_later=True) for members in groups.values()]
    return (*now, *later)


def recourse_model(
    request: SupplyRequest,
    network: Network,
    options: Sequence[LadderOption],
    *,
    kit_usd: FloatArray,
    known_day: float,
    now_day: float = 0.0,
) -> RecourseModel:
    """The model of one scenario.

    Parameters
    ----------
    request
        The supply request as the scenario sees it.
    network
        Its network, whole or folded.
    options
        The ladder.
    kit_usd
        Cost of a rack of each acceptance row beyond the network.
    known_day
        Day from which rungs may be taken later.
    now_day
        Day on which the options are decided.
    """
    rungs = rungs_of(options, known_day, now_day)
    wide, sources = _with_rungs(network, options, rungs)
    assembly = assemble(wide, request.policy, None)
    return _Augmented(request, assembly, options, rungs, sources).build(len(network.allocations), kit_usd)


def _with_rungs(
    network: Network, options: Sequence[LadderOption], rungs: Sequence[Rung]
) -> tuple[Network, tuple[tuple[int, ...], ...]]:
    """The network with a source per rung and way to a place, and the rows of `buys` of each rung."""
    buys, sources = list(network.buys), []
    for number, rung in enumerate(rungs):
        option = options[rung.options[-1]]
        own = []
        for buy in network.buys:
            if (buy.item, buy.supplier) == option.group and buy.allocation == option.offer:
                own.append(len(buys))
                buys.append(under_rung(buy, option, rung, len(network.allocations) + number))
        sources.append(tuple(own))
    closed = np.zeros(network.grid.num)
    extra = tuple(
        Allocation(f"rung {number}", options[rung.options[-1]].item, options[rung.options[-1]].supplier, closed, 1.0)
        for number, rung in enumerate(rungs)
    )
    return replace(network, buys=tuple(buys), allocations=(*network.allocations, *extra)), tuple(sources)


def under_rung(buy: Buy, option: LadderOption, rung: Rung, allocation: int) -> Buy:
    """The same way of buying under a rung: its lead time, window and credit.

    An order placed on day d of its window is at the dock on day d + lead time of the rung, never sooner than
    qualification, gates and confirmed deliveries allow.
    """
    lead = buy.dock_days if option.lead_days is None else min(buy.dock_days, option.lead_days.value)
    first = max(rung.from_day, buy.first_dock_day - lead)
    return replace(
        buy,
        window=Window(first, min(buy.window.to_day, max(first, rung.from_day + option.hold_days))),
        dock_days=lead,
        price_usd=max(0.0, buy.price_usd - option.credit_usd),
        allocation=allocation,
    )


@dataclass(frozen=True)
class _Rows:
    """Entries of further rows, their numbers from 0, and the upper side of each row."""

    index: IntArray
    cols: IntArray
    values: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class _Augmented:
    """Puts the shared columns, the later ones and their entries around an assembled supply model."""

    request: SupplyRequest
    assembly: Assembly
    options: Sequence[LadderOption]
    rungs: Sequence[Rung]
    sources: Sequence[tuple[int, ...]]

    def build(self, num_allocations: int, kit_usd: FloatArray) -> RecourseModel:
        model, num = self.assembly.model, len(self.options)
        later = [number for number, rung in enumerate(self.rungs) if rung.is_later]
        column_of = {number: num + model.num_cols + place for place, number in enumerate(later)}
        entries = [self._entries(number, num_allocations, column_of) for number in range(len(self.rungs))]
        ceilings = self._ceilings(column_of)
        rows, cols, values = (np.concatenate([part[i] for part in entries] or [np.zeros(0)]) for i in range(3))
        own = [self.options[self.rungs[number].options[-1]] for number in later]
        unit = self.assembly.money_unit_usd
        whole = LinearModel(
            cost=np.concatenate(
                [np.zeros(num), model.cost + self._kits(kit_usd) / unit, [option.sunk_usd / unit for option in own]]
            ),
            col_lower=np.concatenate([np.zeros(num), model.col_lower, np.zeros(len(later))]),
            col_upper=np.concatenate([np.ones(num), model.col_upper, np.ones(len(later))]),
            row_lower=np.concatenate([model.row_lower, *(np.full(len(row.upper), -np.inf) for row in ceilings)]),
            row_upper=np.concatenate([model.row_upper, *(row.upper for row in ceilings)]),
            rows=np.concatenate([model.rows, rows.astype(np.int64), *(row.index + model.num_rows for row in ceilings)]),
            cols=np.concatenate([model.cols + num, cols.astype(np.int64), *(row.cols for row in ceilings)]),
            values=np.concatenate([model.values, values, *(row.values for row in ceilings)]),
        )
        network, columns = self.assembly.network, self.assembly.columns
        accepts = [columns.of("accept", row) + num for row in range(len(network.acceptances))]
        orders = self._orders(len(later))
        return RecourseModel(
            model=whole,
            num_options=num,
            money_unit_usd=unit,
            later=tuple((column_of[number], self.rungs[number].options[-1]) for number in later),
            order_cols=orders[0],
            order_rung=orders[1],
            order_pieces=orders[2],
            accept_cols=np.array(accepts, dtype=np.int64).reshape(-1, network.grid.num),
            accept_racks=np.array([row.racks for row in network.acceptances]),
            need_days=np.array([row.need_day for row in network.acceptances], dtype=np.float64),
            ends=network.grid.ends,
        )

    def _orders(self, num_rungs: int) -> tuple[IntArray, IntArray, FloatArray]:
        """Columns of orders under each rung of now, its number, and the pieces of a unit."""
        cols, rungs, pieces = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
        for number, own in enumerate(self.sources[:num_rungs]):
            unit = self.assembly.network.unit(self.options[self.rungs[number].options[-1]].item)
            for buy in own:
                cols.append(self.assembly.columns.of("buy", buy) + len(self.options))
                rungs.append(np.full(len(cols[-1]), number))
                pieces.append(np.full(len(cols[-1]), float(unit)))
        return np.concatenate(cols), np.concatenate(rungs), np.concatenate(pieces)

    def _kits(self, kit_usd: FloatArray) -> FloatArray:
        """Cost of what was folded out of the network, on the columns of acceptance."""
        cost = np.zeros(self.assembly.model.num_cols)
        for row, usd in enumerate(kit_usd.tolist()):
            cost[self.assembly.columns.of("accept", row)] = usd
        return cost

    def _entries(
        self, number: int, num_allocations: int, column_of: dict[int, int]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Entries of one rung: its orders count against the supplier's allocation, and what it secures lifts that."""
        rung, num, grid = self.rungs[number], len(self.options), self.assembly.network.grid
        offer = self.options[rung.options[-1]].offer
        if not self.sources[number]:
            return np.zeros(0), np.zeros(0), np.zeros(0)
        block = self.assembly.blocks["allocation"]
        shared = self.assembly.rows_of("allocation", offer)
        own = self.assembly.rows_of("allocation", num_allocations + number)
        rows, cols, values = [], [], []
        for buy in self.sources[number]:
            rows.append(shared)
            cols.append(self.assembly.columns.of("buy", buy) + num)
            values.append(self._crowding(offer))
        for option in rung.options:
            at = column_of[number] if rung.is_later else option
            secured, gained = self._secured(rung, self.options[option])
            for place, amount, scale in ((own, secured, block.scale[-1]), (shared, gained, block.scale[offer])):
                rows.append(place)
                cols.append(np.full(grid.num, at))
                values.append(-amount * scale)
        found = np.concatenate(rows), np.concatenate(cols), np.concatenate(values)
        keep = found[2] != 0
        return found[0][keep], found[1][keep], found[2][keep]

    def _ceilings(self, column_of: dict[int, int]) -> list[_Rows]:
        """Rows beyond the model's own that hold capped rungs, and the plain orders beside them, to what is theirs."""
        capped = [number for number, rung in enumerate(self.rungs) if self.options[rung.options[-1]].is_capped]
        offers = sorted(
            {self.options[self.rungs[number].options[-1]].offer for number in capped if self.sources[number]}
        )
        found: list[_Rows] = []
        first = 0
        for row in (*map(self._plain, offers), *(self._total(number, column_of) for number in capped)):
            found.append(replace(row, index=row.index + first))
            first += len(row.upper)
        return found

    def _plain(self, offer: int) -> _Rows:
        """Plain orders of a supplier alone stay within what the scenario leaves: they take none of a rung's pieces."""
        model, shared = self.assembly.model, self.assembly.rows_of("allocation", offer)
        mine = np.isin(model.rows, shared)
        return _Rows(
            model.rows[mine] - shared[0],
            model.cols[mine] + len(self.options),
            model.values[mine],
            model.row_upper[shared],
        )

    def _total(self, number: int, column_of: dict[int, int]) -> _Rows:
        """All orders under a rung are at most the pieces that it secures."""
        rung = self.rungs[number]
        orders = [self.assembly.columns.of("buy", buy) + len(self.options) for buy in self.sources[number]]
        taken = [column_of[number] if rung.is_later else option for option in rung.options]
        unit = self.assembly.network.unit(self.options[rung.options[-1]].item)
        cols = np.concatenate([*orders, np.array(taken, dtype=np.int64)])
        pieces = np.array([self.options[option].qty for option in rung.options])
        values = np.concatenate([np.ones(len(cols) - len(taken)), -pieces / unit])
        return _Rows(np.zeros(len(cols), dtype=np.int64), cols, values, np.zeros(1))

    def _crowding(self, offer: int) -> FloatArray:
        """Weight of a piece in the supplier's allocation: that of plain orders, where a bucket is closed in part."""
        grid = self.assembly.network.grid
        plain = [buy.window for buy in self.assembly.network.buys if buy.allocation == offer]
        first, last = grid.open_days(Window(min(window.from_day for window in plain), grid.num_days))
        weight: FloatArray = np.where(last > first, grid.days / np.maximum(last - first, 1.0), 1.0)
        return weight

    def _secured(self, rung: Rung, option: LadderOption) -> tuple[FloatArray, FloatArray]:
        """Pieces in each bucket that a rung secures, and by how much that exceeds what the scenario leaves."""
        grid, network = self.assembly.network.grid, self.assembly.network
        own = [network.buys[buy].window for buy in self.sources[self.rungs.index(rung)]]
        window = Window(min((w.from_day for w in own), default=0.0), max((w.to_day for w in own), default=0.0))
        first, last = grid.open_days(window)
        open_days = last - first
        free = network.allocations[option.offer].limit / grid.days * open_days
        weekly = option.per_week
        if rung.is_later or option.is_revocable:
            weekly *= self._left_share(option)
        secured = weekly / DAYS_PER_WEEK * open_days
        if option.is_revocable:
            secured = np.minimum(secured, free)
        return secured, np.clip(secured - free, 0.0, None)

    def _left_share(self, option: LadderOption) -> float:
        """What the scenario leaves of the supplier's allocation, at most 1."""
        now = self.request.supply.offers[option.offer]
        usual = option.usual_per_week
        return min(1.0, now.per_week.value * now.available_share / usual) if usual > 0 else 1.0
