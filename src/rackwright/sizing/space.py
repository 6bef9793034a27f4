"""Which ways are there to spread a training run over accelerators? Columns of all of them that divide evenly.

Exhaustive over tensor, pipeline, data, context and expert parallelism, micro batch, pipeline chunks, recompute, ZeRO
stage, what lies in host memory, and how layers are divided among pipeline stages. Stage 1 is always on: it needs less
memory, moves no more bytes and updates faster than replicated states, so it is never worse. Stages 2 and 3 stand
without a pipeline, which would exchange gradients or weights at every micro batch of every stage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rackwright.base.divisors import divisors
from rackwright.sizing.architecture import Shape
from rackwright.sizing.partition import OFFLOAD, RECOMPUTE, Partition
from rackwright.sizing.stages import LAYOUTS, is_useful_layout

__all__ = [
    "ALL_OFFLOADS",
    "PLAIN",
    "Axes",
    "pipeline_degrees",
    "search_space",
    "tensor_degrees",
    "wide_axes",
]

IntArray = NDArray[np.int64]
CHUNKS = (1, 2, 4)
CONTEXT_DEGREES = (1, 2, 4, 8, 16, 32, 64)
LEAST_CONTEXT_TOKENS = 4096.0
"""Tokens of a sequence a rank keeps at least: shorter parts spend their time on exchanging keys and values."""


@dataclass(frozen=True, slots=True)
class Axes:
    """Degrees tried on the axes that not every search needs.

    Parameters
    ----------
    context
        Ranks that share one sequence.
    sharding
        ZeRO stages.
    offload
        Indices into `OFFLOAD`.
    layouts
        Indices into `LAYOUTS`.
    """

    context: tuple[int, ...] = (1,)
    sharding: tuple[int, ...] = (1,)
    offload: tuple[int, ...] = (0,)
    layouts: tuple[int, ...] = (0,)


PLAIN = Axes()
"""Whole sequences on a rank, ZeRO stage 1, nothing in host memory, layers as even as they go."""
ALL_OFFLOADS = tuple(range(len(OFFLOAD)))


def wide_axes(sequence: float) -> Axes:
    """All ZeRO stages and layouts of stages, and context parallelism as far as the sequence is long enough."""
    degrees = [degree for degree in CONTEXT_DEGREES if sequence / degree >= LEAST_CONTEXT_TOKENS]
    return Axes(tuple(degrees) or (1,), (1, 2, 3), layouts=tuple(range(len(LAYOUTS))))


def tensor_degrees(shape: Shape, domain: int) -> IntArray:
    """Tensor-parallel degrees: divisors of the head count that fit into one scale-up domain."""
    degrees = divisors(int(shape.heads))
    return degrees[degrees <= domain]


def pipeline_degrees(shape: Shape) -> IntArray:
    """Stage counts that give another number of layers per stage; one between is never better than the lower one."""
    layers = int(shape.layers)
    counts = np.arange(1, layers + 1)
    per_stage = -(-layers // counts)
    return counts[np.r_[True, per_stage[1:] < per_stage[:-1]]].astype(np.int64)


def search_space(
    shape: Shape,
    *,
    domain: int,
    global_batch: int,
    fewest: float,
    most: float,
    micro_batches: tuple[int, ...],
    axes: Axes = PLAIN,
    campuses: int = 1,
) -> Partition:
    """Every configuration with `fewest <= accelerators <= most`.

    Parameters
    ----------
    shape
        The model.
    domain
        Accelerators in one scale-up domain; the bound of tensor parallelism.
    global_batch
        Sequences of an optimiser step; data parallelism and micro batch divide it.
    fewest, most
        Window of accelerators in use.
    micro_batches
        Micro batches to try.
    axes
        Context degrees, ZeRO stages, offloads and layouts to try.
    campuses
        Equal parts into which replicas are divided; a group of experts stays inside one.

    Returns
    -------
    Columns in a fixed order: tensor, pipeline, data, context, then expert, chunks, micro batch, recompute, ZeRO stage,
    offload, layout.
    """
    tensor = tensor_degrees(shape, domain)
    outer = _grid(tensor, pipeline_degrees(shape), divisors(global_batch), np.array(axes.context))
    used = outer.prod(axis=0)
    outer = outer[:, (used >= fewest) & (used <= most)]
    experts = divisors(int(shape.experts)) if shape.is_moe else np.array([1])
    recompute = np.arange(len(RECOMPUTE))
    inner = _grid(experts, np.array(CHUNKS), np.array(micro_batches), recompute, np.array(axes.sharding))
    rows = np.concatenate([np.repeat(outer, inner.shape[1], axis=1), np.tile(inner, (1, outer.shape[1]))])
    return _placed(shape, _valid(shape, rows, global_batch, campuses), axes)


def _placed(shape: Shape, part: Partition, axes: Axes) -> Partition:
    """Each configuration with everything tried in host memory, and with every layout of stages that is of use."""
    offload, layout = _grid(np.array(axes.offload), np.array(axes.layouts)).astype(np.float64)
    if offload.size == 1:
        return replace(part, offload=offload, layout=layout)
    num = part.tensor.size
    spread = part.take(np.repeat(np.arange(num), offload.size))
    spread = replace(spread, offload=np.tile(offload, num), layout=np.tile(layout, num))
    return spread.take(is_useful_layout(shape, spread))


def _grid(*axes: IntArray) -> IntArray:
    """All combinations, one axis in each row."""
    return np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])


def _valid(shape: Shape, rows: IntArray, global_batch: int, campuses: int) -> Partition:
    """Rows whose batch, experts and chunks divide evenly, and whose ZeRO stage has something to divide."""
    tensor, pipeline, data, context, expert, virtual, micro, _, sharding = rows
    micro_steps = global_batch // np.maximum(data * micro, 1)
    ok = (data * micro <= global_batch) & (global_batch % (data * micro) == 0)
    ok &= (tensor * data * context) % (expert * campuses) == 0
    ok &= data % campuses == 0
    ok &= (virtual == 1) | ((pipeline > 1) & (micro_steps % pipeline == 0) & (pipeline * virtual <= shape.layers))
    ok &= (sharding == 1) | ((pipeline == 1) & (data * context > 1))
    kept = rows[:, ok].astype(np.float64)
    return Partition(
        tensor=kept[0],
        pipeline=kept[1],
        data=kept[2],
        context=kept[3],
        expert=kept[4],
        virtual=kept[5],
        micro_batch=kept[6],
        recompute=kept[7],
        sharding=kept[8],
    )
