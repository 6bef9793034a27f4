"""Which ways are there to spread a training run over accelerators? Columns of all of them that divide evenly.

Exhaustive over tensor, pipeline, data and expert parallelism, micro batch, pipeline chunks and recompute. ZeRO stage 1
is always on: it needs less memory, moves no more bytes and updates faster than replicated states, so it is never worse.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.architecture import Shape
from rackwright.sizing.memory import RECOMPUTE, Partition

__all__ = ["divisors", "search_space", "tensor_degrees"]

IntArray = NDArray[np.int64]


def divisors(number: int) -> IntArray:
    """All divisors of a positive integer, ascending."""
    low = [d for d in range(1, int(number**0.5) + 1) if number % d == 0]
    return np.array(sorted({*low, *(number // d for d in low)}), dtype=np.int64)


def tensor_degrees(shape: Shape, domain: int) -> IntArray:
    """Tensor-parallel degrees: divisors of the head count that fit into one scale-up domain."""
    degrees = divisors(int(shape.heads))
    return degrees[degrees <= domain]


def _pipeline_degrees(shape: Shape) -> IntArray:
    """Stage counts that give another number of layers per stage; one between is never better than the lower one."""
    layers = int(shape.layers)
    counts = np.arange(1, layers + 1)
    per_stage = -(-layers // counts)
    return counts[np.r_[True, per_stage[1:] < per_stage[:-1]]].astype(np.int64)


def search_space(
    shape: Shape, *, domain: int, global_batch: int, fewest: float, most: float, micro_batches: tuple[int, ...]
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

    Returns
    -------
    Columns in a fixed order: tensor, pipeline, data, then expert, chunks, micro batch and recompute.
    """
    tensor = tensor_degrees(shape, domain)
    grid = np.meshgrid(tensor, _pipeline_degrees(shape), divisors(global_batch), indexing="ij")
    triples = np.stack([axis.ravel() for axis in grid])
    used = triples.prod(axis=0)
    triples = triples[:, (used >= fewest) & (used <= most)]
    experts = divisors(int(shape.experts)) if shape.is_moe else np.array([1])
    chunks = np.array([1, 2, 4])
    inner = np.meshgrid(experts, chunks, np.array(micro_batches), np.arange(len(RECOMPUTE)), indexing="ij")
    options = np.stack([axis.ravel() for axis in inner])
    rows = np.concatenate([np.repeat(triples, options.shape[1], axis=1), np.tile(options, (1, triples.shape[1]))])
    return _valid(shape, rows, global_batch)


def _valid(shape: Shape, rows: IntArray, global_batch: int) -> Partition:
    """Rows whose batch, experts and chunks divide evenly."""
    tensor, pipeline, data, expert, virtual, micro, _ = rows
    micro_steps = global_batch // np.maximum(data * micro, 1)
    ok = (data * micro <= global_batch) & (global_batch % (data * micro) == 0)
    ok &= (tensor * data) % expert == 0
    ok &= (virtual == 1) | ((pipeline > 1) & (micro_steps % pipeline == 0) & (pipeline * virtual <= shape.layers))
    kept = rows[:, ok].astype(np.float64)
    return Partition(
        tensor=kept[0],
        pipeline=kept[1],
        data=kept[2],
        expert=kept[3],
        virtual=kept[4],
        micro_batch=kept[5],
        recompute=kept[6],
    )
