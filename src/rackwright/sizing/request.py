"""Which slices of program, catalog and racks does sizing use? Only `sizing_request` sees the whole of them."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from rackwright.base.errors import InputError
from rackwright.base.problem import Place, Problem, did_you_mean
from rackwright.base.units import Estimate
from rackwright.catalog import Catalog
from rackwright.catalog.generations import DesignRules
from rackwright.catalog.parts import (
    Accelerator,
    Fact,
    FactKind,
    ModelArchitecture,
    OperatorCoefficients,
    Part,
    PlanningRules,
)
from rackwright.catalog.software import SoftwareStack
from rackwright.program.model import Program
from rackwright.program.platforms import FabricTarget, Platform
from rackwright.program.workloads import MeasuredRun, Serving, Training
from rackwright.sizing.collectives import Link
from rackwright.sizing.crossings import ONE_CAMPUS, Campuses
from rackwright.sizing.device import GBIT_BYTES, Tier
from rackwright.sizing.own_runs import OwnRun
from rackwright.tables.racks import Racks

__all__ = ["RackKind", "ServingRun", "SizingRequest", "TrainingRun", "sizing_request"]

P = TypeVar("P", bound=Part)

_ACCELERATOR_FACTS = (
    "bf16_flop_s",
    "fp8_flop_s",
    "fp4_flop_s",
    "memory_byte",
    "memory_byte_s",
    "scale_up_byte_s",
    "scale_up_domain",
    "scale_out_gbit_s",
    "sram_byte",
    "host_byte_s",
    "host_memory_byte",
    "power_w",
    "idle_share",
)
_RULES = (
    "buffer_memory_share",
    "fragmentation_share",
    "expert_imbalance",
    "tensor_overlap_share",
    "expert_overlap_share",
    "pipeline_overlap_share",
    "data_overlap_share",
    "sharded_overlap_share",
    "fitted_sram_byte",
    "host_contention_share",
    "host_reserve_share",
    "dense_step_error",
    "moe_step_error",
    "tpot_error",
    "verified_per_accepted",
    "own_run_hardware_share",
    "own_run_model_share",
    "own_run_configuration_share",
    "accelerator_failures_per_h",
    "interruption_factor",
    "checkpoint_s",
    "restart_s",
    "repair_s",
    "compute_power_share",
    "memory_power_share",
    "communication_power_share",
    "other_idle_share",
    "phase_ramp_s",
)
_ECONOMY = ("energy_overhead", "rack_life_days", "facility_life_days", "facility_usd_per_kw")
_PRICES = ("price_usd", "lead_days", "mass_kg", "failures_per_h")


@dataclass(frozen=True)
class RackKind:
    """One platform as sizing sees it: its accelerator, how many are in a rack, the rack's peak load, its software.

    `tiers` are those of its scale-out network that are oversubscribed, as the program states them.
    """

    platform: str
    accelerator: Accelerator
    per_rack: int
    rack_w: float
    software: Estimate
    failures_per_h: Fact | None = None
    tiers: tuple[Tier, ...] = ()


@dataclass(frozen=True)
class TrainingRun:
    """A training run with its model and its days from the horizon's start; precisions that follow another are empty."""

    workload: str
    model: ModelArchitecture
    precision: str
    platforms: tuple[str, ...]
    tokens: float
    sequence_length: int
    global_batch: int
    start_day: int
    finish_day: int
    goodput: Estimate
    goodput_from: str = "stated"
    search: str = "plain"
    expert_precision: str = ""
    dispatch_precision: str = ""
    combine_precision: str = ""
    gradient_precision: str = "fp32"
    offload: str = "if-needed"
    campuses: Campuses = ONE_CAMPUS


@dataclass(frozen=True)
class ServingRun:
    """A serving demand with its model; `demand` is in output tokens per second from a day on.

    `mix` holds (share, input tokens, output tokens) of classes of length; `quantile` is 0 for the mean.
    """

    workload: str
    model: ModelArchitecture
    precision: str
    kv_precision: str
    platforms: tuple[str, ...]
    demand: tuple[tuple[int, Estimate], ...]
    input_tokens: float
    output_tokens: float
    ttft_s: float
    tpot_s: float
    prefix_cache_share: float
    tokens_per_step: float
    availability_share: float
    pools: str = "together"
    mix: tuple[tuple[float, float, float], ...] = ()
    quantile: float = 0.0
    arrival_cv2: float = 1.0
    chunk_tokens: float = 0.0
    draft_tokens: float = 0.0
    draft_acceptance_share: float = 0.0
    draft_time_share: float = 0.0
    most_domains: int = 1
    night_share: float = 1.0
    expert_precision: str = ""
    dispatch_precision: str = ""
    combine_precision: str = ""


