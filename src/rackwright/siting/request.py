"""Which slices of program, catalog, racks and sizing does siting use? Only `siting_request` sees the whole of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.horizon import Horizon
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Fact, PlanningRules, RackFrame, Switch
from rackwright.program.model import Program
from rackwright.program.platforms import Configuration, Platform
from rackwright.program.sites import Block, Hall, Site, Tranche
from rackwright.siting.estimate import NetworkSwitches, network_share
from rackwright.siting.orders import BlockOrder, Demand, HallSpace, PowerStep, SiteSupply, TrancheOrder, UnitSize
from rackwright.tables.racks import Racks
from rackwright.tables.sizing import Sizing

__all__ = ["SitingRequest", "siting_request", "usable_positions"]

WHOLE = 1e-9
"""Rounding dust that must not turn into one more rack."""


@dataclass(frozen=True)
class SitingRequest:
    """Everything siting depends on.

    Parameters
    ----------
    blocks, tranches
        In the order of the program; blocks share halls and power in this order.
    demands
        Racks by workload and platform over time, at the planning quantile.
    halls, supplies
        What buildings and sites offer.
    horizon_days
        Length of the planning window.
    power_margin_share
        Share of a site's energised power kept free.
    facts
        Catalog figures the estimates rest on.
    """

    blocks: tuple[BlockOrder, ...]
    tranches: tuple[TrancheOrder, ...]
    demands: tuple[Demand, ...]
    halls: tuple[HallSpace, ...]
    supplies: tuple[SiteSupply, ...]
    horizon_days: int
    power_margin_share: float
    facts: tuple[Fact, ...] = ()


def siting_request(program: Program, catalog: Catalog, racks: Racks, sizing: Sizing) -> SitingRequest:
    """Pick what siting needs.

    Raises
    ------
    InputError
        A block names a platform, configuration or part that does not exist; all problems at once.
    """
    rules = catalog.get(PlanningRules, "planning-rules")
    slices = _Slices(program, catalog, racks, rules)
    return SitingRequest(
        blocks=tuple(slices.block(block) for block in program.blocks),
        tranches=tuple(slices.tranche(tranche) for tranche in program.tranches),
        demands=_demands(program, racks, sizing),
        halls=tuple(_hall(hall, program.horizon, slices.plant_position_share) for hall in program.halls),
        supplies=tuple(_supply(site, program.horizon) for site in program.sites),
        horizon_days=program.horizon.num_days,
        power_margin_share=program.policy.power_margin_share,
        facts=tuple(fact for fact in (rules.network_rack_fill_share, rules.plant_position_share) if fact is not None),
    )


@dataclass(frozen=True)
class _Slices:
    """Reads blocks and tranches against platforms, rack types and switches."""

    program: Program
    catalog: Catalog
    racks: Racks
    rules: PlanningRules

    @property
    def plant_position_share(self) -> float:
        """Share of positions kept for plant."""
        return self.rules.plant_position_share.value if self.rules.plant_position_share else 0.0

    def platform(self, platform_id: str) -> Platform:
        """The platform with this id."""
        for platform in self.program.platforms:
            if platform.id == platform_id:
                return platform
        known = [platform.id for platform in self.program.platforms]
        raise _unknown("platforms", platform_id, known)

    def block(self, block: Block) -> BlockOrder:
        """A block with the size of its unit."""
        platform = self.platform(block.platform)
        own = [self._configuration(t.configuration) for t in self.program.tranches if t.block == block.id]
        default = own[-1] if own else platform.configurations[-1]
        return BlockOrder(
            block=block.id,
            site=block.site,
            platform=block.platform,
            halls=block.halls,
            workloads=block.workloads,
            units=None if block.units == "auto" else block.units,
            max_units=block.max_units,
            size=self._unit_size(platform, own or [default]),
            configuration=default.id,
            accept_days=self._accept_days(default.accept_days),
        )

    def tranche(self, tranche: Tranche) -> TrancheOrder:
        """A tranche with its days."""
        configuration = self._configuration(tranche.configuration)
        return TrancheOrder(
            tranche=tranche.id,
            block=tranche.block,
            configuration=tranche.configuration,
            units=None if tranche.units == "rest" else tranche.units,
            need_day=self.program.horizon.day(tranche.need_by),
            state=tranche.state,
            accepted_racks=tranche.accepted_racks,
            accept_days=self._accept_days(tranche.acceptance or configuration.accept_days),
        )

    def _accept_days(self, estimate: Estimate) -> int:
        return math.ceil(estimate.at(self.program.policy.ready_at) - WHOLE)

    def _configuration(self, sku: str) -> Configuration:
        every = {c.id: c for platform in self.program.platforms for c in platform.configurations}
        if sku not in every:
            raise _unknown("configurations", sku, list(every))
        return every[sku]

    def _unit_size(self, platform: Platform, configurations: list[Configuration]) -> UnitSize:
        """Size of one unit with the heaviest of the block's configurations."""
        peak_w = max(_rack_type(self.racks, c.id).peak_w for c in configurations)
        share = network_share(self._networks(platform, configurations[-1].id))
        frame = self.catalog.get(RackFrame, platform.fabric.network_frame)
        fill_share = self.rules.network_rack_fill_share.value if self.rules.network_rack_fill_share else 1.0
        height_u = (frame.height_u.value if frame.height_u else 0.0) * fill_share
        return UnitSize(
            racks=platform.fabric.unit_racks,
            network_racks=share.height_u / height_u if height_u else 0.0,
            it_w=math.ceil(platform.fabric.unit_racks * peak_w + share.power_w),
        )

    def _networks(self, platform: Platform, sku: str) -> tuple[NetworkSwitches, ...]:
        target = platform.fabric
        tiers = {
            "scale-out": (target.leaf, target.spine, target.core or target.spine, target.oversubscription),
            "storage": (target.storage, target.storage, "", 1.0),
            "in-band": (target.in_band or target.storage, target.in_band or target.storage, "", 1.0),
            "out-of-band": (target.out_of_band, "", "", 1.0),
        }
        found = []
        for network, (leaf, spine, core, oversubscription) in tiers.items():
            ports = self.racks.ports.frame.filter((pl.col("type") == sku) & (pl.col("network") == network))
            gbit_s = float(ports["gbit_s"].sum()) * target.unit_racks
            if leaf and gbit_s:
                switches = [self.catalog.get(Switch, part) if part else None for part in (spine, core)]
                first = self.catalog.get(Switch, leaf)
                found.append(NetworkSwitches(gbit_s, first, switches[0], switches[1], oversubscription))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _RackType:
    accels: int
    peak_w: float


