"""Which parts does the catalog know, and which facts does each kind of part carry?

A part is a frozen dataclass; each figure on it is a `Fact` with unit, source, kind and band, in the unit that its field
names (`power_w`, `length_m`). `fact(...)` declares it: loader, lint, schema and reference page are made of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "Accelerator",
    "BomLine",
    "Breaker",
    "Busway",
    "CableAssembly",
    "Cdu",
    "Component",
    "FacilityRules",
    "Fact",
    "FactKind",
    "Generator",
    "HeatRejection",
    "ModelArchitecture",
    "Nic",
    "OperatorCoefficients",
    "Part",
    "PlanningRules",
    "PowerShelf",
    "RackFrame",
    "Status",
    "Switch",
    "Switchgear",
    "Transceiver",
    "Transformer",
    "Tray",
    "Ups",
    "fact",
    "text",
]

FactKind = Literal["datasheet", "standard", "measured", "filing", "estimate", "assumption", "computed", "definition"]
Status = Literal["shipping", "ramping", "in development", "announced", "hypothetical", "legacy"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its evidence.

    Parameters
    ----------
    id
        `PART.FIELD`, how `explain` names it.
    value, low, high
        In the canonical unit of the field; `low` and `high` are None for a figure taken as certain.
    unit, written
        Canonical unit, and the figure as the source or the catalog file writes it, such as `132 kW`.
    source
        Id of a source in sources.yaml; empty for an assumption and for a definition.
    at
        Place inside the source (table, page, clause); what defines it, for a definition.
    kind
        What sort of evidence it is; a definition holds by what the part or the unit is called.
    year
        Year of the figure; prices and lead times age.
    """

    id: str
    value: float
    unit: str
    written: str
    source: str
    kind: FactKind
    at: str = ""
    low: float | None = None
    high: float | None = None
    year: int | None = None

    @property
    def band(self) -> tuple[float, float]:
        """`(low, high)`, both equal to `value` where no band is given."""
        return (self.value if self.low is None else self.low, self.value if self.high is None else self.high)


def fact(dimension: str, meaning: str, *, required: bool = False) -> Any:
    """Declare a dataclass field that holds a `Fact` (or None when it is not required)."""
    metadata = {"dimension": dimension, "meaning": meaning, "required": required}
    return field(default=None, metadata=metadata)


def text(meaning: str, default: str = "") -> Any:
    """Declare a dataclass field that holds plain text (no figure)."""
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Part:
    """What every part has."""

    id: str
    name: str
    vendor: str = ""
    status: Status = "shipping"
    note: str = ""
    origin: str = text("usual country of origin, ISO 3166 alpha-2; empty if not known")
    hts: str = text("Harmonized Tariff Schedule heading")
    price_usd: Fact | None = fact("money", "price class for planning")
    lead_days: Fact | None = fact("time", "lead time from order acceptance")
    mass_kg: Fact | None = fact("mass", "mass as installed, dry")
    failures_per_h: Fact | None = fact("failure_rate", "failure rate in the field")


