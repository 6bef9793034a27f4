"""Which slices of program, catalog, racks and sizing does siting use? Only `siting_request` sees the whole of them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.horizon import Horizon
from rackwright.base.loops import LoopRule, coolant_flow_lpm
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Cdu, FacilityRules, Fact, PlanningRules, PowerShelf, RackFrame, Switch
from rackwright.program.model import Program
from rackwright.program.platforms import Configuration, FacilityNeeds, Platform
from rackwright.program.sites import Block, Hall, Site, Tranche
from rackwright.siting.estimate import NetworkSwitches, network_share
from rackwright.siting.orders import (
    FROZEN_STATES,
    BlockOrder,
    Demand,
    HallLimit,
    HallSpace,
    PowerStep,
    RackSize,
    SiteSupply,
    TrancheOrder,
    UnitSize,
)
from rackwright.tables.incumbent import Incumbent
from rackwright.tables.layout import HallFits
from rackwright.tables.racks import Racks
from rackwright.tables.sizing import Sizing

__all__ = ["SitingRequest", "free_runs", "siting_request", "usable_positions"]

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
    start
        Date of day 0.
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
    start: dt.date
    facts: tuple[Fact, ...] = ()


def siting_request(
    program: Program,
    catalog: Catalog,
    racks: Racks,
    sizing: Sizing,
    *,
    fits: HallFits | None = None,
    incumbent: Incumbent | None = None,
) -> SitingRequest:
    """Pick what siting needs.

    Parameters
    ----------
    program, catalog, racks, sizing
        What is wanted, and how large a unit is.
    fits
        Units for which an earlier layout of the same program found places; None where there was none.
    incumbent
        Earlier plan whose released tranches keep their units.

    Raises
    ------
    InputError
        A block names a platform, configuration or part that does not exist; all problems at once.
    """
    rules = catalog.get(PlanningRules, "planning-rules")
    slices = _Slices(program, catalog, racks, rules, fits or HallFits.empty(), incumbent)
    return SitingRequest(
        blocks=tuple(slices.block(block) for block in program.blocks),
        tranches=tuple(slices.tranche(tranche) for tranche in program.tranches),
        demands=_demands(program, racks, sizing),
        halls=tuple(slices.hall(hall) for hall in program.halls),
        supplies=tuple(_supply(site, program.horizon) for site in program.sites),
        horizon_days=program.horizon.num_days,
        power_margin_share=program.policy.power_margin_share,
        start=program.horizon.start,
        facts=slices.facts(),
    )


@dataclass(frozen=True)
class _Slices:
    """Reads blocks and tranches against platforms, rack types and switches."""

    program: Program
    catalog: Catalog
    racks: Racks
    rules: PlanningRules
    fits: HallFits
    incumbent: Incumbent | None

    def facts(self) -> tuple[Fact, ...]:
        """Catalog figures the counts rest on."""
        cdus = {hall.cooling.cdu for hall in self.program.halls}
        rated = [fact for name in sorted(cdus) for fact in _rated(self.catalog.get(Cdu, name))]
        water = self._water()
        every = (self.rules.network_rack_fill_share, self.rules.plant_position_share, *rated, *(water or ()))
        return tuple(fact for fact in every if fact is not None)

    def hall(self, hall: Hall) -> HallSpace:
        """A hall with its rows; CDUs are counted by loops, or where they have no rating by the share for plant."""
        loops = self._loops(hall)
        usable = usable_positions(hall)
        share = self.rules.plant_position_share.value if self.rules.plant_position_share and loops is None else 0.0
        return HallSpace(
            hall=hall.id,
            site=hall.site,
            positions=usable - math.ceil(usable * share - WHOLE),
            it_w=math.floor(hall.it_w),
            ready_day=self.program.horizon.day(hall.ready),
            gate=hall.gate,
            rows=free_runs(hall),
            row_w=hall.row_w,
            row_air_w=hall.row_air_w,
            flow_lpm=hall.flow_lpm,
            loops=loops,
        )

    def _loops(self, hall: Hall) -> LoopRule | None:
        cdu = self.catalog.get(Cdu, hall.cooling.cdu)
        if cdu.rating_w is None or cdu.rating_w.value <= 0:
            return None
        return LoopRule(
            racks_per_loop=hall.cooling.racks_per_loop,
            rated_w=cdu.rating_w.value,
            rated_lpm=cdu.flow_lpm.value if cdu.flow_lpm else None,
            spare_units=hall.cooling.spare_units,
        )

    def _water(self) -> tuple[Fact, Fact] | None:
        """Density and heat capacity of the coolant."""
        rules = next(iter(self.catalog.all(FacilityRules)), None)
        if rules is None or rules.coolant_kg_m3 is None or rules.coolant_j_kg_k is None:
            return None
        return rules.coolant_kg_m3, rules.coolant_j_kg_k

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
            limits=self._limits(block.id),
        )

    def _limits(self, block: str) -> tuple[HallLimit, ...]:
        rows = self.fits.frame.filter((pl.col("block") == block) & (pl.col("fits_units") < pl.col("units")))
        return tuple(HallLimit(*row) for row in rows.select("hall", "fits_units").iter_rows())

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
            first_unit=self._held_unit(tranche),
        )

    def _held_unit(self, tranche: Tranche) -> int | None:
        """First unit of a released tranche in the earlier plan."""
        if self.incumbent is None or tranche.state not in FROZEN_STATES:
            return None
        rows = self.incumbent.siting.tranches.frame.filter(tranche=tranche.id, block=tranche.block)
        return int(rows["first_unit"][0]) if rows.height else None

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
            network_racks=share.leaf_height_u / height_u if height_u else 0.0,
            it_w=math.ceil(platform.fabric.unit_racks * peak_w + share.power_w),
            rack=self._rack_size(platform, configurations),
        )

    def _rack_size(self, platform: Platform, configurations: list[Configuration]) -> RackSize:
        """The largest rack of the block's configurations, property by property."""
        types = [_rack_type(self.racks, c.id) for c in configurations]
        liquid_w = max(kind.peak_w * kind.liquid_share for kind in types)
        return RackSize(
            width=1 + max(self._side_racks(c.id) for c in configurations),
            peak_w=max(kind.peak_w for kind in types),
            liquid_w=liquid_w,
            flow_lpm=self._flow_lpm(platform.facility, liquid_w),
        )

    def _side_racks(self, sku: str) -> int:
        """DC side racks that stand beside a rack."""
        rows = self.racks.internal.frame.filter(pl.col("type") == sku).select("part", "count")
        parts = ((self.catalog.find(part), count) for part, count in rows.iter_rows())
        return sum(count for part, count in parts if isinstance(part, PowerShelf) and part.role == "side-rack")

    def _flow_lpm(self, need: FacilityNeeds, liquid_w: float) -> float:
        water = self._water()
        if need.flow_lpm is not None or water is None or liquid_w <= 0:
            return need.flow_lpm or 0.0
        return coolant_flow_lpm(liquid_w, need.rise_k, kg_m3=water[0].value, j_kg_k=water[1].value)

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
    liquid_share: float


