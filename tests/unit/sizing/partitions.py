"""Single configurations for tests of training."""

from __future__ import annotations

import numpy as np

from rackwright.sizing import Partition


def one(**changes: float) -> Partition:
    """One configuration; every degree is one unless given, the rest zero."""
    names = ("tensor", "pipeline", "data", "expert", "virtual", "micro_batch")
    values = {name: np.array([float(changes.get(name, 1))]) for name in names}
    return Partition(
        **values,
        recompute=np.array([float(changes.get("recompute", 0))]),
        offload=np.array([float(changes.get("offload", 0))]),
        layout=np.array([float(changes.get("layout", 0))]),
    )