@dataclass(frozen=True, kw_only=True)
class Accelerator(Part):
    """One accelerator package as software sees it (dense figures, one-way links)."""

    memory_type: str = text("memory technology")
    scale_up: str = text("scale-up technology")
    generation: str = text("generation of devices that run the same kernels; empty if none has been measured")
    bf16_flop_s: Fact | None = fact("compute", "dense BF16 peak")
    fp8_flop_s: Fact | None = fact("compute", "dense FP8 peak; absent if the device lacks it")
    fp4_flop_s: Fact | None = fact("compute", "dense FP4 peak; absent if the device lacks it")
    int8_op_s: Fact | None = fact("compute", "dense INT8 peak")
    memory_byte: Fact | None = fact("bytes", "on-package memory")
    memory_byte_s: Fact | None = fact("bandwidth", "memory bandwidth")
    scale_up_byte_s: Fact | None = fact("bandwidth", "scale-up bandwidth, one way")
    scale_up_domain: Fact | None = fact("count", "accelerators in one scale-up domain")
    scale_out_gbit_s: Fact | None = fact("link_rate", "scale-out rate per accelerator")
    sram_byte: Fact | None = fact("bytes", "on-chip memory all of its units share: last-level cache or its like")
    logic_m2: Fact | None = fact("area", "silicon of its compute and link dies, without memory stacks")
    host_byte_s: Fact | None = fact("bandwidth", "link to the memory of its host, one way")
    host_memory_byte: Fact | None = fact("bytes", "memory of the host for each of its accelerators")
    power_w: Fact | None = fact("power", "thermal design power of the package")
    all_in_w: Fact | None = fact("power", "facility power per accelerator, all-in")
    idle_share: Fact | None = fact("share", "power when idle as a share of thermal design power")
    peak_ratio: Fact | None = fact("count", "millisecond peak over thermal design power")
    tco_usd_per_h: Fact | None = fact("money", "cost of owning and running it for an hour, hyperscale")


@dataclass(frozen=True, kw_only=True)
class Tray(Part):
    """A thing that sits in a rack slot: compute tray, switch tray, server, CPU node, storage node, management switch.

    `role` is one of compute, scale-up-switch, power, battery, storage, control, management, blank.
    """

    role: str = text("what the tray does")
    airflow: str = text("way of the air: front-to-rear, rear-to-front, passive; taken as front-to-rear where empty")
    accelerator: str = text("id of the accelerator it carries, if any")
    scale_out_cage: str = text("form factor of its scale-out cages; taken as the switch's where empty")
    storage_cage: str = text("form factor of its storage and in-band cages; taken as the switch's where empty")
    accelerators: Fact | None = fact("count", "accelerator packages in the tray")
    height_u: Fact | None = fact("rack_unit", "height in rack units")
    power_w: Fact | None = fact("power", "electric load at thermal design power, with its accelerators")
    liquid_share: Fact | None = fact("share", "share of its heat that leaves in liquid")
    scale_out_ports: Fact | None = fact("count", "scale-out network ports")
    scale_out_gbit_s: Fact | None = fact("link_rate", "rate of one scale-out port")
    scale_out_ports_per_cage: Fact | None = fact("count", "scale-out ports in one cage; one where not given")
    storage_ports: Fact | None = fact("count", "storage and in-band network ports")
    storage_gbit_s: Fact | None = fact("link_rate", "rate of one storage port")
    management_ports: Fact | None = fact("count", "out-of-band management ports")
    scale_up_links: Fact | None = fact("count", "scale-up links leaving the tray")


@dataclass(frozen=True, kw_only=True)
class RackFrame(Part):
    """An empty rack: ORV3, MGX, ORW or 19-inch."""

    form: str = text("ORV3, MGX, ORW or EIA-310")
    height_u: Fact | None = fact("rack_unit", "usable height")
    width_mm: Fact | None = fact("length", "outer width")
    depth_mm: Fact | None = fact("length", "outer depth")
    static_load_kg: Fact | None = fact("mass", "load it may carry")
    busbar_v: Fact | None = fact("voltage", "direct voltage of its busbar")
    busbar_w: Fact | None = fact("power", "power its busbar carries")
    busbar_ohm: Fact | None = fact("impedance", "resistance of its busbar from end to end, both poles")
    standing_slope: Fact | None = fact("count", "slope, rise over run, at which it must still stand unanchored")


