"""How many accelerators does each workload need on each platform, how fast is a rack, and where does the time go?"""

from __future__ import annotations

import dataclasses

from rackwright.catalog.parts import Fact, PlanningRules
from rackwright.sizing.decode import Request
from rackwright.sizing.device import Device, Speed, lacking, make_device, with_sram_reference
from rackwright.sizing.gaps import lacking_of
from rackwright.sizing.goodput import FailureFacts
from rackwright.sizing.memory import reserved_memory_share
from rackwright.sizing.own_corrections import own_correction, prediction_spread
from rackwright.sizing.own_prediction import Conditions, observe
from rackwright.sizing.own_runs import (
    Observation,
    OwnRun,
    corrected_spread,
    with_speed,
)
from rackwright.sizing.profile import PowerFacts
from rackwright.sizing.request import RackKind, ServingRun, SizingRequest, TrainingRun
from rackwright.sizing.rows import PairRows, collect
from rackwright.sizing.serve import ServingPair, size_serving
from rackwright.sizing.step import Overlap
from rackwright.sizing.train import TrainingPair, size_training
from rackwright.sizing.training import TrainingDevice
from rackwright.tables.sizing import Sizing

__all__ = ["own_observations", "size_workloads"]


def size_workloads(request: SizingRequest) -> Sizing:
    """Size every workload on every platform it may use.

    A pair that cannot be sized (precision the device lacks, model that fits nowhere, limits nothing keeps) is a row of
    `skipped` with the reason and the nearest change that would help.
    """
    seen = own_observations(request)
    trained = [_train(request, run, rack, seen) for run in request.training for rack in _racks(request, run.platforms)]
    served = [_serve(request, run, rack, seen) for run in request.serving for rack in _racks(request, run.platforms)]
    return collect([*trained, *served], seen)


def own_observations(request: SizingRequest) -> tuple[Observation, ...]:
    """Own measured runs beside their predictions."""
    racks = {rack.platform: rack for rack in request.platforms}
    return tuple(_observation(request, run, racks[run.platform]) for run in request.own_runs if run.platform in racks)


def _observation(request: SizingRequest, run: OwnRun, rack: RackKind) -> Observation:
    chip, rules = rack.accelerator, request.rules
    gap = lacking(chip, run.precision)
    if gap is not None:
        speed = run.rate.value if run.rate is not None else 0.0
        ran = (run.run, run.platform, run.kind, chip.id, run.model.id)
        return Observation(*ran, speed, None, 0.0, reason=gap.reason, relief=gap.relief)
    device = make_device(
        chip, request.coefficients, precision=run.precision, kv_precision=run.kv_precision, speed="middle"
    )
    device = dataclasses.replace(device, tiers=rack.tiers)
    asked = Request(
        input_tokens=float(run.input_tokens),
        output_tokens=float(max(run.output_tokens, 1)),
        cached_share=0.0,
        tokens_per_step=1.0,
        verified_per_step=1.0,
        kv_precision=run.kv_precision,
        imbalance=_value(rules.expert_imbalance, 1.0),
        layer_s=_value(request.engine.layer_s if request.engine else None),
        moe_layer_s=_value(request.engine.moe_layer_s if request.engine else None),
        prefill_factor=_value(request.engine.prefill_factor if request.engine else None, 1.0),
    )
    reserve = reserved_memory_share(rules)
    return observe(run, Conditions(chip.id, device, rack.software.value, _overlap(rules, "middle"), asked, reserve))


def _racks(request: SizingRequest, asked: tuple[str, ...]) -> list[RackKind]:
    """Platforms a workload may use; all where it names none."""
    return [rack for rack in request.platforms if not asked or rack.platform in asked]


def _devices(request: SizingRequest, rack: RackKind, run: TrainingRun | ServingRun) -> tuple[Device, Device, Device]:
    def at(speed: Speed) -> Device:
        made = make_device(
            rack.accelerator,
            request.coefficients,
            precision=run.precision,
            kv_precision=run.kv_precision if isinstance(run, ServingRun) else "bf16",
            speed=speed,
            expert_precision=run.expert_precision,
            exchange=(run.dispatch_precision, run.combine_precision),
        )
        fitted = max(made.sram_byte, _value(request.rules.fitted_sram_byte))
        return with_sram_reference(dataclasses.replace(made, tiers=rack.tiers), fitted)

    return at("slow"), at("middle"), at("fast")


