"""How long does the product say the steps of many published training rows take? All rows are timed side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from rackwright.catalog import Catalog
from rackwright.catalog.parts import Fact, OperatorCoefficients, PlanningRules, SoftwareStack
from rackwright.sizing import Device, Partition, Shape, make_device, training_memory_byte
from rackwright.sizing.architecture import mixed_mean_keys
from rackwright.sizing.columns import side_by_side
from rackwright.sizing.layers import model_flop_per_token
from rackwright.sizing.operators import FloatArray, OperatorCost
from rackwright.sizing.step import Overlap, RunShape, step_times
from rackwright.validate.training_rows import TrainingRow

__all__ = ["TrainingSet", "published_step_s"]

TERA = 1e12
MONTHS = 12.0


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
        rules = catalog.get(PlanningRules, "planning-rules")
        coefficients = catalog.all(OperatorCoefficients)
        devices: dict[tuple[str, str, float], Device] = {}
        for group in self._groups:
            columns = side_by_side([_device(row, coefficients, devices) for row in group.entries])
            stacks = [_stack(row, catalog) for row in group.entries]
            times = step_times(group.shape, columns, group.run, group.part, _overlap(rules, stacks))
            slow = np.array([_slowdown(row, stack, rules) for row, stack in zip(group.entries, stacks, strict=True)])
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
    row: TrainingRow, coefficients: tuple[OperatorCoefficients, ...], known: dict[tuple[str, str, float], Device]
) -> Device:
    key = (row.accelerator.id, row.precision, row.share)
    if key not in known:
        whole = make_device(row.accelerator, coefficients, precision=row.precision, kv_precision="bf16", speed="middle")
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
        scale_up=replace(device.scale_up, byte_s=device.scale_up.byte_s * share),
        scale_out=replace(device.scale_out, byte_s=device.scale_out.byte_s * share),
    )


def _stack(row: TrainingRow, catalog: Catalog) -> SoftwareStack | None:
    return None if row.stack is None else catalog.get(SoftwareStack, row.stack.id)


def value_of(fact: Fact | None, default: float) -> float:
    """Value of a figure, a neutral one where it is not published."""
    return default if fact is None else fact.value


def _overlap(rules: PlanningRules, stacks: Sequence[SoftwareStack | None]) -> Overlap:
    unfused = [0.0 if stack is None else value_of(stack.unfused_share, 0.0) for stack in stacks]
    launch = [0.0 if stack is None else value_of(stack.moe_launch_s, 0.0) for stack in stacks]
    columns: FloatArray = np.array([unfused, launch])
    shares = ("tensor_overlap_share", "expert_overlap_share", "pipeline_overlap_share", "data_overlap_share")
    hidden = [value_of(getattr(rules, name), 0.0) for name in shares]
    tensor, expert, pipeline, data = hidden
    # Published rows of mixture models balance their experts by force, so the imbalance is one.
    overlap = Overlap(tensor, expert, pipeline, data, 1.0, value_of(rules.sharded_overlap_share, 0.0))
    return side_by_side([replace(overlap, unfused_share=u, moe_layer_s=m) for u, m in columns.T.tolist()])


def _slowdown(row: TrainingRow, stack: SoftwareStack | None, rules: PlanningRules) -> float:
    """Step time over that of the reference stack in its reference release."""
    if stack is None:
        return 1.0
    factor = value_of(stack.step_factor, 1.0)
    if not row.year or not stack.release:
        return factor
    year, month = stack.release.split("-")
    age = max(0.0, float(year) + float(month) / MONTHS - row.year)
    gain = rules.moe_yearly_gain if row.is_moe else rules.dense_yearly_gain
    yearly: float = value_of(gain, 1.0) ** age
    return factor * yearly


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
