"""What sizing hands on: accelerators each workload needs on each platform, rates, power profiles and parallelism."""

from __future__ import annotations

from dataclasses import dataclass, field

from polars import Boolean, Float64, Int32, String

from rackwright.base.table import Column, Table
from rackwright.tables.checks import Checks

__all__ = [
    "Alternatives",
    "Breakdown",
    "Choices",
    "Corrections",
    "Fleet",
    "Frontier",
    "Gangs",
    "Goodputs",
    "Measured",
    "Needs",
    "Profiles",
    "Rates",
    "Sizing",
    "Skipped",
    "TrainingMemory",
]


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
    min_racks = Column(Int32, "fewest racks that run it at all (training: the gang, or its part on one campus)", ge=1)
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
    binding = Column(String, "what binds: compute, memory bandwidth, memory size, network, host link, latency limit")
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


class Frontier(Table):
    """Units of serving that no other beats in time per token and tokens per second, within the first token's limit."""

    workload = Column(String, "serving demand", key=True)
    platform = Column(String, "platform", key=True)
    point = Column(Int32, "number of the point, by arrangement and time per token", key=True)
    arrangement = Column(String, "prefill and decode together, or apart in pools of their own")
    tensor = Column(Int32, "tensor parallel degree of decode", ge=1)
    groups = Column(Int32, "attention groups of an instance that decodes", ge=1)
    batch = Column(Int32, "concurrent sequences of an instance that decodes", ge=1)
    accels = Column(Int32, "accelerators of the unit", ge=1)
    prefill_accels = Column(Int32, "of them, those that only compute prompts", ge=0)
    tpot_s = Column(Float64, "mean time between the tokens of an answer after its first", unit="s", formula="tpot")
    ttft_s = Column(Float64, "time to first token, mean", unit="s", formula="ttft")
    ttft_p50_s = Column(Float64, "time within which half of the first tokens come", unit="s", formula="ttft-quantile")
    ttft_p95_s = Column(Float64, "time within which 95 % of them come", unit="s", formula="ttft-quantile")
    ttft_p99_s = Column(Float64, "time within which 99 % of them come", unit="s", formula="ttft-quantile")
    pause_s = Column(Float64, "longest time between two tokens of an answer", unit="s")
    accel_tok_s = Column(Float64, "tokens per second of one accelerator", unit="tok/s", formula="tokens-per-rack")
    memory_byte = Column(Float64, "memory used on the fullest accelerator", unit="B")
    rack_w = Column(Float64, "mean load of a rack", unit="W", formula="rack-power-profile")
    is_kept = Column(Boolean, "keeps both limits of the demand")
    is_chosen = Column(Boolean, "what sizing chose")
    energy_j = Column(Float64, "energy of one output token at the facility's meter", unit="J", formula="token-energy")
    load_w = Column(
        Float64,
        "load to be provided for one token per second at the meter; equal to MW for a million",
        unit="W",
        formula="token-energy",
    )


class Alternatives(Table):
    """For each kind of instance its best batch, and what stops more: why the chosen one is best."""

    workload = Column(String, "serving demand", key=True)
    platform = Column(String, "platform", key=True)
    arrangement = Column(String, "prefill and decode together, or apart in pools of their own", key=True)
    tensor = Column(Int32, "tensor parallel degree of decode", key=True, ge=1)
    groups = Column(Int32, "attention groups of an instance that decodes", key=True, ge=1)
    batch = Column(Int32, "concurrent sequences of an instance that decodes", ge=1)
    tpot_s = Column(Float64, "time per token", unit="s")
    ttft_s = Column(Float64, "time to first token as its limit asks for it", unit="s")
    memory_byte = Column(Float64, "memory used on the fullest accelerator", unit="B")
    best_share = Column(Float64, "tokens per second and rack over those of the chosen unit; 0 breaks a limit", ge=0)
    binding = Column(String, "what stops more: memory size, time per token, time to first token, rate falls beyond")


class Fleet(Table):
    """The fleet of a demand at the middle speed, from a day on: peak with headroom, night, and how busy it is."""

    workload = Column(String, "serving demand", key=True)
    platform = Column(String, "platform", key=True)
    day = Column(Int32, "first day", unit="day", key=True)
    peak_tok_s = Column(Float64, "demand at the daily peak", unit="tok/s", ge=0)
    mean_tok_s = Column(Float64, "mean demand over a day", unit="tok/s", ge=0, formula="night-valley")
    accels = Column(Int32, "accelerators at the peak, headroom and availability included", ge=0)
    night_accels = Column(Int32, "accelerators that the valley of the night needs", ge=0)
    busy_share = Column(Float64, "mean demand over what the fleet could deliver", ge=0)


