"""What power hands on: the chain from grid to rack, its loads with any one element lost, and the energy balance."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Boolean, Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = [
    "Balances",
    "Buffers",
    "Cases",
    "EarthFaults",
    "Elements",
    "Equipment",
    "Feeders",
    "Jobs",
    "Loads",
    "Mitigations",
    "Power",
    "RackElements",
    "Reliefs",
    "Runs",
    "Schemes",
    "Substitutes",
]


class Elements(Table):
    """Every element of the chain; repeated busway taps are one row per rack and side."""

    element = Column(String, "id, `SITE-A-ups-03`", key=True)
    site = Column(String, "site")
    hall = Column(String, "hall it serves; empty for campus elements")
    kind = Column(
        String,
        "utility, hv-transformer, mv-switchgear, unit-substation, ats, lv-switchgear, generator, ups, sts, busway, "
        "tap, side-rack, rack, cooling; cables: unit-, generator-, ups- and busway-feeder; on-site: turbine, engine, "
        "fuel-cell",
    )
    part = Column(String, "catalog part; empty for utility, rack and cooling load")
    upstream = Column(String, "element that feeds it (normal source); empty for the utility and generators")
    standby = Column(String, "second source it can transfer to; empty for none")
    side = Column(String, "A, B or empty; B is the reserve where there is one; A to D in 3N/2, 4N/3")
    rating_w = Column(
        Float64,
        "rating at planning power factor",
        unit="W",
        ge=0,
        formula="three-phase-power",
        inputs=("fact:facility-rules.power_factor",),
    )
    feeds = Column(String, "board a generator stands on; empty for what is fed by `upstream`")


class Loads(Table):
    """Load of each element in normal state and in its worst single failure."""

    element = Column(String, "element", key=True, ref="power.elements.element")
    normal_w = Column(
        Float64,
        "load with everything in service",
        unit="W",
        ge=0,
        formula="element-load",
        inputs=("layout.racks.peak_w",),
    )
    worst_w = Column(
        Float64,
        "highest load with any one other element lost",
        unit="W",
        ge=0,
        formula="worst-single-failure",
        inputs=("loads.normal_w",),
    )
    failure = Column(String, "element whose loss gives the worst load; empty if none raises it")
    racks = Column(Int32, "racks it feeds in normal state", ge=0)


class Pairs(Table):
    """Load of each upstream element with any two others lost: transformers, medium-voltage boards, unit substations."""

    element = Column(String, "element", key=True, ref="power.elements.element")
    worst_w = Column(
        Float64, "highest load with any two others lost", unit="W", ge=0, formula="worst-pair",
        inputs=("loads.normal_w",),
    )  # fmt: skip
    first = Column(String, "the one of the two; empty if none raises its load")
    second = Column(String, "the other")


class PairStops(Table):
    """The two upstream elements of each site whose loss together stops most."""

    site = Column(String, "site", key=True)
    pairs = Column(Int32, "pairs looked at", ge=0)
    stopped_w = Column(Float64, "power of racks and cooling that stops", unit="W", ge=0, formula="worst-pair")
    first = Column(String, "the one of the two; empty if no pair stops anything")
    second = Column(String, "the other")


class Balances(Table):
    """One energy balance per site at peak: every MW and its point."""

    site = Column(String, "site", key=True)
    it_w = Column(Float64, "IT load at the racks", unit="W", ge=0)
    cooling_w = Column(
        Float64,
        "cooling",
        unit="W",
        ge=0,
        formula="cooling-power",
        inputs=("cooling.responses.base_w", "cooling.responses.w_per_w_heat", "balances.it_w"),
    )
    loss_w = Column(Float64, "losses of the chain", unit="W", ge=0)
    facility_w = Column(
        Float64,
        "load at the grid connection",
        unit="W",
        ge=0,
        formula="facility-power",
        inputs=("balances.it_w", "balances.cooling_w"),
    )
    pue = Column(
        Float64,
        "facility over IT power at peak on the design day",
        ge=0,
        formula="pue",
        inputs=("balances.facility_w", "balances.it_w"),
    )
    energised_w = Column(
        Float64,
        "power of grid and on-site generation at the end of the horizon",
        unit="W",
        ge=0,
        formula="energised-grid-power",
    )
    water_l_per_day = Column(Float64, "water on the design day", unit="L/day", ge=0)
    pue_year = Column(
        Float64,
        "facility over IT energy of a year of hours at peak IT load; missing without a year",
        ge=0,
        nullable=True,
        formula="pue-year",
        inputs=("cooling.years.mean_w", "balances.it_w"),
    )
    wue_l_per_kwh = Column(
        Float64,
        "water of the year for each kWh of IT energy",
        unit="L/kWh",
        ge=0,
        nullable=True,
        formula="wue",
        inputs=("cooling.years.water_l", "balances.it_w"),
    )


class Reliefs(Table):
    """Nearest repair of each check that does not hold."""

    rule = Column(String, "rule of the check", key=True, ref="power.checks.rule")
    subject = Column(String, "subject of the check", key=True)
    relief = Column(String, "a part that would carry it, or how much less load would do")


class Schemes(Table):
    """What each redundancy scheme would take for the load of a site, each built as a chain and judged."""

    site = Column(String, "site", key=True)
    scheme = Column(String, "N, N+1, 2N, 3N/2, 4N/3, block redundant or catcher", key=True)
    is_planned = Column(Boolean, "True for the scheme the site is planned with")
    systems = Column(Int32, "line-ups: unit substation, board, UPS and generator; reserves included", ge=0)
    installed_w = Column(
        Float64,
        "power the line-ups could carry at their continuous loading limit",
        unit="W",
        ge=0,
        formula="scheme-size",
        inputs=("loads.normal_w", "elements.rating_w"),
    )
    stranded_w = Column(Float64, "installed above the load: never usable", unit="W", ge=0, formula="scheme-size")
    normal_share = Column(Float64, "load of a working line-up over what it could carry", ge=0, formula="scheme-size")
    cost_ratio = Column(Float64, "line-ups over those of scheme N: the cost class", ge=0, formula="scheme-size")
    cost_usd = Column(
        Float64,
        "price of transformers, boards, line-ups and static switches, where all parts have one",
        unit="USD",
        ge=0,
        nullable=True,
    )
    lead_days = Column(Float64, "longest lead time among these parts", unit="day", ge=0, nullable=True)
    failure = Column(String, "what happens when one line-up is lost")
    worst_share = Column(
        Float64,
        "highest load over rating of an element of a line-up in any single failure",
        ge=0,
        formula="worst-single-failure",
    )
    racks_lost = Column(Int32, "most racks that stop with any one element down to the busway, the grid aside", ge=0)
    pair_lost_w = Column(Float64, "most load that stops when two line-ups are lost at once", unit="W", ge=0)


class Buffers(Table):
    """Ideal storage that flattens the swing of training, or bridges a loss of load, at each place."""

    site = Column(String, "site", key=True)
    event = Column(String, "swing: every training step; job-loss, block-loss: as in `mitigations`", key=True)
    level = Column(String, "rack, row or site", key=True)
    units = Column(Int32, "places of storage", ge=0)
    energy_j = Column(
        Float64, "energy of one", unit="J", ge=0, formula="buffer-energy", inputs=("layout.racks.peak_w",)
    )
    power_w = Column(Float64, "power of one", unit="W", ge=0, formula="buffer-energy", inputs=("layout.racks.mean_w",))


class Jobs(Table):
    """What the racks of each block run, and how its load swings: the waveform of a site is the sum of them."""

    site = Column(String, "site", key=True)
    block = Column(String, "block", key=True)
    workload = Column(String, "training run, serving demand, or `idle` for racks without either", key=True)
    racks = Column(Int32, "compute racks: the gang of a run, else those left", ge=0)
    low_w = Column(Float64, "all racks in the communication phase", unit="W", ge=0, inputs=("sizing.profiles.low_w",))
    mean_w = Column(Float64, "mean over a step", unit="W", ge=0, inputs=("sizing.profiles.mean_w",))
    peak_w = Column(Float64, "all racks in the compute phase", unit="W", ge=0, inputs=("sizing.profiles.peak_w",))
    period_s = Column(Float64, "time of a step", unit="s", ge=0)
    duty_share = Column(Float64, "part of a step at high power", ge=0, le=1)
    ramp_w_s = Column(Float64, "fastest change of one rack", unit="W/s", ge=0)
    is_synchronous = Column(Boolean, "True for training: racks in step; serving shows the grid its mean")
    skew_s = Column(Float64, "spread of the racks around their common step", unit="s", ge=0)


class Mitigations(Table):
    """Ways to hide a swing, its frequencies, or a loss of load from the grid, and what each costs."""

    site = Column(String, "site", key=True)
    event = Column(
        String,
        "swing: every training step; band: single frequencies of it; job-loss: the largest synchronised job stops; "
        "block-loss: one fault takes the largest block",
        key=True,
    )
    option = Column(String, "storage at the rack, the row or the site; cap power; burn power", key=True)
    part = Column(String, "catalog storage; empty for none", key=True)
    count = Column(Int32, "pieces", ge=0)
    energy_j = Column(Float64, "energy in all places", unit="J", ge=0, formula="mitigation", inputs=("jobs.peak_w",))
    power_w = Column(Float64, "power in all places", unit="W", ge=0, formula="mitigation", inputs=("jobs.peak_w",))
    cost_usd = Column(
        Float64, "parts, or racks that make up for speed", unit="USD", ge=0, nullable=True, formula="mitigation"
    )
    low_usd = Column(Float64, "lower end of that price", unit="USD", ge=0, nullable=True, formula="mitigation")
    high_usd = Column(Float64, "upper end of that price", unit="USD", ge=0, nullable=True, formula="mitigation")
    price_source = Column(String, "what the price is from: the program, or a figure of the catalog")
    yearly_usd = Column(Float64, "energy of a year", unit="USD", ge=0, nullable=True, formula="mitigation")
    lost_speed_share = Column(Float64, "speed of the jobs lost", ge=0, le=1, formula="mitigation")
    change = Column(String, "line of the site's `smoothing` that takes it")


class Cases(Table):
    """Highest load of each folded group of elements when one element is lost: the one-line, failure by failure."""

    site = Column(String, "site", key=True)
    lost = Column(String, "element lost; of each group the one that moves most onto another", key=True)
    kind = Column(String, "kind of the group", key=True)
    part = Column(String, "catalog part of the group", key=True)
    side = Column(String, "side of the group", key=True)
    load_w = Column(
        Float64,
        "highest load of an element of the group",
        unit="W",
        ge=0,
        formula="worst-single-failure",
        inputs=("loads.normal_w",),
    )


class Equipment(Table):
    """What must be ordered for the chain of each site."""

    site = Column(String, "site", key=True)
    part = Column(String, "catalog part", key=True)
    kind = Column(String, "kind of element", key=True)
    count = Column(Int32, "pieces, or metres of cable", ge=0)
    unit = Column(String, "what is counted: piece or m")
    rating_w = Column(Float64, "rating of one at the planning power factor; 0 for cable", unit="W", ge=0)
    binds = Column(String, "what the maker's slot is booked for: voltage and rating; empty for stock types")
    origin = Column(String, "usual country of origin; empty if not known")
    price_usd = Column(Float64, "price of one", unit="USD", ge=0, nullable=True)
    lead_days = Column(Float64, "lead time from order acceptance", unit="day", ge=0, nullable=True)
    drawing_days = Column(Float64, "slot and drawing approval before an order is accepted", unit="day", ge=0)
    gates = Column(String, "what it waits for beside its delivery")
    name = Column(String, "name")
    gate_days = Column(
        Float64,
        "days from the program's day to its site's gate; missing if behind or unknown",
        unit="day",
        nullable=True,
    )
    there_days = Column(
        Float64,
        "days until all can be there: from stock, open orders and procurement, the rest ordered today",
        unit="day",
        nullable=True,
    )


class Substitutes(Table):
    """What could take the place of equipment that slips."""

    site = Column(String, "site", key=True)
    part = Column(String, "catalog part planned", key=True)
    way = Column(
        String,
        "several smaller ones, a larger one, storage as a bridge, on-site generation, storage in the racks, side racks "
        "beside the racks",
        key=True,
    )
    substitute = Column(String, "catalog part in its place", key=True)
    count = Column(Int32, "pieces for all of the site's", ge=0)
    days = Column(Float64, "days from today to delivery", unit="day", ge=0, nullable=True)
    cost_usd = Column(Float64, "price of all pieces", unit="USD", ge=0, nullable=True)
    note = Column(String, "what else changes")


class Runs(Table):
    """Every segment of the medium-voltage rings."""

    run = Column(String, "id, `SITE-ring-03-2`", key=True)
    site = Column(String, "site")
    ring = Column(Int32, "ring of the site, from 1", ge=1)
    start = Column(String, "medium-voltage board or unit substation it starts at", ref="power.elements.element")
    end = Column(String, "unit substation or board it ends at", ref="power.elements.element")
    part = Column(String, "catalog cable")
    parallel = Column(Int32, "circuits in parallel", ge=1)
    length_m = Column(Float64, "length of one circuit", unit="m", ge=0)
    normal_a = Column(Float64, "current at peak", unit="A", ge=0, formula="power-flow", inputs=("loads.normal_w",))
    worst_a = Column(Float64, "highest current with any one part lost", unit="A", ge=0, formula="power-flow")
    limit_a = Column(Float64, "ampacity of all circuits", unit="A", ge=0)
    failure = Column(String, "part whose loss gives the highest current; empty if none raises it")


class EarthFaults(Table):
    """Earth faults of the medium-voltage system behind each power transformer."""

    site = Column(String, "site", key=True)
    transformer = Column(String, "power transformer", key=True, ref="power.elements.element")
    earthing = Column(String, "of its neutral: solid, resistance, reactance or isolated")
    power_va = Column(Float64, "three-phase short-circuit power at its board", unit="VA", ge=0)
    highest_a = Column(Float64, "earth fault at the board", unit="A", ge=0, formula="mv-earth-fault")
    lowest_a = Column(
        Float64, "earth fault at the far end of the longest ring, as its relay sees it", unit="A", ge=0,
        formula="mv-earth-fault",
    )  # fmt: skip
    capacitive_a = Column(Float64, "current of all its cables to earth", unit="A", ge=0, formula="mv-earth-fault")
    own_a = Column(Float64, "current of the longest ring's cables to earth", unit="A", ge=0, formula="mv-earth-fault")
    pickup_a = Column(Float64, "first setting of a ring's earth-fault relay", unit="A", ge=0, formula="mv-earth-fault")
    factor = Column(Float64, "sound phase to earth over its voltage before", ge=0, formula="mv-earth-fault")


class RackElements(Table):
    """The chain inside the racks: one row for like elements of a rack type at a site, whose racks are all alike."""

    site = Column(String, "site", key=True)
    type = Column(String, "rack type", key=True, ref="racks.types.type")
    element = Column(String, "name in the rack", key=True)
    kind = Column(String, "power-shelf, shelf-module, battery, capacitor, direct-feed from a side rack, or busbar")
    part = Column(String, "catalog part; of a busbar the frame")
    side = Column(String, "input of a shelf, A or B; empty for what stands on the busbar")
    upstream = Column(String, "input, shelf, shelves or busbar that feeds it")
    racks = Column(Int32, "racks of the type at the site", ge=0)
    count = Column(Int32, "pieces in one rack", ge=1)
    rating_w = Column(Float64, "rating of one", unit="W", ge=0)
    normal_w = Column(Float64, "load of one at the rack's peak", unit="W", ge=0, formula="rack-shelf-load")
    worst_w = Column(Float64, "with any one shelf, module or input lost", unit="W", ge=0, formula="rack-shelf-load")
    failure = Column(String, "what is lost then; empty if nothing raises it")
    held_s = Column(Float64, "time it holds the rack's load", unit="s", ge=0, nullable=True, formula="rack-hold-up")
    voltage_v = Column(Float64, "direct voltage of a busbar or feed", unit="V", ge=0, nullable=True)


class Feeders(Table):
    """Every low-voltage feeder: cable between unit substation, generator, board, UPS and busway."""

    feeder = Column(String, "element", key=True, ref="power.elements.element")
    site = Column(String, "site")
    hall = Column(String, "hall")
    kind = Column(String, "unit-feeder, generator-feeder, ups-feeder or busway-feeder")
    start = Column(String, "element it starts at", ref="power.elements.element")
    end = Column(String, "element it ends at", ref="power.elements.element")
    part = Column(String, "catalog conductor")
    parallel = Column(Int32, "sets in parallel", ge=1)
    length_m = Column(Float64, "length; a busway's adds the distance of its row", unit="m", ge=0)
    conductor_m = Column(Float64, "conductor in all sets, phases and neutral", unit="m", ge=0, formula="feeder-size")
    normal_a = Column(Float64, "current at peak", unit="A", ge=0, inputs=("loads.normal_w",))
    worst_a = Column(Float64, "highest current with any one element lost", unit="A", ge=0, inputs=("loads.worst_w",))
    design_a = Column(Float64, "current its conductors are chosen for", unit="A", ge=0, formula="feeder-size")
    limit_a = Column(Float64, "ampacity of all sets where they lie", unit="A", ge=0, formula="feeder-size")
    drop_share = Column(Float64, "voltage drop at the highest current", ge=0, formula="feeder-drop")


@dataclass(frozen=True)
class Power:
    """Result of the stage."""

    elements: Elements
    loads: Loads
    balances: Balances
    checks: Checks
    omissions: tuple[str, ...]
    reliefs: Reliefs = field(default_factory=Reliefs.empty)
    schemes: Schemes = field(default_factory=Schemes.empty)
    buffers: Buffers = field(default_factory=Buffers.empty)
    runs: Runs = field(default_factory=Runs.empty)
    jobs: Jobs = field(default_factory=Jobs.empty)
    mitigations: Mitigations = field(default_factory=Mitigations.empty)
    equipment: Equipment = field(default_factory=Equipment.empty)
    substitutes: Substitutes = field(default_factory=Substitutes.empty)
    cases: Cases = field(default_factory=Cases.empty)
    feeders: Feeders = field(default_factory=Feeders.empty)
    earth_faults: EarthFaults = field(default_factory=EarthFaults.empty)
    rack_elements: RackElements = field(default_factory=RackElements.empty)
    pairs: Pairs = field(default_factory=Pairs.empty)
    pair_stops: PairStops = field(default_factory=PairStops.empty)
