"""How good are the stages on published numbers? One file per topic, one form of answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rackwright.validate.fabric import score_fabric
from rackwright.validate.inference import score_inference
from rackwright.validate.kernels import score_kernels
from rackwright.validate.layout import score_layout
from rackwright.validate.power import score_power
from rackwright.validate.schedule import score_schedule
from rackwright.validate.score import Case, Score, Skip
from rackwright.validate.stochastic import score_stochastic
from rackwright.validate.supply import score_supply
from rackwright.validate.training import score_training

__all__ = ["TOPICS", "Case", "Score", "Skip"]

# Topic -> function of a path (a file or a folder of the topic's form, see docs/validation.md).
TOPICS: dict[str, Callable[[Path], Score]] = {
    "fabric": score_fabric,
    "inference": score_inference,
    "kernels": score_kernels,
    "layout": score_layout,
    "power": score_power,
    "schedule": score_schedule,
    "stochastic": score_stochastic,
    "supply": score_supply,
    "training": score_training,
}
