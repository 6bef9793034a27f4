"""What has a search of training configurations found so far, in the figures by which they are compared?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rackwright.sizing.operators import FloatArray
from rackwright.sizing.partition import Partition

__all__ = ["Finds", "Searched"]

NOTHING: FloatArray = np.zeros(0)


@dataclass(frozen=True)
class Searched:
    """Configurations that fit and were timed, as columns in the order of the search.

    Parameters
    ----------
    parts
        The configurations, in chunks; the other fields are one array over all chunks.
    racks
        Whole racks of the gang.
    step_s
        Step at the middle speed, software left out [s].
    memory_byte
        Memory of the fullest accelerator [B].
    load_w
        Mean electric load of the whole gang over a step [W]; zero where no power figures are given.
    """

    parts: tuple[Partition, ...]
    racks: FloatArray
    step_s: FloatArray
    memory_byte: FloatArray
    load_w: FloatArray

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.cumsum([part.tensor.size for part in self.parts], dtype=np.int64)

    def one(self, column: int) -> Partition:
        """The configuration of a column, as columns of length one."""
        chunk = int(np.searchsorted(self._ends, column, side="right"))
        begin = int(self._ends[chunk]) - self.parts[chunk].tensor.size
        return self.parts[chunk].take(np.array([column - begin]))

    @cached_property
    def objectives(self) -> FloatArray:
        """Racks, step, memory and load in rows: all of them are wanted small."""
        return np.stack([self.racks, self.step_s, self.memory_byte, self.load_w])

    def is_beaten(self, column: int) -> bool:
        """Whether another configuration is nowhere worse and somewhere better.

        Notes
        -----
        The cost of a run is no objective of its own: it is a price times racks and days plus a price times load and
        days, so what is beaten in racks, step and load costs more at any prices, and what is not beaten stays.
        """
        own = self.objectives[:, column : column + 1]
        at_most = np.all(self.objectives <= own, axis=0)
        return bool(np.any(at_most & np.any(self.objectives < own, axis=0)))


@dataclass
class Finds:
    """Chunks of configurations as a search adds them."""

    parts: list[Partition] = field(default_factory=list)
    figures: list[tuple[FloatArray, FloatArray, FloatArray, FloatArray]] = field(default_factory=list)
    best_s: float = np.inf

    def add(
        self, part: Partition, *, racks: FloatArray, step_s: FloatArray, memory_byte: FloatArray, load_w: FloatArray
    ) -> None:
        """Append configurations with their figures."""
        self.parts.append(part)
        self.figures.append((racks, step_s, memory_byte, load_w))
        self.best_s = min(self.best_s, float(step_s.min(initial=np.inf)))

    @property
    def num_timed(self) -> int:
        """Configurations timed so far."""
        return sum(part.tensor.size for part in self.parts)

    def searched(self) -> Searched:
        """All of them as columns."""
        columns = [np.concatenate(rows) for rows in zip(*self.figures, strict=True)] or [NOTHING] * 4
        return Searched(tuple(self.parts), *columns)
