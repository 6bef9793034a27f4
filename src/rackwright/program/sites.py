"""sites.yaml: which buildings and how much power exist when, and which blocks of racks go where?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rackwright.program.entry import (
    CurrentA,
    Date,
    DaysEstimate,
    EnergyPriceUsd,
    Entry,
    FlowLpm,
    FrequencyHz,
    Id,
    LengthM,
    PowerW,
    RampWs,
    Seconds,
    Share,
    TemperatureC,
    TimeDays,
    VoltageV,
)

__all__ = [
    "KINDS_THAT_FOLLOW",
    "Block",
    "Climate",
    "Cooling",
    "Energisation",
    "FrequencyBand",
    "Generation",
    "Hall",
    "PowerChain",
    "ShortShip",
    "Site",
    "Smoothing",
    "Tranche",
    "Utility",
]

Point = Literal["it", "facility", "grid"]
KINDS_THAT_FOLLOW = ("cables", "switches")
"""Words of a short-ship rule that stand for items: cables with modules, trunks and their spares; network racks."""


class Climate(Entry):
    """Design conditions of the place."""

    design_dry_bulb_c: TemperatureC = Field(alias="design_dry_bulb")
    """Dry bulb at which plant is sized (0.4 % annual, ASHRAE style)."""
    design_wet_bulb_c: TemperatureC = Field(alias="design_wet_bulb")
    """Coincident or design wet bulb."""
    mean_dry_bulb_c: TemperatureC = Field(alias="mean_dry_bulb")
    """Yearly mean."""
    altitude_m: LengthM = Field(default=0.0, alias="altitude")
    """Height above the sea, for the ratings of equipment."""
    weather: str = ""
    """Hourly weather file in the program folder: EPW, TMY3, typical year of PVGIS, or CSV with dry_bulb_C and
    dew_point_C or rh_pct. Where empty, a year is made from the three temperatures."""


class FrequencyBand(Entry):
    """Frequencies with grid modes, in which the load may swing only so much."""

    low_hz: FrequencyHz = Field(alias="low")
    """Lower end."""
    high_hz: FrequencyHz = Field(alias="high")
    """Upper end."""
    amplitude_w: PowerW = Field(alias="amplitude")
    """Highest amplitude allowed."""


class Utility(Entry):
    """The grid connection and its rules."""

    name: str = ""
    """Utility or system operator."""
    voltage_v: VoltageV = Field(alias="voltage")
    """Voltage at the point of connection."""
    frequency_hz: FrequencyHz | None = Field(default=None, ge=50.0, le=60.0, alias="frequency")
    """Frequency of the grid, 50 or 60 Hz; the country's where empty (Japan has both)."""
    ramp_w_s: RampWs | None = Field(default=None, alias="ramp_limit")
    """Highest change of load allowed."""
    ramp_window_s: Seconds = Field(default=60.0, gt=0, alias="ramp_window")
    """Time over which the change of load is measured in normal running."""
    swing_w: PowerW | None = Field(default=None, alias="swing_limit")
    """Highest dynamic range allowed: largest minus smallest load in normal running."""
    step_w: PowerW | None = Field(default=None, alias="step_limit")
    """Highest step allowed when a job starts or is lost."""
    bands: tuple[FrequencyBand, ...] = ()
    """Frequencies in which the swing is limited."""
    ride_through_s: Seconds | None = Field(default=None, alias="ride_through")
    """Grid fault through which the load must stay on; the catalog's where empty."""
    fault_mva: float | None = Field(default=None, gt=0, alias="fault_level_mva")
    """Short-circuit power at the connection [MVA]."""


class Energisation(Entry):
    """Power that becomes available: min of contract, substation and commissioned halls, each as its own step."""

    id: Id
    """Name of the step."""
    kind: Literal["contract", "substation", "on-site"] = "contract"
    """What becomes available; `on-site` adds generation that does not pass the grid."""
    power_w: PowerW = Field(alias="power")
    """Total power from this day on (not an increment)."""
    point: Point = "grid"
    """Where the power is counted."""
    date: Date
    """Planned day."""
    gate: str = ""
    """Gate `project.activity` that must be reached; the later of date and gate wins."""