@dataclass(frozen=True, kw_only=True)
class Switch(Part):
    """A network switch; ports are logical ports at `port_gbit_s`, cages are what a cable plugs into."""

    protocol: str = text("ethernet or infiniband")
    cage: str = text("form factor of a cage: OSFP, QSFP112, QSFP28, RJ45")
    airflow: str = text("way of the air as it is mounted; taken as front-to-rear where empty")
    ports: Fact | None = fact("count", "logical ports at full rate")
    port_gbit_s: Fact | None = fact("link_rate", "rate of a logical port")
    ports_per_cage: Fact | None = fact("count", "logical ports in one cage")
    uplinks: Fact | None = fact("count", "uplink ports of another kind, beside the logical ports")
    uplink_gbit_s: Fact | None = fact("link_rate", "rate of an uplink port")
    lane_step: Fact | None = fact("count", "lanes of the chip from one copper port to the next, 1 if not given")
    height_u: Fact | None = fact("rack_unit", "height")
    power_w: Fact | None = fact("power", "load without modules")
    cage_power_w: Fact | None = fact("power", "module power a cage can feed and cool")


@dataclass(frozen=True, kw_only=True)
class Nic(Part):
    """A network adapter."""

    protocol: str = text("ethernet or infiniband")
    ports: Fact | None = fact("count", "ports")
    port_gbit_s: Fact | None = fact("link_rate", "rate of a port")
    power_w: Fact | None = fact("power", "load")


@dataclass(frozen=True, kw_only=True)
class Transceiver(Part):
    """A pluggable optical module; one at each end of a fibre cable."""

    cage: str = text("form factor")
    fibre: str = text("single-mode or multimode")
    connector: str = text("MPO-12, MPO-16, LC")
    optics: str = text("id of the optical standard it keeps, which says what its fibres may lose")
    rate_gbit_s: Fact | None = fact("link_rate", "rate of one logical link it serves")
    links: Fact | None = fact("count", "logical links in one module")
    reach_m: Fact | None = fact("length", "reach")
    power_w: Fact | None = fact("power", "load")


@dataclass(frozen=True, kw_only=True)
class CableAssembly(Part):
    """A cable bought or made by length: straight, or a splitter with one plug at its head and one at each leg."""

    medium: str = text("dac, acc, aec, aoc, fibre or copper")
    cage: str = text("form factor at both ends, of a splitter at its head; empty for fibre")
    fibre: str = text("single-mode or multimode, for fibre")
    connector: str = text("MPO-12, MPO-16, LC, RJ45; of a splitter at its head")
    leg_cage: str = text("form factor at the legs of a splitter where it is not that of the head")
    leg_connector: str = text("connector at the legs of a splitting fibre where it is not that of the head")
    leg_optics: str = text("optical standard that the legs meet where it is not that met by the head")
    legs: Fact | None = fact("count", "legs of a splitter; one where not given")
    rate_gbit_s: Fact | None = fact("link_rate", "highest rate of one link; of a splitter, of one leg")
    reach_m: Fact | None = fact("length", "longest length sold or allowed")
    power_w: Fact | None = fact("power", "load at all plugs together, half of it at the head")
    price_per_m_usd: Fact | None = fact("money", "price per metre on top of that of the ends, all legs together")
    diameter_m: Fact | None = fact("length", "outer diameter, of a splitter that of one leg; for tray fill")


@dataclass(frozen=True, kw_only=True)
class PowerShelf(Part):
    """Rectifier shelf, battery shelf or capacitor tray in the rack, or a DC side rack."""

    role: str = text("rectifier, battery, capacitor, side-rack, or bess: storage of a site")
    rating_w: Fact | None = fact("power", "rated output")
    output_v: Fact | None = fact("voltage", "direct voltage of a side rack's output, pole to pole")
    modules: Fact | None = fact("count", "modules in the shelf")
    redundant_modules: Fact | None = fact("count", "modules that may fail at full output")
    efficiency_share: Fact | None = fact("share", "efficiency near full load")
    height_u: Fact | None = fact("rack_unit", "height")
    ride_through_s: Fact | None = fact("duration", "time at rating from storage")


