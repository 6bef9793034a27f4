"""Which words may stand in a text field, and which figures must a part of each class carry?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rackwright.catalog import fibre, generations, installation, parts, software
from rackwright.catalog.parts import Part

__all__ = ["AIRFLOWS", "REQUIRED_FACTS", "TEXT_CHOICES"]

PROTOCOLS: Final = frozenset({"ethernet", "infiniband"})
FIBRES: Final = frozenset({"", "single-mode", "multimode"})
CAGES: Final = frozenset(
    {"", "OSFP", "QSFP112", "QSFP-DD", "QSFP56", "QSFP28", "QSFP+", "SFP112", "SFP56", "SFP28", "SFP+", "SFP", "RJ45"}
)
CONNECTORS: Final = frozenset({"", "MPO-12", "MPO-16", "LC", "RJ45"})
AIRFLOWS: Final = frozenset({"", "front-to-rear", "rear-to-front", "passive"})
MULTI_FIBRE: Final = frozenset({"MPO-12", "MPO-16", "MPO-24"})

TEXT_CHOICES: Final[Mapping[tuple[type[Part], str], frozenset[str]]] = {
    (parts.Tray, "role"): frozenset(
        {"compute", "scale-up-switch", "power", "battery", "storage", "control", "management", "blank"}
    ),
    (parts.RackFrame, "form"): frozenset({"ORV3", "MGX", "ORW", "EIA-310", "Kyber"}),
    (parts.Tray, "airflow"): AIRFLOWS,
    (parts.Tray, "scale_out_cage"): CAGES,
    (parts.Tray, "storage_cage"): CAGES,
    (parts.Switch, "airflow"): AIRFLOWS,
    (parts.Switch, "protocol"): PROTOCOLS,
    (parts.Switch, "cage"): CAGES - {""},
    (parts.Nic, "protocol"): PROTOCOLS,
    (parts.Transceiver, "cage"): CAGES - {""},
    (parts.Transceiver, "fibre"): FIBRES - {""},
    (parts.Transceiver, "connector"): CONNECTORS - {""},
    (parts.CableAssembly, "medium"): frozenset({"dac", "acc", "aec", "aoc", "fibre", "copper"}),
    (parts.CableAssembly, "cage"): CAGES,
    (parts.CableAssembly, "fibre"): FIBRES,
    (parts.CableAssembly, "connector"): CONNECTORS,
    (parts.CableAssembly, "leg_cage"): CAGES,
    (parts.CableAssembly, "leg_connector"): CONNECTORS,
    (parts.PowerShelf, "role"): frozenset({"rectifier", "battery", "capacitor", "side-rack", "bess"}),
    (parts.Transformer, "role"): frozenset({"hv-mv", "mv-lv"}),
    (parts.Switchgear, "role"): frozenset({"mv", "lv"}),
    (parts.Breaker, "role"): frozenset({"breaker", "ats", "sts"}),
    (parts.Generator, "role"): frozenset({"standby", "turbine", "engine", "fuel-cell"}),
    (parts.Busway, "role"): frozenset({"busway", "tap"}),
    (installation.Conductor, "metal"): frozenset({"Cu", "Al"}),
    (installation.Conductor, "code"): frozenset({"NEC", "IEC"}),
    (installation.MvCable, "metal"): frozenset({"Cu", "Al"}),
    (fibre.FibreTrunk, "fibre"): FIBRES - {""},
    (fibre.FibreTrunk, "connector"): MULTI_FIBRE,
    (fibre.FibreTrunk, "polarity"): frozenset({"A", "B"}),
    (fibre.FibreCassette, "fibre"): FIBRES - {""},
    (fibre.FibreCassette, "rear"): MULTI_FIBRE,
    (fibre.FibreCassette, "connector"): MULTI_FIBRE,
    (installation.Derating, "place"): frozenset({"outdoor", "room"}),
    (parts.Cdu, "role"): frozenset({"liquid", "air"}),
    (parts.HeatRejection, "role"): frozenset({"dry-cooler", "adiabatic", "chiller", "tower"}),
    (parts.Component, "group"): frozenset(
        {"package", "memory", "board", "cooling", "cable", "mechanical", "power", "storage", "network", "silicon"}
    ),
    (parts.Component, "mount"): frozenset({"", "rear", "side"}),
    (parts.OperatorCoefficients, "operator"): frozenset(
        {
            "gemm",
            "grouped-gemm",
            "prefill-attention",
            "decode-attention",
            "elementwise",
            "quantise",
            "logits",
            "optimiser",
            "collective",
            "engine",
        }
    ),
    (parts.OperatorCoefficients, "precision"): frozenset({"bf16", "fp8", "fp8-block", "fp4", "any"}),
    (software.SoftwareStack, "use"): frozenset({"training", "serving"}),
    (parts.ModelArchitecture, "family"): frozenset({"dense", "moe"}),
    (parts.ModelArchitecture, "attention"): frozenset({"MHA", "GQA", "MQA", "MLA"}),
    (parts.ModelArchitecture, "native_precision"): frozenset({"bf16", "fp8", "fp4"}),
}
"""Words allowed in a text field."""

REQUIRED_FACTS: Final[Mapping[type[Part], tuple[str, ...]]] = {
    parts.Accelerator: ("memory_byte", "memory_byte_s", "scale_up_domain"),
    parts.Tray: ("height_u", "power_w"),
    parts.RackFrame: ("height_u", "width_mm", "depth_mm", "static_load_kg"),
    parts.Switch: ("ports", "port_gbit_s", "ports_per_cage", "height_u", "power_w"),
    parts.Nic: ("ports", "port_gbit_s", "power_w"),
    parts.Transceiver: ("rate_gbit_s", "links", "reach_m", "power_w"),
    parts.CableAssembly: ("rate_gbit_s", "reach_m"),
    fibre.OpticalStandard: ("loss_db", "fibres"),
    fibre.FibreTrunk: ("legs", "leg_fibres", "reach_m", "loss_db_km"),
    fibre.FibreCassette: ("rear_ports", "ports", "mated_pairs", "pair_loss_db"),
    fibre.PatchPanel: ("height_u", "cassettes"),
    parts.PowerShelf: ("rating_w",),
    parts.Ups: ("rating_w", "efficiency_share"),
    parts.Transformer: ("rating_va", "primary_v", "secondary_v", "impedance_share", "efficiency_share"),
    parts.Switchgear: ("voltage_v", "rating_a", "interrupting_a"),
    parts.Breaker: ("rating_a",),
    parts.Generator: ("rating_w",),
    parts.Busway: ("rating_a", "voltage_v"),
    installation.Conductor: ("area_m2",),
    installation.CableTermination: ("voltage_v",),
    installation.MvCable: ("voltage_v", "ampacity_a", "resistance_ohm", "reactance_ohm"),
    installation.Derating: ("ambient_c", "share_per_k", "altitude_m", "share_per_hectometre"),
    installation.ElectricRules: ("voltage_drop_share", "swing_period_s", "swing_duty_share"),
    installation.Pipe: ("bore_m", "roughness_m"),
    installation.BundleRules: ("bundle_diameter_m", "packing_share"),
    parts.Cdu: ("rating_w", "pump_w"),
    parts.HeatRejection: ("rating_w", "approach_k", "electric_per_heat"),
    installation.FuelGas: ("heat_mwh_per_m3", "co2_kg_per_mwh"),
    installation.ThermalStorage: ("volume_m3", "span_k", "usable_share", "loss_share_per_h", "flow_lpm"),
    installation.LayoutRules: (
        "drop_height_m",
        "rack_run_m",
        "slack_share",
        "service_loop_m",
        "tray_fill_share",
        "stock_step_m",
        "rack_pitch_m",
        "row_pitch_m",
    ),
    parts.OperatorCoefficients: (),
    parts.PlanningRules: (),
    software.SoftwareStack: (),
    parts.FacilityRules: ("coolant_kg_m3", "coolant_j_kg_k", "air_supply_c", "air_rise_k", "power_factor"),
    generations.MemoryStack: ("byte", "byte_s", "power_w", "price_usd"),
    generations.DesignRules: (
        "rack_life_days",
        "facility_life_days",
        "facility_usd_per_kw",
        "energy_overhead",
        "rack_price_ratio",
        "rack_power_ratio",
        "compute_w_per_pflop_s",
        "compute_usd_per_pflop_s",
        "scale_up_w_per_tbyte_s",
        "scale_up_usd_per_tbyte_s",
        "domain_usd_per_doubling",
        "scale_out_w_per_tbit_s",
        "scale_out_usd_per_tbit_s",
    ),
    parts.BomLine: ("quantity",),
    parts.ModelArchitecture: ("layers", "hidden", "heads", "vocab"),
}
"""Figures a part of the class must carry, beside those declared `required`."""