def _rated(cdu: Cdu) -> tuple[Fact | None, Fact | None]:
    return cdu.rating_w, cdu.flow_lpm


def _rack_type(racks: Racks, sku: str) -> _RackType:
    skus = racks.types["type"].to_list()
    if sku not in skus:
        raise _unknown("racks", sku, skus)
    row = skus.index(sku)
    columns = racks.types.frame
    return _RackType(columns["accels"][row], columns["peak_w"][row], columns["liquid_share"][row])


def _unknown(table: str, name: str, known: list[str]) -> InputError:
    problem = Problem("unknown-reference", Place(path=table), f'"{name}" is not in {table}.', did_you_mean(name, known))
    return InputError([problem])


def usable_positions(hall: Hall) -> int:
    """Rack positions of a hall without its keep-outs (`row/position` or `row/from-to`, counted from 1)."""
    return sum(sum(runs) for runs in free_runs(hall))


def free_runs(hall: Hall) -> tuple[tuple[int, ...], ...]:
    """Lengths of the runs of positions between keep-outs, row by row."""
    kept: set[tuple[int, int]] = set()
    for text in hall.keep_out:
        row, _, span = text.partition("/")
        first, _, last = span.partition("-")
        kept |= {(int(row), position) for position in range(int(first), int(last or first) + 1)}
    return tuple(_runs(hall, row, kept) for row in range(1, hall.rows + 1))


def _runs(hall: Hall, row: int, kept: set[tuple[int, int]]) -> tuple[int, ...]:
    line = "".join("x" if (row, place) in kept else " " for place in range(1, hall.positions_per_row + 1))
    return tuple(len(run) for run in line.split("x") if run)


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
    gangs = {run.id: run.campuses for run in program.training}
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
        fewest, parts = int(min_racks.get(key, 1)), gangs.get(key[0], 1)
        found.append(Demand(*key, days, tuple(counts), is_gang=key[0] in gangs, min_racks=fewest, parts=parts))
    return found