@dataclass(frozen=True, kw_only=True)
class Ups(Part):
    """Static uninterruptible power supply with battery."""

    rating_w: Fact | None = fact("power", "rated output")
    efficiency_share: Fact | None = fact("share", "efficiency, double conversion, near full load")
    eco_efficiency_share: Fact | None = fact("share", "efficiency in eco mode")
    ride_through_s: Fact | None = fact("duration", "battery time at rating")


@dataclass(frozen=True, kw_only=True)
class Transformer(Part):
    """HV/MV power transformer or MV/LV unit substation."""

    role: str = text("hv-mv or mv-lv")
    rating_va: Fact | None = fact("apparent_power", "rated apparent power")
    primary_v: Fact | None = fact("voltage", "primary voltage")
    secondary_v: Fact | None = fact("voltage", "secondary voltage")
    impedance_share: Fact | None = fact("share", "short-circuit impedance")
    efficiency_share: Fact | None = fact("share", "efficiency near the planning load")


@dataclass(frozen=True, kw_only=True)
class Switchgear(Part):
    """Medium- or low-voltage switchgear line-up (a board)."""

    role: str = text("mv or lv")
    voltage_v: Fact | None = fact("voltage", "rated voltage")
    rating_a: Fact | None = fact("current", "busbar rating")
    interrupting_a: Fact | None = fact("current", "interrupting rating")


@dataclass(frozen=True, kw_only=True)
class Breaker(Part):
    """Circuit breaker, static or automatic transfer switch."""

    role: str = text("breaker, ats or sts")
    rating_a: Fact | None = fact("current", "continuous rating")
    interrupting_a: Fact | None = fact("current", "interrupting rating")
    efficiency_share: Fact | None = fact("share", "efficiency")


@dataclass(frozen=True, kw_only=True)
class Generator(Part):
    """Standby genset, or on-site turbine, engine or fuel cell."""

    role: str = text("standby, turbine, engine or fuel-cell")
    rating_w: Fact | None = fact("power", "rated output")
    step_share: Fact | None = fact("share", "largest load step it takes")
    efficiency_share: Fact | None = fact("share", "net electric efficiency on the higher heating value")


@dataclass(frozen=True, kw_only=True)
class Busway(Part):
    """Overhead busway run, or the tap box and whip to a rack."""

    role: str = text("busway or tap")
    rating_a: Fact | None = fact("current", "rating")
    voltage_v: Fact | None = fact("voltage", "line-to-line voltage")
    efficiency_share: Fact | None = fact("share", "efficiency at planning load and length")


@dataclass(frozen=True, kw_only=True)
class Cdu(Part):
    """Coolant distribution unit, liquid to liquid (or a computer-room air handler with `role` air)."""

    role: str = text("liquid or air")
    rating_w: Fact | None = fact("power", "heat it moves at the stated approach")
    approach_k: Fact | None = fact("temperature_rise", "secondary supply above facility supply")
    flow_lpm: Fact | None = fact("flow", "rated secondary flow")
    pump_w: Fact | None = fact("power", "electric load of pumps or fans at rating")
    outdoor_rise_k: Fact | None = fact("temperature_rise", "air supply above outdoor air taken in directly")
    outdoor_electric_per_heat: Fact | None = fact("count", "electric W per W of heat for that, beside its fans")


@dataclass(frozen=True, kw_only=True)
class HeatRejection(Part):
    """Dry cooler, adiabatic cooler, chiller or cooling tower, as `role` says."""

    role: str = text("dry-cooler, adiabatic, chiller or tower")
    rating_w: Fact | None = fact("power", "heat rejected at rating")
    approach_k: Fact | None = fact("temperature_rise", "supply above ambient (dry or wet bulb)")
    electric_per_heat: Fact | None = fact("count", "electric W per W of heat at planning conditions")
    water_l_per_kwh: Fact | None = fact("count", "water used, litres per kWh of heat")
    free_approach_k: Fact | None = fact("temperature_rise", "free water above dry bulb, above wet bulb with a tower")
    free_electric_per_heat: Fact | None = fact("count", "electric W per W of heat without compressor")
    restart_s: Fact | None = fact("duration", "loss of power to full heat, generators' start in it")


