"""workloads.yaml: what must run, how much of it, from when, and how well?"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from rackwright.base.units import Estimate
from rackwright.program.entry import (
    CountEstimate,
    Date,
    Entry,
    FlowLpm,
    HoursEstimate,
    Id,
    PowerEstimate,
    RateGbit,
    Seconds,
    Share,
    ShareEstimate,
    TokenRateEstimate,
    Tokens,
)

__all__ = ["DemandPoint", "LengthShare", "MeasuredRun", "Precision", "Requirement", "Serving", "Training", "Workload"]

Precision = Literal["bf16", "fp8", "fp4"]


class Workload(Entry):
    """What training runs and serving demands share."""

    id: Id
    """Name of the workload."""
    name: str = ""
    """Name for people."""
    model: str
    """Model architecture: id of a catalog part of class ModelArchitecture."""
    precision: Precision = "fp8"
    """Precision of the matrix multiplications; a platform that lacks it is skipped with the reason."""
    kv_precision: Precision = "fp8"
    """Precision of the key-value cache (serving)."""
    platforms: tuple[str, ...] = ()
    """Platforms that may run it; empty means all."""
    weight: float = Field(default=1.0, gt=0)
    """Importance against other workloads when capacity is short."""
    expert_precision: Precision | None = None
    """Precision in which routed experts are stored and multiplied; `precision` where empty. A device that lacks it
    reads them narrow and multiplies in `precision`."""
    dispatch_precision: Precision | None = None
    """Precision of tokens on their way to experts; the narrower of BF16 and that of experts where empty."""
    combine_precision: Precision | None = None
    """Precision of the results of experts on their way back, and of both ways backwards; BF16 where empty."""


class Training(Workload):
    """One training run: tokens by a deadline, as one gang in one fabric domain, or in one on each of its campuses."""

    tokens: Tokens
    """Tokens to train on."""
    sequence_length: int = Field(gt=0, le=10_000_000)
    """Tokens of a sequence."""
    global_batch: int = Field(gt=0, le=100_000_000)
    """Sequences of one optimiser step."""
    start: Date
    """Day from which accelerators are wanted."""
    finish: Date
    """Day by which the run must end."""
    goodput: ShareEstimate = Field(default=Estimate(0.9, 0.85, 0.95))
    """Share of wall time that makes progress (failures, restarts, checkpoints)."""
    search: Literal["plain", "wide"] = "plain"
    """Axes searched: `wide` adds context parallelism, ZeRO 2 and 3 and pipeline stages whose ends hold fewer layers,
    which `plain` tries where nothing else works."""
    goodput_from: Literal["stated", "failures"] = "stated"
    """Where goodput comes from: `stated` takes `goodput`; `failures` computes it for the gang from failure rates."""
    gradient_precision: Literal["fp32", "bf16"] = "fp32"
    """Precision in which gradients are added up, held and reduced over replicas."""
    offload: Literal["if-needed", "searched", "never"] = "if-needed"
    """Optimiser states and activations in host memory: tried where the model fits nowhere without, with every
    configuration, or never. The accelerator states its host link and host memory in the catalog."""
    campuses: int = Field(default=1, ge=1, le=16)
    """Campuses that share the run in equal parts: replicas are divided among them, nothing else crosses. Each part is a
    gang of its own in a block."""
    campus_gbit_s: RateGbit | None = Field(default=None, alias="campus_rate")
    """What leaves each campus for this run, one way, all of its wavelengths together."""
    campus_latency_s: Seconds | None = Field(default=None, alias="campus_latency")
    """Time of a message from one campus to another, one way; light in fibre takes about 5 ms for 1,000 km."""


class DemandPoint(Entry):
    """Forecast demand from a date on."""

    start: Date = Field(alias="from")
    """First day."""
    output_tok_s: TokenRateEstimate = Field(alias="output")
    """Output tokens per second at the daily peak."""


class LengthShare(Entry):
    """Requests of one length among those of a serving demand."""

    share: float = Field(gt=0)
    """Share of the requests; the shares of a mix are scaled to add up to one."""
    input_tokens: float = Field(gt=0, le=100_000_000)
    """Prompt length."""
    output_tokens: float = Field(gt=0, le=100_000_000)
    """Answer length."""


class Serving(Workload):
    """Demand for tokens under service-level objectives."""

    demand: tuple[DemandPoint, ...] = Field(min_length=1)
    """Forecast, in order of date; each point holds until the next."""
    input_tokens: CountEstimate
    """Mean prompt length of a request."""
    output_tokens: CountEstimate
    """Mean answer length of a request."""
    ttft_s: Seconds = Field(alias="time_to_first_token")
    """Limit of the time to first token."""
    tpot_s: Seconds = Field(alias="time_per_output_token")
    """Limit of the time per output token after the first."""
    prefix_cache_share: Share = Field(default=0.0, alias="prefix_cache_hits")
    """Share of prompt tokens found in the prefix cache."""
    tokens_per_step: float = Field(default=1.0, ge=1.0, le=16.0)
    """Mean tokens accepted per decode step (speculative decoding or multi-token prediction); 1 without."""
    availability_share: Share = Field(default=0.95, alias="availability")
    """Share of accelerators in service on average."""
    ttft_at: Literal["mean", "p50", "p95", "p99"] = Field(default="mean", alias="time_to_first_token_at")
    """What the limit of the time to first token holds: the mean, or the share of requests that keep it."""
    pools: Literal["together", "apart", "best"] = "together"
    """Prefill and decode share instances, are pools of their own, or whichever gives more tokens per rack."""
    length_mix: tuple[LengthShare, ...] = ()
    """Classes of request length; empty takes all requests at the mean lengths, which it replaces if given."""
    arrival_variability: float = Field(default=1.0, ge=0.0, le=100.0)
    """Squared coefficient of variation of the gaps between arrivals: 1 random, more for bursts."""
    prefill_chunk: int = Field(default=0, ge=0, le=10_000_000)
    """Prompt tokens computed beside one decode step (chunked prefill); 0 computes a prompt in one go."""
    draft_tokens: int = Field(default=0, ge=0, le=15)
    """Tokens drafted for one decode step (speculative decoding); with 0, `tokens_per_step` counts."""
    draft_acceptance_share: Share = Field(default=0.0, alias="draft_acceptance")
    """Probability that a drafted token is accepted if those before it are."""
    draft_time_share: Share = Field(default=0.0, alias="draft_time")
    """Time of drafting one token over that of a decode step."""
    instance_domains: int = Field(default=1, ge=1, le=64)
    """Scale-up domains that the experts of one instance may span (wide expert parallelism)."""
    night_share: Share = Field(default=1.0, alias="night_demand")
    """Demand in the valley of the night over the daily peak; 1 is a flat day."""


class MeasuredRun(Entry):
    """Speed that was measured on a cluster of your own; it corrects centre and band of what runs on the same hardware.

    Say what ran as exactly as you know it: what is left out is taken as sizing would choose it. Shipped figures stay.
    """

    id: Id
    """Name of the run."""
    platform: str
    """Platform it ran on; platforms with the same accelerator are corrected too."""
    kind: Literal["training", "serving"]
    """What ran."""
    model: str
    """Model architecture: id of a catalog part of class ModelArchitecture."""
    precision: Precision = "fp8"
    """Precision of the matrix multiplications."""
    kv_precision: Precision = "fp8"
    """Precision of the key-value cache (serving)."""
    accelerators: int = Field(gt=0, le=10_000_000)
    """Accelerators it ran on."""
    rate: TokenRateEstimate | None = None
    """Tokens per second of all of them: trained tokens without restarts, or output tokens. Its band is the noise."""
    tpot: HoursEstimate | None = Field(default=None, alias="time_per_output_token")
    """Time per output token after the first (serving), where that was measured instead of the rate."""
    sequence_length: int = Field(default=0, ge=0, le=10_000_000)
    """Tokens of a sequence (training)."""
    global_batch: int = Field(default=0, ge=0, le=100_000_000)
    """Sequences of one optimiser step (training)."""
    input_tokens: int = Field(default=0, ge=0, le=100_000_000)
    """Mean prompt length (serving)."""
    output_tokens: int = Field(default=0, ge=0, le=100_000_000)
    """Mean answer length (serving)."""
    users: int = Field(default=0, ge=0)
    """Requests under way at once on all accelerators (serving)."""
    tensor: int = Field(default=0, ge=0)
    """Tensor-parallel degree; 0 takes the fastest."""
    pipeline: int = Field(default=0, ge=0)
    """Pipeline stages (training); 0 takes the fastest."""
    expert: int = Field(default=0, ge=0)
    """Expert-parallel degree, or accelerators of one serving instance; 0 takes the fastest."""
    micro_batch: int = Field(default=0, ge=0)
    """Sequences of a micro batch (training); 0 takes the fastest."""


class Requirement(Entry):
    """A dated need of racks that stands in for workloads (a requirement pack, or a plain order)."""

    id: Id
    """Name of the requirement."""
    platform: str
    """Platform asked for."""
    racks: int = Field(gt=0)
    """Racks wanted."""
    need_by: Date
    """Day the racks must be accepted."""
    power_per_rack: PowerEstimate | None = None
    """Power of one rack, if the platform states none."""
    flow_lpm: FlowLpm | None = Field(default=None, alias="flow")
    """Coolant flow of one rack."""
