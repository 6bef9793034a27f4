"""Does a plan hold? Other code than the stages', in plain loops over the tables, judges every plan that is made."""

from pathlib import Path

import polars as pl

from rackwright.base.stage import StageCache, StageRunner
from rackwright.judge.deployment import judge_deployment
from rackwright.judge.kits import judge_kits
from rackwright.judge.network import NetworkEvidence, NetworkVerdict, judge_network
from rackwright.judge.projects import judge_schedule
from rackwright.judge.verdict import Verdict, checks_of
from rackwright.judge.windows import judge_windows
from rackwright.plan import Plan
from rackwright.tables.checks import Checks
from rackwright.tables.incumbent import Incumbent

__all__ = ["Verdict", "judge_plan"]


def judge_plan(plan: Plan, *, cache: StageCache | None = None, incumbent: Incumbent | None = None) -> Checks:
    """Every rule of the judge held against a plan; a row that did not pass is a bug of the stage, not of the user.

    With a cache, a network that was judged before by this code keeps its verdicts. `incumbent` is the plan before,
    against which windows of terms are judged.
    """
    runner = StageRunner(Path(__file__).parents[1], cache)
    network = runner.run("judge", NetworkVerdict, NetworkEvidence.of(plan), judge_network)
    others = checks_of(
        [*judge_schedule(plan), *judge_deployment(plan), *judge_kits(plan), *judge_windows(plan, incumbent)]
    )
    return Checks.of(pl.concat([network.checks.frame, others.frame]))
