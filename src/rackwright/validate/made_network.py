"""What does a realistic weekly planning network of any size look like? Made from a seed, for benchmarks and tests.

Six levels of items at eight sites (five of them in the US) with six work centres each: end items made at some plants
and moved to where they are wanted, assemblies below them, bought parts at every level. Demand ramps up in waves, most
ceilings are wide, a few suppliers and work centres are tight, one value-content row a year has a price.
Everything is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from rackwright.supply.atscale import NONE, BoolArray, FloatArray, IntArray, WeeklyNetwork

__all__ = ["Shape", "make_network"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Size and character of a network.

    Parameters
    ----------
    items, weeks, sites, us_sites, centers
        Counts; `centers` is the number of work centres at each site.
    level_shares
        Share of the items at each level, ends first.
    made_shares
        Share of the items of each level that are made; the others are bought.
    tight_share
        Share of suppliers' items whose allocation lies below the peak of the need.
    content_share
        Share of the value of the demand wanted from US work and US suppliers.
    """

    items: int = 2000
    weeks: int = 104
    sites: int = 8
    us_sites: int = 5
    centers: int = 6
    level_shares: tuple[float, ...] = (0.04, 0.08, 0.15, 0.20, 0.24, 0.29)
    made_shares: tuple[float, ...] = (1.0, 0.9, 0.7, 0.5, 0.35, 0.0)
    tight_share: float = 0.05
    content_share: float = 0.45
    short_usd: float = 0.15

    @staticmethod
    def scaled(scale: float, *, weeks: int = 104) -> Shape:
        """The benchmark's network: 2,000 items at scale 1."""
        return Shape(items=max(12, round(2000 * scale)), weeks=weeks)


@dataclass
class _Items:
    """Items with their levels, sites, children and values while the network is made."""

    level: IntArray
    is_made: BoolArray
    plants: list[IntArray]
    children: list[IntArray]
    qty: list[FloatArray]
    uses: list[set[int]]
    value: FloatArray
    conversion: FloatArray
    sinks: list[IntArray] = field(default_factory=list)


def make_network(shape: Shape, seed: int) -> WeeklyNetwork:
    """A network of a shape; the same for the same seed."""
    draw = np.random.default_rng(seed)
    items = _draw_items(shape, draw)
    return _Sheet(shape, items, draw).network()


def _draw_items(shape: Shape, draw: np.random.Generator) -> _Items:
    counts = np.maximum(2, np.round(np.array(shape.level_shares) * shape.items).astype(np.int64))
    level = np.repeat(np.arange(len(counts)), counts)
    num = len(level)
    is_made = draw.random(num) < np.array(shape.made_shares)[level]
    plants = [
        np.sort(draw.choice(shape.sites, size=int(draw.integers(1, 4)), replace=False))
        if is_made[i]
        else np.zeros(0, int)
        for i in range(num)
    ]
    children: list[IntArray] = [np.zeros(0, np.int64)] * num
    first = np.concatenate([[0], np.cumsum(counts)])
    for i in np.flatnonzero(is_made).tolist():
        below = np.arange(first[level[i] + 1], num)
        weight = np.exp(-0.9 * (level[below] - level[i]))
        size = min(len(below), int(draw.integers(3, 9)))
        children[i] = np.sort(draw.choice(below, size=size, replace=False, p=weight / weight.sum()))
    _adopt(level, is_made, children, draw)
    qty = [draw.choice([1.0, 1.0, 1.0, 2.0, 2.0, 4.0], size=len(child)) for child in children]
    value, conversion = _values(level, is_made, children, qty, draw)
    uses: list[set[int]] = [set(map(int, plants[i])) for i in range(num)]
    for i in range(num):
        for child in children[i]:
            uses[child] |= set(map(int, plants[i]))
    return _Items(level, is_made, plants, children, qty, uses, value, conversion)


def _adopt(level: IntArray, is_made: BoolArray, children: list[IntArray], draw: np.random.Generator) -> None:
    """Every item below the ends gets a parent."""
    has_parent = np.zeros(len(level), dtype=bool)
    for child in children:
        has_parent[child] = True
    for i in np.flatnonzero(~has_parent & (level > 0)).tolist():
        parents = np.flatnonzero(is_made & (level < level[i]) & (level >= level[i] - 2))
        parent = int(draw.choice(parents))
        children[parent] = np.sort(np.append(children[parent], i))


