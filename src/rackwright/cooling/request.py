"""Which slices of program, catalog and layout does cooling use? Only `cooling_request` sees the whole of them."""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.index import Catalog
from rackwright.catalog.installation import Pipe, ThermalStorage, WaterClass
from rackwright.catalog.narrow import require_facts, technical
from rackwright.catalog.parts import Busway, Cdu, FacilityRules, HeatRejection, PowerShelf, Ups
from rackwright.catalog.weather import Weather
from rackwright.program.model import Program
from rackwright.program.sites import Hall, Site
from rackwright.tables.layout import Layout, PlacedRacks, Reserved

__all__ = ["BlockNeeds", "CoolingRequest", "HallPlant", "cooling_request"]


@dataclass(frozen=True, slots=True)
class BlockNeeds:
    """What the racks of a block need of their coolant.

    Parameters
    ----------
    block
        Block.
    highest_supply_c
        Highest coolant supply temperature at the rack [C].
    rise_k
        Coolant temperature rise through the rack [K].
    flow_lpm
        Flow of one rack with liquid cooling [L/min], where the platform states it; it goes before `rise_k`.
    """

    block: str
    highest_supply_c: float
    rise_k: float
    flow_lpm: float | None


@dataclass(frozen=True)
class HallPlant:
    """Cooling design of a hall, the climate it stands in, and the parts to build it from.

    Parameters
    ----------
    hall
        Hall.
    cdu, air, rejection, chiller
        Parts; no chiller where the hall plans none.
    facility_supply_c
        Facility water supply temperature [C].
    spare_units
        Units beyond need in each group that shares a duty.
    racks_per_loop
        Most racks on one liquid loop.
    flow_limit_lpm
        Facility coolant flow the hall offers [L/min]; None for no limit.
    design_dry_bulb_c, design_wet_bulb_c
        Outdoor air at which plant is sized [C].
    mean_dry_bulb_c
        Mean outdoor air of the year [C]; None where not known.
    weather
        Weather file of the site as the program names it; empty for none.
    loss_share
        Heat that UPS, busway and taps add in the hall, as a share of rack power.
    storage
        Tank of facility water; None for none.
    storage_units, storage_hold_s
        Tanks, and the time they are to hold [s]; None for as many as hold, and for the plant's restart time.
    """

    hall: str
    cdu: Cdu
    air: Cdu
    rejection: HeatRejection
    chiller: HeatRejection | None
    facility_supply_c: float
    spare_units: int
    racks_per_loop: int
    flow_limit_lpm: float | None
    design_dry_bulb_c: float
    design_wet_bulb_c: float
    loss_share: float
    mean_dry_bulb_c: float | None = None
    weather: str = ""
    storage: ThermalStorage | None = None
    storage_units: int | None = None
    storage_hold_s: float | None = None


@dataclass(frozen=True)
class CoolingRequest:
    """Everything cooling depends on: halls in the order of the program, needs by block, what stands where, weather.

    `pipes` and `water_classes` are those of the catalog.
    """

    halls: tuple[HallPlant, ...]
    needs: tuple[BlockNeeds, ...]
    racks: PlacedRacks
    reserved: Reserved
    rules: FacilityRules
    weather: tuple[tuple[str, Weather], ...] = ()
    pipes: tuple[Pipe, ...] = ()
    water_classes: tuple[WaterClass, ...] = ()


def cooling_request(program: Program, catalog: Catalog, layout: Layout) -> CoolingRequest:
    """Pick what cooling needs.

    Raises
    ------
    InputError
        A part is not in the catalog, or lacks a figure cooling cannot do without.
    """
    sites = {site.id: site for site in program.sites}
    facilities = {platform.id: platform.facility for platform in program.platforms}
    needs = (
        BlockNeeds(block.id, facility.supply_c, facility.rise_k, facility.flow_lpm)
        for block in program.blocks
        for facility in (facilities[block.platform],)
    )
    halls = tuple(_hall_plant(hall, sites[hall.site], catalog) for hall in program.halls)
    require_facts((part, ("approach_k",)) for hall in halls for part in (hall.cdu, hall.air))
    with_tank = (hall for hall in halls if hall.storage is not None)
    plants = (part for hall in with_tank for part in (hall.rejection, hall.chiller) if part is not None)
    require_facts((part, ("restart_s",)) for part in plants)
    rules = catalog.get(FacilityRules, "facility-rules")
    named = {site.climate.weather for site in program.sites}
    weather = tuple((name, air) for name, air in catalog.weather if name in named)
    return CoolingRequest(
        halls=halls,
        needs=tuple(needs),
        racks=layout.racks,
        reserved=layout.reserved,
        rules=rules,
        weather=weather,
        pipes=tuple(catalog.all(Pipe)),
        water_classes=tuple(catalog.all(WaterClass)),
    )


def _hall_plant(hall: Hall, site: Site, catalog: Catalog) -> HallPlant:
    cooling = hall.cooling
    return HallPlant(
        hall=hall.id,
        cdu=technical(catalog.get(Cdu, cooling.cdu)),
        air=technical(catalog.get(Cdu, cooling.air)),
        rejection=technical(catalog.get(HeatRejection, cooling.rejection)),
        chiller=technical(catalog.get(HeatRejection, cooling.chiller)) if cooling.chiller else None,
        facility_supply_c=cooling.facility_supply_c,
        spare_units=cooling.spare_units,
        racks_per_loop=cooling.racks_per_loop,
        flow_limit_lpm=hall.flow_lpm,
        design_dry_bulb_c=site.climate.design_dry_bulb_c,
        design_wet_bulb_c=site.climate.design_wet_bulb_c,
        loss_share=_hall_loss_share(site, catalog),
        mean_dry_bulb_c=site.climate.mean_dry_bulb_c,
        weather=site.climate.weather,
        storage=technical(catalog.get(ThermalStorage, cooling.storage)) if cooling.storage else None,
        storage_units=cooling.storage_units,
        storage_hold_s=cooling.storage_hold_s,
    )


def _hall_loss_share(site: Site, catalog: Catalog) -> float:
    """Losses inside the hall per W at the rack: 1 / (efficiency of UPS x busway x tap x side rack) - 1."""
    chain = site.power
    ups = [catalog.get(Ups, chain.ups).efficiency_share] if chain.ups else []
    ducts = [catalog.get(Busway, name).efficiency_share for name in (chain.busway, chain.tap) if name]
    sides = [catalog.get(PowerShelf, chain.side_rack).efficiency_share] if chain.side_rack else []
    efficiency = 1.0
    for stated in (*ups, *ducts, *sides):
        efficiency *= stated.value if stated is not None else 1.0
    return 1.0 / efficiency - 1.0