class TrainingMemory(Table):
    """Memory of the fullest accelerator of a training run by part; the parts add up to its memory."""

    workload = Column(String, "training run", key=True)
    platform = Column(String, "platform", key=True)
    part = Column(
        String,
        "weights, gradients, optimiser, activations, head (logits of a micro batch), buffers, fragmentation, free",
        key=True,
    )
    bytes = Column(
        Float64,
        "bytes on the fullest accelerator",
        unit="B",
        formula="training-memory",
        inputs=("fact:buffer_memory_share", "fact:fragmentation_share"),
    )
    host_bytes = Column(Float64, "bytes of the part that lie in host memory instead", unit="B", ge=0)


class Gangs(Table):
    """Configurations of a training run that no other searched one beats in racks, step time, memory and load at once.

    The cost of a run grows with racks, days and load, so at any prices none of them is beaten in cost either.
    """

    workload = Column(String, "training run", key=True)
    platform = Column(String, "platform", key=True)
    point = Column(Int32, "number of the point, by racks and step time", key=True)
    racks = Column(Int32, "whole racks", ge=1)
    accels = Column(Int32, "accelerators in use", ge=1)
    tensor = Column(Int32, "tensor parallel degree", ge=1)
    pipeline = Column(Int32, "pipeline stages", ge=1)
    data = Column(Int32, "data parallel replicas", ge=1)
    context = Column(Int32, "ranks that share a sequence", ge=1)
    expert = Column(Int32, "expert parallel degree", ge=1)
    virtual = Column(Int32, "model chunks of a pipeline stage", ge=1)
    batch = Column(Int32, "micro batch", ge=1)
    recompute = Column(String, "what is computed again backwards: none, selective, full")
    sharding = Column(Int32, "ZeRO stage: 1 optimiser states, 2 gradients too, 3 weights too", ge=1, le=3)
    offload = Column(String, "what lies in host memory: none, optimiser, activations, both")
    campuses = Column(Int32, "campuses that share the run", ge=1)
    first_layers = Column(Int32, "layers of the first stage", ge=0)
    layers = Column(Int32, "layers of a full stage", ge=0)
    last_layers = Column(Int32, "layers of the last stage, which carries the output head too", ge=0)
    binds = Column(String, "stage that sets the pace, and how long the others wait for it")
    step_s = Column(Float64, "optimiser step, software included", unit="s", ge=0, formula="training-step")
    memory_byte = Column(Float64, "memory of the fullest accelerator", unit="B", ge=0, formula="training-memory")
    rack_w = Column(Float64, "mean load of a rack", unit="W", ge=0, formula="rack-power-profile")
    energy_j = Column(
        Float64, "energy of the whole run at the facility's meter", unit="J", ge=0, formula="training-cost"
    )
    days = Column(Float64, "days to train, goodput included", unit="day", ge=0)
    is_chosen = Column(Boolean, "what sizing chose")
    why = Column(String, "what stands against it, or for it")


class Goodputs(Table):
    """Share of wall time in which a training run makes progress, from failures; apart from the time of a step."""

    workload = Column(String, "training run", key=True)
    platform = Column(String, "platform", key=True)
    used_share = Column(Float64, "goodput sizing counted with", ge=0, le=1)
    share = Column(Float64, "goodput from failures, checkpoints and restarts", ge=0, le=1, formula="goodput")
    failures_per_day = Column(Float64, "failures that stop the gang", unit="/day", ge=0)
    interval_s = Column(Float64, "time between checkpoints that loses least", unit="s", ge=0, formula="goodput")
    checkpoint_share = Column(Float64, "share lost to writing checkpoints", ge=0, le=1)
    lost_share = Column(Float64, "share lost to work done again", ge=0, le=1)
    restart_share = Column(Float64, "share lost to detection, replacement and reload", ge=0, le=1)
    spares = Column(Int32, "spare accelerators so that enough work at any time", ge=0, formula="goodput")


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
    relief = Column(String, "the nearest run that could be; empty if it is")


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
        inputs=(
            "measured.measured_tok_s",
            "measured.predicted_tok_s",
            "fact:own_run_model_share",
            "fact:own_run_configuration_share",
        ),
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
    frontier: Frontier = field(default_factory=Frontier.empty)
    alternatives: Alternatives = field(default_factory=Alternatives.empty)
    fleet: Fleet = field(default_factory=Fleet.empty)
    measured: Measured = field(default_factory=Measured.empty)
    corrections: Corrections = field(default_factory=Corrections.empty)
    memory: TrainingMemory = field(default_factory=TrainingMemory.empty)
    gangs: Gangs = field(default_factory=Gangs.empty)
    goodput: Goodputs = field(default_factory=Goodputs.empty)
