"""How is a question asked of one plan several times answered once? Answers are kept as long as the plan lives."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from rackwright.plan import Plan

__all__ = ["once_per_plan"]

Answer = TypeVar("Answer")


def once_per_plan(function: Callable[[Plan], Answer]) -> Callable[[Plan], Answer]:
    """Keep what a pure function of a plan answered, by the plan's identity; a plan and its tables never change."""
    kept: dict[int, Answer] = {}

    @wraps(function)
    def ask(plan: Plan) -> Answer:
        key = id(plan)
        if key not in kept:
            kept[key] = function(plan)
            weakref.finalize(plan, kept.pop, key, None)
        return kept[key]

    return ask
