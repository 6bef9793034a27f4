"""What does a row with a published rate or power say, and what must be assumed to answer it? Nothing is timed here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rackwright.catalog import Catalog
from rackwright.catalog.parts import Accelerator, ModelArchitecture
from rackwright.catalog.software import SoftwareStack
from rackwright.sizing import Shape, model_shape
from rackwright.validate.lengths import Lengths, find_lengths
from rackwright.validate.names import find_accelerator, find_stack
from rackwright.validate.score import Skip

__all__ = ["RateRow", "read_rate_rows"]

MILLI, PERCENT = 1e-3, 0.01
LIMIT = re.compile(r"(ttft|tpot)<=(\d+)ms")
CACHE_HITS = re.compile(r"([\d.]+)% cache hit")
NODES = re.compile(r"\((\d+) nodes")
MEAN_CACHE = "avg KV length"
KINDS = (
    ("system_power_w", "power"),
    ("output_tokens_per_s_total", "service"),
    ("output_tokens_per_s_fleet", "fleet"),
    ("input_tokens_per_s", "prefill"),
    ("output_tokens_per_s_per", "decode"),
    ("tokens_per_s_per_gpu", "decode"),
    ("tokens_per_s_per_user", "user"),
)
"""Beginning of a metric, and what it measures."""


@dataclass(frozen=True)
class RateRow:
    """One published rate, or power, that needs more than its own row to be answered.

    Parameters
    ----------
    kind
        service, power (both of a system of `accels`), prefill, decode, user (both of pools), or fleet.
    stored
        Precision of the weights: bf16, fp8 or fp4.
    accels
        Accelerators of the system, or of one instance of the pool.
    counted
        Accelerators the figure counts: of the system, a node, or one.
    users
        Requests under way in the instance; 0 for as many as memory holds.
    ttft_s, tpot_s, quantile
        Limits, infinite where there are none, and the share of requests that keep the first.
    assumed
        What the row does not say, in words.
    input_tokens, output_tokens
        Lengths, (low, middle, high).
    """

    id: str
    source: str
    kind: str
    value: float
    accelerator: Accelerator
    shape: Shape
    stack: SoftwareStack | None
    stored: str
    accels: float
    counted: float
    users: float
    cached_share: float
    ttft_s: float
    tpot_s: float
    assumed: str
    input_tokens: tuple[float, float, float]
    output_tokens: tuple[float, float, float]


def read_rate_rows(rows: Sequence[Mapping[str, str]], catalog: Catalog) -> tuple[tuple[RateRow, ...], tuple[Skip, ...]]:
    """Rows that an assumption makes answerable, and those that none does; an empty reason leaves theirs as it was."""
    answered: list[RateRow] = []
    skipped: list[Skip] = []
    for cells in rows:
        found = _row(cells, rows, catalog)
        if isinstance(found, str):
            skipped.append(Skip(cells["id"], found))
        else:
            answered.append(found)
    return tuple(answered), tuple(skipped)


def _row(cells: Mapping[str, str], rows: Sequence[Mapping[str, str]], catalog: Catalog) -> RateRow | str:
    kind = next((kind for start, kind in KINDS if cells["metric"].startswith(start)), "")
    lengths = find_lengths(cells.get("source", ""), cells["model"])
    accelerator = find_accelerator(catalog, cells["hardware"])
    if lengths is None or not kind:
        return ""
    if accelerator is None:
        return f"the catalog knows no accelerator {cells['hardware']}"
    stored = next((name for name in ("fp4", "fp8", "bf16") if name in cells.get("precision", "").lower()), "")
    if not stored:
        return f"the precision {cells.get('precision', '')} is not known"
    limits = {name: float(value) * MILLI for name, value in LIMIT.findall(cells.get("slo", ""))}
    accels = _number(cells.get("gpus", "")) or lengths.ranks
    if accels <= 0.0:
        return "unstated: accelerators"
    users = _users(cells, rows, accels, accelerator) if kind in ("decode", "user") else 0.0
    return RateRow(
        id=cells["id"],
        source=cells.get("source", ""),
        kind=kind,
        value=float(cells["value"]),
        accelerator=accelerator,
        shape=model_shape(catalog.get(ModelArchitecture, lengths.shape)),
        stack=find_stack(catalog, cells.get("stack", ""), "serving"),
        stored=stored,
        accels=accels,
        counted=_counted(cells["metric"], accels, accelerator),
        users=users,
        cached_share=_cached(cells, rows),
        ttft_s=limits.get("ttft", math.inf),
        tpot_s=limits.get("tpot", math.inf),
        assumed=_assumed(cells, lengths, users),
        input_tokens=_lengths(cells.get("isl", ""), lengths.input_tokens),
        output_tokens=_lengths(cells.get("osl", ""), lengths.output_tokens),
    )


def _assumed(cells: Mapping[str, str], lengths: Lengths, users: float) -> str:
    """What is not in the row; a saturated prompt pool with its length needs nothing."""
    if cells["metric"].startswith("system_power"):
        return "lengths and the rest of the server assumed"
    if users > 0.0:
        return "load derived from two figures of the source"
    if lengths.kind == "source":
        return "lengths from the source's other rows"
    if cells["metric"].startswith("input_tokens") and _number(cells.get("isl", "")):
        return "load taken as saturated"
    return "lengths assumed"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _lengths(text: str, assumed: tuple[float, float, float]) -> tuple[float, float, float]:
    stated = _number(text)
    return (stated, stated, stated) if stated else assumed


def _counted(metric: str, accels: float, accelerator: Accelerator) -> float:
    """Accelerators that a figure counts. A node holds one scale-up domain."""
    if "_per_node" in metric:
        return accelerator.scale_up_domain.value if accelerator.scale_up_domain is not None else 1.0
    return 1.0 if "_per_gpu" in metric else accels


def _users(
    cells: Mapping[str, str], rows: Sequence[Mapping[str, str]], accels: float, accelerator: Accelerator
) -> float:
    """Requests of the instance where its configuration states both the rate and the rate of a user: their ratio."""
    own = [row for row in rows if cells.get("config") and row.get("config") == cells["config"]]
    rate = next((row for row in own if row["metric"].startswith("output_tokens_per_s_per_")), None)
    user = next((row for row in own if row["metric"].startswith("tokens_per_s_per_user")), None)
    if rate is None or user is None:
        return 0.0
    counted = _counted(rate["metric"], accels, accelerator)
    return float(rate["value"]) / float(user["value"]) * accels / counted


def _cached(cells: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> float:
    """Share of prompts found in the cache, as the row or another row of its source states it."""
    own = [row for row in rows if row.get("source") == cells.get("source")]
    found = (CACHE_HITS.search(row.get("isl", "")) for row in (cells, *own))
    return next((float(match[1]) * PERCENT for match in found if match), 0.0)
