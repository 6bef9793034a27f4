"""What does a published training row say: which model, device, split and figure? Nothing is timed here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rackwright.base.intake import read_csv
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Accelerator, Fact, ModelArchitecture
from rackwright.catalog.software import SoftwareStack
from rackwright.sizing import Partition, Shape, model_shape
from rackwright.sizing.memory import RECOMPUTE
from rackwright.sizing.step import RunShape
from rackwright.validate.names import find_accelerator, find_model, find_stack, model_family
from rackwright.validate.recipes import Recipe, Run, find_recipe
from rackwright.validate.score import Skip

__all__ = ["PRECISIONS", "TrainingRow", "read_training_rows"]

METRICS = ("tokens_s_gpu", "step_s", "model_tflops_gpu", "hw_tflops_gpu", "seq_s_total")
PRECISIONS = {"BF16": "bf16", "FP16": "bf16", "FP8": "fp8", "NVFP4": "fp4", "MXFP4": "fp4", "FP4": "fp4"}
"""Precision of products by the start of what rows call it; FP16 runs at the rate of BF16."""
MICRO_BATCHES = (1.0, 2.0, 4.0, 8.0, 16.0)
SHAPE_COLUMNS = ("layers", "hidden", "heads", "kv_heads", "head_dim", "ffn", "gated_ffn", "moe_ffn", "experts", "topk")
LATENT_COLUMNS = ("q_lora_rank", "kv_lora_rank", "qk_nope_dim", "qk_rope_dim", "v_head_dim")
LARGEST_VOCAB = 32000.0


@dataclass(frozen=True)
class TrainingRow:
    """One published training figure.

    Parameters
    ----------
    split
        Candidates of the split in columns: one, or one for each micro batch where the row states none.
    share
        Share of an accelerator that one rank has: a half where a chip shows as two.
    year
        Release of the software as a fraction of years, 0 where not stated.
    doubts
        Why the row is reported apart: `unverified` fields, no `microbatch`; empty for a plain row.
    """

    id: str
    source: str
    model: str
    is_moe: bool
    hardware: str
    precision: str
    accelerator: Accelerator
    stack: SoftwareStack | None
    shape: Shape
    run: RunShape
    split: Partition
    share: float
    accels: float
    metric: str
    value: float
    year: float
    doubts: tuple[str, ...]
    recipe: Recipe | None = None

    @property
    def family(self) -> str:
        """Family of the model and hardware: what is left out together."""
        return f"{model_family(self.model)}/{self.hardware.split('-')[0].split(' ')[0]}"


def read_training_rows(path: Path, catalog: Catalog) -> tuple[tuple[TrainingRow, ...], tuple[Skip, ...]]:
    """Rows of a file of the form of `training.csv`, and those that cannot be scored with their reason."""
    rows: list[TrainingRow] = []
    skipped: list[Skip] = []
    table = read_csv(path, required=("id", "model", "hardware", "gpus", "metric", "value"))
    for cells in table.rows:
        row = _row(cells, catalog)
        if isinstance(row, Skip):
            skipped.append(row)
        else:
            rows.append(row)
    return tuple(rows), tuple(skipped)


def _number(cells: Mapping[str, str], name: str, default: float = 0.0) -> float:
    text = cells.get(name, "").strip()
    try:
        return float(text) if text else default
    except ValueError:
        return default


def _row(cells: Mapping[str, str], catalog: Catalog) -> TrainingRow | Skip:
    name = cells["id"]
    accelerator = find_accelerator(catalog, cells["hardware"])
    if accelerator is None:
        return Skip(name, f"the catalog knows no accelerator {cells['hardware']}")
    if cells["metric"] not in METRICS:
        return Skip(name, f"the metric {cells['metric']} is not scored")
    precision = next((p for start, p in PRECISIONS.items() if cells["precision"].upper().startswith(start)), "")
    if not precision:
        return Skip(name, f"the precision {cells['precision']} is not known")
    missing = [key for key in ("layers", "hidden", "heads", "seq", "globalbatch", "gpus") if not _number(cells, key)]
    if missing or _number(cells, "value") <= 0.0:
        return Skip(name, f"not stated: {', '.join(missing) or 'a value above zero'}")
    return TrainingRow(
        id=name,
        source=cells.get("source", ""),
        model=cells["model"],
        is_moe=_number(cells, "experts") > 0,
        hardware=cells["hardware"],
        precision=precision,
        accelerator=accelerator,
        stack=find_stack(catalog, cells.get("source", ""), "training"),
        shape=_shape(cells, catalog),
        run=RunShape(_number(cells, "seq"), _number(cells, "globalbatch")),
        split=_split(cells),
        share=1.0 / _ranks_per_chip(cells),
        accels=_number(cells, "gpus"),
        metric=cells["metric"],
        value=_number(cells, "value"),
        year=_year(cells.get("source", "")),
        doubts=_doubts(cells),
        recipe=_recipe(cells, catalog, precision),
    )


def _recipe(cells: Mapping[str, str], catalog: Catalog, precision: str) -> Recipe | None:
    stack = find_stack(catalog, cells.get("source", ""), "training")
    if stack is None:
        return None
    pipeline = _number(cells, "pp", 1.0) or 1.0
    run = Run(stack.id, cells["model"], cells["hardware"], precision, _year(cells.get("source", "")), pipeline)
    return find_recipe(run)


def _ranks_per_chip(cells: Mapping[str, str]) -> float:
    found = re.search(r"chip=(\d+)", cells["hardware"])
    return float(found[1]) if found else 1.0


def _year(source: str) -> float:
    """Release named as `container YY.MM`, in years."""
    found = re.search(r"container (\d\d)\.(\d\d)", source)
    return 2000.0 + float(found[1]) + float(found[2]) / 12.0 if found else 0.0


def _doubts(cells: Mapping[str, str]) -> tuple[str, ...]:
    doubts = []
    if any("unverified" in text for text in cells.values()):
        doubts.append("unverified")
    if not cells.get("microbatch", "").strip():
        doubts.append("without-microbatch")
    return tuple(doubts)


def _fact(value: float) -> Fact:
    return Fact(id="row", value=value, unit="", written="", source="", kind="measured")


def _shape(cells: Mapping[str, str], catalog: Catalog) -> Shape:
    """The model of a row: its own columns, and from the catalog what the form has no column for."""
    stated = [name for name in SHAPE_COLUMNS if cells.get(name, "").strip()]
    figures: dict[str, Any] = {name: _fact(_number(cells, name)) for name in stated}
    figures["vocab"] = _fact(_number(cells, "vocab", LARGEST_VOCAB))
    known = find_model(catalog, cells["model"])
    is_moe, is_latent = _number(cells, "experts") > 0, "mla" in cells.get("attention", "")
    if is_moe:
        figures["moe_layers"] = _fact(_number(cells, "layers") - _number(cells, "dense_layers"))
        figures["shared_experts"] = _fact(_number(cells, "shared_experts"))
        if not _number(cells, "dense_layers"):
            figures["dense_layers"] = _fact(0.0)
    names = LATENT_COLUMNS if is_latent else ("sliding_window", "sliding_share")
    for name in names if known is not None else ():
        if (fact := getattr(known, name)) is not None:
            figures[name] = fact
    family, attention = ("moe" if is_moe else "dense"), ("MLA" if is_latent else "GQA")
    return model_shape(ModelArchitecture(id="row", name="row", family=family, attention=attention, **figures))


def _split(cells: Mapping[str, str]) -> Partition:
    tensor, pipeline, context = (_number(cells, name, 1.0) or 1.0 for name in ("tp", "pp", "cp"))
    ranks = _number(cells, "gpus") * _ranks_per_chip(cells)
    data = _number(cells, "dp") or max(1.0, ranks / (tensor * pipeline * context))
    batch = _number(cells, "globalbatch")
    stated = _number(cells, "microbatch")
    whole = [m for m in MICRO_BATCHES if m * data <= batch and batch % (m * data) == 0]
    micro = [stated] if stated else whole or [1.0]
    one = np.ones(len(micro))
    return Partition(
        tensor=tensor * one,
        pipeline=pipeline * one,
        data=data * one,
        expert=(_number(cells, "ep", 1.0) or 1.0) * one,
        virtual=(_number(cells, "vpp", 1.0) or 1.0) * one,
        micro_batch=np.array(micro, dtype=np.float64),
        recompute=_recompute(cells.get("recompute", "")) * one,
        context=context * one,
        sharding=_sharding(cells.get("sharding", "")) * one,
    )


def _recompute(text: str) -> float:
    """Index of the mode; rematerialisation that keeps only some products counts as full."""
    if "offloaded" in text:
        return float(RECOMPUTE.index("full"))
    return float(next((index for index, mode in enumerate(RECOMPUTE) if text.startswith(mode)), 0))


def _sharding(text: str) -> float:
    """ZeRO stage by name; a row that does not say divides the optimiser's states, as is usual."""
    if text.startswith("fsdp"):
        return 3.0
    if not text:
        return 1.0
    found = re.search(r"zero-?(\d)", text)
    return float(found[1]) if found else 0.0