class Generation(Entry):
    """On-site generation other than standby."""

    part: str
    """Catalog generator."""
    count: int = Field(gt=0)
    """Units."""
    date: Date
    """In service from."""


class PowerChain(Entry):
    """How power gets from the grid to a rack at this site."""

    scheme: Literal["N", "N+1", "2N", "3N/2", "4N/3", "block redundant", "catcher"] = "2N"
    """Redundancy from the unit substation to the rack."""
    hv_transformer: str
    """Catalog transformer at the substation."""
    mv_switchgear: str
    """Catalog switchgear, medium voltage."""
    unit_substation: str
    """Catalog transformer MV to LV."""
    lv_switchgear: str
    """Catalog switchgear, low voltage."""
    ups: str = ""
    """Catalog UPS; empty when racks carry their own storage."""
    generator: str = ""
    """Catalog standby generator; empty for none."""
    busway: str
    """Catalog busway over the rows."""
    tap: str = ""
    """Catalog tap box and whip."""
    transfer_switch: str = ""
    """Catalog automatic transfer switch between unit substation and generator; empty for none."""
    static_switch: str = ""
    """Catalog static transfer switch before each busway of N+1, block redundant or catcher; where these two name none,
    the smallest that carries the busway is taken."""
    side_rack: str = ""
    """Catalog direct-current side rack between taps and racks; empty where racks rectify themselves."""
    mv_cable: str = ""
    """Catalog medium-voltage cable of the rings; the smallest that carries the fullest ring where empty."""
    mv_feeder_m: LengthM | None = Field(default=None, gt=0, alias="mv_feeder")
    """Cable from a medium-voltage board to the first unit substation of a ring; the catalog's where empty."""
    mv_segment_m: LengthM | None = Field(default=None, gt=0, alias="mv_segment")
    """Cable between neighbouring unit substations; the catalog's where empty."""
    mv_earthing: Literal["solid", "resistance", "reactance", "isolated"] = "resistance"
    """How the neutral of the medium-voltage system is earthed, at each power transformer."""
    mv_earth_current_a: CurrentA | None = Field(default=None, gt=0, le=40_000, alias="mv_earth_current")
    """Current to which a resistance or reactance at the neutral limits an earth fault; the catalog's where empty."""
    units_per_ring: int = Field(default=8, gt=0, le=40)
    """Most unit substations on a medium-voltage ring."""
    cable_code: Literal["NEC", "IEC"] = "NEC"
    """Whose tables low-voltage conductors are chosen from."""
    lv_conductor: str = ""
    """Catalog conductor of all low-voltage feeders; where empty, the smallest in the fewest parallel sets."""
    lv_transformer_m: LengthM | None = Field(default=None, gt=0, le=1000, alias="lv_transformer")
    """Cable from a unit substation to its low-voltage board; the catalog's where empty."""
    lv_generator_m: LengthM | None = Field(default=None, gt=0, le=1000, alias="lv_generator")
    """Cable from a standby generator to its board; the catalog's where empty."""
    lv_ups_m: LengthM | None = Field(default=None, gt=0, le=1000, alias="lv_ups")
    """Cable from a low-voltage board to a UPS; the catalog's where empty."""
    lv_busway_m: LengthM | None = Field(default=None, gt=0, le=1000, alias="lv_busway")
    """Cable from UPS or board to a busway of the hall's first row; rows behind it add their distance in the layout. The
    catalog's where empty."""
    on_site_spares: int = Field(default=1, ge=0, le=10)
    """Units beyond need where on-site generation is offered in place of late equipment (1 for N+1)."""
    cooling_on_ups: bool = False
    """True if pumps and fans are fed from UPS."""
    loading_share: Share = Field(default=0.8, alias="planning_loading")
    """Continuous loading limit of an element, such as the 80 % rule for continuous loads."""


