"""How long does the product say the steps of many published training rows take? All rows are timed side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rackwright.catalog import Catalog
from rackwright.catalog.parts import OperatorCoefficients
from rackwright.sizing import Device, Partition, Shape, make_device, training_memory_byte
from rackwright.sizing.architecture import mixed_mean_keys
from rackwright.sizing.columns import side_by_side
from rackwright.sizing.layers import model_flop_per_token
from rackwright.sizing.operators import FloatArray, OperatorCost
from rackwright.sizing.step import RunShape, step_times
from rackwright.validate.training_rows import TrainingRow
from rackwright.validate.training_software import overlaps, slowdown, value_of

__all__ = ["TrainingSet", "published_step_s", "value_of"]

TERA = 1e12


@dataclass(frozen=True)
class _Group:
    """Rows whose models take the same formulas, with one entry for each candidate split."""

    owner: np.ndarray
    shape: Shape
    run: RunShape
    part: Partition
    entries: tuple[TrainingRow, ...]


class TrainingSet:
    """Published rows laid out once and timed with any catalog.

    Parameters
    ----------
    rows
        Rows of a file of the form of `training.csv`.
    """

    def __init__(self, rows: Sequence[TrainingRow]) -> None:
        self.rows = tuple(rows)
        self.published_s = np.array([published_step_s(row) for row in rows])
        keys = [(r.shape.is_mla, r.shape.is_moe, r.shape.is_tied, r.shape.q_rank > 0) for r in rows]
        self._groups = tuple(_group(rows, [i for i, key in enumerate(keys) if key == k]) for k in sorted(set(keys)))

    def predict(self, catalog: Catalog) -> FloatArray:
        """Step times [s] of the rows; the fastest split where a row leaves it open."""
        steps = np.full(len(self.rows), np.inf)
        coefficients = catalog.all(OperatorCoefficients)
        devices: dict[tuple[str, str, float, str], Device] = {}
        for group in self._groups:
            columns = side_by_side([_device(row, coefficients, devices) for row in group.entries])
            times = step_times(group.shape, columns, group.run, group.part, overlaps(group.entries, catalog))
            slow = np.array([slowdown(row, catalog) for row in group.entries])
            np.minimum.at(steps, group.owner, times.step_s * slow)
        return steps


def _group(rows: Sequence[TrainingRow], members: list[int]) -> _Group:
    owner, entries, parts = [], [], []
    for index in members:
        for part in _candidates(rows[index]):
            owner.append(index)
            entries.append(rows[index])
            parts.append(part)
    return _Group(
        owner=np.array(owner),
        shape=side_by_side([row.shape for row in entries]),
        run=side_by_side([row.run for row in entries]),
        part=side_by_side(parts),
        entries=tuple(entries),
    )


def _candidates(row: TrainingRow) -> list[Partition]:
    """Splits of a row, those that fit its memory; the first where none does."""
    parts = [row.split.take(np.array([index])) for index in range(row.split.tensor.size)]
    memory = row.accelerator.memory_byte
    if len(parts) == 1 or memory is None:
        return parts
    room = memory.value * row.share
    fit = [p for p in parts if training_memory_byte(row.shape, p, sequence=row.run.sequence).total[0] <= room]
    return fit or parts[:1]


def _device(
    row: TrainingRow, coefficients: tuple[OperatorCoefficients, ...], known: dict[tuple[str, str, float, str], Device]
) -> Device:
    core = row.recipe.attention if row.recipe is not None else ""
    key = (row.accelerator.id, row.precision, row.share, core)
    if key not in known:
        whole = make_device(
            row.accelerator,
            coefficients,
            precision=row.precision,
            kv_precision="bf16",
            speed="middle",
            core_precision=core,
        )
        known[key] = whole if row.share == 1.0 else _part_of(whole, row.share)
    return known[key]


def _part_of(device: Device, share: float) -> Device:
    """One of several ranks that share an accelerator evenly."""

    def slower(cost: OperatorCost) -> OperatorCost:
        return replace(cost, s_per_flop=cost.s_per_flop / share, s_per_byte=cost.s_per_byte / share)

    return replace(
        device,
        memory_byte=device.memory_byte * share,
        memory_byte_s=device.memory_byte_s * share,
        domain=int(device.domain / share),
        gemm=slower(device.gemm),
        grouped=slower(device.grouped),
        prefill=slower(device.prefill),
        decode=slower(device.decode),
        elementwise=slower(device.elementwise),
        quantise=slower(device.quantise),
        logits=slower(device.logits),
        cross_entropy=slower(device.cross_entropy),
        optimiser=slower(device.optimiser),
        scale_up=replace(device.scale_up, byte_s=device.scale_up.byte_s * share),
        scale_out=replace(device.scale_out, byte_s=device.scale_out.byte_s * share),
    )


def published_step_s(row: TrainingRow) -> float:
    """Step time a row implies [s]; FLOP figures are turned with the convention of their source.

    `model_tflops_gpu` counts products and causal attention three times; `hw_tflops_gpu` counts the whole square of
    attention and one more forward pass for recomputation, but for the output head (arXiv 2104.04473, section 3.2).
    """
    tokens = row.run.sequence * row.run.global_batch
    if row.metric == "step_s":
        return row.value
    if row.metric == "tokens_s_gpu":
        return tokens / (row.value * row.accels)
    if row.metric == "seq_s_total":
        return row.run.global_batch / row.value
    return tokens * _flop_per_token(row) / (row.value * TERA * row.accels)


def _flop_per_token(row: TrainingRow) -> float:
    if row.metric == "model_tflops_gpu":
        return 3.0 * model_flop_per_token(row.shape, mixed_mean_keys(row.shape, 0.0, row.run.sequence))
    square = model_flop_per_token(row.shape, row.run.sequence)
    return 4.0 * square - 2.0 * row.shape.hidden * row.shape.vocab
