"""How many layers does each pipeline stage hold, where they do not divide evenly or the ends are to hold fewer?

The first stage also carries the embedding, the last one the output head; a stage is as long as its layers and what it
carries beside them, and the longest stage sets the pace of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rackwright.sizing.architecture import Shape
from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import Partition

__all__ = ["LAYOUTS", "Layout", "StageSplit", "is_useful_layout", "stage_split"]


@dataclass(frozen=True, slots=True)
class Layout:
    """One rule that divides layers among stages.

    Parameters
    ----------
    extra
        Layers of a chunk above the even number, rounded up; the ends hold what is left.
    has_lean_first
        True where first and last stage share what is left; else the last one alone holds fewer.
    """

    extra: int
    has_lean_first: bool


LAYOUTS = (Layout(0, False), Layout(0, True), Layout(1, False), Layout(1, True), Layout(2, False), Layout(2, True))
"""Rules tried; the first one, as even as whole layers allow with the remainder on the last stage, is the default."""
_EXTRA = np.array([float(layout.extra) for layout in LAYOUTS])
_LEAN_FIRST = np.array([layout.has_lean_first for layout in LAYOUTS])


@dataclass(frozen=True)
class StageSplit:
    """Layers of the first stage, of each stage in the middle (the fullest), and of the last one."""

    first: FloatArray
    full: FloatArray
    last: FloatArray


def stage_split(shape: Shape, part: Partition) -> StageSplit:
    """Layers by stage.

    Notes
    -----
    n = v (ceil(L / (p v)) + extra) layers on a full stage of v chunks. The last stage holds L - (p - 1) n; with a lean
    first stage both ends share L - (p - 2) n, the first one holding the odd layer.
    """
    chunks = part.pipeline * part.virtual
    if not np.any(part.layout):
        full = np.ceil(shape.layers / chunks) * part.virtual
        return StageSplit(full, full, np.maximum(shape.layers - (part.pipeline - 1.0) * full, 0.0))
    index = np.broadcast_to(part.layout, part.pipeline.shape).astype(np.int64)
    full = (np.ceil(shape.layers / chunks) + _EXTRA[index]) * part.virtual
    ends = shape.layers - (part.pipeline - 2.0) * full
    first = np.where(_LEAN_FIRST[index], np.ceil(ends / 2.0), full)
    return StageSplit(first, full, np.maximum(np.where(index == 0, ends - full, ends - first), 0.0))


def is_useful_layout(shape: Shape, part: Partition) -> np.ndarray:
    """Where a layout can be built and is not another one: each end keeps a layer and all but a part of one chunk.

    The default is always useful. Others need a pipeline; a lean first stage needs one in the middle to be leaner than.
    """
    index = np.broadcast_to(part.layout, part.pipeline.shape).astype(np.int64)
    split = stage_split(shape, part)
    least = np.maximum(split.full - split.full / part.virtual, 1.0)
    ok = (part.pipeline > 1.0) & (split.last >= least) & (split.first >= least) & (split.last < split.full)
    ok &= ~_LEAN_FIRST[index] | ((part.pipeline > 2.0) & (split.first < split.full))
    return np.asarray((index == 0) | ok)
