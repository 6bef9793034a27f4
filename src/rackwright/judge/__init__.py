"""Does a plan hold? Other code than the stages', in plain loops over the tables, judges every plan that is made."""

from rackwright.judge.deployment import judge_deployment
from rackwright.judge.network import judge_network
from rackwright.judge.projects import judge_schedule
from rackwright.judge.verdict import Verdict, checks_of
from rackwright.plan import Plan
from rackwright.tables.checks import Checks

__all__ = ["Verdict", "judge_plan"]


def judge_plan(plan: Plan) -> Checks:
    """Every rule of the judge held against a plan; a row that did not pass is a bug of the stage, not of the user."""
    return checks_of([*judge_network(plan), *judge_schedule(plan), *judge_deployment(plan)])
