"""How is a training run spread over accelerators? Columns of degrees, one row for each way."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from rackwright.sizing.operators import FloatArray

__all__ = ["FULL", "OFFLOAD", "RECOMPUTE", "SELECTIVE", "Partition", "moves_activations", "moves_optimiser"]

RECOMPUTE = ("none", "selective", "full")
"""What is computed again backwards: nothing; attention, norms and activation functions; whole layers."""
SELECTIVE, FULL = 1.0, 2.0
"""Places of two modes in `RECOMPUTE`."""
OFFLOAD = ("none", "optimiser", "activations", "both")
"""What lies in host memory: nothing; the optimiser's states; what is kept for the backward pass; both."""


@dataclass(frozen=True)
class Partition:
    """How a training run is spread, as columns of equal shape.

    Parameters
    ----------
    tensor, pipeline, data, expert
        Degrees of parallelism; expert divides tensor x data.
    virtual
        Model chunks per pipeline stage.
    micro_batch
        Sequences of one micro batch.
    recompute
        Index into `RECOMPUTE`.
    context
        Ranks that share one sequence; they hold the same weights, as replicas do.
    sharding
        ZeRO stage: 0 nothing, 1 optimiser states, 2 gradients too, 3 weights too (fully sharded data parallelism).
    offload
        Index into `OFFLOAD`.
    layout
        Index into `rackwright.sizing.stages.LAYOUTS`: how layers are divided among pipeline stages.
    """

    tensor: FloatArray
    pipeline: FloatArray
    data: FloatArray
    expert: FloatArray
    virtual: FloatArray
    micro_batch: FloatArray
    recompute: FloatArray
    context: FloatArray = field(default_factory=lambda: np.ones(1))
    sharding: FloatArray = field(default_factory=lambda: np.ones(1))
    offload: FloatArray = field(default_factory=lambda: np.zeros(1))
    layout: FloatArray = field(default_factory=lambda: np.zeros(1))

    def take(self, index: np.ndarray) -> Partition:
        """The rows with these indices, or where a mask is true."""
        columns = (getattr(self, name) for name in self.__dataclass_fields__)
        return Partition(*(column if self._is_shared(column) else column[index] for column in columns))

    def _is_shared(self, column: FloatArray) -> bool:
        """A single number that holds for all rows."""
        return column.size == 1 and self.tensor.size != 1

    @property
    def accels(self) -> FloatArray:
        """Accelerators in use."""
        return self.tensor * self.pipeline * self.data * self.context

    @property
    def replicas(self) -> FloatArray:
        """Ranks that hold the same weights outside experts."""
        return self.data * self.context

    @property
    def expert_replicas(self) -> FloatArray:
        """Ranks that hold the same experts."""
        return np.maximum(self.replicas * self.tensor / self.expert, 1.0)


def moves_optimiser(part: Partition) -> np.ndarray:
    """Where the optimiser's states lie in host memory."""
    moved: np.ndarray = (part.offload == OFFLOAD.index("optimiser")) | (part.offload == OFFLOAD.index("both"))
    return moved


def moves_activations(part: Partition) -> np.ndarray:
    """Where what is kept for the backward pass lies in host memory."""
    return np.asarray(part.offload >= OFFLOAD.index("activations"))