class Cooling(Entry):
    """How heat leaves a hall."""

    cdu: str
    """Catalog CDU of the liquid loop."""
    air: str
    """Catalog air handler for the rest of the heat."""
    rejection: str
    """Catalog dry cooler, adiabatic cooler, chiller or tower of the facility loop."""
    chiller: str = ""
    """Catalog trim chiller for hours too warm for the first choice."""
    storage: str = ""
    """Catalog tank of facility water that carries the heat until heat rejection is back after a loss of power."""
    storage_units: int | None = Field(default=None, gt=0, le=200)
    """Tanks; where empty, as many as hold for `storage_hold`. Needs `storage`."""
    storage_hold_s: Seconds | None = Field(default=None, gt=0, alias="storage_hold")
    """Time the tanks are sized for; where empty, the restart time of the plant. Needs `storage`."""
    facility_supply_c: TemperatureC = Field(alias="facility_supply")
    """Facility water supply temperature."""
    spare_units: int = Field(default=1, ge=0, le=4)
    """Units beyond need in each loop (1 for N+1)."""
    racks_per_loop: int = Field(default=32, gt=0)
    """Most racks on one liquid loop."""


class Smoothing(Entry):
    """What is bought against a swing or a loss of load: storage, or power that is capped or burnt; one of them."""

    against: Literal["swing", "band", "job-loss", "block-loss"]
    """Event it serves: the swing of training steps, single frequencies of it, the largest job or block lost."""
    part: str = ""
    """Catalog storage: capacitor trays in racks, battery shelves in rows, storage of the site."""
    count: int = Field(default=0, ge=0)
    """Pieces of it."""
    cap_w: PowerW | None = Field(default=None, gt=0, alias="cap")
    """Power by which compute phases of the site's training are lowered."""
    burn_w: PowerW | None = Field(default=None, gt=0, alias="burn")
    """Power burnt in valleys of the swing, or in a load bank when load is lost."""


class Site(Entry):
    """One campus."""

    id: Id
    """Name of the site."""
    name: str
    """Name for people."""
    state: str = ""
    """State or region."""
    country: str = "US"
    """Country, ISO 3166 alpha-2."""
    end_uses: tuple[str, ...] | None = None
    """End uses of duty rules that its goods count for, word for word; without it all that name a data centre."""
    planning_pue: float = Field(ge=1.0, le=3.0)
    """Facility power over IT power used to cap blocks before power closes the balance."""
    climate: Climate
    """Design conditions."""
    utility: Utility
    """Grid connection."""
    energisation: tuple[Energisation, ...] = Field(min_length=1)
    """Power steps, in order of date."""
    generation: tuple[Generation, ...] = ()
    """On-site generation."""
    power: PowerChain
    """Power chain."""
    smoothing: tuple[Smoothing, ...] = ()
    """What is bought against swings and losses of load; view `transients` offers lines."""
    energy_usd_per_mwh: EnergyPriceUsd | None = Field(default=None, alias="energy_price")
    """Energy price; the policy's where empty."""
    fuel_usd_per_mwh: EnergyPriceUsd | None = Field(default=None, ge=0, alias="fuel_price")
    """Price of the gas of on-site generation, for a MWh of its higher heating value (1 USD/MMBtu is 3.412 USD/MWh)."""
    racks_per_week: float = Field(gt=0, alias="installation_rate")
    """Racks that can be placed and connected in one week."""
    water_l_per_day: float | None = Field(default=None, gt=0)
    """Water permit [L/day]."""


class ColumnGrid(Entry):
    """Building columns of a hall on a regular grid: no rack stands where one does."""

    pitch_along_m: LengthM = Field(gt=0, alias="pitch_along")
    """Centre to centre along the rows."""
    pitch_across_m: LengthM = Field(gt=0, alias="pitch_across")
    """Centre to centre across the rows."""
    size_m: LengthM = Field(gt=0, alias="size")
    """Side of a column with its cladding, taken as a square."""
    first_along_m: LengthM = Field(default=0.0, ge=0, alias="first_along")
    """Centre of the first column from the end of the rows at position 1."""
    first_across_m: LengthM = Field(default=0.0, ge=0, alias="first_across")
    """Centre of the first column from the wall at row 1."""

    def centres_m(self, length_m: float, depth_m: float) -> tuple[tuple[float, float], ...]:
        """Centres of the columns that stand in a hall or on its edge: along and across the rows, row by row."""
        along = _steps_m(self.first_along_m, self.pitch_along_m, length_m)
        across = _steps_m(self.first_across_m, self.pitch_across_m, depth_m)
        return tuple((x, y) for y in across for x in along)


