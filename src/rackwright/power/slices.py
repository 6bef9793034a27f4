"""Which slices of program, catalog, layout and cooling does power use? Only `power_request` sees the whole of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np
import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import CableTermination, Conductor, Derating, ElectricRules, MvCable
from rackwright.catalog.narrow import figure, require_facts, technical
from rackwright.catalog.parts import (
    Breaker,
    Busway,
    FacilityRules,
    Generator,
    Part,
    PowerShelf,
    RackFrame,
    Switchgear,
    Transformer,
    Ups,
)
from rackwright.power.deadlines import equipment_gates, procured_parts
from rackwright.power.grid_frequency import grid_frequency_hz
from rackwright.power.market import market_parts, offered_terms
from rackwright.power.request import (
    Alternatives,
    ChainParts,
    CoolingGroup,
    EnergisedStep,
    HallService,
    LvPlan,
    MvPlan,
    OnSite,
    PartTerms,
    PowerRequest,
    RackParts,
    SiteChain,
)
from rackwright.power.site_jobs import site_jobs
from rackwright.power.smoothing import Bought
from rackwright.power.transients import Band, UtilitySpec
from rackwright.program.model import Program
from rackwright.program.sites import Hall, PowerChain, Site, Smoothing
from rackwright.tables.cooling import Cooling
from rackwright.tables.layout import Layout
from rackwright.tables.racks import Racks
from rackwright.tables.sizing import Sizing

__all__ = ["power_request"]

VA_PER_MVA = 1e6
CONDUCTOR_FACTS = ("resistance_ohm", "reactance_ohm", "column_c", "ambient_c")
FEEDER_RULES = (
    "lv_grouping_share",
    "lv_conductors",
    "continuous_ratio",
    "generator_conductor_ratio",
    "lv_drop_share",
    "lv_total_drop_share",
    "room_c",
)
EARTH_RULES = ("mv_zero_ratio", "earth_pickup_share", "earth_pickup_least_a", "earth_margin_ratio")
STORAGE = ("capacitor", "battery", "bess")


def power_request(
    program: Program,
    catalog: Catalog,
    layout: Layout,
    cooling: Cooling,
    sizing: Sizing | None = None,
    *,
    racks: Racks | None = None,
) -> PowerRequest:
    """Pick what power needs; without sizing no job swings but as the catalog's rules say, without racks none is opened.

    Raises
    ------
    InputError
        A part is not in the catalog, or a site allows no load at all.
    """
    idle = [site.id for site in program.sites if site.power.loading_share <= 0.0]
    if idle:
        rule, repair = "a continuous loading limit of 0 carries no load.", "Give a share above 0, such as 80 %."
        raise InputError(
            [Problem("bad-share", Place(path=f"sites[{site}].power.planning_loading"), rule, repair) for site in idle]
        )
    services = {hall.id: _service(hall, cooling) for hall in program.halls}
    sites = tuple(
        _site_chain(site, tuple(services[hall.id] for hall in program.halls if hall.site == site.id), program, catalog)
        for site in program.sites
    )
    if sizing is not None:
        jobs = site_jobs(program, catalog, layout, sizing)
        sites = tuple(
            dataclasses.replace(site, jobs=tuple(job for job in jobs if job.site == site.site)) for site in sites
        )
    sites = tuple(dataclasses.replace(site, cooling=_cooling_groups(site, cooling)) for site in sites)
    rules = catalog.get(FacilityRules, "facility-rules")
    electric = catalog.get(ElectricRules, "electric-rules")
    market = market_parts(catalog, offered_terms(program))
    return PowerRequest(
        sites=sites,
        racks=layout.racks,
        rules=rules,
        alternatives=_alternatives(catalog),
        electric=electric,
        deratings=catalog.all(Derating),
        market=market,
        rack_parts=_rack_parts(racks, layout, catalog) if racks is not None else (),
    )


def _cooling_groups(site: SiteChain, cooling: Cooling) -> tuple[CoolingGroup, ...]:
    """Units of the site's halls by role and part, in order of both."""
    own = cooling.units.frame.filter(pl.col("hall").is_in([hall.hall for hall in site.halls]))
    groups = own.group_by("role", "part").agg(pl.len(), pl.col("rated_w").first()).sort("role", "part")
    return tuple(CoolingGroup(*row) for row in groups.iter_rows())