def _rack_type(racks: Racks, sku: str) -> _RackType:
    skus = racks.types["type"].to_list()
    if sku not in skus:
        raise _unknown("racks", sku, skus)
    row = skus.index(sku)
    return _RackType(int(racks.types["accels"][row]), float(racks.types["peak_w"][row]))


def _unknown(table: str, name: str, known: list[str]) -> InputError:
    problem = Problem("unknown-reference", Place(path=table), f'"{name}" is not in {table}.', did_you_mean(name, known))
    return InputError([problem])


def _hall(hall: Hall, horizon: Horizon, plant_position_share: float) -> HallSpace:
    usable = usable_positions(hall)
    return HallSpace(
        hall=hall.id,
        site=hall.site,
        positions=usable - math.ceil(usable * plant_position_share - WHOLE),
        it_w=math.floor(hall.it_w),
        ready_day=horizon.day(hall.ready),
        gate=hall.gate,
    )


def usable_positions(hall: Hall) -> int:
    """Rack positions of a hall without its keep-outs (`row/position` or `row/from-to`, counted from 1)."""
    kept: set[tuple[int, int]] = set()
    for text in hall.keep_out:
        row, _, span = text.partition("/")
        first, _, last = span.partition("-")
        kept |= {(int(row), position) for position in range(int(first), int(last or first) + 1)}
    inside = [(r, p) for r, p in kept if 1 <= r <= hall.rows and 1 <= p <= hall.positions_per_row]
    return hall.rows * hall.positions_per_row - len(inside)


def _supply(site: Site, horizon: Horizon) -> SiteSupply:
    """Power steps as IT power: facility and grid power are divided by the planning PUE."""
    steps = (
        PowerStep(
            kind=step.kind,
            it_w=math.floor(step.power_w / (1.0 if step.point == "it" else site.planning_pue)),
            day=horizon.day(step.date),
            gate=step.gate,
        )
        for step in site.energisation
    )
    return SiteSupply(site.id, tuple(steps))


def _demands(program: Program, racks: Racks, sizing: Sizing) -> tuple[Demand, ...]:
    """Racks over time by workload and platform, from sizing's needs and the program's requirements."""
    sized = _sized_demands(program, racks, sizing)
    asked = [
        Demand(r.id, r.platform, (program.horizon.day(r.need_by),), (r.racks,), is_gang=False, min_racks=1)
        for r in program.requirements
    ]
    return tuple(sorted([*sized, *asked], key=lambda demand: (demand.workload, demand.platform)))


def _sized_demands(program: Program, racks: Racks, sizing: Sizing) -> list[Demand]:
    gangs = {run.id for run in program.training}
    last_sku = {platform.id: platform.configurations[-1].id for platform in program.platforms}
    min_racks = {(w, p): n for w, p, n in sizing.rates.frame.select("workload", "platform", "min_racks").iter_rows()}
    found = []
    for (workload, platform), rows in sizing.needs.frame.group_by(["workload", "platform"], maintain_order=True):
        per_rack = _rack_type(racks, last_sku[str(platform)]).accels
        counts = []
        for p10, p50, p90 in rows.select("accels_p10", "accels_p50", "accels_p90").iter_rows():
            accels = Estimate(p50, min(p10, p50), max(p90, p50)).at(program.policy.size_at)
            counts.append(math.ceil(accels / per_rack - WHOLE))
        key = (str(workload), str(platform))
        days = tuple(int(day) for day in rows["day"])
        found.append(Demand(*key, days, tuple(counts), is_gang=key[0] in gangs, min_racks=int(min_racks.get(key, 1))))
    return found
