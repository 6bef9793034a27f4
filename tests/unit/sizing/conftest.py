"""Small hand-made parts for sizing: a round-number accelerator, a dense and a mixture model, all coefficients."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from rackwright.base.units import Estimate
from rackwright.catalog.parts import Accelerator, Fact, ModelArchitecture, OperatorCoefficients, PlanningRules
from rackwright.sizing.request import RackKind, ServingRun, SizingRequest, TrainingRun


def fact(value: float, low: float | None = None, high: float | None = None) -> Fact:
    """A figure without evidence."""
    return Fact(id="test", value=value, unit="", written="", source="", kind="assumption", low=low, high=high)


def facts(**values: float) -> dict[str, Any]:
    """Figures by field."""
    return {name: fact(value) for name, value in values.items()}


DENSE = ModelArchitecture(
    id="dense",
    name="Dense",
    family="dense",
    attention="GQA",
    **facts(layers=16, hidden=4096, heads=32, kv_heads=8, head_dim=128, ffn=14336, gated_ffn=1, vocab=32000),
)
MIXTURE = ModelArchitecture(
    id="mixture",
    name="Mixture",
    family="moe",
    attention="MLA",
    **facts(layers=12, dense_layers=2, moe_layers=10, hidden=2048, heads=16, q_lora_rank=512, kv_lora_rank=256),
    **facts(qk_nope_dim=64, qk_rope_dim=32, v_head_dim=64, ffn=8192, gated_ffn=1, moe_ffn=1024, experts=64, topk=4),
    **facts(shared_experts=1, shared_ffn=1024, vocab=32000),
)
CHIP = Accelerator(
    id="chip",
    name="Chip",
    **facts(bf16_flop_s=1e15, fp8_flop_s=2e15, memory_byte=80e9, memory_byte_s=4e12, scale_up_byte_s=4e11),
    **facts(scale_up_domain=8, scale_out_gbit_s=400, power_w=1000, idle_share=0.2),
)
RULES = PlanningRules(
    id="planning-rules",
    name="Rules",
    **facts(buffer_memory_share=0.0625, fragmentation_share=0.0375, expert_imbalance=1.2),
    **facts(tensor_overlap_share=0.3, expert_overlap_share=0.3),
    **facts(pipeline_overlap_share=0.5, data_overlap_share=0.8, verified_per_accepted=1.5, compute_power_share=0.9),
    **facts(memory_power_share=0.7, communication_power_share=0.5, other_idle_share=0.6, phase_ramp_s=0.01),
)


def coefficient(operator: str, precision: str, *, banded: bool = True) -> OperatorCoefficients:
    """Coefficients of one class: 10 us floor, factor 1.5 (1.2..2.0) on compute and memory."""
    band = (1.2, 2.0) if banded else (1.5, 1.5)
    return OperatorCoefficients(
        id=f"{operator}-{precision}",
        name=operator,
        operator=operator,
        precision=precision,
        floor_s=fact(1e-5),
        compute_factor=fact(1.5, *band),
        memory_factor=fact(1.5, *band),
        exponent=fact(2.0),
    )


def tier(name: str, floor_s: float) -> OperatorCoefficients:
    """Coefficients of collectives in one tier."""
    return OperatorCoefficients(
        id=f"collective-{name}",
        name=name,
        operator="collective",
        precision="any",
        floor_s=fact(floor_s),
        latency_s=fact(2e-6),
        efficiency_share=fact(0.8, 0.6, 0.9),
        half_size_byte=fact(16e6),
    )


COEFFICIENTS = (
    *(coefficient(name, p) for name in ("gemm", "grouped-gemm") for p in ("bf16", "fp8", "fp4")),
    *(coefficient(name, p) for name in ("prefill-attention", "decode-attention") for p in ("bf16", "fp8")),
    coefficient("elementwise", "any"),
    tier("scale-up", 1e-5),
    tier("scale-out", 2e-5),
)


@dataclass(frozen=True)
class Bench:
    """Parts of the small world, each with a way to vary it."""

    dense: ModelArchitecture = DENSE
    mixture: ModelArchitecture = MIXTURE
    chip: Accelerator = CHIP

    def chip_with(self, **values: float) -> Accelerator:
        """The chip with other figures."""
        return replace(CHIP, **facts(**values))

    def rack(self, chip: Accelerator | None = None, name: str = "p1") -> RackKind:
        """A rack of 16 chips at 20 kW."""
        return RackKind(name, chip or CHIP, 16, 20_000.0, Estimate(1.0, 0.8, 1.0))

    def training(self, **changes: Any) -> TrainingRun:
        """5e11 tokens of the dense model in 30 days."""
        run = TrainingRun("run", DENSE, "bf16", (), 5e11, 4096, 256, 10, 40, Estimate(0.9, 0.85, 0.95))
        return replace(run, **changes)

    def serving(self, **changes: Any) -> ServingRun:
        """Chat on the dense model, 50,000 tokens a second, doubling on day 100."""
        demand = ((0, Estimate(5e4, 4e4, 7e4)), (100, Estimate(1e5, 8e4, 1.5e5)))
        run = ServingRun("chat", DENSE, "fp8", "fp8", (), demand, 2000.0, 500.0, 2.0, 0.05, 0.2, 1.0, 0.95)
        return replace(run, **changes)

    def request(self, **changes: Any) -> SizingRequest:
        """One training run and one serving demand on one platform."""
        request = SizingRequest((self.training(),), (self.serving(),), (self.rack(),), COEFFICIENTS, RULES, 0.2)
        return replace(request, **changes)


@pytest.fixture(scope="session")
def bench() -> Bench:
    """The small world."""
    return Bench()
