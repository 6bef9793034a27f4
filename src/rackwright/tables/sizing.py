"""What sizing hands on: accelerators each workload needs on each platform, rates, power profiles and parallelism."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = ["Breakdown", "Choices", "Corrections", "Measured", "Needs", "Profiles", "Rates", "Sizing", "Skipped"]


class Needs(Table):
    """Accelerators a workload needs on a platform from a day on (a step function in time)."""

    workload = Column(String, "training run or serving demand", key=True)
    platform = Column(String, "platform", key=True)
    day = Column(Int32, "first day of the need", unit="day", key=True)
    accels_p10 = Column(Int32, "accelerators, optimistic", ge=0)
    accels_p50 = Column(
        Int32, "accelerators, median", ge=0, formula="accelerators-needed", inputs=("rates.per_rack_p50",)
    )
    accels_p90 = Column(
        Int32, "accelerators, safe", ge=0, formula="accelerators-needed", inputs=("rates.per_rack_p10",)
    )


class Rates(Table):
    """Speed of one rack of a platform on a workload, and the smallest gang."""

    workload = Column(String, "workload", key=True)
    platform = Column(String, "platform", key=True)
    min_racks = Column(Int32, "fewest racks that run it at all (training: the gang)", ge=1)
    per_rack_p10 = Column(
        Float64,
        "tokens per second of one rack, pessimistic",
        unit="tok/s",
        ge=0,
        formula="tokens-per-rack",
        inputs=("choices.step_s", "choices.batch", "choices.binding", "corrections.speed_factor"),
    )
    per_rack_p50 = Column(
        Float64,
        "tokens per second of one rack, median",
        unit="tok/s",
        ge=0,
        formula="tokens-per-rack",
        inputs=("choices.step_s", "choices.batch", "choices.binding", "corrections.speed_factor"),
    )
    per_rack_p90 = Column(Float64, "tokens per second of one rack, optimistic", unit="tok/s", ge=0)


class Profiles(Table):
    """Electric power of one rack over a step of the workload."""

    workload = Column(String, "workload", key=True)
    platform = Column(String, "platform", key=True)
    idle_w = Column(Float64, "idle rack", unit="W", ge=0)
    low_w = Column(Float64, "communication phase", unit="W", ge=0)
    mean_w = Column(Float64, "mean over the step", unit="W", ge=0)
    peak_w = Column(Float64, "compute phase", unit="W", ge=0)
    period_ms = Column(Float64, "period of the swing", unit="ms", ge=0)
    duty_share = Column(Float64, "share of the period at peak", ge=0, le=1)
    ramp_w_s = Column(Float64, "fastest change", unit="W/s", ge=0)


class Choices(Table):
    """The parallelism sizing chose, and what binds it."""

    workload = Column(String, "workload", key=True)
    platform = Column(String, "platform", key=True)
    tensor = Column(Int32, "tensor parallel degree", ge=1)
    pipeline = Column(Int32, "pipeline stages", ge=1)
    data = Column(Int32, "data parallel replicas (serving: 1)", ge=1)
    expert = Column(Int32, "expert parallel degree", ge=1)
    batch = Column(Int32, "micro batch (training) or concurrent sequences of one instance (serving)", ge=1)
    accels = Column(Int32, "accelerators of the run or of one serving instance", ge=1)
    step_s = Column(
        Float64,
        "optimiser step (training) or decode step (serving)",
        unit="s",
        ge=0,
        formula="training-step",
        inputs=("breakdown.seconds",),
    )
    ttft_s = Column(Float64, "time to first token (serving)", unit="s", nullable=True)
    memory_byte = Column(Float64, "memory used on the fullest accelerator", unit="B", ge=0)
    mfu_share = Column(Float64, "model FLOPs over peak", ge=0)
    binding = Column(String, "what binds: compute, memory bandwidth, memory size, network, latency limit")
    virtual = Column(Int32, "model chunks of a pipeline stage (serving: 1)", ge=1)
    recompute = Column(String, "what is computed again backwards: none, selective, full")


class Breakdown(Table):
    """Where the step time goes; the terms of a step add up to it."""

    workload = Column(String, "workload", key=True)
    platform = Column(String, "platform", key=True)
    term = Column(
        String, "gemm, attention, experts, elementwise, communication, bubble, optimiser, launch, ...", key=True
    )
    seconds = Column(Float64, "time in the step", unit="s", ge=0)


class Measured(Table):
    """Own measured runs beside what sizing predicts for them, uncorrected."""

    run = Column(String, "measured run of the program", key=True)
    platform = Column(String, "platform it ran on")
    kind = Column(String, "training or serving")
    measured_tok_s = Column(
        Float64,
        "tokens per second of all its accelerators, as measured",
        unit="tok/s",
        ge=0,
        inputs=("program:measured_runs",),
    )
    predicted_tok_s = Column(Float64, "the same as predicted", unit="tok/s", nullable=True)
    reason = Column(String, "why it could not be predicted and is not used; empty if it is")


class Corrections(Table):
    """What own measured runs change in the speed of a workload on a platform; pairs without runs have no row."""

    workload = Column(String, "workload", key=True)
    platform = Column(String, "platform", key=True)
    runs = Column(Int32, "measured runs that count", ge=1)
    speed_factor = Column(
        Float64,
        "corrected speed over the predicted one",
        ge=0,
        formula="own-run-correction",
        inputs=("measured.measured_tok_s", "measured.predicted_tok_s", "fact:own_run_model_share"),
    )
    band_share = Column(Float64, "width of the band of the model's error that is left, in logarithms", ge=0, le=1)


class Skipped(Table):
    """Pairs that were not sized, and why, with the nearest change that would help."""

    workload = Column(String, "workload", key=True)
    platform = Column(String, "platform", key=True)
    reason = Column(String, "why not")
    relief = Column(String, "nearest feasible change")


@dataclass(frozen=True)
class Sizing:
    """Result of the stage."""

    needs: Needs
    rates: Rates
    profiles: Profiles
    choices: Choices
    breakdown: Breakdown
    skipped: Skipped
    checks: Checks
    omissions: tuple[str, ...]
    measured: Measured = field(default_factory=Measured.empty)
    corrections: Corrections = field(default_factory=Corrections.empty)