def _train(request: SizingRequest, run: TrainingRun, rack: RackKind, seen: tuple[Observation, ...]) -> PairRows:
    rows = PairRows(run.workload, rack.platform)
    gap = lacking_of(rack.accelerator, run)
    if gap is not None:
        rows.skipped = (gap.reason, gap.relief)
        return rows
    rules = request.rules
    error = prediction_spread(rules, run)
    rows.correction = own_correction(rules, run, seen, accelerator=rack.accelerator.id, platform=rack.platform)
    factor = rows.correction.speed_factor
    slow, middle, fast = (with_speed(chip, factor) for chip in _devices(request, rack, run))
    device = TrainingDevice(
        slow=slow,
        middle=middle,
        fast=fast,
        per_rack=rack.per_rack,
        memory_reserve_share=reserved_memory_share(rules),
        overlap=_overlap(rules, "middle"),
        slow_overlap=_overlap(rules, "slow"),
        fast_overlap=_overlap(rules, "fast"),
        host_reserve_share=_value(rules.host_reserve_share),
        fragmentation_share=_value(rules.fragmentation_share),
    )
    narrowed = corrected_spread(error, rows.correction)
    power, overhead = _power(rack, rules), _energy_overhead(request)
    pair = TrainingPair(run, rack, device, power, narrowed, _failures(rack, rules), energy_overhead=overhead)
    return size_training(pair, rows)


def _serve(request: SizingRequest, run: ServingRun, rack: RackKind, seen: tuple[Observation, ...]) -> PairRows:
    rows = PairRows(run.workload, rack.platform)
    gap = lacking_of(rack.accelerator, run)
    if gap is not None:
        rows.skipped = (gap.reason, gap.relief)
        return rows
    error = prediction_spread(request.rules, run)
    rows.correction = own_correction(request.rules, run, seen, accelerator=rack.accelerator.id, platform=rack.platform)
    factor = rows.correction.speed_factor
    slow, middle, fast = _devices(request, rack, run)
    pair = ServingPair(
        run=run,
        rack=rack,
        devices=(with_speed(slow, factor), with_speed(middle, factor), with_speed(fast, factor)),
        power=_power(rack, request.rules),
        memory_reserve_share=reserved_memory_share(request.rules),
        imbalance=_value(request.rules.expert_imbalance, 1.0),
        verified_per_accepted=_value(request.rules.verified_per_accepted, 1.0),
        headroom_share=request.serving_headroom_share,
        error=corrected_spread(error, rows.correction),
        layer_s=_value(request.engine.layer_s if request.engine else None) / factor,
        moe_layer_s=_value(request.engine.moe_layer_s if request.engine else None) / factor,
        prefill_factor=_value(request.engine.prefill_factor if request.engine else None, 1.0),
        energy_overhead=_energy_overhead(request),
    )
    return size_serving(pair, rows)


def _energy_overhead(request: SizingRequest) -> float:
    """Energy at the facility's meter over that of the racks."""
    return _value(request.economy.energy_overhead if request.economy else None, 1.0)


def _value(fact: Fact | None, default: float = 0.0) -> float:
    return default if fact is None else fact.value


def _end(fact: Fact | None, speed: Speed, *, is_cost: bool, default: float = 0.0) -> float:
    if fact is None or speed == "middle":
        return _value(fact, default)
    low, high = fact.band
    return high if (speed == "slow") == is_cost else low


def _overlap(rules: PlanningRules, speed: Speed) -> Overlap:
    return Overlap(
        tensor_share=_end(rules.tensor_overlap_share, speed, is_cost=False),
        expert_share=_end(rules.expert_overlap_share, speed, is_cost=False),
        pipeline_share=_end(rules.pipeline_overlap_share, speed, is_cost=False),
        data_share=_end(rules.data_overlap_share, speed, is_cost=False),
        expert_imbalance=_end(rules.expert_imbalance, speed, is_cost=True, default=1.0),
        sharded_share=_end(rules.sharded_overlap_share, speed, is_cost=False),
        host_contention_share=_end(rules.host_contention_share, speed, is_cost=True),
    )


def _failures(rack: RackKind, rules: PlanningRules) -> FailureFacts | None:
    """What stops a gang of the rack's accelerators; None where the catalog states no rate."""
    own = rack.failures_per_h or rules.accelerator_failures_per_h
    if own is None or rules.checkpoint_s is None or rules.restart_s is None:
        return None
    factor = _value(rules.interruption_factor, 1.0)
    low, high = own.band
    return FailureFacts(
        per_h=own.value * factor,
        low_per_h=low * factor,
        high_per_h=high * factor,
        hardware_per_h=own.value,
        checkpoint_s=rules.checkpoint_s.value,
        restart_s=rules.restart_s.value,
        repair_s=_value(rules.repair_s),
    )


def _power(rack: RackKind, rules: PlanningRules) -> PowerFacts:
    return PowerFacts(
        rack_w=rack.rack_w,
        accel_w=rack.per_rack * _value(rack.accelerator.power_w),
        idle_share=_value(rack.accelerator.idle_share),
        compute_share=_value(rules.compute_power_share, 1.0),
        memory_share=_value(rules.memory_power_share, 1.0),
        communication_share=_value(rules.communication_power_share, 1.0),
        other_idle_share=_value(rules.other_idle_share, 1.0),
        ramp_s=_value(rules.phase_ramp_s),
    )
