"""How long does the product say many published kernels take? One table of rows for each kind of kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rackwright.base.intake import read_csv
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Accelerator, OperatorCoefficients
from rackwright.sizing.collectives import Collective, collective_time_s
from rackwright.sizing.columns import side_by_side
from rackwright.sizing.decode import PERMUTED, WIDE
from rackwright.sizing.device import generation_of, make_link, operator_cost
from rackwright.sizing.operators import FloatArray, operator_time_s
from rackwright.validate.names import find_accelerator
from rackwright.validate.router_skew import busiest_rank
from rackwright.validate.score import Skip

__all__ = ["KINDS", "KernelRow", "KernelSet", "read_kernel_rows"]

KINDS = {
    "gemm": "gemm",
    "context_attention": "prefill-attention",
    "generation_attention": "decode-attention",
    "moe": "grouped-gemm",
    "collectives": "collective",
}
"""File of the form and the operator class it measures."""
DTYPES = {"bfloat16": "bf16", "float16": "bf16", "half": "bf16", "fp8": "fp8", "fp8_block": "fp8-block", "nvfp4": "fp4"}
PEAKS = {"bf16": "bf16", "fp8": "fp8", "fp8-block": "fp8", "fp4": "fp4"}
WIDTHS = {"bf16": 2.0, "fp8": 1.0, "fp8-block": 1.0, "fp4": 0.5625}
COLLECTIVES: dict[str, Collective] = {
    "all_reduce": "all-reduce",
    "all_gather": "all-gather",
    "reduce_scatter": "reduce-scatter",
    "alltoall": "all-to-all",
}
MILLI = 1e-3


@dataclass(frozen=True)
class KernelRow:
    """One measured kernel: its class and precision, its work, and its time.

    `held_byte` is one pass of all tokens that a rank of experts holds.
    """

    id: str
    kind: str
    gpu: str
    accelerator: Accelerator
    precision: str
    flop: float
    byte: float
    units: float
    operation: str
    members: float
    latency_s: float
    held_byte: float = 0.0

    @property
    def part(self) -> str:
        """Id of the coefficients that time it."""
        return "collective-scale-up" if self.kind == "collectives" else f"{KINDS[self.kind]}-{self.precision}"


def read_kernel_rows(path: Path, catalog: Catalog) -> tuple[tuple[KernelRow, ...], tuple[Skip, ...]]:
    """Rows of every known file of a folder (or of one file), and those that cannot be scored with their reason."""
    files = [path] if path.is_file() else [path / f"{kind}.csv" for kind in KINDS]
    rows: list[KernelRow] = []
    skipped: list[Skip] = []
    for file in files:
        if file.stem not in KINDS or not file.is_file():
            skipped.append(Skip(file.name, "no such file, or not one of the kinds " + ", ".join(KINDS)))
            continue
        for cells in read_csv(file, required=("id", "gpu", "latency_ms")).rows:
            row = _row(file.stem, cells, catalog)
            (skipped if isinstance(row, Skip) else rows).append(row)  # type: ignore[arg-type]
    return tuple(rows), tuple(skipped)


def _row(kind: str, cells: Mapping[str, str], catalog: Catalog) -> KernelRow | Skip:
    accelerator = find_accelerator(catalog, cells["gpu"])
    dtype = cells.get("dtype") or cells.get("attn_dtype") or cells.get("nccl_dtype") or ""
    precision = DTYPES.get(dtype, "")
    if accelerator is None or not precision:
        return Skip(cells["id"], f"unknown accelerator {cells['gpu']} or precision {dtype}")
    if kind == "collectives" and cells["op_name"] not in COLLECTIVES:
        return Skip(cells["id"], f"unknown collective {cells['op_name']}")
    number = {name: _float(text) for name, text in cells.items()}
    flop, byte, units = _work(kind, number)
    if kind == "moe":
        flop, byte, units = _expert_work(precision, number, cells)
    return KernelRow(
        id=cells["id"],
        kind=kind,
        gpu=cells["gpu"],
        accelerator=accelerator,
        precision=precision,
        flop=flop,
        byte=byte,
        units=units,
        operation=cells.get("op_name", ""),
        members=number.get("num_gpus", 1.0),
        latency_s=number["latency_ms"] * MILLI,
        held_byte=WIDE * number["num_tokens"] * number["hidden_size"] if kind == "moe" else 0.0,
    )


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _work(kind: str, number: Mapping[str, float]) -> tuple[float, float, float]:
    """FLOP, bytes and serial units of a row that is not one of experts."""
    if kind == "gemm":
        return number["flops"], number["bytes"], number["k"]
    if kind == "context_attention":
        return number["flops"], number["bytes"], number["batch_size"] * number["num_heads"]
    if kind == "generation_attention":
        return number["flops"], number["bytes"], number["batch_size"] * number["num_key_value_heads"]
    return 0.0, number.get("message_bytes", 0.0), 0.0


def _expert_work(precision: str, number: Mapping[str, float], cells: Mapping[str, str]) -> tuple[float, float, float]:
    """One fused layer of experts on the busiest rank, counted as in decoding."""
    tokens, topk, experts, ranks = (int(number[n]) for n in ("num_tokens", "topk", "num_experts", "moe_ep_size"))
    hidden, inner = number["hidden_size"], number["inter_size"] / number["moe_tp_size"]
    load = busiest_rank(cells.get("distribution", ""), tokens=tokens, topk=topk, experts=experts, ranks=ranks)
    width, routed = WIDTHS[precision], load.routed
    # FLOPs of the source are those of a gated FFN also where the kernel says it is not.
    matrices = 2.0 if "nongated" in cells.get("kernel_source", "") else 3.0
    weights = load.touched * hidden * inner * matrices * width
    moved = routed * (hidden + inner) * width + WIDE * routed * ((matrices - 1.0) * inner + hidden)
    byte = weights + moved + PERMUTED * WIDE * routed * hidden
    return 2.0 * routed * hidden * inner * matrices, byte, load.touched


class KernelSet:
    """Measured kernels timed with any catalog, in the order given."""

    def __init__(self, rows: Sequence[KernelRow]) -> None:
        self.rows = tuple(rows)
        self.published_s = np.array([row.latency_s for row in rows])

    def predict(self, catalog: Catalog) -> FloatArray:
        """Times of single short measurements [s]."""
        times = np.zeros(len(self.rows))
        coefficients = {part.id: part for part in catalog.all(OperatorCoefficients)}
        for kind in sorted({row.kind for row in self.rows}):
            index = np.array([i for i, row in enumerate(self.rows) if row.kind == kind])
            rows = [self.rows[i] for i in index]
            times[index] = _collectives(rows, coefficients) if kind == "collectives" else _operators(rows, coefficients)
        return times


def _operators(rows: Sequence[KernelRow], coefficients: Mapping[str, OperatorCoefficients]) -> FloatArray:
    known = {
        (row.accelerator.id, row.part): operator_cost(
            row.accelerator,
            coefficients[row.part],
            precision=PEAKS[row.precision],
            speed="middle",
            is_sustained=False,
            generation=generation_of(coefficients.values(), KINDS[row.kind], row.accelerator),
        )
        for row in rows
    }
    cost = side_by_side([known[row.accelerator.id, row.part] for row in rows])
    flop, byte, units = (np.array([getattr(row, name) for row in rows]) for name in ("flop", "byte", "units"))
    held = np.array([row.held_byte for row in rows])
    return operator_time_s(flop, byte + cost.held_passes * held, cost, units)


def _collectives(rows: Sequence[KernelRow], coefficients: Mapping[str, OperatorCoefficients]) -> FloatArray:
    times = np.zeros(len(rows))
    part = coefficients["collective-scale-up"]
    links = [make_link(part, row.accelerator, speed="middle", is_sustained=False) for row in rows]
    for name, kind in COLLECTIVES.items():
        index = np.array([i for i, row in enumerate(rows) if row.operation == name], dtype=np.int64)
        if index.size:
            link = side_by_side([links[i] for i in index])
            members, size = (np.array([getattr(rows[i], field) for i in index]) for field in ("members", "byte"))
            times[index] = collective_time_s(kind, members, size, link)
    return times
