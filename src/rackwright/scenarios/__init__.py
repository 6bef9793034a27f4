"""Named changes planned by the real stages, side by side; what to commit now; what stress does to the whole chain.

A worker that answers one scenario, or a comparison that is read back, needs none of the stages; so each name is
imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rackwright.base.asked import names_from

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

__getattr__ = names_from(
    __name__,
    {
        "Comparison": "rackwright.scenarios.compare",
        "DecideOptions": "rackwright.scenarios.deciding",
        "Decided": "rackwright.scenarios.decisions",
        "LadderOption": "rackwright.scenarios.ladder",
        "Outcomes": "rackwright.scenarios.outcome",
        "StressOptions": "rackwright.scenarios.stressing",
        "Stressed": "rackwright.scenarios.stress",
        "compare_program": "rackwright.scenarios.compare",
        "compare_scenarios": "rackwright.scenarios.compare",
        "decide": "rackwright.scenarios.deciding",
        "outcome_row": "rackwright.scenarios.outcome",
        "stress_program": "rackwright.scenarios.stressing",
    },
)
