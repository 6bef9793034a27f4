"""How are millions of weekly starts planned, and how far is the plan proved to be from the best?"""

from rackwright.supply.atscale.checks import check_network
from rackwright.supply.atscale.closed_form import Bound, closed_form_bound
from rackwright.supply.atscale.linear_program import WeeklyProgram, weekly_program
from rackwright.supply.atscale.plan import Faults, Plan, Prices, find_faults, plan_cost_usd
from rackwright.supply.atscale.planning import Schedule, WeeklyAnswer, plan_weekly
from rackwright.supply.atscale.weekly import NONE, BoolArray, FloatArray, IntArray, WeeklyNetwork

__all__ = [
    "NONE", "BoolArray", "Bound", "Faults", "FloatArray", "IntArray", "Plan", "Prices", "Schedule", "WeeklyAnswer",
    "WeeklyNetwork", "WeeklyProgram", "check_network", "closed_form_bound", "find_faults", "plan_cost_usd",
    "plan_weekly", "weekly_program",
]  # fmt: skip