def _rack_parts(racks: Racks, layout: Layout, catalog: Catalog) -> tuple[RackParts, ...]:
    """Frame and shelves of each compute type on the floor."""
    placed = set(layout.racks.frame.filter(pl.col("role") == "compute")["type"].to_list())
    own = racks.types.frame.filter(pl.col("type").is_in(sorted(placed))).sort("type")
    found = []
    for kind, enclosure, height_u, used_u in own.select("type", "enclosure", "height_u", "used_u").iter_rows():
        slots = racks.slots.frame.filter(pl.col("type") == kind).group_by("part").len().sort("part")
        parts = ((catalog.find(part), count) for part, count in slots.iter_rows() if part)
        shelves = tuple((technical(part), int(count)) for part, count in parts if isinstance(part, PowerShelf))
        found.append(RackParts(kind, technical(catalog.get(RackFrame, enclosure)), shelves, height_u - used_u))
    return tuple(found)


def _site_chain(site: Site, halls: tuple[HallService, ...], program: Program, catalog: Catalog) -> SiteChain:
    parts = _parts(site.power, catalog)
    in_service = (unit for unit in site.generation if program.horizon.day(unit.date) < program.horizon.num_days)
    return SiteChain(
        site=site.id,
        scheme=site.power.scheme,
        parts=parts,
        cooling_on_ups=site.power.cooling_on_ups,
        loading_share=site.power.loading_share,
        utility_v=site.utility.voltage_v,
        energised=_energised(site, program),
        planning_pue=site.planning_pue,
        water_limit_l_per_day=site.water_l_per_day,
        on_site=tuple(OnSite(technical(catalog.get(Generator, unit.part)), unit.count) for unit in in_service),
        halls=halls,
        fault_va=site.utility.fault_mva * VA_PER_MVA if site.utility.fault_mva is not None else None,
        terms=_terms(site, parts, catalog, offered_terms(program)),
        mv=_mv_plan(site.power, catalog),
        lv=_lv_plan(site, catalog),
        gates=equipment_gates(site, program),
        procured=procured_parts(site, program),
        on_site_spares=site.power.on_site_spares,
        frequency_hz=grid_frequency_hz(site, catalog),
        utility=_utility(site),
        outdoor_c=site.climate.design_dry_bulb_c,
        altitude_m=site.climate.altitude_m,
        ride_through_s=_ride_through_s(site, catalog),
        storage=_storage(catalog),
        smoothing=tuple(_bought(line, catalog) for line in site.smoothing),
        energy_usd_per_mwh=site.energy_usd_per_mwh or program.policy.energy_usd_per_mwh,
    )


def _ride_through_s(site: Site, catalog: Catalog) -> float | None:
    """What the utility asks; else what the catalog's rules say."""
    if site.utility.ride_through_s is not None:
        return site.utility.ride_through_s
    stated = catalog.get(ElectricRules, "electric-rules").low_voltage_ride_through_s
    return stated.value if stated is not None else None


def _utility(site: Site) -> UtilitySpec:
    utility = site.utility
    bands = tuple(Band(band.low_hz, band.high_hz, band.amplitude_w) for band in utility.bands)
    return UtilitySpec(utility.ramp_w_s, utility.ramp_window_s, utility.swing_w, utility.step_w, bands)


def _bought(line: Smoothing, catalog: Catalog) -> Bought:
    """A line of the program with the power and energy of its storage."""
    if not line.part:
        return Bought(line.against, cap_w=line.cap_w or 0.0, burn_w=line.burn_w or 0.0)
    part = technical(catalog.get(PowerShelf, line.part))
    power_w = line.count * figure(part.rating_w)
    return Bought(line.against, line.part, line.count, power_w, power_w * figure(part.ride_through_s))


def _storage(catalog: Catalog) -> tuple[PowerShelf, ...]:
    """Storage with a time at its rating, smallest first."""
    held = [part for part in catalog.all(PowerShelf) if part.role in STORAGE and part.ride_through_s is not None]
    return tuple(technical(part) for part in sorted(held, key=lambda part: (figure(part.rating_w), part.id)))


