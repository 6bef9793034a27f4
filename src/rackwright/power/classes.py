"""What is one element of each kind rated at, how much does it lose, and which catalog part is it?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from rackwright.catalog.narrow import figure
from rackwright.catalog.parts import Breaker, Busway, FacilityRules, PowerShelf
from rackwright.power.electrics import three_phase_w
from rackwright.power.feeders import Feeder, design_feeders
from rackwright.power.redundancy import scheme_named

if TYPE_CHECKING:
    from rackwright.power.request import SiteChain

__all__ = ["ChainClasses", "ElementClass", "chain_classes"]


@dataclass(frozen=True, slots=True)
class ElementClass:
    """All elements of a kind at a site are alike.

    Parameters
    ----------
    kind, part
        Kind as in the table of elements, and catalog part.
    rating_w
        Rating at the planning power factor [W].
    efficiency_share
        Power out over power in.
    is_rated_at_input
        True where the rating holds at the feeding end (busway, tap), False where it holds at the output.
    """

    kind: str
    part: str
    rating_w: float
    efficiency_share: float = 1.0
    is_rated_at_input: bool = False

    @property
    def load_per_output(self) -> float:
        """Load held against the rating per W delivered."""
        return 1.0 / self.efficiency_share if self.is_rated_at_input else 1.0


@dataclass(frozen=True)
class ChainClasses:
    """Classes of a site from grid to rack, with the continuous loading limit."""

    loading_share: float
    hv_transformer: ElementClass
    mv_switchgear: ElementClass
    unit_substation: ElementClass
    lv_switchgear: ElementClass
    ups: ElementClass | None
    generator: ElementClass | None
    busway: ElementClass
    tap: ElementClass | None
    ats: ElementClass | None = None
    sts: ElementClass | None = None
    side_rack: ElementClass | None = None
    unit_feeder: ElementClass | None = None
    generator_feeder: ElementClass | None = None
    ups_feeder: ElementClass | None = None
    busway_feeder: ElementClass | None = None

    def limit_w(self, *classes: ElementClass | None) -> float:
        """Power that passes the weakest of some classes without going above the continuous loading limit."""
        return self.loading_share * min(each.rating_w for each in classes if each is not None)

    @cached_property
    def lineup_limit_w(self) -> float:
        """Power of one line-up: unit substation, board and generator are matched."""
        return self.limit_w(self.unit_substation, self.lv_switchgear, self.generator, self.ats)

    def board_limit_w(self, *, has_transfer: bool) -> float:
        """Power of one medium-voltage board; half of a transformer's where boards transfer to what others have left."""
        transformer_w = self.limit_w(self.hv_transformer) / (2.0 if has_transfer else 1.0)
        return min(self.limit_w(self.mv_switchgear), transformer_w)

    @cached_property
    def rack_efficiency_share(self) -> float:
        """Power at the rack over power at the feeding end of its busway's feeder."""
        return self.hall_efficiency_share * (self.busway_feeder.efficiency_share if self.busway_feeder else 1.0)

    @cached_property
    def hall_efficiency_share(self) -> float:
        """Power at the rack over power into its busway or switch: what is lost of it heats the hall."""
        efficiency = self.busway.efficiency_share
        for each in (self.tap, self.side_rack, self.sts):
            efficiency *= each.efficiency_share if each else 1.0
        return efficiency

    @cached_property
    def side_rack_limit_w(self) -> float:
        """Power of the racks on one side rack: what it and the tap before it carry."""
        if self.side_rack is None:
            return math.inf
        own_w = self.limit_w(self.side_rack)
        if self.tap is None:
            return own_w
        return min(own_w, self.limit_w(self.tap) * self.tap.efficiency_share * self.side_rack.efficiency_share)

    @cached_property
    def lineup_efficiency_share(self) -> float:
        """Power out of the low-voltage board over power at medium voltage."""
        before = 1.0
        for each in (self.ats, self.unit_feeder):
            before *= each.efficiency_share if each else 1.0
        return self.lv_switchgear.efficiency_share * before * self.unit_substation.efficiency_share

    @cached_property
    def ups_efficiency_share(self) -> float:
        """Power out of the UPS over power into its feeder; 1 without UPS."""
        feeder = self.ups_feeder.efficiency_share if self.ups_feeder else 1.0
        return self.ups.efficiency_share * feeder if self.ups else 1.0

    @cached_property
    def upper_efficiency_share(self) -> float:
        """Power at the low-voltage board over power at the grid."""
        return self.lineup_efficiency_share * self.mv_switchgear.efficiency_share * self.hv_transformer.efficiency_share

    def __iter__(self) -> Iterator[ElementClass]:
        every = (
            self.hv_transformer,
            self.mv_switchgear,
            self.unit_substation,
            self.lv_switchgear,
            self.ups,
            self.generator,
            self.busway,
            self.tap,
            self.ats,
            self.sts,
            self.side_rack,
            self.unit_feeder,
            self.generator_feeder,
            self.ups_feeder,
            self.busway_feeder,
        )
        return (each for each in every if each is not None)