@dataclass(frozen=True, kw_only=True)
class Component(Part):
    """Anything below a slot: package, memory stack, board, cold plate, quick disconnect, manifold, cartridge, fan."""

    group: str = text("package, memory, board, cooling, cable, mechanical, power, storage, network, silicon")
    mount: str = text("where it hangs in a rack: rear, side; inside where empty")
    power_w: Fact | None = fact("power", "load, where it has one")


@dataclass(frozen=True, kw_only=True)
class BomLine(Part):
    """How many of one part go into another; the usual structure, where a program states none."""

    parent: str = text("id of the part that contains")
    child: str = text("id of the part contained")
    quantity: Fact | None = fact("count", "pieces of the child in one parent", required=True)


@dataclass(frozen=True, kw_only=True)
class OperatorCoefficients(Part):
    """Coefficients of t = floor + ((c F/P)^p + (m B/W)^p)^(1/p) for one operator class and precision."""

    operator: str = text(
        "gemm, grouped-gemm, prefill- or decode-attention, elementwise, quantise, logits, optimiser, collective, engine"
    )
    precision: str = text("bf16, fp8, fp4, or any")
    generation: str = text("ratios of this generation of devices to the figures of the class; empty: the class")
    floor_s: Fact | None = fact("duration", "launch floor t0")
    compute_factor: Fact | None = fact("count", "c: time at peak is multiplied by this")
    memory_factor: Fact | None = fact("count", "m: time at full bandwidth is multiplied by this")
    exponent: Fact | None = fact("count", "p: how compute and memory overlap")
    latency_s: Fact | None = fact("duration", "collective: latency per step")
    efficiency_share: Fact | None = fact("share", "collective: share of the nominal link at large size")
    half_size_byte: Fact | None = fact("bytes", "collective: message size at half of that efficiency")
    unit_s: Fact | None = fact("duration", "serial time of a unit: inner length, sequence and head, or expert reached")
    floor_ratio: Fact | None = fact("count", "generation: its launch floor (engine: loss a layer) over the class's")
    compute_ratio: Fact | None = fact("count", "generation: its compute time over that of the class")
    pools_ratio: Fact | None = fact("count", "engine: hand-over between pools on this generation over that of all")
    held_passes: Fact | None = fact("count", "experts: passes of every token a rank holds, routed to it or not")
    sustained_factor: Fact | None = fact("count", "compute time in long runs over compute time in short measurements")
    power_exponent: Fact | None = fact("count", "sustained speed grows with (thermal design power / BF16 peak) to this")
    softmax_width: Fact | None = fact("count", "attention: width whose products take as long as the exponentials")
    queued_floor_share: Fact | None = fact("share", "share of the floor that is left where kernels follow one another")
    kernel_error: Fact | None = fact("count", "measured over predicted time of kernels of left-out devices")