def _mv_plan(chain: PowerChain, catalog: Catalog) -> MvPlan | None:
    """Cables and lengths, the program's before the catalog's; None where the catalog has no cable for the voltage."""
    medium_v = figure(catalog.get(Transformer, chain.hv_transformer).secondary_v)
    named = (catalog.get(MvCable, chain.mv_cable),) if chain.mv_cable else catalog.all(MvCable)
    cables = tuple(technical(cable) for cable in named if chain.mv_cable or figure(cable.voltage_v) >= medium_v)
    rules = catalog.get(ElectricRules, "electric-rules")
    feeder_m = chain.mv_feeder_m if chain.mv_feeder_m is not None else figure(rules.mv_feeder_m)
    segment_m = chain.mv_segment_m if chain.mv_segment_m is not None else figure(rules.mv_segment_m)
    kits = sorted(catalog.all(CableTermination), key=lambda kit: (figure(kit.voltage_v), kit.id))
    kit = next((technical(kit) for kit in kits if figure(kit.voltage_v) >= medium_v), None)
    if rules.mv_earth_current_a is not None or chain.mv_earth_current_a is not None:
        require_facts([(rules, EARTH_RULES)])
    stated_a = rules.mv_earth_current_a.value if rules.mv_earth_current_a is not None else None
    return (
        MvPlan(
            cables=cables,
            feeder_m=feeder_m,
            segment_m=segment_m,
            units_per_ring=chain.units_per_ring,
            termination=kit,
            earthing=chain.mv_earthing,
            earth_current_a=chain.mv_earth_current_a or stated_a,
        )
        if cables
        else None
    )


def _lv_plan(site: Site, catalog: Catalog) -> LvPlan | None:
    """Conductors and lengths, the program's before the catalog's; None where the catalog states no lengths."""
    chain, rules = site.power, catalog.get(ElectricRules, "electric-rules")
    conductors = _conductors(chain, catalog)
    stated = (rules.lv_transformer_m, rules.lv_generator_m, rules.lv_ups_m, rules.lv_busway_m)
    own = (chain.lv_transformer_m, chain.lv_generator_m, chain.lv_ups_m, chain.lv_busway_m)
    lengths_m = [
        length if length is not None else fact and fact.value for length, fact in zip(own, stated, strict=True)
    ]
    if not conductors or any(length_m is None for length_m in lengths_m):
        return None
    require_facts([(rules, FEEDER_RULES)])
    transformer_m, generator_m, ups_m, busway_m = (length_m or 0.0 for length_m in lengths_m)
    return LvPlan(
        conductors=conductors,
        transformer_m=transformer_m,
        generator_m=generator_m,
        ups_m=ups_m,
        busway_m=busway_m,
        grouping_share=figure(rules.lv_grouping_share),
        continuous_ratio=figure(rules.continuous_ratio),
        generator_ratio=figure(rules.generator_conductor_ratio),
        drop_share=figure(rules.lv_drop_share),
        room_c=figure(rules.room_c),
        outdoor_c=site.climate.design_dry_bulb_c,
        conductors_per_set=round(figure(rules.lv_conductors)),
    )


def _conductors(chain: PowerChain, catalog: Catalog) -> tuple[Conductor, ...]:
    """The conductor named, which must have every figure; else those of the site's code that have them."""
    if chain.lv_conductor:
        named = catalog.get(Conductor, chain.lv_conductor)
        require_facts([(named, CONDUCTOR_FACTS)])
        return (technical(named),)
    own = (each for each in catalog.all(Conductor) if each.code == chain.cable_code)
    return tuple(technical(each) for each in own if all(getattr(each, name) is not None for name in CONDUCTOR_FACTS))


def _terms(site: Site, parts: ChainParts, catalog: Catalog, offered: Mapping[str, PartTerms]) -> tuple[PartTerms, ...]:
    """Price and lead time of the parts of a chain, of on-site generation, and of the unit substations it may take.

    What the program's own offers say comes first.
    """
    chain = (getattr(parts, field.name) for field in dataclasses.fields(parts))
    named = [part.id for part in chain if part is not None]
    named += [unit.part for unit in site.generation] + [part.id for part in catalog.all(Transformer)]
    named += [part.id for part in _storage(catalog)]
    return tuple(offered.get(part) or _part_terms(catalog.find(part)) for part in sorted(set(named)))


def _part_terms(part: Part) -> PartTerms:
    lead_days = part.lead_days.value if part.lead_days is not None else None
    if part.price_usd is None:
        return PartTerms(part.id, None, lead_days)
    return PartTerms(part.id, part.price_usd.value, lead_days, *part.price_usd.band)