def _steps_m(first_m: float, pitch_m: float, end_m: float) -> list[float]:
    """first, first + pitch, ... up to the end."""
    return [first_m + step * pitch_m for step in range(int((end_m - first_m) / pitch_m + 1e-9) + 1) if first_m <= end_m]


class Hall(Entry):
    """What one building or data hall offers."""

    id: Id
    """Name of the hall."""
    site: str
    """Site it stands on."""
    it_w: PowerW = Field(alias="it_power")
    """IT power it is built for."""
    rows: int = Field(gt=0, le=500)
    """Rack rows."""
    positions_per_row: int = Field(gt=0, le=200)
    """Rack positions of a row."""
    keep_out: tuple[str, ...] = ()
    """Positions that cannot be used, `row/position` counted from 1, or `row/from-to`."""
    columns: ColumnGrid | None = None
    """Building columns; positions in which one stands are lost to racks."""
    floor_load_kg_m2: float = Field(gt=0, alias="floor_load")
    """Floor loading allowed [kg/m2]."""
    row_w: PowerW | None = Field(default=None, alias="row_power")
    """Power limit of one row, if any."""
    row_air_w: PowerW | None = Field(default=None, alias="row_air_heat")
    """Heat to air that the contained aisle of one row can carry away, if limited."""
    flow_lpm: FlowLpm | None = Field(default=None, alias="coolant_flow")
    """Facility coolant flow it offers."""
    ready: Date
    """Commissioned from this day."""
    gate: str = ""
    """Gate `project.activity` that must be reached; the later of the two wins."""
    cooling: Cooling
    """Cooling design."""


class Block(Entry):
    """One platform, one site, one scale-out fabric domain, an ordered list of halls, whole scalable units."""

    id: Id
    """Name of the block."""
    site: str
    """Site."""
    platform: str
    """Platform."""
    halls: tuple[str, ...] = Field(min_length=1)
    """Halls in the order of filling."""
    units: Annotated[int, Field(gt=0)] | Literal["auto"] = "auto"
    """Scalable units of the design target; `auto` takes what the workloads need, capped by positions and power."""
    workloads: tuple[str, ...] = ()
    """Workloads (or requirements) this block is meant for; sizes an `auto` block."""
    max_units: int | None = Field(default=None, gt=0)
    """Upper bound of an `auto` block."""


class ShortShip(Entry):
    """What racks may be placed without, and when it has to follow."""

    items: tuple[str, ...] = Field(min_length=1)
    """Items that racks take at their site and that may follow; `cables` and `switches` stand for all of their kind."""
    follow_days: TimeDays | None = Field(default=None, alias="follow")
    """Days after placing by which they are at the site; until the rack's acceptance where it is left out."""


class Tranche(Entry):
    """Racks of one configuration within a block: when they are needed, how they are accepted, and their state."""

    id: Id
    """Name of the tranche."""
    block: str
    """Block it belongs to."""
    configuration: str
    """SKU of the block's platform."""
    units: Annotated[int, Field(gt=0)] | Literal["rest"] = "rest"
    """Scalable units; `rest` is what the block's other tranches leave."""
    need_by: Date
    """Day by which its racks should be accepted."""
    state: Literal["planned", "released", "ordered", "installed", "accepted", "retired"] = "planned"
    """Released and later states are inputs that no stage redesigns."""
    accepted_racks: int = Field(default=0, ge=0)
    """Racks accepted already."""
    short_ship: ShortShip | None = None
    """Rule by which racks may ship incomplete; where it is left out the kit is complete when they are placed."""
    acceptance: DaysEstimate | None = None
    """Acceptance time of a rack, where it differs from the configuration's."""