@dataclass(frozen=True, kw_only=True)
class PlanningRules(Part):
    """Figures of planning practice that sizing and siting rest on: overlap, reserves, activity, shares of a hall."""

    buffer_memory_share: Fact | None = fact("share", "device memory of runtime, graphs and communication buffers")
    fragmentation_share: Fact | None = fact("share", "device memory lost between what the allocator hands out")
    expert_imbalance: Fact | None = fact("count", "work of the busiest expert rank over the mean")
    tensor_overlap_share: Fact | None = fact("share", "tensor-parallel communication hidden behind computation")
    expert_overlap_share: Fact | None = fact("share", "expert all-to-all hidden behind computation")
    pipeline_overlap_share: Fact | None = fact("share", "stage-to-stage transfer hidden behind computation")
    data_overlap_share: Fact | None = fact("share", "gradient and weight exchange that may hide behind one micro batch")
    sharded_overlap_share: Fact | None = fact("share", "exchange of sharded weights hidden behind a layer")
    fitted_sram_byte: Fact | None = fact("bytes", "least on-chip memory of the devices that operators were fitted on")
    host_contention_share: Fact | None = fact("share", "overlap by which a host transfer and the work beside it slow")
    campus_efficiency_share: Fact | None = fact("share", "share of the rate between campuses that large messages reach")
    host_reserve_share: Fact | None = fact("share", "host memory kept for the system, data and checkpoints")
    launch_yearly_gain: Fact | None = fact("count", "host time of experts over that of a year later")
    yearly_gain: Fact | None = fact("count", "step time, but for the host, over that of a release a year later")
    queue_randomness: Fact | None = fact("count", "share of the others' queue a request of a closed loop finds")
    burst_share: Fact | None = fact("share", "requests of a closed-loop measurement that belong to its opening burst")
    dense_step_error: Fact | None = fact("count", "measured over predicted step of left-out dense models")
    moe_step_error: Fact | None = fact("count", "measured over predicted step of left-out mixture models")
    tpot_error: Fact | None = fact("count", "measured over predicted time per output token of left-out hardware")
    ttft_error: Fact | None = fact("count", "measured over predicted time to first token of left-out hardware")
    own_run_hardware_share: Fact | None = fact("share", "error shared with a run of another model on the same hardware")
    own_run_model_share: Fact | None = fact("share", "error shared with a run of the same model on the same hardware")
    own_run_configuration_share: Fact | None = fact("share", "error shared with a run of the same configuration")
    verified_per_accepted: Fact | None = fact("count", "drafted tokens verified for each one accepted beyond the first")
    accelerator_failures_per_h: Fact | None = fact("failure_rate", "failures of an accelerator that states none itself")
    interruption_factor: Fact | None = fact("count", "failures that stop a gang over those of its accelerators alone")
    checkpoint_s: Fact | None = fact("duration", "time training stands still to write a checkpoint")
    restart_s: Fact | None = fact("duration", "time from a failure until training goes on")
    repair_s: Fact | None = fact("duration", "time an accelerator is out for repair")
    compute_power_share: Fact | None = fact("share", "accelerator power in compute phases over thermal design power")
    communication_power_share: Fact | None = fact("share", "accelerator power while it waits for the network")
    memory_power_share: Fact | None = fact("share", "accelerator power in phases bound by memory bandwidth")
    other_idle_share: Fact | None = fact("share", "power of the rest of a rack when idle over its load")
    phase_ramp_s: Fact | None = fact("duration", "time from communication to compute power")
    network_rack_fill_share: Fact | None = fact("share", "height of a network rack that switches take")
    plant_position_share: Fact | None = fact("share", "positions of a hall kept for cooling and power units")


@dataclass(frozen=True, kw_only=True)
class FacilityRules(Part):
    """Figures of building services that cooling and power rest on: coolant properties, room air, power factor."""

    coolant_kg_m3: Fact | None = fact("density", "density of the coolant at its mean temperature")
    coolant_j_kg_k: Fact | None = fact("heat_capacity", "specific heat of the coolant at its mean temperature")
    air_supply_c: Fact | None = fact("temperature", "highest air temperature at rack inlets")
    air_rise_k: Fact | None = fact("temperature_rise", "air temperature rise through a rack")
    power_factor: Fact | None = fact("share", "power factor at which ratings in VA and A are turned into W")
    season_share: Fact | None = fact("share", "share of the season in the swing of a year made from design conditions")
    mean_depression_share: Fact | None = fact("share", "mean wet-bulb depression over that of the design day")
    coolant_pa_s: Fact | None = fact("viscosity", "dynamic viscosity of the coolant at its mean temperature")
    manifold_lack_share: Fact | None = fact("share", "flow the last rack of a manifold may lack against the mean")
    rack_drop_pa: Fact | None = fact("pressure", "hoses, rack manifold and cold plates of a rack at design flow")
    cdu_drop_pa: Fact | None = fact("pressure", "heat exchanger, filter and valves of a CDU at design flow")
    header_m: Fact | None = fact("length", "pipe from a CDU to its first rack, one way, fittings as length")
    header_m_per_rack: Fact | None = fact("length", "header from rack to rack, one way, fittings as length")
    pipe_m_s: Fact | None = fact("speed", "highest speed of coolant in a pipe, by which its bore is chosen")
    pump_efficiency_share: Fact | None = fact("share", "hydraulic over electric power of a coolant pump with its drive")
    pumps_per_cdu: Fact | None = fact("count", "pumps that run in parallel in a CDU")
    loop_l_per_kw: Fact | None = fact("count", "litres of coolant in a rack loop for each kW of its heat")
    facility_l_per_kw: Fact | None = fact("count", "litres of facility water for each kW of heat")
    room_dew_c: Fact | None = fact("temperature", "highest dew point of room air")


