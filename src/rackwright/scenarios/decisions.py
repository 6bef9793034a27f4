"""What does the answer say when nothing is committed yet? The classes of the result, without any computation."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rackwright.base.problem import Problem
from rackwright.scenarios.branches import Branch
from rackwright.scenarios.ladder import LadderOption
from rackwright.scenarios.project_rungs import ProjectRung
from rackwright.scenarios.robust import Robust
from rackwright.scenarios.swings import Swing
from rackwright.scenarios.three_stages import Staged
from rackwright.tables.supply import Openings

__all__ = [
    "BreakEven",
    "Decided",
    "Decision",
    "Information",
    "LastMoment",
    "PlanRow",
    "ShareRange",
    "Waiting",
]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class PlanRow:
    """One first-stage plan and what it leads to.

    Parameters
    ----------
    name
        expected cost, CVaR, minimax regret, budgeted robustness, three stages, mean value, do nothing.
    picks
        Numbers of the options taken.
    mean_usd, tail_usd
        Expected cost and mean cost of the worst cases on the scenarios it was made from.
    fresh_usd, fresh_half_usd
        Expected cost on scenarios it has not seen, and half the width of its 95 % interval; NaN if not asked for.
    gate_days
        Day on which 95 % of the racks are accepted, at P50, P80, P95 of the scenarios.
    regret_usd
        Cost above the best plan of each branch (by a proved bound of it).
    racks
        Racks accepted by the end of each bucket, at 10, 50 and 90 % of the scenarios; shape (3, buckets).
    """

    name: str
    picks: tuple[int, ...]
    mean_usd: float
    tail_usd: float
    fresh_usd: float
    fresh_half_usd: float
    gate_days: tuple[float, float, float]
    regret_usd: tuple[float, ...]
    racks: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True)
class Decision:
    """A commitment to take now.

    Parameters
    ----------
    option
        What to take.
    decide_day, expires_day
        Last day to take it as reckoned here, and the day on which it lapses.
    value_usd, value_days
        What going without it would cost: expected money, and days of the P80 gate.
    """

    option: LadderOption
    decide_day: int
    expires_day: int
    value_usd: float
    value_days: float


@dataclass(frozen=True)
class Waiting:
    """A commitment that waits, until when, and what would make it worth taking.

    Parameters
    ----------
    option
        What waits.
    until_day
        Day by which it is decided.
    used_share
        Share of the scenarios, by weight, in which it is taken then.
    observable, threshold
        What to watch, and from which value on it is taken.
    hit_share
        Share of the scenarios, by weight, in which that rule takes the same decision.
    """

    option: LadderOption
    until_day: int
    used_share: float
    observable: str
    threshold: str
    hit_share: float


@dataclass(frozen=True)
class BreakEven:
    """What an option sinks, and what it would have to sink for the advice on its rung to flip; below 0 as no fee does.

    All sizes of the rung change their price together.
    """

    option: LadderOption
    is_taken: bool
    sunk_usd: float
    flips_at_usd: float


@dataclass(frozen=True)
class ShareRange:
    """How far the chance of a branch may move before the list of decisions changes; the others keep their ratios."""

    branch: Branch
    low_share: float
    high_share: float


@dataclass(frozen=True)
class Information:
    """What knowing and what minding chance are worth, as intervals [USD]."""

    evpi_low_usd: float
    evpi_high_usd: float
    vss_usd: float
    bound_usd: float


@dataclass(frozen=True)
class LastMoment:
    """Until when an order of a long-lead item can wait, by how sure its arrival must be.

    Parameters
    ----------
    item, supplier
        What is ordered.
    serves
        Tranche or activity that needs it first.
    need_day
        Median of the day it is needed.
    lead_days
        Median lead time with transport and decision.
    p50_day, p80_day, p95_day
        Last days to decide, so sure that it is there when it is needed.
    week_usd
        Expected cost of waiting one week beyond the P80 day.
    week_days
        Expected days by which that moves what it serves.
    payer
        Party that pays.
    """

    item: str
    supplier: str
    serves: str
    need_day: int
    lead_days: float
    p50_day: int
    p80_day: int
    p95_day: int
    week_usd: float
    week_days: float
    payer: str


@dataclass(frozen=True)
class Decided:
    """Everything `decide` says.

    `judged` holds branch, saving [USD] and rack-days won in the whole supply model by `judged_picks`: the plan advised,
    or the best that commits to something where nothing is advised. `week_usd` and `week_days` are what it costs to take
    the whole list one week later: expected money, and days of the P80 gate. `robust` and `staged` are budgeted
    robustness and the three stages, where they were asked for; `project_rungs` are ways to order what projects buy;
    `swings` tell what moves the cost of the plan advised; `end_days` end the buckets; `openings`
    tell what opened on the central plan before.
    """

    branches: tuple[Branch, ...]
    options: tuple[LadderOption, ...]
    plans: tuple[PlanRow, ...]
    now: tuple[Decision, ...]
    free: tuple[LadderOption, ...]
    waits: tuple[Waiting, ...]
    break_even: tuple[BreakEven, ...]
    ranges: tuple[ShareRange, ...]
    information: Information
    moments: tuple[LastMoment, ...]
    judged: tuple[tuple[str, float, float], ...]
    problems: tuple[Problem, ...]
    num_scenarios: int
    num_fresh: int
    level: float
    num_models: int
    week_usd: float
    week_days: float
    robust: Robust | None = None
    staged: Staged | None = None
    project_rungs: tuple[ProjectRung, ...] = ()
    swings: tuple[Swing, ...] = ()
    end_days: tuple[int, ...] = ()
    judged_picks: tuple[int, ...] = ()
    openings: Openings = field(default_factory=Openings.empty)

    @property
    def best(self) -> PlanRow:
        """The plan advised."""
        return self.plans[0]