@dataclass(frozen=True)
class SizingRequest:
    """Everything sizing depends on.

    `engine` is the serving engine whose overheads count, the catalog's first one; `economy` holds what a facility adds
    to energy, and the lives by which views price a token.
    """

    training: tuple[TrainingRun, ...]
    serving: tuple[ServingRun, ...]
    platforms: tuple[RackKind, ...]
    coefficients: tuple[OperatorCoefficients, ...]
    rules: PlanningRules
    serving_headroom_share: float
    engine: SoftwareStack | None = None
    economy: DesignRules | None = None
    own_runs: tuple[OwnRun, ...] = ()


def sizing_request(program: Program, catalog: Catalog, racks: Racks) -> SizingRequest:
    """Pick what sizing needs; parts keep only the figures it reads, so a price change sizes nothing again.

    Raises
    ------
    InputError
        A workload or platform names a part the catalog lacks, or a platform's newest rack holds no accelerator.
    """
    models = {name: catalog.get(ModelArchitecture, name) for name in _model_ids(program)}
    rules = catalog.get(PlanningRules, "planning-rules")
    return SizingRequest(
        training=tuple(_training(run, models[run.model], program, rules) for run in program.training),
        serving=tuple(_serving(run, models[run.model], program) for run in program.serving),
        platforms=tuple(_rack_kind(platform, catalog, racks) for platform in program.platforms),
        coefficients=tuple(replace(part, kernel_error=None) for part in catalog.all(OperatorCoefficients)),
        rules=_only(rules, _RULES),
        serving_headroom_share=program.policy.serving_headroom_share,
        economy=next((_only(part, _ECONOMY) for part in catalog.all(DesignRules)), None),
        engine=next((part for part in catalog.all(SoftwareStack) if part.use == "serving"), None),
        own_runs=tuple(_own_run(run, models[run.model]) for run in program.measured_runs),
    )


def _model_ids(program: Program) -> list[str]:
    sized = {run.model for run in (*program.training, *program.serving)}
    return sorted(sized | {run.model for run in program.measured_runs})


def _own_run(run: MeasuredRun, model: ModelArchitecture) -> OwnRun:
    return OwnRun(
        run=run.id,
        platform=run.platform,
        kind=run.kind,
        model=_architecture(model),
        precision=run.precision,
        kv_precision=run.kv_precision,
        accels=run.accelerators,
        rate=_measured(run, "rate", run.rate, "tok/s"),
        tpot=_measured(run, "tpot", run.tpot, "s"),
        sequence_length=run.sequence_length,
        global_batch=run.global_batch,
        input_tokens=run.input_tokens,
        output_tokens=run.output_tokens,
        users=run.users,
        tensor=run.tensor,
        pipeline=run.pipeline,
        expert=run.expert,
        micro_batch=run.micro_batch,
    )


def _measured(run: MeasuredRun, name: str, value: Estimate | None, unit: str) -> Fact | None:
    """A speed of the program as a fact, so that evidence and explanations name it."""
    if value is None:
        return None
    kind: FactKind = "measured" if run.source else "assumption"
    return Fact(
        id=f"measured_runs.{run.id}.{name}",
        value=value.value,
        unit=unit,
        written=f"{value.value:g} {unit}",
        source="",
        kind=kind,
        at=f"program, source {run.source}" if run.source else "program, without a source",
        low=value.low,
        high=value.high,
    )


def _only(part: P, facts: tuple[str, ...]) -> P:
    """The part with only these figures, and without prices and texts that do not bear on speed."""
    numbers = [field.name for field in dataclasses.fields(part) if "dimension" in field.metadata]
    changes: dict[str, Any] = {name: None for name in numbers if name not in facts}
    return replace(part, **changes, note="", origin="", hts="")


