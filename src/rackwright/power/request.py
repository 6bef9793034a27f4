"""What does power depend on? The frozen slices that `slices.power_request` picks."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Literal

from rackwright.catalog.installation import CableTermination, Conductor, Derating, ElectricRules, MvCable
from rackwright.catalog.parts import (
    Breaker,
    Busway,
    FacilityRules,
    Generator,
    PowerShelf,
    RackFrame,
    Switchgear,
    Transformer,
    Ups,
)
from rackwright.power.jobs import Job
from rackwright.power.smoothing import Bought
from rackwright.power.transients import UtilitySpec
from rackwright.tables.layout import PlacedRacks

__all__ = [
    "Alternatives",
    "ChainParts",
    "Earthing",
    "EnergisedStep",
    "EquipmentGate",
    "EquipmentGates",
    "HallService",
    "LvPlan",
    "MarketPart",
    "MvPlan",
    "OnSite",
    "PartTerms",
    "PowerRequest",
    "PowerRules",
    "Procured",
    "RackParts",
    "SiteChain",
]


Earthing = Literal["solid", "resistance", "reactance", "isolated"]


@dataclass(frozen=True)
class ChainParts:
    """The parts a site's chain is built from; None where the program names none."""

    hv_transformer: Transformer
    mv_switchgear: Switchgear
    unit_substation: Transformer
    lv_switchgear: Switchgear
    ups: Ups | None
    generator: Generator | None
    busway: Busway
    tap: Busway | None
    ats: Breaker | None = None
    sts: Breaker | None = None
    side_rack: PowerShelf | None = None


@dataclass(frozen=True, slots=True)
class PartTerms:
    """Price [USD] with its band, and lead time from order acceptance [day] of a part; None where not known."""

    part: str
    price_usd: float | None = None
    lead_days: float | None = None
    low_usd: float | None = None
    high_usd: float | None = None


@dataclass(frozen=True, slots=True)
class MarketPart:
    """A part of the catalog as a buyer sees it.

    Parameters
    ----------
    part, name
        Catalog part.
    family
        What may stand in for what: class and role.
    rating
        Rating of one: W, VA or A by family.
    binds
        What a maker's slot is booked for: voltages and rating.
    voltages_v
        Voltages it stands between or on; parts in place of each other have the same.
    is_made_to_order
        True where an order is accepted only after slot and drawing approval.
    origin
        Usual country of origin; empty if not known.
    price_usd, lead_days
        Price, and lead time from order acceptance; None where not known.
    is_offered
        True where price and lead time are an offer's of the program: that lead time counts from the order.
    """

    part: str
    name: str
    family: str
    rating: float
    binds: str
    voltages_v: tuple[float, ...]
    is_made_to_order: bool
    origin: str
    price_usd: float | None
    lead_days: float | None
    is_offered: bool = False

    def drawing_days(self, usual_days: float) -> float:
        """Slot and drawing approval before the lead time begins; none where an offer states the lead time."""
        return usual_days if self.is_made_to_order and not self.is_offered else 0.0

    def binds_alike(self, other: MarketPart) -> bool:
        """True if both stand between the same voltages."""
        return self.voltages_v == other.voltages_v


