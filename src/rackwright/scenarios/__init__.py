"""Named changes planned by the real stages, side by side with the base program."""

from rackwright.scenarios.compare import Comparison, compare_scenarios
from rackwright.scenarios.outcome import Outcomes, outcome_row

__all__ = ["Comparison", "Outcomes", "compare_scenarios", "outcome_row"]