def _rack_kind(platform: Platform, catalog: Catalog, racks: Racks) -> RackKind:
    sku = platform.configurations[-1].id
    skus = racks.types["type"].to_list()
    accels = int(racks.types["accels"][skus.index(sku)]) if sku in skus else 0
    if accels < 1:
        rule = f'the rack "{sku}" holds no accelerator, so nothing can be sized on it.'
        place = Place(path=f"platforms[{platform.id}].configurations[{sku}]")
        raise InputError([Problem("rack-without-accelerator", place, rule, did_you_mean(sku, skus))])
    accelerator = catalog.get(Accelerator, platform.accelerator)
    return RackKind(
        platform=platform.id,
        accelerator=_only(accelerator, _ACCELERATOR_FACTS),
        per_rack=accels,
        rack_w=float(racks.types["peak_w"][skus.index(sku)]),
        software=platform.software,
        failures_per_h=accelerator.failures_per_h,
        tiers=_tiers(platform.fabric, accels),
    )


def _tiers(target: FabricTarget, per_rack: int) -> tuple[Tier, ...]:
    """Oversubscribed tiers of the scale-out network that the program asks for.

    A leaf joins a rail of a whole unit where rails are kept apart, else what stands in a rack; spines join a unit.
    """
    unit = float(target.unit_racks * per_rack)
    leaf = unit if target.family in _BY_RAIL else float(per_rack)
    tiers = [Tier(leaf, target.oversubscription)] if target.oversubscription > 1.0 else []
    if target.spine_oversubscription > 1.0:
        tiers.append(Tier(unit, target.oversubscription * target.spine_oversubscription))
    return tuple(tiers)


_BY_RAIL = ("rail-optimised", "rail-only")


def _architecture(model: ModelArchitecture) -> ModelArchitecture:
    changes: dict[str, Any] = dict.fromkeys(_PRICES)
    return replace(model, **changes, note="", origin="", hts="")


def _training(run: Training, model: ModelArchitecture, program: Program, rules: PlanningRules) -> TrainingRun:
    return TrainingRun(
        workload=run.id,
        model=_architecture(model),
        precision=run.precision,
        platforms=run.platforms,
        tokens=run.tokens,
        sequence_length=run.sequence_length,
        global_batch=run.global_batch,
        start_day=program.horizon.day(run.start),
        finish_day=program.horizon.day(run.finish),
        goodput=run.goodput,
        goodput_from=run.goodput_from,
        search=run.search,
        expert_precision=run.expert_precision or "",
        dispatch_precision=run.dispatch_precision or "",
        combine_precision=run.combine_precision or "",
        gradient_precision=run.gradient_precision,
        offload=run.offload,
        campuses=_campuses(run, rules),
    )


def _campuses(run: Training, rules: PlanningRules) -> Campuses:
    """How the run is divided; the check of the program has seen to it that the link is stated."""
    if run.campuses == 1 or run.campus_gbit_s is None or run.campus_latency_s is None:
        return ONE_CAMPUS
    share = rules.campus_efficiency_share
    link = Link(
        byte_s=run.campus_gbit_s * GBIT_BYTES,
        floor_s=0.0,
        latency_s=run.campus_latency_s,
        efficiency_share=1.0 if share is None else share.value,
        half_size_byte=0.0,
    )
    return Campuses(float(run.campuses), link)


def _serving(run: Serving, model: ModelArchitecture, program: Program) -> ServingRun:
    return ServingRun(
        workload=run.id,
        model=_architecture(model),
        precision=run.precision,
        kv_precision=run.kv_precision,
        platforms=run.platforms,
        demand=tuple((program.horizon.day(point.start), point.output_tok_s) for point in run.demand),
        input_tokens=run.input_tokens.value,
        output_tokens=run.output_tokens.value,
        ttft_s=run.ttft_s,
        tpot_s=run.tpot_s,
        prefix_cache_share=run.prefix_cache_share,
        tokens_per_step=run.tokens_per_step,
        availability_share=run.availability_share,
        pools=run.pools,
        mix=_mix(run),
        quantile=_QUANTILES[run.ttft_at],
        arrival_cv2=run.arrival_variability,
        chunk_tokens=float(run.prefill_chunk),
        draft_tokens=float(run.draft_tokens),
        draft_acceptance_share=run.draft_acceptance_share,
        draft_time_share=run.draft_time_share,
        most_domains=run.instance_domains,
        night_share=run.night_share,
        expert_precision=run.expert_precision or "",
        dispatch_precision=run.dispatch_precision or "",
        combine_precision=run.combine_precision or "",
    )


_QUANTILES = {"mean": 0.0, "p50": 0.5, "p95": 0.95, "p99": 0.99}


def _mix(run: Serving) -> tuple[tuple[float, float, float], ...]:
    """Classes of length with shares that add up to one."""
    total = sum(row.share for row in run.length_mix)
    return tuple((row.share / total, row.input_tokens, row.output_tokens) for row in run.length_mix)
