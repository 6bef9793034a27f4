"""How good is a plan where there are too many scenarios to list? Sample averages with an honest interval.

Each replication solves a sample of its own; the mean of their optima lies, in expectation, at or below the true one
(Mak, Morton and Wood 1999). The plan is then judged on fresh scenarios, on which it cannot have been fitted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from rackwright.solve.linear import FloatArray
from rackwright.solve.staged import StochasticProgram, hold_first_stage
from rackwright.solve.stochastic import StochasticLimits, StochasticSolution, solve_stochastic
from rackwright.solve.tree import sampled_tree

__all__ = ["Estimate", "SampledPlan", "Samples", "plan_by_sampling"]


@dataclass(frozen=True, slots=True)
class Samples:
    """How much is drawn.

    Parameters
    ----------
    num_scenarios
        Scenarios of each replication.
    num_replications
        Samples solved, at least 2.
    num_tests
        Fresh scenarios a plan is judged on.
    seed
        Seed of all draws.
    level
        Probability that each interval is meant to hold, in (0, 1).
    """

    num_scenarios: int
    num_replications: int = 10
    num_tests: int = 1_000
    seed: int = 0
    level: float = 0.95

    def __post_init__(self) -> None:
        if min(self.num_scenarios, self.num_replications - 1, self.num_tests - 1) < 1 or not 0.0 < self.level < 1.0:
            raise ValueError("give at least one scenario, two replications, two tests and a level inside (0, 1)")


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and half the width of its interval."""

    mean: float
    half_width: float


@dataclass(frozen=True)
class SampledPlan:
    """The plan that did best on fresh scenarios.

    Parameters
    ----------
    first_stage
        Columns of stage 0.
    in_sample
        Its cost on the sample it was made from: too good to be true.
    lower
        Mean optimum of the replications: an estimate from below of the best cost.
    upper
        Its cost on fresh scenarios: an estimate from above.
    gap
        `upper` less `lower` with both half widths, at least 0; how far the plan may be from the best.
    """

    first_stage: FloatArray
    in_sample: float
    lower: Estimate
    upper: Estimate
    gap: float


def plan_by_sampling(
    program: StochasticProgram, samples: Samples, *, limits: StochasticLimits | None = None
) -> SampledPlan:
    """Plan a two-stage program on samples and judge the plan on fresh ones; all plans are judged on the same.

    Raises
    ------
    ValueError
        The program has not two stages, has a given tree, or a sample has no plan.
    """
    if program.core.num_stages != 2:
        raise ValueError("samples are drawn for two stages")
    seeds = np.random.SeedSequence(samples.seed).generate_state(samples.num_replications + 2)
    solved = [_solve(program, samples.num_scenarios, int(seed), limits) for seed in seeds[2:]]
    trials = [_solve(_held(program, plan.first_stage), samples.num_tests, int(seeds[0]), limits) for plan in solved]
    best = int(np.argmin([trial.objective for trial in trials]))
    final = _solve(_held(program, solved[best].first_stage), samples.num_tests, int(seeds[1]), limits)
    lower = _estimate(np.array([plan.bound for plan in solved]), samples.level)
    upper = _estimate(final.scenario_costs, samples.level)
    gap = max(0.0, upper.mean + upper.half_width - (lower.mean - lower.half_width))
    return SampledPlan(solved[best].first_stage, solved[best].objective, lower, upper, gap)


def _solve(program: StochasticProgram, number: int, seed: int, limits: StochasticLimits | None) -> StochasticSolution:
    found = solve_stochastic(program.core, sampled_tree(program, [number], seed=seed), limits=limits)
    if not math.isfinite(found.objective):
        raise ValueError(f"a sample of {number} scenarios is {found.status}")
    return found


def _held(program: StochasticProgram, x: FloatArray) -> StochasticProgram:
    return replace(program, core=hold_first_stage(program.core, x))


def _estimate(values: FloatArray, level: float) -> Estimate:
    """Mean with the interval of Student's t."""
    from scipy.stats import t

    quantile = float(t.ppf(0.5 + level / 2.0, len(values) - 1))
    return Estimate(float(values.mean()), quantile * float(values.std(ddof=1)) / math.sqrt(len(values)))