def _parts(chain: PowerChain, catalog: Catalog) -> ChainParts:
    return ChainParts(
        hv_transformer=technical(catalog.get(Transformer, chain.hv_transformer)),
        mv_switchgear=technical(catalog.get(Switchgear, chain.mv_switchgear)),
        unit_substation=technical(catalog.get(Transformer, chain.unit_substation)),
        lv_switchgear=technical(catalog.get(Switchgear, chain.lv_switchgear)),
        ups=technical(catalog.get(Ups, chain.ups)) if chain.ups else None,
        generator=technical(catalog.get(Generator, chain.generator)) if chain.generator else None,
        busway=technical(catalog.get(Busway, chain.busway)),
        tap=technical(catalog.get(Busway, chain.tap)) if chain.tap else None,
        ats=technical(catalog.get(Breaker, chain.transfer_switch)) if chain.transfer_switch else None,
        sts=_static_switch(chain, catalog),
        side_rack=technical(catalog.get(PowerShelf, chain.side_rack)) if chain.side_rack else None,
    )


def _static_switch(chain: PowerChain, catalog: Catalog) -> Breaker | None:
    """The static switch named; else the smallest that carries a busway, as block redundant and catcher need one.

    N+1 has none unless one is named: its busways transfer themselves.
    """
    if chain.static_switch:
        return technical(catalog.get(Breaker, chain.static_switch))
    if chain.scheme == "N+1":
        return None
    needed_a = figure(catalog.get(Busway, chain.busway).rating_a)
    switches = sorted(
        (part for part in catalog.all(Breaker) if part.role == "sts"), key=lambda p: (figure(p.rating_a), p.id)
    )
    carrying = [part for part in switches if figure(part.rating_a) >= needed_a]
    chosen = (carrying or switches[-1:])[:1]
    return technical(chosen[0]) if chosen else None


def _energised(site: Site, program: Program) -> tuple[EnergisedStep, ...]:
    """Latest step of each kind that begins within the horizon."""
    latest: dict[str, tuple[int, EnergisedStep]] = {}
    for step in site.energisation:
        day = program.horizon.day(step.date)
        if day < program.horizon.num_days and day >= latest.get(step.kind, (day, None))[0]:
            latest[step.kind] = (day, EnergisedStep(step.kind, step.power_w, step.point))
    return tuple(latest[kind][1] for kind in sorted(latest))


def _service(hall: Hall, cooling: Cooling) -> HallService:
    own = cooling.responses.frame.filter(pl.col("hall") == hall.id)
    base_w, slope, litres = own.select("base_w", "w_per_w_heat", "water_l_per_day").row(0) if own.height else (0, 0, 0)
    limit_w = _heat_limit_w(hall.id, cooling)
    year = cooling.years.frame.filter(pl.col("hall") == hall.id).select("mean_w", "water_l", "hours")
    if not year.height:
        return HallService(hall.id, hall.it_w, base_w, slope, litres, limit_w)
    return HallService(hall.id, hall.it_w, base_w, slope, litres, limit_w, *year.row(0))


def _heat_limit_w(hall: str, cooling: Cooling) -> float:
    """Planned heat of a hall times the smallest reserve of its plant: capacity with one unit lost over duty."""
    planned_w = float(cooling.loops.frame.filter(pl.col("hall") == hall)["heat_w"].sum())
    plant = cooling.units.frame.filter((pl.col("hall") == hall) & (pl.col("loop") == "facility"))
    fleets = plant.group_by("role", maintain_order=True).agg(pl.col("rated_w", "duty_w"))
    reserves = [
        (np.sum(rated_w) - np.max(rated_w)) / np.sum(duty_w)
        for rated_w, duty_w in fleets.select("rated_w", "duty_w").iter_rows()
    ]
    return planned_w * float(min(reserves, default=0.0))


def _alternatives(catalog: Catalog) -> Alternatives:
    ducts = [(part.role, part.id, figure(part.rating_a)) for part in catalog.all(Busway)]
    boards = [part for part in catalog.all(Switchgear) if part.role == "lv"]
    units = [part for part in catalog.all(Transformer) if part.role == "mv-lv"]
    return Alternatives(
        taps=_ladder([(name, rating) for role, name, rating in ducts if role == "tap"]),
        busways=_ladder([(name, rating) for role, name, rating in ducts if role == "busway"]),
        boards=_ladder([(part.id, figure(part.rating_a)) for part in boards]),
        interrupting=_ladder([(part.id, figure(part.interrupting_a)) for part in boards]),
        substations=tuple(sorted(map(technical, units), key=lambda part: (figure(part.rating_va), part.id))),
    )


def _ladder(rows: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(rows, key=lambda row: (row[1], row[0])))
