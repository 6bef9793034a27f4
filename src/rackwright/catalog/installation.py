"""What does an installation rest on beside its units: conductors and pipes by the metre, rules?"""

from __future__ import annotations

from dataclasses import dataclass

from rackwright.catalog.parts import Fact, Part, fact, text

__all__ = [
    "BundleRules",
    "CableTermination",
    "Conductor",
    "Derating",
    "ElectricRules",
    "FuelGas",
    "LayoutRules",
    "MvCable",
    "Pipe",
    "ThermalStorage",
    "WaterClass",
]


@dataclass(frozen=True, kw_only=True)
class Conductor(Part):
    """One insulated conductor, bought by the metre, with the ampacities of its size by conductor temperature."""

    size: str = text("size as written in the table, such as 500 kcmil")
    metal: str = text("Cu or Al")
    code: str = text("whose table it is of: NEC or IEC", "NEC")
    area_m2: Fact | None = fact("area", "cross-section of the metal")
    ampacity_60c_a: Fact | None = fact("current", "ampacity at 60 C")
    ampacity_75c_a: Fact | None = fact("current", "ampacity at 75 C")
    ampacity_90c_a: Fact | None = fact("current", "ampacity at 90 C")
    effective_ohm: Fact | None = fact("impedance", "effective impedance of one kilometre in steel conduit at 0.85")
    resistance_ohm: Fact | None = fact("impedance", "resistance of one kilometre at conductor temperature")
    reactance_ohm: Fact | None = fact("impedance", "reactance of one kilometre")
    column_c: Fact | None = fact(
        "temperature", "conductor temperature at which feeders are sized: that of terminations"
    )
    ambient_c: Fact | None = fact("temperature", "ambient at which the ampacities hold")


@dataclass(frozen=True, kw_only=True)
class MvCable(Part):
    """Three single-core medium-voltage cables as one circuit, bought by the metre; impedances are of one kilometre."""

    size: str = text("size as written in the table, such as 500 kcmil")
    metal: str = text("Cu or Al")
    voltage_v: Fact | None = fact("voltage", "rated voltage")
    ampacity_a: Fact | None = fact("current", "ampacity of the circuit as laid")
    resistance_ohm: Fact | None = fact("impedance", "resistance of one kilometre at conductor temperature")
    reactance_ohm: Fact | None = fact("impedance", "reactance of one kilometre")
    capacitance_f: Fact | None = fact("capacitance", "capacitance of one kilometre")


@dataclass(frozen=True, kw_only=True)
class CableTermination(Part):
    """Termination kit of a medium-voltage cable: one phase at one end."""

    voltage_v: Fact | None = fact("voltage", "rated voltage")


@dataclass(frozen=True, kw_only=True)
class Derating(Part):
    """How the rating of a kind of equipment falls with ambient temperature and altitude."""

    role: str = text("kind of element, as in the table of elements")
    place: str = text("outdoor, or room: where its ambient is taken")
    ambient_c: Fact | None = fact("temperature", "ambient up to which the rating holds")
    share_per_k: Fact | None = fact("share", "rating lost with each kelvin above it")
    altitude_m: Fact | None = fact("length", "altitude up to which the rating holds")
    share_per_hectometre: Fact | None = fact("share", "rating lost with each 100 m above it")


@dataclass(frozen=True, kw_only=True)
class Pipe(Part):
    """Pipe of a nominal size and schedule."""

    size: str = text("nominal size, such as NPS 3 schedule 40")
    bore_m: Fact | None = fact("length", "inner diameter")
    roughness_m: Fact | None = fact("length", "roughness of a clean wall")


@dataclass(frozen=True, kw_only=True)
class WaterClass(Part):
    """Class of facility water by its highest supply temperature; one without a figure takes what is warmer."""

    highest_c: Fact | None = fact("temperature", "highest facility water supply of the class")