@dataclass(frozen=True, kw_only=True)
class ModelArchitecture(Part):
    """A transformer's shape; figures are counts (no unit)."""

    family: str = text("dense or moe")
    attention: str = text("MHA, GQA, MQA or MLA")
    native_precision: str = text("bf16, fp8 or fp4")
    release: str = text("date of release, as precise as known")
    layers: Fact | None = fact("count", "transformer blocks", required=True)
    dense_layers: Fact | None = fact("count", "blocks with a dense FFN")
    moe_layers: Fact | None = fact("count", "blocks with routed experts")
    attention_layers: Fact | None = fact("count", "blocks with softmax attention and a key-value cache; all if absent")
    linear_layers: Fact | None = fact("count", "blocks with a state-space or linear mixer of constant state")
    hidden: Fact | None = fact("count", "model width", required=True)
    heads: Fact | None = fact("count", "query heads", required=True)
    kv_heads: Fact | None = fact("count", "key-value heads")
    head_dim: Fact | None = fact("count", "width of a head")
    q_lora_rank: Fact | None = fact("count", "MLA query rank")
    kv_lora_rank: Fact | None = fact("count", "MLA key-value rank")
    o_lora_rank: Fact | None = fact("count", "rank of a grouped low-rank output projection")
    o_groups: Fact | None = fact("count", "groups of the low-rank output projection")
    shared_kv: Fact | None = fact("count", "1 if keys and values are one projection and one cache entry")
    kv_compression: Fact | None = fact("count", "tokens that share one cache entry, mean over blocks; 1 if absent")
    qk_nope_dim: Fact | None = fact("count", "MLA width without position")
    qk_rope_dim: Fact | None = fact("count", "MLA width with position")
    v_head_dim: Fact | None = fact("count", "MLA value width")
    ffn: Fact | None = fact("count", "width of the dense FFN")
    gated_ffn: Fact | None = fact("count", "1 if the FFN is gated (three matrices)")
    moe_ffn: Fact | None = fact("count", "width of one expert")
    experts: Fact | None = fact("count", "routed experts")
    topk: Fact | None = fact("count", "experts per token")
    shared_experts: Fact | None = fact("count", "shared experts")
    shared_ffn: Fact | None = fact("count", "width of all shared experts together")
    latent_moe_dim: Fact | None = fact("count", "width in which routed experts work; the model width if absent")
    vocab: Fact | None = fact("count", "vocabulary", required=True)
    tied_embeddings: Fact | None = fact("count", "1 if input and output embeddings are one matrix")
    context: Fact | None = fact("count", "longest context")
    sliding_window: Fact | None = fact("count", "attention window where sliding")
    sliding_share: Fact | None = fact("share", "share of blocks that slide")
    attended_keys: Fact | None = fact("count", "keys a query attends to at most, where an indexer chooses them")
    mtp_layers: Fact | None = fact("count", "multi-token-prediction blocks")
    params_total: Fact | None = fact("count", "parameters as published")
    params_active: Fact | None = fact("count", "active parameters per token as published")
