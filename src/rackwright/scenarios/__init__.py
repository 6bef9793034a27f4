"""Named changes planned by the real stages, side by side; what to commit now; what stress does to the whole chain."""

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
