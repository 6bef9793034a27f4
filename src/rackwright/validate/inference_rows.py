"""What does a published serving row say: which model, device, instances and load? Nothing is timed here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rackwright.base.intake import read_csv
from rackwright.catalog import Catalog
from rackwright.catalog.parts import Accelerator
from rackwright.catalog.software import SoftwareStack
from rackwright.sizing import Shape, model_shape
from rackwright.sizing.device import peak_fact
from rackwright.validate.names import find_accelerator, find_model, find_stack, model_family
from rackwright.validate.score import Skip

__all__ = ["InferenceRow", "Pool", "dense_precision", "read_inference_rows"]

PRECISIONS = ("bf16", "fp8", "fp4")
MILLI = 1e-3


@dataclass(frozen=True, slots=True)
class Pool:
    """Instances of one kind: how many, tensor ranks of an attention group, and attention groups."""

    count: float
    tensor: float
    groups: float


@dataclass(frozen=True)
class InferenceRow:
    """One published serving configuration.

    Parameters
    ----------
    precision, expert_precision, kv_precision
        Of dense products, of routed experts, and of the cache.
    prefill
        The pool that computes prompts; None where decode instances do that too.
    users
        Requests under way at once.
    ttft_s, tpot_s
        Published figures, None where the row has none.
    """

    id: str
    ids: tuple[tuple[str, str], ...]
    source: str
    model: str
    is_moe: bool
    hardware: str
    accelerator: Accelerator
    stack: SoftwareStack | None
    shape: Shape
    precision: str
    expert_precision: str
    kv_precision: str
    decode: Pool
    prefill: Pool | None
    input_tokens: float
    output_tokens: float
    users: float
    ttft_s: float | None
    tpot_s: float | None

    def id_of(self, metric: str) -> str:
        """Id of the row that gives a metric, ttft or tpot."""
        return dict(self.ids)[metric]

    @property
    def family(self) -> str:
        """Family of the model."""
        return model_family(self.model)


def read_inference_rows(path: Path, catalog: Catalog) -> tuple[tuple[InferenceRow, ...], tuple[Skip, ...], int]:
    """Configurations of a file of the form of `inference.csv`, rows that cannot be scored, and the number of rows."""
    table = read_csv(path, required=("id", "model", "hardware", "metric", "value"))
    groups: dict[str, list[Mapping[str, str]]] = {}
    for cells in table.rows:
        groups.setdefault(cells.get("config") or cells["id"], []).append(cells)
    rows: list[InferenceRow] = []
    skipped: list[Skip] = []
    for group in groups.values():
        latencies = [cells for cells in group if cells["metric"].startswith(("ttft", "tpot"))]
        skipped += [_other(cells) for cells in group if cells not in latencies]
        if latencies:
            row = _row(latencies, catalog)
            if isinstance(row, str):
                skipped += [Skip(cells["id"], row) for cells in latencies]
            else:
                rows.append(row)
    return tuple(rows), tuple(skipped), len(table)


def _other(cells: Mapping[str, str]) -> Skip:
    """Why a row that is no latency of a stated load is not scored."""
    lengths = f"{cells.get('isl', '')} {cells.get('osl', '')}"
    if "dataset" in lengths:
        return Skip(cells["id"], "unstated: input lengths are those of a data set the row does not give")
    if "unstated" in lengths or not cells.get("isl", "").strip():
        return Skip(cells["id"], "unstated: input length")
    return Skip(cells["id"], f"unstated: batch or load at which {cells['metric']} was reached")


def _figure(group: list[Mapping[str, str]], start: str) -> float | None:
    return next((float(cells["value"]) * MILLI for cells in group if cells["metric"].startswith(start)), None)


def _row(group: list[Mapping[str, str]], catalog: Catalog) -> InferenceRow | str:
    cells = group[0]
    accelerator = find_accelerator(catalog, cells["hardware"])
    if accelerator is None:
        return f"the catalog knows no accelerator {cells['hardware']}"
    model = find_model(catalog, cells["model"])
    if model is None:
        return f"the catalog knows no model {cells['model']}"
    try:
        isl, osl, users = (float(cells[name]) for name in ("isl", "osl", "concurrency_or_scenario"))
    except ValueError:
        return "unstated: input length, output length or concurrency"
    stored = next((name for name in PRECISIONS if name in cells["precision"].lower()), "")
    if not stored:
        return f"the precision {cells['precision']} is not known"
    pools = _pools(cells["parallelism"])
    if pools is None:
        return f"the parallelism {cells['parallelism']} is not understood"
    shape = model_shape(model)
    dense = dense_precision(accelerator, stored, is_moe=shape.is_moe)
    return InferenceRow(
        id=cells["id"],
        ids=tuple((entry["metric"][:4], entry["id"]) for entry in group),
        source=cells.get("source", ""),
        model=cells["model"].split("/")[-1],
        is_moe=shape.is_moe,
        hardware=accelerator.id,
        accelerator=accelerator,
        stack=find_stack(catalog, cells.get("stack", ""), "serving"),
        shape=shape,
        precision=dense,
        expert_precision=stored if shape.is_moe else "",
        kv_precision="bf16" if stored == "bf16" else "fp8",
        decode=_legal(pools[0], shape),
        prefill=None if pools[1] is None else _legal(pools[1], shape),
        input_tokens=isl,
        output_tokens=osl,
        users=users,
        ttft_s=_figure(group, "ttft"),
        tpot_s=_figure(group, "tpot"),
    )


def dense_precision(accelerator: Accelerator, stored: str, *, is_moe: bool) -> str:
    """FP4 models of experts keep their other weights in BF16; a device without a precision multiplies wider."""
    wanted = "bf16" if stored == "fp4" and is_moe else stored
    order = PRECISIONS[: PRECISIONS.index(wanted) + 1][::-1]
    return next((name for name in order if peak_fact(accelerator, name) is not None), "bf16")


def _pools(text: str) -> tuple[Pool, Pool | None] | None:
    """Decode and prefill pools of `agg tp4 pp1 attn_dp1 moe_tp4 moe_ep1` or `disagg prefill 1x[...] decode 5x[...]`."""
    if text.startswith("agg"):
        pool = _pool(text, 1.0)
        return None if pool is None else (pool, None)
    found = re.match(r"disagg prefill (\d+)x\[([^\]]*)\] decode (\d+)x\[([^\]]*)\]", text)
    if found is None:
        return None
    prefill, decode = _pool(found[2], float(found[1])), _pool(found[4], float(found[3]))
    return None if prefill is None or decode is None else (decode, prefill)


def _pool(text: str, count: float) -> Pool | None:
    figures = {name: float(value) for name, value in re.findall(r"\b(tp|attn_dp|moe_tp|moe_ep)(\d+)", text)}
    if "tp" not in figures:
        return None
    tensor, experts = figures["tp"], (figures.get("moe_tp", 1.0), figures.get("moe_ep", 1.0))
    # The source multiplies tensor and expert degrees that share the same ranks.
    if min(experts) > 1.0 and tensor == experts[0] * experts[1]:
        tensor = max(experts)
    # So it does with attention groups: `tp4 attn_dp4 moe_ep16` of a configuration named tp4_ep4 has four ranks.
    groups = figures.get("attn_dp", 1.0)
    is_repeated = tensor > 1.0 and groups == tensor and experts[1] == tensor * groups
    return Pool(count, tensor, 1.0 if is_repeated else groups)


def _legal(pool: Pool, shape: Shape) -> Pool:
    """Ranks that do not divide the heads hold whole attention groups instead."""
    if shape.heads % pool.tensor == 0:
        return pool
    return Pool(pool.count, 1.0, pool.groups * pool.tensor)
