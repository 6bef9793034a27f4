"""Named changes planned by the real stages, side by side; what to commit now; what stress does to the whole chain.

A worker that answers one scenario, or a comparison that is read back, needs none of the stages; so each name is
imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rackwright.scenarios.compare import Comparison, compare_program, compare_scenarios
    from rackwright.scenarios.deciding import DecideOptions, decide
    from rackwright.scenarios.decisions import Decided
    from rackwright.scenarios.ladder import LadderOption
    from rackwright.scenarios.outcome import Outcomes, outcome_row
    from rackwright.scenarios.stress import Stressed
    from rackwright.scenarios.stressing import StressOptions, stress_program

__all__ = [
    "Comparison",
    "DecideOptions",
    "Decided",
    "LadderOption",
    "Outcomes",
    "StressOptions",
    "Stressed",
    "compare_program",
    "compare_scenarios",
    "decide",
    "outcome_row",
    "stress_program",
]

_HOMES = {
    "Comparison": "compare",
    "DecideOptions": "deciding",
    "Decided": "decisions",
    "LadderOption": "ladder",
    "Outcomes": "outcome",
    "StressOptions": "stressing",
    "Stressed": "stress",
    "compare_program": "compare",
    "compare_scenarios": "compare",
    "decide": "deciding",
    "outcome_row": "outcome",
    "stress_program": "stressing",
}


def __getattr__(name: str) -> Any:
    """A name of the package, from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"rackwright.scenarios.{_HOMES[name]}"), name)
