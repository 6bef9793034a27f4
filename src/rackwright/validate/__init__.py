"""How good are the stages on published numbers? One file per topic, one form of answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rackwright.validate.schedule import score_schedule
from rackwright.validate.score import Case, Score, Skip

__all__ = ["TOPICS", "Case", "Score", "Skip"]

# Topic -> function of a path (a file or a folder of the topic's form, see docs/validation.md).
TOPICS: dict[str, Callable[[Path], Score]] = {
    "schedule": score_schedule,
}