@dataclass(frozen=True, slots=True)
class PowerRules:
    """Figures of the catalog that hold for every site."""

    facility: FacilityRules
    electric: ElectricRules
    deratings: tuple[Derating, ...] = ()


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
    year_cooling_w, year_water_l
        Mean electric load of its cooling [W] and water [L] through a year of weather at peak heat; None without one.
    year_hours
        Hours of that year.
    """

    hall: str
    it_limit_w: float
    base_w: float
    w_per_w_heat: float
    water_l_per_day: float
    heat_limit_w: float
    year_cooling_w: float | None = None
    year_water_l: float | None = None
    year_hours: int = 0


@dataclass(frozen=True, slots=True)
class OnSite:
    """On-site generators other than standby."""

    part: Generator
    count: int


@dataclass(frozen=True, slots=True)
class MvPlan:
    """How medium-voltage cables are laid.

    Parameters
    ----------
    cables
        Cables to choose from; one where the program names it.
    feeder_m, segment_m
        Length from a board to the first unit substation of a ring, and between neighbours.
    units_per_ring
        Most unit substations on a ring.
    termination
        Kit for one phase at one end; None where the catalog has none for the voltage.
    earthing, earth_current_a
        How the neutral is earthed, and the current its impedance is chosen for; None where earth faults are not asked.
    """

    cables: tuple[MvCable, ...]
    feeder_m: float
    segment_m: float
    units_per_ring: int
    termination: CableTermination | None = None
    earthing: Earthing = "resistance"
    earth_current_a: float | None = None


@dataclass(frozen=True, slots=True)
class EquipmentGate:
    """A day by which equipment must be there.

    Parameters
    ----------
    name
        Step or hall of the program that the day is of.
    date
        The day.
    days
        Days from the program's day.
    """

    name: str
    date: dt.date
    days: float


@dataclass(frozen=True, slots=True)
class EquipmentGates:
    """What equipment of a site must be there for; None where that lies behind or is not known.

    Parameters
    ----------
    energisation
        Contract and substation give power, or more of it.
    hall
        The first hall is ready.
    on_site
        The first on-site generation is in service.
    """

    energisation: EquipmentGate | None = None
    hall: EquipmentGate | None = None
    on_site: EquipmentGate | None = None


@dataclass(frozen=True, slots=True)
class Procured:
    """Pieces of a part on hand or on order for the site: the first day from the program's day they can be there.

    Parameters
    ----------
    part
        Catalog part.
    days
        From its actual or earliest start, by its duration or its offer's lead time; what goes before it may add to it.
    source
        The count on hand, the order or the activity.
    pieces
        How many; without end where a project procures all that is needed.
    """

    part: str
    days: float
    source: str
    pieces: float = math.inf


@dataclass(frozen=True, slots=True)
class CoolingGroup:
    """Cooling units of one part at a site: role, part, units installed, heat one can move [W]."""

    role: str
    part: str
    count: int
    rated_w: float


@dataclass(frozen=True, slots=True)
class LvPlan:
    """How low-voltage feeders are laid.

    Parameters
    ----------
    conductors
        Conductors to choose from, of one code; one where the program names it.
    transformer_m, generator_m, ups_m
        Length from unit substation and generator to their board, and from a board to a UPS.
    busway_m, farthest_row_m
        Length from UPS or board to a busway of the nearest row, and what the farthest row adds.
    grouping_share
        Ampacity left by cables side by side.
    continuous_ratio, generator_ratio
        Conductor ampacity over continuous load, and over a generator's rated current.
    drop_share
        Voltage drop allowed along one feeder.
    room_c, outdoor_c
        Ambient indoors and outdoors.
    conductors_per_set
        Phases and neutral.
    """

    conductors: tuple[Conductor, ...]
    transformer_m: float
    generator_m: float
    ups_m: float
    busway_m: float
    grouping_share: float
    continuous_ratio: float
    generator_ratio: float
    drop_share: float
    room_c: float
    outdoor_c: float
    conductors_per_set: int
    farthest_row_m: float = 0.0


@dataclass(frozen=True)
class SiteChain:
    """One campus: its chain, its halls, and what the grid gives.

    Parameters
    ----------
    site
        Site.
    scheme
        Redundancy from the unit substation to the rack: a name of `redundancy.SCHEMES`.
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
    terms
        Price and lead time of every part of the chain, in order of part.
    mv
        How medium-voltage cables are laid; None leaves them out.
    utility
        What the utility allows.
    jobs
        What the blocks of the site run, from sizing's power profiles.
    storage
        Storage of the catalog, for racks, rows and sites.
    smoothing
        What is bought against swings and losses of load.
    energy_usd_per_mwh
        Energy price.
    outdoor_c, altitude_m
        Design dry bulb [C] and altitude of the site.
    ride_through_s
        Grid fault through which the load must stay on; None where nothing is asked.
    lv
        How low-voltage feeders are laid; None leaves them out.
    gates, procured
        When equipment must be there, and what projects procure.
    cooling
        Cooling units to order beside the chain.
    on_site_spares
        Units of on-site generation beyond need, where it stands in for other equipment.
    frequency_hz
        Of the grid.
    """

    site: str
    scheme: str
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
    terms: tuple[PartTerms, ...] = ()
    mv: MvPlan | None = None
    utility: UtilitySpec = field(default_factory=UtilitySpec)
    jobs: tuple[Job, ...] = ()
    storage: tuple[PowerShelf, ...] = ()
    smoothing: tuple[Bought, ...] = ()
    energy_usd_per_mwh: float = 0.0
    outdoor_c: float = 20.0
    altitude_m: float = 0.0
    ride_through_s: float | None = None
    lv: LvPlan | None = None
    gates: EquipmentGates = field(default_factory=EquipmentGates)
    procured: tuple[Procured, ...] = ()
    cooling: tuple[CoolingGroup, ...] = ()
    on_site_spares: int = 1
    frequency_hz: float = 60.0

    def terms_of(self, part: str) -> PartTerms:
        """Price and lead time of a part; without figures where none are known."""
        return next((each for each in self.terms if each.part == part), PartTerms(part))


@dataclass(frozen=True, slots=True)
class RackParts:
    """What stands between the inputs of a type of rack and its busbar.

    Parameters
    ----------
    type
        Rack type.
    frame
        Frame with its busbar.
    shelves
        Power shelves, battery shelves and capacitor trays with their counts, in order of part.
    free_u
        Rack units that nothing fills; None where not known.
    """

    type: str
    frame: RackFrame
    shelves: tuple[tuple[PowerShelf, int], ...]
    free_u: int | None = None


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
        Unit substations, smallest rating first.
    """

    taps: tuple[tuple[str, float], ...]
    busways: tuple[tuple[str, float], ...]
    boards: tuple[tuple[str, float], ...]
    interrupting: tuple[tuple[str, float], ...]
    substations: tuple[Transformer, ...]


@dataclass(frozen=True)
class PowerRequest:
    """Everything power depends on: sites in the order of the program, racks on the floor, figures for ratings."""

    sites: tuple[SiteChain, ...]
    racks: PlacedRacks
    rules: FacilityRules
    alternatives: Alternatives
    electric: ElectricRules
    deratings: tuple[Derating, ...] = ()
    market: tuple[MarketPart, ...] = ()
    rack_parts: tuple[RackParts, ...] = ()