@dataclass(frozen=True, kw_only=True)
class ElectricRules(Part):
    """Figures that electrical checks rest on: voltages, lengths, swings of the load, generators, storage, ordering."""

    countries_60_hz: str = text("countries whose grids run at 60 Hz, ISO 3166 alpha-2; all others run at 50 Hz")
    voltage_drop_share: Fact | None = fact("share", "voltage drop allowed from the grid to low-voltage boards")
    voltage_drop_one_lost_share: Fact | None = fact("share", "voltage drop allowed with any one part lost")
    mv_feeder_m: Fact | None = fact(
        "length", "medium-voltage cable from a board to the first unit substation of a ring"
    )
    mv_segment_m: Fact | None = fact("length", "medium-voltage cable between neighbouring unit substations")
    lv_transformer_m: Fact | None = fact("length", "low-voltage cable from a unit substation to its board")
    lv_generator_m: Fact | None = fact("length", "low-voltage cable from a generator to its board")
    lv_ups_m: Fact | None = fact("length", "low-voltage cable from a board to a UPS")
    lv_busway_m: Fact | None = fact("length", "low-voltage cable to a busway of the nearest row; other rows add theirs")
    lv_grouping_share: Fact | None = fact("share", "ampacity left by cables side by side")
    lv_conductors: Fact | None = fact("count", "conductors of one set: phases and neutral")
    continuous_ratio: Fact | None = fact("count", "conductor ampacity over continuous load")
    generator_conductor_ratio: Fact | None = fact("count", "conductor ampacity over a generator's rated current")
    lv_drop_share: Fact | None = fact("share", "voltage drop allowed along one low-voltage feeder")
    lv_total_drop_share: Fact | None = fact("share", "voltage drop allowed along all low-voltage feeders to a rack")
    room_c: Fact | None = fact("temperature", "ambient of electrical rooms and of busways")
    swing_period_s: Fact | None = fact("duration", "time of one training step as the grid sees it")
    swing_duty_share: Fact | None = fact("share", "part of a training step at high power")
    swing_skew_s: Fact | None = fact("duration", "spread of the racks of one job around their common step")
    genset_subtransient_share: Fact | None = fact("share", "subtransient reactance of a generator")
    genset_dip_share: Fact | None = fact("share", "voltage dip allowed in a load step of a generator")
    genset_start_s: Fact | None = fact("duration", "time until a generator carries its board")
    low_voltage_ride_through_s: Fact | None = fact("duration", "grid fault through which a large load must stay on")
    busbar_drop_share: Fact | None = fact("share", "voltage drop allowed along a rack busbar")
    mv_earth_current_a: Fact | None = fact("current", "earth-fault current that a neutral impedance is chosen for")
    mv_zero_ratio: Fact | None = fact("count", "zero- over positive-sequence impedance of medium-voltage cable")
    earth_pickup_share: Fact | None = fact("share", "pickup of an earth-fault relay over the current of the neutral")
    earth_pickup_least_a: Fact | None = fact("current", "smallest pickup of an earth-fault relay")
    earth_margin_ratio: Fact | None = fact("count", "least fault over pickup, and pickup over own capacitive current")
    load_bank_usd_per_kw: Fact | None = fact("money", "price of a load bank for one kilowatt")
    rack_usd_per_kw: Fact | None = fact("money", "price of a rack for one kilowatt of its peak where none is stated")
    drawing_days: Fact | None = fact("time", "slot and approval of drawings before a maker accepts an order")
    pickup_ratio: Fact | None = fact("count", "pickup of an inverse-time relay over rated current")
    grading_interval_s: Fact | None = fact("duration", "time between the trips of two breakers in series")
    fault_withstand_s: Fact | None = fact("duration", "time a transformer withstands a fault at its terminals")


@dataclass(frozen=True, kw_only=True)
class LayoutRules(Part):
    """Rules of the hall and the cable plant: heights, slack, stock lengths, fill."""

    drop_height_m: Fact | None = fact("length", "vertical drop from tray to rack top")
    rack_run_m: Fact | None = fact("length", "mean vertical run inside a rack")
    slack_share: Fact | None = fact("share", "extra length as a share of the path")
    service_loop_m: Fact | None = fact("length", "service loop at both ends together")
    tray_fill_share: Fact | None = fact("share", "highest fill of a tray's cross-section")
    tray_area_m2: Fact | None = fact("area", "cross-section of a tray")
    bend_radius_diameters: Fact | None = fact("count", "bend radius in cable diameters")
    stock_step_m: Fact | None = fact("length", "cables are stocked in steps of this length")
    rack_pitch_m: Fact | None = fact("length", "centre to centre of neighbouring racks")
    row_pitch_m: Fact | None = fact("length", "centre to centre of neighbouring rows")
    hall_distance_m: Fact | None = fact("length", "tray path between neighbouring halls; a hall's width if absent")
    spare_share: Fact | None = fact(
        "share", "spares as a share of installed cables without a failure rate or lead time"
    )
    spare_service_share: Fact | None = fact("share", "chance that spares last until failed ones are replaced")
    service_years: Fact | None = fact("count", "years over which replacements of failed cables count as their cost")


@dataclass(frozen=True, kw_only=True)
class BundleRules(Part):
    """How cables between the same two racks are bound together."""

    bundle_diameter_m: Fact | None = fact("length", "largest bundle that is bound, lifted and laid as one")
    packing_share: Fact | None = fact("share", "cross-section of the cables over that of the round bundle")


@dataclass(frozen=True, kw_only=True)
class FuelGas(Part):
    """Gas burnt or reformed on site."""

    heat_mwh_per_m3: Fact | None = fact("volume_heat", "higher heating value of a cubic metre at 15.6 C and 1 atm")
    co2_kg_per_mwh: Fact | None = fact("emission", "carbon dioxide for each MWh of higher heating value")


@dataclass(frozen=True, kw_only=True)
class ThermalStorage(Part):
    """Tank of facility water that carries a hall's heat while heat rejection is lost."""

    volume_m3: Fact | None = fact("volume", "water it holds")
    span_k: Fact | None = fact("temperature_rise", "widest span from cold supply to warm return it keeps in layers")
    usable_share: Fact | None = fact("share", "cold water that leaves it before the mixed layer does")
    loss_share_per_h: Fact | None = fact("share", "standing loss of what it holds, each hour")
    flow_lpm: Fact | None = fact("flow", "highest flow without mixing")
