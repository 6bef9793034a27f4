"""What does a device lack to run a workload in the precisions its tensors ask for?"""

from __future__ import annotations

from rackwright.catalog.parts import Accelerator
from rackwright.sizing.device import Lacking, lacking, lacking_class
from rackwright.sizing.request import ServingRun, TrainingRun

__all__ = ["lacking_of"]


def lacking_of(accelerator: Accelerator, run: TrainingRun | ServingRun) -> Lacking | None:
    """What is missing to size a workload on a device; None if nothing is. No precision stands in for another."""
    gap = lacking(accelerator, run.precision)
    if gap is not None or run.model.family != "moe":
        return gap
    return lacking_class(accelerator, (("dispatch", run.dispatch_precision), ("combine", run.combine_precision)))
