"""A small platform in development, two models, one incumbent: all numbers round, all made up."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from rackwright.base.units import Estimate
from rackwright.catalog.generations import DesignRules, MemoryStack
from rackwright.catalog.parts import Accelerator, Fact, ModelArchitecture, OperatorCoefficients, PlanningRules
from rackwright.codesign import AdviceOptions, AdviceRequest
from rackwright.codesign.advise import _evaluator, _mix
from rackwright.codesign.design import Design
from rackwright.codesign.evaluation import Evaluator, Mix
from rackwright.sizing.request import ServingRun, TrainingRun


def fact(value: float, low: float | None = None, high: float | None = None) -> Fact:
    """A figure without evidence."""
    return Fact(id="test", value=value, unit="", written="", source="", kind="assumption", low=low, high=high)


def facts(**values: float) -> dict[str, Any]:
    """Figures by field."""
    return {name: fact(value) for name, value in values.items()}


def model(name: str, family: str, **values: float) -> ModelArchitecture:
    """A model of 12 layers."""
    common = {"layers": 12, "hidden": 2048, "heads": 16, "kv_heads": 8, "head_dim": 128, "gated_ffn": 1, "vocab": 32000}
    return ModelArchitecture(id=name, name=name, family=family, attention="GQA", **facts(**common, **values))


DENSE = model("secret-dense-7741", "dense", ffn=8192)
LARGER = model("larger-dense", "dense", ffn=32768)
MIXTURE = model("secret-mixture-9313", "moe", ffn=8192, moe_layers=12, moe_ffn=1024, experts=64, topk=8)
CHIP = Accelerator(
    id="next-chip",
    name="Next chip",
    memory_type="HBMX of six",
    bf16_flop_s=fact(1e15, 0.8e15, 1.2e15),
    fp8_flop_s=fact(2e15),
    **facts(memory_byte=96e9, memory_byte_s=6e12, scale_up_byte_s=4e11, scale_up_domain=8, scale_out_gbit_s=400),
    **facts(power_w=1000, idle_share=0.2),
)
OLD = dataclasses.replace(CHIP, id="old-chip", name="Old chip", fp8_flop_s=None, memory_byte_s=fact(3e12))
RULES = PlanningRules(
    id="planning-rules",
    name="Rules",
    **facts(buffer_memory_share=0.0625, fragmentation_share=0.0375, expert_imbalance=1.2),
    **facts(tensor_overlap_share=0.3, expert_overlap_share=0.3),
    **facts(pipeline_overlap_share=0.5, data_overlap_share=0.8, verified_per_accepted=1.5, compute_power_share=0.9),
    **facts(memory_power_share=0.7, communication_power_share=0.5, other_idle_share=0.6, phase_ramp_s=0.01),
)
DESIGN_RULES = DesignRules(
    id="design-rules",
    name="Rules",
    **facts(rack_life_days=365.25 * 4, facility_life_days=365.25 * 10, facility_usd_per_kw=10_000, energy_overhead=1.5),
    **facts(rack_price_ratio=1.5, rack_power_ratio=1.5, compute_w_per_pflop_s=200, compute_usd_per_pflop_s=4000),
    **facts(scale_up_w_per_tbyte_s=80, scale_up_usd_per_tbyte_s=4000, domain_usd_per_doubling=1000),
    **facts(scale_out_w_per_tbit_s=40, scale_out_usd_per_tbit_s=2500),
)
STACK = MemoryStack(id="hbmx", name="HBMX", **facts(byte=16e9, byte_s=1e12, power_w=30, price_usd=400))
FASTER = MemoryStack(id="hbmy", name="HBMY", **facts(byte=24e9, byte_s=2e12, power_w=50, price_usd=700))


def coefficient(operator: str, precision: str) -> OperatorCoefficients:
    """Coefficients of one class without a floor, so that times scale with every property together."""
    return OperatorCoefficients(
        id=f"{operator}-{precision}",
        name=operator,
        operator=operator,
        precision=precision,
        floor_s=fact(0.0),
        compute_factor=fact(1.5, 1.2, 2.0),
        memory_factor=fact(1.5, 1.2, 2.0),
        exponent=fact(2.0),
    )


def tier(name: str) -> OperatorCoefficients:
    """Coefficients of collectives in one tier, without latency."""
    return OperatorCoefficients(
        id=f"collective-{name}",
        name=name,
        operator="collective",
        precision="any",
        efficiency_share=fact(0.8),
        **facts(floor_s=0.0, latency_s=0.0, half_size_byte=1e6),
    )


CLASSES = ("gemm", "grouped-gemm", "prefill-attention", "decode-attention", "elementwise")
COEFFICIENTS = (*(coefficient(name, "any") for name in CLASSES), tier("scale-up"), tier("scale-out"))
TRAINING = TrainingRun(
    workload="secret-pretraining",
    model=DENSE,
    precision="fp8",
    platforms=(),
    tokens=4.32198e11,
    sequence_length=4096,
    global_batch=256,
    start_day=100,
    finish_day=160,
    goodput=Estimate(0.9, 0.85, 0.95),
)
SERVING = ServingRun(
    workload="secret-assistant",
    model=MIXTURE,
    precision="fp8",
    kv_precision="fp8",
    platforms=(),
    demand=((120, Estimate(123_457.0, 1e5, 2e5)),),
    input_tokens=1733.0,
    output_tokens=419.0,
    ttft_s=2.0,
    tpot_s=0.03,
    prefix_cache_share=0.37,
    tokens_per_step=1.0,
    availability_share=0.95,
)


def design(chip: Accelerator = CHIP, **changes: Any) -> Design:
    """A design of 16 accelerators a rack, 400 W beside each, 30 kUSD with its share of the rack."""
    plain = Design(
        name=chip.id,
        accelerator=chip,
        per_rack=16,
        rest_w=400.0,
        price=Estimate(30_000.0, 25_000.0, 40_000.0),
        software=Estimate(0.8, 0.6, 0.9),
    )
    return dataclasses.replace(plain, **changes)


def small_request(**changes: Any) -> AdviceRequest:
    """Advice on the small platform, one incumbent beside it."""
    plain = AdviceRequest(
        platform="next",
        name="Next generation",
        generation=2,
        design=design(),
        rivals=(design(OLD, price=Estimate(20_000.0, 20_000.0, 20_000.0), per_rack=0),),
        training=(TRAINING,),
        serving=(SERVING,),
        weights=(1.0, 3.0),
        coefficients=COEFFICIENTS,
        rules=RULES,
        design_rules=DESIGN_RULES,
        stacks=(STACK, FASTER),
        models=(DENSE, LARGER, MIXTURE),
        energy_usd_per_mwh=60.0,
        capital_share=0.08,
        headroom_share=0.2,
        need_by="2028-05-17",
        as_of="2026-11-15",
        options=AdviceOptions(recipient="maker"),
        disclosure=(),
    )
    return dataclasses.replace(plain, **changes)


@pytest.fixture(scope="session")
def small() -> AdviceRequest:
    """The small request."""
    return small_request()


@pytest.fixture(scope="session")
def evaluator(small: AdviceRequest) -> Evaluator:
    """Judge of the small platform."""
    return _evaluator(small)


@pytest.fixture(scope="session")
def mix(small: AdviceRequest) -> Mix:
    """A quarter training, three quarters serving."""
    return _mix(small)