def chain_classes(chain: SiteChain, rules: FacilityRules) -> ChainClasses:
    """Ratings of a site's parts in W at the planning power factor; boards and busways at the voltage they stand on.

    Parts without a stated efficiency (switchgear) are taken as lossless; feeders lose what their longest one does at
    the continuous limit.
    """
    parts, factor = chain.parts, figure(rules.power_factor)
    has_reserve = scheme_named(chain.scheme).form == "reserve"
    hv, unit, ups, standby = parts.hv_transformer, parts.unit_substation, parts.ups, parts.generator
    medium_v, low_v = figure(hv.secondary_v), figure(unit.secondary_v)
    board_w = three_phase_w(medium_v, figure(parts.mv_switchgear.rating_a), factor)
    switch_w = three_phase_w(low_v, figure(parts.lv_switchgear.rating_a), factor)
    feeders = {each.kind: _feeder(each, chain.loading_share) for each in design_feeders(chain, factor)}
    hv_w, unit_w = figure(hv.rating_va) * factor, figure(unit.rating_va) * factor
    return ChainClasses(
        loading_share=chain.loading_share,
        hv_transformer=ElementClass("hv-transformer", hv.id, hv_w, figure(hv.efficiency_share)),
        mv_switchgear=ElementClass("mv-switchgear", parts.mv_switchgear.id, board_w),
        unit_substation=ElementClass("unit-substation", unit.id, unit_w, figure(unit.efficiency_share)),
        lv_switchgear=ElementClass("lv-switchgear", parts.lv_switchgear.id, switch_w),
        ups=ElementClass("ups", ups.id, figure(ups.rating_w), figure(ups.efficiency_share)) if ups else None,
        generator=ElementClass("generator", standby.id, figure(standby.rating_w)) if standby else None,
        busway=_duct("busway", parts.busway, low_v, factor),
        tap=_duct("tap", parts.tap, low_v, factor) if parts.tap else None,
        ats=_switch("ats", parts.ats, low_v, factor) if parts.ats and standby else None,
        sts=_switch("sts", parts.sts, low_v, factor) if parts.sts and has_reserve else None,
        side_rack=_shelf("side-rack", parts.side_rack) if parts.side_rack else None,
        unit_feeder=feeders.get("unit-feeder"),
        generator_feeder=feeders.get("generator-feeder"),
        ups_feeder=feeders.get("ups-feeder"),
        busway_feeder=feeders.get("busway-feeder"),
    )


def _feeder(each: Feeder, loading_share: float) -> ElementClass:
    efficiency = 1.0 - each.loss_share(loading_share * each.design_a)
    return ElementClass(each.kind, each.conductor.id, each.rating_w, efficiency, is_rated_at_input=True)


def _duct(kind: str, part: Busway, voltage_v: float, factor: float) -> ElementClass:
    rating_w = three_phase_w(voltage_v, figure(part.rating_a), factor)
    efficiency = part.efficiency_share.value if part.efficiency_share is not None else 1.0
    return ElementClass(kind, part.id, rating_w, efficiency, is_rated_at_input=True)


def _switch(kind: str, part: Breaker, voltage_v: float, factor: float) -> ElementClass:
    rating_w = three_phase_w(voltage_v, figure(part.rating_a), factor)
    efficiency = part.efficiency_share.value if part.efficiency_share is not None else 1.0
    return ElementClass(kind, part.id, rating_w, efficiency)


def _shelf(kind: str, part: PowerShelf) -> ElementClass:
    efficiency = part.efficiency_share.value if part.efficiency_share is not None else 1.0
    return ElementClass(kind, part.id, figure(part.rating_w), efficiency)
