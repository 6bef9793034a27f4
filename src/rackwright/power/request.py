"""Which slices of program, catalog, layout and cooling does power use? Only `power_request` sees the whole of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem
from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import ElectricRules
from rackwright.catalog.narrow import figure, technical
from rackwright.catalog.parts import Busway, FacilityRules, Generator, Part, Switchgear, Transformer, Ups
from rackwright.program.model import Program
from rackwright.program.sites import Hall, PowerChain, Site
from rackwright.tables.cooling import Cooling
from rackwright.tables.layout import Layout, PlacedRacks

__all__ = [
    "Alternatives",
    "ChainParts",
    "EnergisedStep",
    "HallService",
    "OnSite",
    "PowerRequest",
    "SiteChain",
    "power_request",
]


VA_PER_MVA = 1e6


@dataclass(frozen=True)
class ChainParts:
    """The parts a site's chain is built from; no UPS, generator or tap where the program names none."""

    hv_transformer: Transformer
    mv_switchgear: Switchgear
    unit_substation: Transformer
    lv_switchgear: Switchgear
    ups: Ups | None
    generator: Generator | None
    busway: Busway
    tap: Busway | None


@dataclass(frozen=True, slots=True)
class EnergisedStep:
    """The last step of a kind within the horizon: total power, and the point where it is counted."""

    kind: Literal["contract", "substation", "on-site"]
    power_w: float
    point: Literal["it", "facility", "grid"]


@dataclass(frozen=True, slots=True)
class HallService:
    """What cooling says of a hall, and what the hall is built for.

    Parameters
    ----------
    hall
        Hall.
    it_limit_w
        IT power the hall is built for [W].
    base_w, w_per_w_heat
        Electric response of its cooling.
    water_l_per_day
        Water at mean load [L/day].
    heat_limit_w
        Heat its cooling carries with any one unit lost [W].
    """

    hall: str
    it_limit_w: float
    base_w: float
    w_per_w_heat: float
    water_l_per_day: float
    heat_limit_w: float


@dataclass(frozen=True, slots=True)
class OnSite:
    """On-site generators other than standby."""

    part: Generator
    count: int


@dataclass(frozen=True)
class SiteChain:
    """One campus: its chain, its halls, and what the grid gives.

    Parameters
    ----------
    site
        Site.
    scheme
        Redundancy from the unit substation to the rack.
    parts
        Parts of the chain.
    cooling_on_ups
        True if pumps and fans are fed from UPS.
    loading_share
        Continuous loading limit of an element.
    utility_v
        Voltage at the grid connection [V].
    energised
        Last step of each kind within the horizon.
    planning_pue
        PUE with which blocks were capped.
    water_limit_l_per_day
        Water permit [L/day]; None for none.
    on_site
        On-site generation in service within the horizon.
    halls
        Halls of the site in the order of the program.
    fault_va
        Short-circuit power of the grid at the connection [VA]; None for an infinite one.
    ramp_w_s
        Highest change of load the utility allows [W/s]; None where it says nothing.
    lineup_usd, lineup_lead_days
        Price and longest lead time of one line-up: unit substation, board, UPS and generator; None where not known.
    """

    site: str
    scheme: Literal["N", "N+1", "2N"]
    parts: ChainParts
    cooling_on_ups: bool
    loading_share: float
    utility_v: float
    energised: tuple[EnergisedStep, ...]
    planning_pue: float
    water_limit_l_per_day: float | None
    on_site: tuple[OnSite, ...]
    halls: tuple[HallService, ...]
    fault_va: float | None = None
    ramp_w_s: float | None = None
    lineup_usd: float | None = None
    lineup_lead_days: float | None = None


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Other catalog parts a repair may name, as (part, figure), smallest figure first.

    Parameters
    ----------
    taps, busways, boards
        By rating [A].
    interrupting
        Low-voltage boards by interrupting rating [A].
    substations
        Unit substations as (part, rating in VA, secondary voltage in V, impedance share).
    """

    taps: tuple[tuple[str, float], ...]
    busways: tuple[tuple[str, float], ...]
    boards: tuple[tuple[str, float], ...]
    interrupting: tuple[tuple[str, float], ...]
    substations: tuple[tuple[str, float, float, float], ...]


@dataclass(frozen=True)
class PowerRequest:
    """Everything power depends on: sites in the order of the program, racks on the floor, figures for ratings."""

    sites: tuple[SiteChain, ...]
    racks: PlacedRacks
    rules: FacilityRules
    alternatives: Alternatives
    electric: ElectricRules


def power_request(program: Program, catalog: Catalog, layout: Layout, cooling: Cooling) -> PowerRequest:
    """Pick what power needs.

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
    rules = catalog.get(FacilityRules, "facility-rules")
    electric = catalog.get(ElectricRules, "electric-rules")
    return PowerRequest(sites, layout.racks, rules, _alternatives(catalog), electric)


def _site_chain(site: Site, halls: tuple[HallService, ...], program: Program, catalog: Catalog) -> SiteChain:
    in_service = (unit for unit in site.generation if program.horizon.day(unit.date) < program.horizon.num_days)
    return SiteChain(
        site=site.id,
        scheme=site.power.scheme,
        parts=_parts(site.power, catalog),
        cooling_on_ups=site.power.cooling_on_ups,
        loading_share=site.power.loading_share,
        utility_v=site.utility.voltage_v,
        energised=_energised(site, program),
        planning_pue=site.planning_pue,
        water_limit_l_per_day=site.water_l_per_day,
        on_site=tuple(OnSite(technical(catalog.get(Generator, unit.part)), unit.count) for unit in in_service),
        halls=halls,
        fault_va=site.utility.fault_mva * VA_PER_MVA if site.utility.fault_mva is not None else None,
        ramp_w_s=site.utility.ramp_w_s,
        lineup_usd=_lineup_usd(site.power, catalog),
        lineup_lead_days=_lineup_lead_days(site.power, catalog),
    )


def _lineup(chain: PowerChain, catalog: Catalog) -> list[Part]:
    """Parts of one line-up."""
    unit, board = catalog.get(Transformer, chain.unit_substation), catalog.get(Switchgear, chain.lv_switchgear)
    own: list[Part] = [unit, board]
    own += [catalog.get(Ups, chain.ups)] if chain.ups else []
    own += [catalog.get(Generator, chain.generator)] if chain.generator else []
    return own


def _lineup_usd(chain: PowerChain, catalog: Catalog) -> float | None:
    prices = [part.price_usd.value for part in _lineup(chain, catalog) if part.price_usd is not None]
    return math.fsum(prices) if len(prices) == len(_lineup(chain, catalog)) else None


def _lineup_lead_days(chain: PowerChain, catalog: Catalog) -> float | None:
    return max((part.lead_days.value for part in _lineup(chain, catalog) if part.lead_days is not None), default=None)


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
    )


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
    return HallService(hall.id, hall.it_w, base_w, slope, litres, _heat_limit_w(hall.id, cooling))


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
        substations=tuple(
            sorted(
                ((p.id, figure(p.rating_va), figure(p.secondary_v), figure(p.impedance_share)) for p in units),
                key=lambda row: (row[1], row[0]),
            )
        ),
    )


def _ladder(rows: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(rows, key=lambda row: (row[1], row[0])))