def _values(
    level: IntArray, is_made: BoolArray, children: list[IntArray], qty: list[FloatArray], draw: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Standard cost of each item and the part of it that is conversion [USD]."""
    value = np.exp(draw.normal(4.5, 1.2, len(level)))
    conversion = np.zeros(len(level))
    for i in range(len(level) - 1, -1, -1):
        if is_made[i]:
            material = float((qty[i] * value[children[i]]).sum())
            conversion[i] = (0.06 + 0.10 * draw.random()) * material
            value[i] = material + conversion[i]
    return value, conversion


class _Sheet:
    """Rows of the network as they are written, item by item."""

    def __init__(self, shape: Shape, items: _Items, draw: np.random.Generator) -> None:
        self.shape, self.items, self.draw = shape, items, draw
        self.item_of: list[int] = []
        self.site_of: list[int] = []
        self.number: dict[tuple[int, int], int] = {}
        self.sink_number: dict[tuple[int, int], int] = {}
        self.into: list[int] = []
        self.lead: list[int] = []
        self.cost: list[float] = []
        self.center: list[int] = []
        self.hours: list[float] = []
        self.supplier: list[int] = []
        self.content: list[float] = []
        self.inputs: list[list[tuple[int, float]]] = []
        self.supplier_item: list[int] = []
        self.supplier_part: list[float] = []

    def network(self) -> WeeklyNetwork:
        """All rows as arrays."""
        self._buffers()
        wanted = self._demand()
        for item in range(len(self.items.level)):
            self._activities(item)
        order = np.argsort(np.array(self.into), kind="stable")
        return self._finished(wanted, order)

    def _buffers(self) -> None:
        """Ends first where they are wanted, then where they are made; other items where they are used."""
        draw, items = self.draw, self.items
        for item in range(len(items.level)):
            if items.level[item] == 0:
                sites = np.sort(draw.choice(self.shape.sites, size=int(draw.integers(1, 4)), replace=False))
                items.sinks.append(sites)
                for site in sites:
                    self.sink_number[item, int(site)] = self._add_buffer(item, int(site))
            for site in sorted(items.uses[item]):
                self.number[item, site] = self._add_buffer(item, site)

    def _add_buffer(self, item: int, site: int) -> int:
        self.item_of.append(item)
        self.site_of.append(site)
        return len(self.item_of) - 1

    def _demand(self) -> FloatArray:
        """Pieces wanted: each end in one to three waves at each of its places, flat-topped with a ramp."""
        draw, weeks = self.draw, self.shape.weeks
        wanted = np.zeros((len(self.item_of), weeks))
        for buffer in self.sink_number.values():
            for _ in range(int(draw.integers(1, 4))):
                start, length = int(draw.integers(weeks // 6, weeks * 2 // 3)), int(draw.integers(8, 1 + weeks // 2))
                rate = float(np.exp(draw.normal(2.0, 0.5)))
                wave = np.clip(np.arange(weeks) - start + 1, 0, 6) / 6 * rate
                wave[start + length :] = 0.0
                wanted[buffer] += np.round(wave)
        return wanted

    def _activities(self, item: int) -> None:
        for (i, site), buffer in ((key, self.sink_number[key]) for key in self._sinks(item)):
            for plant in self.items.plants[i]:
                self._move(self.number[i, int(plant)], buffer, int(plant), site)
        if self.items.is_made[item]:
            self._make(item)
        else:
            self._buy(item)

    def _sinks(self, item: int) -> list[tuple[int, int]]:
        if self.items.level[item] > 0:
            return []
        return [(item, int(site)) for site in self.items.sinks[item]]

    def _make(self, item: int) -> None:
        items, draw, shape = self.items, self.draw, self.shape
        lead, kind = int(draw.integers(1, 5)), int(draw.integers(shape.centers))
        hours = float(np.exp(draw.normal(-0.5, 0.6)))
        for site in sorted(items.uses[item]):
            buffer = self.number[item, site]
            if site in items.plants[item]:
                inputs = [
                    (self.number[int(c), site], float(q))
                    for c, q in zip(items.children[item], items.qty[item], strict=True)
                ]
                dear = items.conversion[item] * (1.0 + 0.3 * (site < shape.us_sites) + 0.1 * draw.random())
                content = dear if site < shape.us_sites else 0.0
                self._add(buffer, lead, dear, inputs, center=site * shape.centers + kind, hours=hours, content=content)
            for plant in items.plants[item][:2]:
                if plant != site and (site not in items.plants[item] or draw.random() < 0.6):
                    self._move(self.number[item, int(plant)], buffer, int(plant), site)

    def _buy(self, item: int) -> None:
        items, draw, shape = self.items, self.draw, self.shape
        num = int(draw.choice([2, 3, 3, 3]))
        parts = draw.dirichlet(np.full(num, 3.0))
        lead = int(np.clip(np.exp(draw.normal(2.2, 0.7)), 1, 42))
        for k in range(num):
            is_us = bool(draw.random() < 0.5)
            price = items.value[item] * (1.0 + 0.08 * k + 0.12 * is_us) * (0.97 + 0.06 * draw.random())
            late = int(np.clip(lead + draw.integers(-2, 5) * (k > 0), 1, 42))
            group = len(self.supplier_item)
            self.supplier_item.append(item)
            self.supplier_part.append(float(parts[k]))
            for site in sorted(items.uses[item]):
                here = site < shape.us_sites
                duty = 0.15 * (here and not is_us) + 0.04 * (not here)
                self._add(
                    self.number[item, site],
                    late,
                    price * (1.01 + duty),
                    [],
                    supplier=group,
                    content=price * (is_us and here),
                )
        sites = sorted(items.uses[item])
        for one, other in zip(sites[1:], sites[:-1], strict=True):
            if draw.random() < 0.9:
                self._move(self.number[item, one], self.number[item, other], one, other)

    def _move(self, origin: int, buffer: int, plant: int, site: int) -> None:
        us = self.shape.us_sites
        far = (plant < us) != (site < us)
        weeks = 1 if plant == site else (5 if far else 1 + abs(plant - site) % 2)
        share = 0.001 if plant == site else (0.05 if far else 0.01)
        self._add(buffer, weeks, share * self.items.value[self.item_of[buffer]], [(origin, 1.0)])

    def _add(
        self, buffer: int, lead: int, cost: float, inputs: list[tuple[int, float]], *,
        center: int = NONE, hours: float = 0.0, supplier: int = NONE, content: float = 0.0,
    ) -> None:  # fmt: skip
        self.into.append(buffer)
        self.lead.append(lead)
        self.cost.append(float(cost))
        self.inputs.append(inputs)
        self.center.append(center)
        self.hours.append(hours)
        self.supplier.append(supplier)
        self.content.append(float(content))

    def _finished(self, wanted: FloatArray, order: IntArray) -> WeeklyNetwork:
        shape, items = self.shape, self.items
        item_of = np.array(self.item_of)
        value = items.value[item_of]
        is_sink = np.zeros(len(item_of), dtype=bool)
        is_sink[list(self.sink_number.values())] = True
        rows = [self.inputs[a] for a in order]
        bare = WeeklyNetwork(
            num_weeks=shape.weeks, item_of=item_of, site_of=np.array(self.site_of),
            holding_usd=0.004 * value, stock=np.zeros(len(item_of)),
            late_usd=np.where(is_sink, 0.03 * value, 0.0), last_late_weeks=40.0, demand=wanted,
            into=np.array(self.into)[order], lead_weeks=np.array(self.lead)[order], cost_usd=np.array(self.cost)[order],
            center=np.array(self.center)[order], hours=np.array(self.hours)[order],
            supplier=np.array(self.supplier)[order], content_usd=np.array(self.content)[order],
            first_input=np.concatenate([[0], np.cumsum([len(row) for row in rows])]),
            input_of=np.array([b for row in rows for b, _ in row]),
            input_qty=np.array([q for row in rows for _, q in row]),
            center_hours=np.zeros((shape.sites * shape.centers, shape.weeks)),
            supplier_qty=np.zeros((len(self.supplier_item), shape.weeks)),
            content_row=np.zeros(shape.weeks, dtype=np.int64), content_target_usd=np.zeros(1), short_usd=np.zeros(1),
        )  # fmt: skip
        return self._limited(bare)

    def _limited(self, bare: WeeklyNetwork) -> WeeklyNetwork:
        """Stock, ceilings and content targets of the size of the need."""
        shape, draw, weeks = self.shape, self.draw, self.shape.weeks
        total = bare.demand.sum(axis=0)
        peak = float(np.sort(total)[-max(1, weeks // 8) :].mean() / total.mean())
        use = np.where(bare.unit == 1.0, 0.0, bare.unit) * peak
        ways = np.bincount(bare.into, minlength=bare.num_buffers)
        flow = use[bare.into] / ways[bare.into]
        load = np.bincount(np.maximum(bare.center, 0), weights=flow * bare.hours, minlength=len(bare.center_hours))
        ramp = np.minimum(1.0, 0.55 + 0.45 * np.arange(weeks) / (weeks / 2))
        room = np.exp(draw.normal(0.55, 0.25, len(load)))
        need = np.bincount(bare.item_of, weights=use, minlength=len(self.items.level))
        supplier_item = np.array(self.supplier_item)
        tight = draw.random(len(self.items.level)) < shape.tight_share
        slack = np.where(tight, 0.7 + 0.3 * draw.random(len(tight)), 1.5 + 2.0 * draw.random(len(tight)))
        limit = (need * slack)[supplier_item] * np.array(self.supplier_part)
        lead = np.full(bare.num_buffers, np.inf)
        np.minimum.at(lead, bare.into, bare.lead_weeks)
        cover = draw.uniform(0.7, 1.8, bare.num_buffers) * (lead + 2) * (bare.late_usd == 0)
        years = np.arange(weeks) // 52
        value = np.bincount(years, weights=bare.demand.T @ self.items.value[bare.item_of])
        target = shape.content_share * value * np.where(np.arange(len(value)) == 0, 0.7, 1.0)
        return replace(
            bare,
            stock=np.round(cover * use),
            center_hours=np.maximum(load, 1.0)[:, None] * room[:, None] * ramp,
            supplier_qty=np.round(limit[:, None] * np.minimum(1.0, 0.7 + 0.3 * np.arange(weeks) / (weeks / 2))),
            content_row=years,
            content_target_usd=np.asarray(target, dtype=np.float64),
            short_usd=np.full(len(value), shape.short_usd),
        )
